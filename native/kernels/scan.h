// Running results along the middle dimension of (outer, n, inner): sums, products, extremes with their positions.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/elementwise.h"

namespace flambeau::FLAMBEAU_ISA {

// Calls body(offset of the first element) for each line; its elements are `inner` apart.
template <class F>
void forLines(int64_t outer, int64_t n, int64_t inner, F&& body) {
  parallelFor(outer * inner, cheapGrain / (n + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; line++) body(line / inner * n * inner + line % inner);
  });
}

// Floating point accumulates in double, integers in their own type.
template <class T>
using Accumulator = std::conditional_t<std::is_floating_point_v<T>, double, T>;

template <class T>
void cumsum(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  forLines(outer, n, inner, [=](int64_t at) {
    Accumulator<T> sum = 0;
    for (int64_t i = 0; i < n; i++, at += inner) {
      sum = static_cast<Accumulator<T>>(sum + static_cast<Accumulator<T>>(x[at]));
      y[at] = static_cast<T>(sum);
    }
  });
}

template <class T>
void cumprod(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  forLines(outer, n, inner, [=](int64_t at) {
    Accumulator<T> product = 1;
    for (int64_t i = 0; i < n; i++, at += inner) {
      product = static_cast<Accumulator<T>>(product * static_cast<Accumulator<T>>(x[at]));
      y[at] = static_cast<T>(product);
    }
  });
}

// log of the running sum of e^x, without overflow.
template <class T>
void logcumsumexp(const T* x, T* y, int64_t outer, int64_t n, int64_t inner) {
  forLines(outer, n, inner, [=](int64_t at) {
    double total = -std::numeric_limits<double>::infinity();
    for (int64_t i = 0; i < n; i++, at += inner) {
      const double value = static_cast<double>(x[at]);
      const double high = total > value || total != total ? total : value;
      const double low = total > value || total != total ? value : total;
      // Equal infinities would give NaN.
      total = low == high && high - high != 0 ? high : high + std::log1p(std::exp(low - high));
      y[at] = static_cast<T>(total);
    }
  });
}

// A later element that is equal or NaN takes the place, as in PyTorch.
template <class T, class Before>
void runningExtreme(const T* x, T* y, int64_t* indices, int64_t outer, int64_t n, int64_t inner, Before notBefore) {
  forLines(outer, n, inner, [=](int64_t at) {
    if (n == 0) return;
    T best = x[at];
    int64_t position = 0;
    for (int64_t i = 0; i < n; i++, at += inner) {
      if (x[at] != x[at] || (best == best && notBefore(x[at], best))) {
        best = x[at];
        position = i;
      }
      y[at] = best;
      indices[at] = position;
    }
  });
}

template <class T>
void cummax(const T* x, T* y, int64_t* indices, int64_t outer, int64_t n, int64_t inner) {
  runningExtreme(x, y, indices, outer, n, inner, [](T a, T b) { return a >= b; });
}

template <class T>
void cummin(const T* x, T* y, int64_t* indices, int64_t outer, int64_t n, int64_t inner) {
  runningExtreme(x, y, indices, outer, n, inner, [](T a, T b) { return a <= b; });
}

}  // namespace flambeau::FLAMBEAU_ISA
