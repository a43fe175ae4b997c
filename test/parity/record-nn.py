# Records what nn.init and the constructors of layers draw and print: python3 record-nn.py > nn.json (PyTorch 2.6)
import json, torch
from torch import nn

def flat(t): return [float(v) for v in t.detach().double().flatten()]

def draw(fn, *shape, dtype=torch.float32):
    torch.manual_seed(7)
    t = torch.empty(*shape, dtype=dtype)
    fn(t)
    return {"shape": list(shape), "dtype": str(dtype)[6:], "values": flat(t), "after": float(torch.rand(1, dtype=torch.float64))}

I = nn.init
init = {
    "uniform": draw(I.uniform_, 3, 4),
    "uniformRange": draw(lambda t: I.uniform_(t, -2, 3), 3, 4),
    "uniformDouble": draw(I.uniform_, 5, dtype=torch.float64),
    "normal": draw(lambda t: I.normal_(t, 1, 2), 3, 3),
    "normalBlocks": draw(I.normal_, 5, 7),
    "normalDouble": draw(I.normal_, 4, 5, dtype=torch.float64),
    "constant": draw(lambda t: I.constant_(t, 0.3), 2, 2),
    "ones": draw(I.ones_, 2),
    "zeros": draw(I.zeros_, 2),
    "eye": draw(I.eye_, 2, 3),
    "dirac": draw(lambda t: I.dirac_(t, 2), 4, 3, 3, 2),
    "dirac1d": draw(I.dirac_, 2, 3, 3),
    "xavierUniform": draw(lambda t: I.xavier_uniform_(t, gain=2), 3, 5),
    "xavierNormal": draw(I.xavier_normal_, 3, 5, 2),
    "kaimingUniform": draw(lambda t: I.kaiming_uniform_(t, a=5 ** 0.5), 5, 3),
    "kaimingUniformFanOut": draw(lambda t: I.kaiming_uniform_(t, mode="fan_out", nonlinearity="relu"), 4, 2, 3, 3),
    "kaimingNormal": draw(lambda t: I.kaiming_normal_(t, nonlinearity="relu"), 4, 3),
    "truncNormal": draw(I.trunc_normal_, 4, 5),
    "truncNormalNarrow": draw(lambda t: I.trunc_normal_(t, 0.5, 2, 0, 1), 4, 5),
    "orthogonalTall": draw(I.orthogonal_, 6, 4),
    "orthogonalWide": draw(lambda t: I.orthogonal_(t, gain=2), 3, 2, 4),
    "sparse": draw(lambda t: I.sparse_(t, 0.3, 0.1), 5, 4),
}

def layer(make):
    torch.manual_seed(7)
    m = make()
    return {"state": {k: {"shape": list(v.shape), "values": flat(v)} for k, v in m.state_dict().items()},
            "after": float(torch.rand(1, dtype=torch.float64)), "repr": repr(m)}

class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(1, 1)
        self.register_module("n", None)
        self.s = nn.Sequential(nn.ReLU())
    def extra_repr(self): return "x=1\ny=2"

layers = {
    "linear": layer(lambda: nn.Linear(7, 3)),
    "linearNoBias": layer(lambda: nn.Linear(3, 2, bias=False)),
    "conv2d": layer(lambda: nn.Conv2d(2, 3, (3, 2))),
    "conv2dOptions": layer(lambda: nn.Conv2d(3, 6, (3, 5), stride=2, padding=1, dilation=2, groups=3, bias=False, padding_mode="reflect")),
    "conv2dSame": layer(lambda: nn.Conv2d(1, 2, 3, padding="same")),
    "sequence": layer(lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.ReLU(inplace=True), nn.Sigmoid(), nn.Tanh(), nn.Softmax(dim=1), nn.Softmax(),
        nn.LogSoftmax(dim=-1), nn.Flatten(), nn.Flatten(0, 2), nn.Unflatten(1, (2, 3)), nn.Dropout(), nn.Dropout(0.2, inplace=True), nn.Identity(),
        nn.MaxPool2d(2), nn.MaxPool2d((2, 3), stride=1, padding=1, dilation=2, ceil_mode=True), nn.AvgPool2d(2),
        nn.AvgPool2d((2, 3), stride=(1, 2), padding=1, ceil_mode=True), nn.CrossEntropyLoss(), nn.NLLLoss(), nn.MSELoss(), nn.L1Loss())),
    "moduleList": layer(lambda: nn.ModuleList([nn.Linear(2, 2) for _ in range(3)] + [nn.ReLU()] + [nn.Sequential(nn.Linear(1, 1), nn.ReLU()) for _ in range(2)])),
    "moduleDict": layer(lambda: nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.ReLU()})),
    "parameterList": layer(lambda: nn.ParameterList([torch.zeros(2), nn.Parameter(torch.zeros(2, 3, dtype=torch.float64)), 3, "s"])),
    "parameterDict": layer(lambda: nn.ParameterDict({"b": torch.zeros(2), "a": 3})),
    "extraAndChildren": layer(Both),
    "weightedLoss": layer(lambda: nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0]))),
}
print(json.dumps({"pytorch": torch.__version__, "init": init, "layers": layers}))
