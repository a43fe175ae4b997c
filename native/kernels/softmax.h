// softmax and logSoftmax over the middle dimension of contiguous x [outer, n, inner], and their gradients.
// A row is worked on in passes while it sits in the cache; dx may be dy, but y not x.
#pragma once

#include "kernels/rows.h"
#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {

// Vectors of columns that are worked on together.
inline constexpr int groupVectors = 4;

// Calls group(K, first column, how many) for a whole group of columns, else for vector after vector of them.
template <class T, class F>
void overGroups(int count, F group) {
  constexpr int N = lanes<T>;
  if (count == groupVectors * N) return group(std::integral_constant<int, groupVectors>{}, 0, count);
  for (int column = 0; column < count; column += N) {
    group(std::integral_constant<int, 1>{}, column, count - column < N ? count - column : N);
  }
}

// Calls rows(first, behind the last), or column(o, first column, how many) for every group of columns when inner > 1.
template <class T, class Rows, class Column>
void overRows(int64_t outer, int64_t n, int64_t inner, Rows rows, Column column) {
  constexpr int64_t N = groupVectors * lanes<T>;
  const int64_t tiles = (inner + N - 1) / N;
  const int64_t work = n * (inner < N ? inner : N);
  parallelFor(outer * tiles, costlyGrain / (work > 0 ? work : 1) + 1, [&](int64_t begin, int64_t end) {
    if (inner == 1) return rows(begin, end);
    for (int64_t task = begin; task < end; task++) {
      const int64_t first = task % tiles * N;
      column(task / tiles, first, static_cast<int>(inner - first < N ? inner - first : N));
    }
  });
}

// y = f(x...) over a row, and the sum of y.
template <bool store, class F, class T, class... In>
FLATTEN T mapSum(int64_t n, F f, T* y, const In*... x) {
  constexpr int N = lanes<T>;
  auto sum = Vec<T>::zero();
  for (; n >= N; n -= N) {
    const auto value = f(Vec<T>::load(x)...);
    if constexpr (store) {
      value.store(y);
      y += N;
    }
    sum += value;
    ((x += N), ...);
  }
  if (n > 0) {
    const int count = static_cast<int>(n);
    const auto value = f(Vec<T>::load(x, count)...);
    if constexpr (store) value.store(y, count);
    sum += keepFirst(value, count, T{0});
  }
  return reduceAdd(sum);
}

// Sums of exponentials that are far from both ends of the numbers: there nothing need be taken from the logits.
template <class T>
inline constexpr T leastPlainSum = T{0x1p-10};
template <class T>
inline constexpr T mostPlainSum = std::numeric_limits<T>::max() * T{0x1p-8};

template <class T>
bool isPlain(T total) {
  return total >= leastPlainSum<T> && total <= mostPlainSum<T>;
}

// y = exp(v - max v) over a row of v = f(x...), and their sum.
template <bool masked, class F, class T, class... In>
NEVER_INLINE FLATTEN T powersBelowTop(int64_t n, F f, T* y, const In*... x) {
  constexpr int N = lanes<T>;
  vectorLoop<N>(n, f, y, Reader<In, N>{x, N}...);
  const T most = reduceRow<MaxReducer<T>>(y, n, T{0});
  // Of nothing but -Infinity: less 0 it gives zeros, less itself NaN.
  const T top = masked && most == -std::numeric_limits<T>::infinity() ? T{0} : most;
  return mapSum<true>(n, [=](auto v) { return exp<false>(v - top); }, y, y);
}

// y = exp(v) / sum exp(v) over a row of v = f(x...), by way of the differences to the largest only where the sum of the
// exponentials is not plain. A row of -Infinity alone gives NaN, or zeros if it is `masked`.
template <bool masked = false, class F, class T, class... In>
FLATTEN void softmaxRow(int64_t n, F f, T* y, const In*... x) {
  T total = mapSum<true>(n, [=](auto... v) { return exp<false>(f(v...)); }, y, x...);
  if (!isPlain(total)) total = powersBelowTop<masked>(n, f, y, x...);
  const T scale = masked && total == 0 ? T{0} : 1 / total;
  vectorLoop<lanes<T>>(n, [=](auto v) { return v * scale; }, y, Reader<T, lanes<T>>{y, lanes<T>});
}

// exp(v) of differences to the largest of a row, as terms of their sum. One too far below to be a normal number is
// taken for the least that is: beside the 1 of the largest neither changes the sum.
template <class T, int N>
ALWAYS_INLINE vec<T, N> termBelowTop(vec<T, N> v) {
  return expOfNormal<false>(larger(vec<T, N>::splat(-mostNormalExp<T>), v));
}

// y = x - max - log(sum exp(x - max)) over a row. A NaN reaches all of it by way of the sum.
template <class T>
FLATTEN void logSoftmaxRow(const T* x, T* y, int64_t n) {
  constexpr int N = lanes<T>;
  const T top = reduceRow<LargerReducer<T>>(x, n, T{0});
  T* const none = nullptr;
  alignas(64) T shift[N];
  log(Vec<T>::splat(mapSum<false>(n, [=](auto v) { return termBelowTop(v - top); }, none, x))).store(shift);
  vectorLoop<N>(n, [=, s = shift[0]](auto v) { return v - top - s; }, y, Reader<T, N>{x, N});
}

inline constexpr auto sameValue = [](auto v) { return v; };

// softmaxRow() of `rows` rows of K vectors that stay in registers, number for number. `whole` where n fills them.
template <int K, bool whole, bool streamed, class T>
FLATTEN void softmaxShortRows(const T* x, T* y, int64_t n, int64_t rows) {
  using V = Vec<T>;
  constexpr int N = lanes<T>;
  const int count = static_cast<int>(n) - (K - 1) * N;
  for (; rows > 0; rows--, x += n, y += n) {
    prefetchRow(x, n);
    V v[K], sum = V::zero();
    for (int k = 0; k < K; k++) v[k] = whole || k < K - 1 ? V::load(x + k * N) : V::load(x + k * N, count);
    auto normal = hasNormalExp(v[0]);
    for (int k = 1; k < K; k++) normal = normal & hasNormalExp(v[k]);
    for (int k = 0; k < K; k++) {
      v[k] = expOfNormal<false>(v[k]);
      sum += whole || k < K - 1 ? v[k] : keepFirst(v[k], count, T{0});
    }
    const T total = reduceAdd(sum);
    if (!all(normal) || !isPlain(total)) [[unlikely]] {
      softmaxRow(n, sameValue, y, x);
      continue;
    }
    const T scale = 1 / total;
    for (int k = 0; k < K - 1; k++) storeVector<streamed>(y + k * N, v[k] * scale);
    if constexpr (whole)
      storeVector<streamed>(y + (K - 1) * N, v[K - 1] * scale);
    else
      storeVector<streamed>(y + (K - 1) * N, v[K - 1] * scale, count);
  }
}

// logSoftmaxRow() of groups of lanes<T> rows, number for number. While the exponentials of one are added up, the one
// before is finished, from the differences that were kept of it, and the maxima of the one behind are found.
template <bool streamed, class T>
FLATTEN void logSoftmaxGroups(const T* x, T* y, int64_t n, int64_t groups) {
  using V = Vec<T>;
  constexpr int N = lanes<T>;
  constexpr T least = -std::numeric_limits<T>::infinity();
  const int64_t step = N * n, restStride = (n + N - 1) / N * N;
  alignas(64) T spare[groupedRow], rests[N * groupedRow], tops[N * N], sums[N * N], top[N], shift[N] = {};
  std::fill_n(rests, N * restStride, T{0});
  for (int r = 0; r < N; r++) accumulateRow<LargerReducer<T>>(x + r * n, n, T{0}).store(tops + r * N);
  combineRows<LargerReducer<T>>(tops).store(top);
  for (int64_t g = 0; g < groups; g++, x += step) {
    for (int r = 0; r < N; r++) {
      const T* const row = x + r * n;
      const T* const behind = g + 1 < groups ? row + step : row;
      T* const rest = rests + r * restStride;
      T* const to = g > 0 ? y + (g - 1) * step + r * n : spare;
      prefetchRow(behind, n);
      const T t = top[r], s = shift[r];
      V sum = V::zero(), most = V::splat(least);
      overRow<N>(n, [&](int64_t at, auto... count) {
        most = larger(most, keepGiven(V::load(behind + at, count...), least, count...));
        storeVector<streamed>(to + at, V::load(rest + at) - s, count...);
        const V below = V::load(row + at, count...) - t;
        below.store(rest + at);
        sum += keepGiven(termBelowTop(below), T{0}, count...);
      });
      sum.store(sums + r * N);
      most.store(tops + r * N);
    }
    log(combineRows<SumReducer<T>>(sums)).store(shift);
    combineRows<LargerReducer<T>>(tops).store(top);
  }
  for (int r = 0; r < N; r++) {
    const T* const rest = rests + r * restStride;
    T* const to = y + (groups - 1) * step + r * n;
    overRow<N>(
        n, [&](int64_t at, auto... count) { storeVector<streamed>(to + at, V::load(rest + at) - shift[r], count...); });
  }
}

template <int K, class T>
void softmaxShortRows(const T* x, T* y, int64_t n, int64_t rows, bool streamed) {
  if (n % lanes<T> != 0)
    softmaxShortRows<K, false, false>(x, y, n, rows);
  else if (streamed && isLine(y))
    softmaxShortRows<K, true, true>(x, y, n, rows);
  else
    softmaxShortRows<K, true, false>(x, y, n, rows);
}

template <class T>
void softmaxRows(const T* x, T* y, int64_t n, int64_t rows, bool streamed) {
  switch ((n + lanes<T> - 1) / lanes<T>) {
    case 1:
      return softmaxShortRows<1>(x, y, n, rows, streamed);
    case 2:
      return softmaxShortRows<2>(x, y, n, rows, streamed);
    case 3:
      return softmaxShortRows<3>(x, y, n, rows, streamed);
    case 4:
      return softmaxShortRows<4>(x, y, n, rows, streamed);
  }
  for (; rows > 0; rows--, x += n, y += n) softmaxRow(n, sameValue, y, x);
}

template <class T>
void logSoftmaxRows(const T* x, T* y, int64_t n, int64_t rows, bool streamed) {
  constexpr int64_t N = lanes<T>;
  const int64_t groups = n <= groupedRow ? rows / N : 0;
  if (groups > 0) {
    if (streamed && n % N == 0 && isLine(y))
      logSoftmaxGroups<true>(x, y, n, groups);
    else
      logSoftmaxGroups<false>(x, y, n, groups);
  }
  for (int64_t r = groups * N; r < rows; r++) {
    prefetchRow(x + r * n, n);
    logSoftmaxRow(x + r * n, y + r * n, n);
  }
}

// K whole vectors of columns side by side, or one of `count` lanes.
template <bool logarithm, int K, class T>
FLATTEN void softmaxColumnGroup(const T* x, T* y, int64_t n, int64_t inner, int count) {
  using V = Vec<T>;
  constexpr int N = lanes<T>;
  const auto loadColumn = [=](const T* p, int k) { return K > 1 ? V::load(p + k * N) : V::load(p, count); };
  const auto storeColumn = [=](V value, T* p, int k) { K > 1 ? value.store(p + k * N) : value.store(p, count); };
  V top[K], total[K];
  for (int k = 0; k < K; k++) {
    top[k] = loadColumn(x, k);
    total[k] = V::zero();
  }
  for (int64_t i = 1; i < n; i++) {
    for (int k = 0; k < K; k++) top[k] = max(top[k], loadColumn(x + i * inner, k));
  }
  for (int64_t i = 0; i < n; i++) {
    for (int k = 0; k < K; k++) {
      const V below = loadColumn(x + i * inner, k) - top[k];
      const V e = logarithm ? termBelowTop(below) : exp<false>(below);
      if constexpr (!logarithm) storeColumn(e, y + i * inner, k);
      total[k] += e;
    }
  }
  for (int k = 0; k < K; k++) total[k] = logarithm ? log(total[k]) : 1 / total[k];
  for (int64_t i = 0; i < n; i++) {
    for (int k = 0; k < K; k++) {
      if constexpr (logarithm)
        storeColumn(loadColumn(x + i * inner, k) - top[k] - total[k], y + i * inner, k);
      else
        storeColumn(loadColumn(y + i * inner, k) * total[k], y + i * inner, k);
    }
  }
}

template <bool logarithm, class T>
void softmaxForward(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  const bool streamed = isStreamed(outer * n * inner, y, x);
  overRows<T>(
      outer, n, inner,
      [=](int64_t begin, int64_t end) {
        if constexpr (logarithm)
          logSoftmaxRows(x + begin * n, y + begin * n, n, end - begin, streamed);
        else
          softmaxRows(x + begin * n, y + begin * n, n, end - begin, streamed);
        if (streamed) streamFence();
      },
      [=](int64_t o, int64_t first, int count) {
        const int64_t at = o * n * inner + first;
        overGroups<T>(count, [=]<int K>(std::integral_constant<int, K>, int column, int width) {
          softmaxColumnGroup<logarithm, K>(x + at + column, y + at + column, n, inner, width);
        });
      });
}

// softmax: dx = y (dy - sum dy y);  logSoftmax: dx = dy - exp(y) sum dy
template <bool logarithm, class T>
void softmaxRowBackward(const T* dy, const T* y, T* dx, int64_t n) {
  constexpr int N = lanes<T>;
  T* none = nullptr;
  if constexpr (logarithm) {
    const T total = mapSum<false>(n, [](auto g) { return g; }, none, dy);
    vectorLoop<N>(n, [=](auto g, auto v) { return g - exp(v) * total; }, dx, Reader<T, N>{dy, N}, Reader<T, N>{y, N});
  } else {
    const T total = mapSum<false>(n, [](auto g, auto v) { return g * v; }, none, dy, y);
    vectorLoop<N>(n, [=](auto g, auto v) { return v * (g - total); }, dx, Reader<T, N>{dy, N}, Reader<T, N>{y, N});
  }
}

template <bool logarithm, class T>
FLATTEN void softmaxColumnsBackward(const T* dy, const T* y, T* dx, int64_t n, int64_t inner, int count) {
  using V = Vec<T>;
  V total = V::zero();
  for (int64_t i = 0; i < n; i++) {
    const V g = V::load(dy + i * inner, count);
    total += logarithm ? g : g * V::load(y + i * inner, count);
  }
  for (int64_t i = 0; i < n; i++) {
    const V g = V::load(dy + i * inner, count);
    const V v = V::load(y + i * inner, count);
    V d;
    if constexpr (logarithm)
      d = g - exp(v) * total;
    else
      d = v * (g - total);
    d.store(dx + i * inner, count);
  }
}

template <bool logarithm, class T>
void softmaxGradient(const T* dy, const T* y, T* dx, int64_t outer, int64_t n, int64_t inner) {
  overRows<T>(
      outer, n, inner,
      [=](int64_t begin, int64_t end) {
        for (int64_t at = begin * n; at < end * n; at += n) {
          softmaxRowBackward<logarithm>(dy + at, y + at, dx + at, n);
        }
      },
      [=](int64_t o, int64_t first, int count) {
        const int64_t at = o * n * inner + first;
        for (int column = 0; column < count; column += lanes<T>) {
          const int width = count - column < lanes<T> ? count - column : lanes<T>;
          softmaxColumnsBackward<logarithm>(dy + at + column, y + at + column, dx + at + column, n, inner, width);
        }
      });
}

// ---- The kernels

template <class T>
void softmax(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  softmaxForward<false>(x, y, outer, n, inner);
}
template <class T>
void softmaxBackward(const T* dy, const T* y, T* dx, int64_t outer, int64_t n, int64_t inner) {
  softmaxGradient<false>(dy, y, dx, outer, n, inner);
}
template <class T>
void logSoftmax(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  softmaxForward<true>(x, y, outer, n, inner);
}
template <class T>
void logSoftmaxBackward(const T* dy, const T* y, T* dx, int64_t outer, int64_t n, int64_t inner) {
  softmaxGradient<true>(dy, y, dx, outer, n, inner);
}

// The weights of attention: softmax(scale x + mask) of each row, and 0 where everything is masked. Row r takes row
// r % maskRows of the mask, which may be nullptr.
template <class T>
void attentionWeights(const T* x, const T* mask, T* y, int64_t rows, int64_t n, int64_t maskRows, double scale) {
  const T factor = static_cast<T>(scale);
  parallelFor(rows, costlyGrain / (n + 1) + 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      const T* const scores = x + row * n;
      T* const out = y + row * n;
      if (mask == nullptr) {
        softmaxRow(n, [=](auto v) { return v * factor; }, out, scores);
      } else {
        const auto masked = [=](auto v, auto m) { return v * factor + m; };
        softmaxRow<true>(n, masked, out, scores, mask + row % maskRows * n);
      }
    }
  });
}

template <class T>
void attentionWeightsBackward(const T* dy, const T* y, T* dx, int64_t rows, int64_t n, double scale) {
  constexpr int N = lanes<T>;
  const T factor = static_cast<T>(scale);
  parallelFor(rows, costlyGrain / (n + 1) + 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      T* const out = dx + row * n;
      softmaxRowBackward<false>(dy + row * n, y + row * n, out, n);
      vectorLoop<N>(n, [=](auto v) { return v * factor; }, out, Reader<T, N>{out, N});
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
