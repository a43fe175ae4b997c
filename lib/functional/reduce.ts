// Reductions: sums, products, extremes and variances over all or some dimensions.
import { nameNode, record, recordConstant } from '../autograd/record.ts';
import { checkDtype, type Dtype, type FloatDtype, isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, IndexError, ShapeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { checkIntegers, numelOf, type Shape, sameShape, wrapDim } from '../tensor/shape.ts';
import { checkTensor, emptyOf, Tensor } from '../tensor/tensor.ts';
import { byPosition, isNamed, type Named } from './arguments.ts';
import { div, eq, logicalOr, maximum, minimum, mul, sub } from './binary.ts';
import { cast } from './copies.ts';
import { scatterAlong } from './indexing.ts';
import { productOfOthers } from './product-gradient.ts';
import { type Dims, dimsOf, planOf, run, spread } from './reduce-plan.ts';
import { where } from './select.ts';
import { isnan, sqrt } from './unary.ts';
import { reshape, unsqueeze } from './views.ts';

export type { Dims } from './reduce-plan.ts';

/** Options of reductions. */
export interface ReduceOptions {
  /** Keep the reduced dimensions with size 1. Default false. */
  keepdim?: boolean;
}

/** Options of `sum`, `mean` and `prod`. */
export interface SumOptions extends ReduceOptions {
  /** Element type to convert to first. Default: the tensor's, int64 for integers. Of bool, a sum says any, a product all. */
  dtype?: Dtype | null;
}

/** The dimension of an extreme among its options. */
export type NamedDim = ReduceOptions & { dim: number };

/** Values with the positions at which they stand. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor;
}

function converted(who: string, x: Tensor, dtype: Dtype | null | undefined): Tensor {
  if (dtype !== undefined && dtype !== null) {
    const wanted = checkDtype(who, dtype);
    return wanted === x.dtype ? x : cast(x, wanted);
  }
  return isFloat(x.dtype) || x.dtype === 'int64' ? x : cast(x, 'int64');
}

// PyTorch has an operator for all elements, and another for those along dimensions.
function nodeName(who: string, dims: Dims): string {
  return dims === null ? who : `${who.charAt(0).toUpperCase()}${who.slice(1)}Backward1`;
}

// ---- Sums

/**
 * The sum over `dims`. Integers and booleans are summed as int64; floating point in a tree of fixed shape, so that the
 * result does not depend on the number of threads.
 *
 * @source torch.sum
 * @example
 * sum(tensor([[1, 2], [3, 4]])); // tensor(10)
 * sum(tensor([[1, 2], [3, 4]]), 1, { keepdim: true }); // tensor([[3], [7]])
 */
export function sum(x: Tensor, dims: Dims | Named<SumOptions, Dims> = null, options: SumOptions = {}): Tensor {
  if (isNamed(dims)) return sum(x, ...byPosition(dims, options));
  checkTensor('sum', 'input', x);
  checkOptions('sum', options, ['keepdim', 'dtype']);
  const input = converted('sum', x, options.dtype);
  const plan = planOf(input, dimsOf(x, dims), options.keepdim ?? false);
  const y = run(input.dtype === 'bool' ? kernels.any : kernels.sum, plan, input.dtype);
  if (!isFloat(input.dtype)) return recordConstant('sum', [x], y);
  const { keptShape } = plan;
  const from = x.shape;
  return record(nodeName('sum', dims), [input], y, [], (g) => [spread(g, keptShape, from)]);
}

/**
 * The sum of `g` over the dimensions that broadcasting from `shape` added or widened.
 *
 * @throws ShapeError if `size` does not broadcast to the shape of `g`
 * @source torch.Tensor.sum_to_size
 * @example F.sumToSize(ones(2, 3), [1, 3]); // tensor([[2., 2., 2.]])
 */
export function sumToSize(g: Tensor, size: Shape | number): Tensor {
  const shape = typeof size === 'number' ? [size] : size;
  if (!(g instanceof Tensor) || !Array.isArray(shape)) {
    throw new ArgumentTypeError(`sumToSize: expected a tensor and a size, got ${describe(g)} and ${describe(size)}`);
  }
  // A sum of all integers is int64, even of one.
  if (shape.length === 0 && !isFloat(g.dtype)) return sum(g);
  if (sameShape(g.shape, shape)) return g;
  const added = g.ndim - shape.length;
  checkIntegers('sumToSize', 'size', shape);
  if (added < 0 || shape.some((size, d) => size !== 1 && size !== g.shape[d + added])) {
    throw new ShapeError(`size {[${shape.join(', ')}]} is not expandable to size {[${g.shape.join(', ')}]}.`);
  }
  const dims = g.shape.flatMap((size, d) => (d < added || (shape[d - added] === 1 && size !== 1) ? [d] : []));
  const y = dims.length === 0 ? g : sum(g, dims, { keepdim: true });
  return sameShape(y.shape, shape) ? y : reshape(y, [...shape]);
}

/**
 * The mean over `dims`; NaN where nothing is averaged. @throws DtypeError for integers @source torch.mean
 * @example mean(tensor([[1, 2.5], [3, 4]]), 0); // tensor([2.0000, 3.2500])
 */
export function mean(x: Tensor, dims: Dims | Named<SumOptions, Dims> = null, options: SumOptions = {}): Tensor {
  if (isNamed(dims)) return mean(x, ...byPosition(dims, options));
  checkTensor('mean', 'input', x);
  checkOptions('mean', options, ['keepdim', 'dtype']);
  const dtype = options.dtype ?? x.dtype;
  if (!isFloat(dtype)) {
    throw new DtypeError(
      `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${scalarName(dtype)}`,
    );
  }
  const list = dimsOf(x, dims);
  const count = numelOf(list.map((d) => x.shape[d] ?? 1));
  const input = converted('mean', x, dtype);
  const plan = planOf(input, list, options.keepdim ?? false);
  const y = run(kernels.mean, plan, input.dtype);
  const { keptShape } = plan;
  const from = x.shape;
  return record(nodeName('mean', dims), [input], y, [], (g) => [spread(div(g, count), keptShape, from)]);
}

/**
 * The product over all elements, or over dimension `dim`. @source torch.prod
 * @example prod(tensor([[1, 2], [3, 4]]), 1); // tensor([2, 12])
 */
export function prod(x: Tensor, dim: number | Named<SumOptions> | null = null, options: SumOptions = {}): Tensor {
  if (isNamed(dim)) return prod(x, ...byPosition(dim, options));
  checkTensor('prod', 'input', x);
  checkOptions('prod', options, ['keepdim', 'dtype']);
  const input = converted('prod', x, options.dtype);
  const plan = planOf(input, dimsOf(x, dim), options.keepdim ?? false);
  const y = run(input.dtype === 'bool' ? kernels.all : kernels.prod, plan, input.dtype);
  if (!isFloat(input.dtype)) return recordConstant('prod', [x], y);
  const { keptShape } = plan;
  const dims = dimsOf(x, dim);
  return record(nodeName('prod', dim), [input], y, [input], (g, [saved = g]) => {
    const zero = eq(saved, 0);
    const over = (kept: Tensor) => spread(kept, keptShape, saved.shape);
    const others = productOfOthers(saved, {
      product: over(productOver(where(zero, 1, saved), dims)),
      zeros: over(sum(zero, dims, { keepdim: true })),
      vanishing: over(sum(where(zero, saved, 0), dims, { keepdim: true })),
    });
    return [mul(over(g), others)];
  });
}

function productOver(x: Tensor, dims: readonly number[]): Tensor {
  return dims.length === x.ndim ? prod(x) : prod(x, dims[0] ?? 0, { keepdim: true });
}

// ---- Extremes

/**
 * The largest element; with `dim`, the largest along it and the first position at which it stands. NaN is largest.
 *
 * @source torch.max
 * @example
 * max(tensor([[1, 5], [7, 4]])); // tensor(7)
 * max(tensor([[1, 5], [7, 4]]), 1); // {values: tensor([5, 7]), indices: tensor([1, 0])}
 */
export function max(x: Tensor, other?: Tensor): Tensor;
export function max(x: Tensor, dim: number | NamedDim, options?: ReduceOptions): ValuesAndIndices;
export function max(
  x: Tensor,
  dim?: number | NamedDim | Tensor,
  options: ReduceOptions = {},
): Tensor | ValuesAndIndices {
  return extreme('max', x, dim, options);
}

/**
 * The smallest element; with `dim`, the smallest along it and the first position at which it stands.
 *
 * @source torch.min
 * @example
 * min(tensor([[1, 5], [7, 4]])); // tensor(1)
 * min(tensor([[1, 5], [7, 4]]), 1); // {values: tensor([1, 4]), indices: tensor([0, 1])}
 */
export function min(x: Tensor, other?: Tensor): Tensor;
export function min(x: Tensor, dim: number | NamedDim, options?: ReduceOptions): ValuesAndIndices;
export function min(
  x: Tensor,
  dim?: number | NamedDim | Tensor,
  options: ReduceOptions = {},
): Tensor | ValuesAndIndices {
  return extreme('min', x, dim, options);
}

// Of all elements, along a dimension, or of two tensors.
function extreme(
  who: 'max' | 'min',
  x: Tensor,
  dim: number | NamedDim | Tensor | undefined,
  options: ReduceOptions,
): Tensor | ValuesAndIndices {
  checkTensor(who, 'input', x);
  if (isNamed(dim)) return extremeAlong(who, x, ...byPosition(dim, options));
  if (dim instanceof Tensor) return who === 'max' ? maximum(x, dim) : minimum(x, dim);
  if (dim === undefined) return nameNode(nodeName(who, []), who === 'max' ? amax(x) : amin(x));
  return extremeAlong(who, x, dim, options);
}

function extremeAlong(who: 'max' | 'min', x: Tensor, dim: number, options: ReduceOptions): ValuesAndIndices {
  checkOptions(who, options, ['keepdim']);
  const d = wrapDim(dim, x.ndim);
  const keepdim = options.keepdim ?? false;
  const indices = position(who === 'max' ? kernels.argmax : kernels.argmin, who, x, d, keepdim);
  const plan = planOf(x, x.ndim === 0 ? [] : [d], keepdim);
  const y = run(who === 'max' ? kernels.max : kernels.min, plan, x.dtype);
  if (!isFloat(x.dtype)) return { values: recordConstant(who, [x], y), indices };
  const from = x.shape;
  const values = record(who, [x], y, [indices], (g, [at = g]) => {
    if (from.length === 0) return [g];
    const [gk, ik] = keepdim ? [g, at] : [unsqueeze(g, d), unsqueeze(at, d)];
    return [scatterAlong(gk, ik, from, d)];
  });
  return { values, indices };
}

/**
 * The largest element over `dims`; equal ones share the gradient. @source torch.amax
 * @example amax(tensor([[1, 5], [7, 4]]), [0, 1]); // tensor(7)
 */
export function amax(x: Tensor, dims: Dims | Named<ReduceOptions, Dims> = null, options: ReduceOptions = {}): Tensor {
  if (isNamed(dims)) return amax(x, ...byPosition(dims, options));
  checkTensor('amax', 'input', x);
  return extremeOver('amax', kernels.max, x, dims, options);
}

/**
 * The smallest element over `dims`; equal ones share the gradient. @source torch.amin
 * @example amin(tensor([[1, 5], [7, 4]]), 1); // tensor([1, 4])
 */
export function amin(x: Tensor, dims: Dims | Named<ReduceOptions, Dims> = null, options: ReduceOptions = {}): Tensor {
  if (isNamed(dims)) return amin(x, ...byPosition(dims, options));
  checkTensor('amin', 'input', x);
  return extremeOver('amin', kernels.min, x, dims, options);
}

function extremeOver(who: string, kernel: unknown, x: Tensor, dims: Dims, options: ReduceOptions): Tensor {
  checkOptions(who, options, ['keepdim']);
  const list = dimsOf(x, dims);
  checkNotEmpty(who, x, list);
  const plan = planOf(x, list, options.keepdim ?? false);
  const y = run(kernel, plan, x.dtype);
  if (!isFloat(x.dtype)) return recordConstant(who, [x], y);
  const { keptShape } = plan;
  return record(who, [x], y, [x, y], (g, [sx = g, sy = g]) => {
    const equal = eq(sx, reshape(sy, keptShape));
    const mask = any(isnan(sy)).item() === true ? logicalOr(equal, isnan(sx)) : equal;
    const share = div(reshape(g, keptShape), sum(mask, list.length === 0 ? null : list, { keepdim: true }));
    return [where(mask, share, 0)];
  });
}

function checkNotEmpty(who: string, x: Tensor, dims: readonly number[]): void {
  const empty = dims.find((d) => x.shape[d] === 0);
  if (empty === undefined) return;
  throw new IndexError(
    `${who}(): Expected reduction dim ${empty} to have non-zero size: an empty tensor has no ${who}; got size [${x.shape.join(', ')}]`,
  );
}

function position(kernel: unknown, who: string, x: Tensor, d: number, keepdim: boolean): Tensor {
  const dims = x.ndim === 0 ? [] : [d];
  checkNotEmpty(who, x, dims);
  return recordConstant(who, [x], run(kernel, planOf(x, dims, keepdim), 'int64'));
}

/**
 * The first position of the largest element: in the flattened tensor, or along `dim`. @returns int64 @source torch.argmax
 * @example
 * argmax(tensor([[1, 5], [7, 4]])); // tensor(2)
 * argmax(tensor([[1, 5], [7, 4]]), 1); // tensor([1, 0])
 */
export function argmax(
  x: Tensor,
  dim: number | Named<ReduceOptions> | null = null,
  options: ReduceOptions = {},
): Tensor {
  if (isNamed(dim)) return argmax(x, ...byPosition(dim, options));
  if (checkTensor('argmax', 'input', x).dtype === 'bool')
    throw new DtypeError(`"argmax_cpu" not implemented for 'Bool'`);
  checkOptions('argmax', options, ['keepdim']);
  if (dim !== null) return position(kernels.argmax, 'argmax', x, wrapDim(dim, x.ndim), options.keepdim ?? false);
  return flatPosition(kernels.argmax, 'argmax', x, options.keepdim ?? false);
}

/**
 * The first position of the smallest element: in the flattened tensor, or along `dim`. @returns int64 @source torch.argmin
 * @example argmin(tensor([[1, 5], [7, 4]]), 1); // tensor([0, 1])
 */
export function argmin(
  x: Tensor,
  dim: number | Named<ReduceOptions> | null = null,
  options: ReduceOptions = {},
): Tensor {
  if (isNamed(dim)) return argmin(x, ...byPosition(dim, options));
  if (checkTensor('argmin', 'input', x).dtype === 'bool')
    throw new DtypeError(`"argmin_cpu" not implemented for 'Bool'`);
  checkOptions('argmin', options, ['keepdim']);
  if (dim !== null) return position(kernels.argmin, 'argmin', x, wrapDim(dim, x.ndim), options.keepdim ?? false);
  return flatPosition(kernels.argmin, 'argmin', x, options.keepdim ?? false);
}

function flatPosition(kernel: unknown, who: string, x: Tensor, keepdim: boolean): Tensor {
  const y = position(kernel, who, reshape(x, [-1]), 0, false);
  return keepdim
    ? reshape(
        y,
        x.shape.map(() => 1),
      )
    : y;
}

// ---- Truth

/**
 * Whether any element over `dims` is not 0. @returns bool @source torch.any
 * @example any(tensor([[true, false], [false, false]]), 1); // tensor([True, False])
 */
export function any(x: Tensor, dims: Dims | Named<ReduceOptions, Dims> = null, options: ReduceOptions = {}): Tensor {
  if (isNamed(dims)) return any(x, ...byPosition(dims, options));
  checkTensor('any', 'input', x);
  return truth('any', kernels.any, x, dims, options);
}

/**
 * Whether all elements over `dims` are not 0. @returns bool @source torch.all
 * @example all(tensor([[true, false], [true, true]]), 1); // tensor([False, True])
 */
export function all(x: Tensor, dims: Dims | Named<ReduceOptions, Dims> = null, options: ReduceOptions = {}): Tensor {
  if (isNamed(dims)) return all(x, ...byPosition(dims, options));
  checkTensor('all', 'input', x);
  return truth('all', kernels.all, x, dims, options);
}

function truth(who: string, kernel: unknown, x: Tensor, dims: Dims, options: ReduceOptions): Tensor {
  checkOptions(who, options, ['keepdim']);
  // No dimension at all is not every one: each element stands for itself.
  const each = Array.isArray(dims) && dims.length === 0;
  const y = each ? cast(x, 'bool') : run(kernel, planOf(x, dimsOf(x, dims), options.keepdim ?? false), 'bool');
  return recordConstant(who, [x], x.dtype === 'uint8' ? cast(y, 'uint8') : y);
}

// ---- Spread

/** Options of {@link variance} and {@link std}. */
export interface VarOptions extends ReduceOptions {
  /** Difference between the number of elements and the divisor. Default 1. */
  correction?: number;
  /** Whether the correction, if it is not given, is 1; otherwise 0. Default true. */
  unbiased?: boolean;
}

/**
 * The variance over `dims`, computed in two passes.
 *
 * @throws DtypeError for integers
 * @source torch.var
 * @example
 * variance(tensor([1, 2, 4.5])); // tensor(3.2500)
 * variance(tensor([1, 2, 4.5]), null, { correction: 0 }); // tensor(2.1667)
 */
export function variance(x: Tensor, dims: Dims | Named<VarOptions, Dims> = null, options: VarOptions = {}): Tensor {
  if (isNamed(dims)) return variance(x, ...byPosition(dims, options));
  checkTensor('variance', 'input', x);
  checkOptions('var', options, ['keepdim', 'correction', 'unbiased']);
  if (!isFloat(x.dtype)) throw new DtypeError('std and var only support floating point and complex dtypes');
  const { unbiased = true, keepdim = false } = options;
  const correction = options.correction ?? (unbiased ? 1 : 0);
  const list = dimsOf(x, dims);
  const plan = planOf(x, list, keepdim);
  const y = emptyOf(plan.shape, x.dtype);
  kernels.variance(x.dtype as FloatDtype, plan.x, y, plan.outer, plan.n, plan.inner, correction);
  const { keptShape, n } = plan;
  return record('var', [x], y, [x], (g, [saved = g]) => {
    const deviation = sub(saved, mean(saved, list.length === 0 ? null : list, { keepdim: true }));
    return [mul(mul(deviation, 2 / Math.max(0, n - correction)), reshape(g, keptShape))];
  });
}

/**
 * The standard deviation over `dims`. @throws DtypeError for integers @source torch.std
 * @example std(tensor([1, 2, 4.5])); // tensor(1.8028)
 */
export function std(x: Tensor, dims: Dims | Named<VarOptions, Dims> = null, options: VarOptions = {}): Tensor {
  if (isNamed(dims)) return std(x, ...byPosition(dims, options));
  checkTensor('std', 'input', x);
  const squared = variance(x, dims, options);
  const y = sqrt(squared.detach());
  return record('std', [squared], y, [y], (g, [saved = g]) => [where(eq(saved, 0), 0, div(g, mul(saved, 2)))]);
}
