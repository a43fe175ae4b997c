// Layers of LSTM and GRU over packed sequences: all steps in one call, one product a step, gates fused.
// Rows of a step stand together; `counts` says how many each has, the longest sequences first. The state keeps the row
// of each sequence: those that have not begun, or have ended, are left as they are.
#pragma once

#include <cstring>

#include "kernels/elementwise.h"
#include "kernels/gemm.h"
#include "kernels/kernel.h"
#include "runtime/scratch.h"
#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {

// Gates of so many units are worth a thread.
inline constexpr int64_t gateGrain = 1024;

// Calls step(t, first row, rows, first row of the step before, its rows) in the order in which steps are taken, or in
// the opposite one. The step before the first has no rows.
template <class F>
void forSteps(Ints counts, bool reverse, bool opposite, F&& step) {
  int64_t total = 0;
  for (int64_t t = 0; t < counts.size; t++) total += counts[t];
  const auto visit = [&](int64_t t, int64_t start) {
    const int64_t before = reverse ? t + 1 : t - 1;
    const bool none = before < 0 || before >= counts.size;
    const int64_t beforeRows = none ? 0 : counts[before];
    step(start, counts[t], reverse ? start + counts[t] : start - beforeRows, beforeRows);
  };
  if (reverse == opposite) {
    for (int64_t t = 0, start = 0; t < counts.size; start += counts[t], t++) visit(t, start);
  } else {
    for (int64_t t = counts.size - 1, end = total; t >= 0; end -= counts[t], t--) visit(t, end - counts[t]);
  }
}

// Calls f(i, count...) for every vector of a row of `hidden` elements.
template <class T, class F>
ALWAYS_INLINE void overHidden(int64_t hidden, F f) {
  int64_t i = 0;
  for (; i + lanes<T> <= hidden; i += lanes<T>) f(i);
  if (i < hidden) f(i, static_cast<int>(hidden - i));
}

// The rows of the widest step.
inline int64_t mostOf(Ints counts) {
  int64_t most = 0;
  for (int64_t t = 0; t < counts.size; t++) most = counts[t] > most ? counts[t] : most;
  return most;
}

// The factor of every step: hh (n, k) or, of the gradients, (k, n) as it lies.
template <class T>
SharedFactor<T> stepFactor(Ints counts, int64_t n, int64_t k, const T* hh, bool transposed) {
  return {mostOf(counts), n, k, transposed ? Strided<T>{hh, n, 1} : Strided<T>{hh, 1, k}};
}

// out[rows x n] (+)= x[rows x k] * factor (+ bias)
template <class T>
void stepProduct(const T* x, const SharedFactor<T>& factor, const T* bias, T* out, int64_t rows, int64_t n, int64_t k,
                 bool accumulate) {
  factor.multiply(rows, Strided<T>{x, k, 1}, Destination<T>{out, n}, Epilogue<T>{accumulate, nullptr, bias});
}

// The state before a step, row by row: what the step before gave, or the initial state.
template <class T>
const T* rowBefore(const T* values, const T* initial, int64_t r, int64_t beforeStart, int64_t beforeRows,
                   int64_t hidden) {
  return r < beforeRows ? values + (beforeStart + r) * hidden : initial + r * hidden;
}

// x = f(x) for n elements. Gates activated one after the other take a fifth less time than all in one loop, whose
// constants and steps do not fit the registers.
template <class T, class F>
void activate(int64_t n, F f, T* x) {
  constexpr int N = lanes<T>;
  vectorLoop<N>(n, f, x, Reader<T, N>{x, N});
}

// gates comes as x W_ih + b_ih [rows, 4 hidden] in the order i, f, g, o and leaves activated; h and c are the state.
template <class T>
void lstm(T* gates, const T* hh, const T* bias, T* h, T* c, T* output, T* cells, Ints counts, int64_t hidden,
          int64_t reverse) {
  using V = Vec<T>;
  const SharedFactor<T> factor = stepFactor(counts, 4 * hidden, hidden, hh, false);
  forSteps(counts, reverse != 0, false, [&](int64_t start, int64_t rows, int64_t, int64_t) {
    stepProduct(h, factor, bias, gates + start * 4 * hidden, rows, 4 * hidden, hidden, true);
    parallelFor(rows, gateGrain / hidden + 1, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; r++) {
        T* gate = gates + (start + r) * 4 * hidden;
        activate(2 * hidden, [](auto x) { return sigmoid(x); }, gate);
        activate(hidden, [](auto x) { return tanh(x); }, gate + 2 * hidden);
        activate(hidden, [](auto x) { return sigmoid(x); }, gate + 3 * hidden);
        overHidden<T>(hidden, [&](int64_t j, auto... count) {
          const V i = V::load(gate + j, count...), f = V::load(gate + hidden + j, count...);
          const V g = V::load(gate + 2 * hidden + j, count...), o = V::load(gate + 3 * hidden + j, count...);
          const V cell = fma(f, V::load(c + r * hidden + j, count...), i * g);
          const V y = o * tanh(cell);
          cell.store(c + r * hidden + j, count...);
          cell.store(cells + (start + r) * hidden + j, count...);
          y.store(h + r * hidden + j, count...);
          y.store(output + (start + r) * hidden + j, count...);
        });
      }
    });
  });
}

// dGates for gates before their activation; dh and dc come as gradients of the last state and leave as those of the
// first. hBefore is filled with h before each step.
template <class T>
void lstmBackward(const T* gates, const T* cells, const T* output, const T* h0, const T* c0, const T* hh,
                  const T* dOutput, T* dh, T* dc, T* dGates, T* hBefore, Ints counts, int64_t hidden, int64_t reverse) {
  using V = Vec<T>;
  const V one = V::splat(1);
  const SharedFactor<T> factor = stepFactor(counts, hidden, 4 * hidden, hh, true);
  forSteps(counts, reverse != 0, true, [&](int64_t start, int64_t rows, int64_t beforeStart, int64_t beforeRows) {
    parallelFor(rows, gateGrain / hidden + 1, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; r++) {
        const T* gate = gates + (start + r) * 4 * hidden;
        const T* cell = cells + (start + r) * hidden;
        const T* cellBefore = rowBefore(cells, c0, r, beforeStart, beforeRows, hidden);
        T* d = dGates + (start + r) * 4 * hidden;
        std::memcpy(hBefore + (start + r) * hidden, rowBefore(output, h0, r, beforeStart, beforeRows, hidden),
                    static_cast<size_t>(hidden) * sizeof(T));
        overHidden<T>(hidden, [&](int64_t j, auto... count) {
          const V i = V::load(gate + j, count...), f = V::load(gate + hidden + j, count...);
          const V g = V::load(gate + 2 * hidden + j, count...), o = V::load(gate + 3 * hidden + j, count...);
          const V y = tanh(V::load(cell + j, count...));
          const V dy = V::load(dh + r * hidden + j, count...) + V::load(dOutput + (start + r) * hidden + j, count...);
          const V dCell = fma(dy * o, one - y * y, V::load(dc + r * hidden + j, count...));
          (dCell * g * i * (one - i)).store(d + j, count...);
          (dCell * V::load(cellBefore + j, count...) * f * (one - f)).store(d + hidden + j, count...);
          (dCell * i * (one - g * g)).store(d + 2 * hidden + j, count...);
          (dy * y * o * (one - o)).store(d + 3 * hidden + j, count...);
          (dCell * f).store(dc + r * hidden + j, count...);
        });
      }
    });
    stepProduct<T>(dGates + start * 4 * hidden, factor, nullptr, dh, rows, hidden, 4 * hidden, false);
  });
}

// gates comes as x W_ih + b_ih [rows, 3 hidden] in the order r, z, n and leaves activated; fromState keeps the part of
// n that comes from h.
template <class T>
void gru(T* gates, const T* hh, const T* bias, T* h, T* output, T* fromState, Ints counts, int64_t hidden,
         int64_t reverse) {
  using V = Vec<T>;
  const SharedFactor<T> factor = stepFactor(counts, 3 * hidden, hidden, hh, false);
  const Scratch scratch(mostOf(counts) * 3 * hidden * static_cast<int64_t>(sizeof(T)) + 1);
  T* product = scratch.as<T>();
  forSteps(counts, reverse != 0, false, [&](int64_t start, int64_t rows, int64_t, int64_t) {
    stepProduct(h, factor, bias, product, rows, 3 * hidden, hidden, false);
    parallelFor(rows, gateGrain / hidden + 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; row++) {
        T* gate = gates + (start + row) * 3 * hidden;
        const T* own = product + row * 3 * hidden;
        overHidden<T>(hidden, [&](int64_t j, auto... count) {
          const V r = sigmoid(V::load(gate + j, count...) + V::load(own + j, count...));
          const V z = sigmoid(V::load(gate + hidden + j, count...) + V::load(own + hidden + j, count...));
          const V hn = V::load(own + 2 * hidden + j, count...);
          const V n = tanh(fma(r, hn, V::load(gate + 2 * hidden + j, count...)));
          const V y = fma(z, V::load(h + row * hidden + j, count...) - n, n);
          r.store(gate + j, count...);
          z.store(gate + hidden + j, count...);
          n.store(gate + 2 * hidden + j, count...);
          hn.store(fromState + (start + row) * hidden + j, count...);
          y.store(h + row * hidden + j, count...);
          y.store(output + (start + row) * hidden + j, count...);
        });
      }
    });
  });
}

// dGates for the part of the gates that comes from x, dStateGates for that from h; dh and hBefore as in lstmBackward.
template <class T>
void gruBackward(const T* gates, const T* fromState, const T* output, const T* h0, const T* hh, const T* dOutput, T* dh,
                 T* dGates, T* dStateGates, T* hBefore, Ints counts, int64_t hidden, int64_t reverse) {
  using V = Vec<T>;
  const V one = V::splat(1);
  const SharedFactor<T> factor = stepFactor(counts, hidden, 3 * hidden, hh, true);
  forSteps(counts, reverse != 0, true, [&](int64_t start, int64_t rows, int64_t beforeStart, int64_t beforeRows) {
    parallelFor(rows, gateGrain / hidden + 1, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; row++) {
        const T* gate = gates + (start + row) * 3 * hidden;
        T* d = dGates + (start + row) * 3 * hidden;
        T* dState = dStateGates + (start + row) * 3 * hidden;
        T* before = hBefore + (start + row) * hidden;
        std::memcpy(before, rowBefore(output, h0, row, beforeStart, beforeRows, hidden),
                    static_cast<size_t>(hidden) * sizeof(T));
        overHidden<T>(hidden, [&](int64_t j, auto... count) {
          const V r = V::load(gate + j, count...), z = V::load(gate + hidden + j, count...);
          const V n = V::load(gate + 2 * hidden + j, count...);
          const V hn = V::load(fromState + (start + row) * hidden + j, count...);
          const V dy =
              V::load(dh + row * hidden + j, count...) + V::load(dOutput + (start + row) * hidden + j, count...);
          const V dn = dy * (one - z) * (one - n * n);
          const V dz = dy * (V::load(before + j, count...) - n) * z * (one - z);
          const V dr = dn * hn * r * (one - r);
          dr.store(d + j, count...);
          dz.store(d + hidden + j, count...);
          dn.store(d + 2 * hidden + j, count...);
          dr.store(dState + j, count...);
          dz.store(dState + hidden + j, count...);
          (dn * r).store(dState + 2 * hidden + j, count...);
          (dy * z).store(dh + row * hidden + j, count...);
        });
      }
    });
    stepProduct<T>(dStateGates + start * 3 * hidden, factor, nullptr, dh, rows, hidden, 3 * hidden, true);
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
