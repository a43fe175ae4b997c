// Winograd's convolution of many images with few channels, 3x3 or 5x5 of stride 1, a lane for each image: a tile of
// every image is transformed at once, multiplied and transformed back within the first cache.
#pragma once

#include "kernels/conv-planes.h"
#include "kernels/conv-tile-row.h"

namespace flambeau::FLAMBEAU_ISA {

// The rows of a kernel panel: so many sums for six points each fit the registers.
inline constexpr int winogradRows = vectorRegisters >= 32 ? 4 : 2;

// A column of six points: products summed over `depth` channels and transformed along the column, half[r * stride + i *
// winogradTile] for row r of the panel. Of each channel there are `tall` numbers for each point of the kernels, and a
// register for each point of the tile.
template <class T, class Transform, int tall>
void multiplyColumn(int64_t depth, const T* kernels, const T* tile, vec<T, nativeLanes<T>>* half) {
  constexpr int n = nativeLanes<T>, to = Transform::to;
  using V = vec<T, n>;
  V sum[tall][winogradTile];
#pragma GCC unroll 8
  for (int r = 0; r < tall; r++)
#pragma GCC unroll 8
    for (int i = 0; i < winogradTile; i++) sum[r][i] = V::zero();
#pragma GCC unroll 1
  for (int64_t k = 0; k < depth; k++, kernels += winogradTile * tall, tile += winogradTile * n) {
#pragma GCC unroll 8
    for (int i = 0; i < winogradTile; i++) {
      const V v = held<tall>(V::load(tile + i * n));
#pragma GCC unroll 8
      for (int r = 0; r < tall; r++) sum[r][i] = fma(kernels[i * tall + r], v, sum[r][i]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < tall; r++) {
    V out[to];
    Transform::apply(sum[r], out);
#pragma GCC unroll 8
    for (int i = 0; i < to; i++) half[(r * to + i) * winogradTile] = out[i];
  }
}

// The products of a tile with the kernels of `rows` rows, in panels of `height`, transformed back: target(row)(i, j, v)
// takes element (i, j). Kernels lie by column of points, then panel; `half` is working memory.
template <class T, class Transform, class Target>
ALWAYS_INLINE void multiplyPoints(int64_t rows, int64_t height, int64_t depth, const T* kernels, int64_t kernelColumn,
                                  const T* tile, vec<T, nativeLanes<T>>* half, Target target) {
  constexpr int n = nativeLanes<T>, to = Transform::to;
  using V = vec<T, n>;
  for (int j = 0; j < winogradTile; j++, kernels += kernelColumn, tile += depth * winogradTile * n) {
    for (int64_t row = 0; row < rows; row += height) {
      const auto pick = [&]<int tall>(auto self, std::integral_constant<int, tall>) -> void {
        if (tall == minimum(height, rows - row))
          multiplyColumn<T, Transform, tall>(depth, kernels + row * depth * winogradTile, tile,
                                             half + row * to * winogradTile + j);
        else if constexpr (tall > 1)
          self(self, std::integral_constant<int, tall - 1>{});
      };
      pick(pick, std::integral_constant<int, winogradRows>{});
    }
  }
#pragma GCC unroll 1
  for (int64_t row = 0; row < rows; row++, half += to * winogradTile) {
    const auto put = target(row);
#pragma GCC unroll 8
    for (int i = 0; i < to; i++) {
      V in[winogradTile], out[to];
#pragma GCC unroll 8
      for (int j = 0; j < winogradTile; j++) in[j] = half[i * winogradTile + j];
      Transform::apply(in, out);
#pragma GCC unroll 8
      for (int j = 0; j < to; j++) put(i, j, out[j]);
    }
  }
}

// Whether that costs less than multiplying all taps. Counted in multiplications: to bring the elements of a tile into
// their lanes and to transform them costs as much as 200 where a tile steps by four, 120 where it steps by two. With
// many channels the kernels leave the cache, and tiles of one image as lanes are as fast; so they are for planes that
// together fill more than 4 MB, and where lanes would stay empty.
template <class T>
bool imageWinogradPays(const ConvShape& s) {
  constexpr int64_t n = nativeLanes<T>, mostBytes = int64_t{1} << 22, mostKernels = 2048;
  const bool fits = std::is_same_v<T, float> && s.kh == s.kw && (s.kh == 3 || s.kh == 5) && s.strideH == 1 &&
                    s.strideW == 1 && s.dilH == 1 && s.dilW == 1 && s.groups == 1 && s.c * s.o <= mostKernels;
  if (!fits) return false;
  const int64_t step = winogradTile + 1 - s.kh, filled = ceilDivide(s.n, n) * n;
  const int64_t rows = ceilDivide(s.oh, step), columns = ceilDivide(s.ow, step);
  const int64_t elements =
      s.c * (rows * step + s.kh - 1) * (columns * step + s.kw - 1) + s.o * rows * columns * step * step;
  if (elements * n * static_cast<int64_t>(sizeof(T)) > mostBytes || 4 * filled > 5 * s.n) return false;
  const int64_t products = winogradProducts * s.c * s.o, spills = vectorRegisters >= 32 ? 0 : products * 2 / 5;
  const int64_t tile = products + spills + 40 * (step + 1) * (s.c + s.o);
  return filled * rows * columns * tile < s.n * s.oh * s.ow * s.kh * s.kw * s.c * s.o;
}

// A convolution of stride 1 without groups, of kernels of `taps` x `taps`, and the gradient of its input.
template <class T, int taps>
struct ImageWinograd {
  static constexpr int n = nativeLanes<T>, step = winogradTile + 1 - taps;
  static constexpr int64_t bytes = sizeof(T);
  using V = vec<T, n>;
  const ConvShape& s;
  const int64_t rows, columns, blocks;  // of tiles in an image; of a register of images

  explicit ImageWinograd(const ConvShape& s)
      : s(s), rows(ceilDivide(s.oh, step)), columns(ceilDivide(s.ow, step)), blocks(ceilDivide(s.n, n)) {}

  void forward(const T* x, const T* w, T* y, const T* bias, bool relu) const {
    const Scratch kernelScratch(winogradProducts * s.c * s.o * bytes);
    T* kernels = kernelScratch.as<T>();
    transformKernels(w, s.o, s.c * taps * taps, s.c, taps * taps, kernels);
    const int64_t parts = partsOf(rows);
    parallelFor(blocks * parts, grain(parts), [&](int64_t begin, int64_t end) {
      LanePlanes<T> images(imageLayout()), results(resultLayout());
      TileRow<T, ImageTransform> tiles(images, step);
      const Scratch tileScratch(winogradProducts * s.c * n * bytes), halfScratch(s.o * step * winogradTile * n * bytes);
      T* tile = tileScratch.as<T>();
      for (int64_t task = begin; task < end; task++) {
        const int64_t part = task % parts, image0 = task / parts * n, count = minimum(n, s.n - image0);
        const int64_t top = rows * part / parts, bottom = rows * (part + 1) / parts;
        images.fill(x + image0 * s.c * s.h * s.w, s.c * s.h * s.w, count, imageRow(top * step),
                    imageRow(bottom * step + taps - 1));
        for (int64_t row = top; row < bottom; row++) {
          tiles.load(row);
          for (int64_t column = 0; column < columns; column++) {
            tiles.store(column, tile, winogradTile * n, n, s.c * winogradTile * n);
            const auto target = [&](int64_t o) {
              T* to = results.at(o, row * step, column * step);
              const V base = V::splat(bias != nullptr ? bias[o] : T{0});
              return [to, base, relu, pitch = columns * step](int i, int j, V v) {
                v = v + base;
                (relu ? max(v, V::zero()) : v).store(to + (i * pitch + j) * n);
              };
            };
            multiplyPoints<T, ResultTransform<step>>(s.o, panelHeight(s.o), s.c, kernels, s.o * s.c * winogradTile,
                                                     tile, halfScratch.as<V>(), target);
          }
        }
        for (int64_t o = 0; o < s.o; o++) {
          results.take(o, y + (image0 * s.o + o) * s.oh * s.ow, s.o * s.oh * s.ow, count, top * step,
                       minimum(s.oh, bottom * step));
        }
      }
    });
  }

  // The gradients of results, at the points, times the kernels are gradients of the image at the points; the tiles of
  // the image overlap.
  void backwardInput(const T* dy, const T* w, T* dx) const {
    const Scratch kernelScratch(winogradProducts * s.c * s.o * bytes);
    T* kernels = kernelScratch.as<T>();
    transformKernels(w, s.c, taps * taps, s.o, s.c * taps * taps, kernels);
    const int64_t height = panelHeight(s.c), panels = ceilDivide(s.c, height), parts = partsOf(panels);
    parallelFor(blocks * parts, grain(parts), [&](int64_t begin, int64_t end) {
      LanePlanes<T> images(imageLayout()), results(resultLayout());
      TileRow<T, ResultGradient<step>> tiles(results, step);
      const Scratch tileScratch(winogradProducts * s.o * n * bytes), halfScratch(s.c * winogradProducts * n * bytes);
      T* tile = tileScratch.as<T>();
      for (int64_t task = begin; task < end; task++) {
        const int64_t part = task % parts, image0 = task / parts * n, count = minimum(n, s.n - image0);
        const int64_t first = panels * part / parts * height, last = minimum(s.c, panels * (part + 1) / parts * height);
        results.fill(dy + image0 * s.o * s.oh * s.ow, s.o * s.oh * s.ow, count, 0, s.oh);
        images.clear();
        for (int64_t row = 0; row < rows; row++) {
          tiles.load(row);
          for (int64_t column = 0; column < columns; column++) {
            tiles.store(column, tile, winogradTile * n, n, s.o * winogradTile * n);
            const auto target = [&](int64_t c) {
              T* to = images.at(first + c, row * step, column * step);
              return [to, pitch = columns * step + taps - 1](int i, int j, V v) {
                T* at = to + (i * pitch + j) * n;
                (V::load(at) + v).store(at);
              };
            };
            multiplyPoints<T, ImageGradient>(last - first, height, s.o, kernels + first * s.o * winogradTile,
                                             s.c * s.o * winogradTile, tile, halfScratch.as<V>(), target);
          }
        }
        for (int64_t c = first; c < last; c++) {
          images.take(c, dx + (image0 * s.c + c) * s.h * s.w, s.c * s.h * s.w, count, 0, s.h);
        }
      }
    });
  }

 private:
  // x and y, and their gradients, as planes that the tiles cover.
  LaneLayout imageLayout() const {
    return {s.c, s.h, s.w, s.padH, s.padW, rows * step + taps - 1, columns * step + taps - 1};
  }
  LaneLayout resultLayout() const { return {s.o, s.oh, s.ow, 0, 0, rows * step, columns * step}; }
  int64_t imageRow(int64_t row) const { return minimum(s.h, maximum(0, row - s.padH)); }
  // Blocks that the workers cannot share equally are cut, into at most so many parts: ranges of rows of tiles, or of
  // panels. A part computes what it shares with the others again.
  int64_t partsOf(int64_t most) const {
    const int64_t workers = numThreads();
    return blocks % workers == 0 || blocks >= 4 * workers ? 1 : minimum(most, workers);
  }
  int64_t grain(int64_t parts) const {
    const int64_t work = (s.c * s.o * winogradProducts + 200 * (s.c + s.o)) * rows * columns * n / parts;
    return ceilDivide(int64_t{1} << 17, work);
  }
  static int64_t panelHeight(int64_t count) { return evenPart(count, winogradRows); }

  // Panels of `count` rows and `depth` channels of transformed kernels; kernel (row, channel) begins at
  // w[row * rowStride + channel * channelStride].
  static void transformKernels(const T* w, int64_t count, int64_t rowStride, int64_t depth, int64_t channelStride,
                               T* to) {
    const int64_t height = panelHeight(count);
    for (int64_t row = 0; row < count; row += height) {
      const int64_t tall = minimum(height, count - row), kernels = tall * depth;
      for (int64_t first = 0; first < kernels; first += n) {
        const int64_t now = minimum(n, kernels - first);
        T lines[taps * taps + 1][n], values[winogradProducts][n];
        packLines(lines[0], n, now, taps * taps, 1, [&](int64_t k) {
          return w + (row + (first + k) % tall) * rowStride + (first + k) / tall * channelStride;
        });
        transformBoth<V, KernelTransform<taps>>([&](int i, int j) { return V::load(lines[i * taps + j]); },
                                                [&](int i, int j, V v) { v.store(values[j * winogradTile + i]); });
        for (int point = 0; point < winogradProducts; point++) {
          T* column = to + (point / winogradTile * count + row) * depth * winogradTile + point % winogradTile * tall;
          for (int64_t k = 0; k < now; k++) {
            column[(first + k) / tall * winogradTile * tall + (first + k) % tall] = values[point][k];
          }
        }
      }
    }
  }
};

// Calls f(the convolution) with the kernel size that imageWinogradPays allows.
template <class T, class F>
void withImageWinograd(const ConvShape& s, F f) {
  if (s.kh == 3)
    f(ImageWinograd<T, 3>(s));
  else
    f(ImageWinograd<T, 5>(s));
}

}  // namespace flambeau::FLAMBEAU_ISA
