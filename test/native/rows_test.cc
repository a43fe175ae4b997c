// Kernels that take short rows a group at a time: every length around a vector, numbers of rows around a group, NaN and
// infinities anywhere, results that are streamed; and transposes by squares of every size.
#include "check.h"

#include <vector>

#include "kernels/argmax.h"
#include "kernels/layout.h"
#include "kernels/row-norm.h"
#include "kernels/softmax.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

using test::check;
using test::near;
using test::same;
using test::sample;

template <class T>
std::vector<T> samples(int64_t n, bool specials) {
  std::vector<T> x(static_cast<size_t>(n));
  for (T& value : x) value = sample<T>(specials);
  return x;
}

// A row of a group gives what it gives alone, so that no number depends on the threads.
template <class T>
void testRows(int64_t rows, int64_t n, bool specials) {
  const auto x = samples<T>(rows * n, specials), weight = samples<T>(n, false), bias = samples<T>(n, false);
  const auto length = static_cast<double>(n);
  std::vector<T> y(x.size()), logY(x.size()), normed(x.size()), mean(static_cast<size_t>(rows)), rstd(mean);
  std::vector<int64_t> most(static_cast<size_t>(rows)), least(most);
  softmax(x.data(), y.data(), rows, n, 1);
  logSoftmax(x.data(), logY.data(), rows, n, 1);
  argmax(x.data(), most.data(), rows, n, 1);
  argmin(x.data(), least.data(), rows, n, 1);
  rowNorm(x.data(), weight.data(), bias.data(), normed.data(), mean.data(), rstd.data(), rows, n, 1, 1, 1e-5, 1);
  std::vector<T> alone(static_cast<size_t>(n));
  for (int64_t r = 0; r < rows; r++) {
    const T* const row = x.data() + r * n;
    const auto sameRow = [&](const std::vector<T>& all, const char* name) {
      for (int64_t i = 0; i < n; i++) same(all[r * n + i], alone[i], name, length);
    };
    softmax(row, alone.data(), 1, n, 1);
    sameRow(y, "softmax");
    logSoftmax(row, alone.data(), 1, n, 1);
    sameRow(logY, "logSoftmax");
    T m, s;
    rowNorm(row, weight.data(), bias.data(), alone.data(), &m, &s, 1, n, 1, 1, 1e-5, 1);
    if (!specials) {
      sameRow(normed, "rowNorm");
      same(m, mean[r], "mean", length);
      same(s, rstd[r], "rstd", length);
    } else {
      for (int64_t i = 0; i < n; i++)
        same(std::isnan(normed[r * n + i]), std::isnan(alone[i]), "NaN of rowNorm", length);
    }
    int64_t high = 0, low = 0;
    double top = row[0], total = 0;
    for (int64_t i = 0; i < n; i++) {
      const bool isNan = row[i] != row[i];
      if (row[i] > row[high] || (isNan && row[high] == row[high])) high = i;
      if (row[i] < row[low] || (isNan && row[low] == row[low])) low = i;
      top = std::fmax(top, static_cast<double>(row[i]));
    }
    same(static_cast<double>(most[r]), static_cast<double>(high), "argmax", length);
    same(static_cast<double>(least[r]), static_cast<double>(low), "argmin", length);
    for (int64_t i = 0; i < n; i++) total += std::exp(row[i] - top);
    for (int64_t i = 0; i < n; i++) {
      const double p = std::exp(row[i] - top) / total, e = 16 * std::numeric_limits<T>::epsilon();
      near(y[r * n + i], p, e, "softmax", length);
      near(logY[r * n + i], row[i] - top - std::log(total), e, "logSoftmax", length);
    }
  }
}

// Rows whose logits are masked, far apart, equal, or all so low or so high that their exponentials are no numbers.
template <class T>
void testExtremeRows(int64_t n) {
  constexpr int64_t rows = 35;
  const T infinity = std::numeric_limits<T>::infinity();
  std::vector<T> x(static_cast<size_t>(rows * n), -infinity), y(x.size()), weights(x.size());
  const T levels[] = {0, 88, 100, -50, -104, 1000, -1000, 1e30f, -1e30f};
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t i = 0; i <= r % n; i++) {
      x[r * n + i] = r % 3 == 0 ? levels[r % 9] - T{1000} * static_cast<T>(i) : levels[r % 9];
    }
  }
  const std::vector<T> mask(x.size(), T{0});
  softmax(x.data(), y.data(), rows, n, 1);
  attentionWeights(x.data(), mask.data(), weights.data(), rows, n, rows, 1);
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t i = 0; i < n; i++) {
      const bool kept = r % 3 == 0 ? i == 0 : i <= r % n;
      const double p = kept ? 1 / (r % 3 == 0 ? 1.0 : static_cast<double>(r % n + 1)) : 0;
      near(y[r * n + i], p, 1e-6, "masked softmax", static_cast<double>(r));
      near(weights[r * n + i], p, 1e-6, "masked attention", static_cast<double>(r));
    }
  }
}

// Nothing but -Infinity: NaN, but zeros among attention's weights; NaN reaches all of its row.
template <class T>
void testHopelessRows(int64_t n) {
  const T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> x(static_cast<size_t>(n), -infinity), y(x.size());
  const std::vector<T> mask(x.size(), T{0});
  softmax(x.data(), y.data(), 1, n, 1);
  for (const T v : y) check(v != v, "softmax of -Infinity", static_cast<double>(n), v, nan);
  attentionWeights(x.data(), mask.data(), y.data(), 1, n, 1, 1);
  for (const T v : y) same(v, T{0}, "attention of -Infinity", static_cast<double>(n));
  x[static_cast<size_t>(n / 2)] = nan;
  softmax(x.data(), y.data(), 1, n, 1);
  for (const T v : y) check(v != v, "softmax of NaN", static_cast<double>(n), v, nan);
  attentionWeights(x.data(), mask.data(), y.data(), 1, n, 1, 1);
  for (const T v : y) check(v != v, "attention of NaN", static_cast<double>(n), v, nan);
}

// Results that go past the caches, to whole lines and to others.
void testStreamed() {
  constexpr int64_t n = 64, rows = streamedBytes / 4 / n + 40;
  const auto x = samples<float>(rows * n, false);
  std::vector<float> storage(x.size() + 32), mean(rows), rstd(rows);
  float* const line = storage.data() + (-reinterpret_cast<intptr_t>(storage.data()) & 63) / 4;
  for (float* y : {line, line + 1}) {
    float alone[n], m, s;
    const auto compare = [&](int64_t r, const char* name) {
      for (int64_t i = 0; i < n; i++) same(y[r * n + i], alone[i], name, static_cast<double>(r));
    };
    softmax(x.data(), y, rows, n, 1);
    for (int64_t r = 0; r < rows; r += 13) softmax(x.data() + r * n, alone, 1, n, 1), compare(r, "streamed softmax");
    logSoftmax(x.data(), y, rows, n, 1);
    for (int64_t r = 0; r < rows; r += 13) logSoftmax(x.data() + r * n, alone, 1, n, 1), compare(r, "logSoftmax");
    rowNorm<float>(x.data(), nullptr, nullptr, y, mean.data(), rstd.data(), rows, n, 1, 1, 1e-5, 1);
    for (int64_t r = 0; r < rows; r += 13) {
      rowNorm<float>(x.data() + r * n, nullptr, nullptr, alone, &m, &s, 1, n, 1, 1, 1e-5, 1);
      compare(r, "streamed rowNorm");
    }
    const int64_t shape[] = {2, n, rows / 2}, from[] = {n * (rows / 2), 1, n}, to[] = {n * (rows / 2), rows / 2, 1};
    copy(x.data(), y, Ints{shape, 3}, Ints{from, 3}, Ints{to, 3});
    for (int64_t i = 0; i < rows / 2 * n * 2; i++) {
      const int64_t plane = i / (n * (rows / 2)), column = i / (rows / 2) % n, row = i % (rows / 2);
      same(y[i], x[(plane * (rows / 2) + row) * n + column], "streamed transpose", static_cast<double>(i));
    }
  }
}

// A gradient that is streamed is the one that replaces dy, which is not.
template <class T>
void testStreamedChannels() {
  constexpr int64_t n = 5, c = 7, s = 61001;
  const auto x = samples<T>(n * c * s, false), var = std::vector<T>(c, T{0.75});
  const auto mean = samples<T>(c, false), weight = samples<T>(c, false);
  auto dy = samples<T>(n * c * s, false);
  std::vector<T> dx(dy.size()), dw(c), db(c);
  const auto run = [&](T* to) {
    batchNormBackward<T>(dy.data(), x.data(), mean.data(), var.data(), weight.data(), to, dw.data(), db.data(), n, c, s,
                         1e-5, 0);
  };
  run(dx.data());
  run(dy.data());
  for (size_t i = 0; i < dx.size(); i++) {
    same(static_cast<double>(dx[i]), static_cast<double>(dy[i]), "streamed batch norm", static_cast<double>(i));
  }
}

template <class T>
void testTranspose() {
  for (int64_t rows : {1, 3, 4, 15, 16, 17, 33, 64, 131, 300}) {
    for (int64_t columns : {2, 4, 7, 16, 31, 64, 65, 140}) {
      const auto x = samples<T>(rows * columns, false);
      std::vector<T> y(x.size());
      const int64_t shape[] = {columns, rows}, from[] = {1, columns}, to[] = {rows, 1};
      copy(x.data(), y.data(), Ints{shape, 2}, Ints{from, 2}, Ints{to, 2});
      for (int64_t i = 0; i < rows * columns; i++) {
        same(static_cast<double>(y[i]), static_cast<double>(x[i % rows * columns + i / rows]), "transpose",
             static_cast<double>(rows));
      }
    }
  }
}

}  // namespace

int run() {
  for (int64_t n : {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 95, 96, 97, 200}) {
    for (int64_t rows : {1, 7, 8, 15, 16, 17, 33, 48}) {
      testRows<float>(rows, n, false);
      testRows<double>(rows, n, false);
      testRows<float>(rows, n, true);
      testRows<double>(rows, n, true);
    }
  }
  for (int64_t n : {1, 5, 20, 33, 64, 70, 200}) {
    testExtremeRows<float>(n);
    testExtremeRows<double>(n);
    testHopelessRows<float>(n);
    testHopelessRows<double>(n);
  }
  testStreamed();
  testStreamedChannels<float>();
  testStreamedChannels<double>();
  testTranspose<float>();
  testTranspose<double>();
  testTranspose<uint8_t>();
  return test::report("rows_test", QUOTE(FLAMBEAU_ISA));
}

}  // namespace flambeau::FLAMBEAU_ISA

int main() { return flambeau::FLAMBEAU_ISA::run(); }
