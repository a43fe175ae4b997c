// Schedulers made of schedulers: all at once, or one after the other.
import { ArgumentTypeError, checkList, checkOptions, StateError, ValueError } from '../../errors.ts';
import type { Optimizer } from '../optimizer.ts';
import { countUpTo, LRScheduler, type SchedulerOptions } from './base.ts';
import { ReduceLROnPlateau } from './plateau.ts';

function checkMembers(who: string, optimizer: Optimizer, schedulers: readonly LRScheduler[]): void {
  schedulers.forEach((scheduler, i) => {
    if (!(scheduler instanceof LRScheduler)) {
      throw new ArgumentTypeError(`${who} at index ${i} should have \`optimizer\` as its attribute.`);
    }
    if (scheduler instanceof ReduceLROnPlateau) {
      throw new ValueError(
        `${who} does not support \`ReduceLROnPlateau\` scheduler as it requires additional kwargs to be specified ` +
          `when calling \`step\`, but got one at index ${i} in the given schedulers sequence.`,
      );
    }
    if (scheduler.optimizer !== optimizer) {
      throw new ValueError(
        `${who} expects all schedulers to belong to the same optimizer, but got scheduler ` +
          `${scheduler.constructor.name} at index ${i} has ${String(scheduler.optimizer)}, ` +
          `which is different from ${optimizer.constructor.name}.`,
      );
    }
  });
}

/** What both have in common: the states of the members stand behind their own. */
abstract class Composed extends LRScheduler {
  declare schedulers: readonly LRScheduler[];

  protected override begin(): void {}

  override stateDict(): Map<string, unknown> {
    const dict = super.stateDict();
    dict.delete('schedulers');
    return dict.set(
      '_schedulers',
      this.schedulers.map((scheduler) => scheduler.stateDict()),
    );
  }

  override loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const states = dict instanceof Map ? dict.get('_schedulers') : null;
    if (!Array.isArray(states) || states.length !== this.schedulers.length) {
      throw new StateError(
        `${this.constructor.name}.loadStateDict: expected the states of ${this.schedulers.length} schedulers`,
      );
    }
    super.loadStateDict(dict);
    this.schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict(states[i] as Map<string, unknown>);
    });
  }
}

/**
 * Steps all schedulers at once.
 *
 * @throws ValueError for no schedulers, or schedulers of different optimizers
 * @source torch.optim.lr_scheduler.ChainedScheduler
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const constant = new optim.lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * const exponential = new optim.lrScheduler.ExponentialLR(optimizer, 0.9);
 * const scheduler = new optim.lrScheduler.ChainedScheduler([constant, exponential]);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0450 0.0810 0.0729 0.0656'
 */
export class ChainedScheduler extends Composed {
  constructor(schedulers: readonly LRScheduler[], options: { optimizer?: Optimizer | null } = {}) {
    checkOptions('ChainedScheduler', options, ['optimizer']);
    const [first] = checkList('ChainedScheduler', 'schedulers', schedulers);
    if (first === undefined) {
      throw new ValueError('ChainedScheduler expects at least one scheduler to be chained, but got no scheduler.');
    }
    const optimizer = options.optimizer ?? first.optimizer;
    checkMembers('ChainedScheduler', optimizer, schedulers);
    super(optimizer, {}, { lastLr: [], schedulers: [...schedulers] });
    this.lastLr = this.rates();
  }

  override step(): void {
    for (const scheduler of this.schedulers) scheduler.step();
    this.lastLr = this.rates();
  }
}

/**
 * One scheduler after the other, changing at the milestones.
 *
 * @throws ValueError for no schedulers, schedulers of different optimizers, or a wrong number of milestones
 * @source torch.optim.lr_scheduler.SequentialLR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const constant = new optim.lrScheduler.ConstantLR(optimizer, { factor: 0.5, totalIters: 2 });
 * const exponential = new optim.lrScheduler.ExponentialLR(optimizer, 0.9);
 * const scheduler = new optim.lrScheduler.SequentialLR(optimizer, [constant, exponential], [2]);
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0500 0.1000 0.0900 0.0810'
 */
export class SequentialLR extends Composed {
  declare milestones: number[];

  constructor(
    optimizer: Optimizer,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
    options: SchedulerOptions = {},
  ) {
    checkOptions('SequentialLR', options, ['lastEpoch', 'verbose']);
    const [first] = checkList('SequentialLR', 'schedulers', schedulers);
    checkList('SequentialLR', 'milestones', milestones);
    if (first === undefined) {
      throw new ValueError('SequentialLR expects at least one scheduler, but got no scheduler.');
    }
    checkMembers('SequentialLR', optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1) {
      throw new ValueError(
        'Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone ' +
          `points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ` +
          `${milestones.length}`,
      );
    }
    const lastEpoch = (options.lastEpoch ?? -1) + 1;
    super(optimizer, options, { milestones: [...milestones], lastEpoch, lastLr: [], schedulers: [...schedulers] });
    // Each member took a first step when it was made; only the first one's counts.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr;
    undo(this);
    first.initialStep();
    this.lastLr = first.getLastLr();
  }

  override step(): void {
    this.advance(null);
  }

  override advance(epoch: number | null): void {
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    const at = countUpTo(this.milestones, this.lastEpoch);
    const scheduler = this.schedulers[at];
    if (scheduler === undefined) return;
    if (at > 0 && this.milestones[at - 1] === this.lastEpoch) scheduler.advance(0);
    else scheduler.step();
    this.lastLr = scheduler.getLastLr();
  }

  override stateDict(): Map<string, unknown> {
    const dict = super.stateDict();
    const { milestones } = this;
    dict.delete('milestones');
    return new Map<string, unknown>([['_milestones', [...milestones]], ...dict]);
  }

  override loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    super.loadStateDict(dict);
    const milestones = dict.get('_milestones');
    if (Array.isArray(milestones)) this.milestones = [...milestones];
  }
}

function undo(scheduler: LRScheduler): void {
  if (scheduler instanceof Composed) scheduler.schedulers.forEach(undo);
  else scheduler.lastEpoch -= 1;
}
