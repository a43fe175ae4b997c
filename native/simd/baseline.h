// vec for any machine: 16-byte registers, nothing beyond what GNU vectors say.
#pragma once

#include "simd/generic.h"

namespace flambeau::FLAMBEAU_ISA {

inline constexpr int nativeBytes = 16;
inline constexpr int vectorRegisters = 16;

ALWAYS_INLINE void streamFence() {}

}  // namespace flambeau::FLAMBEAU_ISA

#include "simd/vec.h"
