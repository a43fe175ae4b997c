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
    "orthogonalTransposed": draw(lambda t: t.copy_(I.orthogonal_(torch.empty(4, 3).t())), 3, 4),
    "uniformFloat16": draw(lambda t: I.uniform_(t, -0.3, 1.7), 7, dtype=torch.float16),
    "uniformBfloat16": draw(lambda t: I.uniform_(t, -0.3, 1.7), 7, dtype=torch.bfloat16),
    "uniformTransposed": draw(lambda t: t.copy_(I.uniform_(torch.empty(4, 3).t())), 3, 4),
    "uniformSliced": draw(lambda t: t.copy_(I.uniform_(torch.empty(4, 6)[:, ::2].t())), 3, 4),
    "normalFloat16": draw(lambda t: I.normal_(t, 0.3, 1.7), 5, 7, dtype=torch.float16),
    "normalBfloat16": draw(lambda t: I.normal_(t, 0.3, 1.7), 4, 8, dtype=torch.bfloat16),
    "normalTransposed": draw(lambda t: t.copy_(I.normal_(torch.empty(5, 4).t())), 4, 5),
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
def image(*shape): return (torch.arange(torch.Size(shape).numel()).reshape(shape) * 0.37).sin()

def forward(make, *inputs):
    torch.manual_seed(7)
    m = make()
    xs = [x.requires_grad_() if x.is_floating_point() else x for x in inputs]
    y = m(*xs)
    (y * image(*y.shape).reshape(y.shape)).sum().backward() if y.dim() else y.backward()
    return {"shape": list(y.shape), "values": flat(y), "grad": flat(xs[0].grad),
            "grads": {k: flat(p.grad) for k, p in m.named_parameters()}}

labels = torch.tensor([1, 0, 3])
weight = torch.tensor([1.0, 2.0, 0.5, 3.0])
forwards = {
    "linear": forward(lambda: nn.Linear(4, 3), image(2, 5, 4)),
    "conv2d": forward(lambda: nn.Conv2d(2, 4, 3, stride=2, padding=1), image(1, 2, 6, 5)),
    "conv2dSame": forward(lambda: nn.Conv2d(2, 2, (4, 3), padding="same", dilation=2), image(2, 2, 6, 7)),
    "conv2dValid": forward(lambda: nn.Conv2d(2, 2, 3, padding="valid", groups=2), image(2, 6, 7)),
    "conv2dReflect": forward(lambda: nn.Conv2d(1, 2, 3, padding=(1, 2), padding_mode="reflect"), image(1, 1, 4, 5)),
    "conv2dReplicate": forward(lambda: nn.Conv2d(1, 2, 3, padding=(1, 2), padding_mode="replicate"), image(1, 1, 4, 5)),
    "conv2dCircular": forward(lambda: nn.Conv2d(1, 2, 3, padding=(1, 2), padding_mode="circular"), image(1, 1, 4, 5)),
    "conv2dReflectSame": forward(lambda: nn.Conv2d(1, 1, (2, 4), padding="same", padding_mode="reflect"), image(1, 1, 4, 5)),
    "maxPool2d": forward(lambda: nn.MaxPool2d((2, 3), stride=1, padding=1, dilation=1, ceil_mode=True), image(1, 2, 4, 5)),
    "avgPool2d": forward(lambda: nn.AvgPool2d(2, padding=1, count_include_pad=False), image(1, 2, 4, 5)),
    "softmax": forward(lambda: nn.Softmax(dim=1), image(3, 4)),
    "logSoftmax": forward(lambda: nn.LogSoftmax(dim=-1), image(3, 4)),
    "sigmoid": forward(lambda: nn.Sigmoid(), image(3, 4)),
    "tanh": forward(lambda: nn.Tanh(), image(3, 4)),
    "relu": forward(lambda: nn.ReLU(), image(3, 4)),
    "flatten": forward(lambda: nn.Flatten(), image(2, 3, 4)),
    "unflatten": forward(lambda: nn.Unflatten(-1, (2, 2)), image(3, 4)),
    "dropout": forward(lambda: nn.Dropout(0.3), image(4, 5)),
    "dropoutEval": forward(lambda: nn.Dropout(0.3).eval(), image(4, 5)),
    "crossEntropy": forward(lambda: nn.CrossEntropyLoss(), image(3, 4), labels),
    "crossEntropyWeighted": forward(lambda: nn.CrossEntropyLoss(weight=weight, ignore_index=0, label_smoothing=0.1), image(3, 4), labels),
    "nll": forward(lambda: nn.NLLLoss(weight=weight), image(3, 4), labels),
    "nllNone": forward(lambda: nn.NLLLoss(reduction="none"), image(3, 4), labels),
    "mse": forward(lambda: nn.MSELoss(), image(3, 4), torch.zeros(3, 4)),
    "mseSum": forward(lambda: nn.MSELoss(reduction="sum"), image(3, 4), torch.zeros(3, 4)),
    "l1": forward(lambda: nn.L1Loss(), image(3, 4), torch.zeros(3, 4)),
}
print(json.dumps({"pytorch": torch.__version__, "init": init, "layers": layers, "forwards": forwards}))
