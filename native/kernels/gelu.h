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

// The same with Phi from polynomials around 0, -3/16, .. -93/16, a third of the multiplications: fitted to 5e-8 of Phi
// above -4 and 9e-7 at the end, by Lawson's iteration, the coefficients of the highest power first. Phi(-|x|) beyond
// the end is too little to change x.
template <int N>
  requires(looksUpPairs<float> && N >= nativeLanes<float>)
ALWAYS_INLINE vec<float, N> gelu(vec<float, N> x) {
  using V = vec<float, N>;
  constexpr int terms = 6, entries = 2 * nativeLanes<float>;
  constexpr float step = 0.1875f, reach = (entries - 0.6f) * step;
  alignas(64) static constexpr float table[terms][entries] = {
      {0.00991739f,    0.009090408f,   0.006719366f,   0.003391353f,  -0.00015863509f, -0.0032183132f,  -0.005277232f,
       -0.006125587f,  -0.005853362f,  -0.0047684614f, -0.003272729f, -0.0017438951f,  -0.00045516389f, 0.00045484072f,
       0.0009686878f,  0.0011512679f,  0.0011048833f,  0.0009327159f, 0.0007168079f,   0.0005103817f,   0.00034017066f,
       0.00021364127f, 0.00012700999f, 7.1710565e-5f,  3.8547147e-5f, 1.9764846e-5f,   9.68151e-6f,     4.53599e-6f,
       2.034778e-6f,   8.7466657e-7f,  3.6054274e-7f,  1.4260115e-7f},
      {-7.578139e-6f,  -0.009059959f,  -0.016578961f,   -0.021378811f, -0.02289821f,  -0.02126916f,   -0.017208125f,
       -0.011774022f,  -0.0060797497f, -0.0010448296f,  0.0027526072f, 0.005107412f,  0.006124148f,   0.006101678f,
       0.0054106945f,  0.004397016f,   0.003325327f,    0.0023618916f, 0.001584959f,  0.0010090063f,  0.00061119517f,
       0.00035305848f, 0.00019482478f, 0.000102841026f, 5.198676e-5f,  2.5189349e-5f, 1.17075715e-5f, 5.2229852e-6f,
       2.237734e-6f,   9.211671e-7f,   3.6448904e-7f,   1.3867566e-7f},
      {-0.06649077f,   -0.06303483f,   -0.0532603f,     -0.038801454f, -0.021957776f, -0.005188239f, 0.009379981f,
       0.02030577f,    0.02698272f,    0.029581292f,    0.028839925f,  0.025789183f,  0.021490289f,  0.016844103f,
       0.012492209f,   0.008801941f,   0.0059091565f,   0.0037880489f, 0.0023225436f, 0.0013637379f, 0.00076765276f,
       0.00041460106f, 0.00021499523f, 0.000107105545f, 5.1285293e-5f, 2.3613118e-5f, 1.0458039e-5f, 4.4567637e-6f,
       1.8280175e-6f,  7.2183377e-7f,  2.744623e-7f,    1.0050769e-7f},
      {-8.36235e-9f,  0.036749084f,   0.06972272f,   0.0957845f,    0.11292641f,   0.12050329f,   0.11918056f,
       0.11063927f,   0.097138226f,   0.081051946f,  0.0644872f,    0.049040005f,  0.03570715f,   0.024926724f,
       0.0167005f,    0.010747417f,   0.006647768f,  0.00395439f,   0.00226313f,   0.0012466041f, 0.0006611113f,
       0.0003376487f, 0.00016611206f, 7.8735495e-5f, 3.5962486e-5f, 1.5830901e-5f, 6.717344e-6f,  2.747755e-6f,
       1.0836614e-6f, 4.1208446e-7f,  1.5111007e-7f, 5.343786e-8f},
      {0.3989423f,     0.3919909f,    0.37185508f,   0.3405676f,    0.30113742f,   0.2570739f,     0.21187665f,
       0.16859318f,    0.1295176f,    0.0960615f,    0.06878628f,   0.047553893f,  0.031739652f,   0.020452675f,
       0.012724182f,   0.007642606f,  0.0044318484f, 0.0024811907f, 0.0013411188f, 0.00069985195f, 0.00035259564f,
       0.00017150608f, 8.054042e-5f,  3.6515743e-5f, 1.5983731e-5f, 6.7547307e-6f, 2.7559397e-6f,  1.0855833e-6f,
       4.1284636e-7f,  1.5158128e-7f, 5.3732176e-8f, 1.838887e-8f},
      {0.5f,          0.42563432f,   0.35383025f,   0.2868877f,    0.22662735f,    0.1742507f,     0.13029452f,
       0.09467574f,   0.0668072f,    0.045753624f,  0.03039636f,   0.01958008f,    0.012224473f,   0.007394607f,
       0.0043324484f, 0.0024579011f, 0.001349898f,  0.0007175423f, 0.00036907845f, 0.00018366995f, 8.841729e-5f,
       4.1167466e-5f, 1.8536739e-5f, 8.070945e-6f,  3.3976735e-6f, 1.3828137e-6f,  5.440424e-7f,   2.068971e-7f,
       7.604963e-8f,  2.7016688e-8f, 9.2754044e-9f, 3.0773364e-9f},
  };
  constexpr float magic = 1.5f / std::numeric_limits<float>::epsilon();
  const auto negative = larger(V::splat(-reach), -abs(x));
  const auto sum = fma(negative, V::splat(-1 / step), V::splat(magic));
  const auto r = fma(sum - magic, V::splat(step), negative);
  const auto coefficient = [&](int i) { return lookup(table[i], bitCast<int32_t>(sum)); };
  V cdf = coefficient(0);
#pragma GCC unroll 8
  for (int i = 1; i < terms; i++) cdf = fma(cdf, r, coefficient(i));
  const auto y = fma(negative, cdf, larger(V::zero(), x));
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
