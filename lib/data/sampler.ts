// Samplers: the order in which elements are read. They draw what PyTorch's draw.
import { ArgumentTypeError, checkOptions, describe, ValueError } from '../errors.ts';
import { checkHeap } from '../heap.ts';
import { empty } from '../tensor/create.ts';
import { defaultGenerator, exponential_, Generator, rand, randint, randperm } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * Positions, or lists of positions for a batch sampler; `length` if it is known. @source torch.utils.data.Sampler
 * @example
 * class Reversed extends data.Sampler {
 *   readonly length = 3;
 *   *[Symbol.iterator]() {
 *     for (let i = 2; i >= 0; i--) yield i;
 *   }
 * }
 * const dataset = new data.TensorDataset(tensor([10, 20, 30]));
 * [...new data.DataLoader(dataset, { sampler: new Reversed(), batchSize: 3 })]; // [[tensor([30, 20, 10])]]
 */
export abstract class Sampler<T = number> implements Iterable<T> {
  abstract [Symbol.iterator](): Iterator<T>;
  /** How many there are in one pass. */
  abstract readonly length: number;
}

/** What has a number of elements. */
export interface Sized {
  readonly length: number;
}

function checkSized<S extends Sized>(who: string, source: S): S {
  const length: unknown = source?.length;
  if (Number.isSafeInteger(length) && Number(length) >= 0) return source;
  throw new ArgumentTypeError(`${who}: expected a dataset with a length, got ${describe(length ?? source)}`);
}

function checkInteger(who: string, name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new ArgumentTypeError(`${who}: ${name} must be an integer, got ${describe(value)}`);
}

function checkCount(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new ValueError(`${name} should be a positive integer value, but got ${name}=${describe(value)}`);
}

const numbers = (x: Tensor) => x.tolist() as number[];

/**
 * 0, 1, 2 and so on. @source torch.utils.data.SequentialSampler
 * @example [...new data.SequentialSampler({ length: 3 })]; // [0, 1, 2]
 */
export class SequentialSampler extends Sampler {
  readonly dataSource: Sized;

  constructor(dataSource: Sized) {
    super();
    this.dataSource = checkSized('SequentialSampler', dataSource);
  }

  get length(): number {
    return this.dataSource.length;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }
}

/** Options of {@link RandomSampler}. */
export interface RandomSamplerOptions {
  /** Draw each position independently of the others. Default false. */
  replacement?: boolean;
  /** Positions in one pass. Default: as many as there are elements. */
  numSamples?: number | null;
  /** The stream to draw from. Default: a new one in each pass, seeded by the one that `manualSeed` starts. */
  generator?: Generator | null;
}

/**
 * Positions in random order.
 *
 * @throws ValueError for a number of samples below 1
 * @source torch.utils.data.RandomSampler
 * @example
 * manualSeed(0);
 * [...new data.RandomSampler({ length: 5 })]; // [1, 3, 4, 2, 0]
 */
export class RandomSampler extends Sampler {
  readonly dataSource: Sized;
  readonly replacement: boolean;
  /** The stream given, or null. */
  generator: Generator | null;
  readonly #numSamples: number | null;

  constructor(dataSource: Sized, options: RandomSamplerOptions = {}) {
    super();
    checkOptions('RandomSampler', options, ['replacement', 'numSamples', 'generator']);
    const { replacement = false, numSamples = null, generator = null } = options;
    if (typeof replacement !== 'boolean') {
      throw new ValueError(`replacement should be a boolean value, but got replacement=${describe(replacement)}`);
    }
    this.dataSource = checkSized('RandomSampler', dataSource);
    this.replacement = replacement;
    this.generator = generator;
    this.#numSamples = numSamples;
    checkCount('num_samples', this.length);
  }

  get length(): number {
    return this.#numSamples ?? this.dataSource.length;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const n = this.dataSource.length;
    const generator = this.generator ?? new Generator().manualSeed(defaultGenerator.drawSeed());
    if (this.replacement) {
      // In groups of 32: a generator that others draw from too is at the same place as PyTorch's in between.
      for (let left = this.length; left > 0; left -= 32) {
        yield* numbers(randint(n, [Math.min(32, left)], { generator }));
      }
      return;
    }
    if (n === 0) {
      if (this.length > 0) throw new ValueError('RandomSampler: the source has no elements to draw');
      return;
    }
    for (let left = this.length; left >= n; left -= n) yield* numbers(randperm(n, { generator }));
    yield* numbers(randperm(n, { generator })).slice(0, this.length % n);
  }
}

/**
 * The given positions in random order. @source torch.utils.data.SubsetRandomSampler
 * @example
 * manualSeed(0);
 * [...new data.SubsetRandomSampler([2, 4, 6])]; // [6, 2, 4]
 */
export class SubsetRandomSampler extends Sampler {
  readonly indices: readonly number[];
  generator: Generator | null;

  constructor(indices: readonly number[], options: { generator?: Generator | null } = {}) {
    super();
    checkOptions('SubsetRandomSampler', options, ['generator']);
    this.indices = checkSized('SubsetRandomSampler', indices);
    this.generator = options.generator ?? null;
  }

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (const i of numbers(randperm(this.length, { generator: this.generator }))) yield this.indices[i] ?? 0;
  }
}

/** Options of {@link WeightedRandomSampler}. */
export interface WeightedRandomSamplerOptions {
  /** Draw each position independently of the others. Default true. */
  replacement?: boolean;
  /** The stream to draw from. Default: the one that `manualSeed` starts. */
  generator?: Generator | null;
}

/**
 * Positions with probabilities in proportion to weights.
 *
 * @throws ValueError for weights that are no list, or more samples than weights without replacement
 * @source torch.utils.data.WeightedRandomSampler; torch.multinomial
 * @example
 * manualSeed(0);
 * [...new data.WeightedRandomSampler([0.1, 0.9, 0], 4)]; // [1, 1, 1, 1]
 */
export class WeightedRandomSampler extends Sampler {
  readonly weights: Float64Array;
  readonly numSamples: number;
  readonly replacement: boolean;
  generator: Generator | null;

  constructor(weights: readonly number[] | Tensor, numSamples: number, options: WeightedRandomSamplerOptions = {}) {
    super();
    checkOptions('WeightedRandomSampler', options, ['replacement', 'generator']);
    const { replacement = true, generator = null } = options;
    checkCount('num_samples', numSamples);
    if (typeof replacement !== 'boolean') {
      throw new ValueError(`replacement should be a boolean value, but got replacement=${describe(replacement)}`);
    }
    const list: unknown = Array.isArray(weights) ? weights : (weights as Tensor).tolist();
    if (!Array.isArray(list) || list.some((weight) => typeof weight !== 'number')) {
      const shape = Array.isArray(weights) ? 'of a nested list' : `(${(weights as Tensor).shape.join(', ')})`;
      throw new ValueError(`weights should be a 1d sequence but given weights have shape ${shape}`);
    }
    this.weights = Float64Array.from(list as number[]);
    this.numSamples = numSamples;
    this.replacement = replacement;
    this.generator = generator;
  }

  get length(): number {
    return this.numSamples;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    yield* drawWeighted(this.weights, this.numSamples, this.replacement, this.generator);
  }
}

function drawWeighted(
  weights: Float64Array,
  count: number,
  replacement: boolean,
  generator: Generator | null,
): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!Number.isFinite(total) || weights.some((weight) => !(weight >= 0))) {
    throw new ValueError('probability tensor contains either `inf`, `nan` or element < 0');
  }
  if (total <= 0) throw new ValueError('invalid multinomial distribution (sum of probabilities <= 0)');
  if (!replacement && count > weights.length) {
    throw new ValueError('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
  }
  if (!replacement || count === 1) {
    // The largest of w / q for exponential q.
    const q = numbers(exponential_(empty(weights.length, { dtype: 'float64' }), 1, { generator }));
    const order = Array.from(weights, (weight, i) => ({ i, key: weight / (q[i] ?? 1) }));
    return order
      .sort((a, b) => b.key - a.key)
      .slice(0, count)
      .map(({ i }) => i);
  }
  let sum = 0;
  const ends = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  const limits = ends.map((end) => end / sum);
  limits[limits.length - 1] = 1;
  return numbers(rand(count, { dtype: 'float64', generator })).map((u) => limits.findIndex((limit) => limit >= u));
}

/**
 * Lists of positions. @throws ValueError for a batch size below 1 @source torch.utils.data.BatchSampler
 * @example [...new data.BatchSampler(new data.SequentialSampler({ length: 5 }), 2, false)]; // [[0, 1], [2, 3], [4]]
 */
export class BatchSampler extends Sampler<number[]> {
  readonly sampler: Iterable<number>;
  readonly batchSize: number;
  readonly dropLast: boolean;

  constructor(sampler: Iterable<number>, batchSize: number, dropLast: boolean) {
    super();
    this.sampler = sampler;
    this.batchSize = checkCount('batch_size', batchSize);
    if (typeof dropLast !== 'boolean') {
      throw new ValueError(`drop_last should be a boolean value, but got drop_last=${describe(dropLast)}`);
    }
    this.dropLast = dropLast;
  }

  get length(): number {
    const batches = (this.sampler as unknown as Sized).length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *[Symbol.iterator](): IterableIterator<number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length % (1 << 20) === 0) checkHeap(batch.length, 64);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}

/** Options of {@link DistributedSampler}. */
export interface DistributedSamplerOptions {
  /** Processes that share the dataset. */
  numReplicas: number;
  /** Which of them this one is, from 0. */
  rank: number;
  /** Default true. */
  shuffle?: boolean;
  /** The same in all processes. Default 0. */
  seed?: number;
  /** Leave out what does not divide evenly instead of reading some twice. Default false. */
  dropLast?: boolean;
}

/**
 * The share of one of several processes; call `setEpoch` before each pass for another order.
 *
 * @throws ValueError for a rank outside of its range
 * @source torch.utils.data.distributed.DistributedSampler
 * @example [...new data.DistributedSampler({ length: 5 }, { numReplicas: 2, rank: 1, shuffle: false })]; // [1, 3, 0]
 */
export class DistributedSampler extends Sampler {
  readonly dataset: Sized;
  readonly numReplicas: number;
  readonly rank: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly dropLast: boolean;
  epoch = 0;

  constructor(dataset: Sized, options: DistributedSamplerOptions) {
    super();
    checkOptions('DistributedSampler', options, ['numReplicas', 'rank', 'shuffle', 'seed', 'dropLast']);
    const { numReplicas, rank, shuffle = true, seed = 0, dropLast = false } = options ?? {};
    checkCount('num_replicas', checkInteger('DistributedSampler', 'numReplicas', numReplicas));
    if (!Number.isInteger(rank) || rank < 0 || rank >= numReplicas) {
      throw new ValueError(`Invalid rank ${rank}, rank should be in the interval [0, ${numReplicas - 1}]`);
    }
    this.dataset = checkSized('DistributedSampler', dataset);
    this.numReplicas = numReplicas;
    this.rank = rank;
    this.shuffle = shuffle;
    this.seed = checkInteger('DistributedSampler', 'seed', seed);
    this.dropLast = dropLast;
  }

  get length(): number {
    const share = this.dataset.length / this.numReplicas;
    return this.dropLast ? Math.floor(share) : Math.ceil(share);
  }

  *[Symbol.iterator](): IterableIterator<number> {
    const n = this.dataset.length;
    const generator = new Generator().manualSeed(this.seed + this.epoch);
    const order = this.shuffle ? numbers(randperm(n, { generator })) : null;
    const total = this.length * this.numReplicas;
    // What is missing for an even share is read again from the start.
    for (let i = this.rank; i < total; i += this.numReplicas) yield order?.[i % n] ?? i % n;
  }

  /** Changes the order of the next pass. */
  setEpoch(epoch: number): void {
    this.epoch = checkInteger('setEpoch', 'epoch', epoch);
  }
}
