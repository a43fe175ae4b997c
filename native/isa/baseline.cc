// All kernels for the instructions every processor of the architecture has.
#define FLAMBEAU_ISA baseline

#include "simd/baseline.h"
#include "kernels/all.h"
#include "isa/rows.h"

namespace flambeau {

extern const Table baselineTable;
const Table baselineTable = {"baseline", baseline::kernels, sizeof baseline::kernels / sizeof(Kernel), baseline::widen,
                             baseline::narrow};

}  // namespace flambeau
