// Linear and convolution layers that find out their input channels from their first input.

import type { Dtype } from '../dtype.ts';
import { ShapeError, ValueError } from '../errors.ts';
import { integer } from '../functional/arguments.ts';
import type { Sizes } from '../functional/sizes.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { Conv1d, Conv2d, Conv3d, type ConvOptions } from './conv.ts';
import type { ConvBase } from './conv-base.ts';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, type ConvTransposeOptions } from './conv-transpose.ts';
import { hasUninitializedParams, initializeOnFirstCall, type ModuleClass } from './lazy.ts';
import { isLazy, UninitializedParameter } from './lazy-tensor.ts';
import { Linear, type LinearOptions } from './linear.ts';
import type { Module } from './module.ts';

type Mutable<M> = { -readonly [K in keyof M]: M[K] };

// Weight and bias without a shape in the place of empty ones.
function declare(
  layer: Module & { weight: unknown; bias: unknown },
  bias: boolean,
  dtype: Dtype | null | undefined,
): void {
  layer.weight = new UninitializedParameter({ dtype });
  if (bias) layer.bias = new UninitializedParameter({ dtype });
}

/**
 * `Linear` whose inFeatures is the last size of the first input; then it is a `Linear`.
 * @param outFeatures - size of the last dimension of y
 * @source torch.nn.LazyLinear
 * @example
 * const layer = new nn.LazyLinear(30);
 * layer(randn(128, 20)).shape; // [128, 30]
 * layer.weight.shape; // [30, 20]
 */
export class LazyLinear extends Linear {
  constructor(outFeatures: number, options: LinearOptions = {}) {
    const { bias = true, dtype, ...rest } = options ?? {};
    super(0, 0, { ...rest, bias: false });
    (this as Mutable<Linear>).outFeatures = integer('LazyLinear', 'outFeatures', outFeatures);
    declare(this, bias, dtype);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return Linear;
  }

  override resetParameters(): void {
    if (!hasUninitializedParams(this) && this.inFeatures !== 0) super.resetParameters();
  }

  /** Gives weight and bias their shapes, and draws them. */
  initializeParameters(input: Tensor): void {
    const own = this as Mutable<Linear>;
    if (!hasUninitializedParams(this)) {
      own.inFeatures = this.weight.size(1);
      return;
    }
    checkTensor(own._getName(), 'input', input);
    own.inFeatures = input.size(-1);
    if (isLazy(this.weight)) this.weight.materialize([this.outFeatures, this.inFeatures]);
    if (isLazy(this.bias)) this.bias.materialize([this.outFeatures]);
    this.resetParameters();
  }
}

function declareConv(layer: ConvBase, outChannels: number, bias: boolean, dtype: Dtype | null | undefined): void {
  (layer as Mutable<ConvBase>).outChannels = outChannels;
  declare(layer, bias, dtype);
}

function initializeConv(layer: ConvBase, input: Tensor): void {
  if (!hasUninitializedParams(layer)) {
    (layer as Mutable<ConvBase>).inChannels =
      layer.weight.size(layer.transposed ? 0 : 1) * (layer.transposed ? 1 : layer.groups);
    return;
  }
  const rank = layer.kernelSize.length;
  checkTensor(layer._getName(), 'input', input);
  if (input.dim() !== rank + 1 && input.dim() !== rank + 2) {
    throw new ShapeError(
      `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${layer._getName()}, but got input of size: torch.Size([${input.shape.join(', ')}])`,
    );
  }
  const inChannels = input.size(input.dim() === rank + 2 ? 1 : 0);
  const { outChannels, groups, transposed, kernelSize } = layer;
  if (inChannels % groups !== 0) throw new ValueError('in_channels must be divisible by groups');
  (layer as Mutable<ConvBase>).inChannels = inChannels;
  const channels = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
  if (isLazy(layer.weight)) layer.weight.materialize([...channels, ...kernelSize]);
  if (isLazy(layer.bias)) layer.bias.materialize([outChannels]);
  layer.resetParameters();
}

const isReady = (layer: ConvBase) => !hasUninitializedParams(layer) && layer.inChannels !== 0;

/**
 * `Conv1d` whose inChannels are those of the first input; then it is a `Conv1d`. @source torch.nn.LazyConv1d
 * @example
 * const layer = new nn.LazyConv1d(33, 3);
 * layer(randn(20, 16, 50)).shape; // [20, 33, 48]
 * layer.weight.shape; // [33, 16, 3]
 */
export class LazyConv1d extends Conv1d {
  constructor(outChannels: number, kernelSize: Sizes, options: ConvOptions = {}) {
    const { bias = true, dtype, ...rest } = options ?? {};
    super(0, 0, kernelSize, { ...rest, bias: false });
    declareConv(this, outChannels, bias, dtype);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return Conv1d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initializeConv(this, input);
  }
}

/**
 * `Conv2d` whose inChannels are those of the first input; then it is a `Conv2d`. @source torch.nn.LazyConv2d
 * @example
 * const layer = new nn.LazyConv2d(33, 3);
 * layer(randn(2, 16, 8, 8)).shape; // [2, 33, 6, 6]
 * layer.weight.shape; // [33, 16, 3, 3]
 */
export class LazyConv2d extends Conv2d {
  constructor(outChannels: number, kernelSize: Sizes, options: ConvOptions = {}) {
    const { bias = true, dtype, ...rest } = options ?? {};
    super(0, 0, kernelSize, { ...rest, bias: false });
    declareConv(this, outChannels, bias, dtype);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return Conv2d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initializeConv(this, input);
  }
}

/**
 * `Conv3d` whose inChannels are those of the first input; then it is a `Conv3d`. @source torch.nn.LazyConv3d
 * @example
 * const layer = new nn.LazyConv3d(33, 3);
 * layer(randn(1, 16, 4, 8, 8)).shape; // [1, 33, 2, 6, 6]
 * layer.weight.shape; // [33, 16, 3, 3, 3]
 */
export class LazyConv3d extends Conv3d {
  constructor(outChannels: number, kernelSize: Sizes, options: ConvOptions = {}) {
    const { bias = true, dtype, ...rest } = options ?? {};
    super(0, 0, kernelSize, { ...rest, bias: false });
    declareConv(this, outChannels, bias, dtype);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return Conv3d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initializeConv(this, input);
  }
}

/**
 * `ConvTranspose1d` whose inChannels are those of the first input; then it is a `ConvTranspose1d`. @source torch.nn.LazyConvTranspose1d
 * @example
 * const layer = new nn.LazyConvTranspose1d(33, 3);
 * layer(randn(20, 16, 50)).shape; // [20, 33, 52]
 * layer.weight.shape; // [16, 33, 3]
 */
export class LazyConvTranspose1d extends ConvTranspose1d {
  constructor(outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    const { bias = true, dtype, ...rest } = options ?? {};
    super(0, 0, kernelSize, { ...rest, bias: false });
    declareConv(this, outChannels, bias, dtype);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return ConvTranspose1d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initializeConv(this, input);
  }
}

/**
 * `ConvTranspose2d` whose inChannels are those of the first input; then it is a `ConvTranspose2d`. @source torch.nn.LazyConvTranspose2d
 * @example
 * const layer = new nn.LazyConvTranspose2d(33, 3);
 * layer(randn(2, 16, 8, 8)).shape; // [2, 33, 10, 10]
 * layer.weight.shape; // [16, 33, 3, 3]
 */
export class LazyConvTranspose2d extends ConvTranspose2d {
  constructor(outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    const { bias = true, dtype, ...rest } = options ?? {};
    super(0, 0, kernelSize, { ...rest, bias: false });
    declareConv(this, outChannels, bias, dtype);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return ConvTranspose2d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initializeConv(this, input);
  }
}

/**
 * `ConvTranspose3d` whose inChannels are those of the first input; then it is a `ConvTranspose3d`. @source torch.nn.LazyConvTranspose3d
 * @example
 * const layer = new nn.LazyConvTranspose3d(33, 3);
 * layer(randn(1, 16, 4, 8, 8)).shape; // [1, 33, 6, 10, 10]
 * layer.weight.shape; // [16, 33, 3, 3, 3]
 */
export class LazyConvTranspose3d extends ConvTranspose3d {
  constructor(outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    const { bias = true, dtype, ...rest } = options ?? {};
    super(0, 0, kernelSize, { ...rest, bias: false });
    declareConv(this, outChannels, bias, dtype);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return ConvTranspose3d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initializeConv(this, input);
  }
}
