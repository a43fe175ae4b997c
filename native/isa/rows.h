// Turns the list of kernels into table rows: unpacks a call's arguments by the kernel's own parameter types.
// Included once by each instruction set's translation unit, after the kernels.
#pragma once

#include <type_traits>

#include "isa/table.h"
#include "kernels/kernel.h"

namespace flambeau::FLAMBEAU_ISA {

// T is the element type of the row.
template <class P, class T>
constexpr char kindOf() {
  if constexpr (std::is_same_v<P, Ints>) {
    return 'l';
  } else if constexpr (std::is_pointer_v<P>) {
    using Pointee = std::remove_pointer_t<P>;
    if constexpr (std::is_same_v<std::remove_const_t<Pointee>, T>) return std::is_const_v<Pointee> ? 'e' : 'w';
    return std::is_const_v<Pointee> ? 's' : 'o';
  } else {
    static_assert(std::is_same_v<P, int64_t> || std::is_same_v<P, double>,
                  "a kernel takes pointers, int64_t, double, Ints");
    return 'n';
  }
}

template <class P>
P read(Arguments& from) {
  if constexpr (std::is_same_v<P, Ints>) {
    const int64_t size = static_cast<int64_t>(*from.numbers++);
    int64_t* data = from.ints;
    from.ints += size;
    for (int64_t i = 0; i < size; ++i) data[i] = static_cast<int64_t>(*from.numbers++);
    return Ints{data, size};
  } else if constexpr (std::is_pointer_v<P>) {
    return static_cast<P>(*from.storages++);
  } else {
    return static_cast<P>(*from.numbers++);
  }
}

template <class F, class T>
struct Signature;

template <class R, class... P, class T>
struct Signature<R (*)(P...), T> {
  static constexpr char kinds[] = {kindOf<P, T>()..., '\0'};
  static constexpr int arity = sizeof...(P);
  static constexpr bool returnsNumber = !std::is_void_v<R>;

  // Braces evaluate from left to right, so the parameters are read in order.
  template <R (*kernel)(P...)>
  struct Call {
    int64_t result = 0;
    explicit Call(P... parameters) {
      if constexpr (returnsNumber) {
        result = kernel(parameters...);
      } else {
        kernel(parameters...);
      }
    }
  };

  template <R (*kernel)(P...)>
  static int64_t invoke(Arguments& arguments) {
    return Call<kernel>{read<P>(arguments)...}.result;
  }
};

constexpr int words(const char* text) {
  int count = 0;
  for (bool inside = false; *text != '\0'; ++text) {
    if (*text != ' ' && !inside) ++count;
    inside = *text != ' ';
  }
  return count;
}

// Never defined: reaching it stops the compilation of a row whose names do not match the kernel's parameters.
const char* parameterNamesDoNotMatch();

// The row of an element type.
struct Row {
  DtypeCode type;
  Invoke invoke;
};

template <class S, class... R>
constexpr Kernel kernel(const char* name, const char* parameters, R... rows) {
  Kernel kernel = {
      name, words(parameters) == S::arity ? parameters : parameterNamesDoNotMatch(), S::kinds, S::returnsNumber, {}};
  ((kernel.rows[rows.type] = rows.invoke), ...);
  return kernel;
}

#define SIGNATURE(function, T) Signature<decltype(&function), T>
#define ROW(type, function) \
  Row { type##Code, SIGNATURE(function, void)::template invoke<&function> }
#define KERNEL(name, types, parameters) types(name, parameters)
#define FLOATS(name, parameters) \
  kernel<SIGNATURE(name<float>, float)>(#name, parameters, ROW(float32, name<float>), ROW(float64, name<double>)),
#define FLOATS_AND_BFLOAT16(name, parameters)                                                                     \
  kernel<SIGNATURE(name<float>, float)>(#name, parameters, ROW(float32, name<float>), ROW(float64, name<double>), \
                                        ROW(bfloat16, name<BFloat16>)),
#define NUMBERS(name, parameters)                                                                                 \
  kernel<SIGNATURE(name<float>, float)>(#name, parameters, ROW(float32, name<float>), ROW(float64, name<double>), \
                                        ROW(int64, name<int64_t>), ROW(int32, name<int32_t>),                     \
                                        ROW(uint8, name<uint8_t>)),
#define ALL(name, parameters)                                                                                     \
  kernel<SIGNATURE(name<float>, float)>(#name, parameters, ROW(float32, name<float>), ROW(float64, name<double>), \
                                        ROW(int64, name<int64_t>), ROW(int32, name<int32_t>),                     \
                                        ROW(uint8, name<uint8_t>), ROW(bool, name<bool>)),
#define INTEGERS(name, parameters)                                                                                   \
  kernel<SIGNATURE(name<int64_t>, int64_t)>(#name, parameters, ROW(int64, name<int64_t>), ROW(int32, name<int32_t>), \
                                            ROW(uint8, name<uint8_t>), ROW(bool, name<bool>)),
// A kernel of no element type has one row, found under every code.
#define BYTES(name, parameters)                                                                              \
  kernel<SIGNATURE(name, void)>(#name, parameters, ROW(float32, name), ROW(float64, name), ROW(int64, name), \
                                ROW(int32, name), ROW(uint8, name), ROW(bool, name)),

constexpr Kernel kernels[] = {
#include "kernels.inc"
};

#undef SIGNATURE
#undef ROW
#undef KERNEL
#undef FLOATS
#undef FLOATS_AND_BFLOAT16
#undef NUMBERS
#undef ALL
#undef INTEGERS
#undef BYTES

}  // namespace flambeau::FLAMBEAU_ISA
