// Max and average pooling of planes (n * c of them, h x w) and their gradients, by PyTorch's rules. Padding is top and
// left; windows are clipped at the bottom and the right, so oh and ow decide about ceil mode.
#pragma once

#include <cstring>

#include "kernels/elementwise.h"
#include "kernels/gather.h"

namespace flambeau::FLAMBEAU_ISA {

// a0 a2 ... b0 b2 ... (odd: a1 a3 ... b1 b3 ...)
template <bool odd, class R, int... i>
ALWAYS_INLINE R pickHalf(R a, R b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, (2 * i + odd)...);
}
// a0 b0 a1 b1 ... of the lower (upper) halves.
template <bool high, class R, int... i>
ALWAYS_INLINE R zip(R a, R b, std::integer_sequence<int, i...>) {
  constexpr int n = sizeof...(i);
  return __builtin_shufflevector(a, b, ((i & 1) * n + i / 2 + (high ? n / 2 : 0))...);
}

template <class T>
inline constexpr int poolLanes = nativeBytes / static_cast<int>(sizeof(T));
template <class T>
using PoolVec = vec<T, poolLanes<T>>;

// The even (odd) elements of p[0 .. 2 * lanes), or of p[0 .. 2 * count) given an int count below lanes.
template <bool odd, class T, class... Count>
ALWAYS_INLINE PoolVec<T> loadHalf(const T* p, Count... count) {
  constexpr int n = poolLanes<T>;
  using V = PoolVec<T>;
  const V low = V::load(p, (2 * count < n ? 2 * count : n)...);
  const V high = V::load(p + n, (2 * count < n ? 0 : 2 * count - n)...);
  return {pickHalf<odd>(low.r, high.r, std::make_integer_sequence<int, n>{})};
}

// Calls row(q) for n outputs from q on until all `count` are done: the last n overlap others, for an output may be
// computed twice. Fewer than n in all are row(0, count).
template <int n, class Row>
ALWAYS_INLINE void overPairs(int64_t count, Row row) {
  if (count < n) return row(0, static_cast<int>(count));
  for (int64_t q = 0; q + n <= count; q += n) row(q);
  if (count % n != 0) row(count - n);
}

// The inverse of two loadHalf: to p[0 .. 2 * lanes), or p[0 .. 2 * count).
template <class T, class... Count>
ALWAYS_INLINE void storeHalves(PoolVec<T> even, PoolVec<T> odd, T* p, Count... count) {
  constexpr int n = poolLanes<T>;
  using Lanes = std::make_integer_sequence<int, n>;
  PoolVec<T>{zip<false>(even.r, odd.r, Lanes{})}.store(p, (2 * count < n ? 2 * count : n)...);
  PoolVec<T>{zip<true>(even.r, odd.r, Lanes{})}.store(p + n, (2 * count < n ? 0 : 2 * count - n)...);
}

// A row of 2 x 2 windows of stride 2. The first maximum wins, or the last NaN; its number in the window, 0 and 1 above
// 2 and 3, is the choice.
template <bool chooses, class T>
void maxPairs(const T* top, T* y, uint8_t* choices, int64_t w, int64_t ow) {
  constexpr int n = poolLanes<T>;
  using V = PoolVec<T>;
  using I = IntOf<T>;
  const T* bottom = top + w;
  overPairs<n>(ow, [&](int64_t q, auto... count) {
    V best = loadHalf<false>(top + 2 * q, count...);
    auto choice = vec<I, n>::zero();
    const auto offer = [&](V x, I number) {
      const mask<T, n> wins = (x > best) | isNan(x);
      best = select(wins, x, best);
      if constexpr (chooses) {
        choice = bitCast<I>(select(wins, bitCast<T>(vec<I, n>::splat(number)), bitCast<T>(choice)));
      }
    };
    offer(loadHalf<true>(top + 2 * q, count...), 1);
    offer(loadHalf<false>(bottom + 2 * q, count...), 2);
    offer(loadHalf<true>(bottom + 2 * q, count...), 3);
    best.store(y + q, count...);
    if constexpr (chooses) convert<uint8_t>(choice).store(choices + q, count...);
  });
}

// Calls row(first element above, first result, results) for every row of the 2 x 2 windows of stride 2 that lie wholly
// in planes of h x w.
template <class Row>
void overPairRows(int64_t planes, int64_t h, int64_t w, Row row) {
  const int64_t oh = h / 2, ow = w / 2;
  parallelFor(planes, 1 + 32768 / (h * w + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      for (int64_t r = 0; r < oh; r++) row(plane * h * w + 2 * r * w, (plane * oh + r) * ow, ow);
    }
  });
}

// y = the maxima of those windows; choices (unless nullptr) = the number of each in its window.
template <class T>
void maxPoolPairs(const T* x, T* y, uint8_t* choices, int64_t planes, int64_t h, int64_t w) {
  overPairRows(planes, h, w, [=](int64_t above, int64_t at, int64_t ow) {
    if (choices != nullptr)
      maxPairs<true>(x + above, y + at, choices + at, w, ow);
    else
      maxPairs<false>(x + above, y + at, choices, w, ow);
  });
}

// dx = dy at the choice of its window, zero elsewhere; one by one where rows are too short for vectors to pay.
template <class T>
void maxPoolPairsBackward(const T* dy, const uint8_t* choices, T* dx, int64_t planes, int64_t h, int64_t w) {
  constexpr int n = poolLanes<T>;
  const int64_t ow = w / 2, outputs = h / 2 * ow;
  if (ow < 8) {
    // Bytes that are no choice come from a hook for saved tensors alone; they must not lead out of the window.
    const int64_t places[] = {0, 1, w, w + 1};
    return parallelFor(planes, 1 + 131072 / (h * w + 1), [&](int64_t begin, int64_t end) {
      std::memset(dx + begin * h * w, 0, static_cast<size_t>((end - begin) * h * w) * sizeof(T));
      for (int64_t plane = begin; plane < end; plane++) {
        const uint8_t* choice = choices + plane * outputs;
        const T* g = dy + plane * outputs;
        for (T* top = dx + plane * h * w; choice < choices + (plane + 1) * outputs; top += 2 * w)
          for (T* at = top; at < top + 2 * ow; at += 2) at[places[*choice++ & 3]] = *g++;
      }
    });
  }
  if (h % 2 != 0 || w % 2 != 0) fillZero(dx, planes * h * w);
  overPairRows(planes, h, w, [=](int64_t above, int64_t at, int64_t) {
    T* top = dx + above;
    overPairs<n>(ow, [&](int64_t q, auto... count) {
      const auto g = PoolVec<T>::load(dy + at + q, count...);
      const auto choice = convert<IntOf<T>>(vec<uint8_t, n>::load(choices + at + q, count...));
      const auto of = [&](IntOf<T> number) {
        return select(maskOf<T>(lanesOf(choice == number)), g, PoolVec<T>::zero());
      };
      storeHalves(of(0), of(1), top + 2 * q, count...);
      storeHalves(of(2), of(3), top + w + 2 * q, count...);
    });
  });
}

// indices = the flat position of each choice in its plane.
inline void pairIndices(const uint8_t* choices, int64_t* indices, int64_t planes, int64_t h, int64_t w) {
  overPairRows(planes, h, w, [=](int64_t above, int64_t at, int64_t ow) {
    const int64_t first = above % (h * w);
    for (int64_t q = 0; q < ow; q++) {
      const int64_t choice = choices[at + q] & 3;
      indices[at + q] = first + 2 * q + choice / 2 * w + choice % 2;
    }
  });
}

// Whether every window is 2 x 2, of stride 2, and inside the plane.
inline bool areSquarePairs(int64_t h, int64_t w, int64_t oh, int64_t ow, int64_t kh, int64_t kw, int64_t sh, int64_t sw,
                           int64_t ph, int64_t pw) {
  return kh == 2 && kw == 2 && sh == 2 && sw == 2 && ph == 0 && pw == 0 && 2 * oh <= h && 2 * ow <= w;
}

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

// One row of means of 2 x 2 windows of stride 2, and of their gradients: no two windows overlap, so every gradient is
// written four times.
template <class T>
void averagePairs(const T* top, T* y, int64_t w, int64_t ow, T divisor) {
  constexpr int n = poolLanes<T>;
  const T* bottom = top + w;
  const auto row = [&](int64_t q, auto... count) {
    const PoolVec<T> sum = loadHalf<false>(top + 2 * q, count...) + loadHalf<true>(top + 2 * q, count...) +
                           loadHalf<false>(bottom + 2 * q, count...) + loadHalf<true>(bottom + 2 * q, count...);
    (sum / PoolVec<T>::splat(divisor)).store(y + q, count...);
  };
  overPairs<n>(ow, row);
}

template <class T>
void spreadPairs(const T* dy, T* top, int64_t w, int64_t ow, T divisor) {
  constexpr int n = poolLanes<T>;
  const auto row = [&](int64_t q, auto... count) {
    const auto g = PoolVec<T>::load(dy + q, count...) / PoolVec<T>::splat(divisor);
    storeHalves(g, g, top + 2 * q, count...);
    storeHalves(g, g, top + w + 2 * q, count...);
  };
  overPairs<n>(ow, row);
}

// y = sum of each window / its divisor: divisorOverride if not 0, else the window's size with or without padding.
template <class T>
void avgPool2d(const T* x, T* y, int64_t planes, int64_t h, int64_t w, int64_t oh, int64_t ow, int64_t kh, int64_t kw,
               int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t countIncludePad, int64_t divisorOverride) {
  const bool pairs = areSquarePairs(h, w, oh, ow, kh, kw, sh, sw, ph, pw);
  parallelFor(planes, 1 + 32768 / (oh * ow * (pairs ? 1 : kh * kw) + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      const T* src = x + plane * h * w;
      for (int64_t r = 0; r < oh; r++) {
        T* dst = y + (plane * oh + r) * ow;
        if (pairs) {
          averagePairs(src + 2 * r * w, dst, w, ow, static_cast<T>(divisorOverride != 0 ? divisorOverride : 4));
          continue;
        }
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
  const bool pairs = areSquarePairs(h, w, oh, ow, kh, kw, sh, sw, ph, pw);
  const bool covers = pairs && 2 * oh == h && 2 * ow == w;
  parallelFor(planes, 1 + 32768 / (h * w + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      T* dst = dx + plane * h * w;
      if (!covers) std::memset(dst, 0, static_cast<size_t>(h * w) * sizeof(T));
      for (int64_t r = 0; r < oh; r++) {
        const T* src = dy + (plane * oh + r) * ow;
        if (pairs) {
          spreadPairs(src, dst + 2 * r * w, w, ow, static_cast<T>(divisorOverride != 0 ? divisorOverride : 4));
          continue;
        }
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
