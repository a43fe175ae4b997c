// argmax and argmin over the middle dimension of contiguous x [outer, n, inner]: the first index of the extremum, or of
// NaN if there is one, as in PyTorch. Rows are counted in lanes as wide as the element, so n < 2^31 for 32-bit ones.
#pragma once

#include "kernels/elementwise.h"

namespace flambeau::FLAMBEAU_ISA {

// Bytes are compared as int32, whose lanes can hold an index.
template <class T>
using IndexedLane = std::conditional_t<sizeof(T) == 1, int32_t, T>;

template <bool largest, class C, int N>
ALWAYS_INLINE mask<C, N> isBetter(vec<C, N> a, vec<C, N> best) {
  const auto order = largest ? a > best : a < best;
  if constexpr (std::is_floating_point_v<C>)
    return order | (isNan(a) & ~isNan(best));
  else
    return order;
}

// Up to a vector of columns; `stride` elements from row to row.
template <bool largest, class T>
void argColumns(const T* x, int64_t* y, int64_t n, int64_t stride, int count) {
  using C = IndexedLane<T>;
  constexpr int N = lanes<C>;
  using Index = IntOf<C>;
  using Storage = Lane<T>;
  const Storage* p = reinterpret_cast<const Storage*>(x);
  auto best = convert<C>(vec<Storage, N>::load(p, count));
  auto at = vec<Index, N>::zero();
  for (int64_t i = 1; i < n; i++) {
    const auto candidate = convert<C>(vec<Storage, N>::load(p + i * stride, count));
    const auto better = isBetter<largest>(candidate, best);
    best = select(better, candidate, best);
    at = select(maskOf<Index>(lanesOf(better)), static_cast<Index>(i), at);
  }
  convert<int64_t>(at).store(y, count);
}

// One contiguous row: every lane keeps its own first best, then the best lane with the least index wins.
template <bool largest, class T>
int64_t argRow(const T* x, int64_t n) {
  using C = IndexedLane<T>;
  constexpr int N = lanes<C>;
  using Index = IntOf<C>;
  using Storage = Lane<T>;
  const Storage* p = reinterpret_cast<const Storage*>(x);
  // Lanes behind the end repeat the first element, which an earlier lane has.
  const auto load = [=](int64_t i) {
    const int count = static_cast<int>(n - i < N ? n - i : N);
    return keepFirst(convert<C>(vec<Storage, N>::load(p + i, count)), count, convert<C>(vec<Storage, 1>::load(p)).r[0]);
  };
  auto index = laneIndices<Index>(std::make_integer_sequence<int, N>{});
  auto at = index;
  auto best = load(0);
  for (int64_t i = N; i < n; i += N) {
    index = index + static_cast<Index>(N);
    const auto candidate = i + N <= n ? convert<C>(vec<Storage, N>::load(p + i)) : load(i);
    const auto better = isBetter<largest>(candidate, best);
    best = select(better, candidate, best);
    at = select(maskOf<Index>(lanesOf(better)), index, at);
  }
  const C top = largest ? reduceMax(best) : reduceMin(best);
  const auto winners = top != top ? isNan(best) : best == top;
  return static_cast<int64_t>(
      reduceMin(select(maskOf<Index>(lanesOf(winners)), at, std::numeric_limits<Index>::max())));
}

template <bool largest, class T>
void argReduce(const T* x, int64_t* y, int64_t outer, int64_t n, int64_t inner) {
  constexpr int64_t N = lanes<IndexedLane<T>>;
  const int64_t tiles = (inner + N - 1) / N;
  const int64_t work = n * (inner < N ? inner : N);
  const int64_t grain = cheapGrain / (work > 0 ? work : 1) + 1;
  parallelFor(outer * tiles, grain, [&](int64_t begin, int64_t end) NEVER_INLINE {
    for (int64_t task = begin; task < end; task++) {
      const int64_t column = task % tiles * N;
      const int64_t o = task / tiles;
      const T* from = x + o * n * inner + column;
      if (inner == 1) {
        prefetchRow(from, n);
        y[o] = argRow<largest>(from, n);
      } else {
        const int64_t count = inner - column < N ? inner - column : N;
        argColumns<largest>(from, y + o * inner + column, n, inner, static_cast<int>(count));
      }
    }
  });
}

template <class T>
void argmax(const T* x, int64_t* y, int64_t outer, int64_t n, int64_t inner) {
  argReduce<true>(x, y, outer, n, inner);
}
template <class T>
void argmin(const T* x, int64_t* y, int64_t outer, int64_t n, int64_t inner) {
  argReduce<false>(x, y, outer, n, inner);
}

}  // namespace flambeau::FLAMBEAU_ISA
