// Sums, products, means and extremes of segments: neighbouring slices along a dimension, one result for each segment.
import { record } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import {
  ArgumentTypeError,
  checkOptions,
  DtypeError,
  IndexError,
  NotImplementedError,
  ShapeError,
  ValueError,
} from '../errors.ts';
import { full, zeros, zerosLike } from '../tensor/create.ts';
import { sameShape, sizesFrom, wrapDim } from '../tensor/shape.ts';
import { checkTensor, elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { div, eq, logicalOr, mul } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { gather, scatterAdd } from './indexing.ts';
import { cat } from './join.ts';
import { cumsum, diff } from './scan.ts';
import { type Combination, scatterReduce } from './scatter.ts';
import { clamp, where } from './select.ts';
import { isnan } from './unary.ts';
import { expand, narrow, reshape } from './views.ts';

/** Options of {@link segmentReduce}. */
export interface SegmentReduceOptions {
  /** Length of each segment: int64 or int32 (..., segments), where x is (..., n, ...) with n at `axis`. */
  lengths?: Tensor | null;
  /** In the place of `lengths`: where each segment starts and where the last one ends (..., segments + 1). */
  offsets?: Tensor | null;
  /** Refused, as in PyTorch. */
  indices?: Tensor | null;
  /** The last dimension of `lengths` or `offsets`. Default 0. */
  axis?: number;
  /** Whether lengths are taken without a look at their sum. Default false. */
  unsafe?: boolean;
  /** What each segment starts with: a sum with 0, a product with 1, an extreme with an infinity unless given. */
  initial?: number | null;
}

/** How {@link segmentReduce} combines. */
export type SegmentReduction = 'sum' | 'mean' | 'max' | 'min' | 'prod';

const rules: { readonly [R in SegmentReduction]: { readonly how: Combination; readonly start: number } } = {
  sum: { how: 'sum', start: 0 },
  mean: { how: 'sum', start: 0 },
  prod: { how: 'prod', start: 1 },
  max: { how: 'amax', start: Number.NEGATIVE_INFINITY },
  min: { how: 'amin', start: Number.POSITIVE_INFINITY },
};

/**
 * The elements of each segment along `axis` combined into one. The mean of no elements is NaN unless `initial` is given.
 *
 * @returns x with the number of segments in the place of its size along `axis`
 * @source torch.segment_reduce
 * @example
 * const x = tensor([1, 2, 3, 4.5]);
 * segmentReduce(x, 'sum', { lengths: tensor([1, 0, 3]) }); // tensor([1.0000, 0.0000, 9.5000])
 * segmentReduce(x, 'max', { offsets: tensor([0, 2, 4]) }); // tensor([2.0000, 4.5000])
 */
export function segmentReduce(x: Tensor, reduce: SegmentReduction, options: SegmentReduceOptions = {}): Tensor {
  checkOptions('segmentReduce', options, ['lengths', 'indices', 'offsets', 'axis', 'unsafe', 'initial']);
  if (!isFloat(checkTensor('segmentReduce', 'data', x).dtype))
    throw new DtypeError(`"_segment_reduce_cpu" not implemented for '${scalarName(x.dtype)}'`);
  if (!Object.hasOwn(rules, reduce))
    throw new ValueError(`segment_reduce(): reduce must be either sum, mean, max, min or prod, got ${String(reduce)}`);
  const d = wrapDim(options.axis ?? 0, x.ndim);
  const offsets = offsetsOf(x, d, options);
  const count = offsets.size(-1) - 1;
  const { how, start } = rules[reduce];
  const initial = options.initial ?? null;
  // One more for the elements outside of all segments.
  const shape = [...sizesFrom(x.shape, 0, d), count + 1, ...sizesFrom(x.shape, d + 1)];
  const base = full(shape, initial ?? start, { dtype: x.dtype });
  const numbers = segmentNumbers(x, offsets);
  if (how === 'amax' || how === 'amin') return extremeOf(x, base, d, numbers, how);
  const y = narrow(scatterReduce(base, d, numbers, x, how), d, 0, count);
  return reduce === 'mean' ? meanOf(y, diff(offsets), initial ?? Number.NaN) : y;
}

// Those that are the extreme share its gradient, and so do those that are NaN.
function extremeOf(x: Tensor, base: Tensor, d: number, numbers: Tensor, how: 'amax' | 'amin'): Tensor {
  const all = scatterReduce(base, d, numbers, x.detach(), how);
  const y = narrow(all, d, 0, all.size(d) - 1);
  return record('segmentReduce', [x], y, [x, all, numbers], (g, [sx = g, extremes = g, at = g]) => {
    const own = cast(logicalOr(eq(sx, gather(extremes, d, at)), isnan(sx)), g.dtype);
    const counts = scatterAdd(zerosLike(extremes), d, at, own);
    const outside = zerosLike(narrow(extremes, d, 0, 1));
    return [mul(own, gather(div(cat([g, outside], d), clamp(counts, 1)), d, at))];
  });
}

const trailing = (per: Tensor, like: Tensor): Tensor =>
  reshape(per, [...per.shape, ...new Array<number>(like.ndim - per.ndim).fill(1)]);

function meanOf(sums: Tensor, lengths: Tensor, empty: number): Tensor {
  const n = trailing(lengths, sums);
  return where(eq(n, 0), empty, div(sums, clamp(n, 1)));
}

// Where segments start along dimension d, and where the last one ends, for each row before it.
function offsetsOf(
  x: Tensor,
  d: number,
  { lengths = null, offsets = null, indices = null, unsafe = false }: SegmentReduceOptions,
): Tensor {
  if (indices !== null)
    throw new NotImplementedError('segment_reduce(): indices based reduction is not supported yet.');
  const given = offsets ?? lengths;
  if (given === null) throw new ArgumentTypeError('segment_reduce(): Either lengths or offsets must be defined.');
  const name = offsets === null ? 'lengths' : 'offsets';
  const { dtype, ndim, shape } = checkTensor('segmentReduce', name, given);
  if (dtype !== 'int64' && dtype !== 'int32')
    throw new DtypeError(`"_segment_reduce_${name}_cpu_kernel1" not implemented for '${scalarName(dtype)}'`);
  if (ndim !== d + 1)
    throw new ShapeError(`segment_reduce(): Expected axis to be the last dimension of ${name} but got ${d}.`);
  if (
    !sameShape(sizesFrom(shape, 0, d), sizesFrom(x.shape, 0, d)) ||
    x.ndim <= d ||
    (offsets !== null && shape[d] === 0)
  )
    throw new ShapeError(
      `segment_reduce(): ${name} of [${shape.join(', ')}] do not fit data of [${x.shape.join(', ')}]`,
    );
  const edges = offsets ?? cat([zeros([...sizesFrom(shape, 0, d), 1], { dtype }), cumsum(given, -1, { dtype })], -1);
  if (lengths !== null && offsets === null) checkLengths(lengths, x.size(d), unsafe);
  return edges;
}

function checkLengths(lengths: Tensor, size: number, unsafe: boolean): void {
  if (lengths.lt(0).any().item() === true) throw new ValueError('lengths contains negative value!');
  if (unsafe || lengths.sum(-1).eq(size).all().item() === true) return;
  throw new ShapeError(
    'segment_reduce(): Expected all rows of lengths along axis to sum to data.size(lengths.dim()-1) when !unsafe.',
  );
}

// The segment of each element of x; behind the last for one that is in none.
function segmentNumbers(x: Tensor, offsets: Tensor): Tensor {
  const [n, edges] = [x.size(offsets.ndim - 1), offsets.size(-1)];
  const at = Array.from(elementsOf(contiguous(offsets)), Number);
  const rows = at.length / edges;
  const numbers = new BigInt64Array(rows * n).fill(BigInt(edges - 1));
  for (let row = 0; row < rows; row++) {
    for (let segment = 0; segment < edges - 1; segment++) {
      const [start = 0, end = 0] = at.slice(row * edges + segment, row * edges + segment + 2);
      if (start < 0 || end > n || start > end)
        throw new IndexError(`segment_reduce(): there is no segment from ${start} to ${end} in ${n} elements`);
      numbers.fill(BigInt(segment), row * n + start, row * n + end);
    }
  }
  const index = fromTypedArray(numbers, sizesFrom(x.shape, 0, offsets.ndim), 'int64');
  return expand(trailing(index, x), [...x.shape]);
}
