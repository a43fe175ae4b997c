// Element types of 16 and 8 bits that are stored only: kernels compute on their values as float or int32_t.
#pragma once

#include <type_traits>

#include "isa/table.h"
#include "kernels/elementwise.h"

namespace flambeau::FLAMBEAU_ISA {

// IEEE 754 binary16.
struct Float16 {
  using Wide = float;
  uint16_t bits;

  float wide() const {
    const uint32_t magnitude = static_cast<uint32_t>(bits & 0x7fff) << 13;
    // The product moves the exponent's bias from 15 to 127 and makes subnormal numbers normal, exactly.
    const uint32_t finite = __builtin_bit_cast(uint32_t, __builtin_bit_cast(float, magnitude) * 0x1p112f);
    const uint32_t special = magnitude | 0x7f800000;
    const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
    return __builtin_bit_cast(float, ((bits & 0x7c00) == 0x7c00 ? special : finite) | sign);
  }

  // To the nearest, ties to even; beyond 65504 and half a step to infinity.
  static Float16 of(float value) {
    const uint32_t all = __builtin_bit_cast(uint32_t, value);
    const uint32_t magnitude = all & 0x7fffffff;
    const uint32_t normal = (magnitude + 0xfff + ((magnitude >> 13) & 1) - 0x38000000) >> 13;
    // A step of 0.5f is the smallest subnormal number, so that the sum rounds to one.
    const uint32_t tiny = __builtin_bit_cast(uint32_t, __builtin_bit_cast(float, magnitude) + 0.5f) - 0x3f000000;
    const uint32_t finite = magnitude < 0x38800000 ? tiny : normal;
    const uint32_t special = magnitude > 0x7f800000 ? 0x7e00 : 0x7c00;
    return {static_cast<uint16_t>((magnitude >= 0x477ff000 ? special : finite) | ((all >> 16) & 0x8000))};
  }
};

// The upper half of a binary32.
struct BFloat16 {
  using Wide = float;
  uint16_t bits;

  float wide() const { return __builtin_bit_cast(float, static_cast<uint32_t>(bits) << 16); }

  // To the nearest, ties to even.
  static BFloat16 of(float value) {
    const uint32_t all = __builtin_bit_cast(uint32_t, value);
    const uint32_t rounded = (all + 0x7fff + ((all >> 16) & 1)) >> 16;
    return {static_cast<uint16_t>((all & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : rounded)};
  }
};

// An integer of 16 or 8 bits; values beyond wrap around.
template <class T>
struct Narrow {
  using Wide = int32_t;
  T value;

  int32_t wide() const { return value; }
  static Narrow of(int32_t value) { return {static_cast<T>(value)}; }
};

// Calls f with a value of the narrow type that has this code.
template <class F>
void withNarrow(int64_t code, F&& f) {
  switch (code) {
    case int16Code:
      return f(Narrow<int16_t>{});
    case int8Code:
      return f(Narrow<int8_t>{});
    case float16Code:
      return f(Float16{});
    case bfloat16Code:
      return f(BFloat16{});
  }
}

// to[i] = from[i], from a narrow type to its wide one.
inline void widen(int64_t code, const void* from, void* to, int64_t n) {
  withNarrow(code, [=](auto type) {
    using Type = decltype(type);
    const auto* source = static_cast<const Type*>(from);
    auto* target = static_cast<typename Type::Wide*>(to);
    parallelFor(n, cheapGrain, [=](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) target[i] = source[i].wide();
    });
  });
}

// to[i] = from[i], from the wide type to the narrow one.
inline void narrow(int64_t code, const void* from, void* to, int64_t n) {
  withNarrow(code, [=](auto type) {
    using Type = decltype(type);
    const auto* source = static_cast<const typename Type::Wide*>(from);
    auto* target = static_cast<Type*>(to);
    parallelFor(n, cheapGrain, [=](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) target[i] = Type::of(source[i]);
    });
  });
}

// dst = src as the narrow type with this code.
template <class T>
void castToNarrow(const T* src, void* dst, int64_t code, Ints shape, Ints srcStrides, Ints dstStrides) {
  const int64_t inner = lastOf(shape);
  if (countOf(shape) == 0) return;
  withNarrow(code, [=](auto type) {
    using Type = decltype(type);
    parallelFor(countOf(shape) / inner, cheapGrain / inner + 1, [=](int64_t begin, int64_t end) {
      RowPosition position(shape, begin);
      for (int64_t row = begin; row < end; row++, position.next(shape)) {
        const T* from = src + position.offset(srcStrides);
        Type* to = static_cast<Type*>(dst) + position.offset(dstStrides);
        for (int64_t i = 0; i < inner; i++) {
          to[i * lastOf(dstStrides)] = Type::of(static_cast<typename Type::Wide>(from[i * lastOf(srcStrides)]));
        }
      }
    });
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
