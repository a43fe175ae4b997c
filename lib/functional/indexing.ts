// Elements by position: gather and scatter, selection by index tensors, and `x.get(...)`, JavaScript's `x[...]`.
import { nameNode, record, recordConstant } from '../autograd/record.ts';
import { type FloatDtype, isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, IndexError, ShapeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { arange, fillElements, full, tensor } from '../tensor/create.ts';
import { broadcastShapes, numelOf, type Shape, sameShape, sizesFrom, wrapDim, wrapDims } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { integer, integerList } from './arguments.ts';
import { add, floorDivide, lt, mul, remainder } from './binary.ts';
import { cast, clone, contiguous } from './copies.ts';
import { checkOperand, inPlace, type Scalar } from './elementwise.ts';
import { where } from './select.ts';
import { expand, permute, reshape, select, slice, unbind, unsqueeze, view } from './views.ts';

// ---- Kernels along one dimension

interface Along {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

function along(shape: Shape, d: number): Along {
  return { outer: numelOf(sizesFrom(shape, 0, d)), n: shape[d] ?? 1, inner: numelOf(sizesFrom(shape, d + 1)) };
}

/** @internal */
export function checkIndex(who: string, index: Tensor): Tensor {
  checkTensor(who, 'index', index);
  if (index.dtype === 'int64') return contiguous(index);
  if (index.dtype === 'int32') return cast(index, 'int64');
  throw new DtypeError(`${who}(): Expected dtype int32/int64 for index but got: ${scalarName(index.dtype)}`);
}

/**
 * @internal The index of an operator that takes int64 only.
 *
 * @throws DtypeError with the sentence
 */
export function checkLong(index: Tensor, sentence: string): Tensor {
  if (index.dtype === 'int64') return contiguous(index);
  throw new DtypeError(sentence);
}

// An empty index may have any dtype.
function longOrEmpty(who: string, index: Tensor): Tensor {
  if (index.numel() === 0) return index.dtype === 'int64' ? index : cast(index, 'int64');
  return checkLong(index, `${who}(): Expected dtype int64 for index`);
}

/** @internal A kernel answers with the position of the first index out of range, or -1. @throws IndexError */
export function checkPosition(bad: number, index: Tensor, d: number, size: number): void {
  if (bad < 0) return;
  throw outOfBounds(elementsOf(index)[bad], d, size);
}

/** @internal */
export function outOfBounds(index: unknown, d: number, size: number): IndexError {
  return new IndexError(`index ${String(index)} is out of bounds for dimension ${d} with size ${size}`);
}

/**
 * The elements `index` (one-dimensional, int64, from 0) of dimension `dim`.
 *
 * @throws IndexError that names the index out of range
 * @source torch.index_select
 * @example indexSelect(tensor([[1, 2, 3], [4, 5, 6]]), 1, tensor([2, 0])); // tensor([[3, 1], [6, 4]])
 */
export function indexSelect(x: Tensor, dim: number, index: Tensor): Tensor {
  checkTensor('indexSelect', 'input', x);
  const at = checkIndex('indexSelect', index);
  if (at.ndim > 1) throw new IndexError('index_select(): Index is supposed to be a vector');
  if (x.ndim === 0 && at.numel() !== 1) {
    throw new IndexError(`index_select(): Index to scalar can have only 1 value, got ${at.numel()} value(s)`);
  }
  const d = wrapDim(dim, x.ndim);
  const count = at.numel();
  const y = emptyOf(x.ndim === 0 ? [] : x.shape.map((size, k) => (k === d ? count : size)), x.dtype);
  const { outer, n, inner } = along(x.shape, d);
  const bad = kernels.indexSelect(x.dtype, contiguous(x), at, y, outer, n, inner, count);
  checkPosition(bad, at, d, n);
  if (!isFloat(x.dtype)) return y;
  const from = x.shape;
  return record('indexSelect', [x], y, [at], (g, [saved = at]) => [indexAddInto(from, d, saved, g)]);
}

/** @internal Zeros of `shape` with g added at the positions of dimension d: the gradient of indexSelect. */
export function indexAddInto(shape: Shape, d: number, index: Tensor, g: Tensor): Tensor {
  const y = fillElements(emptyOf(shape, g.dtype), 0);
  const { outer, n, inner } = along(shape, d);
  kernels.indexAdd(g.dtype as FloatDtype, contiguous(g), index, y, outer, n, inner, index.numel());
  return record('indexAdd', [g], y, [index], (gg, [saved = index]) => [indexSelect(gg, d, saved)]);
}

// A scalar counts as one dimension.
const ranked = (x: Tensor) => Math.max(x.ndim, 1);

function checkGathered(x: Tensor, index: Tensor, d: number): void {
  if (ranked(x) !== ranked(index)) {
    throw new ShapeError('Index tensor must have the same number of dimensions as input tensor');
  }
  index.shape.forEach((size, k) => {
    if (k === d || size <= (x.shape[k] ?? 1)) return;
    throw new ShapeError(
      `Size does not match at dimension ${k} expected index [${index.shape.join(', ')}] to be no larger than self [${x.shape.join(', ')}] apart from dimension ${d}`,
    );
  });
}

/** @internal The index of an operator that scatters `source` (null for a number) along dimension d of x, checked. */
export function checkScattered(x: Tensor, d: number, index: Tensor, source: Tensor | null): Tensor {
  if (source !== null && source.dtype !== x.dtype) {
    throw new DtypeError('scatter(): Expected self.dtype to be equal to src.dtype');
  }
  const at = longOrEmpty('scatter', index);
  if (at.numel() === 0) return at;
  for (const [name, other] of Object.entries({ self: x, src: source ?? at })) {
    if (ranked(other) === ranked(at)) continue;
    throw new ShapeError(`Index tensor must have the same number of dimensions as ${name} tensor`);
  }
  const beyond = (size: number, k: number) =>
    (k !== d && size > (x.shape[k] ?? 1)) || (source !== null && size > (source.shape[k] ?? 1));
  if (!at.shape.some(beyond)) return at;
  const limit = source === null ? '' : ` and to be no larger than src [${source.shape.join(', ')}]`;
  throw new ShapeError(
    `Expected index [${at.shape.join(', ')}] to be no larger than self [${x.shape.join(', ')}] apart from dimension ${d}${limit}`,
  );
}

/** @internal x where an empty index takes nothing from `source`, whose gradient is zeros. */
export function withNothingFrom(x: Tensor, source: Tensor): Tensor {
  return withValuesAt(x, emptyOf([0], 'int64'), slice(reshape(source, [-1]), 0, 0, 0));
}

/** @internal The part of a source that an index of smaller sizes takes. */
export function partFor(source: Tensor, index: Tensor): Tensor {
  return source.ndim === index.ndim ? reached(source, index, -1) : reshape(source, [...index.shape]);
}

// The part of x that an index of smaller sizes reaches.
function reached(x: Tensor, index: Tensor, d: number): Tensor {
  return index.shape.reduce((part, size, k) => (k === d || size === part.shape[k] ? part : slice(part, k, 0, size)), x);
}

/**
 * y[i][j] = x[index[i][j]][j] for dim 0, and so on.
 *
 * @param index int64, of the dimensions of x, nowhere larger except along `dim`
 * @source torch.gather
 * @example gather(tensor([[1, 2], [3, 4]]), 1, tensor([[0, 0], [1, 0]])); // tensor([[1, 1], [4, 3]])
 */
export function gather(x: Tensor, dim: number, index: Tensor): Tensor {
  checkTensor('gather', 'input', x);
  const d = wrapDim(dim, x.ndim);
  const at = longOrEmpty('gather', checkTensor('gather', 'index', index));
  if (at.numel() === 0) return reshape(slice(reshape(x, [-1]), 0, 0, 0), [...at.shape]);
  checkGathered(x, at, d);
  if (x.ndim === 0) return gather(reshape(x, [1]), 0, at);
  const source = reached(x, at, d);
  const y = emptyOf(at.shape, x.dtype);
  const { outer, n, inner } = along(source.shape, d);
  const bad = kernels.gather(x.dtype, contiguous(source), at, y, outer, n, inner, at.shape[d] ?? 1);
  checkPosition(bad, at, d, n);
  if (!isFloat(x.dtype)) return y;
  const from = source.shape;
  return record('gather', [source], y, [at], (g, [saved = at]) => [scatterAlong(g, saved, from, d)]);
}

/** @internal Zeros of `shape` with g added at the positions of dimension d: the gradient of gather. */
export function scatterAlong(g: Tensor, index: Tensor, shape: Shape, d: number): Tensor {
  const y = fillElements(emptyOf(shape, g.dtype), 0);
  const { outer, n, inner } = along(shape, d);
  kernels.scatterAdd(g.dtype as FloatDtype, contiguous(g), contiguous(index), y, outer, n, inner, index.shape[d] ?? 1);
  return record('scatterAdd', [g], y, [index], (gg, [saved = index]) => [gather(gg, d, saved)]);
}

/**
 * x with `source` added at the positions `index` of dimension `dim`. @source torch.scatter_add
 * @example scatterAdd(zeros(3), 0, tensor([0, 2, 0]), tensor([1, 2, 3.5])); // tensor([4.5000, 0.0000, 2.0000])
 */
export function scatterAdd(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  checkTensor('scatterAdd', 'input', x);
  checkTensor('scatterAdd', 'source', source);
  const d = wrapDim(dim, x.ndim);
  const at = checkScattered(x, d, checkTensor('scatterAdd', 'index', index), source);
  if (at.numel() === 0) return nameNode('scatterAdd', withNothingFrom(x, source));
  if (x.dtype === 'bool') return cast(scatterAdd(cast(x, 'int64'), d, at, cast(source, 'int64')), 'bool');
  const values = partFor(source, at);
  const bad = outOfRange(at, x.shape[d] ?? 1);
  checkPosition(bad, at, d, x.shape[d] ?? 1);
  const sizes = x.shape.map((size, k) => (k === d ? size : (at.shape[k] ?? 1)));
  const sum = scatterAlong(values, at, sizes, d);
  if (sameShape(sizes, x.shape)) return nameNode('scatterAdd', add(x, sum));
  const y = clone(x);
  const part = reached(y, at, d);
  part.add_(sum);
  return y;
}

function outOfRange(index: Tensor, size: number): number {
  const elements = elementsOf(index);
  for (let i = 0; i < elements.length; i++) if (Number(elements[i]) < 0 || Number(elements[i]) >= size) return i;
  return -1;
}

/**
 * The positions of elements that are not 0.
 *
 * @returns int64 (count, dimensions); with `asTuple` one tensor (count) for each dimension
 * @source torch.nonzero
 * @example nonzero(tensor([[1, 0], [0, 2]])); // tensor([[0, 0], [1, 1]])
 */
export function nonzero(x: Tensor, options?: { asTuple?: false }): Tensor;
export function nonzero(x: Tensor, options: { asTuple: true }): Tensor[];
export function nonzero(x: Tensor, options: { asTuple?: boolean } = {}): Tensor | Tensor[] {
  checkTensor('nonzero', 'input', x);
  checkOptions('nonzero', options, ['asTuple']);
  if (options.asTuple === true) return unbind(nonzero(x.ndim === 0 ? reshape(x, [1]) : x), 1);
  const flat = flatPositions(x);
  const columns = x.shape.map((_, d) => unsqueeze(unravel(flat, x.shape, d), 1));
  return recordConstant(
    'nonzero',
    [x],
    columns.length === 0 ? emptyOf([flat.numel(), 0], 'int64') : catColumns(columns),
  );
}

/** Options of {@link nonzeroStatic}. */
export interface NonzeroStaticOptions {
  /** Number of positions in the result: fewer are dropped, missing ones filled. */
  size: number;
  /** What stands in place of missing positions. Default -1. */
  fillValue?: number;
}

/**
 * As `nonzero`, with a given number of positions. @returns int64 (size, dimensions) @source torch.nonzero_static
 * @example nonzeroStatic(tensor([1, 0, 2]), { size: 3 }); // tensor([[0], [2], [-1]])
 */
export function nonzeroStatic(x: Tensor, options: NonzeroStaticOptions): Tensor {
  checkTensor('nonzeroStatic', 'input', x);
  checkOptions('nonzeroStatic', options, ['size', 'fillValue']);
  const { size, fillValue = -1 } = options ?? {};
  integer('nonzeroStatic', 'size', size);
  const found = nonzero(x);
  const y = full([size, found.size(1)], fillValue, { dtype: 'int64' });
  const n = Math.min(size, found.size(0));
  slice(y, 0, 0, n).copy_(slice(found, 0, 0, n));
  return y;
}

function catColumns(columns: readonly Tensor[]): Tensor {
  const y = emptyOf([columns[0]?.shape[0] ?? 0, columns.length], 'int64');
  for (const [d, column] of columns.entries()) select(y, 1, d).copy_(select(column, 1, 0));
  return y;
}

function flatPositions(x: Tensor): Tensor {
  const mask = contiguous(x.dtype === 'bool' ? x : cast(x, 'bool'));
  const all = emptyOf([x.numel()], 'int64');
  const count = kernels.nonzero('bool', mask, all, x.numel());
  return slice(all, 0, 0, count);
}

function unravel(flat: Tensor, shape: Shape, d: number): Tensor {
  const inner = numelOf(sizesFrom(shape, d + 1));
  return remainder(floorDivide(flat, Math.max(1, inner)), Math.max(1, shape[d] ?? 1));
}

/**
 * The elements where `mask` holds, in one dimension. @source torch.masked_select
 * @example
 * const x = tensor([1, 2, 3]);
 * maskedSelect(x, x.gt(1)); // tensor([2, 3])
 */
export function maskedSelect(x: Tensor, mask: Tensor): Tensor {
  checkTensor('maskedSelect', 'input', x);
  if (checkTensor('maskedSelect', 'mask', mask).dtype !== 'bool') {
    throw new DtypeError('masked_select: expected BoolTensor for mask');
  }
  const shape = broadcastShapes(x.shape, mask.shape);
  return reshape(get(expand(x, [...shape]), expand(mask, [...shape])), [-1]);
}

/**
 * The elements at flat positions `index` of the row-major tensor, in the shape of `index`. @source torch.take
 * @example take(tensor([[4, 3, 5], [6, 7, 8]]), tensor([0, 2, 5])); // tensor([4, 5, 8])
 */
export function take(x: Tensor, index: Tensor): Tensor {
  checkTensor('take', 'input', x);
  checkTensor('take', 'index', index);
  const at = checkLong(index, `take(): Expected a long tensor for index, but got ${scalarName(index.dtype)}`);
  if (x.numel() === 0 && at.numel() > 0) throw new IndexError('take(): tried to take from an empty tensor');
  const flat = reshape(x, [-1]);
  return nameNode('take', reshape(indexSelect(flat, 0, wrapped(reshape(at, [-1]), x.numel())), [...at.shape]));
}

/** @internal Positions of which negative ones count from the end, as those from 0. */
export function wrapped(index: Tensor, size: number): Tensor {
  return where(lt(index, 0), add(index, size), index);
}

// ---- x[...]

/**
 * One index of `x.get(...)`:
 * a number takes an element, `':'` or `'start:end:step'` a slice, `'...'` all remaining dimensions, null adds a dimension,
 * a tensor or array of integers takes several elements, a bool tensor those where it holds.
 */
export type Index = number | `${string}:${string}` | '...' | null | boolean | Tensor | readonly number[];

interface Advanced {
  readonly dim: number;
  readonly index: Tensor;
}

/**
 * `x[i, :, mask]` of Python as `x.get(i, ':', mask)`. Numbers, slices, '...' and null give a view; index tensors a copy.
 *
 * @throws IndexError if an index is out of range or there are too many
 * @source torch.Tensor.__getitem__
 * @example
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * get(x, 0); // tensor([1, 2, 3])
 * get(x, ':', -1); // tensor([3, 6])
 * get(x, '...', '::2'); // tensor([[1, 3], [4, 6]])
 * get(x, x.gt(4)); // tensor([5, 6])
 */
export function get(x: Tensor, ...indices: Index[]): Tensor {
  checkTensor('get', 'input', x);
  const { view: part, advanced } = basic(x, indices);
  return advanced.length === 0 ? part : takeAdvanced(part, advanced);
}

/**
 * `x[i, :, mask] = value` of Python as `x.set([i, ':', mask], value)`; the value broadcasts.
 *
 * @source torch.Tensor.__setitem__
 * @example set(zeros(3), tensor([0, 2]), 5); // tensor([5., 0., 5.])
 */
export function set(x: Tensor, indices: Index | readonly Index[], value: Tensor | Scalar): Tensor {
  checkTensor('set', 'input', x);
  checkOperand('set', 'value', value);
  const list = (Array.isArray(indices) ? indices : [indices]) as Index[];
  const { view: part, advanced } = basic(x, list);
  if (advanced.length === 0) {
    part.copy_(value);
    return x;
  }
  const positions = takeAdvanced(reshape(arange(part.numel()), [...part.shape]), advanced);
  const values = value instanceof Tensor ? value : tensor(value, { dtype: x.dtype });
  put_(part, positions, values);
  return x;
}

/** @internal The flat positions, in row-major order, that an index of `x.get` takes from a tensor of this shape. */
export function positionsOf(shape: Shape, indices: readonly Index[]): Tensor {
  return contiguous(get(reshape(arange(numelOf(shape)), [...shape]), ...indices));
}

/** @internal x with `values` at flat positions of its row-major order. */
export function withValuesAt(x: Tensor, positions: Tensor, values: Tensor): Tensor {
  const spread = expand(values.dtype === x.dtype ? values : cast(values, x.dtype), [...positions.shape]);
  const y = emptyOf([x.numel()], x.dtype);
  y.copy_(reshape(x.detach(), [-1]));
  const flat = contiguous(reshape(positions, [-1]));
  kernels.scatter(x.dtype, contiguous(reshape(spread, [-1])), flat, y, 1, x.numel(), 1, flat.numel());
  const result = view(y, [...x.shape]);
  if (!isFloat(x.dtype)) return result;
  const shape = x.shape;
  return record('indexPut', [x, spread], result, [flat], (g, [at = flat], [needsX, needsV]) => [
    needsX ? reshape(where(heldBy(at, g.numel()), 0, reshape(g, [-1])), [...shape]) : null,
    needsV ? reshape(indexSelect(reshape(g, [-1]), 0, at), [...positions.shape]) : null,
  ]);
}

// Writes values at flat positions of the row-major order of x.
function put_(x: Tensor, positions: Tensor, values: Tensor): Tensor {
  const spread = expand(values.dtype === x.dtype ? values : cast(values, x.dtype), [...positions.shape]);
  // One value stands for all: it says whether a gradient is wanted.
  const wants = spread.requiresGrad && spread.numel() > 0 ? [select(reshape(spread, [-1]), 0, 0)] : [];
  return inPlace('set', x, wants, (own) => withValuesAt(own, positions, spread));
}

/** @internal A mask of the positions that occur in `index`. */
export function heldBy(index: Tensor, size: number): Tensor {
  const mask = fillElements(emptyOf([size], 'bool'), 0);
  const ones = fillElements(emptyOf(index.shape, 'bool'), 1);
  kernels.scatter('bool', ones, index, mask, 1, size, 1, index.numel());
  return mask;
}

// Bytes select as booleans do.
function isMask(index: Index): boolean {
  return index instanceof Tensor && (index.dtype === 'bool' || index.dtype === 'uint8');
}

function consumed(index: Index): number {
  if (index === null || index === '...' || typeof index === 'boolean') return 0;
  return index instanceof Tensor && isMask(index) ? index.ndim : 1;
}

// Applies what gives views; collects what does not.
function basic(x: Tensor, indices: readonly Index[]): { view: Tensor; advanced: Advanced[] } {
  const used = indices.reduce((sum: number, index) => sum + consumed(index), 0);
  if (used > x.ndim) throw new IndexError(`too many indices for tensor of dimension ${x.ndim}`);
  if (indices.filter((index) => index === '...').length > 1) {
    throw new IndexError("an index can only have a single ellipsis ('...')");
  }
  const advanced: Advanced[] = [];
  let part = x;
  let dim = 0;
  for (const index of indices) {
    if (index === '...') dim += x.ndim - used;
    else if (index === null) part = unsqueeze(part, dim++);
    else if (typeof index === 'number') part = selectChecked(part, dim, index);
    else if (typeof index === 'string') part = sliceByText(part, dim++, index);
    else if (typeof index === 'boolean')
      throw new ArgumentTypeError('get: a boolean index is not supported; use a bool tensor');
    else {
      // A mask without dimensions adds one, which it keeps or empties.
      if (index instanceof Tensor && index.ndim === 0 && isMask(index)) part = unsqueeze(part, dim);
      for (const entry of indexTensors(part, dim, index)) advanced.push({ dim: dim++, index: entry });
    }
  }
  return { view: part, advanced };
}

function selectChecked(x: Tensor, dim: number, index: number): Tensor {
  if (!Number.isInteger(index)) throw new ArgumentTypeError(`get: an index must be an integer, got ${index}`);
  const size = x.shape[dim] ?? 1;
  if (index < -size || index >= size) throw outOfBounds(index, dim, size);
  return select(x, dim, index);
}

const sliceText = /^\s*([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?\s*)?$/;

function sliceByText(x: Tensor, dim: number, text: string): Tensor {
  const match = sliceText.exec(text);
  if (match === null) throw new ArgumentTypeError(`get: expected 'start:end:step' or '...', got '${text}'`);
  const number = (part: string | undefined) => (part === undefined ? null : Number(part));
  const step = number(match[3]) ?? 1;
  if (step < 1) throw new ArgumentTypeError('slice step must be positive');
  return slice(x, dim, number(match[1]), number(match[2]), step);
}

// A mask over several dimensions stands for one index tensor each.
function indexTensors(x: Tensor, dim: number, index: Tensor | readonly number[]): Tensor[] {
  if (!(index instanceof Tensor)) {
    if (!Array.isArray(index)) throw new ArgumentTypeError(`get: cannot index with ${describe(index)}`);
    return [tensor(index as number[], { dtype: 'int64' })];
  }
  if (isMask(index)) {
    index.shape.forEach((size, k) => {
      if (size === x.shape[dim + k]) return;
      throw new IndexError(
        `The shape of the mask [${index.shape.join(', ')}] at index ${k} does not match the shape of the indexed tensor [${x.shape.join(', ')}] at index ${dim + k}`,
      );
    });
    const flat = flatPositions(index);
    if (index.ndim === 0) return [flat];
    return index.shape.map((_, k) => unravel(flat, index.shape, k));
  }
  if (isFloat(index.dtype)) {
    throw new IndexError('tensors used as indices must be long, int, byte or bool tensors');
  }
  return [index.dtype === 'int64' ? index : cast(index, 'int64')];
}

// The indexed dimensions become one, in which the elements are selected by their flat position.
function takeAdvanced(x: Tensor, advanced: readonly Advanced[]): Tensor {
  const dims = advanced.map(({ dim }) => dim);
  const shape = advanced.map(({ index }) => index.shape).reduce(broadcastShapes);
  let flat: Tensor | null = null;
  for (const { dim, index } of advanced) {
    const size = x.shape[dim] ?? 1;
    checkRange(index, dim, size);
    const position = wrapped(index, size);
    flat = flat === null ? position : add(mul(flat, size), position);
  }
  const positions = reshape(expand(flat ?? fromTypedArray(new BigInt64Array(0), [0], 'int64'), [...shape]), [-1]);
  const others = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const front = permute(x, [...dims, ...others]);
  const otherShape = others.map((d) => x.shape[d] ?? 1);
  const merged = reshape(front, [numelOf(dims.map((d) => x.shape[d] ?? 1)), ...otherShape]);
  const taken = reshape(indexSelect(merged, 0, positions), [...shape, ...otherShape]);
  // Neighbouring index dimensions keep their place; separated ones come first.
  const first = dims[0] ?? 0;
  const adjacent = dims.every((d, i) => d === first + i);
  if (!adjacent || first === 0) return taken;
  const lead = Array.from({ length: first }, (_, i) => shape.length + i);
  const middle = shape.map((_, i) => i);
  const rest = otherShape.slice(first).map((_, i) => shape.length + first + i);
  return permute(taken, [...lead, ...middle, ...rest]);
}

function checkRange(index: Tensor, dim: number, size: number): void {
  for (const value of elementsOf(contiguous(index))) {
    if (Number(value) < -size || Number(value) >= size) {
      throw outOfBounds(value, dim, size);
    }
  }
}

/**
 * The elements in reverse order along `dims`. @source torch.flip
 * @example flip(tensor([[1, 2], [3, 4]]), 0, 1); // tensor([[4, 3], [2, 1]])
 */
export function flip(x: Tensor, ...dims: number[] | [dims: readonly number[]]): Tensor {
  checkTensor('flip', 'input', x);
  const list = wrapDims(integerList('flip', 'dims', dims), x.ndim);
  if (list.length === 0) return clone(x);
  const flipped = list.reduce((y, d) => {
    const n = y.shape[d] ?? 1;
    return indexSelect(y, d, arange(n - 1, -1, -1));
  }, x);
  return nameNode('flip', flipped);
}

/**
 * The tensor repeated along each dimension. @source torch.Tensor.repeat
 * @example repeat(tensor([1, 2]), 2, 2); // tensor([[1, 2, 1, 2], [1, 2, 1, 2]])
 */
export function repeat(x: Tensor, ...repeats: (number | readonly number[])[]): Tensor {
  checkTensor('repeat', 'input', x);
  const counts = (repeats.length === 1 && Array.isArray(repeats[0]) ? repeats[0] : repeats) as number[];
  if (counts.length < x.ndim) {
    throw new ShapeError('Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor');
  }
  const sizes = [...new Array<number>(counts.length - x.ndim).fill(1), ...x.shape];
  const interleaved = sizes.flatMap((size) => [1, size]);
  const widened = counts.flatMap((count, d) => [count, sizes[d] ?? 1]);
  const wide = expand(reshape(x, interleaved), widened);
  return nameNode(
    'repeat',
    reshape(
      clone(wide),
      counts.map((count, d) => count * (sizes[d] ?? 1)),
    ),
  );
}
