// The reference leaf of vec: one register in GNU vector extensions, correct on every machine. An instruction set
// overrides, by specialising Leaf, only what it improves.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))
// Inlines everything the function calls: a vector loop wants its formula inside.
#define FLATTEN __attribute__((flatten))

namespace flambeau::FLAMBEAU_ISA {

// Whether fma rounds once.
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
inline constexpr bool fusesMultiplyAdd = true;
#else
inline constexpr bool fusesMultiplyAdd = false;
#endif

template <int bytes>
struct IntOfSize;
template <>
struct IntOfSize<1> {
  using type = int8_t;
};
template <>
struct IntOfSize<2> {
  using type = int16_t;
};
template <>
struct IntOfSize<4> {
  using type = int32_t;
};
template <>
struct IntOfSize<8> {
  using type = int64_t;
};

// The signed integer as wide as T: what GNU comparisons give.
template <class T>
using IntOf = typename IntOfSize<sizeof(T)>::type;

// GNU vectors have no bool lanes; a bool is a byte that is 0 or 1.
template <class T>
using Lane = std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>;

template <class T, int N>
struct RegisterOf {
  typedef Lane<T> type __attribute__((vector_size(N * sizeof(T))));
};
template <class T, int N>
using Register = typename RegisterOf<T, N>::type;

template <class To, class From>
ALWAYS_INLINE To bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  return (To)from;
}

template <class T, int N>
struct GenericLeaf {
  using Reg = Register<T, N>;
  using Mask = Register<IntOf<T>, N>;

  static ALWAYS_INLINE Reg load(const T* p) {
    Reg r;
    __builtin_memcpy(&r, p, sizeof r);
    return r;
  }
  static ALWAYS_INLINE Reg load(const T* p, int count) {
    Reg r = {};
    std::memcpy(&r, p, static_cast<size_t>(count) * sizeof(T));
    return r;
  }
  static ALWAYS_INLINE void store(T* p, Reg r) { __builtin_memcpy(p, &r, sizeof r); }
  static ALWAYS_INLINE void store(T* p, Reg r, int count) {
    std::memcpy(p, &r, static_cast<size_t>(count) * sizeof(T));
  }
  // To aligned memory past the caches where the machine can; streamFence() before another thread may read it.
  static ALWAYS_INLINE void stream(T* p, Reg r) { store(p, r); }

  static ALWAYS_INLINE Mask eq(Reg a, Reg b) { return a == b; }
  static ALWAYS_INLINE Mask lt(Reg a, Reg b) { return a < b; }
  static ALWAYS_INLINE Mask le(Reg a, Reg b) { return a <= b; }
  static ALWAYS_INLINE Reg select(Mask m, Reg a, Reg b) { return m ? a : b; }
  static ALWAYS_INLINE Mask maskOf(Register<IntOf<T>, N> lanes) { return lanes; }
  static ALWAYS_INLINE Register<IntOf<T>, N> lanesOf(Mask m) { return m; }
  static ALWAYS_INLINE bool any(Mask m) {
    IntOf<T> seen = 0;
    for (int i = 0; i < N; i++) seen |= m[i];
    return seen != 0;
  }
  static ALWAYS_INLINE bool all(Mask m) {
    IntOf<T> seen = -1;
    for (int i = 0; i < N; i++) seen &= m[i];
    return seen != 0;
  }

  // A NaN in either operand comes out.
  static ALWAYS_INLINE Reg max(Reg a, Reg b) {
    if constexpr (std::is_floating_point_v<T>)
      return ((a > b) | (a != a)) ? a : b;
    else
      return a > b ? a : b;
  }
  static ALWAYS_INLINE Reg min(Reg a, Reg b) {
    if constexpr (std::is_floating_point_v<T>)
      return ((a < b) | (a != a)) ? a : b;
    else
      return a < b ? a : b;
  }

  static ALWAYS_INLINE Reg larger(Reg a, Reg b) { return a > b ? a : b; }

  static ALWAYS_INLINE Reg fma(Reg a, Reg b, Reg c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    if constexpr (std::is_floating_point_v<T>) {
      for (int i = 0; i < N; i++) c[i] = std::fma(a[i], b[i], c[i]);
      return c;
    }
#endif
    return a * b + c;
  }
  static ALWAYS_INLINE Reg sqrt(Reg a) {
    for (int i = 0; i < N; i++) a[i] = std::sqrt(a[i]);
    return a;
  }

  static ALWAYS_INLINE Reg abs(Reg a) {
    if constexpr (std::is_floating_point_v<T>)
      return bits<Reg>(bits<Mask>(a) & std::numeric_limits<IntOf<T>>::max());
    else if constexpr (std::is_signed_v<T>)
      return a < 0 ? -a : a;
    else
      return a;
  }
  static ALWAYS_INLINE Reg copySign(Reg magnitude, Reg sign) {
    constexpr IntOf<T> signBit = std::numeric_limits<IntOf<T>>::min();
    return bits<Reg>((bits<Mask>(magnitude) & ~signBit) | (bits<Mask>(sign) & signBit));
  }

  // Half to even: adding 2^23 (2^52) makes the addition itself round; larger values and NaN are already integral.
  static ALWAYS_INLINE Reg round(Reg a) {
    constexpr T big = 1 / std::numeric_limits<T>::epsilon();
    const Reg magnitude = abs(a);
    const Reg rounded = (magnitude + big) - big;
    return magnitude < big ? copySign(rounded, a) : a;
  }
  static ALWAYS_INLINE Reg floor(Reg a) {
    const Reg rounded = round(a);
    return rounded > a ? rounded - 1 : rounded;
  }
  static ALWAYS_INLINE Reg ceil(Reg a) { return -floor(-a); }
  static ALWAYS_INLINE Reg trunc(Reg a) { return copySign(floor(abs(a)), a); }

  // The integer whose value an integral lane below 2^22 (2^51) has: 1.5 * 2^23 puts it in the low bits.
  static ALWAYS_INLINE Mask smallInteger(Reg a) {
    constexpr T magic = T{1.5} / std::numeric_limits<T>::epsilon();
    return bits<Mask>(a + magic) - std::bit_cast<IntOf<T>>(magic);
  }
  // a * 2^n for integral |n| < 200 (2000), rounded once: in two factors, as 2^n alone may leave the range.
  static ALWAYS_INLINE Reg ldexp(Reg a, Reg n) {
    constexpr int fraction = std::numeric_limits<T>::digits - 1;
    constexpr int bias = std::numeric_limits<T>::max_exponent - 1;
    const Mask whole = smallInteger(n);
    const Mask half = whole >> 1;
    return a * bits<Reg>((half + bias) << fraction) * bits<Reg>((whole - half + bias) << fraction);
  }

  template <class U>
  static ALWAYS_INLINE Register<U, N> convert(Reg a) {
    return __builtin_convertvector(a, Register<U, N>);
  }
};

// What vec calls.
template <class T, int N>
struct Leaf : GenericLeaf<T, N> {};

}  // namespace flambeau::FLAMBEAU_ISA
