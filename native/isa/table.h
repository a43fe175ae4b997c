// The table through which every kernel is called: one row a kernel, one column an element type.
#pragma once

#include <cstdint>

namespace flambeau {

// Codes of the element types. lib/dtype.ts holds the same order.
enum DtypeCode : int64_t {
  float32Code,
  float64Code,
  int64Code,
  int32Code,
  uint8Code,
  boolCode,
  int16Code,
  int8Code,
  float16Code,
  bfloat16Code,
};
inline constexpr int dtypeCount = 10;
inline constexpr const char* dtypeNames[dtypeCount] = {"float32", "float64", "int64", "int32",   "uint8",
                                                       "bool",    "int16",   "int8",  "float16", "bfloat16"};

// The type in which kernels without a row for type `code` compute on its elements: a wider one for narrow types.
constexpr int64_t wideOf(int64_t code) {
  if (code < int16Code) return code;
  return code < float16Code ? int32Code : float32Code;
}

// What a call brings: storages already advanced to their offsets, and numbers (lists as count, values...).
struct Arguments {
  void* const* storages;
  const double* numbers;
  int64_t* ints;  // room for the integer lists of the call
};

using Invoke = int64_t (*)(Arguments& arguments);

// Kinds of parameters, one character each: 'e' storage of elements to read, 'w' to write; 's' storage of another fixed
// type to read, 'o' to write; 'n' number; 'l' list of integers.
struct Kernel {
  const char* name;
  const char* parameters;  // names, separated by blanks; a trailing '?' marks a storage that may be null
  const char* kinds;
  bool returnsNumber;
  Invoke rows[dtypeCount];  // by the code of the element type
};

struct Table {
  const char* isa;
  const Kernel* kernels;
  int count;
  // Convert n elements between a narrow type, named by its code, and its wide one.
  void (*widen)(int64_t code, const void* from, void* to, int64_t n);
  void (*narrow)(int64_t code, const void* from, void* to, int64_t n);
};

constexpr bool isStorage(char kind) { return kind == 'e' || kind == 'w' || kind == 's' || kind == 'o'; }

}  // namespace flambeau
