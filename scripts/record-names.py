# Records the public names of PyTorch by namespace, for docs/coverage.md. Run: python3 scripts/record-names.py > scripts/pytorch-names.json
import inspect, json, sys
import torch
import torch.utils.data
import torch.nn.utils.prune, torch.nn.utils.parametrize, torch.nn.utils.parametrizations, torch.nn.utils.rnn
import torch.optim.swa_utils, torch.optim.lr_scheduler
from torch import nn

assert torch.__version__.startswith("2.6"), torch.__version__

def public(space, kinds=callable, only=None, own=True):
    """Names without an underscore in front, of things of that kind that torch itself defines, `only` those where given."""
    names = []
    for name in only or dir(space):
        if name.startswith("_"): continue
        value = getattr(space, name, None)
        module = getattr(value, "__module__", None)
        if inspect.ismodule(value) or not kinds(value) or value in (inspect, ): continue
        if own and module is not None and not module.startswith("torch"): continue
        names.append(name)
    return sorted(set(names))

def defined(space):
    """What the file itself defines, where it has no list of its own."""
    return [n for n in dir(space) if getattr(getattr(space, n), "__module__", "") == space.__name__ and not n.startswith("_")]

def classes(v): return inspect.isclass(v)
def functions(v): return callable(v) and not inspect.isclass(v)

methods = [n for n in dir(torch.Tensor) if not n.startswith("_")]
spaces = {
    "nn": public(nn, classes),
    "nn.Module": sorted(n for n in dir(nn.Module) if not n.startswith("_") and n not in ("T_destination", "dump_patches", "call_super_init")),
    "nn.functional": public(nn.functional, functions),
    "nn.grad": sorted(defined(nn.grad)),
    "nn.init": sorted(defined(nn.init)),
    "nn.utils": sorted(set(public(nn.utils, functions))),
    "nn.utils.rnn": sorted(nn.utils.rnn.__all__),
    "nn.utils.parametrize": sorted(defined(nn.utils.parametrize)),
    "nn.utils.parametrizations": sorted(nn.utils.parametrizations.__all__),
    "nn.utils.prune": sorted(defined(nn.utils.prune)),
    "Tensor": sorted(methods),
    "torch": public(torch, functions, own=False),
    "linalg": public(torch.linalg, functions, own=False),
    "special": public(torch.special, functions, own=False),
    "optim": public(torch.optim, classes),
    "optim.lr_scheduler": sorted(n for n in torch.optim.lr_scheduler.__all__),
    "optim.swa_utils": sorted(torch.optim.swa_utils.__all__),
    "autograd": sorted(n for n in torch.autograd.__all__),
    "autograd.functional": sorted(torch.autograd.functional.__all__),
    "autograd.graph": sorted(torch.autograd.graph.__all__),
    "func": sorted(n for n in dir(torch.func) if not n.startswith("_")),
    "utils.data": sorted(torch.utils.data.__all__),
}
print("{\n" + ",\n".join(f'  "{k}": {json.dumps(" ".join(v))}' for k, v in spaces.items()) + "\n}")
print({k: len(v) for k, v in spaces.items()}, file=sys.stderr)
