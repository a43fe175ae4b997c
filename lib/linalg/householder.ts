// Reflections I - tau v v^T: the factorization made of them, and products with the matrix that they make up.
import { recordRefusal } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError } from '../errors.ts';
import { add, mul, sub } from '../functional/binary.ts';
import { matmul } from '../functional/matmul.ts';
import { tril } from '../functional/triangles.ts';
import { expand, narrow, unsqueeze } from '../functional/views.ts';
import { eye } from '../tensor/create.ts';
import { sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { type Elements, rewritten } from './elements.ts';
import { checkMatrix, transposed } from './factor.ts';

// Turns column j into (beta, 0, ...) by a reflection, whose vector it keeps in the place of the zeros. Returns tau.
function reflectColumn({ a, m, n }: Elements, j: number): number {
  const at = (i: number, k: number) => a[i * n + k] ?? 0;
  let tail = 0;
  for (let i = j + 1; i < m; i++) tail += at(i, j) ** 2;
  if (tail === 0) return 0;
  const alpha = at(j, j);
  const length = Math.sqrt(alpha ** 2 + tail);
  const beta = alpha < 0 ? length : -length;
  const tau = (beta - alpha) / beta;
  for (let i = j + 1; i < m; i++) a[i * n + j] = at(i, j) / (alpha - beta);
  a[j * n + j] = beta;
  for (let k = j + 1; k < n; k++) {
    let product = at(j, k);
    for (let i = j + 1; i < m; i++) product += at(i, j) * at(i, k);
    a[j * n + k] = at(j, k) - tau * product;
    for (let i = j + 1; i < m; i++) a[i * n + k] = at(i, k) - tau * product * at(i, j);
  }
  return tau;
}

/**
 * R in the upper triangle and, below it, the vectors of the reflections that make up Q, as `orgqr` and `ormqr` take
 * them. There is no gradient.
 *
 * @source torch.geqrf
 * @example
 * geqrf(tensor([[3, 1], [4, 0.5]]));
 * // {a: tensor([[-5.0000, -1.0000], [0.5000, -0.5000]]), tau: tensor([1.6000, 0.0000])}
 */
export function geqrf(A: Tensor): { a: Tensor; tau: Tensor } {
  const x = checkFactors('geqrf', A);
  const [m, n] = [x.size(-2), x.size(-1)];
  const k = Math.min(m, n);
  const batch = sizesFrom(x.shape, 0, -2);
  const taus: number[] = [];
  const a = rewritten(x, (matrix) => {
    for (let j = 0; j < k; j++) taus.push(reflectColumn(matrix, j));
  });
  const tau = fromTypedArray(Float64Array.from(taus), [...batch, k], 'float64').to(x.dtype);
  recordRefusal('geqrf', [x], [a, tau], "the derivative for 'geqrf' is not implemented.");
  return { a, tau };
}

function checkFactors(who: string, value: unknown): Tensor {
  const x = checkTensor(who, 'input', value);
  if (x.ndim < 2) throw new ShapeError(`torch.${who}: input must have at least 2 dimensions.`);
  if (!isFloat(x.dtype)) throw new DtypeError(`"${who}_cpu" not implemented for '${scalarName(x.dtype)}'`);
  return x;
}

// ---- Products with Q = H_1 H_2 ... H_k

// H_k ... H_2 H_1 y for the reflections in the columns of x, or H_1 H_2 ... H_k y.
function reflected(x: Tensor, tau: Tensor, y: Tensor, order: 'first to last' | 'last to first'): Tensor {
  const vectors = add(tril(x, -1), eye(x.size(-2), x.size(-1), { dtype: x.dtype }));
  const columns = Array.from({ length: tau.size(-1) }, (_, i) => i);
  if (order === 'last to first') columns.reverse();
  return columns.reduce((product, i) => {
    const v = narrow(vectors, -1, i, 1);
    const factor = unsqueeze(narrow(tau, -1, i, 1), -1);
    return sub(product, matmul(mul(v, factor), matmul(transposed(v), product)));
  }, y);
}

/**
 * The first columns of the product of the reflections I - tau v v^T whose vectors stand below the diagonal.
 *
 * @source torch.linalg.householder_product
 * @example orgqr(tensor([[1, 0], [0.5, 1]]), tensor([1.6, 0])); // tensor([[-0.6000, -0.8000], [-0.8000, 0.6000]])
 */
export function householderProduct(A: Tensor, tau: Tensor): Tensor {
  checkTensor('householderProduct', 'tau', tau);
  const x = checkMatrix('linalg.householder_product', A);
  if (tau.dtype !== x.dtype) {
    throw new DtypeError(
      `torch.linalg.householder_product: tau dtype ${scalarName(tau.dtype)} does not match input dtype ${scalarName(x.dtype)}`,
    );
  }
  if (tau.ndim !== x.ndim - 1 || !sameShape(sizesFrom(tau.shape, 0, -1), sizesFrom(x.shape, 0, -2))) {
    throw new ShapeError(
      `torch.linalg.householder_product: Expected batch dimensions of tau to be equal to input.shape[:-2], but got [${tau.shape.join(', ')}]`,
    );
  }
  if (tau.size(-1) > x.size(-1) || x.size(-1) > x.size(-2)) {
    throw new ShapeError(
      'torch.linalg.householder_product: input.shape[-1] must be greater than or equal to tau.shape[-1]',
    );
  }
  return reflected(x, tau, expand(eye(x.size(-2), x.size(-1), { dtype: x.dtype }), [...x.shape]), 'last to first');
}

/** Options of {@link ormqr}. */
export interface OrmqrOptions {
  /** Multiply from the left, otherwise from the right. Default true. */
  left?: boolean;
  /** Whether Q is transposed. Default false. */
  transpose?: boolean;
}

/**
 * Q times `other`, with the whole square Q of `geqrf`.
 *
 * @param input (..., m, k) with the vectors of reflections below the diagonal
 * @param tau (..., at most k)
 * @param other (..., m, n), or (..., n, m) from the right
 * @source torch.ormqr
 * @example
 * const { a, tau } = geqrf(tensor([[3, 1], [4, 0.5]]));
 * ormqr(a, tau, tensor([[3, 1], [4, 0.5]]), { transpose: true }); // tensor([[-5.0000, -1.0000], [0.0000, -0.5000]])
 */
export function ormqr(input: Tensor, tau: Tensor, other: Tensor, options: OrmqrOptions = {}): Tensor {
  checkOptions('ormqr', options, ['left', 'transpose']);
  const { left = true, transpose = false } = options;
  const x = checkFactors('ormqr', input);
  checkTensor('ormqr', 'tau', tau);
  checkTensor('ormqr', 'other', other);
  checkFit(x, tau, other, left);
  const order = transpose === left ? 'first to last' : 'last to first';
  return left ? reflected(x, tau, other, order) : transposed(reflected(x, tau, transposed(other), order));
}

function checkFit(x: Tensor, tau: Tensor, other: Tensor, left: boolean): void {
  const batch = sizesFrom(x.shape, 0, -2);
  const require = (holds: boolean, message: string) => {
    if (!holds) throw new ShapeError(`torch.ormqr: ${message}`);
  };
  require(other.ndim >= 2, 'other must have at least 2 dimensions.');
  const side = left ? -2 : -1;
  require(other.size(side) === x.size(-2), `other.shape[${side}] must be equal to input.shape[-2]`);
  require(tau.size(-1) <= x.size(-1), 'tau.shape[-1] must be less than or equal to input.shape[-1]');
  require(tau.ndim ===
    x.ndim -
      1, `Expected tau to have one dimension less than input, but got tau.ndim equal to ${tau.ndim} and input.ndim is equal to ${x.ndim}`);
  require(other.ndim ===
    x.ndim, `Expected other to have the same number of dimensions as input, but got other.ndim equal to ${other.ndim} and input.ndim is equal to ${x.ndim}`);
  for (const [name, given] of [
    ['tau', sizesFrom(tau.shape, 0, -1)],
    ['other', sizesFrom(other.shape, 0, -2)],
  ] as const) {
    require(sameShape(
      given,
      batch,
    ), `Expected batch dimensions of ${name} to be equal to input.shape[:-2], but got [${given.join(', ')}]`);
  }
  for (const [name, { dtype }] of [
    ['tau', tau],
    ['other', other],
  ] as const) {
    if (dtype === x.dtype) continue;
    throw new DtypeError(
      `torch.ormqr: Expected input and ${name} to have the same dtype, but input has dtype ${scalarName(x.dtype)} and ${name} has dtype ${scalarName(dtype)}`,
    );
  }
}
