// Correlation of planes with rows of weights: what the forward pass and the gradient of the input have in common.
#pragma once

#include "kernels/conv-direct.h"

namespace flambeau::FLAMBEAU_ISA {

// y[image][group * rows + i][r * ow + q] = sum over t of weight(i, t) * plane[offsets[t] + r * pitch + q].
template <class T>
struct Correlation {
  const T* src;  // images * groups * channels planes of layout.h * layout.w
  int64_t images, groups, channels;
  PlaneLayout layout;
  int64_t taps;
  const int64_t* offsets;
  int64_t rows, oh, ow;
  T* y;
  Epilogue<T> epilogue;
};

// The planes of one source after the other (the channels of a group of an image), copied where their layout asks for it
// or where vectors that read past the end of an image would leave memory.
template <class T>
class SourcePlanes {
 public:
  explicit SourcePlanes(const Correlation<T>& s)
      : s_(s), scratch_((s.channels * s.layout.channel + lanes<T>)*static_cast<int64_t>(sizeof(T))) {}

  const T* at(int64_t source) {
    const int64_t size = s_.layout.h * s_.layout.w * s_.channels;
    const T* plane = s_.src + source * size;
    if (!s_.layout.copied && (source + 1) * size + lanes<T> <= s_.images * s_.groups * size) return plane;
    if (source != copied_) copyPlanes(s_.layout, plane, s_.channels, scratch_.template as<T>());
    copied_ = source;
    return scratch_.template as<T>();
  }

 private:
  const Correlation<T>& s_;
  const Scratch scratch_;
  int64_t copied_ = -1;
};

// packWeights(to, group, row, rows, t, depth): line q of the panels is weight(row .. row + rows, t + q) of a group.
template <class T, class PackWeights>
void correlateDirect(const Correlation<T>& s, PackWeights packWeights) {
  constexpr int64_t size = sizeof(T);
  const int64_t height = evenPart(s.rows, directRows);
  const int64_t panels = ceilDivide(s.rows, height);
  const int64_t panelSize = height * s.taps + packSlack<T>;
  const Scratch weightScratch(s.groups * panels * panelSize * size);
  T* weights = weightScratch.as<T>();
  parallelFor(s.groups * panels, ceilDivide(16384, panelSize), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t row = i % panels * height;
      const int64_t rows = minimum(height, s.rows - row);
      packWeights(Panels<T>{weights + i * panelSize, rows, panelSize}, i / panels, row, rows, 0, s.taps);
    }
  });
  const int64_t lines = ceilDivide((s.oh - 1) * s.layout.pitch + s.ow, lanes<T>) * lanes<T>;
  const int64_t imageSize = s.layout.h * s.layout.w * s.channels;
  const int64_t outputs = s.oh * s.ow;
  parallelFor(s.images * s.groups * panels, ceilDivide(int64_t{1} << 18, height * s.taps * lines),
              [&](int64_t begin, int64_t end) {
                const Scratch lineScratch(height * lines * size);
                SourcePlanes<T> planes(s);
                for (int64_t task = begin; task < end; task++) {
                  const int64_t source = task / panels;
                  const int64_t row = task % panels * height;
                  const int64_t group = source % s.groups;
                  Epilogue<T> e = s.epilogue;
                  if (e.rowBias != nullptr) e.rowBias += group * s.rows;
                  correlateRows(minimum(height, s.rows - row), s.taps,
                                weights + (group * panels + task % panels) * panelSize, planes.at(source), s.offsets,
                                s.layout.pitch, s.oh, s.ow, lineScratch.as<T>(),
                                Destination<T>{s.y + source * s.rows * outputs, outputs}, row, e,
                                s.src + (source + 1) * imageSize);
                }
              });
}

// Whether a plane alone gives a row of results, from the 3 x 3 neighbours of each element. Rows that fill no vector are
// left to the direct way, which runs across their ends.
template <class T>
bool isOfNeighbours(const Correlation<T>& s) {
  if (s.channels != 1 || s.rows != 1 || s.taps != 9 || s.ow < lanes<T>) return false;
  for (int64_t t = 0; t < 9; t++) {
    if (s.offsets[t] / s.layout.pitch > 2 || s.offsets[t] % s.layout.pitch > 2) return false;
  }
  return true;
}

template <class T, class PackWeights>
void correlateNeighbours(const Correlation<T>& s, PackWeights packWeights) {
  parallelFor(s.images * s.groups, ceilDivide(int64_t{1} << 18, 9 * s.oh * s.ow), [&](int64_t begin, int64_t end) {
    SourcePlanes<T> planes(s);
    T packed[9 + packSlack<T>], square[9];
    for (int64_t source = begin; source < end; source++) {
      const int64_t group = source % s.groups;
      packWeights(Panels<T>{packed, 1, 9 + packSlack<T>}, group, 0, 1, 0, 9);
      for (int64_t t = 0; t < 9; t++)
        square[s.offsets[t] / s.layout.pitch * 3 + s.offsets[t] % s.layout.pitch] = packed[t];
      neighbourRows(planes.at(source), s.layout.pitch, square, s.oh, s.ow, s.y + source * s.oh * s.ow,
                    s.epilogue.rowBias != nullptr ? s.epilogue.rowBias[group] : T{0}, s.epilogue.relu);
    }
  });
}

// The pieces of a row of at most `most` output positions that are contiguous in a plane and in a panel.
struct Pieces {
  static constexpr int64_t most = 128;
  int64_t count = 0;
  int64_t at[most], source[most], length[most];

  // Positions j .. j + columns of a batch of images, imageSize apart.
  template <class T>
  Pieces(Panels<T> to, int64_t j, int64_t columns, int64_t oh, int64_t ow, int64_t pitch, int64_t imageSize) {
    const int64_t run = pitch == ow ? oh * ow : ow;
    for (int64_t done = 0; done < columns; count++) {
      const int64_t position = (j + done) % (oh * ow);
      const int64_t inRun = position % run;
      const int64_t inPanel = done % to.width;
      at[count] = done / to.width * to.stride + inPanel;
      source[count] = (j + done) / (oh * ow) * imageSize + position / run * pitch + inRun;
      length[count] = minimum(minimum(columns - done, run - inRun), to.width - inPanel);
      done += length[count];
    }
  }
};

template <class T, class PackWeights>
void correlatePacked(const Correlation<T>& s, PackWeights packWeights) {
  constexpr int64_t size = sizeof(T);
  const int64_t outputs = s.oh * s.ow;
  const int64_t sourceSize = s.layout.h * s.layout.w;
  const int64_t planesSize = s.channels * s.layout.channel + lanes<T>;
  // Copied planes of as many images as fit 2 MB; in place, all of them.
  const int64_t fit = (int64_t{1} << 21) / (planesSize * size);
  const int64_t imagesNow = !s.layout.copied ? s.images : minimum(s.images, fit < 1 ? 1 : fit);
  const int64_t blocks = ceilDivide(s.images, imagesNow);
  parallelTasks(s.groups * blocks, 1, [&](int64_t task) {
    const int64_t group = task / blocks, image0 = task % blocks * imagesNow;
    const int64_t images = minimum(imagesNow, s.images - image0);
    const T* src = s.src + (image0 * s.groups + group) * s.channels * sourceSize;
    const T* planes = src;
    int64_t imageSize = s.groups * s.channels * sourceSize;
    // A whole vector may be read where it cannot leave the source.
    const T* safeEnd = s.src + s.images * s.groups * s.channels * sourceSize - lanes<T>;
    const Scratch planeScratch(s.layout.copied ? (images * planesSize + lanes<T>)*size : 0);
    if (s.layout.copied) {
      T* copy = planeScratch.as<T>();
      parallelFor(images, ceilDivide(32768, planesSize), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
          copyPlanes(s.layout, src + i * s.groups * s.channels * sourceSize, s.channels, copy + i * planesSize);
        }
      });
      planes = copy;
      imageSize = planesSize;
      safeEnd = copy + images * planesSize;
    }
    Epilogue<T> e = s.epilogue;
    if (e.rowBias != nullptr) e.rowBias += group * s.rows;
    blockedProduct(
        s.rows, images * outputs, s.taps,
        [&](Panels<T> to, int64_t row, int64_t rows, int64_t t, int64_t depth) {
          packWeights(to, group, row, rows, t, depth);
        },
        [&](Panels<T> to, int64_t j, int64_t columns, int64_t t, int64_t depth) {
          for (int64_t first = 0; first < columns; first += Pieces::most) {
            const Pieces pieces(to, j + first, minimum(Pieces::most, columns - first), s.oh, s.ow, s.layout.pitch,
                                imageSize);
            T* dst = to.at(first);
            for (int64_t q = 0; q < depth; q++, dst += to.width) {
              const T* plane = planes + s.offsets[t + q];
              for (int64_t i = 0; i < pieces.count; i++) {
                const T* from = plane + pieces.source[i];
                // Whole vectors, in ascending order: what one writes too far, the next overwrites.
                for (int64_t l = 0; l < pieces.length[i]; l += lanes<T>) {
                  const int64_t rest = minimum(lanes<T>, pieces.length[i] - l);
                  if (from + l <= safeEnd)
                    Vec<T>::load(from + l).store(dst + pieces.at[i] + l);
                  else
                    Vec<T>::load(from + l, static_cast<int>(rest)).store(dst + pieces.at[i] + l);
                }
              }
            }
          }
        },
        Destination<T>{s.y + (image0 * s.groups + group) * s.rows * outputs, outputs, outputs,
                       s.groups * s.rows * outputs},
        e);
  });
}

// The cheaper of the two: the direct way computes the ends of rows and of the last vector in vain, the other packs
// every vector of columns, which costs about as much as five rows of the product. Few rows would not pay for that,
// wherever their planes lie.
template <class T, class PackWeights>
void correlate(const Correlation<T>& s, PackWeights packWeights) {
  const auto trace = [&](const char* way) {
    traceWay("correlate", {s.images, s.groups, s.channels, s.rows, s.taps, s.oh, s.ow}, way);
  };
  if (isOfNeighbours(s)) {
    trace("neighbours");
    return correlateNeighbours(s, packWeights);
  }
  const int64_t direct = s.rows * ceilDivide((s.oh - 1) * s.layout.pitch + s.ow, lanes<T>) * lanes<T>;
  const int64_t pieces = s.layout.pitch == s.ow ? 1 : 1 + lanes<T> / s.ow;
  const int64_t packed = (ceilDivide(s.rows, tileRows) + s.rows + 5 * pieces) * s.oh * s.ow;
  const int64_t planeBytes = s.channels * s.layout.channel * static_cast<int64_t>(sizeof(T));
  const bool directPays = s.rows <= directRows || (feedsEveryTile(planeBytes, s.channels, s.taps) && direct <= packed);
  trace(directPays ? "direct" : "packed");
  if (directPays)
    correlateDirect(s, packWeights);
  else
    correlatePacked(s, packWeights);
}

}  // namespace flambeau::FLAMBEAU_ISA
