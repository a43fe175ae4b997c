// Normalisation of rows (layer, group, instance and RMS norm), with its gradient. Contiguous; y may be x, dx may be dy.
// x [rows, n]: row r holds channels (r % groups) n / inner and following, `inner` elements of each; weight
// and bias have one element for each of the groups n / inner channels. Not `centred`: the mean counts as 0.
#pragma once

#include "kernels/norm.h"

namespace flambeau::FLAMBEAU_ISA {

// Rows of at most groupedRow elements, one weight and bias for each, lanes<T> rows together: mean and deviations of all
// of them, number for number as addMoments() has them, in vectors that hold a row in each lane.
template <bool streamed, class T>
FLATTEN void layerNormGroup(const T* x, const T* weight, const T* bias, T* y, T* mean, T* rstd, int64_t n, double eps,
                            bool centred) {
  using V = Vec<T>;
  constexpr int N = lanes<T>;
  alignas(64) T partial[N * N], middle[N] = {}, scale[N];
  for (int r = 0; r < N; r++) {
    const T* const row = x + r * n;
    prefetchLines(row + N * n, n);
    if (centred)
      accumulateRow<SumReducer<T>>(row, n, T{0}).store(partial + r * N);
    else
      accumulateRow<SumSquaresReducer<T>>(row, n, T{0}).store(partial + r * N);
  }
  V squares = combineRows<SumReducer<T>>(partial);
  if (centred) {
    (squares / static_cast<T>(n)).store(middle);
    for (int r = 0; r < N; r++) accumulateRow<SumDeviationsReducer<T>>(x + r * n, n, middle[r]).store(partial + r * N);
    squares = combineRows<SumReducer<T>>(partial);
  }
  const auto variance = convert<double>(squares) / static_cast<double>(n);
  convert<T>(1 / sqrt(variance + eps)).store(scale);
  V::load(middle).store(mean);
  V::load(scale).store(rstd);
  for (int r = 0; r < N; r++) {
    const T m = middle[r], s = scale[r];
    overRow<N>(n, [&, r, m, s](int64_t at, auto... count) {
      const V w = weight != nullptr ? V::load(weight + at, count...) : V::splat(1);
      const V b = bias != nullptr ? V::load(bias + at, count...) : V::zero();
      storeVector<streamed>(y + r * n + at, fma((V::load(x + r * n + at, count...) - m) * s, w, b), count...);
    });
  }
}

template <class T>
void rowNorm(const T* x, const T* weight, const T* bias, T* y, T* mean, T* rstd, int64_t rows, int64_t n,
             int64_t groups, int64_t inner, double eps, int64_t centred) {
  constexpr int N = lanes<T>;
  const int64_t channels = n / (inner > 0 ? inner : 1);
  const bool plain = weight == nullptr && bias == nullptr;
  const bool grouped = n <= groupedRow && n > 0 && (plain || (inner == 1 && groups == 1));
  const bool streamed = isStreamed(rows * n, y, x);
  parallelFor(rows, normGrain(n), [&](int64_t begin, int64_t end) {
    int64_t r = begin;
    for (; grouped && r + N <= end; r += N) {
      T* const to = y + r * n;
      if (streamed && n % N == 0 && isLine(to))
        layerNormGroup<true>(x + r * n, weight, bias, to, mean + r, rstd + r, n, eps, centred != 0);
      else
        layerNormGroup<false>(x + r * n, weight, bias, to, mean + r, rstd + r, n, eps, centred != 0);
    }
    if (streamed) streamFence();
    for (; r < end; r++) {
      const T* from = x + r * n;
      T* to = y + r * n;
      Moments moments;
      if (centred != 0)
        addMoments(moments, from, n);
      else
        moments.squares = static_cast<double>(reduceRow<SumSquaresReducer<T>>(from, n, T{0}));
      const T m = static_cast<T>(moments.mean);
      const T s = static_cast<T>(1 / std::sqrt(moments.squares / static_cast<double>(n) + eps));
      mean[r] = m, rstd[r] = s;
      const int64_t first = r % groups * channels;
      if (plain) {
        applyNorm(from, to, n, m, s, T{0});
      } else if (inner != 1) {
        for (int64_t k = 0; k < channels; k++) {
          const T scale = weight != nullptr ? s * weight[first + k] : s;
          applyNorm(from + k * inner, to + k * inner, inner, m, scale, bias != nullptr ? bias[first + k] : T{0});
        }
      } else {
        const T one = 1, zero = 0;
        alignas(64) T ones[N], zeros[N];
        Vec<T>::splat(one).store(ones), Vec<T>::splat(zero).store(zeros);
        const auto w = weight != nullptr ? Reader<T, N>{weight + first, N} : Reader<T, N>{ones, 0};
        const auto b = bias != nullptr ? Reader<T, N>{bias + first, N} : Reader<T, N>{zeros, 0};
        vectorLoop<N>(
            n, [=](auto v, auto a, auto c) { return fma((v - m) * s, a, c); }, to, Reader<T, N>{from, N}, w, b);
      }
    }
  });
}

// With g = dy weight: dx = rstd (g - mean(g) - xhat mean(g xhat)), without mean(g) if not centred.
template <class T>
void rowNormBackward(const T* dy, const T* x, const T* mean, const T* rstd, const T* weight, T* dx, int64_t rows,
                     int64_t n, int64_t groups, int64_t inner, int64_t centred) {
  constexpr int N = lanes<T>;
  const int64_t channels = n / (inner > 0 ? inner : 1);
  parallelFor(rows, normGrain(n), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; r++) {
      const T* g = dy + r * n;
      const T* from = x + r * n;
      T* to = dx + r * n;
      const T m = mean[r], s = rstd[r];
      const T* w = weight != nullptr ? weight + r % groups * channels : nullptr;
      GradientSums sums;
      if (w == nullptr) {
        addGradientSums(sums, g, from, m, n);
      } else if (inner != 1) {
        for (int64_t k = 0; k < channels; k++) {
          GradientSums part;
          addGradientSums(part, g + k * inner, from + k * inner, m, inner);
          sums.sum += part.sum * static_cast<double>(w[k]);
          sums.dot += part.dot * static_cast<double>(w[k]);
        }
      } else {
        for (int64_t at = 0; at < n; at += momentBlock) {
          const int64_t count = n - at < momentBlock ? n - at : momentBlock;
          T* none = nullptr;
          sums.sum +=
              static_cast<double>(mapSum<false>(count, [](auto a, auto b) { return a * b; }, none, g + at, w + at));
          sums.dot += static_cast<double>(mapSum<false>(
              count, [=](auto a, auto b, auto v) { return a * b * (v - m); }, none, g + at, w + at, from + at));
        }
      }
      const T a = centred != 0 ? static_cast<T>(sums.sum / static_cast<double>(n)) : T{0};
      const T b = static_cast<T>(sums.dot / static_cast<double>(n)) * s * s;
      if (w == nullptr) {
        applyNormGradient(g, from, to, n, m, a, b, s);
      } else if (inner == 1) {
        vectorLoop<N>(
            n, [=](auto q, auto v, auto k) { return (q * k - a - (v - m) * b) * s; }, to, Reader<T, N>{g, N},
            Reader<T, N>{from, N}, Reader<T, N>{w, N});
      } else {
        for (int64_t k = 0; k < channels; k++) {
          const T wk = w[k];
          vectorLoop<N>(
              inner, [=](auto q, auto v) { return (q * wk - a - (v - m) * b) * s; }, to + k * inner,
              Reader<T, N>{g + k * inner, N}, Reader<T, N>{from + k * inner, N});
        }
      }
    }
  });
}

// db = sum dy, dw = sum dy xhat of each channel, over the rows that hold it.
template <class T>
void rowNormBackwardAffine(const T* dy, const T* x, const T* mean, const T* rstd, T* dw, T* db, int64_t rows, int64_t n,
                           int64_t groups, int64_t inner) {
  const int64_t batch = rows / groups;
  const int64_t channels = n / (inner > 0 ? inner : 1);
  if (inner != 1) {
    parallelFor(groups * channels, normGrain(batch * inner), [&](int64_t begin, int64_t end) {
      for (int64_t c = begin; c < end; c++) {
        double sum = 0, dot = 0;
        for (int64_t i = 0; i < batch; i++) {
          const int64_t r = i * groups + c / channels;
          const int64_t at = r * n + c % channels * inner;
          GradientSums part;
          addGradientSums(part, dy + at, x + at, mean[r], inner);
          sum += part.sum;
          dot += part.dot * static_cast<double>(rstd[r]);
        }
        dw[c] = static_cast<T>(dot), db[c] = static_cast<T>(sum);
      }
    });
    return;
  }
  constexpr int64_t N = lanes<T>, leaf = 128;
  const int64_t tiles = (n + N - 1) / N;
  parallelFor(groups * tiles, normGrain(batch * N), [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; task++) {
      const int64_t group = task / tiles, first = task % tiles * N;
      const int count = static_cast<int>(n - first < N ? n - first : N);
      auto sum = Vec<T>::zero(), dot = Vec<T>::zero();
      for (int64_t row = 0; row < batch; row += leaf) {
        auto partSum = Vec<T>::zero(), partDot = Vec<T>::zero();
        for (int64_t i = row; i < row + leaf && i < batch; i++) {
          const int64_t r = i * groups + group;
          const auto g = Vec<T>::load(dy + r * n + first, count);
          partSum += g;
          partDot = fma(g, (Vec<T>::load(x + r * n + first, count) - mean[r]) * rstd[r], partDot);
        }
        sum += partSum, dot += partDot;
      }
      dot.store(dw + group * n + first, count);
      sum.store(db + group * n + first, count);
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
