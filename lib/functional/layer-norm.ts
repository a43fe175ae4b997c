// Normalisation of the last dimensions, of groups of channels, by lengths and by neighbouring channels.
import { factsOf, isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, describe, ShapeError, ValueError } from '../errors.ts';
import { numelOf, type Shape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { float, integer } from './arguments.ts';
import { oneValue } from './batch-norm.ts';
import { add, div, mul, pow } from './binary.ts';
import { type Affine, checkAffine } from './norm-gradient.ts';
import { pad } from './pad.ts';
import type { Dims } from './reduce.ts';
import { rowNorm } from './row-norm.ts';
import { clampMin } from './select.ts';
import { numbersOf } from './sizes.ts';
import { square } from './unary.ts';
import { normOver } from './vector-norm.ts';
import { narrow } from './views.ts';

/** Options of {@link layerNorm} and {@link groupNorm}. */
export interface LayerNormFunctionOptions extends Affine {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
}

/** Options of {@link rmsNorm}. */
export interface RmsNormFunctionOptions {
  /** Factor, of the normalised shape; null for 1. The dtype of the result is the common one. Default null. */
  weight?: Tensor | null;
  /** Added to the mean square; null for the dtype's machine epsilon. Default null. */
  eps?: number | null;
}

const list = (shape: Shape) => `[${shape.join(', ')}]`;

function checkNormalized(x: Tensor, normalized: readonly number[]): void {
  if (normalized.length === 0) {
    throw new ShapeError(
      'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []',
    );
  }
  const tail = sizesFrom(x.shape, Math.max(0, x.ndim - normalized.length));
  if (tail.length === normalized.length && normalized.every((size, d) => size === tail[d])) return;
  throw new ShapeError(
    `Given normalized_shape=${list(normalized)}, expected input with shape [*, ${normalized.join(', ')}], but got input of size${list(x.shape)}`,
  );
}

function ofShape(normalized: readonly number[]) {
  return (name: string, given: Tensor) =>
    given.ndim === normalized.length && normalized.every((size, d) => size === given.shape[d])
      ? null
      : `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${list(given.shape)} and normalized_shape = ${list(normalized)}`;
}

/**
 * (x - mean) / sqrt(var + eps) weight + bias, mean and variance taken over the last dimensions.
 *
 * @param x (*, ...normalizedShape), floating point
 * @param normalizedShape sizes of the last dimensions; also the shape of weight and bias
 * @throws ShapeError if the input does not end in those sizes
 * @source torch.nn.functional.layer_norm
 * @example
 * F.layerNorm(tensor([[1, 2, 3.5], [4, 4, 8]]), 3);
 * // tensor([[-1.1355, -0.1622, 1.2978], [-0.7071, -0.7071, 1.4142]])
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  options: LayerNormFunctionOptions = {},
): Tensor {
  checkTensor('layerNorm', 'input', x);
  checkOptions('layerNorm', options, ['weight', 'bias', 'eps']);
  const { weight = null, bias = null } = options;
  const eps = float('layerNorm', 'eps', options.eps ?? 1e-5);
  const normalized = numbersOf('layerNorm', 'normalizedShape', normalizedShape);
  checkNormalized(x, normalized);
  checkAffine('layerNorm', x, { weight, bias }, ofShape(normalized));
  const n = numelOf(normalized);
  const rows = numelOf(sizesFrom(x.shape, 0, x.ndim - normalized.length));
  return rowNorm('nativeLayerNorm', x, weight, bias, { rows, n, groups: 1, inner: 1, eps, centred: true });
}

/**
 * x / sqrt(mean(x^2) + eps) weight, the mean taken over the last dimensions.
 *
 * @param x (*, ...normalizedShape), floating point
 * @throws ShapeError if the input does not end in those sizes
 * @source torch.nn.functional.rms_norm
 * @example F.rmsNorm(tensor([[3, 4], [1, 0.5]]), 2); // tensor([[0.8485, 1.1314], [1.2649, 0.6325]])
 */
export function rmsNorm(
  x: Tensor,
  normalizedShape: number | readonly number[],
  options: RmsNormFunctionOptions = {},
): Tensor {
  checkTensor('rmsNorm', 'input', x);
  checkOptions('rmsNorm', options, ['weight', 'eps']);
  const { weight = null } = options;
  const eps = float('rmsNorm', 'eps', options.eps ?? factsOf(x.dtype).eps);
  const normalized = numbersOf('rmsNorm', 'normalizedShape', normalizedShape);
  checkNormalized(x, normalized);
  if (weight !== null && checkTensor('rmsNorm', 'weight', weight).dtype !== x.dtype) {
    const sentence = ofShape(normalized)('weight', weight);
    if (sentence !== null) throw new ShapeError(sentence);
    return mul(rmsNorm(x, normalized, { eps }), weight);
  }
  checkAffine('rmsNorm', x, { weight }, ofShape(normalized));
  const n = numelOf(normalized);
  const rows = numelOf(sizesFrom(x.shape, 0, x.ndim - normalized.length));
  return rowNorm('rmsNorm', x, weight, null, { rows, n, groups: 1, inner: 1, eps, centred: false });
}

/**
 * (x - mean) / sqrt(var + eps) weight + bias, mean and variance taken over each group of channels of each instance.
 *
 * @param x (N, C, *), floating point
 * @param numGroups a divisor of C
 * @throws ShapeError if the groups do not divide the channels, or weight and bias are not (C)
 * @source torch.nn.functional.group_norm
 * @example F.groupNorm(tensor([[1, 2, 3, 7.5]]), 2); // tensor([[-1.0000, 1.0000, -1.0000, 1.0000]])
 */
export function groupNorm(x: Tensor, numGroups: number, options: LayerNormFunctionOptions = {}): Tensor {
  if (checkTensor('groupNorm', 'input', x).ndim < 2) {
    throw new ShapeError(`Expected at least 2 dimensions for input tensor but received ${x.ndim}`);
  }
  checkOptions('groupNorm', options, ['weight', 'bias', 'eps']);
  const { weight = null, bias = null } = options;
  const eps = float('groupNorm', 'eps', options.eps ?? 1e-5);
  const [batch = 0, c = 0, ...spatial] = x.shape;
  const inner = numelOf(spatial);
  if (!Number.isInteger(numGroups) || numGroups < 1) {
    throw new ValueError(`Expected num groups to be greater than 0, got ${describe(numGroups)}`);
  }
  if (Math.floor((batch * c) / numGroups) * inner === 1) {
    throw oneValue(list([Math.floor((batch * c) / numGroups), numGroups, ...spatial]));
  }
  if (c % numGroups !== 0) {
    throw new ShapeError(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${list(x.shape)} and num_groups=${numGroups}`,
    );
  }
  checkAffine('groupNorm', x, { weight, bias }, (name, given) =>
    given.ndim === 1 && given.numel() === c
      ? null
      : `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${list(given.shape)} and input of shape ${list(x.shape)}`,
  );
  const rows = { rows: batch * numGroups, n: (c / numGroups) * inner, groups: numGroups, inner, eps, centred: true };
  return rowNorm('nativeGroupNorm', x, weight, bias, rows);
}

/** Options of {@link localResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Factor of the mean square. Default 1e-4. */
  alpha?: number;
  /** Exponent. Default 0.75. */
  beta?: number;
  /** Added to the scaled mean square. Default 1. */
  k?: number;
}

/**
 * x / (k + alpha mean(x^2))^beta, the mean taken over `size` neighbouring channels, with zeros beyond the ends.
 *
 * @param x (N, C, *), floating point or int64
 * @throws ValueError for fewer than 3 dimensions
 * @source torch.nn.functional.local_response_norm
 * @example
 * F.localResponseNorm(tensor([[[1], [2.5], [3]]]), 2, { alpha: 1 });
 * // tensor([[[0.7378], [0.7927], [0.5961]]])
 */
export function localResponseNorm(x: Tensor, size: number, options: LocalResponseNormOptions = {}): Tensor {
  if (checkTensor('localResponseNorm', 'input', x).ndim < 3) {
    throw new ValueError(`Expected 3D or higher dimensionality input (got ${x.ndim} dimensions)`);
  }
  checkOptions('localResponseNorm', options, ['alpha', 'beta', 'k']);
  if (!isFloat(x.dtype) && x.dtype !== 'int64') {
    throw new DtypeError(
      `"avg_pool${x.ndim === 3 ? '2d' : '3d_out_frame'}" not implemented for '${scalarName(x.dtype)}'`,
    );
  }
  integer('localResponseNorm', 'size', size);
  if (x.numel() === 0) return x;
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  const squares = channelWindowSum(square(x), Math.floor(size / 2), Math.floor((size - 1) / 2));
  // PyTorch averages one integer type, and drops the fraction.
  const means = div(squares, size, { roundingMode: x.dtype === 'int64' ? 'trunc' : null });
  return div(x, pow(add(mul(means, alpha), k), beta));
}

/** @internal The sum over each channel, the `before` channels before it and the `behind` channels behind. */
export function channelWindowSum(x: Tensor, before: number, behind: number): Tensor {
  const c = x.shape[1] ?? 0;
  const padded = pad(x, [...sizesFrom(x.shape, 2).flatMap(() => [0, 0]), before, behind]);
  let total = narrow(padded, 1, 0, c);
  for (let i = 1; i <= before + behind; i++) total = add(total, narrow(padded, 1, i, c));
  return total;
}

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Order of the norm. Default 2. */
  p?: number;
  /** Dimensions over which it is taken. Default 1. */
  dim?: Dims;
  /** Least divisor. Default 1e-12. */
  eps?: number;
}

/**
 * x / max(|x|_p, eps), the norm taken over `dim`. @source torch.nn.functional.normalize
 * @example F.normalize(tensor([[3, 4], [0.5, 0]])); // tensor([[0.6000, 0.8000], [1.0000, 0.0000]])
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkTensor('normalize', 'input', x);
  checkOptions('normalize', options, ['p', 'dim', 'eps']);
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  return div(x, clampMin(normOver(x, { p, dim, keepdim: true }), eps));
}
