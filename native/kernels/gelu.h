// x Phi(x), its approximation by tanh, and their slopes.
#pragma once

#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {

inline constexpr double sqrtHalf = 0.707106781186547524401;
inline constexpr double sqrtTwoByPi = 0.797884560802865355880;
inline constexpr double oneBySqrtTwoPi = 0.398942280401432677940;

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

// The same from polynomials of x Phi(x) around -5.5, -5.25, .. 0, a quarter of the multiplications: fitted to 2.4e-8 of
// it above -3.625, 1.4e-7 above -4.125 and 2.5e-6 at the end, by Lawson's iteration, the coefficients of the highest
// power first. -|x| Phi(-|x|) beyond the end is too little to change x. The sum with `magic` is a multiple of the step
// whose low bits are the number of the polynomial. The last constant is negative for the sign of a zero.
template <int N>
  requires(looksUpPairs<float> && N >= nativeLanes<float>)
ALWAYS_INLINE vec<float, N> gelu(vec<float, N> x) {
  using V = vec<float, N>;
  constexpr int terms = 6, last = 22;
  constexpr float step = 0.25f, reach = (last + 0.5f) * step;
  alignas(64) static constexpr float table[terms][2 * nativeLanes<float>] = {
      {-2.9102991e-6f, -8.430674e-6f, -2.245849e-5f, -5.4778266e-5f, -1.215919e-4f,  -2.434192e-4f,
       -4.3319835e-4f, -6.677889e-4f, -8.431795e-4f, -7.338588e-4f,  -6.4483474e-6f, 0.0016477439f,
       0.004235636f,   0.0071342234f, 0.008957285f,  0.007911417f,   0.0027337435f,  -0.006156251f,
       -0.016067846f,  -0.022741359f, -0.02234023f,  -0.01367396f,   -0.003119225f},
      {-3.2235685e-6f, -9.951077e-6f,  -2.8448416e-5f, -7.513691e-5f, -1.8276015e-4f, -4.0764018e-4f,
       -8.286919e-4f,  -0.0015214207f, -0.002485157f,  -0.003513804f, -0.0040444923f, -0.0030936764f,
       5.474299e-4f,   0.007722846f,   0.01800724f,    0.028922427f,  0.035975337f,   0.034060113f,
       0.020022748f,   -0.0048109684f, -0.033851564f,  -0.057272743f, -0.066833034f},
      {-2.5928966e-6f, -8.51543e-6f,   -2.6026271e-5f, -7.392866e-5f,  -1.9483702e-4f, -4.7538115e-4f,
       -0.0010707251f, -0.0022175887f, -0.0041998434f, -0.0072125825f, -0.011079379f,  -0.0148476f,
       -0.016432106f,  -0.012645575f,  4.4647317e-7f,  0.023591442f,   0.056663435f,   0.09275067f,
       0.12098452f,    0.12939419f,    0.11001906f,    0.06343304f,    -1.540985e-5f},
      {-1.5209545e-6f, -5.275963e-6f,  -1.709546e-5f,  -5.170561e-5f, -1.4584373e-4f, -3.8322675e-4f,
       -9.367923e-4f,  -0.0021265727f, -0.0044724923f, -0.008686895f, -0.015511573f,  -0.025291666f,
       -0.0372479f,    -0.04860158f,   -0.053991023f,  -0.04583455f,  -0.016189031f,  0.039955407f,
       0.12098619f,    0.21644287f,    0.30805674f,    0.37458366f,   0.39894202f},
      {-5.733413e-7f,  -2.0913824e-6f, -7.1469103e-6f, -2.2873e-5f,    -6.852902e-5f, -1.9211545e-4f,
       -5.0364935e-4f, -0.0012338161f, -0.0028217603f, -0.0060173813f, -0.011945648f, -0.022027535f,
       -0.03761109f,   -0.059189748f,  -0.0852318f,    -0.11092615f,   -0.1274692f,   -0.12266158f,
       -0.08331547f,   7.742802e-4f,   0.13250488f,    0.30462667f,    0.5f},
      {-1.04442805e-7f, -3.99261e-7f,   -1.4332593e-6f, -4.8311485e-6f, -1.5289535e-5f, -4.5426244e-5f,
       -1.2668499e-4f,  -3.3156484e-4f, -8.142018e-4f,  -0.0018753314f, -0.004049694f,  -0.008194349f,
       -0.015524163f,   -0.027505063f,  -0.045500264f,  -0.070103526f,  -0.1002108f,    -0.13206221f,
       -0.15865526f,    -0.16997051f,   -0.15426877f,   -0.10032342f,   -0.0f},
  };
  constexpr float magic = (1.5f / std::numeric_limits<float>::epsilon() + last) * step;
  const auto negative = larger(V::splat(-reach), -abs(x));
  const auto sum = negative + magic;
  const auto r = negative - (sum - magic);
  const auto coefficient = [&](int i) { return lookup(table[i], bitCast<int32_t>(sum)); };
  V tail = coefficient(0);
#pragma GCC unroll 8
  for (int i = 1; i < terms; i++) tail = fma(tail, r, coefficient(i));
  const auto y = larger(V::zero(), x) + tail;
  // Last, or the compiler would load the table for every vector.
  return any(x < -reach) ? x * normal(x).cdf : y;
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

}  // namespace flambeau::FLAMBEAU_ISA
