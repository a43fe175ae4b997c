// Memory of the system in huge pages: blocks are carved from large regions.
#pragma once

#include <cstdint>

namespace flambeau {

class Regions {
 public:
  // `bytes` of memory that is aligned to 64 bytes, or null where the system has none.
  void* carve(int64_t bytes);
  // Gives the pages of a carved block back to the system. True if its address stays ours: the next access finds new
  // pages.
  static bool vacate(void* block, int64_t bytes);

 private:
  char* next_ = nullptr;
  char* end_ = nullptr;
  int64_t colour_ = 0;
};

}  // namespace flambeau
