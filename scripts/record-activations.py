# Records activations, as functions and layers: PYTHONPATH=scripts python3 record-activations.py > test/parity/activations.json
from oracle import *

torch.manual_seed(1)
x, y, odd = r(2, 3, 4) * 3, r(7) * 2, torch.tensor([[-3.0, -1, -0.5, 0, 0.5, 1, 3, 6]]).double()
options = {
    "elu": [{}, {"alpha": 0.5}, {"alpha": 2.5, "inplace": True}], "celu": [{}, {"alpha": 0.5}, {"alpha": 2.5}, {"alpha": 0}, {"alpha": -1.0}],
    "leaky_relu": [{}, {"negative_slope": 0.2}, {"negative_slope": -0.1}], "rrelu": [{}, {"training": True}, {"lower": 0.1, "upper": 0.6, "training": True}, {"lower": 0.2, "upper": 0.4}],
    "hardtanh": [{}, {"min_val": -2, "max_val": 0.5}], "hardshrink": [{}, {"lambd": 1}], "softshrink": [{}, {"lambd": 1}, {"lambd": -1}],
    "softplus": [{}, {"beta": 2}, {"beta": 0.5, "threshold": 1}], "gelu": [{}, {"approximate": "tanh"}, {"approximate": "none"}],
    "relu6": [{}], "silu": [{}], "mish": [{}], "selu": [{}], "hardswish": [{}], "hardsigmoid": [{}], "softsign": [{}], "tanhshrink": [{}],
    "logsigmoid": [{}], "relu": [{}, {"inplace": False}], "sigmoid": [{}], "tanh": [{}],
    "gumbel_softmax": [{}, {"tau": 0.5, "dim": 0}, {"hard": True}, {"tau": 2, "hard": True, "dim": 0}],
}
for name, sets in options.items():
    for kw in sets:
        for input in (x, y, odd, r(3), r(0, 3), torch.tensor(-0.7).double()):
            if kw.get("inplace") or kw.get("hard") and input.numel() == 0: continue
            call("F", name, input * 0.9 if name == "hardswish" else input, **kw)
for name, args, kw in [("elu_", (), {}), ("celu_", (), {"alpha": 2.0}), ("selu_", (), {}), ("relu_", (), {}), ("leaky_relu_", (), {"negative_slope": 0.2}),
                       ("hardtanh_", (), {"min_val": -0.5}), ("threshold_", (0.1, 5), {}), ("rrelu_", (), {"training": True}), ("rrelu_", (), {})]:
    call("F", name, x, *args, twice=False, **kw)
for args in ((0.1, 20), (-0.5, 0), (0, 0)): call("F", "threshold", x, *args)
for dim in (0, 1, -1): call("F", "glu", r(4, 2, 6), dim)
call("F", "glu", r(4, 3), 1); call("F", "glu", r(6))
for name in ("softmax", "log_softmax", "softmin"):
    for dim in (0, 1, -1): call("F", name, r(2, 3, 4), dim)
    call("F", name, r(3, 5), 1, dtype=torch.float64)
    call("F", name, r(3, 4)); call("F", name, r(2, 3, 4))
call("F", "softmax", torch.tensor([[-math.inf, 1.0, 2.0], [0.0, -math.inf, -math.inf]]).double(), 1)
for w in (r(1), r(3)): call("F", "prelu", r(2, 3, 4), w)
call("F", "prelu", r(2, 3, 2, 2), r(3)); call("F", "prelu", r(5), r(1)); call("F", "prelu", torch.tensor(-2.0).double(), r(1)); call("F", "prelu", odd + 0.1, r(8))
call("F", "prelu", r(2, 3), r(4)); call("F", "prelu", r(4), r(4)); call("F", "prelu", r(2, 3), torch.tensor(0.3).double())

layers = [("ELU", {}), ("ELU", {"alpha": 0.5}), ("Hardshrink", {}), ("Hardshrink", {"lambd": 0.3}), ("Hardsigmoid", {}), ("Hardtanh", {}), ("Hardtanh", {"min_val": -0.5, "max_val": 1.5}),
          ("Hardswish", {}), ("LeakyReLU", {}), ("LeakyReLU", {"negative_slope": 0.3}), ("LogSigmoid", {}), ("PReLU", {}), ("PReLU", {"num_parameters": 3, "init": 0.1}),
          ("ReLU6", {}), ("RReLU", {}), ("RReLU", {"lower": 0.2, "upper": 0.5}), ("SELU", {}), ("CELU", {}), ("CELU", {"alpha": 1.5}), ("GELU", {}), ("GELU", {"approximate": "tanh"}),
          ("SiLU", {}), ("Mish", {}), ("Softplus", {}), ("Softplus", {"beta": 1.5, "threshold": 2.5}), ("Softshrink", {}), ("Softshrink", {"lambd": 0.2}), ("Softsign", {}), ("Tanhshrink", {}),
          ("ReLU", {}), ("Sigmoid", {}), ("Tanh", {})]
for name, kw in layers:
    for train in (True, False):
        if train or name == "RReLU": layer(name, [], kw, r(2, 3, 4) * 2, train=train)
for name in ("ReLU", "ReLU6", "Hardtanh", "ELU", "CELU", "SELU", "SiLU", "Mish", "LeakyReLU", "RReLU", "Hardswish", "Hardsigmoid"): layer(name, [], {"inplace": True})
layer("Threshold", [0.1, 20], {}, x); layer("Threshold", [0.1, 20], {"inplace": True})
for dim in (-1, 0): layer("GLU", [dim], {}, r(4, 6))
layer("GLU", [], {}, r(4, 6))
for name in ("Softmax", "LogSoftmax", "Softmin"): layer(name, [1], {}, r(2, 3)); layer(name, [], {}, r(2, 3)); layer(name, [], {}, r(2, 3, 2))
layer("Softmax2d", [], {}, r(2, 3, 2, 2)); layer("Softmax2d", [], {}, r(3, 2, 2)); layer("Softmax2d", [], {}, r(3, 2))
write("activations.json")
