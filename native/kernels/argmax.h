// argmax and argmin over the middle dimension of contiguous x [outer, n, inner]: the first index of the extremum, or of
// NaN if there is one, as in PyTorch. Rows are counted in lanes as wide as the element, so n < 2^31 for 32-bit ones.
#pragma once

#include "kernels/rows.h"

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

// As select(), by way of lanes that such a mask selects at once.
template <class C, int N>
ALWAYS_INLINE vec<IntOf<C>, N> selectIndex(mask<C, N> m, vec<IntOf<C>, N> a, vec<IntOf<C>, N> b) {
  return bitCast<IntOf<C>>(select(m, bitCast<C>(a), bitCast<C>(b)));
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
    at = selectIndex(better, vec<Index, N>::splat(static_cast<Index>(i)), at);
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
    at = selectIndex(better, index, at);
  }
  const C top = largest ? reduceMax(best) : reduceMin(best);
  const auto winners = top != top ? isNan(best) : best == top;
  return static_cast<int64_t>(
      reduceMin(select(maskOf<Index>(lanesOf(winners)), at, std::numeric_limits<Index>::max())));
}

// The same of lanes<T> rows of at most groupedRow floats: their extrema, then the first places where these are met.
// Returns false, with y unset, if there may be a NaN.
template <bool largest, class T>
FLATTEN bool argGroup(const T* x, int64_t* y, int64_t n) {
  using V = Vec<T>;
  using Index = IntOf<T>;
  constexpr int N = lanes<T>;
  const int64_t whole = n / N * N;
  const int rest = static_cast<int>(n - whole);
  // Lanes behind the end repeat the first element, which an earlier lane has.
  const auto load = [=](const T* row, int64_t at, auto... count) {
    const V v = largest ? V::load(row + at, count...) : -V::load(row + at, count...);
    return keepGiven(v, largest ? row[0] : -row[0], count...);
  };
  alignas(64) T tops[N * N], top[N];
  alignas(64) Index places[N * N];
  V all = V::zero();
  for (int r = 0; r < N; r++) {
    const T* const row = x + r * n;
    prefetchLines(row + N * n, n);
    V most = V::splat(-std::numeric_limits<T>::infinity()), sum = V::zero();
    const auto meet = [&](V v) {
      most = larger(most, v);
      sum += v;
    };
    for (int64_t at = 0; at < whole; at += N) meet(load(row, at));
    if (rest > 0) meet(load(row, whole, rest));
    most.store(tops + r * N);
    all += sum;
  }
  // A sum of infinities may be NaN too.
  if (any(isNan(all))) return false;
  combineRows<LargerReducer<T>>(tops).store(top);
  const auto lane = laneIndices<Index>(std::make_integer_sequence<int, N>{});
  for (int r = 0; r < N; r++) {
    const T* const row = x + r * n;
    auto place = vec<Index, N>::splat(std::numeric_limits<Index>::max());
    // From the end, so that the first is what remains.
    const auto meet = [&](V v, int64_t at) { place = selectIndex(v == top[r], lane + static_cast<Index>(at), place); };
    if (rest > 0) meet(load(row, whole, rest), whole);
    for (int64_t at = whole - N; at >= 0; at -= N) meet(load(row, at), at);
    place.store(places + r * N);
  }
  convert<int64_t>(combineRows<MinReducer<Index>>(places)).store(y);
  return true;
}

template <bool largest, class T>
void argRows(const T* x, int64_t* y, int64_t n, int64_t begin, int64_t end) {
  constexpr int64_t N = lanes<T>;
  // Without registers of 32 bytes a part of a vector is loaded byte by byte, and a group does that twice.
  const bool grouped = n <= groupedRow && (n >= N || nativeBytes >= 32);
  for (int64_t stop; begin < end; begin = stop) {
    stop = end - begin < N ? end : begin + N;
    if constexpr (std::is_floating_point_v<T>) {
      if (grouped && stop - begin == N && argGroup<largest>(x + begin * n, y + begin, n)) continue;
    }
    for (int64_t r = begin; r < stop; r++) {
      prefetchRow(x + r * n, n);
      y[r] = argRow<largest>(x + r * n, n);
    }
  }
}

template <bool largest, class T>
void argReduce(const T* x, int64_t* y, int64_t outer, int64_t n, int64_t inner) {
  constexpr int64_t N = lanes<IndexedLane<T>>;
  const int64_t tiles = (inner + N - 1) / N;
  const int64_t work = n * (inner < N ? inner : N);
  const int64_t grain = cheapGrain / (work > 0 ? work : 1) + 1;
  parallelFor(outer * tiles, grain, [&](int64_t begin, int64_t end) NEVER_INLINE {
    if (inner == 1) return argRows<largest>(x, y, n, begin, end);
    for (int64_t task = begin; task < end; task++) {
      const int64_t column = task % tiles * N;
      const int64_t o = task / tiles;
      const int64_t count = inner - column < N ? inner - column : N;
      argColumns<largest>(x + o * n * inner + column, y + o * inner + column, n, inner, static_cast<int>(count));
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
