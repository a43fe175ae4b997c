// Storages: blocks of memory in size classes, reused instead of returned to the system, counted and limited.
#pragma once

#include <cstdint>

namespace flambeau {

// From this size on a result goes past the caches. An ordinary store first reads the line it overwrites, a third of the
// traffic of a copy; but what stays in the last cache is read sooner. Measured on 32 MB of last cache with chains of
// four maps, ordinary time over streamed: 4 MB 0.8, 6 MB 1.2, 16 MB 1.5.
inline constexpr int64_t streamedBytes = int64_t{6} << 20;

// One block as JavaScript holds it: a storage, or several small ones of `share` bytes each. `data` is null once the
// memory went back to the pool.
struct Slot {
  void* data;
  int64_t bytes;
  int64_t share;
};

struct PoolStats {
  int64_t live;    // bytes in use, rounded up to their size classes
  int64_t pooled;  // bytes kept for reuse
  int64_t peak;    // highest `live` so far
  int64_t limit;   // bytes that live + pooled may reach
};

// A slot with uninitialised, 64-byte aligned memory for `count` storages of `share` bytes each, or null where the limit
// or the system forbids it.
Slot* acquireSlot(int64_t share, int64_t count);
// Gives the memory back early; the slot itself stays valid and empty.
void releaseMemory(Slot* slot);
// Gives memory and slot back.
void releaseSlot(Slot* slot);
// Whether `pointer` is a slot of ours: a pointer from elsewhere is never followed.
bool isSlot(const void* pointer);

// Memory of at least `bytes` without a slot, for a kernel's own use, beyond the limit if need be; null only where the
// system has none.
void* acquireBlock(int64_t bytes);
void releaseBlock(void* block, int64_t bytes);

PoolStats poolStats();
void setPoolLimit(int64_t bytes);
// Returns all pooled memory to the system.
void trimPool();

}  // namespace flambeau
