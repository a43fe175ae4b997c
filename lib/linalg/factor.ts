// Factorizations of matrices (..., m, n) and what follows from them, each with its gradient.
import { record, recordMany } from '../autograd/record.ts';
import { type FloatDtype, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, IndexError, LinAlgError, NotImplementedError, ShapeError } from '../errors.ts';
import { argumentOrOption, checkFloating } from '../functional/arguments.ts';
import { add, div, mul, sub } from '../functional/binary.ts';
import { contiguous } from '../functional/copies.ts';
import { cat } from '../functional/join.ts';
import { matmul } from '../functional/matmul.ts';
import { where } from '../functional/select.ts';
import { diagEmbed, tril, triu } from '../functional/triangles.ts';
import { neg } from '../functional/unary.ts';
import { diagonal, expand, narrow, squeeze, transpose, unsqueeze } from '../functional/views.ts';
import * as kernels from '../native/kernels.gen.ts';
import { eye } from '../tensor/create.ts';
import { broadcastShapes, numelOf, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';

export const transposed = (x: Tensor): Tensor => transpose(x, -2, -1);
const main = { dim1: -2, dim2: -1 } as const;

/** @internal The value as a floating point matrix or batch of matrices. */
export function checkMatrix(who: string, value: unknown): Tensor {
  const x = checkFloating(who, checkTensor(who, 'A', value));
  if (x.ndim < 2) throw new ShapeError(`${who}: The input tensor A must have at least 2 dimensions.`);
  return x;
}

/** @internal As `checkMatrix`, square. */
export function checkSquare(who: string, value: unknown): Tensor {
  const x = checkMatrix(who, value);
  const [m, n] = sizesFrom(x.shape, -2);
  if (m === n) return x;
  throw new ShapeError(`${who}: A must be batches of square matrices, but they are ${m} by ${n} matrices`);
}

interface Sizes {
  readonly batch: readonly number[];
  readonly count: number;
  readonly m: number;
  readonly n: number;
}

function sizesOf(x: Tensor): Sizes {
  const [m = 0, n = 0] = sizesFrom(x.shape, -2);
  const batch = sizesFrom(x.shape, 0, -2);
  return { batch, count: numelOf(batch), m, n };
}

const typeOf = (x: Tensor) => x.dtype as FloatDtype;

function identityLike(x: Tensor): Tensor {
  return expand(eye(x.size(-1), { dtype: x.dtype }), [...x.shape]);
}

// ---- LU

interface Lu {
  readonly lu: Tensor;
  /** For each step the row it exchanged with, from 0. */
  readonly pivots: Tensor;
}

/** @internal The factors of x, without a gradient. */
export function factorLu(x: Tensor): Lu {
  const { batch, count, m, n } = sizesOf(x);
  const lu = emptyOf(x.shape, x.dtype);
  const pivots = emptyOf([...batch, Math.min(m, n)], 'int64');
  kernels.luFactor(typeOf(x), contiguous(x.detach()), lu, pivots, count, m, n);
  return { lu, pivots };
}

// Where each row of P A comes from, for every matrix of the batch.
function permutationOf(pivots: Tensor, m: number): Tensor {
  const steps = pivots.size(-1);
  const list = elementsOf(pivots) as BigInt64Array;
  const count = steps === 0 ? numelOf(sizesFrom(pivots.shape, 0, -1)) : list.length / steps;
  const order = new BigInt64Array(count * m);
  for (let b = 0; b < count; b++) {
    for (let i = 0; i < m; i++) order[b * m + i] = BigInt(i);
    for (let k = 0; k < steps; k++) {
      const other = b * m + Number(list[b * steps + k] ?? 0n);
      const own = b * m + k;
      [order[own], order[other]] = [order[other] ?? 0n, order[own] ?? 0n];
    }
  }
  return fromTypedArray(order, [...sizesFrom(pivots.shape, 0, -1), m], 'int64');
}

/** @internal P with A = P L U: its transpose has the rows of the identity in the order of the permutation. */
export function checkPivots(who: string, LU: Tensor, pivots: Tensor): Tensor {
  if (pivots.dtype !== 'int32') throw new DtypeError(`${who}: pivots should be a Tensor of scalar type torch.int32`);
  const { batch, m, n } = sizesOf(checkMatrix(who, LU));
  const expected = [...batch, Math.min(m, n)];
  if (!sameShape(pivots.shape, expected)) {
    throw new ShapeError(`${who}: Expected pivots of shape [${expected.join(', ')}], got [${pivots.shape.join(', ')}]`);
  }
  const at = pivots.to('int64').sub(1);
  if (at.lt(0).logicalOr(at.ge(m)).any().item() === true) {
    throw new IndexError(
      `${who}: Pivots must be between 1 and LU.size(-2) inclusive. Did you properly pass the result of lu_factor?`,
    );
  }
  return at;
}

/** @internal */
export function permutationMatrix(x: Tensor, pivots: Tensor): Tensor {
  const order = permutationOf(pivots, x.size(-2));
  return transposed(
    unsqueeze(order, -1)
      .eq(eyeIndices(x.size(-2)))
      .to(x.dtype),
  );
}

function eyeIndices(n: number): Tensor {
  return fromTypedArray(
    BigInt64Array.from({ length: n }, (_, i) => BigInt(i)),
    [n],
    'int64',
  );
}

/** Options of LU factorizations. */
export interface PivotOptions {
  /** Whether rows are exchanged; must be true, as in PyTorch on the CPU. Default true. */
  pivot?: boolean;
}

function checkPivot(who: string, options: PivotOptions, names: readonly string[]): void {
  checkOptions(who, options, names);
  if (options.pivot === false)
    throw new NotImplementedError('linalg.lu_factor: LU without pivoting is not implemented on the CPU');
}

/**
 * A = P L U with a permutation, a unit lower and an upper triangle. @source torch.linalg.lu
 * @example
 * linalg.lu(tensor([[1, 2], [4, 3.5]]));
 * // {P: tensor([[0., 1.], [1., 0.]]), L: tensor([[1.0000, 0.0000], [0.2500, 1.0000]]), U: tensor([[4.0000, 3.5000],
 * // [0.0000, 1.1250]])}
 */
export function lu(A: Tensor, options: PivotOptions = {}): { P: Tensor; L: Tensor; U: Tensor } {
  checkPivot('linalg.lu', options, ['pivot']);
  const x = checkMatrix('linalg.lu', A);
  const { m, n } = sizesOf(x);
  const { lu: packed, pivots } = factorLu(x);
  const k = Math.min(m, n);
  const P = permutationMatrix(x, pivots);
  const joint = recordLu('linalgLu', x, packed, pivots);
  const unit = eye(m, k, { dtype: x.dtype });
  return { P, L: add(narrow(tril(joint, -1), -1, 0, k), unit), U: narrow(triu(joint), -2, 0, k) };
}

// The history of `packed`, which is L - 1 + U. With square blocks A1 = L1 U1 in front, what is left over of a wide
// matrix is U2 = L1^-1 A2, and of a tall one L2 = A2 U1^-1.
function recordLu(name: string, x: Tensor, packed: Tensor, pivots: Tensor): Tensor {
  const { m, n } = sizesOf(x);
  const P = permutationMatrix(x, pivots);
  return record(name, [x], packed, [packed, P], (g, [f = g, p = g]) => {
    const k = Math.min(m, n);
    const block = (t: Tensor) => narrow(narrow(t, -2, 0, k), -1, 0, k);
    const l = add(tril(block(f), -1), eye(k, { dtype: f.dtype }));
    const u = triu(block(f));
    const unit = { upper: true, unitriangular: true };
    const backL = (t: Tensor) => solveTriangular(transposed(l), t, unit);
    const backU = (t: Tensor) => transposed(solveTriangular(u, transposed(t), { upper: true }));
    let gl = tril(block(g), -1);
    let gu = triu(block(g));
    const rest: Tensor[] = [];
    if (n > k) {
      const gb = backL(narrow(g, -1, k, n - k));
      gl = sub(gl, matmul(gb, transposed(narrow(f, -1, k, n - k))));
      rest.push(gb);
    } else if (m > k) {
      const gb = backU(narrow(g, -2, k, m - k));
      gu = sub(gu, matmul(transposed(narrow(f, -2, k, m - k)), gb));
      rest.push(gb);
    }
    const inner = add(tril(matmul(transposed(l), gl), -1), triu(matmul(gu, transposed(u))));
    const first = backU(backL(inner));
    return [matmul(p, rest.length === 0 ? first : cat([first, ...rest], n > k ? -1 : -2))];
  });
}

/**
 * L and U in one matrix, and the pivots counted from 1.
 *
 * @throws LinAlgError if U has a zero on its diagonal
 * @source torch.linalg.lu_factor
 * @example
 * linalg.luFactor(tensor([[1, 2], [4, 3.5]]));
 * // {LU: tensor([[4.0000, 3.5000], [0.2500, 1.1250]]), pivots: tensor([2, 2], dtype=torch.int32)}
 */
export function luFactor(A: Tensor, options: PivotOptions = {}): { LU: Tensor; pivots: Tensor } {
  checkPivot('linalg.lu_factor', options, ['pivot']);
  const { LU, pivots, info } = factorWithInfo('linalg.lu_factor', A);
  checkInfo('torch.linalg.lu_factor', info);
  return { LU, pivots };
}

/** Options of {@link luFactorEx}. */
export interface LuFactorExOptions extends PivotOptions {
  /** Throw on failure as `luFactor` does. Default false. */
  checkErrors?: boolean;
}

/**
 * As `luFactor`, with `info`: the place of the first zero pivot of each matrix, or 0. @source torch.linalg.lu_factor_ex
 * @example linalg.luFactorEx(tensor([[1, 2], [2, 4]]).float()).info; // tensor(2, dtype=torch.int32)
 */
export function luFactorEx(A: Tensor, options: LuFactorExOptions = {}): { LU: Tensor; pivots: Tensor; info: Tensor } {
  checkPivot('linalg.lu_factor_ex', options, ['pivot', 'checkErrors']);
  const result = factorWithInfo('linalg.lu_factor_ex', A);
  if (options.checkErrors === true) checkInfo('torch.linalg.lu_factor_ex', result.info);
  return result;
}

function factorWithInfo(who: string, A: Tensor): { LU: Tensor; pivots: Tensor; info: Tensor } {
  const x = checkMatrix(who, A);
  const { batch, count } = sizesOf(x);
  const { lu: packed, pivots } = factorLu(x);
  const steps = pivots.size(-1);
  const zeros = elementsOf(contiguous(diagonal(packed, main).eq(0))) as Uint8Array;
  const infos = Int32Array.from({ length: count }, (_, i) => zeros.subarray(i * steps, (i + 1) * steps).indexOf(1) + 1);
  const LU = recordLu('linalgLuFactorEx', x, packed, pivots);
  return { LU, pivots: pivots.add(1).to('int32'), info: fromTypedArray(infos, batch, 'int32') };
}

function checkInfo(who: string, info: Tensor): void {
  const infos = elementsOf(info) as Int32Array;
  const at = infos.findIndex((place) => place > 0);
  if (at < 0) return;
  const which = info.ndim > 0 ? `(Batch element ${at}): ` : '';
  throw new LinAlgError(
    `${who}: ${which}U[${infos[at]},${infos[at]}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)`,
  );
}

/** Options of {@link luSolve}. */
export interface LuSolveOptions {
  /** Solve A X = B, otherwise X A = B. Default true. */
  left?: boolean;
  /** Solve with the transpose of A. Default false. */
  adjoint?: boolean;
}

/**
 * X with A X = B from the factors of `luFactor`. @source torch.linalg.lu_solve
 * @example
 * const { LU, pivots } = linalg.luFactor(tensor([[1, 2], [4, 3.5]]));
 * linalg.luSolve(LU, pivots, tensor([[5], [11]]).float()); // tensor([[1.], [2.]])
 */
export function luSolve(LU: Tensor, pivots: Tensor, B: Tensor, options: LuSolveOptions = {}): Tensor {
  checkOptions('linalg.lu_solve', options, ['left', 'adjoint']);
  const { left = true, adjoint = false } = options;
  checkTensor('luSolve', 'LU', LU);
  checkTensor('luSolve', 'pivots', pivots);
  checkTensor('luSolve', 'B', B);
  // X A = B is A' X' = B'.
  if (!left) return transposed(luSolve(LU, pivots, transposed(B), { adjoint: !adjoint }));
  const P = permutationMatrix(LU, checkPivots('linalg.lu_solve', LU, pivots));
  if (adjoint) {
    const z = solveTriangular(transposed(LU), B, { upper: false });
    return matmul(P, solveTriangular(transposed(LU), z, { upper: true, unitriangular: true }));
  }
  const y = solveTriangular(LU, matmul(transposed(P), B), { upper: false, unitriangular: true });
  return solveTriangular(LU, y, { upper: true });
}

// ---- Triangular systems

/** Options of {@link solveTriangular}. */
export interface SolveTriangularOptions {
  /** Which triangle of A holds the matrix; required. */
  upper: boolean;
  /** Solve A X = B, otherwise X A = B. Default true. */
  left?: boolean;
  /** Whether the diagonal is taken to be 1. Default false. */
  unitriangular?: boolean;
}

/**
 * X with A X = B for a triangular A (..., n, n). @source torch.linalg.solve_triangular
 * @example
 * linalg.solveTriangular(tensor([[2, 1], [0, 0.5]]), tensor([[4], [1.5]]), { upper: true });
 * // tensor([[0.5000], [3.0000]])
 */
export function solveTriangular(A: Tensor, B: Tensor, options: SolveTriangularOptions): Tensor {
  checkOptions('solveTriangular', options ?? null, ['upper', 'left', 'unitriangular']);
  const { upper, left = true, unitriangular = false } = options;
  const square = checkSquare('linalg.solve_triangular', A);
  if (checkTensor('linalg.solve_triangular', 'B', B).dtype !== square.dtype) {
    throw new DtypeError(
      `linalg.solve_triangular: Expected A and B to have the same dtype, but found A of type ${scalarName(square.dtype)} and B of type ${scalarName(B.dtype)} instead`,
    );
  }
  if (!left) {
    const y = solveTriangular(transposed(square), transposed(B), { upper: !upper, unitriangular });
    return transposed(y);
  }
  const rhs = checkMatrix('linalg.solve_triangular', B);
  const [n, k] = [square.size(-1), rhs.size(-1)];
  if (rhs.size(-2) !== n) {
    throw new ShapeError(
      `linalg.solve_triangular: Incompatible shapes of A and B for the equation AX = B (${n}x${n} and ${rhs.size(-2)}x${k})`,
    );
  }
  const batch = broadcastShapes(sizesFrom(square.shape, 0, -2), sizesFrom(rhs.shape, 0, -2));
  const a = expand(square, [...batch, n, n]);
  const b = expand(rhs, [...batch, n, k]);
  const y = emptyOf([...batch, n, k], square.dtype);
  const flags = [upper ? 1 : 0, unitriangular ? 1 : 0] as const;
  kernels.solveTriangular(typeOf(y), contiguous(a.detach()), contiguous(b.detach()), y, numelOf(batch), n, k, ...flags);
  return record('linalgSolveTriangular', [a, b], y, [a, y], (g, [sa = g, sy = g], [needsA]) => {
    const gb = solveTriangular(transposed(sa), g, { upper: !upper, unitriangular });
    if (!needsA) return [null, gb];
    const full = neg(matmul(gb, transposed(sy)));
    const below = unitriangular ? 1 : 0;
    return [upper ? triu(full, below) : tril(full, -below), gb];
  });
}

// ---- Solving, inverting

function solveSquare(a: Tensor, b: Tensor): Tensor {
  const { lu: packed, pivots } = factorLu(a);
  const zero = diagonal(packed, main).eq(0).any().item();
  if (zero === true) {
    throw new LinAlgError('torch.linalg.solve: The solver failed because the input matrix is singular.');
  }
  const P = permutationMatrix(a, pivots);
  const lower = solveTriangular(packed, matmul(transposed(P), b.detach()), { upper: false, unitriangular: true });
  const y = solveTriangular(packed, lower, { upper: true });
  return record('linalgSolve', [a, b], y, [a, y], (g, [sa = g, sy = g], [needsA]) => {
    const gb = solveSquare(transposed(sa), g);
    return [needsA ? neg(matmul(gb, transposed(sy))) : null, gb];
  });
}

/**
 * X with A X = B, or X A = B.
 *
 * @param A (..., n, n)
 * @param B (..., n, k), or vectors (..., n) of A's batch
 * @throws LinAlgError if a matrix is singular
 * @source torch.linalg.solve
 * @example linalg.solve(tensor([[3, 1], [1, 2.5]]), tensor([9, 8.5])); // tensor([2.1538, 2.5385])
 */
export function solve(A: Tensor, B: Tensor, options: { left?: boolean } = {}): Tensor {
  checkOptions('solve', options, ['left']);
  const a = checkSquare('linalg.solve', A);
  const b = checkTensor('linalg.solve', 'B', B);
  const { left = true } = options;
  const vector = b.ndim === 1 || (a.ndim - 1 === b.ndim && b.shape.join() === sizesFrom(a.shape, 0, -1).join());
  if (!left) return transposed(solve(transposed(a), transposed(b)));
  const rhs = vector ? unsqueeze(b, -1) : b;
  if (rhs.size(-2) !== a.size(-1)) {
    throw new ShapeError(
      `linalg.solve: Incompatible shapes of A and B for the equation AX = B (${a.size(-2)}x${a.size(-1)} and ${rhs.size(-2)}x${rhs.size(-1)})`,
    );
  }
  const batch = broadcastShapes(sizesFrom(a.shape, 0, -2), sizesFrom(rhs.shape, 0, -2));
  const y = solveSquare(
    expand(a, [...batch, ...sizesFrom(a.shape, -2)]),
    expand(rhs, [...batch, ...sizesFrom(rhs.shape, -2)]),
  );
  return vector ? squeeze(y, -1) : y;
}

/**
 * The inverse of square matrices. @throws LinAlgError if one is singular @source torch.linalg.inv
 * @example linalg.inv(tensor([[2, 0], [0, 0.5]])); // tensor([[0.5000, 0.0000], [0.0000, 2.0000]])
 */
export function inv(A: Tensor): Tensor {
  const a = checkSquare('linalg.inv', A);
  const { lu: packed } = factorLu(a);
  const zeros = elementsOf(diagonal(packed, main).eq(0));
  const at = Array.from(zeros, Number).indexOf(1);
  if (at >= 0) {
    const n = a.size(-1);
    const where = a.ndim > 2 ? `(Batch element ${Math.floor(at / n)}): ` : '';
    throw new LinAlgError(
      `linalg.inv: ${where}The diagonal element ${(at % n) + 1} is zero, the inversion could not be completed because the input matrix is singular.`,
    );
  }
  return solveSquare(a, identityLike(a));
}

// ---- Cholesky

/**
 * L (or U) with L L^T = A.
 *
 * @throws LinAlgError if a matrix is not positive definite
 * @source torch.linalg.cholesky
 * @example cholesky(tensor([[4, 2], [2, 3.5]])); // tensor([[2.0000, 0.0000], [1.0000, 1.5811]])
 */
export function cholesky(A: Tensor, options: { upper?: boolean } = {}): Tensor {
  checkOptions('cholesky', options, ['upper']);
  const x = checkSquare('linalg.cholesky', A);
  if (options.upper === true) return transposed(cholesky(transposed(x)));
  const { count, n } = sizesOf(x);
  const L = emptyOf(x.shape, x.dtype);
  const bad = kernels.cholesky(typeOf(x), contiguous(x.detach()), L, count, n);
  if (bad >= 0) {
    const matrix = count > 1 ? `(Batch element ${Math.floor((bad - 1) / (n + 1))}): ` : '';
    throw new LinAlgError(
      `linalg.cholesky: ${matrix}The factorization could not be completed because the input is not positive-definite (the leading minor of order ${bad % (n + 1)} is not positive-definite).`,
    );
  }
  return record('linalgCholeskyEx', [x], L, [L], (g, [l = g]) => {
    const product = tril(matmul(transposed(l), g));
    const phi = sub(product, mul(diagEmbed(diagonal(product, main)), 0.5));
    const left = solveTriangular(transposed(l), phi, { upper: true });
    const full = transposed(solveTriangular(transposed(l), transposed(left), { upper: true }));
    return [mul(add(full, transposed(full)), 0.5)];
  });
}

function solveFactored(lower: Tensor, B: Tensor): Tensor {
  const y = solveTriangular(lower.detach(), B.detach(), { upper: false });
  return solveTriangular(transposed(lower.detach()), y, { upper: true });
}

/**
 * X with A X = B from the Cholesky factor of A. @source torch.cholesky_solve
 * @example choleskySolve(tensor([[8], [7.5]]), cholesky(tensor([[4, 2], [2, 3.5]]))); // tensor([[1.3000], [1.4000]])
 */
export function choleskySolve(B: Tensor, L: Tensor, options: { upper?: boolean } = {}): Tensor {
  checkTensor('choleskySolve', 'B', B);
  checkTensor('choleskySolve', 'L', L);
  checkOptions('choleskySolve', options, ['upper']);
  const lower = options.upper === true ? transposed(L) : L;
  const x = solveFactored(lower, B);
  return record('choleskySolve', [B, lower], x, [lower, x], (g, [l = g, sx = g]) => {
    const gB = choleskySolve(g, l);
    const product = matmul(gB, transposed(sx));
    return [gB, neg(matmul(add(product, transposed(product)), l))];
  });
}

/**
 * The inverse of A from its Cholesky factor. @source torch.cholesky_inverse
 * @example choleskyInverse(tensor([[2, 0], [1, 0.5]])); // tensor([[1.2500, -2.0000], [-2.0000, 4.0000]])
 */
export function choleskyInverse(L: Tensor, options: { upper?: boolean } = {}): Tensor {
  checkTensor('choleskyInverse', 'L', L);
  checkOptions('choleskyInverse', options, ['upper']);
  return choleskySolve(identityLike(L), L, options);
}

// ---- QR

/**
 * A = Q R with orthonormal columns and an upper triangle, with the signs of LAPACK.
 *
 * @param mode 'reduced' for Q (m, min(m, n)), 'complete' for Q (m, m), 'r' for R alone
 * @source torch.linalg.qr
 * @example
 * const A = tensor([[12, -51], [6, 167.5]]);
 * const { Q, R } = qr(A);
 * allclose(Q.mm(R), A, { atol: 1e-4 }); // true
 */
export function qr(
  A: Tensor,
  mode: 'reduced' | 'complete' | 'r' | { mode?: 'reduced' | 'complete' | 'r' } = 'reduced',
): { Q: Tensor; R: Tensor } {
  const x = checkMatrix('linalg.qr', A);
  const kind = argumentOrOption<'mode', 'reduced' | 'complete' | 'r'>('linalg.qr', 'mode', mode) ?? 'reduced';
  const { batch, count, m, n } = sizesOf(x);
  const columns = kind === 'complete' ? m : Math.min(m, n);
  const Q = emptyOf([...batch, m, columns], x.dtype);
  const R = emptyOf([...batch, columns, n], x.dtype);
  kernels.qr(typeOf(x), contiguous(x.detach()), Q, R, count, m, n, columns);
  const outputs = withGradients('linalgQr', x, [Q, R], (gs, [q, r]) => {
    if (columns !== Math.min(m, n) || (kind === 'complete' && m > n)) {
      throw new LinAlgError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols.");
    }
    return qrSlope(gs[0] ?? null, gs[1] ?? null, q as Tensor, r as Tensor);
  });
  const [q, r] = outputs as [Tensor, Tensor];
  return { Q: kind === 'r' ? emptyOf([0], x.dtype) : q, R: r };
}

function qrSlope(gQ: Tensor | null, gR: Tensor | null, Q: Tensor, R: Tensor): Tensor {
  const m = Q.size(-2);
  const n = R.size(-1);
  if (m >= n) {
    // With M = R gR^T - gQ^T Q, the gradient is (gQ + Q sym(tril M)) R^-T.
    const parts = [
      gR === null ? null : matmul(R, transposed(gR)),
      gQ === null ? null : neg(matmul(transposed(gQ), Q)),
    ].filter((part) => part !== null);
    const M = parts.reduce((a, b) => add(a, b));
    const symmetric = add(tril(M), transposed(tril(M, -1)));
    const inside = gQ === null ? matmul(Q, symmetric) : add(gQ, matmul(Q, symmetric));
    return transposed(solveTriangular(R, transposed(inside), { upper: true }));
  }
  // Wide: A = Q [U V] with a square U.
  const U = narrow(R, -1, 0, m);
  const V = narrow(R, -1, m, n - m);
  const [gU, gV] = gR === null ? [null, null] : [narrow(gR, -1, 0, m), narrow(gR, -1, m, n - m)];
  const left = qrSlope(sumOf(gQ, gV === null ? null : matmul(matmul(Q, V), transposed(gV))), gU, Q, U);
  return cat([left, gV === null ? mul(V, 0) : matmul(Q, gV)], -1);
}

function sumOf(a: Tensor | null, b: Tensor | null): Tensor | null {
  return a === null ? b : b === null ? a : add(a, b);
}

// ---- Several outputs that share one node

/** @internal Records several results of one matrix with a rule for all of them. */
export function withGradients(
  name: string,
  x: Tensor,
  outputs: readonly Tensor[],
  rule: (grads: readonly (Tensor | null)[], outputs: readonly Tensor[]) => Tensor,
): readonly Tensor[] {
  recordMany(name, [x], outputs, outputs, (grads, saved) => [rule(grads, saved)]);
  return outputs;
}

/** @internal a / b where b is not 0, and 0 elsewhere. */
export function safeQuotient(a: Tensor, b: Tensor): Tensor {
  return where(b.eq(0), 0, div(a, where(b.eq(0), 1, b)));
}
