// Schedulers that multiply the rates by a factor of the epoch.
import { ArgumentTypeError, checkList, describe, ValueError } from '../../errors.ts';
import { Counter } from '../../python.ts';
import type { Optimizer } from '../optimizer.ts';
import { checkSchedulerOptions, type ForGroups, LRScheduler, type SchedulerOptions } from './base.ts';

/** A factor for an epoch. */
export type Lambda = (epoch: number) => number;

abstract class LambdaBase extends LRScheduler {
  declare lrLambdas: Lambda[];

  constructor(optimizer: Optimizer, lrLambda: ForGroups<Lambda>, options: SchedulerOptions = {}) {
    checkSchedulerOptions('lrLambda', options, []);
    const list: readonly Lambda[] | null = Array.isArray(lrLambda) ? lrLambda : null;
    const count = optimizer?.paramGroups?.length ?? 0;
    if (list !== null && list.length !== count) {
      throw new ValueError(`Expected ${count} lr_lambdas, but got ${list.length}`);
    }
    const lrLambdas = list ?? new Array<Lambda>(count).fill(lrLambda as Lambda);
    for (const fn of lrLambdas) {
      if (typeof fn !== 'function') throw new ArgumentTypeError(`lrLambda must be a function, got ${describe(fn)}`);
    }
    super(optimizer, options, { lrLambdas: [...lrLambdas] });
  }

  /** As {@link LRScheduler.stateDict}; functions are left out, as in PyTorch. */
  override stateDict(): Map<string, unknown> {
    const dict = super.stateDict();
    dict.delete('lr_lambdas');
    return dict.set(
      'lr_lambdas',
      this.lrLambdas.map(() => null),
    );
  }

  override loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const { lrLambdas } = this;
    super.loadStateDict(dict);
    this.lrLambdas = lrLambdas;
  }
}

/**
 * The base rate times `lrLambda(epoch)`. @source torch.optim.lr_scheduler.LambdaLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.LambdaLR(optimizer, (epoch) => 0.5 ** epoch);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0500 0.0250 0.0125 0.0063'
 */
export class LambdaLR extends LambdaBase {
  protected override compute(): number[] {
    return this.baseLrs.map((base, i) => base * (this.lrLambdas[i]?.(this.lastEpoch) ?? 1));
  }
}

/**
 * The last rate times `lrLambda(epoch)`. @source torch.optim.lr_scheduler.MultiplicativeLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.MultiplicativeLR(optimizer, () => 0.5);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0500 0.0250 0.0125 0.0063'
 */
export class MultiplicativeLR extends LambdaBase {
  protected override compute(): number[] {
    if (this.lastEpoch <= 0) return this.rates();
    return this.rates().map((lr, i) => lr * (this.lrLambdas[i]?.(this.lastEpoch) ?? 1));
  }
}

/** Options of {@link StepLR} and {@link MultiStepLR}. */
export interface StepLROptions extends SchedulerOptions {
  /** Factor. Default 0.1. */
  gamma?: number;
}

/**
 * Multiplies by gamma every `stepSize` epochs. @source torch.optim.lr_scheduler.StepLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.StepLR(optimizer, 2);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.1000 0.0100 0.0100 0.0010'
 */
export class StepLR extends LRScheduler {
  declare stepSize: number;
  declare gamma: number;

  constructor(optimizer: Optimizer, stepSize: number, options: StepLROptions = {}) {
    checkSchedulerOptions('StepLR', options, ['gamma']);
    super(optimizer, options, { stepSize, gamma: options.gamma ?? 0.1 });
  }

  protected override compute(): number[] {
    const due = this.lastEpoch !== 0 && this.lastEpoch % this.stepSize === 0;
    return this.rates().map((lr) => (due ? lr * this.gamma : lr));
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((base) => base * this.gamma ** Math.floor(this.lastEpoch / this.stepSize));
  }
}

/**
 * Multiplies by gamma at each milestone. @source torch.optim.lr_scheduler.MultiStepLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.MultiStepLR(optimizer, [1, 3], { gamma: 0.5 });
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0500 0.0500 0.0250 0.0250'
 */
export class MultiStepLR extends LRScheduler {
  declare milestones: Counter<number>;
  declare gamma: number;

  constructor(optimizer: Optimizer, milestones: Iterable<number>, options: StepLROptions = {}) {
    checkSchedulerOptions('MultiStepLR', options, ['gamma']);
    const list = checkList('MultiStepLR', 'milestones', milestones);
    super(optimizer, options, { milestones: Counter.of(list), gamma: options.gamma ?? 0.1 });
  }

  protected override compute(): number[] {
    const times = this.milestones.get(this.lastEpoch);
    return this.rates().map((lr) => (times === undefined ? lr : lr * this.gamma ** times));
  }

  protected override closedForm(): number[] {
    const passed = [...this.milestones].flatMap(([epoch, times]) => (epoch <= this.lastEpoch ? [times] : []));
    const count = passed.reduce((sum, times) => sum + times, 0);
    return this.baseLrs.map((base) => base * this.gamma ** count);
  }
}

/** Options of {@link ConstantLR}. */
export interface ConstantLROptions extends SchedulerOptions {
  /** Factor until `totalIters`, in [0, 1]. Default 1/3. */
  factor?: number;
  /** Epochs with the factor. Default 5. */
  totalIters?: number;
}

/**
 * A factor for the first epochs. @source torch.optim.lr_scheduler.ConstantLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0500 0.1000 0.1000 0.1000'
 */
export class ConstantLR extends LRScheduler {
  declare factor: number;
  declare totalIters: number;

  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    checkSchedulerOptions('ConstantLR', options, ['factor', 'totalIters']);
    const { factor = 1 / 3, totalIters = 5 } = options;
    if (!(factor >= 0 && factor <= 1)) {
      throw new ValueError('Constant multiplicative factor expected to be between 0 and 1.');
    }
    super(optimizer, options, { factor, totalIters });
  }

  protected override compute(): number[] {
    const { lastEpoch, factor, totalIters } = this;
    if (lastEpoch === 0) return this.rates().map((lr) => lr * factor);
    return this.rates().map((lr) => (lastEpoch === totalIters ? lr * (1 / factor) : lr));
  }

  protected override closedForm(): number[] {
    const over = Number(this.lastEpoch >= this.totalIters);
    return this.baseLrs.map((base) => base * (this.factor + over * (1 - this.factor)));
  }
}

/** Options of {@link LinearLR}. */
export interface LinearLROptions extends SchedulerOptions {
  /** First factor, in (0, 1]. Default 1/3. */
  startFactor?: number;
  /** Last factor, in [0, 1]. Default 1. */
  endFactor?: number;
  /** Epochs from first to last. Default 5. */
  totalIters?: number;
}

/**
 * A factor that changes evenly. @source torch.optim.lr_scheduler.LinearLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.5, totalIters: 4 });
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0625 0.0750 0.0875 0.1000'
 */
export class LinearLR extends LRScheduler {
  declare startFactor: number;
  declare endFactor: number;
  declare totalIters: number;

  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    checkSchedulerOptions('LinearLR', options, ['startFactor', 'endFactor', 'totalIters']);
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
    if (!(startFactor > 0 && startFactor <= 1)) {
      throw new ValueError('Starting multiplicative factor expected to be greater than 0 and less or equal to 1.');
    }
    if (!(endFactor >= 0 && endFactor <= 1)) {
      throw new ValueError('Ending multiplicative factor expected to be between 0 and 1.');
    }
    super(optimizer, options, { startFactor, endFactor, totalIters });
  }

  protected override compute(): number[] {
    const { lastEpoch, startFactor, endFactor, totalIters } = this;
    if (lastEpoch === 0) return this.rates().map((lr) => lr * startFactor);
    if (lastEpoch > totalIters) return this.rates();
    const change = endFactor - startFactor;
    return this.rates().map((lr) => lr * (1 + change / (totalIters * startFactor + (lastEpoch - 1) * change)));
  }

  protected override closedForm(): number[] {
    const { lastEpoch, startFactor, endFactor, totalIters } = this;
    const factor = startFactor + ((endFactor - startFactor) * Math.min(totalIters, lastEpoch)) / totalIters;
    return this.baseLrs.map((base) => base * factor);
  }
}

/**
 * Multiplies by gamma every epoch. @source torch.optim.lr_scheduler.ExponentialLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, 0.5);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0500 0.0250 0.0125 0.0063'
 */
export class ExponentialLR extends LRScheduler {
  declare gamma: number;

  constructor(optimizer: Optimizer, gamma: number, options: SchedulerOptions = {}) {
    checkSchedulerOptions('ExponentialLR', options, []);
    super(optimizer, options, { gamma });
  }

  protected override compute(): number[] {
    return this.rates().map((lr) => (this.lastEpoch === 0 ? lr : lr * this.gamma));
  }

  protected override closedForm(): number[] {
    return this.baseLrs.map((base) => base * this.gamma ** this.lastEpoch);
  }
}

/** Options of {@link PolynomialLR}. */
export interface PolynomialLROptions extends SchedulerOptions {
  /** Epochs until the rate is 0. Default 5. */
  totalIters?: number;
  /** Default 1. */
  power?: number;
}

/**
 * The base rate times (1 - epoch / totalIters) ^ power. @source torch.optim.lr_scheduler.PolynomialLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.PolynomialLR(optimizer, { totalIters: 4 });
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0750 0.0500 0.0250 0.0000'
 */
export class PolynomialLR extends LRScheduler {
  declare totalIters: number;
  declare power: number;

  constructor(optimizer: Optimizer, options: PolynomialLROptions = {}) {
    checkSchedulerOptions('PolynomialLR', options, ['totalIters', 'power']);
    super(optimizer, options, { totalIters: options.totalIters ?? 5, power: options.power ?? 1 });
  }

  protected override compute(): number[] {
    const { lastEpoch, totalIters, power } = this;
    if (lastEpoch === 0 || lastEpoch > totalIters) return this.rates();
    const factor = ((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters)) ** power;
    return this.rates().map((lr) => lr * factor);
  }

  protected override closedForm(): number[] {
    const { lastEpoch, totalIters, power } = this;
    return this.baseLrs.map((base) => base * (1 - Math.min(totalIters, lastEpoch) / totalIters) ** power);
  }
}
