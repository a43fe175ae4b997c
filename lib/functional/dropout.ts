// Dropout: elements set to 0 at random while training.
import { isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, ValueError } from '../errors.ts';
import { bernoulli_, type RandomOptions } from '../tensor/random.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { mul } from './binary.ts';

/** Options of {@link dropout}. */
export interface DropoutOptions extends RandomOptions {
  /** Probability of an element to become 0, in [0, 1]. Default 0.5. */
  p?: number;
  /** Whether to drop at all. Default true. */
  training?: boolean;
}

/**
 * x with elements set to 0 with probability `p`, the others divided by 1 - p.
 *
 * @throws ValueError if p is not in [0, 1]
 * @source torch.nn.functional.dropout
 */
export function dropout(x: Tensor, options: DropoutOptions = {}): Tensor {
  checkTensor('dropout', 'input', x);
  checkOptions('dropout', options, ['p', 'training', 'generator']);
  const { p = 0.5, training = true } = options;
  if (typeof p !== 'number') throw new ArgumentTypeError(`dropout: p must be a number, got ${describe(p)}`);
  if (!(p >= 0 && p <= 1)) throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`);
  if (!training || p === 0 || x.numel() === 0) return x;
  if (!isFloat(x.dtype)) throw new DtypeError(`dropout: expected a floating point input, got ${x.dtype}`);
  if (p === 1) return mul(x, emptyOf(x.shape, x.dtype).zero_());
  const mask = bernoulli_(emptyOf(x.shape, x.dtype), 1 - p, { generator: options.generator });
  return mul(x, mask.div_(1 - p));
}
