// vec for x86-64 with AVX2 and FMA.
#pragma once

#include "simd/avx2-leaf.h"

namespace flambeau::FLAMBEAU_ISA {

inline constexpr int nativeBytes = 32;
inline constexpr int vectorRegisters = 16;

}  // namespace flambeau::FLAMBEAU_ISA

#include "simd/vec.h"
