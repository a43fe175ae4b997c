// The gradient of a convolution's weights: products of dy with shifted images, summed over images and positions.
#pragma once

#include "kernels/conv-correlate.h"
#include "kernels/conv-winograd.h"

namespace flambeau::FLAMBEAU_ISA {

// dw[i][t] = sum over images and positions of dy[i] * plane[offsets[t] + position], by dot products along the planes:
// dy is spread to the pitch of the planes, with zeros between its rows. Sums of `parts` fixed ranges of images are
// added in order, whatever the number of threads.
template <class T>
void weightGradientDirect(const ConvShape& s, const PlaneLayout& layout, const int64_t* offsets, const T* x,
                          const T* dy, T* dw) {
  constexpr int64_t size = sizeof(T);
  const int64_t rows = s.groupO(), taps = s.taps(), channels = s.groupC(), outputs = s.oh * s.ow;
  const int64_t parts = s.groups >= 8 ? 1 : minimum(s.n, 4);
  constexpr int n = nativeLanes<T>;
  const int64_t sumsSize = rows * taps * n;
  const int64_t line = ceilDivide((s.oh - 1) * layout.pitch + s.ow, n) * n;
  const int64_t planesSize = ceilDivide(channels * layout.channel, lanes<T>) * lanes<T> + 2 * lanes<T>;
  const int64_t height = ceilDivide(rows, ceilDivide(rows, directRows));
  // As many images at once as have their dy in L1 and their planes in L2: the sums are then loaded and stored seldom.
  const int64_t together = 1 + minimum(int64_t{12288} / (height * line * size), int64_t{262144} / (planesSize * size));
  const int64_t most = widthFor(static_cast<int>(height));
  const int64_t wide = ceilDivide(taps, most);
  const Scratch sumScratch(s.groups * parts * sumsSize * size);
  T* sums = sumScratch.as<T>();
  const int64_t work = ceilDivide(s.n, parts) * rows * taps * line;
  parallelFor(s.groups * parts, ceilDivide(int64_t{1} << 18, work), [&](int64_t begin, int64_t end) {
    const Scratch dyScratch(together * rows * line * size);
    const Scratch planeScratch(together * planesSize * size);
    T* spread = dyScratch.as<T>();
    T* planes = planeScratch.as<T>();
    std::memset(spread, 0, static_cast<size_t>(together * rows * line * size));
    std::memset(planes, 0, static_cast<size_t>(together * planesSize * size));
    for (int64_t task = begin; task < end; task++) {
      const int64_t group = task / parts, part = task % parts;
      T* sum = sums + task * sumsSize;
      std::memset(sum, 0, static_cast<size_t>(sumsSize * size));
      const int64_t last = s.n * (part + 1) / parts;
      for (int64_t image = s.n * part / parts; image < last; image += together) {
        const int64_t images = minimum(together, last - image);
        for (int64_t b = 0; b < images; b++) {
          copyPlanes(layout, x + ((image + b) * s.groups + group) * channels * s.h * s.w, channels,
                     planes + b * planesSize);
          const T* from = dy + ((image + b) * s.groups + group) * rows * outputs;
          const int64_t run = layout.pitch == s.ow ? outputs : s.ow;
          for (int64_t i = 0; i < rows; i++) {
            for (int64_t at = 0; at < outputs; at += run) {
              copyEvery(spread + (b * rows + i) * line + at / s.ow * layout.pitch, from + i * outputs + at, run, 1);
            }
          }
        }
        for (int64_t i = 0; i < rows; i += height) {
          for (int64_t tile = 0, t = 0; tile < wide; tile++) {
            const int64_t width = taps * (tile + 1) / wide - t;
            withTile(minimum(height, rows - i), width,
                     [&]<int tall, int broad>(std::integral_constant<int, tall>, std::integral_constant<int, broad>) {
                       dotTaps<T, tall, broad>(images, line, spread + i * line, line, rows * line, planes, planesSize,
                                               offsets + t, sum + (i * taps + t) * n, taps);
                     });
            t += width;
          }
        }
      }
    }
  });
  for (int64_t group = 0; group < s.groups; group++) {
    for (int64_t i = 0; i < rows * taps; i++) {
      const T* from = sums + group * parts * sumsSize + i * n;
      auto sum = vec<T, n>::load(from);
      for (int64_t part = 1; part < parts; part++) sum = sum + vec<T, n>::load(from + part * sumsSize);
      dw[group * rows * taps + i] = reduceAdd(sum);
    }
  }
}

// The same as a product: a = dy, rows by positions; b = the image, positions by taps.
template <class T>
void weightGradientPacked(const ConvShape& s, const PlaneLayout& layout, const int64_t* offsets, const T* x,
                          const T* dy, T* dw) {
  constexpr int64_t size = sizeof(T);
  const int64_t rows = s.groupO(), taps = s.taps(), channels = s.groupC(), outputs = s.oh * s.ow;
  const int64_t sourceSize = s.h * s.w;
  const int64_t planesSize = channels * layout.channel + lanes<T>;
  const int64_t fit = (int64_t{1} << 21) / (planesSize * size);
  const int64_t imagesNow = !layout.copied ? s.n : minimum(s.n, fit < 1 ? 1 : fit);
  const Scratch planeScratch(layout.copied ? imagesNow * planesSize * size : 0);
  for (int64_t group = 0; group < s.groups; group++) {
    for (int64_t image0 = 0; image0 < s.n; image0 += imagesNow) {
      const int64_t images = minimum(imagesNow, s.n - image0);
      const T* src = x + (image0 * s.groups + group) * channels * sourceSize;
      const T* planes = src;
      int64_t imageSize = s.groups * channels * sourceSize;
      if (layout.copied) {
        T* copy = planeScratch.as<T>();
        parallelFor(images, ceilDivide(32768, planesSize), [&](int64_t begin, int64_t end) {
          for (int64_t i = begin; i < end; i++) {
            copyPlanes(layout, src + i * s.groups * channels * sourceSize, channels, copy + i * planesSize);
          }
        });
        planes = copy;
        imageSize = planesSize;
      }
      const T* from = dy + (image0 * s.groups + group) * rows * outputs;
      blockedProduct(
          rows, taps, images * outputs,
          [&](Panels<T> to, int64_t row, int64_t count, int64_t p, int64_t depth) {
            packEach(to, count, [&](T* dst, int64_t first, int64_t lines) {
              for (int64_t q = 0; q < depth;) {
                const int64_t position = (p + q) % outputs;
                const int64_t length = minimum(outputs - position, depth - q);
                const T* line = from + ((p + q) / outputs * s.groups * rows + row + first) * outputs + position;
                packLines(dst + q * to.width, to.width, lines, length, 1,
                          [&](int64_t r) { return line + r * outputs; });
                q += length;
              }
            });
          },
          [&](Panels<T> to, int64_t t, int64_t columns, int64_t p, int64_t depth) {
            const int64_t run = layout.pitch == s.ow ? outputs : s.ow;
            packEach(to, columns, [&](T* dst, int64_t first, int64_t count) {
              for (int64_t q = 0; q < depth;) {
                const int64_t position = (p + q) % outputs;
                const int64_t inRun = position % run;
                const int64_t length = minimum(run - inRun, depth - q);
                const T* line = planes + (p + q) / outputs * imageSize + position / run * layout.pitch + inRun;
                packLines(dst + q * to.width, to.width, count, length, 1,
                          [&](int64_t c) { return line + offsets[t + first + c]; });
                q += length;
              }
            });
          },
          Destination<T>{dw + group * rows * taps, taps}, Epilogue<T>{image0 > 0});
    }
  }
}

template <class T>
void conv2dBackwardWeight(const T* x, const T* dy, T* dw, int64_t n, int64_t c, int64_t h, int64_t wd, int64_t o,
                          int64_t kh, int64_t kw, int64_t strideH, int64_t strideW, int64_t padH, int64_t padW,
                          int64_t dilH, int64_t dilW, int64_t groups, int64_t oh, int64_t ow) {
  const ConvShape s{n, c, h, wd, o, kh, kw, strideH, strideW, padH, padW, dilH, dilW, groups, oh, ow};
  const int64_t taps = s.taps();
  if (o == 0 || taps == 0) return;
  if (n == 0 || oh == 0 || ow == 0) {
    std::memset(dw, 0, static_cast<size_t>(o * taps) * sizeof(T));
    return;
  }
  if constexpr (std::is_same_v<T, float>) {
    if (winogradPays(s)) {
      const TileGrid grid{n, c, h, wd, padH, padW, ceilDivide(oh, winogradStep), ceilDivide(ow, winogradStep)};
      return winogradWeights(grid, x, dy, o, oh, ow, dw);
    }
  }
  // The gradients of the outputs are spread to the pitch of the planes too, which costs more than those.
  const PlaneLayout layout(s, 5 * s.groupO() * kh);
  const Scratch offsetScratch(taps * static_cast<int64_t>(sizeof(int64_t)));
  int64_t* offsets = offsetScratch.as<int64_t>();
  for (int64_t t = 0; t < taps; t++) offsets[t] = layout.offset(t / (kh * kw), t / kw % kh * dilH, t % kw * dilW);
  // The direct way keeps a vector of sums for every weight.
  if (s.groupO() * taps * lanes<T> * static_cast<int64_t>(sizeof(T)) <= int64_t{1} << 18) {
    weightGradientDirect(s, layout, offsets, x, dy, dw);
  } else {
    weightGradientPacked(s, layout, offsets, x, dy, dw);
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
