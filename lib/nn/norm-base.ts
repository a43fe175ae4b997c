import { checkOptions } from '../errors.ts';
import { float, integer } from '../functional/arguments.ts';
import { empty, type FactoryOptions, factoryOptions, ones, tensor, zeros } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { ones_, zeros_ } from './init.ts';
import { type LoadState, loadFromStateDict } from './load-state-dict.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { python, pythonFloat } from './repr-values.ts';
import type { ModuleMetadata } from './state-dict.ts';

/** Options of the batch and instance normalisation layers. */
export interface NormOptions extends FactoryOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number;
  /** How far the running statistics move in each step; null averages all steps alike. Default: 0.1. */
  momentum?: number | null;
  /** Learn a weight and a bias for each channel. Default: true for batch, false for instance normalisation. */
  affine?: boolean;
  /** Keep running statistics, and use them in evaluation. Default: as for `affine`. */
  trackRunningStats?: boolean;
}

/**
 * The base of batch and instance normalisation.
 *
 * State-dict keys: weight (C) of ones and bias (C) of zeros if affine; running_mean (C), running_var (C) and
 * num_batches_tracked (int64, no dimension) if statistics are tracked.
 */
export class NormBase extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  declare num_batches_tracked: Tensor | null;

  constructor(numFeatures: number, options: NormOptions, byDefault: boolean) {
    super();
    checkOptions(this._getName(), options, ['eps', 'momentum', 'affine', 'trackRunningStats', ...factoryOptions]);
    const { eps = 1e-5, momentum = 0.1, affine = byDefault, trackRunningStats = byDefault, dtype } = options;
    this.numFeatures = integer(this._getName(), 'numFeatures', numFeatures);
    this.eps = float(this._getName(), 'eps', eps);
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.registerParameter('weight', affine ? new Parameter(empty([numFeatures], { dtype })) : null);
    this.registerParameter('bias', affine ? new Parameter(empty([numFeatures], { dtype })) : null);
    this.registerBuffer('running_mean', trackRunningStats ? zeros([numFeatures], { dtype }) : null);
    this.registerBuffer('running_var', trackRunningStats ? ones([numFeatures], { dtype }) : null);
    this.registerBuffer('num_batches_tracked', trackRunningStats ? tensor(0, { dtype: 'int64' }) : null);
    this.resetParameters();
  }

  override get _version(): number {
    return 2;
  }

  /** The buffer running_mean `(C)`, or null. */
  get runningMean(): Tensor | null {
    return this.running_mean;
  }

  set runningMean(value: Tensor | null) {
    this.running_mean = value;
  }

  /** The buffer running_var `(C)`, or null. */
  get runningVar(): Tensor | null {
    return this.running_var;
  }

  set runningVar(value: Tensor | null) {
    this.running_var = value;
  }

  /** The buffer num_batches_tracked, or null. */
  get numBatchesTracked(): Tensor | null {
    return this.num_batches_tracked;
  }

  set numBatchesTracked(value: Tensor | null) {
    this.num_batches_tracked = value;
  }

  /** Sets the running statistics to mean 0, variance 1 and no batches. */
  resetRunningStats(): void {
    this.running_mean?.zero_();
    this.running_var?.fill_(1);
    this.num_batches_tracked?.zero_();
  }

  /** Sets the running statistics as above, the weight to 1 and the bias to 0. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    return (
      `${numFeatures}, eps=${pythonFloat(eps)}, momentum=${pythonFloat(momentum)}, affine=${python(affine)}, ` +
      `track_running_stats=${python(trackRunningStats)}`
    );
  }

  // Before version 2 there was no count of batches: a checkpoint without one leaves the module's own.
  override _loadFromStateDict(
    dict: Map<string, unknown>,
    prefix: string,
    localMetadata: ModuleMetadata,
    state: LoadState,
  ): void {
    const key = `${prefix}num_batches_tracked`;
    if ((localMetadata.version ?? 0) < 2 && this.trackRunningStats && !dict.has(key)) {
      const own = this.num_batches_tracked;
      dict.set(key, own instanceof Tensor ? own : tensor(0, { dtype: 'int64' }));
    }
    loadFromStateDict(this, dict, prefix, localMetadata, state);
  }
}
