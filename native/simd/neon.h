// vec for aarch64 with Advanced SIMD.
#pragma once

#include <arm_neon.h>

#include "simd/generic.h"

namespace flambeau::FLAMBEAU_ISA {

inline constexpr int nativeBytes = 16;
inline constexpr int vectorRegisters = 32;

ALWAYS_INLINE void streamFence() {}

// vmax and vmin give NaN when either operand is NaN.
template <>
struct Leaf<float, 4> : GenericLeaf<float, 4> {
  static ALWAYS_INLINE Reg fma(Reg a, Reg b, Reg c) { return vfmaq_f32(c, a, b); }
  static ALWAYS_INLINE Reg sqrt(Reg a) { return vsqrtq_f32(a); }
  static ALWAYS_INLINE Reg max(Reg a, Reg b) { return vmaxq_f32(a, b); }
  static ALWAYS_INLINE Reg min(Reg a, Reg b) { return vminq_f32(a, b); }
  static ALWAYS_INLINE Reg floor(Reg a) { return vrndmq_f32(a); }
  static ALWAYS_INLINE Reg ceil(Reg a) { return vrndpq_f32(a); }
  static ALWAYS_INLINE Reg trunc(Reg a) { return vrndq_f32(a); }
  static ALWAYS_INLINE Reg round(Reg a) { return vrndnq_f32(a); }
  static ALWAYS_INLINE bool any(Mask m) { return vmaxvq_u32(bits<uint32x4_t>(m)) != 0; }
  static ALWAYS_INLINE bool all(Mask m) { return vminvq_u32(bits<uint32x4_t>(m)) != 0; }
};

template <>
struct Leaf<double, 2> : GenericLeaf<double, 2> {
  static ALWAYS_INLINE Reg fma(Reg a, Reg b, Reg c) { return vfmaq_f64(c, a, b); }
  static ALWAYS_INLINE Reg sqrt(Reg a) { return vsqrtq_f64(a); }
  static ALWAYS_INLINE Reg max(Reg a, Reg b) { return vmaxq_f64(a, b); }
  static ALWAYS_INLINE Reg min(Reg a, Reg b) { return vminq_f64(a, b); }
  static ALWAYS_INLINE Reg floor(Reg a) { return vrndmq_f64(a); }
  static ALWAYS_INLINE Reg ceil(Reg a) { return vrndpq_f64(a); }
  static ALWAYS_INLINE Reg trunc(Reg a) { return vrndq_f64(a); }
  static ALWAYS_INLINE Reg round(Reg a) { return vrndnq_f64(a); }
};

}  // namespace flambeau::FLAMBEAU_ISA

#include "simd/vec.h"
