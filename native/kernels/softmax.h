// softmax and logSoftmax over the middle dimension of contiguous x [outer, n, inner], and their gradients.
// A row is read three times (maximum, sum of exponentials, result) while it sits in the cache; dx may be dy.
#pragma once

#include "kernels/reduce.h"
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

// Short rows that are worked on together, one step for all of them before the next: the chains of their reductions then
// overlap. Together they fit L1.
inline constexpr int64_t groupRows = 8;
inline constexpr int64_t groupElements = 4096;

// Calls rows(o, how many, at most groupRows), or column(o, first column, how many) for every group of columns when
// inner > 1.
template <class T, class Rows, class Column>
void overRows(int64_t outer, int64_t n, int64_t inner, Rows rows, Column column) {
  constexpr int64_t N = groupVectors * lanes<T>;
  const int64_t tiles = (inner + N - 1) / N;
  const int64_t work = n * (inner < N ? inner : N);
  const int64_t together = groupRows * n <= groupElements ? groupRows : 1;
  parallelFor(outer * tiles, costlyGrain / (work > 0 ? work : 1) + 1, [&](int64_t begin, int64_t end) {
    if (inner == 1) {
      for (int64_t o = begin; o < end; o += together) rows(o, end - o < together ? end - o : together);
      return;
    }
    for (int64_t task = begin; task < end; task++) {
      const int64_t first = task % tiles * N;
      column(task / tiles, first, static_cast<int>(inner - first < N ? inner - first : N));
    }
  });
}

// y = f(x...) over a row, and the sum of y lane by lane; lanes behind the end add nothing.
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

// A row of at most one vector never leaves the registers.
template <bool logarithm, class T>
FLATTEN void softmaxVector(const T* x, T* y, int count) {
  const auto v = keepFirst(Vec<T>::load(x, count), count, -std::numeric_limits<T>::infinity());
  const auto shifted = v - reduceMax(v);
  const auto e = exp(shifted);
  const T total = reduceAdd(e);
  if constexpr (logarithm)
    (shifted - std::log(total)).store(y, count);
  else
    (e * (1 / total)).store(y, count);
}

// softmax: exp(x - max) / sum exp(x - max);  logSoftmax: x - max - log(sum exp(x - max)), of `rows` rows
template <bool logarithm, class T>
FLATTEN void softmaxRows(const T* x, T* y, int64_t n, int64_t rows) {
  constexpr int N = lanes<T>;
  if (n <= N) {
    for (int64_t r = 0; r < rows; r++) softmaxVector<logarithm>(x + r * n, y + r * n, static_cast<int>(n));
    return;
  }
  T top[groupRows], total[groupRows];
  for (int64_t r = 0; r < rows; r++) {
    prefetchRow(x + r * n, n);
    top[r] = reduceRow<MaxReducer<T>>(x + r * n, n, T{0});
  }
  for (int64_t r = 0; r < rows; r++) {
    const T t = top[r];
    total[r] = mapSum<!logarithm>(n, [=](auto v) { return exp(v - t); }, y + r * n, x + r * n);
  }
  for (int64_t r = 0; r < rows; r++) {
    if constexpr (logarithm) {
      const T t = top[r], shift = std::log(total[r]);
      vectorLoop<N>(n, [=](auto v) { return v - t - shift; }, y + r * n, Reader<T, N>{x + r * n, N});
    } else {
      const T scale = 1 / total[r];
      vectorLoop<N>(n, [=](auto v) { return v * scale; }, y + r * n, Reader<T, N>{y + r * n, N});
    }
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
  overRows<T>(
      outer, n, inner, [=](int64_t o, int64_t rows) { softmaxRows<logarithm>(x + o * n, y + o * n, n, rows); },
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
      [=](int64_t o, int64_t rows) {
        for (int64_t at = o * n; at < (o + rows) * n; at += n) {
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
      softmaxRows<false>(out, out, n, 1);
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
