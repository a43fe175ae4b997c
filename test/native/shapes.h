// What the tests of kernels over random shapes add to check.h: checks that describe their case, and random numbers.
#pragma once

#include <cstdarg>

#include "check.h"

namespace test {

// Counts a check of one whole case; the first failures are printed with their shapes.
__attribute__((format(printf, 2, 3))) inline bool expect(bool good, const char* format, ...) {
  if (good) {
    passed++;
  } else if (failed++ < 20) {
    va_list arguments;
    va_start(arguments, format);
    std::vprintf(format, arguments);
    std::printf("\n");
    va_end(arguments);
  }
  return good;
}

// Marsaglia's xorshift64: the same shapes and values on every machine.
struct Random {
  uint64_t state = 88172645463325252u;
  uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
  int64_t below(int64_t n) { return static_cast<int64_t>(next() % static_cast<uint64_t>(n)); }
  // In [-1, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-52 - 1; }
};

}  // namespace test
