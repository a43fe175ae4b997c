// The DataLoader: batches of a dataset, in order or shuffled as PyTorch shuffles, resumable within a pass.
import { ArgumentTypeError, describe, StateError } from '../errors.ts';
import { tuple } from '../python.ts';
import { tensor } from '../tensor/create.ts';
import { defaultGenerator, Generator, isGeneratorState } from '../tensor/random.ts';
import { elementsOf, Tensor } from '../tensor/tensor.ts';
import { type Indexed, isIndexed } from './dataset.ts';
import { type Collate, convert, fetchBatch, join } from './fetch.ts';
import { checkLoaderOptions, type DataLoaderOptions, type Source } from './loader-options.ts';
import { LoaderWorkers, passFromDict, passToDict } from './loader-workers.ts';
import { BatchSampler, RandomSampler, SequentialSampler, type Sized } from './sampler.ts';
import type { Order, PassState } from './worker-pass.ts';

/** Where a pass goes on. */
interface Resumed {
  /** The states of the streams when the pass began: enough to draw the same order again. */
  readonly start: readonly Tensor[];
  readonly batches: number;
  /** Their states when the pass was left. */
  readonly streams: readonly Tensor[];
  /** The seed of the workers, where they are kept from an earlier pass and none was drawn. */
  readonly seed: bigint | null;
  readonly workers: PassState | null;
}

/** A pass that begins, and how many batches of it were read before. */
interface Pass<Item> {
  readonly order: Iterator<Item>;
  readonly skipped: number;
  readonly seed: bigint;
  readonly workers: PassState | null;
}

/**
 * Batches of a dataset, for `for` and `for await`.
 *
 * `stateDict` says how far the pass under way has come; a loader that loads it begins its next pass there, in the same
 * order, and draws nothing anew.
 *
 * @throws ValueError for options that exclude each other
 * @source torch.utils.data.DataLoader
 * @example
 * const set = new data.TensorDataset(arange(3));
 * for await (const [x] of new data.DataLoader(set, { batchSize: 2, shuffle: true })) x?.shape;
 * [...new data.DataLoader(set, { batchSize: 2 })]; // [[tensor([0, 1])], [tensor([2])]]
 */
export class DataLoader<T, B = T> {
  readonly dataset: Source<T>;
  readonly batchSize: number | null;
  readonly dropLast: boolean;
  /** The order of elements; null for streams and with a batch sampler. */
  readonly sampler: Iterable<number> | null;
  /** The elements of each batch; null for streams and single elements. */
  readonly batchSampler: Iterable<readonly number[]> | null;
  readonly #generator: Generator;
  readonly #collate: Collate;
  readonly #signal: AbortSignal | null;
  readonly #keepsSeed: boolean;
  readonly #workers: LoaderWorkers | null;
  #seed: bigint | null = null;
  #seedIsOld = false;
  // The streams but the default one when the order of the last batch was drawn: workers are ahead of it.
  #mark: readonly Tensor[] | null = null;
  #start: readonly Tensor[] | null = null;
  #batches = 0;
  #resumed: Resumed | null = null;

  constructor(dataset: Source<T>, options: DataLoaderOptions<T, B> = {}) {
    checkLoaderOptions(dataset, options);
    const { shuffle, sampler = null, batchSampler = null, generator = null, collateFn = null } = options;
    this.dataset = dataset;
    this.batchSize = batchSampler === null ? (options.batchSize === undefined ? 1 : options.batchSize) : null;
    this.dropLast = options.dropLast ?? false;
    this.#generator = generator ?? defaultGenerator;
    this.#collate = typeof collateFn === 'function' ? (collateFn as Collate) : null;
    this.#signal = options.signal ?? null;
    // As PyTorch's, workers that are kept keep their seed too.
    this.#keepsSeed = options.persistentWorkers ?? false;
    this.#workers = LoaderWorkers.for(dataset, options as DataLoaderOptions<never, unknown>, this);
    this.sampler = null;
    this.batchSampler = batchSampler;
    if (isIndexed(dataset) && batchSampler === null) {
      this.sampler = sampler ?? (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset));
      if (this.batchSize !== null) this.batchSampler = new BatchSampler(this.sampler, this.batchSize, this.dropLast);
    }
  }

  /** Number of batches. @throws ArgumentTypeError for a stream of unknown length */
  get length(): number {
    const order = this.batchSampler ?? this.sampler;
    if (order !== null) return (order as unknown as Sized).length;
    const { length } = this.dataset as { length?: number };
    if (length === undefined) throw new ArgumentTypeError(`object of type '${describe(this.dataset)}' has no len()`);
    if (this.batchSize === null) return length;
    return this.dropLast ? Math.floor(length / this.batchSize) : Math.ceil(length / this.batchSize);
  }

  // The streams that the order depends on, the default one first.
  #streams(): Generator[] {
    const samplers = [this.sampler, this.batchSampler, (this.batchSampler as { sampler?: unknown } | null)?.sampler];
    const theirs = samplers.map((sampler) => (sampler as { generator?: unknown } | null | undefined)?.generator);
    const own = theirs.filter((generator) => generator instanceof Generator);
    return [...new Set([defaultGenerator, this.#generator, ...own])];
  }

  /** How far the pass under way has come; at its end and before the first one, the beginning. */
  stateDict(): Map<string, unknown> {
    const pending = this.#resumed;
    const start = pending?.start ?? this.#start;
    const [shared, ...others] = this.#streams();
    const streams = pending?.streams ?? [...statesOf(shared ? [shared] : []), ...(this.#mark ?? statesOf(others))];
    const seed = pending === null ? (this.#seedIsOld ? this.#seed : null) : pending.seed;
    const workers = pending === null ? (this.#workers?.state ?? null) : pending.workers;
    return new Map<string, unknown>([
      ['batches', start === null ? 0 : (pending?.batches ?? this.#batches)],
      ['start', start === null ? null : tuple(start)],
      ['streams', tuple(streams)],
      ['seed', start === null || seed === null ? null : tensor(BigInt64Array.of(seed))],
      ['workers', start === null || workers === null ? null : passToDict(workers)],
    ]);
  }

  /** Lets the next pass go on where {@link stateDict} was taken. @throws StateError for something else */
  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const [batches, start, streams] = ['batches', 'start', 'streams'].map((name) => dict?.get?.(name));
    const own = this.#streams();
    const fits = (states: unknown): states is Tensor[] =>
      Array.isArray(states) && states.length === own.length && states.every(isGeneratorState);
    if (!Number.isSafeInteger(batches) || Number(batches) < 0 || !(start === null || fits(start)) || !fits(streams)) {
      throw new StateError(`DataLoader.loadStateDict: expected batches, start and the states of ${own.length} streams`);
    }
    const seed = seedOf(dict.get('seed'));
    const workers = this.#workers && passFromDict(dict.get('workers'));
    if (!isIndexed(this.dataset) && this.#workers?.state.states.length !== workers?.states.length) {
      throw new StateError(
        'DataLoader.loadStateDict: a stream can only be resumed by as many workers as it was left by',
      );
    }
    const fitting = workers?.states.length === this.#workers?.state.states.length ? workers : null;
    this.#resumed = start === null ? null : { start, batches: Number(batches), streams, seed, workers: fitting };
    if (start === null) setStates(own.slice(1), streams.slice(1));
  }

  /** @throws ArgumentTypeError for what comes from another thread or as promises */
  *[Symbol.iterator](): IterableIterator<B> {
    if (this.#workers !== null) {
      throw new ArgumentTypeError('DataLoader: workers make the batches; read the loader with for await');
    }
    if (isIndexed(this.dataset)) {
      for (const batch of this.#batchesOf(this.dataset)) {
        if (batch instanceof Promise) {
          batch.catch(() => undefined);
          throw new ArgumentTypeError('DataLoader: the dataset gives promises; read the loader with for await');
        }
        yield batch as B;
      }
    } else {
      if (!(Symbol.iterator in this.dataset)) {
        throw new ArgumentTypeError('DataLoader: the dataset is asynchronous; read the loader with for await');
      }
      yield* this.#stream(this.dataset);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<B, void, void> {
    if (this.#workers !== null) yield* this.#fromWorkers(this.#workers);
    else if (isIndexed(this.dataset)) {
      for (const batch of this.#batchesOf(this.dataset)) {
        yield (await batch) as B;
        await turn();
      }
    } else if (Symbol.asyncIterator in this.dataset) yield* this.#asyncStream(this.dataset);
    else {
      for (const batch of this.#stream(this.dataset)) {
        yield batch;
        await turn();
      }
    }
  }

  /** Ends the workers that `persistentWorkers` keeps; the process does not wait for them either way. */
  async dispose(): Promise<void> {
    await this.#workers?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  // Begins a pass, or goes on within one; returns how many batches were read before.
  #begin<Item>(makeOrder: () => Iterator<Item>): Pass<Item> {
    const resumed = this.#resumed;
    const streams = this.#streams();
    this.#resumed = null;
    this.#start = resumed?.start ?? statesOf(streams);
    this.#batches = resumed?.batches ?? 0;
    const shared = defaultGenerator.getState();
    if (resumed !== null) setStates(streams, resumed.start);
    // The seed of the workers, as PyTorch draws it; then the sampler draws.
    const old = resumed === null ? (this.#keepsSeed ? this.#seed : null) : resumed.seed;
    const seed = old ?? this.#generator.drawSeed();
    this.#seed = seed;
    this.#seedIsOld = old !== null;
    const order = makeOrder();
    if (resumed === null) return { order, skipped: 0, seed, workers: null };
    skip(order, resumed.batches);
    // The order was drawn a second time: all streams go back to where they were.
    setStates(streams, [shared, ...resumed.streams.slice(1)]);
    return { order, skipped: resumed.batches, seed, workers: resumed.workers };
  }

  // The order of all batches; a stream has none.
  #source(): Iterator<number | readonly number[]> {
    const source = (this.batchSampler ?? this.sampler ?? []) as Iterable<number | readonly number[]>;
    return source[Symbol.iterator]();
  }

  *#batchesOf(dataset: Indexed<T>): IterableIterator<unknown> {
    const { order } = this.#begin(() => this.#source());
    for (let next = order.next(); next.done !== true; next = order.next()) {
      this.#signal?.throwIfAborted();
      this.#batches += 1;
      yield fetchBatch(dataset, next.value, this.#collate);
    }
    this.#start = null;
  }

  async *#fromWorkers(workers: LoaderWorkers): AsyncGenerator<B, void, void> {
    const { order, seed, workers: from } = this.#begin(() => this.#source());
    const orders: IterableIterator<Order<readonly Tensor[] | null>> = isIndexed(this.dataset)
      ? this.#marked(order)
      : endless();
    this.#mark = null;
    try {
      for await (const { batch, mark } of workers.pass(orders, seed, from)) {
        this.#batches += 1;
        this.#mark = mark;
        yield batch as B;
      }
      this.#start = null;
    } finally {
      // A pass that was left can be resumed from its state at the last batch until the next one begins.
      if (this.#start === null) this.#mark = null;
    }
  }

  *#marked(order: Iterator<number | readonly number[]>): IterableIterator<Order<readonly Tensor[]>> {
    for (let next = order.next(); next.done !== true; next = order.next()) {
      yield { order: next.value, mark: statesOf(this.#streams().slice(1)) };
    }
  }

  *#stream(dataset: Iterable<T>): IterableIterator<B> {
    const { order, skipped } = this.#begin(() => dataset[Symbol.iterator]());
    // Elements, not batches, were stepped over so far.
    skip(order, skipped * ((this.batchSize ?? 1) - 1));
    let elements: T[] = [];
    for (let next = order.next(); next.done !== true; next = order.next()) {
      elements.push(next.value);
      const ready = this.#ready(elements, false);
      if (ready === null) continue;
      elements = [];
      yield ready.batch;
    }
    const last = this.#ready(elements, true);
    if (last !== null) yield last.batch;
    this.#start = null;
  }

  async *#asyncStream(dataset: AsyncIterable<T>): AsyncGenerator<B, void, void> {
    const { skipped } = this.#begin(() => [][Symbol.iterator]());
    let left = skipped * (this.batchSize ?? 1);
    let elements: T[] = [];
    for await (const element of dataset) {
      left -= 1;
      if (left >= 0) continue;
      elements.push(element);
      const ready = this.#ready(elements, false);
      if (ready === null) continue;
      elements = [];
      yield ready.batch;
    }
    const last = this.#ready(elements, true);
    if (last !== null) yield last.batch;
    this.#start = null;
  }

  // The batch of a stream, once it is full or the stream ends.
  #ready(elements: T[], end: boolean): { batch: B } | null {
    this.#signal?.throwIfAborted();
    const size = this.batchSize ?? 1;
    if (elements.length === 0 || (elements.length < size && (!end || this.dropLast))) return null;
    this.#batches += 1;
    const [first] = elements as [T];
    const batch = this.batchSize === null ? convert(first, this.#collate) : join(elements, this.#collate);
    return { batch: batch as B };
  }
}

function* endless(): IterableIterator<Order<null>> {
  while (true) yield { order: null, mark: null };
}

// Steps over what was read before; a state may claim more than there is.
function skip(order: Iterator<unknown>, count: number): void {
  for (let i = 0; i < count; i++) if (order.next().done === true) return;
}

// The seed that a state holds, or null.
function seedOf(value: unknown): bigint | null {
  if (value === null || value === undefined) return null;
  const elements = value instanceof Tensor && value.dtype === 'int64' ? elementsOf(value.contiguous()) : [];
  const [seed] = elements as BigInt64Array;
  if (seed !== undefined) return seed;
  throw new StateError(`DataLoader.loadStateDict: the seed must be an int64 tensor, got ${describe(value)}`);
}

function statesOf(streams: readonly Generator[]): Tensor[] {
  return streams.map((stream) => stream.getState());
}

function setStates(streams: readonly Generator[], states: readonly Tensor[]): void {
  streams.forEach((stream, i) => {
    const state = states[i];
    if (state !== undefined) stream.setState(state);
  });
}

// A turn of the event loop between batches lets a service answer meanwhile.
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
