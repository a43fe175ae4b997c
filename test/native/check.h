// What the native tests share: counted checks, and the vec header of the instruction set under test.
#pragma once

#include <cmath>
#include <cstdio>
#include <limits>

#define QUOTE_TEXT(text) #text
#define QUOTE(text) QUOTE_TEXT(text)
// clang-format off: blanks would be part of the path
#define HEADER_OF(isa) QUOTE_TEXT(simd/isa.h)
// clang-format on
#define HEADER(isa) HEADER_OF(isa)
#include HEADER(FLAMBEAU_ISA)

namespace test {

inline int passed = 0;
inline int failed = 0;

// Prints the first failures only: one broken lane breaks thousands of checks.
inline void check(bool good, const char* what, double at, double actual, double expected) {
  if (good) {
    passed++;
  } else if (failed++ < 40) {
    std::printf("%s at %g: got %.17g, expected %.17g\n", what, at, actual, expected);
  }
}

// Equal, both NaN, or within `tolerance` of max(1, |expected|).
inline void near(double actual, double expected, double tolerance, const char* what, double at) {
  const bool good = actual == expected || (std::isnan(actual) && std::isnan(expected)) ||
                    std::fabs(actual - expected) <= tolerance * std::fmax(1, std::fabs(expected));
  check(good, what, at, actual, expected);
}
inline void same(double actual, double expected, const char* what, double at) { near(actual, expected, 0, what, at); }

inline int report(const char* name, const char* isa) {
  std::printf("%s %s: %d passed, %d failed\n", name, isa, passed, failed);
  return failed == 0 ? 0 : 1;
}

// Numbers of a fixed sequence, the same on every machine.
inline unsigned nextRandom() {
  static unsigned state = 12345;
  state = state * 1664525u + 1013904223u;
  return state >> 8;
}

// A float drawn between -8 and 8 with a special value now and then, or a small integer.
template <class T>
T sample(bool specials) {
  const unsigned r = nextRandom();
  if constexpr (std::is_same_v<T, bool>) {
    return (r & 1) != 0;
  } else if constexpr (std::is_floating_point_v<T>) {
    constexpr T list[] = {0,
                          T{-0.0},
                          std::numeric_limits<T>::infinity(),
                          -std::numeric_limits<T>::infinity(),
                          std::numeric_limits<T>::quiet_NaN(),
                          T{2.5},
                          T{-0.5},
                          std::numeric_limits<T>::min() / 2};
    if (specials && r % 7 == 0) return list[r / 7 % 8];
    return (static_cast<T>(r % 16384) - 8192) / 1024;
  } else {
    return static_cast<T>(static_cast<int>(r % 23) - (std::is_signed_v<T> ? 11 : 0));
  }
}

}  // namespace test
