// Convolution layers.

import type { Dtype } from '../dtype.ts';
import { checkOptions, ValueError } from '../errors.ts';
import { conv2d, type Pair, pairOf } from '../functional/conv.ts';
import { empty } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { resetWeightAndBias } from './linear.ts';
import { Module } from './module.ts';
import { padSpatial, type SpatialPaddingMode } from './padding.ts';
import { Parameter } from './parameter.ts';
import { python } from './repr-values.ts';

const paddingModes = ['zeros', 'reflect', 'replicate', 'circular'] as const;

/** Options of `Conv2d`. */
export interface Conv2dOptions {
  /** Step of the window. Default: 1. */
  stride?: Pair;
  /** Rows and columns added on both sides; 'same' keeps the size, 'valid' adds none. Default: 0. */
  padding?: Pair | 'same' | 'valid';
  /** Distance between the taps of the window. Default: 1. */
  dilation?: Pair;
  /** Number of blocks into which the channels are split. Default: 1. */
  groups?: number;
  /** Add a learnt bias. Default: true. */
  bias?: boolean;
  /** What the padding holds. Default: 'zeros'. */
  paddingMode?: 'zeros' | SpatialPaddingMode;
  /** Floating dtype of the parameters. Default: the default dtype. */
  dtype?: Dtype;
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
 * @example new Conv2d(16, 33, 3, { stride: 2 })(randn(20, 16, 50, 100)).shape; // [20, 33, 24, 49]
 */
export class Conv2d extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: 'zeros' | SpatialPaddingMode;
  weight: Parameter;
  declare bias: Parameter | null;

  constructor(inChannels: number, outChannels: number, kernelSize: Pair, options: Conv2dOptions = {}) {
    super();
    checkOptions('Conv2d', options, ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode', 'dtype']);
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, paddingMode = 'zeros', dtype } = options;
    checkGroups(inChannels, outChannels, groups);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = pairOf('Conv2d', 'kernelSize', kernelSize, 1);
    this.stride = pairOf('Conv2d', 'stride', stride, 1);
    this.padding =
      typeof padding === 'string' ? checkPaddingName(padding, this.stride) : pairOf('Conv2d', 'padding', padding, 0);
    this.dilation = pairOf('Conv2d', 'dilation', dilation, 1);
    this.groups = groups;
    if (!paddingModes.includes(paddingMode)) {
      throw new ValueError(
        `padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, ` +
          `but got padding_mode='${paddingMode}'`,
      );
    }
    this.paddingMode = paddingMode;
    this.weight = new Parameter(empty([outChannels, inChannels / groups, ...this.kernelSize], { dtype }));
    this.registerParameter('bias', bias ? new Parameter(empty([outChannels], { dtype })) : null);
    this.resetParameters();
  }

  /** Draws the initial values anew. */
  resetParameters(): void {
    resetWeightAndBias(this.weight, this.bias);
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)`. @returns the same with outChannels and the new H and W */
  override forward(input: Tensor): Tensor {
    const { weight, bias, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === 'zeros') return conv2d(input, weight, bias, { stride, padding, dilation, groups });
    const padded = padSpatial(input, sidesOf(this), paddingMode);
    return conv2d(padded, weight, bias, { stride, dilation, groups });
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias, paddingMode } = this;
    let text = `${inChannels}, ${outChannels}, kernel_size=${python(kernelSize)}, stride=${python(stride)}`;
    if (typeof padding === 'string' || padding.some((size) => size !== 0)) text += `, padding=${python(padding)}`;
    if (dilation.some((step) => step !== 1)) text += `, dilation=${python(dilation)}`;
    if (groups !== 1) text += `, groups=${groups}`;
    if (bias === null) text += ', bias=False';
    if (paddingMode !== 'zeros') text += `, padding_mode=${paddingMode}`;
    return text;
  }
}

/** What each side of rows and columns gets: `[[top, bottom], [left, right]]`; an odd total has more behind. */
function sidesOf(conv: Conv2d): [number, number][] {
  const { padding, dilation, kernelSize } = conv;
  if (padding === 'valid')
    return [
      [0, 0],
      [0, 0],
    ];
  if (padding !== 'same') return padding.map((size) => [size, size]);
  return kernelSize.map((size, d) => {
    const total = (dilation[d] ?? 1) * (size - 1);
    const before = Math.floor(total / 2);
    return [before, total - before];
  });
}

function checkGroups(inChannels: number, outChannels: number, groups: number): void {
  if (!(groups > 0)) throw new ValueError('groups must be a positive integer');
  if (inChannels % groups !== 0) throw new ValueError('in_channels must be divisible by groups');
  if (outChannels % groups !== 0) throw new ValueError('out_channels must be divisible by groups');
}

function checkPaddingName(padding: string, stride: readonly number[]): 'same' | 'valid' {
  if (padding !== 'same' && padding !== 'valid') {
    throw new ValueError(`Invalid padding string '${padding}', should be one of {'same', 'valid'}`);
  }
  if (padding === 'same' && stride.some((step) => step !== 1)) {
    throw new ValueError("padding='same' is not supported for strided convolutions");
  }
  return padding;
}
