// Pooling and its gradients against PyTorch's rules written as naive loops: padding, dilation, ceil mode, NaN, ties.
#include "shapes.h"

#include "kernels/pool.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace flambeau::FLAMBEAU_ISA;

namespace {

test::Random random_;

int64_t outputSize(int64_t size, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation, bool ceil) {
  const int64_t span = size + 2 * pad - dilation * (kernel - 1) - 1;
  if (span < 0) return 0;
  int64_t n = (span + (ceil ? stride - 1 : 0)) / stride + 1;
  if (ceil && (n - 1) * stride >= size + pad) n--;
  return n;
}

template <class T>
bool same(T a, T b) {
  return a == b || (a != a && b != b);
}

template <class T>
void checkOne(int64_t planes, int64_t h, int64_t w, int64_t kh, int64_t kw, int64_t sh, int64_t sw, int64_t ph,
              int64_t pw, int64_t dh, int64_t dw, bool ceil, bool include, int64_t override) {
  const int64_t oh = outputSize(h, kh, sh, ph, dh, ceil), ow = outputSize(w, kw, sw, pw, dw, ceil);
  if (oh < 1 || ow < 1) return;
  std::vector<T> x(planes * h * w), y(planes * oh * ow, 77), dy(y.size()), dx(x.size(), 77), dx2(x.size(), 0);
  // Few different values make ties; some are NaN.
  for (T& v : x)
    v = random_.below(40) == 0 ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(random_.below(6) - 3);
  for (T& v : dy) v = static_cast<T>(random_.below(9) - 4);
  std::vector<int64_t> indices(y.size(), -7);
  maxPool2d<T>(x.data(), y.data(), indices.data(), planes, h, w, oh, ow, kh, kw, sh, sw, ph, pw, dh, dw);
  std::vector<T> y2(y.size());
  maxPool2d<T>(x.data(), y2.data(), nullptr, planes, h, w, oh, ow, kh, kw, sh, sw, ph, pw, dh, dw);
  const bool pairs = areSquarePairs(h, w, oh, ow, kh, kw, sh, sw, ph, pw) && dh == 1 && dw == 1;
  std::vector<T> y3(y2), y4(y2), dx3(dx.size(), T{-1});
  std::vector<int64_t> indices3(indices.size(), -7);
  maxPool2dBackward<T>(dy.data(), indices.data(), dx.data(), planes, h * w, oh * ow);
  if (pairs) {
    std::vector<uint8_t> choices(y.size(), 9);
    maxPoolPairs<T>(x.data(), y3.data(), choices.data(), planes, h, w);
    maxPoolPairs<T>(x.data(), y4.data(), nullptr, planes, h, w);
    maxPoolPairsBackward<T>(dy.data(), choices.data(), dx3.data(), planes, h, w);
    pairIndices(choices.data(), indices3.data(), planes, h, w);
  } else {
    dx3 = dx, indices3 = indices;
  }
  bool ok = true, okBack = true;
  for (int64_t p = 0; p < planes; p++)
    for (int64_t r = 0; r < oh; r++)
      for (int64_t q = 0; q < ow; q++) {
        T best = -std::numeric_limits<T>::infinity();
        int64_t at = -1;
        for (int64_t i = 0; i < kh; i++)
          for (int64_t j = 0; j < kw; j++) {
            const int64_t a = r * sh - ph + i * dh, b = q * sw - pw + j * dw;
            if (a < 0 || a >= h || b < 0 || b >= w) continue;
            const T v = x[(p * h + a) * w + b];
            if (at < 0) at = a * w + b;
            if (v > best || v != v) best = v, at = a * w + b;
          }
        const int64_t o = (p * oh + r) * ow + q;
        ok = ok && same(best, y[o]) && same(best, y2[o]) && same(best, y3[o]) && same(best, y4[o]) &&
             (at < 0 || (indices[o] == at && indices3[o] == at));
        dx2[p * h * w + indices[o]] += dy[o];
      }
  for (size_t i = 0; i < dx.size(); i++) okBack = okBack && dx[i] == dx2[i] && dx3[i] == dx2[i];
  test::expect(ok, "maxPool2d<%zu> %ldx%ld k%ld,%ld s%ld,%ld p%ld,%ld d%ld,%ld ceil %d", sizeof(T), h, w, kh, kw, sh,
               sw, ph, pw, dh, dw, ceil);
  test::expect(okBack, "maxPool2dBackward<%zu> %ldx%ld k%ld,%ld", sizeof(T), h, w, kh, kw);

  if (dh != 1 || dw != 1) return;
  for (T& v : x) v = static_cast<T>(random_.unit());
  std::fill(dx2.begin(), dx2.end(), T{0});
  avgPool2d<T>(x.data(), y.data(), planes, h, w, oh, ow, kh, kw, sh, sw, ph, pw, include, override);
  avgPool2dBackward<T>(dy.data(), dx.data(), planes, h, w, oh, ow, kh, kw, sh, sw, ph, pw, include, override);
  double worst = 0;
  for (int64_t p = 0; p < planes; p++)
    for (int64_t r = 0; r < oh; r++)
      for (int64_t q = 0; q < ow; q++) {
        int64_t h0 = r * sh - ph, w0 = q * sw - pw;
        int64_t h1 = std::min(h0 + kh, h + ph), w1 = std::min(w0 + kw, w + pw);
        const int64_t size = (h1 - h0) * (w1 - w0);
        h0 = std::max<int64_t>(h0, 0), w0 = std::max<int64_t>(w0, 0), h1 = std::min(h1, h), w1 = std::min(w1, w);
        const double divisor = override ? override : include ? size : (h1 - h0) * (w1 - w0);
        double sum = 0;
        for (int64_t a = h0; a < h1; a++)
          for (int64_t b = w0; b < w1; b++) {
            sum += x[(p * h + a) * w + b];
            dx2[(p * h + a) * w + b] += static_cast<T>(dy[(p * oh + r) * ow + q] / divisor);
          }
        worst = std::max(worst, std::abs((h0 < h1 && w0 < w1 ? sum / divisor : 0) - y[(p * oh + r) * ow + q]));
      }
  double worstBack = 0;
  for (size_t i = 0; i < dx.size(); i++) worstBack = std::max(worstBack, std::abs(double{dx[i]} - dx2[i]));
  const double tolerance = static_cast<double>(kh * kw + 2) * std::numeric_limits<T>::epsilon() * 4;
  test::expect(worst <= tolerance, "avgPool2d<%zu> %ldx%ld k%ld,%ld off by %g", sizeof(T), h, w, kh, kw, worst);
  test::expect(worstBack <= 4 * tolerance, "avgPool2dBackward<%zu> %ldx%ld k%ld,%ld off by %g", sizeof(T), h, w, kh, kw,
               worstBack);
}

template <class T>
void checkAll() {
  for (int64_t w = 1; w < 70; w++) {
    checkOne<T>(2, 1 + w % 7, w, 2, 2, 2, 2, 0, 0, 1, 1, false, true, 0);
    checkOne<T>(2, 1 + w % 7, w, 2, 2, 2, 2, 0, 0, 1, 1, true, true, w % 2 * 3);
  }
  // Enough for several threads, and for results past the caches.
  for (int64_t w = 1; w < 34; w++)
    checkOne<T>(3 + 80000 / (w * w), w + w % 3, w, 2, 2, 2, 2, 0, 0, 1, 1, false, true, 0);
  checkOne<T>(25, 256, 250, 2, 2, 2, 2, 0, 0, 1, 1, false, true, 0);
  checkOne<T>(8101, 14, 14, 2, 2, 2, 2, 0, 0, 1, 1, false, true, 0);
  for (int i = 0; i < 600; i++) {
    const int64_t kh = 1 + random_.below(4), kw = 1 + random_.below(4);
    checkOne<T>(1 + random_.below(3), 1 + random_.below(12), 1 + random_.below(40), kh, kw, 1 + random_.below(3),
                1 + random_.below(3), random_.below(kh / 2 + 1), random_.below(kw / 2 + 1),
                1 + random_.below(2) * random_.below(3), 1 + random_.below(2) * random_.below(3), random_.below(2),
                random_.below(2), random_.below(4) == 0 ? 5 : 0);
  }
}

}  // namespace

int main() {
  checkAll<float>();
  checkAll<double>();
  return test::report("pool_test", QUOTE(FLAMBEAU_ISA));
}
