// Products cut into blocks for the caches: the loops around the micro-kernel, for any source of panels.
#pragma once

#include "kernels/gemm-tile.h"
#include "kernels/pack.h"
#include "runtime/scratch.h"
#include "runtime/threads.h"

namespace flambeau::FLAMBEAU_ISA {

// Panels of a that meet a panel of b before the next of b is fetched. Where tiles are flat the panel of b is the larger
// one: it stays in L1, and the panels of a, 200 KB of them, come from L2. Where they are tall, the panel of a stays.
inline constexpr bool flatTiles = vectorRegisters < 32;
inline constexpr int64_t panelsTogether = flatTiles ? 32 : 1;
// Sizes of the blocks: a panel (of a tile's height or width by blockDepth) fits 32 KB of L1, a block of b
// (blockDepth x blockColumns) L2, beside the panels of a that meet it; rowsAtOnce bounds the packed copy of a.
template <class T>
inline constexpr int64_t blockDepth = (flatTiles ? 1024 : 1536) / sizeof(T);
template <class T>
inline constexpr int64_t blockColumns = (flatTiles ? 1024 : 2048) / sizeof(T) / tileColumns<T> * tileColumns<T>;
inline constexpr int64_t rowsAtOnce = int64_t{4096} / tileRows * tileRows;

// Where panels of a lie: `height` rows from row i on begin at at(i), aRow apart; their columns are aStride apart.
template <class At, class Row = NextElement>
struct RowPanels {
  At at;
  int64_t height, aStride;
  Row aRow = {};
};

// One block: rows x columns of c from panels of a and lines of b. The lines are bStride apart, those of the next
// columns bPanelStride.
template <class Terms = Products, class T, class At, class Row>
void multiplyBlock(int64_t rowBegin, int64_t rowEnd, int64_t columnBegin, int64_t columnEnd, int64_t depth,
                   RowPanels<At, Row> a, const T* b, int64_t bStride, int64_t bPanelStride, Destination<T> to,
                   Epilogue<T> e) {
  const int64_t height = a.height;
  alignas(64) T tile[tileRows * tileColumns<T>];
  for (int64_t group = rowBegin; group < rowEnd; group += panelsTogether * height) {
    const int64_t groupEnd = minimum(rowEnd, group + panelsTogether * height);
    for (int64_t j = columnBegin; j < columnEnd; j += tileColumns<T>) {
      const int64_t columns = minimum(tileColumns<T>, columnEnd - j);
      const T* panel = b + (j - columnBegin) / tileColumns<T> * bPanelStride;
      const int64_t start = to.run == INT64_MAX ? j : j % to.run;
      const bool direct = columns % lanes<T> == 0 && columns <= to.run - start;
      for (int64_t i = group; i < groupEnd; i += height) {
        const int64_t rows = minimum(height, groupEnd - i);
        const TileKernel<T, Row> kernel = tileKernel<Terms, T, Row>(rows, columns);
        const T* from = a.at(i);
        if (direct) {
          T* c = to.c + i * to.rowStride + (j - start) / to.run * to.runStride + start;
          kernel(depth, from, a.aRow, a.aStride, panel, bStride, c, to.rowStride, e.from(i, j));
          if (e.formula != Formula::none) applyFormula(e.formula, c, to.rowStride, rows, columns);
        } else {
          kernel(depth, from, a.aRow, a.aStride, panel, bStride, tile, tileColumns<T>, Epilogue<T>{});
          storeTile(tile, tileColumns<T>, rows, columns, i, j, to, e);
        }
      }
    }
  }
}

// c[m x n] = a * b with panels made on demand:
//   packA(to, i, rows, p, depth): line q of the panels is a[i ..][p + q],
//   packB(to, j, columns, p, depth): line q of the panels is b[p + q][j ..].
// The sum over k is cut at multiples of a depth that k alone decides, so every number of threads gives the same result.
template <class Terms, class T, class PackA, class PackB>
struct BlockedProduct {
  const int64_t k, depth;
  const PackA packA;
  const PackB packB;
  const Destination<T> to;
  const Epilogue<T> e;

  // A piece of c, by one thread.
  void piece(int64_t rowBegin, int64_t rowEnd, int64_t columnBegin, int64_t columnEnd) const {
    const int64_t columnPanels = ceilDivide(columnEnd - columnBegin, tileColumns<T>);
    const int64_t width = evenPart(columnPanels, blockColumns<T> / tileColumns<T>) * tileColumns<T>;
    const int64_t rowsNow = minimum(rowEnd - rowBegin, rowsAtOnce);
    const int64_t height = evenPart(rowsNow, tileRows);
    const int64_t aPanelSize = height * depth + packSlack<T>;
    const int64_t bPanelSize = tileColumns<T> * depth + packSlack<T>;
    const int64_t aSize = ceilDivide(rowsNow, height) * aPanelSize;
    const Scratch scratch((aSize + width / tileColumns<T> * bPanelSize) * static_cast<int64_t>(sizeof(T)));
    T* packedA = scratch.as<T>();
    T* packedB = packedA + ceilDivide(aSize, lanes<T>) * lanes<T>;
    for (int64_t i0 = rowBegin; i0 < rowEnd; i0 += rowsNow) {
      const int64_t rows = minimum(rowsNow, rowEnd - i0);
      const RowPanels aPanels{[&](int64_t i) { return packedA + (i - i0) / height * aPanelSize; }, height, height};
      for (int64_t p = 0; p < k; p += depth) {
        const int64_t d = minimum(depth, k - p);
        const Epilogue<T> now = e.ofPart(p == 0, p + d == k);
        packA(Panels<T>{packedA, height, aPanelSize}, i0, rows, p, d);
        for (int64_t j0 = columnBegin; j0 < columnEnd; j0 += width) {
          const int64_t j1 = minimum(columnEnd, j0 + width);
          packB(Panels<T>{packedB, tileColumns<T>, bPanelSize}, j0, j1 - j0, p, d);
          multiplyBlock<Terms>(i0, i0 + rows, j0, j1, d, aPanels, packedB, tileColumns<T>, bPanelSize, to, now);
        }
      }
    }
  }
};

// How c is shared out: pieces of whole tiles, each of which packs its own rows and columns. Threads that shared packed
// panels would fetch them from each other's caches, which costs more than packing them twice.
struct PieceGrid {
  int64_t rows, columns;

  PieceGrid(int64_t m, int64_t n, int64_t k, int64_t tileWidth) : rows(1), columns(1) {
    const int64_t threads = numThreads();
    const int64_t work = m * n * k;
    // One for each thread that has enough to do; two where they take a millisecond, for a core that others disturb.
    const int64_t pieces = threads == 1 ? 1 : work >> 25 >= threads ? 2 * threads : minimum(threads, work >> 18);
    int64_t least = INT64_MAX;
    for (int64_t count = 1; count <= pieces; count++) {
      if (pieces % count != 0) continue;
      // Packing an element costs about as much as five steps of the sum.
      const int64_t height = ceilDivide(ceilDivide(m, tileRows), count) * tileRows;
      const int64_t width = ceilDivide(ceilDivide(n, tileWidth), pieces / count) * tileWidth;
      const int64_t cost = height * width + 5 * (height + width);
      if (cost < least) least = cost, rows = count, columns = pieces / count;
    }
  }
};

template <class Terms = Products, class T, class PackA, class PackB>
void blockedProduct(int64_t m, int64_t n, int64_t k, PackA packA, PackB packB, Destination<T> to, Epilogue<T> e) {
  const int64_t depth = evenPart(k, blockDepth<T>);
  const BlockedProduct<Terms, T, PackA, PackB> product{k, depth, packA, packB, to, e};
  const PieceGrid grid(m, n, k, tileColumns<T>);
  const int64_t rowPanels = ceilDivide(m, tileRows), columnPanels = ceilDivide(n, tileColumns<T>);
  parallelFor(grid.rows * grid.columns, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t row = i / grid.columns, column = i % grid.columns;
      product.piece(rowPanels * row / grid.rows * tileRows, minimum(m, rowPanels * (row + 1) / grid.rows * tileRows),
                    columnPanels * column / grid.columns * tileColumns<T>,
                    minimum(n, columnPanels * (column + 1) / grid.columns * tileColumns<T>));
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
