// conv2d and its gradients against naive loops: strides, padding on one or both sides, dilation, groups, odd sizes.
#include "shapes.h"

#include "kernels/conv.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace flambeau::FLAMBEAU_ISA;

namespace {

test::Random random_;

template <class T>
std::vector<T> values(int64_t n) {
  std::vector<T> v(n);
  for (T& x : v) x = static_cast<T>(random_.unit());
  return v;
}

template <class T>
double distance(const std::vector<T>& a, const std::vector<double>& b) {
  double worst = 0;
  for (size_t i = 0; i < a.size(); i++) {
    const double d = std::abs(double{a[i]} - b[i]);
    worst = d <= worst ? worst : std::isnan(d) ? INFINITY : d;
  }
  return worst;
}

template <class T>
void checkOne(const ConvShape& s, bool withBias, bool relu) {
  const auto x = values<T>(s.n * s.c * s.h * s.w), w = values<T>(s.o * s.groupC() * s.kh * s.kw), bias = values<T>(s.o);
  const auto dy = values<T>(s.n * s.o * s.oh * s.ow);
  std::vector<double> y(dy.size()), dx(x.size()), dw(w.size()), db(s.o);
  for (int64_t n = 0; n < s.n; n++)
    for (int64_t o = 0; o < s.o; o++)
      for (int64_t r = 0; r < s.oh; r++)
        for (int64_t q = 0; q < s.ow; q++) {
          const int64_t at = ((n * s.o + o) * s.oh + r) * s.ow + q;
          double sum = withBias ? bias[o] : 0;
          db[o] += dy[at];
          for (int64_t c = 0; c < s.groupC(); c++)
            for (int64_t i = 0; i < s.kh; i++)
              for (int64_t j = 0; j < s.kw; j++) {
                const int64_t a = r * s.strideH + i * s.dilH - s.padH, b = q * s.strideW + j * s.dilW - s.padW;
                if (a < 0 || a >= s.h || b < 0 || b >= s.w) continue;
                const int64_t xi = ((n * s.c + o / s.groupO() * s.groupC() + c) * s.h + a) * s.w + b;
                const int64_t wi = ((o * s.groupC() + c) * s.kh + i) * s.kw + j;
                sum += double{x[xi]} * w[wi];
                dx[xi] += double{dy[at]} * w[wi];
                dw[wi] += double{dy[at]} * x[xi];
              }
          y[at] = relu ? std::max(sum, 0.0) : sum;
        }
  std::vector<T> y2(y.size(), NAN), dx2(dx.size(), NAN), dw2(dw.size(), NAN), db2(s.o, NAN), db3(s.o, NAN);
#define NUMBERS \
  s.n, s.c, s.h, s.w, s.o, s.kh, s.kw, s.strideH, s.strideW, s.padH, s.padW, s.dilH, s.dilW, s.groups, s.oh, s.ow
  conv2d<T>(x.data(), w.data(), withBias ? bias.data() : nullptr, y2.data(), NUMBERS, relu);
  conv2dBackwardInput<T>(dy.data(), w.data(), dx2.data(), NUMBERS);
  conv2dBackwardWeight<T>(x.data(), dy.data(), dw2.data(), withBias ? db2.data() : nullptr, NUMBERS);
  conv2dBackwardBias<T>(dy.data(), db3.data(), s.n, s.o, s.oh * s.ow);
  if (!withBias) db2 = db3;
#undef NUMBERS
  // Sums of k products of numbers below one err by at most (k + 2) / 2 ulp of k; after Winograd by 4.
  const bool tiles = std::is_same_v<T, float> && winogradPays(s), transformed = tiles || imageWinogradPays<T>(s);
  const auto bound = [&](double k, bool winograd = false) {
    return (winograd ? 4 : (k + 2) / 2) * k * std::numeric_limits<T>::epsilon();
  };
  const double errors[] = {distance(y2, y), distance(dx2, dx), distance(dw2, dw), distance(db2, db), distance(db3, db)};
  const double bounds[] = {bound(s.taps() + 1, transformed), bound(s.groupO() * s.kh * s.kw, transformed),
                           bound(s.n * s.oh * s.ow, tiles && s.strideH == 1), bound(s.n * s.oh * s.ow),
                           bound(s.n * s.oh * s.ow)};
  const char* names[] = {"conv2d", "conv2dBackwardInput", "conv2dBackwardWeight", "conv2dBackwardWeight, bias",
                         "conv2dBackwardBias"};
  for (int i = 0; i < 5; i++) {
    test::expect(errors[i] <= bounds[i],
                 "%s<%zu> n%ld c%ld %ldx%ld o%ld k%ldx%ld stride %ld,%ld pad %ld,%ld dil %ld,%ld groups %ld out "
                 "%ldx%ld: off by %g",
                 names[i], sizeof(T), s.n, s.c, s.h, s.w, s.o, s.kh, s.kw, s.strideH, s.strideW, s.padH, s.padW, s.dilH,
                 s.dilW, s.groups, s.oh, s.ow, errors[i]);
  }
}

template <class T>
void checkAll() {
  for (int i = 0; i < 600; i++) {
    ConvShape s;
    s.groups = random_.below(3) == 0 ? 1 + random_.below(4) : 1;
    const bool many = random_.below(6) == 0;
    s.n = random_.below(20) == 0 ? 0 : 1 + random_.below(5);
    s.c = s.groups * (1 + random_.below(many ? 20 : 4));
    s.o = s.groups * (1 + random_.below(many ? 60 : 9));
    s.kh = 1 + random_.below(5), s.kw = 1 + random_.below(5);
    s.strideH = 1 + random_.below(2) * random_.below(4), s.strideW = 1 + random_.below(2) * random_.below(4);
    s.dilH = 1 + random_.below(2) * random_.below(3), s.dilW = 1 + random_.below(2) * random_.below(3);
    s.padH = random_.below(2) * random_.below(4), s.padW = random_.below(2) * random_.below(4);
    const int64_t reachH = (s.kh - 1) * s.dilH + 1, reachW = (s.kw - 1) * s.dilW + 1;
    s.h = 1 + random_.below(14) + (random_.below(8) == 0 ? 30 : 0),
    s.w = 1 + random_.below(14) + (random_.below(8) == 0 ? 30 : 0);
    // Padding below and to the right is between none and one more than above and to the left.
    const int64_t spanH = s.h + 2 * s.padH + random_.below(2) - reachH,
                  spanW = s.w + 2 * s.padW + random_.below(2) - reachW;
    if (spanH < 0 || spanW < 0) continue;
    s.oh = spanH / s.strideH + 1, s.ow = spanW / s.strideW + 1;
    checkOne<T>(s, random_.below(2), random_.below(2));
  }
  checkOne<T>({9, 3, 32, 32, 6, 5, 5, 1, 1, 0, 0, 1, 1, 1, 28, 28}, true, true);
  checkOne<T>({9, 6, 14, 14, 16, 5, 5, 1, 1, 0, 0, 1, 1, 1, 10, 10}, true, true);
  checkOne<T>({3, 40, 7, 7, 50, 3, 3, 1, 1, 1, 1, 1, 1, 1, 7, 7}, true, false);
  checkOne<T>({2, 64, 14, 14, 70, 1, 1, 1, 1, 0, 0, 1, 1, 1, 14, 14}, true, false);
  checkOne<T>({2, 32, 28, 28, 40, 3, 3, 2, 2, 1, 1, 1, 1, 1, 14, 14}, false, false);
  checkOne<T>({2, 3, 40, 40, 20, 7, 7, 2, 2, 3, 3, 1, 1, 1, 20, 20}, false, false);
  checkOne<T>({2, 30, 9, 9, 30, 3, 3, 1, 1, 1, 1, 1, 1, 30, 9, 9}, false, false);
  checkOne<T>({1, 70, 30, 30, 33, 3, 3, 1, 1, 1, 1, 1, 1, 1, 30, 30}, true, false);
  // Batches whose images are lanes, the last lanes empty or not; full padding, none, rows shorter than the kernel.
  for (int i = 0; i < 60; i++) {
    ConvShape s{};
    s.groups = 1 + random_.below(2);
    s.n = 7 + random_.below(12);
    s.c = s.groups * (1 + random_.below(9)), s.o = s.groups * (1 + random_.below(18));
    s.kh = 1 + random_.below(6), s.kw = 1 + random_.below(6);
    s.strideH = s.strideW = 1;
    s.dilH = 1 + random_.below(2), s.dilW = 1 + random_.below(2);
    const int64_t reachH = (s.kh - 1) * s.dilH, reachW = (s.kw - 1) * s.dilW;
    s.padH = random_.below(reachH + 2), s.padW = random_.below(reachW + 2);
    s.h = 1 + random_.below(12), s.w = 1 + random_.below(20);
    s.oh = s.h + 2 * s.padH - reachH, s.ow = s.w + 2 * s.padW - reachW;
    if (s.oh < 1 || s.ow < 1) continue;
    checkOne<T>(s, random_.below(2), random_.below(2));
  }
  // A plane for each result, rows around the width of a vector, planes flatter and taller than a tile.
  for (int i = 0; i < 40; i++) {
    const int64_t c = 1 + random_.below(5), pad = random_.below(3);
    ConvShape s{
        1 + random_.below(3), c, 3 + random_.below(9), 3 + random_.below(40), c, 3, 3, 1, 1, pad, pad, 1, 1, c, 0, 0};
    s.oh = s.h + 2 * pad - 2, s.ow = s.w + 2 * pad - 2;
    checkOne<T>(s, random_.below(2), random_.below(2));
  }
  // Winograd's shapes: one block and several, padding of all kinds, sizes that leave tiles unfilled.
  for (int i = 0; i < 40; i++) {
    ConvShape s{1 + random_.below(9),
                8 + random_.below(70),
                2 + random_.below(34),
                2 + random_.below(34),
                8 + random_.below(70),
                3,
                3,
                1,
                1,
                random_.below(3),
                random_.below(3),
                1,
                1,
                1,
                0,
                0};
    s.oh = s.h + s.padH - random_.below(2), s.ow = s.w + s.padW - random_.below(2);
    checkOne<T>(s, random_.below(2), random_.below(2));
  }
  // The same with stride 2, all of whose phases have their own tiles.
  for (int i = 0; i < 40; i++) {
    ConvShape s{1 + random_.below(6),
                8 + random_.below(50),
                8 + random_.below(34),
                8 + random_.below(34),
                8 + random_.below(50),
                3,
                3,
                2,
                2,
                random_.below(3),
                random_.below(3),
                1,
                1,
                1,
                0,
                0};
    s.oh = (s.h + 2 * s.padH - 3) / 2 + 1 - random_.below(2), s.ow = (s.w + 2 * s.padW - 3) / 2 + 1 - random_.below(2);
    checkOne<T>(s, random_.below(2), random_.below(2));
  }
  // The same with images as lanes: full and partly filled registers, few and many rows, results cut short, and of one
  // position.
  for (int i = 0; i < 60; i++) {
    const int64_t kernel = 3 + 2 * random_.below(2), pad = random_.below(kernel + 1);
    ConvShape s{1 + random_.below(40),
                3 + random_.below(16),
                1 + random_.below(18),
                1 + random_.below(18),
                3 + random_.below(16),
                kernel,
                kernel,
                1,
                1,
                pad,
                random_.below(kernel),
                1,
                1,
                1,
                0,
                0};
    s.oh = s.h + 2 * s.padH - kernel + 1 - random_.below(3), s.ow = s.w + 2 * s.padW - kernel + 1 - random_.below(3);
    if (s.oh < 1 || s.ow < 1) continue;
    checkOne<T>(s, random_.below(2), random_.below(2));
  }
  // Few images with output channels as lanes, or input channels in the gradient: short rows, in one tile or several.
  for (int i = 0; i < 60; i++) {
    const int64_t groups = 1 + random_.below(2), few = 1 + random_.below(8), whole = 16 + 16 * random_.below(2);
    const bool forward = random_.below(2) == 0;
    ConvShape s{1 + random_.below(4),
                groups * (forward ? few : whole),
                5 + random_.below(18),
                5 + random_.below(18),
                groups * (forward ? whole : few),
                1 + random_.below(5),
                2 + random_.below(4),
                1,
                1,
                random_.below(3),
                random_.below(3),
                1 + random_.below(2),
                1 + random_.below(2),
                groups,
                0,
                0};
    s.oh = s.h + 2 * s.padH - (s.kh - 1) * s.dilH - random_.below(2);
    s.ow = s.w + 2 * s.padW - (s.kw - 1) * s.dilW - random_.below(2);
    if (s.oh < 1 || s.ow < 1) continue;
    checkOne<T>(s, random_.below(2), random_.below(2));
  }
}

}  // namespace

int main() {
  checkAll<float>();
  checkAll<double>();
  return test::report("conv_test", QUOTE(FLAMBEAU_ISA));
}
