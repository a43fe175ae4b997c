// Writing at positions, out of place: scatter, index_add and their like. Each becomes flat positions of the result.
import { nameNode, record } from '../autograd/record.ts';
import { factsOf, isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import { arange, fillElements } from '../tensor/create.ts';
import { broadcastShapes, contiguousStrides, type Shape, sameShape, wrapDim } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { flag } from './arguments.ts';
import { div, eq, mul } from './binary.ts';
import { cast, clone, contiguous } from './copies.ts';
import { checkOperand, type Scalar } from './elementwise.ts';
import {
  checkIndex,
  checkLong,
  checkScattered,
  heldBy,
  type Index,
  indexSelect,
  nonzero,
  outOfBounds,
  partFor,
  positionsOf,
  scatterAdd,
  withNothingFrom,
  withValuesAt,
  wrapped,
} from './indexing.ts';
import { type ProductFacts, productOfOthers } from './product-gradient.ts';
import { clampMin, where } from './select.ts';
import { expand, narrow, reshape } from './views.ts';
import { wholeFactor } from './weighted.ts';

// Flat positions of x[..., index, ...]: each element of `index` says where along dimension d it goes.
function placesAlong(x: Tensor, d: number, at: Tensor): Tensor {
  const size = x.ndim === 0 ? 1 : (x.shape[d] ?? 1);
  checkRange(at, d, size, 0);
  const strides = contiguousStrides(x.shape);
  let places = at.mul(x.ndim === 0 ? 0 : (strides[d] ?? 1));
  at.shape.forEach((n, k) => {
    if (k === d) return;
    const along = at.shape.map((_, j) => (j === k ? n : 1));
    places = places.add(reshape(arange(n).mul(strides[k] ?? 1), along));
  });
  return contiguous(places);
}

function checkRange(index: Tensor, d: number, size: number, lowest: number): void {
  for (const value of elementsOf(contiguous(index))) {
    if (Number(value) >= lowest && Number(value) < size) continue;
    throw outOfBounds(value, d, size);
  }
}

// Flat positions of whole slices x[..., index[i], ...].
function placesOfSlices(x: Tensor, d: number, index: Tensor): Tensor {
  const at = reshape(index, [-1]);
  if (x.ndim > 0) return contiguous(indexSelect(reshape(arange(x.numel()), [...x.shape]), d, at));
  checkRange(at, 0, 1, 0);
  return at;
}

function checkedAndWrapped(index: Tensor, d: number, size: number): Tensor {
  checkRange(index, d, size, -size);
  return wrapped(index, size);
}

function checkVector(who: string, index: Tensor): Tensor {
  if (index.ndim <= 1) return index;
  throw new IndexError(`${who}(): Index is supposed to be a vector, but got dim: ${index.ndim}`);
}

// The source of an operation on slices, in the shape of its places.
function slicesFor(who: string, x: Tensor, d: number, index: Tensor, source: Tensor): Tensor {
  if (source.dtype !== x.dtype) {
    throw new DtypeError(
      `${who}(): self (${scalarName(x.dtype)}) and source (${scalarName(source.dtype)}) must have the same scalar type`,
    );
  }
  const n = source.ndim === 0 ? 1 : (source.shape[d] ?? 1);
  if (index.numel() !== n) {
    throw new ShapeError(
      `${who}(): Number of indices (${index.numel()}) should be equal to source.size(dim): (${n}), for dim: ${d}`,
    );
  }
  const scalars = who === 'index_copy_' && x.ndim + source.ndim < 2;
  if (!scalars && (x.ndim !== source.ndim || source.shape.some((size, k) => k !== d && size !== x.shape[k]))) {
    throw new ShapeError(
      `source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = [${x.shape.join(', ')}] source.shape = [${source.shape.join(', ')}]`,
    );
  }
  return x.ndim === 0 || source.ndim === 0 ? reshape(source, [-1]) : source;
}

// x with values added at flat positions.
function withSumsAt(x: Tensor, places: Tensor, values: Tensor): Tensor {
  const spread = reshape(expand(values, [...places.shape]), [-1]);
  return reshape(scatterAdd(reshape(x, [-1]), 0, reshape(places, [-1]), spread), [...x.shape]);
}

/** Options of {@link scatter}. */
export interface ScatterOptions {
  /** How to combine with what stands there; null overwrites. */
  reduce?: 'add' | 'multiply' | null;
}

/**
 * x with `source` (or one value) at the positions `index` along `dim`.
 *
 * @param index int64, of the rank of x
 * @throws IndexError out of range, DtypeError if dtypes differ
 * @source torch.scatter
 * @example
 * scatter(zeros(2, 3), 1, tensor([[0], [2]]), 1); // tensor([[1., 0., 0.], [0., 0., 1.]])
 * scatter(zeros(3), 0, tensor([2, 0]), tensor([5, 6.5])); // tensor([6.5000, 0.0000, 5.0000])
 */
export function scatter(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor | Scalar,
  options: ScatterOptions = {},
): Tensor {
  checkTensor('scatter', 'index', index);
  checkOptions('scatter', options, ['reduce']);
  const d = wrapDim(dim, checkTensor('scatter', 'input', x).ndim);
  checkOperand('scatter', 'source', source);
  const at = checkScattered(x, d, index, source instanceof Tensor ? source : null);
  if (at.numel() === 0) return source instanceof Tensor ? nameNode('scatter', withNothingFrom(x, source)) : clone(x);
  const places = placesAlong(x, d, at);
  const values = source instanceof Tensor ? partFor(source, at) : fillElements(emptyOf([], x.dtype), Number(source));
  const { reduce = null } = options;
  if (reduce !== null && reduce !== 'add' && reduce !== 'multiply') {
    throw new ValueError('reduce argument must be either add or multiply.');
  }
  if (reduce === 'add') return withSumsAt(x, places, values);
  if (reduce === 'multiply') return reducedAt('prod', x, places, expand(values, [...places.shape]), true);
  return nameNode(source instanceof Tensor ? 'scatter' : 'ScatterBackward1', withValuesAt(x, places, values));
}

/** How {@link scatterReduce} and {@link indexReduce} combine. */
export type Combination = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

const combine: { readonly [C in 'prod' | 'amax' | 'amin']: (a: number, b: number) => number } = {
  prod: (a, b) => a * b,
  amax: Math.max,
  amin: Math.min,
};

const neutral = { prod: 1, amax: Number.NEGATIVE_INFINITY, amin: Number.POSITIVE_INFINITY } as const;

// Values at flat places combined with what stands there, without a graph.
function combined(how: 'prod' | 'amax' | 'amin', x: Tensor, places: Tensor, source: Tensor, withSelf: boolean): Tensor {
  const result = Float64Array.from(elementsOf(contiguous(x.detach())) as ArrayLike<number>, Number);
  const at = elementsOf(places) as BigInt64Array;
  const values = Float64Array.from(elementsOf(contiguous(source.detach())) as ArrayLike<number>, Number);
  if (!withSelf) for (const place of at) result[Number(place)] = neutral[how];
  at.forEach((place, i) => {
    result[Number(place)] = combine[how](result[Number(place)] ?? 0, values[i] ?? 0);
  });
  const { makeArray } = factsOf(x.dtype);
  const array = makeArray(result.length);
  result.forEach((value, i) => {
    if (array instanceof BigInt64Array) array[i] = BigInt(value);
    else array[i] = value;
  });
  return fromTypedArray(array, x.shape, x.dtype);
}

function reducedAt(
  how: 'prod' | 'amax' | 'amin',
  x: Tensor,
  places: Tensor,
  source: Tensor,
  includeSelf: boolean,
): Tensor {
  const y = combined(how, x, places, source, includeSelf);
  if (!isFloat(x.dtype)) return y;
  const flat = reshape(places, [-1]);
  return record(`scatterReduce`, [x, source], y, [x, source, y], (g, [sx = g, ss = g, sy = g]) => {
    const take = (of: Tensor) => reshape(indexSelect(reshape(of, [-1]), 0, flat), [...places.shape]);
    const kept = includeSelf
      ? fillElements(emptyOf(sx.shape, 'bool'), 1)
      : reshape(heldBy(flat, sx.numel()), [...sx.shape]).logicalNot();
    if (how === 'prod') {
      const own = where(kept, sx, 1);
      const facts = productFactsAt(places, own, ss);
      const of = mapFacts(facts, take);
      return [mul(g, where(kept, productOfOthers(own, facts), 0)), mul(take(g), productOfOthers(ss, of))];
    }
    // What stood at a place shares with what came, even where it took no part: so it is in PyTorch.
    const own = cast(eq(sx, sy), g.dtype);
    const theirs = cast(eq(ss, take(sy)), g.dtype);
    const share = div(g, clampMin(withSumsAt(own, places, theirs), 1));
    return [where(kept, mul(share, own), 0), mul(take(share), theirs)];
  });
}

function productFactsAt(places: Tensor, x: Tensor, source: Tensor): ProductFacts {
  const [zero, sourceZero] = [eq(x, 0), eq(source, 0)];
  return {
    product: reducedAt('prod', where(zero, 1, x), places, where(sourceZero, 1, source), true),
    zeros: withSumsAt(cast(zero, x.dtype), places, cast(sourceZero, x.dtype)),
    vanishing: withSumsAt(where(zero, x, 0), places, where(sourceZero, source, 0)),
  };
}

function mapFacts({ product, zeros, vanishing }: ProductFacts, of: (x: Tensor) => Tensor): ProductFacts {
  return { product: of(product), zeros: of(zeros), vanishing: of(vanishing) };
}

function reduceAt(
  who: string,
  x: Tensor,
  places: Tensor,
  source: Tensor,
  how: Combination,
  includeSelf: boolean,
): Tensor {
  const values = expand(source, [...places.shape]);
  if (how === 'prod' || how === 'amax' || how === 'amin') return reducedAt(how, x, places, values, includeSelf);
  if (how !== 'sum' && how !== 'mean') {
    throw new ValueError(`reduce argument must be either sum, prod, mean, amax or amin, got ${String(how)}.`);
  }
  if (how === 'mean' && x.dtype === 'bool') throw new DtypeError(`${who}(): mean is not implemented for bool`);
  const touched = reshape(heldBy(reshape(places, [-1]), x.numel()), [...x.shape]);
  const base = includeSelf ? x : where(touched, 0, x);
  const total = withSumsAt(base.dtype === x.dtype ? base : cast(base, x.dtype), places, values);
  if (how === 'sum') return total;
  const own = fillElements(emptyOf(x.shape, x.dtype), includeSelf ? 1 : 0);
  const counts = withSumsAt(own, places, fillElements(emptyOf([], x.dtype), 1)).clampMin(1);
  return isFloat(x.dtype) ? div(total, counts) : div(total, counts, { roundingMode: 'floor' });
}

/** Options of {@link scatterReduce} and {@link indexReduce}. */
export interface ReduceAtOptions {
  /** Whether what stands at a position takes part. Default true. */
  includeSelf?: boolean;
}

/**
 * x with `source` combined at the positions `index` along `dim`. @source torch.scatter_reduce
 * @example
 * scatterReduce(tensor([1, 2, 3]), 0, tensor([0, 1, 0]), tensor([10, 20, 30]), 'sum');
 * // tensor([41, 22, 3])
 */
export function scatterReduce(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: Combination,
  options: ReduceAtOptions = {},
): Tensor {
  checkTensor('scatterReduce', 'index', index);
  checkTensor('scatterReduce', 'source', source);
  checkOptions('scatterReduce', options, ['includeSelf']);
  const d = wrapDim(dim, checkTensor('scatterReduce', 'input', x).ndim);
  const at = checkScattered(x, d, index, source);
  const includeSelf = flag('scatterReduce', 'includeSelf', options.includeSelf, true);
  if (at.numel() === 0) return nameNode('scatterReduce', withNothingFrom(x, source));
  return nameNode(
    'scatterReduce',
    reduceAt('scatterReduce', x, placesAlong(x, d, at), partFor(source, at), reduce, includeSelf),
  );
}

/**
 * x with alpha times the slices of `source` added at positions of `dim`. @source torch.index_add
 * @example indexAdd(ones(3), 0, tensor([0, 2]), tensor([1, 2.5])); // tensor([2.0000, 1.0000, 3.5000])
 */
export function indexAdd(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  options: { alpha?: number | boolean } = {},
): Tensor {
  checkTensor('indexAdd', 'index', index);
  checkTensor('indexAdd', 'source', source);
  checkOptions('indexAdd', options, ['alpha']);
  const d = wrapDim(dim, checkTensor('indexAdd', 'input', x).ndim);
  const { alpha: given = 1 } = options;
  const alpha = typeof given === 'boolean' ? Number(given) : given;
  const at = checkVector('index_add_', checkIndex('index_add_', index));
  const slices = slicesFor('index_add_', x, d, at, source);
  const factor = isFloat(x.dtype) ? alpha : wholeFactor(alpha);
  const scaled = factor === 1 ? slices : cast(mul(slices, factor), x.dtype);
  return nameNode('indexAdd', withSumsAt(x, placesOfSlices(x, d, at), scaled));
}

/**
 * x with the slices of `source` at positions of `dim`. @source torch.index_copy
 * @example indexCopy(zeros(3), 0, tensor([2, 0]), tensor([1, 2.5])); // tensor([2.5000, 0.0000, 1.0000])
 */
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  checkTensor('indexCopy', 'index', index);
  checkTensor('indexCopy', 'source', source);
  const d = wrapDim(dim, checkTensor('indexCopy', 'input', x).ndim);
  const sentence = `index_copy_(): Expected a long tensor for index, but got ${scalarName(index.dtype)}`;
  const at = checkVector('index_copy_', checkLong(index, sentence));
  const slices = slicesFor('index_copy_', x, d, at, source);
  return nameNode('indexCopy', withValuesAt(x, placesOfSlices(x, d, at), slices));
}

/**
 * x with one value in the slices at positions of `dim`. @source torch.index_fill
 * @example indexFill(tensor([1, 2, 3]), 0, tensor([0, 2]), -1); // tensor([-1, 2, -1])
 */
export function indexFill(x: Tensor, dim: number, index: Tensor, value: Tensor | Scalar): Tensor {
  checkTensor('indexFill', 'index', index);
  const d = wrapDim(dim, checkTensor('indexFill', 'input', x).ndim);
  if (value instanceof Tensor && value.ndim > 0) {
    throw new ShapeError(
      `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
    );
  }
  checkOperand('indexFill', 'value', value);
  const at = checkLong(index, 'index_fill_(): Expected dtype int64 for index.');
  if (at.ndim > 1) throw new ShapeError('Index has to be a vector/scalar');
  const size = x.shape[d] ?? 1;
  // Each slice once: the gradient of the value counts elements, not positions.
  const once = nonzero(heldBy(checkedAndWrapped(at, d, size), size));
  const places = placesOfSlices(x, d, once);
  const given = value instanceof Tensor;
  const values = given ? value : fillElements(emptyOf([], x.dtype), Number(value));
  return nameNode(given ? 'IndexFillBackward1' : 'indexFill', withValuesAt(x, places, values));
}

/**
 * x with the slices of `source` combined at positions of `dim`. @source torch.index_reduce
 * @example indexReduce(ones(3), 0, tensor([0, 2, 0]), tensor([2, 3, 4.5]), 'prod'); // tensor([9., 1., 3.])
 */
export function indexReduce(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  reduce: Exclude<Combination, 'sum'>,
  options: ReduceAtOptions = {},
): Tensor {
  checkTensor('indexReduce', 'index', index);
  checkTensor('indexReduce', 'source', source);
  checkOptions('indexReduce', options, ['includeSelf']);
  const d = wrapDim(dim, checkTensor('indexReduce', 'input', x).ndim);
  if (reduce === ('sum' as string)) {
    throw new ValueError('index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got sum.');
  }
  const at = checkVector('index_reduce_', checkIndex('index_reduce_', index));
  const slices = slicesFor('index_reduce_', x, d, at, source);
  const includeSelf = flag('indexReduce', 'includeSelf', options.includeSelf, true);
  return nameNode('indexReduce', reduceAt('indexReduce', x, placesOfSlices(x, d, at), slices, reduce, includeSelf));
}

/** Options of {@link indexPut} and {@link put}. */
export interface AccumulateOptions {
  /** Whether to add to what stands there. Default false. */
  accumulate?: boolean;
}

function accumulates(who: string, options: AccumulateOptions | boolean): boolean {
  if (typeof options === 'boolean') return options;
  checkOptions(who, options, ['accumulate']);
  return flag(who, 'accumulate', options.accumulate, false);
}

/**
 * x with `values` at `x.get(...indices)`. @source torch.index_put
 * @example
 * indexPut(zeros(2, 2), [tensor([0, 1]), tensor([1, 0])], tensor([5, 6.5]));
 * // tensor([[0.0000, 5.0000], [6.5000, 0.0000]])
 */
export function indexPut(
  x: Tensor,
  indices: readonly Index[],
  values: Tensor,
  options: AccumulateOptions | boolean = {},
): Tensor {
  checkTensor('indexPut', 'input', x);
  checkTensor('indexPut', 'values', values);
  const accumulate = accumulates('indexPut', options);
  if (!Array.isArray(indices)) throw new ArgumentTypeError('indexPut(): indices must be a list of tensors');
  const places = positionsOf(x.shape, indices);
  if (values.dtype !== x.dtype) {
    throw new DtypeError(
      `Index put requires the source and destination dtypes match, got ${scalarName(x.dtype)} for the destination and ${scalarName(values.dtype)} for the source.`,
    );
  }
  if (!sameShape(broadcastShapes(values.shape, places.shape), places.shape)) {
    throw new ShapeError(
      `shape mismatch: value tensor of shape [${values.shape.join(', ')}] cannot be broadcast to indexing result of shape [${places.shape.join(', ')}]`,
    );
  }
  return nameNode('indexPut', accumulate ? withSumsAt(x, places, values) : withValuesAt(x, places, values));
}

/**
 * x with the elements of `source` at flat positions. @source torch.put
 * @example put(zeros(2, 2), tensor([1, 2]), tensor([5, 6.5])); // tensor([[0.0000, 5.0000], [6.5000, 0.0000]])
 */
export function put(x: Tensor, index: Tensor, source: Tensor, options: AccumulateOptions | boolean = {}): Tensor {
  checkTensor('put', 'input', x);
  checkTensor('put', 'source', source);
  checkTensor('put', 'index', index);
  const accumulate = accumulates('put', options);
  if (source.dtype !== x.dtype) throw new DtypeError('put_(): self and source expected to have the same dtype');
  const at = reshape(
    checkLong(index, `put_(): Expected a long tensor for index, but got ${scalarName(index.dtype)}`),
    [-1],
  );
  if (source.numel() !== at.numel()) {
    throw new IndexError(
      `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.numel()}, index.numel() = ${at.numel()}`,
    );
  }
  if (x.numel() === 0 && at.numel() > 0) throw new IndexError('put_(): Tried to put elements into an empty tensor');
  const places = checkedAndWrapped(at, 0, x.numel());
  const values = reshape(source, [-1]);
  return nameNode('put', accumulate ? withSumsAt(x, places, values) : withValuesAt(x, places, values));
}

/**
 * x with the first elements of `source` where `mask` holds. @source torch.masked_scatter
 * @example
 * maskedScatter(zeros(3), tensor([true, false, true]), tensor([5, 6.5]));
 * // tensor([5.0000, 0.0000, 6.5000])
 */
export function maskedScatter(x: Tensor, mask: Tensor, source: Tensor): Tensor {
  checkTensor('maskedScatter', 'input', x);
  checkTensor('maskedScatter', 'source', source);
  if (checkTensor('maskedScatter', 'mask', mask).dtype !== 'bool') {
    throw new DtypeError(`masked_scatter_ only supports boolean masks, but got mask with dtype ${mask.dtype}`);
  }
  if (source.dtype !== x.dtype) {
    throw new DtypeError(
      `masked_scatter: expected self and source to have same dtypes but got ${scalarName(x.dtype)} and ${scalarName(source.dtype)}`,
    );
  }
  const shape: Shape = broadcastShapes(x.shape, mask.shape);
  const places = reshape(nonzero(reshape(expand(mask, [...shape]), [-1])), [-1]);
  if (places.numel() > source.numel()) {
    throw new ShapeError('Number of elements of source < number of ones in mask');
  }
  const taken = narrow(reshape(source, [-1]), 0, 0, places.numel());
  return nameNode('maskedScatter', withValuesAt(expand(x, [...shape]), places, taken));
}

/**
 * The positions of elements that are not 0. @returns int64 (count, dimensions) @source torch.argwhere
 * @example argwhere(tensor([[1, 0], [0, 2]])); // tensor([[0, 0], [1, 1]])
 */
export function argwhere(x: Tensor): Tensor {
  checkTensor('argwhere', 'input', x);
  return nonzero(x);
}
