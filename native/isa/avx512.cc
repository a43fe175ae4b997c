// All kernels for AVX-512 (F, DQ, BW, VL).
#define FLAMBEAU_ISA avx512

#include "simd/avx512.h"
#include "kernels/all.h"
#include "isa/rows.h"

namespace flambeau {

extern const Table avx512Table;
const Table avx512Table = {"avx512", avx512::kernels, sizeof avx512::kernels / sizeof(Kernel), avx512::widen,
                           avx512::narrow};

}  // namespace flambeau
