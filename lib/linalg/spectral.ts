// Eigenvalues of symmetric matrices, singular values, and what they give: ranks, pseudoinverses, least squares.
import { record } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import { checkOptions, ShapeError, ValueError } from '../errors.ts';
import { argumentOrOption, numberOrOption } from '../functional/arguments.ts';
import { add, div, gt, maximum, mul, sub } from '../functional/binary.ts';
import { contiguous } from '../functional/copies.ts';
import { matmul } from '../functional/matmul.ts';
import { amax, sum } from '../functional/reduce.ts';
import { clampMin, where } from '../functional/select.ts';
import { diagEmbed } from '../functional/triangles.ts';
import { abs, square } from '../functional/unary.ts';
import { expand, movedim, narrow, reshape, squeeze, unsqueeze } from '../functional/views.ts';
import * as kernels from '../native/kernels.gen.ts';
import { eye, zeros } from '../tensor/create.ts';
import { checkIntegers, numelOf, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, checkTensors, emptyOf, Tensor } from '../tensor/tensor.ts';
import { checkMatrix, checkSquare, inv, safeQuotient, solve, transposed, withGradients } from './factor.ts';

const batchOf = (x: Tensor) => sizesFrom(x.shape, 0, -2);
const columnsTimes = (x: Tensor, factors: Tensor) => mul(x, unsqueeze(factors, -2));

// ---- Symmetric eigenvalues

/** Which triangle of a symmetric matrix is read. */
export type Triangle = 'L' | 'U' | { UPLO?: 'L' | 'U' };

/**
 * Eigenvalues in ascending order and eigenvectors in columns, of symmetric matrices. The sign of a vector is arbitrary.
 *
 * @source torch.linalg.eigh
 * @example linalg.eigh(tensor([[2, 1], [1, 2]]).float()).eigenvalues; // tensor([1., 3.])
 */
export function eigh(A: Tensor, triangle: Triangle = 'L'): { eigenvalues: Tensor; eigenvectors: Tensor } {
  const x = checkSquare('linalg.eigh', A);
  const UPLO = typeof triangle === 'object' ? (triangle?.UPLO ?? 'L') : triangle;
  if (UPLO !== 'L' && UPLO !== 'U') {
    throw new ValueError(`Expected UPLO argument to be 'L' or 'U', but got ${String(UPLO)}`);
  }
  const upper = UPLO === 'U';
  const n = x.size(-1);
  const w = emptyOf([...batchOf(x), n], x.dtype);
  const v = emptyOf(x.shape, x.dtype);
  const source = contiguous((upper ? transposed(x) : x).detach());
  kernels.eigh(x.dtype as FloatDtype, source, w, v, numelOf(batchOf(x)), n);
  const [eigenvalues, eigenvectors] = withGradients('linalgEigh', x, [w, v], ([gw, gv], [values, vectors]) => {
    const [sw, sv] = [values as Tensor, vectors as Tensor];
    const inside = gw ? diagEmbed(gw) : mul(sv, 0);
    if (!gv) return sandwich(sv, inside);
    const differences = sub(unsqueeze(sw, -2), unsqueeze(sw, -1));
    // Eigenvectors turn only: of V^T gV the skew part counts, and the gradient is symmetric.
    const turned = matmul(transposed(sv), gv);
    const skew = div(sub(turned, transposed(turned)), 2);
    return sandwich(sv, add(inside, safeQuotient(skew, differences)));
  }) as [Tensor, Tensor];
  return { eigenvalues, eigenvectors };
}

function sandwich(v: Tensor, inside: Tensor): Tensor {
  return matmul(matmul(v, inside), transposed(v));
}

/**
 * Eigenvalues of symmetric matrices in ascending order. @source torch.linalg.eigvalsh
 * @example linalg.eigvalsh(tensor([[2, 1], [1, 2]]).float()); // tensor([1., 3.])
 */
export function eigvalsh(A: Tensor, triangle: Triangle = 'L'): Tensor {
  checkTensor('eigvalsh', 'A', A);
  return eigh(A, triangle).eigenvalues;
}

// ---- Singular values

/** Options of {@link svd}. */
export interface SvdOptions {
  /** Whether U and V are square. Default true. */
  fullMatrices?: boolean;
  /** Accepted; there is one driver. */
  driver?: string | null;
}

function thinSvd(x: Tensor, full: boolean): [U: Tensor, S: Tensor, V: Tensor] {
  const [m, n] = [x.size(-2), x.size(-1)];
  if (m < n) {
    const [V, S, U] = thinSvd(transposed(x), full);
    return [U, S, V];
  }
  const columns = full ? m : n;
  const U = emptyOf([...batchOf(x), m, columns], x.dtype);
  const S = emptyOf([...batchOf(x), n], x.dtype);
  const V = emptyOf([...batchOf(x), n, n], x.dtype);
  kernels.svd(x.dtype as FloatDtype, contiguous(x.detach()), U, S, V, numelOf(batchOf(x)), m, n, columns);
  return [U, S, V];
}

/**
 * A = U diag(S) Vh with S in descending order. The signs of the vectors are arbitrary.
 *
 * @source torch.linalg.svd
 * @example
 * const { U, S, Vh } = linalg.svd(randn(3, 5), { fullMatrices: false });
 * [U.shape, S.shape, Vh.shape]; // [[3, 3], [3], [3, 5]]
 */
export function svd(A: Tensor, options: SvdOptions | boolean = {}): { U: Tensor; S: Tensor; Vh: Tensor } {
  const x = checkMatrix('linalg.svd', A);
  const given = typeof options === 'boolean' ? { fullMatrices: options } : options;
  checkOptions('linalg.svd', given, ['fullMatrices']);
  const { fullMatrices = true } = given;
  const [m, n] = [x.size(-2), x.size(-1)];
  const k = Math.min(m, n);
  const outputs = withGradients('linalgSvd', x, thinSvd(x, fullMatrices), ([gU, gS, gV], saved) => {
    const [u, s, v] = saved as [Tensor, Tensor, Tensor];
    const thin = (w: Tensor | null | undefined) => (w ? narrow(w, -1, 0, k) : null);
    return svdSlope([thin(gU), gS ?? null, thin(gV)], narrow(u, -1, 0, k), s, narrow(v, -1, 0, k));
  }) as [Tensor, Tensor, Tensor];
  return { U: outputs[0], S: outputs[1], Vh: transposed(outputs[2]) };
}

// U [ skew(U^T gU)/E S + S skew(V^T gV)/E + diag gS ] V^T and what leaves the spaces of U and V. E_ij = s_j^2 - s_i^2.
function svdSlope(
  [gU, gS, gV]: readonly [Tensor | null, Tensor | null, Tensor | null],
  U: Tensor,
  S: Tensor,
  V: Tensor,
): Tensor {
  const E = sub(unsqueeze(square(S), -2), unsqueeze(square(S), -1));
  const skew = (x: Tensor) => sub(x, transposed(x));
  let inside = gS === null ? diagEmbed(mul(S, 0)) : diagEmbed(gS);
  if (gU !== null) inside = add(inside, columnsTimes(safeQuotient(skew(matmul(transposed(U), gU)), E), S));
  if (gV !== null) inside = add(inside, mul(unsqueeze(S, -1), safeQuotient(skew(matmul(transposed(V), gV)), E)));
  let result = matmul(matmul(U, inside), transposed(V));
  const outside = (W: Tensor, gW: Tensor) => columnsTimes(sub(gW, matmul(W, matmul(transposed(W), gW))), div(1, S));
  if (gU !== null && U.size(-2) > U.size(-1)) result = add(result, matmul(outside(U, gU), transposed(V)));
  if (gV !== null && V.size(-2) > V.size(-1)) result = add(result, matmul(U, transposed(outside(V, gV))));
  return result;
}

/**
 * Singular values in descending order. @source torch.linalg.svdvals
 * @example linalg.svdvals(tensor([[3, 0], [0, -4.5]])); // tensor([4.5000, 3.0000])
 */
export function svdvals(A: Tensor): Tensor {
  checkTensor('svdvals', 'A', A);
  return svd(A, { fullMatrices: false }).S;
}

// ---- Rank, pseudoinverse, least squares

/** Tolerances below which singular values count as 0. */
export interface ToleranceOptions {
  /** Absolute. Default 0. */
  atol?: number | Tensor | null;
  /** Relative to the largest. Default max(m, n) eps. */
  rtol?: number | Tensor | null;
  /** Whether the matrix is symmetric. Default false. */
  hermitian?: boolean;
}

const epsilon = (x: Tensor) => (x.dtype === 'float64' ? Number.EPSILON : 2 ** -23);

function cutoff(x: Tensor, s: Tensor, { atol = null, rtol = null }: ToleranceOptions): Tensor {
  const relative = rtol ?? (atol === null || atol === 0 ? Math.max(x.size(-1), x.size(-2)) * epsilon(x) : 0);
  const largest = amax(s.detach(), -1, { keepdim: true });
  const scaled = mul(largest, relative instanceof Tensor && relative.ndim > 0 ? unsqueeze(relative, -1) : relative);
  if (!(atol instanceof Tensor)) return clampMin(scaled, atol ?? 0);
  return maximum(scaled, atol.ndim > 0 ? unsqueeze(atol, -1) : atol);
}

/**
 * How many singular values are not 0. @returns int64 @source torch.linalg.matrix_rank
 * @example linalg.matrixRank(tensor([[1, 2], [2, 4]]).float()); // tensor(1)
 */
export function matrixRank(A: Tensor, options: ToleranceOptions | number = {}): Tensor {
  const given = typeof options === 'number' ? { atol: options } : options;
  checkOptions('linalg.matrix_rank', given, ['atol', 'rtol', 'hermitian']);
  const x = checkMatrix('linalg.matrix_rank', A).detach();
  if (x.numel() === 0) return zeros(sizesFrom(x.shape, 0, -2), { dtype: 'int64' });
  const s = given.hermitian === true ? abs(eigvalsh(x)) : svdvals(x);
  return sum(gt(s, cutoff(x, s, given)), -1);
}

/**
 * The Moore-Penrose pseudoinverse (..., n, m). @source torch.linalg.pinv
 * @example
 * pinverse(tensor([[2, 0], [0, 0.5], [0, 0]]));
 * // tensor([[0.5000, 0.0000, 0.0000], [0.0000, 2.0000, 0.0000]])
 */
export function pinv(A: Tensor, options: ToleranceOptions | number = {}): Tensor {
  const given = typeof options === 'number' ? { rtol: options } : options;
  checkOptions('linalg.pinv', given, ['atol', 'rtol', 'hermitian']);
  const x = checkMatrix('linalg.pinv', A);
  if (x.numel() === 0) return transposed(x).clone();
  const y = given.hermitian === true ? inverseOfEigen(x.detach(), given) : inverseOfSvd(x.detach(), given);
  return record('linalgPinv', [x], y, [x, y], (g, [sx = g, sy = g]) => [pinvSlope(g, sx, sy)]);
}

function inverseOfEigen(x: Tensor, options: ToleranceOptions): Tensor {
  const { eigenvalues, eigenvectors } = eigh(x);
  const size = abs(eigenvalues);
  const inverses = safeInverse(eigenvalues, gt(size, cutoff(x, size, options)));
  return matmul(columnsTimes(eigenvectors, inverses), transposed(eigenvectors));
}

function inverseOfSvd(x: Tensor, options: ToleranceOptions): Tensor {
  const { U, S, Vh } = svd(x, { fullMatrices: false });
  const inverses = safeInverse(S, gt(S, cutoff(x, S, options)));
  return matmul(columnsTimes(transposed(Vh), inverses), transposed(U));
}

// Golub and Pereyra (1973): dY = -Y dA Y + Y Y^T dA^T (1 - A Y) + (1 - Y A) dA^T Y^T Y, where the rank stays.
function pinvSlope(g: Tensor, A: Tensor, Y: Tensor): Tensor {
  const [slopes, Yt] = [transposed(g), transposed(Y)];
  const direct = matmul(Yt, matmul(g, Yt));
  const fromLeft = matmul(slopes, matmul(Y, Yt));
  const fromRight = matmul(matmul(Yt, Y), slopes);
  const outside = sub(fromLeft, matmul(A, matmul(Y, fromLeft)));
  return sub(add(outside, sub(fromRight, matmul(matmul(fromRight, Y), A))), direct);
}

function safeInverse(x: Tensor, kept: Tensor): Tensor {
  return where(kept, div(1, where(kept, x, 1)), 0);
}

/** What {@link lstsq} returns. */
export interface LeastSquares {
  readonly solution: Tensor;
  /** Squared distances, where m > n and A has full rank; otherwise empty. */
  readonly residuals: Tensor;
  readonly rank: Tensor;
  readonly singularValues: Tensor;
}

/**
 * X that minimizes |A X - B|; of several, the shortest. @source torch.linalg.lstsq
 * @example
 * linalg.lstsq(tensor([[1, 1], [1, 2], [1, 3]]).float(), tensor([[1], [2], [2.5]])).solution;
 * // tensor([[0.3333], [0.7500]])
 */
export function lstsq(
  A: Tensor,
  B: Tensor,
  options: { rcond?: number | null; driver?: string | null } = {},
): LeastSquares {
  checkTensor('lstsq', 'B', B);
  checkOptions('linalg.lstsq', options, ['rcond', 'driver']);
  const x = checkMatrix('linalg.lstsq', A);
  const vector = B.ndim === 1 || (x.ndim - 1 === B.ndim && B.shape.join() === sizesFrom(x.shape, 0, -1).join());
  const rhs = vector ? unsqueeze(B, -1) : B;
  const [m, n] = [x.size(-2), x.size(-1)];
  if (rhs.size(-2) !== m) throw new ShapeError('torch.linalg.lstsq: input.size(-2) should match other.size(-2)');
  const rtol = options.rcond ?? Math.max(m, n) * epsilon(x);
  const solution = matmul(pinv(x, { rtol }), rhs);
  const rank = matrixRank(x, { rtol });
  const driver = options.driver ?? 'gelsy';
  if (!['gels', 'gelsy', 'gelsd', 'gelss'].includes(driver)) {
    throw new ValueError('torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)');
  }
  const full = driver !== 'gelsy' && m > n && rank.eq(n).all().item() === true;
  const distances = () => square(sub(matmul(x.detach(), solution.detach()), rhs.detach()));
  const residuals = full ? sum(distances(), -2) : emptyOf([0], x.dtype);
  const thorough = driver === 'gelss' || driver === 'gelsd';
  return {
    solution: vector ? squeeze(solution, -1) : solution,
    residuals,
    rank: driver === 'gels' ? emptyOf([0], 'int64') : rank,
    singularValues: thorough ? svdvals(x.detach()) : emptyOf([0], x.dtype),
  };
}

// ---- Powers and exponentials

/**
 * A^n for an integer n; n < 0 inverts. @source torch.linalg.matrix_power
 * @example matrixPower(tensor([[1, 1], [0, 1]]).float(), 3); // tensor([[1., 3.], [0., 1.]])
 */
export function matrixPower(A: Tensor, n: number): Tensor {
  const x = checkSquare('linalg.matrix_power', A);
  if (!Number.isInteger(n)) throw new ValueError(`linalg.matrix_power: n must be an integer, got ${n}`);
  if (n < 0) return matrixPower(inv(x), -n);
  if (n === 0) {
    const one = expand(eye(x.size(-1), { dtype: x.dtype }), [...x.shape]).clone();
    return record('copy', [x], one, [], (g) => [mul(g, 0)]);
  }
  const half = n === 1 ? x : matrixPower(x, Math.floor(n / 2));
  if (n === 1) return x.clone();
  const squared = matmul(half, half);
  return n % 2 === 0 ? squared : matmul(squared, x);
}

// Terms of the series that leave less than 1e-16 at a norm of 1/2.
const exponentialTerms = 16;

/**
 * e^A, by the series of A / 2^k and k squarings. @source torch.linalg.matrix_exp
 * @example matrixExp(tensor([[0, 1], [0, 0]]).float()); // tensor([[1., 1.], [0., 1.]])
 */
export function matrixExp(A: Tensor): Tensor {
  const x = checkSquare('linalg.matrix_exp', A);
  if (x.numel() === 0) return x.clone();
  const sizes = reshape(amax(sum(abs(x.detach()), -2), -1), [-1]).tolist() as number[];
  const size = sizes.reduce((most, size) => (Number.isFinite(size) ? Math.max(most, size) : most), 0);
  const squarings = size > 0.5 ? Math.ceil(Math.log2(size / 0.5)) : 0;
  const scaled = mul(x, 2 ** -squarings);
  const one = expand(eye(x.size(-1), { dtype: x.dtype }), [...x.shape]);
  let y = one;
  // Horner's scheme: 1 + A (1 + A/2 (1 + A/3 ...)).
  for (let k = exponentialTerms; k >= 1; k--) y = add(one, div(matmul(scaled, y), k));
  for (let i = 0; i < squarings; i++) y = matmul(y, y);
  return y;
}

/**
 * The product of matrices; the first and last may be vectors. @source torch.linalg.multi_dot
 * @example linalg.multiDot([ones(2, 3), ones(3, 4), ones(4, 5)]).shape; // [2, 5]
 */
export function multiDot(tensors: readonly Tensor[]): Tensor {
  const list = checkTensors('multiDot', tensors);
  if (list.length < 2) throw new ShapeError(`multi_dot(): expected at least 2 tensors but got ${list.length}`);
  return list.reduce((a, b) => matmul(a, b));
}

/**
 * The inverse of a tensor seen as a matrix of its first `ind` and its other dimensions. @source torch.linalg.tensorinv
 * @example linalg.tensorinv(eye(24).view(4, 6, 8, 3)).shape; // [8, 3, 4, 6]
 */
export function tensorinv(A: Tensor, ind: number | { ind?: number } = 2): Tensor {
  checkTensor('tensorinv', 'A', A);
  const split = numberOrOption('tensorinv', 'ind', ind, 2);
  if (split <= 0) throw new ValueError(`Expected a strictly positive integer for 'ind', but got ${split}`);
  const [rows, columns] = [sizesFrom(A.shape, 0, split), sizesFrom(A.shape, split)];
  return reshape(inv(reshape(A, [numelOf(rows), -1])), [...columns, ...rows]);
}

/**
 * X with tensordot(A, X, X.ndim) = B. @source torch.linalg.tensorsolve
 * @example linalg.tensorsolve(eye(24).view(4, 6, 2, 3, 4), ones(4, 6)).shape; // [2, 3, 4]
 */
export function tensorsolve(
  A: Tensor,
  B: Tensor,
  dims: readonly number[] | { dims?: readonly number[] | null } | null = null,
): Tensor {
  checkTensor('tensorsolve', 'A', A);
  checkTensor('tensorsolve', 'B', B);
  const given = argumentOrOption<'dims', readonly number[]>('linalg.tensorsolve', 'dims', dims);
  const list = checkIntegers('linalg.tensorsolve', 'dims', given ?? []);
  const moved = movedim(
    A,
    list,
    list.map((_, i) => i - list.length),
  );
  const shape = sizesFrom(moved.shape, B.ndim);
  return reshape(solve(reshape(moved, [B.numel(), -1]), reshape(B, [-1])), [...shape]);
}
