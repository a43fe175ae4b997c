// The options of the DataLoader and the combinations that PyTorch refuses.
import type { WorkerOptions } from 'node:worker_threads';
import { ArgumentTypeError, checkOptions, describe, ValueError } from '../errors.ts';
import type { Generator } from '../tensor/random.ts';
import { type Indexed, isIndexed } from './dataset.ts';

/** What a loader reads. */
export type Source<T> = Indexed<T> | Iterable<T> | AsyncIterable<T>;

/** Options of {@link DataLoader}. */
export interface DataLoaderOptions<T, B> {
  /** Elements of a batch, >= 1; null gives single elements. Default 1. */
  batchSize?: number | null;
  /** A new random order in each pass. Default false. */
  shuffle?: boolean | null;
  /** The order of elements, instead of `shuffle`. Default null. */
  sampler?: Iterable<number> | null;
  /** The lists of elements of each batch, instead of `batchSize`, `shuffle`, `sampler` and `dropLast`. Default null. */
  batchSampler?: Iterable<readonly number[]> | null;
  /**
   * Joins elements to a batch; with `batchSize: null` it is given one element. With workers the URL of a function, as
   * for `workerDataset`. Default `defaultCollate`, or `defaultConvert` for single elements.
   */
  collateFn?: ((elements: T[]) => B) | URL | null;
  /** Leave out a last batch that is smaller. Default false. */
  dropLast?: boolean;
  /** The stream that shuffling draws from. Default: the one that `manualSeed` starts. */
  generator?: Generator | null;
  /** Stops the iteration with an AbortError. */
  signal?: AbortSignal | null;
  /**
   * Threads that make batches; the dataset must come from `workerDataset`, any other one is read in this thread. Batches
   * are in the same order as without. At most 1,024. Default 0.
   */
  numWorkers?: number;
  /** Seconds to wait for a batch before a WorkerError; 0 for no limit. Default 0. */
  timeout?: number;
  /** Batches that each worker makes ahead, at most 65,536. Default 2; with workers only. */
  prefetchFactor?: number | null;
  /** Keep the workers, with their datasets, for the next pass; `dispose` ends them. Default false; with workers only. */
  persistentWorkers?: boolean;
  /** Accepted as in PyTorch; memory is never pinned. Default false. */
  pinMemory?: boolean;
  /** The URL of a function that each worker calls with its number before it makes batches. Default null. */
  workerInitFn?: ((worker: number) => void) | URL | null;
  /** Hand out batches in order; otherwise whichever is ready, with workers. Default true. */
  inOrder?: boolean;
  /** Of each thread, as `node:worker_threads` takes them: `resourceLimits`, `execArgv`, `env`. Default none. */
  workerOptions?: Pick<WorkerOptions, 'execArgv' | 'env' | 'resourceLimits'> | null;
}

const optionNames = [
  ...['batchSize', 'shuffle', 'sampler', 'batchSampler', 'collateFn', 'dropLast', 'generator', 'signal'],
  ...['numWorkers', 'timeout', 'prefetchFactor', 'persistentWorkers', 'pinMemory', 'workerInitFn', 'inOrder'],
  'workerOptions',
];

/** Checks all options. @throws ArgumentTypeError, OptionError or ValueError with PyTorch's sentences */
export function checkLoaderOptions<T, B>(dataset: Source<T>, options: DataLoaderOptions<T, B>): void {
  checkOptions('DataLoader', options, optionNames);
  const streams = dataset !== null && typeof dataset === 'object';
  if (!isIndexed(dataset) && !(streams && (Symbol.iterator in dataset || Symbol.asyncIterator in dataset))) {
    throw new ArgumentTypeError(
      `DataLoader: expected an array, a dataset with length and getItem, or an iterable, got ${describe(dataset)}`,
    );
  }
  checkWorkers(options);
  if (!isIndexed(dataset)) checkStream(options);
  const { batchSize = 1, shuffle, sampler, batchSampler, dropLast } = options;
  if (sampler && shuffle) throw new ValueError('sampler option is mutually exclusive with shuffle');
  if (batchSampler) {
    if (batchSize === 1 && !shuffle && !sampler && !dropLast) return;
    throw new ValueError('batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last');
  }
  if (batchSize === null) {
    if (dropLast) {
      throw new ValueError('batch_size=None option disables auto-batching and is mutually exclusive with drop_last');
    }
  } else if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ValueError(`batch_size should be a positive integer value, but got batch_size=${describe(batchSize)}`);
  }
}

// More of either would end the process, by threads or by requests.
const mostWorkers = 1024;
const mostPrefetched = 65_536;

// Node starts in each thread before anything of ours; on a smaller stack that ends the process.
const leastStackMb = 1;

function checkStack(stackSizeMb: number | undefined): void {
  if (stackSizeMb === undefined || stackSizeMb >= leastStackMb) return;
  throw new ValueError(
    `DataLoader: resourceLimits.stackSizeMb must be at least ${leastStackMb}, got ${describe(stackSizeMb)}`,
  );
}

function checkWorkers<T, B>(options: DataLoaderOptions<T, B>): void {
  const { numWorkers = 0, timeout = 0, prefetchFactor = null, persistentWorkers = false } = options;
  if (!Number.isInteger(numWorkers)) {
    throw new ArgumentTypeError(`DataLoader: numWorkers must be an integer, got ${describe(numWorkers)}`);
  }
  if (numWorkers < 0) {
    throw new ValueError('num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.');
  }
  if (numWorkers > mostWorkers) {
    throw new ValueError(`DataLoader: numWorkers must be at most ${mostWorkers}, got ${numWorkers}`);
  }
  if (!(timeout >= 0)) throw new ValueError('timeout option should be non-negative');
  if (numWorkers > 0) {
    checkStack(options.workerOptions?.resourceLimits?.stackSizeMb);
    if (prefetchFactor === null) return;
    if (!(Number.isInteger(prefetchFactor) && prefetchFactor > 0)) {
      throw new ValueError('prefetch_factor option should be non-negative');
    }
    if (prefetchFactor <= mostPrefetched) return;
    throw new ValueError(`DataLoader: prefetchFactor must be at most ${mostPrefetched}, got ${prefetchFactor}`);
  }
  if (options.collateFn instanceof URL) {
    throw new ArgumentTypeError('DataLoader: collateFn must be a function without workers, got a URL');
  }
  if (prefetchFactor !== null) {
    throw new ValueError(
      'prefetch_factor option could only be specified in multiprocessing.' +
        'let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None.',
    );
  }
  if (persistentWorkers) throw new ValueError('persistent_workers option needs num_workers > 0');
}

function checkStream<T, B>({ shuffle, sampler, batchSampler }: DataLoaderOptions<T, B>): void {
  const refuse = (name: string, value: unknown) => {
    const text = Array.isArray(value) ? `[${value.join(', ')}]` : value === true ? 'True' : describe(value);
    throw new ValueError(
      `DataLoader with IterableDataset: expected unspecified ${name} option, but got ${name}=${text}`,
    );
  };
  if (shuffle) refuse('shuffle', shuffle);
  if (sampler) refuse('sampler', sampler);
  if (batchSampler) refuse('batch_sampler', batchSampler);
}
