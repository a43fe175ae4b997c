// Matrix products: c = a * b (+ c) (+ bias), any strides of a and b, one or many at once.
#pragma once

#include "kernels/gemm-driver.h"
#include "kernels/reduce.h"
#include "runtime/trace.h"

namespace flambeau::FLAMBEAU_ISA {

template <class T>
struct Strided {
  const T* data;
  int64_t rowStride, columnStride;
  const T* at(int64_t i, int64_t j) const { return data + i * rowStride + j * columnStride; }
  Strided from(int64_t i, int64_t j) const { return {at(i, j), rowStride, columnStride}; }
  Strided transposed() const { return {data, columnStride, rowStride}; }
};

// y[j] = sum over p of x[p * xStride] * b[p][j] for rows of b in memory: four rows at once, y in L1.
template <class T>
void addRows(int64_t n, int64_t k, const T* x, int64_t xStride, Strided<T> b, T* y) {
  using V = Vec<T>;
  constexpr int64_t block = 8192 / sizeof(T);
  for (int64_t j0 = 0; j0 < n; j0 += block) {
    const int64_t end = minimum(n, j0 + block);
    for (int64_t p = 0; p < k; p += 4) {
      const int rows = static_cast<int>(minimum(4, k - p));
      const T* line[4];
      V s[4];
      for (int r = 0; r < 4; r++) {
        line[r] = b.at(p + (r < rows ? r : 0), 0);
        s[r] = V::splat(r < rows ? x[(p + r) * xStride] : T{0});
      }
      const auto add = [&](int64_t j, auto... count) {
        V sum = p == 0 ? V::zero() : V::load(y + j, count...);
        if (rows == 4) {
          sum = fma(s[0], V::load(line[0] + j, count...), sum);
          sum = fma(s[1], V::load(line[1] + j, count...), sum);
          sum = fma(s[2], V::load(line[2] + j, count...), sum);
          sum = fma(s[3], V::load(line[3] + j, count...), sum);
        } else {
          for (int r = 0; r < rows; r++) sum = fma(s[r], V::load(line[r] + j, count...), sum);
        }
        sum.store(y + j, count...);
      };
      int64_t j = j0;
      for (; j + lanes<T> <= end; j += lanes<T>) add(j);
      if (j < end) add(j, static_cast<int>(end - j));
    }
  }
}

template <int n>
using Count = std::integral_constant<int, n>;

// out[r * columns + c] = x(r) * y(c) over k contiguous elements: all pairs at once, so that a load feeds several
// multiplications. One sum per lane, then the tree of reduceAdd.
template <int rows, int columns, class Terms, class T, class Rows, class Columns>
ALWAYS_INLINE void dotTile(int64_t k, Rows x, Columns y, T* out) {
  using V = Vec<T>;
  V sum[rows][columns];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) sum[r][c] = V::zero();
  const auto step = [&](int64_t p, auto... count) {
    eachPart<Terms>([&](auto part) {
      const auto factors = [](V lanes) { return Terms::template part<decltype(part)::value>(lanes); };
      V a[rows];
#pragma GCC unroll 16
      for (int r = 0; r < rows; r++) a[r] = factors(V::load(x(r) + p, count...));
#pragma GCC unroll 16
      for (int c = 0; c < columns; c++) {
        const V b = factors(V::load(y(c) + p, count...));
#pragma GCC unroll 16
        for (int r = 0; r < rows; r++) sum[r][c] = Terms::add(a[r], b, sum[r][c]);
      }
    });
  };
  int64_t p = 0;
  for (; p + lanes<T> <= k; p += lanes<T>) step(p);
  if (p < k) step(p, static_cast<int>(k - p));
  if constexpr (rows * columns % lanes<T> == 0) {
    alignas(64) T partial[rows * columns * lanes<T>];
#pragma GCC unroll 16
    for (int i = 0; i < rows * columns; i++) sum[i / columns][i % columns].store(partial + i * lanes<T>);
    for (int i = 0; i < rows * columns; i += lanes<T>) combineRows<AddCombiner>(partial + i * lanes<T>).store(out + i);
  } else {
#pragma GCC unroll 16
    for (int i = 0; i < rows * columns; i++) out[i] = reduceAdd(sum[i / columns][i % columns]);
  }
}

// A few rows x(i) against the columns y(j), each of k contiguous elements.
template <class Terms, class T, class Rows, class Columns>
void dotRows(int64_t m, int64_t n, int64_t k, Rows x, Columns y, Destination<T> to, Epilogue<T> e) {
  constexpr int block = 8;
  parallelFor(ceilDivide(n, block), ceilDivide(65536, block * k + 1), [&](int64_t begin, int64_t end) {
    const auto tile = [&](auto rows, auto columns, int64_t i, int64_t j) {
      T out[rows * columns];
      dotTile<rows, columns, Terms>(k, [&](int r) { return x(i + r); }, [&](int c) { return y(j + c); }, out);
      storeTile(out, columns, rows, columns, i, j, to, e);
    };
    for (int64_t j = begin * block; j < minimum(n, end * block); j += block) {
      const int64_t columns = minimum(block, n - j);
      for (int64_t i = 0; i < m;) {
        const int64_t rows = vectorRegisters == 32 ? m - i : 1;
        if (columns < block) {
          for (int64_t c = 0; c < columns; c++) tile(Count<1>{}, Count<1>{}, i, j + c);
          i += 1;
        } else if (rows >= 4) {
          tile(Count<4>{}, Count<4>{}, i, j);
          tile(Count<4>{}, Count<4>{}, i, j + 4);
          i += 4;
        } else if (rows >= 2) {
          tile(Count<2>{}, Count<8>{}, i, j);
          i += 2;
        } else {
          tile(Count<1>{}, Count<8>{}, i, j);
          i += 1;
        }
      }
    }
  });
}

// So few rows are quicker as dot products than with b packed, given the length of the rows.
inline int64_t fewDotRows(int64_t k) { return vectorRegisters == 32 && k >= 256 ? 16 : 4; }

// Line p of the panels is row p of b, `columns` long.
template <class T>
void packRows(Panels<T> to, int64_t columns, int64_t depth, Strided<T> b) {
  if (b.columnStride == 1) return packSpans(to, columns, depth, b.data, b.rowStride);
  packEach(to, columns, [&](T* dst, int64_t first, int64_t count) {
    packLines(dst, to.width, count, depth, b.rowStride, [&](int64_t s) { return b.at(0, first + s); });
  });
}

// One row: y = x * b for b contiguous along n.
template <class T>
void rowTimesMatrix(int64_t n, int64_t k, Strided<T> x, Strided<T> b, Destination<T> to, Epilogue<T> e) {
  constexpr int64_t block = 512;
  parallelFor(ceilDivide(n, block), ceilDivide(65536, block * k + 1), [&](int64_t begin, int64_t end) {
    const int64_t first = begin * block;
    const int64_t count = minimum(n, end * block) - first;
    const Scratch scratch(count * static_cast<int64_t>(sizeof(T)));
    addRows(count, k, x.data, x.columnStride, Strided<T>{b.at(0, first), b.rowStride, 1}, scratch.as<T>());
    storeTile(scratch.as<T>(), count, 1, count, 0, first, to, e);
  });
}

// Panels of the m rows of a where they lie.
template <class T>
auto panelsInPlace(int64_t m, Strided<T> a) {
  return RowPanels{[a](int64_t i) { return a.at(i, 0); }, evenPart(m, tileRows), a.columnStride, a.rowStride};
}

// So few rows that lines of b meet them all before they leave the cache.
inline constexpr int64_t fewRows = 4 * tileRows;

// Small products: a is read where it lies, for packing it would cost too much of the whole. So is b, but for lines that
// are not contiguous or narrower than a tile, or that many rows would fetch from far apart again and again.
template <class T>
void productInPlace(int64_t m, int64_t n, int64_t k, Strided<T> a, Strided<T> b, Destination<T> to, Epilogue<T> e) {
  const int64_t width = n <= lanes<T> ? lanes<T> : tileColumns<T>;
  const auto aPanels = panelsInPlace(m, a);
  const int64_t height = aPanels.height;
  const int64_t rowPanels = ceilDivide(m, height), columnPanels = ceilDivide(n, width);
  // Rows are shared out too where there is not a panel of columns for each thread.
  const int64_t parts = columnPanels >= numThreads() ? 1 : minimum(rowPanels, numThreads());
  const int64_t work = ceilDivide(rowPanels, parts) * height * width * k;
  const bool far = b.columnStride != 1 || (m > fewRows && k * b.rowStride >= 65536);
  parallelFor(columnPanels * parts, ceilDivide(65536, work), [&](int64_t begin, int64_t end) {
    const Scratch scratch((k * width + packSlack<T>)*static_cast<int64_t>(sizeof(T)));
    T* packed = scratch.as<T>();
    for (int64_t task = begin, present = -1; task < end; task++) {
      const int64_t j = task / parts * width, part = task % parts;
      const int64_t columns = minimum(width, n - j);
      const bool packs = far || columns < width;
      if (packs && j != present) packRows(Panels<T>{packed, width, 0}, columns, k, b.from(0, j));
      present = j;
      multiplyBlock(rowPanels * part / parts * height, minimum(m, rowPanels * (part + 1) / parts * height), j,
                    j + columns, k, aPanels, packs ? packed : b.at(0, j), packs ? width : b.rowStride, 0, to, e);
    }
  });
}

// Whether the rows of a should be the lanes, since so few columns leave many of them empty. Rows that are not next to
// each other must be packed, which pays where three eighths of the registers were empty.
template <class T>
inline constexpr int64_t fewColumns = 3 * lanes<T> / 4;
template <class T>
bool rowsAsLanes(int64_t m, int64_t n, int64_t k, Strided<T> a) {
  if (m < lanes<T> || n > fewColumns<T> || k > 2048) return false;
  return a.rowStride == 1 || 8 * n <= 5 * ceilDivide(n, nativeLanes<T>) * nativeLanes<T>;
}

// Products of few columns: finished tiles are turned.
template <class T>
void narrowProduct(int64_t m, int64_t n, int64_t k, Strided<T> a, Strided<T> b, Destination<T> to, Epilogue<T> e) {
  constexpr int64_t width = lanes<T>;
  const auto bPanels = panelsInPlace(n, b.transposed());
  parallelFor(ceilDivide(m, width), ceilDivide(65536, n * k * width), [&](int64_t begin, int64_t end) {
    const Scratch scratch((k * width + packSlack<T>)*static_cast<int64_t>(sizeof(T)));
    T* packed = scratch.as<T>();
    alignas(64) T sums[fewColumns<T> * width], turned[fewColumns<T> * width + packSlack<T>];
    for (int64_t i = begin * width; i < minimum(m, end * width); i += width) {
      const int64_t rows = minimum(width, m - i);
      const bool packs = a.rowStride != 1 || rows < width;
      if (packs) packRows(Panels<T>{packed, width, 0}, rows, k, a.transposed().from(0, i));
      multiplyBlock(0, n, 0, width, k, bPanels, packs ? packed : a.at(i, 0), packs ? width : a.columnStride, 0,
                    Destination<T>{sums, width}, Epilogue<T>{});
      packLines(turned, n, n, rows, 1, [&](int64_t j) { return sums + j * width; });
      storeTile(turned, n, rows, n, i, 0, to, e);
    }
  });
}

// Rows of a are read again for every panel of columns, which costs little as long as they are contiguous. Where the
// columns are, they come from as many lines as there are, which must stay in the cache.
template <class T>
bool readsInPlace(int64_t m, int64_t n, int64_t k, Strided<T> a) {
  if (k > 2048) return false;
  if (m <= fewRows || n <= lanes<T>) return true;
  return n <= 512 && (a.columnStride == 1 || m * k <= 25600);
}

// c[m x n] = a[m x k] * b[k x n] for k > 0.
template <class T>
void product(int64_t m, int64_t n, int64_t k, Strided<T> a, Strided<T> b, Destination<T> to, Epilogue<T> e) {
  if (n == 1 && m > 1) {
    // A column is the row of the transposed product; its elements lie rowStride apart.
    const Destination<T> column =
        to.rowStride == 1 ? Destination<T>{to.c, 0} : Destination<T>{to.c, 0, 1, to.rowStride};
    product(1, m, k, b.transposed(), a.transposed(), column,
            Epilogue<T>{e.accumulate, e.columnBias, e.rowBias, e.relu, e.formula});
    return;
  }
  const auto trace = [&](const char* way) { traceWay("product", {m, n, k}, way); };
  if (m == 1 && b.columnStride == 1) {
    trace("sum of rows");
    return rowTimesMatrix(n, k, a, b, to, e);
  }
  const auto bColumn = [b](int64_t j) { return b.at(0, j); };
  if (m <= fewDotRows(k) && a.columnStride == 1 && b.rowStride == 1) {
    trace("dot products");
    return dotRows<Products>(m, n, k, [a](int64_t i) { return a.at(i, 0); }, bColumn, to, e);
  }
  if (m == 1 && b.rowStride == 1) {
    trace("dot products");
    const Scratch line(k * static_cast<int64_t>(sizeof(T)));
    for (int64_t p = 0; p < k; p++) line.as<T>()[p] = *a.at(0, p);
    return dotRows<Products>(1, n, k, [&](int64_t) { return line.as<const T>(); }, bColumn, to, e);
  }
  const int64_t over = n % lanes<T>;
  if (n > lanes<T> && m >= 64 && n < 8 * lanes<T> && (over == 1 || over == 2)) {
    // A vector of columns for one or two would be mostly empty.
    const int64_t main = n - over;
    product(m, main, k, a, b, to, e);
    for (int64_t j = main; j < n; j++) {
      Epilogue<T> column = e;
      if (e.columnBias != nullptr) column.columnBias += j;
      product(m, 1, k, a, Strided<T>{b.at(0, j), b.rowStride, b.columnStride}, Destination<T>{to.c + j, to.rowStride},
              column);
    }
    return;
  }
  if (rowsAsLanes(m, n, k, a)) {
    trace("rows as lanes");
    return narrowProduct(m, n, k, a, b, to, e);
  }
  if (readsInPlace(m, n, k, a)) {
    trace("in place");
    return productInPlace(m, n, k, a, b, to, e);
  }
  trace("packed blocks");
  blockedProduct(
      m, n, k,
      [&](Panels<T> to, int64_t i, int64_t rows, int64_t p, int64_t depth) {
        packRows(to, rows, depth, a.transposed().from(p, i));
      },
      [&](Panels<T> to, int64_t j, int64_t columns, int64_t p, int64_t depth) {
        packRows(to, columns, depth, b.from(p, j));
      },
      to, e);
}

// b (k x n) for several products of at most `mostRows` rows: packed once, for packing costs about as much as five rows.
template <class T>
class SharedFactor {
 public:
  SharedFactor(int64_t mostRows, int64_t n, int64_t k, Strided<T> b)
      : n_(n),
        k_(k),
        b_(b),
        panelSize_(tileColumns<T> * k + packSlack<T>),
        scratch_(mostRows <= readRows ? 0 : ceilDivide(n, tileColumns<T>) * panelSize_ * size) {
    if (mostRows > readRows) packRows(Panels<T>{scratch_.template as<T>(), tileColumns<T>, panelSize_}, n, k, b);
  }

  // c[m x n] = a[m x k] * b.
  void multiply(int64_t m, Strided<T> a, Destination<T> to, Epilogue<T> e) const {
    if (m <= readRows) return product(m, n_, k_, a, b_, to, e);
    constexpr int64_t width = tileColumns<T>;
    parallelFor(ceilDivide(n_, width), ceilDivide(int64_t{1} << 18, m * k_ * width), [&](int64_t begin, int64_t end) {
      const T* packedB = scratch_.template as<T>() + begin * panelSize_;
      for (int64_t p = 0; p < k_; p += blockDepth<T>) {
        const int64_t depth = minimum(blockDepth<T>, k_ - p);
        multiplyBlock(0, m, begin * width, minimum(n_, end * width), depth, panelsInPlace(m, a.from(0, p)),
                      packedB + p * width, width, panelSize_, to, e.ofPart(p == 0, p + depth == k_));
      }
    });
  }

 private:
  static constexpr int64_t size = sizeof(T);
  // So few rows read b where it is.
  static constexpr int64_t readRows = 4;
  const int64_t n_, k_;
  const Strided<T> b_;
  const int64_t panelSize_;
  const Scratch scratch_;
};

// c[m x n] without a product: the sum over no elements, with its epilogue.
template <class T>
void emptyProduct(int64_t m, int64_t n, Destination<T> to, Epilogue<T> e) {
  const T zeros[lanes<T>] = {};
  for (int64_t j = 0; j < n; j += lanes<T>) storeTile(zeros, 0, m, minimum(lanes<T>, n - j), 0, j, to, e);
}

// What follows a product, as gemm() is told: codes of JavaScript.
enum ActivationCode : int64_t { noActivation, reluActivation, geluActivation, geluTanhActivation };

inline Formula formulaOf(int64_t activation) {
  return activation == geluActivation       ? Formula::gelu
         : activation == geluTanhActivation ? Formula::geluTanh
                                            : Formula::none;
}

// c[i][j] = sum over p of a[i][p] * b[p][j] (+ c[i][j] when accumulate) (+ bias[j] unless nullptr), then the
// activation; for each of `batch` products. c does not overlap a or b; its rows are contiguous.
template <class T>
void gemm(const T* a, const T* b, T* c, const T* bias, int64_t m, int64_t n, int64_t k, int64_t aRowStride,
          int64_t aColStride, int64_t bRowStride, int64_t bColStride, int64_t cRowStride, int64_t accumulate,
          int64_t activation, int64_t batch, int64_t aBatchStride, int64_t bBatchStride, int64_t cBatchStride) {
  if (m == 0 || n == 0) return;
  const Epilogue<T> e{accumulate != 0, nullptr, bias, activation == reluActivation, formulaOf(activation)};
  // A stride along a dimension of one element says nothing; 1 lets the fast paths apply.
  const Strided<T> as{a, m == 1 ? 1 : aRowStride, k == 1 ? 1 : aColStride};
  const Strided<T> bs{b, k == 1 ? 1 : bRowStride, n == 1 ? 1 : bColStride};
  const auto one = [&](int64_t i) {
    const Destination<T> to{c + i * cBatchStride, cRowStride};
    if (k == 0) return emptyProduct(m, n, to, e);
    product(m, n, k, Strided<T>{as.data + i * aBatchStride, as.rowStride, as.columnStride},
            Strided<T>{bs.data + i * bBatchStride, bs.rowStride, bs.columnStride}, to, e);
  };
  parallelTasks(batch, ceilDivide(65536, m * n * k + 1), one);
}

}  // namespace flambeau::FLAMBEAU_ISA
