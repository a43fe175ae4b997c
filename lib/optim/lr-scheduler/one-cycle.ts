// One cycle: up to a large rate, then down to a tiny one.
import { ArgumentTypeError, describe, ValueError } from '../../errors.ts';
import { camelCase, numberText } from '../../python.ts';
import { numberOf, type Scalar } from '../checks.ts';
import { Optimizer, type ParamGroup } from '../optimizer.ts';
import { checkSchedulerOptions, type ForGroups, forGroups, LRScheduler, type SchedulerOptions } from './base.ts';
import { beginMomentum, setMomentum, usesBeta } from './momentum.ts';

/** Options of {@link OneCycleLR}. */
export interface OneCycleLROptions extends SchedulerOptions {
  /** Steps of the cycle. Default null: epochs times stepsPerEpoch. */
  totalSteps?: number | null;
  epochs?: number | null;
  stepsPerEpoch?: number | null;
  /** Part of the cycle that goes up, in [0, 1]. Default 0.3. */
  pctStart?: number;
  /** Along a cosine or a line. Default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
  /** Drive momentum against the rate. Default true. */
  cycleMomentum?: boolean;
  /** Smallest momentum. Default 0.85. */
  baseMomentum?: ForGroups<number>;
  /** Largest momentum. Default 0.95. */
  maxMomentum?: ForGroups<number>;
  /** The first rate is maxLr divided by this. Default 25. */
  divFactor?: number;
  /** The last rate is the first one divided by this. Default 1e4. */
  finalDivFactor?: number;
  /** Come down to the first rate before the last part. Default false. */
  threePhase?: boolean;
}

const optionNames = [
  ...['totalSteps', 'epochs', 'stepsPerEpoch', 'pctStart', 'annealStrategy', 'cycleMomentum', 'baseMomentum'],
  ...['maxMomentum', 'divFactor', 'finalDivFactor', 'threePhase'],
];

type Phase = Map<string, number | string>;

/**
 * One cycle over `totalSteps` steps; a step more is an error.
 *
 * @throws ValueError for options outside their ranges, and for a step after the last
 * @source torch.optim.lr_scheduler.OneCycleLR; Smith and Topin, "Super-Convergence", 2017
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 0.1, { totalSteps: 5, cycleMomentum: false });
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0950 0.0611 0.0188 0.0000'
 */
export class OneCycleLR extends LRScheduler {
  declare totalSteps: number;
  declare schedulePhases: Phase[];
  declare annealFuncType: string;
  declare cycleMomentum: boolean;
  declare useBeta1: boolean;

  constructor(optimizer: Optimizer, maxLr: ForGroups<number>, options: OneCycleLROptions = {}) {
    checkSchedulerOptions('OneCycleLR', options, optionNames);
    if (!(optimizer instanceof Optimizer)) throw new ArgumentTypeError(`${describe(optimizer)} is not an Optimizer`);
    const totalSteps = stepsOf(options);
    const { pctStart = 0.3, annealStrategy = 'cos', cycleMomentum = true, divFactor = 25 } = options;
    const { finalDivFactor = 1e4, threePhase = false } = options;
    const schedulePhases = phasesOf(totalSteps, pctStart, threePhase);
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw new ValueError(`Expected float between 0 and 1 pct_start, but got ${describe(pctStart)}`);
    }
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new ValueError(`anneal_strategy must be one of 'cos' or 'linear', instead got ${String(annealStrategy)}`);
    }
    const maxLrs = forGroups('max_lr', optimizer, maxLr);
    const fresh = (options.lastEpoch ?? -1) === -1;
    if (fresh) {
      optimizer.paramGroups.forEach((group, i) => {
        const max = maxLrs[i] ?? 0;
        Object.assign(group, { initialLr: max / divFactor, maxLr: max, minLr: max / divFactor / finalDivFactor });
      });
    }
    let momentum = {};
    if (cycleMomentum) {
      const useBeta1 = usesBeta(optimizer);
      const max = forGroups('max_momentum', optimizer, options.maxMomentum ?? 0.95);
      const base = forGroups('base_momentum', optimizer, options.baseMomentum ?? 0.85);
      if (fresh) beginMomentum(optimizer, base, max, useBeta1);
      momentum = { useBeta1 };
    }
    super(optimizer, options, {
      totalSteps,
      schedulePhases,
      annealFuncType: annealStrategy,
      cycleMomentum,
      ...momentum,
    });
  }

  protected override compute(): number[] {
    const { lastEpoch, totalSteps, schedulePhases } = this;
    if (lastEpoch > totalSteps) {
      throw new ValueError(`Tried to step ${lastEpoch} times. The specified number of total steps is ${totalSteps}`);
    }
    const last = schedulePhases.length - 1;
    const at = schedulePhases.findIndex((phase, i) => lastEpoch <= Number(phase.get('end_step')) || i === last);
    const start = at === 0 ? 0 : Number(schedulePhases[at - 1]?.get('end_step'));
    const phase = schedulePhases[at] ?? new Map();
    const part = (lastEpoch - start) / (Number(phase.get('end_step')) - start);
    const between = (group: ParamGroup, what: string) => {
      const end = (name: string) => numberOf(group[camelCase(String(phase.get(`${name}_${what}`)))] as Scalar);
      return anneal(this.annealFuncType, end('start'), end('end'), part);
    };
    if (this.cycleMomentum) {
      for (const group of this.optimizer.paramGroups) setMomentum(group, between(group, 'momentum'), this.useBeta1);
    }
    return this.optimizer.paramGroups.map((group) => between(group, 'lr'));
  }
}

function anneal(along: string, start: number, end: number, part: number): number {
  if (along === 'linear') return (end - start) * part + start;
  return end + ((start - end) / 2) * (Math.cos(Math.PI * part) + 1);
}

function stepsOf({ totalSteps = null, epochs = null, stepsPerEpoch = null }: OneCycleLROptions): number {
  const positive = (name: string, value: number) => {
    if (Number.isInteger(value) && value > 0) return value;
    throw new ValueError(`Expected positive integer ${name}, but got ${numberText(value)}`);
  };
  if (totalSteps !== null) return positive('total_steps', totalSteps);
  if (epochs !== null && stepsPerEpoch !== null) {
    return positive('epochs', epochs) * positive('steps_per_epoch', stepsPerEpoch);
  }
  throw new ValueError('You must define either total_steps OR (epochs AND steps_per_epoch)');
}

function phasesOf(total: number, part: number, three: boolean): Phase[] {
  const phase = (end: number, lr: [string, string], momentum: [string, string]): Phase =>
    new Map<string, number | string>([
      ['end_step', end],
      ['start_lr', lr[0]],
      ['end_lr', lr[1]],
      ['start_momentum', `${momentum[0]}_momentum`],
      ['end_momentum', `${momentum[1]}_momentum`],
    ]);
  const up = phase(part * total - 1, ['initial_lr', 'max_lr'], ['max', 'base']);
  if (!three) return [up, phase(total - 1, ['max_lr', 'min_lr'], ['base', 'max'])];
  return [
    up,
    phase(2 * part * total - 2, ['max_lr', 'initial_lr'], ['base', 'max']),
    phase(total - 1, ['initial_lr', 'min_lr'], ['max', 'max']),
  ];
}
