// The types a kernel may take as parameters, besides element pointers, int64_t and double.
#pragma once

#include <cstdint>

namespace flambeau {

// A short list of integers: a shape, strides, a set of dimensions.
struct Ints {
  const int64_t* data;
  int64_t size;
  int64_t operator[](int64_t i) const { return data[i]; }
};

}  // namespace flambeau
