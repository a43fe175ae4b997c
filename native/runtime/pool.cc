// The pool behind storages: free lists by size class under one mutex, and the table of slots.
#include "runtime/pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "runtime/regions.h"

namespace flambeau {
namespace {

constexpr int64_t alignment = 64;
// Smaller blocks come from malloc, larger ones from regions of huge pages.
constexpr int64_t minCarved = int64_t{16} << 10;
constexpr int64_t minPooled = int64_t{256} << 20;
// Slots live in one reserved range, so that telling ours from a stranger's pointer is a comparison.
constexpr int64_t maxSlots = int64_t{1} << 23;
constexpr int classesPerDoubling = 4;
constexpr int classCount = 48 * classesPerDoubling;

struct SizeClass {
  std::vector<void*> free;
  std::vector<void*> vacant;  // addresses whose memory went back to the system
  uint64_t lastUse = 0;       // the allocation that last asked for this class
};

struct Pool {
  std::mutex mutex;
  Regions regions;
  SizeClass classes[classCount];
  uint64_t allocations = 0;
  Slot* slots = nullptr;
  int64_t slotsUsed = 0;
  std::vector<Slot*> freeSlots;
  PoolStats stats{0, 0, 0, INT64_MAX};
};

// Never destroyed: finalizers of the last environment may run after static destructors.
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

// Four classes for each power of two: at most a quarter of a block is wasted. From classCount on there is no block.
int classOf(int64_t bytes) {
  if (bytes < 0) return classCount;
  if (bytes <= alignment) return 0;
  const int exponent = 63 - std::countl_zero(static_cast<uint64_t>(bytes - 1));
  const int64_t step = (int64_t{1} << exponent) / classesPerDoubling;
  const int64_t quarter = (bytes - 1 - (int64_t{1} << exponent)) / step;
  return (exponent - 6) * classesPerDoubling + static_cast<int>(quarter) + 1;
}

int64_t classBytes(int index) {
  if (index == 0) return alignment;
  const int64_t base = int64_t{alignment} << ((index - 1) / classesPerDoubling);
  return (base + base / classesPerDoubling * ((index - 1) % classesPerDoubling + 1) + alignment - 1) / alignment *
         alignment;
}

void* takeFromSystem(Pool& p, int index) {
  const int64_t bytes = classBytes(index);
  if (bytes < minCarved) return std::aligned_alloc(alignment, static_cast<size_t>(bytes));
  std::vector<void*>& vacant = p.classes[index].vacant;
  if (vacant.empty()) return p.regions.carve(bytes);
  void* data = vacant.back();
  vacant.pop_back();
  return data;
}

void returnToSystem(Pool& p, void* data, int index) {
  const int64_t bytes = classBytes(index);
  if (bytes < minCarved) return std::free(data);
  if (Regions::vacate(data, bytes)) p.classes[index].vacant.push_back(data);
}

void trim(Pool& p) {
  for (int i = 0; i < classCount; ++i) {
    for (void* data : p.classes[i].free) returnToSystem(p, data, i);
    p.classes[i].free.clear();
  }
  p.stats.pooled = 0;
}

// Whether a block of `bytes` may be kept, after returning others: those first whose size was not asked for the longest.
bool makeRoom(Pool& p, int64_t bytes) {
  // What is kept stays in proportion to what is in use, so that one peak is not held for ever. But pages that come and
  // go cost more than they take from others while they are a small part of what there is.
  const int64_t limit = std::max({minPooled, p.stats.live, p.stats.limit / 16});
  if (bytes > limit) return false;
  while (p.stats.pooled + bytes > limit) {
    int oldest = -1;
    for (int i = 0; i < classCount; ++i) {
      const SizeClass& sizes = p.classes[i];
      if (!sizes.free.empty() && (oldest < 0 || sizes.lastUse < p.classes[oldest].lastUse)) oldest = i;
    }
    returnToSystem(p, p.classes[oldest].free.back(), oldest);
    p.classes[oldest].free.pop_back();
    p.stats.pooled -= classBytes(oldest);
  }
  return true;
}

Slot* takeSlot(Pool& p) {
  if (!p.freeSlots.empty()) {
    Slot* slot = p.freeSlots.back();
    p.freeSlots.pop_back();
    return slot;
  }
  if (p.slots == nullptr) {
    void* range = mmap(nullptr, maxSlots * sizeof(Slot), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) return nullptr;
    p.slots = static_cast<Slot*>(range);
  }
  return p.slotsUsed < maxSlots ? &p.slots[p.slotsUsed++] : nullptr;
}

void* takeMemory(Pool& p, int index, int64_t limit) {
  if (index >= classCount) return nullptr;
  const int64_t bytes = classBytes(index);
  SizeClass& sizes = p.classes[index];
  sizes.lastUse = ++p.allocations;
  if (!sizes.free.empty()) {
    void* data = sizes.free.back();
    sizes.free.pop_back();
    p.stats.pooled -= bytes;
    return data;
  }
  if (p.stats.live + p.stats.pooled > limit - bytes) trim(p);
  if (p.stats.live > limit - bytes) return nullptr;
  void* data = takeFromSystem(p, index);
  if (data != nullptr || p.stats.pooled == 0) return data;
  trim(p);
  return takeFromSystem(p, index);
}

void giveMemory(Pool& p, void* data, int index) {
  const int64_t bytes = classBytes(index);
  if (makeRoom(p, bytes)) {
    p.classes[index].free.push_back(data);
    p.stats.pooled += bytes;
  } else {
    returnToSystem(p, data, index);
  }
}

void empty(Pool& p, Slot* slot) {
  if (slot->data == nullptr) return;
  const int index = classOf(slot->bytes);
  p.stats.live -= classBytes(index);
  giveMemory(p, slot->data, index);
  slot->data = nullptr;
}

}  // namespace

Slot* acquireSlot(int64_t share, int64_t count) {
  const int64_t bytes = share * count;
  const int index = classOf(bytes);
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  Slot* slot = takeSlot(p);
  if (slot == nullptr) return nullptr;
  slot->data = takeMemory(p, index, p.stats.limit);
  slot->bytes = bytes;
  slot->share = share;
  if (slot->data == nullptr) {
    p.freeSlots.push_back(slot);
    return nullptr;
  }
  p.stats.live += classBytes(index);
  p.stats.peak = std::max(p.stats.peak, p.stats.live);
  return slot;
}

void releaseMemory(Slot* slot) {
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  empty(p, slot);
}

void releaseSlot(Slot* slot) {
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  empty(p, slot);
  p.freeSlots.push_back(slot);
}

void* acquireBlock(int64_t bytes) {
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  return takeMemory(p, classOf(bytes), INT64_MAX);
}

void releaseBlock(void* block, int64_t bytes) {
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  giveMemory(p, block, classOf(bytes));
}

bool isSlot(const void* pointer) {
  const Slot* first = pool().slots;
  const auto address = reinterpret_cast<uintptr_t>(pointer), base = reinterpret_cast<uintptr_t>(first);
  return first != nullptr && address >= base && address < base + maxSlots * sizeof(Slot) &&
         (address - base) % sizeof(Slot) == 0;
}

PoolStats poolStats() {
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  return p.stats;
}

void setPoolLimit(int64_t bytes) {
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  p.stats.limit = bytes;
  if (p.stats.live + p.stats.pooled > bytes) trim(p);
}

void trimPool() {
  Pool& p = pool();
  std::lock_guard lock(p.mutex);
  trim(p);
}

}  // namespace flambeau
