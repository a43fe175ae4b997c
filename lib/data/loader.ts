// The DataLoader: batches of a dataset, in order or shuffled as PyTorch shuffles.
import { ArgumentTypeError, checkOptions, describe, ValueError } from '../errors.ts';
import { stack } from '../functional/join.ts';
import { tensor } from '../tensor/create.ts';
import { defaultGenerator, Generator, randperm } from '../tensor/random.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Dataset } from './dataset.ts';

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions<T, B> {
  /** Elements of a batch, >= 1. Default 1. */
  batchSize?: number;
  /** A new random order in each pass. Default false. */
  shuffle?: boolean;
  /** Leave out a last batch that is smaller. Default false. */
  dropLast?: boolean;
  /** The stream that shuffling draws from. Default: the one that `manualSeed` starts. */
  generator?: Generator | null;
  /** Joins elements to a batch. Default {@link defaultCollate}. */
  collateFn?: (elements: T[]) => B;
  /** Stops the iteration with an AbortError. */
  signal?: AbortSignal;
}

const optionNames = ['batchSize', 'shuffle', 'dropLast', 'generator', 'collateFn', 'signal'];

/**
 * Batches of a dataset, for `for` and `for await`.
 *
 * @throws ValueError for a batch size below 1
 * @source torch.utils.data.DataLoader
 * @example for await (const [images, labels] of new data.DataLoader(set, { batchSize: 64, shuffle: true })) { ... }
 */
export class DataLoader<T, B = T> {
  readonly dataset: Dataset<T>;
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly #shuffle: boolean;
  readonly #generator: Generator;
  readonly #collate: ((elements: T[]) => B) | null;
  readonly #signal: AbortSignal | null;

  constructor(dataset: Dataset<T>, options: DataLoaderOptions<T, B> = {}) {
    checkOptions('DataLoader', options, optionNames);
    if (typeof dataset?.getItem !== 'function') {
      throw new ArgumentTypeError(`DataLoader: expected a dataset with length and getItem, got ${describe(dataset)}`);
    }
    const {
      batchSize = 1,
      shuffle = false,
      dropLast = false,
      generator = null,
      collateFn = null,
      signal = null,
    } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new ValueError(`batch_size should be a positive integer value, but got batch_size=${batchSize}`);
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    this.#shuffle = shuffle;
    this.#generator = generator ?? defaultGenerator;
    this.#collate = collateFn;
    this.#signal = signal;
  }

  /** Number of batches. */
  get length(): number {
    const batches = this.dataset.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): IterableIterator<B> {
    const order = this.#order();
    for (let i = 0; i < this.length; i++) {
      this.#signal?.throwIfAborted();
      yield this.#batch(Array.from(order.subarray(i * this.batchSize, (i + 1) * this.batchSize)));
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<B, void, void> {
    for (const batch of this) {
      yield batch;
      // A turn of the event loop between batches lets a service answer meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  // Two seeds a pass, as PyTorch draws them: one for the workers, one for the sampler's own stream.
  #order(): Float64Array {
    const n = this.dataset.length;
    this.#generator.drawSeed();
    if (!this.#shuffle) return Float64Array.from({ length: n }, (_, i) => i);
    const stream = new Generator().manualSeed(this.#generator.drawSeed());
    return Float64Array.from(randperm(n, { generator: stream }).toTypedArray() as BigInt64Array, Number);
  }

  #batch(indices: number[]): B {
    if (this.#collate === null && this.dataset.getBatch !== undefined) return this.dataset.getBatch(indices) as B;
    const elements = indices.map((index) => this.dataset.getItem(index));
    return this.#collate === null ? (defaultCollate(elements) as B) : this.#collate(elements);
  }
}

/**
 * Joins elements to a batch: tensors are stacked, numbers and booleans become a tensor, arrays and objects are joined
 * entry by entry, anything else becomes an array.
 *
 * @source torch.utils.data.default_collate
 */
export function defaultCollate(elements: readonly unknown[]): unknown {
  const [first] = elements;
  if (first instanceof Tensor) return stack(elements as Tensor[]);
  if (typeof first === 'number') {
    const whole = elements.every((value) => Number.isInteger(value));
    return tensor(elements as number[], { dtype: whole ? 'int64' : 'float64' });
  }
  if (typeof first === 'boolean') return tensor(elements as boolean[]);
  if (Array.isArray(first)) {
    return first.map((_, i) => defaultCollate((elements as unknown[][]).map((element) => element[i])));
  }
  if (first !== null && typeof first === 'object' && Object.getPrototypeOf(first) === Object.prototype) {
    const entries = Object.keys(first).map((key): [string, unknown] => [
      key,
      defaultCollate((elements as Record<string, unknown>[]).map((element) => element[key])),
    ]);
    return Object.fromEntries(entries);
  }
  return [...elements];
}
