// Products cut into blocks for the caches: the loops around the micro-kernel, for any source of panels.
#pragma once

#include "kernels/gemm-tile.h"
#include "kernels/pack.h"
#include "runtime/scratch.h"
#include "runtime/threads.h"

namespace flambeau::FLAMBEAU_ISA {

// Sizes of the blocks, for 32 KB of L1 and 1 MB of L2: a panel of a (tileRows x depth) lives in L1 while a block of b
// (depth x blockColumns) streams past it from L2; rowsAtOnce bounds the packed copy of a.
template <class T>
inline constexpr int64_t blockDepth = 1536 / sizeof(T);
template <class T>
inline constexpr int64_t blockColumns = 2048 / sizeof(T) / tileColumns<T> * tileColumns<T>;
inline constexpr int64_t rowsAtOnce = int64_t{2048} / tileRows * tileRows;

// One block: rows x columns of c from packed a (panels of tileRows lines, `height` rows each) and lines of b.
// `bPanel(j)` gives the first line of the columns from j on and `bStride` the distance of lines.
template <class T, class Panel>
void multiplyBlock(int64_t rowBegin, int64_t rowEnd, int64_t columnBegin, int64_t columnEnd, int64_t depth,
                   Panel aPanel, int64_t height, const T* b, int64_t bStride, int64_t bPanelStride, Destination<T> to,
                   Epilogue<T> e) {
  alignas(64) T tile[tileRows * tileColumns<T>];
  for (int64_t i = rowBegin; i < rowEnd; i += height) {
    const int64_t rows = minimum(height, rowEnd - i);
    const auto [a, aStride] = aPanel(i);
    for (int64_t j = columnBegin; j < columnEnd; j += tileColumns<T>) {
      const int64_t columns = minimum(tileColumns<T>, columnEnd - j);
      const T* panel = b + (j - columnBegin) / tileColumns<T> * bPanelStride;
      const TileKernel<T> kernel = tileKernel<T>(rows, columns);
      const int64_t start = to.run == INT64_MAX ? j : j % to.run;
      if (columns == tileColumns<T> && columns <= to.run - start && e.plain()) {
        T* c = to.c + i * to.rowStride + (j - start) / to.run * to.runStride + start;
        kernel(depth, a, aStride, panel, bStride, c, to.rowStride, e.accumulate);
      } else {
        kernel(depth, a, aStride, panel, bStride, tile, tileColumns<T>, false);
        storeTile(tile, tileColumns<T>, rows, columns, i, j, to, e);
      }
    }
  }
}

// c[m x n] = a * b with panels made on demand:
//   packA(dst, i, rows, p, depth) writes dst[q * rows + r] = a[i + r][p + q] (and may spill packSlack elements),
//   packB(dst, j, columns, p, depth) writes dst[q * tileColumns + s] = b[p + q][j + s] likewise.
// The sum over k is cut at multiples of a depth that k alone decides, so every number of threads gives the same result.
template <class T, class PackA, class PackB>
void blockedProduct(int64_t m, int64_t n, int64_t k, PackA packA, PackB packB, Destination<T> to, Epilogue<T> e) {
  const int64_t depth = ceilDivide(k, ceilDivide(k, blockDepth<T>));
  const int64_t rowsNow = minimum(m, rowsAtOnce);
  const int64_t height = ceilDivide(rowsNow, ceilDivide(rowsNow, tileRows));
  const int64_t panelSize = height * depth + packSlack<T>;
  const int64_t panels = ceilDivide(n, tileColumns<T>);
  // Blocks of columns of equal width; where they are few, the rows are split too, so that all threads have work.
  const int64_t perBlock = blockColumns<T> / tileColumns<T>;
  const int64_t columnTasks = ceilDivide(panels, perBlock);
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
        for (int64_t q = begin; q < end; q++) {
          packA(packedA + q * panelSize, i0 + q * height, minimum(height, rows - q * height), p, d);
        }
      });
      Epilogue<T> now = e;
      now.accumulate = e.accumulate || p > 0;
      if (p + d < k) now = {now.accumulate};
      const auto aPanel = [&](int64_t i) {
        struct {
          const T* a;
          int64_t stride;
        } panel{packedA + (i - i0) / height * panelSize, minimum(height, i0 + rows - i)};
        return panel;
      };
      parallelFor(columnTasks * rowTasks, ceilDivide(int64_t{1} << 19, rows * width * d / rowTasks + 1),
                  [&](int64_t begin, int64_t end) {
                    const Scratch bScratch((d * width + packSlack<T>)*static_cast<int64_t>(sizeof(T)));
                    T* packedB = bScratch.as<T>();
                    int64_t packed = -1;
                    for (int64_t task = begin; task < end; task++) {
                      const int64_t block = task / rowTasks;
                      const int64_t part = task % rowTasks;
                      const int64_t j0 = block * width;
                      const int64_t j1 = minimum(n, j0 + width);
                      if (block != packed) {
                        for (int64_t j = j0; j < j1; j += tileColumns<T>) {
                          packB(packedB + (j - j0) * d, j, minimum(tileColumns<T>, j1 - j), p, d);
                        }
                        packed = block;
                      }
                      const int64_t first = aPanels * part / rowTasks * height;
                      const int64_t last = minimum(rows, aPanels * (part + 1) / rowTasks * height);
                      multiplyBlock(i0 + first, i0 + last, j0, j1, d, aPanel, height, packedB, tileColumns<T>,
                                    d * tileColumns<T>, to, now);
                    }
                  });
    }
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
