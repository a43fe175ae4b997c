// Ends a native test as skipped on a processor without the instruction set that it was compiled for. Itself compiled
// for the baseline, and run before any other initialiser could use an instruction that is missing.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#define QUOTE_TEXT(text) #text
#define QUOTE(text) QUOTE_TEXT(text)

namespace {

// What CTest is told to count as skipped.
constexpr int skipped = 77;

bool supported(const char* isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (std::strcmp(isa, "avx2") == 0) return avx2;
  if (std::strcmp(isa, "avx512") == 0) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
#endif
  return isa != nullptr;
}

__attribute__((constructor(101))) void skipIfUnsupported() {
  if (supported(QUOTE(FLAMBEAU_ISA))) return;
  std::printf("this processor has no %s\n", QUOTE(FLAMBEAU_ISA));
  std::fflush(stdout);
  std::_Exit(skipped);
}

}  // namespace
