// A = L D L^T of symmetric matrices, with D of blocks 1 by 1 and 2 by 2, after Bunch and Kaufman (1977), as LAPACK's sytrf.
import { recordRefusal } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, LinAlgError, ShapeError } from '../errors.ts';
import { contiguous } from '../functional/copies.ts';
import { tril } from '../functional/triangles.ts';
import { expand } from '../functional/views.ts';
import { broadcastShapes, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { addRow, type Elements, exchangeRows, rewritten } from './elements.ts';
import { checkMatrix, checkSquare } from './factor.ts';
import type { CheckOptions } from './with-info.ts';

/** A block of D: where it starts, its size, and the row that its last one was exchanged with. */
interface Block {
  readonly start: number;
  readonly size: number;
  readonly other: number;
}

// Beyond this part of the largest element beside it, one on the diagonal may divide without growth of the others.
const safe = (1 + Math.sqrt(17)) / 8;

// Where the largest element of row i stands from column `first` to before `end`, but not on the diagonal.
function largestIn({ a, n }: Elements, i: number, first: number): [column: number, size: number] {
  let [column, size] = [first, 0];
  for (let k = first; k < n; k++) {
    const here = Math.abs(a[i * n + k] ?? 0);
    if (k === i || !(here > size)) continue;
    [column, size] = [k, here];
  }
  return [column, size];
}

function chooseBlock(matrix: Elements, start: number): Block {
  const diagonal = (i: number) => Math.abs(matrix.a[i * matrix.n + i] ?? 0);
  const [other, largest] = largestIn(matrix, start, start);
  if (!(diagonal(start) < safe * largest)) return { start, size: 1, other: start };
  const [, beside] = largestIn(matrix, other, start);
  if (diagonal(start) >= safe * largest * (largest / beside)) return { start, size: 1, other: start };
  return { start, size: diagonal(other) >= safe * beside ? 1 : 2, other };
}

// Exchanges two rows and columns of what is left from `first` on.
function exchangeBoth(matrix: Elements, i: number, j: number, first: number): void {
  const { a, n } = matrix;
  exchangeRows(matrix, i, j, first);
  for (let k = first; k < n; k++) [a[k * n + i], a[k * n + j]] = [a[k * n + j] ?? 0, a[k * n + i] ?? 0];
}

// The inverse of a block of D, whose lower triangle stands on the diagonal.
function inverseBlock({ a, n }: Elements, { start: k, size }: Block): readonly (readonly number[])[] {
  const at = (i: number, j: number) => a[(k + i) * n + k + j] ?? 0;
  if (size === 1) return [[1 / at(0, 0)]];
  // The element beside the diagonal is the largest: divided by it, nothing overflows.
  const beside = at(1, 0);
  const [first, second] = [at(0, 0) / beside, at(1, 1) / beside];
  const scale = 1 / (first * second - 1) / beside;
  return [
    [second * scale, -scale],
    [-scale, first * scale],
  ];
}

// Takes a block out of the matrix: below it come columns of L, and beyond it the Schur complement.
function takeOut(matrix: Elements, block: Block): void {
  const { a, n } = matrix;
  const { start, size } = block;
  const inverse = inverseBlock(matrix, block);
  for (let i = start + size; i < n; i++) {
    const row = Array.from({ length: size }, (_, k) => a[i * n + start + k] ?? 0);
    const factors = inverse.map((column) => column.reduce((sum, x, k) => sum + x * (row[k] ?? 0), 0));
    factors.forEach((factor, k) => {
      addRow(matrix, i, start + k, -factor, start + size);
      a[i * n + start + k] = factor;
    });
  }
}

function factorize(matrix: Elements): { pivots: number[]; info: number } {
  const { a, n } = matrix;
  const pivots: number[] = [];
  let info = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) a[i * n + j] = a[j * n + i] ?? 0;
  while (pivots.length < n) {
    const block = chooseBlock(matrix, pivots.length);
    const { start, size, other } = block;
    exchangeBoth(matrix, start + size - 1, other, start);
    for (let k = 0; k < size; k++) pivots.push(size === 1 ? other + 1 : -other - 1);
    const singular = size === 1 && !(Math.abs(a[start * n + start] ?? 0) > 0);
    if (singular) info ||= start + 1;
    else takeOut(matrix, block);
  }
  return { pivots, info };
}

/** Options of {@link ldlFactorEx}. */
export interface LdlFactorExOptions extends CheckOptions {
  /** Accepted: a real matrix that is Hermitian is symmetric. Default false. */
  hermitian?: boolean;
}

/**
 * As `ldlFactor`, with `info`: the place of the first zero on the diagonal of D, or 0. @source torch.linalg.ldl_factor_ex
 * @example linalg.ldlFactorEx(tensor([[0, 0], [0, 2]]).float()).info; // tensor(1, dtype=torch.int32)
 */
export function ldlFactorEx(A: Tensor, options: LdlFactorExOptions = {}): { LD: Tensor; pivots: Tensor; info: Tensor } {
  checkOptions('linalg.ldl_factor_ex', options, ['hermitian', 'checkErrors']);
  const x = checkSquare('torch.linalg.ldl_factor_ex', A);
  const steps: number[] = [];
  const infos: number[] = [];
  const factored = rewritten(x, (matrix) => {
    const { pivots, info } = factorize(matrix);
    steps.push(...pivots);
    infos.push(info);
  });
  const LD = tril(factored);
  const singular = infos.findIndex((info) => info > 0);
  if (options.checkErrors === true && singular >= 0) {
    const which = x.ndim > 2 ? `(Batch element ${singular}): ` : '';
    throw new LinAlgError(`torch.linalg.ldl_factor_ex: ${which}D[${infos[singular]},${infos[singular]}] is zero`);
  }
  recordRefusal('linalgLdlFactorEx', [x], [LD], 'derivative for aten::linalg_ldl_factor_ex is not implemented');
  return {
    LD,
    pivots: fromTypedArray(Int32Array.from(steps), sizesFrom(x.shape, 0, -1), 'int32'),
    info: fromTypedArray(Int32Array.from(infos), sizesFrom(x.shape, 0, -2), 'int32'),
  };
}

/**
 * A = L D L^T for symmetric matrices, of which the lower triangle is read: the columns of L below the blocks of D, and
 * the exchanges of rows as LAPACK's sytrf writes them. There is no gradient.
 *
 * @throws LinAlgError if D is singular
 * @source torch.linalg.ldl_factor
 * @example
 * linalg.ldlFactor(tensor([[4, 2], [2, 3.5]]));
 * // {LD: tensor([[4.0000, 0.0000], [0.5000, 2.5000]]), pivots: tensor([1, 2], dtype=torch.int32)}
 */
export function ldlFactor(A: Tensor, options: { hermitian?: boolean } = {}): { LD: Tensor; pivots: Tensor } {
  checkTensor('ldlFactor', 'A', A);
  checkOptions('linalg.ldl_factor', options, ['hermitian']);
  const { LD, pivots } = ldlFactorEx(A, { ...options, checkErrors: true });
  return { LD, pivots };
}

// ---- Solving

function blocksOf(pivots: readonly number[]): Block[] {
  const blocks: Block[] = [];
  for (let start = 0; start < pivots.length; ) {
    const pivot = pivots[start] ?? 0;
    const size = pivot > 0 ? 1 : 2;
    blocks.push({ start, size, other: Math.abs(pivot) - 1 });
    start += size;
  }
  return blocks;
}

// Overwrites B with the X of L D L^T X = B, block after block and back again.
function solveInPlace(factors: Elements, pivots: readonly number[], B: Elements): void {
  const blocks = blocksOf(pivots);
  const { a: l, n } = factors;
  for (const block of blocks) {
    const { start, size, other } = block;
    exchangeRows(B, start + size - 1, other);
    for (let k = start; k < start + size; k++) {
      for (let i = start + size; i < n; i++) addRow(B, i, k, -(l[i * n + k] ?? 0));
    }
    scaleRows(B, start, inverseBlock(factors, block));
  }
  for (const { start, size, other } of blocks.reverse()) {
    for (let k = start; k < start + size; k++) {
      for (let i = start + size; i < n; i++) addRow(B, k, i, -(l[i * n + k] ?? 0));
    }
    exchangeRows(B, start + size - 1, other);
  }
}

// Multiplies the rows from `start` on by a small square matrix.
function scaleRows({ a, n }: Elements, start: number, by: readonly (readonly number[])[]): void {
  for (let j = 0; j < n; j++) {
    const column = by.map((_, k) => a[(start + k) * n + j] ?? 0);
    by.forEach((row, i) => {
      a[(start + i) * n + j] = row.reduce((sum, x, k) => sum + x * (column[k] ?? 0), 0);
    });
  }
}

/**
 * X with A X = B from the factors of `ldlFactor`. There is no gradient. @source torch.linalg.ldl_solve
 * @example
 * const { LD, pivots } = linalg.ldlFactor(tensor([[4, 2], [2, 3.5]]));
 * linalg.ldlSolve(LD, pivots, tensor([[8], [9.5]])); // tensor([[0.9000], [2.2000]])
 */
export function ldlSolve(LD: Tensor, pivots: Tensor, B: Tensor, options: { hermitian?: boolean } = {}): Tensor {
  checkOptions('linalg.ldl_solve', options, ['hermitian']);
  const factors = checkSquare('torch.linalg.ldl_solve', LD);
  checkTensor('torch.linalg.ldl_solve', 'pivots', pivots);
  const rhs = checkMatrix('torch.linalg.ldl_solve', B);
  checkSystem(factors, pivots, rhs);
  const n = factors.size(-1);
  const batch = broadcastShapes(sizesFrom(factors.shape, 0, -2), sizesFrom(rhs.shape, 0, -2));
  const l = Float64Array.from(elementsOf(contiguous(expand(factors.detach(), [...batch, n, n]))) as Float64Array);
  const steps = Array.from(elementsOf(contiguous(expand(pivots, [...batch, n]))), Number);
  const X = rewritten(expand(rhs, [...batch, n, rhs.size(-1)]), (matrix, i) => {
    const own = { a: l.subarray(i * n * n, (i + 1) * n * n), m: n, n };
    solveInPlace(own, steps.slice(i * n, (i + 1) * n), matrix);
  });
  recordRefusal('linalgLdlSolve', [factors, rhs], [X], 'derivative for aten::linalg_ldl_solve is not implemented');
  return X;
}

function checkSystem(LD: Tensor, pivots: Tensor, B: Tensor): void {
  const [n, rows, columns] = [LD.size(-1), B.size(-2), B.size(-1)];
  if (rows !== n) {
    throw new ShapeError(
      `Incompatible matrix sizes for torch.linalg.ldl_solve: each A matrix is ${n} by ${n} but each b matrix is ${rows} by ${columns}`,
    );
  }
  if (!sameShape(pivots.shape, sizesFrom(LD.shape, 0, -1))) {
    throw new ShapeError(
      `torch.linalg.ldl_solve: Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape [${pivots.shape.join(', ')}] instead`,
    );
  }
  if (isFloat(pivots.dtype) || pivots.dtype === 'bool') {
    throw new DtypeError(`torch.linalg.ldl_solve: Expected pivots to be integers. Got ${scalarName(pivots.dtype)}`);
  }
  if (B.dtype !== LD.dtype) {
    throw new DtypeError(
      `Expected b and A to have the same dtype, but found b of type ${scalarName(B.dtype)} and A of type ${scalarName(LD.dtype)} instead.`,
    );
  }
}
