// Randomised factorizations of low rank, after Halko, Martinsson and Tropp (2011), algorithms 4.4 and 5.1.
import { checkOptions, ValueError } from '../errors.ts';
import { sub } from '../functional/binary.ts';
import { matmul } from '../functional/matmul.ts';
import { mean } from '../functional/reduce.ts';
import { transpose } from '../functional/views.ts';
import { randn } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkMatrix, qr, transposed } from './factor.ts';
import { svd } from './spectral.ts';

/** U, the singular values S, and V with A = U diag(S) V^T, approximately. */
export interface LowRank {
  readonly U: Tensor;
  readonly S: Tensor;
  readonly V: Tensor;
}

/** Options of {@link svdLowrank}. */
export interface SvdLowrankOptions {
  /** Rank looked for, a little above the real one. Default 6. */
  q?: number | null;
  /** Rounds of the subspace iteration. Default 2. */
  niter?: number;
  /** Subtracted from A first. */
  M?: Tensor | null;
}

// An orthonormal basis of about the range of A.
function basisOf(A: Tensor, q: number, niter: number): Tensor {
  const range = (x: Tensor) => qr(x).Q;
  let basis = range(matmul(A, randn([A.size(-1), q], { dtype: A.dtype as 'float32' })));
  for (let i = 0; i < niter; i++) basis = range(matmul(A, range(matmul(transposed(A), basis))));
  return basis;
}

/**
 * The singular value decomposition of a matrix of low rank, approximately. @source torch.svd_lowrank
 * @example
 * const A = tensor([[1, 2], [3, 4], [5, 6.5]]);
 * const { U, S, V } = svdLowrank(A, { q: 2 });
 * allclose(U.mul(S).mm(V.t()), A, { atol: 1e-4 }); // true
 */
export function svdLowrank(A: Tensor, options: SvdLowrankOptions = {}): LowRank {
  checkOptions('svdLowrank', options, ['q', 'niter', 'M']);
  const { niter = 2, M = null } = options;
  if (!(niter >= 0 && niter < 2 ** 31)) throw new ValueError(`niter(=${niter}) must be non-negative integer`);
  const x = M === null ? checkMatrix('svd_lowrank', A) : sub(checkMatrix('svd_lowrank', A), M);
  const [m, n] = [x.size(-2), x.size(-1)];
  const wide = m < n;
  const a = wide ? transpose(x, -2, -1) : x;
  const Q = basisOf(a, options.q ?? 6, niter);
  const { U, S, Vh } = svd(matmul(transposed(Q), a), { fullMatrices: false });
  const [left, right] = [matmul(Q, U), transposed(Vh)];
  return wide ? { U: right, S, V: left } : { U: left, S, V: right };
}

/** Options of {@link pcaLowrank}. */
export interface PcaLowrankOptions {
  /** Number of components. Default min(6, m, n). */
  q?: number | null;
  /** Whether the mean of each column is subtracted first. Default true. */
  center?: boolean;
  /** Rounds of the subspace iteration. Default 2. */
  niter?: number;
}

/**
 * The principal components of the rows of a matrix, approximately. @source torch.pca_lowrank
 * @example pcaLowrank(randn(10, 5), { q: 2 }).V.shape; // [5, 2]
 */
export function pcaLowrank(A: Tensor, options: PcaLowrankOptions = {}): LowRank {
  checkOptions('pcaLowrank', options, ['q', 'center', 'niter']);
  const x = checkMatrix('pca_lowrank', A);
  const [m, n] = [x.size(-2), x.size(-1)];
  const { center = true, niter = 2 } = options;
  const q = options.q ?? Math.min(6, m, n);
  if (!(q >= 0 && q <= Math.min(m, n))) {
    throw new ValueError(`q(=${q}) must be non-negative integer and not greater than min(m, n)=${Math.min(m, n)}`);
  }
  return svdLowrank(center ? sub(x, mean(x, -2, { keepdim: true })) : x, { q, niter });
}
