// Layer, group and RMS normalisation, and normalisation by neighbouring channels.
import { checkOptions, ShapeError, ValueError } from '../errors.ts';
import { float, integer } from '../functional/arguments.ts';
import { crossMapLrn } from '../functional/cross-map-lrn.ts';
import {
  groupNorm,
  layerNorm,
  localResponseNorm,
  type LocalResponseNormOptions as Response,
  rmsNorm,
} from '../functional/layer-norm.ts';
import { empty, type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import { checkShape } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { ones_, zeros_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { python, pythonFloat } from './repr-values.ts';

/** Options of `LayerNorm`. */
export interface LayerNormOptions extends FactoryOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number;
  /** Learn a weight and a bias. Default: true. */
  elementwiseAffine?: boolean;
  /** Learn the bias, too. Default: true. */
  bias?: boolean;
}

/**
 * Normalises the last dimensions of each element of the batch.
 *
 * State-dict keys: weight, bias of the normalised shape; they start at 1 and 0.
 *
 * @param normalizedShape - sizes of the last dimensions
 * @source torch.nn.LayerNorm
 * @example
 * new nn.LayerNorm(3)(tensor([[1, 2, 3.5], [4, 4, 8]])).detach();
 * // tensor([[-1.1355, -0.1622, 1.2978], [-0.7071, -0.7071, 1.4142]])
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    checkOptions('LayerNorm', options, ['eps', 'elementwiseAffine', 'bias', ...factoryOptions]);
    const { eps = 1e-5, elementwiseAffine = true, bias = true, dtype } = options;
    const shape =
      typeof normalizedShape === 'number' ? [normalizedShape] : checkShape(this._getName(), normalizedShape);
    this.normalizedShape = Object.freeze(shape);
    this.eps = float('LayerNorm', 'eps', eps);
    this.elementwiseAffine = elementwiseAffine;
    this.registerParameter('weight', elementwiseAffine ? new Parameter(empty(shape, { dtype })) : null);
    this.registerParameter('bias', elementwiseAffine && bias ? new Parameter(empty(shape, { dtype })) : null);
    this.resetParameters();
  }

  /** Sets the weight to 1 and the bias to 0. */
  resetParameters(): void {
    resetAffine(this.weight, this.bias);
  }

  /** @param input - `(*, ...normalizedShape)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { normalizedShape, weight, bias, eps } = this;
    return layerNorm(input, normalizedShape, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${python(normalizedShape)}, eps=${pythonFloat(eps)}, elementwise_affine=${python(elementwiseAffine)}`;
  }
}

/** Options of `RMSNorm`. */
export interface RMSNormOptions extends FactoryOptions {
  /** Added to the mean square; null for the dtype's machine epsilon. Default: null. */
  eps?: number | null;
  /** Learn a weight. Default: true. */
  elementwiseAffine?: boolean;
}

/**
 * Divides the last dimensions by the root of their mean square. State-dict key: weight, which starts at 1.
 * @param normalizedShape - sizes of the last dimensions
 * @source torch.nn.RMSNorm
 * @example new nn.RMSNorm(2)(tensor([[3, 4], [1, 0.5]])).detach(); // tensor([[0.8485, 1.1314], [1.2649, 0.6325]])
 */
export class RMSNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  declare weight: Parameter | null;

  constructor(normalizedShape: number | readonly number[], options: RMSNormOptions = {}) {
    super();
    checkOptions('RMSNorm', options, ['eps', 'elementwiseAffine', ...factoryOptions]);
    const { eps = null, elementwiseAffine = true, dtype } = options;
    const shape =
      typeof normalizedShape === 'number' ? [normalizedShape] : checkShape(this._getName(), normalizedShape);
    this.normalizedShape = Object.freeze(shape);
    this.eps = eps === null ? null : float('RMSNorm', 'eps', eps);
    this.elementwiseAffine = elementwiseAffine;
    this.registerParameter('weight', elementwiseAffine ? new Parameter(empty(shape, { dtype })) : null);
    this.resetParameters();
  }

  /** Sets the weight to 1. */
  resetParameters(): void {
    resetAffine(this.weight, null);
  }

  /** @param input - `(*, ...normalizedShape)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { normalizedShape, weight, eps } = this;
    return rmsNorm(input, normalizedShape, { weight, eps });
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return `${python(normalizedShape)}, eps=${pythonFloat(eps)}, elementwise_affine=${python(elementwiseAffine)}`;
  }
}

/** Options of `GroupNorm`. */
export interface GroupNormOptions extends FactoryOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number;
  /** Learn a weight and a bias for each channel. Default: true. */
  affine?: boolean;
}

/**
 * Normalises groups of channels of each instance. State-dict keys: weight (C), bias (C); they start at 1 and 0.
 * @param numGroups - a divisor of the channels
 * @param numChannels - C of the input `(N, C, *)`
 * @throws ValueError when the groups do not divide the channels
 * @source torch.nn.GroupNorm
 * @example new nn.GroupNorm(3, 6)(randn(20, 6, 10, 10)).shape; // [20, 6, 10, 10]
 */
export class GroupNorm extends Module {
  readonly numGroups: number;
  readonly numChannels: number;
  readonly eps: number;
  readonly affine: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    checkOptions('GroupNorm', options, ['eps', 'affine', ...factoryOptions]);
    if (numChannels % numGroups !== 0) throw new ValueError('num_channels must be divisible by num_groups');
    const { eps = 1e-5, affine = true, dtype } = options;
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = float('GroupNorm', 'eps', eps);
    this.affine = affine;
    this.registerParameter('weight', affine ? new Parameter(empty([numChannels], { dtype })) : null);
    this.registerParameter('bias', affine ? new Parameter(empty([numChannels], { dtype })) : null);
    this.resetParameters();
  }

  /** Sets the weight to 1 and the bias to 0. */
  resetParameters(): void {
    resetAffine(this.weight, this.bias);
  }

  /** @param input - `(N, C, *)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { numGroups, weight, bias, eps } = this;
    return groupNorm(input, numGroups, { weight, bias, eps });
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine } = this;
    return `${numGroups}, ${numChannels}, eps=${pythonFloat(eps)}, affine=${python(affine)}`;
  }
}

function resetAffine(weight: Parameter | null, bias: Parameter | null): void {
  if (weight !== null) ones_(weight);
  if (bias !== null) zeros_(bias);
}

/** Options of `LocalResponseNorm` and `CrossMapLRN2d`. */
export type LocalResponseNormOptions = Response;

/**
 * Divides by a power of the mean square over neighbouring channels.
 * @param size - how many channels
 * @source torch.nn.LocalResponseNorm
 * @example new nn.LocalResponseNorm(2)(randn(32, 5, 24, 24)).shape; // [32, 5, 24, 24]
 */
export class LocalResponseNorm extends Module {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    checkOptions(this._getName(), options, ['alpha', 'beta', 'k']);
    this.size = integer(this._getName(), 'size', size);
    this.alpha = options.alpha ?? 1e-4;
    this.beta = options.beta ?? 0.75;
    this.k = options.k ?? 1;
  }

  /** @param input - `(N, C, *)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { size, alpha, beta, k } = this;
    return localResponseNorm(input, size, { alpha, beta, k });
  }

  override extraRepr(): string {
    const { size, alpha, beta } = this;
    return `${size}, alpha=${pythonFloat(alpha)}, beta=${pythonFloat(beta)}, k=${pythonFloat(this.k)}`;
  }
}

/**
 * As `LocalResponseNorm`, for images, with the sums and gradients of PyTorch's oldest layer.
 * @param size - how many channels
 * @throws ShapeError unless the input has 4 dimensions
 * @source torch.nn.CrossMapLRN2d
 * @example new nn.CrossMapLRN2d(2)(randn(32, 5, 24, 24)).shape; // [32, 5, 24, 24]
 */
export class CrossMapLRN2d extends LocalResponseNorm {
  /** @param input - `(N, C, H, W)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { size, alpha, beta, k } = this;
    checkTensor(this._getName(), 'input', input);
    if (input.dim() !== 4) {
      throw new ShapeError(`CrossMapLRN2d: Expected input to be 4D, got ${input.dim()}D instead.`);
    }
    return crossMapLrn(input, { size, alpha, beta, k });
  }

  override extraRepr(): string {
    // This class of PyTorch prints k as it was given, by default the integer 1.
    return super.extraRepr().replace(/k=(-?\d+)\.0$/, 'k=$1');
  }
}
