// Random numbers against values recorded from PyTorch 2.6 and against scalar definitions of the same algorithms.
#include ISA_HEADER
#include "kernels/random.h"

#include <cmath>
#include <vector>

#include "test.h"

using namespace flambeau::FLAMBEAU_ISA;

namespace {

alignas(8) uint8_t state[5056];

template <class T>
void expect(const char* what, const std::vector<T>& y, const std::vector<double>& expected) {
  for (size_t i = 0; i < expected.size(); i++) {
    // Recorded with eight decimals.
    test::check(std::abs(static_cast<double>(y[i]) - expected[i]) <= 5.1e-9 + std::abs(expected[i]) * 6e-8,
                "%s[%zu]: %.9g, PyTorch has %.9g", what, i, static_cast<double>(y[i]), expected[i]);
  }
}

// The textbook generator, one word at a time.
struct Reference {
  uint32_t mt[624];
  int at = 624;
  explicit Reference(uint32_t seed) {
    mt[0] = seed;
    for (uint32_t j = 1; j < 624; j++) mt[j] = 1812433253u * (mt[j - 1] ^ mt[j - 1] >> 30) + j;
  }
  uint32_t next() {
    if (at == 624) {
      for (int j = 0; j < 624; j++) {
        const uint32_t y = (mt[j] & 0x80000000u) | (mt[(j + 1) % 624] & 0x7fffffffu);
        mt[j] = mt[(j + 397) % 624] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
      }
      at = 0;
    }
    uint32_t y = mt[at++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
  }
};

void checkStream() {
  randomSeed(state, 5489, 3);
  Reference reference(5489);
  test::Random sizes;
  bool ok = true;
  for (int i = 0; i < 500; i++) {
    std::vector<int64_t> words(static_cast<size_t>(sizes.below(900)));
    drawWords(randomState(state), words.data(), static_cast<int64_t>(words.size()));
    for (int64_t word : words) ok = ok && word == reference.next();
  }
  test::check(ok, "drawWords differs from the textbook generator");
  test::check(randomState(state).seed == (uint64_t{3} << 32 | 5489), "the state keeps the whole seed");
}

void checkGolden() {
  std::vector<int64_t> integers(6);
  std::vector<float> four(4), three(3), two(2);
  randomSeed(state, 1234, 0);
  randint(state, integers.data(), 6, 0, 100);
  expect("randint", integers, {75, 71, 6, 65, 16, 64});
  normal(state, four.data(), 4, 0, 1);
  expect("randn", four, {-0.85447514, 0.50984222, -0.08205455, 0.66073167});
  randomSeed(state, 1234, 0);
  randint(state, integers.data(), 3, 0, int64_t{1} << 40);
  expect("randint 2^40", integers, {204000912083., 166721346613., 878802328948.});
  randomSeed(state, 1234, 0);
  normal(state, three.data(), 3, 0, 1);
  expect("randn", three, {0.04613046, 0.40240282, -1.01152909});
  randint(state, integers.data(), 4, 0, 100);
  expect("randint after an odd randn", integers, {75, 29, 43, 41});
  uniform(state, two.data(), 2, 0, 1);
  expect("rand", two, {0.77485049, 0.82080257});
  randomSeed(state, 1234, 0);
  randperm(state, integers.data(), 6);
  expect("randperm", integers, {3, 2, 4, 5, 1, 0});
  normal(state, four.data(), 4, 0, 1);
  expect("randn after randperm", four, {-1.30546951, -1.01470625, -0.68631357, -0.96611220});
}

// Sizes, tails and moments that a wrong block or mask would break.
template <class T>
void checkMoments() {
  for (int64_t n : {0, 1, 2, 15, 16, 17, 31, 33, 1000, 100003}) {
    std::vector<T> y(static_cast<size_t>(n) + 1, T{-99});
    randomSeed(state, 7, 0);
    normal(state, y.data(), n, 2, 3);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) sum += y[i], squares += (y[i] - 2.0) * (y[i] - 2.0);
    test::check(y[n] == T{-99}, "normal writes behind its end");
    if (n > 50000) {
      test::check(std::abs(sum / n - 2) < 0.05 && std::abs(squares / n - 9) < 0.2, "normal: mean %g variance %g", sum / n,
                  squares / n);
    }
    uniform(state, y.data(), n, -1, 3);
    bool inside = y[n] == T{-99};
    for (int64_t i = 0; i < n; i++) inside = inside && y[i] >= -1 && y[i] < 3;
    test::check(inside, "uniform leaves its interval");
    exponential(state, y.data(), n, 2);
    sum = 0;
    for (int64_t i = 0; i < n; i++) sum += y[i];
    if (n > 50000) test::check(std::abs(sum / n - 0.5) < 0.01, "exponential: mean %g", sum / n);
    bernoulli(state, y.data(), n, 0.25);
    sum = 0;
    for (int64_t i = 0; i < n; i++) sum += y[i];
    if (n > 50000) test::check(std::abs(sum / n - 0.25) < 0.01, "bernoulli: mean %g", sum / n);
  }
}

}  // namespace

int main() {
  checkStream();
  checkGolden();
  checkMoments<float>();
  checkMoments<double>();
  return test::report();
}
