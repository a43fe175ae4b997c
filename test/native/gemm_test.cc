// Products against three naive loops: all tails, strides, empty and single dimensions, epilogues, batches.
#include "shapes.h"

#include "kernels/gemm-bfloat16.h"

#include <algorithm>
#include <limits>
#include <vector>

using namespace flambeau::FLAMBEAU_ISA;

namespace {

test::Random random_;

// A matrix: 0 row-major, 1 column-major, 2 row-major with gaps, 3 both strides above one.
struct Layout {
  int64_t rowStride, columnStride, size;

  Layout(int kind, int64_t rows, int64_t columns)
      : rowStride(kind == 0   ? columns
                  : kind == 1 ? 1
                  : kind == 2 ? columns + 3
                              : 2 * columns + 1),
        columnStride(kind == 1   ? rows
                     : kind == 3 ? 2
                                 : 1),
        size((rows + 1) * rowStride + (columns + 1) * columnStride) {}
  int64_t at(int64_t i, int64_t j) const { return i * rowStride + j * columnStride; }
};

double activated(int64_t activation, double y) {
  if (activation == reluActivation) return y < 0 ? 0 : y;
  if (activation == geluActivation) return y * std::erfc(-y * std::sqrt(0.5)) / 2;
  if (activation == geluTanhActivation)
    return y / (1 + std::exp(-2 * std::sqrt(2 / M_PI) * (y + 0.044715 * y * y * y)));
  return y;
}

template <class T>
void checkOne(int64_t m, int64_t n, int64_t k, int64_t batch, int layoutA, int layoutB, bool accumulate, bool bias,
              int64_t activation) {
  const Layout la(layoutA, m, k), lb(layoutB, k, n);
  const int64_t cr = n + random_.below(3), cSize = m * cr + 1;
  std::vector<T> a(la.size * batch), b(lb.size * batch), c(cSize * batch), bs(n);
  for (auto* v : {&a, &b, &c, &bs})
    for (T& x : *v) x = static_cast<T>(random_.unit());
  std::vector<T> expected = c;
  double bound = 0;
  for (int64_t t = 0; t < batch; t++)
    for (int64_t i = 0; i < m; i++)
      for (int64_t j = 0; j < n; j++) {
        T& y = expected[t * cSize + i * cr + j];
        double sum = accumulate ? y : 0, size = std::abs(sum);
        for (int64_t p = 0; p < k; p++) {
          const double x = double{a[t * la.size + la.at(i, p)]} * b[t * lb.size + lb.at(p, j)];
          sum += x;
          size += std::abs(x);
        }
        if (bias) sum += bs[j], size += std::abs(bs[j]);
        bound = std::max(bound, size);
        y = static_cast<T>(activated(activation, sum));
      }
  gemm<T>(a.data(), b.data(), c.data(), bias ? bs.data() : nullptr, m, n, k, la.rowStride, la.columnStride,
          lb.rowStride, lb.columnStride, cr, accumulate, activation, batch, la.size, lb.size, cSize);
  // A sum of k products in any order errs by at most (k + 2) / 2 ulp of the sum of their sizes.
  // An activation's slope is at most 1.13, and its own error 4 ulp.
  const double tolerance = (1.13 * (k + 2) / 2 + 4) * bound * std::numeric_limits<T>::epsilon();
  double worst = 0;
  for (size_t i = 0; i < c.size(); i++) worst = std::max(worst, std::abs(double{c[i]} - expected[i]));
  test::expect(worst <= tolerance, "gemm<%zu> %ldx%ldx%ld batch %ld layouts %d%d acc %d bias %d act %ld: off by %g",
               sizeof(T), m, n, k, batch, layoutA, layoutB, accumulate, bias, activation, worst);
}

// Products of bfloat16 against sums in double: float's error of a sum and of what is added, then one rounding.
template <class Terms>
void checkBfloat16(int64_t m, int64_t n, int64_t k, int layoutA, int layoutB, bool accumulate, bool bias,
                   int64_t activation) {
  const Layout la(layoutA, m, k), lb(layoutB, k, n);
  const int64_t cr = n + random_.below(3);
  std::vector<BFloat16> a(la.size), b(lb.size), c(m * cr + 1), bs(n);
  for (auto* v : {&a, &b, &c, &bs})
    for (BFloat16& x : *v) x = BFloat16::of(static_cast<float>(random_.unit()));
  const std::vector<BFloat16> before = c;
  const Epilogue<BFloat16> e{accumulate, nullptr, bias ? bs.data() : nullptr, activation == reluActivation,
                             formulaOf(activation)};
  productOfPairs<Terms>(m, n, k, {a.data(), la.rowStride, la.columnStride}, {b.data(), lb.rowStride, lb.columnStride},
                        {c.data(), cr}, e);
  double worst = 0;
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < cr; j++) {
      const double actual = c[i * cr + j].wide();
      if (j >= n) {
        if (c[i * cr + j].bits != before[i * cr + j].bits) worst = std::numeric_limits<double>::infinity();
        continue;
      }
      double sum = accumulate ? before[i * cr + j].wide() : 0, size = std::abs(sum);
      for (int64_t p = 0; p < k; p++) {
        const double x = double{a[la.at(i, p)].wide()} * b[lb.at(p, j)].wide();
        sum += x;
        size += std::abs(x);
      }
      if (bias) sum += bs[j].wide(), size += std::abs(bs[j].wide());
      sum = activated(activation, sum);
      const double tolerance =
          (1.13 * (k + 4) / 2 + 4) * size * std::numeric_limits<float>::epsilon() + std::abs(sum) / 256;
      worst = std::max(worst, std::abs(actual - sum) - tolerance);
    }
  test::expect(worst <= 0, "bfloat16 product %ldx%ldx%ld layouts %d%d acc %d bias %d act %ld: off by %g too much", m, n,
               k, layoutA, layoutB, accumulate, bias, activation, worst);
}

int64_t size() {
  const int64_t kind = random_.below(10);
  return kind == 0 ? 0 : kind < 3 ? 1 : kind < 8 ? random_.below(40) : random_.below(200);
}

template <class T>
void checkAll() {
  for (int i = 0; i < 1500; i++) {
    const int64_t flags = random_.below(16);
    checkOne<T>(size(), size(), size(), 1 + random_.below(3) * random_.below(2), random_.below(4), random_.below(4),
                flags & 1, flags & 2, flags >> 2);
  }
  // Every tile height and width, depths around the cut, more rows than one packed copy holds.
  for (int64_t m = 1; m <= 2 * tileRows + 1; m++) checkOne<T>(m, 35, 9, 1, m % 2, m % 3, false, true, false);
  for (int64_t n = 1; n <= 70; n++) checkOne<T>(70, n, 20, 1, n % 2, n % 3 % 2, n % 2, true, false);
  for (int64_t k : {191, 192, 193, 383, 384, 385, 768, 769, 2049}) {
    for (int layout = 0; layout < 4; layout++) checkOne<T>(50, 50, k, 1, layout, layout, layout == 2, true, true);
    for (int64_t m : {1, 2, 3, 4, 5}) checkOne<T>(m, 37, k, 1, 0, 1, false, true, false);
  }
  // The same for products too large to read a where it lies.
  constexpr int64_t wide = 530;
  for (int64_t m = fewRows + 1; m <= fewRows + 2 * tileRows; m++) {
    checkOne<T>(m, wide + m, 9, 1, m % 2, m % 3, false, true, false);
  }
  for (int64_t n = wide; n <= wide + 2 * tileColumns<T>; n += 3) {
    checkOne<T>(fewRows + 5, n, 20, 1, n % 2, n % 3 % 2, n % 2, true, false);
  }
  for (int64_t k : {191, 193, 383, 385, 769}) {
    for (int layout = 0; layout < 4; layout++) checkOne<T>(fewRows + 2, wide, k, 1, layout, layout, true, true, true);
  }
  checkOne<T>(rowsAtOnce + 5, wide, 3, 1, 0, 0, true, true, false);
  checkOne<T>(3, 3000, 5, 1, 0, 0, true, true, false);
  checkOne<T>(1, 3000, 7, 1, 0, 0, false, true, true);
}

template <class Terms>
void checkAllBfloat16() {
  for (int i = 0; i < 800; i++) {
    const int64_t flags = random_.below(16);
    checkBfloat16<Terms>(size(), size(), size(), random_.below(4), random_.below(4), flags & 1, flags & 2, flags >> 2);
  }
  // Every height of a tile, dot products of few rows, depths around the cut, more sums than are kept at once.
  for (int64_t m = 1; m <= 2 * tileRows + 1; m++) {
    checkBfloat16<Terms>(m, 35, 9 + m % 2, m % 4, m % 3, false, true, false);
    checkBfloat16<Terms>(m, 37, 600 + m, 0, 1, true, false, false);
  }
  for (int64_t k : {766, 767, 768, 769, 1537}) {
    for (int layout = 0; layout < 4; layout++) checkBfloat16<Terms>(50, 50, k, layout, layout, true, true, true);
  }
  checkBfloat16<Terms>(sumRows + 3, sumColumns + 5, 6, 0, 0, true, true, true);
  // Infinities, and a pair whose second factor does not exist.
  const BFloat16 one = BFloat16::of(1), none{0x7f80};
  BFloat16 y{0};
  const BFloat16 row[] = {one, none}, column[] = {one, one};
  productOfPairs<Terms>(1, 1, 1, {row, 2, 1}, {column, 1, 1}, {&y, 1}, {});
  test::expect(y.wide() == 1, "a product of one element read two");
  productOfPairs<Terms>(1, 1, 2, {row, 2, 1}, {column, 1, 1}, {&y, 1}, {});
  test::expect(std::isinf(y.wide()), "infinity is lost in a bfloat16 product");
}

}  // namespace

int main() {
  checkAll<float>();
  checkAll<double>();
  checkAllBfloat16<HalvesOfPairs>();
#if defined(__AVX512F__)
  if (WholePairs::supported()) checkAllBfloat16<WholePairs>();
#endif
  return test::report("gemm_test", QUOTE(FLAMBEAU_ISA));
}
