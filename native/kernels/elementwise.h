// The driver of elementwise kernels: out[i] = f(in[i], ...) over strided operands, the vector body written once.
// Shapes arrive coalesced (contiguous = one dimension of stride 1); strides may be any; out may be an operand.
#pragma once

#include "kernels/kernel.h"
#include "kernels/stream.h"
#include "runtime/threads.h"
#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

// Elements that are worth a thread: memory-bound formulas, and those of tens of instructions a lane.
inline constexpr int64_t cheapGrain = 32768;
inline constexpr int64_t costlyGrain = 4096;

inline constexpr int64_t maxDims = 32;
inline constexpr int64_t tileSize = 2048;

template <class T>
struct Operand {
  const T* data;
  Ints strides;
};

// Kept out of line: they are the same for every formula, and there are hundreds of formulas.
template <class T>
NEVER_INLINE void gatherRow(const T* src, int64_t stride, T* tile, int64_t count) {
  for (int64_t i = 0; i < count; i++) tile[i] = src[i * stride];
}
template <class T>
NEVER_INLINE void scatterRow(const T* tile, T* dst, int64_t stride, int64_t count) {
  for (int64_t i = 0; i < count; i++) dst[i * stride] = tile[i];
}

// A row of an operand as the vector loop sees it: contiguous, one splat vector read over and over, or a gathered tile.
template <class T, int N>
class Stream {
 public:
  Stream(const T* row, int64_t stride) : row_(row), stride_(stride) {
    if (stride == 0) vec<T, N>::splat(*row).store(tile_);
  }
  bool needsTile() const { return stride_ != 0 && stride_ != 1; }
  int64_t step() const { return stride_ == 0 ? 0 : N; }
  void prefetch(int64_t begin, int64_t count) const {
    if (stride_ == 1) prefetchLines(row_ + begin, count);
  }
  const T* at(int64_t begin, int64_t count) {
    if (stride_ == 0) return tile_;
    if (stride_ == 1) return row_ + begin;
    gatherRow(row_ + begin * stride_, stride_, tile_, count);
    return tile_;
  }

 private:
  const T* row_;
  int64_t stride_;
  alignas(64) T tile_[tileSize];
};

template <class T, int N>
struct Reader {
  const T* p;
  int64_t step;
};

// The tail is the body with a run-time count, so `f` is compiled once.
template <int N, class F, class U, class... Ts>
FLATTEN inline void vectorLoop(int64_t n, F f, U* out, Reader<Ts, N>... in) {
  for (; n >= N; n -= N, out += N) {
    f(vec<Ts, N>::load(in.p)...).store(out);
    ((in.p += in.step), ...);
  }
  if (n > 0) f(vec<Ts, N>::load(in.p, static_cast<int>(n))...).store(out, static_cast<int>(n));
}

// Whole vectors of a line each, past the caches.
template <int N, class F, class U, class... Ts>
FLATTEN inline void streamLoop(int64_t vectors, F f, U* out, Reader<Ts, N>... in) {
  for (; vectors > 0; vectors--, out += N) {
    streamVector(out, f(vec<Ts, N>::load(in.p)...));
    ((in.p += in.step), ...);
  }
}

// `streamed` results go past the caches, little at a time and with the operands of the next time asked for, so that
// reading, computing and writing overlap; by way of the tile where a vector is no line.
template <int N, class F, class U, class... Ts>
inline void elementwiseRow(int64_t n, F f, U* out, int64_t outStride, bool streamed, Stream<Ts, N>&&... in) {
  const bool direct = outStride == 1 && !streamed;
  const int64_t chunk = streamed                             ? streamedChunk / static_cast<int64_t>(sizeof(U))
                        : !direct || (in.needsTile() || ...) ? tileSize
                                                             : n;
  alignas(64) U tile[tileSize];
  for (int64_t begin = 0; begin < n; begin += chunk) {
    const int64_t count = n - begin < chunk ? n - begin : chunk;
    if (streamed) (in.prefetch(begin + chunk, chunk), ...);
    if constexpr (N * sizeof(U) == 64) {
      if (streamed && isLine(out + begin) && count % N == 0) {
        streamLoop<N>(count / N, f, out + begin, Reader<Ts, N>{in.at(begin, count), in.step()}...);
        continue;
      }
    }
    vectorLoop<N>(count, f, direct ? out + begin : tile, Reader<Ts, N>{in.at(begin, count), in.step()}...);
    if (direct) continue;
    if (streamed)
      streamCopy(tile, out + begin, count * static_cast<int64_t>(sizeof(U)));
    else
      scatterRow(tile, out + begin * outStride, outStride, count);
  }
}

// A position in all dimensions but the last.
struct RowPosition {
  int64_t at[maxDims];
  int64_t dims;

  NEVER_INLINE RowPosition(Ints shape, int64_t row) : dims(shape.size > 0 ? shape.size - 1 : 0) {
    for (int64_t d = dims - 1; d >= 0; d--) {
      at[d] = row % shape[d];
      row /= shape[d];
    }
  }
  NEVER_INLINE void next(Ints shape) {
    for (int64_t d = dims - 1; d >= 0; d--) {
      if (++at[d] < shape[d]) return;
      at[d] = 0;
    }
  }
  NEVER_INLINE int64_t offset(Ints strides) const {
    int64_t offset = 0;
    for (int64_t d = 0; d < dims; d++) offset += at[d] * strides[d];
    return offset;
  }
};

inline int64_t countOf(Ints shape) {
  int64_t count = 1;
  for (int64_t d = 0; d < shape.size; d++) count *= shape[d];
  return count;
}
inline int64_t lastOf(Ints list) { return list.size > 0 ? list[list.size - 1] : 1; }

template <class T>
constexpr T leastOf(T first) {
  return first;
}
template <class T, class... Rest>
constexpr T leastOf(T first, Rest... rest) {
  const T least = leastOf(rest...);
  return first < least ? first : least;
}

// Whether n results go past the caches: where one replaces its operand the line is there already.
template <class U, class... Ts>
inline bool isStreamed(int64_t n, [[maybe_unused]] const U* out, const Ts*... in) {
  return n * static_cast<int64_t>(sizeof(U)) >= streamedBytes && ((static_cast<const void*>(in) != out) && ...);
}

// Whether every row begins a line.
template <class T>
inline bool rowsBeginLines(const T* p, Ints shape, Ints strides) {
  bool begin = isLine(p);
  for (int64_t d = 0; d + 1 < shape.size; d++) begin = begin && (shape[d] == 1 || strides[d] % lineSize<T> == 0);
  return begin;
}
// Whether rows are worth streaming. A line that two of them share is written in two pieces past the caches, which long
// rows alone make up for: copies of 16 MB from rows of 65 floats take twice as long, of 257 0.9 times.
template <class T>
inline bool hasStreamedRows(const T* p, Ints shape, Ints strides) {
  const int64_t bytes = lastOf(shape) * static_cast<int64_t>(sizeof(T));
  return lastOf(strides) == 1 && (bytes >= 1024 || (bytes % 64 == 0 && rowsBeginLines(p, shape, strides)));
}

// out = f(in...), f from vectors of the operands' types to a vector of U, all of as many lanes as the widest type has.
template <class F, class U, class... Ts>
inline void elementwise(int64_t grain, Ints shape, F f, U* out, Ints outStrides, Operand<Ts>... in) {
  constexpr int N = leastOf(lanes<U>, lanes<Ts>...);
  const int64_t inner = lastOf(shape);
  const bool streamed = hasStreamedRows(out, shape, outStrides) && isStreamed(countOf(shape), out, in.data...);
  // Out of line, or parallelFor would hold it twice: for the caller's thread and for the pool.
  parallelFor(countOf(shape), grain, [&](int64_t begin, int64_t end) NEVER_INLINE {
    RowPosition position(shape, begin / inner);
    int64_t column = begin % inner;
    while (begin < end) {
      const int64_t n = inner - column < end - begin ? inner - column : end - begin;
      U* row = out + position.offset(outStrides) + column * lastOf(outStrides);
      elementwiseRow<N>(
          n, f, row, lastOf(outStrides), streamed,
          Stream<Ts, N>(in.data + position.offset(in.strides) + column * lastOf(in.strides), lastOf(in.strides))...);
      begin += n;
      column = 0;
      position.next(shape);
    }
    if (streamed) streamFence();
  });
}

// The same over n contiguous elements.
template <class F, class U, class... Ts>
inline void elementwiseFlat(int64_t grain, int64_t n, F f, U* out, const Ts*... in) {
  constexpr int N = leastOf(lanes<U>, lanes<Ts>...);
  const bool streamed = isStreamed(n, out, in...);
  parallelFor(n, grain, [&](int64_t begin, int64_t end) NEVER_INLINE {
    elementwiseRow<N>(end - begin, f, out + begin, 1, streamed, Stream<Ts, N>(in + begin, 1)...);
    if (streamed) streamFence();
  });
}

template <class T>
void fillZero(T* y, int64_t n) {
  parallelFor(n, int64_t{1} << 16, [&](int64_t begin, int64_t end) {
    std::memset(y + begin, 0, static_cast<size_t>(end - begin) * sizeof(T));
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
