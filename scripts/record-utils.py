# Records what torch.nn.utils does to modules: PYTHONPATH=scripts python3 record-utils.py > test/parity/utils.json
import warnings; warnings.simplefilter("ignore")
import oracle
from oracle import *
from torch.nn import utils
from torch.nn.utils import prune, parametrize, parametrizations as P

out = {}
def say(*values):
    return [v if isinstance(v, (str, bool, int)) else [str(x) for x in v] if isinstance(v, list) and all(isinstance(x, str) for x in v) else pack(v) for v in values]
def scenario(fn):
    torch.manual_seed(11)
    try: out[fn.__name__.rstrip("_")] = say(*fn())
    except Exception as e: out[fn.__name__] = ["error", str(e).split("\n")[0]]
def keys(m): return list(m.state_dict().keys())
def wave(*shape): return (torch.arange(torch.Size(shape).numel()).reshape(shape) * 0.37).sin()
def graded(m, y):
    (y * wave(*y.shape)).sum().backward()
    return [p.grad for p in m.parameters()]

@scenario
def clipNorms():
    ps = [torch.nn.Parameter(torch.zeros(2, 3)), torch.nn.Parameter(torch.zeros(4)), torch.nn.Parameter(torch.zeros(1))]
    ps[0].grad, ps[1].grad = wave(2, 3) * 3, wave(4)
    grads = [p.grad for p in ps if p.grad is not None]
    first = [utils.get_total_norm(grads), utils.get_total_norm(grads, norm_type=1.0), utils.get_total_norm(grads, norm_type=math.inf)]
    total = utils.clip_grad_norm_(ps, 1.5)
    after = [ps[0].grad.clone(), ps[1].grad.clone()]
    utils.clip_grads_with_norm_(ps, 0.5, torch.tensor(2.0)); utils.clip_grad_value_(ps, 0.1)
    return first + [total] + after + [ps[0].grad, ps[1].grad]
def bn_of(make, n):
    bn = make(n); bn.running_mean.copy_(wave(n)); bn.running_var.copy_(wave(n) + 1.5); bn.weight.data.copy_(wave(n) + 1); bn.bias.data.copy_(wave(n) * 2)
    return bn.eval()
@scenario
def fuseConv():
    m = utils.fuse_conv_bn_eval(nn.Conv2d(2, 3, 2, bias=False).eval(), bn_of(nn.BatchNorm2d, 3))
    return [m.weight, m.bias, repr(m), m(wave(1, 2, 3, 3))]
@scenario
def fuseTransposed():
    m = utils.fuse_conv_bn_eval(nn.ConvTranspose1d(2, 3, 2).eval(), bn_of(nn.BatchNorm1d, 3), transpose=True)
    return [m.weight, m.bias]
@scenario
def fuseLinear():
    m = utils.fuse_linear_bn_eval(nn.Linear(4, 3).eval(), bn_of(nn.BatchNorm1d, 3))
    return [m.weight, m.bias]
for i, (name, make, kw, x) in enumerate([("weightNorm", lambda: nn.Linear(4, 3), {}, (2, 4)), ("weightNormDim", lambda: nn.Conv1d(2, 3, 2), {"dim": 1}, (1, 2, 4)), ("weightNormWhole", lambda: nn.Linear(4, 3), {"dim": None}, (2, 4))]):
    def run():
        m = utils.weight_norm(make(), **kw)
        y = m(wave(*x)); grads = graded(m, y); ks = keys(m)
        utils.remove_weight_norm(m)
        return [y, *grads, ks, keys(m), m.weight, m(wave(*x))]
    run.__name__ = name; scenario(run)
    def run():
        m = P.weight_norm(make(), **kw)
        y = m(wave(*x)); grads = graded(m, y); ks = keys(m)
        return [repr(m), y, *grads, ks, m.parametrizations.weight.original0]
    run.__name__ = "parametrized" + name[0].upper() + name[1:]; scenario(run)
for name, make, kw, x in [("spectralNorm", lambda: nn.Linear(4, 3), {}, (2, 4)), ("spectralNormConv", lambda: nn.Conv2d(2, 3, 2), {"n_power_iterations": 2}, (1, 2, 3, 3)), ("spectralNormTransposed", lambda: nn.ConvTranspose1d(2, 3, 2), {"eps": 1e-6}, (1, 2, 4))]:
    def run():
        m = utils.spectral_norm(make(), **kw)
        m(wave(*x)); y = m(wave(*x)); grads = graded(m, y); ks = keys(m); u = m.weight_u.clone()
        z = m.eval()(wave(*x))
        utils.remove_spectral_norm(m)
        return [y, *grads, ks, u, z, keys(m), m.weight]
    run.__name__ = name; scenario(run)
    def run():
        m = P.spectral_norm(make(), **kw)
        m(wave(*x)); y = m(wave(*x)); grads = graded(m, y); ks = keys(m)
        z = m.eval()(wave(*x))
        parametrize.remove_parametrizations(m, "weight")
        return [y, *grads, ks, z, keys(m), m.weight, repr(m)]
    run.__name__ = "parametrized" + name[0].upper() + name[1:]; scenario(run)
for map in ("matrix_exp", "cayley", "householder"):
    for kind, shape in [("Square", (3, 3)), ("Tall", (2, 4)), ("Wide", (4, 2))]:
        for trivial in (True, False):
            if map == "householder" and not trivial and kind == "Square": continue
            def run():
                m = P.orthogonal(nn.Linear(*shape, bias=False), orthogonal_map=map, use_trivialization=trivial)
                with torch.no_grad(): m.parametrizations.weight.original.add_(0.3 * wave(*m.parametrizations.weight.original.shape) * (1 if map != "householder" else 0.01))
                # The base of a matrix that is not square is drawn, and only unique up to signs of factors.
                w = m.weight; grads = graded(m, w)
                return [keys(m), w, *grads]
            run.__name__ = "orthogonal_" + map + kind + ("" if trivial else "Plain"); scenario(run)
class Twice(nn.Module):
    def forward(self, x): return x * 2
    def right_inverse(self, x): return x / 2
class Plus(nn.Module):
    def forward(self, x): return x + 1
@scenario
def parametrizeOnce():
    m = parametrize.register_parametrization(nn.Linear(2, 3), "weight", Twice())
    parametrize.register_parametrization(m, "weight", Plus()); parametrize.register_parametrization(m, "bias", Twice())
    y = m(wave(1, 2)); grads = graded(m, y); r0, ks = repr(m), keys(m)
    flags = [parametrize.is_parametrized(m), parametrize.is_parametrized(m, "weight"), parametrize.is_parametrized(m, "x")]
    m.bias = torch.tensor([2.0, 4.0, 6.0]); b = m.parametrizations.bias.original.clone()
    t = parametrize.type_before_parametrizations(m).__name__
    parametrize.remove_parametrizations(m, "weight", leave_parametrized=False); parametrize.remove_parametrizations(m, "bias")
    return [y, *grads, r0, ks, *flags, b, t, keys(m), m.weight, m.bias, repr(m)]
for name, make in [("pruneIdentity", lambda m: prune.identity(m, "weight")), ("pruneRandom", lambda m: prune.random_unstructured(m, "weight", 0.4)), ("pruneRandomCount", lambda m: prune.random_unstructured(m, "weight", 3)),
                   ("pruneL1", lambda m: prune.l1_unstructured(m, "weight", 0.3)), ("pruneL1Scores", lambda m: prune.l1_unstructured(m, "weight", 5, importance_scores=wave(4, 5))), ("pruneRandomStructured", lambda m: prune.random_structured(m, "weight", 2, 1)),
                   ("pruneLn", lambda m: prune.ln_structured(m, "weight", 0.5, 2, 0)), ("pruneLnInf", lambda m: prune.ln_structured(m, "weight", 2, math.inf, 1)), ("pruneMask", lambda m: prune.custom_from_mask(m, "weight", (wave(4, 5) > 0))),
                   ("pruneTwice", lambda m: prune.l1_unstructured(prune.l1_unstructured(m, "weight", 0.3), "weight", 0.5)), ("pruneStructuredTwice", lambda m: prune.ln_structured(prune.l1_unstructured(prune.ln_structured(m, "weight", 1, 1, 0), "weight", 4), "weight", 0.4, 2, 1))]:
    def run():
        m = make(nn.Linear(5, 4))
        y = m(wave(2, 5)); grads = graded(m, y); ks = keys(m); mask = m.weight_mask.clone(); was = prune.is_pruned(m)
        prune.remove(m, "weight")
        return [mask, y, *grads, ks, was, keys(m), m.weight, prune.is_pruned(m)]
    run.__name__ = name; scenario(run)
@scenario
def pruneGlobal():
    m = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    prune.global_unstructured([(m[0], "weight"), (m[1], "weight"), (m[0], "bias")], pruning_method=prune.L1Unstructured, amount=0.4)
    return [m[0].weight_mask, m[1].weight_mask, m[0].bias_mask, keys(m), m(wave(1, 3))]
@scenario
def functionalCall():
    m = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    y = torch.func.functional_call(m, {"0.weight": wave(2, 3), "1.running_mean": wave(2)}, (wave(4, 3),))
    return [y, m.eval()(wave(4, 3)), torch.func.functional_call(m, ({"0.bias": wave(2)}, {"1.weight": wave(2)}), wave(4, 3))]
@scenario
def stacked():
    ps, bs = torch.func.stack_module_state([nn.BatchNorm1d(2), nn.BatchNorm1d(2)])
    return [list(ps.keys()), list(bs.keys()), ps["weight"], bs["running_var"], ps["weight"].requires_grad]
@scenario
def vectors():
    m = nn.Linear(2, 2); v = utils.parameters_to_vector(m.parameters())
    utils.vector_to_parameters(wave(6), m.parameters())
    return [v, m.weight, m.bias]
@scenario
def skipInit():
    m = utils.skip_init(nn.Linear, 2, 3)
    return [repr(m), torch.rand(2)]
print("{\n" + ",\n".join(json.dumps(k) + ":" + json.dumps(v, separators=(",", ":")) for k, v in out.items()) + "\n}")
print(len(out), [k for k, v in out.items() if v[0] == "error"], file=sys.stderr)
