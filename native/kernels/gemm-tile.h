// The micro-kernel of every product: a tile of the result held in registers, and how a finished tile is stored.
#pragma once

#include "kernels/unary.h"
#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

// A tile is at most tileRows x (tileVectors * lanes): as many accumulators as the registers hold beside one line of b
// and one broadcast element of a.
inline constexpr int registersPerVec = 64 / nativeBytes;
inline constexpr int tileVectors = nativeBytes == 64 ? 2 : 1;
inline constexpr int tileRows = (vectorRegisters - 1 - registersPerVec * tileVectors) / (registersPerVec * tileVectors);
template <class T>
inline constexpr int tileColumns = tileVectors * lanes<T>;

// Where a result goes: row i, column j lies at c[i * rowStride + j / run * runStride + j % run].
template <class T>
struct Destination {
  T* c;
  int64_t rowStride;
  int64_t run = INT64_MAX;
  int64_t runStride = 0;
};

// Activations too long to be part of every tile's end: they go over what has just been stored.
enum class Formula { none, gelu, geluTanh };

template <class V>
ALWAYS_INLINE V applyFormula(Formula formula, V y) {
  return formula == Formula::gelu ? gelu(y) : y * sigmoid(2 * geluInner(y));
}

// What happens to a sum before it is stored: + c, + bias of its row, + bias of its column, max(0, .) or a formula.
template <class T>
struct Epilogue {
  bool accumulate = false;
  const T* rowBias = nullptr;
  const T* columnBias = nullptr;
  bool relu = false;
  Formula formula = Formula::none;

  // The same, for rows and columns counted from (i, j).
  Epilogue from(int64_t i, int64_t j) const {
    return {accumulate, rowBias == nullptr ? nullptr : rowBias + i, columnBias == nullptr ? nullptr : columnBias + j,
            relu, formula};
  }
  // For one of the parts of a sum: all but the first add to what the one before stored, the last one finishes.
  Epilogue ofPart(bool first, bool last) const {
    Epilogue part = last ? *this : Epilogue{};
    part.accumulate = accumulate || !first;
    return part;
  }
  // Nothing but the sum, or that and c.
  bool isSum() const { return rowBias == nullptr && columnBias == nullptr && !relu; }
  // A vector of sums of row i from column j on, which goes to dst, but for the formula; an int count where it is
  // shorter.
  template <class V, class... Count>
  ALWAYS_INLINE V apply(V y, const T* dst, int64_t i, int64_t j, Count... count) const {
    if (accumulate) y = y + V::load(dst, count...);
    if (rowBias != nullptr) y = y + V::splat(rowBias[i]);
    if (columnBias != nullptr) y = y + V::load(columnBias + j, count...);
    return relu ? max(y, V::zero()) : y;
  }
};

// What the lanes of a and b add to a sum where they meet: their product. A lane may hold several factors
// (gemm-bfloat16.h); then it takes `parts` steps, each with the factors part<i>() of a lane.
struct Products {
  static constexpr int parts = 1;
  template <int i, class V>
  static ALWAYS_INLINE V part(V lanes) {
    return lanes;
  }
  template <class V>
  static ALWAYS_INLINE V add(V a, V b, V sum) {
    return fma(a, b, sum);
  }
};

// step(integral_constant i) for i < Terms::parts.
template <class Terms, class Step>
ALWAYS_INLINE void eachPart(Step step) {
  step(std::integral_constant<int, 0>{});
  if constexpr (Terms::parts == 2) step(std::integral_constant<int, 1>{});
}

// The rows of a packed panel lie side by side; those of a itself, a distance apart that is known when it runs.
using NextElement = std::integral_constant<int64_t, 1>;

// Element i of a column, for i = 0, 1, ... in turn. Of elements whose distance is known when it runs every third has
// its address computed, and the others are a multiple of the distance from it, which loads add for nothing: a register
// for each address would be more than there are.
template <class T, class Row>
class ColumnElements {
 public:
  ALWAYS_INLINE ColumnElements(const T* column, Row distance) : column_(column), distance_(distance), near_(column) {}
  ALWAYS_INLINE T operator()(int i) {
    if constexpr (std::is_same_v<Row, NextElement>) return column_[i];
    if (i % 3 == 0) {
      near_ = column_ + i * distance_;
      // The compiler would go back to a register for each.
      asm("" : "+r"(near_));
    }
    return near_[i % 3 * distance_];
  }

 private:
  const T* const column_;
  const Row distance_;
  const T* near_;
};

// c[rows x vectors of N lanes] = sum over p < depth of column(p)[i * aRow] * line(p)[j], with the epilogue.
template <int rows, int vectors, int N, class Terms = Products, class T, class Column, class Row, class Line>
ALWAYS_INLINE void multiplyTile(int64_t depth, Column column, Row aRow, Line line, T* c, int64_t cStride,
                                const Epilogue<T>& e) {
  using V = vec<T, N>;
  V sum[rows][vectors];
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
    for (int v = 0; v < vectors; v++) sum[i][v] = V::zero();
#pragma GCC unroll 1
  for (int64_t p = 0; p < depth; p++) {
    const T *a = column(p), *b = line(p);
    // The lines of the result are asked for a row at a time: all at once would hold up what the sums need.
    if (p < rows)
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) __builtin_prefetch(c + p * cStride + v * N);
    eachPart<Terms>([&](auto part) {
      ColumnElements<T, Row> element(a, aRow);
      const auto factors = [](V lanes) { return Terms::template part<decltype(part)::value>(lanes); };
      // What there is fewer of stays in registers: the vectors of the line, or the broadcast elements.
      if constexpr (rows < vectors) {
        V s[rows];
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++) s[i] = factors(V::splat(element(i)));
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++) {
          const V x = held<rows>(factors(V::load(b + v * N)));
#pragma GCC unroll 16
          for (int i = 0; i < rows; i++) sum[i][v] = Terms::add(s[i], x, sum[i][v]);
        }
      } else {
        V x[vectors];
#pragma GCC unroll 16
        for (int v = 0; v < vectors; v++) x[v] = held<rows>(factors(V::load(b + v * N)));
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++) {
          const V s = factors(V::splat(element(i)));
#pragma GCC unroll 16
          for (int v = 0; v < vectors; v++) sum[i][v] = Terms::add(s, x[v], sum[i][v]);
        }
      }
    });
  }
  const auto store = [&](auto finish) {
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
      for (int v = 0; v < vectors; v++) {
        T* to = c + i * cStride + v * N;
        finish(sum[i][v], to, i, v * N).store(to);
      }
  };
  // Told apart once, not at each vector: the tests would take as long as a twentieth of the sums.
  if (!e.isSum())
    store([&e](V y, T* to, int i, int j) { return e.apply(y, to, i, j); });
  else if (e.accumulate)
    store([](V y, T* to, auto...) { return y + V::load(to); });
  else
    store([](V y, auto...) { return y; });
}

// Columns of a or lines of b at a fixed distance.
template <class T>
struct StridedLines {
  const T* first;
  int64_t stride;
  ALWAYS_INLINE const T* operator()(int64_t p) const { return first + p * stride; }
};

template <class T, class Row>
using TileKernel = void (*)(int64_t depth, const T* a, Row aRow, int64_t aStride, const T* b, int64_t bStride, T* c,
                            int64_t cStride, const Epilogue<T>& e);

template <int rows, int vectors, int N, class Terms, class T, class Row>
void stridedTile(int64_t depth, const T* a, Row aRow, int64_t aStride, const T* b, int64_t bStride, T* c,
                 int64_t cStride, const Epilogue<T>& e) {
  multiplyTile<rows, vectors, N, Terms>(depth, StridedLines<T>{a, aStride}, aRow, StridedLines<T>{b, bStride}, c,
                                        cStride, e);
}

template <class Terms, class T, class Row, int vectors, int N, int... i>
constexpr TileKernel<T, Row> tileKernelOf(int64_t rows, std::integer_sequence<int, i...>) {
  constexpr TileKernel<T, Row> table[] = {stridedTile<i + 1, vectors, N, Terms, T, Row>...};
  return table[rows - 1];
}

// The kernel for 1..tileRows rows and a line of one register, one vector or tileVectors vectors.
template <class Terms, class T, class Row>
TileKernel<T, Row> tileKernel(int64_t rows, int64_t columns) {
  using Rows = std::make_integer_sequence<int, tileRows>;
  constexpr int n = nativeLanes<T>;
  if (columns <= n) return tileKernelOf<Terms, T, Row, 1, n>(rows, Rows{});
  return columns <= lanes<T> ? tileKernelOf<Terms, T, Row, 1, lanes<T>>(rows, Rows{})
                             : tileKernelOf<Terms, T, Row, tileVectors, lanes<T>>(rows, Rows{});
}

// The formula over a tile that was stored without, rows of whole vectors.
template <class T>
NEVER_INLINE void applyFormula(Formula formula, T* c, int64_t cStride, int64_t rows, int64_t columns) {
  constexpr int n = nativeLanes<T>;
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j += n) {
      T* at = c + i * cStride + j;
      applyFormula(formula, vec<T, n>::load(at)).store(at);
    }
  }
}

// Stores the sums in `tile` (lines tileStride apart) as rows i0.. and columns j0.. of the destination.
template <class T>
void storeTile(const T* tile, int64_t tileStride, int64_t rows, int64_t columns, int64_t i0, int64_t j0,
               Destination<T> to, Epilogue<T> e) {
  const bool whole = to.run == INT64_MAX;
  if (whole && columns == tileStride && columns == to.rowStride && e.rowBias == nullptr && e.columnBias == nullptr) {
    // The rows follow each other on both sides.
    columns *= rows;
    rows = 1;
  }
  for (int64_t i = 0; i < rows; i++) {
    const T* from = tile + i * tileStride;
    T* line = to.c + (i0 + i) * to.rowStride;
    for (int64_t j = 0; j < columns;) {
      const int64_t column = j0 + j;
      const int64_t start = whole ? 0 : to.run == 1 ? 0 : column % to.run;
      T* dst = line + (whole ? column : to.run == 1 ? column * to.runStride : column / to.run * to.runStride + start);
      int64_t count = columns - j < to.run - start ? columns - j : to.run - start;
      if (count > lanes<T>) count = lanes<T>;
      const auto finish = [&](auto... n) {
        const auto y = e.apply(Vec<T>::load(from + j, n...), dst, i0 + i, column, n...);
        (e.formula == Formula::none ? y : applyFormula(e.formula, y)).store(dst, n...);
      };
      if (count == lanes<T>)
        finish();
      else
        finish(static_cast<int>(count));
      j += count;
    }
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
