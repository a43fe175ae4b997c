// Sorting rows: a stable merge of value and position, NaN as the greatest value.
#pragma once

#include "kernels/elementwise.h"
#include "runtime/scratch.h"

namespace flambeau::FLAMBEAU_ISA {

template <class T>
struct Placed {
  T value;
  int64_t position;
};

template <class T>
inline bool below(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a < b || (b != b && a == a);
  return a < b;
}

// Sorts runs of this length by insertion before they are merged.
inline constexpr int64_t insertionRun = 16;

template <class T, class Before>
void insertionSort(Placed<T>* list, int64_t n, Before before) {
  for (int64_t i = 1; i < n; i++) {
    const Placed<T> moved = list[i];
    int64_t j = i;
    for (; j > 0 && before(moved.value, list[j - 1].value); j--) list[j] = list[j - 1];
    list[j] = moved;
  }
}

template <class T, class Before>
void merge(const Placed<T>* a, int64_t aCount, const Placed<T>* b, int64_t bCount, Placed<T>* out, Before before) {
  while (aCount > 0 && bCount > 0) {
    if (before(b->value, a->value)) {
      *out++ = *b++;
      bCount--;
    } else {
      *out++ = *a++;
      aCount--;
    }
  }
  for (; aCount > 0; aCount--) *out++ = *a++;
  for (; bCount > 0; bCount--) *out++ = *b++;
}

// Sorts list; the result is in list or in spare, which the return value says.
template <class T, class Before>
Placed<T>* mergeSort(Placed<T>* list, Placed<T>* spare, int64_t n, Before before) {
  for (int64_t i = 0; i < n; i += insertionRun)
    insertionSort(list + i, n - i < insertionRun ? n - i : insertionRun, before);
  for (int64_t run = insertionRun; run < n; run *= 2) {
    for (int64_t i = 0; i < n; i += 2 * run) {
      const int64_t first = n - i < run ? n - i : run;
      const int64_t second = n - i - first < run ? n - i - first : run;
      merge(list + i, first, list + i + first, second, spare + i, before);
    }
    Placed<T>* const sorted = spare;
    spare = list;
    list = sorted;
  }
  return list;
}

// Each of `rows` rows of n elements in order, with the positions they came from; equal elements keep theirs.
template <class T>
void sort(const T* x, T* values, int64_t* indices, int64_t rows, int64_t n, int64_t descending) {
  if (n == 0) return;
  parallelFor(rows, cheapGrain / (16 * n) + 1, [=](int64_t begin, int64_t end) {
    Scratch scratch(2 * n * static_cast<int64_t>(sizeof(Placed<T>)));
    auto* list = scratch.as<Placed<T>>();
    for (int64_t row = begin; row < end; row++) {
      for (int64_t i = 0; i < n; i++) list[i] = {x[row * n + i], i};
      const Placed<T>* sorted = descending != 0 ? mergeSort(list, list + n, n, [](T a, T b) { return below(b, a); })
                                                : mergeSort(list, list + n, n, [](T a, T b) { return below(a, b); });
      for (int64_t i = 0; i < n; i++) {
        values[row * n + i] = sorted[i].value;
        indices[row * n + i] = sorted[i].position;
      }
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
