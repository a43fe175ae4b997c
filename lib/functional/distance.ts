// Distances and similarities of vectors.
import { nameNode } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import { broadcastShapes, wrapDim } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { numberOrOption } from './arguments.ts';
import { add, div, mul, sub } from './binary.ts';
import { cast } from './copies.ts';
import { floating, resultType } from './elementwise.ts';
import { indexSelect } from './indexing.ts';
import { sum } from './reduce.ts';
import { clampMin } from './select.ts';
import { triuIndices } from './triangles.ts';
import { distanceOf, normOver } from './vector-norm.ts';
import { expand, select } from './views.ts';

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** Order of the norm. Default 2. */
  p?: number;
  /** Added to the differences. Default 1e-6. */
  eps?: number;
  /** Whether the last dimension stays, with size 1. Default false. */
  keepdim?: boolean;
}

/**
 * The norm of x1 - x2 + eps along the last dimension; the two broadcast.
 *
 * @source torch.nn.functional.pairwise_distance
 * @example F.pairwiseDistance(tensor([[0, 0], [1.5, 1]]), tensor([[3, 4], [1.5, 2]])); // tensor([5.0000, 1.0000])
 */
export function pairwiseDistance(x1: Tensor, x2: Tensor, options: PairwiseDistanceOptions = {}): Tensor {
  checkOptions('pairwiseDistance', options, ['p', 'eps', 'keepdim']);
  const { p = 2, eps = 1e-6, keepdim = false } = options;
  checkTensor('pairwiseDistance', 'x1', x1);
  checkTensor('pairwiseDistance', 'x2', x2);
  const difference = floating(add(sub(x1, x2), eps));
  return nameNode('NormBackward1', normOver(difference, { p, dim: difference.ndim === 0 ? null : -1, keepdim }));
}

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** The dimension of a vector. Default 1. */
  dim?: number;
  /** Least length of a vector. Default 1e-8. */
  eps?: number;
}

/**
 * x1 x2 / (max(|x1|, eps) max(|x2|, eps)) along `dim`; the two broadcast.
 *
 * @source torch.nn.functional.cosine_similarity
 * @example F.cosineSimilarity(tensor([[1, 0], [1.5, 1.5]]), tensor([[3, 4.5], [1, 1]])); // tensor([0.5547, 1.0000])
 */
export function cosineSimilarity(x1: Tensor, x2: Tensor, options: CosineSimilarityOptions | number = {}): Tensor {
  checkTensor('cosineSimilarity', 'x1', x1);
  checkTensor('cosineSimilarity', 'x2', x2);
  if (typeof options !== 'number') checkOptions('cosineSimilarity', options, ['dim', 'eps']);
  const { dim = 1, eps = 1e-8 } = typeof options === 'number' ? { dim: options } : options;
  const dtype = resultType([x1, x2]);
  if (!isFloat(dtype)) {
    throw new DtypeError(`expected common dtype to be floating point, yet common dtype is ${scalarName(dtype)}`);
  }
  const d = wrapDim(dim, Math.max(x1.ndim, x2.ndim));
  const fromEnd = d - Math.max(x1.ndim, x2.ndim);
  // The bound acts on the values only: the gradient passes as if it were not there.
  const length = (x: Tensor) => {
    const own = normOver(x, { dim: fromEnd, keepdim: true });
    return add(own, sub(clampMin(own.detach(), eps), own.detach()));
  };
  const shape = broadcastShapes(x1.shape, x2.shape);
  const [a, b] = [x1, x2].map((x) => expand(isFloat(x.dtype) ? x : cast(x, dtype), [...shape])) as [Tensor, Tensor];
  return sum(mul(div(a, length(a)), div(b, length(b))), d);
}

/** Options of {@link pdist}. */
export interface PdistOptions {
  /** Order of the norm, at least 0. Default 2. */
  p?: number;
}

/**
 * The distance of each row to each later row.
 *
 * @param x (N, D)
 * @returns (N (N - 1) / 2)
 * @source torch.nn.functional.pdist
 * @example F.pdist(tensor([[0, 0], [3, 4], [0.5, 0]])); // tensor([5.0000, 0.5000, 4.7170])
 */
export function pdist(x: Tensor, options: PdistOptions | number = {}): Tensor {
  const p = numberOrOption('pdist', 'p', options, 2, { integer: false });
  checkTensor('pdist', 'input', x);
  if (x.ndim !== 2) throw new ShapeError(`pdist only supports 2D tensors, got: ${x.ndim}D`);
  if (!isFloat(x.dtype)) throw new DtypeError('pdist only supports floating-point dtypes');
  if (!(p >= 0)) throw new ValueError('pdist only supports non-negative p values');
  const n = x.shape[0] ?? 0;
  const pairs = triuIndices(n, n, { offset: 1 });
  const side = (i: number) => indexSelect(x, 0, select(pairs, 0, i));
  return nameNode('pdist', distanceOf(sub(side(0), side(1)), p));
}
