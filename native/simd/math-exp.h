// Exponential functions of vec: exp, exp2, expm1, sigmoid, tanh, for float and double lanes.
// ULP figures are against the C library in a wider type over 4 million arguments, worst of all machines.
#pragma once

#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

// c[0] x^k + ... + c[k], by Horner's rule.
template <class T, int N>
ALWAYS_INLINE vec<T, N> polynomial(vec<T, N>, vec<T, N> sum) {
  return sum;
}
template <class T, int N, class... Rest>
ALWAYS_INLINE vec<T, N> polynomial(vec<T, N> x, vec<T, N> sum, Scalar<T> next, Rest... rest) {
  return polynomial(x, fma(sum, x, vec<T, N>::splat(next)), rest...);
}
template <class T, int N, class... Rest>
ALWAYS_INLINE vec<T, N> polynomial(vec<T, N> x, Scalar<T> first, Rest... rest) {
  return polynomial(x, vec<T, N>::splat(first), rest...);
}

// exp(r) - 1 for |r| <= ln(2)/2, fitted to 3.1e-9 of exp(r) by Lawson's iteration.
template <int N>
ALWAYS_INLINE vec<float, N> expm1Reduced(vec<float, N> r) {
  const auto p = polynomial(r, 1.3814540e-3, 8.3687455e-3, 4.1668391e-2, 1.6666520e-1, 4.9999993e-1);
  return fma(r * r, p, r);
}

// 2 r P(r^2) / (Q(r^2) - r P(r^2)), Cephes exp.
template <int N>
ALWAYS_INLINE vec<double, N> expm1Reduced(vec<double, N> r) {
  const auto rr = r * r;
  const auto p = r * polynomial(rr, 1.26177193074810590878E-4, 3.02994407707441961300E-2, 9.99999999999999999910E-1);
  const auto q = polynomial(rr, 3.00198505138664455042E-6, 2.52448340349684104192E-3, 2.27265548208155028766E-1,
                            2.00000000000000000005E0);
  return 2 * (p / (q - p));
}

// x = n ln(2) + r with |r| <= ln(2)/2; ln(2) in two parts (Cephes), the first short enough for n times it to be exact.
template <class T, int N>
struct ReducedExponent {
  vec<T, N> n, r;
};
inline constexpr double log2E = 1.44269504088896341;
// x - n ln(2) scale, the scale being a power of two.
template <class T, int N>
ALWAYS_INLINE vec<T, N> minusLogTwo(vec<T, N> x, vec<T, N> n, double scale = 1) {
  using V = vec<T, N>;
  constexpr bool single = sizeof(T) == 4;
  const double large = single ? -0.693359375 : -6.93145751953125E-1;
  const double small = single ? 2.12194440e-4 : -1.42860682030941723212E-6;
  return fma(n, V::splat(static_cast<T>(small * scale)), fma(n, V::splat(static_cast<T>(large * scale)), x));
}
template <class T, int N>
ALWAYS_INLINE ReducedExponent<T, N> reduceExponent(vec<T, N> x) {
  const auto n = round(x * static_cast<T>(log2E));
  return {n, minusLogTwo(x, n)};
}

// NaN stays NaN: every comparison with it is false.
template <class T, int N>
ALWAYS_INLINE vec<T, N> clampRange(vec<T, N> x, Scalar<T> low, Scalar<T> high) {
  x = select(x < low, low, x);
  return select(x > high, high, x);
}

// exp(x) where a lane may be anything: denormal results included.
template <class T, int N>
ALWAYS_INLINE vec<T, N> expOfAny(vec<T, N> x) {
  constexpr bool single = sizeof(T) == 4;
  constexpr T low = single ? -104 : -746;
  constexpr T high = single ? 89 : 710;
  // What becomes 0, a masked logit above all, takes a detour: computing it would underflow, which costs many cycles.
  const auto vanishes = x < low;
  const auto [n, r] = reduceExponent(select(vanishes, 0, select(x > high, high, x)));
  return select(vanishes, 0, ldexp(1 + expm1Reduced(r), n));
}

// exp(x) of small |x|, all results being normal numbers: adding `magic` leaves n in the low bits of the sum, which go
// straight to the exponent.
template <bool fine = true, class T, int N>
ALWAYS_INLINE vec<T, N> expOfNormal(vec<T, N> x) {
  using V = vec<T, N>;
  using I = IntOf<T>;
  constexpr T magic = T{1.5} / std::numeric_limits<T>::epsilon();
  const auto sum = fma(x, V::splat(static_cast<T>(log2E)), V::splat(magic));
  const auto y = 1 + expm1Reduced(minusLogTwo(x, sum - magic));
  return bitCast<T>(bitCast<I>(y) + (bitCast<I>(sum) << (std::numeric_limits<T>::digits - 1)));
}
// x = (16 k + j) ln(2)/16 + r with |r| <= ln(2)/32, and 2^(j/16) from a table: two multiplications less. The table
// holds the bits of 2^(j/16) less those that 16 k + j, shifted to where k belongs, leaves in the fraction. exp(r) is
// fitted to 1.6e-9.
template <bool fine = true, int N>
  requires(looksUp<int32_t> && nativeLanes<float> == 16 && N >= 16)
ALWAYS_INLINE vec<float, N> expOfNormal(vec<float, N> x) {
  using V = vec<float, N>;
  alignas(64) static constexpr int32_t powers[] = {
      0x3f800000, 0x3f7daac3, 0x3f7b95c2, 0x3f79c3d3, 0x3f7837f0, 0x3f76f532, 0x3f75fed7, 0x3f75583f,
      0x3f7504f3, 0x3f7508a4, 0x3f75672a, 0x3f76248c, 0x3f7744fd, 0x3f78ccdf, 0x3f7ac0c7, 0x3f7d257d};
  alignas(64) static constexpr float errors[] = {
      0,           4.6285e-08f,  -1.1992e-08f, 4.7298e-08f, 3.1934e-08f, 3.6211e-08f,  -3.0991e-08f, -7.4752e-09f,
      1.7114e-08f, -3.0477e-08f, 5.2333e-09f,  6.1076e-09f, -1.472e-08f, -5.2588e-09f, -6.1283e-09f, 5.1406e-09f};
  constexpr float magic = 1.5f / std::numeric_limits<float>::epsilon();
  const auto sum = fma(x, V::splat(static_cast<float>(16 * log2E)), V::splat(magic));
  const auto r = minusLogTwo(x, sum - magic, 1.0 / 16);
  const auto n = bitCast<int32_t>(sum);
  const auto start = fine ? r + lookup(vec<float, 16>::load(errors), n) : r;
  const auto p = fma(r * r, fma(r, V::splat(0.16666719f), V::splat(0.50001619f)), start);
  const auto power = bitCast<float>(lookup(vec<int32_t, 16>::load(powers), n) + (n << 19));
  return fma(power, p, power);
}

// The lanes whose exponentials are normal numbers.
template <class T, int N>
ALWAYS_INLINE mask<T, N> hasNormalExp(vec<T, N> x) {
  return abs(x) <= T{sizeof(T) == 4 ? 87 : 708};
}

// exp(x): all arguments. At most 1.1 ULP in float, fine or not, 1.7 in double. Where all results are normal numbers
// half of the instructions are spared.
template <bool fine = true, class T, int N>
ALWAYS_INLINE vec<T, N> exp(vec<T, N> x) {
  if (!all(hasNormalExp(x))) [[unlikely]]
    return expOfAny(x);
  return expOfNormal<fine>(x);
}

// 2^x: float, all arguments, at most 1.0 ULP.
template <int N>
ALWAYS_INLINE vec<float, N> exp2(vec<float, N> x) {
  x = clampRange(x, -151.0f, 129.0f);
  const auto n = round(x);
  return ldexp(1 + expm1Reduced((x - n) * 0.693147180559945309f), n);
}

// exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1), at half scale since 2^128 is no float: all arguments, at most
// 1.6 ULP.
template <int N>
ALWAYS_INLINE vec<float, N> expm1(vec<float, N> x) {
  const auto [n, r] = reduceExponent(clampRange(x, -20.0f, 89.0f));
  const auto halfScale = ldexp(vec<float, N>::splat(0.5f), n);
  const auto y = fma(halfScale, expm1Reduced(r), halfScale - 0.5f);
  return select(x == 0, x, y + y);
}

// 1 / (1 + exp(-x)), from exp(-|x|), which cannot overflow: float and double, all arguments, at most 2.4 ULP.
template <class T, int N>
ALWAYS_INLINE vec<T, N> sigmoid(vec<T, N> x) {
  const auto e = exp(-abs(x));
  return select(x < 0, e, vec<T, N>::splat(1)) / (1 + e);
}

// Below 0.625 (x + x^3 P(x^2)), above it 1 - 2 / (exp(2|x|) + 1). Coefficients: Cephes tanhf, tanh.
template <int N>
ALWAYS_INLINE vec<float, N> tanhSmall(vec<float, N> x) {
  const auto xx = x * x;
  const auto p =
      polynomial(xx, -5.70498872745E-3, 2.06390887954E-2, -5.37397155531E-2, 1.33314422036E-1, -3.33332819422E-1);
  return fma(xx * x, p, x);
}
template <int N>
ALWAYS_INLINE vec<double, N> tanhSmall(vec<double, N> x) {
  const auto xx = x * x;
  const auto p = polynomial(xx, -9.64399179425052238628E-1, -9.92877231001918586564E1, -1.61468768441708447952E3);
  const auto q = polynomial(xx, 1.0, 1.12811678491632931402E2, 2.23548839060100448583E3, 4.84406305325125486048E3);
  return fma(xx * x, p / q, x);
}

// tanh(x): float and double, all arguments, at most 1.3 ULP. From `one` on the result is 1 to the last bit; NaN takes
// the formula of the small ones.
template <class T, int N>
ALWAYS_INLINE vec<T, N> tanh(vec<T, N> x) {
  using V = vec<T, N>;
  constexpr T one = sizeof(T) == 4 ? T{9.1} : T{19.1};
  const auto magnitude = abs(x);
  const auto negative = larger(V::splat(-one), -magnitude);
  const auto large = 1 - 2 / (1 + expOfNormal(-(negative + negative)));
  return copySign(select(magnitude >= 0.625, large, tanhSmall(magnitude)), x);
}

}  // namespace flambeau::FLAMBEAU_ISA
