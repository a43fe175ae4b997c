// Batch and instance normalisation layers that find out their channels from their first input.
import { tensor } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions } from './batch-norm.ts';
import { InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, type InstanceNormOptions } from './instance-norm.ts';
import { hasUninitializedParams, initializeOnFirstCall, type ModuleClass } from './lazy.ts';
import { isLazy, UninitializedBuffer, UninitializedParameter } from './lazy-tensor.ts';
import type { NormBase, NormOptions } from './norm-base.ts';

type Mutable<M> = { -readonly [K in keyof M]: M[K] };

// What the layer will hold, without a shape. All lazy kinds learn and track by default.
function declare(layer: NormBase, options: NormOptions): void {
  const { affine = true, trackRunningStats = true, dtype } = options ?? {};
  const own = layer as Mutable<NormBase>;
  own.affine = affine;
  own.trackRunningStats = trackRunningStats;
  if (affine) {
    own.weight = new UninitializedParameter({ dtype });
    own.bias = new UninitializedParameter({ dtype });
  }
  if (!trackRunningStats) return;
  own.running_mean = new UninitializedBuffer({ dtype });
  own.running_var = new UninitializedBuffer({ dtype });
  own.num_batches_tracked = tensor(0, { dtype: 'int64' });
}

function withoutTensors(options: NormOptions): NormOptions {
  return { ...options, affine: false, trackRunningStats: false };
}

function initialize(layer: NormBase, input: Tensor): void {
  const { weight, bias, running_mean, running_var } = layer;
  const lazy = [weight, bias, running_mean, running_var].filter(isLazy);
  const known = [weight, running_mean].find((held) => held !== null && !isLazy(held));
  (layer as Mutable<NormBase>).numFeatures =
    lazy.length > 0 ? checkTensor(layer._getName(), 'input', input).size(1) : (known?.size(0) ?? layer.numFeatures);
  for (const held of lazy) held.materialize([layer.numFeatures]);
  if (lazy.length > 0) layer.resetParameters();
}

const isReady = (layer: NormBase) => !hasUninitializedParams(layer) && layer.numFeatures !== 0;

/**
 * `BatchNorm1d` whose numFeatures is dimension 1 of the first input; then it is a `BatchNorm1d`. @source torch.nn.LazyBatchNorm1d
 * @example
 * const layer = new nn.LazyBatchNorm1d();
 * layer(randn(20, 16, 50)).shape; // [20, 16, 50]
 * layer.numFeatures; // 16
 */
export class LazyBatchNorm1d extends BatchNorm1d {
  constructor(options: BatchNormOptions = {}) {
    super(0, withoutTensors(options));
    declare(this, options);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return BatchNorm1d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initialize(this, input);
  }
}

/**
 * `BatchNorm2d` whose numFeatures is dimension 1 of the first input; then it is a `BatchNorm2d`. @source torch.nn.LazyBatchNorm2d
 * @example
 * const layer = new nn.LazyBatchNorm2d();
 * layer(randn(20, 16, 5, 5)).shape; // [20, 16, 5, 5]
 * layer.numFeatures; // 16
 */
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(options: BatchNormOptions = {}) {
    super(0, withoutTensors(options));
    declare(this, options);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return BatchNorm2d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initialize(this, input);
  }
}

/**
 * `BatchNorm3d` whose numFeatures is dimension 1 of the first input; then it is a `BatchNorm3d`. @source torch.nn.LazyBatchNorm3d
 * @example
 * const layer = new nn.LazyBatchNorm3d();
 * layer(randn(2, 16, 5, 5, 5)).shape; // [2, 16, 5, 5, 5]
 * layer.numFeatures; // 16
 */
export class LazyBatchNorm3d extends BatchNorm3d {
  constructor(options: BatchNormOptions = {}) {
    super(0, withoutTensors(options));
    declare(this, options);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return BatchNorm3d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initialize(this, input);
  }
}

/**
 * `InstanceNorm1d` whose numFeatures is dimension 1 of the first input; then it is a `InstanceNorm1d`. @source torch.nn.LazyInstanceNorm1d
 * @example
 * const layer = new nn.LazyInstanceNorm1d();
 * layer(randn(20, 16, 50)).shape; // [20, 16, 50]
 * layer.numFeatures; // 16
 */
export class LazyInstanceNorm1d extends InstanceNorm1d {
  constructor(options: InstanceNormOptions = {}) {
    super(0, withoutTensors(options));
    declare(this, options);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return InstanceNorm1d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initialize(this, input);
  }
}

/**
 * `InstanceNorm2d` whose numFeatures is dimension 1 of the first input; then it is a `InstanceNorm2d`. @source torch.nn.LazyInstanceNorm2d
 * @example
 * const layer = new nn.LazyInstanceNorm2d();
 * layer(randn(20, 16, 5, 5)).shape; // [20, 16, 5, 5]
 * layer.numFeatures; // 16
 */
export class LazyInstanceNorm2d extends InstanceNorm2d {
  constructor(options: InstanceNormOptions = {}) {
    super(0, withoutTensors(options));
    declare(this, options);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return InstanceNorm2d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initialize(this, input);
  }
}

/**
 * `InstanceNorm3d` whose numFeatures is dimension 1 of the first input; then it is a `InstanceNorm3d`. @source torch.nn.LazyInstanceNorm3d
 * @example
 * const layer = new nn.LazyInstanceNorm3d();
 * layer(randn(2, 16, 5, 5, 5)).shape; // [2, 16, 5, 5, 5]
 * layer.numFeatures; // 16
 */
export class LazyInstanceNorm3d extends InstanceNorm3d {
  constructor(options: InstanceNormOptions = {}) {
    super(0, withoutTensors(options));
    declare(this, options);
    initializeOnFirstCall(this);
  }

  get clsToBecome(): ModuleClass {
    return InstanceNorm3d;
  }

  override resetParameters(): void {
    if (isReady(this)) super.resetParameters();
  }

  initializeParameters(input: Tensor): void {
    initialize(this, input);
  }
}
