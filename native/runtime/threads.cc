// The thread pool: one job at a time, workers that spin briefly and then sleep, callers that never wait for a turn.
#include "runtime/threads.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>

#include "runtime/lifetime.h"
#include "runtime/scratch.h"

namespace flambeau {
namespace {

constexpr int maxThreads = 256;
// A worker looks for the next job this often before it sleeps: about 20 microseconds, less than waking costs.
constexpr int spinsBeforeSleep = 4000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// What one thread begins with of a job: [next, end), of which the others take when they have nothing left.
struct alignas(64) Share {
  std::atomic<int64_t> next{0};
  int64_t end = 0;
};

struct Pool {
  std::mutex turn;  // held by the caller whose job runs
  // The job. Written only while it is closed and nobody is inside.
  RangeFunction run = nullptr;
  void* body = nullptr;
  int64_t chunk = 0;
  int width = 1;
  Share shares[maxThreads];
  std::atomic<int64_t> missing{0};  // bytes of scratch that a chunk could not get
  alignas(64) std::atomic<bool> open{false};
  alignas(64) std::atomic<int> inside{0};
  alignas(64) std::atomic<uint32_t> generation{0};
  std::atomic<bool> stopping{false};
  std::atomic<int> sleepers{0};
  pthread_t threads[maxThreads];
  int threadCount = 0;
  std::atomic<int> limit{0};
};

// Never destroyed: a worker may outlive static destructors.
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

thread_local bool insideJob = false;

// The caller is thread 0. Jobs of equal size are shared out alike: what a thread wrote in one is in its cache for the
// next.
void work(Pool& p, int thread) {
  for (int i = 0; i < p.width; ++i) {
    Share& share = p.shares[(thread + i) % p.width];
    while (share.next.load(std::memory_order_relaxed) < share.end) {
      const int64_t begin = share.next.fetch_add(p.chunk, std::memory_order_relaxed);
      if (begin >= share.end) break;
      try {
        p.run(p.body, begin, std::min(begin + p.chunk, share.end));
      } catch (const OutOfScratch& failure) {
        p.missing.store(failure.bytes);
      }
    }
  }
}

void* workerMain(void* argument) {
  Pool& p = pool();
  const int thread = static_cast<int>(reinterpret_cast<intptr_t>(argument));
  insideJob = true;
  uint32_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < spinsBeforeSleep && p.generation.load() == seen; ++spin) pause();
    if (p.generation.load() == seen) {
      p.sleepers.fetch_add(1);
      p.generation.wait(seen);
      p.sleepers.fetch_sub(1);
    }
    seen = p.generation.load();
    if (p.stopping.load()) return nullptr;
    p.inside.fetch_add(1);
    if (p.open.load() && thread < p.width) work(p, thread);
    p.inside.fetch_sub(1);
  }
}

// Starts the workers that are missing; a system that refuses threads leaves us with fewer.
void ensureWorkers(Pool& p, int wanted) {
  while (p.threadCount < std::min(wanted, maxThreads)) {
    void* thread = reinterpret_cast<void*>(static_cast<intptr_t>(p.threadCount + 1));
    if (pthread_create(&p.threads[p.threadCount], nullptr, workerMain, thread) != 0) return;
    ++p.threadCount;
  }
}

// CPUs that the control group's quota amounts to, rounded up, or `fallback`.
int quotaCpus(int fallback) {
  long long quota = 0, period = 0;
  std::FILE* v2 = std::fopen("/sys/fs/cgroup/cpu.max", "re");
  if (v2 != nullptr) {
    const int read = std::fscanf(v2, "%lld %lld", &quota, &period);
    std::fclose(v2);
    return read == 2 && quota > 0 && period > 0 ? static_cast<int>((quota + period - 1) / period) : fallback;
  }
  std::FILE* v1Quota = std::fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re");
  std::FILE* v1Period = std::fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "re");
  if (v1Quota == nullptr || std::fscanf(v1Quota, "%lld", &quota) != 1) quota = 0;
  if (v1Period == nullptr || std::fscanf(v1Period, "%lld", &period) != 1) period = 0;
  if (v1Quota != nullptr) std::fclose(v1Quota);
  if (v1Period != nullptr) std::fclose(v1Period);
  return quota > 0 && period > 0 ? static_cast<int>((quota + period - 1) / period) : fallback;
}

}  // namespace

int defaultNumThreads() {
  int cpus = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
#ifdef __linux__
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) cpus = CPU_COUNT(&allowed);
#endif
  return std::clamp(std::min(cpus, quotaCpus(cpus)), 1, maxThreads);
}

int numThreads() {
  if (insideJob) return 1;
  Pool& p = pool();
  const int limit = p.limit.load(std::memory_order_relaxed);
  if (limit > 0) return limit;
  const int cpus = defaultNumThreads();
  p.limit.store(cpus);
  return cpus;
}

void setNumThreads(int count) { pool().limit.store(std::clamp(count, 1, maxThreads)); }

void runParallel(int64_t n, int64_t chunk, RangeFunction run, void* body) {
  Pool& p = pool();
  if (insideJob || !p.turn.try_lock()) {
    for (int64_t begin = 0; begin < n; begin += chunk) run(body, begin, std::min(begin + chunk, n));
    return;
  }
  const int width = numThreads();
  ensureWorkers(p, width - 1);
  p.run = run;
  p.body = body;
  p.chunk = chunk;
  p.width = width;
  p.missing.store(0, std::memory_order_relaxed);
  const int64_t chunks = (n + chunk - 1) / chunk;
  for (int i = 0; i < width; ++i) {
    p.shares[i].next.store(chunks * i / width * chunk, std::memory_order_relaxed);
    p.shares[i].end = std::min(chunks * (i + 1) / width * chunk, n);
  }
  p.open.store(true);
  p.generation.fetch_add(1);
  if (p.sleepers.load() > 0) p.generation.notify_all();

  insideJob = true;
  work(p, 0);
  insideJob = false;
  // Whoever enters after this sees a closed job; whoever is inside is finishing the last chunk.
  p.open.store(false);
  for (int spin = 0; p.inside.load() != 0; ++spin) {
    if (spin < spinsBeforeSleep) {
      pause();
    } else {
      sched_yield();
    }
  }
  const int64_t missing = p.missing.load();
  p.turn.unlock();
  if (missing > 0) throw OutOfScratch{missing};
}

void stopThreads() {
  Pool& p = pool();
  std::lock_guard lock(p.turn);
  p.stopping.store(true);
  p.generation.fetch_add(1);
  p.generation.notify_all();
  for (int i = 0; i < p.threadCount; ++i) pthread_join(p.threads[i], nullptr);
  p.threadCount = 0;
  p.stopping.store(false);
}

}  // namespace flambeau
