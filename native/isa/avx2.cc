// All kernels for AVX2 and FMA.
#define FLAMBEAU_ISA avx2

#include "simd/avx2.h"
#include "kernels/all.h"
#include "isa/rows.h"

namespace flambeau {

extern const Table avx2Table;
const Table avx2Table = {"avx2", avx2::kernels, sizeof avx2::kernels / sizeof(Kernel), avx2::widen, avx2::narrow};

}  // namespace flambeau
