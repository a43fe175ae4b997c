// Dropout layers.
import { checkOptions, ValueError } from '../errors.ts';
import { alphaDropout, dropout, dropout1d, dropout2d, dropout3d, featureAlphaDropout } from '../functional/dropout.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python, pythonFloat } from './repr-values.ts';

/** Options of the dropout layers. */
export interface DropoutOptions {
  /** Chance of an element or channel to be dropped. Default: 0.5. */
  p?: number;
  /** Write the result over the input. Default: false. */
  inplace?: boolean;
}

/** The base of the dropout layers: drop in training, do nothing in evaluation. */
abstract class DropoutBase extends Module {
  p: number;
  readonly inplace: boolean;

  /** @param options - or just p. @throws ValueError when p is outside [0, 1] */
  constructor(options: number | DropoutOptions = {}) {
    super();
    const { p = 0.5, inplace = false } = typeof options === 'number' ? { p: options } : (options ?? {});
    if (typeof options !== 'number') checkOptions(this._getName(), options, ['p', 'inplace']);
    if (!(p >= 0 && p <= 1)) throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`);
    this.p = p;
    this.inplace = inplace;
  }

  protected settings() {
    const { p, training, inplace } = this;
    return { p, training, inplace };
  }

  override extraRepr(): string {
    return `p=${pythonFloat(this.p)}, inplace=${python(this.inplace)}`;
  }
}

/**
 * In training sets elements to 0 at random and divides the others by 1 - p; in evaluation does nothing.
 * @source torch.nn.Dropout
 * @example
 * manualSeed(0);
 * const dropout = new nn.Dropout({ p: 0.5 });
 * dropout(ones(6)); // tensor([0., 0., 2., 0., 0., 0.])
 * dropout.eval()(ones(6)); // tensor([1., 1., 1., 1., 1., 1.])
 */
export class Dropout extends DropoutBase {
  /** @param input - any shape. @returns the same shape */
  override forward(input: Tensor): Tensor {
    return dropout(input, this.settings());
  }
}

/**
 * Dropout of whole channels of `(N, C, L)` or `(C, L)`. @source torch.nn.Dropout1d
 * @example
 * manualSeed(0);
 * new nn.Dropout1d()(ones(1, 4, 2)); // tensor([[[0., 0.], [0., 0.], [2., 2.], [0., 0.]]])
 */
export class Dropout1d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropout1d(input, this.settings());
  }
}

/**
 * Dropout of whole channels of `(N, C, H, W)` or `(N, C, L)`. @source torch.nn.Dropout2d
 * @example
 * manualSeed(0);
 * new nn.Dropout2d()(ones(1, 4, 1, 2)); // tensor([[[[0., 0.]], [[0., 0.]], [[2., 2.]], [[0., 0.]]]])
 */
export class Dropout2d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropout2d(input, this.settings());
  }
}

/**
 * Dropout of whole channels of `(N, C, D, H, W)` or `(C, D, H, W)`. @source torch.nn.Dropout3d
 * @example new nn.Dropout3d({ p: 0.2 })(randn(20, 16, 4, 8, 8)).shape; // [20, 16, 4, 8, 8]
 */
export class Dropout3d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropout3d(input, this.settings());
  }
}

/**
 * Dropout that keeps mean and variance of what a SELU gives. @source torch.nn.AlphaDropout
 * @example
 * manualSeed(0);
 * new nn.AlphaDropout()(ones(4)); // tensor([-0.7792, -0.7792, 1.6656, -0.7792])
 */
export class AlphaDropout extends DropoutBase {
  /** @param input - any shape. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { p, training } = this;
    return alphaDropout(input, { p, training });
  }
}

/**
 * `AlphaDropout` of whole channels of `(N, C, *)`. @source torch.nn.FeatureAlphaDropout
 * @example new nn.FeatureAlphaDropout()(randn(20, 16, 4, 8)).shape; // [20, 16, 4, 8]
 */
export class FeatureAlphaDropout extends DropoutBase {
  /** @param input - `(N, C, *)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { p, training } = this;
    return featureAlphaDropout(input, { p, training });
  }
}
