// All kernels for NEON of 64-bit Arm.
#define FLAMBEAU_ISA neon

#include "simd/neon.h"
#include "kernels/all.h"
#include "isa/rows.h"

namespace flambeau {

extern const Table neonTable;
const Table neonTable = {"neon", neon::kernels, sizeof neon::kernels / sizeof(Kernel), neon::widen, neon::narrow};

}  // namespace flambeau
