// The negative log likelihood of class indices: logp of shape [N, C, S], targets [N, S].
#pragma once

#include <cstring>

#include "kernels/pack.h"
#include "runtime/threads.h"

namespace flambeau::FLAMBEAU_ISA {

// The position of the first target that is neither a class nor ignored, or -1.
inline int64_t findBadTarget(const int64_t* target, int64_t count, int64_t c, int64_t ignoreIndex) {
  for (int64_t i = 0; i < count; i++) {
    if (target[i] != ignoreIndex && (target[i] < 0 || target[i] >= c)) return i;
  }
  return -1;
}

// losses[n, s] = -weight[t] * logp[n, t, s] for t = target[n, s], and weights[n, s] = weight[t]; both are 0 where t is
// ignoreIndex. weight may be nullptr: all ones. Returns -1, or the flat position of the first target that is no class.
template <class T>
int64_t nllLoss(const T* logp, const int64_t* target, const T* weight, T* losses, T* weights, int64_t n, int64_t c,
                int64_t s, int64_t ignoreIndex) {
  const int64_t bad = findBadTarget(target, n * s, c, ignoreIndex);
  if (bad >= 0) return bad;
  parallelFor(n, ceilDivide(16384, s + 1), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
      for (int64_t i = row * s; i < (row + 1) * s; i++) {
        const int64_t t = target[i];
        const T w = t == ignoreIndex ? T{0} : weight == nullptr ? T{1} : weight[t];
        weights[i] = w;
        losses[i] = t == ignoreIndex ? T{0} : -logp[(row * c + t) * s + i - row * s] * w;
      }
    }
  });
  return -1;
}

// dlogp[n, t, s] = -weight[t] * dlosses[n, s]; zero for all other classes and for ignored targets. Returns as nllLoss
// does: targets may have been overwritten since.
template <class T>
int64_t nllLossBackward(const T* dlosses, const int64_t* target, const T* weight, T* dlogp, int64_t n, int64_t c,
                        int64_t s, int64_t ignoreIndex) {
  const int64_t bad = findBadTarget(target, n * s, c, ignoreIndex);
  if (bad >= 0) return bad;
  parallelFor(n, ceilDivide(32768, c * s + 1), [&](int64_t begin, int64_t end) {
    if (c * s > 0) std::memset(dlogp + begin * c * s, 0, static_cast<size_t>((end - begin) * c * s) * sizeof(T));
    for (int64_t row = begin; row < end; row++) {
      for (int64_t i = row * s; i < (row + 1) * s; i++) {
        const int64_t t = target[i];
        if (t == ignoreIndex) continue;
        dlogp[(row * c + t) * s + i - row * s] = -dlosses[i] * (weight == nullptr ? T{1} : weight[t]);
      }
    }
  });
  return -1;
}

}  // namespace flambeau::FLAMBEAU_ISA
