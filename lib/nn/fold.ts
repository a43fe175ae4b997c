// Unfold and Fold as layers.
import { checkOptions } from '../errors.ts';
import { fold, type FoldOptions as Options, unfold } from '../functional/fold.ts';
import { numbersOf, type Sizes } from '../functional/sizes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

/** Options of `Unfold` and `Fold`: those of the functions. */
export type FoldOptions = Options;

abstract class Blocks extends Module {
  readonly kernelSize: Sizes;
  readonly dilation: Sizes;
  readonly padding: Sizes;
  readonly stride: Sizes;

  constructor(kernelSize: Sizes, options: FoldOptions) {
    super();
    checkOptions(this._getName(), options, ['dilation', 'padding', 'stride']);
    numbersOf(this._getName(), 'kernelSize', kernelSize);
    this.kernelSize = kernelSize;
    this.dilation = options.dilation ?? 1;
    this.padding = options.padding ?? 0;
    this.stride = options.stride ?? 1;
  }

  override extraRepr(): string {
    const { kernelSize, dilation, padding, stride } = this;
    return (
      `kernel_size=${python(kernelSize)}, dilation=${python(dilation)}, padding=${python(padding)}, ` +
      `stride=${python(stride)}`
    );
  }
}

/**
 * The blocks of an image as columns.
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.Unfold
 * @example new nn.Unfold([2, 3])(randn(2, 5, 3, 4)).shape; // [2, 30, 4]
 */
export class Unfold extends Blocks {
  constructor(kernelSize: Sizes, options: FoldOptions = {}) {
    super(kernelSize, options);
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)`. @returns `(N, C kh kw, blocks)` */
  override forward(input: Tensor): Tensor {
    const { kernelSize, dilation, padding, stride } = this;
    return unfold(input, kernelSize, { dilation, padding, stride });
  }
}

/**
 * The image whose elements are the sums of all columns that hold them.
 * @param outputSize - a number, or `[H, W]`
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.Fold
 * @example new nn.Fold([4, 5], 2)(randn(1, 12, 12)).shape; // [1, 3, 4, 5]
 */
export class Fold extends Blocks {
  readonly outputSize: Sizes;

  constructor(outputSize: Sizes, kernelSize: Sizes, options: FoldOptions = {}) {
    super(kernelSize, options);
    numbersOf('Fold', 'outputSize', outputSize);
    this.outputSize = outputSize;
  }

  /** @param input - `(N, C kh kw, blocks)` or `(C kh kw, blocks)`. @returns `(N, C, H, W)` */
  override forward(input: Tensor): Tensor {
    const { outputSize, kernelSize, dilation, padding, stride } = this;
    return fold(input, outputSize, kernelSize, { dilation, padding, stride });
  }

  override extraRepr(): string {
    return `output_size=${python(this.outputSize)}, ${super.extraRepr()}`;
  }
}
