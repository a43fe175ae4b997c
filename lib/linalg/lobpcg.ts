// Some of the largest or smallest eigenvalues of a large symmetric matrix, by the locally optimal block preconditioned
// conjugate gradient method: A. V. Knyazev, SIAM J. Sci. Comput. 23 (2001), with orthonormal bases.
import { withGradMode } from '../autograd/mode.ts';
import { recordMany } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import { AutogradError, checkOptions, LinAlgError, ShapeError, ValueError } from '../errors.ts';
import { add, div, mul, sub } from '../functional/binary.ts';
import { flip } from '../functional/indexing.ts';
import { cat, stack } from '../functional/join.ts';
import { matmul } from '../functional/matmul.ts';
import { diagEmbed } from '../functional/triangles.ts';
import { abs } from '../functional/unary.ts';
import { normOver } from '../functional/vector-norm.ts';
import { narrow, reshape, select, squeeze, unsqueeze } from '../functional/views.ts';
import { eye } from '../tensor/create.ts';
import { randn } from '../tensor/random.ts';
import { numelOf, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { checkSquare, cholesky, qr, safeQuotient, solve, solveTriangular, transposed } from './factor.ts';
import { eigh } from './spectral.ts';

/** Where the iteration of {@link lobpcg} stands, for its tracker. */
export interface LobpcgState {
  /** How many steps were done before this one. */
  readonly istep: number;
  /** How many of the pairs, from the first on, are as exact as `tol` asks. */
  readonly convergedCount: number;
  /** The eigenvalues (n), the eigenvectors (m, n) and the residuals (m, n) so far. */
  readonly E: Tensor;
  readonly X: Tensor;
  readonly R: Tensor;
  /** Set to true, ends the iteration. */
  forceStop: boolean;
}

/** Options of {@link lobpcg}. */
export interface LobpcgOptions {
  /** Number of eigenpairs. Default: the number of columns of X, or 1. */
  k?: number | null;
  /** The matrix of the generalized problem A x = e B x: (..., m, m), positive definite. Default: the identity. */
  B?: Tensor | null;
  /** First approximation of eigenvectors (..., m, n) with k <= n. Default: random. */
  X?: Tensor | null;
  /** Number of columns where X is not given. Default k. */
  n?: number | null;
  /** Preconditioner (m, m). Default: none. */
  iK?: Tensor | null;
  /** Most steps; -1 for as many as it takes, while they come closer. Default 1000. */
  niter?: number | null;
  /** Size of residuals, relative to A and B, at which a pair is exact. Default: the root of the precision. */
  tol?: number | null;
  /** Whether the largest are wanted, otherwise the smallest. Default true. */
  largest?: boolean | null;
  /** Accepted; the bases are orthonormal either way. Default 'ortho'. */
  method?: 'basic' | 'ortho' | null;
  /** Called after each step. */
  tracker?: ((state: LobpcgState) => void) | null;
}

// Without a limit of steps, an iteration that does not come closer for so long never will.
const mostIdleSteps = 1000;

const defaultTolerance = { float32: 1.2e-7 ** 0.5, float64: 2.23e-16 ** 0.5 } as const;

/**
 * Eigenvalues E (..., k) and eigenvectors X (..., m, k) of symmetric matrices A (..., m, m), the outermost first.
 *
 * @throws ValueError if A has fewer than three rows for each column that is iterated on, LinAlgError if it holds NaN
 * @source torch.lobpcg
 * @example
 * manualSeed(0);
 * lobpcg(diag(arange(9).float()), { k: 2 }).E; // tensor([8.0000, 7.0000])
 */
export function lobpcg(A: Tensor, options: LobpcgOptions = {}): { E: Tensor; X: Tensor } {
  checkOptions('lobpcg', options, ['k', 'B', 'X', 'n', 'iK', 'niter', 'tol', 'largest', 'method', 'tracker']);
  const given = checkSquare('lobpcg', A);
  const a = given.requiresGrad ? div(add(given, transposed(given)), 2) : given;
  const { B = null } = options;
  const [E, X] = withGradMode(false, () => solveAll(a, options));
  recordMany('lobpcg', B === null ? [a] : [a, B], [E, X], [a, E, X], ([gE, gX], saved) => {
    if (B !== null) throw new AutogradError('lobpcg.backward does not support backward with B != I yet.');
    return [slope(gE ?? null, gX ?? null, saved as [Tensor, Tensor, Tensor])];
  });
  return { E, X };
}

// One matrix of the batch after another.
function solveAll(A: Tensor, options: LobpcgOptions): [E: Tensor, X: Tensor] {
  const { B = null, X: first = null } = options;
  const X = first === null ? null : checkTensor('lobpcg', 'X', first);
  const m = A.size(-1);
  const k = options.k ?? X?.size(-1) ?? 1;
  const n = X?.size(-1) ?? options.n ?? k;
  if (m < 3 * n) {
    throw new ValueError(
      `LPBPCG algorithm is not applicable when the number of A rows (=${m}) is smaller than 3 x the number of requested eigenpairs (=${n})`,
    );
  }
  const batch = sizesFrom(A.shape, 0, -2);
  checkPart('B', B, A.shape);
  checkPart('X', X, [...batch, m, n]);
  checkPart('iK', options.iK ?? null, [m, m]);
  const each = (x: Tensor, i: number) => select(reshape(x, [-1, ...sizesFrom(x.shape, -2)]), 0, i);
  const pairs = Array.from({ length: numelOf(batch) }, (_, i) => {
    const start = X === null ? randn([m, n], { dtype: A.dtype as FloatDtype }) : each(X, i);
    return solveOne(each(A, i), B === null ? null : each(B, i), start, k, options);
  });
  const joined = (parts: Tensor[], shape: number[]) =>
    reshape(parts.length === 0 ? emptyOf([0], A.dtype) : stack(parts), [...batch, ...shape]);
  const found = Math.min(k, n);
  return [
    joined(
      pairs.map(({ E }) => E),
      [found],
    ),
    joined(
      pairs.map((pair) => pair.X),
      [m, found],
    ),
  ];
}

function checkPart(name: string, x: Tensor | null, shape: readonly number[]): void {
  if (x === null || sameShape(checkTensor('lobpcg', name, x).shape, shape)) return;
  throw new ShapeError(`lobpcg: ${name} must have the shape [${shape.join(', ')}], got [${x.shape.join(', ')}]`);
}

// With B = L L^T and Y = L^T X, the problem is that of L^-1 A L^-T and the identity.
function solveOne(
  A: Tensor,
  B: Tensor | null,
  start: Tensor,
  k: number,
  options: LobpcgOptions,
): { E: Tensor; X: Tensor } {
  const { iK = null } = options;
  if (B === null) {
    return iterate(
      A,
      start,
      (R) => (iK === null ? R : matmul(iK, R)),
      (X) => X,
      k,
      options,
    );
  }
  const L = cholesky(B);
  const half = solveTriangular(L, A, { upper: false });
  const reduced = transposed(solveTriangular(L, transposed(half), { upper: false }));
  const precondition = (R: Tensor) => (iK === null ? R : matmul(transposed(L), matmul(iK, matmul(L, R))));
  const original = (Y: Tensor) => solveTriangular(transposed(L), Y, { upper: true });
  return iterate(reduced, matmul(transposed(L), start), precondition, original, k, options);
}

// Rayleigh-Ritz on the span of the approximation, its preconditioned residuals and the last direction.
function iterate(
  A: Tensor,
  start: Tensor,
  precondition: (R: Tensor) => Tensor,
  original: (Y: Tensor) => Tensor,
  k: number,
  options: LobpcgOptions,
): { E: Tensor; X: Tensor } {
  const n = start.size(-1);
  const niter = options.niter ?? 1000;
  if (!(Number.isInteger(niter) && niter >= -1))
    throw new ValueError(`niter(=${niter}) must be an integer, -1 for no limit`);
  const tol = options.tol ?? defaultTolerance[A.dtype === 'float64' ? 'float64' : 'float32'];
  const size = div(normOver(matmul(A, start)), normOver(start));
  let [span, Y]: [Tensor, Tensor | null] = [start, null];
  let [least, leastStep] = [Number.POSITIVE_INFINITY, 0];
  for (let istep = 1; ; istep++) {
    const Q = qr(span).Q;
    const [E, C] = outermost(matmul(transposed(Q), matmul(A, Q)), n, options.largest ?? true);
    const next = matmul(Q, C);
    const R = sub(matmul(A, next), mul(next, E));
    const residual = Number(normOver(R).item());
    if (Number.isNaN(residual)) {
      throw new LinAlgError('lobpcg: the algorithm failed to converge because the input contained non-finite values.');
    }
    if (residual < least) [least, leastStep] = [residual, istep];
    else if (niter === -1 && istep - leastStep === mostIdleSteps) {
      throw new LinAlgError(`lobpcg: the residuals stay at ${least}, which is not within tol ${tol}`);
    }
    const exact = normOver(R, { dim: 0 })
      .lt(add(abs(E), size).mul(tol))
      .tolist() as boolean[];
    const convergedCount = [...exact, false].indexOf(false);
    const state: LobpcgState = { istep, convergedCount, E, X: original(next), R, forceStop: false };
    options.tracker?.(state);
    if (state.forceStop || istep === niter || convergedCount >= Math.min(k, n)) {
      return { E: narrow(E, 0, 0, Math.min(k, n)), X: narrow(state.X, 1, 0, Math.min(k, n)) };
    }
    const direction = Y === null ? [] : [sub(next, matmul(Y, matmul(transposed(Y), next)))];
    span = cat([next, precondition(R), ...direction], 1);
    Y = next;
  }
}

function outermost(A: Tensor, n: number, largest: boolean): [values: Tensor, vectors: Tensor] {
  const { eigenvalues, eigenvectors } = eigh(A);
  const take = (x: Tensor) => (largest ? flip(narrow(x, -1, x.size(-1) - n, n), -1) : narrow(x, -1, 0, n));
  return [take(eigenvalues), take(eigenvectors)];
}

// As of all eigenpairs, but what leaves the span of X is found by solving: its own pairs are not known. With
// P = I - X X^T, the part of dX_j outside of X is -(P (A - e_j) P)^+ dA x_j.
function slope(gE: Tensor | null, gX: Tensor | null, [A, E, X]: [Tensor, Tensor, Tensor]): Tensor {
  const Xt = transposed(X);
  const inside = gE === null ? null : diagEmbed(gE);
  if (gX === null) return matmul(matmul(X, inside as Tensor), Xt);
  const turned = safeQuotient(matmul(Xt, gX), sub(unsqueeze(E, -2), unsqueeze(E, -1)));
  const within = matmul(matmul(X, inside === null ? turned : add(inside, turned)), Xt);
  const onto = matmul(X, Xt);
  const P = sub(eye(A.size(-1), { dtype: A.dtype }), onto);
  const shifts = unsqueeze(unsqueeze(E, -1), -1);
  const regular = add(sub(unsqueeze(matmul(P, matmul(A, P)), -3), mul(shifts, unsqueeze(P, -3))), unsqueeze(onto, -3));
  const outside = solve(regular, unsqueeze(transposed(matmul(P, gX)), -1));
  return sub(within, matmul(transposed(squeeze(outside, -1)), Xt));
}
