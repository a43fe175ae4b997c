// softmax and logSoftmax over the middle dimension of contiguous x [outer, n, inner], and their gradients.
// A row is read three times (maximum, sum of exponentials, result) while it sits in the cache; dx may be dy.
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

// y = f(x...) over a row, and the sum of y lane by lane; lanes behind the end add nothing.
template <bool store, class F, class T, class... In>
FLATTEN Vec<T> mapAdd(int64_t n, F f, T* y, const In*... x) {
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
  return sum;
}
template <bool store, class F, class T, class... In>
T mapSum(int64_t n, F f, T* y, const In*... x) {
  return reduceAdd(mapAdd<store>(n, f, y, x...));
}

// softmax: exp(x - max) / sum exp(x - max);  logSoftmax: x - max - log(sum exp(x - max)). A NaN reaches all of its row
// by way of the sum.
template <bool logarithm, class T>
FLATTEN void softmaxRow(const T* x, T* y, int64_t n) {
  constexpr int N = lanes<T>;
  const T top = reduceRow<LargerReducer<T>>(x, n, T{0});
  const T total = mapSum<!logarithm>(n, [=](auto v) { return exp<false>(v - top); }, y, x);
  if constexpr (logarithm) {
    alignas(64) T shift[N];
    log(Vec<T>::splat(total)).store(shift);
    vectorLoop<N>(n, [=, s = shift[0]](auto v) { return v - top - s; }, y, Reader<T, N>{x, N});
  } else {
    const T scale = 1 / total;
    vectorLoop<N>(n, [=](auto v) { return v * scale; }, y, Reader<T, N>{y, N});
  }
}

// The same of `groups` groups of lanes<T> rows, at most groupedRow long, number for number. While the exponentials of a
// group are taken, the group before gets its results and the maxima of the group behind are found: what these wait for
// then costs nothing.
template <bool logarithm, bool streamed, class T>
FLATTEN void softmaxGroups(const T* x, T* y, int64_t n, int64_t groups) {
  using V = Vec<T>;
  constexpr int N = lanes<T>;
  constexpr T least = -std::numeric_limits<T>::infinity();
  const int64_t padded = (n + N - 1) / N * N, step = N * n;
  alignas(64) T powers[2][N * groupedRow], spare[groupedRow];
  alignas(64) T tops[N * N], sums[N * N], top[N], lastTop[N] = {}, factor[N] = {};
  std::memset(powers[1], 0, static_cast<size_t>(N * padded) * sizeof(T));
  const auto result = [=](T top, T factor, const T* from, T* to, auto... count) {
    V v;
    if constexpr (logarithm)
      v = V::load(from, count...) - top - factor;
    else
      v = V::load(from) * factor;
    storeRow<streamed>(v, to, count...);
  };
  for (int r = 0; r < N; r++) accumulateRow<LargerReducer<T>>(x + r * n, n, T{0}).store(tops + r * N);
  combineRows<LargerReducer<T>>(tops).store(top);
  for (int64_t g = 0; g < groups; g++, x += step) {
    T* const now = powers[g & 1];
    const T* const before = powers[~g & 1];
    for (int r = 0; r < N; r++) {
      const T* const row = x + r * n;
      const T* const behind = g + 1 < groups ? row + step : row;
      const T* const done = !logarithm ? before + r * padded : g > 0 ? row - step : row;
      T* const to = g > 0 ? y + (g - 1) * step + r * n : spare;
      prefetchRow(behind, n);
      const T t = top[r], doneTop = lastTop[r], c = factor[r];
      V sum = V::zero(), most = V::splat(least);
      overRow<N>(n, [&](int64_t at, auto... count) {
        const V v = V::load(row + at, count...);
        most = larger(most, keepGiven(V::load(behind + at, count...), least, count...));
        result(doneTop, c, done + at, to + at, count...);
        const V e = exp<false>(v - t);
        if constexpr (!logarithm) e.store(now + r * padded + at);
        sum += keepGiven(e, T{0}, count...);
      });
      sum.store(sums + r * N);
      most.store(tops + r * N);
    }
    const V total = combineRows<SumReducer<T>>(sums);
    (logarithm ? log(total) : 1 / total).store(factor);
    V::load(top).store(lastTop);
    combineRows<LargerReducer<T>>(tops).store(top);
  }
  for (int r = 0; r < N; r++) {
    const T* const done = logarithm ? x - step + r * n : powers[~groups & 1] + r * padded;
    T* const to = y + (groups - 1) * step + r * n;
    overRow<N>(n, [&](int64_t at, auto... count) { result(lastTop[r], factor[r], done + at, to + at, count...); });
  }
}

// Rows begin to end.
template <bool logarithm, class T>
void softmaxRows(const T* x, T* y, int64_t n, int64_t begin, int64_t end, bool streamed) {
  constexpr int64_t N = lanes<T>;
  const int64_t groups = n <= groupedRow ? (end - begin) / N : 0;
  if (groups > 0) {
    if (streamed && n % N == 0 && isLine(y + begin * n))
      softmaxGroups<logarithm, true>(x + begin * n, y + begin * n, n, groups);
    else
      softmaxGroups<logarithm, false>(x + begin * n, y + begin * n, n, groups);
  }
  for (int64_t r = begin + groups * N; r < end; r++) {
    prefetchRow(x + r * n, n);
    softmaxRow<logarithm>(x + r * n, y + r * n, n);
  }
  if (streamed) streamFence();
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
      const V e = exp(loadColumn(x + i * inner, k) - top[k]);
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
      outer, n, inner, [=](int64_t begin, int64_t end) { softmaxRows<logarithm>(x, y, n, begin, end, streamed); },
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
  constexpr int N = lanes<T>;
  const T factor = static_cast<T>(scale);
  parallelFor(rows, costlyGrain / (n + 1) + 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      T* const out = y + row * n;
      const Reader<T, N> scores{x + row * n, N};
      if (mask == nullptr) {
        vectorLoop<N>(n, [=](auto v) { return v * factor; }, out, scores);
      } else {
        const Reader<T, N> masked{mask + row % maskRows * n, N};
        vectorLoop<N>(n, [=](auto v, auto m) { return v * factor + m; }, out, scores, masked);
        if (reduceRow<MaxReducer<T>>(out, n, T{0}) == -std::numeric_limits<T>::infinity()) {
          for (int64_t j = 0; j < n; j++) out[j] = 0;
          continue;
        }
      }
      softmaxRow<false>(out, out, n);
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
