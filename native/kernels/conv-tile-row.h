// The transformed tiles of one row of planes whose lanes are images, or channels.
#pragma once

#include "kernels/conv-lanes.h"
#include "kernels/conv-transforms.h"

namespace flambeau::FLAMBEAU_ISA {

// A row of tiles that lie `step` apart, of all planes: first transformed along their columns, which neighbours share,
// then tile by tile along their rows.
template <class T, class Transform>
class TileRow {
  static constexpr int n = nativeLanes<T>;
  using V = vec<T, n>;

 public:
  TileRow(const LanePlanes<T>& planes, int step)
      : planes_(planes),
        step_(step),
        scratch_(planes.layout().planes() * planes.layout().pitch * winogradTile * n *
                 static_cast<int64_t>(sizeof(T))) {}

  void load(int64_t row) {
    const LaneLayout& layout = planes_.layout();
    T* to = scratch_.template as<T>();
    for (int64_t plane = 0; plane < layout.planes(); plane++) {
      const T* from = planes_.at(plane, row * step_, 0);
      for (int64_t q = 0; q < layout.pitch; q++, from += n, to += winogradTile * n) {
        V in[Transform::from], out[winogradTile];
#pragma GCC unroll 8
        for (int i = 0; i < Transform::from; i++) in[i] = V::load(from + i * layout.pitch * n);
        Transform::apply(in, out);
#pragma GCC unroll 8
        for (int i = 0; i < winogradTile; i++) out[i].store(to + i * n);
      }
    }
  }

  // Point (i, j) of a plane goes to to[plane * planeStride + i * rowStride + j * columnStride].
  void store(int64_t tile, T* to, int64_t planeStride, int64_t rowStride, int64_t columnStride) const {
    const LaneLayout& layout = planes_.layout();
    for (int64_t plane = 0; plane < layout.planes(); plane++, to += planeStride) {
      const T* from = scratch_.template as<T>() + (plane * layout.pitch + tile * step_) * winogradTile * n;
#pragma GCC unroll 8
      for (int i = 0; i < winogradTile; i++) {
        V in[Transform::from], out[winogradTile];
#pragma GCC unroll 8
        for (int j = 0; j < Transform::from; j++) in[j] = V::load(from + (j * winogradTile + i) * n);
        Transform::apply(in, out);
#pragma GCC unroll 8
        for (int j = 0; j < winogradTile; j++) out[j].store(to + i * rowStride + j * columnStride);
      }
    }
  }

 private:
  const LanePlanes<T>& planes_;
  const int step_;
  const Scratch scratch_;
};

}  // namespace flambeau::FLAMBEAU_ISA
