// Writing at positions, out of place: scatter, index_add and their like. Each becomes flat positions of the result.
import { record } from '../autograd/record.ts';
import { dtypes, isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import { arange, fillElements } from '../tensor/create.ts';
import { broadcastShapes, contiguousStrides, type Shape, sameShape, wrapDim } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { div, eq, mul } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import type { Scalar } from './elementwise.ts';
import {
  checkIndex,
  heldBy,
  type Index,
  indexSelect,
  nonzero,
  positionsOf,
  scatterAdd,
  withValuesAt,
} from './indexing.ts';
import { type ProductFacts, productOfOthers } from './product-gradient.ts';
import { clampMin, where } from './select.ts';
import { expand, narrow, reshape } from './views.ts';

// Flat positions of x[..., index, ...]: each element of `index` says where along dimension d it goes.
function placesAlong(who: string, x: Tensor, d: number, index: Tensor): Tensor {
  const at = checkIndex(who, index);
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
    throw new IndexError(`index ${String(value)} is out of bounds for dimension ${d} with size ${size}`);
  }
}

// Flat positions of whole slices x[..., index[i], ...].
function placesOfSlices(who: string, x: Tensor, d: number, index: Tensor): Tensor {
  const at = checkIndex(who, index);
  if (at.ndim > 1) throw new IndexError(`${who}(): Index is supposed to be a vector, but got dim: ${at.ndim}`);
  const size = x.ndim === 0 ? 1 : (x.shape[d] ?? 1);
  checkRange(at, d, size, -size);
  const wrapped = where(at.lt(0), at.add(size), at);
  if (x.ndim === 0) return reshape(wrapped, []);
  const all = reshape(arange(x.numel()), [...x.shape]);
  return contiguous(indexSelect(all, d, reshape(wrapped, [-1])));
}

function checkSource(who: string, source: Tensor, x: Tensor): void {
  checkTensor(who, 'source', source);
  if (source.dtype === x.dtype) return;
  throw new DtypeError(`${who}(): Expected self.dtype to be equal to src.dtype`);
}

// The part of the source that an index of smaller sizes takes.
function partFor(source: Tensor, index: Tensor): Tensor {
  if (source.ndim !== index.ndim && source.ndim > 0 && index.ndim > 0) {
    throw new ShapeError('Index tensor must have the same number of dimensions as src tensor');
  }
  return index.shape.reduce((part, n, k) => {
    if (n > (part.shape[k] ?? 1)) {
      throw new ShapeError(
        `Expected index [${index.shape.join(', ')}] to be no larger than src [${source.shape.join(', ')}]`,
      );
    }
    return part.shape[k] === n || part.ndim === 0 ? part : narrow(part, k, 0, n);
  }, source);
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
  const places = placesAlong('scatter', x, d, index);
  if (source instanceof Tensor) checkSource('scatter', source, x);
  const values = source instanceof Tensor ? partFor(source, index) : fillElements(emptyOf([], x.dtype), Number(source));
  if (options.reduce === 'add') return withSumsAt(x, places, values);
  if (options.reduce === 'multiply') return reducedAt('prod', x, places, expand(values, [...places.shape]), true);
  return withValuesAt(x, places, values);
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
  const { makeArray } = dtypes[x.dtype];
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
    throw new ValueError(`${who}(): reduce argument must be either sum, prod, mean, amax or amin, got ${String(how)}.`);
  }
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
  checkSource('scatterReduce', source, x);
  const places = placesAlong('scatterReduce', x, d, index);
  return reduceAt('scatterReduce', x, places, partFor(source, index), reduce, options.includeSelf ?? true);
}

// The source of an operation on slices, in the shape of its places.
function slicesOf(who: string, x: Tensor, source: Tensor, places: Tensor): Tensor {
  checkSource(who, source, x);
  if (sameShape(source.shape, places.shape)) return source;
  if (source.numel() === places.numel() && source.ndim <= 1 && places.ndim <= 1)
    return reshape(source, [...places.shape]);
  throw new ShapeError(
    `${who}(): Source/destination tensor must have same slice shapes. Destination slice shape: [${places.shape.join(', ')}] and source slice shape: [${source.shape.join(', ')}].`,
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
  options: { alpha?: number } = {},
): Tensor {
  checkTensor('indexAdd', 'index', index);
  checkTensor('indexAdd', 'source', source);
  checkOptions('indexAdd', options, ['alpha']);
  const d = wrapDim(dim, checkTensor('indexAdd', 'input', x).ndim);
  const places = placesOfSlices('indexAdd', x, d, index);
  const { alpha = 1 } = options;
  const slices = slicesOf('indexAdd', x, source, places);
  return withSumsAt(x, places, alpha === 1 ? slices : mul(slices, alpha));
}

/**
 * x with the slices of `source` at positions of `dim`. @source torch.index_copy
 * @example indexCopy(zeros(3), 0, tensor([2, 0]), tensor([1, 2.5])); // tensor([2.5000, 0.0000, 1.0000])
 */
export function indexCopy(x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
  checkTensor('indexCopy', 'index', index);
  checkTensor('indexCopy', 'source', source);
  const d = wrapDim(dim, checkTensor('indexCopy', 'input', x).ndim);
  const places = placesOfSlices('indexCopy', x, d, index);
  return withValuesAt(x, places, slicesOf('indexCopy', x, source, places));
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
  const places = placesOfSlices('indexFill', x, d, index);
  return withValuesAt(x, places, value instanceof Tensor ? value : fillElements(emptyOf([], x.dtype), Number(value)));
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
  const places = placesOfSlices('indexReduce', x, d, index);
  const slices = slicesOf('indexReduce', x, source, places);
  return reduceAt('indexReduce', x, places, slices, reduce, options.includeSelf ?? true);
}

/** Options of {@link indexPut} and {@link put}. */
export interface AccumulateOptions {
  /** Whether to add to what stands there. Default false. */
  accumulate?: boolean;
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
  if (typeof options !== 'boolean') checkOptions('indexPut', options, ['accumulate']);
  const accumulate = typeof options === 'boolean' ? options : (options.accumulate ?? false);
  if (!Array.isArray(indices)) throw new ArgumentTypeError('indexPut(): indices must be a list of tensors');
  const places = positionsOf(x.shape, indices);
  checkSource('indexPut', values, x);
  broadcastShapes(values.shape, places.shape);
  return accumulate ? withSumsAt(x, places, values) : withValuesAt(x, places, values);
}

/**
 * x with the elements of `source` at flat positions. @source torch.put
 * @example put(zeros(2, 2), tensor([1, 2]), tensor([5, 6.5])); // tensor([[0.0000, 5.0000], [6.5000, 0.0000]])
 */
export function put(x: Tensor, index: Tensor, source: Tensor, options: AccumulateOptions | boolean = {}): Tensor {
  checkTensor('put', 'input', x);
  checkTensor('put', 'source', source);
  if (typeof options !== 'boolean') checkOptions('put', options, ['accumulate']);
  const accumulate = typeof options === 'boolean' ? options : (options.accumulate ?? false);
  checkSource('put', source, x);
  const at = reshape(checkIndex('put', index), [-1]);
  checkRange(at, 0, x.numel(), -x.numel());
  const places = where(at.lt(0), at.add(x.numel()), at);
  const values = reshape(source, [-1]);
  return accumulate ? withSumsAt(x, places, values) : withValuesAt(x, places, values);
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
  checkSource('maskedScatter', source, x);
  const shape: Shape = broadcastShapes(x.shape, mask.shape);
  const places = reshape(nonzero(reshape(expand(mask, [...shape]), [-1])), [-1]);
  if (places.numel() > source.numel()) {
    throw new ShapeError('masked_scatter: expected self and source to have same number of elements as the mask holds');
  }
  return withValuesAt(expand(x, [...shape]), places, narrow(reshape(source, [-1]), 0, 0, places.numel()));
}

/**
 * The positions of elements that are not 0. @returns int64 (count, dimensions) @source torch.argwhere
 * @example argwhere(tensor([[1, 0], [0, 2]])); // tensor([[0, 0], [1, 1]])
 */
export function argwhere(x: Tensor): Tensor {
  checkTensor('argwhere', 'input', x);
  return nonzero(x);
}
