// The kernels of unary.inc: name(x, y, shape, xStrides, yStrides), and nameBackward(g, x, y, dx, n) on contiguous data.
#pragma once

#include "kernels/elementwise.h"
#include "kernels/gelu.h"
#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {

inline constexpr double ln2 = 0.693147180559945309417;
inline constexpr double ln10 = 2.30258509299404568402;
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
