// The namespace `linalg`: factorizations, solvers, norms and products of matrices in the last two dimensions.
import { checkOptions } from '../errors.ts';
import { vander as powersOf } from '../functional/rearrange.ts';
import { diagonal as diagonalOf } from '../functional/views.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { inv, slogdet } from './factor.ts';

export { cross, vecdot } from '../functional/einsum.ts';
export { matmul } from '../functional/matmul.ts';
export {
  cholesky,
  choleskyInverse,
  choleskySolve,
  det,
  inv,
  type LuSolveOptions,
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

/** The diagonal of matrices in the last two dimensions. @source torch.linalg.diagonal */
export function diagonal(A: Tensor, options: { offset?: number; dim1?: number; dim2?: number } = {}): Tensor {
  return diagonalOf(A, { dim1: -2, dim2: -1, ...options });
}

/** log of the determinant: NaN where it is negative, -infinity where it is 0. @source torch.logdet */
export function logdet(A: Tensor): Tensor {
  const { sign, logabsdet } = slogdet(A);
  return logabsdet.where(sign.ge(0), Number.NaN);
}

/** Powers of a vector's elements as columns, from low to high. @param options N columns, as many as elements unless given @source torch.linalg.vander */
export function vander(x: Tensor, options: { N?: number | null } = {}): Tensor {
  checkOptions('linalg.vander', options, ['N']);
  return powersOf(x, { ...options, increasing: true });
}

/** As `inv`. @source torch.inverse */
export const inverse: (A: Tensor) => Tensor = inv;
