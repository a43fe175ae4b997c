// Every transcendental function of vec: polynomials where speed matters, the C library lane by lane elsewhere.
#pragma once

#include "simd/math-exp.h"
#include "simd/math-log.h"

namespace flambeau::FLAMBEAU_ISA {

// erf(x): float, all arguments, at most 1.2 ULP. Two minimax polynomials of N. Juffa (BSD-2-Clause): x + x P(x^2)
// below 0.9277, 1 - exp(-|x| + |x| Q(|x|)) above.
template <int N>
ALWAYS_INLINE vec<float, N> erf(vec<float, N> x) {
  const auto t = abs(x);
  const auto q = polynomial(t, -1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1,
                            -6.34846687e-1, -1.28717512e-1);
  const auto large = copySign(1 - exp(fma(q, t, -t)), x);
  const auto p =
      polynomial(x * x, -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1);
  return select(t > 0.927734375f, large, fma(p, x, x));
}

// sin(x + quarters pi/2): float. Quadrant by pi/2 in three parts and the Cephes sinf and cosf polynomials up to
// |x| = 8192, where the parts end; vectors with a larger lane go through the C library. 1.6 ULP to |x| = 30, 3 to 8192.
template <int quarters, int N>
ALWAYS_INLINE vec<float, N> sinShifted(vec<float, N> x) {
  using V = vec<float, N>;
  using Bits = vec<int32_t, N>;
  if (any(abs(x) > 8192)) {
    return mapLanes(x, [](float lane) { return quarters == 0 ? std::sin(lane) : std::cos(lane); });
  }
  const auto n = round(x * 0.636619772367581343f);
  auto r = fma(n, V::splat(-1.5703125f), x);
  r = fma(n, V::splat(-4.837512969970703125e-4f), r);
  r = fma(n, V::splat(-7.54978995489188216e-8f), r);
  const auto rr = r * r;
  const auto sine = fma(r * rr, polynomial(rr, -1.9515295891E-4, 8.3321608736E-3, -1.6666654611E-1), r);
  const auto tail = polynomial(rr, 2.443315711809948E-5, -1.388731625493765E-3, 4.166664568298827E-2);
  const auto cosine = fma(rr * rr, tail, 1 - 0.5f * rr);
  const auto quadrant = convert<int32_t>(n) + Bits::splat(quarters);
  const auto useSine = maskOf<float>(lanesOf((quadrant & Bits::splat(1)) == 0));
  const auto signBit = (quadrant & Bits::splat(2)) << 30;
  return bitCast<float>(bitCast<int32_t>(select(useSine, sine, cosine)) ^ signBit);
}
template <int N>
ALWAYS_INLINE vec<float, N> sin(vec<float, N> x) {
  return select(x == 0, x, sinShifted<0>(x));
}
template <int N>
ALWAYS_INLINE vec<float, N> cos(vec<float, N> x) {
  return sinShifted<1>(x);
}

template <class T, int N>
ALWAYS_INLINE vec<T, N> rsqrt(vec<T, N> x) {
  return 1 / sqrt(x);
}

// ---- Through the C library, lane by lane: rare in training, or double

template <int N>
ALWAYS_INLINE vec<double, N> exp2(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::exp2(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> expm1(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::expm1(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> log(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::log(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> log2(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::log2(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> log10(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::log10(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> log1p(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::log1p(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> erf(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::erf(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> sin(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::sin(a); });
}
template <int N>
ALWAYS_INLINE vec<double, N> cos(vec<double, N> x) {
  return mapLanes(x, [](double a) { return std::cos(a); });
}

template <class T, int N>
ALWAYS_INLINE vec<T, N> erfc(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::erfc(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> tan(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::tan(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> asin(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::asin(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> acos(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::acos(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> atan(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::atan(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> sinh(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::sinh(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> cosh(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::cosh(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> asinh(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::asinh(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> acosh(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::acosh(a); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> atanh(vec<T, N> x) {
  return mapLanes(x, [](T a) { return std::atanh(a); });
}

template <class T, int N>
ALWAYS_INLINE vec<T, N> pow(vec<T, N> x, vec<T, N> y) {
  return mapLanes(x, y, [](T a, T b) { return std::pow(a, b); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> atan2(vec<T, N> y, vec<T, N> x) {
  return mapLanes(y, x, [](T a, T b) { return std::atan2(a, b); });
}

}  // namespace flambeau::FLAMBEAU_ISA
