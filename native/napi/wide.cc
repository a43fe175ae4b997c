// Wide copies of storages of narrow element types.
#include "napi/wide.h"

#include <cstdlib>

namespace flambeau {
namespace {

// Wide types have 4 bytes: float and int32_t.
constexpr int64_t wideBytes = 4;

constexpr int64_t bytesOf(int64_t code) { return code == int8Code ? 1 : 2; }

}  // namespace

WideCopies::~WideCopies() {
  for (int i = 0; i < used_; ++i) std::free(copies_[i].data);
}

void* WideCopies::at(const Slot& slot, int64_t byteOffset, bool written) {
  if (inPlace_) return static_cast<char*>(slot.data) + byteOffset;
  // Nothing may begin where the last storage of a slot ends.
  const int64_t last = slot.bytes - slot.share;
  const int64_t begin = byteOffset < last ? byteOffset / slot.share * slot.share : last;
  char* storage = static_cast<char*>(slot.data) + begin;
  int i = 0;
  while (i < used_ && copies_[i].storage != storage) ++i;
  if (i == used_) {
    const int64_t count = slot.share / bytesOf(dtype_);
    // A block of no bytes may be null.
    void* data = std::malloc(static_cast<size_t>(count * wideBytes) + 1);
    if (data == nullptr) return nullptr;
    copies_[used_++] = {storage, data, count, false};
    table_.widen(dtype_, storage, data, count);
  }
  copies_[i].written |= written;
  return static_cast<char*>(copies_[i].data) + (byteOffset - begin) / bytesOf(dtype_) * wideBytes;
}

void WideCopies::store() {
  for (int i = 0; i < used_; ++i) {
    const Copy& copy = copies_[i];
    if (copy.written) table_.narrow(dtype_, copy.data, copy.storage, copy.count);
  }
}

}  // namespace flambeau
