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
 */
export class Dropout extends DropoutBase {
  /** @param input - any shape. @returns the same shape */
  override forward(input: Tensor): Tensor {
    return dropout(input, this.settings());
  }
}

/** Dropout of whole channels of `(N, C, L)` or `(C, L)`. @source torch.nn.Dropout1d */
export class Dropout1d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropout1d(input, this.settings());
  }
}

/** Dropout of whole channels of `(N, C, H, W)` or `(N, C, L)`. @source torch.nn.Dropout2d */
export class Dropout2d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropout2d(input, this.settings());
  }
}

/** Dropout of whole channels of `(N, C, D, H, W)` or `(C, D, H, W)`. @source torch.nn.Dropout3d */
export class Dropout3d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropout3d(input, this.settings());
  }
}

/** Dropout that keeps mean and variance of what a SELU gives. @source torch.nn.AlphaDropout */
export class AlphaDropout extends DropoutBase {
  /** @param input - any shape. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { p, training } = this;
    return alphaDropout(input, { p, training });
  }
}

/** `AlphaDropout` of whole channels of `(N, C, *)`. @source torch.nn.FeatureAlphaDropout */
export class FeatureAlphaDropout extends DropoutBase {
  /** @param input - `(N, C, *)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { p, training } = this;
    return featureAlphaDropout(input, { p, training });
  }
}
