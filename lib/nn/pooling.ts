// Pooling layers.
import { checkOptions } from '../errors.ts';
import { avgPool2d, maxPool2d } from '../functional/pool.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

type Size = number | readonly number[];

/** Options of `MaxPool2d`. */
export interface MaxPool2dOptions {
  /** Step of the window. Default: the kernel size. */
  stride?: Size | null;
  /** Rows and columns of -infinity added on both sides. Default: 0. */
  padding?: Size;
  /** Distance between the taps of the window. Default: 1. */
  dilation?: Size;
  /** Count a window that begins inside and ends outside. Default: false. */
  ceilMode?: boolean;
}

/**
 * The maximum of each window.
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.MaxPool2d
 * @example new MaxPool2d(2)(randn(1, 3, 32, 32)).shape; // [1, 3, 16, 16]
 */
export class MaxPool2d extends Module {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;
  readonly dilation: Size;
  readonly ceilMode: boolean;

  constructor(kernelSize: Size, options: MaxPool2dOptions = {}) {
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

/** Options of `AvgPool2d`. */
export interface AvgPool2dOptions {
  /** Step of the window. Default: the kernel size. */
  stride?: Size | null;
  /** Rows and columns of zeros added on both sides. Default: 0. */
  padding?: Size;
  /** Count a window that begins inside and ends outside. Default: false. */
  ceilMode?: boolean;
  /** Whether the padding counts in the mean. Default: true. */
  countIncludePad?: boolean;
  /** Divide by this in place of the number of taps. Default: none. */
  divisorOverride?: number | null;
}

/**
 * The mean of each window.
 * @param kernelSize - a number, or `[kh, kw]`
 * @source torch.nn.AvgPool2d
 * @example new AvgPool2d(2)(randn(1, 3, 32, 32)).shape; // [1, 3, 16, 16]
 */
export class AvgPool2d extends Module {
  readonly kernelSize: Size;
  readonly stride: Size;
  readonly padding: Size;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(kernelSize: Size, options: AvgPool2dOptions = {}) {
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
