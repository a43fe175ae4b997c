// Convolution layers.
import { conv1d, conv2d, conv3d } from '../functional/conv.ts';
import { pad } from '../functional/pad.ts';
import type { Sizes } from '../functional/sizes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ConvBase, type ConvBaseOptions } from './conv-base.ts';

/** Options of the convolution layers. */
export interface ConvOptions extends ConvBaseOptions {
  /** Elements added on both sides; 'same' keeps the size, 'valid' adds none. Default: 0. */
  padding?: Sizes | 'same' | 'valid';
}

/** Options of `Conv1d`. */
export type Conv1dOptions = ConvOptions;
/** Options of `Conv2d`. */
export type Conv2dOptions = ConvOptions;
/** Options of `Conv3d`. */
export type Conv3dOptions = ConvOptions;

// With zeros the function pads; everything else is padded before.
function convolve(layer: ConvBase, run: typeof conv2d, input: Tensor): Tensor {
  const { weight, bias, stride, padding, dilation, groups, paddingMode } = layer;
  if (paddingMode === 'zeros') return run(input, weight, bias, { stride, padding, dilation, groups });
  const padded = pad(input, sidesOf(layer).reverse().flat(), { mode: paddingMode });
  return run(padded, weight, bias, { stride, dilation, groups });
}

/** What each spatial dimension gets before and behind; an odd total has more behind. */
function sidesOf({ padding, dilation, kernelSize }: ConvBase): [number, number][] {
  if (padding === 'valid') return kernelSize.map(() => [0, 0]);
  if (padding !== 'same') return padding.map((size) => [size, size]);
  return kernelSize.map((size, d) => {
    const total = (dilation[d] ?? 1) * (size - 1);
    const before = Math.floor(total / 2);
    return [before, total - before];
  });
}

/**
 * Cross-correlation of a sequence with learnt windows.
 *
 * State-dict keys: weight `(outChannels, inChannels / groups, k)`, bias `(outChannels)`. Both start uniform in
 * +-1 / sqrt(inChannels / groups * k), drawn in this order.
 *
 * @param inChannels - C of the input `(N, C, L)` or `(C, L)`
 * @param outChannels - C of the output
 * @param kernelSize - k
 * @throws ValueError when groups do not divide the channels, for an unknown padding, and for 'same' with a stride
 * @source torch.nn.Conv1d
 * @example new nn.Conv1d(16, 33, 3, { stride: 2 })(randn(20, 16, 50)).shape; // [20, 33, 24]
 */
export class Conv1d extends ConvBase {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: Conv1dOptions = {}) {
    super(1, false, inChannels, outChannels, kernelSize, options);
  }

  /** @param input - `(N, C, L)` or `(C, L)`. @returns the same with outChannels and the new L */
  override forward(input: Tensor): Tensor {
    return convolve(this, conv1d, input);
  }
}

/**
 * Cross-correlation of an image with learnt windows.
 *
 * State-dict keys: weight `(outChannels, inChannels / groups, kh, kw)`, bias `(outChannels)`. Both start uniform in
 * +-1 / sqrt(inChannels / groups * kh * kw), drawn in this order.
 *
 * @param inChannels - C of the input `(N, C, H, W)` or `(C, H, W)`
 * @param outChannels - C of the output
 * @param kernelSize - a number, or `[kh, kw]`
 * @throws ValueError when groups do not divide the channels, for an unknown padding, and for 'same' with a stride
 * @source torch.nn.Conv2d
 * @example new nn.Conv2d(16, 33, 3, { stride: 2 })(randn(20, 16, 50, 100)).shape; // [20, 33, 24, 49]
 */
export class Conv2d extends ConvBase {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: Conv2dOptions = {}) {
    super(2, false, inChannels, outChannels, kernelSize, options);
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)`. @returns the same with outChannels and the new H and W */
  override forward(input: Tensor): Tensor {
    return convolve(this, conv2d, input);
  }
}

/**
 * Cross-correlation of a volume with learnt windows.
 *
 * State-dict keys: weight `(outChannels, inChannels / groups, kd, kh, kw)`, bias `(outChannels)`, which start as those
 * of `Conv2d` do.
 *
 * @param inChannels - C of the input `(N, C, D, H, W)` or `(C, D, H, W)`
 * @param outChannels - C of the output
 * @param kernelSize - a number, or `[kd, kh, kw]`
 * @throws ValueError when groups do not divide the channels, for an unknown padding, and for 'same' with a stride
 * @source torch.nn.Conv3d
 * @example new nn.Conv3d(16, 33, 3, { stride: 2 })(randn(2, 16, 10, 50, 100)).shape; // [2, 33, 4, 24, 49]
 */
export class Conv3d extends ConvBase {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: Conv3dOptions = {}) {
    super(3, false, inChannels, outChannels, kernelSize, options);
  }

  /** @param input - `(N, C, D, H, W)` or `(C, D, H, W)`. @returns the same with outChannels and the new sizes */
  override forward(input: Tensor): Tensor {
    return convolve(this, conv3d, input);
  }
}
