# What the recordings of operators and layers share: inputs made by a formula that the tests repeat, results and
# gradients of first and second order rounded to 6 digits.
import json, math, re
import torch

def camel(name): return re.sub(r"_([a-z0-9])", lambda m: m.group(1).upper(), name.lstrip("_")) if not name.startswith("_") else "_" + camel(name[1:])

class T:
    """A tensor by formula: element i is scale * sin(0.7311 (i + 1) + 1.7 seed) + shift. Or of given integers."""
    count = 0
    def __init__(self, *shape, scale=1.0, shift=0.0, values=None, grad=True, strided=False, dtype=None):
        T.count += 1
        self.shape, self.seed, self.scale, self.shift = list(shape), T.count % 50, scale, shift
        self.values, self.grad, self.strided, self.dtype = values, grad and values is None, strided, dtype
    def make(self):
        if self.values is not None:
            return torch.tensor(self.values, dtype=getattr(torch, self.dtype or "int64")).reshape(self.shape)
        shape = self.shape[:-2] + [self.shape[-1], self.shape[-2]] if self.strided else self.shape
        n = math.prod(shape)
        x = torch.tensor([self.scale * math.sin(0.7311 * (i + 1) + 1.7 * self.seed) + self.shift for i in range(n)], dtype=torch.float64).reshape(shape)
        return (x.transpose(-1, -2) if self.strided else x).requires_grad_(self.grad)
    def json(self):
        out = {"shape": self.shape}
        if self.values is not None: return {**out, "values": self.values, **({"dtype": self.dtype} if self.dtype else {})}
        out["seed"] = self.seed
        if self.scale != 1: out["scale"] = self.scale
        if self.shift != 0: out["shift"] = self.shift
        if not self.grad: out["grad"] = False
        if self.strided: out["strided"] = True
        return out

def make(value): return value.make() if isinstance(value, T) else [make(v) for v in value] if isinstance(value, list) else value
def tuples(value): return tuple(value) if isinstance(value, list) else value
def encode(value):
    if isinstance(value, T): return {"tensor": value.json()}
    if isinstance(value, (list, tuple)): return [encode(v) for v in value]
    return value
def number(v): return "nan" if math.isnan(v) else "inf" if v == math.inf else "-inf" if v == -math.inf else float(f"{v:.6g}")
def pack(x):
    if x is None: return None
    if x.is_floating_point(): return {"shape": list(x.shape), "values": [number(v) for v in x.detach().flatten().tolist()]}
    return {"shape": list(x.shape), "dtype": str(x.dtype).replace("torch.", ""), "values": x.flatten().tolist()}

def weights(y, k): return torch.cos(torch.arange(y.numel(), dtype=torch.float64) * 0.9 + k).reshape(y.shape).to(y.dtype)
def tensors(y): return [t for part in y for t in tensors(part)] if isinstance(y, (list, tuple)) else [y]

def differentiate(outputs, sources, second):
    """Gradients of sum(cos(0.9 i + k) y_k), and those of the same sum over the gradients."""
    floats = [y for y in outputs if y.is_floating_point() and y.requires_grad]
    if not floats or not sources: return {}
    loss = sum((y * weights(y, k)).sum() for k, y in enumerate(floats))
    try: grads = torch.autograd.grad(loss, sources, create_graph=second, allow_unused=True)
    except (RuntimeError, NotImplementedError): return {}  # nor has it this one
    out = {"grads": [pack(g) for g in grads]}
    used = [g for g in grads if g is not None and g.requires_grad]
    if second and used:
        loss = sum((g * weights(g, k)).sum() for k, g in enumerate(used))
        try: out["second"] = [pack(g) for g in torch.autograd.grad(loss, sources, allow_unused=True)]
        except (RuntimeError, NotImplementedError): pass  # PyTorch has not every gradient
    return out

class Recording:
    def __init__(self): self.cases = []

    def fn(self, name, *args, second=True, seed=None, single=True, **kwargs):
        """F.<name>(*args, **kwargs)"""
        case = {"fn": camel(name), "args": encode(list(args)), "options": {camel(k): encode(v) for k, v in kwargs.items()}}
        made, named = [make(a) for a in args], {k: make(v) for k, v in kwargs.items()}
        if seed is not None: torch.manual_seed(seed); case["rngSeed"] = seed
        try: y = getattr(torch.nn.functional, name, None) or getattr(torch, name); y = y(*made, **named)
        except Exception as e:
            self.cases.append({**case, "error": str(e).split("\n")[0]}); return
        if not single: case["single"] = False
        outputs = tensors(y)
        sources = [t for t in tensors(made) + tensors(list(named.values())) if isinstance(t, torch.Tensor) and t.requires_grad]
        case["outputs"] = [pack(t) for t in outputs]
        case.update(differentiate(outputs, sources, second))
        self.cases.append(case)

    def module(self, name, *args, inputs=(), training=True, steps=1, second=False, forward=None, state=True, single=True, **kwargs):
        """nn.<name>(*args, **kwargs), as it starts from seed 7, then in double precision on the inputs."""
        case = {"module": name, "args": encode(list(args)), "options": {camel(k): encode(v) for k, v in kwargs.items()}}
        torch.manual_seed(7)
        try: m = getattr(torch.nn, name, None) or getattr(torch.nn.modules, name); m = m(*[tuples(make(a)) for a in args], **{k: tuples(make(v)) for k, v in kwargs.items()})
        except Exception as e:
            self.cases.append({**case, "error": str(e).split("\n")[0]}); return
        case["repr"] = repr(m)
        if state and not any(torch.nn.parameter.is_lazy(p) for p in m.state_dict().values()):
            case["state"] = {k: pack(v) for k, v in m.state_dict().items()}
        m.double().train(training)
        if not training: case["training"] = False
        if steps != 1: case["steps"] = steps
        if forward: case["forward"] = {camel(k): encode(v) for k, v in forward.items()}
        case["inputs"] = encode(list(inputs))
        made = [make(i) for i in inputs]
        torch.manual_seed(11)
        try:
            for _ in range(steps): y = m(*made, **{k: make(v) for k, v in (forward or {}).items()})
        except Exception as e:
            self.cases.append({**case, "error": str(e).split("\n")[0]}); return
        if not single: case["single"] = False
        outputs = tensors(y)
        sources = [t for t in tensors(made) if isinstance(t, torch.Tensor) and t.requires_grad] + list(m.parameters())
        case["outputs"] = [pack(t) for t in outputs]
        case.update(differentiate(outputs, sources, second))
        if repr(m) != case["repr"]: case["reprAfter"] = repr(m)
        case["after"] = {k: pack(v) for k, v in m.named_buffers()} if len(list(m.buffers())) else {}
        self.cases.append(case)

    def write(self, path):
        with open(path, "w") as f:
            f.write('{"pytorch": %s, "cases": [\n' % json.dumps(torch.__version__))
            f.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in self.cases) + "\n]}\n")
        print(path, len(self.cases), "cases")
