// The 32-byte registers of AVX2 with FMA, also the half registers of AVX-512.
#pragma once

// GCC 12 warns about the undefined operands inside its own intrinsics.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop

#include "simd/generic.h"

namespace flambeau::FLAMBEAU_ISA {

// The first `count` of 8 (4) lanes, as the signs that maskload looks at.
ALWAYS_INLINE __m256i firstLanes32(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
ALWAYS_INLINE __m256i firstLanes64(int count) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
}

// The first `count` of 8 lanes of 4 bytes, in pieces: AMD's maskstore takes tens of cycles.
ALWAYS_INLINE void storeFirst32(void* to, __m256i r, int count) {
  char* p = static_cast<char*>(to);
  if (count >= 8) return _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), r);
  __m128i rest = _mm256_castsi256_si128(r);
  if (count & 4) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), rest);
    rest = _mm256_extracti128_si256(r, 1);
    p += 16;
  }
  if (count & 2) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), rest);
    rest = _mm_unpackhi_epi64(rest, rest);
    p += 8;
  }
  if (count & 1) _mm_storeu_si32(p, rest);
}

template <>
struct Leaf<uint8_t, 32> : GenericLeaf<uint8_t, 32> {
  static ALWAYS_INLINE void stream(uint8_t* p, Reg r) {
    _mm256_stream_si256(reinterpret_cast<__m256i*>(p), bits<__m256i>(r));
  }
};
ALWAYS_INLINE void streamFence() { _mm_sfence(); }

template <>
struct Leaf<float, 8> : GenericLeaf<float, 8> {
  using GenericLeaf<float, 8>::load;
  using GenericLeaf<float, 8>::store;
  static ALWAYS_INLINE Reg load(const float* p, int count) { return _mm256_maskload_ps(p, firstLanes32(count)); }
  static ALWAYS_INLINE void store(float* p, Reg r, int count) { storeFirst32(p, bits<__m256i>(r), count); }
  static ALWAYS_INLINE Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_ps(a, b, c); }
  static ALWAYS_INLINE Reg sqrt(Reg a) { return _mm256_sqrt_ps(a); }
  static ALWAYS_INLINE Reg larger(Reg a, Reg b) { return _mm256_max_ps(a, b); }
  // The instruction gives its second operand when either is NaN; testing b keeps a, the accumulator, on a short chain.
  static ALWAYS_INLINE Reg max(Reg a, Reg b) {
    return _mm256_blendv_ps(_mm256_max_ps(b, a), b, _mm256_cmp_ps(b, b, _CMP_UNORD_Q));
  }
  static ALWAYS_INLINE Reg min(Reg a, Reg b) {
    return _mm256_blendv_ps(_mm256_min_ps(b, a), b, _mm256_cmp_ps(b, b, _CMP_UNORD_Q));
  }
  static ALWAYS_INLINE Reg select(Mask m, Reg a, Reg b) { return _mm256_blendv_ps(b, a, bits<__m256>(m)); }
  static ALWAYS_INLINE Reg floor(Reg a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE Reg ceil(Reg a) { return _mm256_round_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE Reg trunc(Reg a) { return _mm256_round_ps(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE Reg round(Reg a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE Reg lookup(Reg table, Register<int32_t, 8> index) {
    return _mm256_permutevar8x32_ps(table, bits<__m256i>(index));
  }
  using Bytes = Register<uint8_t, 8>;
  static ALWAYS_INLINE Mask findEqual(Bytes table, Bytes place) {
    const auto wide = [](Bytes r) { return _mm_cvtsi64_si128(bits<int64_t>(r)); };
    const __m128i found = _mm_shuffle_epi8(wide(table), wide(place));
    // The compiler would shift a vector of 8 bytes one by one.
    const __m128i wanted = _mm_and_si128(_mm_srli_epi16(wide(place), 4), _mm_set1_epi8(15));
    return bits<Mask>(_mm256_cvtepi8_epi32(_mm_cmpeq_epi8(found, wanted)));
  }
  static ALWAYS_INLINE bool any(Mask m) { return _mm256_movemask_ps(bits<__m256>(m)) != 0; }
  static ALWAYS_INLINE bool all(Mask m) { return _mm256_movemask_ps(bits<__m256>(m)) == 0xff; }
};

template <>
struct Leaf<double, 4> : GenericLeaf<double, 4> {
  using GenericLeaf<double, 4>::load;
  using GenericLeaf<double, 4>::store;
  static ALWAYS_INLINE Reg load(const double* p, int count) { return _mm256_maskload_pd(p, firstLanes64(count)); }
  static ALWAYS_INLINE void store(double* p, Reg r, int count) { storeFirst32(p, bits<__m256i>(r), 2 * count); }
  static ALWAYS_INLINE Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_pd(a, b, c); }
  static ALWAYS_INLINE Reg sqrt(Reg a) { return _mm256_sqrt_pd(a); }
  static ALWAYS_INLINE Reg larger(Reg a, Reg b) { return _mm256_max_pd(a, b); }
  static ALWAYS_INLINE Reg max(Reg a, Reg b) {
    return _mm256_blendv_pd(_mm256_max_pd(b, a), b, _mm256_cmp_pd(b, b, _CMP_UNORD_Q));
  }
  static ALWAYS_INLINE Reg min(Reg a, Reg b) {
    return _mm256_blendv_pd(_mm256_min_pd(b, a), b, _mm256_cmp_pd(b, b, _CMP_UNORD_Q));
  }
  static ALWAYS_INLINE Reg select(Mask m, Reg a, Reg b) { return _mm256_blendv_pd(b, a, bits<__m256d>(m)); }
  static ALWAYS_INLINE Reg floor(Reg a) { return _mm256_round_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE Reg ceil(Reg a) { return _mm256_round_pd(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE Reg trunc(Reg a) { return _mm256_round_pd(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE Reg round(Reg a) { return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static ALWAYS_INLINE bool any(Mask m) { return _mm256_movemask_pd(bits<__m256d>(m)) != 0; }
  static ALWAYS_INLINE bool all(Mask m) { return _mm256_movemask_pd(bits<__m256d>(m)) == 0xf; }
};

template <>
struct Leaf<int32_t, 8> : GenericLeaf<int32_t, 8> {
  using GenericLeaf<int32_t, 8>::load;
  using GenericLeaf<int32_t, 8>::store;
  static ALWAYS_INLINE Reg load(const int32_t* p, int count) {
    return bits<Reg>(_mm256_maskload_epi32(p, firstLanes32(count)));
  }
  static ALWAYS_INLINE void store(int32_t* p, Reg r, int count) { storeFirst32(p, bits<__m256i>(r), count); }
  static ALWAYS_INLINE Reg lookup(Reg table, Reg index) {
    return bits<Reg>(_mm256_permutevar8x32_epi32(bits<__m256i>(table), bits<__m256i>(index)));
  }
  // To bytes: the low byte of each lane, gathered in each 16-byte half; GNU vectors would go lane by lane.
  template <class U>
  static ALWAYS_INLINE Register<U, 8> convert(Reg a) {
    if constexpr (sizeof(U) == 1) {
      const __m256i lowBytes = _mm256_set1_epi64x(0x0c080400);
      const __m256i packed = _mm256_shuffle_epi8(bits<__m256i>(a), lowBytes);
      const __m128i joined = _mm_unpacklo_epi32(_mm256_castsi256_si128(packed), _mm256_extracti128_si256(packed, 1));
      return bits<Register<U, 8>>(_mm_cvtsi128_si64(joined));
    } else {
      return GenericLeaf<int32_t, 8>::convert<U>(a);
    }
  }
};

// Bytes widen by way of 32-bit lanes, for the same reason.
template <>
struct Leaf<uint8_t, 8> : GenericLeaf<uint8_t, 8> {
  template <class U>
  static ALWAYS_INLINE Register<U, 8> convert(Reg a) {
    if constexpr (sizeof(U) == 1) {
      return GenericLeaf<uint8_t, 8>::convert<U>(a);
    } else {
      const __m256i wide = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(bits<int64_t>(a)));
      return Leaf<int32_t, 8>::convert<U>(bits<Register<int32_t, 8>>(wide));
    }
  }
};

}  // namespace flambeau::FLAMBEAU_ISA
