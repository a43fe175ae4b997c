// Convolution of many images with few channels, a lane for each image: no row or vector ends where something is
// computed in vain, and taps that would only reach padding are left out.
#pragma once

#include "kernels/conv-direct.h"
#include "kernels/conv-lanes.h"

namespace flambeau::FLAMBEAU_ISA {

// The taps of one axis: output position r reads r + a * step - pad, for a < count, of `length` positions.
struct TapAxis {
  int64_t count, step, pad, length;
  bool turned;  // whether the weights lie in the opposite order

  // The taps a with which some of the positions r .. r + positions reach into the image begin and end here.
  int64_t begin(int64_t r, int64_t positions) const {
    const int64_t missing = pad - (r + positions - 1);
    return missing <= 0 ? 0 : minimum(count, ceilDivide(missing, step));
  }
  int64_t end(int64_t r) const {
    const int64_t room = length + pad - r;
    return room <= 0 ? 0 : minimum(count, ceilDivide(room, step));
  }
  int64_t weight(int64_t a) const { return turned ? count - 1 - a : a; }
  // Pairs of a tap and an output position that meet within the image.
  int64_t pairs(int64_t positions) const {
    int64_t sum = 0;
    for (int64_t r = 0; r < positions; r++) sum += maximum(0, end(r) - begin(r, 1));
    return sum;
  }
};

// A correlation of stride 1: y[image][group * rows + i][r][q] = sum over channels c and taps (a, b) of
// w[group * groupStride + i * rowStride + c * channelStride + tap] * src[image][group * channels + c][r + ..][q + ..].
template <class T>
struct ImageCorrelation {
  const T* src;
  int64_t images, groups, channels;
  TapAxis down, across;
  const T* w;
  int64_t groupStride, rowStride, channelStride;
  int64_t rows, oh, ow;
  T* y;
  Epilogue<T> epilogue;

  int64_t taps() const { return channels * down.count * across.count; }
  // Panels of rows, each as tall as the direct tiles allow.
  int64_t height() const { return evenPart(rows, directRows); }
  // So many rows of results together fill a register with positions; fewer than twice as many are stored at once.
  int64_t band() const { return ceilDivide(int64_t{nativeLanes<T>}, ow); }
};

// Lanes of `positions` positions back to images: y[i * imageStride + p] = line[p * width + i] for i < images.
template <class T>
void storeImages(const T* line, int64_t width, int64_t positions, int64_t images, T* y, int64_t imageStride) {
  constexpr int n = nativeLanes<T>;
  for (int64_t p = 0; p < positions; p += n) {
    // The last positions overlap the ones before, so that only whole registers are stored.
    const int64_t at = minimum(p, positions - n);
    const T* rows[n];
    for (int i = 0; i < n; i++) rows[i] = line + (at + i) * width;
    if (images == n)
      transposeSquare(rows, [&](int i) { return y + at + i * imageStride; });
    else
      for (int64_t j = 0; j < images; j++)
        for (int i = 0; i < n; i++) y[at + i + j * imageStride] = rows[i][j];
  }
}

// To bring an element into its lane, or a result out of it, costs about as much as so many multiplications.
inline constexpr int64_t moveCost = 10;

// What that costs, in multiplications. Planes that L2 cannot hold would be slow.
template <class T>
int64_t imagesCost(const ImageCorrelation<T>& s) {
  constexpr int64_t n = nativeLanes<T>, mostBytes = int64_t{1} << 20;
  const int64_t elements = s.channels * s.down.length * s.across.length;
  if (s.oh * s.ow < n || elements * n * static_cast<int64_t>(sizeof(T)) > mostBytes) return INT64_MAX;
  const int64_t pairs = s.channels * s.rows * s.down.pairs(s.oh) * s.across.pairs(s.ow);
  return s.groups * ceilDivide(s.images, n) * n * (pairs + moveCost * (elements + s.rows * s.oh * s.ow));
}

template <class T>
void correlateImages(const ImageCorrelation<T>& s) {
  constexpr int64_t size = sizeof(T);
  constexpr int n = nativeLanes<T>;
  const TapAxis &down = s.down, &across = s.across;
  const int64_t height = s.height(), panels = ceilDivide(s.rows, height), perTap = s.channels, taps = s.taps();
  // Taps by row, then column, then channel: those that count are one range, or one for each row.
  const Scratch weightScratch(s.groups * s.rows * taps * size);
  T* weights = weightScratch.as<T>();
  for (int64_t row = 0; row < s.groups * s.rows;) {
    const int64_t group = row / s.rows, first = row % s.rows, count = minimum(height, s.rows - first);
    T* to = weights + row * taps;
    for (int64_t a = 0; a < down.count; a++)
      for (int64_t b = 0; b < across.count; b++)
        for (int64_t c = 0; c < perTap; c++)
          for (int64_t i = 0; i < count; i++)
            *to++ = s.w[group * s.groupStride + (first + i) * s.rowStride + c * s.channelStride +
                        down.weight(a) * across.count + across.weight(b)];
    row += count;
  }
  const int64_t blocks = ceilDivide(s.images, n), width = minimum(widthFor(static_cast<int>(height)), s.ow);
  const int64_t outputs = s.oh * s.ow, imageSize = s.channels * down.length * across.length;
  // Few blocks are cut into ranges of rows.
  const int64_t parts = minimum(s.oh / s.band(), ceilDivide(8, blocks * s.groups));
  const int64_t work = s.channels * s.rows * n * down.pairs(s.oh) * across.pairs(s.ow) / parts + 1;
  parallelFor(blocks * s.groups * parts, ceilDivide(int64_t{1} << 18, work), [&](int64_t begin, int64_t end) {
    // A row of the plane has zeros before and behind it, as many as a tile is wider than one position.
    const int64_t margin = width - 1;
    LanePlanes<T> planes(
        {s.channels, down.length, across.length, 0, margin, down.length, across.length + margin, width});
    const LaneLayout& layout = planes.layout();
    const Scratch offsetScratch(taps * static_cast<int64_t>(sizeof(int64_t)));
    const Scratch lineScratch(height * (2 * s.band() - 1) * s.ow * n * size);
    int64_t* offsets = offsetScratch.as<int64_t>();
    T* line = lineScratch.as<T>();
    for (int64_t t = 0; t < taps; t++) {
      const int64_t tap = t / perTap;
      offsets[t] = (t % perTap * layout.plane() + tap / across.count * down.step * layout.pitch +
                    tap % across.count * across.step) *
                   n;
    }
    for (int64_t task = begin; task < end; task++) {
      const int64_t part = task % parts, group = task / parts % s.groups, image0 = task / parts / s.groups * n;
      const int64_t images = minimum(n, s.images - image0);
      const int64_t top = s.oh * part / parts, bottom = s.oh * (part + 1) / parts;
      planes.fill(s.src + (image0 * s.groups + group) * imageSize, s.groups * imageSize, images,
                  maximum(0, top - down.pad), minimum(down.length, bottom + (down.count - 1) * down.step - down.pad));
      for (int64_t panel = 0; panel < panels; panel++) {
        const int64_t row0 = group * s.rows + panel * height, rows = minimum(height, s.rows - panel * height);
        const T* panelWeights = weights + row0 * taps;
        const int64_t bands = (bottom - top) / s.band();
        for (int64_t band = 0; band < bands; band++) {
          const int64_t r0 = top + (bottom - top) * band / bands, r1 = top + (bottom - top) * (band + 1) / bands;
          const int64_t positions = (r1 - r0) * s.ow;
          for (int64_t r = r0; r < r1; r++) {
            const int64_t a0 = down.begin(r, 1), a1 = maximum(a0, down.end(r));
            for (int64_t q = 0; q < s.ow; q += width) {
              const int64_t wide = minimum(width, s.ow - q);
              const int64_t b0 = across.begin(q, wide), b1 = maximum(b0, across.end(q));
              const T* source = planes.at(0, r - down.pad, margin + q - across.pad);
              T* out = line + ((r - r0) * s.ow + q) * n;
              // Whole rows of taps are one range.
              const bool whole = b1 - b0 == across.count || a1 == a0;
              const int64_t ranges = whole ? 1 : a1 - a0;
              const int64_t count = (whole ? (a1 - a0) * across.count : b1 - b0) * perTap;
              for (int64_t range = 0; range < ranges; range++) {
                const int64_t t = ((a0 + range) * across.count + b0) * perTap;
                const Epilogue<T> e = s.epilogue.from(row0, 0).ofPart(range == 0, range + 1 == ranges);
                withTile(
                    rows, wide,
                    [&]<int tall, int broad>(std::integral_constant<int, tall>, std::integral_constant<int, broad>) {
                      tapTile<T, tall, broad>(count, panelWeights + t * rows, source, offsets + t, out, positions * n,
                                              e);
                    });
              }
            }
          }
          for (int64_t i = 0; i < rows; i++) {
            storeImages(line + i * positions * n, n, positions, images,
                        s.y + (image0 * s.groups * s.rows + row0 + i) * outputs + r0 * s.ow,
                        s.groups * s.rows * outputs);
          }
        }
      }
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
