// The kernels of binary.inc: name(x, y, out, shape, xStrides, yStrides, outStrides).
#pragma once

#include "kernels/elementwise.h"
#include "simd/math.h"

namespace flambeau::FLAMBEAU_ISA {

// ---- Division of one lane
// Dividing an integer by 0 or the least one by -1 would trap: they give 0 (the caller raises) and the wrapped negative.

template <class T>
inline T quotientOf(T a, T b) {
  if (b == 0) return 0;
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(a));
  }
  return static_cast<T>(a / b);
}
template <class T>
inline T fmodOf(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::fmod(a, b);
  } else {
    if (b == 0) return 0;
    if constexpr (std::is_signed_v<T>) {
      if (b == -1) return 0;
    }
    return static_cast<T>(a % b);
  }
}
// The sign of the divisor, as Python's %.
template <class T>
inline T remainderOf(T a, T b) {
  const T r = fmodOf(a, b);
  return r != 0 && (r < 0) != (b < 0) ? static_cast<T>(r + b) : r;
}
// As Python's //: from the exact remainder, since floor(a / b) may be one too high.
template <class T>
inline T floorDivideOf(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (b == 0) return a / b;
    const T r = std::fmod(a, b);
    T q = (a - r) / b;
    if (r != 0 && (r < 0) != (b < 0)) q -= 1;
    if (q == 0) return std::copysign(T{0}, a / b);
    const T whole = std::floor(q);
    return q - whole > T{0.5} ? whole + 1 : whole;
  } else {
    const T q = quotientOf(a, b);
    const T r = fmodOf(a, b);
    return r != 0 && (r < 0) != (b < 0) ? static_cast<T>(q - 1) : q;
  }
}
// By squaring, wrapping; a negative exponent leaves 0 unless the base is 1 or -1.
template <class T>
inline T integerPower(T base, T exponent) {
  if (exponent < 0) {
    if (base == 1) return 1;
    return base == static_cast<T>(-1) ? (exponent % 2 == 0 ? 1 : static_cast<T>(-1)) : 0;
  }
  uint64_t factor = static_cast<uint64_t>(base);
  uint64_t product = 1;
  for (uint64_t e = static_cast<uint64_t>(exponent); e != 0; e >>= 1) {
    if (e & 1) product *= factor;
    factor *= factor;
  }
  return static_cast<T>(product);
}

template <class T, int N>
  requires std::is_integral_v<T>
ALWAYS_INLINE vec<T, N> pow(vec<T, N> x, vec<T, N> y) {
  return mapLanes(x, y, [](T a, T b) { return integerPower(a, b); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> fmod(vec<T, N> x, vec<T, N> y) {
  return mapLanes(x, y, [](T a, T b) { return fmodOf(a, b); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> remainder(vec<T, N> x, vec<T, N> y) {
  return mapLanes(x, y, [](T a, T b) { return remainderOf(a, b); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> floorDivide(vec<T, N> x, vec<T, N> y) {
  return mapLanes(x, y, [](T a, T b) { return floorDivideOf(a, b); });
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> truncDivide(vec<T, N> x, vec<T, N> y) {
  if constexpr (std::is_floating_point_v<T>)
    return trunc(x / y);
  else
    return mapLanes(x, y, [](T a, T b) { return quotientOf(a, b); });
}

// ---- The kernels

#define BINARY(NAME, TYPES, GRAIN, FORMULA)                                                                     \
  template <class T>                                                                                            \
  inline void NAME(const T* x, const T* y, T* out, Ints shape, Ints xStrides, Ints yStrides, Ints outStrides) { \
    elementwise(                                                                                                \
        GRAIN, shape, [](auto x, auto y) { return FORMULA; }, out, outStrides, Operand<T>{x, xStrides},         \
        Operand<T>{y, yStrides});                                                                               \
  }
#define BINARY_BOOL(NAME, TYPES, GRAIN, FORMULA)                                                                   \
  template <class T>                                                                                               \
  inline void NAME(const T* x, const T* y, bool* out, Ints shape, Ints xStrides, Ints yStrides, Ints outStrides) { \
    elementwise(                                                                                                   \
        GRAIN, shape, [](auto x, auto y) { return toBool(FORMULA); }, out, outStrides, Operand<T>{x, xStrides},    \
        Operand<T>{y, yStrides});                                                                                  \
  }
#include "kernels/binary.inc"
#undef BINARY
#undef BINARY_BOOL

}  // namespace flambeau::FLAMBEAU_ISA
