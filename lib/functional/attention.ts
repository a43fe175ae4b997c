// Scaled dot-product attention.
import { isGradEnabled } from '../autograd/mode.ts';
import { record } from '../autograd/record.ts';
import { type Dtype, type FloatDtype, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { fillElements } from '../tensor/create.ts';
import { broadcastShapes, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, emptyOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { float, optionalTensor } from './arguments.ts';
import { add, mul, sub } from './binary.ts';
import { contiguous, to } from './copies.ts';
import { dropout } from './dropout.ts';
import { gradientPair } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { all, sum } from './reduce.ts';
import { where } from './select.ts';
import { softmax } from './softmax.ts';
import { expand, reshape, transpose, unsqueeze } from './views.ts';

/** Options of {@link scaledDotProductAttention}. */
export interface ScaledDotProductAttentionOptions {
  /** What may be attended to (bool), or what is added to the scores; broadcasts to (..., L, S). Default: all. */
  attnMask?: Tensor | null;
  /** Chance of a weight to become 0. Default 0. */
  dropoutP?: number;
  /** Whether each position attends to itself and those before only. Default false. */
  isCausal?: boolean;
  /** Factor of the scores. Default 1 / sqrt(E). */
  scale?: number | null;
  /** Whether several heads of the query share a head of key and value. Default false. */
  enableGqa?: boolean;
}

/**
 * softmax(q k^T scale + mask) v
 *
 * @param query (..., H, L, E)
 * @param key (..., H, S, E)
 * @param value (..., H, S, Ev)
 * @returns (..., H, L, Ev); 0 where nothing may be attended to
 * @throws ValueError for both a mask and `isCausal`
 * @source torch.nn.functional.scaled_dot_product_attention
 * @example
 * const [query, key, value] = [randn(2, 8, 5, 16), randn(2, 8, 7, 16), randn(2, 8, 7, 16)];
 * F.scaledDotProductAttention(query, key, value).shape; // [2, 8, 5, 16]
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: ScaledDotProductAttentionOptions = {},
): Tensor {
  checkTensor('scaledDotProductAttention', 'query', query);
  checkTensor('scaledDotProductAttention', 'key', key);
  checkTensor('scaledDotProductAttention', 'value', value);
  const who = 'scaledDotProductAttention';
  checkOptions(who, options, ['attnMask', 'dropoutP', 'isCausal', 'scale', 'enableGqa']);
  const { isCausal = false, enableGqa = false } = options;
  const attnMask = optionalTensor(who, 'attnMask', options.attnMask);
  const dropoutP = float(who, 'dropoutP', options.dropoutP ?? 0);
  const factor = float(who, 'scale', options.scale ?? 1 / Math.sqrt(query.shape.at(-1) ?? 1));
  if (query.dtype !== key.dtype || query.dtype !== value.dtype) {
    throw new DtypeError(
      `Expected query, key, and value to have the same dtype, but got query.dtype: ${query.dtype} key.dtype: ${key.dtype} and value.dtype: ${value.dtype} instead.`,
    );
  }
  if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2) {
    throw new ShapeError(
      `Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: ${query.ndim} key.dim: ${key.ndim} and value.dim: ${value.ndim} instead.`,
    );
  }
  if (attnMask !== null && isCausal) {
    throw new ValueError('_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True');
  }
  const [k, v] = enableGqa ? [sharedHeads(query, key), sharedHeads(query, value)] : [key, value];
  const scores = matmul(query, transpose(k, -2, -1));
  const mask = isCausal ? causalMask(query.shape.at(-2) ?? 0, k.shape.at(-2) ?? 0) : attnMask;
  const weights =
    mask?.requiresGrad === true ? safeSoftmax(masked(mul(scores, factor), mask)) : weightsOf(scores, mask, factor);
  return matmul(dropoutP > 0 ? dropout(weights, { p: dropoutP }) : weights, v);
}

// softmax(factor scores + mask) in one pass over the scores; the mask wants no gradient.
function weightsOf(scores: Tensor, mask: Tensor | null, factor: number): Tensor {
  const x = contiguous(scores);
  const dtype = x.dtype as FloatDtype;
  const n = x.shape.at(-1) ?? 1;
  const rows = n === 0 ? 0 : x.numel() / n;
  const added = mask === null ? null : addedMask(mask, x);
  const y = emptyOf(x.shape, dtype);
  kernels.attentionWeights(dtype, x, added, y, rows, n, added === null ? 1 : added.numel() / Math.max(1, n), factor);
  return record('softmax', [x], y, [y], (g, [sy = g], _needs, isDonated) => {
    if (isGradEnabled()) return [mul(mul(sy, sub(g, sum(mul(g, sy), -1, { keepdim: true }))), factor)];
    const [dy, dx] = gradientPair(g, isDonated);
    kernels.attentionWeightsBackward(dtype, dy, contiguous(sy), dx, rows, n, factor);
    return [dx];
  });
}

// The mask as what is added to the scores: its own rows if it says the same for all leading dimensions, otherwise all.
function addedMask(mask: Tensor, scores: Tensor): Tensor {
  if (mask.dtype !== 'bool' && !isFloat(mask.dtype)) masked(scores, mask);
  const shape = broadcastShapes(mask.shape, scores.shape);
  if (!sameShape(shape, scores.shape)) {
    throw new ShapeError(
      `attn_mask of shape [${mask.shape.join(', ')}] does not broadcast to the scores' [${scores.shape.join(', ')}]`,
    );
  }
  const added =
    mask.dtype === 'bool'
      ? where(mask.detach(), zeroOf(scores.dtype), Number.NEGATIVE_INFINITY)
      : to(mask.detach(), scores.dtype);
  const [rows = 1, n = 1] = sizesFrom(scores.shape, -2);
  const shared = sizesFrom(added.shape, 0, -2).every((size) => size === 1);
  const wide = shared
    ? expand(reshape(added, sizesFrom(added.shape, -2)), [rows, n])
    : expand(added, [...scores.shape]);
  return contiguous(wide);
}

function zeroOf(dtype: Dtype): Tensor {
  return fillElements(emptyOf([], dtype), 0);
}

function masked(scores: Tensor, mask: Tensor): Tensor {
  if (mask.dtype === 'bool') return where(mask, scores, Number.NEGATIVE_INFINITY);
  if (isFloat(mask.dtype)) return add(scores, mask);
  throw new DtypeError(
    `Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: ${mask.dtype} and  query.dtype: ${scores.dtype} instead.`,
  );
}

// 0 instead of NaN for rows in which nothing is left.
function safeSoftmax(scores: Tensor): Tensor {
  const empty = all(scores.detach().eq(Number.NEGATIVE_INFINITY), -1, { keepdim: true });
  return where(empty, 0, softmax(where(empty, 0, scores), -1));
}

/** @internal Which of S positions each of L may attend to: itself and those before; bool (L, S). */
export function causalMask(rows: number, columns: number): Tensor {
  const values = new Uint8Array(rows * columns);
  for (let i = 0; i < rows; i++) values.fill(1, i * columns, i * columns + Math.min(i + 1, columns));
  return fromTypedArray(values, [rows, columns], 'bool');
}

// Each head repeated, for the heads of the query that share it.
function sharedHeads(query: Tensor, x: Tensor): Tensor {
  if (query.ndim < 3) {
    throw new IndexError('Dimension out of range (expected to be in range of [-2, 1], but got -3)');
  }
  const [heads = 1, own = 1] = [query.shape.at(-3), x.shape.at(-3)];
  if (heads === own) return x;
  if (heads % own !== 0) {
    throw new ShapeError('Number of heads in key and value must divide the number of heads in query');
  }
  const d = x.ndim - 3;
  const wide = x.shape.toSpliced(d + 1, 0, heads / own);
  return reshape(expand(unsqueeze(x, d + 1), wide), x.shape.toSpliced(d, 1, heads));
}
