# Records rates, momenta and state dicts of PyTorch 2.6's learning rate schedulers: python3 record-schedulers.py > schedulers.json
import json, math, torch
from torch import optim
from torch.optim import lr_scheduler as S
from torch.optim.swa_utils import SWALR, AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn, get_swa_avg_fn, get_swa_multi_avg_fn

assert torch.__version__.startswith("2.6"), torch.__version__

def plain(v):
    if isinstance(v, dict): return {"dict": [[k, plain(x)] for k, x in v.items() if k != "anneal_func"]}
    if isinstance(v, (list, tuple)): return [plain(x) for x in v]
    if isinstance(v, float) and not math.isfinite(v): return str(v)
    return v

def optimizer(cls, rates):
    return getattr(optim, cls)([{"params": [torch.nn.Parameter(torch.ones(1))], "lr": r} for r in rates], **({"momentum": 0.9} if cls == "SGD" else {}))

def make(opt, spec):
    name, args, options = spec
    if name == "ChainedScheduler": return S.ChainedScheduler([make(opt, s) for s in args])
    if name == "SequentialLR": return S.SequentialLR(opt, [make(opt, s) for s in args[0]], args[1])
    if name in ("LambdaLR", "MultiplicativeLR"): args = [(lambda f: lambda epoch: f ** epoch if name == "LambdaLR" else f)(args[0])]
    return (SWALR if name == "SWALR" else getattr(S, name))(opt, *args, **options)

def run(spec, steps=12, cls="SGD", rates=(0.5, 0.1), epochs=None):
    opt = optimizer(cls, rates)
    s = make(opt, spec)
    seen = []
    def note():
        g = opt.param_groups
        seen.append([[x["lr"] for x in g], [x.get("momentum", x.get("betas", [0])[0] if "betas" in x else 0) for x in g], s.get_last_lr()])
    note()
    for i in range(steps):
        opt.step()
        if spec[0] == "ReduceLROnPlateau": s.step([5, 4, 4, 4, 3, 3.0, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2][i])
        elif epochs is not None: s.step(epochs[i])
        else: s.step()
        note()
    return {"spec": spec, "steps": steps, "cls": cls, "rates": list(rates), "epochs": epochs, "seen": plain(seen), "state": plain(s.state_dict()),
            "groups": [[[k, plain(v)] for k, v in g.items()] for g in opt.state_dict()["param_groups"]]}

specs = [
    ["LambdaLR", [0.95], {}], ["MultiplicativeLR", [0.9], {}],
    ["StepLR", [3], {}], ["StepLR", [4], {"gamma": 0.5}], ["MultiStepLR", [[2, 5, 5, 9]], {"gamma": 0.5}],
    ["ConstantLR", [], {}], ["ConstantLR", [], {"factor": 0.5, "total_iters": 3}],
    ["LinearLR", [], {}], ["LinearLR", [], {"start_factor": 0.8, "end_factor": 0.1, "total_iters": 7}],
    ["ExponentialLR", [0.9], {}], ["PolynomialLR", [], {}], ["PolynomialLR", [], {"total_iters": 8, "power": 2.5}],
    ["CosineAnnealingLR", [5], {}], ["CosineAnnealingLR", [4], {"eta_min": 0.05}],
    ["CosineAnnealingWarmRestarts", [3], {}], ["CosineAnnealingWarmRestarts", [2], {"T_mult": 2, "eta_min": 0.01}],
    ["ReduceLROnPlateau", [], {"patience": 1}], ["ReduceLROnPlateau", [], {"patience": 0, "factor": 0.5, "cooldown": 2, "min_lr": [0.2, 0.01], "threshold": 0.5, "threshold_mode": "abs"}],
    ["ReduceLROnPlateau", [], {"mode": "max", "patience": 2, "threshold": 0.1}],
    ["CyclicLR", [0.1, 0.5], {"step_size_up": 3}], ["CyclicLR", [[0.1, 0.2], 0.9], {"step_size_up": 2, "step_size_down": 4, "mode": "triangular2", "base_momentum": 0.5}],
    ["CyclicLR", [0.1, 0.5], {"step_size_up": 2, "mode": "exp_range", "gamma": 0.9, "cycle_momentum": False}],
    ["OneCycleLR", [0.5], {"total_steps": 12}], ["OneCycleLR", [[0.5, 1.5]], {"epochs": 3, "steps_per_epoch": 4, "anneal_strategy": "linear", "pct_start": 0.5}],
    ["OneCycleLR", [0.5], {"total_steps": 13, "three_phase": True, "div_factor": 10.0, "final_div_factor": 100.0, "cycle_momentum": False}],
    ["ChainedScheduler", [["ConstantLR", [], {"factor": 0.1, "total_iters": 2}], ["ExponentialLR", [0.9], {}]], {}],
    ["SequentialLR", [[["ConstantLR", [], {"factor": 0.1, "total_iters": 2}], ["ExponentialLR", [0.9], {}]], [2]], {}],
    ["SequentialLR", [[["LinearLR", [], {"total_iters": 3}], ["CosineAnnealingLR", [6], {}], ["StepLR", [2], {}]], [3, 8]], {}],
    ["SWALR", [0.05], {}], ["SWALR", [[0.05, 0.3]], {"anneal_epochs": 3, "anneal_strategy": "linear"}], ["SWALR", [0.05], {"anneal_epochs": 0}],
]
cases = [run(s) for s in specs]
cases += [run(["CyclicLR", [0.1, 0.5], {"step_size_up": 3}], cls="AdamW"), run(["OneCycleLR", [0.5], {"total_steps": 12}], cls="Adam")]
jumps = [0, 1, 2, 3, 5, 4, 9, 0, 1, 20, 7, 3]
for s in specs:
    if s[0] in ("StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR", "CosineAnnealingLR", "LambdaLR"): cases.append(run(s, epochs=jumps))
cases += [run(["CosineAnnealingWarmRestarts", [2], {"T_mult": 2}], epochs=[0.5, 1, 1.75, 2, 3.5, 6, 6.5, 7.25, 13, 14, 1, 29.5]), run(["CosineAnnealingWarmRestarts", [3], {}], epochs=[0.5, 1, 2.75, 3, 3.5, 6, 6.5, 7.25, 13, 14, 1, 29.5])]

def refused(name, args, options, cls="SGD"):
    try: make(optimizer(cls, (0.5, 0.1)), [name, args, options])
    except Exception as e: return {"spec": [name, args, options], "cls": cls, "message": str(e).strip("'\"")}
    raise AssertionError(name)

bad = [refused("ConstantLR", [], {"factor": 1.5}), refused("LinearLR", [], {"start_factor": 0}), refused("LinearLR", [], {"end_factor": 2}), refused("ReduceLROnPlateau", [], {"factor": 1}),
       refused("ReduceLROnPlateau", [], {"mode": "x"}), refused("ReduceLROnPlateau", [], {"threshold_mode": "x"}), refused("ReduceLROnPlateau", [], {"min_lr": [1]}),
       refused("CyclicLR", [0.1, 0.2], {}, "Adagrad"), refused("CyclicLR", [[0.1], 0.2], {}), refused("CyclicLR", [0.1, 0.2], {"mode": "x"}),
       refused("OneCycleLR", [0.1], {}), refused("OneCycleLR", [0.1], {"total_steps": 0}), refused("OneCycleLR", [0.1], {"total_steps": 5, "anneal_strategy": "x"}), refused("OneCycleLR", [0.1], {"total_steps": 5, "pct_start": 1.5}),
       refused("CosineAnnealingWarmRestarts", [0], {}), refused("CosineAnnealingWarmRestarts", [2], {"T_mult": 0}), refused("StepLR", [3], {"last_epoch": 4}),
       refused("ChainedScheduler", [], {}), refused("SequentialLR", [[], []], {}), refused("SequentialLR", [[["StepLR", [3], {}]], [1]], {}),
       refused("ChainedScheduler", [["ReduceLROnPlateau", [], {}]], {}), refused("SWALR", [0.1], {"anneal_strategy": "x"}), refused("SWALR", [0.1], {"anneal_epochs": -1})]

def averages(**options):
    torch.manual_seed(2)
    net = torch.nn.Linear(3, 2)
    model = AveragedModel(net, **options)
    start = [p.detach().flatten().tolist() for p in net.parameters()]
    for i in range(5):
        with torch.no_grad():
            for p in net.parameters(): p.mul_(0.5).add_(i)
        model.update_parameters(net)
    return {"start": start, "end": [p.detach().flatten().tolist() for p in model.module.parameters()], "keys": list(model.state_dict())}

swa = {"mean": averages(), "getSwaAvgFn": averages(avg_fn=get_swa_avg_fn()), "getEmaAvgFn": averages(avg_fn=get_ema_avg_fn(0.9)),
       "getEmaMultiAvgFn": averages(multi_avg_fn=get_ema_multi_avg_fn(0.9)), "getSwaMultiAvgFn": averages(multi_avg_fn=get_swa_multi_avg_fn())}
print(json.dumps({"torch": torch.__version__, "cases": cases, "refused": bad, "averages": swa}, separators=(",", ":")))
