// Max and average pooling by windows of 2 x 2 and stride 2, and their gradients: no two windows overlap, so every
// element of a plane is read once and every element of its gradient written once.
#pragma once

#include <algorithm>
#include <cstring>

#include "kernels/elementwise.h"

namespace flambeau::FLAMBEAU_ISA {

template <class T>
using PoolVec = vec<T, nativeLanes<T>>;

// The even (odd) elements of p[0 .. 2 * lanes), or of p[0 .. 2 * count) given an int count below lanes.
template <bool odd, class T, class... Count>
ALWAYS_INLINE PoolVec<T> loadHalf(const T* p, Count... count) {
  constexpr int n = nativeLanes<T>;
  using V = PoolVec<T>;
  const V low = V::load(p, (2 * count < n ? 2 * count : n)...);
  const V high = V::load(p + n, (2 * count < n ? 0 : 2 * count - n)...);
  return everySecond<odd>(low, high);
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
  constexpr int n = nativeLanes<T>;
  const auto line = interleave(even, odd);
  line.low.store(p, (2 * count < n ? 2 * count : n)...);
  line.high.store(p + n, (2 * count < n ? 0 : 2 * count - n)...);
}

// A row of 2 x 2 windows of stride 2. The first maximum wins, or the last NaN; its number in the window, 0 and 1 above
// 2 and 3, is the choice.
template <bool chooses, class T>
void maxPairs(const T* top, T* y, uint8_t* choices, int64_t w, int64_t ow) {
  constexpr int n = nativeLanes<T>;
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
// in planes of h x w, and finish() where a thread is done with its rows.
template <class Row, class Finish = decltype([] {})>
void overPairRows(int64_t planes, int64_t h, int64_t w, Row row, Finish finish = {}) {
  const int64_t oh = h / 2, ow = w / 2;
  parallelFor(planes, 1 + 32768 / (h * w + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      for (int64_t r = 0; r < oh; r++) row(plane * h * w + 2 * r * w, (plane * oh + r) * ow, ow);
    }
    finish();
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

// y = the means of those windows.
template <class T>
void avgPoolPairs(const T* x, T* y, int64_t planes, int64_t h, int64_t w) {
  overPairRows(planes, h, w, [=](int64_t above, int64_t at, int64_t ow) {
    const T *top = x + above, *bottom = top + w;
    overPairs<nativeLanes<T>>(ow, [&](int64_t q, auto... count) {
      const PoolVec<T> sum = loadHalf<false>(top + 2 * q, count...) + loadHalf<true>(top + 2 * q, count...) +
                             loadHalf<false>(bottom + 2 * q, count...) + loadHalf<true>(bottom + 2 * q, count...);
      (sum * T{0.25}).store(y + at + q, count...);
    });
  });
}

// What the gradients of results give to the elements of their windows: all of it to the chosen one. of() is for the
// element of one number in each window, at() for lanes that say each for itself: number << 4 | result.
template <class T>
struct ChosenShares {
  using Lanes = vec<uint8_t, nativeLanes<T>>;
  PoolVec<T> g;
  Lanes choice;
  template <class Number>
  ALWAYS_INLINE PoolVec<T> of(Number number) const {
    return select(convert<T>(convert<IntOf<T>>(choice)) == number, g, PoolVec<T>::zero());
  }
  ALWAYS_INLINE PoolVec<T> at(Lanes lanes) const {
    return select(findEqual<T>(choice, lanes), lookup(g, convert<IntOf<T>>(lanes)), PoolVec<T>::zero());
  }
};
template <class T>
struct MaxGradient {
  const T* dy;
  const uint8_t* choices;
  template <class... Count>
  ALWAYS_INLINE ChosenShares<T> shares(int64_t first, Count... count) const {
    return {PoolVec<T>::load(dy + first, count...), vec<uint8_t, nativeLanes<T>>::load(choices + first, count...)};
  }
  // To a window of zeros. Bytes that are no choice come from a hook for saved tensors alone; they must not lead out.
  ALWAYS_INLINE void give(int64_t result, T* window, int64_t w) const {
    const int64_t choice = choices[result];
    window[(choice & 1) + (choice >> 1 & 1) * w] = dy[result];
  }
};

// A quarter to each of them.
template <class T>
struct EqualShares {
  PoolVec<T> g;
  template <class Number>
  ALWAYS_INLINE PoolVec<T> of([[maybe_unused]] Number number) const {
    return g;
  }
  ALWAYS_INLINE PoolVec<T> at(vec<uint8_t, nativeLanes<T>> lanes) const { return lookup(g, convert<IntOf<T>>(lanes)); }
};
template <class T>
struct MeanGradient {
  const T* dy;
  template <class... Count>
  ALWAYS_INLINE EqualShares<T> shares(int64_t first, Count... count) const {
    return {PoolVec<T>::load(dy + first, count...) * T{0.25}};
  }
  ALWAYS_INLINE void give(int64_t result, T* window, int64_t w) const {
    window[0] = window[1] = window[w] = window[w + 1] = dy[result] * T{0.25};
  }
};

// Of planes whose rows all belong to windows, two to each, row pair after row pair is one array. Where a row is shorter
// than two vectors, any two vectors that follow each other take from at most a vector of results, and the w / 2 times
// two vectors of lanes / 2 row pairs say where those of all others find their shares.
template <class T>
inline constexpr int64_t shortPairRow = 2 * nativeLanes<T>;

// Where the elements of two vectors find their shares: among the results from number `first` on.
template <class T>
struct PairPlace {
  int64_t first;
  uint8_t lanes[2][nativeLanes<T>];
  ALWAYS_INLINE vec<uint8_t, nativeLanes<T>> lanesOf(int half) const {
    return vec<uint8_t, nativeLanes<T>>::load(lanes[half]);
  }
};

template <class T>
void findPairPlaces(PairPlace<T>* places, int64_t w) {
  constexpr int n = nativeLanes<T>;
  int64_t before = 0, row = 0, column = 0;
  for (PairPlace<T>* place = places; place < places + w / 2; place++) {
    int64_t result[2 * n], number[2 * n];
    for (int i = 0; i < 2 * n; i++) {
      result[i] = before + column / 2;
      number[i] = 2 * row + column % 2;
      if (++column < w) continue;
      column = 0;
      if (row == 1) before += w / 2;
      row = 1 - row;
    }
    place->first = *std::min_element(result, result + 2 * n);
    for (int i = 0; i < 2 * n; i++) {
      place->lanes[i / n][i % n] = static_cast<uint8_t>(number[i] << 4 | (result[i] - place->first));
    }
  }
}

// The w vectors from `to` on = the shares of the results from `before` on.
template <bool streamed, class T, class Gradient>
ALWAYS_INLINE void spreadPeriod(Gradient from, const PairPlace<T>* places, int64_t w, int64_t before, T* to) {
  for (const PairPlace<T>* place = places; place < places + w / 2; place++) {
    const auto shares = from.shares(before + place->first);
    for (int half = 0; half < 2; half++, to += nativeLanes<T>) {
      storeVector<streamed>(to, shares.at(place->lanesOf(half)));
    }
  }
}

// dx[0 .. 2 * w * pairs) = the shares of such planes.
template <class T, class Gradient>
void spreadShortPairs(Gradient from, T* dx, int64_t pairs, int64_t w) {
  constexpr int64_t n = nativeLanes<T>;
  const int64_t elements = 2 * w * pairs, results = elements / 4, period = w * n;
  const bool streamed = isStreamed(elements, dx) && isLine(dx);
  PairPlace<T> places[shortPairRow<T> / 2];
  findPairPlaces(places, w);
  parallelFor((elements + period - 1) / period, 1 + 32768 / period, [=, &places](int64_t begin, int64_t end) {
    const Gradient gradient = from;
    for (int64_t at = begin * period; at < std::min(end * period, elements); at += period) {
      const int64_t before = at / 4;
      if (before + period / 4 + n <= results) {
        if (streamed)
          spreadPeriod<true>(gradient, places, w, before, dx + at);
        else
          spreadPeriod<false>(gradient, places, w, before, dx + at);
        continue;
      }
      for (int64_t i = at; i < std::min(at + period, elements); i += n) {
        const PairPlace<T>& place = places[(i - at) / (2 * n)];
        const int64_t first = before + place.first;
        gradient.shares(first, static_cast<int>(std::min(n, results - first)))
            .at(place.lanesOf(static_cast<int>((i - at) / n % 2)))
            .store(dx + i, static_cast<int>(std::min(n, elements - i)));
      }
    }
    if (streamed) streamFence();
  });
}

// The same of any planes, one result after the other.
template <class T, class Gradient>
void spreadSingly(Gradient from, T* dx, int64_t planes, int64_t h, int64_t w) {
  parallelFor(planes, 1 + 131072 / (h * w + 1), [=](int64_t begin, int64_t end) {
    std::memset(dx + begin * h * w, 0, static_cast<size_t>((end - begin) * h * w) * sizeof(T));
    int64_t result = begin * (h / 2) * (w / 2);
    for (int64_t plane = begin; plane < end; plane++) {
      T* top = dx + plane * h * w;
      for (int64_t r = 0; r < h / 2; r++, top += 2 * w)
        for (T* window = top; window < top + w - 1; window += 2) from.give(result++, window, w);
    }
  });
}

// dx = the shares, and zero outside of windows.
template <class T, class Gradient>
void spreadPairs(Gradient from, T* dx, int64_t planes, int64_t h, int64_t w) {
  constexpr int n = nativeLanes<T>;
  const bool covers = h % 2 == 0 && w % 2 == 0;
  if constexpr (looksUp<T>) {
    // Of fewer rows the places take longer to find than to use.
    if (covers && w < shortPairRow<T> && planes * (h / 2) >= n) return spreadShortPairs(from, dx, planes * (h / 2), w);
  }
  // Shorter rows leave too much of a vector empty.
  if (w < 16) return spreadSingly(from, dx, planes, h, w);
  if (!covers) fillZero(dx, planes * h * w);
  const auto spreadRow = [=](int64_t at, int64_t ow, T* top) {
    T* bottom = top + w;
    const Gradient gradient = from;
    overPairs<n>(ow, [&](int64_t q, auto... count) {
      const auto shares = gradient.shares(at + q, count...);
      storeHalves(shares.of(0), shares.of(1), top + 2 * q, count...);
      storeHalves(shares.of(2), shares.of(3), bottom + 2 * q, count...);
    });
  };
  if (covers && 2 * w <= tileSize && isStreamed(planes * h * w, dx)) {
    const auto streamRow = [=](int64_t above, int64_t at, int64_t ow) {
      alignas(64) T tile[tileSize];
      spreadRow(at, ow, tile);
      streamCopy(tile, dx + above, 2 * w * static_cast<int64_t>(sizeof(T)));
    };
    overPairRows(planes, h, w, streamRow, [] { streamFence(); });
  } else {
    overPairRows(planes, h, w, [=](int64_t above, int64_t at, int64_t ow) { spreadRow(at, ow, dx + above); });
  }
}

// dx = dy at the choice of its window.
template <class T>
void maxPoolPairsBackward(const T* dy, const uint8_t* choices, T* dx, int64_t planes, int64_t h, int64_t w) {
  spreadPairs(MaxGradient<T>{dy, choices}, dx, planes, h, w);
}

// dx = a quarter of dy.
template <class T>
void avgPoolPairsBackward(const T* dy, T* dx, int64_t planes, int64_t h, int64_t w) {
  spreadPairs(MeanGradient<T>{dy}, dx, planes, h, w);
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

}  // namespace flambeau::FLAMBEAU_ISA
