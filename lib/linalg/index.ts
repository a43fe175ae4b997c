// The namespace `linalg`: factorizations, solvers, norms and products of matrices in the last two dimensions.
import { factsOf, isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ValueError } from '../errors.ts';
import { numberOrOption } from '../functional/arguments.ts';
import { cross as crossOf } from '../functional/einsum.ts';
import { diagonal as diagonalOf, unsqueeze } from '../functional/views.ts';
import { arange } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { slogdet } from './determinant.ts';
import { inv } from './factor.ts';

export { vecdot } from '../functional/einsum.ts';
export { matmul } from '../functional/matmul.ts';
export { det, slogdet } from './determinant.ts';
export {
  cholesky,
  choleskyInverse,
  choleskySolve,
  inv,
  type LuFactorExOptions,
  type LuSolveOptions,
  lu,
  luFactor,
  luFactorEx,
  luSolve,
  type PivotOptions,
  qr,
  type SolveTriangularOptions,
  solve,
  solveTriangular,
} from './factor.ts';
export { householderProduct } from './householder.ts';
export { type LdlFactorExOptions, ldlFactor, ldlFactorEx, ldlSolve } from './ldl.ts';
export {
  cond,
  linalgNorm as norm,
  type MatrixNormOptions,
  type MatrixNormOrder,
  matrixNorm,
  type NamedNormOptions,
  vectorNorm,
} from './norms.ts';
export {
  eigh,
  eigvalsh,
  type LeastSquares,
  lstsq,
  matrixExp,
  matrixPower,
  matrixRank,
  multiDot,
  pinv,
  type SvdOptions,
  svd,
  svdvals,
  type ToleranceOptions,
  tensorinv,
  tensorsolve,
} from './spectral.ts';

export { type CheckOptions, choleskyEx, invEx, solveEx } from './with-info.ts';

/**
 * The cross product of vectors of 3 along `dim`. @source torch.linalg.cross
 * @example linalg.cross(tensor([[1, 0, 0]]), tensor([[0, 1, 0]])); // tensor([[0, 0, 1]])
 */
export function cross(a: Tensor, b: Tensor, dim: number | { dim?: number } = -1): Tensor {
  return crossOf(a, b, numberOrOption('linalg.cross', 'dim', dim, -1));
}

/**
 * The diagonal of matrices in the last two dimensions. @source torch.linalg.diagonal
 * @example linalg.diagonal(tensor([[1, 2], [3, 4]])); // tensor([1, 4])
 */
export function diagonal(A: Tensor, options: { offset?: number; dim1?: number; dim2?: number } = {}): Tensor {
  return diagonalOf(A, { dim1: -2, dim2: -1, ...options });
}

/**
 * log of the determinant: NaN where it is negative, -infinity where it is 0. @source torch.logdet
 * @example logdet(tensor([[2, 0], [0, 0.5]])); // tensor(0.)
 */
export function logdet(A: Tensor): Tensor {
  const { sign, logabsdet } = slogdet(A);
  return logabsdet.where(sign.ge(0), Number.NaN);
}

/**
 * As `inv`. @source torch.inverse
 * @example inverse(tensor([[2, 0], [0, 0.5]])); // tensor([[0.5000, 0.0000], [0.0000, 2.0000]])
 */
export const inverse: (A: Tensor) => Tensor = inv;

/**
 * Rows of powers of the last dimension, from 0 to N - 1; `N` is its length unless given. @source torch.linalg.vander
 * @example linalg.vander(tensor([1, 2, 3])); // tensor([[1, 1, 1], [1, 2, 4], [1, 3, 9]])
 */
export function vander(x: Tensor, options: { N?: number | null } = {}): Tensor {
  const { dtype, ndim } = checkTensor('linalg.vander', 'input', x);
  checkOptions('linalg.vander', options, ['N']);
  if (dtype === 'bool' || (isFloat(dtype) && factsOf(dtype).bytes < 4)) {
    throw new DtypeError(
      `linalg.vander supports floating point, complex, and integer tensors, but got ${scalarName(dtype)}`,
    );
  }
  const N = options.N ?? (ndim === 0 ? 1 : x.size(-1));
  if (!(N > 1)) throw new ValueError('N must be greater than 1.');
  return unsqueeze(ndim === 0 ? unsqueeze(x, 0) : x, -1).pow(arange(N));
}
