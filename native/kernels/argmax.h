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
  const int first = static_cast<int>(n < N ? n : N);
  alignas(64) int64_t at[N];
  argColumns<largest>(x, at, n / N > 0 ? n / N : 1, N, first);
  int64_t best = 0;
  const auto consider = [&](int64_t i, bool isTie) {
    const T a = x[i];
    const T b = x[best];
    const bool aNan = a != a;
    const bool bNan = b != b;
    const bool wins = (largest ? a > b : a < b) || (aNan && !bNan);
    const bool ties = a == b || (aNan && bNan);
    if (wins || (isTie && ties && i < best)) best = i;
  };
  for (int lane = 0; lane < first; lane++) {
    const int64_t i = at[lane] * N + lane;
    if (lane == 0)
      best = i;
    else
      consider(i, true);
  }
  for (int64_t i = n / N * N; i < n; i++) consider(i, false);
  return best;
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
