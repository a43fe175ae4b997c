// Normalisation: of channels over a batch (batchNorm), and of rows (rowNorm: layer, group, instance and RMS norm), with
// their gradients. Contiguous; y may be x, dx may be dy. Sums of a block of a row are trees in T, blocks are merged in
// double in a fixed order, so the result is the same for any number of threads.
#pragma once

#include <cmath>

#include "kernels/softmax.h"

namespace flambeau::FLAMBEAU_ISA {

// Elements that are read twice while they sit in the first cache.
inline constexpr int64_t momentBlock = 4096;

// Count, mean and sum of squared deviations, merged as Chan, Golub and LeVeque (1983) do.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  void add(double n, double otherMean, double otherSquares) {
    const double total = count + n;
    if (total == 0) return;
    const double distance = otherMean - mean;
    squares += otherSquares + distance * distance * (count * n / total);
    mean += distance * (n / total);
    count = total;
  }
};

template <class T>
void addMoments(Moments& moments, const T* x, int64_t n) {
  for (int64_t count; n > 0; n -= count, x += count) {
    count = n < momentBlock ? n : momentBlock;
    const T mean = reduceRow<SumReducer<T>>(x, count, T{0}) / static_cast<T>(count);
    const T squares = reduceRow<SumDeviationsReducer<T>>(x, count, mean);
    moments.add(static_cast<double>(count), static_cast<double>(mean), static_cast<double>(squares));
  }
}

// y = (x - mean) scale + shift
template <class T>
void applyNorm(const T* x, T* y, int64_t n, T mean, T scale, T shift) {
  constexpr int N = lanes<T>;
  const auto m = Vec<T>::splat(mean), a = Vec<T>::splat(scale), b = Vec<T>::splat(shift);
  vectorLoop<N>(n, [=](auto v) { return fma(v - m, a, b); }, y, Reader<T, N>{x, N});
}

// sum dy and sum dy (x - mean)
struct GradientSums {
  double sum = 0, dot = 0;
};

template <class T>
FLATTEN void addGradientSums(GradientSums& sums, const T* dy, const T* x, T mean, int64_t n) {
  constexpr int N = lanes<T>;
  const auto m = Vec<T>::splat(mean);
  for (int64_t count; n > 0; n -= count) {
    count = n < momentBlock ? n : momentBlock;
    auto sum = Vec<T>::zero(), dot = Vec<T>::zero();
    int64_t left = count;
    for (; left >= N; left -= N, dy += N, x += N) {
      const auto g = Vec<T>::load(dy);
      sum += g;
      dot = fma(g, Vec<T>::load(x) - m, dot);
    }
    if (left > 0) {
      const auto g = Vec<T>::load(dy, static_cast<int>(left));
      sum += g;
      dot = fma(g, Vec<T>::load(x, static_cast<int>(left)) - m, dot);
      dy += left, x += left;
    }
    sums.sum += static_cast<double>(reduceAdd(sum));
    sums.dot += static_cast<double>(reduceAdd(dot));
  }
}

// dx = (dy - a - (x - mean) b) scale
template <class T>
void applyNormGradient(const T* dy, const T* x, T* dx, int64_t n, T mean, T a, T b, T scale) {
  constexpr int N = lanes<T>;
  const auto m = Vec<T>::splat(mean), va = Vec<T>::splat(a), vb = Vec<T>::splat(-b), s = Vec<T>::splat(scale);
  vectorLoop<N>(
      n, [=](auto g, auto v) { return fma(v - m, vb, g - va) * s; }, dx, Reader<T, N>{dy, N}, Reader<T, N>{x, N});
}

inline int64_t normGrain(int64_t elements) { return 1 + 16384 / (elements + 1); }

// ---- Channels: x [n, c, s], statistics [c]

// Calls columns(first, count) for every tile of channels where s = 1, else channel(i) for every channel.
template <class T, class Channel, class Columns>
void overChannels(int64_t n, int64_t c, int64_t s, Channel channel, Columns columns) {
  constexpr int64_t tile = lanes<T>;
  const bool tiled = s == 1 && c > 1;
  parallelFor(tiled ? (c + tile - 1) / tile : c, normGrain(tiled ? n * tile : n * s), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      if (tiled)
        columns(i * tile, static_cast<int>(c - i * tile < tile ? c - i * tile : tile));
      else
        channel(i);
    }
  });
}

// The mean and the sum of squared deviations of `count` neighbouring columns.
template <class T>
void columnMoments(const T* x, int64_t n, int64_t c, int count, T* mean, T* squares) {
  alignas(64) T centre[lanes<T>];
  reduceColumns<SumReducer<T>>(x, centre, n, c, count, static_cast<const T*>(nullptr));
  for (int j = 0; j < count; j++) mean[j] = centre[j] /= static_cast<T>(n);
  reduceColumns<SumDeviationsReducer<T>>(x, squares, n, c, count, static_cast<const T*>(centre));
}

// mean, var = of each channel, the variance divided by n s.
template <class T>
void channelMoments(const T* x, T* mean, T* var, int64_t n, int64_t c, int64_t s) {
  overChannels<T>(
      n, c, s,
      [=](int64_t i) {
        Moments moments;
        for (int64_t o = 0; o < n; o++) addMoments(moments, x + (o * c + i) * s, s);
        mean[i] = static_cast<T>(moments.mean);
        var[i] = static_cast<T>(moments.squares / moments.count);
      },
      [=](int64_t first, int count) {
        alignas(64) T squares[lanes<T>];
        columnMoments(x + first, n, c, count, mean + first, squares);
        for (int j = 0; j < count; j++) var[first + j] = squares[j] / static_cast<T>(n);
      });
}

// y = (x - mean) / sqrt(var + eps) weight + bias
template <class T>
void batchNorm(const T* x, const T* mean, const T* var, const T* weight, const T* bias, T* y, int64_t n, int64_t c,
               int64_t s, double eps) {
  const Scratch scratch(2 * c * static_cast<int64_t>(sizeof(T)));
  T* scale = scratch.as<T>();
  T* shift = scale + c;
  for (int64_t i = 0; i < c; i++) {
    const T rstd = static_cast<T>(1 / std::sqrt(static_cast<double>(var[i]) + eps));
    scale[i] = weight != nullptr ? rstd * weight[i] : rstd;
    shift[i] = bias != nullptr ? bias[i] : T{0};
  }
  // In the order of memory, which the processor reads ahead, and not channel by channel.
  if (s == 1) {
    parallelFor(n, normGrain(c), [=](int64_t begin, int64_t end) {
      constexpr int N = lanes<T>;
      const auto apply = [](auto v, auto m, auto a, auto b) { return fma(v - m, a, b); };
      for (int64_t at = begin * c; at < end * c; at += c) {
        vectorLoop<N>(c, apply, y + at, Reader<T, N>{x + at, N}, Reader<T, N>{mean, N}, Reader<T, N>{scale, N},
                      Reader<T, N>{shift, N});
      }
    });
  } else {
    parallelFor(n * c, normGrain(s), [=](int64_t begin, int64_t end) {
      for (int64_t plane = begin, i = begin % c; plane < end; plane++, i = i + 1 == c ? 0 : i + 1)
        applyNorm(x + plane * s, y + plane * s, s, mean[i], scale[i], shift[i]);
    });
  }
}

// db = sum dy, dw = sum dy xhat, dx = weight rstd (dy - (db + xhat dw) / (n s)), or weight rstd dy for statistics that
// do not depend on x (`fixed`); dx may be nullptr.
template <class T>
void batchNormBackward(const T* dy, const T* x, const T* mean, const T* var, const T* weight, T* dx, T* dw, T* db,
                       int64_t n, int64_t c, int64_t s, double eps, int64_t fixed) {
  const T elements = static_cast<T>(n * s);
  const auto rstdOf = [=](int64_t i) { return static_cast<T>(1 / std::sqrt(static_cast<double>(var[i]) + eps)); };
  overChannels<T>(
      n, c, s,
      [=](int64_t i) {
        GradientSums sums;
        for (int64_t o = 0; o < n; o++) addGradientSums(sums, dy + (o * c + i) * s, x + (o * c + i) * s, mean[i], s);
        const T rstd = rstdOf(i);
        db[i] = static_cast<T>(sums.sum);
        dw[i] = static_cast<T>(sums.dot) * rstd;
        if (dx == nullptr) return;
        const T a = fixed != 0 ? T{0} : db[i] / elements;
        const T b = fixed != 0 ? T{0} : dw[i] * rstd / elements;
        const T scale = weight != nullptr ? rstd * weight[i] : rstd;
        for (int64_t o = 0; o < n; o++) {
          const int64_t at = (o * c + i) * s;
          applyNormGradient(dy + at, x + at, dx + at, s, mean[i], a, b, scale);
        }
      },
      [=](int64_t first, int count) {
        constexpr int64_t leaf = 128;
        alignas(64) T rstds[lanes<T>] = {};
        for (int j = 0; j < count; j++) rstds[j] = rstdOf(first + j);
        const auto m = Vec<T>::load(mean + first, count), rstd = Vec<T>::load(rstds);
        auto sum = Vec<T>::zero(), dot = Vec<T>::zero();
        for (int64_t row = 0; row < n; row += leaf) {
          const int64_t stop = row + leaf < n ? row + leaf : n;
          auto partSum = Vec<T>::zero(), partDot = Vec<T>::zero();
          for (int64_t at = row * c + first; at < stop * c; at += c) {
            const auto g = Vec<T>::load(dy + at, count);
            partSum += g;
            partDot = fma(g, Vec<T>::load(x + at, count) - m, partDot);
          }
          sum += partSum, dot += partDot;
        }
        sum.store(db + first, count);
        (dot * rstd).store(dw + first, count);
        if (dx == nullptr) return;
        const auto scale = weight != nullptr ? rstd * Vec<T>::load(weight + first, count) : rstd;
        const auto a = fixed != 0 ? Vec<T>::zero() : sum / elements;
        const auto b = fixed != 0 ? Vec<T>::zero() : dot * rstd * rstd / elements;
        for (int64_t at = first; at < n * c; at += c) {
          const auto v = Vec<T>::load(x + at, count) - m;
          ((Vec<T>::load(dy + at, count) - a - v * b) * scale).store(dx + at, count);
        }
      });
}

// ---- Rows: x [rows, n]. Row r holds channels (r % groups) n / inner and following, `inner` elements of each; weight
// and bias have one element for each of the groups n / inner channels. Not `centred`: the mean counts as 0.

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
      storeRow<streamed>(fma((V::load(x + r * n + at, count...) - m) * s, w, b), y + r * n + at, count...);
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
