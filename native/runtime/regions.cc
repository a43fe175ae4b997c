// Regions: where the next block begins, and the calls of the system behind it.
#include "runtime/regions.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace flambeau {
namespace {

constexpr int64_t hugePage = int64_t{2} << 20;
constexpr int64_t regionBytes = int64_t{64} << 20;
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

// `bytes` that begin with a huge page where the system has some, or null.
char* mapHugePages(int64_t bytes) {
  void* mapped = mmap(nullptr, bytes + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  char* first = roundUp(static_cast<char*>(mapped), hugePage);
#ifdef MADV_HUGEPAGE
  madvise(first, bytes, MADV_HUGEPAGE);
#endif
  return first;
}

}  // namespace

void* Regions::carve(int64_t bytes) {
  const int64_t step = bytes + gap;
  const bool alone = step > regionBytes / 4;
  if (alone || end_ - next_ < step) {
    const int64_t size = (alone ? step : regionBytes) + colours * gap;
    char* region = mapHugePages(size);
    if (region == nullptr) return nullptr;
    char* first = region + colour_++ % colours * gap;
    if (alone) return first;
    next_ = first;
    end_ = region + size;
  }
  char* block = next_;
  next_ += step;
  return block;
}

void Regions::vacate(void* block, int64_t bytes) {
  static const int64_t page = sysconf(_SC_PAGESIZE);
  char* first = roundUp(static_cast<char*>(block), page);
  char* last = roundDown(static_cast<char*>(block) + bytes, page);
  if (first < last) madvise(first, last - first, MADV_DONTNEED);
}

}  // namespace flambeau
