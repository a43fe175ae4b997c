// vec<T, N>: N lanes of T. At most a register wide it is a Leaf; wider it is two halves, so a kernel has one logical
// width on every machine. Included by the header of an instruction set, which defines nativeBytes first.
#pragma once

#include "simd/generic.h"

namespace flambeau::FLAMBEAU_ISA {

template <class T, int N>
inline constexpr bool isLeaf = N * static_cast<int>(sizeof(T)) <= nativeBytes;

// Lanes of a register of the machine.
template <class T>
inline constexpr int nativeLanes = nativeBytes / static_cast<int>(sizeof(T));

template <class T, int N>
struct mask {
  mask<T, N / 2> lo, hi;
};

template <class T, int N>
  requires isLeaf<T, N>
struct mask<T, N> {
  typename Leaf<T, N>::Mask m;
};

template <class T, int N>
struct vec {
  using Half = vec<T, N / 2>;
  Half lo, hi;

  static ALWAYS_INLINE vec load(const T* p) { return {Half::load(p), Half::load(p + N / 2)}; }
  static ALWAYS_INLINE vec load(const T* p, int count) {
    const int low = count < N / 2 ? count : N / 2;
    return {Half::load(p, low), Half::load(p + N / 2, count - low)};
  }
  static ALWAYS_INLINE vec splat(T s) { return {Half::splat(s), Half::splat(s)}; }
  static ALWAYS_INLINE vec zero() { return {Half::zero(), Half::zero()}; }
  ALWAYS_INLINE void store(T* p) const {
    lo.store(p);
    hi.store(p + N / 2);
  }
  ALWAYS_INLINE void store(T* p, int count) const {
    const int low = count < N / 2 ? count : N / 2;
    lo.store(p, low);
    hi.store(p + N / 2, count - low);
  }
  ALWAYS_INLINE void stream(T* p) const {
    lo.stream(p);
    hi.stream(p + N / 2);
  }
};

template <class T, int N>
  requires isLeaf<T, N>
struct vec<T, N> {
  using Ops = Leaf<T, N>;
  Register<T, N> r;

  static ALWAYS_INLINE vec load(const T* p) { return {Ops::load(p)}; }
  static ALWAYS_INLINE vec load(const T* p, int count) { return {Ops::load(p, count)}; }
  // Not 0 + s, which would lose the sign of -0 and cost an addition.
  static ALWAYS_INLINE vec splat(T s) {
    return {splatLanes(static_cast<Lane<T>>(s), std::make_integer_sequence<int, N>{})};
  }
  static ALWAYS_INLINE vec zero() { return {Register<T, N>{}}; }
  ALWAYS_INLINE void store(T* p) const { Ops::store(p, r); }
  ALWAYS_INLINE void store(T* p, int count) const { Ops::store(p, r, count); }
  ALWAYS_INLINE void stream(T* p) const { Ops::stream(p, r); }

 private:
  template <int... i>
  static ALWAYS_INLINE Register<T, N> splatLanes(Lane<T> s, std::integer_sequence<int, i...>) {
    return Register<T, N>{((void)i, s)...};
  }
};

// The logical width, the same on every machine: 16 floats, 8 doubles.
template <class T>
inline constexpr int lanes = 64 / sizeof(T);
template <class T>
using Vec = vec<T, lanes<T>>;
template <class T>
using Mask = mask<T, lanes<T>>;

// ---- Halves: lower, upper, concat (the cuts of every fixed tree)

template <int offset, class R, int... i>
ALWAYS_INLINE auto shuffleRange(R a, R b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, (offset + i)...);
}

template <class T, int N>
ALWAYS_INLINE vec<T, N / 2> lower(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {shuffleRange<0>(a.r, a.r, std::make_integer_sequence<int, N / 2>{})};
  else
    return a.lo;
}
template <class T, int N>
ALWAYS_INLINE vec<T, N / 2> upper(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {shuffleRange<N / 2>(a.r, a.r, std::make_integer_sequence<int, N / 2>{})};
  else
    return a.hi;
}
template <class T, int N>
ALWAYS_INLINE vec<T, 2 * N> concat(vec<T, N> lo, vec<T, N> hi) {
  if constexpr (isLeaf<T, 2 * N>)
    return {shuffleRange<0>(lo.r, hi.r, std::make_integer_sequence<int, 2 * N>{})};
  else
    return {lo, hi};
}

// ---- Two vectors as one line of lanes: every second lane, and lanes taken from both in turn

template <int offset, class R, int... i>
ALWAYS_INLINE R shuffleEverySecond(R a, R b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, (2 * i + offset)...);
}
template <int offset, class R, int... i>
ALWAYS_INLINE R shuffleInterleaved(R a, R b, std::integer_sequence<int, i...>) {
  constexpr int n = sizeof...(i);
  return __builtin_shufflevector(a, b, ((i & 1) * n + i / 2 + offset)...);
}

// Lanes offset, offset + 2, ... of a, then of b.
template <int offset, class T, int N>
ALWAYS_INLINE vec<T, N> everySecond(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {shuffleEverySecond<offset>(a.r, b.r, std::make_integer_sequence<int, N>{})};
  else
    return {everySecond<offset>(a.lo, a.hi), everySecond<offset>(b.lo, b.hi)};
}

// Every second block of h lanes, from the first or (offset 1) from the second on: those of a, then those of b; for
// blocks of less than 16 bytes within every 16 bytes, which no machine needs to cross.
template <int h, int offset, int group, class R, int... i>
ALWAYS_INLINE R shuffleBlocks(R a, R b, std::integer_sequence<int, i...>) {
  constexpr int n = sizeof...(i), half = group / 2;
  return __builtin_shufflevector(
      a, b, (i % group / half * n + i / group * group + (2 * (i % half / h) + offset) * h + i % h)...);
}
template <int h, int offset, class T, int N>
ALWAYS_INLINE vec<T, N> everySecondBlock(vec<T, N> a, vec<T, N> b) {
  constexpr int granule = 16 / sizeof(T);
  if constexpr (isLeaf<T, N>)
    return {shuffleBlocks<h, offset, (h < granule ? granule : N)>(a.r, b.r, std::make_integer_sequence<int, N>{})};
  else if constexpr (h < granule)
    return {everySecondBlock<h, offset>(a.lo, b.lo), everySecondBlock<h, offset>(a.hi, b.hi)};
  else if constexpr (2 * h == N)
    return offset == 0 ? vec<T, N>{a.lo, b.lo} : vec<T, N>{a.hi, b.hi};
  else
    return {everySecondBlock<h, offset>(a.lo, a.hi), everySecondBlock<h, offset>(b.lo, b.hi)};
}

template <class V>
struct Interleaved {
  V low, high;
};
// a0 b0 a1 b1 ...
template <class T, int N>
ALWAYS_INLINE Interleaved<vec<T, N>> interleave(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>) {
    using Lanes = std::make_integer_sequence<int, N>;
    return {{shuffleInterleaved<0>(a.r, b.r, Lanes{})}, {shuffleInterleaved<N / 2>(a.r, b.r, Lanes{})}};
  } else {
    const auto low = interleave(a.lo, b.lo), high = interleave(a.hi, b.hi);
    return {{low.low, low.high}, {high.low, high.high}};
  }
}

// ---- Arithmetic

// A register whose arithmetic wraps around, which is undefined for signed integers.
template <class T>
struct WrappingLane {
  using type = T;
};
template <class T>
  requires std::is_integral_v<T>
struct WrappingLane<T> {
  using type = std::make_unsigned_t<Lane<T>>;
};
template <class T, int N>
ALWAYS_INLINE auto wrapping(vec<T, N> a) {
  return bits<Register<typename WrappingLane<T>::type, N>>(a.r);
}

// Of bools: or, so that a sum stays 0 or 1.
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator+(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N> && std::is_same_v<T, bool>)
    return {a.r | b.r};
  else if constexpr (isLeaf<T, N>)
    return {bits<Register<T, N>>(wrapping(a) + wrapping(b))};
  else
    return {a.lo + b.lo, a.hi + b.hi};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator-(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {bits<Register<T, N>>(wrapping(a) - wrapping(b))};
  else
    return {a.lo - b.lo, a.hi - b.hi};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator*(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {bits<Register<T, N>>(wrapping(a) * wrapping(b))};
  else
    return {a.lo * b.lo, a.hi * b.hi};
}
// Floating point only: an integer division by zero would trap.
template <class T, int N>
  requires std::is_floating_point_v<T>
ALWAYS_INLINE vec<T, N> operator/(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {a.r / b.r};
  else
    return {a.lo / b.lo, a.hi / b.hi};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator-(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {bits<Register<T, N>>(-wrapping(a))};
  else
    return {-a.lo, -a.hi};
}

template <class T, int N>
ALWAYS_INLINE vec<T, N>& operator+=(vec<T, N>& a, vec<T, N> b) {
  return a = a + b;
}
template <class T, int N>
ALWAYS_INLINE vec<T, N>& operator-=(vec<T, N>& a, vec<T, N> b) {
  return a = a - b;
}
template <class T, int N>
ALWAYS_INLINE vec<T, N>& operator*=(vec<T, N>& a, vec<T, N> b) {
  return a = a * b;
}

// ---- Bits (integer and bool lanes)

template <class T, int N>
  requires std::is_integral_v<T>
ALWAYS_INLINE vec<T, N> operator&(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {a.r & b.r};
  else
    return {a.lo & b.lo, a.hi & b.hi};
}
template <class T, int N>
  requires std::is_integral_v<T>
ALWAYS_INLINE vec<T, N> operator|(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {a.r | b.r};
  else
    return {a.lo | b.lo, a.hi | b.hi};
}
template <class T, int N>
  requires std::is_integral_v<T>
ALWAYS_INLINE vec<T, N> operator^(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {a.r ^ b.r};
  else
    return {a.lo ^ b.lo, a.hi ^ b.hi};
}
template <class T, int N>
  requires std::is_integral_v<T>
ALWAYS_INLINE vec<T, N> operator<<(vec<T, N> a, int bitCount) {
  if constexpr (isLeaf<T, N>)
    return {a.r << bitCount};
  else
    return {a.lo << bitCount, a.hi << bitCount};
}
// Arithmetic for signed lanes.
template <class T, int N>
  requires std::is_integral_v<T>
ALWAYS_INLINE vec<T, N> operator>>(vec<T, N> a, int bitCount) {
  if constexpr (isLeaf<T, N>)
    return {a.r >> bitCount};
  else
    return {a.lo >> bitCount, a.hi >> bitCount};
}

// The same bits as lanes of another type of the same size.
template <class U, class T, int N>
ALWAYS_INLINE vec<U, N> bitCast(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {bits<Register<U, N>>(a.r)};
  else
    return {bitCast<U>(a.lo), bitCast<U>(a.hi)};
}

// ---- Comparisons and masks

template <class T, int N>
ALWAYS_INLINE mask<T, N> operator==(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::eq(a.r, b.r)};
  else
    return {a.lo == b.lo, a.hi == b.hi};
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator<(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::lt(a.r, b.r)};
  else
    return {a.lo < b.lo, a.hi < b.hi};
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator<=(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::le(a.r, b.r)};
  else
    return {a.lo <= b.lo, a.hi <= b.hi};
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator&(mask<T, N> a, mask<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {static_cast<decltype(a.m)>(a.m & b.m)};
  else
    return {a.lo & b.lo, a.hi & b.hi};
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator|(mask<T, N> a, mask<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {static_cast<decltype(a.m)>(a.m | b.m)};
  else
    return {a.lo | b.lo, a.hi | b.hi};
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator~(mask<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {static_cast<decltype(a.m)>(~a.m)};
  else
    return {~a.lo, ~a.hi};
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator!=(vec<T, N> a, vec<T, N> b) {
  return ~(a == b);
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator>(vec<T, N> a, vec<T, N> b) {
  return b < a;
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator>=(vec<T, N> a, vec<T, N> b) {
  return b <= a;
}

template <class T, int N>
ALWAYS_INLINE vec<T, N> select(mask<T, N> m, vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::select(m.m, a.r, b.r)};
  else
    return {select(m.lo, a.lo, b.lo), select(m.hi, a.hi, b.hi)};
}
template <class T, int N>
ALWAYS_INLINE bool any(mask<T, N> m) {
  if constexpr (isLeaf<T, N>)
    return Leaf<T, N>::any(m.m);
  else
    return any(m.lo | m.hi);
}
template <class T, int N>
ALWAYS_INLINE bool all(mask<T, N> m) {
  if constexpr (isLeaf<T, N>)
    return Leaf<T, N>::all(m.m);
  else
    return all(m.lo & m.hi);
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> isNan(vec<T, N> a) {
  return a != a;
}

// A mask as integer lanes 0 and -1, and back (any lane must be 0 or -1).
template <class T, int N>
ALWAYS_INLINE vec<IntOf<T>, N> lanesOf(mask<T, N> m) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::lanesOf(m.m)};
  else
    return {lanesOf(m.lo), lanesOf(m.hi)};
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> maskOf(vec<IntOf<T>, N> a) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::maskOf(a.r)};
  else
    return {maskOf<T>(a.lo), maskOf<T>(a.hi)};
}

// ---- A number beside a vector, so that a formula reads as one: 1 / (1 + x)

template <class T>
using Scalar = std::type_identity_t<T>;

template <class T, int N>
ALWAYS_INLINE vec<T, N> operator+(vec<T, N> a, Scalar<T> b) {
  return a + vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator+(Scalar<T> a, vec<T, N> b) {
  return vec<T, N>::splat(a) + b;
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator-(vec<T, N> a, Scalar<T> b) {
  return a - vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator-(Scalar<T> a, vec<T, N> b) {
  return vec<T, N>::splat(a) - b;
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator*(vec<T, N> a, Scalar<T> b) {
  return a * vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator*(Scalar<T> a, vec<T, N> b) {
  return vec<T, N>::splat(a) * b;
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator/(vec<T, N> a, Scalar<T> b) {
  return a / vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> operator/(Scalar<T> a, vec<T, N> b) {
  return vec<T, N>::splat(a) / b;
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator==(vec<T, N> a, Scalar<T> b) {
  return a == vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator!=(vec<T, N> a, Scalar<T> b) {
  return a != vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator<(vec<T, N> a, Scalar<T> b) {
  return a < vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator<=(vec<T, N> a, Scalar<T> b) {
  return a <= vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator>(vec<T, N> a, Scalar<T> b) {
  return a > vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> operator>=(vec<T, N> a, Scalar<T> b) {
  return a >= vec<T, N>::splat(b);
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> select(mask<T, N> m, vec<T, N> a, Scalar<T> b) {
  return select(m, a, vec<T, N>::splat(b));
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> select(mask<T, N> m, Scalar<T> a, vec<T, N> b) {
  return select(m, vec<T, N>::splat(a), b);
}

// The same vector, in a register where it has several uses: compilers would rather load it again for each.
template <int uses, class T, int N>
ALWAYS_INLINE vec<T, N> held(vec<T, N> a) {
#if defined(__x86_64__)
  if constexpr (uses > 1 && isLeaf<T, N>) asm("" : "+v"(a.r));
#elif defined(__aarch64__)
  if constexpr (uses > 1 && isLeaf<T, N>) asm("" : "+w"(a.r));
#endif
  return a;
}

// ---- Mathematics an instruction can do

template <class T, int N>
ALWAYS_INLINE vec<T, N> fma(vec<T, N> a, vec<T, N> b, vec<T, N> c) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::fma(a.r, b.r, c.r)};
  else
    return {fma(a.lo, b.lo, c.lo), fma(a.hi, b.hi, c.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> fma(Scalar<T> a, vec<T, N> b, vec<T, N> c) {
  return fma(vec<T, N>::splat(a), b, c);
}
// A NaN in either operand comes out of min and max, as in PyTorch.
template <class T, int N>
ALWAYS_INLINE vec<T, N> min(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::min(a.r, b.r)};
  else
    return {min(a.lo, b.lo), min(a.hi, b.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> max(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::max(a.r, b.r)};
  else
    return {max(a.lo, b.lo), max(a.hi, b.hi)};
}
// b where either is NaN: one instruction, for those who find NaN by other means.
template <class T, int N>
ALWAYS_INLINE vec<T, N> larger(vec<T, N> a, vec<T, N> b) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::larger(a.r, b.r)};
  else
    return {larger(a.lo, b.lo), larger(a.hi, b.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> sqrt(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::sqrt(a.r)};
  else
    return {sqrt(a.lo), sqrt(a.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> abs(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::abs(a.r)};
  else
    return {abs(a.lo), abs(a.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> copySign(vec<T, N> magnitude, vec<T, N> sign) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::copySign(magnitude.r, sign.r)};
  else
    return {copySign(magnitude.lo, sign.lo), copySign(magnitude.hi, sign.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> floor(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::floor(a.r)};
  else
    return {floor(a.lo), floor(a.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> ceil(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::ceil(a.r)};
  else
    return {ceil(a.lo), ceil(a.hi)};
}
template <class T, int N>
ALWAYS_INLINE vec<T, N> trunc(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::trunc(a.r)};
  else
    return {trunc(a.lo), trunc(a.hi)};
}
// Half to even.
template <class T, int N>
ALWAYS_INLINE vec<T, N> round(vec<T, N> a) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::round(a.r)};
  else
    return {round(a.lo), round(a.hi)};
}

// a * 2^n for integral n of moderate size, rounded once.
template <class T, int N>
ALWAYS_INLINE vec<T, N> ldexp(vec<T, N> a, vec<T, N> n) {
  if constexpr (isLeaf<T, N>)
    return {Leaf<T, N>::ldexp(a.r, n.r)};
  else
    return {ldexp(a.lo, n.lo), ldexp(a.hi, n.hi)};
}

// Whether the machine finds the lane of a register that another's lanes name, modulo nativeLanes<T>, in one
// instruction.
template <class T>
inline constexpr bool looksUp = requires(Register<T, nativeLanes<T>> table, Register<IntOf<T>, nativeLanes<T>> index) {
  Leaf<T, nativeLanes<T>>::lookup(table, index);
};
template <class T, int N>
ALWAYS_INLINE vec<T, N> lookup(vec<T, nativeLanes<T>> table, vec<IntOf<T>, N> index) {
  if constexpr (N == nativeLanes<T>)
    return {Leaf<T, N>::lookup(table.r, index.r)};
  else
    return {lookup(table, index.lo), lookup(table, index.hi)};
}
// The same in a table of two registers.
template <class T>
inline constexpr bool looksUpPairs =
    requires(Register<T, nativeLanes<T>> half, Register<IntOf<T>, nativeLanes<T>> index) {
      Leaf<T, nativeLanes<T>>::lookup(half, half, index);
    };
template <class T, int N>
ALWAYS_INLINE vec<T, N> lookup(const T (&table)[2 * nativeLanes<T>], vec<IntOf<T>, N> index) {
  constexpr int n = nativeLanes<T>;
  if constexpr (N == n)
    return {Leaf<T, n>::lookup(vec<T, n>::load(table).r, vec<T, n>::load(table + n).r, index.r)};
  else
    return {lookup(table, index.lo), lookup(table, index.hi)};
}

// Lane i: table[place[i] & 15] == place[i] >> 4, for as many bytes as a register of T has lanes; where looksUp<T> and T
// is a floating-point type.
template <class T>
ALWAYS_INLINE mask<T, nativeLanes<T>> findEqual(vec<uint8_t, nativeLanes<T>> table,
                                                vec<uint8_t, nativeLanes<T>> place) {
  return {Leaf<T, nativeLanes<T>>::findEqual(table.r, place.r)};
}

// ---- Conversions (lower, upper, concat)

// Lane by lane as static_cast; a float out of an integer's range gives some value of that integer.
template <class U, class T, int N>
ALWAYS_INLINE vec<U, N> convert(vec<T, N> a) {
  if constexpr (std::is_same_v<U, T>)
    return a;
  else if constexpr (isLeaf<T, N> && isLeaf<U, N>)
    return {Leaf<T, N>::template convert<U>(a.r)};
  else
    return concat(convert<U>(lower(a)), convert<U>(upper(a)));
}

// A mask as bools, and bools as a mask for lanes of T.
template <class T, int N>
ALWAYS_INLINE vec<bool, N> toBool(mask<T, N> m) {
  return bitCast<bool>(convert<int8_t>(-lanesOf(m)));
}
template <class T, int N>
ALWAYS_INLINE mask<T, N> toMask(vec<bool, N> a) {
  return maskOf<T>(convert<IntOf<T>>(-bitCast<int8_t>(a)));
}

// ---- Reductions: always (lower + upper) down to one lane, so every machine gives the same number

// From 16 bytes down the halves stay in one register: lane i meets lane i + half of a rotated copy.
template <class Combiner, int half, class T, int N>
ALWAYS_INLINE T combineRotated(vec<T, N> a) {
  if constexpr (half == 0) {
    return static_cast<T>(a.r[0]);
  } else {
    const vec<T, N> rotated{shuffleRange<half>(a.r, a.r, std::make_integer_sequence<int, N>{})};
    return combineRotated<Combiner, half / 2>(Combiner::combine(a, rotated));
  }
}
template <class Combiner, class T, int N>
ALWAYS_INLINE T combineLanes(vec<T, N> a) {
  if constexpr (N * sizeof(T) > 16)
    return combineLanes<Combiner>(Combiner::combine(lower(a), upper(a)));
  else
    return combineRotated<Combiner, N / 2>(a);
}

struct AddCombiner {
  template <class V>
  static ALWAYS_INLINE V combine(V a, V b) {
    return a + b;
  }
};
struct MaxCombiner {
  template <class V>
  static ALWAYS_INLINE V combine(V a, V b) {
    return max(a, b);
  }
};
struct MinCombiner {
  template <class V>
  static ALWAYS_INLINE V combine(V a, V b) {
    return min(a, b);
  }
};

template <class T, int N>
ALWAYS_INLINE T reduceAdd(vec<T, N> a) {
  return combineLanes<AddCombiner>(a);
}
template <class T, int N>
ALWAYS_INLINE T reduceMax(vec<T, N> a) {
  return combineLanes<MaxCombiner>(a);
}
template <class T, int N>
ALWAYS_INLINE T reduceMin(vec<T, N> a) {
  return combineLanes<MinCombiner>(a);
}

// ---- Ends of rows

template <class I, int... i>
ALWAYS_INLINE vec<I, sizeof...(i)> laneIndices(std::integer_sequence<int, i...>) {
  alignas(64) static constexpr I indices[] = {i...};
  return vec<I, sizeof...(i)>::load(indices);
}
// The first `count` lanes of `a`, and `filler` behind them.
template <class T, int N>
ALWAYS_INLINE vec<T, N> keepFirst(vec<T, N> a, int count, Scalar<T> filler) {
  const auto indices = laneIndices<IntOf<T>>(std::make_integer_sequence<int, N>{});
  const auto kept = maskOf<T>(lanesOf(indices < static_cast<IntOf<T>>(count)));
  return select(kept, a, filler);
}

// ---- Lane by lane, for what has no vector form

template <class T, int N, class F>
ALWAYS_INLINE vec<T, N> mapLanes(vec<T, N> a, F f) {
  alignas(64) T values[N];
  a.store(values);
#pragma GCC unroll 1
  for (int i = 0; i < N; i++) values[i] = f(values[i]);
  return vec<T, N>::load(values);
}
template <class T, int N, class F>
ALWAYS_INLINE vec<T, N> mapLanes(vec<T, N> a, vec<T, N> b, F f) {
  alignas(64) T left[N];
  alignas(64) T right[N];
  a.store(left);
  b.store(right);
#pragma GCC unroll 1
  for (int i = 0; i < N; i++) left[i] = f(left[i], right[i]);
  return vec<T, N>::load(left);
}

}  // namespace flambeau::FLAMBEAU_ISA
