// Pooling layers.
import { checkOptions } from '../errors.ts';
import type { Pair } from '../functional/conv.ts';
import {
  type AvgPool2dFunctionOptions,
  avgPool2d,
  type MaxPool2dFunctionOptions,
  maxPool2d,
} from '../functional/pooling.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

/** Options of `MaxPool2d`: those of the function. */
export type MaxPool2dOptions = MaxPool2dFunctionOptions;

/**
 * The maximum of each window.
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.MaxPool2d
 * @example new MaxPool2d(2)(randn(1, 3, 32, 32)).shape; // [1, 3, 16, 16]
 */
export class MaxPool2d extends Module {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly ceilMode: boolean;

  constructor(kernelSize: Pair, options: MaxPool2dOptions = {}) {
    super();
    checkOptions('MaxPool2d', options, ['stride', 'padding', 'dilation', 'ceilMode']);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)`. @returns the same with the new H and W */
  override forward(input: Tensor): Tensor {
    const { stride, padding, dilation, ceilMode } = this;
    return maxPool2d(input, this.kernelSize, { stride, padding, dilation, ceilMode });
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return (
      `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}, ` +
      `dilation=${python(dilation)}, ceil_mode=${python(ceilMode)}`
    );
  }
}

/** Options of `AvgPool2d`: those of the function. */
export type AvgPool2dOptions = AvgPool2dFunctionOptions;

/**
 * The mean of each window.
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.AvgPool2d
 * @example new AvgPool2d(2)(randn(1, 3, 32, 32)).shape; // [1, 3, 16, 16]
 */
export class AvgPool2d extends Module {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(kernelSize: Pair, options: AvgPool2dOptions = {}) {
    super();
    checkOptions('AvgPool2d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad', 'divisorOverride']);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride ?? null;
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)`. @returns the same with the new H and W */
  override forward(input: Tensor): Tensor {
    const { stride, padding, ceilMode, countIncludePad, divisorOverride } = this;
    return avgPool2d(input, this.kernelSize, { stride, padding, ceilMode, countIncludePad, divisorOverride });
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}`;
  }
}
