// Indexed reads and writes, class-index losses and optimizer steps against their definitions.
#include ISA_HEADER
#include "kernels/gather.h"
#include "kernels/loss.h"
#include "kernels/optimize.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "test.h"

using namespace flambeau::FLAMBEAU_ISA;

namespace {

test::Random random_;

template <class T>
std::vector<T> values(int64_t n) {
  std::vector<T> v(static_cast<size_t>(n));
  for (T& x : v) x = static_cast<T>(random_.below(100) - 50);
  return v;
}

template <class T>
void checkIndexing() {
  const int64_t outer = random_.below(4), n = 1 + random_.below(9), inner = random_.below(2) ? 1 : random_.below(400);
  const int64_t m = random_.below(12);
  const auto x = values<T>(outer * n * inner);
  std::vector<int64_t> row(static_cast<size_t>(m)), all(static_cast<size_t>(outer * m * inner));
  for (int64_t& i : row) i = random_.below(n);
  for (int64_t& i : all) i = random_.below(n);
  const auto src = values<T>(outer * m * inner), start = values<T>(outer * n * inner);
  std::vector<T> y(src.size()), expected(src.size()), added = start, added2 = start;
  std::vector<T> z(src.size()), z2(src.size()), put = start, put2 = start, sum = start, sum2 = start;
  bool ok = indexSelect<T>(x.data(), row.data(), y.data(), outer, n, inner, m) == -1;
  ok = ok && indexAdd<T>(src.data(), row.data(), added.data(), outer, n, inner, m) == -1;
  ok = ok && gather<T>(x.data(), all.data(), z.data(), outer, n, inner, m) == -1;
  ok = ok && scatter<T>(src.data(), all.data(), put.data(), outer, n, inner, m) == -1;
  ok = ok && scatterAdd<T>(src.data(), all.data(), sum.data(), outer, n, inner, m) == -1;
  for (int64_t o = 0; o < outer; o++)
    for (int64_t j = 0; j < m; j++)
      for (int64_t i = 0; i < inner; i++) {
        const int64_t at = (o * m + j) * inner + i, there = (o * n + row[j]) * inner + i, picked = (o * n + all[at]) * inner + i;
        expected[at] = x[there];
        added2[there] += src[at];
        z2[at] = x[picked];
        put2[picked] = src[at];
        sum2[picked] += src[at];
      }
  test::check(ok && y == expected && added == added2 && z == z2 && put == put2 && sum == sum2,
              "indexing<%zu> outer %ld n %ld inner %ld m %ld", sizeof(T), outer, n, inner, m);
  if (m == 0 || outer == 0 || inner == 0) return;
  const int64_t bad = random_.below(m), badAll = random_.below(outer * m * inner);
  row[bad] = random_.below(2) ? -1 : n;
  all[badAll] = n;
  const auto before = put;
  test::check(indexSelect<T>(x.data(), row.data(), y.data(), outer, n, inner, m) == bad &&
                  gather<T>(x.data(), all.data(), z.data(), outer, n, inner, m) == badAll &&
                  scatter<T>(src.data(), all.data(), put.data(), outer, n, inner, m) == badAll && put == before,
              "a bad index at %ld or %ld is not reported", bad, badAll);
}

void checkNonzero() {
  const int64_t n = random_.below(70);
  const auto mask = std::make_unique<bool[]>(static_cast<size_t>(n) + 1);
  std::vector<int64_t> expected;
  for (int64_t i = 0; i < n; i++) {
    mask[i] = random_.below(3) == 0;
    if (mask[i]) expected.push_back(i);
  }
  std::vector<int64_t> y(expected.size());
  const int64_t size = static_cast<int64_t>(expected.size());
  test::check(countNonzero(mask.get(), n) == size && nonzero(mask.get(), y.data(), n) == size && y == expected,
              "nonzero of %ld", n);
}

template <class T>
void checkNll() {
  const int64_t n = random_.below(5), c = 1 + random_.below(6), s = random_.below(2) ? 1 : random_.below(7);
  const auto logp = values<T>(n * c * s), weight = values<T>(c), g = values<T>(n * s);
  std::vector<int64_t> target(static_cast<size_t>(n * s));
  for (int64_t& t : target) t = random_.below(5) == 0 ? -100 : random_.below(c);
  const T* w = random_.below(2) ? weight.data() : nullptr;
  std::vector<T> losses(g.size()), weights(g.size()), dlogp(logp.size(), 9), expected(logp.size(), 0);
  bool ok = nllLoss<T>(logp.data(), target.data(), w, losses.data(), weights.data(), n, c, s, -100) == -1;
  nllLossBackward<T>(g.data(), target.data(), w, dlogp.data(), n, c, s, -100);
  for (int64_t i = 0; i < n * s; i++) {
    const int64_t t = target[i], at = (i / s * c + t) * s + i % s;
    const T v = t == -100 ? T{0} : w ? w[t] : T{1};
    ok = ok && weights[i] == v && losses[i] == (t == -100 ? T{0} : -logp[at] * v);
    if (t != -100) expected[at] = -g[i] * v;
  }
  test::check(ok && dlogp == expected, "nllLoss<%zu> %ld %ld %ld", sizeof(T), n, c, s);
  if (n * s == 0) return;
  target[n * s - 1] = c;
  test::check(nllLoss<T>(logp.data(), target.data(), w, losses.data(), weights.data(), n, c, s, -100) == n * s - 1,
              "nllLoss misses a bad target");
}

// Three steps on sum (p - 3)^2 from [1, -2], as PyTorch 1.13 recorded them.
template <class T>
void checkOptimizers() {
  T p[2], g[2], a[2], b[2];
  const auto run = [&](const char* what, double first, double second, auto step) {
    p[0] = 1, p[1] = -2, a[0] = a[1] = b[0] = b[1] = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 2; j++) g[j] = 2 * (p[j] - 3);
      step(i + 1);
    }
    test::check(std::abs(p[0] - first) < 1e-6 && std::abs(p[1] - second) < 1e-6, "%s<%zu>: %.9g %.9g", what, sizeof(T),
                double{p[0]}, double{p[1]});
  };
  run("sgd", 3.2067103, 3.5416639, [&](int i) { sgd<T>(p, g, a, 2, 0.1, 0.9, 0, 0.01, 1, 0, i == 1); });
  const auto adamStep = [&](double decay, bool decoupled) {
    return [&, decay, decoupled](int i) {
      adam<T>(p, g, a, b, nullptr, 2, 0.1, 0.9, 0.999, 1e-8, decay, decoupled, 0, 1 - std::pow(0.9, i), 1 - std::pow(0.999, i));
    };
  };
  run("adam", 1.2993766, -1.7002133, adamStep(0, false));
  run("adamw", 1.296088, -1.6945238, adamStep(0.01, true));
}

}  // namespace

int main() {
  for (int i = 0; i < 300; i++) {
    checkIndexing<float>();
    checkIndexing<double>();
    checkIndexing<int64_t>();
    checkIndexing<uint8_t>();
    checkNonzero();
    checkNll<float>();
    checkNll<double>();
  }
  checkOptimizers<float>();
  checkOptimizers<double>();
  return test::report();
}
