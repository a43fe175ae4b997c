// Dropout layers.
import { checkOptions, ValueError } from '../errors.ts';
import { dropout } from '../functional/dropout.ts';
import { onesLike } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

/** Options of `Dropout`. */
export interface DropoutOptions {
  /** Chance of an element to become 0. Default: 0.5. */
  p?: number;
  /** Write the result over the input. Default: false. */
  inplace?: boolean;
}

/**
 * In training sets elements to 0 at random and divides the others by 1 - p; in evaluation does nothing.
 * @param options - or just p
 * @throws ValueError when p is outside [0, 1]
 * @source torch.nn.Dropout
 */
export class Dropout extends Module {
  p: number;
  readonly inplace: boolean;

  constructor(options: number | DropoutOptions = {}) {
    super();
    const { p = 0.5, inplace = false } = typeof options === 'number' ? { p: options } : options;
    if (typeof options !== 'number') checkOptions('Dropout', options, ['p', 'inplace']);
    if (!(p >= 0 && p <= 1)) throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`);
    this.p = p;
    this.inplace = inplace;
  }

  /** @param input - any shape. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { p, training } = this;
    if (!this.inplace) return dropout(input, { p, training });
    return training ? input.mul_(dropout(onesLike(input), { p })) : input;
  }

  override extraRepr(): string {
    return `p=${this.p}, inplace=${python(this.inplace)}`;
  }
}
