// Elementwise kernels with parameters: where, clamp, scalar fast paths, lerp, addcmul and the parametrised activations.
// Shapes and strides as in elementwise.h; backward kernels are contiguous, of n elements.
#pragma once

#include "kernels/elementwise.h"
#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {

// out = condition ? x : y
template <class T>
void where(const bool* condition, const T* x, const T* y, T* out, Ints shape, Ints conditionStrides, Ints xStrides,
           Ints yStrides, Ints outStrides) {
  const auto f = [](auto c, auto a, auto b) { return select(toMask<T>(c), a, b); };
  elementwise(cheapGrain, shape, f, out, outStrides, Operand<bool>{condition, conditionStrides},
              Operand<T>{x, xStrides}, Operand<T>{y, yStrides});
}

// A bound as T: infinities and numbers beyond an integer's range bound nothing.
template <class T>
T boundOf(double bound) {
  if constexpr (std::is_floating_point_v<T>)
    return static_cast<T>(bound);
  else if (bound >= static_cast<double>(std::numeric_limits<T>::max()))
    return std::numeric_limits<T>::max();
  else if (bound <= static_cast<double>(std::numeric_limits<T>::min()))
    return std::numeric_limits<T>::min();
  else
    return static_cast<T>(bound);
}

// y = min(max(x, low), high); NaN stays NaN, and where low > high the result is high.
template <class T>
void clamp(const T* x, T* y, double low, double high, Ints shape, Ints xStrides, Ints yStrides) {
  const T from = boundOf<T>(low);
  const T to = boundOf<T>(high);
  const auto f = [=](auto a) { return clampRange(a, from, to); };
  elementwise(cheapGrain, shape, f, y, yStrides, Operand<T>{x, xStrides});
}
// dx = g where low <= x <= high, else 0: the gradient at a bound is 1, at NaN 0.
template <class T>
void clampBackward(const T* g, const T* x, T* dx, double low, double high, int64_t n) {
  const T from = boundOf<T>(low);
  const T to = boundOf<T>(high);
  elementwiseFlat(cheapGrain, n, [=](auto a, auto b) { return select((b >= from) & (b <= to), a, 0); }, dx, g, x);
}
// As clampBackward, but 0 at a bound.
template <class T>
void hardtanhBackward(const T* g, const T* x, T* dx, double low, double high, int64_t n) {
  const T from = boundOf<T>(low);
  const T to = boundOf<T>(high);
  elementwiseFlat(cheapGrain, n, [=](auto a, auto b) { return select((b > from) & (b < to), a, 0); }, dx, g, x);
}

// ---- A scalar beside a tensor

template <class T>
void addScalar(const T* x, T* y, double scalar, Ints shape, Ints xStrides, Ints yStrides) {
  const T s = static_cast<T>(scalar);
  elementwise(cheapGrain, shape, [=](auto a) { return a + s; }, y, yStrides, Operand<T>{x, xStrides});
}
template <class T>
void mulScalar(const T* x, T* y, double scalar, Ints shape, Ints xStrides, Ints yStrides) {
  const T s = static_cast<T>(scalar);
  elementwise(cheapGrain, shape, [=](auto a) { return a * s; }, y, yStrides, Operand<T>{x, xStrides});
}
// y = x^scalar; the exponents of every day as products and roots.
template <class T>
void powScalar(const T* x, T* y, double scalar, Ints shape, Ints xStrides, Ints yStrides) {
  const auto run = [=](int64_t grain, auto f) { elementwise(grain, shape, f, y, yStrides, Operand<T>{x, xStrides}); };
  if (scalar == 2) return run(cheapGrain, [](auto a) { return a * a; });
  if (scalar == 3) return run(cheapGrain, [](auto a) { return a * a * a; });
  if (scalar == 0.5) return run(cheapGrain, [](auto a) { return sqrt(a); });
  if (scalar == -0.5) return run(cheapGrain, [](auto a) { return rsqrt(a); });
  if (scalar == -1) return run(cheapGrain, [](auto a) { return 1 / a; });
  if (scalar == -2) return run(cheapGrain, [](auto a) { return 1 / (a * a); });
  const T s = static_cast<T>(scalar);
  run(costlyGrain, [=](auto a) { return pow(a, decltype(a)::splat(s)); });
}

// ---- Two and three tensors and a number

// out = x + alpha y
template <class T>
void addScaled(const T* x, const T* y, T* out, double alpha, Ints shape, Ints xStrides, Ints yStrides,
               Ints outStrides) {
  const T s = static_cast<T>(alpha);
  elementwise(
      cheapGrain, shape, [=](auto a, auto b) { return a + b * s; }, out, outStrides, Operand<T>{x, xStrides},
      Operand<T>{y, yStrides});
}
// out = x + weight (y - x), from the nearer end so that weight 1 gives y exactly.
template <class T>
void lerp(const T* x, const T* y, T* out, double weight, Ints shape, Ints xStrides, Ints yStrides, Ints outStrides) {
  const T w = static_cast<T>(weight);
  const T rest = 1 - w;
  const bool nearX = std::fabs(weight) < 0.5;
  const auto f = [=](auto a, auto b) { return nearX ? a + (b - a) * w : b - (b - a) * rest; };
  elementwise(cheapGrain, shape, f, out, outStrides, Operand<T>{x, xStrides}, Operand<T>{y, yStrides});
}
// out = x + value a b
template <class T>
void addcmul(const T* x, const T* a, const T* b, T* out, double value, Ints shape, Ints xStrides, Ints aStrides,
             Ints bStrides, Ints outStrides) {
  const T v = static_cast<T>(value);
  elementwise(
      cheapGrain, shape, [=](auto p, auto q, auto r) { return p + q * r * v; }, out, outStrides,
      Operand<T>{x, xStrides}, Operand<T>{a, aStrides}, Operand<T>{b, bStrides});
}
// out = x + value a / b
template <class T>
void addcdiv(const T* x, const T* a, const T* b, T* out, double value, Ints shape, Ints xStrides, Ints aStrides,
             Ints bStrides, Ints outStrides) {
  const T v = static_cast<T>(value);
  elementwise(
      cheapGrain, shape, [=](auto p, auto q, auto r) { return p + q / r * v; }, out, outStrides,
      Operand<T>{x, xStrides}, Operand<T>{a, aStrides}, Operand<T>{b, bStrides});
}

// ---- Activations with a parameter

// y = x > 0 ? x : slope x
template <class T>
void leakyRelu(const T* x, T* y, double slope, Ints shape, Ints xStrides, Ints yStrides) {
  const T s = static_cast<T>(slope);
  elementwise(cheapGrain, shape, [=](auto a) { return select(a > 0, a, a * s); }, y, yStrides, Operand<T>{x, xStrides});
}
template <class T>
void leakyReluBackward(const T* g, const T* x, T* dx, double slope, int64_t n) {
  const T s = static_cast<T>(slope);
  elementwiseFlat(cheapGrain, n, [=](auto a, auto b) { return select(b > 0, a, a * s); }, dx, g, x);
}

// y = x > 0 ? x : alpha (exp(x) - 1)
template <class T>
void elu(const T* x, T* y, double alpha, Ints shape, Ints xStrides, Ints yStrides) {
  const T s = static_cast<T>(alpha);
  elementwise(
      costlyGrain, shape, [=](auto a) { return select(a > 0, a, expm1(a) * s); }, y, yStrides, Operand<T>{x, xStrides});
}
// dx = x > 0 ? g : g alpha exp(x)
template <class T>
void eluBackward(const T* g, const T* x, T* dx, double alpha, int64_t n) {
  const T s = static_cast<T>(alpha);
  elementwiseFlat(costlyGrain, n, [=](auto a, auto b) { return select(b > 0, a, a * s * exp(b)); }, dx, g, x);
}

// y = log(1 + exp(beta x)) / beta, x itself where beta x > threshold
template <class T>
void softplus(const T* x, T* y, double beta, double threshold, Ints shape, Ints xStrides, Ints yStrides) {
  const T b = static_cast<T>(beta);
  const T limit = static_cast<T>(threshold);
  const auto f = [=](auto a) {
    const auto scaled = a * b;
    return select(scaled > limit, a, log1p(exp(scaled)) / b);
  };
  elementwise(costlyGrain, shape, f, y, yStrides, Operand<T>{x, xStrides});
}
// dx = g sigmoid(beta x), g where beta x > threshold
template <class T>
void softplusBackward(const T* g, const T* x, T* dx, double beta, double threshold, int64_t n) {
  const T b = static_cast<T>(beta);
  const T limit = static_cast<T>(threshold);
  elementwiseFlat(
      costlyGrain, n, [=](auto a, auto c) { return select(c * b > limit, a, a * sigmoid(c * b)); }, dx, g, x);
}

// y = x > limit ? x : value; NaN stays NaN
template <class T>
void threshold(const T* x, T* y, double limit, double value, Ints shape, Ints xStrides, Ints yStrides) {
  const T l = boundOf<T>(limit);
  const T v = boundOf<T>(value);
  elementwise(cheapGrain, shape, [=](auto a) { return select(a <= l, v, a); }, y, yStrides, Operand<T>{x, xStrides});
}
template <class T>
void thresholdBackward(const T* g, const T* x, T* dx, double limit, int64_t n) {
  const T l = boundOf<T>(limit);
  elementwiseFlat(cheapGrain, n, [=](auto a, auto b) { return select(b <= l, 0, a); }, dx, g, x);
}

}  // namespace flambeau::FLAMBEAU_ISA
