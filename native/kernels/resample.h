// Resampling along one dimension: every output is a weighted sum of a few inputs, listed by position. With one list for
// each dimension this is interpolation by any separable filter, and padding by repeated elements.
#pragma once

#include <cstring>

#include "runtime/threads.h"
#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

// y[o, i, :] = sum over t of weight[i, t] x[o, index[i, t], :], for x [outer, n, inner] and y [outer, m, inner].
template <class T>
void resample(const T* x, const int64_t* index, const T* weight, T* y, int64_t outer, int64_t n, int64_t inner,
              int64_t m, int64_t taps) {
  parallelFor(outer, 1 + 16384 / (m * taps * inner + 1), [=](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; o++) {
      const T* from = x + o * n * inner;
      T* to = y + o * m * inner;
      for (int64_t i = 0; i < m; i++, to += inner) {
        const int64_t* at = index + i * taps;
        const T* by = weight + i * taps;
        if (inner == 1) {
          T sum = by[0] * from[at[0]];
          for (int64_t t = 1; t < taps; t++) sum += by[t] * from[at[t]];
          *to = sum;
          continue;
        }
        for (int64_t t = 0; t < taps; t++) {
          const T* row = from + at[t] * inner;
          const T a = by[t];
          if (t == 0) {
            for (int64_t j = 0; j < inner; j++) to[j] = a * row[j];
          } else {
            for (int64_t j = 0; j < inner; j++) to[j] += a * row[j];
          }
        }
      }
    }
  });
}

// dx[o, index[i, t], :] += weight[i, t] dy[o, i, :]
template <class T>
void resampleBackward(const T* dy, const int64_t* index, const T* weight, T* dx, int64_t outer, int64_t n,
                      int64_t inner, int64_t m, int64_t taps) {
  parallelFor(outer, 1 + 16384 / (m * taps * inner + 1), [=](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; o++) {
      T* to = dx + o * n * inner;
      std::memset(to, 0, static_cast<size_t>(n * inner) * sizeof(T));
      for (int64_t i = 0; i < m; i++) {
        const T* from = dy + (o * m + i) * inner;
        for (int64_t t = 0; t < taps; t++) {
          T* row = to + index[i * taps + t] * inner;
          const T a = weight[i * taps + t];
          for (int64_t j = 0; j < inner; j++) row[j] += a * from[j];
        }
      }
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
