// Short rows that are worked on together: each step for all of them before the next, so that their chains overlap and
// what is left of every row, a vector, is combined lane by lane for all rows at once.
#pragma once

#include "kernels/reduce.h"

namespace flambeau::FLAMBEAU_ISA {

// Calls f(at) for every whole vector of a row of n, and f(at, count) for what is left.
template <int N, class F>
ALWAYS_INLINE void overRow(int64_t n, F f) {
  int64_t at = 0;
  for (; at + N <= n; at += N) f(at);
  if (at < n) f(at, static_cast<int>(n - at));
}

// keepFirst() if a count is given, for loops whose tail is their body with a count.
template <class T, class... Count>
ALWAYS_INLINE Vec<T> keepGiven(Vec<T> v, T filler, Count... count) {
  if constexpr (sizeof...(count) == 0)
    return v;
  else
    return keepFirst(v, count..., filler);
}

// The largest of what is not NaN.
template <class T>
struct LargerReducer : MaxReducer<T> {
  template <int N>
  static ALWAYS_INLINE vec<T, N> combine(vec<T, N> a, vec<T, N> b) {
    return larger(a, b);
  }
};

}  // namespace flambeau::FLAMBEAU_ISA
