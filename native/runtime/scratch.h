// Short-lived working memory for kernels: a thread-local arena used as a stack.
#pragma once

#include <cstdint>

namespace flambeau {

// What a kernel throws that cannot go on for want of memory.
struct OutOfScratch {
  int64_t bytes;
};

// `bytes` of uninitialised, 64-byte aligned memory until the end of the scope. Scratches of one thread nest.
// Throws OutOfScratch.
class Scratch {
 public:
  explicit Scratch(int64_t bytes);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  template <class T>
  T* as() const {
    return static_cast<T*>(data_);
  }

 private:
  void* data_;
  int64_t bytes_;
  bool inArena_;
};

}  // namespace flambeau
