// The gradients of a convolution's weights, products of dy with shifted images, and of its bias: summed over images and
// positions.
#pragma once

#include <array>
#include <utility>

#include "kernels/conv-correlate.h"
#include "kernels/conv-winograd-weights.h"
#include "kernels/reduce.h"

namespace flambeau::FLAMBEAU_ISA {

// Registers of output channels in a tile, and the taps beside them: as many sums as the registers hold.
inline constexpr int channelRegisters = 2;
constexpr int tapsFor(int registers) {
  const int most = (vectorRegisters - 1 - registers) / registers;
  return most < 8 ? most : 8;
}

// How a weight meets the positions of an output: `rows` rows of `columns`, in the planes rowStep and columnStep apart.
struct Positions {
  int64_t rows, columns, rowStep, columnStep;
};

// sums[i * sumStride + o] += sum over positions of x[offsets[i] + position] * dy[position][o]: output channels are
// lanes, so nothing is multiplied in vain, whatever the stride and the length of the rows.
template <class T, int taps, int registers>
void addTaps(Positions at, const T* x, const int64_t* offsets, const T* dy, T* sums, int64_t sumStride) {
  constexpr int n = nativeLanes<T>;
  using V = vec<T, n>;
  V sum[taps][registers];
  const T* line[taps];
#pragma GCC unroll 16
  for (int i = 0; i < taps; i++) {
    line[i] = x + offsets[i];
#pragma GCC unroll 16
    for (int v = 0; v < registers; v++) sum[i][v] = V::zero();
  }
  for (int64_t r = 0, row = 0; r < at.rows; r++, row += at.rowStep) {
#pragma GCC unroll 1
    for (int64_t q = 0, p = row; q < at.columns; q++, p += at.columnStep, dy += registers * n) {
      V b[registers];
#pragma GCC unroll 16
      for (int v = 0; v < registers; v++) b[v] = V::load(dy + v * n);
#pragma GCC unroll 16
      for (int i = 0; i < taps; i++) {
        const V a = V::splat(line[i][p]);
#pragma GCC unroll 16
        for (int v = 0; v < registers; v++) sum[i][v] = fma(a, b[v], sum[i][v]);
      }
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < taps; i++)
#pragma GCC unroll 16
    for (int v = 0; v < registers; v++) {
      T* to = sums + i * sumStride + v * n;
      (V::load(to) + sum[i][v]).store(to);
    }
}

// The same for all taps, tile by tile.
template <class T, int registers>
void addAllTaps(Positions at, int64_t taps, const T* x, const int64_t* offsets, const T* dy, T* sums,
                int64_t sumStride) {
  constexpr int most = tapsFor(registers);
  constexpr auto table = []<int... i>(std::integer_sequence<int, i...>) {
    return std::array{addTaps<T, i + 1, registers>...};
  }(std::make_integer_sequence<int, most>{});
  const int64_t tiles = ceilDivide(taps, most);
  for (int64_t tile = 0, t = 0; tile < tiles; tile++) {
    const int64_t count = taps * (tile + 1) / tiles - t;
    table[static_cast<size_t>(count - 1)](at, x, offsets + t, dy, sums + t * sumStride, sumStride);
    t += count;
  }
}

// sums[i] += the sum of line i.
template <class T>
void addLines(int64_t lines, int64_t length, const T* line, int64_t stride, T* sums) {
  for (int64_t i = 0; i < lines; i++) sums[i] += reduceRow<SumReducer<T>>(line + i * stride, length, T{0});
}

// The sum of `parts` sums in memory, stride apart, in order: of vectors or of single ones.
template <class V, class T>
V sumOfParts(const T* from, int64_t parts, int64_t stride) {
  const auto at = [=](int64_t part) {
    if constexpr (std::is_same_v<V, T>)
      return from[part * stride];
    else
      return V::load(from + part * stride);
  };
  V sum = at(0);
  for (int64_t part = 1; part < parts; part++) sum = sum + at(part);
  return sum;
}

// dw[i][t] = sum over images and positions of dy[i] * plane[offsets[t] + position], output channels as lanes, and
// db[i] = sum of dy[i] unless db is nullptr. Sums of `parts` fixed ranges of output rows are added in order, whatever
// the number of threads.
template <class T>
void weightGradientChannels(const ConvShape& s, const T* x, const T* dy, T* dw, T* db) {
  constexpr int64_t size = sizeof(T);
  constexpr int n = nativeLanes<T>;
  const int64_t rows = s.groupO(), taps = s.taps(), channels = s.groupC(), outputs = s.oh * s.ow;
  // Padded, and not split by the stride: single elements are read.
  const PlaneLayout layout(s.h, s.w, (s.kh - 1) * s.dilH, s.kw, s.dilW, 0, 1, 1, s.padH, s.padW,
                           (s.oh - 1) * s.strideH + 1, (s.ow - 1) * s.strideW + 1);
  const TapOffsets tapOffsets(layout, s);
  const int64_t* offsets = tapOffsets.data();
  const int64_t width = ceilDivide(rows, n) * n;
  const int64_t lines = s.n * s.oh;
  const int64_t block = minimum(s.oh, ceilDivide(128, s.ow));
  const int64_t parts = minimum(lines, minimum(8, 1 + (lines * s.ow * rows * taps >> 20)));
  // Behind those of the taps, the sums of dy alone.
  const int64_t sumsSize = (taps + 1) * width;
  const Scratch sumScratch(s.groups * parts * sumsSize * size);
  T* sums = sumScratch.as<T>();
  const int64_t work = ceilDivide(lines, parts) * s.ow * rows * taps;
  parallelFor(s.groups * parts, ceilDivide(int64_t{1} << 18, work), [&](int64_t begin, int64_t end) {
    const Scratch planeScratch(layout.copied ? (channels * layout.channel + lanes<T>)*size : 0);
    const Scratch dyScratch((block * s.ow * channelRegisters * n + packSlack<T>)*size);
    T* packed = dyScratch.as<T>();
    int64_t present = -1;
    for (int64_t task = begin; task < end; task++) {
      const int64_t group = task / parts, part = task % parts;
      T* sum = sums + task * sumsSize;
      std::memset(sum, 0, static_cast<size_t>(sumsSize * size));
      const int64_t last = lines * (part + 1) / parts;
      for (int64_t at = lines * part / parts, count; at < last; at += count) {
        const int64_t image = at / s.oh * s.groups + group, r = at % s.oh;
        count = minimum(minimum(block, s.oh - r), last - at);
        const T* planes = x + image * channels * s.h * s.w;
        if (layout.copied) {
          if (image != present) copyPlanes(layout, planes, channels, planeScratch.as<T>());
          present = image;
          planes = planeScratch.as<T>();
        }
        planes += r * s.strideH * layout.pitch;
        const Positions positions{count, s.ow, s.strideH * layout.pitch, s.strideW};
        for (int64_t o = 0; o < width; o += channelRegisters * n) {
          const int64_t registers = minimum(channelRegisters, (width - o) / n);
          const T* from = dy + (image * rows + o) * outputs + r * s.ow;
          packLines(packed, registers * n, minimum(registers * n, rows - o), count * s.ow, 1,
                    [&](int64_t i) { return from + i * outputs; });
          if (registers == channelRegisters)
            addAllTaps<T, channelRegisters>(positions, taps, planes, offsets, packed, sum + o, width);
          else
            addAllTaps<T, 1>(positions, taps, planes, offsets, packed, sum + o, width);
          if (db != nullptr) {
            addLines(minimum(registers * n, rows - o), count * s.ow, from, outputs, sum + taps * width + o);
          }
        }
      }
    }
  });
  for (int64_t group = 0; group < s.groups; group++) {
    for (int64_t i = 0; i < rows; i++) {
      const T* first = sums + group * parts * sumsSize + i;
      const int64_t row = group * rows + i;
      for (int64_t t = 0; t < taps; t++) dw[row * taps + t] = sumOfParts<T>(first + t * width, parts, sumsSize);
      if (db != nullptr) db[row] = sumOfParts<T>(first + taps * width, parts, sumsSize);
    }
  }
}

// The same by dot products along the planes, one sum per lane: dy is spread to the pitch of the planes, with zeros
// between its rows, unless it has that pitch and whole vectors. Sums of `parts` fixed ranges of images are added in
// order.
template <class T>
void weightGradientDots(const ConvShape& s, const PlaneLayout& layout, const int64_t* offsets, const T* x, const T* dy,
                        T* dw, T* db) {
  constexpr int64_t size = sizeof(T);
  const int64_t rows = s.groupO(), taps = s.taps(), channels = s.groupC(), outputs = s.oh * s.ow;
  const int64_t parts = s.groups >= 8 ? 1 : minimum(s.n, 4);
  constexpr int n = nativeLanes<T>;
  const int64_t dotsSize = rows * taps * n, sumsSize = dotsSize + rows;
  const int64_t line = ceilDivide((s.oh - 1) * layout.pitch + s.ow, n) * n;
  const bool spreads = line != outputs;
  const int64_t planesSize = ceilDivide(channels * layout.channel, lanes<T>) * lanes<T> + 2 * lanes<T>;
  const int64_t height = evenPart(rows, directRows);
  // As many images at once as have their dy in L1 and their planes in L2: the sums are then loaded and stored seldom.
  const int64_t together = 1 + minimum(int64_t{12288} / (height * line * size), int64_t{262144} / (planesSize * size));
  const int64_t most = widthFor(static_cast<int>(height));
  const int64_t wide = ceilDivide(taps, most);
  // Taps of one plane follow each other: the first of them brings it into the first cache.
  const Scratch orderScratch(2 * taps * static_cast<int64_t>(sizeof(int64_t)));
  int64_t* order = orderScratch.as<int64_t>();
  int64_t* ordered = order + taps;
  for (int64_t t = 0; t < taps;) {
    const int64_t first = t;
    for (int64_t b = 0; b < s.kw; b++)
      for (int64_t a = 0; a < s.kh; a++, t++) order[t] = first + (layout.compact ? a * s.kw + b : t - first);
  }
  for (int64_t t = 0; t < taps; t++) ordered[t] = offsets[order[t]];
  const Scratch sumScratch(s.groups * parts * sumsSize * size);
  T* sums = sumScratch.as<T>();
  const int64_t work = ceilDivide(s.n, parts) * rows * taps * line;
  parallelFor(s.groups * parts, ceilDivide(int64_t{1} << 18, work), [&](int64_t begin, int64_t end) {
    const Scratch dyScratch(spreads ? together * rows * line * size : 0);
    const Scratch planeScratch(together * planesSize * size);
    T* spread = dyScratch.as<T>();
    T* planes = planeScratch.as<T>();
    if (spreads) std::memset(spread, 0, static_cast<size_t>(together * rows * line * size));
    std::memset(planes, 0, static_cast<size_t>(together * planesSize * size));
    for (int64_t task = begin; task < end; task++) {
      const int64_t group = task / parts, part = task % parts;
      T* sum = sums + task * sumsSize;
      std::memset(sum, 0, static_cast<size_t>(sumsSize * size));
      const int64_t last = s.n * (part + 1) / parts;
      for (int64_t image = s.n * part / parts; image < last; image += together) {
        const int64_t images = minimum(together, last - image);
        const T* gradient = dy + (image * s.groups + group) * rows * outputs;
        for (int64_t b = 0; b < images; b++) {
          copyPlanes(layout, x + ((image + b) * s.groups + group) * channels * s.h * s.w, channels,
                     planes + b * planesSize);
          if (!spreads) continue;
          const T* from = gradient + b * s.groups * rows * outputs;
          const int64_t run = layout.pitch == s.ow ? outputs : s.ow;
          for (int64_t i = 0; i < rows; i++) {
            for (int64_t at = 0; at < outputs; at += run) {
              copyEvery(spread + (b * rows + i) * line + at / s.ow * layout.pitch, from + i * outputs + at, run, 1);
            }
          }
        }
        const T* lines = spreads ? spread : gradient;
        const int64_t imageStep = (spreads ? 1 : s.groups) * rows * line;
        for (int64_t i = 0; i < rows; i += height) {
          for (int64_t tile = 0, t = 0; tile < wide; tile++) {
            const int64_t width = taps * (tile + 1) / wide - t;
            withTile(minimum(height, rows - i), width,
                     [&]<int tall, int broad>(std::integral_constant<int, tall>, std::integral_constant<int, broad>) {
                       dotTaps<T, tall, broad>(images, line, lines + i * line, line, imageStep, planes, planesSize,
                                               ordered + t, sum + (i * taps + t) * n, taps);
                     });
            t += width;
          }
        }
        for (int64_t b = 0; db != nullptr && b < images; b++) {
          addLines(rows, line, lines + b * imageStep, line, sum + dotsSize);
        }
      }
    }
  });
  for (int64_t group = 0; group < s.groups; group++) {
    const T* first = sums + group * parts * sumsSize;
    for (int64_t i = 0; i < rows; i++) {
      for (int64_t t = 0; t < taps; t++) {
        dw[(group * rows + i) * taps + order[t]] =
            reduceAdd(sumOfParts<vec<T, n>>(first + (i * taps + t) * n, parts, sumsSize));
      }
      if (db != nullptr) db[group * rows + i] = sumOfParts<T>(first + dotsSize + i, parts, sumsSize);
    }
  }
}

// The gradients of the weights as a product: a = dy, rows by positions; b = the image, positions by taps.
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

// db[o] = sum of dy over images and positions.
template <class T>
void conv2dBackwardBias(const T* dy, T* db, int64_t n, int64_t o, int64_t spatial) {
  parallelFor(o, ceilDivide(32768, n * spatial + 1), [&](int64_t begin, int64_t end) {
    std::memset(db + begin, 0, static_cast<size_t>(end - begin) * sizeof(T));
    for (int64_t image = 0; image < n; image++) {
      addLines(end - begin, spatial, dy + (image * o + begin) * spatial, spatial, db + begin);
    }
  });
}

// db may be nullptr.
template <class T>
void conv2dBackwardWeight(const T* x, const T* dy, T* dw, T* db, int64_t n, int64_t c, int64_t h, int64_t wd, int64_t o,
                          int64_t kh, int64_t kw, int64_t strideH, int64_t strideW, int64_t padH, int64_t padW,
                          int64_t dilH, int64_t dilW, int64_t groups, int64_t oh, int64_t ow) {
  const ConvShape s{n, c, h, wd, o, kh, kw, strideH, strideW, padH, padW, dilH, dilW, groups, oh, ow};
  const int64_t taps = s.taps();
  const auto addBias = [&] {
    if (db != nullptr) conv2dBackwardBias(dy, db, n, o, oh * ow);
  };
  if (o == 0 || taps == 0 || n == 0 || oh == 0 || ow == 0) {
    fillZero(dw, o * taps);
    return addBias();
  }
  if constexpr (std::is_same_v<T, float>) {
    if (strideH == 1 && winogradPays(s)) {
      const TileGrid grid{n, c, h, wd, padH, padW, ceilDivide(oh, PlainTiles::step), ceilDivide(ow, PlainTiles::step)};
      s.trace("conv2dBackwardWeight", "winograd");
      winogradWeights(grid, x, dy, o, oh, ow, dw);
      return addBias();
    }
  }
  // Output channels as lanes, where they fill the registers and all sums stay in L2.
  const int64_t width = ceilDivide(s.groupO(), nativeLanes<T>) * nativeLanes<T>;
  if (5 * width <= 6 * s.groupO() && width * taps * static_cast<int64_t>(sizeof(T)) <= 163840) {
    s.trace("conv2dBackwardWeight", "channels as lanes");
    return weightGradientChannels(s, x, dy, dw, db);
  }
  // The gradients of the outputs are spread to the pitch of the planes too, which costs more than those.
  const PlaneLayout layout(s, 5 * s.groupO() * kh);
  const TapOffsets tapOffsets(layout, s);
  const int64_t* offsets = tapOffsets.data();
  // Dot products keep a vector of sums for every weight.
  const bool dots = s.groupO() * taps * lanes<T> * static_cast<int64_t>(sizeof(T)) <= int64_t{1} << 18;
  s.trace("conv2dBackwardWeight", dots ? "dot products" : "packed");
  if (dots) {
    weightGradientDots(s, layout, offsets, x, dy, dw, db);
  } else {
    weightGradientPacked(s, layout, offsets, x, dy, dw);
    addBias();
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
