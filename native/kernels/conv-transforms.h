// Winograd's transforms of a convolution with tiles of six: polynomials are multiplied by their values at six points
// (Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2016). A kernel of k taps gives 7 - k results a
// tile along each axis. The points and the transform of the image are the same for all k.
#pragma once

#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

// 0, +-a, +-b and infinity. These two, and not 1 and 2, lose the fewest digits: results differ from exact ones by at
// most about 2e-6 of the sum of the magnitudes of what is added (direct sums: 3e-7).
inline constexpr double winogradA = 0.75, winogradB = 1.5;
inline constexpr double winogradAA = winogradA * winogradA, winogradBB = winogradB * winogradB;
inline constexpr int winogradTile = 6, winogradProducts = winogradTile * winogradTile;

constexpr double pointPower(double point, int exponent) {
  return exponent == 0 ? 1 : point * pointPower(point, exponent - 1);
}

// B^T d: the six values of an image at the points.
struct ImageTransform {
  static constexpr int from = winogradTile, to = winogradTile;
  template <class V>
  static ALWAYS_INLINE void apply(const V (&d)[from], V (&v)[to]) {
    constexpr double aa = winogradAA, bb = winogradBB;
    const V evenA = fma(-bb, d[2], d[4]), oddA = winogradA * fma(-bb, d[1], d[3]);
    const V evenB = fma(-aa, d[2], d[4]), oddB = winogradB * fma(-aa, d[1], d[3]);
    v[0] = fma(aa * bb, d[0], fma(-aa - bb, d[2], d[4]));
    v[1] = evenA + oddA;
    v[2] = evenA - oddA;
    v[3] = evenB + oddB;
    v[4] = evenB - oddB;
    v[5] = fma(aa * bb, d[1], fma(-aa - bb, d[3], d[5]));
  }
};

// B v: its transpose, from the gradients of the values to those of the image.
struct ImageGradient {
  static constexpr int from = winogradTile, to = winogradTile;
  template <class V>
  static ALWAYS_INLINE void apply(const V (&v)[from], V (&d)[to]) {
    constexpr double a = winogradA, b = winogradB, aa = winogradAA, bb = winogradBB;
    const V sumA = v[1] + v[2], differenceA = v[1] - v[2], sumB = v[3] + v[4], differenceB = v[3] - v[4];
    d[0] = aa * bb * v[0];
    d[1] = fma(aa * bb, v[5], fma(-a * bb, differenceA, -aa * b * differenceB));
    d[2] = fma(-aa - bb, v[0], fma(-bb, sumA, -aa * sumB));
    d[3] = fma(-aa - bb, v[5], fma(a, differenceA, b * differenceB));
    d[4] = v[0] + sumA + sumB;
    d[5] = v[5];
  }
};

// The values at the points of the polynomial with `count` coefficients, each times a factor.
template <int count, class Factors>
struct PointTransform {
  static constexpr int from = count, to = winogradTile;
  template <class V>
  static ALWAYS_INLINE void apply(const V (&g)[from], V (&u)[to]) {
    constexpr double a = winogradA, b = winogradB;
    V evenA = Factors::a * g[0], oddA = Factors::a * a * g[1], evenB = Factors::b * g[0], oddB = Factors::b * b * g[1];
#pragma GCC unroll 8
    for (int i = 2; i < count; i++) {
      V &sumA = i % 2 == 0 ? evenA : oddA, &sumB = i % 2 == 0 ? evenB : oddB;
      sumA = fma(Factors::a * pointPower(a, i), g[i], sumA);
      sumB = fma(Factors::b * pointPower(b, i), g[i], sumB);
    }
    u[0] = Factors::zero * g[0];
    u[1] = evenA + oddA;
    u[2] = evenA - oddA;
    u[3] = evenB + oddB;
    u[4] = evenB - oddB;
    u[5] = g[count - 1];
  }
};

// G g: a kernel of so many taps at the points, divided by what the products of differences amount to.
struct Interpolation {
  static constexpr double zero = 1 / (winogradAA * winogradBB);
  static constexpr double a = 1 / (2 * winogradAA * (winogradAA - winogradBB));
  static constexpr double b = 1 / (2 * winogradBB * (winogradBB - winogradAA));
};
template <int taps>
using KernelTransform = PointTransform<taps, Interpolation>;

// A y: from the gradients of so many results to those of the six products.
struct Evaluation {
  static constexpr double zero = 1, a = 1, b = 1;
};
template <int results>
using ResultGradient = PointTransform<results, Evaluation>;

// A^T m: `results` values from the six products.
template <int results>
struct ResultTransform {
  static constexpr int from = winogradTile, to = results;
  template <class V>
  static ALWAYS_INLINE void apply(const V (&m)[from], V (&y)[to]) {
    constexpr double a = winogradA, b = winogradB;
    const V sumA = m[1] + m[2], differenceA = m[1] - m[2], sumB = m[3] + m[4], differenceB = m[3] - m[4];
    y[0] = m[0] + sumA + sumB;
#pragma GCC unroll 8
    for (int i = 1; i < results; i++) {
      const bool even = i % 2 == 0;
      y[i] = fma(pointPower(a, i), even ? sumA : differenceA, pointPower(b, i) * (even ? sumB : differenceB));
    }
    y[results - 1] = y[results - 1] + m[5];
  }
};

// A transform along both dimensions: load(i, j) gives an element of the tile, store(i, j, v) takes one of the result.
template <class V, class Transform, class Load, class Store>
ALWAYS_INLINE void transformBoth(Load load, Store store) {
  constexpr int from = Transform::from, to = Transform::to;
  V half[to][from];
#pragma GCC unroll 8
  for (int j = 0; j < from; j++) {
    V in[from], out[to];
#pragma GCC unroll 8
    for (int i = 0; i < from; i++) in[i] = load(i, j);
    Transform::apply(in, out);
#pragma GCC unroll 8
    for (int i = 0; i < to; i++) half[i][j] = out[i];
  }
#pragma GCC unroll 8
  for (int i = 0; i < to; i++) {
    V out[to];
    Transform::apply(half[i], out);
#pragma GCC unroll 8
    for (int j = 0; j < to; j++) store(i, j, out[j]);
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
