// Convolution by 3x3 kernels of stride 1 after Winograd: a tile of 4x4 results takes 36 multiplications instead of 144.
// Tiles of 6x6 inputs that overlap by 2 and the kernels are transformed; 36 products sum over the channels; the sums
// are transformed back (Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2016). Channels are lanes of
// what is transformed: tiles are lines of memory, and no line is cut from a row.
#pragma once

#include "kernels/conv-tile-row.h"
#include "kernels/gemm.h"

namespace flambeau::FLAMBEAU_ISA {

// What a product of tiles computes: a convolution by kernels of taps x taps, of the phases of an image of a stride, or
// giving the phases of an image of a stride. Of kernels of stride 2, every second tap belongs to a phase.
template <int taps_, int inStride_, int outStride_, bool turned_>
struct TileConvolution {
  static constexpr bool turned = turned_;
  static constexpr int taps = taps_, step = winogradTile + 1 - taps, inStride = inStride_, outStride = outStride_;
  static constexpr int inPhases = inStride * inStride, outPhases = outStride * outStride, phases = inPhases * outPhases;
  static constexpr int spacing = inStride * outStride;
};
using PlainTiles = TileConvolution<3, 1, 1, false>;
using TurnedTiles = TileConvolution<3, 1, 1, true>;
using DownTiles = TileConvolution<2, 2, 1, false>;
using UpTiles = TileConvolution<2, 1, 2, true>;

// Whether the transforms cost less than the multiplications they spare. Counted in multiplications: transforming the
// elements of a tile costs as much as 512, a kernel as 256. With stride 2, of the products of four phases with 36
// points 121 do not vanish.
inline bool winogradPays(const ConvShape& s) {
  const bool fits = s.kh == 3 && s.kw == 3 && s.strideH == s.strideW && s.strideH <= 2 && s.dilH == 1 && s.dilW == 1 &&
                    s.groups == 1 && s.padH <= 2 && s.padW <= 2;
  if (!fits) return false;
  const bool plain = s.strideH == 1;
  const int64_t step = plain ? PlainTiles::step : DownTiles::step, phases = plain ? 1 : 4;
  const int64_t tiles = s.n * ceilDivide(s.oh, step) * ceilDivide(s.ow, step);
  const int64_t width = ceilDivide(tiles, tileColumns<float>) * tileColumns<float>;
  const int64_t products = s.c * s.o * ((plain ? winogradProducts : 121) * width + 256 * phases);
  const int64_t transforms = plain ? 512 * tiles * (s.c + s.o) : 512 * tiles * (2 * s.c + s.o);
  return products + transforms < s.c * s.o * (plain ? 8 : 9) * s.n * s.oh * s.ow;
}

// The tiles of a batch of planes. Their rows are numbered through all images; a block is a range of them.
struct TileGrid {
  int64_t images, channels, h, w, padH, padW;  // of the planes that the tiles are cut from
  int64_t rows, columns;                       // of tiles in one image

  int64_t tileRows() const { return images * rows; }
};

// How many rows of tiles make a block: as many as have `lines` lines of 36 points within so many bytes. Several blocks
// are equally large, and equally many for each of the workers.
template <class T>
int64_t rowsPerBlock(const TileGrid& grid, int64_t lines, int64_t bytes, int64_t workers) {
  const int64_t fit = bytes / (winogradProducts * lines * static_cast<int64_t>(sizeof(T)));
  const int64_t most = minimum(grid.tileRows(), ceilDivide(maximum(fit, 64), grid.columns));
  const int64_t blocks = ceilDivide(grid.tileRows(), most);
  return blocks == 1 ? most : ceilDivide(grid.tileRows(), ceilDivide(blocks, workers) * workers);
}

// The distance of planes, from their size: an odd number of cache lines, so that what lies at the same place of several
// planes does not fall into the same few lines of the first cache.
template <class T>
int64_t oddLines(int64_t size) {
  return (ceilDivide(size, lanes<T>) | 1) * lanes<T>;
}

// The rows [first, last) of tiles, image by image: f(image, top, bottom) with rows of that image.
template <class F>
void overImages(const TileGrid& grid, int64_t first, int64_t last, F f) {
  for (int64_t image = first / grid.rows; image * grid.rows < last; image++) {
    const int64_t row0 = image * grid.rows;
    f(image, maximum(first, row0) - row0, minimum(last, row0 + grid.rows) - row0);
  }
}

// Transformed tiles of the rows [first, last) of `count` channels from channel0 on:
// to[i * point + tile * stride + channel] for point i of 36, written up to whole registers of channels.
// With a stride, channel c of phase f is channel f * phaseStride + c.
template <class Transform, int step, class T>
void transformChannels(const TileGrid& grid, const LaneLayout& layout, const T* src, int64_t channel0, int64_t count,
                       int64_t first, int64_t last, T* to, int64_t stride, int64_t point, int64_t phaseStride = 0) {
  constexpr int n = nativeLanes<T>;
  const auto sourceRow = [&](int64_t row) { return minimum(grid.h, maximum(0, row * layout.stride - grid.padH)); };
  const int64_t work = (last - first) * grid.columns * n * 4 * winogradTile;
  parallelFor(ceilDivide(count, n), ceilDivide(int64_t{1} << 16, work), [&](int64_t begin, int64_t end) {
    LanePlanes<T> planes(layout);
    TileRow<T, Transform> tiles(planes, step);
    for (int64_t channel = begin * n; channel < minimum(count, end * n); channel += n) {
      overImages(grid, first, last, [&](int64_t image, int64_t top, int64_t bottom) {
        planes.fill(src + (image * grid.channels + channel0 + channel) * grid.h * grid.w, grid.h * grid.w,
                    minimum(n, count - channel), sourceRow(top * step),
                    sourceRow(bottom * step + Transform::from - step));
        for (int64_t row = top; row < bottom; row++) {
          T* line = to + (image * grid.rows + row - first) * grid.columns * stride + channel;
          tiles.load(row);
          for (int64_t q = 0; q < grid.columns; q++) {
            tiles.store(q, line + q * stride, phaseStride, winogradTile * point, point);
          }
        }
      });
    }
  });
}

// Panels of transformed kernels, a tile of a product wide: for each point, a line for each channel.
template <class T>
struct KernelPanels {
  const int64_t rows, channels, width, count;

  KernelPanels(int64_t rows, int64_t channels)
      : rows(rows),
        channels(channels),
        width(minimum(tileColumns<T>, ceilDivide(rows, lanes<T>) * lanes<T>)),
        count(ceilDivide(rows, width)) {}
  int64_t rowsOf(int64_t panel) const { return minimum(width, rows - panel * width); }
  int64_t tapsSize() const { return 9 * channels * width + packSlack<T>; }
  int64_t point(int64_t depth) const { return oddLines<T>(depth * width); }

  // `kernels` from dst[(channel * 9 + tap) * width + r] to the points of the channels begin .. end, for one phase.
  template <class Tiles>
  void transform(const T* kernels, int phase, int64_t begin, int64_t end, T* to) const {
    using V = Vec<T>;
    constexpr int taps = Tiles::taps, spacing = Tiles::spacing;
    constexpr bool turned = Tiles::turned;
    for (int64_t i = 0; i < (end - begin) * width; i += lanes<T>) {
      const T* kernel = kernels + (begin + i / width) * 9 * width + i % width;
      transformBoth<V, KernelTransform<taps>>(
          [&](int a, int b) {
            const int down = spacing * (turned ? taps - 1 - a : a) + phase / spacing;
            const int across = spacing * (turned ? taps - 1 - b : b) + phase % spacing;
            return down < 3 && across < 3 ? V::load(kernel + (3 * down + across) * width) : V::zero();
          },
          [&](int a, int b, V v) { v.store(to + (a * winogradTile + b) * point(end - begin) + i); });
    }
  }
};

// Whether the kernels of a phase are zero at a point: of a phase's single tap, the other is zero, which the polynomial
// shows at infinity, or at 0 where it is turned.
template <class Tiles>
bool vanishes(int phase, int64_t point) {
  constexpr int spacing = Tiles::spacing;
  const int zero = Tiles::turned ? 0 : winogradTile - 1;
  return (phase / spacing == 1 && point / winogradTile == zero) ||
         (phase % spacing == 1 && point % winogradTile == zero);
}

// y[n][o] = sum over c of x[n][c] correlated with kernel(o, c): (oh, ow) results of planes padded at the top and left.
// Row `top` of the results' tiles is the first of y.
template <class Tiles, class T, class PackKernels>
void winograd(const TileGrid& grid, const T* x, int64_t rows, PackKernels packKernels, T* y, int64_t oh, int64_t ow,
              int64_t top, int64_t left, Epilogue<T> e) {
  constexpr int64_t bytes = sizeof(T);
  constexpr int n = nativeLanes<T>;
  using V = vec<T, n>;
  constexpr int step = Tiles::step, margin = Tiles::taps - 1;
  const int64_t channels = grid.channels, height = grid.rows * step, breadth = grid.columns * step;
  const LaneLayout imageLayout{1, grid.h,         grid.w, grid.padH, grid.padW, height + margin, breadth + margin,
                               1, Tiles::inStride};
  const LaneLayout resultLayout{1, oh, ow, top, left, height, breadth, 1, Tiles::outStride};
  // Lines whose distance is a large power of two would drive each other out of the cache.
  const int64_t phaseStride = ceilDivide(channels, n) * n, line = Tiles::inPhases * phaseStride;
  const int64_t stride = line + (line >= 128 ? n : 0);
  const KernelPanels<T> panels(rows, channels);
  const int64_t width = panels.width;
  const int64_t block = rowsPerBlock<T>(grid, line + Tiles::outPhases * width, int64_t{1} << 21, numThreads());
  // Kernels that serve one block only are transformed where they are used, some channels at a time, and stay in the
  // cache.
  const bool once = block == grid.tileRows();
  const int64_t depth = once ? minimum(channels, 256 / Tiles::inPhases) : evenPart(channels, blockDepth<T>);
  // Kernels lie by phase of the results, then channels done together, then phase of the image, then point.
  const int64_t phaseSize = winogradProducts * panels.point(depth), chunk = Tiles::inPhases * phaseSize;
  const int64_t chunks = ceilDivide(channels, depth), panelSize = Tiles::outPhases * chunks * chunk;
  const auto transformChunk = [&](const T* taps, int out, int64_t c, T* to) {
    for (int in = 0; in < Tiles::inPhases; in++) {
      panels.template transform<Tiles>(taps, in + out, c, minimum(channels, c + depth), to + in * phaseSize);
    }
  };
  const Scratch kernelScratch(once ? 0 : panels.count * panelSize * bytes);
  if (!once) {
    parallelFor(panels.count, ceilDivide(4096, channels * width), [&](int64_t begin, int64_t end) {
      const Scratch tapScratch(panels.tapsSize() * bytes);
      for (int64_t panel = begin; panel < end; panel++) {
        packKernels(tapScratch.as<T>(), panel * width, panels.rowsOf(panel), width);
        for (int64_t i = 0; i < Tiles::outPhases * chunks; i++) {
          transformChunk(tapScratch.as<T>(), static_cast<int>(i / chunks), i % chunks * depth,
                         kernelScratch.as<T>() + panel * panelSize + i * chunk);
        }
      }
    });
  }
  // A thread that has blocks of its own keeps them in its cache.
  parallelTasks(ceilDivide(grid.tileRows(), block), 1, [&](int64_t task) {
    const int64_t first = task * block, last = minimum(grid.tileRows(), first + block);
    const int64_t tiles = (last - first) * grid.columns;
    const int64_t point = oddLines<T>(tiles * stride), productSize = oddLines<T>(tiles * width);
    const Scratch tileScratch(winogradProducts * point * bytes);
    T* points = tileScratch.as<T>();
    transformChannels<ImageTransform, step>(grid, imageLayout, x, 0, channels, first, last, points, stride, point,
                                            phaseStride);
    parallelFor(panels.count, ceilDivide(4096, channels * width), [&](int64_t begin, int64_t end) {
      const Scratch ownScratch(once ? chunk * bytes : 0), tapScratch(once ? panels.tapsSize() * bytes : 0),
          productScratch(Tiles::outPhases * winogradProducts * productSize * bytes);
      T* products = productScratch.as<T>();
      LanePlanes<T> results(resultLayout);
      for (int64_t panel = begin; panel < end; panel++) {
        const int64_t count = panels.rowsOf(panel);
        if (once) packKernels(tapScratch.as<T>(), panel * width, count, width);
        for (int64_t part = 0; part < Tiles::outPhases * chunks; part++) {
          const int out = static_cast<int>(part / chunks);
          const int64_t c = part % chunks * depth, now = minimum(depth, channels - c);
          T* kernels = once ? ownScratch.as<T>() : kernelScratch.as<T>() + panel * panelSize + part * chunk;
          if (once) transformChunk(tapScratch.as<T>(), out, c, kernels);
          for (int64_t i = 0; i < winogradProducts; i++) {
            T* sums = products + (out * winogradProducts + i) * productSize;
            for (int in = 0; in < Tiles::inPhases; in++) {
              const bool begins = in == 0 && c == 0;
              if (vanishes<Tiles>(in + out, i)) {
                if (begins) std::memset(sums, 0, static_cast<size_t>(tiles * width) * sizeof(T));
                continue;
              }
              const Strided<T> image{points + i * point + in * phaseStride + c, stride, 1};
              multiplyBlock(0, tiles, 0, width, now, panelsInPlace(tiles, image),
                            kernels + in * phaseSize + i * panels.point(now), width, 0, Destination<T>{sums, width},
                            Epilogue<T>{!begins});
            }
          }
        }
        for (int64_t r = 0; r < count; r += n) {
          const int64_t o = panel * width + r;
          const int lanesUsed = static_cast<int>(minimum(n, count - r));
          const V bias = e.rowBias != nullptr ? V::load(e.rowBias + o, lanesUsed) : V::zero();
          overImages(grid, first, last, [&](int64_t image, int64_t begins, int64_t ends) {
            for (int out = 0; out < Tiles::outPhases; out++) {
              for (int64_t row = begins; row < ends; row++) {
                const int64_t tile = (image * grid.rows + row - first) * grid.columns;
                const T* from = products + out * winogradProducts * productSize + tile * width + r;
                for (int64_t q = 0; q < grid.columns; q++, from += width) {
                  T* to = results.at(out, row * step, q * step);
                  transformBoth<V, ResultTransform<step>>(
                      [&](int i, int j) { return V::load(from + (i * winogradTile + j) * productSize); },
                      [&](int i, int j, V v) {
                        v = v + bias;
                        (e.relu ? max(v, V::zero()) : v).store(to + (i * breadth + j) * n);
                      });
                }
              }
            }
            const auto resultRow = [&](int64_t row) {
              return minimum(oh, maximum(0, row * step * Tiles::outStride - top));
            };
            results.take(0, y + (image * rows + o) * oh * ow, oh * ow, lanesUsed, resultRow(begins), resultRow(ends));
          });
        }
      }
    });
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
