// The Mersenne twister MT19937 (Matsumoto and Nishimura, 1998) on a state laid out as PyTorch's get_rng_state: the same
// words in the same order, and the bytes of one load into the other.
#pragma once

#include <cstddef>
#include <cstring>

#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

// The 5056 bytes of the state, little-endian. Words of the twister lie in the lower half of 64 bits each.
struct RandomState {
  static constexpr int words = 624;
  static constexpr int shift = 397;

  uint64_t seed;
  int32_t left;  // draws until the next twist, plus one
  int32_t seeded;
  uint64_t next;  // index of the next word
  int64_t state[words];
  double normalX;
  double normalY;  // the second number of a pair of normals, if normalValid
  double normalRho;
  int32_t normalValid;
  float nextFloat;
  uint8_t nextFloatValid;
};
static_assert(sizeof(RandomState) <= 5056 && offsetof(RandomState, state) == 24);
static_assert(offsetof(RandomState, normalX) == 5016 && offsetof(RandomState, normalValid) == 5040);

inline void seedState(RandomState& s, uint64_t seed) {
  std::memset(static_cast<void*>(&s), 0, 5056);
  s.seed = seed;
  s.left = 1;
  s.seeded = 1;
  uint32_t word = static_cast<uint32_t>(seed);
  s.state[0] = word;
  for (int j = 1; j < RandomState::words; j++) {
    word = 1812433253u * (word ^ (word >> 30)) + static_cast<uint32_t>(j);
    s.state[j] = word;
  }
}

// state[j] = state[from] ^ twist(state[j], state[j + 1]) for count values of j, none of which needs another's result.
inline void twistRange(int64_t* state, int j, int from, int count) {
  using V = Vec<int64_t>;
  const auto twist = [&](int at, auto... lanesLeft) {
    const V u = V::load(state + j + at, lanesLeft...);
    const V v = V::load(state + j + at + 1, lanesLeft...);
    const V joined = (u & V::splat(0x80000000)) | (v & V::splat(0x7fffffff));
    const V odd = -(v & V::splat(1)) & V::splat(0x9908b0df);
    (V::load(state + from + at, lanesLeft...) ^ (joined >> 1) ^ odd).store(state + j + at, lanesLeft...);
  };
  int at = 0;
  for (; at + lanes<int64_t> <= count; at += lanes<int64_t>) twist(at);
  if (at < count) twist(at, count - at);
}

inline void twist(RandomState& s) {
  constexpr int n = RandomState::words, m = RandomState::shift;
  twistRange(s.state, 0, m, n - m);
  // From here on the source is already new; it lies n - m behind, so ranges of that length are independent.
  twistRange(s.state, n - m, 0, n - m);
  twistRange(s.state, 2 * (n - m), n - m, n - 1 - 2 * (n - m));
  const int64_t joined = (s.state[n - 1] & 0x80000000) | (s.state[0] & 0x7fffffff);
  s.state[n - 1] = s.state[m - 1] ^ (joined >> 1) ^ (-(s.state[0] & 1) & 0x9908b0df);
  s.left = n;
  s.next = 0;
}

// The next `count` 32-bit words, each in the lower half of an int64_t.
inline void drawWords(RandomState& s, int64_t* words, int64_t count) {
  using V = Vec<int64_t>;
  while (count > 0) {
    if (s.left == 1) {
      twist(s);
      s.left = RandomState::words + 1;
    }
    // left - 1 draws remain before the next twist.
    const int64_t now = count < s.left - 1 ? count : s.left - 1;
    const int64_t* from = s.state + s.next;
    for (int64_t i = 0; i < now; i += lanes<int64_t>) {
      const int rest = static_cast<int>(now - i < lanes<int64_t> ? now - i : lanes<int64_t>);
      V y = V::load(from + i, rest);
      y = y ^ (y >> 11);
      y = y ^ ((y << 7) & V::splat(0x9d2c5680));
      y = y ^ ((y << 15) & V::splat(0xefc60000));
      y = y ^ (y >> 18);
      y.store(words + i, rest);
    }
    s.left -= static_cast<int32_t>(now);
    s.next += static_cast<uint64_t>(now);
    words += now;
    count -= now;
  }
}

inline uint32_t drawWord(RandomState& s) {
  int64_t word;
  drawWords(s, &word, 1);
  return static_cast<uint32_t>(word);
}

// Two words, the first on top.
inline uint64_t joinWords(const int64_t* words) {
  return static_cast<uint64_t>(words[0]) << 32 | static_cast<uint64_t>(words[1]);
}
inline uint64_t drawWord64(RandomState& s) {
  int64_t words[2];
  drawWords(s, words, 2);
  return joinWords(words);
}

// Calls f(words, first, count) for n elements of wordsEach words, in order.
template <int wordsEach, class F>
void forEachDraw(RandomState& s, int64_t n, F f) {
  constexpr int64_t block = 512;
  alignas(64) int64_t words[block * wordsEach];
  for (int64_t i = 0; i < n; i += block) {
    const int64_t count = n - i < block ? n - i : block;
    drawWords(s, words, count * wordsEach);
    f(words, i, count);
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
