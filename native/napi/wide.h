// Lets kernels compute on narrow element types: wide copies of a call's storages, converted back after it.
#pragma once

#include "isa/table.h"
#include "runtime/pool.h"

namespace flambeau {

class WideCopies {
 public:
  // For storages of elements of type `dtype` and a kernel that computes on elements of type `computed`.
  WideCopies(const Table& table, int64_t dtype, int64_t computed)
      : table_(table), dtype_(dtype), inPlace_(dtype == computed) {}
  ~WideCopies();
  WideCopies(const WideCopies&) = delete;
  WideCopies& operator=(const WideCopies&) = delete;

  // Where a kernel finds the elements that begin `byteOffset` bytes into the slot: in place, or in a wide copy of the
  // whole storage there, so that storages given twice remain one. Null if there is no memory for the copy.
  void* at(const Slot& slot, int64_t byteOffset, bool written);
  // Writes back what the kernel may have changed.
  void store();

 private:
  struct Copy {
    char* storage;
    void* data;
    int64_t count;
    bool written;
  };
  static constexpr int maxCopies = 15;

  const Table& table_;
  const int64_t dtype_;
  const bool inPlace_;
  Copy copies_[maxCopies];
  int used_ = 0;
};

}  // namespace flambeau
