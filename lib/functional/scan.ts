// Running sums, products and extremes along a dimension, and what is made of neighbouring elements.
import { nameNode, record, recordConstant } from '../autograd/record.ts';
import { checkDtype, type Dtype, type FloatDtype, finfo, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { onesLike } from '../tensor/create.ts';
import { type Dim, numelOf, sizesFrom, wrapDim } from '../tensor/shape.ts';
import { checkTensor, emptyOf, Tensor } from '../tensor/tensor.ts';
import { byPosition, integer, isNamed } from './arguments.ts';
import { add, div, gt, mul, ne, sub } from './binary.ts';
import { cast, clone, contiguous } from './copies.ts';
import { floating } from './elementwise.ts';
import { flip, scatterAlong } from './indexing.ts';
import { cat } from './join.ts';
import { any, sum, type ValuesAndIndices } from './reduce.ts';
import { where } from './select.ts';
import { exp, log, neg } from './unary.ts';
import { narrow, select } from './views.ts';

/** Options of running sums and products. */
export interface ScanOptions {
  /** Element type to convert to first. Default: the tensor's, int64 for integers. */
  dtype?: Dtype | null;
}

type Scan = (dtype: 'float32', x: Tensor, y: Tensor, outer: number, n: number, inner: number) => void;
type ExtremeScan = (
  dtype: 'float32',
  x: Tensor,
  y: Tensor,
  indices: Tensor,
  outer: number,
  n: number,
  inner: number,
) => void;

// (outer, n, inner) about dimension d.
function linesOf(x: Tensor, d: number): [outer: number, n: number, inner: number] {
  if (x.ndim === 0) return [1, 1, 1];
  return [numelOf(sizesFrom(x.shape, 0, d)), x.shape[d] ?? 1, numelOf(sizesFrom(x.shape, d + 1))];
}

function scan(kernel: unknown, x: Tensor, d: number): Tensor {
  const y = emptyOf(x.shape, x.dtype);
  (kernel as Scan)(x.dtype as 'float32', contiguous(x), y, ...linesOf(x, d));
  return y;
}

function summable(who: string, x: Tensor, options: ScanOptions): Tensor {
  checkOptions(who, options, ['dtype']);
  checkTensor(who, 'input', x);
  if (options.dtype === 'bool') throw new DtypeError(`"${who}_out_cpu" not implemented for 'Bool'`);
  if (options.dtype !== undefined && options.dtype !== null) return cast(x, checkDtype(who, options.dtype));
  return isFloat(x.dtype) || x.dtype === 'int64' ? x : cast(x, 'int64');
}

// Sums from each element to the end.
function sumToEnd(x: Tensor, dim: number): Tensor {
  return x.ndim === 0 ? x : flip(cumsum(flip(x, dim), dim), dim);
}

/**
 * Running sums along `dim`; integers are summed as int64. @returns the shape of x @source torch.cumsum
 * @example cumsum(tensor([[1, 2, 3], [4, 5, 6]]), 1); // tensor([[1, 3, 6], [4, 9, 15]])
 */
export function cumsum(x: Tensor, dim: number | (ScanOptions & { dim: number }), options: ScanOptions = {}): Tensor {
  checkTensor('cumsum', 'input', x);
  if (isNamed(dim)) return cumsum(x, ...byPosition(dim, options));
  const input = summable('cumsum', x, options);
  const d = wrapDim(dim, x.ndim);
  const y = scan(kernels.cumsum, input, d);
  if (!isFloat(input.dtype)) return recordConstant('cumsum', [x], y);
  return record('cumsum', [input], y, [], (g) => [sumToEnd(g, d)]);
}

/**
 * Running products along `dim`; integers are multiplied as int64. @returns the shape of x @source torch.cumprod
 * @example cumprod(tensor([1, 2, 3, 4]), 0); // tensor([1, 2, 6, 24])
 */
export function cumprod(x: Tensor, dim: number | (ScanOptions & { dim: number }), options: ScanOptions = {}): Tensor {
  checkTensor('cumprod', 'input', x);
  if (isNamed(dim)) return cumprod(x, ...byPosition(dim, options));
  const input = summable('cumprod', x, options);
  const d = wrapDim(dim, x.ndim);
  const y = scan(kernels.cumprod, input, d);
  if (!isFloat(input.dtype)) return recordConstant('cumprod', [x], y);
  return record('cumprod', [input], y, [input], (g, [saved = g]) => {
    if (saved.ndim === 0) return [g];
    const zeros = any(saved.detach().eq(0)).item() === true;
    return [zeros ? slopesWithZeros(g, saved, d) : div(sumToEnd(mul(g, cumprod(saved, d)), d), saved)];
  });
}

// The products of all other factors, one position after another: a quotient would divide by zero.
function slopesWithZeros(g: Tensor, x: Tensor, d: number): Tensor {
  const n = x.shape[d] ?? 0;
  const first = onesLike(narrow(x, d, 0, 1));
  const slopes = Array.from({ length: n }, (_, i) => {
    const before = i === 0 ? first : cumprodLast(narrow(x, d, 0, i), d);
    const after = cat([first, narrow(x, d, i + 1, n - i - 1)], d);
    return sum(mul(mul(narrow(g, d, i, n - i), cumprod(after, d)), before), d, { keepdim: true });
  });
  return cat(slopes, d);
}

function cumprodLast(x: Tensor, d: number): Tensor {
  return narrow(cumprod(x, d), d, (x.shape[d] ?? 1) - 1, 1);
}

/**
 * log of the running sums of e^x along `dim`. @source torch.logcumsumexp
 * @example logcumsumexp(tensor([0, 0, 1.5]), 0); // tensor([0.0000, 0.6931, 1.8690])
 */
export function logcumsumexp(x: Tensor, dim: Dim): Tensor {
  if (!isFloat(checkTensor('logcumsumexp', 'input', x).dtype)) {
    throw new DtypeError(`"logcumsumexp_out_cpu" not implemented for '${x.dtype}'`);
  }
  const d = wrapDim(dim, x.ndim);
  const y = scan(kernels.logcumsumexp, x, d);
  return record('logcumsumexp', [x], y, [x, y], (g, [sx = g, sy = g]) => {
    // In logarithms, where the elements are far too large or small for e^x; those have no sign.
    const part = (positive: Tensor) => {
      const logarithm = where(gt(positive, 0), log(positive), finfo(g.dtype as FloatDtype).min);
      return exp(add(logSumToEnd(sub(logarithm, sy), d), sx));
    };
    return [sub(part(g), part(neg(g)))];
  });
}

function logSumToEnd(x: Tensor, dim: number): Tensor {
  return x.ndim === 0 ? x : flip(logcumsumexp(flip(x, dim), dim), dim);
}

function runningExtreme(name: string, kernel: unknown, x: Tensor, dim: Dim): ValuesAndIndices {
  checkTensor(name, 'input', x);
  const d = wrapDim(dim, x.ndim);
  const y = emptyOf(x.shape, x.dtype);
  const indices = emptyOf(x.shape, 'int64');
  const [outer, n, inner] = linesOf(x, d);
  (kernel as ExtremeScan)(x.dtype as 'float32', contiguous(x), y, indices, outer, n, inner);
  if (!isFloat(x.dtype)) return { values: recordConstant(name, [x], y), indices };
  const shape = x.shape;
  const values = record(name, [x], y, [indices], (g, [at = g]) => [
    shape.length === 0 ? g : scatterAlong(g, at, shape, d),
  ]);
  return { values, indices };
}

/**
 * The largest element so far along `dim`, and its last position. @source torch.cummax
 * @example cummax(tensor([1, 3, 2, 5]), 0); // {values: tensor([1, 3, 3, 5]), indices: tensor([0, 1, 1, 3])}
 */
export function cummax(x: Tensor, dim: Dim): ValuesAndIndices {
  checkTensor('cummax', 'input', x);
  return runningExtreme('cummax', kernels.cummax, x, dim);
}

/**
 * The smallest element so far along `dim`, and its last position. @source torch.cummin
 * @example cummin(tensor([4, 3, 5, 1]), 0); // {values: tensor([4, 3, 3, 1]), indices: tensor([0, 1, 1, 3])}
 */
export function cummin(x: Tensor, dim: Dim): ValuesAndIndices {
  checkTensor('cummin', 'input', x);
  return runningExtreme('cummin', kernels.cummin, x, dim);
}

/** Options of {@link diff}. */
export interface DiffOptions {
  /** How often to take differences. Default 1. */
  n?: number;
  /** Default -1. */
  dim?: number;
  /** Elements to put before x, or null. */
  prepend?: Tensor | null;
  /** Elements to put after x, or null. */
  append?: Tensor | null;
}

/**
 * Differences of neighbours along `dim`, `n` times; booleans differ by exclusive or. @source torch.diff
 * @example diff(tensor([1, 3, 2, 7])); // tensor([2, -1, 5])
 */
export function diff(x: Tensor, options: DiffOptions = {}): Tensor {
  checkOptions('diff', options, ['n', 'dim', 'prepend', 'append']);
  const { dim = -1, prepend = null, append = null } = options;
  const n = integer('diff', 'n', options.n ?? 1);
  if (checkTensor('diff', 'input', x).ndim === 0)
    throw new ShapeError('diff expects input to be at least one-dimensional');
  const d = wrapDim(dim, x.ndim);
  for (const part of [prepend, append]) {
    if (part === null || checkTensor('diff', 'prepend or append', part).ndim === x.ndim) continue;
    throw new ShapeError('diff expects prepend or append to be the same dimension as input');
  }
  if (n < 0) throw new ValueError(`order must be non-negative but got ${n}`);
  if (n === 0) return clone(x);
  let y = cat(
    [prepend, x, append].filter((part) => part !== null),
    d,
  );
  for (let i = 0; i < n && (y.shape[d] ?? 0) > 0; i++) {
    const length = (y.shape[d] ?? 1) - 1;
    const [after, before] = [narrow(y, d, 1, length), narrow(y, d, 0, length)];
    y = y.dtype === 'bool' ? ne(after, before) : sub(after, before);
  }
  return y;
}

/** Options of {@link trapezoid} and {@link cumulativeTrapezoid}. */
export interface TrapezoidOptions {
  /** Places of the samples; null where they are `dx` apart. */
  x?: Tensor | null;
  /** Distance of the samples. Default 1. */
  dx?: number;
  /** Default -1. */
  dim?: number;
}

/** Samples along dimension d, the sums of neighbours, and how far those are apart. */
interface Samples {
  readonly d: number;
  readonly sides: Tensor;
  readonly steps: Tensor | number;
}

function samplesOf(who: string, y: Tensor, places: TrapezoidOptions | Tensor, rest: TrapezoidOptions): Samples {
  checkTensor(who, 'y', y);
  const options = places instanceof Tensor ? { x: places, ...rest } : places;
  checkOptions(who, options, ['x', 'dx', 'dim']);
  const { x = null, dx = 1, dim = -1 } = options;
  const d = wrapDim(dim, y.ndim);
  if (y.dtype === 'bool' || (x !== null && checkTensor(who, 'x', x).dtype === 'bool')) {
    const names = x === null ? '`y`' : '`x` or `y`';
    throw new DtypeError(`${who}: received a bool input for ${names}, but bool is not supported`);
  }
  const length = Math.max(0, (y.shape[d] ?? 1) - 1);
  const sides = add(narrow(y, d, y.shape[d] === 0 ? 0 : 1, length), narrow(y, d, 0, length));
  if (x === null) return { d, sides, steps: dx };
  if (x.ndim === 1 && x.shape[0] !== y.shape[d]) {
    throw new ShapeError(`${who}: There must be one \`x\` value for each sample point`);
  }
  const shape = y.shape.map((_, k) => (k === d ? -1 : 1));
  return { d, sides, steps: x.ndim === 1 ? diff(x).reshape(shape) : diff(x, { dim: d - y.ndim }) };
}

/**
 * The integral of samples by the trapezoidal rule. @param x places of the samples, or options @source torch.trapezoid
 * @example
 * trapezoid(tensor([1, 5, 10])); // tensor(10.5000)
 * trapezoid(tensor([1, 5, 10]), { dx: 2 }); // tensor(21.)
 */
export function trapezoid(y: Tensor, x: Tensor | TrapezoidOptions = {}, options: TrapezoidOptions = {}): Tensor {
  const { d, sides, steps } = samplesOf('trapezoid', y, x, options);
  if (steps instanceof Tensor) return div(sum(mul(sides, steps), d), 2);
  if (y.shape[d] === 0) return sum(y, d, { dtype: y.dtype });
  const ends = add(select(y, d, 0), select(y, d, -1));
  return mul(sub(sum(y, d), mul(ends, 0.5)), steps);
}

/**
 * Running integrals of samples by the trapezoidal rule. @source torch.cumulative_trapezoid
 * @example cumulativeTrapezoid(tensor([1, 5, 10])); // tensor([3.0000, 10.5000])
 */
export function cumulativeTrapezoid(
  y: Tensor,
  x: Tensor | TrapezoidOptions = {},
  options: TrapezoidOptions = {},
): Tensor {
  const { d, sides, steps } = samplesOf('cumulativeTrapezoid', y, x, options);
  return steps instanceof Tensor ? div(cumsum(mul(sides, steps), d), 2) : cumsum(mul(floating(sides), steps / 2), d);
}

/** Options of {@link logsumexp}. */
export interface LogsumexpOptions {
  /** Whether to keep reduced dimensions as 1. Default false. */
  keepdim?: boolean;
}

/**
 * log of the sum of e^x over `dims`, without overflow. @source torch.logsumexp
 * @example logsumexp(tensor([[0, 1.5], [2, 3]]), 1); // tensor([1.7014, 3.3133])
 */
export function logsumexp(
  x: Tensor,
  dims: number | readonly number[] | (LogsumexpOptions & { dim: number | readonly number[] }),
  options: LogsumexpOptions = {},
): Tensor {
  if (isNamed(dims)) return logsumexp(x, ...byPosition(dims, options));
  checkOptions('logsumexp', options, ['keepdim']);
  const input = isFloat(checkTensor('logsumexp', 'input', x).dtype) ? x : cast(x, 'float32');
  if (input.numel() === 0) return log(sum(exp(input), dims, options));
  const highest = input.detach().amax(dims, { keepdim: true });
  const shift = highest.maskedFill(highest.isinf(), 0);
  const y = add(log(sum(exp(sub(input, shift)), dims, { keepdim: true })), shift);
  const shape = sum(input.detach(), dims, options).shape;
  return nameNode('logsumexp', y.reshape([...shape]));
}
