// Random numbers, equal to PyTorch's on x86-64 for the same state: the same words drawn in the same order, turned into
// numbers by the same formulas. Words are drawn serially; twisting, tempering and the formulas are vectors.
#pragma once

#include <cmath>
#include <numbers>

#include "kernels/mt19937.h"

namespace flambeau::FLAMBEAU_ISA {

inline RandomState& randomState(uint8_t* state) { return *reinterpret_cast<RandomState*>(state); }

// Starts the sequence of a 64-bit seed, given as its halves.
inline void randomSeed(uint8_t* state, int64_t seedLow, int64_t seedHigh) {
  const uint64_t low = static_cast<uint32_t>(seedLow);
  seedState(randomState(state), static_cast<uint64_t>(seedHigh) << 32 | low);
}

inline void random64(uint8_t* state, int64_t* y) { *y = static_cast<int64_t>(drawWord64(randomState(state))); }

// a * b + c with one rounding on every machine.
template <class T, int N>
ALWAYS_INLINE vec<T, N> fmaExact(vec<T, N> a, vec<T, N> b, vec<T, N> c) {
  if constexpr (fusesMultiplyAdd) {
    return fma(a, b, c);
  } else {
    T x[N], y[N], z[N];
    a.store(x);
    b.store(y);
    c.store(z);
    for (int i = 0; i < N; i++) z[i] = std::fma(x[i], y[i], z[i]);
    return vec<T, N>::load(z);
  }
}

// 53 random bits as a number in [0, 1).
inline double unitDouble(uint64_t word) { return static_cast<double>(word & ((uint64_t{1} << 53) - 1)) * 0x1p-53; }
inline double drawUnit(RandomState& s) { return unitDouble(drawWord64(s)); }

// Uniform in [from, to): 24 bits of a word for a float, 53 of two for a double; the interval is applied with one
// rounding.
template <class T>
void uniform(uint8_t* state, T* y, int64_t n, double from, double to) {
  RandomState& s = randomState(state);
  const T low = static_cast<T>(from);
  const T width = static_cast<T>(to) - low;
  if constexpr (sizeof(T) == 4) {
    using V = vec<float, 8>;
    forEachDraw<1>(s, n, [&](const int64_t* words, int64_t first, int64_t count) {
      for (int64_t i = 0; i < count; i += 8) {
        const int rest = static_cast<int>(count - i < 8 ? count - i : 8);
        const auto bits24 = vec<int64_t, 8>::load(words + i) & vec<int64_t, 8>::splat(0xffffff);
        const V unit = convert<float>(convert<int32_t>(bits24)) * V::splat(0x1p-24f);
        fmaExact(unit, V::splat(width), V::splat(low)).store(y + first + i, rest);
      }
    });
  } else {
    forEachDraw<2>(s, n, [&](const int64_t* words, int64_t first, int64_t count) {
      for (int64_t i = 0; i < count; i++) y[first + i] = std::fma(unitDouble(joinWords(words + 2 * i)), width, low);
    });
  }
}

// log and sin/cos of avx_mathfun (Cephes, single precision; Pommier and Garberoglio, zlib licence), with the products
// and sums fused as GCC fuses them in PyTorch: its normal numbers are these polynomials' to the last bit.
struct CephesFloat {
  using V = vec<float, 8>;
  using I = vec<int32_t, 8>;
  static ALWAYS_INLINE V c(float x) { return V::splat(x); }

  // x in (0, 1].
  static ALWAYS_INLINE V log(V x) {
    x = max(x, c(0x1p-126f));
    const I raw = bitCast<int32_t>(x);
    V e = convert<float>((raw >> 23) - I::splat(0x7f)) + c(1);
    x = bitCast<float>((raw & I::splat(static_cast<int32_t>(~0x7f800000u))) | I::splat(0x3f000000));
    const auto small = x < c(0.707106781186547524f);
    const V tmp = select(small, x, V::zero());
    x = x - c(1);
    e = e - select(small, c(1), V::zero());
    x = x + tmp;
    const V z = x * x;
    V y = c(7.0376836292E-2f);
    for (float p : {-1.1514610310E-1f, 1.1676998740E-1f, -1.2420140846E-1f, 1.4249322787E-1f, -1.6668057665E-1f,
                    2.0000714765E-1f, -2.4999993993E-1f, 3.3333331174E-1f}) {
      y = fmaExact(y, x, c(p));
    }
    y = fmaExact(y * x, z, e * c(-2.12194440e-4f));
    y = fmaExact(-z, c(0.5f), y);
    return fmaExact(e, c(0.693359375f), x + y);
  }

  // x >= 0.
  static ALWAYS_INLINE void sinCos(V x, V& sin, V& cos) {
    I octant = convert<int32_t>(x * c(1.27323954473516f));
    octant = (octant + I::splat(1)) & I::splat(~1);
    V y = convert<float>(octant);
    const I signSin = (octant & I::splat(4)) << 29;
    const I signCos = (((octant - I::splat(2)) & I::splat(4)) ^ I::splat(4)) << 29;
    const auto swapped = (octant & I::splat(2)) == I::zero();
    x = fmaExact(y, c(-0.78515625f), x);
    x = fmaExact(y, c(-2.4187564849853515625e-4f), x);
    x = fmaExact(y, c(-3.77489497744594108e-8f), x);
    const V z = x * x;
    y = fmaExact(c(2.443315711809948E-005f), z, c(-1.388731625493765E-003f));
    y = fmaExact(y, z, c(4.166664568298827E-002f));
    y = fmaExact(y * z, z, -(z * c(0.5f))) + c(1);
    V y2 = fmaExact(c(-1.9515295891E-4f), z, c(8.3321608736E-3f));
    y2 = fmaExact(y2, z, c(-1.6666654611E-1f));
    y2 = fmaExact(y2 * z, x, x);
    const auto sine = bitCast<float>(lanesOf(swapped));
    const auto isSine = bitCast<int32_t>(sine) != I::zero();
    const I a = bitCast<int32_t>(y2), b = bitCast<int32_t>(y);
    sin = bitCast<float>(select(isSine, a, b) ^ signSin);
    cos = bitCast<float>(select(isSine, b, a) ^ signCos);
  }
};

// A block of 16 uniform numbers turned into normal ones: y[j] and y[j + 8] from the pair (y[j], y[j + 8]).
inline void normalBlock(float* y, float mean, float std) {
  using V = CephesFloat::V;
  const V radius = sqrt(V::splat(-2) * CephesFloat::log(V::splat(1) - V::load(y)));
  V sin, cos;
  CephesFloat::sinCos(V::splat(static_cast<float>(2 * std::numbers::pi)) * V::load(y + 8), sin, cos);
  fmaExact(radius * cos, V::splat(std), V::splat(mean)).store(y);
  fmaExact(radius * sin, V::splat(std), V::splat(mean)).store(y + 8);
}

inline void normalBlock(double* y, double mean, double std) {
  for (int j = 0; j < 8; j++) {
    const double radius = std::sqrt(-2 * std::log(1 - y[j]));
    const double theta = 2 * std::numbers::pi * y[j + 8];
    y[j] = std::fma(radius * std::cos(theta), std, mean);
    y[j + 8] = std::fma(radius * std::sin(theta), std, mean);
  }
}

// One number of a Box-Muller pair in double; the other is kept for the next call.
inline double drawNormal(RandomState& s) {
  if (s.normalValid != 0) {
    const double y = s.normalY;
    s.normalValid = 0;
    s.normalY = 0;
    return y;
  }
  const double u1 = drawUnit(s);
  const double u2 = drawUnit(s);
  const double radius = std::sqrt(-2 * std::log1p(-u2));
  const double theta = 2 * std::numbers::pi * u1;
  s.normalY = radius * std::sin(theta);
  s.normalValid = 1;
  return radius * std::cos(theta);
}

// Normal with a mean and a standard deviation: below 16 numbers one by one, else by blocks of 16 uniform ones; of a
// ragged length the last 16 are drawn again.
template <class T>
void normal(uint8_t* state, T* y, int64_t n, double mean, double std) {
  RandomState& s = randomState(state);
  if (n < 16) {
    for (int64_t i = 0; i < n; i++) y[i] = static_cast<T>(std::fma(drawNormal(s), std, mean));
    return;
  }
  uniform<T>(state, y, n, 0, 1);
  const T m = static_cast<T>(mean), d = static_cast<T>(std);
  for (int64_t i = 0; i + 16 <= n; i += 16) normalBlock(y + i, m, d);
  if (n % 16 != 0) {
    T* last = y + n - 16;
    uniform<T>(state, last, 16, 0, 1);
    normalBlock(last, m, d);
  }
}

// 1 with probability p, by a double uniform number below p.
template <class T>
void bernoulli(uint8_t* state, T* y, int64_t n, double p) {
  forEachDraw<2>(randomState(state), n, [&](const int64_t* words, int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; i++) y[first + i] = static_cast<T>(unitDouble(joinWords(words + 2 * i)) < p);
  });
}

// 1 with probability p[i], by a uniform number of p's type.
template <class T>
void bernoulliTensor(uint8_t* state, const T* p, T* y, int64_t n) {
  if constexpr (sizeof(T) == 4) {
    forEachDraw<1>(randomState(state), n, [&](const int64_t* words, int64_t first, int64_t count) {
      for (int64_t i = 0; i < count; i++) {
        y[first + i] = static_cast<T>(static_cast<float>(words[i] & 0xffffff) * 0x1p-24f < p[first + i]);
      }
    });
  } else {
    forEachDraw<2>(randomState(state), n, [&](const int64_t* words, int64_t first, int64_t count) {
      for (int64_t i = 0; i < count; i++) y[first + i] = static_cast<T>(unitDouble(joinWords(words + 2 * i)) < p[first + i]);
    });
  }
}

// low + a word modulo range; from a range of 2^28 on, two words, for a fair spread. A range of 0 stands for 2^63.
template <class T>
void randint(uint8_t* state, T* y, int64_t n, int64_t low, int64_t range) {
  RandomState& s = randomState(state);
  const uint64_t modulus = range == 0 ? uint64_t{1} << 63 : static_cast<uint64_t>(range);
  const auto value = [&](uint64_t word) {
    return static_cast<T>(static_cast<int64_t>(word % modulus + static_cast<uint64_t>(low)));
  };
  if (modulus < uint64_t{1} << 28) {
    forEachDraw<1>(s, n, [&](const int64_t* words, int64_t first, int64_t count) {
      for (int64_t i = 0; i < count; i++) y[first + i] = value(static_cast<uint64_t>(words[i]));
    });
  } else {
    forEachDraw<2>(s, n, [&](const int64_t* words, int64_t first, int64_t count) {
      for (int64_t i = 0; i < count; i++) y[first + i] = value(joinWords(words + 2 * i));
    });
  }
}

// A permutation of 0 .. n - 1: Fisher and Yates's shuffle from the front, or from 2^32 / 20 numbers on, where a word
// no longer spreads evenly, its inside-out form.
inline void randperm(uint8_t* state, int64_t* y, int64_t n) {
  RandomState& s = randomState(state);
  if (n < int64_t{0xffffffff} / 20) {
    for (int64_t i = 0; i < n; i++) y[i] = i;
    if (n < 2) return;
    forEachDraw<1>(s, n - 1, [&](const int64_t* words, int64_t first, int64_t count) {
      for (int64_t i = first; i < first + count; i++) {
        const int64_t other = i + words[i - first] % (n - i);
        const int64_t kept = y[i];
        y[i] = y[other];
        y[other] = kept;
      }
    });
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    const int64_t other = static_cast<int64_t>(drawWord64(s) % static_cast<uint64_t>(i + 1));
    y[i] = i;
    y[i] = y[other];
    y[other] = i;
  }
}

// -log(1 - u) / lambda.
template <class T>
void exponential(uint8_t* state, T* y, int64_t n, double lambda) {
  forEachDraw<2>(randomState(state), n, [&](const int64_t* words, int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
      y[first + i] = static_cast<T>(-1 / lambda * std::log1p(-unitDouble(joinWords(words + 2 * i))));
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
