// Rates that go up and down in cycles.
import { ArgumentTypeError, describe, ValueError } from '../../errors.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { Optimizer, type ParamGroup } from '../optimizer.ts';
import { checkSchedulerOptions, type ForGroups, forGroups, LRScheduler, type SchedulerOptions } from './base.ts';
import { beginMomentum, setMomentum, usesBeta } from './momentum.ts';

/** Options of {@link CyclicLR}. */
export interface CyclicLROptions extends SchedulerOptions {
  /** Steps upward. Default 2000. */
  stepSizeUp?: number;
  /** Steps downward. Default: as upward. */
  stepSizeDown?: number | null;
  /** How the height of cycles changes. Default 'triangular'. */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** Factor of each step for 'exp_range'. Default 1. */
  gamma?: number;
  /** Height of a cycle or step, instead of `mode`. Default null. */
  scaleFn?: ((x: number) => number) | null;
  /** What `scaleFn` is given: the number of the cycle, or of the step. Default 'cycle'. */
  scaleMode?: 'cycle' | 'iterations';
  /** Drive momentum against the rate. Default true. */
  cycleMomentum?: boolean;
  /** Smallest momentum. Default 0.8. */
  baseMomentum?: ForGroups<number>;
  /** Largest momentum. Default 0.9. */
  maxMomentum?: ForGroups<number>;
}

const optionNames = [
  ...['stepSizeUp', 'stepSizeDown', 'mode', 'gamma', 'scaleFn', 'scaleMode'],
  ...['cycleMomentum', 'baseMomentum', 'maxMomentum'],
];

/**
 * Between `baseLr` and `maxLr` in straight lines.
 *
 * @throws ValueError for an unknown mode, or an optimizer without momentum if that is to be driven
 * @source torch.optim.lr_scheduler.CyclicLR; Smith, "Cyclical Learning Rates for Training Neural Networks", 2015
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.CyclicLR(optimizer, 0.01, 0.1, { stepSizeUp: 2, cycleMomentum: false });
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0550 0.1000 0.0550 0.0100'
 */
export class CyclicLR extends LRScheduler {
  declare maxLrs: number[];
  declare totalSize: number;
  declare stepRatio: number;
  declare mode: string;
  declare gamma: number;
  declare scaleMode: 'cycle' | 'iterations';
  declare cycleMomentum: boolean;
  declare useBeta1: boolean;
  declare baseMomentums: number[];
  declare maxMomentums: number[];
  declare scaleFnCustom: ((x: number) => number) | null;

  constructor(
    optimizer: Optimizer,
    baseLr: ForGroups<number>,
    maxLr: ForGroups<number>,
    options: CyclicLROptions = {},
  ) {
    checkSchedulerOptions('CyclicLR', options, optionNames);
    if (!(optimizer instanceof Optimizer)) throw new ArgumentTypeError(`${describe(optimizer)} is not an Optimizer`);
    const { stepSizeUp = 2000, mode = 'triangular', gamma = 1, scaleFn = null, cycleMomentum = true } = options;
    const baseLrs = forGroups('base_lr', optimizer, baseLr);
    const fresh = (options.lastEpoch ?? -1) === -1;
    if (fresh) optimizer.paramGroups.forEach((group, i) => void setRate(group, baseLrs[i] ?? 0));
    const maxLrs = forGroups('max_lr', optimizer, maxLr);
    const totalSize = stepSizeUp + (options.stepSizeDown ?? stepSizeUp);
    if (!['triangular', 'triangular2', 'exp_range'].includes(mode) && scaleFn === null) {
      throw new ValueError('mode is invalid and scale_fn is None');
    }
    const byMode = mode === 'exp_range' ? 'iterations' : 'cycle';
    const scaleMode = scaleFn === null ? byMode : (options.scaleMode ?? 'cycle');
    const own = { maxLrs, totalSize, stepRatio: stepSizeUp / totalSize, mode, gamma, scaleMode, cycleMomentum };
    let momentum = {};
    if (cycleMomentum) {
      const useBeta1 = usesBeta(optimizer);
      const baseMomentums = forGroups('base_momentum', optimizer, options.baseMomentum ?? 0.8);
      const maxMomentums = forGroups('max_momentum', optimizer, options.maxMomentum ?? 0.9);
      if (fresh) beginMomentum(optimizer, baseMomentums, maxMomentums, useBeta1);
      momentum = { useBeta1, baseMomentums, maxMomentums };
    }
    super(optimizer, options, { ...own, ...momentum, scaleFnCustom: scaleFn });
    this.baseLrs = baseLrs;
  }

  protected override compute(): number[] {
    const { lastEpoch, totalSize, stepRatio } = this;
    const cycle = Math.floor(1 + lastEpoch / totalSize);
    const x = 1 + lastEpoch / totalSize - cycle;
    const part = x <= stepRatio ? x / stepRatio : (x - 1) / (stepRatio - 1);
    const height = heightOf(this, this.scaleMode === 'cycle' ? cycle : lastEpoch);
    if (this.cycleMomentum) {
      this.optimizer.paramGroups.forEach((group, i) => {
        const max = this.maxMomentums[i] ?? 0;
        setMomentum(group, max - (max - (this.baseMomentums[i] ?? 0)) * part * height, this.useBeta1);
      });
    }
    return this.baseLrs.map((base, i) => base + ((this.maxLrs[i] ?? base) - base) * part * height);
  }

  override stateDict(): Map<string, unknown> {
    const dict = super.stateDict();
    dict.delete('scale_fn_custom');
    return dict.set('_scale_fn_custom', null);
  }
}

function heightOf({ scaleFnCustom, mode, gamma }: CyclicLR, x: number): number {
  if (scaleFnCustom !== null) return scaleFnCustom(x);
  if (mode === 'triangular2') return 1 / 2 ** (x - 1);
  return mode === 'exp_range' ? gamma ** x : 1;
}

function setRate(group: ParamGroup, rate: number): void {
  if (group.lr instanceof Tensor) group.lr.fill_(rate);
  else group.lr = rate;
}
