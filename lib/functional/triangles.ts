// Diagonals and triangles of matrices: taking them out, putting them in, and their places.
import { nameNode } from '../autograd/record.ts';
import { checkOptions, DtypeError, ShapeError } from '../errors.ts';
import { arange, type FactoryOptions, factoryOptions, fillElements } from '../tensor/create.ts';
import { sizesFrom, wrapDim } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { integer, numberOrOption } from './arguments.ts';
import { ge, le, sub } from './binary.ts';
import { diagonalScatter } from './rearrange.ts';
import { where } from './select.ts';
import { diagonal, permute, reshape, transpose, unsqueeze } from './views.ts';

/**
 * A vector on a diagonal, or the diagonal of a matrix. @source torch.diag
 * @example
 * diag(tensor([1, 2])); // tensor([[1, 0], [0, 2]])
 * diag(tensor([[1, 2], [3, 4]])); // tensor([1, 4])
 */
export function diag(x: Tensor, diagonalOrOptions: number | { diagonal?: number } = 0): Tensor {
  checkTensor('diag', 'input', x);
  const offset = numberOrOption('diag', 'diagonal', diagonalOrOptions, 0);
  if (x.ndim === 1) return diagEmbed(x, { offset });
  if (x.ndim === 2) return diagonal(x, { offset });
  throw new ShapeError(`diag(): Supports 1D or 2D tensors. Got ${x.ndim}D`);
}

/** Options of {@link diagEmbed}. */
export interface DiagEmbedOptions {
  /** Above the diagonal if positive. Default 0. */
  offset?: number;
  /** Default -2. */
  dim1?: number;
  /** Default -1. */
  dim2?: number;
}

/**
 * The last dimension on the diagonal of new matrices. @source torch.diag_embed
 * @example diagEmbed(tensor([[1, 2], [3, 4]])); // tensor([[[1, 0], [0, 2]], [[3, 0], [0, 4]]])
 */
export function diagEmbed(x: Tensor, options: DiagEmbedOptions = {}): Tensor {
  checkTensor('diagEmbed', 'input', x);
  checkOptions('diagEmbed', options, ['offset', 'dim1', 'dim2']);
  const { dim1 = -2, dim2 = -1 } = options;
  const offset = integer('diagEmbed', 'offset', options.offset ?? 0);
  const n = (x.shape[x.ndim - 1] ?? 1) + Math.abs(offset);
  const rank = x.ndim + 1;
  const [a, b] = [wrapDim(dim1, rank), wrapDim(dim2, rank)];
  if (a === b) throw new ShapeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  const wide = fillElements(emptyOf([...sizesFrom(x.shape, 0, -1), n, n], x.dtype), 0);
  const y = diagonalScatter(wide, x, { offset, dim1: -2, dim2: -1 });
  const order = Array.from({ length: rank - 2 }, (_, i) => i);
  const places = Array.from({ length: rank }, (_, d) =>
    d === a ? rank - 2 : d === b ? rank - 1 : (order.shift() ?? 0),
  );
  return nameNode('diagEmbed', permute(y, places));
}

/**
 * All elements on the diagonal of a matrix. @source torch.diagflat
 * @example diagflat(tensor([1, 2]), 1); // tensor([[0, 1, 0], [0, 0, 2], [0, 0, 0]])
 */
export function diagflat(x: Tensor, offset: number | { offset?: number } = 0): Tensor {
  checkTensor('diagflat', 'input', x);
  return diagEmbed(reshape(x, [-1]), { offset: numberOrOption('diagflat', 'offset', offset, 0) });
}

/**
 * The sum of a matrix's diagonal. @source torch.trace
 * @example trace(tensor([[1, 2], [3, 4]])); // tensor(5)
 */
export function trace(x: Tensor): Tensor {
  checkTensor('trace', 'input', x);
  if (x.ndim !== 2) throw new ShapeError(`trace: expected a matrix, but got tensor with dim ${x.ndim}`);
  if (x.dtype === 'bool') throw new DtypeError(`"trace" not implemented for 'Bool'`);
  return nameNode('trace', diagonal(x).sum());
}

// Column minus row for every place of a matrix.
function distanceFromDiagonal(rows: number, columns: number): Tensor {
  return sub(arange(columns), unsqueeze(arange(rows), 1));
}

function triangle(
  who: string,
  x: Tensor,
  diagonalOrOptions: number | { diagonal?: number },
  kept: (distance: Tensor, offset: number) => Tensor,
): Tensor {
  const offset = numberOrOption(who, 'diagonal', diagonalOrOptions, 0);
  if (checkTensor(who, 'input', x).ndim < 2)
    throw new ShapeError(`${who}: input tensor must have at least 2 dimensions`);
  const [rows = 0, columns = 0] = sizesFrom(x.shape, -2);
  const y = where(kept(distanceFromDiagonal(rows, columns), offset), x, x.dtype === 'bool' ? false : 0);
  return nameNode(who, y.dtype === x.dtype ? y : y.to(x.dtype));
}

/**
 * The lower triangle, zeros above diagonal number `diagonal`. @source torch.tril
 * @example tril(tensor([[1, 2], [3, 4]])); // tensor([[1, 0], [3, 4]])
 */
export function tril(x: Tensor, diagonalOrOptions: number | { diagonal?: number } = 0): Tensor {
  checkTensor('tril', 'input', x);
  return triangle('tril', x, diagonalOrOptions, le);
}

/**
 * The upper triangle, zeros below diagonal number `diagonal`. @source torch.triu
 * @example triu(tensor([[1, 2], [3, 4]])); // tensor([[1, 2], [0, 4]])
 */
export function triu(x: Tensor, diagonalOrOptions: number | { diagonal?: number } = 0): Tensor {
  checkTensor('triu', 'input', x);
  return triangle('triu', x, diagonalOrOptions, ge);
}

/** Options of {@link trilIndices} and {@link triuIndices}. */
export interface TriangleIndicesOptions extends FactoryOptions {
  /** Number of the diagonal that ends the triangle. Default 0. */
  offset?: number;
}

function triangleIndices(
  rows: number,
  columns: number,
  options: TriangleIndicesOptions,
  kept: (distance: Tensor, offset: number) => Tensor,
): Tensor {
  checkOptions('triangle indices', options, ['offset', ...factoryOptions]);
  const distance = distanceFromDiagonal(
    integer('triangle indices', 'row', rows),
    integer('triangle indices', 'col', columns),
  );
  const places = kept(distance, options.offset ?? 0).nonzero();
  return transpose(places, 0, 1)
    .contiguous()
    .to(options.dtype ?? 'int64');
}

/**
 * Rows and columns of the places of a lower triangle. @returns int64 (2, count) @source torch.tril_indices
 * @example trilIndices(2, 2); // tensor([[0, 1, 1], [0, 0, 1]])
 */
export function trilIndices(rows: number, columns: number, options: TriangleIndicesOptions = {}): Tensor {
  return triangleIndices(rows, columns, options, le);
}

/**
 * Rows and columns of the places of an upper triangle. @returns int64 (2, count) @source torch.triu_indices
 * @example triuIndices(2, 2); // tensor([[0, 0, 1], [0, 1, 1]])
 */
export function triuIndices(rows: number, columns: number, options: TriangleIndicesOptions = {}): Tensor {
  return triangleIndices(rows, columns, options, ge);
}
