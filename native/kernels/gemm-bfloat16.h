// Products of bfloat16: a lane holds two factors of the sum, sums are float, and each result is rounded once.
#pragma once

#include "kernels/gemm.h"
#include "kernels/narrow.h"

namespace flambeau::FLAMBEAU_ISA {

// Lanes of two bfloat16, the first in the lower half. A bfloat16 is the upper half of a float.
struct HalvesOfPairs : Products {
  static constexpr int parts = 2;
  template <int i, int N>
  static ALWAYS_INLINE vec<float, N> part(vec<float, N> lanes) {
    const auto pairs = bitCast<int32_t>(lanes);
    return bitCast<float>(i == 0 ? pairs << 16 : pairs & vec<int32_t, N>::splat(-65536));
  }
};

#if defined(__AVX512F__)
// The same by one instruction, which takes subnormal numbers for zeros. Not all processors with AVX-512 have it, so
// that the compiler may not be told to use it.
struct WholePairs : Products {
  static ALWAYS_INLINE vec<float, 16> add(vec<float, 16> a, vec<float, 16> b, vec<float, 16> sum) {
    asm("vdpbf16ps %2, %1, %0" : "+v"(sum.r) : "v"(a.r), "v"(b.r));
    return sum;
  }
  static bool supported() { return __builtin_cpu_supports("avx512bf16"); }
};
#endif

// Pairs of a line whose elements are next to each other.
inline const float* pairsAt(const BFloat16* line) { return reinterpret_cast<const float*>(line); }

inline float pairOf(BFloat16 first, BFloat16 second) {
  return __builtin_bit_cast(float, static_cast<uint32_t>(second.bits) << 16 | first.bits);
}

// Line q of the panels is rows 2 q and 2 q + 1 of b as pairs, `columns` long; behind the last of k rows follows zero.
inline void packPairs(Panels<float> to, int64_t columns, int64_t k, Strided<BFloat16> b) {
  constexpr int n = nativeLanes<float>;
  const int64_t whole = k / 2;
  int64_t done = whole;
  if (b.rowStride == 1) {
    packEach(to, columns, [&](float* dst, int64_t j, int64_t count) {
      packLines(dst, to.width, count, whole, 1, [&](int64_t i) { return pairsAt(b.at(0, j + i)); });
    });
  } else if (b.columnStride == 1) {
    packSpans(to, columns, whole, [b](int64_t q) {
      const auto half = [](const BFloat16* line, int64_t j, auto... rest) {
        return convert<int32_t>(vec<uint16_t, n>::load(&line[j].bits, rest...));
      };
      return [half, first = b.at(2 * q, 0), second = b.at(2 * q + 1, 0)](int64_t j, auto... rest) {
        return bitCast<float>(half(first, j, rest...) | half(second, j, rest...) << 16);
      };
    });
  } else {
    done = 0;
  }
  packEach(to, columns, [&](float* dst, int64_t j, int64_t count) {
    for (int64_t q = done; 2 * q < k; q++) {
      for (int64_t i = 0; i < to.width; i++) {
        const int64_t column = j + minimum(i, count - 1);
        dst[q * to.width + i] = pairOf(*b.at(2 * q, column), q < whole ? *b.at(2 * q + 1, column) : BFloat16{0});
      }
    }
  });
}

// sums[m x n] = a[m x k] * b[k x n] for k > 0.
template <class Terms>
void sumPairs(int64_t m, int64_t n, int64_t k, Strided<BFloat16> a, Strided<BFloat16> b, float* sums) {
  if (n == 1 && m > 1) return sumPairs<Terms>(1, m, k, b.transposed(), a.transposed(), sums);
  const Destination<float> to{sums, n};
  const auto trace = [&](const char* way) { traceWay("product of bfloat16", {m, n, k}, way); };
  if (m <= fewDotRows(k) && k % 2 == 0 && a.columnStride == 1 && b.rowStride == 1) {
    trace("dot products");
    return dotRows<Terms>(
        m, n, k / 2, [a](int64_t i) { return pairsAt(a.at(i, 0)); }, [b](int64_t j) { return pairsAt(b.at(0, j)); }, to,
        Epilogue<float>{});
  }
  trace("packed blocks");
  blockedProduct<Terms>(
      m, n, ceilDivide(k, 2),
      [=](Panels<float> panels, int64_t i, int64_t rows, int64_t p, int64_t depth) {
        packPairs(panels, rows, minimum(2 * depth, k - 2 * p), a.transposed().from(2 * p, i));
      },
      [=](Panels<float> panels, int64_t j, int64_t columns, int64_t p, int64_t depth) {
        packPairs(panels, columns, minimum(2 * depth, k - 2 * p), b.from(2 * p, j));
      },
      to, Epilogue<float>{});
}

// A row of results: the sums with their epilogue, rounded. The sums are lost.
inline void roundRow(float* sums, BFloat16* c, int64_t n, const Epilogue<BFloat16>& e) {
  for (int64_t j = 0; j < n; j++) {
    float y = sums[j];
    if (e.accumulate) y += c[j].wide();
    if (e.columnBias != nullptr) y += e.columnBias[j].wide();
    sums[j] = e.relu && y < 0 ? 0 : y;
  }
  if (e.formula != Formula::none)
    storeTile(sums, n, 1, n, 0, 0, Destination<float>{sums, n}, Epilogue<float>{.formula = e.formula});
  for (int64_t j = 0; j < n; j++) c[j] = BFloat16::of(sums[j]);
}

// Results whose sums are kept at once, 8 MB: fewer would have the panels packed more often.
inline constexpr int64_t sumRows = 1024, sumColumns = 2048;

template <class Terms>
void productOfPairs(int64_t m, int64_t n, int64_t k, Strided<BFloat16> a, Strided<BFloat16> b, Destination<BFloat16> to,
                    Epilogue<BFloat16> e) {
  const Scratch scratch(minimum(m, sumRows) * minimum(n, sumColumns) * static_cast<int64_t>(sizeof(float)));
  float* sums = scratch.as<float>();
  for (int64_t i0 = 0; i0 < m; i0 += sumRows) {
    const int64_t rows = minimum(sumRows, m - i0);
    for (int64_t j0 = 0; j0 < n; j0 += sumColumns) {
      const int64_t columns = minimum(sumColumns, n - j0);
      if (k == 0)
        fillZero(sums, rows * columns);
      else
        sumPairs<Terms>(rows, columns, k, a.from(i0, 0), b.from(0, j0), sums);
      parallelFor(rows, ceilDivide(cheapGrain, columns), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
          roundRow(sums + i * columns, to.c + (i0 + i) * to.rowStride + j0, columns, e.from(i0 + i, j0));
        }
      });
    }
  }
}

// What gemm() does for each product of bfloat16, whose destination has whole rows and no bias of rows.
inline void product(int64_t m, int64_t n, int64_t k, Strided<BFloat16> a, Strided<BFloat16> b, Destination<BFloat16> to,
                    Epilogue<BFloat16> e) {
#if defined(__AVX512F__)
  if (WholePairs::supported()) return productOfPairs<WholePairs>(m, n, k, a, b, to, e);
#endif
  productOfPairs<HalvesOfPairs>(m, n, k, a, b, to, e);
}
inline void emptyProduct(int64_t m, int64_t n, Destination<BFloat16> to, Epilogue<BFloat16> e) {
  productOfPairs<HalvesOfPairs>(m, n, 0, {}, {}, to, e);
}

}  // namespace flambeau::FLAMBEAU_ISA
