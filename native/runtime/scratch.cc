// The arena behind Scratch: one block a thread; what does not fit comes from the pool.
#include "runtime/scratch.h"

#include <cstdlib>

#include "runtime/pool.h"

namespace flambeau {
namespace {

constexpr int64_t blockBytes = int64_t{4} << 20;
constexpr int64_t alignment = 64;

struct Arena {
  char* block = nullptr;
  int64_t used = 0;
  ~Arena() { std::free(block); }
};

thread_local Arena arena;

void* orThrow(void* data, int64_t bytes) {
  if (data == nullptr) throw OutOfScratch{bytes};
  return data;
}

}  // namespace

// A product of sizes that overflowed may be negative: more than there is.
Scratch::Scratch(int64_t bytes)
    : bytes_(((bytes < 0 ? INT64_MAX / 2 : bytes) + alignment - 1) / alignment * alignment) {
  if (arena.block == nullptr)
    arena.block = static_cast<char*>(orThrow(std::aligned_alloc(alignment, blockBytes), blockBytes));
  inArena_ = arena.used + bytes_ <= blockBytes;
  if (inArena_) {
    data_ = arena.block + arena.used;
    arena.used += bytes_;
  } else {
    data_ = orThrow(acquireBlock(bytes_), bytes_);
  }
}

Scratch::~Scratch() {
  if (inArena_) {
    arena.used -= bytes_;
  } else {
    releaseBlock(data_, bytes_);
  }
}

}  // namespace flambeau
