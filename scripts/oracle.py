# Records what PyTorch computes, as cases that test/support/replay.ts replays. Used by the scripts record-*.py.
#
# A case holds the call (names and arguments), what came out, the gradients of sum(w y) for w = 1, 9/8, ... 14/8, 1, ...,
# and the gradients of the same sum over those gradients. All in double precision, at 7 digits.
import inspect, json, math, sys, warnings
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

assert torch.__version__.startswith("2.6"), torch.__version__
cases = []

def number(v):
    if isinstance(v, bool): return int(v)
    if isinstance(v, int): return v
    if not math.isfinite(v): return str(v)
    v = float("%.7g" % v)
    return int(v) if v.is_integer() and abs(v) < 1e15 else v

def pack(t):
    if t is not None and t._is_zerotensor(): t = torch.zeros(t.shape, dtype=t.dtype)
    return None if t is None else {"dtype": str(t.dtype)[6:], "shape": list(t.shape), "values": [number(v) for v in t.detach().flatten().tolist()]}

class Made:
    """A module or packed sequence that the replay makes anew: its class, arguments and the value."""
    def __init__(self, cls, args, kwargs):
        self.cls, self.args, self.kwargs = cls, args, kwargs
        fn = getattr(nn, cls, None) or getattr(nn.utils.rnn, cls)
        self.value = fn(*map(plain, args), **{k: plain(v) for k, v in kwargs.items()})

def made(cls, *args, **kwargs): return Made(cls, args, kwargs)

def plain(v):
    if isinstance(v, Made): return v.value
    return type(v)(map(plain, v)) if type(v) in (list, tuple) else v

def encode(v):
    if isinstance(v, torch.Tensor): return {"tensor": pack(v), **({"constant": 1} if getattr(v, "constant", False) else {})}
    if isinstance(v, Made): return {"make": v.cls, "args": list(map(encode, v.args)), "kwargs": {k: encode(x) for k, x in v.kwargs.items()}}
    if isinstance(v, torch.dtype): return str(v)[6:]
    if isinstance(v, (list, tuple)): return list(map(encode, v))
    if callable(v): return {"function": v.__name__}
    if isinstance(v, float) and not math.isfinite(v): return {"number": str(v)}
    return v

def with_names(kwargs): return {"kwargs": {k: encode(v) for k, v in kwargs.items()}} if kwargs else {}

def constant(t):
    t.constant = True
    return t

def flat(y):
    """All tensors of a result, in order; None where there is none."""
    if isinstance(y, torch.Tensor): return [y]
    if isinstance(y, PackedSequence): return [y.data, y.batch_sizes, y.sorted_indices, y.unsorted_indices]
    if isinstance(y, (list, tuple)): return [t for part in y for t in flat(part)]
    return [y if y is None else torch.tensor(y)]

def leaves(v):
    if isinstance(v, torch.Tensor): return [v] if v.is_floating_point() and not getattr(v, "constant", False) else []
    if isinstance(v, Made): return [t for part in (*v.args, *v.kwargs.values()) for t in leaves(part)]
    if isinstance(v, (list, tuple)): return [t for part in v for t in leaves(part)]
    return []

def weighed(ys):
    return sum((y * (1 + torch.arange(y.numel()) % 7 / 8).to(y.dtype).reshape(y.shape)).sum() for y in ys)

def gradients(out, ys, inputs, twice):
    ys = [y for y in ys if y is not None and y.requires_grad]
    if not ys or not inputs: return
    loss = weighed(ys)
    try: dx = torch.autograd.grad(loss, inputs, create_graph=twice, allow_unused=True)
    except RuntimeError as error:
        # It also loses some first ones, for targets of another dtype.
        if "Found dtype" not in str(error): raise
        return
    out["dx"] = [pack(d) for d in dx]
    out["gradFn"] = ys[0].grad_fn.name()
    again = [d for d in dx if d is not None and d.requires_grad] if twice else []
    if not again: return
    try: out["ddx"] = [pack(d) for d in torch.autograd.grad(weighed(again), inputs, allow_unused=True)]
    except RuntimeError as error:
        # PyTorch lacks some second gradients.
        if "not implemented" not in str(error): raise

def attempt(out, run):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try: y = run()
        except Exception as error:
            out["error"] = str(error)
            cases.append(out)
            return None
        texts = [str(w.message) for w in caught if issubclass(w.category, (UserWarning, FutureWarning))]
        if texts: out["warnings"] = texts
    return y

def fresh(v):
    """Arguments as leaves of their own, remade where they were made of tensors."""
    if isinstance(v, torch.Tensor):
        own = v.clone()
        if getattr(v, "constant", False): own.constant = True
        elif own.is_floating_point(): own.requires_grad_()
        return own
    if isinstance(v, Made) and leaves(v): return Made(v.cls, [fresh(a) for a in v.args], {k: fresh(a) for k, a in v.kwargs.items()})
    return type(v)(map(fresh, v)) if type(v) in (list, tuple) else v

def call(where, name, *args, twice=True, before=None, **kwargs):
    """A function of torch.nn.functional ('F'), torch ('torch') or another namespace."""
    fn = {"F": nn.functional, "torch": torch, "rnn": nn.utils.rnn}[where]
    out = {"call": f"{where}.{name}", "args": [encode(a) for a in args], **with_names(kwargs)}
    own, named = [fresh(a) for a in args], {k: fresh(v) for k, v in kwargs.items()}
    inputs = leaves([own, list(named.values())])
    def run():
        torch.manual_seed(7)
        target = own
        if name.endswith("_"): target = [own[0] * 1, *own[1:]]
        return getattr(fn, name)(*map(plain, target), **{k: plain(v) for k, v in named.items()})
    y = attempt(out, run)
    if "error" in out: return
    out["y"] = [pack(t) for t in flat(y)]
    gradients(out, flat(y), inputs, twice)
    cases.append(out)

def layer(cls, args, kwargs, *inputs, train=True, twice=True, named={}, method="forward", calls=1):
    """A module: made under seed 7, called (twice where its state moves), its parameters' gradients after the inputs'."""
    out = {"layer": cls, "args": [encode(a) for a in args], **with_names(kwargs),
           "inputs": [encode(x) for x in inputs], "train": train}
    if named: out["named"] = {k: encode(v) for k, v in named.items()}
    if method != "forward": out["method"] = method
    def make():
        torch.manual_seed(7)
        return getattr(nn, cls)(*map(remake, args), **{k: remake(v) for k, v in kwargs.items()})
    net = attempt(out, make)
    if "error" in out: return
    out["after"] = number(float(torch.rand(1, dtype=torch.float64)))
    out["repr"] = repr(net)
    out["state"] = {k: list(v.shape) for k, v in net.state_dict().items()}
    net.double().train(train)
    own, extra = [fresh(x) for x in inputs], {k: fresh(v) for k, v in named.items()}
    def run():
        torch.manual_seed(7)
        for _ in range(calls):
            y = (net if method == "forward" else getattr(net, method))(*map(plain, own), **{k: plain(v) for k, v in extra.items()})
        return y
    if calls > 1: out["calls"] = calls
    if inputs or named:
        y = attempt(out, run)
        if "error" in out: return
        out["y"] = [pack(t) for t in flat(y)]
        gradients(out, flat(y), leaves([own, list(extra.values())]) + [p for p in net.parameters() if p.requires_grad], twice)
        if list(net.buffers()): out["buffers"] = [pack(b) for b in net.buffers()]
    cases.append(out)

def remake(v):
    if isinstance(v, Made): return Made(v.cls, [v.args[i] for i in range(len(v.args))], v.kwargs).value
    return type(v)(map(remake, v)) if type(v) in (list, tuple) else v

def r(*shape, low=None, high=None):
    """Normal numbers, or even ones in [low, high), of three decimals."""
    x = torch.randn(*shape) if low is None else torch.rand(*shape) * (high - low) + low
    return (x.double() * 1000).round() / 1000

def write(path):
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    print('{"pytorch":"%s","cases":[\n%s\n]}' % (torch.__version__, lines))
    print(len(cases), "cases", sum("error" in c for c in cases), "errors", file=sys.stderr)
