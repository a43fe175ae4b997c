// Activations that draw random numbers.
import { record } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, ValueError } from '../errors.ts';
import { fillElements } from '../tensor/create.ts';
import { exponential_, type RandomOptions, uniform_ } from '../tensor/random.ts';
import { wrapDim } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import type { InplaceOptions } from './activation-unary.ts';
import { add, div, gt, le, mul, sub } from './binary.ts';
import { cast } from './copies.ts';
import { inPlace } from './elementwise.ts';
import { scatterAlong, set } from './indexing.ts';
import { max, sum } from './reduce.ts';
import { where } from './select.ts';
import { softmax } from './softmax.ts';
import { log, neg } from './unary.ts';
import { reshape } from './views.ts';

/** Options of {@link rrelu}. */
export interface RreluOptions extends InplaceOptions, RandomOptions {
  /** Smallest slope below 0. Default 1/8. */
  lower?: number;
  /** Largest slope below 0. Default 1/3. */
  upper?: number;
  /** Whether to draw the slopes; otherwise their mean is taken. Default false. */
  training?: boolean;
}

/**
 * x above 0; elsewhere x times a slope drawn evenly from [lower, upper), one for each element.
 *
 * @throws ValueError if lower is above upper
 * @source torch.nn.functional.rrelu
 * @example F.rrelu(tensor([-8, 0.5])); // tensor([-1.8333, 0.5000])
 */
export function rrelu(x: Tensor, options: RreluOptions = {}): Tensor {
  checkOptions('rrelu', options, ['lower', 'upper', 'training', 'inplace', 'generator']);
  const { lower = 1 / 8, upper = 1 / 3, training = false, inplace = false, generator } = options;
  if (!isFloat(checkTensor('rrelu', 'input', x).dtype))
    throw new DtypeError(`"rrelu" not implemented for '${x.dtype}'`);
  if (!(lower <= upper)) throw new ValueError(`Lower bound should be less than or equal to the upper bound`);
  const apply = (own: Tensor): Tensor => {
    const at = own.detach();
    const slope = (value: number) => fillElements(emptyOf([], at.dtype), value);
    const slopes = training
      ? drawSlopes(at, lower, upper, { generator })
      : where(gt(at, 0), slope(1), slope((lower + upper) / 2));
    const y = mul(at, slopes);
    return record('rreluWithNoise', [own], y, [slopes], (g, [saved = g]) => [mul(g, saved)]);
  };
  return inplace ? inPlace('rrelu_', x, [], apply) : apply(x);
}

/**
 * {@link rrelu} written over its input. @source torch.nn.functional.rrelu_
 * @example F.rrelu_(tensor([-8, 0.5])); // tensor([-1.8333, 0.5000])
 */
export function rrelu_(x: Tensor, options: Omit<RreluOptions, 'inplace'> = {}): Tensor {
  checkTensor('rrelu_', 'input', x);
  return rrelu(x, { ...options, inplace: true });
}

// PyTorch draws in double precision, and only for the elements that are not above 0.
function drawSlopes(x: Tensor, lower: number, upper: number, options: RandomOptions): Tensor {
  const slopes = fillElements(emptyOf(x.shape, x.dtype), 1);
  const negative = le(x, 0);
  const count = Number(sum(negative).item());
  if (count === 0) return slopes;
  const drawn = uniform_(emptyOf([count], 'float64'), lower, upper, options);
  set(reshape(slopes, [-1]), reshape(negative, [-1]), cast(drawn, x.dtype));
  return slopes;
}

/** Options of {@link gumbelSoftmax}. */
export interface GumbelSoftmaxOptions extends RandomOptions {
  /** Temperature. Default 1. */
  tau?: number;
  /** Give one-hot vectors whose gradient is that of the soft ones. Default false. */
  hard?: boolean;
  /** Without effect. */
  eps?: number;
  /** The dimension of a distribution. Default -1. */
  dim?: number;
}

/**
 * Softmax of (logits + Gumbel noise) / tau: a sample of the categorical distribution.
 *
 * @source torch.nn.functional.gumbel_softmax
 * @example
 * manualSeed(0);
 * F.gumbelSoftmax(tensor([[0.1, 0.2, 3]]), { hard: true }); // tensor([[0., 0., 1.]])
 */
export function gumbelSoftmax(logits: Tensor, options: GumbelSoftmaxOptions = {}): Tensor {
  checkOptions('gumbelSoftmax', options, ['tau', 'hard', 'eps', 'dim', 'generator']);
  const { tau = 1, hard = false, eps = 1e-10, dim = -1, generator } = options;
  checkTensor('gumbelSoftmax', 'logits', logits);
  if (eps !== 1e-10) warn('`eps` parameter is deprecated and has no effect.');
  const noise = neg(log(exponential_(emptyOf(logits.shape, logits.dtype), 1, { generator })));
  const soft = softmax(div(add(logits, noise), tau), dim);
  if (!hard) return soft;
  const d = wrapDim(dim, soft.ndim);
  const index = max(soft.detach(), d, { keepdim: true }).indices;
  const ones = fillElements(emptyOf(index.shape, soft.dtype), 1);
  return add(sub(scatterAlong(ones, index, soft.shape, d), soft.detach()), soft);
}
