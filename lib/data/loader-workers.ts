// The workers of one DataLoader over its passes: when they start, what they are told, what of them can be resumed.
import { ArgumentTypeError } from '../errors.ts';
import { tensor } from '../tensor/create.ts';
import { isGeneratorState } from '../tensor/random.ts';
import { elementsOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import type { DataLoaderOptions } from './loader-options.ts';
import { workerSourceOf } from './worker-dataset.ts';
import { freshState, type Order, type PassState, workerPass } from './worker-pass.ts';
import { WorkerPool } from './worker-pool.ts';

/** What the loader knows of its batches. */
export interface Batching {
  readonly batchSize: number | null;
  readonly dropLast: boolean;
}

/** The part of a DataLoader that runs worker threads. */
export class LoaderWorkers {
  readonly #options: DataLoaderOptions<never, unknown>;
  readonly #batching: Batching;
  readonly #source: NonNullable<ReturnType<typeof workerSourceOf>>;
  readonly #count: number;
  readonly #persistent: boolean;
  #pool: WorkerPool | null = null;
  #busy = false;
  #state: PassState;

  /** The workers that options ask for; null where the dataset cannot leave this thread, which is told once. */
  static for(dataset: unknown, options: DataLoaderOptions<never, unknown>, batching: Batching): LoaderWorkers | null {
    if ((options.numWorkers ?? 0) === 0) return null;
    const source = workerSourceOf(dataset);
    if (source !== null) return new LoaderWorkers(source, options, batching);
    process.emitWarning(
      'DataLoader: the dataset is read in this thread, since workers can only make one of data.workerDataset',
      { type: 'UserWarning', code: 'FLAMBEAU_NUM_WORKERS' },
    );
    return null;
  }

  private constructor(
    source: NonNullable<ReturnType<typeof workerSourceOf>>,
    options: DataLoaderOptions<never, unknown>,
    batching: Batching,
  ) {
    for (const name of ['collateFn', 'workerInitFn'] as const) {
      if (typeof options[name] !== 'function') continue;
      throw new ArgumentTypeError(
        `DataLoader: with workers ${name} must be the URL of a function, since functions stay in their thread: ` +
          `new URL('./my-module.ts#${name}', import.meta.url)`,
      );
    }
    this.#source = source;
    this.#options = options;
    this.#batching = batching;
    this.#count = options.numWorkers ?? 0;
    this.#persistent = options.persistentWorkers ?? false;
    this.#state = freshState(this.#count);
  }

  /** How far the pass under way has come. */
  get state(): PassState {
    return this.#state;
  }

  /** The batches of a pass. `from` is where one was left, or null. */
  async *pass<Mark>(orders: Iterator<Order<Mark>>, seed: bigint, from: PassState | null) {
    const reused = this.#persistent && !this.#busy && this.#pool !== null && !this.#pool.isClosed;
    const fresh = freshState(this.#count);
    // Kept workers go on drawing where the batches that were handed out left them.
    this.#state = from ?? (reused ? { ...fresh, states: this.#state.states } : fresh);
    const pool = reused && this.#pool !== null ? this.#pool : this.#start(seed);
    const owned = this.#persistent && !this.#busy;
    if (owned) {
      this.#pool = pool;
      this.#busy = true;
    }
    let keep = owned;
    try {
      const { signal = null, timeout = 0, prefetchFactor, inOrder = true } = this.#options;
      const options = { signal, timeout, prefetchFactor: prefetchFactor ?? 2, inOrder };
      for await (const { batch, mark, state } of workerPass(pool, this.#placed(orders), this.#state, options)) {
        this.#state = state;
        yield { batch, mark };
      }
    } catch (error) {
      keep = false;
      throw error;
    } finally {
      if (owned) this.#busy = false;
      if (!keep) await pool.close();
    }
  }

  /** Ends workers that were kept for the next pass. */
  async close(): Promise<void> {
    await this.#pool?.close();
    this.#pool = null;
  }

  #start(seed: bigint): WorkerPool {
    const { collateFn, workerInitFn, workerOptions } = this.#options;
    const setups = Array.from({ length: this.#count }, (_, id) => ({
      source: this.#source.source,
      id,
      numWorkers: this.#count,
      seed: seed + BigInt(id),
      batchSize: this.#batching.batchSize,
      dropLast: this.#batching.dropLast,
      collateFn: collateFn instanceof URL ? collateFn.href : null,
      workerInitFn: workerInitFn instanceof URL ? workerInitFn.href : null,
    }));
    return new WorkerPool(setups, workerOptions ?? {});
  }

  // Positions in the dataset that the workers have, where the loader's is a part of it.
  *#placed<Mark>(orders: Iterator<Order<Mark>>): Generator<Order<Mark>, void, void> {
    const { element } = this.#source;
    for (let next = orders.next(); next.done !== true; next = orders.next()) {
      const { order, mark } = next.value;
      const placed = typeof order === 'number' ? element(order) : (order?.map(element) ?? null);
      yield { order: placed, mark };
    }
  }
}

/** The state of a pass as values that files of PyTorch hold. */
export function passToDict({ turn, delivered, states }: PassState): Map<string, unknown> {
  return new Map<string, unknown>([
    ['turn', turn],
    ['delivered', tensor([...delivered], { dtype: 'int64' })],
    ['states', states.map((state) => state && fromTypedArray(state, [state.length], 'uint8'))],
  ]);
}

/** What {@link passToDict} wrote; null for something else. */
export function passFromDict(dict: unknown): PassState | null {
  if (!(dict instanceof Map)) return null;
  const [turn, delivered, states] = ['turn', 'delivered', 'states'].map((name) => dict.get(name));
  if (!(delivered instanceof Tensor) || !Array.isArray(states) || delivered.numel() !== states.length) return null;
  if (!(Number.isInteger(turn) && turn >= 0 && turn <= states.length)) return null;
  const counts = delivered.flatten().tolist() as number[];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return null;
  if (!states.every((state) => state === null || isGeneratorState(state))) return null;
  return {
    turn,
    delivered: counts,
    states: states.map((state) => state && (elementsOf(state.contiguous()) as Uint8Array)),
  };
}
