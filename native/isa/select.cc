// Asks the processor what it has. Compiled for the baseline: nothing here may need more than every machine offers.
#include "isa/select.h"

namespace flambeau {

extern const Table baselineTable;
#if defined(__x86_64__)
extern const Table avx2Table;
extern const Table avx512Table;
#elif defined(__aarch64__)
extern const Table neonTable;
#endif

// __builtin_cpu_supports reads CPUID, and XGETBV for the register state that the operating system saves.
int candidates(Candidate (&list)[maxCandidates]) {
  int count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  list[count++] = {&avx512Table, avx512};
  list[count++] = {&avx2Table, avx2};
#elif defined(__aarch64__)
  list[count++] = {&neonTable, true};
#endif
  list[count++] = {&baselineTable, true};
  return count;
}

}  // namespace flambeau
