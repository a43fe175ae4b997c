// Convolution by 3x3 kernels of stride 1 after Winograd: a tile of 4x4 results takes 36 multiplications instead of 144.
// Tiles of 6x6 inputs that overlap by 2 and the kernels are transformed; 36 products sum over the channels; the sums
// are transformed back (Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2016).
#pragma once

#include "kernels/conv-planes.h"
#include "kernels/conv-transforms.h"
#include "kernels/gemm.h"

namespace flambeau::FLAMBEAU_ISA {

inline constexpr int winogradStep = 4;

// Whether the transforms cost less than the multiplications they spare. Counted in multiplications: transforming the
// elements of a tile costs as much as 512, a kernel as 256.
inline bool winogradPays(const ConvShape& s) {
  const bool fits = s.kh == 3 && s.kw == 3 && s.strideH == 1 && s.strideW == 1 && s.dilH == 1 && s.dilW == 1 &&
                    s.groups == 1 && s.padH <= 2 && s.padW <= 2;
  if (!fits) return false;
  const int64_t tiles = s.n * ceilDivide(s.oh, winogradStep) * ceilDivide(s.ow, winogradStep);
  const int64_t width = ceilDivide(tiles, tileColumns<float>) * tileColumns<float>;
  const int64_t products = s.c * s.o * (winogradProducts * width + 256), transforms = 512 * tiles * (s.c + s.o);
  return products + transforms < s.c * s.o * 8 * s.n * s.oh * s.ow;
}

// The tiles of a batch of planes. Their rows are numbered through all images; a block is a range of them.
struct TileGrid {
  int64_t images, channels, h, w, padH, padW;  // of the planes that the tiles are cut from
  int64_t rows, columns;                       // of tiles in one image

  int64_t tileRows() const { return images * rows; }
};

// How many rows of tiles make a block: as many as leave the fewest of the columns of a product empty, while both sides
// of 36 products, of `lines` lines in all, are about 2 MB, or two vectors of columns wide. Several blocks are equally
// large, and equally many for each of the workers, unless that would leave more columns empty.
template <class T>
int64_t rowsPerBlock(const TileGrid& grid, int64_t lines, int64_t workers) {
  const int64_t fit = (int64_t{1} << 21) / (winogradProducts * lines * static_cast<int64_t>(sizeof(T)));
  const int64_t most = minimum(grid.tileRows(), ceilDivide(maximum(fit, 2 * tileColumns<T>), grid.columns));
  const auto use = [&](int64_t rows) {
    const int64_t tiles = rows * grid.columns;
    return static_cast<double>(tiles) / static_cast<double>(ceilDivide(tiles, tileColumns<T>));
  };
  int64_t best = most;
  for (int64_t rows = most; rows >= 1; rows--) {
    if (use(rows) > use(best)) best = rows;
  }
  const int64_t blocks = ceilDivide(grid.tileRows(), best);
  if (blocks == 1) return best;
  const int64_t even = ceilDivide(grid.tileRows(), ceilDivide(blocks, workers) * workers);
  for (int64_t rows = even; rows <= best; rows++) {
    if (use(rows) >= use(best)) return rows;
  }
  return best;
}

// lines[(i * size + j) * stride + ty * columns + q] = src[top + 4 ty + i][4 q + j - padW] for `count` rows of tiles,
// zero outside the plane. Up to lanes - 1 elements behind a line are written. `work` holds tileWork<T>(grid, count)
// elements.
template <class T>
int64_t tileWork(const TileGrid& grid, int64_t count) {
  const int64_t positions = (4 * count + 2) * (grid.columns + 1);
  return 2 * 4 * (positions + 2 * lanes<T>);
}
template <int size, class T>
void copyTiles(const TileGrid& grid, const T* src, int64_t top, int64_t count, T* work, T* lines, int64_t stride) {
  using V = Vec<T>;
  const int64_t pitch = grid.columns + 1, rows = 4 * count + size - 4;
  // The rows with their padding,
  T* padded = work;
  const int64_t length = minimum(4 * pitch - grid.padW, grid.w);
  for (int64_t r = 0; r < rows; r++) {
    T* row = padded + r * 4 * pitch;
    const int64_t y = top + r;
    const int64_t filled = y < 0 || y >= grid.h ? 0 : length;
    const int64_t left = filled > 0 ? grid.padW : 0;
    for (int64_t q = 0; q < left; q++) row[q] = 0;
    copyEvery(row + left, src + y * grid.w, filled, 1);
    for (int64_t q = left + filled; q < 4 * pitch; q++) row[q] = 0;
  }
  // split in four: every fourth column from the first, second, third and fourth on,
  const int64_t phaseSize = ceilDivide(rows * pitch, lanes<T>) * lanes<T> + lanes<T>;
  T* phases = padded + 4 * phaseSize;
  for (int64_t q = 0; q < rows * pitch; q += lanes<T>) {
    const T* from = padded + 4 * q;
    const V a = V::load(from), b = V::load(from + lanes<T>);
    const V c = V::load(from + 2 * lanes<T>), d = V::load(from + 3 * lanes<T>);
    const V even = everySecond<0>(a, b), evenToo = everySecond<0>(c, d);
    const V odd = everySecond<1>(a, b), oddToo = everySecond<1>(c, d);
    everySecond<0>(even, evenToo).store(phases + q);
    everySecond<0>(odd, oddToo).store(phases + phaseSize + q);
    everySecond<1>(even, evenToo).store(phases + 2 * phaseSize + q);
    everySecond<1>(odd, oddToo).store(phases + 3 * phaseSize + q);
  }
  // cut into tiles. Whole vectors, in ascending order: what one writes too far, the next overwrites.
  for (int i = 0; i < size; i++) {
    for (int j = 0; j < size; j++, lines += stride) {
      const T* from = phases + j % 4 * phaseSize + i * pitch + j / 4;
      for (int64_t ty = 0; ty < count; ty++, from += 4 * pitch) {
        for (int64_t q = 0; q < grid.columns; q += lanes<T>) {
          V::load(from + q).store(lines + ty * grid.columns + q);
        }
      }
    }
  }
}

// Where transformed tiles lie: product * product + channel * line + tile / tileColumns * panel + tile % tileColumns.
struct TileStrides {
  int64_t product, line, panel;
};

// The transformed tiles of `count` channels from channel0 on, rows [first, last), and zeros from there to `width`
// tiles.
template <class Transform, class T>
void transformTiles(const TileGrid& grid, const T* src, int64_t channel0, int64_t count, int64_t first, int64_t last,
                    int64_t width, T* to, TileStrides strides) {
  constexpr int size = Transform::from;
  constexpr int64_t bytes = sizeof(T);
  using V = Vec<T>;
  const int64_t stride = width + lanes<T>;
  const int64_t tiles = (last - first) * grid.columns;
  parallelFor(count, ceilDivide(16384, width * size * size), [&](int64_t begin, int64_t end) {
    const Scratch lineScratch(size * size * stride * bytes);
    const Scratch work(tileWork<T>(grid, minimum(grid.rows, last - first)) * bytes);
    T* lines = lineScratch.as<T>();
    for (int64_t c = begin; c < end; c++) {
      for (int64_t r = first; r < last;) {
        const int64_t image = r / grid.rows, ty = r % grid.rows;
        const int64_t rows = minimum(grid.rows - ty, last - r);
        copyTiles<size>(grid, src + (image * grid.channels + channel0 + c) * grid.h * grid.w,
                        ty * winogradStep - grid.padH, rows, work.as<T>(), lines + (r - first) * grid.columns, stride);
        r += rows;
      }
      for (int i = 0; i < size * size; i++) {
        std::memset(lines + i * stride + tiles, 0, static_cast<size_t>(width - tiles) * sizeof(T));
      }
      for (int64_t q = 0; q < width; q += lanes<T>) {
        T* at = to + c * strides.line + q / tileColumns<T> * strides.panel + q % tileColumns<T>;
        transformBoth<V, Transform>([&](int i, int j) { return V::load(lines + (i * size + j) * stride + q); },
                                    [&](int i, int j, V v) { v.store(at + (i * winogradTile + j) * strides.product); });
      }
    }
  });
}

// Panels of transformed kernels, `height` rows each: for each product, a line for each channel.
template <class T>
struct KernelPanels {
  int64_t rows, channels, height, count, productSize;
  KernelPanels(int64_t rows, int64_t channels) : rows(rows), channels(channels), height(evenPart(rows, tileRows)) {
    count = ceilDivide(rows, height);
    productSize = channels * height + packSlack<T>;
  }
  int64_t size() const { return winogradProducts * productSize; }
  int64_t rowsOf(int64_t panel) const { return minimum(height, rows - panel * height); }

  // packKernels(dst, row, rows, width) writes dst[(channel * 9 + tap) * width + r] = kernel(row + r, channel)[tap];
  // `turned` takes the taps in reverse order.
  template <class PackKernels>
  void transform(int64_t panel, PackKernels packKernels, bool turned, T* to) const {
    using V = Vec<T>;
    const Scratch scratch((9 * channels * height + 2 * packSlack<T>)*static_cast<int64_t>(sizeof(T)));
    T* taps = scratch.as<T>();
    packKernels(taps, panel * height, rowsOf(panel), height);
    for (int64_t c = 0; c < channels; c++) {
      const T* kernel = taps + c * 9 * height;
      T* dst = to + c * height;
      transformBoth<V, KernelTransform<3>>(
          [&](int i, int j) { return V::load(kernel + (turned ? 8 - 3 * i - j : 3 * i + j) * height); },
          [&](int i, int j, V v) { v.store(dst + (i * winogradTile + j) * productSize); });
    }
  }
};

// One channel of the results of the rows [first, last) of tiles: `products` is its line of the first of 36 products,
// productSize apart; `lines` is working memory of 16 * width + lanes elements.
template <class T>
void transformResults(const TileGrid& grid, const T* products, int64_t productSize, int64_t first, int64_t last,
                      int64_t width, T* lines, T* y, int64_t imageSize, int64_t oh, int64_t ow, T bias, bool relu) {
  using V = Vec<T>;
  constexpr int step = winogradStep;
  const int64_t pitch = step * width;
  for (int64_t q = 0; q < width; q += lanes<T>) {
    V tile[step][step];
    transformBoth<V, ResultTransform<step>>(
        [&](int i, int j) { return V::load(products + (i * winogradTile + j) * productSize + q); },
        [&](int i, int j, V v) { tile[i][j] = v; });
    for (int i = 0; i < step; i++) {
      T* line = lines + i * pitch + step * q;
      const auto [low02, high02] = interleave(tile[i][0], tile[i][2]);
      const auto [low13, high13] = interleave(tile[i][1], tile[i][3]);
      const auto [first16, second16] = interleave(low02, low13);
      const auto [third16, fourth16] = interleave(high02, high13);
      first16.store(line);
      second16.store(line + lanes<T>);
      third16.store(line + 2 * lanes<T>);
      fourth16.store(line + 3 * lanes<T>);
    }
  }
  for (int64_t r = first; r < last; r++) {
    const int64_t top = r % grid.rows * step;
    T* dst = y + r / grid.rows * imageSize + top * ow;
    for (int i = 0; i < step && top + i < oh; i++, dst += ow) {
      const T* from = lines + i * pitch + (r - first) * grid.columns * step;
      for (int64_t q = 0; q < ow; q += lanes<T>) {
        const int count = static_cast<int>(minimum(lanes<T>, ow - q));
        V v = V::load(from + q, count) + bias;
        if (relu) v = max(v, V::zero());
        v.store(dst + q, count);
      }
    }
  }
}

// y[n][o] = sum over c of x[n][c] correlated with kernel(o, c): (oh, ow) results of planes padded at the top and left.
template <class T, class PackKernels>
void winograd(const TileGrid& grid, const T* x, int64_t rows, PackKernels packKernels, bool turned, T* y, int64_t oh,
              int64_t ow, Epilogue<T> e) {
  constexpr int64_t bytes = sizeof(T);
  const int64_t channels = grid.channels;
  const KernelPanels<T> panels(rows, channels);
  const int64_t block = rowsPerBlock<T>(grid, rows + channels, numThreads());
  // Kernels that serve one block only are transformed where they are used, and stay in the cache.
  const bool once = block == grid.tileRows();
  const Scratch kernelScratch(once ? 0 : panels.count * panels.size() * bytes);
  if (!once) {
    parallelFor(panels.count, ceilDivide(4096, panels.productSize), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) {
        panels.transform(i, packKernels, turned, kernelScratch.as<T>() + i * panels.size());
      }
    });
  }
  // A thread that has blocks of its own keeps them in its cache.
  parallelTasks(ceilDivide(grid.tileRows(), block), 1, [&](int64_t task) {
    const int64_t first = task * block;
    const int64_t last = minimum(grid.tileRows(), first + block);
    const int64_t width = ceilDivide((last - first) * grid.columns, tileColumns<T>) * tileColumns<T>;
    const TileStrides strides{channels * width, tileColumns<T>, channels * tileColumns<T>};
    const Scratch tileScratch(winogradProducts * strides.product * bytes);
    T* tiles = tileScratch.as<T>();
    transformTiles<ImageTransform>(grid, x, 0, channels, first, last, width, tiles, strides);
    parallelFor(panels.count, ceilDivide(4096, panels.productSize), [&](int64_t begin, int64_t end) {
      const int64_t productSize = panels.height * width;
      const Scratch ownScratch(once ? panels.size() * bytes : 0),
          productScratch(winogradProducts * productSize * bytes);
      const Scratch lineScratch((16 * width + lanes<T>)*bytes);
      T* products = productScratch.as<T>();
      for (int64_t panel = begin; panel < end; panel++) {
        T* kernels = once ? ownScratch.as<T>() : kernelScratch.as<T>() + panel * panels.size();
        if (once) panels.transform(panel, packKernels, turned, kernels);
        const int64_t count = panels.rowsOf(panel);
        for (int64_t i = 0; i < winogradProducts; i++) {
          for (int64_t c = 0; c < channels; c += blockDepth<T>) {
            const T* from = kernels + i * panels.productSize + c * panels.height;
            const RowPanels kernelPanel{[from](int64_t) { return from; }, panels.height, panels.height};
            multiplyBlock(0, count, 0, width, minimum(blockDepth<T>, channels - c), kernelPanel,
                          tiles + i * strides.product + c * strides.line, strides.line, strides.panel,
                          Destination<T>{products + i * productSize, width}, Epilogue<T>{c > 0});
          }
        }
        for (int64_t r = 0; r < count; r++) {
          const int64_t o = panel * panels.height + r;
          transformResults(grid, products + r * width, productSize, first, last, width, lineScratch.as<T>(),
                           y + o * oh * ow, rows * oh * ow, oh, ow, e.rowBias != nullptr ? e.rowBias[o] : T{0}, e.relu);
        }
      }
    });
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
