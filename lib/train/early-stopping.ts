// Ends a run that no longer gets better.
import { checkOptions, checkState, describe, StateError, ValueError } from '../errors.ts';
import { checkMode, isBetter, monitored } from './best.ts';

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** The metric of the evaluation to look at. Default 'loss'. */
  monitor?: string;
  /** Whether smaller or larger is better. Default 'min'. */
  mode?: 'min' | 'max';
  /** Evaluations without a gain after which the run ends, >= 1. Default 3. */
  patience?: number;
  /** By how much a value must be better to be a gain, >= 0. Default 0. */
  minDelta?: number;
}

/**
 * Counts evaluations that brought no gain. A value that is no number brings none.
 *
 * @throws ValueError for an impossible option
 * @example
 * const { patience } = new train.EarlyStopping({ monitor: 'accuracy', mode: 'max' });
 * patience; // 3
 */
export class EarlyStopping {
  readonly monitor: string;
  readonly mode: 'min' | 'max';
  readonly patience: number;
  readonly minDelta: number;
  /** The best value so far, or null. */
  best: number | null = null;
  /** Evaluations since then. */
  waited = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    checkOptions('EarlyStopping', options, ['monitor', 'mode', 'patience', 'minDelta']);
    const { monitor = 'loss', mode = 'min', patience = 3, minDelta = 0 } = options;
    checkMode('EarlyStopping', mode);
    if (!Number.isInteger(patience) || patience < 1) {
      throw new ValueError(`EarlyStopping: patience must be an integer of at least 1, got ${describe(patience)}`);
    }
    if (!(minDelta >= 0)) throw new ValueError(`EarlyStopping: minDelta must be at least 0, got ${describe(minDelta)}`);
    this.monitor = monitor;
    this.mode = mode;
    this.patience = patience;
    this.minDelta = minDelta;
  }

  /** Whether the run should end. */
  get stopped(): boolean {
    return this.waited >= this.patience;
  }

  /** Takes an evaluation into account; true if it is the best so far. @throws KeyError for an unknown metric */
  observe(values: Readonly<Record<string, number>>): boolean {
    const value = monitored('EarlyStopping', values, this.monitor);
    const better = isBetter(value, this.best, this.mode, this.minDelta);
    this.waited = better ? 0 : this.waited + 1;
    if (better) this.best = value;
    return better;
  }

  stateDict(): Map<string, unknown> {
    return new Map<string, unknown>([
      ['best', this.best],
      ['waited', this.waited],
    ]);
  }

  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const state = checkState('EarlyStopping', dict);
    const [best, waited] = [state.get('best'), state.get('waited')];
    if ((best !== null && typeof best !== 'number') || typeof waited !== 'number') {
      throw new StateError('EarlyStopping: expected best and waited');
    }
    this.best = best;
    this.waited = waited;
  }
}
