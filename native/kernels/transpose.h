// A square of elements in registers, turned: blocks of 16 bytes move between rows, then elements within those blocks.
#pragma once

#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

template <int offset, class T, int N, int... i>
ALWAYS_INLINE vec<T, N> mingle(vec<T, N> a, vec<T, N> b, std::integer_sequence<int, i...>) {
  constexpr int K = 16 / sizeof(T);
  return {__builtin_shufflevector(a.r, b.r, (i / K * K + offset * (K / 2) + i % K / 2 + i % 2 * N)...)};
}

// rows[j][i] = rows[i][j]
template <class T, int N>
ALWAYS_INLINE void transposeRows(vec<T, N> (&rows)[N]) {
  constexpr int K = 16 / sizeof(T), blocks = N / K;
  constexpr auto lanesOfRow = std::make_integer_sequence<int, N>{};
  vec<T, N> turned[N], mixed[K];
#pragma GCC unroll 16
  for (int i = 0; i < K; i++) {
    if constexpr (blocks == 1) {
      turned[i] = rows[i];
    } else if constexpr (blocks == 2) {
      turned[i] = everySecondBlock<K, 0>(rows[i], rows[i + K]);
      turned[i + K] = everySecondBlock<K, 1>(rows[i], rows[i + K]);
    } else {
      static_assert(blocks == 4);
      const auto low = everySecondBlock<2 * K, 0>(rows[i], rows[i + K]);
      const auto high = everySecondBlock<2 * K, 1>(rows[i], rows[i + K]);
      const auto nextLow = everySecondBlock<2 * K, 0>(rows[i + 2 * K], rows[i + 3 * K]);
      const auto nextHigh = everySecondBlock<2 * K, 1>(rows[i + 2 * K], rows[i + 3 * K]);
      turned[i] = everySecondBlock<K, 0>(low, nextLow);
      turned[i + K] = everySecondBlock<K, 1>(low, nextLow);
      turned[i + 2 * K] = everySecondBlock<K, 0>(high, nextHigh);
      turned[i + 3 * K] = everySecondBlock<K, 1>(high, nextHigh);
    }
  }
#pragma GCC unroll 4
  for (int first = 0; first < N; first += K) {
    // log2(K) rounds of interleaving row i with row i + K/2.
#pragma GCC unroll 4
    for (int round = 1; round < K; round *= 2) {
#pragma GCC unroll 8
      for (int i = 0; i < K / 2; i++) {
        mixed[2 * i] = mingle<0>(turned[first + i], turned[first + i + K / 2], lanesOfRow);
        mixed[2 * i + 1] = mingle<1>(turned[first + i], turned[first + i + K / 2], lanesOfRow);
      }
#pragma GCC unroll 16
      for (int i = 0; i < K; i++) turned[first + i] = mixed[i];
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < N; i++) rows[i] = turned[i];
}

}  // namespace flambeau::FLAMBEAU_ISA
