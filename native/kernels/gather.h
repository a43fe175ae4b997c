// Reading and writing by index: contiguous x of shape [outer, n, inner], indices along n. Indices are counted from the
// front and checked before anything is written: a kernel returns -1, or the flat position of the first bad index.
#pragma once

#include <bit>
#include <cstring>

#include "kernels/pack.h"
#include "runtime/threads.h"

namespace flambeau::FLAMBEAU_ISA {

// The position of the first of `count` indices outside 0 .. n - 1, or -1.
inline int64_t findBadIndex(const int64_t* index, int64_t count, int64_t n) {
  constexpr int64_t block = 1024;
  for (int64_t i = 0; i < count; i += block) {
    const int64_t end = minimum(count, i + block);
    bool bad = false;
    for (int64_t j = i; j < end; j++) bad |= static_cast<uint64_t>(index[j]) >= static_cast<uint64_t>(n);
    for (int64_t j = i; bad && j < end; j++) {
      if (static_cast<uint64_t>(index[j]) >= static_cast<uint64_t>(n)) return j;
    }
  }
  return -1;
}

// y[o, j, :] = x[o, index[j], :] for y of shape [outer, count, inner].
template <class T>
int64_t indexSelect(const T* x, const int64_t* index, T* y, int64_t outer, int64_t n, int64_t inner, int64_t count) {
  const int64_t bad = findBadIndex(index, count, n);
  if (bad >= 0) return bad;
  parallelFor(outer * count, ceilDivide(16384, inner + 1), [&](int64_t begin, int64_t end) {
    int64_t o = begin / count;
    int64_t j = begin % count;
    for (int64_t i = begin; i < end; i++) {
      const T* src = x + (o * n + index[j]) * inner;
      if (inner == 1) y[i] = *src;
      else if (inner > 0) std::memcpy(y + i * inner, src, static_cast<size_t>(inner) * sizeof(T));
      if (++j == count) j = 0, o++;
    }
  });
  return -1;
}

// dst[o, index[j], :] += src[o, j, :] for src of shape [outer, count, inner]. Rows that meet in one place are added in
// the order of j: threads share out the rows of dst, not those of src.
template <class T>
int64_t indexAdd(const T* src, const int64_t* index, T* dst, int64_t outer, int64_t n, int64_t inner, int64_t count) {
  const int64_t bad = findBadIndex(index, count, n);
  if (bad >= 0) return bad;
  const int64_t threads = numThreads();
  const int64_t parts = threads == 1 || count * inner < 32768 ? 1 : minimum(n, 2 * threads);
  parallelFor(outer * parts, parts == 1 ? ceilDivide(32768, count * inner + 1) : 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; task++) {
      const int64_t o = task / parts;
      const int64_t first = n * (task % parts) / parts;
      const int64_t last = n * (task % parts + 1) / parts;
      for (int64_t j = 0; j < count; j++) {
        if (index[j] < first || index[j] >= last) continue;
        const T* from = src + (o * count + j) * inner;
        T* to = dst + (o * n + index[j]) * inner;
        for (int64_t i = 0; i < inner; i++) to[i] += from[i];
      }
    }
  });
  return -1;
}

// Calls f(position in [outer, m, inner], position in [outer, n, inner]) for every index, in ascending order along m.
// Threads share out outer and inner, along which no two writes meet.
template <class F>
void forEachIndexed(const int64_t* index, int64_t outer, int64_t n, int64_t inner, int64_t m, F f) {
  constexpr int64_t width = 256;
  const int64_t blocks = ceilDivide(inner, width);
  parallelFor(outer * blocks, ceilDivide(16384, m * minimum(inner, width) + 1), [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; task++) {
      const int64_t o = task / blocks;
      const int64_t first = task % blocks * width;
      const int64_t last = minimum(inner, first + width);
      for (int64_t j = 0; j < m; j++) {
        for (int64_t i = first; i < last; i++) {
          const int64_t at = (o * m + j) * inner + i;
          f(at, (o * n + index[at]) * inner + i);
        }
      }
    }
  });
}

// y[o, j, i] = x[o, index[o, j, i], i] for index and y of shape [outer, m, inner].
template <class T>
int64_t gather(const T* x, const int64_t* index, T* y, int64_t outer, int64_t n, int64_t inner, int64_t m) {
  const int64_t bad = findBadIndex(index, outer * m * inner, n);
  if (bad >= 0) return bad;
  forEachIndexed(index, outer, n, inner, m, [&](int64_t at, int64_t there) { y[at] = x[there]; });
  return -1;
}

// dst[o, index[o, j, i], i] = src[o, j, i]; of several the last along m stays.
template <class T>
int64_t scatter(const T* src, const int64_t* index, T* dst, int64_t outer, int64_t n, int64_t inner, int64_t m) {
  const int64_t bad = findBadIndex(index, outer * m * inner, n);
  if (bad >= 0) return bad;
  forEachIndexed(index, outer, n, inner, m, [&](int64_t at, int64_t there) { dst[there] = src[at]; });
  return -1;
}

// dst[o, index[o, j, i], i] += src[o, j, i].
template <class T>
int64_t scatterAdd(const T* src, const int64_t* index, T* dst, int64_t outer, int64_t n, int64_t inner, int64_t m) {
  const int64_t bad = findBadIndex(index, outer * m * inner, n);
  if (bad >= 0) return bad;
  forEachIndexed(index, outer, n, inner, m, [&](int64_t at, int64_t there) { dst[there] += src[at]; });
  return -1;
}

// Calls f(i) for every true mask[i], in order, eight bytes at a time.
template <class F>
void forEachTrue(const bool* mask, int64_t n, F f) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t word;
    std::memcpy(&word, mask + i, 8);
    for (; word != 0; word &= word - 1) f(i + std::countr_zero(word) / 8);
  }
  for (; i < n; i++) {
    if (mask[i]) f(i);
  }
}

// How many of mask are true.
inline int64_t countNonzero(const bool* mask, int64_t n) {
  int64_t count = 0;
  for (int64_t i = 0; i < n; i++) count += mask[i];
  return count;
}

// The flat positions of the true ones, ascending; returns how many. y holds at least countNonzero(mask, n).
inline int64_t nonzero(const bool* mask, int64_t* y, int64_t n) {
  int64_t count = 0;
  forEachTrue(mask, n, [&](int64_t i) { y[count++] = i; });
  return count;
}

}  // namespace flambeau::FLAMBEAU_ISA
