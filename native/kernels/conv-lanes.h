// Planes of up to a register of images, a lane for each: every element is a line of one number from each image.
#pragma once

#include <cstring>

#include "kernels/pack.h"
#include "runtime/scratch.h"

namespace flambeau::FLAMBEAU_ISA {

// Where the elements of an image of h x w lie in planes of `rows` x `pitch` lines: (y, x) at row y + top, column
// x + left. With a stride of 2 there is a plane for each of its phases: even and odd rows, in each even
// and odd columns. What falls outside
// goes to the first of the spare lines behind the planes; everything else is zero.
struct LaneLayout {
  int64_t channels, h, w, top, left, rows, pitch;
  int64_t spare = 1, stride = 1;

  int64_t plane() const { return rows * pitch; }
  int64_t planes() const { return channels * stride * stride; }
  template <class T>
  int64_t size() const {
    return (planes() * plane() + spare) * nativeLanes<T>;
  }
};

template <class T>
class LanePlanes {
 public:
  static constexpr int n = nativeLanes<T>;

  explicit LanePlanes(const LaneLayout& layout)
      : layout_(layout),
        data_(layout.size<T>() * static_cast<int64_t>(sizeof(T))),
        offsets_(layout.h * layout.w * static_cast<int64_t>(sizeof(int64_t))) {
    int64_t* offset = offsets_.as<int64_t>();
    for (int64_t y = 0; y < layout.h; y++) {
      for (int64_t x = 0; x < layout.w; x++, offset++) {
        const int64_t down = y + layout.top, across = x + layout.left, odd = layout.stride - 1;
        const int64_t row = down >> odd, column = across >> odd;
        const int64_t phase = (down & odd) * layout.stride + (across & odd);
        const bool inside = down >= 0 && row < layout.rows && across >= 0 && column < layout.pitch;
        *offset = inside ? (phase * layout.plane() + row * layout.pitch + column) * n : -1;
      }
    }
    clear();
  }

  const LaneLayout& layout() const { return layout_; }
  void clear() { std::memset(data_.template as<T>(), 0, static_cast<size_t>(layout_.size<T>()) * sizeof(T)); }

  T* at(int64_t plane, int64_t row, int64_t column) const {
    return data_.template as<T>() + (plane * layout_.plane() + row * layout_.pitch + column) * n;
  }

  // Rows begin .. end of all channels of `images` images, imageStride apart; lanes without an image get zeros.
  void fill(const T* src, int64_t imageStride, int64_t images, int64_t begin, int64_t end) {
    const int64_t *offsets = offsets_.as<int64_t>(), first = begin * layout_.w, last = end * layout_.w;
    const T zeros[n] = {};
    T* spare = at(layout_.planes(), 0, 0);
    for (int64_t c = 0; c < layout_.channels; c++, src += layout_.h * layout_.w) {
      T* plane = at(c * layout_.stride * layout_.stride, 0, 0);
      for (int64_t p = first; p < last; p += n) {
        const T* rows[n];
        for (int i = 0; i < n; i++) rows[i] = i < images ? src + i * imageStride + p : zeros;
        const auto line = [&](int i) { return offsets[p + i] < 0 ? spare : plane + offsets[p + i]; };
        if (p + n <= last)
          transposeSquare(rows, line);
        else
          transposeSquare(rows, line, static_cast<int>(last - p));
      }
    }
  }

  // The opposite way for one channel: its rows begin .. end go to dst, a plane for each image. What lies outside the
  // planes is zero.
  void take(int64_t channel, T* dst, int64_t imageStride, int64_t images, int64_t begin, int64_t end) const {
    const int64_t *offsets = offsets_.as<int64_t>(), first = begin * layout_.w, last = end * layout_.w;
    const T zeros[n] = {};
    const T* plane = at(channel * layout_.stride * layout_.stride, 0, 0);
    const auto line = [&](int64_t p) { return offsets[p] < 0 ? zeros : plane + offsets[p]; };
    if (last - first < n) {
      for (int64_t p = first; p < last; p++)
        for (int64_t i = 0; i < images; i++) dst[i * imageStride + p] = line(p)[i];
      return;
    }
    for (int64_t p = first; p < last; p += n) {
      // The last positions overlap the ones before, so that only whole registers are stored.
      const int64_t from = minimum(p, last - n);
      const T* rows[n];
      for (int i = 0; i < n; i++) rows[i] = line(from + i);
      const auto image = [&](int i) { return dst + i * imageStride + from; };
      if (images == n)
        transposeSquare(rows, image);
      else
        transposeSquare(rows, image, static_cast<int>(images));
    }
  }

 private:
  const LaneLayout layout_;
  const Scratch data_, offsets_;
};

}  // namespace flambeau::FLAMBEAU_ISA
