// Images laid out so that every tap of a convolution reads contiguous memory: padded, and split by stride phase.
#pragma once

#include <cstring>

#include "kernels/pack.h"
#include "runtime/scratch.h"
#include "runtime/trace.h"

namespace flambeau::FLAMBEAU_ISA {

// The numbers of a 2-d convolution, in the order its kernels take them. Padding is top and left.
struct ConvShape {
  int64_t n, c, h, w, o, kh, kw, strideH, strideW, padH, padW, dilH, dilW, groups, oh, ow;
  int64_t groupC() const { return c / groups; }
  int64_t groupO() const { return o / groups; }
  int64_t taps() const { return groupC() * kh * kw; }
  void trace(const char* kernel, const char* way) const {
    traceWay(kernel, {n, c, h, w, o, kh, kw, strideH, strideW, padH, padW, dilH, dilW, groups}, way);
  }
};

// How the planes of a group of channels lie in memory: output position (r, q) of tap t reads
// data[offset(t) + r * pitch + q]. A channel holds, for each phase of the vertical stride, either one plane for each
// phase of the horizontal stride, whose rows are longer than the output's, or (compact) one for each column of taps,
// whose rows are exactly as long, so that no vector computes anything in vain.
struct PlaneLayout {
  int64_t strideH, strideW, padH, padW, h, w;
  int64_t rows, pitch, sharedPitch, plane, channel;
  int64_t phasesH, phasesW;     // of the strides, as many as taps reach
  int64_t columns, columnStep;  // how many planes lie side by side, and the distance of their first columns
  bool compact, copied;

  // Taps reach reachH rows down and tapsW columns, tapStepW apart, to the right; each vector of a column of taps is
  // multiplied `uses` times. Without padding and stride the image itself will do.
  PlaneLayout(int64_t h, int64_t w, int64_t reachH, int64_t tapsW, int64_t tapStepW, int64_t uses, int64_t strideH,
              int64_t strideW, int64_t padH, int64_t padW, int64_t oh, int64_t ow)
      : strideH(strideH), strideW(strideW), padH(padH), padW(padW), h(h), w(w) {
    rows = oh + reachH / strideH;
    const int64_t reachW = (tapsW - 1) * tapStepW;
    pitch = ow + reachW / strideW;
    sharedPitch = pitch;
    // Worth the copies, each as much as sixteen multiplications, where shared rows would waste more.
    compact = tapsW > 1 && (pitch - ow) * uses > 16 * pitch;
    phasesH = minimum(strideH, reachH + 1);
    phasesW = minimum(strideW, reachW + 1);
    columns = compact ? tapsW : phasesW;
    columnStep = compact ? tapStepW : 1;
    if (compact) pitch = ow;
    copied = compact || strideH != 1 || strideW != 1 || padH != 0 || padW != 0 || rows > h || pitch > w;
    if (!copied) rows = h, pitch = w;
    plane = rows * pitch;
    channel = plane * phasesH * columns;
  }
  PlaneLayout(const ConvShape& s, int64_t uses)
      : PlaneLayout(s.h, s.w, (s.kh - 1) * s.dilH, s.kw, s.dilW, uses, s.strideH, s.strideW, s.padH, s.padW, s.oh,
                    s.ow) {}

  int64_t offset(int64_t channelIndex, int64_t y, int64_t x) const {
    const int64_t column = compact ? x / columnStep : x % strideW;
    return channelIndex * channel + (y % strideH * columns + column) * plane + y / strideH * pitch +
           (compact ? 0 : x / strideW);
  }
};

// Whether a plane (all channels of it) may be read again for every tile of rows: L2 feeds that fast enough where the
// taps of a channel share lines; of lines that serve one tap alone only so many as L1 could nearly hold.
inline bool feedsEveryTile(int64_t planeBytes, int64_t channels, int64_t taps) {
  return planeBytes <= (taps >= 4 * channels ? int64_t{1} << 18 : int64_t{1} << 16);
}

// Offsets of the taps of all channels, by channel, row and column; or (turned) each channel's in the opposite order.
class TapOffsets {
 public:
  TapOffsets(const PlaneLayout& layout, int64_t channels, int64_t kh, int64_t stepH, int64_t kw, int64_t stepW,
             bool turned = false)
      : scratch_(channels * kh * kw * static_cast<int64_t>(sizeof(int64_t))) {
    int64_t* offsets = scratch_.as<int64_t>();
    const int64_t kernel = kh * kw;
    for (int64_t a = 0, t = 0; a < kh; a++) {
      for (int64_t b = 0; b < kw; b++, t++)
        offsets[turned ? kernel - 1 - t : t] = layout.offset(0, a * stepH, b * stepW);
    }
    // Divisions for each tap of each channel would take longer than some of the convolutions.
    for (int64_t t = kernel; t < channels * kernel; t++) offsets[t] = offsets[t - kernel] + layout.channel;
  }
  TapOffsets(const PlaneLayout& layout, const ConvShape& s)
      : TapOffsets(layout, s.groupC(), s.kh, s.dilH, s.kw, s.dilW) {}

  const int64_t* data() const { return scratch_.as<int64_t>(); }

 private:
  const Scratch scratch_;
};

// dst[j] = src[j * stride] for j < count. Reads nothing behind src[(count - 1) * stride].
template <class T>
ALWAYS_INLINE void copyEvery(T* dst, const T* src, int64_t count, int64_t stride) {
  int64_t j = 0;
  if (stride == 1) {
    for (; j + lanes<T> <= count; j += lanes<T>) Vec<T>::load(src + j).store(dst + j);
    if (j < count) Vec<T>::load(src + j, static_cast<int>(count - j)).store(dst + j, static_cast<int>(count - j));
    return;
  }
  if (stride == 2) {
    constexpr int n = nativeLanes<T>;
    using R = vec<T, n>;
    for (; j + n < count; j += n) everySecond<0>(R::load(src + 2 * j), R::load(src + 2 * j + n)).store(dst + j);
    const int rest = static_cast<int>(count - j), reach = 2 * rest - 1;
    if (rest <= 0) return;
    const R low = R::load(src + 2 * j, reach < n ? reach : n),
            high = R::load(src + 2 * j + n, reach < n ? 0 : reach - n);
    return everySecond<0>(low, high).store(dst + j, rest);
  }
  for (; j < count; j++) dst[j] = src[j * stride];
}

// Rows of one plane: dst[r * pitch + q] = src[y][q * step + shift] for y = r * strideH + first, zero outside the image.
// Up to lanes - 1 elements behind the plane are overwritten.
template <class T>
void copyPlane(const PlaneLayout& p, const T* src, int64_t first, int64_t shift, int64_t step, int64_t pitch, T* dst) {
  // Columns q with 0 <= q * step + shift < w.
  const int64_t left = minimum(pitch, shift < 0 ? ceilDivide(-shift, step) : 0);
  const int64_t room = p.w - shift;
  const int64_t right = minimum(pitch, room <= 0 ? 0 : ceilDivide(room, step));
  const int64_t whole = ceilDivide(right - left, lanes<T>) * lanes<T>;
  const T* end = src + p.h * p.w;
  // Whole vectors, in ascending order: what one writes too far, the next overwrites.
  const auto fillZeros = [](T* to, int64_t count) {
    for (int64_t q = 0; q < count; q += lanes<T>) Vec<T>::zero().store(to + q);
  };
  for (int64_t r = 0, y = first; r < p.rows; r++, y += p.strideH, dst += pitch) {
    if (y < 0 || y >= p.h || left >= right) {
      fillZeros(dst, pitch);
      continue;
    }
    fillZeros(dst, left);
    const T* from = src + y * p.w + left * step + shift;
    if (step == 1 && from + whole <= end) {
      for (int64_t q = 0; q < whole; q += lanes<T>) Vec<T>::load(from + q).store(dst + left + q);
    } else {
      copyEvery(dst + left, from, right - left, step);
    }
    fillZeros(dst + right, pitch - right);
  }
}

// dst[r * width + q] = src[r * pitch + q]: rows cut shorter, with whole vectors up to `end` of the source.
template <class T>
void copyRows(const T* src, int64_t pitch, const T* end, int64_t rows, int64_t width, T* dst) {
  const int64_t whole = ceilDivide(width, lanes<T>) * lanes<T>;
  const int64_t safe = end - src < whole ? 0 : minimum(rows, (end - src - whole) / pitch + 1);
  if (whole == lanes<T>) {
    for (int64_t r = 0; r < safe; r++) Vec<T>::load(src + r * pitch).store(dst + r * width);
  } else {
    for (int64_t r = 0; r < safe; r++) {
      for (int64_t q = 0; q < whole; q += lanes<T>) Vec<T>::load(src + r * pitch + q).store(dst + r * width + q);
    }
  }
  for (int64_t r = safe; r < rows; r++) copyEvery(dst + r * width, src + r * pitch, width, 1);
}

// Writes the planes of `channels` channels of one image, whose own planes are h * w apart. Outside the image is zero.
// Up to lanes - 1 elements behind dst are overwritten.
template <class T>
void copyPlanes(const PlaneLayout& p, const T* src, int64_t channels, T* dst) {
  const bool inside =
      p.padH == 0 && p.padW == 0 && p.strideH == 1 && p.strideW == 1 && p.rows <= p.h && p.sharedPitch <= p.w;
  const int64_t sharedPlane = p.rows * p.sharedPitch + lanes<T>;
  const Scratch shared(p.compact && !inside ? p.phasesW * sharedPlane * static_cast<int64_t>(sizeof(T)) : 0);
  for (int64_t c = 0; c < channels; c++, src += p.h * p.w) {
    for (int64_t a = 0; a < p.phasesH; a++) {
      if (!p.compact) {
        for (int64_t b = 0; b < p.phasesW; b++, dst += p.plane) {
          copyPlane(p, src, a - p.padH, b - p.padW, p.strideW, p.pitch, dst);
        }
        continue;
      }
      // Pad and split once, then cut the columns of taps out of that.
      if (!inside) {
        for (int64_t b = 0; b < p.phasesW; b++) {
          copyPlane(p, src, a - p.padH, b - p.padW, p.strideW, p.sharedPitch, shared.as<T>() + b * sharedPlane);
        }
      }
      for (int64_t j = 0; j < p.columns; j++, dst += p.plane) {
        const int64_t x = j * p.columnStep;
        if (inside) {
          copyRows(src + x, p.w, src + p.h * p.w, p.rows, p.pitch, dst);
        } else {
          const T* phase = shared.as<T>() + x % p.strideW * sharedPlane;
          copyRows(phase + x / p.strideW, p.sharedPitch, phase + sharedPlane, p.rows, p.pitch, dst);
        }
      }
    }
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
