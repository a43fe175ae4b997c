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
// has at most 7 ULP above -4, 68 above -13, where (1 + erf) / 2 has no digits left.
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
// power first. -|x| Phi(-|x|) beyond the end is too little to change x. The last constant is negative: a zero keeps its
// sign.
template <int N>
  requires(looksUpPairs<float> && N >= nativeLanes<float>)
ALWAYS_INLINE vec<float, N> gelu(vec<float, N> x) {
  using V = vec<float, N>;
  constexpr int last = 22;
  constexpr float step = 0.25f, reach = (last + 0.5f) * step;
  alignas(64) static constexpr float table[6][2 * nativeLanes<float>] = {
      {-2.910007e-6f,  -8.434012e-6f, -2.2460154e-5f, -5.4777054e-5f, -1.2161381e-4f, -2.434085e-4f,
       -4.3421343e-4f, -6.675862e-4f, -8.4349175e-4f, -7.339152e-4f,  -9.243288e-6f,  0.001648257f,
       0.00430009f,    0.007251255f,  0.008966792f,   0.00783894f,    0.0027158132f,  -0.006016751f,
       -0.01611717f,   -0.022759933f, -0.02229945f,   -0.014103594f,  -0.0030292254f},
      {-3.2235844e-6f, -9.951108e-6f,  -2.8448447e-5f, -7.513636e-5f, -1.8276017e-4f, -4.0762455e-4f,
       -8.286577e-4f,  -0.0015214003f, -0.0024850466f, -0.003514319f, -0.004046968f,  -0.0030944673f,
       5.5702735e-4f,  0.007752774f,   0.018018154f,   0.028870858f,  0.03600993f,    0.03423316f,
       0.019962607f,   -0.004750947f,  -0.033914853f,  -0.057211667f, -0.06680803f},
      {-2.5929012e-6f, -8.515348e-6f,  -2.6026231e-5f, -7.392867e-5f,  -1.9483648e-4f, -4.7538095e-4f,
       -0.0010706965f, -0.0022175936f, -0.004199833f,  -0.0072125904f, -0.011079355f,  -0.014847631f,
       -0.016433137f,  -0.012647629f,  4.1005853e-7f,  0.023592448f,   0.056664243f,   0.0927485f,
       0.120985284f,   0.1293946f,     0.11001844f,    0.0634402f,     -1.3116487e-5f},
      {-1.5209541e-6f, -5.2759615e-6f, -1.709546e-5f, -5.170562e-5f, -1.4584373e-4f, -3.8322704e-4f,
       -9.3679246e-4f, -0.002126573f,  -0.004472494f, -0.008686885f, -0.015511528f,  -0.025291651f,
       -0.037248027f,  -0.048602022f,  -0.053991187f, -0.045833774f, -0.016189635f,  0.03995259f,
       0.12098705f,    0.21644188f,    0.30805779f,   0.3745828f,    0.3989421f},
      {-5.733413e-7f, -2.0913828e-6f, -7.1469103e-6f, -2.2873e-5f,    -6.852902e-5f, -1.9211545e-4f,
       -5.036495e-4f, -0.0012338161f, -0.0028217603f, -0.0060173813f, -0.011945648f, -0.022027535f,
       -0.037611086f, -0.05918974f,   -0.0852318f,    -0.11092615f,   -0.1274692f,   -0.122661576f,
       -0.08331547f,  7.7427825e-4f,  0.13250488f,    0.30462664f,    0.5f},
      {-1.04442805e-7f, -3.99261e-7f,   -1.4332593e-6f, -4.8311485e-6f, -1.5289535e-5f, -4.5426244e-5f,
       -1.2668499e-4f,  -3.3156484e-4f, -8.142018e-4f,  -0.0018753314f, -0.004049694f,  -0.008194349f,
       -0.015524163f,   -0.027505063f,  -0.045500264f,  -0.070103526f,  -0.1002108f,    -0.13206221f,
       -0.15865526f,    -0.16997051f,   -0.15426877f,   -0.10032342f,   -0.0f},
  };
  constexpr float magic = centreMagic(last, step);
  const auto negative = larger(V::splat(-reach), -abs(x));
  const auto y = larger(V::zero(), x) + polynomialAround(table, negative, negative + magic, magic);
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
