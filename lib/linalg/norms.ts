// Norms of vectors and matrices, and the condition number.
import { checkDtype, type Dtype, factsOf, isFloat, promoteTypes, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, ShapeError, ValueError } from '../errors.ts';
import { argumentOrOption, checkFloating } from '../functional/arguments.ts';
import { div, mul } from '../functional/binary.ts';
import { cast } from '../functional/copies.ts';
import { amax, amin, type Dims, sum } from '../functional/reduce.ts';
import { abs } from '../functional/unary.ts';
import { normOver } from '../functional/vector-norm.ts';
import { movedim, narrow, reshape, squeeze } from '../functional/views.ts';
import { checkIntegers, wrapDim } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { checkMatrix, inv } from './factor.ts';
import { svdvals } from './spectral.ts';

/** Options of all norms. */
export interface MatrixNormOptions {
  /** Whether to keep reduced dimensions as 1. Default false. */
  keepdim?: boolean;
  /** Element type to convert to first, not a narrower one. Default: the tensor's. */
  dtype?: Dtype | null;
}

/** Orders of a matrix norm. */
export type MatrixNormOrder = 'fro' | 'nuc' | number;

/** Options of the norms in `linalg`, which may name what else stands before them. */
export interface NamedNormOptions<Order, D = Dims> extends MatrixNormOptions {
  /** Order of the norm. */
  ord?: Order;
  /** Dimensions to reduce. */
  dim?: D;
}

/** Options of {@link norm}. */
export interface NormOptions extends MatrixNormOptions {
  /** Order: any number, Infinity, -Infinity, 'nuc', or 'fro', which is 2. Default 'fro'. */
  p?: MatrixNormOrder | null;
  /** Dimensions to reduce. Default: all. */
  dim?: Dims;
}

// ---- What they share

type Given = Required<MatrixNormOptions> & { readonly order: unknown; readonly dim: Dims };

// Order and dims stand by position or among the options, which come last.
function argumentsOf(who: string, key: 'ord' | 'p', ...args: readonly unknown[]): Given {
  const isOptions = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const at = args.findIndex(isOptions);
  const names = [key, 'dim'];
  const options = (at < 0 ? {} : args[at]) as { readonly [name: string]: unknown };
  checkOptions(who, options, [...names.slice(Math.max(at, 0)), 'keepdim', 'dtype']);
  const [order, dim] = names.map((name, i) => (at < 0 || i < at ? args[i] : options[name]) ?? null);
  const { keepdim = false, dtype = null } = options as MatrixNormOptions;
  return { order, dim: dim as Dims, keepdim, dtype };
}

function converted(who: string, x: Tensor, dtype: Dtype | null): Tensor {
  checkFloating(who, x);
  if (dtype === null) return x;
  const wanted = checkDtype(who, dtype);
  if (!isFloat(wanted)) {
    throw new DtypeError(`${who}: dtype should be floating point or complex, but got ${scalarName(wanted)}`);
  }
  if (promoteTypes(x.dtype, wanted) === wanted) return cast(x, wanted);
  throw new DtypeError(
    `${who}: the dtype of the input (${scalarName(x.dtype)}) should be convertible without narrowing to the specified dtype (${scalarName(wanted)})`,
  );
}

function vectorNormOf(x: Tensor, order: unknown, { dim, keepdim, dtype }: Given): Tensor {
  const p = order ?? 2;
  if (typeof p !== 'number') {
    throw new ArgumentTypeError(`linalg_vector_norm(): argument 'ord' (position 2) must be Number, not ${describe(p)}`);
  }
  return normOver(converted('linalg.vector_norm', x, dtype), { p, dim, keepdim });
}

function matrixNormOf(A: Tensor, order: unknown, dim: readonly number[], { keepdim, dtype }: Given): Tensor {
  const who = 'linalg.matrix_norm';
  const dims = checkIntegers(who, 'dim', dim);
  checkMatrixOrder(order);
  const { ndim } = checkMatrix(who, A);
  if (dims.length !== 2) throw new ShapeError(`${who}: dim must be a 2-tuple. Got ${dims.join(' ')}`);
  const [rows, columns] = dims.map((d) => wrapDim(d, ndim)) as [number, number];
  if (rows === columns) throw new ShapeError(`${who}: dims must be different. Got (${dims.join(', ')})`);
  if (order === 'fro') return normOver(converted(who, A, dtype), { dim: [rows, columns], keepdim });
  if (order === 'nuc' || Math.abs(order) === 2) {
    if (factsOf(A.dtype).bytes < 4) {
      throw new DtypeError(`${who}: Low precision dtypes not supported. Got ${scalarName(A.dtype)}`);
    }
    const x = converted(who, A, dtype);
    const s = svdvals(movedim(movedim(x, rows, -1), columns > rows ? columns - 1 : columns, -1));
    const y = order === 'nuc' ? sum(s, -1) : order === 2 ? amax(s, -1) : amin(s, -1);
    const kept = x.shape.map((n, d) => (d === rows || d === columns ? 1 : n));
    return keepdim ? reshape(y, kept) : y;
  }
  const [first, second] = Math.abs(order) === 1 ? [rows, columns] : [columns, rows];
  const sums = sum(abs(converted(who, A, dtype)), first, { keepdim: true });
  const y = order > 0 ? amax(sums, second, { keepdim: true }) : amin(sums, second, { keepdim: true });
  return keepdim ? y : squeeze(y, [rows, columns]);
}

function checkMatrixOrder(order: unknown): asserts order is MatrixNormOrder {
  const known =
    typeof order === 'number'
      ? [1, 2, Number.POSITIVE_INFINITY].includes(Math.abs(order))
      : order === 'fro' || order === 'nuc';
  if (!known) throw new ValueError(`linalg.matrix_norm: Order ${String(order)} not supported.`);
}

// ---- Norms

/**
 * The norm of matrices in the two dimensions `dim`. @param ord default 'fro' @source torch.linalg.matrix_norm
 * @example
 * linalg.matrixNorm(tensor([[3, 4], [0, 0.5]])); // tensor(5.0249)
 * linalg.matrixNorm(tensor([[3, 4], [0, 0.5]]), 'nuc'); // tensor(5.3151)
 */
export function matrixNorm(
  A: Tensor,
  ord: MatrixNormOrder | NamedNormOptions<MatrixNormOrder, readonly number[]> = 'fro',
  dim: readonly number[] | NamedNormOptions<never, readonly number[]> = [-2, -1],
  options: MatrixNormOptions = {},
): Tensor {
  const given = argumentsOf('linalg.matrix_norm', 'ord', ord, dim, options);
  return matrixNormOf(A, given.order ?? 'fro', (given.dim ?? [-2, -1]) as readonly number[], given);
}

/**
 * The vector norm of order `ord` over `dim`. @param ord default 2 @source torch.linalg.vector_norm
 * @example
 * linalg.vectorNorm(tensor([3, -4.5])); // tensor(5.4083)
 * linalg.vectorNorm(tensor([3, -4.5]), Infinity); // tensor(4.5000)
 */
export function vectorNorm(
  x: Tensor,
  ord: number | NamedNormOptions<number> = 2,
  dim: Dims | NamedNormOptions<never> = null,
  options: MatrixNormOptions = {},
): Tensor {
  checkTensor('vectorNorm', 'input', x);
  const given = argumentsOf('linalg.vector_norm', 'ord', ord, dim, options);
  return vectorNormOf(x, given.order, given);
}

/**
 * The vector or matrix norm, as `ord` and the number of dimensions say. @source torch.linalg.norm
 * @example
 * linalg.norm(tensor([[3, 4], [0, 0.5]])); // tensor(5.0249)
 * linalg.norm(tensor([[3, 4], [0, 0.5]]), 2); // tensor(5.0160)
 */
export function linalgNorm(
  x: Tensor,
  ord: MatrixNormOrder | null | NamedNormOptions<MatrixNormOrder | null> = null,
  dim: Dims | NamedNormOptions<never> = null,
  options: MatrixNormOptions = {},
): Tensor {
  checkTensor('linalgNorm', 'input', x);
  const given = argumentsOf('linalg.norm', 'ord', ord, dim, options);
  const { order } = given;
  const list = given.dim === null ? null : [given.dim].flat();
  if (list !== null && list.length !== 1 && list.length !== 2) {
    throw new ShapeError(`linalg.norm: If dim is specified, it must be of length 1 or 2. Got [${list.join(', ')}]`);
  }
  if (list === null && order !== null && x.ndim !== 1 && x.ndim !== 2) {
    throw new ShapeError(
      `linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ${x.ndim}D.`,
    );
  }
  const vectors = typeof order === 'number' && (list?.length ?? x.ndim) === 1;
  return order === null || vectors ? vectorNormOf(x, order, given) : matrixNormOf(x, order, list ?? [-2, -1], given);
}

/**
 * The vector norm of order `p` over `dim`, where 'fro' is order 2; 'nuc' the nuclear norm of matrices in two
 * dimensions. The gradient at 0 is 0. @source torch.norm
 * @example
 * norm(tensor([3, 4, 0.5])); // tensor(5.0249)
 * norm(tensor([[3, 4], [0, 0.5]]), 1, 1); // tensor([7.0000, 0.5000])
 * norm(tensor([[3, 4], [0, 0.5]]), 'nuc'); // tensor(5.3151)
 */
export function norm(
  x: Tensor,
  p: MatrixNormOrder | null | NormOptions = 'fro',
  dim: Dims | Omit<NormOptions, 'p'> = null,
  options: MatrixNormOptions = {},
): Tensor {
  checkTensor('norm', 'input', x);
  const given = argumentsOf('norm', 'p', p, dim, options);
  const order = typeof p === 'object' && p?.p === undefined ? 'fro' : given.order;
  const dims = given.dim === null ? x.shape.map((_, d) => d) : [given.dim].flat();
  if (order === 'fro' && (given.dim === null || dims.length < 3)) return vectorNormOf(x, 2, given);
  return typeof order === 'string' ? matrixNormOf(x, order, dims, given) : vectorNormOf(x, order, given);
}

/**
 * The condition number. @param p default 2 @source torch.linalg.cond
 * @example linalg.cond(tensor([[2, 0], [0, 0.5]])); // tensor(4.)
 */
export function cond(A: Tensor, p: MatrixNormOrder | { p?: MatrixNormOrder | null } | null = null): Tensor {
  checkTensor('cond', 'A', A);
  const order = argumentOrOption<'p', MatrixNormOrder>('linalg.cond', 'p', p) ?? 2;
  if (order === 2 || order === -2) {
    const s = svdvals(A);
    const [largest, smallest] = [narrow(s, -1, 0, 1), narrow(s, -1, s.size(-1) - 1, 1)];
    return squeeze(order === -2 ? div(smallest, largest) : div(largest, smallest), -1);
  }
  return mul(matrixNorm(A, order), matrixNorm(inv(A), order));
}
