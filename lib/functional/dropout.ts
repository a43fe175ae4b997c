// Dropout: elements or whole channels set to 0, or to the limit of SELU, at random while training.
import { isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, ShapeError, ValueError } from '../errors.ts';
import { bernoulli_, type RandomOptions } from '../tensor/random.ts';
import { checkTensor, emptyLaidAs, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { add, mul } from './binary.ts';
import { squeeze, unsqueeze } from './views.ts';

/** Options of the dropout family. */
export interface DropoutOptions extends RandomOptions {
  /** Probability of an element or channel to be dropped, in [0, 1]. Default 0.5. */
  p?: number;
  /** Whether to drop at all. Default true; false for the alpha dropouts. */
  training?: boolean;
  /** Write the result over the input. Default false. */
  inplace?: boolean;
}

interface Kind {
  /** Whether channels are dropped instead of elements. */
  readonly channels: boolean;
  /** Whether mean and variance of a SELU's result are kept. */
  readonly alpha: boolean;
}

/** -scale alpha of SELU, the value of what is dropped. Klambauer et al. (2017). */
const limit = 1.7580993408473766;

function drop(who: string, x: Tensor, kind: Kind, options: DropoutOptions): Tensor {
  checkTensor(who, 'input', x);
  checkOptions(who, options, ['p', 'training', 'inplace', 'generator']);
  const { p = 0.5, training = !kind.alpha, inplace = false } = options;
  if (typeof p !== 'number') throw new ArgumentTypeError(`${who}: p must be a number, got ${describe(p)}`);
  if (!(p >= 0 && p <= 1)) throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`);
  if (!training || p === 0 || x.numel() === 0) return x;
  if (!isFloat(x.dtype)) throw new DtypeError(`${who}: expected a floating point input, got ${x.dtype}`);
  if (p === 1) return scaled(x, emptyOf([], x.dtype).zero_(), null, inplace);
  if (kind.channels && x.ndim < 2) {
    throw new ShapeError('Feature dropout requires at least 2 dimensions in the input');
  }
  const noise = kind.channels ? channelNoise(x) : emptyLaidAs(x, x.dtype);
  const mask = bernoulli_(noise, 1 - p, { generator: options.generator });
  if (!kind.alpha) return scaled(x, mask.div_(1 - p), null, inplace);
  // Keeps mean 0 and variance 1: a (x mask - limit (1 - mask) + limit p).
  const a = 1 / Math.sqrt((limit * limit * p + 1) * (1 - p));
  const shift = add(mask, -1)
    .mul_(limit * a)
    .add_(limit * a * p);
  return scaled(x, mask.mul_(a), shift, inplace);
}

function scaled(x: Tensor, factor: Tensor, shift: Tensor | null, inplace: boolean): Tensor {
  if (inplace) return shift === null ? x.mul_(factor) : x.mul_(factor).add_(shift);
  return shift === null ? mul(x, factor) : add(mul(x, factor), shift);
}

function channelNoise(x: Tensor): Tensor {
  return emptyOf(
    x.shape.map((size, d) => (d < 2 ? size : 1)),
    x.dtype,
  );
}

/**
 * x with elements set to 0 with probability `p`, the others divided by 1 - p.
 *
 * @param x any shape, floating point
 * @throws ValueError if p is not in [0, 1]
 * @source torch.nn.functional.dropout
 * @example
 * manualSeed(0);
 * F.dropout(ones(8)); // tensor([0., 0., 2., 0., 0., 0., 2., 2.])
 * F.dropout(ones(8), { training: false }); // tensor([1., 1., 1., 1., 1., 1., 1., 1.])
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout', 'input', x);
  return drop('dropout', x, { channels: false, alpha: false }, options);
}

/**
 * {@link dropout} of whole channels of (N, C, L) or (C, L).
 *
 * @throws ShapeError for another number of dimensions
 * @source torch.nn.functional.dropout1d
 * @example
 * manualSeed(0);
 * F.dropout1d(ones(1, 4, 2)); // tensor([[[0., 0.], [0., 0.], [2., 2.], [0., 0.]]])
 */
export function dropout1d(x: Tensor, options: DropoutOptions = {}): Tensor {
  const { ndim } = checkTensor('dropout1d', 'input', x);
  if (ndim !== 2 && ndim !== 3) {
    throw new ShapeError(
      `dropout1d: Expected 2D or 3D input, but received a ${ndim}D input. Note that dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).`,
    );
  }
  return unbatched('dropout1d', x, 3, options);
}

/**
 * {@link dropout} of whole channels of (N, C, H, W); a 3-dimensional x counts as (N, C, L). @source torch.nn.functional.dropout2d
 * @example
 * manualSeed(0);
 * F.dropout2d(ones(1, 4, 1, 2)); // tensor([[[[0., 0.]], [[0., 0.]], [[2., 2.]], [[0., 0.]]]])
 */
export function dropout2d(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout2d', 'input', x);
  return drop('dropout2d', x, { channels: true, alpha: false }, options);
}

/**
 * {@link dropout} of whole channels of (N, C, D, H, W) or (C, D, H, W). @source torch.nn.functional.dropout3d
 * @example F.dropout3d(ones(2, 4, 3, 3, 3)).shape; // [2, 4, 3, 3, 3]
 */
export function dropout3d(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout3d', 'input', x);
  return unbatched('dropout3d', x, 5, options);
}

// Without a batch there is one, of size 1.
function unbatched(who: string, x: Tensor, batchedRank: number, options: DropoutOptions): Tensor {
  const kind = { channels: true, alpha: false };
  if (x.ndim === batchedRank) return drop(who, x, kind, options);
  const y = squeeze(drop(who, unsqueeze(x, 0), kind, options), 0);
  return options.inplace ? x : y;
}

/**
 * Dropout that keeps mean and variance of what a SELU gives.
 *
 * @throws ValueError if p is not in [0, 1]
 * @source torch.nn.functional.alpha_dropout
 * @example
 * manualSeed(0);
 * F.alphaDropout(ones(4), { training: true }); // tensor([-0.7792, -0.7792, 1.6656, -0.7792])
 */
export function alphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkTensor('alphaDropout', 'input', x);
  return drop('alphaDropout', x, { channels: false, alpha: true }, options);
}

/**
 * {@link alphaDropout} of whole channels of (N, C, *). @source torch.nn.functional.feature_alpha_dropout
 * @example F.featureAlphaDropout(ones(2, 4, 3, 3), { training: true }).shape; // [2, 4, 3, 3]
 */
export function featureAlphaDropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkTensor('featureAlphaDropout', 'input', x);
  return drop('featureAlphaDropout', x, { channels: true, alpha: true }, options);
}
