// One step of an optimizer over one parameter, in one pass over memory and with PyTorch's single-tensor arithmetic, so
// that results agree to the last digits.
#pragma once

#include <cmath>

#include "kernels/pack.h"
#include "runtime/threads.h"

namespace flambeau::FLAMBEAU_ISA {

// Calls step(i, count...) for every vector of n elements, the last with its count.
template <class T, class F>
void forEachVector(int64_t n, F step) {
  parallelFor(n, int64_t{1} << 15, [&](int64_t begin, int64_t end) {
    int64_t i = begin;
    for (; i + lanes<T> <= end; i += lanes<T>) step(i);
    if (i < end) step(i, static_cast<int>(end - i));
  });
}

// g' = (maximize ? -g : g) + weightDecay p;  buf = first ? g' : momentum buf + (1 - dampening) g';
// p -= lr (nesterov ? g' + momentum buf : buf).  buf is nullptr without momentum.
template <class T>
void sgd(T* p, const T* g, T* buf, int64_t n, double lr, double momentum, double dampening, double weightDecay,
         int64_t nesterov, int64_t maximize, int64_t first) {
  using V = Vec<T>;
  const V rate = V::splat(static_cast<T>(-lr)), keep = V::splat(static_cast<T>(momentum));
  const V take = V::splat(static_cast<T>(1 - dampening)), decay = V::splat(static_cast<T>(weightDecay));
  forEachVector<T>(n, [&](int64_t i, auto... count) {
    V d = V::load(g + i, count...);
    const V x = V::load(p + i, count...);
    if (maximize != 0) d = -d;
    if (weightDecay != 0) d = fma(x, decay, d);
    if (buf != nullptr) {
      const V b = first != 0 ? d : fma(d, take, V::load(buf + i, count...) * keep);
      b.store(buf + i, count...);
      d = nesterov != 0 ? fma(b, keep, d) : b;
    }
    fma(d, rate, x).store(p + i, count...);
  });
}

// g' = (maximize ? -g : g) + weightDecay p (decoupled: p *= 1 - lr weightDecay instead);
// m += (1 - beta1) (g' - m);  v = beta2 v + (1 - beta2) g'^2;  amsgrad (vmax not nullptr): vmax = max(vmax, v), used for v;
// p -= lr / biasCorrection1 m / (sqrt(v) / sqrt(biasCorrection2) + eps).
template <class T>
void adam(T* p, const T* g, T* m, T* v, T* vmax, int64_t n, double lr, double beta1, double beta2, double eps,
          double weightDecay, int64_t decoupled, int64_t maximize, double biasCorrection1, double biasCorrection2) {
  using V = Vec<T>;
  // PyTorch's lerp, written from the nearer end.
  const T weight = static_cast<T>(1 - beta1);
  const bool fromStart = weight < T{0.5};
  const V coefficient = V::splat(fromStart ? weight : weight - 1);
  const V keep = V::splat(static_cast<T>(beta2)), take = V::splat(static_cast<T>(1 - beta2));
  const V decay = V::splat(static_cast<T>(weightDecay)), shrink = V::splat(static_cast<T>(1 - lr * weightDecay));
  const V root = V::splat(static_cast<T>(std::sqrt(biasCorrection2))), epsilon = V::splat(static_cast<T>(eps));
  const V rate = V::splat(static_cast<T>(-(lr / biasCorrection1)));
  forEachVector<T>(n, [&](int64_t i, auto... count) {
    V d = V::load(g + i, count...);
    V x = V::load(p + i, count...);
    if (maximize != 0) d = -d;
    if (weightDecay != 0) {
      if (decoupled != 0) x = x * shrink;
      else d = fma(x, decay, d);
    }
    const V m0 = V::load(m + i, count...);
    const V m1 = fma(coefficient, d - m0, fromStart ? m0 : d);
    m1.store(m + i, count...);
    V v1 = fma(take * d, d, V::load(v + i, count...) * keep);
    v1.store(v + i, count...);
    if (vmax != nullptr) {
      v1 = max(V::load(vmax + i, count...), v1);
      v1.store(vmax + i, count...);
    }
    const V denominator = sqrt(v1) / root + epsilon;
    (x + rate * m1 / denominator).store(p + i, count...);
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
