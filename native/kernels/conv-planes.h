// Images laid out so that every tap of a convolution reads contiguous memory: padded, and split by stride phase.
#pragma once

#include <cstring>

#include "kernels/pack.h"

namespace flambeau::FLAMBEAU_ISA {

// The numbers of a 2-d convolution, in the order its kernels take them. Padding is top and left.
struct ConvShape {
  int64_t n, c, h, w, o, kh, kw, strideH, strideW, padH, padW, dilH, dilW, groups, oh, ow;
  int64_t groupC() const { return c / groups; }
  int64_t groupO() const { return o / groups; }
  int64_t taps() const { return groupC() * kh * kw; }
};

// How the planes of a group of channels lie in memory: output position (r, q) of tap t reads
// data[offset(t) + r * pitch + q]. A channel holds strideH * strideW planes, one for each phase of the stride.
struct PlaneLayout {
  int64_t strideH, strideW, padH, padW, h, w;
  int64_t rows, pitch, plane, channel;
  bool copied;

  // `inPlace` when the image itself will do: no padding, no stride.
  PlaneLayout(int64_t h, int64_t w, int64_t reachH, int64_t reachW, int64_t strideH, int64_t strideW, int64_t padH,
              int64_t padW, int64_t oh, int64_t ow)
      : strideH(strideH), strideW(strideW), padH(padH), padW(padW), h(h), w(w) {
    rows = oh + reachH / strideH;
    pitch = ow + reachW / strideW;
    copied = strideH != 1 || strideW != 1 || padH != 0 || padW != 0 || rows > h || pitch > w;
    if (!copied) rows = h, pitch = w;
    plane = rows * pitch;
    channel = plane * strideH * strideW;
  }
  explicit PlaneLayout(const ConvShape& s)
      : PlaneLayout(s.h, s.w, (s.kh - 1) * s.dilH, (s.kw - 1) * s.dilW, s.strideH, s.strideW, s.padH, s.padW, s.oh,
                    s.ow) {}

  int64_t offset(int64_t channelIndex, int64_t y, int64_t x) const {
    return channelIndex * channel + (y % strideH * strideW + x % strideW) * plane + y / strideH * pitch + x / strideW;
  }
};

// dst[j] = src[j * stride] for j < count.
template <class T>
ALWAYS_INLINE void copyEvery(T* dst, const T* src, int64_t count, int64_t stride) {
  if (stride == 1) {
    int64_t j = 0;
    for (; j + lanes<T> <= count; j += lanes<T>) Vec<T>::load(src + j).store(dst + j);
    if (j < count) Vec<T>::load(src + j, static_cast<int>(count - j)).store(dst + j, static_cast<int>(count - j));
  } else {
    for (int64_t j = 0; j < count; j++) dst[j] = src[j * stride];
  }
}

// Writes the planes of `channels` channels of one image, whose own planes are h * w apart. Outside the image is zero.
template <class T>
void copyPlanes(const PlaneLayout& p, const T* src, int64_t channels, T* dst) {
  for (int64_t c = 0; c < channels; c++) {
    for (int64_t a = 0; a < p.strideH; a++) {
      for (int64_t b = 0; b < p.strideW; b++, dst += p.plane) {
        // Columns q with 0 <= q * strideW + b - padW < w.
        const int64_t left = p.padW > b ? (p.padW - b + p.strideW - 1) / p.strideW : 0;
        const int64_t room = p.w + p.padW - b;
        int64_t right = room <= 0 ? 0 : (room + p.strideW - 1) / p.strideW;
        if (right > p.pitch) right = p.pitch;
        for (int64_t r = 0; r < p.rows; r++) {
          T* line = dst + r * p.pitch;
          const int64_t y = r * p.strideH + a - p.padH;
          if (y < 0 || y >= p.h || left >= right) {
            std::memset(line, 0, static_cast<size_t>(p.pitch) * sizeof(T));
            continue;
          }
          for (int64_t q = 0; q < left; q++) line[q] = 0;
          copyEvery(line + left, src + y * p.w + left * p.strideW + b - p.padW, right - left, p.strideW);
          for (int64_t q = right; q < p.pitch; q++) line[q] = 0;
        }
      }
    }
    src += p.h * p.w;
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
