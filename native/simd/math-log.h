// Logarithms of vec: log, log2, log10, log1p for float lanes.
#pragma once

#include "simd/math-exp.h"

namespace flambeau::FLAMBEAU_ISA {

// x = 2^e m with m in [sqrt(1/2), sqrt(2)), denormals included; x must be positive and finite to mean anything.
template <int N>
struct SplitFloat {
  vec<float, N> e, m;
};
template <int N>
ALWAYS_INLINE SplitFloat<N> splitExponent(vec<float, N> x) {
  using Bits = vec<int32_t, N>;
  constexpr int32_t sqrtHalf = 0x3f3504f3;
  const auto denormal = x < std::numeric_limits<float>::min();
  const auto scaled = bitCast<int32_t>(select(denormal, x * 0x1p23f, x)) - Bits::splat(sqrtHalf);
  const auto e = convert<float>(scaled >> 23);
  const auto m = bitCast<float>((scaled & Bits::splat(0x7fffff)) + Bits::splat(sqrtHalf));
  return {select(denormal, e - 23, e), m};
}

// log(1 + f) - f for 1 + f in [sqrt(1/2), sqrt(2)): f^3 P(f) - f^2/2. Coefficients: Cephes logf.
template <int N>
ALWAYS_INLINE vec<float, N> logTail(vec<float, N> f) {
  const auto ff = f * f;
  const auto p = polynomial(f, 7.0376836292E-2, -1.1514610310E-1, 1.1676998740E-1, -1.2420140846E-1, 1.4249322787E-1,
                            -1.6668057665E-1, 2.0000714765E-1, -2.4999993993E-1, 3.3333331174E-1);
  return fma(ff, vec<float, N>::splat(-0.5f), ff * f * p);
}

// log(0) = -inf, log of a negative number or NaN is NaN, log(inf) = inf: `y` elsewhere.
template <int N>
ALWAYS_INLINE vec<float, N> logSpecial(vec<float, N> x, vec<float, N> y) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  y = select(x == infinity, infinity, y);
  y = select(x == 0, -infinity, y);
  return select(x >= 0, y, std::numeric_limits<float>::quiet_NaN());
}

// log(x) = e ln(2) + log(m), ln(2) in two parts: float, all arguments, at most 0.9 ULP.
template <int N>
ALWAYS_INLINE vec<float, N> log(vec<float, N> x) {
  const auto [e, m] = splitExponent(x);
  const auto f = m - 1;
  const auto tail = fma(e, vec<float, N>::splat(-2.12194440e-4f), logTail(f));
  return logSpecial(x, fma(e, vec<float, N>::splat(0.693359375f), f + tail));
}

// e + log(m) log2(e), the factor as 1 + 0.4427 so that its product with m - 1 loses nothing (Cephes log2f): at most
// 1.4 ULP.
template <int N>
ALWAYS_INLINE vec<float, N> log2(vec<float, N> x) {
  const auto [e, m] = splitExponent(x);
  const auto f = m - 1;
  const auto tail = logTail(f);
  const auto fraction = vec<float, N>::splat(0.44269504088896340735992f);
  return logSpecial(x, fma(f, fraction, tail * fraction) + tail + f + e);
}

// e log10(2) + log(m) log10(e), both factors in two parts (Cephes log10f): at most 2.0 ULP.
template <int N>
ALWAYS_INLINE vec<float, N> log10(vec<float, N> x) {
  using V = vec<float, N>;
  const auto [e, m] = splitExponent(x);
  const auto f = m - 1;
  const auto tail = logTail(f);
  auto y = (f + tail) * 7.00731903251827651129E-4f;
  y = fma(tail, V::splat(4.3359375E-1f), y);
  y = fma(e, V::splat(2.48745663981195213739E-4f), y);
  y = fma(f, V::splat(4.3359375E-1f), y);
  return logSpecial(x, fma(e, V::splat(3.0078125E-1f), y));
}

// log(1 + x) = log(u) + (x - (u - 1)) / u with u = 1 + x rounded: float, all arguments, at most 1.5 ULP.
template <int N>
ALWAYS_INLINE vec<float, N> log1p(vec<float, N> x) {
  const auto u = 1 + x;
  const auto whole = log(u);
  const auto lost = (x - (u - 1)) / u;
  const auto y = select(abs(lost) <= 1, whole + lost, whole);
  return select(x == 0, x, y);
}

}  // namespace flambeau::FLAMBEAU_ISA
