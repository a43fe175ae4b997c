# Records what PyTorch 2.6 computes, promotes, indexes, prints, draws and optimizes: python3 record-parity.py > operators.json
import json, math, torch
import torch.nn.functional as F

assert torch.__version__.startswith("2.6"), torch.__version__
torch.manual_seed(1)

def number(v):
    if isinstance(v, bool): return int(v)
    if isinstance(v, int): return v
    return v if math.isfinite(v) else str(v)

def pack(t):
    return {"shape": list(t.shape), "dtype": str(t.dtype)[6:], "values": [number(v) for v in t.detach().flatten().tolist()]}

def case(fn, *inputs):
    leaves = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    y = fn(*leaves)
    out = {"inputs": [pack(x) for x in inputs], "output": pack(y)}
    if y.requires_grad:
        # The gradient that backward begins with: 1, 9/8, ... 14/8, 1, ...
        g = (1 + torch.arange(y.numel()) % 7 / 8).to(y.dtype).reshape(y.shape)
        floats = [x for x in leaves if x.requires_grad]
        grads = torch.autograd.grad(y, floats, g, allow_unused=True)
        out["grads"] = [None if d is None else pack(d) for d in grads]
    return out

r = lambda *s: torch.randn(*s)
img, wide = r(2, 4, 7, 6), r(1, 2, 9, 11)
logits, labels = r(5, 4), torch.tensor([0, 3, -100, 1, 3])
spatial, where = r(2, 3, 2, 2), torch.tensor([[[0, 2], [1, 1]], [[2, 9], [0, 1]]])
cw, probs = torch.tensor([0.5, 1.0, 2.0, 0.25]), torch.softmax(r(5, 4), 1)
ties = torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])
ce = F.cross_entropy
conv = F.conv2d

cases = {
    "conv": case(conv, img, r(3, 4, 3, 2), r(3)),
    "convStridePadding": case(lambda x, w: conv(x, w, stride=(2, 3), padding=(2, 1)), img, r(2, 4, 3, 3)),
    "convDilation": case(lambda x, w, b: conv(x, w, b, dilation=(2, 1), padding=1), img, r(2, 4, 3, 2), r(2)),
    "convGroups": case(lambda x, w, b: conv(x, w, b, groups=2), img, r(6, 2, 3, 3), r(6)),
    "convDepthwise": case(lambda x, w: conv(x, w, groups=4, stride=2), img, r(4, 1, 2, 2)),
    "convSame": case(lambda x, w: conv(x, w, padding="same", dilation=2), img, r(2, 4, 2, 3)),
    "convPointwise": case(conv, img, r(5, 4, 1, 1), r(5)),
    "convUnbatched": case(conv, img[0], r(2, 4, 2, 2), r(2)),
    "convWide": case(lambda x, w: conv(x, w, padding=2), wide, r(3, 2, 5, 5)),
    "maxPool": case(lambda x: F.max_pool2d(x, 2), img),
    "maxPoolOverlap": case(lambda x: F.max_pool2d(x, 3, stride=(1, 2), padding=1), wide),
    "maxPoolDilationCeil": case(lambda x: F.max_pool2d(x, 2, stride=3, dilation=2, ceil_mode=True), wide),
    "avgPool": case(lambda x: F.avg_pool2d(x, 2), img),
    "avgPoolPadded": case(lambda x: F.avg_pool2d(x, 3, stride=2, padding=1), wide),
    "avgPoolCeilNoPad": case(lambda x: F.avg_pool2d(x, (2, 3), stride=2, padding=1, ceil_mode=True, count_include_pad=False), wide),
    "avgPoolCeil": case(lambda x: F.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True), wide),
    "avgPoolDivisor": case(lambda x: F.avg_pool2d(x, 2, divisor_override=3), img),
    "ce": case(ce, logits, labels),
    "ceSum": case(lambda x, t: ce(x, t, reduction="sum"), logits, labels),
    "ceNone": case(lambda x, t: ce(x, t, reduction="none"), logits, labels),
    "ceWeight": case(lambda x, t: ce(x, t, weight=cw), logits, labels),
    "ceWeightNone": case(lambda x, t: ce(x, t, weight=cw, reduction="none"), logits, labels),
    "ceIgnore": case(lambda x, t: ce(x, t, ignore_index=3), logits, labels.clamp(min=0)),
    "ceSmooth": case(lambda x, t: ce(x, t, label_smoothing=0.2), logits, labels),
    "ceSmoothWeight": case(lambda x, t: ce(x, t, label_smoothing=0.2, weight=cw), logits, labels),
    "ceSmoothWeightNone": case(lambda x, t: ce(x, t, label_smoothing=0.2, weight=cw, reduction="none"), logits, labels),
    "ceSmoothWeightSum": case(lambda x, t: ce(x, t, label_smoothing=0.2, weight=cw, reduction="sum"), logits, labels),
    "ceProbabilities": case(ce, logits, probs),
    "ceProbabilitiesWeightSmooth": case(lambda x, t: ce(x, t, weight=cw, label_smoothing=0.1), logits, probs),
    "ceProbabilitiesNone": case(lambda x, t: ce(x, t, reduction="none"), logits, probs),
    "ceSpatial": case(lambda x, t: ce(x, t, ignore_index=9), spatial, where),
    "ceSpatialSmooth": case(lambda x, t: ce(x, t, ignore_index=9, label_smoothing=0.1, reduction="none"), spatial, where),
    "ceSingle": case(ce, logits[0], torch.tensor(2)),
    "ceAllIgnored": case(ce, logits, torch.full((5,), -100)),
    "mse": case(F.mse_loss, r(3, 4), r(3, 4)),
    "l1": case(F.l1_loss, r(3, 4), r(3, 4)),
    "linear": case(F.linear, r(2, 3, 5), r(4, 5), r(4)),
    "matmulBroadcast": case(torch.matmul, r(2, 1, 3, 4), r(3, 4, 2)),
    "addmm": case(lambda x, a, b: torch.addmm(x, a, b, beta=0.5, alpha=2), r(3), r(2, 4), r(4, 3)),
    "softmax": case(lambda x: torch.softmax(x, 1), r(3, 5)),
    "logSoftmax": case(lambda x: torch.log_softmax(x, 0), r(3, 5)),
    "pow": case(torch.pow, torch.tensor([0.0, 2.0, 3.0, 0.5]), torch.tensor([2.0, 0.0, -1.0, 1.5])),
    "powNegativeBase": case(lambda x: torch.pow(x, 3), r(4)),
    "div": case(torch.div, r(3, 1), r(1, 4)),
    "divFloor": case(lambda x, y: torch.div(x, y, rounding_mode="floor"), torch.tensor([7, -7, 7, -7]), torch.tensor([2, 2, -2, -2])),
    "divTrunc": case(lambda x, y: torch.div(x, y, rounding_mode="trunc"), torch.tensor([7, -7, 7, -7]), torch.tensor([2, 2, -2, -2])),
    "remainder": case(torch.remainder, torch.tensor([7.5, -7.5, 7.5, -7.5]), torch.tensor([2.0, 2.0, -2.0, -2.0])),
    "fmod": case(torch.fmod, torch.tensor([7.5, -7.5, 7.5, -7.5]), torch.tensor([2.0, 2.0, -2.0, -2.0])),
    "maximumTies": case(torch.maximum, torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 2.0, 2.0])),
    "maxTies": case(lambda x: x.max(), ties),
    "amaxTies": case(lambda x: x.amax(1), ties),
    "maxDimTies": case(lambda x: x.max(1).values, ties),
    "argmaxTies": case(lambda x: x.argmax(1), ties),
    "minDim": case(lambda x: x.min(0).values, r(3, 4)),
    "absZero": case(torch.abs, torch.tensor([-1.0, 0.0, 2.0])),
    "reluZero": case(torch.relu, torch.tensor([-1.0, 0.0, 2.0])),
    "sqrtZero": case(torch.sqrt, torch.tensor([0.0, 4.0])),
    "clampBounds": case(lambda x: x.clamp(-1, 1), torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])),
    "clampNan": case(lambda x: x.detach().clamp(-1, 1), torch.tensor([math.nan, math.inf, -math.inf])),
    "clampCrossed": case(lambda x: x.clamp(2, 1), r(3)),
    "hardtanhBounds": case(F.hardtanh, torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])),
    "hardshrink": case(F.hardshrink, torch.tensor([-1.0, -0.5, 0.0, 0.5, 1.0, 2.0])),
    "softshrink": case(F.softshrink, torch.tensor([-1.0, -0.5, 0.0, 0.5, 1.0, 2.0])),
    "gelu": case(F.gelu, r(9) * 3),
    "geluTanh": case(lambda x: F.gelu(x, approximate="tanh"), r(9) * 3),
    "silu": case(F.silu, r(9) * 3),
    "elu": case(lambda x: F.elu(x, 0.7), r(9)),
    "softplus": case(lambda x: F.softplus(x, 2, 3), r(9)),
    "leakyReluZero": case(lambda x: F.leaky_relu(x, 0.1), torch.tensor([-1.0, 0.0, 2.0])),
    "logSigmoid": case(F.logsigmoid, r(9) * 30),
    "glu": case(lambda x: F.glu(x, 0), r(4, 3)),
    "prodZero": case(lambda x: x.prod(1), torch.tensor([[1.0, 0.0, 3.0], [0.0, 0.0, 2.0], [1.0, 2.0, 3.0]])),
    "var": case(lambda x: x.var(1), r(3, 4)),
    "varOne": case(lambda x: x.var(1), r(3, 1)),
    "stdBiased": case(lambda x: x.std((0, 1), correction=0), r(3, 4)),
    "norm3": case(lambda x: x.norm(3, 1), r(3, 4)),
    "normZero": case(lambda x: x.norm(), torch.zeros(3)),
    "normInf": case(lambda x: x.norm(math.inf), torch.tensor([3.0, -3.0, 1.0])),
    "sumDims": case(lambda x: x.sum((0, 2)), r(2, 3, 4)),
    "meanEmpty": case(lambda x: x.mean(), torch.zeros(0)),
    "gather": case(lambda x, i: x.gather(1, i), r(3, 4), torch.tensor([[3, 3], [0, 1]])),
    "scatterAdd": case(lambda x, i, s: x.scatter_add(0, i, s), r(3, 4), torch.tensor([[2, 2, 0, 1]]), r(1, 4)),
    "indexTwice": case(lambda x: x[[0, 0, 1], :, [1, 1, 2]], r(2, 3, 4)),
    "whereBroadcast": case(lambda x, y: torch.where(torch.tensor([True, False, True]), x, y), r(2, 3), r(2, 1)),
    "lerp": case(torch.lerp, r(3), r(3), torch.rand(3)),
}

# ---- Promotion

kinds = {}
for d in (torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool):
    kinds[str(d)[6:]] = torch.ones(2, dtype=d)
    kinds[str(d)[6:] + "0"] = torch.ones((), dtype=d)
kinds.update({"float": 1.5, "int": 2, "boolean": True})
promotion = {}
for a, x in kinds.items():
    for b, y in kinds.items():
        if torch.is_tensor(x) or torch.is_tensor(y):
            promotion[a + " " + b] = [str(op(x, y).dtype)[6:] for op in (torch.add, torch.true_divide, torch.mul)] if torch.is_tensor(x) else [str(op.dtype)[6:] for op in (x + y, x / y, x * y)]

# ---- Indexing

base = torch.arange(60).reshape(3, 4, 5)
def python(i):
    if isinstance(i, str):
        if i == "...": return ...
        return slice(*[int(p) if p else None for p in i.split(":")])
    if isinstance(i, dict): return torch.tensor(i["mask"] if "mask" in i else i["index"])
    return i
indices = [[0], [-1], [1, 2], [":", 1], ["...", -1], ["1:", ":", "::2"], ["-2:", "1:-1"], [None, 0], [":", None, 1], ["...", None], [1, "...", "0:2"],
    [[0, 2]], [":", [1, 3]], [[0, 1], [1, 2]], [[0, 1], ":", [1, 2]], [":", [0, 1], [2, 3]], [0, [1, 2]], [0, ":", [1, 2]], [[0, 1], 2], [[0, 2], 1, [3, 4]],
    [[-1, 0], "...", [0, -1]], [{"index": [[0, 1], [2, 0]]}], [":", {"index": [[0], [1]]}, {"index": [0, 4]}], [{"mask": [True, False, True]}],
    [":", {"mask": [True, False, False, True]}], [1, {"mask": [True, False, False, True]}, "1:3"], [{"mask": (base[:, :, 0] % 3 == 0).tolist()}],
    [{"mask": (base % 7 == 0).tolist()}], [{"mask": [True, False, True]}, [0, 1]], [":", "5:2"], ["10:"], [None, "...", None]]
indexing = [{"index": i, "result": pack(base[tuple(python(k) for k in i)])} for i in indices]

# ---- Printing: the tensors that operators.test.ts makes under the same names

t = torch.tensor
prints = {k: repr(v) for k, v in {
    "scalar": t(1.5), "integer": t(3), "empty": torch.zeros(0), "emptyMatrix": torch.zeros(0, 3), "emptyInt": torch.zeros(0, dtype=torch.int64),
    "whole": t([1.0, 2.0, -3.0]), "fractions": t([0.1, 0.25, 1 / 3]), "double": t([0.1, 2.0], dtype=torch.float64), "long": t([1, -20, 300]),
    "int": t([1, 2], dtype=torch.int32), "byte": t([1, 255], dtype=torch.uint8), "mask": t([[True, False], [False, True]]),
    "wideRange": t([1e-5, 1.0, 1e5]), "large": t([1e8, 1.0]), "tiny": t([1e-10, 2e-10]), "nan": t([math.nan, 1.0, math.inf, -math.inf]), "nanOnly": t([math.nan]),
    "wholeLarge": t([123456789.0]), "matrix": torch.arange(6.0).reshape(2, 3) / 4, "cube": torch.arange(8).reshape(2, 2, 2), "long1d": torch.arange(30.0),
    "summary": torch.arange(2000), "summary2d": torch.arange(10000.0).reshape(100, 100), "negativeZero": t([-0.0, 0.0]), "wrapped": torch.arange(40) * 1000,
    "leaf": t([1.0, 2.0], requires_grad=True), "made": t([1.0], requires_grad=True) * 2, "ones4": torch.ones(1, 1, 1, 1), "longest": t([2 ** 60 + 1, -1]), "ties": t([0.03125, 0.09375, 0.15625]), "mixed": t([1.5, 1000.25, -0.001]),
}.items()}

# ---- Random numbers

def drawn(seed, *draws):
    torch.manual_seed(seed)
    return [pack(d()) for d in draws]
random = {
    "integersThenNormal": drawn(1234, lambda: torch.randint(0, 100, (6,)), lambda: torch.randn(4)),
    "normalThenIntegersThenUniform": drawn(1234, lambda: torch.randn(3), lambda: torch.randint(0, 100, (4,)), lambda: torch.rand(2)),
    "permutation": drawn(1234, lambda: torch.randperm(6), lambda: torch.randn(4)),
    "blocks": drawn(5, lambda: torch.randn(16), lambda: torch.randn(21), lambda: torch.rand(1)),
    "double": drawn(5, lambda: torch.rand(3, dtype=torch.float64), lambda: torch.randn(5, dtype=torch.float64), lambda: torch.randn(20, dtype=torch.float64)),
    "bernoulli": drawn(5, lambda: torch.bernoulli(torch.full((12,), 0.3)), lambda: torch.rand(1)),
}

# ---- Optimizers: twelve steps down a valley

def descend(make):
    p = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
    o = make([p])
    path = []
    for i in range(12):
        o.zero_grad()
        ((p - 3) ** 2 * torch.tensor([1.0, 10.0, 0.1]) + torch.sin(p * (i + 1))).sum().backward()
        o.step()
        path.append([float(v) for v in p.detach()])
    return path
O = torch.optim
optimizers = {
    "sgd": descend(lambda p: O.SGD(p, lr=0.02)),
    "sgdMomentum": descend(lambda p: O.SGD(p, lr=0.02, momentum=0.9, dampening=0.1, weight_decay=0.01)),
    "sgdNesterov": descend(lambda p: O.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01)),
    "sgdMaximize": descend(lambda p: O.SGD(p, lr=0.001, momentum=0.5, maximize=True)),
    "adam": descend(lambda p: O.Adam(p, lr=0.1)),
    "adamDecayAmsgrad": descend(lambda p: O.Adam(p, lr=0.1, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1, amsgrad=True)),
    "adamMaximize": descend(lambda p: O.Adam(p, lr=0.1, maximize=True)),
    "adamw": descend(lambda p: O.AdamW(p, lr=0.1)),
    "adamwDecayAmsgrad": descend(lambda p: O.AdamW(p, lr=0.05, weight_decay=0.3, amsgrad=True)),
}

sections = {"cases": cases, "promotion": promotion, "indexing": indexing, "prints": prints, "random": random, "optimizers": optimizers}
lines = []
for name, section in sections.items():
    rows = [json.dumps(v) for v in section] if isinstance(section, list) else [json.dumps(k) + ": " + json.dumps(v) for k, v in section.items()]
    a, b = ("[", "]") if isinstance(section, list) else ("{", "}")
    lines.append(f' "{name}": {a}\n  ' + ",\n  ".join(rows) + f"\n {b}")
print('{\n "version": "' + torch.__version__ + '",\n' + ",\n".join(lines) + "\n}")
