// Panels for the product kernels: blocks of a strided matrix copied so that a micro-kernel reads them in one line.
#pragma once

#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

inline int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }
inline int64_t minimum(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t maximum(int64_t a, int64_t b) { return a > b ? a : b; }

// One register of T, the unit of a transposition in registers.
template <class T>
inline constexpr int nativeLanes = nativeBytes / sizeof(T);

// dst[j * dstStride + i] = rows[i][j] for i < nativeLanes and j < count (nativeLanes, or given as an int below it).
// log2(lanes) rounds of interleaving row i with row i + lanes / 2 transpose a square.
template <class T, class... Count>
ALWAYS_INLINE void transposeSquare(const T* const* rows, T* dst, int64_t dstStride, Count... count) {
  constexpr int n = nativeLanes<T>;
  using R = vec<T, n>;
  R r[n];
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) r[i] = R::load(rows[i], count...);
#pragma GCC unroll 4
  for (int round = 1; round < n; round *= 2) {
    R t[n];
#pragma GCC unroll 16
    for (int i = 0; i < n / 2; i++) {
      const auto [low, high] = interleave(r[i], r[i + n / 2]);
      t[2 * i] = low;
      t[2 * i + 1] = high;
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; i++) r[i] = t[i];
  }
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) {
    if (((i < count) && ...)) r[i].store(dst + i * dstStride);
  }
}

// The elements a whole-register store may write behind a panel.
template <class T>
inline constexpr int64_t packSlack = lanes<T>;

// dst[p * width + i] = row(i)[p * stride] for i < count, p < depth, where row(i) is a pointer and count <= width.
// Lanes count..width of a line get copies of other rows; up to packSlack elements behind the panel are overwritten.
template <class T, class Row>
void packLines(T* dst, int64_t width, int64_t count, int64_t depth, int64_t stride, Row row) {
  constexpr int n = nativeLanes<T>;
  if (stride != 1) {
    for (int64_t i = 0; i < width; i++) {
      const T* src = row(i < count ? i : count - 1);
      for (int64_t p = 0; p < depth; p++) dst[p * width + i] = src[p * stride];
    }
    return;
  }
  // The last group of rows first: what its stores spill into the next line is overwritten by the groups before it.
  for (int64_t group = (width - 1) / n * n; group >= 0; group -= n) {
    const T* rows[n];
    for (int i = 0; i < n; i++) rows[i] = row(group + i < count ? group + i : count - 1);
    int64_t p = 0;
    for (; p + n <= depth; p += n) {
      transposeSquare(rows, dst + p * width + group, width);
      for (int i = 0; i < n; i++) rows[i] += n;
    }
    if (p < depth) transposeSquare(rows, dst + p * width + group, width, static_cast<int>(depth - p));
  }
}

// dst[p * width + i] = src[p * srcStride + i] for i < count; the rest of a line is zero. width is a multiple of lanes.
template <class T>
void packColumns(T* dst, int64_t width, int64_t count, int64_t depth, const T* src, int64_t srcStride) {
  constexpr int n = lanes<T>;
  for (int64_t p = 0; p < depth; p++) {
    int64_t i = 0;
    for (; i + n <= count; i += n) Vec<T>::load(src + p * srcStride + i).store(dst + p * width + i);
    for (; i < width; i += n) {
      const int rest = count > i ? static_cast<int>(count - i) : 0;
      Vec<T>::load(src + p * srcStride + i, rest).store(dst + p * width + i);
    }
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
