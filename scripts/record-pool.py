# Records pooling, in operators and layers, to test/parity/pool.json.
import sys
from recording import Recording, T
r = Recording()
def spread(n, *v): return [v[i % len(v)] for i in range(n)]
sizes = {1: (9,), 2: (6, 7), 3: (4, 4, 5)}

for n in (1, 2, 3):
    size = sizes[n]
    for kwargs in [{}, {"stride": 1}, {"stride": spread(n, 2, 3, 1), "padding": 1}, {"dilation": 2, "stride": 1}, {"stride": 3, "ceil_mode": True, "padding": spread(n, 1, 0)}, {"dilation": spread(n, 1, 2), "padding": 1, "ceil_mode": True, "stride": 2}]:
        r.fn(f"max_pool{n}d", T(1, 2, *size, strided=True), spread(n, 3, 2), **kwargs, second=False)
        r.fn(f"max_pool{n}d", T(2, *size), 2, **kwargs, return_indices=True)
        r.module(f"MaxPool{n}d", 2, inputs=[T(2, *size)], **kwargs)
    r.module(f"MaxPool{n}d", spread(n, 3, 2), inputs=[T(1, 2, *size)], return_indices=True)
    for kwargs in [{}, {"stride": 1}, {"stride": spread(n, 2, 3, 1), "padding": 1}, {"padding": 1, "count_include_pad": False}, {"stride": 3, "ceil_mode": True, "padding": spread(n, 1, 0)}, {"padding": 1, "ceil_mode": True, "stride": 2, "count_include_pad": False}]:
        r.fn(f"avg_pool{n}d", T(1, 2, *size, strided=True), spread(n, 3, 2), **kwargs, second=False)
        r.fn(f"avg_pool{n}d", T(2, *size), 2, **kwargs)
        r.module(f"AvgPool{n}d", spread(n, 3, 2), inputs=[T(1, 2, *size)], **kwargs)
    if n > 1:
        r.fn(f"avg_pool{n}d", T(2, *size), 2, divisor_override=3)
        r.fn(f"avg_pool{n}d", T(2, *size), 2, divisor_override=0)
        r.module(f"AvgPool{n}d", 2, inputs=[T(1, 2, *size)], divisor_override=5)
    for kwargs in [{}, {"stride": 1}, {"stride": 3, "ceil_mode": True}]:
        for p in [1.0, 2.0, 3.0]:
            r.fn(f"lp_pool{n}d", T(1, 2, *size, shift=1.5), p, 2, **kwargs)
        r.module(f"LPPool{n}d", 2, 3, inputs=[T(2, *size, shift=1.5)], **kwargs)
    r.fn(f"lp_pool{n}d", T(1, 2, *size, shift=1.5), 2.5, spread(n, 3, 2) if n > 1 else 3)
    for out in [1, 2, 3, 7, spread(n, 3, 2, 1)] + ([spread(n, None, 2)] if n > 1 else []):
        if n == 1 and isinstance(out, list): out = out[0]
        r.fn(f"adaptive_avg_pool{n}d", T(2, 2, *size, strided=True), out, second=out != 7 and n < 3)
        r.fn(f"adaptive_max_pool{n}d", T(2, *size), out, second=False)
        r.fn(f"adaptive_max_pool{n}d", T(1, 2, *size), out, return_indices=True, second=out != 7 and n < 3)
        r.module(f"AdaptiveAvgPool{n}d", out, inputs=[T(2, *size)])
        r.module(f"AdaptiveMaxPool{n}d", out, inputs=[T(2, *size)], return_indices=True)
    r.fn(f"max_pool{n}d", T(1, 2, *spread(n, 2)), 5)
    r.fn(f"max_pool{n}d", T(1, 2, *spread(n, 6)), 3, padding=2)
    r.fn(f"avg_pool{n}d", T(1, 2, *spread(n, 6)), 3, padding=2)
    # Unpooling: every second position, out of order.
    small = spread(n, 2)
    count = 2 ** n
    wide = 4 ** n
    at = [(i * 3 + 1) % wide for i in range(2 * count)]
    r.fn(f"max_unpool{n}d", T(1, 2, *small), T(1, 2, *small, values=at), 2)
    r.fn(f"max_unpool{n}d", T(2, *small), T(2, *small, values=at), 2, output_size=spread(n, 5))
    r.fn(f"max_unpool{n}d", T(1, 2, *small), T(1, 2, *small, values=at), 3, stride=2, padding=spread(n, 0, 1) if n > 1 else 0)
    r.fn(f"max_unpool{n}d", T(2, *small), T(2, *small, values=at), 2, output_size=spread(n, 7))
    r.fn(f"max_unpool{n}d", T(2, *small), T(2, *small, values=at), 2, output_size=[4] * (n + 1))
    r.module(f"MaxUnpool{n}d", 2, inputs=[T(1, 2, *small), T(1, 2, *small, values=at)])
    r.module(f"MaxUnpool{n}d", 3, inputs=[T(1, 2, *small), T(1, 2, *small, values=at)], stride=2, forward={"output_size": [1, 2] + spread(n, 6)})
for n in (2, 3):
    size = sizes[n]
    samples = lambda b: T(b, 2, n, scale=0.45, shift=0.5, grad=False)
    for kwargs in [{"output_size": 3 if n == 2 else 2}, {"output_size": spread(n, 2, 3)}, {"output_ratio": spread(n, 0.5)}, {"output_ratio": spread(n, 0.5, 0.6)}]:
        r.fn(f"fractional_max_pool{n}d", T(2, 2, *size), 2, _random_samples=samples(2), **kwargs)
        r.fn(f"fractional_max_pool{n}d", T(2, *size), spread(n, 2, 1), _random_samples=samples(1), return_indices=True, **kwargs)
        r.fn(f"fractional_max_pool{n}d", T(1, 2, *size), 2, seed=5, single=False, second=False, **kwargs)
        r.module(f"FractionalMaxPool{n}d", 2, inputs=[T(2, 2, *size)], single=False, **kwargs)
    r.module(f"FractionalMaxPool{n}d", 2, inputs=[T(2, 2, *size)], output_size=2, return_indices=True, single=False)
    r.fn(f"fractional_max_pool{n}d", T(1, 2, *size), 3, output_size=5)
    r.module(f"FractionalMaxPool{n}d", 2)
    r.module(f"FractionalMaxPool{n}d", 2, output_size=3, output_ratio=0.5)
    r.module(f"FractionalMaxPool{n}d", 2, output_ratio=1.5)
    r.fn(f"fractional_max_pool{n}d", T(1, 2, *size), 2)
r.write(sys.argv[1])
