// Convolution with few channels: no matrix is packed. A plane is read as one long line, in which every tap is a fixed
// offset, so vectors run across the ends of rows; the columns computed there in vain are dropped.
#pragma once

#include "kernels/conv-planes.h"
#include "kernels/gemm-driver.h"

namespace flambeau::FLAMBEAU_ISA {

// The widest tile of a height that the registers hold, in columns of one register. What there is fewer of, rows or
// columns, is kept beside the sums. Single registers make wider tiles than vectors: a load feeds more multiplications.
constexpr int widthFor(int rows) {
  int width = 0;
  while (width < 8 && rows * (width + 1) + (rows < width + 1 ? rows : width + 1) + 1 <= vectorRegisters) width++;
  return width;
}
// The tallest tile is directRows rows.
constexpr int findDirectRows() {
  int rows = 1;
  while (rows < 8 && widthFor(rows + 1) > 1) rows++;
  return rows;
}
inline constexpr int directRows = findDirectRows();

// Calls f(constant<rows>, constant<width>) for run-time rows <= directRows and width <= widthFor(rows).
template <int rows = 1, class F>
ALWAYS_INLINE void withTile(int64_t wantedRows, int64_t wantedWidth, F f) {
  if (wantedRows == rows) {
    const auto pick = [&]<int width>(auto self, std::integral_constant<int, width>) -> void {
      if (wantedWidth == width)
        f(std::integral_constant<int, rows>{}, std::integral_constant<int, width>{});
      else if constexpr (width < widthFor(rows))
        self(self, std::integral_constant<int, width + 1>{});
    };
    pick(pick, std::integral_constant<int, 1>{});
  } else if constexpr (rows < directRows) {
    withTile<rows + 1>(wantedRows, wantedWidth, f);
  }
}

// Lines of b at offsets from a table.
template <class T>
struct TapLines {
  const T* plane;
  const int64_t* offsets;
  ALWAYS_INLINE const T* operator()(int64_t t) const { return plane + offsets[t]; }
};

template <class T, int rows, int width, class... E>
void tapTile(int64_t taps, const T* weights, const T* plane, const int64_t* offsets, T* out, int64_t outStride,
             const E&... e) {
  multiplyTile<rows, width, nativeLanes<T>>(taps, StridedLines<T>{weights, rows}, NextElement{},
                                            TapLines<T>{plane, offsets}, out, outStride, Epilogue<T>{e...});
}

// y[i][r * ow + q] = sum over t of weights[t * rows + i] * plane[offsets[t] + r * pitch + q], then bias and relu.
// A single row waits for memory more than for its sums: the source after this one is fetched meanwhile. Reads up to one
// tile width behind the last position; `line` holds rows x (positions rounded up).
template <class T>
void correlateRows(int64_t rows, int64_t taps, const T* weights, const T* plane, const int64_t* offsets, int64_t pitch,
                   int64_t oh, int64_t ow, T* line, Destination<T> to, int64_t row0, Epilogue<T> e, const T* next) {
  constexpr int n = nativeLanes<T>;
  const int64_t registers = ceilDivide((oh - 1) * pitch + ow, n);
  const int64_t tiles = ceilDivide(registers, widthFor(static_cast<int>(rows)));
  const int64_t stride = registers * n;
  for (int64_t tile = 0, at = 0; tile < tiles; tile++) {
    const int64_t width = registers * (tile + 1) / tiles - at;
    for (int64_t q = at * n; rows == 1 && q < (at + width) * n; q += lanes<T>) {
      __builtin_prefetch(next + q);
      __builtin_prefetch(to.c + row0 * to.rowStride + q, 1);
    }
    withTile(rows, width,
             [&]<int tall, int wide>(std::integral_constant<int, tall>, std::integral_constant<int, wide>) {
               tapTile<T, tall, wide>(taps, weights, plane + at * n, offsets, line + at * n, stride);
             });
    at += width;
  }
  using V = Vec<T>;
  // Whole vectors where they end within the outputs of the row: what one writes too far, the next overwrites.
  const int64_t reach = ceilDivide(ow, lanes<T>) * lanes<T>;
  const int64_t whole = oh * ow < reach ? 0 : (oh * ow - reach) / ow + 1;
  for (int64_t i = 0; i < rows; i++) {
    const V bias = V::splat(e.rowBias != nullptr ? e.rowBias[row0 + i] : T{0});
    const T* from = line + i * stride;
    T* dst = to.c + (row0 + i) * to.rowStride;
    const auto copy = [&](int64_t q, auto... count) {
      const V y = V::load(from + q, count...) + bias;
      (e.relu ? max(y, V::zero()) : y).store(dst + q, count...);
    };
    for (int64_t r = 0; r < oh; r++, from += pitch, dst += ow) {
      const int64_t full = r < whole ? reach : ow / lanes<T> * lanes<T>;
      for (int64_t q = 0; q < full; q += lanes<T>) copy(q);
      if (full < ow) copy(full, static_cast<int>(ow - full));
    }
  }
}

// `tall` rows of a register of results from 3 x 3 neighbours: a load of the plane serves every row it belongs to.
template <int tall, class T>
ALWAYS_INLINE void neighbourTile(const T* plane, int64_t pitch, const vec<T, nativeLanes<T>>* weights, T* y,
                                 int64_t yStride, T bias, bool relu) {
  using R = vec<T, nativeLanes<T>>;
  R sum[tall];
#pragma GCC unroll 16
  for (int i = 0; i < tall; i++) sum[i] = R::splat(bias);
#pragma GCC unroll 16
  for (int a = 0; a < tall + 2; a++) {
#pragma GCC unroll 16
    for (int b = 0; b < 3; b++) {
      const R x = R::load(plane + a * pitch + b);
#pragma GCC unroll 16
      for (int i = a < 2 ? 0 : a - 2; i < tall && i <= a; i++) sum[i] = fma(weights[(a - i) * 3 + b], x, sum[i]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < tall; i++) (relu ? max(sum[i], R::zero()) : sum[i]).store(y + i * yStride);
}

// y[r * ow + q] = bias + sum over a, b < 3 of weights[a * 3 + b] * plane[(r + a) * pitch + q + b], then relu, for rows
// of at least a register. The last rows and columns overlap the ones before: a result may be computed twice.
template <class T>
void neighbourRows(const T* plane, int64_t pitch, const T* weights, int64_t oh, int64_t ow, T* y, T bias, bool relu) {
  constexpr int n = nativeLanes<T>, tall = 4;
  vec<T, n> w[9];
  for (int t = 0; t < 9; t++) w[t] = vec<T, n>::splat(weights[t]);
  const auto overRows = [&]<int rows>(std::integral_constant<int, rows>) {
    for (int64_t row = 0; row < oh; row += rows) {
      const int64_t r = minimum(row, oh - rows);
      for (int64_t column = 0; column < ow; column += n) {
        const int64_t q = minimum(column, ow - n);
        neighbourTile<rows>(plane + r * pitch + q, pitch, w, y + r * ow + q, ow, bias, relu);
      }
    }
  };
  if (oh < tall)
    overRows(std::integral_constant<int, 1>{});
  else
    overRows(std::integral_constant<int, tall>{});
}

// Sums (as registers, one sum per lane) of rows x width pairs of lines: sum[i * sumStride + s] +=
// dy[i * dyStride + j] * plane[offsets[s] + j] over all j < length, a multiple of nativeLanes, and all `images`.
template <class T, int rows, int width>
void dotTaps(int64_t images, int64_t length, const T* dy, int64_t dyStride, int64_t dyImage, const T* plane,
             int64_t planeImage, const int64_t* offsets, T* sums, int64_t sumStride) {
  constexpr int n = nativeLanes<T>;
  using R = vec<T, n>;
  R sum[rows][width];
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
    for (int s = 0; s < width; s++) sum[i][s] = R::zero();
  const T* line[width];
  for (int s = 0; s < width; s++) line[s] = plane + offsets[s];
  for (int64_t image = 0; image < images; image++) {
    const T* from = dy + image * dyImage;
    const int64_t base = image * planeImage;
#pragma GCC unroll 1
    for (int64_t j = 0; j < length; j += n) {
      R b[width];
#pragma GCC unroll 16
      for (int s = 0; s < width; s++) b[s] = R::load(line[s] + base + j);
#pragma GCC unroll 16
      for (int i = 0; i < rows; i++) {
        const R x = held<width>(R::load(from + i * dyStride + j));
#pragma GCC unroll 16
        for (int s = 0; s < width; s++) sum[i][s] = fma(x, b[s], sum[i][s]);
      }
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
    for (int s = 0; s < width; s++) {
      T* to = sums + (i * sumStride + s) * n;
      (R::load(to) + sum[i][s]).store(to);
    }
}

}  // namespace flambeau::FLAMBEAU_ISA
