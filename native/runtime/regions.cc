// Regions: where the next block begins, and the calls of the system behind it.
#include "runtime/regions.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace flambeau {
namespace {

constexpr int64_t hugePage = int64_t{2} << 20;
constexpr int64_t regionBytes = int64_t{64} << 20;
// Larger blocks have a region each, which goes back with them.
constexpr int64_t maxShared = regionBytes / 4;
// Sizes are round numbers, so that blocks side by side would all begin in the same sets of the caches. An odd number of
// lines between them, more than a page, makes each begin elsewhere.
constexpr int64_t gap = 69 * 64;
// So many gaps pass one way of a second cache (128 KiB): the places at which regions begin.
constexpr int64_t colours = 31;

char* roundUp(char* address, int64_t to) {
  return reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(address) + to - 1) / to * to);
}

char* roundDown(char* address, int64_t to) {
  return reinterpret_cast<char*>(reinterpret_cast<uintptr_t>(address) / to * to);
}

// The region around blocks of `bytes` in all, wherever in it they begin: whole huge pages.
constexpr int64_t regionAround(int64_t bytes) { return (bytes + colours * gap + hugePage - 1) / hugePage * hugePage; }

// `bytes` from the beginning of a huge page on, or null: what the system gives, cut at both ends.
char* mapRegion(int64_t bytes) {
  void* mapped = mmap(nullptr, bytes + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* first = roundUp(static_cast<char*>(mapped), hugePage);
  const int64_t before = first - static_cast<char*>(mapped);
  if (before > 0) munmap(mapped, before);
  munmap(first + bytes, hugePage - before);
#ifdef MADV_HUGEPAGE
  madvise(first, bytes, MADV_HUGEPAGE);
#endif
  return first;
}

}  // namespace

void* Regions::carve(int64_t bytes) {
  const bool alone = bytes > maxShared;
  if (alone || end_ - next_ < bytes) {
    char* region = mapRegion(regionAround(alone ? bytes : regionBytes));
    if (region == nullptr) return nullptr;
    char* first = region + colour_++ % colours * gap;
    if (alone) return first;
    next_ = first;
    end_ = first + regionBytes;
  }
  char* block = next_;
  next_ += bytes + gap;
  return block;
}

bool Regions::vacate(void* block, int64_t bytes) {
  if (bytes > maxShared) {
    munmap(roundDown(static_cast<char*>(block), hugePage), regionAround(bytes));
    return false;
  }
  static const int64_t page = sysconf(_SC_PAGESIZE);
  char* first = roundUp(static_cast<char*>(block), page);
  char* last = roundDown(static_cast<char*>(block) + bytes, page);
  if (first < last) madvise(first, last - first, MADV_DONTNEED);
  return true;
}

}  // namespace flambeau
