// Workers of the DataLoader: PyTorch's order and numbers, errors, leaving early, resuming.
import { readFileSync } from 'node:fs';
import {
  data,
  Generator,
  getRngState,
  manualSeed,
  rand,
  setRngState,
  type Tensor,
  tensor,
  WorkerError,
} from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';

const recorded = JSON.parse(readFileSync(new URL('../parity/workers.json', import.meta.url), 'utf8'));
const module = (name = 'default') => new URL(`./modules/sets.ts#${name}`, import.meta.url);

type Batch = Tensor | { i: Tensor; worker: Tensor; drawn: Tensor };
type Loader = data.DataLoader<unknown, Batch>;

const set = await data.workerDataset<data.Dataset<unknown>>(module(), 10);
const loaders: Loader[] = [];
afterAll(() => Promise.all(loaders.map((loader) => loader.dispose())));

function loaderOf(source: data.Source<unknown>, options: data.DataLoaderOptions<unknown, Batch>): Loader {
  const loader = new data.DataLoader<unknown, Batch>(source, options);
  loaders.push(loader);
  return loader;
}

function shown(batch: Batch): unknown {
  if (!('drawn' in batch)) return batch.tolist();
  const drawn = (batch.drawn.flatten().tolist() as number[]).map((x) => Number(x.toFixed(6)));
  return [batch.i.tolist(), batch.worker.tolist(), drawn];
}

async function passes(loader: Loader, count = 1): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let i = 0; i < count; i++) for await (const batch of loader) all.push(shown(batch));
  return all;
}

describe('order and random numbers are those of PyTorch', () => {
  const options = { batchSize: 4, shuffle: true, numWorkers: 2 };

  it('over two passes', async () => {
    manualSeed(0);
    expect(await passes(loaderOf(set, options), 2)).toEqual(recorded.shuffled);
    expect(rand(1).item()).toBeCloseTo(recorded.shuffledNext, 7);
  });

  it('with workers that are kept', async () => {
    manualSeed(0);
    expect(await passes(loaderOf(set, { ...options, persistentWorkers: true }), 2)).toEqual(recorded.persistent);
    expect(rand(1).item()).toBeCloseTo(recorded.persistentNext, 7);
  });

  it('with a generator, and one batch ahead', async () => {
    const generator = new Generator().manualSeed(7);
    const own = { batchSize: 3, shuffle: true, numWorkers: 3, generator, prefetchFactor: 1 };
    expect(await passes(loaderOf(set, own), 2)).toEqual(recorded.generator);
    expect(rand(1, { generator }).item()).toBeCloseTo(recorded.generatorNext, 7);
  });

  it('with a sampler', async () => {
    manualSeed(0);
    const sampler = new data.WeightedRandomSampler([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 10);
    expect(await passes(loaderOf(set, { batchSize: 4, sampler, numWorkers: 2 }), 2)).toEqual(recorded.weighted);
  });

  it.each([
    ['shares', 'Shares', [7], { batchSize: 2, numWorkers: 3 }, 1],
    ['sharesDropped', 'Shares', [7], { batchSize: 2, numWorkers: 2, dropLast: true }, 1],
    ['uneven', 'Uneven', [], { batchSize: 1, numWorkers: 3 }, 1],
    ['unevenPersistent', 'Uneven', [], { batchSize: 2, numWorkers: 3, persistentWorkers: true }, 2],
    ['single', 'Shares', [5], { batchSize: null, numWorkers: 2 }, 1],
  ])('of streams: %s', async (name, dataset, args, streamOptions, count) => {
    const stream = await data.workerDataset<data.IterableDataset<unknown>>(module(dataset), ...args);
    expect(await passes(loaderOf(stream, streamOptions), count)).toEqual(recorded[name]);
  });
});

describe('a part of a dataset', () => {
  it('is read by the workers that make the whole', async () => {
    const part = new data.Subset(new data.Subset(set, [9, 7, 5, 3]), [0, 2, 3]);
    const batches = (await passes(loaderOf(part, { batchSize: 2, numWorkers: 2 }))) as [number[], number[]][];
    expect(batches.map(([i]) => i)).toEqual([[9, 5], [3]]);
    expect(batches.map(([, worker]) => worker)).toEqual([[0, 0], [1]]);
  });
});

describe('functions', () => {
  it('are given as URLs', async () => {
    manualSeed(0);
    const seeds = { collateFn: module('collate'), workerInitFn: module('init') };
    const loader = new data.DataLoader<unknown, unknown>(set, { batchSize: 5, numWorkers: 2, ...seeds });
    const batches = [];
    for await (const batch of loader) batches.push(batch);
    expect(batches).toMatchObject([
      { i: [0, 1, 2, 3, 4], note: [0, expect.any(Number)] },
      { i: [5, 6, 7, 8, 9], note: [1, expect.any(Number)] },
    ]);
  });

  it('are refused otherwise', () => {
    const refused = { numWorkers: 1, collateFn: (elements: unknown[]) => elements as never };
    expect(() => new data.DataLoader(set, refused)).toThrow(/collateFn must be the URL of a function/);
    expect(() => new data.DataLoader(set, { collateFn: module('collate') })).toThrow(
      /must be a function without workers/,
    );
  });

  it.each([
    ['a timeout that is no number', { timeout: Number.NaN }, /timeout option should be non-negative/],
    ['more workers than threads', { numWorkers: 2 ** 31 }, /numWorkers must be at most 1024/],
    ['endless requests', { prefetchFactor: 2 ** 40 }, /prefetchFactor must be at most 65536/],
    [
      'a stack that Node cannot start on',
      { workerOptions: { resourceLimits: { stackSizeMb: 0.01 } } },
      /stackSizeMb must be at least 1, got 0.01/,
    ],
  ])('refuse %s', (_, options, message) => {
    expect(() => new data.DataLoader(set, { numWorkers: 1, ...options })).toThrow(message);
  });

  it('wait for longer than a timer of Node can', async () => {
    const loader = new data.DataLoader<unknown, unknown>(set, { batchSize: 5, numWorkers: 1, timeout: 1e300 });
    let batches = 0;
    for await (const _ of loader) batches++;
    expect(batches).toBe(2);
  });

  it('are told by workerDataset what is wrong', async () => {
    await expect(data.workerDataset(module('absent'))).rejects.toThrow(/no export 'absent'; it exports .*Shares/);
    await expect(data.workerDataset(module('constant'))).rejects.toThrow(/must be a class or a function, got 3/);
    await expect(data.workerDataset('./sets.ts')).rejects.toThrow(/expected a URL/);
    await expect(data.workerDataset(module(), () => 3)).rejects.toThrow(/arguments must be copied/);
  });
});

describe('what goes wrong in a worker', () => {
  const faulty = async (how: string, options: object = {}) => {
    const broken = await data.workerDataset<data.Dataset<unknown>>(module('faulty'), 8, 5, how);
    const read: unknown[] = [];
    const loader = loaderOf(broken, { batchSize: 2, numWorkers: 2, ...options });
    const run = async () => {
      for await (const batch of loader) read.push(typeof batch === 'number' ? batch : (batch as Tensor).tolist());
    };
    const error = await run().then(
      () => null,
      (reason: Error) => reason,
    );
    return { error, read };
  };

  it.each(['throw', 'reject'])('%s: comes at its batch, once, with the stack', async (how) => {
    const { error, read } = await faulty(how);
    expect(read).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'ERR_WORKER', worker: 0 });
    expect(error?.message).toMatch(
      /^Caught RangeError in DataLoader worker process 0\.\nOriginal .*element 5 is broken/s,
    );
    expect(error?.message).toMatch(/sets\.ts/);
    expect(error).toBeInstanceOf(WorkerError);
    expect(error?.cause).toMatchObject({ name: 'RangeError', message: 'element 5 is broken' });
  });

  it.each([
    ['exit', /exited unexpectedly with code 3/],
    ['stray', /nobody listens/],
    ['function', /could not be cloned/],
  ])('%s: ends the pass', async (how, message) => {
    expect((await faulty(how, { batchSize: null })).error?.message).toMatch(message);
  });

  it('hang: ends the pass when time is up', async () => {
    expect((await faulty('hang', { timeout: 3 })).error?.message).toBe('DataLoader timed out after 3 seconds');
  });

  it('hang: ends the pass when aborted', async () => {
    const signal = AbortSignal.timeout(2500);
    expect((await faulty('hang', { signal })).error?.name).toBe('TimeoutError');
  });
});

describe('a pass that is left', () => {
  it.each([false, true])('lets the next one begin anew (kept workers: %s)', async (persistentWorkers) => {
    const loader = loaderOf(set, { batchSize: 3, numWorkers: 2, persistentWorkers });
    for await (const _batch of loader) break;
    const batches = (await passes(loader)) as [number[]][];
    expect(batches.map(([i]) => i)).toEqual([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]);
  });

  it.each([
    ['numbers', false],
    ['numbers', true],
    ['a stream', false],
  ])('is resumed by other workers as if it had not been left: %s, second pass %s', async (kind, second) => {
    const stream = await data.workerDataset<data.IterableDataset<unknown>>(module('Drawing'), 9);
    const make = () =>
      kind === 'numbers'
        ? loaderOf(set, { batchSize: 2, shuffle: true, numWorkers: 2, persistentWorkers: second })
        : loaderOf(stream, { batchSize: 2, numWorkers: 2 });
    manualSeed(3);
    const loader = make();
    if (second) await passes(loader);
    const expected: unknown[] = [];
    let state: Map<string, unknown> | null = null;
    let rng = getRngState();
    for await (const batch of loader) {
      expected.push(shown(batch));
      if (expected.length !== 3) continue;
      state = loader.stateDict();
      rng = getRngState();
    }
    const other = make();
    setRngState(rng);
    if (state !== null) other.loadStateDict(state);
    expect(await passes(other)).toEqual(expected.slice(3));
  });
});

describe('a forged state', () => {
  const resumed = async (forge: (workers: Map<string, unknown>) => unknown) => {
    const make = async () =>
      loaderOf(await data.workerDataset(module('Drawing'), 9), { batchSize: 2, numWorkers: 2, timeout: 60 });
    const loader = await make();
    for await (const _batch of loader) break;
    const state = loader.stateDict();
    forge(state.get('workers') as Map<string, unknown>);
    const other = await make();
    other.loadStateDict(state);
    return passes(other);
  };

  it('that claims more batches than there are ends at once', async () => {
    const delivered = tensor([2 ** 53 - 1, 2 ** 53 - 1], { dtype: 'int64' });
    expect(await resumed((workers) => workers.set('delivered', delivered))).toEqual([]);
  });

  it.each([
    ['turn', 2 ** 60],
    ['turn', -(2 ** 60)],
    ['delivered', tensor([-1, 0.5])],
    ['states', [tensor([1], { dtype: 'uint8' }), null]],
  ])('with another %s is refused', async (name, value) => {
    await expect(resumed((workers) => workers.set(name, value))).rejects.toThrow('can only be resumed');
  });
});

describe('a dataset that cannot leave its thread', () => {
  it('is read there, with a warning', async () => {
    const warnings: Error[] = [];
    process.on('warning', (warning) => warnings.push(warning));
    const loader = new data.DataLoader<Tensor[]>(new data.TensorDataset(tensor([1, 2, 3])), { numWorkers: 2 });
    const read: unknown[] = [];
    for await (const [x] of loader) read.push(x?.tolist());
    expect(read).toEqual([[1], [2], [3]]);
    expect(warnings.map(({ message }) => message).join()).toMatch(/read in this thread/);
  });

  it('says so where batches are asked for at once', () => {
    expect(() => [...loaderOf(set, { numWorkers: 1 })]).toThrow(/for await/);
  });
});
