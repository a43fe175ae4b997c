// Normalisation of channels over a batch, with its gradient, and the moments of rows. Contiguous; y may be x, dx may be
// dy. Sums of a block of a row are trees in T, blocks are merged in double in a fixed order, so the result is the same
// for any number of threads.
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
void applyNormGradient(const T* dy, const T* x, T* dx, int64_t n, T mean, T a, T b, T scale, bool streamed = false) {
  constexpr int N = lanes<T>;
  const auto m = Vec<T>::splat(mean), va = Vec<T>::splat(a), vb = Vec<T>::splat(-b), s = Vec<T>::splat(scale);
  const auto gradient = [=](auto g, auto v) { return fma(v - m, vb, g - va) * s; };
  // Of short rows elementwiseRow() costs more than what it does.
  if (streamed)
    elementwiseRow<N>(n, gradient, dx, 1, true, Stream<T, N>(dy, 1), Stream<T, N>(x, 1));
  else
    vectorLoop<N>(n, gradient, dx, Reader<T, N>{dy, N}, Reader<T, N>{x, N});
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
  const bool streamed = dx != nullptr && isStreamed(n * c * s, dx, dy, x);
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
          applyNormGradient(dy + at, x + at, dx + at, s, mean[i], a, b, scale, streamed);
        }
        if (streamed) streamFence();
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

}  // namespace flambeau::FLAMBEAU_ISA
