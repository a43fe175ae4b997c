# Writes small files of torch.save (PyTorch 2.6) and safetensors: python3 record-io.py FOLDER
import json, os, sys, torch, collections
from safetensors.torch import save_file

assert torch.__version__.startswith("2.6"), torch.__version__
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
at = lambda name: os.path.join(folder, name)
torch.manual_seed(0)

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.nn.Linear(3, 4)
        self.norm = torch.nn.BatchNorm1d(4)
        self.b = torch.nn.Linear(4, 3, bias=False)
        self.b.weight = torch.nn.Parameter(self.a.weight.detach().t().contiguous())
        self.tied = self.a

net = Net()
torch.save(net.state_dict(), at("module.pt"))
optimizers = {}
for name, options in (("SGD", {"momentum": 0.9}), ("AdamW", {"amsgrad": True}), ("NAdam", {}), ("Adafactor", {}), ("LBFGS", {"max_iter": 2})):
    layer = torch.nn.Linear(3, 2)
    start = {k: v.clone() for k, v in layer.state_dict().items()}
    opt = getattr(torch.optim, name)(layer.parameters(), lr=0.1, **options)
    x = torch.randn(5, 3)
    def closure():
        opt.zero_grad(); loss = layer(x).square().mean(); loss.backward(); return loss
    for _ in range(3): opt.step(closure)
    middle = {"model": collections.OrderedDict((k, v.clone()) for k, v in layer.state_dict().items()), "optimizer": json.loads("null")}
    import copy
    middle["optimizer"] = copy.deepcopy(opt.state_dict())
    for _ in range(3): opt.step(closure)
    optimizers[name] = {"x": x, **middle, "end": {k: v.clone() for k, v in layer.state_dict().items()}}
torch.save(optimizers, at("optimizers.pt"))

sched = torch.optim.lr_scheduler
opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.5)
states = {}
for name, make in (("MultiStepLR", lambda: sched.MultiStepLR(opt, [2, 2, 4])), ("OneCycleLR", lambda: sched.OneCycleLR(opt, 0.5, 10, cycle_momentum=False)), ("ReduceLROnPlateau", lambda: sched.ReduceLROnPlateau(opt))):
    states[name] = make().state_dict()
torch.save(states, at("schedulers.pt"))

base = torch.arange(12, dtype=torch.float32)
values = {
    "base": base, "view": base.view(3, 4).t(), "slice": base[2:9:3], "same": base, "scalar": torch.tensor(2.5, dtype=torch.float64), "empty": torch.zeros(0, 3),
    "int64": torch.tensor([1, -2**40]), "int32": torch.tensor([-7], dtype=torch.int32), "uint8": torch.tensor([255, 0], dtype=torch.uint8), "bool": torch.tensor([True, False]),
    "parameter": torch.nn.Parameter(torch.tensor([1.5])), "frozen": torch.nn.Parameter(torch.tensor([2.5]), requires_grad=False), "leaf": torch.ones(2, requires_grad=True),
    "size": torch.Size([2, 3]), "dtype": torch.float32, "device": torch.device("cpu"), "rng": torch.get_rng_state(),
    "list": [1, [2.5, None], "é"], "tuple": (1, (2, 3, 4, 5), ()), "dict": {"z": 1, 2: "two", (1, 2): True, "__proto__": {"polluted": 1}}, "set": {7}, "bytes": b"ab\xff\x00",
    "counter": collections.Counter("aab"), "ordered": collections.OrderedDict(b=1, a=2), "ints": [0, 255, 256, 65535, 65536, -1, 2**31, 2**53 - 1, 2**53 + 1, -2**70, 2**80],
    "floats": [0.0, -0.0, 1.0, 1e-300, float("inf"), float("-inf")], "long": "x" * 300, "many": [[i] for i in range(300)],
}
torch.save(values, at("values.pt"))
torch.save({"half": torch.tensor([1.5, -2], dtype=torch.float16), "bfloat16": torch.tensor([1.5, -2], dtype=torch.bfloat16), "int8": torch.tensor([-3], dtype=torch.int8), "int16": torch.tensor([-300], dtype=torch.int16)}, at("small-types.pt"))
torch.save({"a": base.view(3, 4).t(), "b": base[2:5], "c": torch.tensor([1, 2]), "d": torch.zeros(0), "p": torch.nn.Parameter(torch.ones(1)), "net": net.state_dict()}, at("legacy.pt"), _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.Linear(2, 2)).save(at("script.pt"))
torch.save(net, at("whole-module.pt"))
torch.save({"c": torch.ones(1, dtype=torch.complex64)}, at("complex.pt"))
save_file({"b": base.view(3, 4), "a": torch.tensor([1, 2]), "é": torch.tensor([True, False, True]), "0": torch.tensor(3, dtype=torch.uint8), "none": torch.zeros(0, 2)}, at("plain.safetensors"), metadata={"format": "pt", "note": "two\nlines"})
save_file({"half": torch.tensor([1.5, -2], dtype=torch.float16), "bfloat16": torch.tensor([1.5, -2], dtype=torch.bfloat16), "int8": torch.tensor([-3], dtype=torch.int8), "int16": torch.tensor([-300], dtype=torch.int16)}, at("small-types.safetensors"))
