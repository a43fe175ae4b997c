// The process-wide thread pool and parallelFor, the only way a kernel uses more than one core.
#pragma once

#include <cstdint>
#include <type_traits>

namespace flambeau {

using RangeFunction = void (*)(void* body, int64_t begin, int64_t end);

// Threads a kernel may use, the caller's included.
int numThreads();
void setNumThreads(int count);
// What the machine and its cgroup allow this process.
int defaultNumThreads();

// Runs `run(body, begin, end)` over [0, n) in chunks of `chunk` (the last may be shorter) and returns when all are
// done. Throws OutOfScratch where one of them did.
void runParallel(int64_t n, int64_t chunk, RangeFunction run, void* body);

// Calls body(begin, end) for ranges that cover [0, n). Ranges start at multiples of a chunk of at least `grain`; work
// that fits one grain, or arrives while the pool serves somebody else, runs in the caller.
template <class F>
void parallelFor(int64_t n, int64_t grain, F&& body) {
  if (n <= 0) return;
  if (grain < 1) grain = 1;
  const int threads = n > grain ? numThreads() : 1;
  if (threads == 1) {
    body(int64_t{0}, n);
    return;
  }
  // Four chunks a thread even out an unlucky core without paying for many hand-overs.
  int64_t chunk = (n + threads * 4 - 1) / (threads * 4);
  if (chunk < grain) chunk = grain;
  using Body = std::remove_reference_t<F>;
  runParallel(n, chunk, [](void* self, int64_t begin, int64_t end) { (*static_cast<Body*>(self))(begin, end); }, &body);
}

// Calls body(i) for all i in [0, n): as many as all threads get equally many of run side by side, at least `grain` of
// them in one thread; the few left over run one after another and may use all threads each.
template <class F>
void parallelTasks(int64_t n, int64_t grain, F&& body) {
  const int64_t sideBySide = n / numThreads() * numThreads();
  parallelFor(sideBySide, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) body(i);
  });
  for (int64_t i = sideBySide; i < n; i++) body(i);
}

}  // namespace flambeau
