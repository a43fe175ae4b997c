// Products cut into blocks for the caches: the loops around the micro-kernel, for any source of panels.
#pragma once

#include "kernels/gemm-tile.h"
#include "kernels/pack.h"
#include "runtime/scratch.h"
#include "runtime/threads.h"

namespace flambeau::FLAMBEAU_ISA {

// Sizes of the blocks: a panel (of a tile's height or width by blockDepth) fits 32 KB of L1, a block of b
// (blockDepth x blockColumns) the last cache; rowsAtOnce bounds the packed copy of a.
template <class T>
inline constexpr int64_t blockDepth = 1536 / sizeof(T);
template <class T>
inline constexpr int64_t blockColumns = 2048 / sizeof(T) / tileColumns<T> * tileColumns<T>;
inline constexpr int64_t rowsAtOnce = int64_t{2048} / tileRows * tileRows;
// Panels of a that meet a panel of b before the next of b is fetched. Where tiles are flat the panel of b is the larger
// one: it stays in L1, and the panels of a, 300 KB of them, come from L2. Where they are tall, the panel of a stays.
inline constexpr int64_t panelsTogether = vectorRegisters == 32 ? 1 : 32;

// One block: rows x columns of c from packed a (panels of `height` rows) and lines of b.
// `bPanel(j)` gives the first line of the columns from j on and `bStride` the distance of lines.
template <class T, class Panel>
void multiplyBlock(int64_t rowBegin, int64_t rowEnd, int64_t columnBegin, int64_t columnEnd, int64_t depth,
                   Panel aPanel, int64_t height, const T* b, int64_t bStride, int64_t bPanelStride, Destination<T> to,
                   Epilogue<T> e) {
  alignas(64) T tile[tileRows * tileColumns<T>];
  for (int64_t group = rowBegin; group < rowEnd; group += panelsTogether * height) {
    const int64_t groupEnd = minimum(rowEnd, group + panelsTogether * height);
    for (int64_t j = columnBegin; j < columnEnd; j += tileColumns<T>) {
      const int64_t columns = minimum(tileColumns<T>, columnEnd - j);
      const T* panel = b + (j - columnBegin) / tileColumns<T> * bPanelStride;
      const int64_t start = to.run == INT64_MAX ? j : j % to.run;
      const bool direct = columns == tileColumns<T> && columns <= to.run - start;
      for (int64_t i = group; i < groupEnd; i += height) {
        const int64_t rows = minimum(height, groupEnd - i);
        const TileKernel<T> kernel = tileKernel<T>(rows, columns);
        const T* a = aPanel(i);
        if (direct) {
          T* c = to.c + i * to.rowStride + (j - start) / to.run * to.runStride + start;
          kernel(depth, a, height, panel, bStride, c, to.rowStride, e.from(i, j));
        } else {
          kernel(depth, a, height, panel, bStride, tile, tileColumns<T>, Epilogue<T>{});
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
template <class T, class PackA, class PackB>
void blockedProduct(int64_t m, int64_t n, int64_t k, PackA packA, PackB packB, Destination<T> to, Epilogue<T> e) {
  const int64_t depth = ceilDivide(k, ceilDivide(k, blockDepth<T>));
  const int64_t rowsNow = minimum(m, rowsAtOnce);
  const int64_t height = ceilDivide(rowsNow, ceilDivide(rowsNow, tileRows));
  const int64_t panelSize = height * depth + packSlack<T>;
  const int64_t bPanelSize = tileColumns<T> * depth + packSlack<T>;
  const int64_t panels = ceilDivide(n, tileColumns<T>);
  // Blocks of columns of equal width; where they are few, the rows are split too, so that all threads have work.
  const int64_t perBlock = blockColumns<T> / tileColumns<T>;
  const int64_t columnTasks = maximum(ceilDivide(panels, perBlock), minimum(numThreads(), panels / 2));
  const int64_t width = ceilDivide(panels, columnTasks) * tileColumns<T>;
  const Scratch aScratch(ceilDivide(rowsNow, height) * panelSize * static_cast<int64_t>(sizeof(T)));
  T* packedA = aScratch.as<T>();

  for (int64_t i0 = 0; i0 < m; i0 += rowsNow) {
    const int64_t rows = minimum(rowsNow, m - i0);
    const int64_t aPanels = ceilDivide(rows, height);
    const int64_t threads = numThreads();
    const int64_t rowTasks = threads == 1 || columnTasks >= 4 * threads
                                 ? 1
                                 : minimum(ceilDivide(aPanels, 4), ceilDivide(4 * threads, columnTasks));
    for (int64_t p = 0; p < k; p += depth) {
      const int64_t d = minimum(depth, k - p);
      parallelFor(aPanels, ceilDivide(32768, height * d), [&](int64_t begin, int64_t end) {
        const int64_t first = begin * height;
        packA(Panels<T>{packedA + begin * panelSize, height, panelSize}, i0 + first,
              minimum(rows, end * height) - first, p, d);
      });
      Epilogue<T> now = e;
      now.accumulate = e.accumulate || p > 0;
      if (p + d < k) now = {now.accumulate};
      const auto aPanel = [&](int64_t i) { return packedA + (i - i0) / height * panelSize; };
      parallelFor(columnTasks * rowTasks, ceilDivide(int64_t{1} << 19, rows * width * d / rowTasks + 1),
                  [&](int64_t begin, int64_t end) {
                    const Scratch bScratch(width / tileColumns<T> * bPanelSize * static_cast<int64_t>(sizeof(T)));
                    T* packedB = bScratch.as<T>();
                    int64_t packed = -1;
                    for (int64_t task = begin; task < end; task++) {
                      const int64_t block = task / rowTasks;
                      const int64_t part = task % rowTasks;
                      const int64_t j0 = block * width;
                      const int64_t j1 = minimum(n, j0 + width);
                      if (block != packed) {
                        packB(Panels<T>{packedB, tileColumns<T>, bPanelSize}, j0, j1 - j0, p, d);
                        packed = block;
                      }
                      const int64_t first = aPanels * part / rowTasks * height;
                      const int64_t last = minimum(rows, aPanels * (part + 1) / rowTasks * height);
                      multiplyBlock(i0 + first, i0 + last, j0, j1, d, aPanel, height, packedB, tileColumns<T>,
                                    bPanelSize, to, now);
                    }
                  });
    }
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
