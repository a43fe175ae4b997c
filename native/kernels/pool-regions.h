// Pooling of volumes by lists of regions, which serve windows, adaptive and fractional pooling alike. Rows of `regions`
// are (start, end, count): first od for the depth, then oh for the height, then ow for the width; start and end lie in
// the input, `count` is the factor of the divisor. Planes are contiguous (d, h, w); fewer dimensions have sizes of 1.
#pragma once

#include <cstring>
#include <limits>

#include "runtime/threads.h"
#include "simd/vec.h"

namespace flambeau::FLAMBEAU_ISA {

struct PoolRegion {
  int64_t start, end, count;
};
static_assert(sizeof(PoolRegion) == 3 * sizeof(int64_t));

// Calls body(plane, regions of the plane, first output row) for every row of every plane.
template <class F>
void overPoolPlanes(int64_t planes, int64_t work, const int64_t* regions, int64_t planeRegions, F body) {
  parallelFor(planes, 1 + 16384 / (work + 1), [&](int64_t begin, int64_t end) {
    for (int64_t plane = begin; plane < end; plane++) {
      body(plane, reinterpret_cast<const PoolRegion*>(regions) + plane * planeRegions);
    }
  });
}

// y = maximum of each region, every dil-th element of it; indices (unless nullptr) = its flat position in the plane.
// The first maximum wins, the last NaN over all numbers. Planes have their own regions if planeRegions is not 0.
template <class T>
void maxPoolRegions(const T* x, const int64_t* regions, T* y, int64_t* indices, int64_t planes, int64_t planeRegions,
                    int64_t d, int64_t h, int64_t w, int64_t od, int64_t oh, int64_t ow, int64_t dilD, int64_t dilH,
                    int64_t dilW) {
  overPoolPlanes(planes, d * h * w, regions, planeRegions, [=](int64_t plane, const PoolRegion* region) {
    const T* src = x + plane * d * h * w;
    int64_t out = plane * od * oh * ow;
    for (int64_t i = 0; i < od; i++) {
      const PoolRegion a = region[i];
      for (int64_t j = 0; j < oh; j++) {
        const PoolRegion b = region[od + j];
        for (int64_t k = 0; k < ow; k++, out++) {
          const PoolRegion c = region[od + oh + k];
          T best = -std::numeric_limits<T>::infinity();
          int64_t at = (a.start * h + b.start) * w + c.start;
          for (int64_t p = a.start; p < a.end; p += dilD) {
            for (int64_t q = b.start; q < b.end; q += dilH) {
              const T* row = src + (p * h + q) * w;
              for (int64_t r = c.start; r < c.end; r += dilW) {
                if (row[r] > best || row[r] != row[r]) best = row[r], at = (p * h + q) * w + r;
              }
            }
          }
          y[out] = best;
          if (indices != nullptr) indices[out] = at;
        }
      }
    }
  });
}

// y = sum of each region / divisor, which is the product of the counts if 0.
template <class T>
void avgPoolRegions(const T* x, const int64_t* regions, T* y, int64_t planes, int64_t d, int64_t h, int64_t w,
                    int64_t od, int64_t oh, int64_t ow, int64_t divisor) {
  overPoolPlanes(planes, d * h * w, regions, 0, [=](int64_t plane, const PoolRegion* region) {
    const T* src = x + plane * d * h * w;
    T* dst = y + plane * od * oh * ow;
    for (int64_t i = 0; i < od; i++) {
      const PoolRegion a = region[i];
      for (int64_t j = 0; j < oh; j++) {
        const PoolRegion b = region[od + j];
        for (int64_t k = 0; k < ow; k++, dst++) {
          const PoolRegion c = region[od + oh + k];
          T sum = 0;
          for (int64_t p = a.start; p < a.end; p++) {
            for (int64_t q = b.start; q < b.end; q++) {
              const T* row = src + (p * h + q) * w;
              for (int64_t r = c.start; r < c.end; r++) sum += row[r];
            }
          }
          const bool empty = a.start >= a.end || b.start >= b.end || c.start >= c.end;
          *dst = empty ? T{0} : sum / static_cast<T>(divisor != 0 ? divisor : a.count * b.count * c.count);
        }
      }
    }
  });
}

// dx gets dy / divisor of every region that covers it.
template <class T>
void avgPoolRegionsBackward(const T* dy, const int64_t* regions, T* dx, int64_t planes, int64_t d, int64_t h, int64_t w,
                            int64_t od, int64_t oh, int64_t ow, int64_t divisor) {
  overPoolPlanes(planes, d * h * w, regions, 0, [=](int64_t plane, const PoolRegion* region) {
    const T* src = dy + plane * od * oh * ow;
    T* dst = dx + plane * d * h * w;
    std::memset(dst, 0, static_cast<size_t>(d * h * w) * sizeof(T));
    for (int64_t i = 0; i < od; i++) {
      const PoolRegion a = region[i];
      for (int64_t j = 0; j < oh; j++) {
        const PoolRegion b = region[od + j];
        for (int64_t k = 0; k < ow; k++, src++) {
          const PoolRegion c = region[od + oh + k];
          const T g = *src / static_cast<T>(divisor != 0 ? divisor : a.count * b.count * c.count);
          for (int64_t p = a.start; p < a.end; p++) {
            for (int64_t q = b.start; q < b.end; q++) {
              T* row = dst + (p * h + q) * w;
              for (int64_t r = c.start; r < c.end; r++) row[r] += g;
            }
          }
        }
      }
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
