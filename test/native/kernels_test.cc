// Elementwise, reduction, softmax and layout kernels against plain loops: odd lengths, strides, NaN and infinity.
#include "check.h"

#include "kernels/argmax.h"
#include "kernels/binary.h"
#include "kernels/layout.h"
#include "kernels/pointwise.h"
#include "kernels/reduce.h"
#include "kernels/softmax.h"
#include "kernels/unary.h"

#include <atomic>
#include <vector>

namespace flambeau::FLAMBEAU_ISA {
namespace {

using test::check;
using test::near;
using test::same;
using test::sample;

constexpr int64_t capacity = 40000;
constexpr int64_t one[] = {1};

template <class T>
struct Buffer {
  alignas(64) T at[capacity];
  void fillRandom(bool specials) {
    for (T& value : at) value = sample<T>(specials);
  }
};
template <class T, int id = 0>
T* buffer(bool specials) {
  static Buffer<T> data;
  data.fillRandom(specials);
  return data.at;
}

// ---- Every operator of the lists on every length around a vector, a tile and a broken row

struct Geometry {
  int64_t shape[2], x[2], y[2], out[2];
};
constexpr Geometry geometries[] = {
    {{1, 1}, {1, 1}, {1, 1}, {1, 1}},         {{1, 7}, {7, 1}, {7, 1}, {7, 1}},    {{1, 16}, {16, 1}, {16, 1}, {16, 1}},
    {{1, 129}, {129, 1}, {129, 1}, {129, 1}}, {{3, 65}, {65, 1}, {0, 1}, {65, 1}}, {{5, 33}, {33, 1}, {1, 0}, {33, 1}},
    {{7, 300}, {1, 7}, {300, 1}, {300, 1}},   {{4, 5}, {10, 2}, {0, 0}, {1, 4}},   {{2, 17}, {17, 1}, {1, 2}, {40, 2}},
};

template <class T, class U, class Kernel, class F>
void testUnary(const char* name, double tolerance, Kernel kernel, F reference) {
  const T* x = buffer<T, 1>(true);
  U* y = buffer<U, 2>(false);
  for (const Geometry& g : geometries) {
    kernel(x, y, Ints{g.shape, 2}, Ints{g.x, 2}, Ints{g.out, 2});
    for (int64_t i = 0; i < g.shape[0]; i++) {
      for (int64_t j = 0; j < g.shape[1]; j++) {
        const T value = x[i * g.x[0] + j * g.x[1]];
        near(y[i * g.out[0] + j * g.out[1]], reference(value), tolerance, name, value);
      }
    }
  }
}

template <class T, class U, class Kernel, class F>
void testBinary(const char* name, double tolerance, Kernel kernel, F reference) {
  const T* x = buffer<T, 1>(true);
  const T* y = buffer<T, 3>(true);
  U* out = buffer<U, 2>(false);
  for (const Geometry& g : geometries) {
    kernel(x, y, out, Ints{g.shape, 2}, Ints{g.x, 2}, Ints{g.y, 2}, Ints{g.out, 2});
    for (int64_t i = 0; i < g.shape[0]; i++) {
      for (int64_t j = 0; j < g.shape[1]; j++) {
        const T a = x[i * g.x[0] + j * g.x[1]];
        const T b = y[i * g.y[0] + j * g.y[1]];
        near(out[i * g.out[0] + j * g.out[1]], reference(a, b), tolerance, name, a);
      }
    }
  }
}

// What goes past the caches is what goes through them a part at a time, wherever the result begins and ends.
template <class T>
void testStreamed() {
  constexpr int64_t n = (int64_t{7} << 20) / sizeof(T) + 5, part = 1000;
  constexpr int64_t unit[] = {1};
  std::vector<T> x(n), y(n), whole(n + 3), parts(n);
  for (T& value : x) value = sample<T>(false);
  for (T& value : y) value = sample<T>(false);
  for (const int64_t start : {0, 1, 3}) {
    T* const to = whole.data() + start;
    const auto compare = [&](const char* name, auto kernel) {
      kernel(int64_t{0}, n, to);
      for (int64_t at = 0; at < n; at += part) kernel(at, std::min(part, n - at), parts.data() + at);
      for (int64_t i = 0; i < n; i++) {
        same(static_cast<double>(to[i]), static_cast<double>(parts[i]), name, static_cast<double>(i));
      }
    };
    compare("streamed exp", [&](int64_t at, int64_t count, T* out) {
      exp<T>(x.data() + at, out, Ints{&count, 1}, Ints{unit, 1}, Ints{unit, 1});
    });
    compare("streamed add", [&](int64_t at, int64_t count, T* out) {
      add<T>(x.data() + at, y.data() + at, out, Ints{&count, 1}, Ints{unit, 1}, Ints{unit, 1}, Ints{unit, 1});
    });
  }
}

// Every part of the line in small steps: as many ULP as gelu.h says, and one for the product with x.
void testGelu() {
  constexpr int64_t count = 1 << 20;
  std::vector<float> x(count), y(count);
  for (int64_t i = 0; i < count; i++) x[i] = static_cast<float>(i - count / 2) * (26.0F / count);
  const int64_t shape[] = {count}, stride[] = {1};
  gelu<float>(x.data(), y.data(), Ints{shape, 1}, Ints{stride, 1}, Ints{stride, 1});
  double worst[] = {0, 0};
  for (int64_t i = 0; i < count; i++) {
    const double exact = x[i] * std::erfc(-x[i] * sqrtHalf) / 2;
    const double ulp = std::ldexp(1.0, std::ilogb(exact) - 23);
    if (exact != 0) worst[x[i] < -4] = std::max(worst[x[i] < -4], std::abs(y[i] - exact) / ulp);
  }
  check(worst[0] <= 10, "gelu above -4, ULP", 0, worst[0], 10);
  check(worst[1] <= 69, "gelu below -4, ULP", 0, worst[1], 69);
}

// The gradient against a central difference, away from the corners of the piecewise operators.
template <class Forward, class Backward>
void testGradient(const char* name, double from, double to, Forward forward, Backward backward) {
  constexpr int64_t n = 77;
  constexpr double h = 1e-5;
  const Ints shape{&n, 1}, strides{one, 1};
  double x[n], y[n], g[n], dx[n], left[n], right[n], yLeft[n], yRight[n];
  for (int i = 0; i < n; i++) {
    x[i] = from + (to - from) * (i + 0.37) / n;
    g[i] = 1 + 0.01 * i;
    left[i] = x[i] - h;
    right[i] = x[i] + h;
  }
  forward(x, y, shape, strides, strides);
  forward(left, yLeft, shape, strides, strides);
  forward(right, yRight, shape, strides, strides);
  backward(g, x, y, dx, n);
  for (int i = 0; i < n; i++) near(dx[i], g[i] * (yRight[i] - yLeft[i]) / (2 * h), 1e-6, name, x[i]);
}

void testGradients() {
#define GRADIENT(NAME, FROM, TO) testGradient(#NAME "Backward", FROM, TO, NAME<double>, NAME##Backward<double>)
  GRADIENT(neg, -5, 5);
  GRADIENT(abs, -5, 5.1);
  GRADIENT(square, -5, 5);
  GRADIENT(relu, -5, 5.1);
  GRADIENT(reciprocal, 0.5, 5);
  GRADIENT(sqrt, 0.5, 5);
  GRADIENT(rsqrt, 0.5, 5);
  GRADIENT(frac, 0.1, 0.9);
  GRADIENT(exp, -5, 2);
  GRADIENT(exp2, -5, 2);
  GRADIENT(expm1, -5, 2);
  GRADIENT(log, 0.5, 5);
  GRADIENT(log2, 0.5, 5);
  GRADIENT(log10, 0.5, 5);
  GRADIENT(log1p, -0.5, 5);
  GRADIENT(sin, -5, 5);
  GRADIENT(cos, -5, 5);
  GRADIENT(tan, -1, 1);
  GRADIENT(asin, -0.9, 0.9);
  GRADIENT(acos, -0.9, 0.9);
  GRADIENT(atan, -5, 5);
  GRADIENT(sinh, -2, 2);
  GRADIENT(cosh, -2, 2);
  GRADIENT(asinh, -2, 2);
  GRADIENT(acosh, 1.5, 5);
  GRADIENT(atanh, -0.9, 0.9);
  GRADIENT(erf, -3, 3);
  GRADIENT(erfc, -3, 3);
  GRADIENT(tanh, -3, 3);
  GRADIENT(sigmoid, -5, 5);
  GRADIENT(logSigmoid, -5, 5);
  GRADIENT(silu, -5, 5);
  GRADIENT(gelu, -5, 5);
  GRADIENT(geluTanh, -5, 5);
  GRADIENT(mish, -5, 25);
  GRADIENT(selu, -5, 5.1);
  GRADIENT(relu6, -5, 8.1);
  GRADIENT(hardswish, -5, 5.1);
  GRADIENT(hardsigmoid, -5, 5.1);
  GRADIENT(softsign, -5, 5.1);
  GRADIENT(tanhshrink, -5, 5);
#undef GRADIENT
}

template <class T>
void testFloats() {
  const double e = 8 * std::numeric_limits<T>::epsilon();
#define UNARY_TEST(NAME, REFERENCE) \
  testUnary<T, T>(#NAME, e, NAME<T>, []([[maybe_unused]] double x) { return static_cast<double>(REFERENCE); })
  UNARY_TEST(exp, std::exp(x));
  UNARY_TEST(log, std::log(x));
  UNARY_TEST(tanh, std::tanh(x));
  UNARY_TEST(sigmoid, 1 / (1 + std::exp(-x)));
  UNARY_TEST(erf, std::erf(x));
  UNARY_TEST(sin, std::sin(x));
  UNARY_TEST(atan, std::atan(x));
  UNARY_TEST(sqrt, std::sqrt(x));
  UNARY_TEST(reciprocal, 1 / x);
  UNARY_TEST(relu, x != x ? x : std::fmax(x, 0));
  UNARY_TEST(floor, std::floor(x));
  UNARY_TEST(round, std::nearbyint(x));
  UNARY_TEST(sign, (x > 0) - (x < 0));
  UNARY_TEST(gelu, 0.5 * x * (1 + std::erf(x * sqrtHalf)));
  UNARY_TEST(silu, x / (1 + std::exp(-x)));
  UNARY_TEST(logSigmoid, x > 0 ? -std::log1p(std::exp(-x)) : x - std::log1p(std::exp(x)));
  UNARY_TEST(relu6, x != x ? x : std::fmin(std::fmax(x, 0), 6));
#undef UNARY_TEST
  testUnary<T, bool>("isnan", 0, isnan<T>, [](T x) { return x != x; });
  testUnary<T, bool>("isinf", 0, isinf<T>, [](T x) { return std::isinf(x); });
  testUnary<T, bool>("isfinite", 0, isfinite<T>, [](T x) { return std::isfinite(x); });
  testBinary<T, T>("div", 0, div<T>, [](T a, T b) { return a / b; });
  testBinary<T, T>("atan2", e, atan2<T>, [](T a, T b) { return std::atan2(a, b); });
  const auto lerpQuarter = [](const T* x, const T* y, T* out, Ints shape, Ints xs, Ints ys, Ints os) {
    lerp(x, y, out, 0.25, shape, xs, ys, os);
  };
  testBinary<T, T>("lerp", e, lerpQuarter, [](double a, double b) { return a + (b - a) * 0.25; });
  const auto softplusTwo = [](const T* x, T* y, Ints shape, Ints xs, Ints ys) { softplus(x, y, 2, 20, shape, xs, ys); };
  testUnary<T, T>("softplus", e, softplusTwo,
                  [](double x) { return 2 * x > 20 ? x : std::log1p(std::exp(2 * x)) / 2; });
  const auto cube = [](const T* x, T* y, Ints shape, Ints xs, Ints ys) { powScalar(x, y, 3, shape, xs, ys); };
  testUnary<T, T>("powScalar", e, cube, [](double x) { return x * x * x; });
  const auto root = [](const T* x, T* y, Ints shape, Ints xs, Ints ys) { powScalar(x, y, 1.5, shape, xs, ys); };
  testUnary<T, T>("powScalar", e, root, [](double x) { return std::pow(x, 1.5); });
}

template <class T>
void testNumbers() {
  constexpr bool isFloat = std::is_floating_point_v<T>;
  testUnary<T, T>("neg", 0, neg<T>, [](T x) { return static_cast<T>(-x); });
  testUnary<T, T>("abs", 0, abs<T>, [](T x) { return static_cast<T>(x < 0 ? -x : x); });
  testUnary<T, T>("sign", 0, sign<T>, [](T x) { return static_cast<T>((x > 0) - (x < 0)); });
  testBinary<T, T>("sub", 0, sub<T>, [](T a, T b) { return static_cast<T>(a - b); });
  testBinary<T, T>("remainder", 0, remainder<T>, [](T a, T b) {
    if (!isFloat && b == 0) return T{0};
    const double r = std::fmod(static_cast<double>(a), static_cast<double>(b));
    return static_cast<T>(r != 0 && (r < 0) != (b < 0) ? r + b : r);
  });
  testBinary<T, T>("fmod", 0, fmod<T>, [](T a, T b) {
    if (!isFloat && b == 0) return T{0};
    return static_cast<T>(std::fmod(static_cast<double>(a), static_cast<double>(b)));
  });
  if constexpr (!isFloat) {
    testBinary<T, T>("floorDivide", 0, floorDivide<T>, [](T a, T b) {
      return b == 0 ? T{0} : static_cast<T>(std::floor(static_cast<double>(a) / static_cast<double>(b)));
    });
    testBinary<T, T>("truncDivide", 0, truncDivide<T>, [](T a, T b) {
      return b == 0 ? T{0} : static_cast<T>(static_cast<double>(a) / static_cast<double>(b));
    });
  }
  const auto clampTwo = [](const T* x, T* y, Ints shape, Ints xs, Ints ys) { clamp(x, y, 2, 6, shape, xs, ys); };
  testUnary<T, T>("clamp", 0, clampTwo, [](T x) { return x < 2 ? T{2} : x > 6 ? T{6} : x; });
  const auto scaled = [](const T* x, const T* y, T* out, Ints shape, Ints xs, Ints ys, Ints os) {
    addScaled(x, y, out, 2, shape, xs, ys, os);
  };
  testBinary<T, T>("addScaled", 0, scaled, [](T a, T b) { return static_cast<T>(a + static_cast<T>(b * 2)); });
}

template <class T>
void testAll() {
  [[maybe_unused]] constexpr bool isBool = std::is_same_v<T, bool>;
  testBinary<T, T>("add", 0, add<T>, [](T a, T b) { return static_cast<T>(a + b); });
  testBinary<T, T>("mul", 0, mul<T>, [](T a, T b) { return static_cast<T>(a * b); });
  testBinary<T, T>("maximum", 0, maximum<T>, [](T a, T b) { return a > b || a != a ? a : b; });
  testBinary<T, T>("minimum", 0, minimum<T>, [](T a, T b) { return a < b || a != a ? a : b; });
  testBinary<T, bool>("eq", 0, eq<T>, [](T a, T b) { return a == b; });
  testBinary<T, bool>("ne", 0, ne<T>, [](T a, T b) { return a != b; });
  testBinary<T, bool>("lt", 0, lt<T>, [](T a, T b) { return a < b; });
  testBinary<T, bool>("ge", 0, ge<T>, [](T a, T b) { return a >= b; });
  testBinary<T, bool>("logicalAnd", 0, logicalAnd<T>, [](T a, T b) { return a && b; });
  testBinary<T, bool>("logicalXor", 0, logicalXor<T>, [](T a, T b) { return !a != !b; });
  testUnary<T, bool>("logicalNot", 0, logicalNot<T>, [](T x) { return !x; });
  if constexpr (!std::is_floating_point_v<T>) {
    testBinary<T, T>("bitwiseXor", 0, bitwiseXor<T>, [](T a, T b) { return static_cast<T>(a ^ b); });
    testUnary<T, T>("bitwiseNot", 0, bitwiseNot<T>,
                    [](T x) { return static_cast<T>(isBool ? !x : ~static_cast<int64_t>(x)); });
  }
  const bool* condition = buffer<bool, 9>(false);
  const auto choose = [=](const T* x, const T* y, T* out, Ints shape, Ints xs, Ints ys, Ints os) {
    const int64_t zero[] = {0, 0};
    where(condition, x, y, out, shape, Ints{zero, 2}, xs, ys, os);
  };
  testBinary<T, T>("where", 0, choose, [=](T a, T b) { return condition[0] ? a : b; });
}

// Neither a zero divisor nor the least integer by -1 may trap.
template <class T>
void testDivisionTraps() {
  const T x[] = {std::numeric_limits<T>::min(), 7, 0, std::numeric_limits<T>::min()};
  const T y[] = {static_cast<T>(-1), 0, 0, 1};
  T out[4];
  const int64_t n = 4;
  const Ints shape{&n, 1}, s{one, 1};
  floorDivide(x, y, out, shape, s, s, s);
  same(static_cast<double>(out[1]), 0, "x // 0", 0);
  truncDivide(x, y, out, shape, s, s, s);
  remainder(x, y, out, shape, s, s, s);
  same(static_cast<double>(out[0]), 0, "least % -1", 0);
  fmod(x, y, out, shape, s, s, s);
  same(static_cast<double>(out[3]), 0, "least % 1", 0);
}

// out may be an operand.
void testInPlace() {
  float* x = buffer<float, 1>(false);
  float copyOfX[100];
  std::memcpy(copyOfX, x, sizeof copyOfX);
  const int64_t shape[] = {50}, two[] = {2};
  add(x, x, x, Ints{shape, 1}, Ints{two, 1}, Ints{two, 1}, Ints{two, 1});
  for (int i = 0; i < 100; i++) same(x[i], i % 2 == 0 ? 2 * copyOfX[i] : copyOfX[i], "in place", i);
}

// ---- Reductions, softmax

struct Extent {
  int64_t outer, n, inner;
};
constexpr Extent extents[] = {{1, 1, 1},  {3, 10, 1}, {2, 64, 1},  {5, 129, 1}, {1, 30011, 1}, {2, 1025, 1},
                              {2, 10, 3}, {1, 7, 64}, {2, 31, 65}, {1, 5, 257}, {1, 9001, 2},  {3, 300, 16}};

template <class T>
void testReductions(bool specials) {
  using Wide = std::conditional_t<std::is_floating_point_v<T>, double, int64_t>;
  const T* x = buffer<T, 1>(specials);
  for (const auto& [outer, n, inner] : extents) {
    T* most = buffer<T, 2>(false);
    T* least = buffer<T, 3>(false);
    int64_t* mostAt = buffer<int64_t, 4>(false);
    int64_t* leastAt = buffer<int64_t, 5>(false);
    bool* some = buffer<bool, 6>(false);
    bool* every = buffer<bool, 7>(false);
    T* total = buffer<T, 8>(false);
    max(x, most, outer, n, inner);
    min(x, least, outer, n, inner);
    argmax(x, mostAt, outer, n, inner);
    argmin(x, leastAt, outer, n, inner);
    any(x, some, outer, n, inner);
    all(x, every, outer, n, inner);
    if constexpr (!std::is_same_v<T, bool>) sum(x, total, outer, n, inner);
    for (int64_t o = 0; o < outer; o++) {
      for (int64_t j = 0; j < inner; j++) {
        const T* row = x + o * n * inner + j;
        int64_t high = 0, low = 0;
        bool anyTrue = false, allTrue = true;
        Wide wide = 0;
        for (int64_t i = 0; i < n; i++) {
          const T value = row[i * inner];
          const bool isNan = value != value;
          if (value > row[high * inner] || (isNan && row[high * inner] == row[high * inner])) high = i;
          if (value < row[low * inner] || (isNan && row[low * inner] == row[low * inner])) low = i;
          anyTrue |= value != 0;
          allTrue &= value != 0;
          wide += static_cast<Wide>(value);
        }
        const int64_t at = o * inner + j;
        const double where = static_cast<double>(n);
        same(static_cast<double>(most[at]), static_cast<double>(row[high * inner]), "max", where);
        same(static_cast<double>(least[at]), static_cast<double>(row[low * inner]), "min", where);
        same(static_cast<double>(mostAt[at]), static_cast<double>(high), "argmax", where);
        same(static_cast<double>(leastAt[at]), static_cast<double>(low), "argmin", where);
        same(some[at], anyTrue, "any", where);
        same(every[at], allTrue, "all", where);
        if constexpr (!std::is_same_v<T, bool>) {
          // The terms are at most 8, so n of them err by less than this.
          const double bound = std::is_floating_point_v<T> ? 64 * static_cast<double>(n) : 0;
          near(static_cast<double>(total[at]), static_cast<double>(static_cast<T>(wide)),
               bound * static_cast<double>(std::numeric_limits<T>::epsilon()), "sum", where);
        }
      }
    }
  }
}

template <class T>
void testSoftmax() {
  const double e = 16 * std::numeric_limits<T>::epsilon();
  const T* x = buffer<T, 1>(false);
  const T* dy = buffer<T, 2>(false);
  for (const auto& [outer, n, inner] : extents) {
    T* y = buffer<T, 3>(false);
    T* logY = buffer<T, 4>(false);
    T* dx = buffer<T, 5>(false);
    T* logDx = buffer<T, 6>(false);
    T* variance = buffer<T, 7>(false);
    softmax(x, y, outer, n, inner);
    logSoftmax(x, logY, outer, n, inner);
    softmaxBackward(dy, y, dx, outer, n, inner);
    logSoftmaxBackward(dy, logY, logDx, outer, n, inner);
    var(x, variance, outer, n, inner, 1);
    for (int64_t o = 0; o < outer; o++) {
      for (int64_t j = 0; j < inner; j++) {
        const int64_t base = o * n * inner + j;
        double top = -infinity, total = 0, dot = 0, dySum = 0, mean = 0, deviation = 0;
        for (int64_t i = 0; i < n; i++) top = std::fmax(top, x[base + i * inner]);
        for (int64_t i = 0; i < n; i++) {
          total += std::exp(x[base + i * inner] - top);
          mean += static_cast<double>(x[base + i * inner]) / static_cast<double>(n);
          dySum += dy[base + i * inner];
        }
        for (int64_t i = 0; i < n; i++) {
          const double centred = x[base + i * inner] - mean;
          deviation += centred * centred;
          dot += dy[base + i * inner] * std::exp(x[base + i * inner] - top) / total;
        }
        // The plain loop itself errs by a rounding of each term.
        const double plain = static_cast<double>(n) * std::numeric_limits<double>::epsilon();
        near(variance[o * inner + j], deviation / static_cast<double>(n - 1), e + plain, "var", static_cast<double>(n));
        for (int64_t i = 0; i < n; i++) {
          const int64_t at = base + i * inner;
          const double p = std::exp(x[at] - top) / total;
          near(y[at], p, e, "softmax", static_cast<double>(n));
          near(logY[at], std::log(p), e, "logSoftmax", static_cast<double>(n));
          near(dx[at], p * (dy[at] - dot), e * 8, "softmaxBackward", static_cast<double>(n));
          near(logDx[at], dy[at] - p * dySum, e * std::fmax(8, std::fabs(p * dySum)), "logSoftmaxBackward",
               static_cast<double>(n));
        }
      }
    }
  }
}

// A million equal and a million varied terms: the tree keeps float within 1e-6.
void testLongSum() {
  constexpr int64_t n = 1000003;
  Scratch scratch(n * 4);
  float* x = scratch.as<float>();
  double expected = 0;
  for (int64_t i = 0; i < n; i++) {
    x[i] = 0.1f + static_cast<float>(i % 1000) * 0.001f;
    expected += x[i];
  }
  float y[3];
  sum(x, y, 1, n, 1);
  check(std::fabs(y[0] / expected - 1) < 1e-6, "sum of a million", n, y[0], expected);
  sum(x, y, 1, n / 3, 3);
  check(std::fabs((double{y[0]} + y[1] + y[2] + x[n - 1]) / expected - 1) < 1e-6, "columns of a million", n, y[0],
        expected / 3);
}

// ---- Layout

struct CopyCase {
  int64_t shape[3], src[3], dst[3];
};
constexpr CopyCase copies[] = {
    {{1, 1, 1000}, {0, 0, 1}, {0, 0, 1}},        {{1, 33, 70}, {0, 1, 33}, {0, 70, 1}},
    {{3, 65, 66}, {4290, 1, 65}, {4290, 66, 1}}, {{2, 3, 5}, {0, 1, 0}, {15, 5, 1}},
    {{7, 20, 11}, {1, 77, 7}, {220, 11, 1}},     {{2, 9, 8}, {72, 8, 1}, {1, 16, 2}},
    {{1, 6, 9}, {0, -9, 1}, {0, 9, 1}},
};

template <class U, class T>
void testCast(int64_t code) {
  const T* x = buffer<T, 1>(false) + 1000;
  U* y = buffer<U, 2>(false);
  for (const auto& [shape, src, dst] : copies) {
    cast(x, y, code, Ints{shape, 3}, Ints{src, 3}, Ints{dst, 3});
    for (int64_t i = 0; i < shape[0] * shape[1] * shape[2]; i++) {
      const int64_t a = i / (shape[1] * shape[2]), b = i / shape[2] % shape[1], c = i % shape[2];
      const T value = x[a * src[0] + b * src[1] + c * src[2]];
      if (std::is_same_v<U, uint8_t> && static_cast<double>(value) < 0) continue;
      same(static_cast<double>(y[a * dst[0] + b * dst[1] + c * dst[2]]), static_cast<double>(static_cast<U>(value)),
           "cast", static_cast<double>(value));
    }
  }
}

template <class T>
void testLayout() {
  const T* x = buffer<T, 1>(false) + 1000;
  T* y = buffer<T, 2>(false);
  for (const auto& [shape, src, dst] : copies) {
    copy(x, y, Ints{shape, 3}, Ints{src, 3}, Ints{dst, 3});
    for (int64_t i = 0; i < shape[0] * shape[1] * shape[2]; i++) {
      const int64_t a = i / (shape[1] * shape[2]), b = i / shape[2] % shape[1], c = i % shape[2];
      same(static_cast<double>(y[a * dst[0] + b * dst[1] + c * dst[2]]),
           static_cast<double>(x[a * src[0] + b * src[1] + c * src[2]]), "copy", static_cast<double>(i));
    }
  }
  testCast<float, T>(float32Code);
  testCast<double, T>(float64Code);
  testCast<int64_t, T>(int64Code);
  testCast<int32_t, T>(int32Code);
  testCast<uint8_t, T>(uint8Code);
  testCast<bool, T>(boolCode);
  const int64_t shape[] = {3, 5}, strides[] = {20, 2};
  fill(y, 1, Ints{shape, 2}, Ints{strides, 2});
  for (int64_t i = 0; i < 15; i++) same(static_cast<double>(y[i / 5 * 20 + i % 5 * 2]), 1, "fill", 0);
  if constexpr (!std::is_same_v<T, bool>) {
    arange(y, 3, 2, 40);
    for (int64_t i = 0; i < 40; i++) same(static_cast<double>(y[i]), static_cast<double>(3 + 2 * i), "arange", 0);
  }
}

// Work that cannot have its memory says so on whatever thread it runs, and leaves memory and threads as they were.
void testOutOfScratch() {
  constexpr int64_t tooMuch = INT64_MAX / 4;
  const auto place = [] { return Scratch(64).as<char>(); };
  char* const before = place();
  // The last as after an overflow.
  for (const auto& [failing, wanted] : {std::pair<int64_t, int64_t>{0, tooMuch}, {17, tooMuch}, {63, -tooMuch}}) {
    int64_t missing = 0;
    std::atomic<int64_t> done = 0;
    try {
      parallelFor(64, 1, [&](int64_t begin, int64_t end) {
        const Scratch held(1000);
        for (int64_t i = begin; i < end; i++) {
          if (i == failing) const Scratch scratch(wanted);
          done++;
        }
      });
    } catch (const OutOfScratch& failure) {
      missing = failure.bytes;
    }
    check(missing >= tooMuch && done < 64, "out of scratch", static_cast<double>(failing), 0, 1);
    check(place() == before, "scratch given back", static_cast<double>(failing), 0, 1);
    done = 0;
    parallelFor(64, 1, [&](int64_t begin, int64_t end) { done += end - begin; });
    same(static_cast<double>(done), 64, "work after a failure", static_cast<double>(failing));
  }
}

template <class T>
void testType() {
  testAll<T>();
  testReductions<T>(false);
  testLayout<T>();
  if constexpr (!std::is_same_v<T, bool>) testNumbers<T>();
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) testDivisionTraps<T>();
  if constexpr (std::is_floating_point_v<T>) {
    testFloats<T>();
    testReductions<T>(true);
    testSoftmax<T>();
  }
}

}  // namespace

int run() {
  testType<float>();
  testType<double>();
  testType<int64_t>();
  testType<int32_t>();
  testType<uint8_t>();
  testType<bool>();
  testInPlace();
  testGradients();
  testGelu();
  testStreamed<float>();
  testStreamed<double>();
  testLongSum();
  testOutOfScratch();
  return test::report("kernels_test", QUOTE(FLAMBEAU_ISA));
}

}  // namespace flambeau::FLAMBEAU_ISA

int main() { return flambeau::FLAMBEAU_ISA::run(); }
