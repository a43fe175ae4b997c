// The arena behind Scratch: one growing block a thread; what does not fit is allocated on its own.
#include "runtime/scratch.h"

#include <cstdlib>
#include <new>

namespace flambeau {
namespace {

constexpr int64_t blockBytes = int64_t{4} << 20;
constexpr int64_t alignment = 64;
constexpr int64_t ownBlock = -1;

struct Arena {
  char* block = nullptr;
  int64_t used = 0;
  ~Arena() { std::free(block); }
};

thread_local Arena arena;

void* allocate(int64_t bytes) {
  void* data = std::aligned_alloc(alignment, static_cast<size_t>(bytes));
  // A kernel cannot go on without its scratch, and it is small beside its operands: this is the one hopeless case.
  if (data == nullptr) std::abort();
  return data;
}

}  // namespace

Scratch::Scratch(int64_t bytes) {
  const int64_t rounded = (bytes + alignment - 1) / alignment * alignment;
  if (arena.block == nullptr) arena.block = static_cast<char*>(allocate(blockBytes));
  if (arena.used + rounded <= blockBytes) {
    mark_ = arena.used;
    data_ = arena.block + arena.used;
    arena.used += rounded;
  } else {
    mark_ = ownBlock;
    data_ = allocate(rounded > 0 ? rounded : alignment);
  }
}

Scratch::~Scratch() {
  if (mark_ == ownBlock) {
    std::free(data_);
  } else {
    arena.used = mark_;
  }
}

}  // namespace flambeau
