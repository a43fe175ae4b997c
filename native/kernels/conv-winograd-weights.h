// The gradient of 3x3 kernels of stride 1 after Winograd: tiles of 4x4 gradients of results are the kernels, 3x3
// weights the results. Channels are lanes: the tiles of a register of channels are transformed at once.
#pragma once

#include "kernels/conv-winograd.h"

namespace flambeau::FLAMBEAU_ISA {

// dw[o][c] = sum over images of x[n][c] correlated with dy[n][o].
template <class T>
void winogradWeights(const TileGrid& grid, const T* x, const T* dy, int64_t rows, int64_t oh, int64_t ow, T* dw) {
  constexpr int64_t bytes = sizeof(T);
  constexpr int n = nativeLanes<T>;
  constexpr int step = PlainTiles::step;
  using V = vec<T, n>;
  const int64_t channels = grid.channels, width = ceilDivide(channels, n) * n;
  const TileGrid results{grid.images, rows, oh, ow, 0, 0, grid.rows, grid.columns};
  const int64_t height = grid.rows * step, breadth = grid.columns * step;
  const LaneLayout imageLayout{1, grid.h, grid.w, grid.padH, grid.padW, height + 2, breadth + 2};
  const LaneLayout resultLayout{1, oh, ow, 0, 0, height, breadth};
  // The sums over blocks are the same for every number of threads.
  const int64_t block = rowsPerBlock<T>(grid, rows + channels, int64_t{1} << 22, 1), mostTiles = block * grid.columns;
  // Where one block holds all tiles, rows are done some at a time, so that their sums stay in the cache.
  const bool once = block == grid.tileRows();
  const int64_t rowsNow = once ? minimum(rows, 4 * n) : rows;
  const Scratch tileScratch(winogradProducts * oddLines<T>(mostTiles * width) * bytes);
  const Scratch resultScratch(winogradProducts * oddLines<T>(mostTiles * ceilDivide(rowsNow, n) * n) * bytes);
  const Scratch sumScratch((winogradProducts * rowsNow * channels + n) * bytes);
  T *u = resultScratch.as<T>(), *v = tileScratch.as<T>(), *sums = sumScratch.as<T>();
  for (int64_t row = 0; row < rows; row += rowsNow) {
    const int64_t m = minimum(rowsNow, rows - row), tall = ceilDivide(m, n) * n;
    for (int64_t first = 0; first < grid.tileRows(); first += block) {
      const int64_t last = minimum(grid.tileRows(), first + block), tiles = (last - first) * grid.columns;
      const int64_t imagePoint = oddLines<T>(tiles * width), resultPoint = oddLines<T>(tiles * tall);
      if (row == 0)
        transformChannels<ImageTransform, step>(grid, imageLayout, x, 0, channels, first, last, v, width, imagePoint);
      transformChannels<KernelTransform<step>, step>(results, resultLayout, dy, row, m, first, last, u, tall,
                                                     resultPoint);
      parallelFor(winogradProducts, ceilDivide(int64_t{1} << 18, m * channels * tiles),
                  [&](int64_t begin, int64_t end) {
                    for (int64_t i = begin; i < end; i++) {
                      product(m, channels, tiles, Strided<T>{u + i * resultPoint, 1, tall},
                              Strided<T>{v + i * imagePoint, width, 1},
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
