// The state of the debug switch and the lines it prints.
#include "runtime/trace.h"

#include <atomic>
#include <cstdio>
#include <string>

namespace flambeau {

static std::atomic<bool> traces{false};

bool tracesWays() { return traces.load(std::memory_order_relaxed); }
void setTracesWays(bool wanted) { traces.store(wanted, std::memory_order_relaxed); }

void printWay(const char* kernel, std::initializer_list<int64_t> sizes, const char* way) {
  std::string line = std::string("flambeau: ") + kernel + "(";
  for (const int64_t* size = sizes.begin(); size != sizes.end(); size++) {
    line += (size == sizes.begin() ? "" : ", ") + std::to_string(*size);
  }
  line += std::string("): ") + way + "\n";
  // One call, so that lines of several threads do not mix.
  std::fputs(line.c_str(), stderr);
}

}  // namespace flambeau
