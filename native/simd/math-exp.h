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

// What x from -last * step to 0 is added to for the nearest multiple of `step`, a power of two: the sum less this
// number is the multiple, and the low bits of the sum count the multiples from -last * step on.
constexpr float centreMagic(int last, float step) {
  return (1.5f / std::numeric_limits<float>::epsilon() + static_cast<float>(last)) * step;
}
// The polynomial of a table around the centre that x is next to, or another one: centre = x + magic, as above. The
// coefficients of the highest power come first.
template <int terms, int N>
ALWAYS_INLINE vec<float, N> polynomialAround(const float (&table)[terms][2 * nativeLanes<float>], vec<float, N> x,
                                             vec<float, N> centre, float magic) {
  const auto number = bitCast<int32_t>(centre);
  const auto r = x - (centre - magic);
  auto sum = lookup(table[0], number);
#pragma GCC unroll 8
  for (int i = 1; i < terms; i++) sum = fma(sum, r, lookup(table[i], number));
  return sum;
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
// x - n ln(2) scale, the scale being a power of two. Where it need not be `fine`, ln(2) is the nearest float, which is
// 2.75e-9 of it too large.
template <bool fine = true, class T, int N>
ALWAYS_INLINE vec<T, N> minusLogTwo(vec<T, N> x, vec<T, N> n, double scale = 1) {
  using V = vec<T, N>;
  constexpr bool single = sizeof(T) == 4;
  if constexpr (single && !fine && fusesMultiplyAdd) return fma(n, V::splat(static_cast<T>(-0.69314718f * scale)), x);
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
  const auto y = 1 + expm1Reduced(minusLogTwo<fine>(x, sum - magic));
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
  const auto r = minusLogTwo<fine>(x, sum - magic, 1.0 / 16);
  const auto n = bitCast<int32_t>(sum);
  const auto start = fine ? r + lookup(vec<float, 16>::load(errors), n) : r;
  const auto p = fma(r * r, fma(r, V::splat(0.16666719f), V::splat(0.50001619f)), start);
  const auto power = bitCast<float>(lookup(vec<int32_t, 16>::load(powers), n) + (n << 19));
  return fma(power, p, power);
}

// The largest argument, and less its sign the smallest, of which the exponential is surely a normal number.
template <class T>
inline constexpr T mostNormalExp = T{sizeof(T) == 4 ? 87 : 708};
// The lanes whose exponentials are normal numbers.
template <class T, int N>
ALWAYS_INLINE mask<T, N> hasNormalExp(vec<T, N> x) {
  return abs(x) <= mostNormalExp<T>;
}

// exp(x): all arguments. At most 1.1 ULP in float, 1.7 in double; in float that is not `fine` 1.3 to |x| = 10, 2.4 to
// 40 and 4.5 to 87. Where all results are normal numbers half of the instructions are spared.
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
// The same, at most 1.7 ULP, from polynomials around -7.75, -7.5, .. 0, fitted to 3.6e-8 by Lawson's iteration; the
// first reaches to where the result is 1.
template <int N>
  requires(looksUpPairs<float> && N >= nativeLanes<float>)
ALWAYS_INLINE vec<float, N> tanh(vec<float, N> x) {
  using V = vec<float, N>;
  constexpr int last = 31;
  constexpr float step = 0.25f, one = 9.5f, magic = centreMagic(last, step);
  alignas(64) static constexpr float table[6][last + 1] = {
      {1.3261605e-7f, 1.6449178e-7f, 2.6940586e-7f, 4.4470985e-7f, 7.343231e-7f,   1.2064876e-6f, 1.9940826e-6f,
       3.2922399e-6f, 5.4056263e-6f, 8.99753e-6f,   1.4670903e-5f, 2.4357727e-5f,  4.027692e-5f,  6.6323744e-5f,
       1.0803545e-4f, 1.7865124e-4f, 2.9074476e-4f, 4.72482e-4f,   7.6961704e-4f,  0.0012302327f, 0.0019108279f,
       0.002851365f,  0.0039514177f, 0.004760601f,  0.0037035753f, -0.0027147299f, -0.019094862f, -0.045844723f,
       -0.06374303f,  -0.025702586f, 0.07427585f,   0.12998593f},
      {6.593622e-7f,  -5.120007e-4f, 1.4973916e-4f, 1.9211948e-4f, -1.4426561e-6f, 3.0557846e-4f,  -8.274695e-5f,
       -3.102059e-4f, 1.9555539e-4f, -7.659751e-4f, 1.4443144e-4f, -5.2019313e-4f, -7.1918423e-4f, -6.7820144e-4f,
       5.102195e-4f,  -4.901714e-4f, 3.975123e-4f,  0.0015790118f, 0.001346185f,   0.0022819832f,  0.004804273f,
       0.0084302835f, 0.0130767515f, 0.017780116f,  0.022981908f,  0.024342041f,   0.011967432f,   -0.02880293f,
       -0.09940356f,  -0.1637354f,   -0.13814864f,  -4.7281143e-4f},
      {1.1977529e-6f, 8.1571824e-7f, 1.3449198e-6f, 2.2173788e-6f, 3.6558063e-6f,  6.0274356e-6f, 9.937378e-6f,
       1.6383583e-5f, 2.7011434e-5f, 4.453048e-5f,  7.341492e-5f,  1.21020115e-4f, 1.9947834e-4f, 3.28756e-4f,
       5.416971e-4f,  8.9214696e-4f, 0.0014683725f, 0.0024140002f, 0.0039611114f,  0.0064798743f, 0.010546533f,
       0.01702109f,   0.027087979f,  0.042109285f,  0.06292102f,   0.08781654f,    0.1083074f,    0.103597544f,
       0.041809198f,  -0.094219185f, -0.25699374f,  -0.33335564f},
      {1.1027226e-6f, 9.257338e-6f,  -3.197104e-7f, 3.3140734e-7f, 5.535143e-6f,  4.2976194e-6f, 1.6281787e-5f,
       2.9568457e-5f, 3.766492e-5f,  7.9161335e-5f, 1.084458e-4f,  1.9067286e-4f, 3.1215942e-4f, 5.0660875e-4f,
       8.094603e-4f,  0.0013547258f, 0.0022127f,    0.0036283173f, 0.0059873452f, 0.009831348f,  0.016087068f,
       0.026230449f,  0.042498175f,  0.06811112f,   0.107147865f,  0.16357432f,   0.23787735f,   0.3198625f,
       0.37891567f,   0.3634284f,    0.23021933f,   -3.1189933e-7f},
      {7.4329546e-7f, 1.2236086e-6f, 2.0173886e-6f, 3.3261094e-6f, 5.4838215e-6f, 9.041277e-6f,  1.4906502e-5f,
       2.4576548e-5f, 4.0519553e-5f, 6.6804576e-5f, 1.1013973e-4f, 1.8158324e-4f, 2.9936252e-4f, 4.9351744e-4f,
       8.135424e-4f,  0.0013409507f, 0.0022098923f, 0.0036408848f, 0.005995715f,  0.009866037f,  0.016214287f,
       0.026592227f,  0.043464918f,  0.07065082f,   0.1138121f,    0.18070664f,   0.28041488f,   0.41997436f,
       0.5965858f,    0.78644776f,   0.940015f,     1.0f},
      {-0.99999964f, -0.9999994f,  -0.999999f,   -0.99999833f, -0.99999726f, -0.99999547f, -0.99999255f, -0.9999877f,
       -0.99997973f, -0.9999666f,  -0.9999449f,  -0.9999092f,  -0.99985033f, -0.99975324f, -0.99959314f, -0.9993293f,
       -0.99889445f, -0.9981779f,  -0.99699765f, -0.9950548f,  -0.99185973f, -0.9866143f,  -0.9780261f,  -0.9640276f,
       -0.94137555f, -0.90514827f, -0.84828365f, -0.7615942f,  -0.63514894f, -0.46211717f, -0.24491866f, -0.0f},
  };
  const auto negative = larger(V::splat(-one), -abs(x));
  const auto centre = larger(V::splat(magic - last * step), negative + magic);
  return copySign(polynomialAround(table, negative, centre, magic), x);
}

}  // namespace flambeau::FLAMBEAU_ISA
