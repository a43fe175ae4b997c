// vec against scalar arithmetic: every operation, element type and width, and every partial load and store.
#include "check.h"

#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

using test::near;
using test::same;

constexpr int maxLanes = 64;

template <class T, int N>
struct Values {
  alignas(64) T at[maxLanes * 2];
  explicit Values(bool specials) {
    for (T& value : at) value = test::sample<T>(specials);
  }
  vec<T, N> load() const { return vec<T, N>::load(at); }
};

template <class T, int N, class F>
void expectLanes(vec<T, N> actual, const char* what, F expected) {
  T lane[N];
  actual.store(lane);
  for (int i = 0; i < N; i++) same(lane[i], expected(i), what, i);
}

template <class T, int N, class F>
void expectMask(mask<T, N> actual, const char* what, F expected) {
  bool lane[N];
  toBool(actual).store(lane);
  bool some = false, every = true;
  for (int i = 0; i < N; i++) {
    same(lane[i], expected(i), what, i);
    some |= lane[i];
    every &= lane[i];
  }
  same(any(actual), some, "any", N);
  same(all(actual), every, "all", N);
  bool again[N];
  toBool(toMask<T>(vec<bool, N>::load(lane))).store(again);
  for (int i = 0; i < N; i++) same(again[i], lane[i], "toMask", i);
}

// Sentinels around what may be written; the memory that may be read ends where the count says.
template <class T, int N>
void testPartial() {
  const T sentinel = static_cast<T>(1);
  for (int count = 0; count <= N; count++) {
    const Values<T, N> x(false);
    T source[N], out[N + 2];
    for (int i = 0; i < N; i++) source[i] = x.at[i];
    expectLanes(vec<T, N>::load(source, count), "partial load", [&](int i) { return i < count ? x.at[i] : T{0}; });
    for (T& value : out) value = sentinel;
    x.load().store(out + 1, count);
    for (int i = 0; i < N + 2; i++) {
      same(out[i], i >= 1 && i <= count ? x.at[i - 1] : sentinel, "partial store", i);
    }
  }
}

template <class T, int N>
void testArithmetic() {
  const Values<T, N> x(true), y(true), z(true);
  const auto a = x.load(), b = y.load(), c = z.load();
  const T* p = x.at;
  const T* q = y.at;
  const T* r = z.at;
  constexpr bool isBool = std::is_same_v<T, bool>;
  expectLanes(vec<T, N>::splat(p[0]), "splat", [&](int) { return p[0]; });
  expectLanes(vec<T, N>::zero(), "zero", [&](int) { return T{0}; });
  expectLanes(a + b, "+", [&](int i) { return static_cast<T>(p[i] + q[i]); });
  expectLanes(a * b, "*", [&](int i) { return static_cast<T>(p[i] * q[i]); });
  if constexpr (!isBool) {
    expectLanes(a - b, "-", [&](int i) { return static_cast<T>(p[i] - q[i]); });
    expectLanes(-a, "negate", [&](int i) { return static_cast<T>(-p[i]); });
    expectLanes(abs(a), "abs", [&](int i) { return static_cast<T>(p[i] < 0 ? -p[i] : p[i]); });
  }
  expectMask(a == b, "==", [&](int i) { return p[i] == q[i]; });
  expectMask(a != b, "!=", [&](int i) { return p[i] != q[i]; });
  expectMask(a < b, "<", [&](int i) { return p[i] < q[i]; });
  expectMask(a <= b, "<=", [&](int i) { return p[i] <= q[i]; });
  expectMask(a > b, ">", [&](int i) { return p[i] > q[i]; });
  expectMask(a >= b, ">=", [&](int i) { return p[i] >= q[i]; });
  expectMask((a < b) & (b < c), "mask &", [&](int i) { return p[i] < q[i] && q[i] < r[i]; });
  expectMask((a < b) | (b < c), "mask |", [&](int i) { return p[i] < q[i] || q[i] < r[i]; });
  expectMask(~(a < b), "mask ~", [&](int i) { return !(p[i] < q[i]); });
  expectLanes(select(a < b, b, c), "select", [&](int i) { return p[i] < q[i] ? q[i] : r[i]; });
  expectLanes(max(a, b), "max", [&](int i) { return p[i] > q[i] || p[i] != p[i] ? p[i] : q[i]; });
  expectLanes(min(a, b), "min", [&](int i) { return p[i] < q[i] || p[i] != p[i] ? p[i] : q[i]; });
  expectLanes(concat(lower(a), upper(a)), "halves", [&](int i) { return p[i]; });
}

template <class T, int N>
void testFloat() {
  const Values<T, N> x(true), y(true), z(false);
  const auto a = x.load(), b = y.load(), c = z.load();
  const T* p = x.at;
  const T* q = y.at;
  const T* r = z.at;
  expectLanes(a / b, "/", [&](int i) { return p[i] / q[i]; });
  expectLanes(sqrt(a), "sqrt", [&](int i) { return std::sqrt(p[i]); });
  expectLanes(floor(a), "floor", [&](int i) { return std::floor(p[i]); });
  expectLanes(ceil(a), "ceil", [&](int i) { return std::ceil(p[i]); });
  expectLanes(trunc(a), "trunc", [&](int i) { return std::trunc(p[i]); });
  expectLanes(round(a), "round", [&](int i) { return std::nearbyint(p[i]); });
  expectLanes(copySign(a, b), "copySign", [&](int i) { return std::copysign(p[i], q[i]); });
  T lane[N];
  fma(c, c, c).store(lane);
  const T epsilon = std::numeric_limits<T>::epsilon();
  for (int i = 0; i < N; i++) near(lane[i], std::fma(r[i], r[i], r[i]), epsilon * 64, "fma", i);
  ldexp(c, vec<T, N>::splat(-3)).store(lane);
  for (int i = 0; i < N; i++) same(lane[i], r[i] / 8, "ldexp", i);
}

// Tables of one register and of two, where the machine looks up in them.
template <class T>
void testLookup() {
  constexpr int n = nativeLanes<T>;
  const Values<T, n> values(false);
  const Values<IntOf<T>, n> index(false);
  if constexpr (looksUp<T>) {
    const auto found = lookup(values.load(), index.load());
    expectLanes(found, "lookup", [&](int i) { return values.at[index.at[i] & (n - 1)]; });
  }
  if constexpr (looksUp<T> && std::is_same_v<T, float>) {
    uint8_t table[n], place[n];
    for (int i = 0; i < n; i++) table[i] = i % 3, place[i] = static_cast<uint8_t>(5 * i % n | i % 4 << 4);
    const auto wins = findEqual<T>(vec<uint8_t, n>::load(table), vec<uint8_t, n>::load(place));
    expectLanes(lanesOf(wins), "findEqual", [&](int i) { return table[place[i] & 15] == place[i] >> 4 ? -1 : 0; });
  }
  if constexpr (looksUpPairs<T>) {
    T table[2 * n];
    for (int i = 0; i < 2 * n; i++) table[i] = values.at[i];
    const auto found = lookup(table, index.load());
    expectLanes(found, "lookup in a pair", [&](int i) { return table[index.at[i] & (2 * n - 1)]; });
  }
}

template <class U, class T, int N>
void testConvert() {
  const Values<T, N> x(false);
  const auto y = convert<U>(x.load());
  U lane[N];
  y.store(lane);
  for (int i = 0; i < N; i++) {
    // A negative number has no defined image among unsigned bytes.
    if (std::is_same_v<U, uint8_t> && x.at[i] < 0) continue;
    same(lane[i], static_cast<U>(x.at[i]), "convert", i);
  }
}

// The fixed tree: lane i meets lane i + N/2.
template <class T, int N>
void testReduce() {
  const Values<T, N> x(false);
  T sum[N], most[N], least[N];
  for (int i = 0; i < N; i++) sum[i] = most[i] = least[i] = x.at[i];
  for (int half = N / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      sum[i] = static_cast<T>(sum[i] + sum[i + half]);
      most[i] = most[i] > most[i + half] ? most[i] : most[i + half];
      least[i] = least[i] < least[i + half] ? least[i] : least[i + half];
    }
  }
  same(reduceAdd(x.load()), sum[0], "reduceAdd", N);
  same(reduceMax(x.load()), most[0], "reduceMax", N);
  same(reduceMin(x.load()), least[0], "reduceMin", N);
}

template <class T, int N>
void testWidth() {
  testPartial<T, N>();
  for (int round = 0; round < 8; round++) {
    testArithmetic<T, N>();
    testReduce<T, N>();
    if constexpr (std::is_floating_point_v<T>) testFloat<T, N>();
    if constexpr (!std::is_same_v<T, bool> && N <= 16) {
      testConvert<float, T, N>();
      testConvert<double, T, N>();
      testConvert<int64_t, T, N>();
      testConvert<int32_t, T, N>();
      testConvert<uint8_t, T, N>();
    }
  }
}

template <class T>
void testType() {
  testWidth<T, lanes<T>>();
  testWidth<T, lanes<T> / 2>();
  testWidth<T, lanes<T> / 4>();
  testWidth<T, 2>();
  if constexpr (sizeof(T) > 1) testWidth<T, lanes<T> * 2>();
}

// Bounds as documented in simd/math*.h, here in units of the last place of the expected value.
template <class F, class G>
void testFunction(const char* name, double ulps, double from, double to, F f, G reference) {
  constexpr int steps = 4096;
  for (int i = 0; i < steps; i += lanes<float>) {
    alignas(64) float x[lanes<float>], y[lanes<float>];
    for (int j = 0; j < lanes<float>; j++) x[j] = static_cast<float>(from + (to - from) * (i + j) / steps);
    f(Vec<float>::load(x)).store(y);
    for (int j = 0; j < lanes<float>; j++) {
      const double expected = reference(static_cast<double>(x[j]));
      int exponent;
      std::frexp(expected, &exponent);
      const double unit = std::ldexp(1.0, exponent > -125 ? exponent - 24 : -149);
      test::check(std::fabs(y[j] - expected) <= ulps * unit, name, x[j], y[j], expected);
    }
  }
  const float infinity = std::numeric_limits<float>::infinity();
  const float specials[] = {0.0f, -0.0f, infinity, -infinity, std::numeric_limits<float>::quiet_NaN()};
  for (float x : specials) {
    const float y = reduceMax(f(Vec<float>::splat(x)));
    const double expected = reference(static_cast<double>(x));
    same(y, expected, name, x);
    if (expected == 0) same(std::signbit(y), std::signbit(expected), "sign of zero", x);
  }
}

#define FUNCTION(NAME, ULPS, FROM, TO) \
  testFunction(#NAME, ULPS, FROM, TO, [](auto x) { return NAME(x); }, [](double x) { return std::NAME(x); })

void testMath() {
  FUNCTION(exp, 1.1, -103, 88.7);
  FUNCTION(exp2, 1.1, -149, 127.9);
  FUNCTION(expm1, 1.6, -20, 88.7);
  FUNCTION(log, 0.9, 1e-40, 20);
  FUNCTION(log2, 1.5, 1e-40, 20);
  FUNCTION(log10, 2.0, 1e-40, 20);
  FUNCTION(log1p, 1.6, -0.999, 20);
  FUNCTION(tanh, 1.7, -10, 10);
  FUNCTION(erf, 1.3, -5, 5);
  FUNCTION(sin, 1.6, -30, 30);
  FUNCTION(cos, 1.6, -30, 30);
  testFunction(
      "sigmoid", 2.5, -100, 20, [](auto x) { return sigmoid(x); },
      [](double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); });
}

}  // namespace

int run() {
  testType<float>();
  testType<double>();
  testType<int64_t>();
  testType<int32_t>();
  testType<uint8_t>();
  testType<bool>();
  for (int i = 0; i < 100; i++) testLookup<float>(), testLookup<int32_t>();
  testMath();
  return test::report("vec_test", QUOTE(FLAMBEAU_ISA));
}

}  // namespace flambeau::FLAMBEAU_ISA

int main() { return flambeau::FLAMBEAU_ISA::run(); }
