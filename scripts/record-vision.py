# Records interpolation, sampling and shuffles, in operators and layers, to test/parity/vision.json.
import sys
from recording import Recording, T
r = Recording()

shapes = {3: (2, 2, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 3)}
def spread(n, *v): return [v[i % len(v)] for i in range(n)]
for dim, modes in [(3, ["nearest", "nearest-exact", "area", "linear"]), (4, ["nearest", "nearest-exact", "area", "bilinear", "bicubic"]), (5, ["nearest", "nearest-exact", "area", "trilinear"])]:
    n = dim - 2
    for mode in modes:
        corners = [{}, {"align_corners": True}] if mode not in ("nearest", "nearest-exact", "area") else [{}]
        for corner in corners:
            for kwargs in [{"size": 7}, {"size": spread(n, 3, 8, 2)}, {"scale_factor": 2.0}, {"scale_factor": spread(n, 0.6, 1.7, 1.4)}, {"scale_factor": spread(n, 0.6, 1.7, 1.4), "recompute_scale_factor": True}, {"size": 1}]:
                r.fn("interpolate", T(*shapes[dim], strided=True), mode=mode, second="size" in kwargs and dim < 5, **corner, **kwargs)
            if mode in ("bilinear", "bicubic"):
                for kwargs in [{"size": [3, 2]}, {"size": [2, 9]}, {"scale_factor": [0.6, 0.4]}, {"size": [7, 2]}]:
                    r.fn("interpolate", T(*shapes[dim]), mode=mode, antialias=True, **corner, **kwargs)
            r.module("Upsample", size=spread(n, 3, 6), mode=mode, inputs=[T(*shapes[dim])], **corner)
            r.module("Upsample", scale_factor=2, mode=mode, inputs=[T(*shapes[dim])], **corner)
            r.module("Upsample", scale_factor=spread(n, 1.5, 0.7), mode=mode, recompute_scale_factor=True, inputs=[T(*shapes[dim])], **corner)
r.fn("interpolate", T(2, 3, 4))
r.fn("interpolate", T(2, 3, 4), size=2, scale_factor=2.0)
r.fn("interpolate", T(2, 3, 4), size=[2, 3])
r.fn("interpolate", T(2, 3, 4), scale_factor=[2.0, 3.0])
r.fn("interpolate", T(2, 3, 4), size=2, mode="bilinear")
r.fn("interpolate", T(2, 3, 4, 5), size=2, mode="linear")
r.fn("interpolate", T(2, 3, 4, 5), size=2, mode="trilinear")
r.fn("interpolate", T(2, 3, 4), size=2, align_corners=True)
r.fn("interpolate", T(2, 3, 4), size=2, recompute_scale_factor=True)
r.fn("interpolate", T(2, 3, 4), size=2, mode="linear", antialias=True)
r.fn("interpolate", T(2, 3), size=[], mode="nearest")
r.fn("upsample", T(1, 2, 3, 4), size=5)
r.fn("upsample", T(1, 2, 3, 4), scale_factor=2, mode="bilinear", align_corners=True)
r.fn("upsample_nearest", T(1, 2, 3, 4), size=[2, 7])
r.fn("upsample_bilinear", T(1, 2, 3, 4), scale_factor=3)
for name in ["UpsamplingNearest2d", "UpsamplingBilinear2d"]:
    r.module(name, size=[5, 2], inputs=[T(1, 2, 3, 4)])
    r.module(name, scale_factor=2, inputs=[T(1, 2, 3, 4)])

for corner in [{}, {"align_corners": True}]:
    for padding in ["zeros", "border", "reflection"]:
        for mode in ["bilinear", "nearest", "bicubic"]:
            for scale in [0.8, 1.6]:
                r.fn("grid_sample", T(2, 2, 4, 3), T(2, 3, 4, 2, scale=scale), mode=mode, padding_mode=padding, second=False, **corner)
            if mode != "bicubic": r.fn("grid_sample", T(1, 2, 3, 4, 2), T(1, 2, 3, 2, 3, scale=1.4), mode=mode, padding_mode=padding, second=False, **corner)
    r.fn("grid_sample", T(1, 1, 1, 3), T(1, 2, 2, 2), padding_mode="reflection", second=False, **corner)
    r.fn("affine_grid", T(2, 2, 3), [2, 1, 3, 4], **corner)
    r.fn("affine_grid", T(1, 2, 3), [1, 1, 1, 2], **corner)
    r.fn("affine_grid", T(1, 3, 4), [1, 2, 2, 3, 4], **corner)
r.fn("grid_sample", T(2, 2, 4, 3), T(1, 3, 4, 2))
r.fn("grid_sample", T(2, 2, 4, 3), T(2, 3, 4, 3))
r.fn("grid_sample", T(2, 2, 4, 3), T(2, 3, 4, 2, 3))
r.fn("grid_sample", T(2, 2, 4, 3), T(2, 3, 4, 2), mode="cubic")
r.fn("grid_sample", T(2, 2, 4, 3), T(2, 3, 4, 2), padding_mode="edge")
r.fn("affine_grid", T(2, 3, 3), [2, 1, 3, 4])

r.fn("pixel_shuffle", T(2, 8, 2, 3), 2)
r.fn("pixel_shuffle", T(9, 2, 3, strided=True), 3)
r.fn("pixel_unshuffle", T(2, 2, 4, 6), 2)
r.fn("pixel_unshuffle", T(1, 2, 1, 6, 3), 3)
for groups in [1, 2, 3]: r.fn("channel_shuffle", T(2, 6, 2, 3), groups)
r.fn("channel_shuffle", T(1, 4, 3, strided=True), 2)
r.fn("pixel_shuffle", T(2, 7, 2, 3), 2)
r.fn("pixel_shuffle", T(4, 2), 2)
r.fn("pixel_shuffle", T(4, 2, 2), 0)
r.fn("pixel_unshuffle", T(2, 3, 4), 2)
r.fn("pixel_unshuffle", T(2, 4, 3), 2)
r.fn("channel_shuffle", T(2, 4, 3), 3)
r.fn("channel_shuffle", T(2, 4, 3), 0)
r.module("PixelShuffle", 2, inputs=[T(1, 4, 2, 3)])
r.module("PixelUnshuffle", 2, inputs=[T(1, 1, 2, 4)])
r.module("ChannelShuffle", 2, inputs=[T(1, 4, 2, 3)])

# Bytes: PyTorch rounds after each dimension.
bytes_ = T(1, 2, 4, 5, values=[(i * 89 + 7 * i * i) % 256 for i in range(40)], dtype="uint8")
for mode in ["bilinear", "bicubic"]:
    for antialias in [False, True]:
        for corners in [False, True]:
            for to in [{"size": [3, 7]}, {"size": [4, 2]}, {"scale_factor": [1.7, 0.6]}]: r.fn("interpolate", bytes_, mode=mode, antialias=antialias, align_corners=corners, **to)
r.write(sys.argv[1])
