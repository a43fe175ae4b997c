# Records twelve steps of every optimizer of PyTorch 2.6 in many configurations: python3 record-optim.py > optim.json
import json, torch
from torch import optim

assert torch.__version__.startswith("2.6"), torch.__version__

def digits(v, n=9):
    if isinstance(v, bool) or not isinstance(v, float): return v
    return float(f"{v:.{n}g}") if v == v and abs(v) != float("inf") else str(v)

def pack(v, n=9):
    if isinstance(v, torch.Tensor):
        return {"shape": list(v.shape), "dtype": str(v.dtype)[6:], "values": [digits(x, n) for x in v.detach().flatten().tolist()]}
    if isinstance(v, (list, tuple)): return [pack(x, n) for x in v]
    return digits(v, 17)

STEPS = 12

def problem(dtype):
    torch.manual_seed(3)
    a = torch.nn.Parameter(torch.randn(3, 2).to(dtype))
    b = torch.nn.Parameter(torch.randn(4).to(dtype))
    c = torch.nn.Parameter(torch.randn(2, 1, 3).to(dtype))
    return [a, b, c]

def loss_of(params):
    a, b = params[:2]
    w = torch.arange(1, 7).reshape(3, 2).to(a.dtype) / 3
    loss = ((a - 3) ** 2 * w).sum() + ((b * b - 1) ** 2).sum()
    return loss + (params[2] ** 2 * 0.25 + params[2]).sum() if len(params) > 2 else loss

def run(name, options, dtype="float32", only=3, groups=None, steps=STEPS):
    params = problem(getattr(torch, dtype))[:only]
    given = params if groups is None else [{"params": [p], **g} for p, g in zip(params, groups)]
    opt = getattr(optim, name)(given, **options)
    def closure():
        opt.zero_grad(); loss = loss_of(params); loss.backward(); return loss
    losses = []
    for _ in range(steps):
        losses.append(opt.step(closure).item())
    d = opt.state_dict()
    return {"name": name, "options": options, "dtype": dtype, "only": only, "groups": groups, "steps": steps,
            "losses": [digits(x, 12) for x in losses], "params": [pack(p, 9 if dtype == "float32" else 12) for p in params],
            "state": [[k, [[n, pack(v, 7 if dtype == "float32" else 12)] for n, v in s.items() if n != "al"]] for k, s in d["state"].items()],
            "param_groups": [list(map(list, ((k, pack(v)) for k, v in g.items()))) for g in d["param_groups"]], "text": repr(opt)}

def refused(name, options, given=None):
    try: getattr(optim, name)(given if given is not None else problem(torch.float32), **options)
    except Exception as e: return {"name": name, "options": options, "message": str(e)}
    raise AssertionError((name, options))

cases = []
def add(name, *options, **more):
    for o in options: cases.append(run(name, o, **more))

add("SGD", {}, {"lr": 0.05, "momentum": 0.9}, {"lr": 0.05, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
    {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}, {"lr": 0.01, "maximize": True, "weight_decay": 0.1},
    {"lr": 0.05, "foreach": True}, {"lr": 0.05, "fused": True, "momentum": 0.5})
adamish = ({}, {"lr": 0.1}, {"lr": 0.1, "betas": (0.5, 0.7), "eps": 1e-3}, {"lr": 0.1, "weight_decay": 0.2}, {"lr": 0.1, "maximize": True, "weight_decay": 0.2})
for n in ("Adam", "AdamW"): add(n, *adamish, {"lr": 0.1, "amsgrad": True, "weight_decay": 0.1}, {"lr": 0.1, "amsgrad": True, "betas": (0.5, 0.6), "maximize": True})
add("Adamax", *adamish)
add("NAdam", *adamish, {"lr": 0.1, "momentum_decay": 0.1}, {"lr": 0.1, "weight_decay": 0.3, "decoupled_weight_decay": True})
add("RAdam", *adamish, {"lr": 0.1, "weight_decay": 0.3, "decoupled_weight_decay": True})
add("Adagrad", {}, {"lr": 0.3}, {"lr": 0.3, "lr_decay": 0.2, "weight_decay": 0.1}, {"lr": 0.3, "initial_accumulator_value": 0.5, "eps": 1e-2}, {"lr": 0.1, "maximize": True})
add("Adadelta", {}, {"lr": 3.5, "rho": 0.5, "eps": 1e-3}, {"weight_decay": 0.3}, {"maximize": True, "weight_decay": 0.1})
add("RMSprop", {}, {"lr": 0.05, "alpha": 0.5, "eps": 1e-2}, {"lr": 0.05, "momentum": 0.5}, {"lr": 0.05, "centered": True}, {"lr": 0.05, "centered": True, "momentum": 0.9, "weight_decay": 0.1}, {"maximize": True, "weight_decay": 0.1})
add("ASGD", {}, {"lr": 0.05, "lambd": 0.1, "alpha": 0.5, "t0": 3.5}, {"lr": 0.05, "weight_decay": 0.2, "t0": 0.5}, {"maximize": True, "lr": 0.01})
add("Rprop", {}, {"lr": 0.5, "etas": (0.3, 1.7)}, {"lr": 0.5, "step_sizes": (0.1, 0.6)}, {"lr": 0.1, "maximize": True})
add("Adafactor", {}, {"lr": 0.05}, {"lr": 0.1, "beta2_decay": -0.5, "eps": (1e-3, 0.1), "d": 2.5, "weight_decay": 0.1}, {"lr": 0.1, "maximize": True})
add("LBFGS", {}, {"lr": 0.5, "max_iter": 4}, {"line_search_fn": "strong_wolfe", "max_iter": 5}, {"lr": 0.1, "history_size": 2, "max_iter": 3},
    {"line_search_fn": "strong_wolfe", "max_iter": 3, "history_size": 1, "lr": 0.3}, {"max_eval": 3}, dtype="float64", steps=3)
add("LBFGS", {"lr": 0.5, "max_iter": 3}, {"line_search_fn": "strong_wolfe", "max_iter": 3}, steps=2)
for n, o in (("SGD", {"lr": 0.05, "momentum": 0.9}), ("Adam", {"lr": 0.1, "amsgrad": True}), ("NAdam", {}), ("RAdam", {"lr": 0.1}), ("Adamax", {}), ("Adagrad", {}),
             ("Adadelta", {}), ("RMSprop", {"centered": True}), ("ASGD", {}), ("Rprop", {}), ("Adafactor", {}), ("Adafactor", {"lr": 0.5})):
    cases.append(run(n, o, dtype="float64"))
cases.append(run("SGD", {"lr": 0.5, "momentum": 0.9}, groups=[{}, {"lr": 0.01, "momentum": 0.5}, {"weight_decay": 0.5, "lr": 0.1}]))
cases.append(run("AdamW", {"lr": 0.01}, groups=[{"lr": 0.1, "betas": (0.5, 0.5)}, {"weight_decay": 0}, {"amsgrad": True}]))

bad = [refused(n, {"lr": -1}) for n in ("SGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "Adagrad", "Adadelta", "RMSprop", "ASGD", "Rprop", "LBFGS", "SparseAdam", "Adafactor")]
bad += [refused(n, {"weight_decay": -0.5}) for n in ("SGD", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "Adagrad", "Adadelta", "RMSprop", "ASGD", "Adafactor")]
bad += [refused(n, {"betas": b}) for n in ("Adam", "AdamW", "Adamax", "NAdam", "RAdam", "SparseAdam") for b in ((1, 0.5), (0.5, -0.1))]
bad += [refused(n, {"eps": -1e-5}) for n in ("Adam", "Adamax", "NAdam", "RAdam", "Adagrad", "Adadelta", "RMSprop", "SparseAdam")]
bad += [refused("SGD", {"momentum": -0.5}), refused("SGD", {"nesterov": True}), refused("SGD", {"nesterov": True, "momentum": 0.5, "dampening": 0.5}),
        refused("NAdam", {"momentum_decay": -0.1}), refused("Adagrad", {"lr_decay": -0.1}), refused("Adagrad", {"initial_accumulator_value": -0.1}),
        refused("Adadelta", {"rho": 1.5}), refused("RMSprop", {"momentum": -0.1}), refused("RMSprop", {"alpha": -0.1}), refused("Rprop", {"etas": (0.5, 0.9)}),
        refused("Adafactor", {"d": 0.5}), refused("Adafactor", {"beta2_decay": 0.5}), refused("Adafactor", {"eps": (-0.5, 0.1)}), refused("Adafactor", {"eps": (None, -0.1)}),
        refused("SGD", {"fused": True, "differentiable": True}), refused("Adam", {"fused": True, "foreach": True})]
# PyTorch 2.6 has no Muon: its rule as PyTorch 2.9 publishes it, in the same bfloat16 operations.
def newton_schulz(g, coefficients, steps, eps):
    a, b, c = coefficients
    x = g.bfloat16()
    if g.size(0) > g.size(1): x = x.T
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if g.size(0) > g.size(1) else x

def muon(options, shape, steps=4):
    o = {"lr": 1e-3, "weight_decay": 0.1, "momentum": 0.95, "nesterov": True, "ns_coefficients": (3.4445, -4.775, 2.0315), "eps": 1e-7, "ns_steps": 5, "adjust_lr_fn": None, **options}
    torch.manual_seed(5)
    p, target = torch.randn(*shape), torch.randn(*shape)
    start, buf = p.clone(), torch.zeros(*shape)
    for _ in range(steps):
        g = 2 * (p - target)
        buf.lerp_(g, 1 - o["momentum"])
        u = newton_schulz(g.lerp(buf, o["momentum"]) if o["nesterov"] else buf, o["ns_coefficients"], o["ns_steps"], o["eps"])
        rows, columns = shape
        ratio = 0.2 * max(rows, columns) ** 0.5 if o["adjust_lr_fn"] == "match_rms_adamw" else max(1, rows / columns) ** 0.5
        p.mul_(1 - o["lr"] * o["weight_decay"]).add_(u, alpha=-o["lr"] * ratio)
    return {"options": options, "steps": steps, "start": pack(start), "target": pack(target), "end": pack(p)}

muons = [muon({}, (3, 5)), muon({"lr": 0.1, "nesterov": False}, (6, 2)), muon({"lr": 0.1, "weight_decay": 0.5, "adjust_lr_fn": "match_rms_adamw", "ns_steps": 3}, (4, 4))]
initial = {dtype: [pack(p, 17) for p in problem(getattr(torch, dtype))] for dtype in ("float32", "float64")}
print(json.dumps({"torch": torch.__version__, "initial": initial, "cases": cases, "refused": bad, "muon": muons}, separators=(",", ":")))
