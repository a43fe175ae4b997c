// Schedulers along a cosine.
import { describe, ValueError } from '../../errors.ts';
import { numberText } from '../../python.ts';
import type { Optimizer } from '../optimizer.ts';
import { checkSchedulerOptions, LRScheduler, type SchedulerOptions } from './base.ts';

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends SchedulerOptions {
  /** Smallest rate. Default 0. */
  etaMin?: number;
}

/**
 * From the base rate to `etaMin` and back along a cosine of half period `TMax`.
 *
 * @source torch.optim.lr_scheduler.CosineAnnealingLR; Loshchilov and Hutter, "SGDR", 2016
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.CosineAnnealingLR(optimizer, 4);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0854 0.0500 0.0146 0.0000'
 */
export class CosineAnnealingLR extends LRScheduler {
  declare TMax: number;
  declare etaMin: number;

  constructor(optimizer: Optimizer, TMax: number, options: CosineAnnealingLROptions = {}) {
    checkSchedulerOptions('CosineAnnealingLR', options, ['etaMin']);
    super(optimizer, options, { TMax, etaMin: options.etaMin ?? 0 });
  }

  protected override compute(): number[] {
    const { lastEpoch, TMax, etaMin } = this;
    const cosine = (epoch: number) => 1 + Math.cos((Math.PI * epoch) / TMax);
    const rates = this.rates();
    if (lastEpoch === 0) return rates;
    if (this.stepCount === 1 && lastEpoch > 0) {
      return this.baseLrs.map((base) => etaMin + ((base - etaMin) * (1 + Math.cos((lastEpoch * Math.PI) / TMax))) / 2);
    }
    // At the bottom the ratio of cosines is 0 / 0.
    if ((lastEpoch - 1 - TMax) % (2 * TMax) === 0) {
      const rise = (1 - Math.cos(Math.PI / TMax)) / 2;
      return rates.map((lr, i) => lr + ((this.baseLrs[i] ?? 0) - etaMin) * rise);
    }
    return rates.map((lr) => (cosine(lastEpoch) / cosine(lastEpoch - 1)) * (lr - etaMin) + etaMin);
  }

  protected override closedForm(): number[] {
    const { lastEpoch, TMax, etaMin } = this;
    return this.baseLrs.map((base) => etaMin + ((base - etaMin) * (1 + Math.cos((Math.PI * lastEpoch) / TMax))) / 2);
  }
}

/** Options of {@link CosineAnnealingWarmRestarts}. */
export interface CosineAnnealingWarmRestartsOptions extends SchedulerOptions {
  /** Factor of the period after each restart, >= 1. Default 1. */
  TMult?: number;
  /** The same as `TMult`. */
  tMult?: number;
  /** Smallest rate. Default 0. */
  etaMin?: number;
}

/**
 * From the base rate to `etaMin` along a cosine, again and again; the first time in `T0` epochs.
 *
 * @throws ValueError for periods that are no positive integers, and for a negative epoch
 * @source torch.optim.lr_scheduler.CosineAnnealingWarmRestarts; Loshchilov and Hutter, "SGDR", 2016
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.CosineAnnealingWarmRestarts(optimizer, 2);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0500 0.1000 0.0500 0.1000'
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  declare T0: number;
  declare TI: number;
  declare TMult: number;
  declare etaMin: number;
  declare TCur: number;

  constructor(optimizer: Optimizer, T0: number, options: CosineAnnealingWarmRestartsOptions = {}) {
    checkSchedulerOptions('CosineAnnealingWarmRestarts', options, ['TMult', 'tMult', 'etaMin']);
    const { etaMin = 0, lastEpoch = -1 } = options;
    const TMult = options.TMult ?? options.tMult ?? 1;
    if (!Number.isInteger(T0) || T0 <= 0)
      throw new ValueError(`Expected positive integer T_0, but got ${describe(T0)}`);
    if (!Number.isInteger(TMult) || TMult < 1) {
      throw new ValueError(`Expected integer T_mult >= 1, but got ${describe(TMult)}`);
    }
    if (typeof etaMin !== 'number') {
      throw new ValueError(`Expected float or int eta_min, but got ${describe(etaMin)} of type ${typeof etaMin}`);
    }
    super(optimizer, options, { T0, TI: T0, TMult, etaMin, TCur: lastEpoch });
  }

  protected override compute(): number[] {
    const { TCur, TI, etaMin } = this;
    return this.baseLrs.map((base) => etaMin + ((base - etaMin) * (1 + Math.cos((Math.PI * TCur) / TI))) / 2);
  }

  /** Goes to the next epoch, or to `epoch`, which may be a fraction: within an epoch. */
  override step(epoch: number | null = null): void {
    this.advance(epoch);
  }

  override advance(epoch: number | null): void {
    let at = epoch ?? (this.lastEpoch < 0 ? 0 : null);
    if (at === null) {
      at = this.lastEpoch + 1;
      this.TCur += 1;
      if (this.TCur >= this.TI) {
        this.TCur -= this.TI;
        this.TI *= this.TMult;
      }
    } else this.goTo(at);
    this.lastEpoch = Math.floor(at);
    this.withinStep = true;
    try {
      this.write(this.getLr());
    } finally {
      this.withinStep = false;
    }
  }

  private goTo(epoch: number): void {
    const { T0, TMult } = this;
    if (epoch < 0) throw new ValueError(`Expected non-negative epoch, but got ${numberText(epoch)}`);
    if (epoch < T0) {
      this.TI = T0;
      this.TCur = epoch;
    } else if (TMult === 1) {
      this.TCur = epoch % T0;
    } else {
      const restarts = Math.trunc(Math.log((epoch / T0) * (TMult - 1) + 1) / Math.log(TMult));
      this.TCur = epoch - (T0 * (TMult ** restarts - 1)) / (TMult - 1);
      this.TI = T0 * TMult ** restarts;
    }
  }
}
