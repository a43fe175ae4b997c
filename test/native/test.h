// The smallest test harness: check(ok, what) counts, report() prints the totals.
#pragma once

#include <cstdarg>
#include <cstdio>

namespace test {

inline int passed = 0;
inline int failed = 0;

// Counts a check; a failed one is printed, the first twenty of a run.
__attribute__((format(printf, 2, 3))) inline bool check(bool ok, const char* format, ...) {
  if (ok) {
    passed++;
    return true;
  }
  if (failed++ < 20) {
    va_list arguments;
    va_start(arguments, format);
    std::printf("FAILED ");
    std::vprintf(format, arguments);
    std::printf("\n");
    va_end(arguments);
  }
  return false;
}

inline int report() {
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

// A small deterministic generator for shapes and values.
struct Random {
  unsigned long long state = 88172645463325252ull;
  unsigned long long next() {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
  long below(long n) { return static_cast<long>(next() % static_cast<unsigned long long>(n)); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53 * 2 - 1; }
};

}  // namespace test
