// Functions of matrices whose older forms PyTorch keeps at its root.
import { checkOptions } from '../errors.ts';
import { add } from '../functional/binary.ts';
import { tril, triu } from '../functional/triangles.ts';
import { narrow } from '../functional/views.ts';
import { eye } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import {
  checkPivots,
  luFactor,
  luFactorEx,
  type PivotOptions,
  permutationMatrix,
  solveTriangular,
  luSolve as solveWith,
  transposed,
} from './factor.ts';
import * as spectral from './spectral.ts';

/** Options of {@link lu}. */
export interface LuOptions extends PivotOptions {
  /** Give `info` instead of throwing where the matrix is singular. Default false. */
  getInfos?: boolean;
}

/**
 * As `linalg.luFactor`. @source torch.lu
 * @example
 * lu(tensor([[1, 2], [4, 3.5]]));
 * // {LU: tensor([[4.0000, 3.5000], [0.2500, 1.1250]]), pivots: tensor([2, 2], dtype=torch.int32)}
 */
export function lu(A: Tensor, options: LuOptions = {}): { LU: Tensor; pivots: Tensor; info?: Tensor } {
  checkTensor('lu', 'A', A);
  checkOptions('lu', options, ['pivot', 'getInfos']);
  const { pivot = true, getInfos = false } = options;
  return getInfos ? luFactorEx(A, { pivot }) : luFactor(A, { pivot });
}

/**
 * X with A X = B from the factors of A. @source torch.lu_solve
 * @example
 * const { LU, pivots } = lu(tensor([[1, 2], [4, 3.5]]));
 * luSolve(tensor([[5], [11]]).float(), LU, pivots); // tensor([[1.], [2.]])
 */
export function luSolve(B: Tensor, LU: Tensor, pivots: Tensor): Tensor {
  checkTensor('luSolve', 'B', B);
  checkTensor('luSolve', 'LU', LU);
  checkTensor('luSolve', 'pivots', pivots);
  return solveWith(LU, pivots, B);
}

/**
 * P, L and U from what `lu` gives. @source torch.lu_unpack
 * @example
 * const { LU, pivots } = lu(tensor([[1, 2], [4, 3.5]]));
 * luUnpack(LU, pivots).P; // tensor([[0., 1.], [1., 0.]])
 */
export function luUnpack(LU: Tensor, pivots: Tensor): { P: Tensor; L: Tensor; U: Tensor } {
  checkTensor('luUnpack', 'LU', LU);
  checkTensor('luUnpack', 'pivots', pivots);
  const k = Math.min(LU.size(-2), LU.size(-1));
  const P = permutationMatrix(LU, checkPivots('torch.lu_unpack', LU, pivots));
  const L = add(narrow(tril(LU, -1), -1, 0, k), eye(LU.size(-2), k, { dtype: LU.dtype }));
  return { P, L, U: narrow(triu(LU), -2, 0, k) };
}

/** Options of {@link svd}. */
export interface OlderSvdOptions {
  /** Whether U and V have only as many columns as there are singular values. Default true. */
  some?: boolean;
}

/**
 * U, S and V with A = U diag(S) V^T. @source torch.svd
 * @example svd(tensor([[3, 0], [0, -4.5]])).S; // tensor([4.5000, 3.0000])
 */
export function svd(A: Tensor, options: OlderSvdOptions = {}): { U: Tensor; S: Tensor; V: Tensor } {
  checkTensor('svd', 'A', A);
  checkOptions('svd', options, ['some']);
  const { U, S, Vh } = spectral.svd(A, { fullMatrices: options.some === false });
  return { U, S, V: transposed(Vh) };
}

/** Options of {@link triangularSolve}. */
export interface TriangularSolveOptions {
  /** Which triangle of A is read. Default true. */
  upper?: boolean;
  /** Whether A is transposed first. Default false. */
  transpose?: boolean;
  /** Whether the diagonal is taken to be 1. Default false. */
  unitriangular?: boolean;
}

/**
 * X with A X = B for a triangular A; the arguments are (B, A). @source torch.triangular_solve
 * @example
 * triangularSolve(tensor([[4], [1.5]]), tensor([[2, 1], [0, 0.5]])).solution;
 * // tensor([[0.5000], [3.0000]])
 */
export function triangularSolve(
  B: Tensor,
  A: Tensor,
  options: TriangularSolveOptions = {},
): { solution: Tensor; clonedCoefficient: Tensor } {
  checkTensor('triangularSolve', 'B', B);
  checkTensor('triangularSolve', 'A', A);
  checkOptions('triangularSolve', options, ['upper', 'transpose', 'unitriangular']);
  const { upper = true, transpose = false, unitriangular = false } = options;
  const matrix = transpose ? transposed(A) : A;
  const solution = solveTriangular(matrix, B, { upper: upper !== transpose, unitriangular });
  return { solution, clonedCoefficient: A.clone() };
}
