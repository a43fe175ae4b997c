// Panels for the product kernels: blocks of a strided matrix copied so that a micro-kernel reads them in one line.
#pragma once

#include "kernels/transpose.h"

namespace flambeau::FLAMBEAU_ISA {

inline int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }
// The size of the equal parts of n > 0, as few as there can be with none above `most`.
inline int64_t evenPart(int64_t n, int64_t most) { return ceilDivide(n, ceilDivide(n, most)); }
inline int64_t minimum(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t maximum(int64_t a, int64_t b) { return a > b ? a : b; }

// line(j)[i] = rows[i][j] for i < nativeLanes and j < count (nativeLanes, or given as an int below it).
template <class T, class Line, class... Count>
ALWAYS_INLINE void transposeSquare(const T* const* rows, Line line, Count... count) {
  constexpr int n = nativeLanes<T>;
  using R = vec<T, n>;
  R r[n];
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) r[i] = R::load(rows[i], count...);
  transposeRows(r);
#pragma GCC unroll 16
  for (int i = 0; i < n; i++) {
    if (((i < count) && ...)) r[i].store(line(i));
  }
}

// The elements a whole-register store may write behind a panel.
template <class T>
inline constexpr int64_t packSlack = lanes<T>;

// dst[p * width + i] = row(i)[p * stride] for i < count, p < depth, where row(i) is a pointer and count <= width.
// Lanes count..width of a line get copies of other rows; up to packSlack elements behind the panel are overwritten.
template <class T, class Row>
void packLines(T* dst, int64_t width, int64_t count, int64_t depth, int64_t stride, Row row) {
  constexpr int n = nativeLanes<T>;
  if (stride != 1) {
    for (int64_t i = 0; i < width; i++) {
      const T* src = row(i < count ? i : count - 1);
      for (int64_t p = 0; p < depth; p++) dst[p * width + i] = src[p * stride];
    }
    return;
  }
  // The last group of rows first: what its stores spill into the next line is overwritten by the groups before it.
  for (int64_t group = (width - 1) / n * n; group >= 0; group -= n) {
    const T* rows[n];
    for (int i = 0; i < n; i++) rows[i] = row(group + i < count ? group + i : count - 1);
    int64_t p = 0;
    const auto line = [&](int j) { return dst + (p + j) * width + group; };
    for (; p + n <= depth; p += n) {
      transposeSquare(rows, line);
      for (int i = 0; i < n; i++) rows[i] += n;
    }
    if (p < depth) transposeSquare(rows, line, static_cast<int>(depth - p));
  }
}

// Where panels go: `width` elements a line, the first lines `stride` apart, which leaves packSlack behind the last
// line. A last panel that is not full has as long lines as the others.
template <class T>
struct Panels {
  T* data;
  int64_t width, stride;
  T* at(int64_t i) const { return data + i / width * stride; }
};

// Panel by panel: pack(dst, i, count) fills the one of elements i .. i + count, of `count` in all.
template <class T, class Pack>
void packEach(Panels<T> to, int64_t count, Pack pack) {
  for (int64_t i = 0; i < count; i += to.width) pack(to.at(i), i, minimum(to.width, count - i));
}

// Many panels at once from lines whose elements are contiguous: line p of the panels is line p of the source for
// i < count, and zero from there on, where lines(p)(i) loads the register of its elements from i on, or lines(p)(i,
// rest) the first `rest` of them. Of every line of the source so many bytes are read at a time: panel by panel, the
// lines of a source whose stride is a power of two would drive each other out of the cache before they are used up.
inline constexpr int64_t spanBytes = 2048;

template <class T, class Lines>
void packSpans(Panels<T> to, int64_t count, int64_t depth, Lines lines) {
  constexpr int n = nativeLanes<T>;
  const int64_t size = sizeof(T);
  const int64_t span = maximum(1, spanBytes / (to.width * size)) * to.width;
  const int64_t moved = ceilDivide(to.width, n) * n;
  for (int64_t first = 0; first < count; first += span) {
    const int64_t end = minimum(count, first + span);
    // Panels whose registers read no further than the span. What they write too far, the next line overwrites.
    const int64_t free = end - first < moved ? first : first + ((end - first - moved) / to.width + 1) * to.width;
    for (int64_t p = 0; p < depth; p++) {
      const auto line = lines(p);
      T* dst = to.at(first) + p * to.width;
      int64_t j = first;
      for (; j < free; j += to.width, dst += to.stride) {
        for (int64_t i = 0; i < to.width; i += n) line(j + i).store(dst + i);
      }
      for (; j < end; j += to.width, dst += to.stride) {
        for (int64_t i = 0; i < to.width; i += n) {
          line(j + i, static_cast<int>(maximum(0, minimum(n, end - j - i)))).store(dst + i);
        }
      }
    }
  }
}

// The same from lines of elements of T, srcStride apart.
template <class T>
void packSpans(Panels<T> to, int64_t count, int64_t depth, const T* src, int64_t srcStride) {
  packSpans(to, count, depth, [=](int64_t p) {
    return [line = src + p * srcStride](int64_t i, auto... rest) {
      return vec<T, nativeLanes<T>>::load(line + i, rest...);
    };
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
