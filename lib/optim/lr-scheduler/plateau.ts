// A rate that shrinks when a metric no longer improves.
import { StateError, ValueError } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { numberOf } from '../checks.ts';
import type { Optimizer } from '../optimizer.ts';
import { checkSchedulerOptions, type ForGroups, LRScheduler, type SchedulerOptions, warnOfEpoch } from './base.ts';

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions extends Omit<SchedulerOptions, 'lastEpoch'> {
  /** Whether the metric should become small or large. Default 'min'. */
  mode?: 'min' | 'max';
  /** Factor of a reduction, below 1. Default 0.1. */
  factor?: number;
  /** Epochs without improvement to wait. Default 10. */
  patience?: number;
  /** What counts as an improvement. Default 1e-4. */
  threshold?: number;
  /** Whether the threshold is a part of the best value or a difference. Default 'rel'. */
  thresholdMode?: 'rel' | 'abs';
  /** Epochs after a reduction in which nothing is counted. Default 0. */
  cooldown?: number;
  /** Smallest rate. Default 0. */
  minLr?: ForGroups<number>;
  /** Smaller changes of the rate are left out. Default 1e-8. */
  eps?: number;
}

const optionNames = ['mode', 'factor', 'patience', 'threshold', 'thresholdMode', 'cooldown', 'minLr', 'eps'];

/**
 * Multiplies the rates by `factor` when the metric given to `step` has not improved for `patience` epochs.
 *
 * @throws ValueError for a factor of 1 or more, unknown modes, or a list of smallest rates of another length
 * @source torch.optim.lr_scheduler.ReduceLROnPlateau
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 1 });
 * const rates: number[] = [];
 * for (const loss of [1, 0.9, 0.9, 0.9]) {
 *   optimizer.step();
 *   scheduler.step(loss);
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.1000 0.1000 0.1000 0.0100'
 */
export class ReduceLROnPlateau extends LRScheduler {
  declare factor: number;
  declare defaultMinLr: number | null;
  declare minLrs: number[];
  declare patience: number;
  declare cooldown: number;
  declare cooldownCounter: number;
  declare mode: string;
  declare threshold: number;
  declare thresholdMode: string;
  declare eps: number;
  declare modeWorse: number;
  declare best: number;
  declare numBadEpochs: number;

  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    checkSchedulerOptions('ReduceLROnPlateau', options, optionNames);
    const { mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'rel' } = options;
    const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    if (factor >= 1) throw new ValueError('Factor should be < 1.0.');
    const n = optimizer?.paramGroups?.length ?? 0;
    if (Array.isArray(minLr) && minLr.length !== n) {
      throw new ValueError(`expected ${n} min_lrs, got ${minLr.length}`);
    }
    const worst = worstOf(mode, thresholdMode);
    super(optimizer, options, {
      factor,
      defaultMinLr: Array.isArray(minLr) ? null : minLr,
      minLrs: Array.isArray(minLr) ? [...minLr] : new Array(n).fill(minLr),
      patience,
      verbose: options.verbose === true,
      cooldown,
      cooldownCounter: 0,
      mode,
      threshold,
      thresholdMode,
      eps,
      lastEpoch: 0,
      lastLr: [],
      modeWorse: worst,
      best: worst,
      numBadEpochs: 0,
    });
    this.lastLr = this.rates();
  }

  protected override begin(): void {}

  /** Whether reductions have to wait. */
  get inCooldown(): boolean {
    return this.cooldownCounter > 0;
  }

  /**
   * Takes note of the metric of an epoch, and reduces the rates if it is time.
   *
   * @param metrics a number or a tensor of one element
   */
  override step(metrics: number | Tensor | null = null, epoch: number | null = null): void {
    if (metrics === null) {
      throw new ValueError("ReduceLROnPlateau.step() missing 1 required positional argument: 'metrics'");
    }
    const current = numberOf(metrics);
    if (epoch !== null) warnOfEpoch();
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    if (this.isBetter(current, this.best)) {
      this.best = current;
      this.numBadEpochs = 0;
    } else this.numBadEpochs += 1;
    if (this.inCooldown) {
      this.cooldownCounter -= 1;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.#reduce();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this.lastLr = this.rates();
  }

  /** Whether `value` improves on `best` by more than the threshold. */
  isBetter(value: number, best: number): boolean {
    const { mode, thresholdMode, threshold } = this;
    if (thresholdMode === 'rel')
      return mode === 'min' ? value < best * (1 - threshold) : value > best * (threshold + 1);
    return mode === 'min' ? value < best - threshold : value > best + threshold;
  }

  #reduce(): void {
    const n = this.optimizer.paramGroups.length;
    if (n !== this.minLrs.length) {
      if (this.defaultMinLr === null) {
        throw new StateError(
          `The number of param groups in the \`optimizer\` (${n}) differs from when \`ReduceLROnPlateau\` was ` +
            `initialized (${this.minLrs.length}), usually due to a new param group being added to the optimizer. ` +
            'Please modify the `min_lrs` field to match the length of the `optimizer` param groups.',
        );
      }
      this.minLrs = new Array<number>(n).fill(this.defaultMinLr);
    }
    const reduced = this.rates().map((old, i) => {
      const lr = Math.max(old * this.factor, this.minLrs[i] ?? 0);
      return old - lr > this.eps ? lr : old;
    });
    this.write(reduced);
  }

  override loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    super.loadStateDict(dict);
    this.modeWorse = worstOf(this.mode, this.thresholdMode);
  }
}

function worstOf(mode: string, thresholdMode: string): number {
  if (mode !== 'min' && mode !== 'max') throw new ValueError(`mode ${mode} is unknown!`);
  if (thresholdMode !== 'rel' && thresholdMode !== 'abs') {
    throw new ValueError(`threshold mode ${thresholdMode} is unknown!`);
  }
  return mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
