// Pooling layers of windows: max, average and power-average.
import { checkOptions } from '../errors.ts';
import { float } from '../functional/arguments.ts';
import {
  type AvgPoolFunctionOptions,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type LpPoolOptions as LpOptions,
  lpPool1d,
  lpPool2d,
  lpPool3d,
} from '../functional/avg-pool.ts';
import { type MaxPoolFunctionOptions, maxPool1d, maxPool2d, maxPool3d } from '../functional/max-pool.ts';
import type { MaybeIndices } from '../functional/pool-pick.ts';
import { numbersOf, type Sizes, tupleOf } from '../functional/sizes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

/** Options of the max poolings: those of the functions. */
export type MaxPoolOptions<R extends boolean = boolean> = MaxPoolFunctionOptions<R>;
/** Options of `MaxPool2d`. */
export type MaxPool2dOptions<R extends boolean = boolean> = MaxPoolFunctionOptions<R>;

/** The base of the max poolings. */
abstract class MaxPool<R extends boolean> extends Module {
  readonly kernelSize: Sizes;
  readonly stride: Sizes;
  readonly padding: Sizes;
  readonly dilation: Sizes;
  readonly returnIndices: boolean;
  readonly ceilMode: boolean;

  constructor(kernelSize: Sizes, options: MaxPoolOptions<R>) {
    super();
    checkOptions(this._getName(), options, ['stride', 'padding', 'dilation', 'returnIndices', 'ceilMode']);
    numbersOf(this._getName(), 'kernelSize', kernelSize);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.returnIndices = options.returnIndices ?? false;
    this.ceilMode = options.ceilMode ?? false;
  }

  protected pooled(run: typeof maxPool2d, input: Tensor): MaybeIndices<R> {
    const { stride, padding, dilation, ceilMode, returnIndices } = this;
    return run(input, this.kernelSize, { stride, padding, dilation, ceilMode, returnIndices }) as MaybeIndices<R>;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return (
      `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}, ` +
      `dilation=${python(dilation)}, ceil_mode=${python(ceilMode)}`
    );
  }
}

/**
 * The maximum of each window of a sequence.
 * @param kernelSize - size of the window
 * @source torch.nn.MaxPool1d
 * @example new nn.MaxPool1d(2)(tensor([[1, 3, 2, 4.5]])); // tensor([[3.0000, 4.5000]])
 */
export class MaxPool1d<R extends boolean = false> extends MaxPool<R> {
  constructor(kernelSize: Sizes, options: MaxPoolOptions<R> = {}) {
    super(kernelSize, options);
  }

  /** @param input - `(N, C, L)` or `(C, L)`. @returns the same with the new L, and the positions if wanted */
  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(maxPool1d, input);
  }
}

/**
 * The maximum of each window of an image.
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.MaxPool2d
 * @example new nn.MaxPool2d(2)(randn(1, 3, 32, 32)).shape; // [1, 3, 16, 16]
 */
export class MaxPool2d<R extends boolean = false> extends MaxPool<R> {
  constructor(kernelSize: Sizes, options: MaxPoolOptions<R> = {}) {
    super(kernelSize, options);
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)`. @returns the same with the new H and W, and the positions if wanted */
  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(maxPool2d, input);
  }
}

/**
 * The maximum of each window of a volume.
 * @param kernelSize - a number, or `[kd, kh, kw]`
 * @source torch.nn.MaxPool3d
 * @example new nn.MaxPool3d(3, { stride: 2 })(randn(2, 16, 9, 9, 9)).shape; // [2, 16, 4, 4, 4]
 */
export class MaxPool3d<R extends boolean = false> extends MaxPool<R> {
  constructor(kernelSize: Sizes, options: MaxPoolOptions<R> = {}) {
    super(kernelSize, options);
  }

  /** @param input - `(N, C, D, H, W)` or `(C, D, H, W)`. @returns the same with new sizes, and the positions if wanted */
  override forward(input: Tensor): MaybeIndices<R> {
    return this.pooled(maxPool3d, input);
  }
}

/** Options of `AvgPool2d` and `AvgPool3d`: those of the functions. */
export type AvgPoolOptions = AvgPoolFunctionOptions;
/** Options of `AvgPool1d`. */
export type AvgPool1dOptions = Omit<AvgPoolFunctionOptions, 'divisorOverride'>;
/** Options of `AvgPool2d`. */
export type AvgPool2dOptions = AvgPoolFunctionOptions;

/** The base of the average poolings. */
abstract class AvgPool extends Module {
  readonly kernelSize: Sizes;
  readonly stride: Sizes;
  readonly padding: Sizes;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;

  constructor(kernelSize: Sizes, stride: Sizes | null | undefined, padding: Sizes, options: AvgPoolOptions) {
    super();
    numbersOf(this._getName(), 'kernelSize', kernelSize);
    this.kernelSize = kernelSize;
    this.stride = stride ?? kernelSize;
    this.padding = padding;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
  }

  protected windowOptions() {
    const { stride, padding, ceilMode, countIncludePad } = this;
    return { stride, padding, ceilMode, countIncludePad };
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}`;
  }
}

const avgOptions = ['stride', 'padding', 'ceilMode', 'countIncludePad'];

/**
 * The mean of each window of a sequence.
 * @param kernelSize - size of the window
 * @source torch.nn.AvgPool1d
 * @example new nn.AvgPool1d(2)(tensor([[1, 2, 3, 4.5]])); // tensor([[1.5000, 3.7500]])
 */
export class AvgPool1d extends AvgPool {
  constructor(kernelSize: Sizes, options: AvgPool1dOptions = {}) {
    checkOptions('AvgPool1d', options, avgOptions);
    const one = (name: string, value: Sizes, least: number) => tupleOf('AvgPool1d', name, value, 1, least);
    const size = one('kernelSize', kernelSize, 1);
    super(size, one('stride', options.stride ?? size, 1), one('padding', options.padding ?? 0, 0), options);
  }

  /** @param input - `(N, C, L)` or `(C, L)`. @returns the same with the new L */
  override forward(input: Tensor): Tensor {
    return avgPool1d(input, this.kernelSize, this.windowOptions());
  }
}

/**
 * The mean of each window of an image.
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.AvgPool2d
 * @example new nn.AvgPool2d(2)(randn(1, 3, 32, 32)).shape; // [1, 3, 16, 16]
 */
export class AvgPool2d extends AvgPool {
  readonly divisorOverride: number | null;

  constructor(kernelSize: Sizes, options: AvgPoolOptions = {}) {
    checkOptions('AvgPool2d', options, [...avgOptions, 'divisorOverride']);
    super(kernelSize, options.stride, options.padding ?? 0, options);
    this.divisorOverride = options.divisorOverride ?? null;
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)`. @returns the same with the new H and W */
  override forward(input: Tensor): Tensor {
    const { divisorOverride } = this;
    return avgPool2d(input, this.kernelSize, { ...this.windowOptions(), divisorOverride });
  }
}

/**
 * The mean of each window of a volume.
 * @param kernelSize - a number, or `[kd, kh, kw]`
 * @source torch.nn.AvgPool3d
 * @example new nn.AvgPool3d(2)(randn(2, 16, 8, 8, 8)).shape; // [2, 16, 4, 4, 4]
 */
export class AvgPool3d extends AvgPool {
  readonly divisorOverride: number | null;

  constructor(kernelSize: Sizes, options: AvgPoolOptions = {}) {
    checkOptions('AvgPool3d', options, [...avgOptions, 'divisorOverride']);
    super(kernelSize, options.stride, options.padding ?? 0, options);
    this.divisorOverride = options.divisorOverride ?? null;
  }

  /** @param input - `(N, C, D, H, W)` or `(C, D, H, W)`. @returns the same with the new sizes */
  override forward(input: Tensor): Tensor {
    const { divisorOverride } = this;
    return avgPool3d(input, this.kernelSize, { ...this.windowOptions(), divisorOverride });
  }
}

/** Options of the power-average poolings: those of the functions. */
export type LPPoolOptions = LpOptions;

/** The base of the power-average poolings. */
abstract class LPPool extends Module {
  readonly normType: number;
  readonly kernelSize: Sizes;
  readonly stride: Sizes | null;
  readonly ceilMode: boolean;

  /** @param normType - the power p of (sum of x^p)^(1 / p) @param kernelSize - size of the window */
  constructor(normType: number, kernelSize: Sizes, options: LPPoolOptions = {}) {
    super();
    checkOptions(this._getName(), options, ['stride', 'ceilMode']);
    this.normType = float(this._getName(), 'normType', normType);
    numbersOf(this._getName(), 'kernelSize', kernelSize);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? null;
    this.ceilMode = options.ceilMode ?? false;
  }

  protected pooled(run: typeof lpPool2d, input: Tensor): Tensor {
    const { normType, kernelSize, stride, ceilMode } = this;
    return run(input, normType, kernelSize, { stride, ceilMode });
  }

  override extraRepr(): string {
    const { normType, kernelSize, stride, ceilMode } = this;
    return (
      `norm_type=${python(normType)}, kernel_size=${python(kernelSize)}, stride=${python(stride)}, ` +
      `ceil_mode=${python(ceilMode)}`
    );
  }
}

/**
 * (sum of x^p)^(1 / p) of each window of `(N, C, L)` or `(C, L)`. @source torch.nn.LPPool1d
 * @example new nn.LPPool1d(2, 2)(tensor([[3, 4, 6, 8.5]])); // tensor([[5.0000, 10.4043]])
 */
export class LPPool1d extends LPPool {
  override forward(input: Tensor): Tensor {
    return this.pooled(lpPool1d, input);
  }
}

/**
 * (sum of x^p)^(1 / p) of each window of `(N, C, H, W)` or `(C, H, W)`. @source torch.nn.LPPool2d
 * @example new nn.LPPool2d(2, [3, 2], { stride: [2, 1] })(randn(2, 16, 9, 8)).shape; // [2, 16, 4, 7]
 */
export class LPPool2d extends LPPool {
  override forward(input: Tensor): Tensor {
    return this.pooled(lpPool2d, input);
  }
}

/**
 * (sum of x^p)^(1 / p) of each window of `(N, C, D, H, W)` or `(C, D, H, W)`. @source torch.nn.LPPool3d
 * @example new nn.LPPool3d(2, 2)(randn(2, 16, 8, 8, 8).abs()).shape; // [2, 16, 4, 4, 4]
 */
export class LPPool3d extends LPPool {
  override forward(input: Tensor): Tensor {
    return this.pooled(lpPool3d, input);
  }
}
