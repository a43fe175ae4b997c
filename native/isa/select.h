// Chooses the table of kernels for this processor.
#pragma once

#include "isa/table.h"

namespace flambeau {

// Instruction sets compiled in, best first.
struct Candidate {
  const Table* table;
  bool supported;  // by the processor and the operating system
};

inline constexpr int maxCandidates = 3;
// Fills `candidates` and returns how many there are; the last one always runs.
int candidates(Candidate (&candidates)[maxCandidates]);

}  // namespace flambeau
