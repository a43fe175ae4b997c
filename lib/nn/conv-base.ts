import { checkOptions, ValueError } from '../errors.ts';
import type { PaddingMode } from '../functional/pad.ts';
import { type Sizes, tupleOf } from '../functional/sizes.ts';
import { empty, type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import { resetWeightAndBias } from './linear.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { python } from './repr-values.ts';

/** What the padding of a convolution holds. */
export type ConvPaddingMode = 'zeros' | Exclude<PaddingMode, 'constant'>;

/** Options that all convolution layers share. */
export interface ConvBaseOptions extends FactoryOptions {
  /** Step of the window. Default: 1. */
  stride?: Sizes;
  /** Distance between the taps of the window. Default: 1. */
  dilation?: Sizes;
  /** Number of blocks into which the channels are split. Default: 1. */
  groups?: number;
  /** Add a learnt bias. Default: true. */
  bias?: boolean;
  /** What the padding holds. Default: 'zeros'. */
  paddingMode?: ConvPaddingMode;
}

/** Options of the transposed kind beside those of all. */
interface AnyConvOptions extends ConvBaseOptions {
  padding?: Sizes | 'same' | 'valid';
  outputPadding?: Sizes;
}

const paddingModes = ['zeros', 'reflect', 'replicate', 'circular'];
const shared = ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode', ...factoryOptions];

/** The base of all convolution layers. */
export abstract class ConvBase extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly transposed: boolean;
  readonly outputPadding: readonly number[];
  readonly groups: number;
  readonly paddingMode: ConvPaddingMode;
  declare weight: Parameter;
  declare bias: Parameter | null;

  constructor(
    rank: number,
    transposed: boolean,
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: AnyConvOptions,
  ) {
    super();
    const who = this._getName();
    checkOptions(who, options, transposed ? [...shared, 'outputPadding'] : shared);
    const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1, bias = true } = options;
    const { paddingMode = 'zeros', dtype } = options;
    checkGroups(inChannels, outChannels, groups);
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = tupleOf(who, 'kernelSize', kernelSize, rank, 1);
    this.stride = tupleOf(who, 'stride', stride, rank, 1);
    this.padding =
      typeof padding === 'string' ? checkPaddingName(padding, this.stride) : tupleOf(who, 'padding', padding, rank, 0);
    this.dilation = tupleOf(who, 'dilation', dilation, rank, 1);
    this.transposed = transposed;
    this.outputPadding = tupleOf(who, 'outputPadding', outputPadding, rank, 0);
    this.groups = groups;
    checkPaddingMode(who, paddingMode, transposed);
    this.paddingMode = paddingMode;
    const channels = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
    this.registerParameter('weight', new Parameter(empty([...channels, ...this.kernelSize], { dtype })));
    this.registerParameter('bias', bias ? new Parameter(empty([outChannels], { dtype })) : null);
    this.resetParameters();
  }

  /** Draws the initial values anew. */
  resetParameters(): void {
    resetWeightAndBias(this.weight, this.bias);
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, outputPadding, groups } = this;
    let text = `${inChannels}, ${outChannels}, kernel_size=${python(kernelSize)}, stride=${python(stride)}`;
    if (typeof padding === 'string' || padding.some((size) => size !== 0)) text += `, padding=${python(padding)}`;
    if (dilation.some((step) => step !== 1)) text += `, dilation=${python(dilation)}`;
    if (outputPadding.some((size) => size !== 0)) text += `, output_padding=${python(outputPadding)}`;
    if (groups !== 1) text += `, groups=${groups}`;
    if (this.bias === null) text += ', bias=False';
    if (this.paddingMode !== 'zeros') text += `, padding_mode=${this.paddingMode}`;
    return text;
  }
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

function checkPaddingMode(who: string, mode: string, transposed: boolean): void {
  if (transposed && mode !== 'zeros') throw new ValueError(`Only "zeros" padding mode is supported for ${who}`);
  if (paddingModes.includes(mode)) return;
  throw new ValueError(
    `padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got padding_mode='${mode}'`,
  );
}
