// Moving elements without arithmetic: copy (with a tiled transpose), cast, fill, arange. Strides are in elements.
#pragma once

#include "kernels/elementwise.h"
#include "kernels/narrow.h"

namespace flambeau::FLAMBEAU_ISA {

// ---- Transposing a square of K = 16 / sizeof(T) by log2(K) rounds of interleaving row i with row i + K/2

template <int offset, class R, int... i>
ALWAYS_INLINE R mingle(R a, R b, std::integer_sequence<int, i...>) {
  constexpr int count = sizeof...(i);
  return __builtin_shufflevector(a, b, (offset + i / 2 + (i % 2) * count)...);
}

template <class T>
ALWAYS_INLINE void transposeSquare(const T* src, int64_t srcStride, T* dst, int64_t dstStride) {
  constexpr int K = 16 / sizeof(T);
  constexpr auto indices = std::make_integer_sequence<int, K>{};
  Register<T, K> rows[K], mixed[K];
#pragma GCC unroll 16
  for (int i = 0; i < K; i++) __builtin_memcpy(&rows[i], src + i * srcStride, 16);
#pragma GCC unroll 4
  for (int round = 1; round < K; round *= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < K / 2; i++) {
      mixed[2 * i] = mingle<0>(rows[i], rows[i + K / 2], indices);
      mixed[2 * i + 1] = mingle<K / 2>(rows[i], rows[i + K / 2], indices);
    }
#pragma GCC unroll 16
    for (int i = 0; i < K; i++) rows[i] = mixed[i];
  }
#pragma GCC unroll 16
  for (int i = 0; i < K; i++) __builtin_memcpy(dst + i * dstStride, &rows[i], 16);
}

// dst[j][i] = src[i][j] for i < rows, j < columns.
template <class T>
void transposeTile(const T* src, int64_t srcStride, T* dst, int64_t dstStride, int64_t rows, int64_t columns) {
  constexpr int64_t K = 16 / sizeof(T);
  int64_t j = 0;
  for (; j + K <= columns; j += K) {
    int64_t i = 0;
    T* to = dst + j * dstStride;
    for (; i + K <= rows; i += K) transposeSquare(src + i * srcStride + j, srcStride, to + i, dstStride);
    for (; i < rows; i++) {
      for (int64_t k = j; k < j + K; k++) dst[k * dstStride + i] = src[i * srcStride + k];
    }
  }
  for (; j < columns; j++) {
    for (int64_t i = 0; i < rows; i++) dst[j * dstStride + i] = src[i * srcStride + j];
  }
}

// ---- copy

// The dimension, other than the last, along which src is contiguous; -1 if there is none.
inline int64_t contiguousDimension(Ints shape, Ints strides) {
  for (int64_t d = shape.size - 2; d >= 0; d--) {
    if (strides[d] == 1 && shape[d] > 1) return d;
  }
  return -1;
}

// The last dimension and dimension `across` swap places; all others are counted.
template <class T>
void copyTransposed(const T* src, T* dst, Ints shape, Ints srcStrides, Ints dstStrides, int64_t across) {
  constexpr int64_t tile = 64;
  const int64_t last = shape.size - 1;
  const int64_t rows = shape[last];
  const int64_t columns = shape[across];
  const int64_t rowTiles = (rows + tile - 1) / tile;
  const int64_t columnTiles = (columns + tile - 1) / tile;
  int64_t counted[maxDims];
  for (int64_t d = 0; d <= last; d++) counted[d] = d == across ? 1 : shape[d];
  const Ints outer{counted, shape.size};
  const int64_t planes = countOf(outer) / rows;
  const int64_t grain = cheapGrain / ((rows < tile ? rows : tile) * (columns < tile ? columns : tile)) + 1;
  const bool streamed = isStreamed(countOf(shape), dst);
  parallelFor(planes * rowTiles * columnTiles, grain, [&](int64_t begin, int64_t end) {
    alignas(64) T turned[tile * tile];
    for (int64_t task = begin; task < end; task++) {
      const int64_t i = task % rowTiles * tile;
      const int64_t j = task / rowTiles % columnTiles * tile;
      const RowPosition position(outer, task / (rowTiles * columnTiles));
      const T* from = src + position.offset(srcStrides) + i * srcStrides[last] + j;
      T* to = dst + position.offset(dstStrides) + i + j * dstStrides[across];
      const int64_t height = rows - i < tile ? rows - i : tile;
      const int64_t width = columns - j < tile ? columns - j : tile;
      if (!streamed) {
        transposeTile(from, srcStrides[last], to, dstStrides[across], height, width);
        continue;
      }
      transposeTile(from, srcStrides[last], turned, tile, height, width);
      for (int64_t k = 0; k < width; k++) {
        streamCopy(turned + k * tile, to + k * dstStrides[across], height * static_cast<int64_t>(sizeof(T)));
      }
    }
    if (streamed) streamFence();
  });
}

// dst = src, element by element.
template <class T>
void copy(const T* src, T* dst, Ints shape, Ints srcStrides, Ints dstStrides) {
  const int64_t total = countOf(shape);
  if (total == 0) return;
  const int64_t inner = lastOf(shape);
  const int64_t srcStride = lastOf(srcStrides);
  const int64_t dstStride = lastOf(dstStrides);
  if (dstStride == 1 && srcStride != 1 && srcStride != 0) {
    const int64_t across = contiguousDimension(shape, srcStrides);
    if (across >= 0) return copyTransposed(src, dst, shape, srcStrides, dstStrides, across);
  }
  parallelFor(total, cheapGrain, [&](int64_t begin, int64_t end) {
    RowPosition position(shape, begin / inner);
    int64_t column = begin % inner;
    while (begin < end) {
      const int64_t n = inner - column < end - begin ? inner - column : end - begin;
      const T* from = src + position.offset(srcStrides) + column * srcStride;
      T* to = dst + position.offset(dstStrides) + column * dstStride;
      if (dstStride != 1) {
        for (int64_t i = 0; i < n; i++) to[i * dstStride] = from[i * srcStride];
      } else if (srcStride == 1) {
        std::memcpy(to, from, static_cast<size_t>(n) * sizeof(T));
      } else {
        gatherRow(from, srcStride, to, n);
      }
      begin += n;
      column = 0;
      position.next(shape);
    }
  });
}

// ---- cast

// As static_cast, but defined for every number: a float out of the integer's range gives some integer.
template <class U, class T, int N>
ALWAYS_INLINE vec<U, N> castLanes(vec<T, N> a) {
  if constexpr (std::is_same_v<U, T>)
    return a;
  else if constexpr (std::is_same_v<U, bool>)
    return toBool(a != 0);
  else if constexpr (std::is_same_v<T, bool>)
    return castLanes<U>(bitCast<uint8_t>(a));
  else if constexpr (std::is_floating_point_v<T> && std::is_same_v<U, uint8_t>)
    return convert<U>(convert<int32_t>(a));
  else
    return convert<U>(a);
}

template <class U, class T>
void castTo(const T* src, void* dst, Ints shape, Ints srcStrides, Ints dstStrides) {
  elementwise(
      cheapGrain, shape, [](auto a) { return castLanes<U>(a); }, static_cast<U*>(dst), dstStrides,
      Operand<T>{src, srcStrides});
}

// dst = src as another element type: towards zero to an integer, != 0 to bool.
template <class T>
void cast(const T* src, void* dst, int64_t dtypeCode, Ints shape, Ints srcStrides, Ints dstStrides) {
  switch (dtypeCode) {
    case float32Code:
      return castTo<float>(src, dst, shape, srcStrides, dstStrides);
    case float64Code:
      return castTo<double>(src, dst, shape, srcStrides, dstStrides);
    case int64Code:
      return castTo<int64_t>(src, dst, shape, srcStrides, dstStrides);
    case int32Code:
      return castTo<int32_t>(src, dst, shape, srcStrides, dstStrides);
    case uint8Code:
      return castTo<uint8_t>(src, dst, shape, srcStrides, dstStrides);
    case boolCode:
      return castTo<bool>(src, dst, shape, srcStrides, dstStrides);
    default:
      return castToNarrow(src, dst, dtypeCode, shape, srcStrides, dstStrides);
  }
}

// ---- fill, arange

template <class T>
void fill(T* y, double value, Ints shape, Ints strides) {
  const T element = static_cast<T>(value);
  const int64_t zeros[maxDims] = {};
  elementwise(cheapGrain, shape, [](auto a) { return a; }, y, strides, Operand<T>{&element, Ints{zeros, shape.size}});
}

// y[i] = start + i step, floats computed in double and rounded once.
template <class T>
void arange(T* y, double start, double step, int64_t n) {
  using Wide = std::conditional_t<std::is_floating_point_v<T>, double, int64_t>;
  const Wide first = static_cast<Wide>(start);
  const Wide by = static_cast<Wide>(step);
  parallelFor(n, cheapGrain, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) y[i] = static_cast<T>(first + static_cast<Wide>(i) * by);
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
