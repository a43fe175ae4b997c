# Records what PyTorch 2.6 computes for functions of tensors: python3 record-root.py > test/parity/root.json
# A case is a name and its arguments; keyword arguments become the options object of the function of the same name here.
import json, math, sys, torch

assert torch.__version__.startswith("2.6"), torch.__version__
torch.manual_seed(2)
inf, nan = math.inf, math.nan
F64 = torch.float64

def number(v):
    if isinstance(v, bool): return int(v)
    if isinstance(v, int): return v
    return float(f"{v:.8g}") if math.isfinite(v) else str(v)

def pack(v):
    if isinstance(v, torch.Tensor):
        return {"shape": list(v.shape), "dtype": str(v.dtype)[6:], "values": [x if v.element_size() == 2 and math.isfinite(x) else number(x) for x in v.detach().flatten().tolist()]}
    if isinstance(v, (tuple, list)) and any(isinstance(x, torch.Tensor) for x in v): return [pack(x) for x in v]
    if isinstance(v, float) and not math.isfinite(v): return {"number": str(v)}
    if isinstance(v, torch.dtype): return str(v)[6:]
    return list(v) if isinstance(v, tuple) else v

def leaves(v):
    if isinstance(v, torch.Tensor): return v.clone().requires_grad_() if v.is_floating_point() else v
    if isinstance(v, (tuple, list)): return type(v)(leaves(x) for x in v)
    return v

def flat(v):
    if isinstance(v, torch.Tensor): return [v]
    if isinstance(v, (tuple, list)): return [x for y in v for x in flat(y)]
    return []

def resolve(name):
    fn = torch
    for part in name.split("."): fn = getattr(fn, part)
    return fn

# The gradients that backward begins with: 1, 9/8, ... 14/8, 1, ...
def weights(ts): return [(1 + torch.arange(t.numel()) % 7 / 8).to(t.dtype).reshape(t.shape) for t in ts]

cases = []
def add(name, *args, grad=True, second=False, seed=None, **kwargs):
    fn = resolve(name)
    if seed is not None: torch.manual_seed(seed)
    own = [leaves(a) for a in args] if grad else list(args)
    named = {k: leaves(v) if grad else v for k, v in kwargs.items()}
    entry = {"fn": name, "args": [pack(a) for a in args]}
    try: y = fn(*own, **named)
    except (RuntimeError, IndexError) as error: y, entry["error"] = [], str(error).split("\n")[0]
    else: entry["out"] = pack(y)
    if kwargs: entry["options"] = {k: pack(v) for k, v in kwargs.items()}
    if seed is not None: entry["seed"] = seed
    outs = [o for o in flat(y) if o.requires_grad]
    inputs = [x for x in flat(own) + flat(list(named.values())) if x.requires_grad]
    if outs and inputs:
        try: grads = torch.autograd.grad(outs, inputs, weights(outs), allow_unused=True, create_graph=second)
        except RuntimeError as error: print(name, "has no gradient:", str(error)[:90], file=sys.stderr)
        else:
            entry["grads"] = [None if d is None else pack(d) for d in grads]
            if second:
                try: entry["second"] = [None if d is None else pack(d) for d in torch.autograd.grad(grads, inputs, weights(grads), allow_unused=True)]
                except RuntimeError as error: print(name, "has no second gradient:", str(error)[:90], file=sys.stderr)
    cases.append(entry)

r = lambda *s: torch.randn(*s, dtype=F64)
i = lambda low, high, *s: torch.randint(low, high, s)
pos = lambda *s: torch.rand(*s, dtype=F64) + 0.5
x, y, z, v = r(3, 4), r(3, 4), r(2, 3, 4), r(5)
ties = torch.tensor([[3.0, 1.0, 3.0, 2.0], [0.0, 0.0, nan, 1.0]], dtype=F64)
ints, small = i(-5, 6, 3, 4), i(0, 4, 6)
zeros = torch.tensor([[1.0, 0.0, 3.0], [2.0, 0.0, 0.0]], dtype=F64)

for name in ["cumsum", "cumprod", "logcumsumexp"]:
    for d in (0, -1): add(name, x, d)
    add(name, z, 1)
add("cumprod", zeros, 1); add("cumprod", zeros, 0); add("cumsum", ints, 1); add("cumsum", ints > 0, 0); add("cumprod", ints, 0, dtype=F64)
add("logcumsumexp", torch.tensor([-inf, 1.0, inf, 2.0], dtype=F64), 0, grad=False)
for name in ["cummax", "cummin"]:
    add(name, x, 1); add(name, z, 1); add(name, ints, 0); add(name, ties, 1)
add("diff", x); add("diff", x, n=2, dim=0); add("diff", x, prepend=r(3, 1), append=r(3, 2)); add("diff", ints > 0)
add("trapezoid", x); add("trapezoid", x, dx=0.5, dim=0); add("cumulative_trapezoid", x)
add("logsumexp", x, 1); add("logsumexp", z, [0, 2], keepdim=True); add("logsumexp", torch.tensor([[inf, 1.0], [-inf, -inf]], dtype=F64), 1, grad=False)

for d in (0, 1): add("sort", x, d)
add("sort", x); add("sort", ties, -1, descending=True); add("sort", ties, stable=True, dim=0); add("sort", ints, stable=True, dim=1); add("sort", r(70))
add("argsort", x, 0); add("argsort", x, -1, descending=True); add("msort", x)
add("topk", x, 2); add("topk", x, 2, 0); add("topk", x, 3, 1, largest=False); add("topk", z, 1, 1)
add("kthvalue", x, 2); add("kthvalue", x, 3, 0, keepdim=True); add("median", x); add("median", x, 1); add("median", x, 0, keepdim=True); add("median", ties); add("median", ties, 1)
add("nanmedian", ties); add("nanmedian", ties, 1); add("mode", ints, 1); add("mode", small); add("mode", ties[:1], 1, keepdim=True)
for q in ["linear", "lower", "higher", "midpoint", "nearest"]: add("quantile", x, torch.tensor([0.1, 0.6, 1.0], dtype=F64), 1, interpolation=q, grad=q != "nearest")
add("quantile", x, 0.3); add("quantile", x, 0.5, 0, keepdim=True); add("nanquantile", ties, 0.4, 1); add("quantile", ties, 0.4, 1)
edges = torch.tensor([0.0, 1.0, 1.0, 2.5], dtype=F64)
for right in (False, True):
    add("searchsorted", edges, torch.tensor([[-1.0, 1.0], [3.0, 0.0]], dtype=F64), right=right)
    add("bucketize", torch.tensor([1.0, 2.5, nan, 0.3], dtype=F64), edges, right=right)
add("searchsorted", torch.stack([edges, edges + 1]), torch.tensor([[1.0], [1.0]], dtype=F64), out_int32=True); add("searchsorted", edges, 1.0, side="right")
add("isin", small, torch.tensor([1, 3])); add("isin", small, torch.tensor([1, 3]), invert=True)
add("unique", small); add("unique", small, return_inverse=True, return_counts=True); add("unique", torch.tensor([[1, 2], [0, 3], [1, 2]]), dim=0, return_inverse=True, return_counts=True)
add("unique_consecutive", torch.tensor([1, 1, 2, 2, 2, 1])); add("unique_consecutive", torch.tensor([1, 1, 2]), return_inverse=True, return_counts=True)

add("roll", x, 1); add("roll", x, 2, 1); add("roll", z, (1, -2), (0, 2)); add("rot90", x, 1, [0, 1]); add("rot90", z, -1, [0, 2]); add("rot90", x, 2, [0, 1])
add("fliplr", x); add("flipud", x); add("tile", x, (2,)); add("tile", x, (2, 1, 2)); add("repeat_interleave", x, 2); add("repeat_interleave", x, 2, 1)
add("repeat_interleave", x, torch.tensor([1, 0, 2]), 0); add("repeat_interleave", torch.tensor([2, 0, 1])); add("ravel", x)
add("tensor_split", r(7), 3); add("tensor_split", x, (1, 3), 1); add("hsplit", x, 2); add("vsplit", r(4, 2), 2); add("dsplit", z, [1, 3]); add("split_with_sizes", v, [2, 3])
add("atleast_1d", torch.tensor(2.0)); add("atleast_2d", v); add("atleast_3d", x); add("hstack", [x, y]); add("hstack", [v, v]); add("vstack", [v, v]); add("dstack", [x, y])
add("column_stack", [r(3), x]); add("row_stack", [x, y]); add("block_diag", x, v, torch.tensor(1.0, dtype=F64)); add("broadcast_tensors", r(3, 1), r(4)); add("meshgrid", r(2), r(3), indexing="ij")
add("meshgrid", r(2), r(3), indexing="xy"); add("cartesian_prod", r(2), r(3)); add("combinations", v); add("combinations", v, r=3, with_replacement=True)
for d in (0, 1, -2): add("diag", v, d); add("diag", x, d); add("tril", x, d); add("triu", z, d); add("diagflat", x, d)
add("diag_embed", x); add("diag_embed", z, offset=1, dim1=0, dim2=2); add("trace", r(3, 3)); add("tril_indices", 3, 4, offset=1); add("triu_indices", 3, 3); add("vander", v, N=3); add("vander", v, increasing=True)
add("select_scatter", x, r(4), 0, 1); add("slice_scatter", x, r(3, 2), dim=1, start=1, end=4, step=2); add("diagonal_scatter", x, r(3)); add("take_along_dim", x, i(0, 3, 2, 4), 0); add("take_along_dim", x, i(0, 12, 5))
add("unravel_index", i(0, 12, 5), (3, 4)); add("kron", r(2, 2), r(2, 3)); add("kron", v, r(2, 2)); add("as_strided", x, (2, 2), (1, 2), 1); add("as_strided", v, (3, 2), (1, 1))

index, source = i(0, 3, 2, 4), r(2, 4)
add("scatter", x, 0, index[:1], source); add("scatter", x, 1, torch.tensor([[0, 2], [1, 3]]), source); add("scatter", x, 0, index, 5.0); add("scatter", x, 0, index, source, reduce="add", grad=False)
add("scatter_add", x, 0, index, source)
for how in ["sum", "prod", "mean", "amax", "amin"]:
    for own in (True, False): add("scatter_reduce", x, 0, index, source, how, include_self=own)
add("index_add", x, 0, torch.tensor([0, 2, 0]), y, alpha=2); add("index_copy", x, 1, torch.tensor([3, 0]), r(3, 2)); add("index_fill", x, 1, torch.tensor([1, 3]), 7.0)
for how in ["prod", "mean", "amax", "amin"]: add("index_reduce", x, 0, torch.tensor([0, 2, 0]), y, how, grad=how == "mean")
add("index_put", x, (torch.tensor([0, 2]), torch.tensor([1, 1])), r(2)); add("index_put", x, (torch.tensor([0, 0]), torch.tensor([1, 1])), r(2), accumulate=True)
add("put", x, torch.tensor([0, 5, -1]), r(3)); add("put", x, torch.tensor([0, 5, 0]), r(3), accumulate=True); add("masked_scatter", x, x > 0, y); add("argwhere", ints)

add("nansum", ties); add("nansum", ties, 1); add("nanmean", ties, 1, keepdim=True); add("var_mean", x, 1); add("std_mean", x, [0], correction=0); add("count_nonzero", ints); add("count_nonzero", ints, 1)
add("aminmax", x); add("aminmax", x, dim=1, keepdim=True); add("dist", x, y, 3); add("dist", x, y); add("cov", x); add("cov", x, correction=0, fweights=torch.tensor([1, 2, 1, 3]), aweights=pos(4)); add("corrcoef", x)
add("histc", x, bins=5, min=-1, max=1, grad=False); add("histc", x, bins=4, grad=False); add("histogram", x, 4, range=(-1.0, 1.0), grad=False); add("histogram", x, edges[[0, 1, 3]], grad=False); add("histogram", x, 3, density=True, grad=False)
add("bincount", small); add("bincount", small, weights=pos(6), minlength=8, grad=False); add("renorm", x, 2, 0, 1.0)

a, b = torch.tensor([1.0, -2.0, 0.0, -0.0, 3.0, nan], dtype=F64), torch.tensor([-1.0, 2.0, 1.0, -1.0, 0.5, 1.0], dtype=F64)
for name in ["copysign", "fmax", "fmin", "xlogy", "nextafter", "hypot", "logaddexp", "logaddexp2", "float_power", "ldexp"]:
    add(name, x, y if name not in ("xlogy",) else pos(3, 4), grad=name != "nextafter")
for name in ["copysign", "fmax", "fmin", "heaviside", "nextafter"]: add(name, a, b, grad=False)
add("logaddexp", torch.tensor([inf, -inf, 1.0], dtype=F64), torch.tensor([inf, -inf, -inf], dtype=F64), grad=False)
for name in ["signbit", "sgn", "positive", "sinc", "deg2rad", "rad2deg", "isposinf", "isneginf", "isreal", "angle", "nan_to_num", "absolute", "negative", "fix"]: add(name, a, grad=name in ("sinc", "deg2rad", "rad2deg"))
add("logit", torch.rand(5, dtype=F64)); add("logit", a, eps=0.1, grad=False); add("frexp", x, grad=False); add("gcd", ints, i(1, 9, 3, 4)); add("lcm", ints, i(1, 9, 3, 4)); add("bitwise_left_shift", ints, i(0, 4, 3, 4)); add("bitwise_right_shift", ints, i(0, 3, 3, 4))
for name in ["arccos", "arcsin", "arctan", "arctanh"]: add(name, torch.rand(4, dtype=F64) * 0.9)
for name in ["arccosh"]: add(name, pos(4) + 1)
for name in ["arcsinh", "clip"]: add(name, x, *((-0.5, 0.5) if name == "clip" else ()))
for name in ["multiply", "subtract", "divide", "true_divide", "greater", "greater_equal", "less", "less_equal", "not_equal", "arctan2"]: add(name, x, y)

for eq, ops in [("ij,jk->ik", (x, r(4, 2))), ("ij,jk", (x, r(4, 2))), ("bij,bjk->bik", (z, r(2, 4, 2))), ("ii->i", (r(3, 3),)), ("ii", (r(3, 3),)), ("i,j->ij", (v, r(2))), ("ij->ji", (x,)), ("...ij,...jk->...ik", (z, r(4, 5))), ("ij,ij->", (x, y)), ("bhid,bhjd->bhij", (r(1, 2, 3, 4), r(1, 2, 5, 4))), ("a,ab,b", (r(3), x, r(4))), ("ijk->j", (z,)), ("ij,kj->ik", (r(3, 1), x))]: add("einsum", eq, *ops)
add("tensordot", z, r(3, 4, 2)); add("tensordot", z, r(4, 2), dims=1); add("tensordot", z, r(4, 2), dims=([2], [0])); add("inner", x, r(2, 4)); add("inner", v, v + 1); add("vdot", v, v * 2); add("ger", v, r(2)); add("chain_matmul", x, r(4, 2), r(2, 3))
add("addmv", r(3), x, r(4), beta=0.5, alpha=2); add("addr", r(5, 2), v, r(2)); add("addbmm", r(3, 2), z, r(2, 4, 2), beta=2); add("cross", r(4, 3), r(4, 3), dim=1); add("linalg.cross", r(3, 2), r(3, 2), dim=0)
for p in (2, 1, 3, inf): add("cdist", x, r(2, 4), p=p)

spd = lambda m: m @ m.mT + 3 * torch.eye(m.size(-1), dtype=F64)
sq, batch = r(4, 4) + 3 * torch.eye(4, dtype=F64), r(2, 3, 3) + 3 * torch.eye(3, dtype=F64)
add("linalg.cholesky", spd(r(4, 4))); add("linalg.cholesky", spd(r(2, 3, 3)), upper=True); add("cholesky_solve", r(4, 2), torch.linalg.cholesky(spd(r(4, 4)))); add("cholesky_inverse", torch.linalg.cholesky(spd(r(3, 3))))
for m in (sq, batch): add("linalg.inv", m); add("linalg.det", m); add("linalg.slogdet", m); add("logdet", m); add("linalg.solve", m, r(*m.shape[:-1], 2)); add("linalg.matrix_exp", m); add("linalg.matrix_power", m, 3); add("linalg.matrix_power", m, -2)
add("linalg.solve", sq, r(4)); add("linalg.solve", sq, r(2, 4), left=False); add("linalg.lu", sq); add("linalg.lu", x, grad=False); add("linalg.lu_factor", sq, grad=False)
add("linalg.solve_triangular", sq.tril(), r(4, 2), upper=False); add("linalg.solve_triangular", sq.triu(), r(2, 4), upper=True, left=False); add("linalg.solve_triangular", sq.triu(), r(4, 2), upper=True, unitriangular=True)
add("linalg.qr", r(4, 3)); add("linalg.qr", x); add("linalg.qr", sq); add("linalg.qr", r(4, 2), mode="complete", grad=False); add("linalg.eigvalsh", spd(r(4, 4))); add("linalg.svdvals", x); add("linalg.svdvals", r(2, 4, 3))
add("linalg.pinv", x); add("linalg.pinv", r(4, 2)); add("linalg.matrix_rank", x, grad=False); add("linalg.lstsq", r(5, 3), r(5, 2), grad=False); add("linalg.cond", sq); add("linalg.cond", sq, 1); add("linalg.multi_dot", [x, r(4, 2), r(2, 3)])
for o in ("fro", "nuc", 2, -2, 1, -1, inf, -inf): add("linalg.matrix_norm", x, o); add("linalg.matrix_norm", z, o, dim=(0, 2), keepdim=True)
for o in (2, 1, 3.5, 0, inf, -inf): add("linalg.vector_norm", x, o, grad=o != 0); add("linalg.vector_norm", z, o, dim=1, keepdim=True, grad=o != 0)
add("linalg.norm", x); add("linalg.norm", v, 1); add("linalg.norm", x, "nuc"); add("linalg.norm", z, dim=(1, 2)); add("linalg.vecdot", x, y); add("linalg.diagonal", z, offset=1); add("linalg.tensorinv", r(4, 6, 8, 3), ind=2); add("linalg.tensorsolve", r(2, 3, 6), r(2, 3))

for name in ["lgamma", "digamma", "special.erfcx", "special.ndtr", "special.log_ndtr", "special.i0", "special.i0e", "special.i1", "special.i1e", "special.expit"]: add(name, r(6) * 2)
for name in ["special.entr", "special.ndtri", "erfinv"]: add(name, torch.rand(6, dtype=F64) * 0.98 + 0.01)
for name in ["special.bessel_j0", "special.bessel_j1", "special.modified_bessel_i0", "special.modified_bessel_i1", "special.spherical_bessel_j0", "special.airy_ai"]: add(name, r(6) * 2, grad=False)
for name in ["special.bessel_y0", "special.bessel_y1", "special.modified_bessel_k0", "special.modified_bessel_k1", "special.scaled_modified_bessel_k0", "special.scaled_modified_bessel_k1"]: add(name, pos(6) * 3, grad=False)
add("polygamma", 1, pos(4)); add("polygamma", 3, pos(4)); add("mvlgamma", pos(4) + 3, 2); add("igamma", pos(5), pos(5)); add("igammac", pos(5), pos(5)) if False else add("igammac", pos(5), pos(5), grad=False); add("special.zeta", pos(4) + 1.5, pos(4), grad=False); add("special.xlog1py", r(4), pos(4))
for name in ["chebyshev_polynomial_t", "chebyshev_polynomial_u", "hermite_polynomial_h", "hermite_polynomial_he", "laguerre_polynomial_l", "legendre_polynomial_p"]: add("special." + name, torch.rand(5, dtype=F64), torch.arange(5, dtype=F64), grad=False)

w = torch.rand(2, 6)
add("multinomial", w, 1, seed=3, grad=False); add("multinomial", w, 4, seed=4, grad=False); add("multinomial", w[0], 9, seed=5, replacement=True, grad=False); add("poisson", torch.tensor([0.0, 0.5, 4.0, 12.0, 100.0]), seed=6, grad=False)

for name in ["hann_window", "hamming_window", "blackman_window", "bartlett_window", "kaiser_window"]:
    for n in (0, 1, 2, 7): add(name, n, dtype=F64)
    add(name, 6, periodic=False, dtype=F64)
add("kaiser_window", 5, beta=4.0, periodic=True)
for edge in (1, 2): add("gradient", x, edge_order=edge); add("gradient", v, spacing=0.5, edge_order=edge)
add("gradient", z, dim=1, spacing=2.0); add("gradient", x, dim=(0, 1), spacing=(0.5, 2.0)); add("gradient", v, spacing=(torch.tensor([0.0, 1.0, 1.5, 4.0, 5.0], dtype=F64),), edge_order=2)
add("gradient", x, dim=1, spacing=(torch.tensor([0.0, 1.0, 1.5, 4.0], dtype=F64),))
add("logspace", -1, 2, 4, dtype=F64); add("logspace", 0, 3, 5, base=2, dtype=torch.int64); add("scalar_tensor", 3); add("range", 1, 4); add("range", 0.5, 3.0, 0.5)
add("nonzero", zeros, as_tuple=True); add("nonzero_static", zeros, size=2); add("nonzero_static", zeros, size=5, fill_value=-7)
# PyTorch keeps the gradient of the base where it is overwritten, and drops it elsewhere.
add("as_strided_scatter", x, r(2, 2), (2, 2), (1, 2), grad=False); add("as_strided_scatter", x, r(2, 2), (2, 2), (4, 1), 1, grad=False)
add("linalg.lu_factor", sq); add("linalg.lu_factor", x); add("linalg.lu_factor", r(4, 3)); add("linalg.lu", x); add("linalg.lu", r(4, 3)); add("linalg.lu_factor", batch)
add("lu_solve", r(4, 2), *torch.linalg.lu_factor(sq)); add("lu_unpack", *torch.linalg.lu_factor(x), grad=False); add("linalg.cholesky_ex", spd(r(3, 3)));
add("linalg.inv_ex", batch); add("linalg.solve_ex", sq, r(4, 2)); add("triangular_solve", r(4, 2), sq); add("triangular_solve", r(4, 2), sq, upper=False, unitriangular=True); add("triangular_solve", r(4, 2), sq, transpose=True)
add("conj", x); add("real", x); add("narrow_copy", x, 1, 1, 2); add("fill", x, 2.0)

for m in (r(4, 3), x, sq, batch, r(2, 4, 2), torch.tensor([[-1.0, 2.0, 1.0], [0.0, 3.0, 0.0], [0.0, 0.0, -2.0]], dtype=F64)): add("geqrf", m, grad=False)
for m in (r(4, 3), r(2, 4, 4)):
    for t in (False, True): add("ormqr", *torch.geqrf(m), r(*m.shape[:-1], 2), transpose=t); add("ormqr", *torch.geqrf(m), r(*m.shape[:-2], 3, 4), left=False, transpose=t)
add("ormqr", r(4, 3), r(2), r(4, 2)); add("linalg.householder_product", r(4, 3), r(2)); add("linalg.householder_product", r(2, 4, 3), r(2, 3))
indefinite = lambda m: (m + m.mT) * (1 - torch.eye(m.size(-1), dtype=F64) * (torch.arange(m.size(-1)) < 3))
for m in (spd(r(4, 4)), indefinite(r(3, 3)), indefinite(r(5, 5)), indefinite(r(2, 6, 6)), indefinite(r(7, 7)), torch.diag(torch.tensor([0.0, 2.0, 0.0], dtype=F64))):
    add("linalg.ldl_factor_ex", m, grad=False); add("linalg.ldl_solve", *torch.linalg.ldl_factor_ex(m)[:2], r(*m.shape[:-1], 2), grad=False)
add("linalg.ldl_factor", indefinite(r(4, 4)), hermitian=True, grad=False); add("linalg.ldl_solve", *torch.linalg.ldl_factor(spd(r(4, 4))), r(3, 4, 2), hermitian=True, grad=False)

add("binomial", torch.tensor([10.0, 100, 5, 20, 0, 3, 4, 1000]), torch.tensor([0.3, 0.5, 0.9, 0.7, 0.5, 0, 1, 0.001]), seed=7, grad=False); add("binomial", torch.full((4, 5), 60.0, dtype=F64), torch.rand(5, dtype=F64), seed=8, grad=False)
points = torch.tensor([[0.0, 1.0], [1.0, 0.0], [2.0, 0.0], [2.0, 2.0]], dtype=F64)
add("histogramdd", points, [3, 3], weight=torch.tensor([1.0, 2.0, 4.0, 8.0], dtype=F64), grad=False); add("histogramdd", points, [2, 3], range=[0.0, 1.0, 0.0, 1.0], density=True, grad=False); add("histogramdd", points, 2, grad=False); add("histogramdd", torch.ones(4, 1), 2, grad=False)
add("histogramdd", points, (torch.tensor([0.0, 1.0, 2.0], dtype=F64), torch.tensor([0.0, 0.5, 3.0], dtype=F64)), grad=False); add("histogramdd", r(2, 20, 3), [2, 3, 4], density=True, grad=False); add("histogramdd", torch.zeros(0, 2), [2, 1], grad=False); add("histogram", torch.ones(3), 3, grad=False); add("histogram", x, 3, range=(1.0, 1.0), weight=pos(3, 4), grad=False)

rows, per = r(6, 2), torch.tensor([[1, 1, 2], [0, 4, 0], [4, 0, 0]])
for how in ["sum", "mean", "max", "min", "prod"]:
    for first in (None, 0.25): add("segment_reduce", rows, how, lengths=torch.tensor([2, 0, 4]), initial=first); add("segment_reduce", x, how, lengths=per, axis=1, initial=first)
    add("segment_reduce", rows, how, offsets=torch.tensor([1, 2, 5], dtype=torch.int32)); add("segment_reduce", rows, how, lengths=torch.tensor([2, 1]), unsafe=True); add("segment_reduce", torch.tensor([1.0, 2, 0, 0, 3, 0, 2, 2], dtype=F64), how, lengths=torch.tensor([2, 2, 2, 2]), initial=2.0)

for o in ("nuc", "fro", 2, -1, inf, 0, -2.5):
    for d in ((0, 1), (2, 0), (-1, -2)) if o not in (0, -2.5) else (0, (-1,)):
        for m in (z, r(3, 0, 3), torch.zeros(3, 3, 3, dtype=F64)): add("linalg.norm", m, o, d, keepdim=m is z) if not (m.numel() == 0 and (o in (2, -1, inf))) else None

twice = lambda name, *args, **kwargs: add(name, *args, second=True, **kwargs)
t = lambda *v: torch.tensor(v, dtype=F64)
low = lambda m: m @ m.mT
for m in (sq + sq.mT, low(r(4, 2)), batch + batch.mT, r(3, 3), torch.eye(3, dtype=F64)): twice("linalg.pinv", m, hermitian=True, rtol=1e-5)
for m in (r(4, 2) @ r(2, 3), torch.eye(3, dtype=F64)): twice("linalg.pinv", m, rtol=1e-5)
for a, b in ((r(5, 3), r(5, 2)), (r(3, 5), r(3, 2)), (r(2, 5, 3), r(2, 5, 2))): add("linalg.lstsq", a, b); add("linalg.lstsq", a, b, driver="gels")
add("linalg.slogdet", sq); add("linalg.slogdet", batch)
for m in (sq, batch, t([1, 2], [2, 4]), t([1, 2, 3], [2, 4, 6], [1, 0, 1]), t([1, 2, 3], [2, 4, 6], [3, 6, 9]), t([0, 1], [0, 0]), t([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9])): twice("linalg.det", m)
for m in (t(0.5, -1, 2, nan, 1), t(1, inf, 2, 3), t(-inf, 1, 2), t(-inf, -inf, 1, 0), t(1, -inf, 2), t(inf, -inf, 1), t(1, inf, inf), t(800, -800, 900, 0), t(-1000, -1001, -2000), x): twice("logcumsumexp", m, 0)
holes, others = x.clone(), y.clone()
holes[0, 0] = holes[1, 1] = others[0, 0] = others[2, 1] = others[1, 2] = 0
fits = torch.tensor([[0, 2, 1, 0], [1, 1, 0, 2], [0, 0, 1, 2]])
for own in (True, False):
    for m, n in ((x, y), (holes, others), (x.round(), y.round())):
        twice("scatter_reduce", m, 0, fits, n, "prod", include_self=own); twice("index_reduce", m, 0, torch.tensor([0, 2, 0]), n, "prod", include_self=own)
        for how in ("mean", "amax", "amin"): add("scatter_reduce", m, 0, fits, n, how, include_self=own); add("index_reduce", m, 1, torch.tensor([0, 2, 0, 1]), n, how, include_self=own)
for m in (t(2, 3, 4), t(0, 3, 4), t(0, 0, 4)): twice("prod", m)
twice("prod", zeros * x[:2, :3], 1); twice("prod", zeros * x[:2, :3], 0); twice("prod", holes)

cube, matrix = r(2, 3, 4), r(3, 4)
for o in ("fro", "nuc", 2, inf):
    for kept in (False, True):
        for d in (None, 0, (0, 1), (-1, 0), (0, 1, 2)): add("norm", cube, o, d, keepdim=kept)
        add("norm", matrix, o, keepdim=kept)
for m in (matrix[0], ints, x.half()): add("norm", m, "nuc", grad=False)
for dtype in (F64, torch.float16, torch.int64):
    for name in ("norm", "linalg.norm", "linalg.vector_norm", "linalg.matrix_norm"): add(name, matrix.float(), dtype=dtype, grad=False)
add("norm", matrix, "two"); add("norm", matrix[0, 0]); add("norm", matrix.float(), "nuc", dtype=F64, grad=False)
for dtype in (torch.float16, torch.bfloat16):
    large = torch.full((2, 2), 300.0, dtype=dtype)
    for o in (0, 1, 2, 3, -2, 0.5, inf):
        for name, given in (("norm", [o]), ("norm", [o, 1]), ("dist", [-large, o]), ("linalg.vector_norm", [o])): add(name, large, *given, grad=False)

wide = r(3, 2, 3)
add("cross", wide, wide.cos()); add("cross", wide, wide.cos(), dim=-1); add("linalg.cross", wide, wide.cos()); add("linalg.cross", wide, wide.cos(), dim=0); add("cross", ints[:, :1], ints[:, 1:2])
for a, b in ((cube[:, :2], cube[:, :2]), (r(3, 2), r(1, 2)), (r(3), r(4, 3)), (r(3), r(3).float()), (r(3) > 0, r(3) > 0), (r(2, 2), r(2, 2))): add("cross", a, b, grad=False)
for a, b in ((r(1, 3), r(4, 3)), (r(3, 2), r(3, 2)), (r(3), r(4, 3))): add("linalg.cross", a, b, grad=False)
for m in (v, v[:2].float(), small, small.byte(), small > 1, v.half(), r(2, 3), v[0], v[:0]):
    for n in (None, 0, 3, -1): add("vander", m, N=n, grad=False); add("linalg.vander", m, N=n, grad=False)
add("nn.functional.multilabel_soft_margin_loss", x, ints[0] > 0); add("nn.functional.multilabel_soft_margin_loss", x, pos(2, 3, 4), weight=pos(4)); add("nn.functional.multilabel_soft_margin_loss", v, pos(5), reduction="none")
quarters = {kind: (torch.tensor([[0.25, 0.5], [0.75, 1.0]]) * (1 if kind.is_floating_point else 4)).to(kind) for kind in (torch.float32, F64, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool)}
for name, args in [("huber_loss", {}), ("mse_loss", {}), ("l1_loss", {}), ("smooth_l1_loss", {}), ("soft_margin_loss", {}), ("binary_cross_entropy_with_logits", {}), ("poisson_nll_loss", {"full": True}), ("kl_div", {"reduction": "sum"}), ("hinge_embedding_loss", {}), ("cosine_similarity", {})]:
    for m, a in quarters.items():
        for n, b in quarters.items():
            # What is said of masks differs, and so does what halves lose in the middle of a logarithm.
            words = torch.bool in (m, n) and name in ("soft_margin_loss", "binary_cross_entropy_with_logits", "poisson_nll_loss", "hinge_embedding_loss")
            rounds = 2 in (a.element_size(), b.element_size()) and name in ("binary_cross_entropy_with_logits", "poisson_nll_loss", "cosine_similarity")
            if m != n and (m.is_floating_point or n.is_floating_point) and not words and not rounds: add("nn.functional." + name, a, b, grad=False, **args)
for kind in (torch.int64, torch.int32, torch.uint8, torch.bool):
    m = ints[None].abs().to(kind)
    add("nn.functional.local_response_norm", m, 2, alpha=0.5, k=2.0); add("nn.functional.local_response_norm", m[..., None], 3)
    add("nn.functional.unfold", m, 2, padding=1); add("nn.functional.fold", m[0], (2, 4), (1, 3))

# PyTorch has a second gradient where the rank is one too small.
add("linalg.det", r(4, 2) @ r(2, 4))
for m in (r(5, 4) @ r(4, 5), torch.stack([r(3, 3), r(3, 2) @ r(2, 3)])): twice("linalg.det", m)
add("linalg.slogdet", t([1, 2], [2, 4])); add("linalg.slogdet", torch.stack([t([1, 2], [2, 4]), t([3, 1], [1, 2])]))
huge = t(30, -47.5, 1e3, -12345.5, 1e6)
for name in ("j0", "j1", "y0", "y1"): add("special.bessel_" + name, huge.abs() if name[0] == "y" else huge, grad=False)
# As the vectors have it; single elements of some keep the gradient of NaN.
extremes = torch.tensor([[nan], [inf], [-inf], [0.5], [-0.5], [1.0]]).expand(6, 64)
for name in ("hardshrink", "softshrink", "hardtanh", "relu6", "relu", "celu", "elu", "selu", "leaky_relu", "hardsigmoid", "softplus", "gelu", "tanhshrink", "logsigmoid"): add("nn.functional." + name, extremes)
add("nn.functional.threshold", extremes, 0.5, -1.0)
for name in ("maximum", "minimum", "fmax", "fmin"): add(name, extremes[:, 0], torch.zeros(6)); add(name, extremes[:, 0], extremes[:, 0].flip(0))
for name in ("smooth_l1_loss", "huber_loss", "l1_loss", "mse_loss"): add("nn.functional." + name, extremes[:, 0], torch.zeros(6), reduction="none")
for how in ("max", "min", "sum", "mean"): add("segment_reduce", t(1, nan, 2, 3, 3, nan, nan), how, lengths=torch.tensor([2, 3, 2])); add("segment_reduce", t(1, 2, 2), how, lengths=torch.tensor([3]), initial=2.0)

print('{"version": "%s", "cases": [\n%s\n]}' % (torch.__version__, ",\n".join(json.dumps(c) for c in cases)))
