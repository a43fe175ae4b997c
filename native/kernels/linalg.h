// Factorizations of small dense matrices, row-major and computed in double: LU, Cholesky, QR, symmetric eigenvalues,
// SVD.
#pragma once

#include <cmath>

#include "kernels/elementwise.h"
#include "runtime/scratch.h"

namespace flambeau::FLAMBEAU_ISA {

// Calls body(b) for each matrix of a batch, on several threads where the work of one is `flops`.
template <class F>
void forMatrices(int64_t batch, int64_t flops, F&& body) {
  parallelFor(batch, cheapGrain / (flops + 1) + 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++) body(b);
  });
}

template <class A, class B>
void convertInto(const A* from, B* to, int64_t n) {
  for (int64_t i = 0; i < n; i++) to[i] = static_cast<B>(from[i]);
}

// ---- LU

// Rows exchanged so that P A = L U with unit L; both in `lu`, and the row each step exchanged with, from 0, in
// `pivots`.
template <class T>
void luFactor(const T* x, T* lu, int64_t* pivots, int64_t batch, int64_t m, int64_t n) {
  const int64_t steps = m < n ? m : n;
  forMatrices(batch, m * n * steps, [=](int64_t b) {
    Scratch scratch(m * n * static_cast<int64_t>(sizeof(double)) + 1);
    double* a = scratch.as<double>();
    convertInto(x + b * m * n, a, m * n);
    for (int64_t k = 0; k < steps; k++) {
      int64_t pivot = k;
      for (int64_t i = k + 1; i < m; i++) {
        if (std::fabs(a[i * n + k]) > std::fabs(a[pivot * n + k])) pivot = i;
      }
      pivots[b * steps + k] = pivot;
      for (int64_t j = 0; j < n && pivot != k; j++) {
        const double moved = a[k * n + j];
        a[k * n + j] = a[pivot * n + j];
        a[pivot * n + j] = moved;
      }
      if (a[k * n + k] == 0) continue;
      for (int64_t i = k + 1; i < m; i++) {
        const double factor = a[i * n + k] /= a[k * n + k];
        if (factor == 0) continue;
        for (int64_t j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      }
    }
    convertInto(a, lu + b * m * n, m * n);
  });
}

// X with A X = B for triangular A (n, n) and B (n, k).
template <class T>
void solveTriangular(const T* a, const T* rhs, T* x, int64_t batch, int64_t n, int64_t k, int64_t upper,
                     int64_t unitriangular) {
  forMatrices(batch, n * n * k, [=](int64_t b) {
    Scratch scratch(n * k * static_cast<int64_t>(sizeof(double)) + 1);
    double* y = scratch.as<double>();
    convertInto(rhs + b * n * k, y, n * k);
    const T* matrix = a + b * n * n;
    for (int64_t step = 0; step < n; step++) {
      const int64_t i = upper != 0 ? n - 1 - step : step;
      const int64_t from = upper != 0 ? i + 1 : 0;
      const int64_t to = upper != 0 ? n : i;
      for (int64_t p = from; p < to; p++) {
        const double factor = static_cast<double>(matrix[i * n + p]);
        for (int64_t j = 0; j < k; j++) y[i * k + j] -= factor * y[p * k + j];
      }
      if (unitriangular != 0) continue;
      const double diagonal = static_cast<double>(matrix[i * n + i]);
      for (int64_t j = 0; j < k; j++) y[i * k + j] /= diagonal;
    }
    convertInto(y, x + b * n * k, n * k);
  });
}

// ---- Cholesky

// L with L L^T = A from the lower triangle of A. Returns -1, or b (n + 1) + the order of the minor of matrix b that is
// not positive.
template <class T>
int64_t cholesky(const T* x, T* l, int64_t batch, int64_t n) {
  Scratch scratch(n * n * static_cast<int64_t>(sizeof(double)) + 1);
  double* a = scratch.as<double>();
  for (int64_t b = 0; b < batch; b++) {
    convertInto(x + b * n * n, a, n * n);
    for (int64_t j = 0; j < n; j++) {
      for (int64_t i = j; i < n; i++) {
        double sum = a[i * n + j];
        for (int64_t p = 0; p < j; p++) sum -= a[i * n + p] * a[j * n + p];
        if (i == j) {
          if (!(sum > 0)) return b * (n + 1) + j + 1;
          a[j * n + j] = std::sqrt(sum);
        } else {
          a[i * n + j] = sum / a[j * n + j];
        }
      }
      for (int64_t i = 0; i < j; i++) a[i * n + j] = 0;
    }
    convertInto(a, l + b * n * n, n * n);
  }
  return -1;
}

// ---- QR

// Reflects columns [from, n) of rows [k, m) of a by I - tau v v^T, where v has rows [k, m) in steps of `stride`.
inline void reflect(double* a, int64_t n, int64_t from, const double* v, int64_t k, int64_t m, double tau) {
  for (int64_t j = from; j < n; j++) {
    double dot = 0;
    for (int64_t i = k; i < m; i++) dot += v[i] * a[i * n + j];
    for (int64_t i = k; i < m; i++) a[i * n + j] -= tau * dot * v[i];
  }
}

// Q (m, columns) and R (columns, n) by Householder reflections with the signs of LAPACK's geqrf.
template <class T>
void qr(const T* x, T* q, T* r, int64_t batch, int64_t m, int64_t n, int64_t columns) {
  const int64_t steps = m < n ? m : n;
  forMatrices(batch, m * n * (steps + columns), [=](int64_t b) {
    Scratch scratch((m * n + m * columns + m * steps + steps) * static_cast<int64_t>(sizeof(double)) + 1);
    double* a = scratch.as<double>();
    double* full = a + m * n;
    double* vectors = full + m * columns;
    double* taus = vectors + m * steps;
    convertInto(x + b * m * n, a, m * n);
    for (int64_t k = 0; k < steps; k++) {
      double* v = vectors + k * m;
      double tail = 0;
      for (int64_t i = k + 1; i < m; i++) tail += a[i * n + k] * a[i * n + k];
      const double alpha = a[k * n + k];
      const double beta = -std::copysign(std::sqrt(alpha * alpha + tail), alpha);
      taus[k] = tail == 0 ? 0 : (beta - alpha) / beta;
      v[k] = 1;
      for (int64_t i = k + 1; i < m; i++) v[i] = tail == 0 ? 0 : a[i * n + k] / (alpha - beta);
      reflect(a, n, k, v, k, m, taus[k]);
    }
    for (int64_t i = 0; i < m; i++) {
      for (int64_t j = 0; j < columns; j++) full[i * columns + j] = i == j ? 1 : 0;
    }
    for (int64_t k = steps - 1; k >= 0; k--) reflect(full, columns, k, vectors + k * m, k, m, taus[k]);
    convertInto(full, q + b * m * columns, m * columns);
    for (int64_t i = 0; i < columns; i++) {
      for (int64_t j = 0; j < n; j++) r[(b * columns + i) * n + j] = i <= j ? static_cast<T>(a[i * n + j]) : T(0);
    }
  });
}

// ---- Symmetric eigenvalues and singular values, by Jacobi's rotations

inline constexpr int maxSweeps = 60;

struct Rotation {
  double c, s;
};

// The rotation that annihilates the product pq of columns with squared lengths pp and qq.
inline Rotation rotationOf(double pp, double qq, double pq) {
  const double theta = (qq - pp) / (2 * pq);
  const double t = std::copysign(1, theta) / (std::fabs(theta) + std::sqrt(1 + theta * theta));
  const double c = 1 / std::sqrt(1 + t * t);
  return {c, c * t};
}

inline void rotate(double* p, double* q, int64_t n, int64_t stride, Rotation by) {
  for (int64_t i = 0; i < n; i++) {
    const double a = p[i * stride], b = q[i * stride];
    p[i * stride] = by.c * a - by.s * b;
    q[i * stride] = by.s * a + by.c * b;
  }
}

// Positions of keys in ascending order, or descending; by insertion.
inline void orderOf(const double* keys, int64_t* order, int64_t n, bool descending) {
  for (int64_t i = 0; i < n; i++) {
    int64_t j = i;
    for (; j > 0 && (descending ? keys[order[j - 1]] < keys[i] : keys[order[j - 1]] > keys[i]); j--) {
      order[j] = order[j - 1];
    }
    order[j] = i;
  }
}

// Eigenvalues w in ascending order and eigenvectors v in columns, of symmetric matrices given by their lower triangle.
template <class T>
void eigh(const T* x, T* w, T* v, int64_t batch, int64_t n) {
  forMatrices(batch, 16 * n * n * n, [=](int64_t b) {
    Scratch scratch((2 * n * n + 2 * n) * static_cast<int64_t>(sizeof(double)) + 1);
    double* a = scratch.as<double>();
    double* vectors = a + n * n;  // one in each row
    double* values = vectors + n * n;
    auto* order = reinterpret_cast<int64_t*>(values + n);
    double scale = 0;
    for (int64_t i = 0; i < n; i++) {
      for (int64_t j = 0; j <= i; j++) {
        const double value = static_cast<double>(x[(b * n + i) * n + j]);
        a[i * n + j] = a[j * n + i] = value;
        vectors[i * n + j] = vectors[j * n + i] = i == j ? 1 : 0;
        scale += value * value;
      }
    }
    const double negligible = 1e-17 * std::sqrt(scale);
    for (int sweep = 0; sweep < maxSweeps; sweep++) {
      bool rotated = false;
      for (int64_t p = 0; p < n; p++) {
        for (int64_t q = p + 1; q < n; q++) {
          if (!(std::fabs(a[p * n + q]) > negligible)) continue;
          const Rotation by = rotationOf(a[p * n + p], a[q * n + q], a[p * n + q]);
          rotate(a + p, a + q, n, n, by);
          rotate(a + p * n, a + q * n, n, 1, by);
          rotate(vectors + p * n, vectors + q * n, n, 1, by);
          rotated = true;
        }
      }
      if (!rotated) break;
    }
    for (int64_t i = 0; i < n; i++) values[i] = a[i * n + i];
    orderOf(values, order, n, false);
    for (int64_t j = 0; j < n; j++) {
      w[b * n + j] = static_cast<T>(values[order[j]]);
      for (int64_t i = 0; i < n; i++) v[(b * n + i) * n + j] = static_cast<T>(vectors[order[j] * n + i]);
    }
  });
}

// Makes rows [have, want) of length m orthonormal to those before, from unit vectors.
inline void completeRows(double* rows, int64_t have, int64_t want, int64_t m) {
  for (int64_t unit = 0; have < want && unit < m; unit++) {
    double* row = rows + have * m;
    for (int64_t i = 0; i < m; i++) row[i] = i == unit ? 1 : 0;
    double length = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int64_t r = 0; r < have; r++) {
        double dot = 0;
        for (int64_t i = 0; i < m; i++) dot += rows[r * m + i] * row[i];
        for (int64_t i = 0; i < m; i++) row[i] -= dot * rows[r * m + i];
      }
      length = 0;
      for (int64_t i = 0; i < m; i++) length += row[i] * row[i];
      length = std::sqrt(length);
      if (length < 1e-8) break;
      for (int64_t i = 0; i < m; i++) row[i] /= length;
    }
    if (length >= 1e-8) have++;
  }
}

// A (m, n) = U (m, columns) diag(s) V^T with n <= m: s descending (n), V (n, n) in columns.
template <class T>
void svd(const T* x, T* u, T* s, T* v, int64_t batch, int64_t m, int64_t n, int64_t columns) {
  forMatrices(batch, 16 * m * n * n, [=](int64_t b) {
    Scratch scratch((m * n + n * n + m * columns + 2 * n) * static_cast<int64_t>(sizeof(double)) + 1);
    double* a = scratch.as<double>();  // transposed: each column of A is a row here
    double* right = a + m * n;
    double* left = right + n * n;
    double* values = left + m * columns;
    auto* order = reinterpret_cast<int64_t*>(values + n);
    for (int64_t i = 0; i < m; i++) {
      for (int64_t j = 0; j < n; j++) a[j * m + i] = static_cast<double>(x[(b * m + i) * n + j]);
    }
    for (int64_t i = 0; i < n * n; i++) right[i] = i / n == i % n ? 1 : 0;
    for (int sweep = 0; sweep < maxSweeps; sweep++) {
      bool rotated = false;
      for (int64_t p = 0; p < n; p++) {
        for (int64_t q = p + 1; q < n; q++) {
          double pp = 0, qq = 0, pq = 0;
          for (int64_t i = 0; i < m; i++) {
            pp += a[p * m + i] * a[p * m + i];
            qq += a[q * m + i] * a[q * m + i];
            pq += a[p * m + i] * a[q * m + i];
          }
          if (!(std::fabs(pq) > 1e-16 * std::sqrt(pp * qq)) || pq == 0) continue;
          const Rotation by = rotationOf(pp, qq, pq);
          rotate(a + p * m, a + q * m, m, 1, by);
          rotate(right + p * n, right + q * n, n, 1, by);
          rotated = true;
        }
      }
      if (!rotated) break;
    }
    for (int64_t j = 0; j < n; j++) {
      double length = 0;
      for (int64_t i = 0; i < m; i++) length += a[j * m + i] * a[j * m + i];
      values[j] = std::sqrt(length);
    }
    orderOf(values, order, n, true);
    int64_t rank = 0;
    for (int64_t j = 0; j < n && j < columns; j++) {
      const double length = values[order[j]];
      if (!(length > 1e-300) || (j > 0 && length < 1e-15 * values[order[0]])) break;
      for (int64_t i = 0; i < m; i++) left[j * m + i] = a[order[j] * m + i] / length;
      rank++;
    }
    completeRows(left, rank, columns, m);
    for (int64_t j = 0; j < n; j++) {
      s[b * n + j] = static_cast<T>(values[order[j]]);
      for (int64_t i = 0; i < n; i++) v[(b * n + i) * n + j] = static_cast<T>(right[order[j] * n + i]);
    }
    for (int64_t j = 0; j < columns; j++) {
      for (int64_t i = 0; i < m; i++) u[(b * m + i) * columns + j] = static_cast<T>(left[j * m + i]);
    }
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
