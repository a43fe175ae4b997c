// The gradient of 3x3 kernels of stride 1 after Winograd: tiles of 4x4 gradients of results are the kernels, 3x3
// weights the results. Channels are lanes: the tiles of a register of channels are transformed at once.
#pragma once

#include "kernels/conv-tile-row.h"
#include "kernels/conv-winograd.h"

namespace flambeau::FLAMBEAU_ISA {

// Transformed tiles of the rows [first, last) of `count` channels from channel0 on:
// to[(point * tiles + tile) * width + channel], where `width` is the count rounded up to whole registers.
template <class Transform, class T>
void transformChannels(const TileGrid& grid, const LaneLayout& layout, const T* src, int64_t channel0, int64_t count,
                       int64_t first, int64_t last, T* to) {
  constexpr int n = nativeLanes<T>;
  const int64_t blocks = ceilDivide(count, n), width = blocks * n, point = (last - first) * grid.columns * width;
  const int64_t firstImage = first / grid.rows, images = ceilDivide(last, grid.rows) - firstImage;
  const int64_t work = (last - first) * grid.columns * n * 4 * winogradTile / images;
  parallelFor(images * blocks, ceilDivide(int64_t{1} << 16, work), [&](int64_t begin, int64_t end) {
    LanePlanes<T> planes(layout);
    TileRow<T, Transform> tiles(planes, winogradStep);
    for (int64_t task = begin; task < end; task++) {
      const int64_t image = firstImage + task / blocks, channel = task % blocks * n, row0 = image * grid.rows;
      const int64_t top = maximum(first, row0), bottom = minimum(last, row0 + grid.rows);
      const auto sourceRow = [&](int64_t row) { return minimum(grid.h, maximum(0, row - grid.padH)); };
      planes.fill(src + (image * grid.channels + channel0 + channel) * grid.h * grid.w, grid.h * grid.w,
                  minimum(n, count - channel), sourceRow((top - row0) * winogradStep),
                  sourceRow((bottom - row0) * winogradStep + Transform::from - winogradStep));
      for (int64_t row = top; row < bottom; row++) {
        tiles.load(row - row0);
        for (int64_t q = 0; q < grid.columns; q++) {
          tiles.store(q, to + ((row - first) * grid.columns + q) * width + channel, 0, winogradTile * point, point);
        }
      }
    }
  });
}

// dw[o][c] = sum over images of x[n][c] correlated with dy[n][o].
template <class T>
void winogradWeights(const TileGrid& grid, const T* x, const T* dy, int64_t rows, int64_t oh, int64_t ow, T* dw) {
  constexpr int64_t bytes = sizeof(T);
  constexpr int n = nativeLanes<T>;
  using V = vec<T, n>;
  const int64_t channels = grid.channels, width = ceilDivide(channels, n) * n;
  const TileGrid results{grid.images, rows, oh, ow, 0, 0, grid.rows, grid.columns};
  const int64_t height = grid.rows * winogradStep, breadth = grid.columns * winogradStep;
  const LaneLayout imageLayout{1, grid.h, grid.w, grid.padH, grid.padW, height + 2, breadth + 2};
  const LaneLayout resultLayout{1, oh, ow, 0, 0, height, breadth};
  // The sums over blocks are the same for every number of threads.
  const int64_t block = rowsPerBlock<T>(grid, rows + channels, 1), mostTiles = block * grid.columns;
  // Where one block holds all tiles, rows are done some at a time, so that their sums stay in the cache.
  const bool once = block == grid.tileRows();
  const int64_t rowsNow = once ? minimum(rows, 4 * n) : rows;
  const Scratch tileScratch(winogradProducts * mostTiles * width * bytes);
  const Scratch resultScratch(winogradProducts * mostTiles * ceilDivide(rowsNow, n) * n * bytes);
  const Scratch sumScratch((winogradProducts * rowsNow * channels + n) * bytes);
  T *u = resultScratch.as<T>(), *v = tileScratch.as<T>(), *sums = sumScratch.as<T>();
  for (int64_t row = 0; row < rows; row += rowsNow) {
    const int64_t m = minimum(rowsNow, rows - row), tall = ceilDivide(m, n) * n;
    for (int64_t first = 0; first < grid.tileRows(); first += block) {
      const int64_t last = minimum(grid.tileRows(), first + block), tiles = (last - first) * grid.columns;
      if (row == 0) transformChannels<ImageTransform>(grid, imageLayout, x, 0, channels, first, last, v);
      transformChannels<KernelTransform<4>>(results, resultLayout, dy, row, m, first, last, u);
      parallelFor(winogradProducts, ceilDivide(int64_t{1} << 18, m * channels * tiles),
                  [&](int64_t begin, int64_t end) {
                    for (int64_t i = begin; i < end; i++) {
                      product(m, channels, tiles, Strided<T>{u + i * tiles * tall, 1, tall},
                              Strided<T>{v + i * tiles * width, width, 1},
                              Destination<T>{sums + i * m * channels, channels}, Epilogue<T>{first > 0});
                    }
                  });
    }
    parallelFor(m, ceilDivide(4096, channels), [&](int64_t begin, int64_t end) {
      T taps[9][n];
      for (int64_t o = begin; o < end; o++) {
        for (int64_t c = 0; c < channels; c += n) {
          const T* from = sums + o * channels + c;
          transformBoth<V, ResultTransform<3>>(
              [&](int i, int j) { return V::load(from + (i * winogradTile + j) * m * channels); },
              [&](int i, int j, V value) { value.store(taps[3 * i + j]); });
          const int64_t count = minimum(n, channels - c);
          T* dst = dw + ((row + o) * channels + c) * 9;
          for (int64_t s = 0; s < count; s++)
            for (int t = 0; t < 9; t++) dst[s * 9 + t] = taps[t][s];
        }
      }
    });
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
