// The base of learning rate schedulers: the count of epochs, the rates written into groups, and the state dict.
import {
  ArgumentTypeError,
  checkOptions,
  checkState,
  describe,
  KeyError,
  NotImplementedError,
  ValueError,
} from '../../errors.ts';
import { snakeCase } from '../../python.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { warn } from '../../warn.ts';
import { numberOf, type Scalar } from '../checks.ts';
import { Optimizer, type ParamGroup } from '../optimizer.ts';

/** Options of every scheduler. */
export interface SchedulerOptions {
  /** The epoch to go on after; -1 begins anew. Default -1. */
  lastEpoch?: number;
  /** Deprecated in PyTorch. */
  verbose?: boolean | 'deprecated';
}

/** One value for all groups, or one for each. */
export type ForGroups<T> = T | readonly T[];

const orderAdvice = 'See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate';

// PyTorch's names that are not their camelCase twins spelled with underscores.
const pythonNames: Readonly<Record<string, string>> = {
  TMax: 'T_max',
  T0: 'T_0',
  TI: 'T_i',
  TMult: 'T_mult',
  TCur: 'T_cur',
  stepCount: '_step_count',
  withinStep: '_get_lr_called_within_step',
  lastLr: '_last_lr',
  schedulePhases: '_schedule_phases',
  annealFuncType: '_anneal_func_type',
};

/** Checks names of options; all schedulers know `lastEpoch` and `verbose`. */
export function checkSchedulerOptions(who: string, options: object, known: readonly string[]): void {
  checkOptions(who, options, [...known, 'lastEpoch', 'verbose']);
}

/**
 * The base of schedulers. A new one implements `compute`, and hands the values it needs for that to `super` as `own`:
 * the first rates are computed before the fields and private methods of its class exist.
 *
 * @throws ArgumentTypeError for something else than an optimizer, KeyError if `lastEpoch` says to go on and the groups
 *   hold no `initialLr`
 * @source torch.optim.lr_scheduler.LRScheduler
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.StepLR(optimizer, 30);
 * scheduler instanceof optim.lrScheduler.LRScheduler; // true
 * scheduler.getLastLr(); // [0.1]
 */
export abstract class LRScheduler {
  readonly optimizer: Optimizer;
  /** The rates of the groups at the beginning. */
  baseLrs: number[] = [];
  /** Epochs so far. */
  lastEpoch = -1;
  /** @internal calls of `step`, the first included */ stepCount = 0;
  /** @internal */ lastLr: number[] = [];
  /** @internal */ withinStep = false;
  /** @internal */ verbose = false;
  readonly #saved: string[];
  readonly #stepsBefore: number;

  constructor(optimizer: Optimizer, options: SchedulerOptions = {}, own: Readonly<Record<string, unknown>> = {}) {
    if (!(optimizer instanceof Optimizer)) throw new ArgumentTypeError(`${describe(optimizer)} is not an Optimizer`);
    const { lastEpoch = -1, verbose = 'deprecated' } = options;
    if (verbose !== 'deprecated') {
      warn('The verbose parameter is deprecated. Please use get_last_lr() to access the learning rate.');
      this.verbose = verbose;
    }
    this.optimizer = optimizer;
    this.#stepsBefore = optimizer.stepCalls;
    this.#saved = Object.keys(own);
    Object.assign(this, own);
    this.begin(lastEpoch);
  }

  /** @internal Takes the rates of the groups as base, and sets the first rates. */
  protected begin(lastEpoch: number): void {
    const groups = this.optimizer.paramGroups;
    groups.forEach((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= rateOf(group);
      else if (group.initialLr === undefined) {
        throw new KeyError(`param 'initial_lr' is not specified in param_groups[${i}] when resuming an optimizer`);
      }
    });
    this.baseLrs = groups.map((group) => numberOf(group.initialLr as Scalar));
    this.lastEpoch = lastEpoch;
    this.#saved.push('baseLrs', 'lastEpoch', 'verbose', 'stepCount', 'withinStep', 'lastLr');
    this.initialStep();
  }

  /** @internal */
  initialStep(): void {
    this.stepCount = 0;
    this.step();
  }

  /** The rates of the groups that {@link step} set last. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** The rates for the epoch `lastEpoch`; meant for `step`, elsewhere {@link getLastLr} is. */
  getLr(): number[] {
    if (!this.withinStep) {
      warn('To get the last learning rate computed by the scheduler, please use `get_last_lr()`.');
    }
    return this.compute();
  }

  /** The rates for the epoch `lastEpoch`, from the rates before or from the beginning. */
  protected compute(): number[] {
    throw new NotImplementedError(`${this.constructor.name}: compute is not implemented`);
  }

  /** @internal The rates for the epoch `lastEpoch` from the beginning, where there is a formula. */
  protected closedForm(): number[] | null {
    return null;
  }

  /**
   * Goes to the next epoch and writes its rates into the groups.
   *
   * @param epoch deprecated in PyTorch: the epoch to go to
   */
  step(epoch: number | null = null): void {
    if (this.stepCount === 1 && this.optimizer.stepCalls === this.#stepsBefore) {
      warn(
        'Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should ' +
          'call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this ' +
          `will result in PyTorch skipping the first value of the learning rate schedule. ${orderAdvice}`,
      );
    }
    if (epoch !== null) warnOfEpoch();
    this.advance(epoch);
  }

  /** @internal */
  advance(epoch: number | null): void {
    this.stepCount += 1;
    this.withinStep = true;
    try {
      this.lastEpoch = epoch ?? this.lastEpoch + 1;
      this.write((epoch === null ? null : this.closedForm()) ?? this.getLr());
    } finally {
      this.withinStep = false;
    }
  }

  /** @internal Writes rates into the groups. */
  protected write(rates: readonly number[]): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      const rate = rates[i];
      if (rate === undefined) return;
      if (group.lr instanceof Tensor) group.lr.fill_(rate);
      else group.lr = rate;
    });
    this.lastLr = this.rates();
  }

  /** @internal The rates that stand in the groups. */
  protected rates(): number[] {
    return this.optimizer.paramGroups.map(rateOf);
  }

  /** Everything but the optimizer, under PyTorch's names. */
  stateDict(): Map<string, unknown> {
    const fields = this as unknown as Record<string, unknown>;
    return new Map(this.#saved.map((field) => [pythonName(field), copied(fields[field])]));
  }

  /** Takes over what {@link stateDict} gave. The rates in the groups are the optimizer's own state. */
  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    checkState(this.constructor.name, dict);
    const fields = this as unknown as Record<string, unknown>;
    for (const field of this.#saved) {
      const name = pythonName(field);
      if (dict.has(name)) fields[field] = copied(dict.get(name));
    }
  }
}

/** The warning for `step(epoch)`. */
export function warnOfEpoch(): void {
  warn(
    'The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use ' +
      '`scheduler.step()` to step the scheduler. During the deprecation, if epoch is different from None, the closed ' +
      'form is used instead of the new chainable form, where available. Please open an issue if you are unable to ' +
      'replicate your use case: https://github.com/pytorch/pytorch/issues/new/choose.',
  );
}

/** The learning rate of a group. */
export function rateOf(group: ParamGroup): number {
  return numberOf(group.lr as Scalar);
}

/** One value for each group. @throws ValueError if a list has another length */
export function forGroups<T>(name: string, optimizer: Optimizer, value: ForGroups<T>): T[] {
  const n = optimizer.paramGroups.length;
  if (!Array.isArray(value)) return new Array<T>(n).fill(value as T);
  if (value.length !== n) {
    throw new ValueError(
      `${name} must have the same length as optimizer.param_groups. ` +
        `${name} has ${value.length} values, param_groups has ${n}.`,
    );
  }
  return [...value] as T[];
}

/** How many of the sorted numbers are not above `x`. @source bisect.bisect_right */
export function countUpTo(sorted: readonly number[], x: number): number {
  return sorted.filter((value) => value <= x).length;
}

function pythonName(field: string): string {
  return pythonNames[field] ?? snakeCase(field);
}

function copied(value: unknown): unknown {
  return Array.isArray(value) ? [...value] : value;
}
