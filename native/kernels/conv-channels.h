// Convolution of few images with short rows, a lane for each output channel: no row or vector ends where something is
// computed in vain.
#pragma once

#include "kernels/conv-images.h"
#include "kernels/stream.h"

namespace flambeau::FLAMBEAU_ISA {

// So many positions of a row of results make a tile, of so many registers of channels each. Two registers share the
// loads of the plane: one alone waits for them on processors that multiply as fast as they load.
constexpr int channelPositions(int registers) {
  const int most = (vectorRegisters - 1 - registers) / registers;
  return most < 16 ? most : 16;
}

// What that costs, in multiplications.
template <class T>
int64_t channelsCost(const ImageCorrelation<T>& s) {
  constexpr int64_t n = nativeLanes<T>;
  const int64_t planeBytes = s.channels * s.down.length * s.across.length * static_cast<int64_t>(sizeof(T));
  // Taps of more than one column share lines.
  const bool near = s.across.count > 1 || feedsEveryTile(planeBytes, s.channels, s.taps());
  if (s.rows % n != 0 || s.oh * s.ow < n || !near) return INT64_MAX;
  return s.groups * s.rows * (s.images * s.oh * s.ow * (s.taps() + moveCost) + moveCost * s.taps());
}

template <class T, int registers, int positions>
void channelTile(int64_t taps, const T* plane, const int64_t* offsets, const T* weights, T* out, const Epilogue<T>& e) {
  constexpr int n = nativeLanes<T>, width = registers * n;
  multiplyTile<positions, registers, n>(taps, TapLines<T>{plane, offsets}, NextElement{},
                                        StridedLines<T>{weights, width}, out, width, e);
}

template <class T, int registers, int... i>
constexpr auto channelTileOf(int64_t positions, std::integer_sequence<int, i...>) {
  constexpr decltype(&channelTile<T, registers, 1>) table[] = {channelTile<T, registers, i + 1>...};
  return table[positions - 1];
}

template <int registers, class T>
void correlateChannels(const ImageCorrelation<T>& s) {
  constexpr int64_t size = sizeof(T);
  constexpr int n = registers * nativeLanes<T>, mostPositions = channelPositions(registers);
  const TapAxis &down = s.down, &across = s.across;
  const int64_t kernel = down.count * across.count, taps = s.taps(), panels = s.rows / n, outputs = s.oh * s.ow;
  const PlaneLayout layout(down.length, across.length, (down.count - 1) * down.step, across.count, across.step, 0, 1, 1,
                           down.pad, across.pad, s.oh, s.ow);
  // In the order of the weights in memory.
  const TapOffsets offsets(layout, s.channels, down.count, down.step, across.count, across.step, down.turned);
  const Scratch weightScratch(s.groups * panels * (n * taps + packSlack<T>)*size);
  T* weights = weightScratch.as<T>();
  const int64_t run = s.channelStride == kernel ? taps : kernel;
  for (int64_t panel = 0; panel < s.groups * panels; panel++) {
    const T* from = s.w + panel / panels * s.groupStride + panel % panels * n * s.rowStride;
    for (int64_t t = 0; t < taps; t += run)
      packLines(weights + (panel * taps + t) * n, n, n, run, 1,
                [&](int64_t i) { return from + i * s.rowStride + t / kernel * s.channelStride; });
  }
  const int64_t width = evenPart(s.ow, mostPositions), imageSize = s.channels * down.length * across.length;
  parallelFor(
      s.images * s.groups, ceilDivide(int64_t{1} << 18, s.rows * taps * outputs), [&](int64_t begin, int64_t end) {
        const Scratch planeScratch(layout.copied ? (s.channels * layout.channel + lanes<T>)*size : 0);
        const Scratch lineScratch(outputs * n * size);
        T* line = lineScratch.as<T>();
        for (int64_t source = begin; source < end; source++) {
          const T* plane = s.src + source * imageSize;
          if (layout.copied) {
            copyPlanes(layout, plane, s.channels, planeScratch.as<T>());
            plane = planeScratch.as<T>();
          }
          for (int64_t panel = 0; panel < panels; panel++) {
            const int64_t row = source % s.groups * s.rows + panel * n;
            const Epilogue<T> e{false, nullptr, s.epilogue.rowBias != nullptr ? s.epilogue.rowBias + row : nullptr,
                                s.epilogue.relu};
            T* y = s.y + (source * s.rows + panel * n) * outputs;
            for (int64_t r = 0; r < s.oh; r++) {
              // Where the results of this row will go.
              for (int i = 0; i < n; i++) prefetchLines(y + i * outputs + r * s.ow, s.ow);
              for (int64_t q = 0; q < s.ow; q += width) {
                const auto tile = channelTileOf<T, registers>(minimum(width, s.ow - q),
                                                              std::make_integer_sequence<int, mostPositions>{});
                tile(taps, plane + r * layout.pitch + q, offsets.data(), weights + row / n * taps * n,
                     line + (r * s.ow + q) * n, e);
              }
            }
            constexpr int oneRegister = nativeLanes<T>;
            for (int i = 0; i < n; i += oneRegister)
              storeImages(line + i, n, outputs, oneRegister, y + i * outputs, outputs);
          }
        }
      });
}

template <class T>
void correlateChannels(const ImageCorrelation<T>& s) {
  if (s.rows % (2 * nativeLanes<T>) == 0)
    correlateChannels<2>(s);
  else
    correlateChannels<1>(s);
}

}  // namespace flambeau::FLAMBEAU_ISA
