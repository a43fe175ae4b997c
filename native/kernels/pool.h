// Max and average pooling of planes (n * c of them, h x w) and their gradients, by PyTorch's rules. Padding is top and
// left; windows are clipped at the bottom and the right, so oh and ow decide about ceil mode.
#pragma once

#include <cstring>

#include "kernels/gather.h"
#include "kernels/pool-pairs.h"

namespace flambeau::FLAMBEAU_ISA {

// y = maximum of each window; indices (unless nullptr) = its flat position in the plane. In a window the first maximum
// wins, the last NaN over all numbers; padding never does.
template <class T>
void maxPool2d(const T* x, T* y, int64_t* indices, int64_t planes, int64_t h, int64_t w, int64_t oh, int64_t ow,
               int64_t kh, int64_t kw, int64_t strideH, int64_t strideW, int64_t padH, int64_t padW, int64_t dilH,
               int64_t dilW) {
  parallelFor(planes, 1 + 32768 / (oh * ow * kh * kw + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      const T* src = x + plane * h * w;
      for (int64_t r = 0; r < oh; r++) {
        T* dst = y + (plane * oh + r) * ow;
        int64_t* to = indices == nullptr ? nullptr : indices + (plane * oh + r) * ow;
        int64_t a0 = r * strideH - padH;
        const int64_t a1 = a0 + (kh - 1) * dilH + 1 < h ? a0 + (kh - 1) * dilH + 1 : h;
        while (a0 < 0) a0 += dilH;
        for (int64_t q = 0; q < ow; q++) {
          int64_t b0 = q * strideW - padW;
          const int64_t b1 = b0 + (kw - 1) * dilW + 1 < w ? b0 + (kw - 1) * dilW + 1 : w;
          while (b0 < 0) b0 += dilW;
          T best = -std::numeric_limits<T>::infinity();
          // A window that sees nothing but padding still names a position of the plane.
          int64_t at = (a0 < h ? a0 : h - 1) * w + (b0 < w ? b0 : w - 1);
          for (int64_t a = a0; a < a1; a += dilH) {
            for (int64_t b = b0; b < b1; b += dilW) {
              const T value = src[a * w + b];
              if (value > best || value != value) best = value, at = a * w + b;
            }
          }
          dst[q] = best;
          if (to != nullptr) to[q] = at;
        }
      }
    }
  });
}

// dx[indices[i]] += dy[i] in every plane; dx is zero elsewhere. Returns -1, or the position of the first index outside
// its plane.
template <class T>
int64_t maxPool2dBackward(const T* dy, const int64_t* indices, T* dx, int64_t planes, int64_t inputSpatial,
                          int64_t outputSpatial) {
  const int64_t bad = findBadIndex(indices, planes * outputSpatial, inputSpatial);
  if (bad >= 0) return bad;
  parallelFor(planes, 1 + 32768 / (inputSpatial + 1), [&](int64_t begin, int64_t end) {
    std::memset(dx + begin * inputSpatial, 0, static_cast<size_t>((end - begin) * inputSpatial) * sizeof(T));
    for (int64_t plane = begin; plane < end; plane++) {
      T* dst = dx + plane * inputSpatial;
      for (int64_t i = plane * outputSpatial; i < (plane + 1) * outputSpatial; i++) dst[indices[i]] += dy[i];
    }
  });
  return -1;
}

// One axis of a window: what it covers of the input, and how far it reaches when padding counts (PyTorch lets the
// padded plane end at size + pad, so windows hanging over that in ceil mode count less).
struct PoolSpan {
  int64_t begin, end, padded;
  PoolSpan(int64_t i, int64_t size, int64_t kernel, int64_t stride, int64_t pad) {
    const int64_t start = i * stride - pad;
    const int64_t stop = start + kernel < size + pad ? start + kernel : size + pad;
    padded = stop - start;
    begin = start < 0 ? 0 : start;
    end = stop < size ? stop : size;
  }
};

inline int64_t averageDivisor(const PoolSpan& a, const PoolSpan& b, int64_t countIncludePad, int64_t divisorOverride) {
  if (divisorOverride != 0) return divisorOverride;
  return countIncludePad != 0 ? a.padded * b.padded : (a.end - a.begin) * (b.end - b.begin);
}

// y = sum of each window / its divisor: divisorOverride if not 0, else the window's size with or without padding.
template <class T>
void avgPool2d(const T* x, T* y, int64_t planes, int64_t h, int64_t w, int64_t oh, int64_t ow, int64_t kh, int64_t kw,
               int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t countIncludePad, int64_t divisorOverride) {
  if (areSquarePairs(h, w, oh, ow, kh, kw, sh, sw, ph, pw) && (divisorOverride == 0 || divisorOverride == 4))
    return avgPoolPairs(x, y, planes, h, w);
  parallelFor(planes, 1 + 32768 / (oh * ow * kh * kw + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      const T* src = x + plane * h * w;
      for (int64_t r = 0; r < oh; r++) {
        T* dst = y + (plane * oh + r) * ow;
        const PoolSpan a(r, h, kh, sh, ph);
        for (int64_t q = 0; q < ow; q++) {
          const PoolSpan b(q, w, kw, sw, pw);
          T sum = 0;
          for (int64_t i = a.begin; i < a.end; i++) {
            for (int64_t j = b.begin; j < b.end; j++) sum += src[i * w + j];
          }
          const bool empty = a.begin >= a.end || b.begin >= b.end;
          dst[q] = empty ? T{0} : sum / static_cast<T>(averageDivisor(a, b, countIncludePad, divisorOverride));
        }
      }
    }
  });
}

// dx gets dy / divisor of every window that covers it.
template <class T>
void avgPool2dBackward(const T* dy, T* dx, int64_t planes, int64_t h, int64_t w, int64_t oh, int64_t ow, int64_t kh,
                       int64_t kw, int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t countIncludePad,
                       int64_t divisorOverride) {
  if (areSquarePairs(h, w, oh, ow, kh, kw, sh, sw, ph, pw) && (divisorOverride == 0 || divisorOverride == 4))
    return avgPoolPairsBackward(dy, dx, planes, h, w);
  parallelFor(planes, 1 + 32768 / (h * w + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      T* dst = dx + plane * h * w;
      std::memset(dst, 0, static_cast<size_t>(h * w) * sizeof(T));
      for (int64_t r = 0; r < oh; r++) {
        const T* src = dy + (plane * oh + r) * ow;
        const PoolSpan a(r, h, kh, sh, ph);
        for (int64_t q = 0; q < ow; q++) {
          const PoolSpan b(q, w, kw, sw, pw);
          const T g = src[q] / static_cast<T>(averageDivisor(a, b, countIncludePad, divisorOverride));
          for (int64_t i = a.begin; i < a.end; i++) {
            for (int64_t j = b.begin; j < b.end; j++) dst[i * w + j] += g;
          }
        }
      }
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
