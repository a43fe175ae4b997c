// Reductions of contiguous x [outer, n, inner] to y [outer, inner]: sum, prod, max, min, any, all, var.
// n is cut into blocks by fixed rules and every block summed as a tree, so the result is the same for any number of
// threads, and a float sum of a million terms is within a few ULP.
#pragma once

#include "kernels/elementwise.h"
#include "runtime/scratch.h"

namespace flambeau::FLAMBEAU_ISA {

// A reducer: Acc is what is accumulated, map(x, centre) turns x into it, combine is associative up to rounding.
// `centre` is a value of each output (the mean, for a variance) and zero for all others.

template <class T>
struct SumReducer {
  using Acc = T;
  static constexpr T identity = 0;
  template <int N>
  static ALWAYS_INLINE vec<T, N> map(vec<T, N> x, vec<T, N>) {
    return x;
  }
  template <int N>
  static ALWAYS_INLINE vec<T, N> combine(vec<T, N> a, vec<T, N> b) {
    return a + b;
  }
};
template <class T>
struct SumSquaresReducer : SumReducer<T> {
  template <int N>
  static ALWAYS_INLINE vec<T, N> map(vec<T, N> x, vec<T, N>) {
    return x * x;
  }
};
template <class T>
struct SumDeviationsReducer : SumReducer<T> {
  template <int N>
  static ALWAYS_INLINE vec<T, N> map(vec<T, N> x, vec<T, N> centre) {
    return (x - centre) * (x - centre);
  }
};
template <class T>
struct ProdReducer : SumReducer<T> {
  static constexpr T identity = 1;
  template <int N>
  static ALWAYS_INLINE vec<T, N> combine(vec<T, N> a, vec<T, N> b) {
    return a * b;
  }
};
template <class T>
struct MaxReducer : SumReducer<T> {
  static constexpr T identity =
      std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
  template <int N>
  static ALWAYS_INLINE vec<T, N> combine(vec<T, N> a, vec<T, N> b) {
    return max(a, b);
  }
};
template <class T>
struct MinReducer : SumReducer<T> {
  static constexpr T identity =
      std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
  template <int N>
  static ALWAYS_INLINE vec<T, N> combine(vec<T, N> a, vec<T, N> b) {
    return min(a, b);
  }
};
template <class T>
struct AnyReducer {
  using Acc = bool;
  static constexpr bool identity = false;
  template <int N>
  static ALWAYS_INLINE vec<bool, N> map(vec<T, N> x, vec<bool, N>) {
    return toBool(x != 0);
  }
  template <int N>
  static ALWAYS_INLINE vec<bool, N> combine(vec<bool, N> a, vec<bool, N> b) {
    return a | b;
  }
};
template <class T>
struct AllReducer : AnyReducer<T> {
  static constexpr bool identity = true;
  template <int N>
  static ALWAYS_INLINE vec<bool, N> combine(vec<bool, N> a, vec<bool, N> b) {
    return a & b;
  }
};

template <class R, class T>
inline constexpr int rowLanes = leastOf(lanes<T>, lanes<typename R::Acc>);

// n contiguous elements, at most a block of them, lane by lane in four accumulators: leaves of 64 vectors are summed
// apart, so that no lane adds more than a few dozen terms in a row. Without recursion, or processors mispredict the end
// of every leaf.
template <class R, class T>
FLATTEN vec<typename R::Acc, rowLanes<R, T>> accumulateRow(const T* x, int64_t n, typename R::Acc centreValue) {
  using A = typename R::Acc;
  constexpr int N = rowLanes<R, T>;
  constexpr int accumulators = 4;
  constexpr int step = accumulators * N;
  constexpr int leaf = 16 * step;
  using V = vec<A, N>;
  const V centre = V::splat(centreValue);
  struct Sums {
    V s[accumulators];
  };
  const Sums zero = {V::splat(R::identity), V::splat(R::identity), V::splat(R::identity), V::splat(R::identity)};
  const auto add = [=](Sums& to, const T* p) {
    for (int k = 0; k < accumulators; k++) to.s[k] = R::combine(to.s[k], R::map(vec<T, N>::load(p + k * N), centre));
  };
  Sums sums = zero;
  for (; n >= leaf; n -= leaf, x += leaf) {
    Sums part = zero;
#pragma GCC unroll 1
    for (int i = 0; i < leaf; i += step) add(part, x + i);
    for (int k = 0; k < accumulators; k++) sums.s[k] = R::combine(sums.s[k], part.s[k]);
  }
  for (; n >= step; n -= step, x += step) add(sums, x);
  V sum = R::combine(R::combine(sums.s[0], sums.s[1]), R::combine(sums.s[2], sums.s[3]));
  for (; n >= N; n -= N, x += N) sum = R::combine(sum, R::map(vec<T, N>::load(x), centre));
  if (n > 0) {
    const int count = static_cast<int>(n);
    sum = R::combine(sum, keepFirst(R::map(vec<T, N>::load(x, count), centre), count, A{R::identity}));
  }
  return sum;
}
template <class R, class T>
FLATTEN typename R::Acc reduceRow(const T* x, int64_t n, typename R::Acc centre) {
  return combineLanes<R>(accumulateRow<R>(x, n, centre));
}

// Elements of a row that is worked on in a group of lanes<T> rows: such a group and its result fit L1 or nearly so.
inline constexpr int64_t groupedRow = 96;

// The vectors of `width` rows from place `row` on, combined to one vector with N / width lanes of each.
template <class R, int width, int row, class T>
ALWAYS_INLINE Vec<T> combineVectors(const T* partial) {
  constexpr int N = lanes<T>, K = 16 / sizeof(T);
  if constexpr (width == 1) {
    // everySecondBlock() leaves row K j + i where row N / K i + j belongs.
    return Vec<T>::load(partial + (row % (N / K) * K + row / (N / K)) * N);
  } else {
    constexpr int h = N / width;
    const Vec<T> a = combineVectors<R, width / 2, row>(partial);
    const Vec<T> b = combineVectors<R, width / 2, row + width / 2>(partial);
    return R::combine(everySecondBlock<h, 0>(a, b), everySecondBlock<h, 1>(a, b));
  }
}

// Lane r = combineLanes of the r-th of lanes<T> vectors at `partial`, bit for bit.
template <class R, class T>
ALWAYS_INLINE Vec<T> combineRows(const T* partial) {
  return combineVectors<R, lanes<T>, 0>(partial);
}

// Rows of n, their sums together where they are short: to combine the lanes of one costs as much as adding some
// vectors.
template <class R, class T, class A>
void reduceRows(const T* x, A* y, int64_t rows, int64_t n, const A* centre) {
  const auto centreOf = [=](int64_t row) { return centre != nullptr ? centre[row] : A{0}; };
  int64_t row = 0;
  if constexpr (std::is_same_v<T, A> && std::is_floating_point_v<T>) {
    constexpr int N = lanes<T>;
    alignas(64) T partial[N * N];
    for (; n <= groupedRow && row + N <= rows; row += N) {
      for (int r = 0; r < N; r++) {
        const T* from = x + (row + r) * n;
        prefetchRow(from, n);
        accumulateRow<R>(from, n, centreOf(row + r)).store(partial + r * N);
      }
      combineRows<R>(partial).store(y + row);
    }
  }
  for (; row < rows; row++) {
    prefetchRow(x + row * n, n);
    y[row] = reduceRow<R>(x + row * n, n, centreOf(row));
  }
}

// Columns side by side: at most a tile of them, n rows of stride `inner`, a tree over leaves of 128 rows.
template <class T, class A>
inline constexpr int columnVectors = 4;
template <class T, class A>
inline constexpr int columnTile = columnVectors<T, A> * leastOf(lanes<T>, lanes<A>);

template <class R, class T, class A>
FLATTEN void reduceColumnsLeaf(const T* x, A* y, int64_t n, int64_t inner, int columns, const A* centre) {
  constexpr int N = leastOf(lanes<T>, lanes<A>);
  using V = vec<A, N>;
  if (columns == columnTile<T, A>) {
    V s[columnVectors<T, A>], c[columnVectors<T, A>];
    for (int j = 0; j < columnVectors<T, A>; j++) {
      s[j] = V::splat(R::identity);
      c[j] = centre != nullptr ? V::load(centre + j * N) : V::zero();
    }
    for (int64_t i = 0; i < n; i++, x += inner) {
      for (int j = 0; j < columnVectors<T, A>; j++) s[j] = R::combine(s[j], R::map(vec<T, N>::load(x + j * N), c[j]));
    }
    for (int j = 0; j < columnVectors<T, A>; j++) s[j].store(y + j * N);
    return;
  }
  for (int j = 0; j < columns; j += N) {
    const int count = columns - j < N ? columns - j : N;
    const V c = centre != nullptr ? V::load(centre + j, count) : V::zero();
    V s = V::splat(R::identity);
    const T* p = x + j;
    for (int64_t i = 0; i < n; i++, p += inner) s = R::combine(s, R::map(vec<T, N>::load(p, count), c));
    s.store(y + j, count);
  }
}

template <class R, class T, class A>
void reduceColumns(const T* x, A* y, int64_t n, int64_t inner, int columns, const A* centre) {
  constexpr int64_t leaf = 128;
  if (n <= leaf) return reduceColumnsLeaf<R>(x, y, n, inner, columns, centre);
  const int64_t half = (n / 2 + leaf - 1) / leaf * leaf;
  alignas(64) A upperHalf[columnTile<T, A>];
  reduceColumns<R>(x, y, half, inner, columns, centre);
  reduceColumns<R>(x + half * inner, upperHalf, n - half, inner, columns, centre);
  constexpr int N = leastOf(lanes<T>, lanes<A>);
  using V = vec<A, N>;
  for (int j = 0; j < columns; j += N) {
    const int count = columns - j < N ? columns - j : N;
    R::combine(V::load(y + j, count), V::load(upperHalf + j, count)).store(y + j, count);
  }
}

// The reducer of partial results: combines as R does, maps nothing. Partial results of those need no other.
template <class R>
struct PartialReducer : R {
  using Acc = typename R::Acc;
  template <int N>
  static ALWAYS_INLINE vec<Acc, N> map(vec<Acc, N> x, vec<Acc, N>) {
    return x;
  }
};
template <class R>
struct PartialOf {
  using type = PartialReducer<R>;
};
template <class R>
struct PartialOf<PartialReducer<R>> {
  using type = PartialReducer<R>;
};

template <class R, class T, class A>
void reduce(const T* x, A* y, int64_t outer, int64_t n, int64_t inner, const A* centre = nullptr) {
  constexpr int64_t blockElements = 65536;
  constexpr int64_t tile = columnTile<T, A>;
  const int64_t tiles = (inner + tile - 1) / tile;
  const int64_t width = inner < tile ? inner : tile;
  const int64_t rows = blockElements / (width > 0 ? width : 1);
  const int64_t blocks = n <= rows ? 1 : (n + rows - 1) / rows;
  Scratch scratch(blocks > 1 ? outer * blocks * inner * static_cast<int64_t>(sizeof(A)) : 0);
  A* partial = blocks > 1 ? scratch.as<A>() : y;
  const int64_t work = (n < rows ? n : rows) * width;
  const int64_t grain = cheapGrain / (work > 0 ? work : 1) + 1;
  if (inner == 1 && blocks == 1) {
    return parallelFor(outer, grain, [&](int64_t begin, int64_t end) NEVER_INLINE {
      reduceRows<R>(x + begin * n, y + begin, end - begin, n, centre != nullptr ? centre + begin : nullptr);
    });
  }
  parallelFor(outer * blocks * tiles, grain, [&](int64_t begin, int64_t end) NEVER_INLINE {
    for (int64_t task = begin; task < end; task++) {
      const int64_t column = task % tiles * tile;
      const int64_t block = task / tiles;
      const int64_t row = block % blocks * rows;
      const int64_t o = block / blocks;
      const int64_t count = n - row < rows ? n - row : rows;
      const T* from = x + (o * n + row) * inner + column;
      const A* c = centre != nullptr ? centre + o * inner + column : nullptr;
      A* to = partial + block * inner + column;
      if (inner == 1) {
        prefetchRow(from, count);
        *to = reduceRow<R>(from, count, c != nullptr ? *c : A{0});
      } else {
        const int64_t columns = inner - column < tile ? inner - column : tile;
        reduceColumns<R>(from, to, count, inner, static_cast<int>(columns), c);
      }
    }
  });
  if (blocks > 1) reduce<typename PartialOf<R>::type, A, A>(partial, y, outer, blocks, inner);
}

// ---- The kernels

template <class T>
void sum(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  reduce<SumReducer<T>>(x, y, outer, n, inner);
}
template <class T>
void divideAll(T* y, int64_t n, T divisor) {
  elementwiseFlat(cheapGrain, n, [=](auto s) { return s / divisor; }, y, static_cast<const T*>(y));
}
template <class T>
void mean(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  sum(x, y, outer, n, inner);
  divideAll(y, outer * inner, static_cast<T>(n));
}
template <class T>
void sumSquares(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  reduce<SumSquaresReducer<T>>(x, y, outer, n, inner);
}
template <class T>
void prod(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  reduce<ProdReducer<T>>(x, y, outer, n, inner);
}
// NaN wins.
template <class T>
void max(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  reduce<MaxReducer<T>>(x, y, outer, n, inner);
}
template <class T>
void min(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  reduce<MinReducer<T>>(x, y, outer, n, inner);
}
template <class T>
void any(const T* x, bool* y, int64_t outer, int64_t n, int64_t inner) {
  reduce<AnyReducer<T>>(x, y, outer, n, inner);
}
template <class T>
void all(const T* x, bool* y, int64_t outer, int64_t n, int64_t inner) {
  reduce<AllReducer<T>>(x, y, outer, n, inner);
}

// y = sum (x - mean)^2 / max(n - correction, 0), in two passes.
template <class T>
void var(const T* x, T* y, int64_t outer, int64_t n, int64_t inner, double correction) {
  Scratch scratch(outer * inner * static_cast<int64_t>(sizeof(T)));
  T* means = scratch.as<T>();
  const double freedom = static_cast<double>(n) - correction;
  const T divisor = static_cast<T>(freedom > 0 ? freedom : 0);
  mean(x, means, outer, n, inner);
  reduce<SumDeviationsReducer<T>>(x, y, outer, n, inner, static_cast<const T*>(means));
  divideAll(y, outer * inner, divisor);
}

}  // namespace flambeau::FLAMBEAU_ISA
