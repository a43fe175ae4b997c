// Checkpoints of a training run: whole files only, the last few of them, and a run that goes on to the last bit.
// It stands in io, as it needs files and state dicts only: what has a state dict can be part of a checkpoint.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentTypeError, checkOptions, describe, FileFormatError, StateError, ValueError } from '../errors.ts';
import { defaultGenerator } from '../tensor/random.ts';
import { Tensor } from '../tensor/tensor.ts';
import { nameRefusals, syncFolder } from './atomic.ts';
import { load, save } from './load.ts';

/** A module, optimizer, scheduler, loader: anything with a state dict. */
export interface Stateful {
  stateDict(): Map<string, unknown>;
  loadStateDict(dict: Map<string, unknown>): unknown;
}

/** A generator of random numbers. */
export interface StatefulStream {
  getState(): Tensor;
  setState(state: Tensor): unknown;
}

/** Options of {@link Checkpointer}. */
export interface CheckpointerOptions {
  /** Checkpoints to keep, >= 1. Default 3. */
  keep?: number;
}

/** Options of {@link Checkpointer.save}. */
export interface CheckpointOptions {
  /** Anything else to keep; everything that `io.save` takes. Default null. */
  extra?: unknown;
  /** Stops writing with an AbortError; older checkpoints stay. */
  signal?: AbortSignal | null;
}

/** What {@link Checkpointer.resume} found. */
export interface Checkpoint {
  readonly step: number;
  readonly extra: unknown;
  readonly path: string;
}

const namePattern = /^step-(\d{12})\.pt$/;
const temporaryPattern = /^step-\d{12}\.pt\.(\d+)-[0-9a-f]{8}\.tmp$/;

/**
 * Saves and restores the parts of a training run, and the default stream of random numbers with them.
 *
 * A checkpoint is a .pt file that PyTorch reads too. It appears whole or not at all, whenever process or machine die. With model, optimizer, scheduler and loader among the parts, a resumed run computes what the run that was not
 * interrupted computes.
 *
 * @throws ValueError for `keep` below 1, ArgumentTypeError for parts without a state
 * @example
 * // not run: reads and writes files
 * const model = new nn.Linear(2, 3);
 * const optimizer = new optim.SGD(model.parameters());
 * const checkpointer = new io.Checkpointer('run', { model, optimizer });
 * const step = (await checkpointer.resume())?.step ?? 0;
 * await checkpointer.save(step + 100);
 */
export class Checkpointer {
  readonly folder: string;
  readonly parts: Readonly<Record<string, Stateful | StatefulStream>>;
  readonly keep: number;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(
    folder: string,
    parts: Readonly<Record<string, Stateful | StatefulStream>>,
    options: CheckpointerOptions = {},
  ) {
    checkOptions('Checkpointer', options, ['keep']);
    const { keep = 3 } = options;
    if (!Number.isInteger(keep) || keep < 1) {
      throw new ValueError(`Checkpointer: keep must be an integer of at least 1, got ${describe(keep)}`);
    }
    for (const [name, part] of Object.entries(parts)) {
      if (isStateful(part) || isStream(part)) continue;
      throw new ArgumentTypeError(`Checkpointer: ${name} must have stateDict and loadStateDict, got ${describe(part)}`);
    }
    this.folder = folder;
    this.parts = parts;
    this.keep = keep;
  }

  /**
   * Writes a checkpoint, then removes the oldest beyond `keep`. Await it before the next step: tensors are read while
   * the file is written.
   *
   * @param step counts the run's steps; a checkpoint of the same step is replaced
   * @returns the path of the file
   * @throws ValueError for a step that is no integer from 0 to 10^12 - 1; FileWriteError when the disk is full or fails
   */
  async save(step: number, options: CheckpointOptions = {}): Promise<string> {
    checkOptions('Checkpointer.save', options, ['extra', 'signal']);
    if (!Number.isInteger(step) || step < 0 || step >= 1e12) {
      throw new ValueError(`Checkpointer.save: step must be an integer of at least 0, got ${describe(step)}`);
    }
    const result = this.#writing.then(() => this.#write(step, options));
    this.#writing = result.catch(() => undefined);
    return result;
  }

  async #write(step: number, { extra = null, signal = null }: CheckpointOptions): Promise<string> {
    const states = Object.entries(this.parts).map(([name, part]): [string, unknown] => [
      name,
      isStateful(part) ? part.stateDict() : part.getState(),
    ]);
    const value = new Map<string, unknown>([
      ['step', step],
      ['parts', new Map(states)],
      ['rng', defaultGenerator.getState()],
      ['extra', extra],
    ]);
    const path = join(this.folder, `step-${String(step).padStart(12, '0')}.pt`);
    await nameRefusals(path, async () => {
      await mkdir(this.folder, { recursive: true });
      await save(value, path, { signal });
      await this.#clean(path);
    });
    return path;
  }

  /** The files, oldest first. */
  async list(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => namePattern.test(name))
      .sort()
      .map((name) => join(this.folder, name));
  }

  /** The newest file, or null. */
  async latest(): Promise<string | null> {
    return (await this.list()).at(-1) ?? null;
  }

  // Removes the oldest, and what processes left behind that died while writing.
  async #clean(written: string): Promise<void> {
    const surplus = (await this.list()).slice(0, -this.keep).filter((path) => path !== written);
    const orphans: string[] = [];
    for (const name of await readdir(this.folder)) {
      const owner = temporaryPattern.exec(name)?.[1];
      if (owner !== undefined && (await isOrphan(join(this.folder, name), Number(owner)))) orphans.push(name);
    }
    for (const path of [...surplus, ...orphans.map((name) => join(this.folder, name))]) await rm(path, { force: true });
    if (surplus.length > 0) await syncFolder(this.folder);
  }

  /**
   * Restores the newest checkpoint, or an older one where the newest is damaged; each part takes over its state whole.
   *
   * @returns what was saved beside the parts, or null if there is no checkpoint
   * @throws StateError for a checkpoint of other parts, before any of them changes; FileFormatError if all are damaged
   */
  async resume(options: { signal?: AbortSignal | null } = {}): Promise<Checkpoint | null> {
    checkOptions('Checkpointer.resume', options, ['signal']);
    let damage: unknown = null;
    for (const path of (await this.list()).reverse()) {
      try {
        const value = await load(path, { signal: options.signal });
        return this.#restore(path, value);
      } catch (error) {
        if (!(error instanceof FileFormatError)) throw error;
        process.emitWarning(`${error.message}; an older checkpoint is tried`);
        damage ??= error;
      }
    }
    if (damage !== null) throw damage;
    return null;
  }

  #restore(path: string, value: unknown): Checkpoint {
    const dict = value instanceof Map ? value : new Map();
    const [step, states, rng] = [dict.get('step'), dict.get('parts'), dict.get('rng')];
    if (typeof step !== 'number' || !(states instanceof Map) || !(rng instanceof Tensor)) {
      throw new StateError(`${path}: not a checkpoint of this library`);
    }
    const [own, theirs] = [Object.keys(this.parts).sort(), [...states.keys()].map(String).sort()];
    if (own.join() !== theirs.join()) {
      throw new StateError(`${path}: a checkpoint of the parts ${theirs.join(', ')}, expected ${own.join(', ')}`);
    }
    for (const [name, part] of Object.entries(this.parts)) {
      if (isStateful(part)) part.loadStateDict(states.get(name) as Map<string, unknown>);
      else part.setState(states.get(name) as Tensor);
    }
    defaultGenerator.setState(rng);
    return { step, extra: dict.get('extra') ?? null, path };
  }
}

function isStateful(part: unknown): part is Stateful {
  return typeof (part as Stateful)?.stateDict === 'function' && typeof (part as Stateful).loadStateDict === 'function';
}

function isStream(part: unknown): part is StatefulStream {
  return typeof (part as StatefulStream)?.getState === 'function';
}

// In a container every process may have the same number: then the file is older than the process.
async function isOrphan(path: string, owner: number): Promise<boolean> {
  if (owner !== process.pid) return !isAlive(owner);
  const { mtimeMs } = await stat(path);
  return mtimeMs < Date.now() - 1000 * process.uptime();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
