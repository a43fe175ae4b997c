# Records twelve steps of PyTorch 2.6's optimizers in crossed configurations, on parameters of 0, 1, 2 and 4 dimensions
# and one without a gradient: python3 record-optim-grid.py [all] > optim-grid.json. Without `all`, a part of the grid.
import itertools, json, sys, torch
from torch import optim

assert torch.__version__.startswith("2.6"), torch.__version__
STEPS = 12

def digits(v, n): return float(f"{v:.{n}g}") if isinstance(v, float) and v == v and abs(v) != float("inf") else v
def pack(v, n):
    if isinstance(v, torch.Tensor): return {"shape": list(v.shape), "dtype": str(v.dtype)[6:], "values": [digits(x, n) for x in v.detach().flatten().tolist()]}
    return [pack(x, n) for x in v] if isinstance(v, (list, tuple)) else digits(v, 17)

SHAPES = [(), (5,), (3, 2), (2, 1, 2, 2), (2, 2)]

def problem(dtype):
    params, count = [], 0
    for shape in SHAPES:
        n = torch.Size(shape).numel()
        values = torch.sin(0.7311 * torch.arange(count + 1, count + n + 1, dtype=torch.float64)) * 1.5
        params.append(torch.nn.Parameter(values.reshape(shape).to(dtype)))
        count += n
    return params

def loss_of(params): return sum(((p * 1.3).cos() + p * 0.25).sum() for p in params[:-1])

def run(name, options, dtype, groups, rate):
    params = problem(getattr(torch, dtype))
    given = params if groups is None else [{"params": params[:2], **groups[0]}, {"params": params[2:], **groups[1]}]
    used = {**options, "lr": torch.tensor(options["lr"])} if rate == "tensor" else options
    opt = getattr(optim, name)(given, **used)
    def closure():
        opt.zero_grad(); loss = loss_of(params); loss.backward(); return loss
    losses = [opt.step(closure).item() for _ in range(STEPS)]
    n = 7 if dtype == "float32" else 11
    d = opt.state_dict()
    return {"name": name, "options": options, "dtype": dtype, "groups": groups, "rate": rate, "losses": [digits(x, n + 2) for x in losses],
            "params": [[digits(x, n) for x in p.flatten().tolist()] for p in params[:-1]],
            "state": [[k, [[key, pack(v, n - 1)] for key, v in s.items() if key != "al"]] for k, s in d["state"].items()],
            "param_groups": [[[k, pack(v, 9)] for k, v in g.items()] for g in d["param_groups"]]}

flags = {"weight_decay": [0, 0.1], "maximize": [False, True]}
each = {"foreach": [None, True, False]}
betas = {"lr": [0.05], "betas": [(0.9, 0.999), (0.6, 0.8)]}
grid = {
    "SGD": {"lr": [0.03], "momentum": [0, 0.8], "dampening": [0, 0.4], "nesterov": [False, True], **flags, **each},
    "Adam": {**betas, "amsgrad": [False, True], **flags, **each},
    "AdamW": {**betas, "amsgrad": [False, True], **flags, **each},
    "Adamax": {**betas, **flags, **each},
    "NAdam": {**betas, "decoupled_weight_decay": [False, True], **flags, **each},
    "RAdam": {**betas, "decoupled_weight_decay": [False, True], **flags, **each},
    "Adagrad": {"lr": [0.1], "lr_decay": [0, 0.1], "initial_accumulator_value": [0, 0.2], **flags, **each},
    "Adadelta": {"lr": [1.0], "rho": [0.9, 0.5], **flags, **each},
    "RMSprop": {"lr": [0.02], "momentum": [0, 0.7], "centered": [False, True], **flags, **each},
    "ASGD": {"lr": [0.03], "t0": [1e6, 4], "alpha": [0.75], **flags, **each},
    "Rprop": {"lr": [0.05], "etas": [(0.5, 1.2), (0.3, 1.5)], "maximize": [False, True], **each},
    "Adafactor": {"lr": [0.05], "beta2_decay": [-0.8, -0.5], **flags, **each},
}
rows = []
for name, axes in grid.items():
    for values in itertools.product(*axes.values()):
        o = dict(zip(axes, values))
        if name == "SGD" and ((o["nesterov"] and (o["momentum"] == 0 or o["dampening"] != 0)) or (o["momentum"] == 0 and o["dampening"] != 0)): continue
        lean = {k: v for k, v in o.items() if v is not None}
        for dtype in ("float32", "float64"):
            if name == "ASGD" and dtype == "float64" and o["foreach"]: continue  # its rates are float32 there
            rows.append((name, lean, dtype, None, "number"))
            rows.append((name, lean, dtype, [{"lr": o["lr"] / 3}, {**({"weight_decay": 0.03} if "weight_decay" in axes else {})}], "number"))
        if name not in ("Adafactor",) and o["foreach"] is False: rows.append((name, lean, "float32", None, "tensor"))
        if name in ("Adam", "AdamW", "SGD", "Adagrad") and o["foreach"] is None: rows.append((name, {**lean, "fused": True}, "float32", None, "number"))
if "all" not in sys.argv: rows = rows[::17]
cases, errors = [], []
for row in rows:
    try: cases.append(run(*row))
    except Exception as e: errors.append([row[0], str(e)])
print(len(rows), len(errors), sorted({tuple(e) for e in errors}), file=sys.stderr)
print(json.dumps({"torch": torch.__version__, "initial": [p.flatten().tolist() for p in problem(torch.float64)], "shapes": SHAPES, "cases": cases}, separators=(",", ":")))
