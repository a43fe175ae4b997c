// Pooling layers whose windows follow from a size, from positions or from chance: adaptive, unpooling, fractional.
import { checkOptions, ValueError } from '../errors.ts';
import {
  type AdaptiveMaxPoolOptions as AdaptiveOptions,
  type AdaptiveSizes,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from '../functional/adaptive-pool.ts';
import {
  type FractionalMaxPoolOptions as FractionalOptions,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
} from '../functional/fractional-pool.ts';
import { maxUnpool1d, maxUnpool2d, maxUnpool3d } from '../functional/max-unpool.ts';
import type { MaybeIndices } from '../functional/pool-pick.ts';
import { numbersOf, outputSizeOf, type Sizes, tupleOf } from '../functional/sizes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OutputSize } from './conv-transpose.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

// ---- Adaptive

abstract class Adaptive extends Module {
  readonly outputSize: AdaptiveSizes;

  /** @param outputSize - a number, or one for each spatial dimension; null keeps the input's */
  constructor(outputSize: AdaptiveSizes) {
    super();
    // null keeps the size of the input.
    const given = [outputSize].flat().filter((size) => size !== null);
    numbersOf(this._getName(), 'outputSize', given);
    this.outputSize = outputSize;
  }

  override extraRepr(): string {
    return `output_size=${python(this.outputSize)}`;
  }
}

/** Options of the adaptive max poolings: those of the functions. */
export type AdaptiveMaxPoolOptions<R extends boolean = boolean> = AdaptiveOptions<R>;

abstract class AdaptiveMax<R extends boolean> extends Adaptive {
  readonly returnIndices: boolean;

  constructor(outputSize: AdaptiveSizes, options: AdaptiveMaxPoolOptions<R> = {}) {
    super(outputSize);
    checkOptions(this._getName(), options, ['returnIndices']);
    this.returnIndices = options.returnIndices ?? false;
  }

  protected pooled(run: typeof adaptiveMaxPool2d, input: Tensor): MaybeIndices<R> {
    const { outputSize, returnIndices } = this;
    return run(input, outputSize, { returnIndices }) as MaybeIndices<R>;
  }
}

/**
 * The mean of regions that divide `(N, C, L)` or `(C, L)` evenly. @source torch.nn.AdaptiveAvgPool1d
 * @example new nn.AdaptiveAvgPool1d(5)(randn(1, 64, 8)).shape; // [1, 64, 5]
 */
export class AdaptiveAvgPool1d extends Adaptive {
  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool1d(input, this.outputSize);
  }
}

/**
 * The mean of regions that divide `(N, C, H, W)` or `(C, H, W)` evenly. @source torch.nn.AdaptiveAvgPool2d
 * @example new nn.AdaptiveAvgPool2d([5, null])(randn(1, 64, 8, 9)).shape; // [1, 64, 5, 9]
 */
export class AdaptiveAvgPool2d extends Adaptive {
  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, this.outputSize);
  }
}

/**
 * The mean of regions that divide `(N, C, D, H, W)` or `(C, D, H, W)` evenly. @source torch.nn.AdaptiveAvgPool3d
 * @example new nn.AdaptiveAvgPool3d([5, 7, 9])(randn(1, 64, 8, 9, 10)).shape; // [1, 64, 5, 7, 9]
 */
export class AdaptiveAvgPool3d extends Adaptive {
  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool3d(input, this.outputSize);
  }
}

/**
 * The maximum of regions that divide `(N, C, L)` or `(C, L)` evenly. @source torch.nn.AdaptiveMaxPool1d
 * @example new nn.AdaptiveMaxPool1d(2)(tensor([[1, 2, 3, 4.5]])); // tensor([[2.0000, 4.5000]])
 */
export class AdaptiveMaxPool1d<R extends boolean = false> extends AdaptiveMax<R> {
  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(adaptiveMaxPool1d, input);
  }
}

/**
 * The maximum of regions that divide `(N, C, H, W)` or `(C, H, W)` evenly. @source torch.nn.AdaptiveMaxPool2d
 * @example new nn.AdaptiveMaxPool2d([5, 7])(randn(1, 64, 8, 9)).shape; // [1, 64, 5, 7]
 */
export class AdaptiveMaxPool2d<R extends boolean = false> extends AdaptiveMax<R> {
  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(adaptiveMaxPool2d, input);
  }
}

/**
 * The maximum of regions that divide `(N, C, D, H, W)` or `(C, D, H, W)` evenly. @source torch.nn.AdaptiveMaxPool3d
 * @example new nn.AdaptiveMaxPool3d([5, 7, 9])(randn(1, 64, 8, 9, 10)).shape; // [1, 64, 5, 7, 9]
 */
export class AdaptiveMaxPool3d<R extends boolean = false> extends AdaptiveMax<R> {
  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(adaptiveMaxPool3d, input);
  }
}

// ---- Unpooling

/** Options of the unpooling layers. */
export interface MaxUnpoolLayerOptions {
  /** Steps of the pooling. Default: the window's size. */
  stride?: Sizes | null;
  /** Padding of the pooling. Default: 0. */
  padding?: Sizes;
}

abstract class MaxUnpool extends Module {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];

  constructor(rank: number, kernelSize: Sizes, options: MaxUnpoolLayerOptions) {
    super();
    const who = this._getName();
    checkOptions(who, options, ['stride', 'padding']);
    this.kernelSize = tupleOf(who, 'kernelSize', kernelSize, rank, 1);
    this.stride = tupleOf(who, 'stride', options.stride ?? kernelSize, rank, 1);
    this.padding = tupleOf(who, 'padding', options.padding ?? 0, rank, 0);
  }

  protected unpooled(run: typeof maxUnpool2d, input: Tensor, indices: Tensor, wanted: OutputSize | undefined): Tensor {
    const { kernelSize, stride, padding } = this;
    const outputSize = outputSizeOf(this._getName(), wanted);
    return run(input, indices, kernelSize, { stride, padding, outputSize });
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}`;
  }
}

/**
 * Puts values of `(N, C, L)` or `(C, L)` back where `MaxPool1d` found them. @source torch.nn.MaxUnpool1d
 * @example
 * const [y, indices] = new nn.MaxPool1d(2, { returnIndices: true })(tensor([[1, 3, 2, 4.5]]));
 * new nn.MaxUnpool1d(2)(y, indices); // tensor([[0.0000, 3.0000, 0.0000, 4.5000]])
 */
export class MaxUnpool1d extends MaxUnpool {
  constructor(kernelSize: Sizes, options: MaxUnpoolLayerOptions = {}) {
    super(1, kernelSize, options);
  }

  /** @param indices - from the pooling @param outputSize - spatial sizes or shape of the result */
  override forward(input: Tensor, indices: Tensor, outputSize?: OutputSize): Tensor {
    return this.unpooled(maxUnpool1d, input, indices, outputSize);
  }
}

/**
 * Puts values of `(N, C, H, W)` or `(C, H, W)` back where `MaxPool2d` found them. @source torch.nn.MaxUnpool2d
 * @example
 * const [y, indices] = new nn.MaxPool2d(2, { returnIndices: true })(tensor([[[1, 2], [3, 4.5]]]));
 * new nn.MaxUnpool2d(2)(y, indices); // tensor([[[0.0000, 0.0000], [0.0000, 4.5000]]])
 */
export class MaxUnpool2d extends MaxUnpool {
  constructor(kernelSize: Sizes, options: MaxUnpoolLayerOptions = {}) {
    super(2, kernelSize, options);
  }

  /** @param indices - from the pooling @param outputSize - spatial sizes or shape of the result */
  override forward(input: Tensor, indices: Tensor, outputSize?: OutputSize): Tensor {
    return this.unpooled(maxUnpool2d, input, indices, outputSize);
  }
}

/**
 * Puts values of `(N, C, D, H, W)` or `(C, D, H, W)` back where `MaxPool3d` found them. @source torch.nn.MaxUnpool3d
 * @example
 * const [y, indices] = new nn.MaxPool3d(2, { returnIndices: true })(randn(20, 16, 8, 8, 8));
 * new nn.MaxUnpool3d(2)(y, indices).shape; // [20, 16, 8, 8, 8]
 */
export class MaxUnpool3d extends MaxUnpool {
  constructor(kernelSize: Sizes, options: MaxUnpoolLayerOptions = {}) {
    super(3, kernelSize, options);
  }

  /** @param indices - from the pooling @param outputSize - spatial sizes or shape of the result */
  override forward(input: Tensor, indices: Tensor, outputSize?: OutputSize): Tensor {
    return this.unpooled(maxUnpool3d, input, indices, outputSize);
  }
}

// ---- Fractional

/** Options of the fractional max poolings: those of the functions. */
export type FractionalMaxPoolOptions<R extends boolean = boolean> = FractionalOptions<R>;

abstract class FractionalMaxPool<R extends boolean> extends Module {
  readonly kernelSize: readonly number[];
  readonly returnIndices: boolean;
  readonly outputSize: readonly number[] | null;
  readonly outputRatio: readonly number[] | null;
  declare _random_samples: Tensor | null;

  constructor(rank: number, kernelSize: Sizes, options: FractionalMaxPoolOptions<R>) {
    super();
    const who = this._getName();
    checkOptions(who, options, ['outputSize', 'outputRatio', 'returnIndices', '_randomSamples']);
    const { outputSize = null, outputRatio = null } = options;
    this.kernelSize = tupleOf(who, 'kernelSize', kernelSize, rank, 1);
    this.returnIndices = options.returnIndices ?? false;
    this.registerBuffer('_random_samples', options._randomSamples ?? null);
    this.outputSize = outputSize === null ? null : tupleOf(who, 'outputSize', outputSize, rank, 0);
    this.outputRatio =
      typeof outputRatio === 'number' ? new Array<number>(rank).fill(outputRatio) : (outputRatio ?? null);
    if (outputSize === null && outputRatio === null) {
      throw new ValueError(`${who} requires specifying either an output size, or a pooling ratio`);
    }
    if (outputSize !== null && outputRatio !== null) {
      throw new ValueError('only one of output_size and output_ratio may be specified');
    }
    if (this.outputRatio?.some((ratio) => !(ratio > 0 && ratio < 1))) {
      throw new ValueError(`output_ratio must be between 0 and 1 (got ${python(outputRatio)})`);
    }
  }

  protected pooled(run: typeof fractionalMaxPool2d, input: Tensor): MaybeIndices<R> {
    const { outputSize, outputRatio, returnIndices, _random_samples: _randomSamples } = this;
    const options = { outputSize, outputRatio, returnIndices, _randomSamples };
    return run(input, this.kernelSize, options) as MaybeIndices<R>;
  }
}

/**
 * The maximum of windows at pseudo-random places of `(N, C, H, W)` or `(C, H, W)`. @source torch.nn.FractionalMaxPool2d
 * @example new nn.FractionalMaxPool2d(3, { outputSize: [13, 12] })(randn(20, 16, 50, 32)).shape; // [20, 16, 13, 12]
 */
export class FractionalMaxPool2d<R extends boolean = false> extends FractionalMaxPool<R> {
  constructor(kernelSize: Sizes, options: FractionalMaxPoolOptions<R> = {}) {
    super(2, kernelSize, options);
  }

  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(fractionalMaxPool2d, input);
  }
}

/**
 * The maximum of windows at pseudo-random places of `(N, C, D, H, W)` or `(C, D, H, W)`. @source torch.nn.FractionalMaxPool3d
 * @example
 * new nn.FractionalMaxPool3d(3, { outputRatio: [0.5, 0.5, 0.5] })(randn(2, 4, 16, 16, 16)).shape;
 * // [2, 4, 8, 8, 8]
 */
export class FractionalMaxPool3d<R extends boolean = false> extends FractionalMaxPool<R> {
  constructor(kernelSize: Sizes, options: FractionalMaxPoolOptions<R> = {}) {
    super(3, kernelSize, options);
  }

  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(fractionalMaxPool3d, input);
  }
}
