// Order: sorting, the k largest, medians and quantiles, searching sorted values, unique values.
import { record, recordConstant, recordRefusal } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { fillElements } from '../tensor/create.ts';
import { sameShape, sizesFrom, wrapDim } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { integer, withDim } from './arguments.ts';
import { add, eq, lerp, mul, sub } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import type { Scalar } from './elementwise.ts';
import { checkOperand } from './elementwise.ts';
import { gather, indexSelect, scatterAlong } from './indexing.ts';
import { selectPlace } from './quickselect.ts';
import type { ValuesAndIndices } from './reduce.ts';
import { where } from './select.ts';
import { ceil, floor, isnan, logicalNot } from './unary.ts';
import { movedim, narrow, reshape, squeeze, transpose, unsqueeze } from './views.ts';

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** Largest first. Default false. */
  descending?: boolean;
  /** Whether equal elements keep their order; they always do. Default false. */
  stable?: boolean;
}

// Values and positions of dimension d in order; a 0-dimensional tensor is in order.
function sorted(x: Tensor, d: number, descending: boolean): ValuesAndIndices {
  if (x.ndim === 0) return { values: x.clone(), indices: fillElements(emptyOf([], 'int64'), 0) };
  const last = x.ndim - 1;
  const lines = contiguous(movedim(x.detach(), d, last));
  const values = emptyOf(lines.shape, x.dtype);
  const indices = emptyOf(lines.shape, 'int64');
  const n = x.shape[d] ?? 0;
  kernels.sort(x.dtype, lines, values, indices, n === 0 ? 0 : lines.numel() / n, n, descending ? 1 : 0);
  const [y, at] = [contiguous(movedim(values, last, d)), contiguous(movedim(indices, last, d))];
  if (!isFloat(x.dtype)) return { values: recordConstant('sort', [x], y), indices: at };
  const shape = x.shape;
  return { values: record('sort', [x], y, [at], (g, [saved = g]) => [scatterAlong(g, saved, shape, d)]), indices: at };
}

/**
 * The elements along `dim` in ascending order, and where they were. Equal elements keep their order; NaN is largest.
 *
 * @param dim default -1
 * @source torch.sort
 * @example
 * sort(tensor([3, 1, 2])); // {values: tensor([1, 2, 3]), indices: tensor([1, 2, 0])}
 * sort(tensor([3, 1, 2]), { descending: true }).values; // tensor([3, 2, 1])
 */
export function sort(
  x: Tensor,
  dim?: number | (SortOptions & { dim?: number }) | null,
  options?: SortOptions,
): ValuesAndIndices {
  const { dim: d = -1, descending = false } = withDim('sort', dim, options, ['descending', 'stable']);
  return sorted(checkTensor('sort', 'input', x), wrapDim(d, x.ndim), descending);
}

/**
 * Where the elements of `sort` were. @returns int64 @source torch.argsort
 * @example argsort(tensor([3, 1, 2])); // tensor([1, 2, 0])
 */
export function argsort(
  x: Tensor,
  dim?: number | (SortOptions & { dim?: number }) | null,
  options?: SortOptions,
): Tensor {
  checkTensor('argsort', 'input', x);
  return sort(x, dim, options).indices;
}

/**
 * Sorted along the first dimension. @source torch.msort
 * @example msort(tensor([[3, 1], [2, 4]])); // tensor([[2, 1], [3, 4]])
 */
export function msort(x: Tensor): Tensor {
  checkTensor('msort', 'input', x);
  return sort(x, 0).values;
}

/** Options of {@link topk}. */
export interface TopkOptions {
  /** Take the largest, otherwise the smallest. Default true. */
  largest?: boolean;
  /** Whether the result is in order; it always is. Default true. */
  sorted?: boolean;
}

/**
 * The `k` largest elements along `dim`, in order, and where they were.
 *
 * @param dim default -1
 * @throws IndexError if there are fewer than k
 * @source torch.topk
 * @example topk(tensor([1, 5, 2, 4]), 2); // {values: tensor([5, 4]), indices: tensor([1, 3])}
 */
export function topk(
  x: Tensor,
  k: number,
  dim?: number | (TopkOptions & { dim?: number }) | null,
  options?: TopkOptions,
): ValuesAndIndices {
  const { dim: d = -1, largest = true } = withDim('topk', dim, options, ['largest', 'sorted']);
  const at = wrapDim(d, checkTensor('topk', 'input', x).ndim);
  if (integer('topk', 'k', k) < 0 || k > (x.shape[at] ?? 1)) throw new IndexError('selected index k out of range');
  const { values, indices } = sorted(x, at, largest);
  if (x.ndim === 0) return { values, indices };
  return { values: narrow(values, at, 0, k).clone(), indices: narrow(indices, at, 0, k).clone() };
}

/** Options of order statistics along a dimension. */
export interface OrderOptions {
  /** Whether to keep the reduced dimension as 1. Default false. */
  keepdim?: boolean;
}

// The element at positions `at` of the dimension, and gradients to it.
function pick(x: Tensor, d: number, at: Tensor, keepdim: boolean): ValuesAndIndices {
  if (x.ndim === 0) return { values: x.clone(), indices: at };
  const values = gather(x, d, at);
  return keepdim ? { values, indices: at } : { values: squeeze(values, d), indices: squeeze(at, d) };
}

/**
 * The `k`-th smallest element along `dim`, counted from 1, and where it is; NaN counts as the largest.
 *
 * @param dim default -1
 * @source torch.kthvalue
 * @example kthvalue(tensor([3, 1, 2]), 2); // {values: tensor(2), indices: tensor(2)}
 */
export function kthvalue(
  x: Tensor,
  k: number,
  dim?: number | (OrderOptions & { dim?: number }) | null,
  options?: OrderOptions,
): ValuesAndIndices {
  const { dim: d = -1, keepdim = false } = withDim('kthvalue', dim, options, ['keepdim']);
  const at = wrapDim(d, checkTensor('kthvalue', 'input', x).ndim);
  checkOrdered('kthvalue_cpu', x);
  if (!Number.isInteger(k) || k < 1 || k > (x.shape[at] ?? 1)) {
    throw new IndexError(`kthvalue(): selected number k out of range for dimension ${at}`);
  }
  if (x.ndim === 0) return { values: x.clone(), indices: fillElements(emptyOf([], 'int64'), 0) };
  const rows = contiguous(transpose(x.detach(), at, -1));
  const n = rows.shape.at(-1) ?? 1;
  const elements = elementsOf(rows);
  const places = BigInt64Array.from({ length: rows.numel() / n }, (_, i) =>
    BigInt(selectPlace(elements.subarray(i * n, (i + 1) * n), k - 1)),
  );
  const shape = [...sizesFrom(rows.shape, 0, -1), 1];
  return pick(x, at, contiguous(transpose(fromTypedArray(places, shape, 'int64'), at, -1)), keepdim);
}

function checkOrdered(kernel: string, x: Tensor): void {
  if (x.dtype === 'bool') throw new DtypeError(`"${kernel}" not implemented for 'Bool'`);
}

// Positions of medians: the lower of two, NaN if one is there (or none are counted).
function medianPositions(x: Tensor, d: number, ignoreNan: boolean): Tensor {
  const { values, indices } = sorted(x.detach(), d, false);
  const n = x.shape[d] ?? 0;
  const missing = isnan(values).sum(d, { keepdim: true });
  const valid = sub(n, missing);
  const middle = sub(valid, 1).clampMin(0).floorDivide(2);
  const chosen = ignoreNan ? middle : where(missing.gt(0), valid.clampMax(n - 1), middle);
  return gather(indices, d, cast(chosen, 'int64'));
}

function medianOver(
  who: string,
  x: Tensor,
  dim: number | (OrderOptions & { dim?: number }) | null | undefined,
  options: OrderOptions | undefined,
  ignoreNan: boolean,
): Tensor | ValuesAndIndices {
  const { dim: d, keepdim = false } = withDim(who, dim, options, ['keepdim']);
  checkOrdered(d === undefined ? 'median_cpu' : 'median_out', checkTensor(who, 'input', x));
  if (d === undefined) {
    if (x.numel() === 0) return fillElements(emptyOf([], x.dtype), isFloat(x.dtype) ? Number.NaN : 0);
    const flat = reshape(x, [-1]);
    const y = pick(flat.detach(), 0, medianPositions(flat, 0, ignoreNan), false).values;
    if (!isFloat(x.dtype)) return recordConstant(who, [x], y);
    return record(who, [x], y, [x, y], (g, [sx = g, sy = g]) => {
      const equal = isnan(sy).item() === true ? isnan(sx) : eq(sx, sy);
      return [where(equal, g.div(equal.sum()), 0)];
    });
  }
  const at = wrapDim(d, x.ndim);
  if (x.ndim === 0) return { values: x.clone(), indices: fillElements(emptyOf([], 'int64'), 0) };
  if (x.shape[at] === 0) {
    throw new IndexError(`${who}(): Expected reduction dim ${at} to have non-zero size.`);
  }
  return pick(x, at, medianPositions(x, at, ignoreNan), keepdim);
}

/**
 * The median, the lower of two; with `dim`, along it, and where it is. NaN if one is there. @source torch.median
 * @example
 * median(tensor([3, 1, 2, 4])); // tensor(2)
 * median(tensor([[3, 1, 2], [6, 5, 4]]), 1); // {values: tensor([2, 5]), indices: tensor([2, 1])}
 */
export function median(x: Tensor): Tensor;
export function median(
  x: Tensor,
  dim: number | (OrderOptions & { dim: number }),
  options?: OrderOptions,
): ValuesAndIndices;
export function median(x: Tensor, dim?: number | (OrderOptions & { dim?: number }), options?: OrderOptions) {
  return medianOver('median', x, dim, options, false);
}

/**
 * As `median`, without NaNs. @source torch.nanmedian
 * @example nanmedian(tensor([1, NaN, 3.5])); // tensor(1.)
 */
export function nanmedian(x: Tensor): Tensor;
export function nanmedian(
  x: Tensor,
  dim: number | (OrderOptions & { dim: number }),
  options?: OrderOptions,
): ValuesAndIndices;
export function nanmedian(x: Tensor, dim?: number | (OrderOptions & { dim?: number }), options?: OrderOptions) {
  return medianOver('nanmedian', x, dim, options, true);
}

/**
 * The most frequent element along `dim`, the smallest of several, and its last position.
 *
 * @param dim default -1
 * @source torch.mode
 * @example mode(tensor([6, 5, 1, 5])); // {values: tensor(5), indices: tensor(3)}
 */
export function mode(
  x: Tensor,
  dim?: number | (OrderOptions & { dim?: number }) | null,
  options?: OrderOptions,
): ValuesAndIndices {
  const { dim: given = -1, keepdim = false } = withDim('mode', dim, options, ['keepdim']);
  const d = wrapDim(given, checkTensor('mode', 'input', x).ndim);
  if (x.ndim === 0) return { values: x.clone(), indices: fillElements(emptyOf([], 'int64'), 0) };
  const { values, indices } = sorted(x.detach(), d, false);
  const lines = contiguous(movedim(values, d, -1));
  const positions = elementsOf(contiguous(movedim(indices, d, -1))) as BigInt64Array;
  const elements = elementsOf(lines);
  const n = x.shape[d] ?? 0;
  const found = new BigInt64Array(n === 0 ? 0 : elements.length / n);
  for (let line = 0; line < found.length; line++) {
    let longest = 0;
    for (let i = line * n, start = i; i < (line + 1) * n; i++) {
      if (elements[i] !== elements[start]) start = i;
      if (i - start + 1 <= longest) continue;
      longest = i - start + 1;
      found[line] = positions[i] ?? 0n;
    }
  }
  const shape = x.shape.map((size, k) => (k === d ? 1 : size));
  const at = movedim(fromTypedArray(found, [...sizesFrom(movedim(x, d, -1).shape, 0, -1), 1], 'int64'), -1, d);
  return pick(x, d, contiguous(reshape(at, shape)), keepdim);
}

/** Options of {@link quantile} and {@link nanquantile}. */
export interface QuantileOptions extends OrderOptions {
  /** How to choose between two neighbours. Default 'linear'. */
  interpolation?: 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';
}

function quantiles(
  who: string,
  x: Tensor,
  q: number | Tensor,
  dim: number | (QuantileOptions & { dim?: number }) | null | undefined,
  options: QuantileOptions | undefined,
  ignoreNan: boolean,
): Tensor {
  const given = withDim(who, dim, options, ['keepdim', 'interpolation']);
  const { keepdim = false, interpolation = 'linear' } = given;
  if (!isFloat(checkTensor(who, 'input', x).dtype)) {
    throw new DtypeError(`${who}() input tensor must be either float or double dtype`);
  }
  if (x.numel() === 0) throw new ShapeError(`${who}() input tensor must be non-empty`);
  if (!['linear', 'lower', 'higher', 'midpoint', 'nearest'].includes(interpolation)) {
    throw new ValueError(
      `${who}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
    );
  }
  const at = q instanceof Tensor ? q : fillElements(emptyOf([], x.dtype), q);
  if (at.ndim > 1) throw new ShapeError(`${who}() q must be a scalar or 1D tensor`);
  if (at.dtype !== x.dtype) throw new DtypeError(`${who}() q tensor must be same dtype as the input tensor`);
  const outside = at.detach().lt(0).logicalOr(at.detach().gt(1)).any().item();
  if (outside) throw new ValueError(`${who}() q values must be in the range [0, 1]`);
  const d = given.dim === undefined ? 0 : wrapDim(given.dim, x.ndim);
  const lines = given.dim === undefined || x.ndim === 0 ? reshape(x, [-1]) : movedim(x, d, -1);
  const values = sort(lines, -1).values;
  const n = values.shape[values.ndim - 1] ?? 1;
  const count = sub(n, isnan(values).sum(-1, { keepdim: true }));
  // Ranks of shape (..., q); a line with NaN has its quantiles there.
  let ranks = mul(reshape(at, [-1]), cast(ignoreNan ? sub(count, 1).clampMin(0) : add(mul(count, 0), n - 1), x.dtype));
  if (!ignoreNan) ranks = where(count.lt(n), n - 1, ranks);
  if (interpolation === 'lower') ranks = floor(ranks);
  else if (interpolation === 'higher') ranks = ceil(ranks);
  else if (interpolation === 'nearest') ranks = ranks.round();
  const below = floor(ranks.detach());
  let y = gather(values, -1, cast(below, 'int64'));
  if (interpolation === 'linear' || interpolation === 'midpoint') {
    const weight = interpolation === 'midpoint' ? mul(add(mul(ranks, 0), 1), 0.5) : sub(ranks, below);
    y = lerp(y, gather(values, -1, cast(ceil(ranks.detach()), 'int64')), weight);
  }
  // The quantiles come first; then the reduced dimension, if it is kept.
  y = movedim(y, -1, 0);
  if (keepdim && x.ndim > 0) {
    y = given.dim === undefined ? reshape(y, [-1, ...x.shape.map(() => 1)]) : unsqueeze(y, d + 1);
  }
  return at.ndim === 0 ? squeeze(y, 0) : y;
}

/**
 * The values below which a fraction `q` of the elements lies; several fractions come as a first dimension.
 *
 * @source torch.quantile
 * @example quantile(tensor([0, 1, 2.5]), tensor([0.25, 0.5])); // tensor([0.5000, 1.0000])
 */
export function quantile(
  x: Tensor,
  q: number | Tensor,
  dim?: number | (QuantileOptions & { dim?: number }) | null,
  options?: QuantileOptions,
): Tensor {
  checkTensor('quantile', 'input', x);
  return quantiles('quantile', x, q, dim, options, false);
}

/**
 * As `quantile`, without NaNs. @source torch.nanquantile
 * @example nanquantile(tensor([NaN, 1, 2.5]), 0.5); // tensor(1.7500)
 */
export function nanquantile(
  x: Tensor,
  q: number | Tensor,
  dim?: number | (QuantileOptions & { dim?: number }) | null,
  options?: QuantileOptions,
): Tensor {
  checkTensor('nanquantile', 'input', x);
  return quantiles('nanquantile', x, q, dim, options, true);
}

// ---- Searching

function checkSorter(sequence: Tensor, sorter: Tensor): void {
  if (checkTensor('searchsorted', 'sorter', sorter).dtype !== 'int64') {
    throw new DtypeError(
      `torch.searchsorted(): sorter must be a tensor of long dtype but got dtype ${scalarName(sorter.dtype)}`,
    );
  }
  if (!sameShape(sequence.shape, sorter.shape)) {
    throw new ShapeError(
      `torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor [${sequence.shape.join(', ')}] and got sorter tensor [${sorter.shape.join(', ')}]`,
    );
  }
}

/** Options of {@link searchsorted} and {@link bucketize}. */
export interface SearchsortedOptions {
  /** Result as int32. Default false. */
  outInt32?: boolean;
  /** Place after equal elements instead of before. Default false. */
  right?: boolean;
  /** 'left' or 'right', as `right`. */
  side?: 'left' | 'right' | null;
  /** Positions that put the sequence in order, or null. */
  sorter?: Tensor | null;
}

/**
 * Where in the sorted last dimension of `sequence` the values would be put.
 *
 * @param sequence (..., n) sorted; one-dimensional for all values, or with their leading dimensions
 * @returns int64 of the shape of the values
 * @source torch.searchsorted
 * @example
 * searchsorted(tensor([1, 3, 5, 7]), tensor([3, 6])); // tensor([1, 3])
 * searchsorted(tensor([1, 3, 5, 7]), tensor([3, 6]), { right: true }); // tensor([2, 3])
 */
export function searchsorted(sequence: Tensor, values: Tensor | number, options: SearchsortedOptions = {}): Tensor {
  checkOptions('searchsorted', options, ['outInt32', 'right', 'side', 'sorter']);
  const { outInt32 = false, side = null, sorter = null } = options;
  const right = options.right ?? side === 'right';
  if (options.right === true && side === 'left') {
    throw new ValueError(
      "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True",
    );
  }
  checkTensor('searchsorted', 'sortedSequence', sequence);
  checkOperand('searchsorted', 'input', values);
  if (side !== null && side !== 'left' && side !== 'right') {
    throw new ValueError(`torch.searchsorted(): side can only be 'left' or 'right' but got ${String(side)}`);
  }
  if (sorter !== null) checkSorter(sequence, sorter);
  const wanted = values instanceof Tensor ? values : fillElements(emptyOf([], sequence.dtype), values);
  const n = sequence.shape[sequence.ndim - 1] ?? 0;
  const perLine = sequence.ndim === 1 ? wanted.numel() : (wanted.shape[wanted.ndim - 1] ?? 1);
  if (sequence.ndim !== 1 && !sameShape(sizesFrom(sequence.shape, 0, -1), sizesFrom(wanted.shape, 0, -1))) {
    throw new ShapeError(
      `torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor [${sequence.shape.join(', ')}] and input value tensor [${wanted.shape.join(', ')}]`,
    );
  }
  const ordered = sorter === null ? sequence : gather(sequence, -1, sorter);
  const borders = elementsOf(contiguous(ordered.detach()));
  const elements = elementsOf(contiguous(wanted.detach()));
  const found = new BigInt64Array(elements.length);
  for (let i = 0; i < elements.length; i++) {
    const start = sequence.ndim === 1 || perLine === 0 ? 0 : Math.floor(i / perLine) * n;
    const value = elements[i] ?? 0;
    let [low, high] = [start, start + n];
    while (low < high) {
      const middle = (low + high) >> 1;
      const border = borders[middle] ?? 0;
      if (right ? !(border > value) && !Number.isNaN(Number(border)) : border < value || isNotNumber(value, border))
        low = middle + 1;
      else high = middle;
    }
    found[i] = BigInt(low - start);
  }
  const y = fromTypedArray(found, wanted.shape, 'int64');
  return outInt32 ? cast(y, 'int32') : y;
}

// NaN goes behind all numbers.
function isNotNumber(value: number | bigint, border: number | bigint): boolean {
  return Number.isNaN(Number(value)) && !Number.isNaN(Number(border));
}

/**
 * The bucket between sorted `boundaries` (n) in which each value lies. @source torch.bucketize
 * @example bucketize(tensor([3, 6]), tensor([1, 3, 5, 7])); // tensor([1, 3])
 */
export function bucketize(
  values: Tensor | number,
  boundaries: Tensor,
  options: Pick<SearchsortedOptions, 'outInt32' | 'right'> = {},
): Tensor {
  checkOptions('bucketize', options, ['outInt32', 'right']);
  if (checkTensor('bucketize', 'boundaries', boundaries).ndim !== 1) {
    throw new ShapeError(
      `torch.searchsorted(): boundaries tensor must be 1 dimension, but got dim(${boundaries.ndim})`,
    );
  }
  return searchsorted(boundaries, values, options);
}

/** Options of {@link isin}. */
export interface IsinOptions {
  /** Whether both hold no value twice. Default false. */
  assumeUnique?: boolean;
  /** Whether to negate. Default false. */
  invert?: boolean;
}

/**
 * Whether each element occurs among `tests`. @returns bool @source torch.isin
 * @example isin(tensor([1, 2, 3]), tensor([2, 3])); // tensor([False, True, True])
 */
export function isin(elements: Tensor | Scalar, tests: Tensor | Scalar, options: IsinOptions = {}): Tensor {
  checkOptions('isin', options, ['assumeUnique', 'invert']);
  if (!(elements instanceof Tensor) && !(tests instanceof Tensor)) {
    throw new ArgumentTypeError('isin(): elements or testElements must be a Tensor');
  }
  const among = tests instanceof Tensor ? reshape(tests, [-1]) : tests;
  const one =
    elements instanceof Tensor
      ? elements.detach()
      : fillElements(emptyOf([], (tests as Tensor).dtype), Number(elements));
  const found = among instanceof Tensor ? eq(unsqueeze(one, -1), among.detach()).any(-1) : eq(one, among);
  return options.invert === true ? logicalNot(found) : found;
}

// ---- Unique values

/** Options of {@link unique} and {@link uniqueConsecutive}. */
export interface UniqueOptions {
  /** Whether the result is sorted; it always is. Default true. */
  sorted?: boolean;
  /** Also give the position of each element among the unique ones. Default false. */
  returnInverse?: boolean;
  /** Also give how often each occurs. Default false. */
  returnCounts?: boolean;
  /** Dimension whose slices are compared; null compares elements. Default null. */
  dim?: number | null;
}

/** What {@link unique} returns: the values, and what was asked for beside them. */
export type UniqueResult = Tensor | readonly Tensor[];

// Groups equal neighbours among `n` items, visited in `order`.
function grouped(
  order: readonly number[],
  same: (a: number, b: number) => boolean,
): { firsts: number[]; inverse: number[]; counts: number[] } {
  const firsts: number[] = [];
  const counts: number[] = [];
  const inverse = new Array<number>(order.length).fill(0);
  let previous = -1;
  for (const item of order) {
    if (previous < 0 || !same(previous, item)) {
      firsts.push(item);
      counts.push(0);
    }
    counts[counts.length - 1] = (counts[counts.length - 1] ?? 0) + 1;
    inverse[item] = firsts.length - 1;
    previous = item;
  }
  return { firsts, inverse, counts };
}

function uniqueItems(who: string, x: Tensor, options: UniqueOptions, ordered: boolean): UniqueResult {
  checkOptions(
    who,
    options,
    ordered ? ['sorted', 'returnInverse', 'returnCounts', 'dim'] : ['returnInverse', 'returnCounts', 'dim'],
  );
  const { returnInverse = false, returnCounts = false, dim = null } = options;
  checkTensor(who, 'input', x);
  if (dim !== null && x.size(dim) > 0 && x.numel() === 0) {
    throw new ShapeError("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied");
  }
  const source = dim === null ? reshape(x.detach(), [-1]) : movedim(x.detach(), wrapDim(dim, x.ndim), 0);
  const items = source.shape[0] ?? 0;
  const size = items === 0 ? 0 : source.numel() / items;
  const elements = elementsOf(contiguous(source));
  const compare = (a: number, b: number): number => {
    for (let k = 0; k < size; k++) {
      const [p, q] = [elements[a * size + k] ?? 0, elements[b * size + k] ?? 0];
      if (p < q) return -1;
      if (p > q) return 1;
      // NaN is after all numbers and equal to nothing.
      const [pNan, qNan] = [Number.isNaN(Number(p)), Number.isNaN(Number(q))];
      if (pNan || qNan) return pNan === qNan ? a - b : pNan ? 1 : -1;
    }
    return 0;
  };
  const order = Array.from({ length: items }, (_, i) => i);
  if (ordered) order.sort((a, b) => compare(a, b) || a - b);
  const { firsts, inverse, counts } = grouped(order, (a, b) => compare(a, b) === 0);
  const chosen = indexSelect(source, 0, longs(firsts, [firsts.length]));
  const values = dim === null ? chosen : contiguous(movedim(chosen, 0, wrapDim(dim, x.ndim)));
  const derivative = ordered ? (dim === null ? '_unique2' : 'unique_dim') : 'unique_consecutive';
  recordRefusal(who, [x], [values], `the derivative for '${derivative}' is not implemented.`);
  const result = [values];
  if (returnInverse) result.push(longs(inverse, dim === null ? [...x.shape] : [items]));
  if (returnCounts) result.push(longs(counts, [counts.length]));
  return result.length === 1 ? values : result;
}

function longs(values: readonly number[], shape: number[]): Tensor {
  return fromTypedArray(BigInt64Array.from(values, BigInt), shape, 'int64');
}

/**
 * The values that occur, sorted; with options also positions and counts, in a list. @source torch.unique
 * @example
 * unique(tensor([1, 3, 2, 3])); // tensor([1, 2, 3])
 * unique(tensor([1, 3, 2, 3]), { returnCounts: true }); // [tensor([1, 2, 3]), tensor([1, 1, 2])]
 */
export function unique(x: Tensor, options?: UniqueOptions & { returnInverse?: false; returnCounts?: false }): Tensor;
export function unique(x: Tensor, options: UniqueOptions): Tensor[];
export function unique(x: Tensor, options: UniqueOptions = {}): UniqueResult {
  return uniqueItems('unique', x, options, true);
}

/**
 * The values without repetitions of their predecessor. @source torch.unique_consecutive
 * @example uniqueConsecutive(tensor([1, 1, 2, 2, 1])); // tensor([1, 2, 1])
 */
export function uniqueConsecutive(
  x: Tensor,
  options?: UniqueOptions & { returnInverse?: false; returnCounts?: false },
): Tensor;
export function uniqueConsecutive(x: Tensor, options: UniqueOptions): Tensor[];
export function uniqueConsecutive(x: Tensor, options: UniqueOptions = {}): UniqueResult {
  return uniqueItems('uniqueConsecutive', x, options, false);
}
