// Rows of a table by index, and one-hot rows.
import { withGradMode } from '../autograd/mode.ts';
import { record } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, describe, IndexError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { fillElements } from '../tensor/create.ts';
import { checkTensor, elementsOf, emptyOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { numberOrOption } from './arguments.ts';
import { add, div, eq, gt, mul } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { indexAddInto, indexSelect, scatterAlong, set } from './indexing.ts';
import { where } from './select.ts';
import { normOver } from './vector-norm.ts';
import { reshape, unsqueeze } from './views.ts';

/** Options of {@link embedding}. */
export interface EmbeddingFunctionOptions {
  /** A row that gets no gradient; negative counts from the end. Default: none. */
  paddingIdx?: number | null;
  /** Rows that are looked up and longer than this are shortened first, in place. Default: no limit. */
  maxNorm?: number | null;
  /** Order of that norm. Default 2. */
  normType?: number;
  /** Whether to divide a row's gradient by how often it was looked up. Default false. */
  scaleGradByFreq?: boolean;
  /** Without effect: gradients are dense. Default false. */
  sparse?: boolean;
}

/**
 * The rows `index` of a table.
 *
 * @param index int64 or int32, any shape (*)
 * @param weight (V, D)
 * @returns (*, D)
 * @throws IndexError for an index out of range
 * @source torch.nn.functional.embedding
 * @example F.embedding(tensor([2, 0]), tensor([[1, 2], [3, 4], [5, 6]])); // tensor([[5, 6], [1, 2]])
 */
export function embedding(index: Tensor, weight: Tensor, options: EmbeddingFunctionOptions = {}): Tensor {
  checkTensor('embedding', 'index', index);
  checkOptions('embedding', options, ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq', 'sparse']);
  const { maxNorm = null, normType = 2, scaleGradByFreq = false } = options;
  const at = checkIndices('embedding', index);
  if (checkTensor('embedding', 'weight', weight).ndim !== 2) throw new ShapeError("'weight' must be 2-D");
  const padding = paddingRow(options.paddingIdx, weight);
  if (maxNorm !== null) renormRows(weight, at, maxNorm, normType);
  return lookUp(weight, at, rowScale(at, padding, scaleGradByFreq));
}

/** @internal The indices as contiguous int64. */
export function checkIndices(who: string, index: Tensor): Tensor {
  const { dtype } = checkTensor(who, 'indices', index);
  if (dtype !== 'int64' && dtype !== 'int32') {
    throw new DtypeError(
      `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got ${describe(dtype)} instead (while checking arguments for ${who})`,
    );
  }
  return contiguous(dtype === 'int64' ? index : cast(index, 'int64'));
}

/** @internal A row number from 0, or null. */
export function paddingRow(paddingIdx: number | null | undefined, weight: Tensor): number | null {
  if (paddingIdx === null || paddingIdx === undefined) return null;
  const rows = weight.shape[0] ?? 0;
  if (paddingIdx >= rows || paddingIdx < -rows) throw new ValueError('Padding_idx must be within num_embeddings');
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

/** What the gradient of a row is multiplied by. */
type RowScale = (row: number) => number;

/** @internal Rows of (V, D); their gradients are perhaps scaled. */
export function lookUp(weight: Tensor, index: Tensor, scale: RowScale | null): Tensor {
  const { dtype, shape } = weight;
  const [rows = 0, width = 0] = shape;
  const count = index.numel();
  const y = emptyOf([...index.shape, width], dtype);
  if (kernels.indexSelect(dtype, contiguous(weight), index, y, 1, rows, width, count) >= 0) {
    throw new IndexError('index out of range in self');
  }
  if (!isFloat(dtype)) return y;
  return record('embedding', [weight], y, [reshape(index, [-1])], (dy, [at = dy]) => {
    const g = reshape(dy, [count, width]);
    return [indexAddInto(shape, 0, at, scale === null ? g : scaledRows(g, scales(at, scale, g.dtype)))];
  });
}

// A row scaled by 0 is 0 even where it is not finite.
function scaledRows(g: Tensor, by: Tensor): Tensor {
  return where(eq(by, 0), 0, mul(g, by));
}

function scales(index: Tensor, scale: RowScale, dtype: Tensor['dtype']): Tensor {
  const values = Float64Array.from(Array.from(elementsOf(index), Number), scale);
  return cast(fromTypedArray(values, [values.length, 1], 'float64'), dtype);
}

// 0 for the padding row, and 1 or the reciprocal of its count for each other.
function rowScale(index: Tensor, padding: number | null, byFrequency: boolean): RowScale | null {
  if (padding === null && !byFrequency) return null;
  const counts = countsOf(Array.from(elementsOf(index), Number));
  return (row) => (row === padding ? 0 : byFrequency ? 1 / (counts.get(row) ?? 1) : 1);
}

/** @internal How often each row occurs. */
export function countsOf(rows: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  return counts;
}

/** @internal Shortens the rows that are looked up to `maxNorm`, in place. @source torch.embedding_renorm_ */
export function renormRows(weight: Tensor, index: Tensor, maxNorm: number, normType: number): void {
  const unique = [...new Set(elementsOf(index) as BigInt64Array)].sort((a, b) => Number(a - b));
  if (unique.length === 0) return;
  if (unique.some((row) => row < 0n || row >= BigInt(weight.shape[0] ?? 0))) {
    throw new IndexError('index out of range in self');
  }
  withGradMode(false, () => {
    const at = fromTypedArray(BigInt64Array.from(unique), [unique.length], 'int64');
    const rows = indexSelect(weight, 0, at);
    const lengths = normOver(rows, { p: normType, dim: 1, keepdim: true });
    const scale = where(gt(lengths, maxNorm), div(maxNorm, add(lengths, 1e-7)), 1);
    set(weight, [at], mul(rows, scale));
  });
}

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** Size of the new dimension. Default -1: the largest class and one. */
  numClasses?: number;
}

/**
 * 1 at the place of each class, 0 elsewhere.
 *
 * @param x int64 (*)
 * @returns int64 (*, C)
 * @throws ValueError for a class out of range
 * @source torch.nn.functional.one_hot
 * @example F.oneHot(tensor([0, 2, 1]), { numClasses: 4 }); // tensor([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]])
 */
export function oneHot(x: Tensor, options: OneHotOptions | number = {}): Tensor {
  const numClasses = numberOrOption('oneHot', 'numClasses', options, -1);
  if (checkTensor('oneHot', 'input', x).dtype !== 'int64') {
    throw new DtypeError('one_hot is only applicable to index tensor of type LongTensor.');
  }
  const values = Array.from(elementsOf(contiguous(x)), Number);
  if (values.length === 0) {
    if (numClasses <= 0) throw new ValueError('Can not infer total number of classes from empty tensor.');
    return emptyOf([...x.shape, numClasses], 'int64');
  }
  if (values.some((value) => value < 0)) throw new ValueError('Class values must be non-negative.');
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  if (numClasses === 0 || numClasses < -1) throw new ValueError('num_classes should be positive');
  if (numClasses !== -1 && numClasses <= largest) {
    throw new ValueError('Class values must be smaller than num_classes.');
  }
  const shape = [...x.shape, numClasses === -1 ? largest + 1 : numClasses];
  const ones = fillElements(emptyOf([...x.shape, 1], 'int64'), 1);
  return scatterAlong(ones, unsqueeze(contiguous(x), -1), shape, x.ndim);
}
