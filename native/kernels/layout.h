// Moving elements without arithmetic: copy (with a tiled transpose), cast, fill, arange. Strides are in elements.
#pragma once

#include "kernels/elementwise.h"
#include "kernels/narrow.h"
#include "kernels/transpose.h"

namespace flambeau::FLAMBEAU_ISA {

// ---- Transposing by squares

// The elements of a row of a square: a register of them, but 16 bytes of single bytes, of which the registers hold no
// more rows.
template <class T>
inline constexpr int squareSize = (sizeof(T) == 1 ? 16 : nativeBytes) / static_cast<int>(sizeof(T));

// Squares, as many as fill a line when streamed: dst[j][i] = src[i][j] for j < N.
template <bool streamed, int N, class T>
ALWAYS_INLINE void transposeSquares(const T* src, int64_t srcStride, T* dst, int64_t dstStride) {
  constexpr int count = streamed ? lineSize<T> / N : 1;
  vec<T, N> rows[count][N];
#pragma GCC unroll 4
  for (int k = 0; k < count; k++) {
#pragma GCC unroll 16
    for (int i = 0; i < N; i++) rows[k][i] = vec<T, N>::load(src + (k * N + i) * srcStride);
    transposeRows(rows[k]);
  }
#pragma GCC unroll 16
  for (int i = 0; i < N; i++) {
#pragma GCC unroll 4
    for (int k = 0; k < count; k++) storeVector<streamed>(dst + i * dstStride + k * N, rows[k][i]);
  }
}

// dst[j][i] = src[i][j] for i < rows, j < columns, by squares of N, the rest by smaller ones and at last one by one.
// Streamed, dst must be made of whole lines, rows a multiple of them and columns of N.
template <bool streamed, int N, class T>
void transposeTile(const T* src, int64_t srcStride, T* dst, int64_t dstStride, int64_t rows, int64_t columns) {
  constexpr int least = 16 / sizeof(T);
  constexpr int high = streamed ? lineSize<T> : N;
  const int64_t wholeRows = rows / N * N, wholeColumns = columns / N * N;
  for (int64_t j = 0; j < wholeColumns; j += N) {
    for (int64_t i = 0; i < wholeRows; i += high) {
      transposeSquares<streamed, N>(src + i * srcStride + j, srcStride, dst + j * dstStride + i, dstStride);
    }
  }
  if constexpr (streamed) return;
  const auto rest = [=](int64_t i, int64_t j, int64_t height, int64_t width) {
    const T* from = src + i * srcStride + j;
    T* to = dst + j * dstStride + i;
    if constexpr (N > least) {
      transposeTile<false, N / 2>(from, srcStride, to, dstStride, height, width);
    } else {
      for (int64_t c = 0; c < width; c++) {
        for (int64_t r = 0; r < height; r++) to[c * dstStride + r] = from[r * srcStride + c];
      }
    }
  };
  if (wholeRows < rows) rest(wholeRows, 0, rows - wholeRows, wholeColumns);
  if (wholeColumns < columns) rest(0, wholeColumns, rows, columns - wholeColumns);
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
  constexpr int N = squareSize<T>, least = 16 / sizeof(T);
  // Whether the registers hold as many squares as make whole lines.
  constexpr bool fillsLines = lineSize<T> / N <= 2;
  const int64_t last = shape.size - 1;
  const int64_t rows = shape[last];
  const int64_t columns = shape[across];
  const bool streamed = isStreamed(countOf(shape), dst);
  const bool direct =
      streamed && fillsLines && rowsBeginLines(dst, shape, dstStrides) && rows % lineSize<T> == 0 && columns % N == 0;
  // The longer the pieces that are written, the better; what goes by way of a tile must fit it.
  const int64_t height = direct ? 256 : tile;
  const int64_t rowTiles = (rows + height - 1) / height;
  const int64_t columnTiles = (columns + tile - 1) / tile;
  int64_t counted[maxDims];
  for (int64_t d = 0; d <= last; d++) counted[d] = d == across ? 1 : shape[d];
  const Ints outer{counted, shape.size};
  const int64_t planes = countOf(outer) / rows;
  const int64_t grain = cheapGrain / ((rows < height ? rows : height) * (columns < tile ? columns : tile)) + 1;
  // Within the first cache the smallest squares are the fastest.
  const bool small = countOf(shape) * static_cast<int64_t>(sizeof(T)) <= 65536;
  parallelFor(planes * rowTiles * columnTiles, grain, [&](int64_t begin, int64_t end) {
    alignas(64) T turned[tile * tile];
    for (int64_t task = begin; task < end; task++) {
      const int64_t i = task % rowTiles * height;
      const int64_t j = task / rowTiles % columnTiles * tile;
      const RowPosition position(outer, task / (rowTiles * columnTiles));
      const T* from = src + position.offset(srcStrides) + i * srcStrides[last] + j;
      T* to = dst + position.offset(dstStrides) + i + j * dstStrides[across];
      const int64_t high = rows - i < height ? rows - i : height;
      const int64_t wide = columns - j < tile ? columns - j : tile;
      if (direct) {
        transposeTile<fillsLines, N>(from, srcStrides[last], to, dstStrides[across], high, wide);
      } else if (small) {
        transposeTile<false, least>(from, srcStrides[last], to, dstStrides[across], high, wide);
      } else if (!streamed) {
        transposeTile<false, N>(from, srcStrides[last], to, dstStrides[across], high, wide);
      } else {
        transposeTile<false, N>(from, srcStrides[last], turned, tile, high, wide);
        for (int64_t k = 0; k < wide; k++) {
          streamCopy(turned + k * tile, to + k * dstStrides[across], high * static_cast<int64_t>(sizeof(T)));
        }
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
  if (hasStreamedRows(dst, shape, dstStrides) && isStreamed(total, dst, src)) {
    return elementwise(cheapGrain, shape, [](auto a) { return a; }, dst, dstStrides, Operand<T>{src, srcStrides});
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
