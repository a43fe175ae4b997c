// The debug switch that says on stderr which of several implementations of a kernel runs.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace flambeau {

bool tracesWays();
void setTracesWays(bool wanted);

void printWay(const char* kernel, std::initializer_list<int64_t> sizes, const char* way);

// To be called by a kernel once it has chosen: prints "flambeau: kernel(sizes): way" when the switch is on.
inline void traceWay(const char* kernel, std::initializer_list<int64_t> sizes, const char* way) {
  if (tracesWays()) printWay(kernel, sizes, way);
}

}  // namespace flambeau
