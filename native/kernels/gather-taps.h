// Weighted sums of a few elements of every plane, at places that all planes of a sample share: sampling by a grid.
// Returns -1, or the flat position of the first index outside the planes. Contiguous: x [n, c, spatial], index and
// weight [n, taps, points], y [n, c, points].
#pragma once

#include <cstring>

#include "kernels/gather.h"

namespace flambeau::FLAMBEAU_ISA {

// y = sum over t of weight[t] x[index[t]]
template <class T>
int64_t gatherTaps(const T* x, const int64_t* index, const T* weight, T* y, int64_t n, int64_t c, int64_t spatial,
                   int64_t taps, int64_t points) {
  const int64_t bad = findBadIndex(index, n * taps * points, spatial);
  if (bad >= 0) return bad;
  parallelFor(n * c, 1 + 8192 / (taps * points + 1), [=](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      const T* from = x + plane * spatial;
      T* to = y + plane * points;
      const int64_t* at = index + plane / c * taps * points;
      const T* by = weight + plane / c * taps * points;
      for (int64_t p = 0; p < points; p++) to[p] = by[p] * from[at[p]];
      for (int64_t t = 1; t < taps; t++) {
        at += points, by += points;
        for (int64_t p = 0; p < points; p++) to[p] += by[p] * from[at[p]];
      }
    }
  });
  return -1;
}

// dx[index[t]] += weight[t] dy
template <class T>
int64_t gatherTapsBackward(const T* dy, const int64_t* index, const T* weight, T* dx, int64_t n, int64_t c,
                           int64_t spatial, int64_t taps, int64_t points) {
  const int64_t bad = findBadIndex(index, n * taps * points, spatial);
  if (bad >= 0) return bad;
  parallelFor(n * c, 1 + 8192 / (taps * points + 1), [=](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      T* to = dx + plane * spatial;
      const T* from = dy + plane * points;
      const int64_t* at = index + plane / c * taps * points;
      const T* by = weight + plane / c * taps * points;
      std::memset(to, 0, static_cast<size_t>(spatial) * sizeof(T));
      for (int64_t t = 0; t < taps; t++, at += points, by += points) {
        for (int64_t p = 0; p < points; p++) to[at[p]] += by[p] * from[p];
      }
    }
  });
  return -1;
}

// dweight[t] = sum over the channels of dy x[index[t]]
template <class T>
int64_t gatherTapsBackwardWeight(const T* dy, const T* x, const int64_t* index, T* dweight, int64_t n, int64_t c,
                                 int64_t spatial, int64_t taps, int64_t points) {
  const int64_t bad = findBadIndex(index, n * taps * points, spatial);
  if (bad >= 0) return bad;
  parallelFor(n * taps, 1 + 8192 / (c * points + 1), [=](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; task++) {
      const int64_t sample = task / taps;
      const int64_t* at = index + task * points;
      T* to = dweight + task * points;
      std::memset(to, 0, static_cast<size_t>(points) * sizeof(T));
      for (int64_t i = 0; i < c; i++) {
        const T* g = dy + (sample * c + i) * points;
        const T* from = x + (sample * c + i) * spatial;
        for (int64_t p = 0; p < points; p++) to[p] += g[p] * from[at[p]];
      }
    }
  });
  return -1;
}

}  // namespace flambeau::FLAMBEAU_ISA
