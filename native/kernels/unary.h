// The kernels of unary.inc: name(x, y, shape, xStrides, yStrides), and nameBackward(g, x, y, dx, n) on contiguous data.
#pragma once

#include "kernels/elementwise.h"
#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {

inline constexpr double ln2 = 0.693147180559945309417;
inline constexpr double ln10 = 2.30258509299404568402;
inline constexpr double sqrtHalf = 0.707106781186547524401;
inline constexpr double sqrtTwoByPi = 0.797884560802865355880;
inline constexpr double oneBySqrtTwoPi = 0.398942280401432677940;
// PyTorch's slope of hardsigmoid, of single precision in every dtype.
inline constexpr double floatSixth = 1.0F / 6.0F;
inline constexpr double twoBySqrtPi = 1.12837916709551257390;
inline constexpr double seluScale = 1.0507009873554804934193349852946;
inline constexpr double seluAlpha = 1.6732632423543772848170429916717;
inline constexpr double infinity = std::numeric_limits<double>::infinity();

// ---- What the formulas of unary.inc name

// 0 for 0 and for NaN, as in PyTorch.
template <class T, int N>
ALWAYS_INLINE vec<T, N> sign(vec<T, N> x) {
  using V = vec<T, N>;
  return select(x > 0, V::splat(1), select(x < 0, V::splat(static_cast<T>(-1)), V::zero()));
}

template <class T, int N>
ALWAYS_INLINE vec<T, N> bitwiseNot(vec<T, N> x) {
  return x ^ vec<T, N>::splat(std::is_same_v<T, bool> ? T{1} : static_cast<T>(-1));
}

// d(x s) = s (1 + x (1 - s)) with s = sigmoid(x)
template <class T, int N>
ALWAYS_INLINE vec<T, N> siluSlope(vec<T, N> x) {
  const auto s = sigmoid(x);
  return s * (1 + x * (1 - s));
}

// The distribution function Phi and the density phi of the normal distribution.
template <class T, int N>
struct Normal {
  vec<T, N> cdf, pdf;
};
template <int N>
ALWAYS_INLINE Normal<double, N> normal(vec<double, N> x) {
  return {0.5 * (1 + erf(x * sqrtHalf)), oneBySqrtTwoPi * exp(-0.5 * x * x)};
}
// Phi(-|x|) / exp(-x^2/2) = s P(s) with s = 1 / (1 + 0.35 |x|), P fitted to 3.2e-8 of the result for |x| <= 13.5. Phi
// has at most 7 ULP above -4, 64 above -13, where (1 + erf) / 2 has no digits left.
template <int N>
ALWAYS_INLINE vec<float, N> normalTail(vec<float, N> magnitude) {
  using V = vec<float, N>;
  const auto s = 1 / fma(magnitude, V::splat(0.35f), V::splat(1));
  return s * polynomial(s, -0.02912587672852458, 0.14387228950841233, -0.2555046732237729, 0.15892941130351276,
                        -0.022937218715914788, 0.10543296955734567, 0.11985242933392583, 0.13985908333175812,
                        0.13962156975305778);
}
template <int N>
ALWAYS_INLINE Normal<float, N> normal(vec<float, N> x) {
  const auto e = exp<false>(-0.5f * (x * x));
  const auto tail = normalTail(abs(x));
  return {select(x < 0, e * tail, 1 - e * tail), oneBySqrtTwoPi * e};
}

// x Phi(x), which is max(x, 0) - |x| Phi(-|x|) where the exponential is a normal number.
template <int N>
NEVER_INLINE vec<float, N> geluOfAny(vec<float, N> x) {
  return x * normal(x).cdf;
}
template <int N>
ALWAYS_INLINE vec<double, N> gelu(vec<double, N> x) {
  return x * normal(x).cdf;
}
template <int N>
ALWAYS_INLINE vec<float, N> gelu(vec<float, N> x) {
  using V = vec<float, N>;
  const auto magnitude = abs(x);
  if (!all(magnitude <= 13)) [[unlikely]]
    return geluOfAny(x);
  const auto e = expOfNormal<false>(-0.5f * (x * x));
  return fma(-magnitude, e * normalTail(magnitude), larger(V::zero(), x));
}

// sqrt(2/pi) (x + 0.044715 x^3)
template <class T, int N>
ALWAYS_INLINE vec<T, N> geluInner(vec<T, N> x) {
  return sqrtTwoByPi * (x + 0.044715 * (x * x * x));
}
// x (1 + tanh(u)) / 2 = x sigmoid(2 u), whose slope is s + 2 x s (1 - s) u'
template <class T, int N>
ALWAYS_INLINE vec<T, N> geluTanhSlope(vec<T, N> x) {
  const auto s = sigmoid(2 * geluInner(x));
  const auto innerSlope = sqrtTwoByPi * (1 + 3 * 0.044715 * x * x);
  return s + 2 * x * s * (1 - s) * innerSlope;
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> geluSlope(vec<T, N> x) {
  const auto [cdf, pdf] = normal(x);
  return cdf + x * pdf;
}

// tanh(log(1 + e)) = (e^2 + 2 e) / (e^2 + 2 e + 2) with e = exp(x); 1 to the last bit from x = 20 on.
template <class T, int N>
ALWAYS_INLINE vec<T, N> tanhSoftplus(vec<T, N> x) {
  const auto e = exp(select(x > 20, 20, x));
  const auto s = e * (e + 2);
  return s / (s + 2);
}
// d(x t) = t + x (1 - t^2) sigmoid(x)
template <class T, int N>
ALWAYS_INLINE vec<T, N> mishSlope(vec<T, N> x) {
  const auto t = tanhSoftplus(x);
  return t + x * (1 - t * t) * sigmoid(x);
}

// 0 below -3, 1 above 3, x / 3 + 1/2 between: not continuous at either end, as in PyTorch
template <class T, int N>
ALWAYS_INLINE vec<T, N> hardswishSlope(vec<T, N> x) {
  return select(x < -3, 0, select(x > 3, 1, x / 3 + 0.5));
}

// ---- The kernels

#define UNARY_STEP(NAME, TYPES, GRAIN, Y)                                                      \
  template <class T>                                                                           \
  inline void NAME(const T* x, T* y, Ints shape, Ints xStrides, Ints yStrides) {               \
    elementwise(GRAIN, shape, [](auto x) { return Y; }, y, yStrides, Operand<T>{x, xStrides}); \
  }
#define UNARY(NAME, TYPES, GRAIN, Y, DX)                                                                     \
  UNARY_STEP(NAME, TYPES, GRAIN, Y)                                                                          \
  template <class T>                                                                                         \
  inline void NAME##Backward(const T* g, const T* x, const T* y, T* dx, int64_t n) {                         \
    elementwiseFlat(                                                                                         \
        GRAIN, n, [](auto g, [[maybe_unused]] auto x, [[maybe_unused]] auto y) { return DX; }, dx, g, x, y); \
  }
#define UNARY_BOOL(NAME, TYPES, GRAIN, Y)                                                              \
  template <class T>                                                                                   \
  inline void NAME(const T* x, bool* y, Ints shape, Ints xStrides, Ints yStrides) {                    \
    elementwise(GRAIN, shape, [](auto x) { return toBool(Y); }, y, yStrides, Operand<T>{x, xStrides}); \
  }
#include "kernels/unary.inc"
#undef UNARY
#undef UNARY_STEP
#undef UNARY_BOOL

}  // namespace flambeau::FLAMBEAU_ISA
