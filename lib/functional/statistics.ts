// Statistics beside the plain reductions: sums without NaN, pairs of moments, covariance, counts, distances.
import { nameNode, recordRefusal } from '../autograd/record.ts';
import { checkDtype, isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import { write } from '../native/storage.ts';
import { fillElements } from '../tensor/create.ts';
import { wrapDims } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, Tensor } from '../tensor/tensor.ts';
import { byPosition, integer, isNamed, type Named, numberOrOption, optionalTensor, withDim } from './arguments.ts';
import { div, mul, ne, sub } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { scatterAdd } from './indexing.ts';
import { matmul } from './matmul.ts';
import {
  amax,
  amin,
  type Dims,
  mean,
  type ReduceOptions,
  type SumOptions,
  std,
  sum,
  type VarOptions,
  variance,
} from './reduce.ts';
import { clamp, where } from './select.ts';
import { isnan, logicalNot } from './unary.ts';
import { normOver } from './vector-norm.ts';
import { reshape, squeeze, transpose } from './views.ts';

function withoutNan(x: Tensor): Tensor {
  return isFloat(x.dtype) ? where(isnan(x), 0, x) : x;
}

/**
 * The sum over `dims`, NaN counting as 0. @source torch.nansum
 * @example nansum(tensor([1, NaN, 2.5])); // tensor(3.5000)
 */
export function nansum(x: Tensor, dims: Dims | Named<SumOptions, Dims> = null, options: SumOptions = {}): Tensor {
  if (isNamed(dims)) return nansum(x, ...byPosition(dims, options));
  checkOptions('nansum', options, ['keepdim', 'dtype']);
  const { dtype } = options;
  if (isFloat(checkTensor('nansum', 'input', x).dtype) && dtype && !isFloat(checkDtype('nansum', dtype))) {
    throw new DtypeError(`"nansum_cpu" not implemented for '${scalarName(dtype)}'`);
  }
  return nameNode('nansum', sum(withoutNan(x), dims, options));
}

/**
 * The mean over `dims` of what is not NaN. @source torch.nanmean
 * @example nanmean(tensor([1, NaN, 2.5])); // tensor(1.7500)
 */
export function nanmean(x: Tensor, dims: Dims | Named<SumOptions, Dims> = null, options: SumOptions = {}): Tensor {
  if (isNamed(dims)) return nanmean(x, ...byPosition(dims, options));
  checkOptions('nanmean', options, ['keepdim', 'dtype']);
  if (!isFloat(checkTensor('nanmean', 'input', x).dtype)) {
    throw new DtypeError(`nanmean(): expected input to have floating point or complex dtype but got ${x.dtype}`);
  }
  const total = nansum(x, dims, options);
  const count = sum(logicalNot(isnan(x.detach())), dims, { keepdim: options.keepdim ?? false });
  return div(total, count);
}

/**
 * Variance and mean over `dims`. @source torch.var_mean
 * @example varMean(tensor([1, 2, 4.5])); // [tensor(3.2500), tensor(2.5000)]
 */
export function varMean(
  x: Tensor,
  dims: Dims | Named<VarOptions, Dims> = null,
  options: VarOptions = {},
): [variance: Tensor, mean: Tensor] {
  if (isNamed(dims)) return varMean(x, ...byPosition(dims, options));
  checkTensor('varMean', 'input', x);
  return [variance(x, dims, options), mean(x, dims, { keepdim: options.keepdim ?? false })];
}

/**
 * Standard deviation and mean over `dims`. @source torch.std_mean
 * @example stdMean(tensor([1, 2, 4.5])); // [tensor(1.8028), tensor(2.5000)]
 */
export function stdMean(
  x: Tensor,
  dims: Dims | Named<VarOptions, Dims> = null,
  options: VarOptions = {},
): [std: Tensor, mean: Tensor] {
  if (isNamed(dims)) return stdMean(x, ...byPosition(dims, options));
  checkTensor('stdMean', 'input', x);
  return [std(x, dims, options), mean(x, dims, { keepdim: options.keepdim ?? false })];
}

/**
 * How many elements over `dims` are not 0. @returns int64 @source torch.count_nonzero
 * @example countNonzero(tensor([[1, 0], [2, 3]]), 1); // tensor([1, 2])
 */
export function countNonzero(x: Tensor, dims?: Dims | { dim?: Dims }): Tensor {
  const { dim = null } = withDim<Dims, object>('countNonzero', dims, {}, []);
  return sum(ne(checkTensor('countNonzero', 'input', x).detach(), 0), dim);
}

/**
 * Smallest and largest element, over all or along `dim`. @source torch.aminmax
 * @example aminmax(tensor([3, 1, 2])); // {min: tensor(1), max: tensor(3)}
 */
export function aminmax(
  x: Tensor,
  options: ReduceOptions & { dim?: number | null } = {},
): { min: Tensor; max: Tensor } {
  checkTensor('aminmax', 'input', x);
  checkOptions('aminmax', options, ['dim', 'keepdim']);
  const { dim = null, keepdim = false } = options;
  const at = x.detach();
  const [min, max] = [amin(at, dim, { keepdim }), amax(at, dim, { keepdim })];
  recordRefusal('aminmax', [x], [min, max], 'derivative for aten::aminmax is not implemented');
  return { min, max };
}

/**
 * The norm of order `p` of x - y. @source torch.dist
 * @example dist(tensor([3, 4.5]), tensor([0, 0.5])); // tensor(5.)
 */
export function dist(x: Tensor, y: Tensor, p: number | { p?: number } = 2): Tensor {
  checkTensor('dist', 'input', x);
  checkTensor('dist', 'other', y);
  return nameNode('dist', normOver(sub(x, y), { p: numberOrOption('dist', 'p', p, 2, { integer: false }) }));
}

/** Options of {@link cov}. */
export interface CovOptions {
  /** Difference between the number of observations and the divisor. Default 1. */
  correction?: number;
  /** How often each observation counts: integers (observations), or null. */
  fweights?: Tensor | null;
  /** Weight of each observation: (observations), or null. */
  aweights?: Tensor | null;
}

/**
 * Covariances of variables in rows, observed in columns. @source torch.cov
 * @example cov(tensor([[0, 1, 2], [2, 1, 0.5]])); // tensor([[1.0000, -0.7500], [-0.7500, 0.5833]])
 */
export function cov(x: Tensor, options: CovOptions = {}): Tensor {
  checkOptions('cov', options, ['correction', 'fweights', 'aweights']);
  const { correction = 1, fweights = null, aweights = null } = options;
  if (checkTensor('cov', 'input', x).ndim > 2) {
    throw new ShapeError(
      `cov(): expected input to have two or fewer dimensions but got an input with ${x.ndim} dimensions`,
    );
  }
  if (x.dtype === 'bool') throw new DtypeError('cov(): bool dtype is not supported for input');
  const rows = x.ndim < 2 ? reshape(x, [1, -1]) : x;
  const n = rows.shape[1] ?? 0;
  checkObservations('fweights', fweights, n);
  checkObservations('aweights', aweights, n);
  const w = fweights === null || aweights === null ? (fweights ?? aweights) : mul(fweights, aweights);
  const weighted = (values: Tensor) => (w === null ? values : mul(values, w));
  const total = w === null ? n : sum(w);
  const centred = sub(rows, div(sum(weighted(rows), 1, { keepdim: true }), total));
  const less = w === null || aweights === null ? correction : div(mul(sum(mul(w, aweights)), correction), total);
  const divisor =
    total instanceof Tensor ? clamp(correction === 0 ? total : sub(total, less), 0) : Math.max(0, n - correction);
  return squeeze(div(matmul(centred, transpose(weighted(centred), 0, 1)), divisor));
}

function checkObservations(name: 'fweights' | 'aweights', weights: Tensor | null, n: number): void {
  if (weights === null) return;
  const { dtype, ndim } = checkTensor('cov', name, weights);
  if (ndim > 1) {
    throw new ShapeError(
      `cov(): expected ${name} to have one or fewer dimensions but got ${name} with ${ndim} dimensions`,
    );
  }
  if (isFloat(dtype) !== (name === 'aweights') || dtype === 'bool') {
    const kind = name === 'aweights' ? 'floating point' : 'integral';
    throw new DtypeError(
      `cov(): expected ${name} to have ${kind} dtype but got ${name} with ${scalarName(dtype)} dtype`,
    );
  }
  if (weights.numel() !== n) {
    throw new ShapeError(
      `cov(): expected ${name} to have the same numel as there are observations in the input but got ${weights.numel()} != ${n}`,
    );
  }
  if (weights.lt(0).any().item() === true) throw new ValueError(`cov(): ${name} cannot be negative`);
}

/**
 * Correlations of variables in rows, observed in columns. @source torch.corrcoef
 * @example corrcoef(tensor([[0, 1, 2], [2, 1, 0.5]])); // tensor([[1.0000, -0.9820], [-0.9820, 1.0000]])
 */
export function corrcoef(x: Tensor): Tensor {
  checkTensor('corrcoef', 'input', x);
  const c = cov(x);
  if (c.ndim === 0) return div(c, c);
  const deviation = c.diagonal().sqrt();
  return clamp(div(div(c, deviation.unsqueeze(1)), deviation), -1, 1);
}

/** Options of {@link bincount}. */
export interface BincountOptions {
  /** Weight of each element, or null. */
  weights?: Tensor | null;
  /** Least length of the result. Default 0. */
  minlength?: number;
}

/**
 * How often each integer from 0 on occurs. @param x integers >= 0, one dimension @source torch.bincount
 * @example bincount(tensor([1, 1, 3])); // tensor([0, 2, 0, 1])
 */
export function bincount(x: Tensor, options: BincountOptions = {}): Tensor {
  checkOptions('bincount', options, ['weights', 'minlength']);
  const weights = optionalTensor('bincount', 'weights', options.weights);
  const minlength = integer('bincount', 'minlength', options.minlength ?? 0);
  const { dtype: given } = checkTensor('bincount', 'input', x);
  if (isFloat(given) || given === 'bool')
    throw new DtypeError(`"bincount_cpu" not implemented for '${scalarName(given)}'`);
  if (minlength < 0) throw new ValueError('minlength should be >= 0');
  if (x.ndim !== 1 || (x.numel() > 0 && Number(amin(x).item()) < 0)) {
    throw new ShapeError('bincount only supports 1-d non-negative integral inputs.');
  }
  if (weights !== null && (weights.ndim !== 1 || weights.numel() !== x.numel())) {
    throw new ShapeError('weights should be 1-d and have the same length as input');
  }
  const length = Math.max(minlength, x.numel() === 0 ? 0 : Number(amax(x).item()) + 1);
  if (weights === null || x.numel() === 0) return countsOf(x, length);
  const dtype = weights.dtype === 'float32' ? 'float32' : 'float64';
  const ones = cast(weights.detach(), dtype);
  const y = scatterAdd(fillElements(emptyOf([length], dtype), 0), 0, cast(x, 'int64'), ones);
  recordRefusal('bincount', [weights], [y], 'derivative for aten::bincount is not implemented');
  return y;
}

function countsOf(x: Tensor, length: number): Tensor {
  const y = emptyOf([length], 'int64');
  const counts = new BigInt64Array(length);
  for (const value of elementsOf(contiguous(x))) {
    const at = Number(value);
    counts[at] = (counts[at] ?? 0n) + 1n;
  }
  write(y.storage, 0, counts);
  return y;
}

/**
 * x with every slice along `dim` scaled down to a norm of at most `maxnorm`. @source torch.renorm
 * @example renorm(tensor([[3, 4], [0.5, 0]]), 2, 0, 1); // tensor([[0.6000, 0.8000], [0.5000, 0.0000]])
 */
export function renorm(x: Tensor, p: number, dim: number, maxnorm: number): Tensor {
  const [d = 0] = wrapDims(dim, checkTensor('renorm', 'input', x).ndim);
  if (x.ndim < 2) throw new ShapeError(`renorm: input needs at least 2 dimensions, got ${x.ndim} dimensions`);
  if (!(p > 0)) throw new ValueError('renorm: non-positive-norm not supported');
  if (!(maxnorm >= 0)) throw new ValueError(`renorm: expected maxnorm to be >= 0 but got ${maxnorm}`);
  const others = x.shape.map((_, k) => k).filter((k) => k !== d);
  const length = normOver(x, { p, dim: others, keepdim: true });
  const factor = where(length.gt(maxnorm), div(maxnorm, length.add(1e-7)), 1);
  return nameNode('renorm', mul(x, factor.to(x.dtype)));
}
