// Keeps the weights of the best evaluation of a run, in a file beside its checkpoints.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOptions, describe, KeyError, StateError, ValueError } from '../errors.ts';
import { load, save } from '../io/load.ts';
import type { Module } from '../nn/module.ts';
import type { StateDict } from '../nn/state-dict.ts';
import type { Values, ValuesReport } from './options.ts';

/** What decides which evaluation is the best one. */
export interface BestOptions {
  /** The metric of the evaluation to look at. Default 'loss'. */
  monitor?: string;
  /** Whether smaller or larger is better. Default 'min'. */
  mode?: 'min' | 'max';
}

/** The best evaluation of a run. */
export interface BestReport extends ValuesReport {
  /** The file with its weights. */
  readonly path: string;
}

/** Whether a value is better than the best before, by more than `minDelta`; what is no number never is. */
export function isBetter(value: number, best: number | null, mode: 'min' | 'max', minDelta = 0): boolean {
  if (Number.isNaN(value)) return false;
  return best === null || (mode === 'max' ? value - best : best - value) > minDelta;
}

/** The value of the metric `monitor`. @throws KeyError that lists what there is */
export function monitored(who: string, values: Values, monitor: string): number {
  const value = values[monitor];
  if (value === undefined) {
    throw new KeyError(`${who}: no metric '${monitor}' among ${Object.keys(values).join(', ')}`);
  }
  return value;
}

/** @throws ValueError unless mode is 'min' or 'max' */
export function checkMode(who: string, mode: unknown): void {
  if (mode === 'min' || mode === 'max') return;
  throw new ValueError(`${who}: mode must be 'min' or 'max', got ${describe(mode)}`);
}

/** Writes the weights of evaluations that are better than all before. */
export class BestKeeper {
  readonly #path: string;
  readonly #monitor: string;
  readonly #mode: 'min' | 'max';
  #best: BestReport | null = null;

  constructor(folder: string, options: BestOptions) {
    checkOptions('Trainer.fit: keepBest', options, ['monitor', 'mode']);
    const { monitor = 'loss', mode = 'min' } = options;
    checkMode('Trainer.fit: keepBest', mode);
    this.#path = bestPath(folder);
    this.#monitor = monitor;
    this.#mode = mode;
  }

  /** The best evaluation so far, or null. */
  get best(): BestReport | null {
    return this.#best;
  }

  /** Goes on from the file that an earlier part of the run wrote, if there is one. */
  async resume(): Promise<void> {
    const found = await readBest(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    this.#best = found && { step: found.step, epoch: found.epoch, values: found.values, path: this.#path };
  }

  /** Takes an evaluation into account. @throws KeyError for an unknown metric; what Node throws when the disk fails */
  async observe({ step, epoch, values }: ValuesReport, module: Module): Promise<void> {
    const value = monitored('Trainer.fit: keepBest', values, this.#monitor);
    const before = this.#best && monitored(this.#path, this.#best.values, this.#monitor);
    if (!isBetter(value, before, this.#mode)) return;
    const parts = { step, epoch, values: new Map(Object.entries(values)), module: module.stateDict() };
    await mkdir(join(this.#path, '..'), { recursive: true });
    await save(new Map(Object.entries(parts)), this.#path);
    this.#best = { step, epoch, values, path: this.#path };
  }
}

/**
 * Reads what `keepBest` wrote.
 *
 * @param folder of the run's checkpoints
 * @returns the best evaluation, and the state dict of the module at that time as `module`
 * @throws StateError for a file of another kind; what Node throws where there is none
 * @example
 * // not run: reads a file
 * const net = new nn.Linear(2, 1);
 * net.loadStateDict((await train.loadBest('run')).module);
 */
export function loadBest(folder: string): Promise<BestReport & { readonly module: StateDict }> {
  return readBest(bestPath(folder));
}

function bestPath(folder: string): string {
  return join(folder, 'best.pt');
}

async function readBest(path: string): Promise<BestReport & { readonly module: StateDict }> {
  const found = await load(path);
  const dict: ReadonlyMap<string, unknown> = found instanceof Map ? found : new Map();
  const [step, epoch, values, module] = ['step', 'epoch', 'values', 'module'].map((key) => dict.get(key));
  const complete = typeof step === 'number' && typeof epoch === 'number';
  if (!complete || !(values instanceof Map) || !(module instanceof Map)) {
    throw new StateError(`${path}: not the best weights of a run`);
  }
  return { step, epoch, values: Object.fromEntries(values) as Values, module: module as StateDict, path };
}
