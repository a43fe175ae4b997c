// The table through which every kernel is called: one row a kernel, one column an element type.
#pragma once

#include <cstdint>

namespace flambeau {

// Element types in the order of their codes. lib/tensor/dtype.ts holds the same order.
inline constexpr int dtypeCount = 6;
inline constexpr const char* dtypeNames[dtypeCount] = {"float32", "float64", "int64", "int32", "uint8", "bool"};

// What a call brings: storages already advanced to their offsets, and numbers (lists as count, values...).
struct Arguments {
  void* const* storages;
  const double* numbers;
  int64_t* ints;  // room for the integer lists of the call
};

using Invoke = int64_t (*)(Arguments& arguments);

// Kinds of parameters, one character each: 's' input storage, 'o' output storage, 'n' number, 'l' list of integers.
struct Kernel {
  const char* name;
  const char* parameters;  // names, separated by blanks; a trailing '?' marks a storage that may be null
  const char* kinds;
  bool returnsNumber;
  Invoke rows[dtypeCount];
};

struct Table {
  const char* isa;
  const Kernel* kernels;
  int count;
};

}  // namespace flambeau
