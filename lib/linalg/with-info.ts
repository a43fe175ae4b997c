// Factorizations that report failure in `info`: 0, or the order of the first minor that failed, for each matrix.
import { checkOptions, LinAlgError } from '../errors.ts';
import { stack } from '../functional/join.ts';
import { reshape, select } from '../functional/views.ts';
import { tensor } from '../tensor/create.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { checkSquare, cholesky, inv, luFactorEx, solve } from './factor.ts';

/** Options of the factorizations that report failure. */
export interface CheckOptions {
  /** Throw on failure as the function without `Ex` does. Default false. */
  checkErrors?: boolean;
}

// Each matrix of the batch by itself: a failure is that of one, whose result is its input.
function each(
  A: Tensor,
  options: CheckOptions,
  run: (a: Tensor, index: number) => Tensor,
  minor: (a: Tensor) => number,
): { result: Tensor; info: Tensor } {
  const batch = sizesFrom(A.shape, 0, -2);
  const flat = reshape(A, [numelOf(batch), ...sizesFrom(A.shape, -2)]);
  const infos: number[] = [];
  const results = Array.from({ length: flat.size(0) }, (_, i) => {
    const a = select(flat, 0, i);
    try {
      const y = run(a, i);
      infos.push(0);
      return y;
    } catch (error) {
      if (!(error instanceof LinAlgError) || options.checkErrors === true) throw error;
      infos.push(minor(a));
      return a;
    }
  });
  const info = reshape(tensor(infos, { dtype: 'int32' }), batch);
  const [first] = results;
  const result = first === undefined ? A : reshape(stack(results), [...batch, ...first.shape]);
  return { result, info };
}

// The order of the first leading minor that is not positive definite.
function cholesky0(a: Tensor): number {
  for (let k = 1; k <= a.size(-1); k++) {
    try {
      cholesky(a.detach().narrow(0, 0, k).narrow(1, 0, k));
    } catch {
      return k;
    }
  }
  return a.size(-1);
}

// The place of the first zero on the diagonal of U.
function zeroPivot(a: Tensor): number {
  return Number(luFactorEx(a.detach()).info.item());
}

/**
 * As `cholesky`, with `info` in the place of an error. @source torch.linalg.cholesky_ex
 * @example linalg.choleskyEx(tensor([[1, 2], [2, 1]]).float()).info; // tensor(2, dtype=torch.int32)
 */
export function choleskyEx(A: Tensor, options: CheckOptions & { upper?: boolean } = {}): { L: Tensor; info: Tensor } {
  const x = checkSquare('linalg.cholesky_ex', A);
  checkOptions('linalg.cholesky_ex', options, ['upper', 'checkErrors']);
  const { result, info } = each(x, options, (a) => cholesky(a, { upper: options.upper ?? false }), cholesky0);
  return { L: result, info };
}

/**
 * As `inv`, with `info` in the place of an error. @source torch.linalg.inv_ex
 * @example linalg.invEx(tensor([[1, 2], [2, 4]]).float()).info; // tensor(2, dtype=torch.int32)
 */
export function invEx(A: Tensor, options: CheckOptions = {}): { inverse: Tensor; info: Tensor } {
  checkOptions('linalg.inv_ex', options, ['checkErrors']);
  const { result, info } = each(checkSquare('linalg.inv_ex', A), options, (a) => inv(a), zeroPivot);
  return { inverse: result, info };
}

/**
 * As `solve`, with `info` in the place of an error. @source torch.linalg.solve_ex
 * @example linalg.solveEx(tensor([[1, 2], [2, 4]]).float(), ones(2)).info; // tensor(2, dtype=torch.int32)
 */
export function solveEx(
  A: Tensor,
  B: Tensor,
  options: CheckOptions & { left?: boolean } = {},
): { result: Tensor; info: Tensor } {
  checkTensor('solveEx', 'B', B);
  const x = checkSquare('linalg.solve_ex', A);
  checkOptions('linalg.solve_ex', options, ['left', 'checkErrors']);
  const { info } = invEx(x.detach(), { checkErrors: options.checkErrors ?? false });
  const singular = info.ne(0).any().item() === true;
  return { result: singular ? B.mul(Number.NaN) : solve(x, B, { left: options.left ?? true }), info };
}
