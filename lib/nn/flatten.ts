// Layers that change the shape only.
import { checkOptions } from '../errors.ts';
import type { FlattenOptions } from '../functional/views.ts';
import { checkIntegers } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

/**
 * Joins dimensions `startDim` to `endDim` into one.
 * @param startDim - Default: 1, which keeps the batch
 * @param endDim - Default: -1
 * @source torch.nn.Flatten
 * @example new nn.Flatten()(zeros(32, 1, 5, 5)).shape; // [32, 25]
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  constructor(startDim: number | FlattenOptions = 1, endDim = -1) {
    super();
    const options = typeof startDim === 'object' ? startDim : { startDim, endDim };
    checkOptions('Flatten', options, ['startDim', 'endDim']);
    this.startDim = options.startDim ?? 1;
    this.endDim = options.endDim ?? -1;
  }

  override forward(input: Tensor): Tensor {
    checkTensor(this._getName(), 'input', input);
    return input.flatten(this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/**
 * Splits one dimension into several.
 * @param dim - the dimension
 * @param unflattenedSize - its new sizes; one may be -1
 * @source torch.nn.Unflatten
 * @example new nn.Unflatten(1, [2, 3])(zeros(4, 6)).shape; // [4, 2, 3]
 */
export class Unflatten extends Module {
  readonly dim: number;
  readonly unflattenedSize: readonly number[];

  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    this.dim = dim;
    this.unflattenedSize = Object.freeze(checkIntegers('Unflatten', 'unflattenedSize', unflattenedSize));
  }

  override forward(input: Tensor): Tensor {
    checkTensor(this._getName(), 'input', input);
    return input.unflatten(this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${python(this.unflattenedSize)}`;
  }
}
