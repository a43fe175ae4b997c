// Two-dimensional convolution (correlation, as in PyTorch) and its gradients, for any stride, padding, dilation and
// groups. x is (n, c, h, w), w is (o, c / groups, kh, kw), y is (n, o, oh, ow), all contiguous. Padding is top and
// left; what is read below and to the right of the image is zero as well, so oh and ow decide about asymmetric padding.
#pragma once

#include "kernels/conv-channels.h"
#include "kernels/conv-correlate.h"
#include "kernels/conv-images.h"
#include "kernels/conv-winograd-images.h"
#include "kernels/conv-winograd.h"
#include "kernels/elementwise.h"

namespace flambeau::FLAMBEAU_ISA {

// Runs the cheaper of the kernels whose lanes are images or channels, if it costs less than multiplying every position
// of a line of a plane with every tap.
template <class T>
bool correlatesInLanes(const ConvShape& s, const char* kernel, const ImageCorrelation<T>& c) {
  constexpr int64_t n = nativeLanes<T>;
  const int64_t line = ceilDivide((c.oh - 1) * (c.across.length + c.across.pad) + c.ow, n) * n;
  const int64_t images = imagesCost(c), channels = channelsCost(c);
  if (minimum(images, channels) >= c.images * c.groups * c.taps() * c.rows * line) return false;
  s.trace(kernel, images <= channels ? "images as lanes" : "output channels as lanes");
  if (images <= channels)
    correlateImages(c);
  else
    correlateChannels(c);
  return true;
}

// y = x * w (+ bias[o]), then max(0, .) when relu.
template <class T>
void conv2d(const T* x, const T* w, const T* bias, T* y, int64_t n, int64_t c, int64_t h, int64_t wd, int64_t o,
            int64_t kh, int64_t kw, int64_t strideH, int64_t strideW, int64_t padH, int64_t padW, int64_t dilH,
            int64_t dilW, int64_t groups, int64_t oh, int64_t ow, int64_t relu) {
  const ConvShape s{n, c, h, wd, o, kh, kw, strideH, strideW, padH, padW, dilH, dilW, groups, oh, ow};
  if (n == 0 || o == 0 || oh == 0 || ow == 0) return;
  const int64_t taps = s.taps();
  const Epilogue<T> e{false, bias, nullptr, relu != 0};
  if (taps == 0) {
    const T zeros[lanes<T>] = {};
    for (int64_t image = 0; image < n; image++) {
      for (int64_t j = 0; j < oh * ow; j += lanes<T>) {
        storeTile(zeros, 0, o, minimum(lanes<T>, oh * ow - j), 0, j, Destination<T>{y + image * o * oh * ow, oh * ow},
                  e);
      }
    }
    return;
  }
  if constexpr (std::is_same_v<T, float>) {
    if (imageWinogradPays<T>(s)) {
      s.trace("conv2d", "winograd, images as lanes");
      return withImageWinograd<T>(s, [&](const auto& winograd) { winograd.forward(x, w, y, bias, relu != 0); });
    }
    if (winogradPays(s)) {
      const auto packKernels = [&](T* dst, int64_t row, int64_t count, int64_t width) {
        packLines(dst, width, count, taps, 1, [&](int64_t r) { return w + (row + r) * taps; });
      };
      s.trace("conv2d", "winograd");
      const auto run = [&]<class Tiles>(Tiles) {
        const TileGrid grid{n, c, h, wd, padH, padW, ceilDivide(oh, Tiles::step), ceilDivide(ow, Tiles::step)};
        winograd<Tiles>(grid, x, o, packKernels, y, oh, ow, 0, 0, e);
      };
      return strideH == 1 ? run(PlainTiles{}) : run(DownTiles{});
    }
  }
  if (strideH == 1 && strideW == 1) {
    const TapAxis down{kh, dilH, padH, h, false}, across{kw, dilW, padW, wd, false};
    const int64_t rows = s.groupO();
    const ImageCorrelation<T> correlation{x,    n,       groups, s.groupC(), down, across, w, rows * taps,
                                          taps, kh * kw, rows,   oh,         ow,   y,      e};
    if (correlatesInLanes(s, "conv2d", correlation)) return;
  }
  const PlaneLayout layout(s, s.groupO() * kh);
  const TapOffsets offsets(layout, s);
  const int64_t rows = s.groupO();
  correlate(Correlation<T>{x, n, groups, s.groupC(), layout, taps, offsets.data(), rows, oh, ow, y, e},
            [&](Panels<T> to, int64_t group, int64_t row, int64_t count, int64_t t, int64_t depth) {
              const T* from = w + (group * rows + row) * taps + t;
              packEach(to, count, [&](T* dst, int64_t first, int64_t lines) {
                packLines(dst, to.width, lines, depth, 1, [&](int64_t r) { return from + (first + r) * taps; });
              });
            });
}

// The taps of one axis that reach a phase of dx: dx position stride * u + phase - pad gets dy[u - shift] through them.
struct PhaseAxis {
  int64_t phase, stride, dil, first, step, count;
  int64_t begin, size;  // of u
  int64_t mostShift = 0, leastShift = 0;

  PhaseAxis(int64_t phase, int64_t stride, int64_t pad, int64_t dil, int64_t kernel, int64_t length)
      : phase(phase), stride(stride), dil(dil) {
    // Taps i with i * dil = phase (mod stride) lie a fixed step apart.
    int64_t divisor = stride;
    for (int64_t rest = dil % stride; rest != 0;) {
      const int64_t next = divisor % rest;
      divisor = rest;
      rest = next;
    }
    step = stride / divisor;
    first = 0;
    while (first < kernel && first * dil % stride != phase) first++;
    count = first < kernel ? (kernel - 1 - first) / step + 1 : 0;
    begin = pad > phase ? ceilDivide(pad - phase, stride) : 0;
    const int64_t last = length - 1 + pad - phase;
    size = last < 0 ? 0 : last / stride + 1 - begin;
    if (count > 0) leastShift = shift(0), mostShift = shift(count - 1);
  }
  int64_t tap(int64_t i) const { return first + i * step; }
  int64_t shift(int64_t i) const { return (tap(i) * dil - phase) / stride; }
};

// One phase of dx: all of it for stride 1, else scattered from a contiguous part.
template <class T>
void conv2dBackwardPhase(const ConvShape& s, const T* dy, const T* w, T* dx, const PhaseAxis& y, const PhaseAxis& x) {
  const int64_t kernel = s.kh * s.kw;
  const int64_t perChannel = y.count * x.count;
  const int64_t taps = s.groupO() * perChannel;
  const int64_t tapStep = x.count > 1 ? x.shift(1) - x.shift(0) : 1;
  const PlaneLayout layout(s.oh, s.ow, y.mostShift - y.leastShift, x.count, tapStep, s.groupC() * y.count, 1, 1,
                           y.mostShift - y.begin, x.mostShift - x.begin, y.size, x.size);
  const Scratch tableScratch((taps + perChannel) * static_cast<int64_t>(sizeof(int64_t)));
  int64_t* offsets = tableScratch.as<int64_t>();
  int64_t* taken = offsets + taps;
  for (int64_t i = 0; i < perChannel; i++) taken[i] = y.tap(i / x.count) * s.kw + x.tap(i % x.count);
  for (int64_t i = 0; i < perChannel; i++) {
    offsets[i] = layout.offset(0, y.mostShift - y.shift(i / x.count), x.mostShift - x.shift(i % x.count));
  }
  for (int64_t t = perChannel; t < taps; t++) offsets[t] = offsets[t - perChannel] + layout.channel;
  const int64_t rows = s.groupC();
  const bool whole = s.strideH == 1 && s.strideW == 1;
  const int64_t part = y.size * x.size;
  const Scratch partScratch(whole ? 0 : s.n * s.c * part * static_cast<int64_t>(sizeof(T)));
  T* to = whole ? dx : partScratch.as<T>();
  const Correlation<T> correlation{dy, s.n, s.groups, s.groupO(), layout, taps, offsets, rows, y.size, x.size, to, {}};
  correlate(correlation, [&](Panels<T> panels, int64_t group, int64_t row, int64_t count, int64_t t, int64_t depth) {
    const T* weights = w + (group * s.groupO() * rows + row) * kernel;
    if (kernel == 1) return packSpans(panels, count, depth, weights + t * rows, rows);
    packEach(panels, count, [&](T* dst, int64_t first, int64_t lines) {
      for (int64_t q = 0; q < depth;) {
        const int64_t i = (t + q) % perChannel;
        const T* from = weights + ((t + q) / perChannel * rows + first) * kernel;
        if (perChannel == kernel) {
          const int64_t length = minimum(perChannel - i, depth - q);
          packLines(dst + q * panels.width, panels.width, lines, length, 1,
                    [&](int64_t r) { return from + r * kernel + i; });
          q += length;
        } else {
          copyEvery(dst + q * panels.width, from + taken[i], lines, kernel);
          q++;
        }
      }
    });
  });
  if (whole) return;
  parallelFor(s.n * s.c, ceilDivide(16384, part), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      for (int64_t r = 0; r < y.size; r++) {
        const T* from = to + i * part + r * x.size;
        T* line = dx + (i * s.h + (y.begin + r) * s.strideH + y.phase - s.padH) * s.w + x.begin * s.strideW + x.phase -
                  s.padW;
        for (int64_t q = 0; q < x.size; q++) line[q * s.strideW] = from[q];
      }
    }
  });
}

// Calls f for every phase of the stride that has a position in dx: those of its first positions.
template <class F>
void forEachPhase(const ConvShape& s, F f) {
  for (int64_t a = 0; a < minimum(s.strideH, s.h); a++) {
    const PhaseAxis y((a + s.padH) % s.strideH, s.strideH, s.padH, s.dilH, s.kh, s.h);
    for (int64_t b = 0; b < minimum(s.strideW, s.w); b++) {
      const PhaseAxis x((b + s.padW) % s.strideW, s.strideW, s.padW, s.dilW, s.kw, s.w);
      if (y.size > 0 && x.size > 0) f(y, x);
    }
  }
}

// dx = dy correlated with w turned around: for every phase of the stride, a convolution of stride 1.
template <class T>
void conv2dBackwardInput(const T* dy, const T* w, T* dx, int64_t n, int64_t c, int64_t h, int64_t wd, int64_t o,
                         int64_t kh, int64_t kw, int64_t strideH, int64_t strideW, int64_t padH, int64_t padW,
                         int64_t dilH, int64_t dilW, int64_t groups, int64_t oh, int64_t ow) {
  const ConvShape s{n, c, h, wd, o, kh, kw, strideH, strideW, padH, padW, dilH, dilW, groups, oh, ow};
  if (n == 0 || c == 0 || h == 0 || wd == 0) return;
  const bool empty = o == 0 || oh == 0 || ow == 0;
  if constexpr (std::is_same_v<T, float>) {
    if (!empty && imageWinogradPays<T>(s)) {
      s.trace("conv2dBackwardInput", "winograd, images as lanes");
      return withImageWinograd<T>(s, [&](const auto& winograd) { winograd.backwardInput(dy, w, dx); });
    }
    if (!empty && winogradPays(s)) {
      const auto packKernels = [&](T* dst, int64_t row, int64_t count, int64_t width) {
        // Kernels of one output lie together, those of the next far away.
        for (int64_t i = 0; i < o; i++) {
          const T* from = w + (i * c + row) * 9;
          for (int64_t q = 0; q < 9 * count; q += lanes<T>) __builtin_prefetch(from + 9 * c + q);
          packLines(dst + i * 9 * width, width, count, 9, 1, [&](int64_t r) { return from + r * 9; });
        }
      };
      s.trace("conv2dBackwardInput", "winograd");
      if (strideH == 1) {
        constexpr int step = TurnedTiles::step;
        const TileGrid grid{n, o, oh, ow, 2 - padH, 2 - padW, ceilDivide(h, step), ceilDivide(wd, step)};
        return winograd<TurnedTiles>(grid, dy, c, packKernels, dx, h, wd, 0, 0, Epilogue<T>{});
      }
      constexpr int64_t reach = 2 * UpTiles::step;
      const TileGrid grid{n, o, oh, ow, 1, 1, ceilDivide(h + padH, reach), ceilDivide(wd + padW, reach)};
      return winograd<UpTiles>(grid, dy, c, packKernels, dx, h, wd, padH, padW, Epilogue<T>{});
    }
  }
  if (!empty && strideH == 1 && strideW == 1) {
    const TapAxis down{kh, dilH, (kh - 1) * dilH - padH, oh, true}, across{kw, dilW, (kw - 1) * dilW - padW, ow, true};
    const int64_t rows = s.groupC(), kernel = kh * kw;
    const ImageCorrelation<T> correlation{
        dy,   n, groups, s.groupO(), down,         across, w, s.groupO() * rows * kernel, kernel, rows * kernel,
        rows, h, wd,     dx,         Epilogue<T>{}};
    if (correlatesInLanes(s, "conv2dBackwardInput", correlation)) return;
  }
  // Phases that no tap reaches stay zero.
  bool unreached = empty;
  forEachPhase(s, [&](const PhaseAxis& y, const PhaseAxis& x) { unreached |= y.count == 0 || x.count == 0; });
  if (unreached) fillZero(dx, n * c * h * wd);
  if (empty) return;
  forEachPhase(s, [&](const PhaseAxis& y, const PhaseAxis& x) {
    if (y.count > 0 && x.count > 0) conv2dBackwardPhase(s, dy, w, dx, y, x);
  });
}

}  // namespace flambeau::FLAMBEAU_ISA

#include "kernels/conv-weight.h"
