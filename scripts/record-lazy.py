# Records layers that find out their sizes from their first input, to test/parity/lazy.json.
import sys
from recording import Recording, T
r = Recording()

# They draw in the dtype they have at the first call.
lazy = dict(single=False)
for kwargs in [{}, {"bias": False}]:
    r.module("LazyLinear", 3, inputs=[T(2, 4, 5)], **lazy, **kwargs)
    for n, size in [(1, (6,)), (2, (5, 4)), (3, (3, 4, 4))]:
        r.module(f"LazyConv{n}d", 4, 3, inputs=[T(2, 2, *size)], padding=1, stride=2, **lazy, **kwargs)
        r.module(f"LazyConv{n}d", 4, 2, inputs=[T(4, *size)], groups=2, **lazy, **kwargs)
        r.module(f"LazyConvTranspose{n}d", 4, 3, inputs=[T(1, 2, *size)], groups=2, **lazy, **kwargs)
        r.module(f"LazyConvTranspose{n}d", 2, 2, inputs=[T(2, *size)], stride=2, output_padding=1, **lazy, **kwargs)
for training in [True, False]:
    for n, size in [(1, (5,)), (2, (3, 2)), (3, (2, 1, 3))]:
        for kwargs in [{}, {"affine": False}, {"track_running_stats": False, "eps": 0.1}, {"momentum": 0.4}]:
            r.module(f"LazyBatchNorm{n}d", inputs=[T(2, 3, *size)], training=training, **kwargs)
            r.module(f"LazyInstanceNorm{n}d", inputs=[T(2, 3, *size)], training=training, **kwargs)
r.module("LazyConv2d", 4, 3, inputs=[T(2, 5, 5)], groups=3)
r.module("LazyConv2d", 4, 3, inputs=[T(5, 5)])
r.write(sys.argv[1])
