// The namespace `linalg`: factorizations, solvers, norms and products of matrices in the last two dimensions.
import { diagonal as diagonalOf } from '../functional/views.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { inv, slogdet } from './factor.ts';

export { cross, vecdot } from '../functional/einsum.ts';
export { matmul } from '../functional/matmul.ts';
export { vander } from '../functional/rearrange.ts';
export {
  cholesky,
  choleskyInverse,
  choleskySolve,
  det,
  inv,
  lu,
  luFactor,
  luSolve,
  qr,
  type SolveTriangularOptions,
  slogdet,
  solve,
  solveTriangular,
} from './factor.ts';
export {
  cond,
  eigh,
  eigvalsh,
  householderProduct,
  type LeastSquares,
  linalgNorm as norm,
  lstsq,
  type MatrixNormOptions,
  type MatrixNormOrder,
  matrixExp,
  matrixNorm,
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
  vectorNorm,
} from './spectral.ts';

export { type CheckOptions, choleskyEx, invEx, luFactorEx, solveEx } from './with-info.ts';

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
