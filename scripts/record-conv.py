# Records padding, convolution, unfold and fold, in operators and layers, to test/parity/conv.json.
import sys
from recording import Recording, T
r = Recording()

# Padding.
for shape, pads in [((5,), [1, 2]), ((2, 4), [1, -2]), ((2, 4), [0, 1, 2, -1]), ((2, 3, 4), [-1, -1, 1, 0, 0, 2]), ((1, 2, 2, 3), [1, 0, 0, 1, 2, 0, 1, 1]), ((0, 3), [1, 1])]:
    r.fn("pad", T(*shape), pads)
    r.fn("pad", T(*shape, strided=len(shape) > 1), pads, value=1.5)
for mode in ["reflect", "replicate", "circular"]:
    for shape, pads in [((2, 4), [1, 2]), ((2, 3, 4), [3, 0]), ((2, 3, 4), [1, 2, 2, 1]), ((1, 2, 3, 4), [2, -1, 1, 2]), ((2, 2, 3, 3), [1, 0, 2, 1, 0, 1]), ((1, 2, 2, 3, 3), [-1, 2, 1, 1, 1, 0]), ((1, 2, 4), [0, 0])]:
        r.fn("pad", T(*shape, strided=len(shape) > 2), pads, mode=mode)
for mode, pads in [("reflect", [4, 0]), ("circular", [5, 0]), ("reflect", [1, 1, 1, 1, 1, 1]), ("replicate", [1] * 6)]: r.fn("pad", T(2, 3, 4), pads, mode=mode)
r.fn("pad", T(2, 3), [1])
r.fn("pad", T(2, 3), [1] * 6)
for n, shape in [(1, (2, 3, 4)), (2, (1, 2, 3, 4)), (3, (1, 2, 3, 3, 4))]:
    for kind in ["ReflectionPad", "ReplicationPad", "CircularPad", "ZeroPad", "ConstantPad"]:
        value = [3.5] if kind == "ConstantPad" else []
        r.module(f"{kind}{n}d", 1, *value, inputs=[T(*shape)])
        r.module(f"{kind}{n}d", ([2, 1] * 3)[:2 * n], *value, inputs=[T(*shape[1:])])

# Convolutions.
sizes = {1: (9,), 2: (6, 7), 3: (4, 5, 4)}
def spread(n, *v): return [v[i % len(v)] for i in range(n)]
for n in (1, 2, 3):
    name, size = f"conv{n}d", sizes[n]
    k = spread(n, 3, 2, 2)
    r.fn(name, T(2, 2, *size), T(3, 2, *k), bias=T(3))
    r.fn(name, T(2, *size), T(3, 2, *k))
    r.fn(name, T(1, 4, *size, strided=True), T(2, 2, *k), bias=T(2), stride=2, padding=1, groups=2)
    r.fn(name, T(1, 2, *size), T(4, 1, *k), stride=spread(n, 2, 1, 3), padding=spread(n, 0, 1, 2), groups=2)
    r.fn(name, T(1, 2, *size), T(2, 2, *k), dilation=2, padding=2)
    r.fn(name, T(1, 2, *size), T(2, 2, *k), dilation=spread(n, 1, 2, 1), padding="same")
    r.fn(name, T(1, 2, *size), T(2, 2, *spread(n, 2, 4)), padding="same", bias=T(2))
    r.fn(name, T(1, 2, *size), T(2, 2, *k), padding="valid", stride=2)
    r.fn(name, T(1, 3, *size), T(2, 3, *spread(n, 1)))
    r.fn(name, T(0, 2, *size), T(2, 2, *k), second=False)
    r.fn(name, T(1, 3, *size), T(3, 2, *k))
    r.fn(name, T(1, 2, *size), T(3, 2, *k), bias=T(2))
    r.fn(name, T(1, 2, *spread(n, 2)), T(3, 2, *spread(n, 3)))
    r.fn(name, T(*size), T(3, 2, *k))
    r.fn(name, T(1, 2, *size), T(3, 2, *k), groups=0)
    r.fn(name, T(1, 2, *size), T(3, 1, *k), groups=2)
    name, size = f"conv_transpose{n}d", [v - 2 for v in size]
    r.fn(name, T(2, 2, *size), T(2, 3, *k), bias=T(3))
    r.fn(name, T(2, *size), T(2, 3, *k))
    r.fn(name, T(1, 4, *size, strided=True), T(4, 2, *k), bias=T(4), stride=2, padding=1, output_padding=1, groups=2)
    r.fn(name, T(1, 2, *size), T(2, 2, *k), stride=spread(n, 3, 2, 1), padding=spread(n, 1, 0, 1), output_padding=spread(n, 2, 1, 0), groups=2)
    r.fn(name, T(1, 2, *size), T(2, 2, *k), dilation=3, padding=2, output_padding=spread(n, 2, 1))
    r.fn(name, T(1, 2, *size), T(2, 2, *spread(n, 1)), stride=2)
    r.fn(name, T(1, 2, *spread(n, 1)), T(2, 2, *spread(n, 3)), padding=2)
    r.fn(name, T(1, 3, *size), T(2, 2, *k))
    r.fn(name, T(1, 2, *size), T(2, 2, *k), bias=T(3))
    r.fn(name, T(1, 2, *size), T(2, 2, *k), output_padding=1)
r.fn("conv_tbc", T(6, 2, 3), T(3, 3, 4), T(4))
r.fn("conv_tbc", T(6, 2, 3), T(3, 3, 4), T(4), pad=2)

# Layers.
for n in (1, 2, 3):
    size, k = list(sizes[n]), spread(n, 3, 2, 3)
    name = f"Conv{n}d"
    r.module(name, 2, 4, 3, inputs=[T(2, 2, *size)])
    r.module(name, 4, 2, k, inputs=[T(4, *size)], stride=2, padding=1, groups=2, bias=False)
    r.module(name, 2, 2, k, inputs=[T(1, 2, *size)], dilation=spread(n, 2, 1), padding="same")
    for mode in ["reflect", "replicate", "circular"]:
        r.module(name, 2, 2, k, inputs=[T(1, 2, *size)], padding=spread(n, 2, 1), padding_mode=mode)
        r.module(name, 2, 2, spread(n, 2, 3), inputs=[T(2, *size)], padding="same", padding_mode=mode)
    r.module(name, 2, 2, k, padding="same", stride=2)
    r.module(name, 3, 2, k, groups=2)
    name, size = f"ConvTranspose{n}d", [v - 2 for v in size]
    r.module(name, 2, 3, 3, inputs=[T(2, 2, *size)])
    r.module(name, 4, 2, k, inputs=[T(4, *size)], stride=2, padding=1, output_padding=1, groups=2, bias=False)
    r.module(name, 2, 2, k, inputs=[T(1, 2, *size)], stride=spread(n, 2, 3), dilation=2)
    want = [2 * v + 2 for v in size]
    r.module(name, 2, 2, 3, inputs=[T(1, 2, *size)], stride=2, forward={"output_size": want})
    r.module(name, 2, 2, 3, inputs=[T(1, 2, *size)], stride=2, forward={"output_size": [1, 2] + want})
    r.module(name, 2, 2, 3, inputs=[T(1, 2, *size)], stride=2, forward={"output_size": [v + 2 for v in want]})
    r.module(name, 2, 2, 3, inputs=[T(1, 2, *size)], stride=2, forward={"output_size": want + [1]})
    r.module(name, 2, 2, 3, padding_mode="reflect")

# Columns.
for kwargs in [{}, {"stride": 2}, {"dilation": [2, 1], "padding": 1}, {"padding": [0, 2], "stride": [1, 3]}]:
    r.fn("unfold", T(2, 2, 5, 6), [2, 3], **kwargs)
    r.fn("unfold", T(2, 5, 6, strided=True), 2, **kwargs)
    r.module("Unfold", [3, 2], inputs=[T(1, 2, 5, 6)], **kwargs)
for blocks, kwargs in [(4 * 4, {}), (2 * 2, {"stride": 2}), (5 * 6, {"dilation": [2, 1], "padding": 1}), (4 * 3, {"padding": [0, 2], "stride": [1, 3]})]:
    r.fn("fold", T(2, 2 * 6, blocks), [5, 6], [2, 3], **kwargs)
    r.fn("fold", T(6, blocks, strided=True), [5, 6], [2, 3], **kwargs)
    r.module("Fold", [5, 6], [2, 3], inputs=[T(1, 12, blocks)], **kwargs)
r.fn("unfold", T(1, 1, 2, 2), 3)
r.fn("fold", T(1, 5, 4), [3, 3], 2)
r.fn("fold", T(1, 4, 5), [3, 3], 2)
r.write(sys.argv[1])
