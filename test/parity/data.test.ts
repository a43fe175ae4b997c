// Orders of samplers, loaders and splits, and what they refuse, as recorded from PyTorch 2.6 by scripts/record-data.py.
import { readFileSync } from 'node:fs';
import { data, Generator, manualSeed, ones, rand, Tensor, tensor } from 'flambeau';
import { describe, expect, it } from 'vitest';

const { orders, errors } = JSON.parse(readFileSync(new URL('data.json', import.meta.url), 'utf8')) as {
  orders: Record<string, unknown>;
  errors: Record<string, string>;
};

const setOf = (values: readonly number[]): data.Dataset<number> => ({
  length: values.length,
  getItem: (index) => values[index] ?? Number.NaN,
});
const ten = setOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
const seven = new (class extends data.IterableDataset<number> {
  override *[Symbol.iterator]() {
    yield* [0, 1, 2, 3, 4, 5, 6];
  }
})();
const generator = (seed = 7) => new Generator().manualSeed(seed);
const weights = [0.1, 0.2, 3, 0.4, 0, 1, 1, 2, 0.5, 0.5];
const loader = (source: data.Source<number>, options: data.DataLoaderOptions<number, unknown> = {}) =>
  new data.DataLoader<number, unknown>(source, options);
const bySampler = (batchSize: number, sampler: data.Sampler) => loader(ten, { batchSize, sampler });

const loaders: Record<string, () => data.DataLoader<number, unknown>> = {
  plain: () => loader(ten, { batchSize: 4 }),
  shuffle: () => loader(ten, { batchSize: 4, shuffle: true }),
  'shuffle generator': () => loader(ten, { batchSize: 4, shuffle: true, generator: generator() }),
  drop: () => loader(ten, { batchSize: 4, dropLast: true }),
  replacement: () => bySampler(4, new data.RandomSampler(ten, { replacement: true })),
  'replacement num': () => bySampler(16, new data.RandomSampler(ten, { replacement: true, numSamples: 70 })),
  num: () => bySampler(5, new data.RandomSampler(ten, { numSamples: 23 })),
  'num generator': () => bySampler(5, new data.RandomSampler(ten, { numSamples: 23, generator: generator() })),
  subset: () => bySampler(2, new data.SubsetRandomSampler([1, 3, 5, 7])),
  'subset generator': () => bySampler(2, new data.SubsetRandomSampler([1, 3, 5, 7], { generator: generator() })),
  weighted: () => bySampler(6, new data.WeightedRandomSampler(weights, 12)),
  'weighted once': () => bySampler(6, new data.WeightedRandomSampler(weights, 8, { replacement: false })),
  'weighted one': () => bySampler(1, new data.WeightedRandomSampler(weights, 1, { generator: generator() })),
  'batch sampler': () => loader(ten, { batchSampler: new data.BatchSampler(new data.SequentialSampler(ten), 3, true) }),
  'no batches': () => loader(ten, { batchSize: null, shuffle: true }),
  iterable: () => loader(seven, { batchSize: 3 }),
  'iterable drop': () => loader(seven, { batchSize: 3, dropLast: true }),
  'iterable none': () => loader(seven, { batchSize: null }),
  chain: () => loader(new data.ChainDataset([seven, seven]), { batchSize: 5 }),
  concat: () => loader(new data.ConcatDataset([ten, setOf([100, 200])]), { batchSize: 5, shuffle: true }),
  'subset dataset': () => loader(new data.Subset(ten, [9, 1, 4]), { batchSize: 2 }),
};

const plain = (batch: unknown) => (batch instanceof Tensor ? batch.tolist() : batch);

describe.each(Object.entries(loaders))('the loader "%s"', (name, make) => {
  it('gives the batches of PyTorch, and draws as much', async () => {
    for (const asynchronous of [false, true]) {
      manualSeed(0);
      const source = make();
      const seen: unknown[][] = [];
      for (let pass = 0; pass < 2; pass++) {
        const batches: unknown[] = [];
        if (asynchronous) for await (const batch of source) batches.push(plain(batch));
        else for (const batch of source) batches.push(plain(batch));
        seen.push(batches);
      }
      const [expected, next] = orders[name] as [unknown[][], number];
      expect(seen).toEqual(expected);
      expect(rand(1).item()).toBeCloseTo(next, 7);
    }
  });

  it('goes on within a pass', () => {
    for (let stop = 0; stop <= 3; stop++) {
      manualSeed(0);
      const straight = make();
      const rest: unknown[] = [];
      let state: Map<string, unknown> | null = null;
      let at = 0;
      let drawn = 0;
      if (stop === 0) state = straight.stateDict();
      for (const batch of straight) {
        at += 1;
        if (at > stop) rest.push(plain(batch));
        if (at === stop) {
          state = straight.stateDict();
          drawn = Number(rand(1).item());
        }
      }
      if (state === null) return;
      const secondPass = [...straight].map(plain);
      manualSeed(0);
      const resumed = make();
      if (stop > 0) {
        // What happens to the default stream before is the checkpoint's business.
        const first = resumed[Symbol.iterator]();
        for (let i = 0; i < stop; i++) first.next();
        expect(rand(1).item()).toBe(drawn);
      }
      resumed.loadStateDict(state);
      expect(resumed.stateDict().get('batches')).toBe(stop);
      expect([...resumed].map(plain)).toEqual(rest);
      expect([...resumed].map(plain)).toEqual(secondPass);
    }
  });
});

describe('randomSplit', () => {
  it('splits as PyTorch does', () => {
    manualSeed(0);
    expect(data.randomSplit(ten, [3, 7]).map(({ indices }) => indices)).toEqual(orders.split);
    const parts = data.randomSplit(ten, [0.33, 0.33, 0.34], { generator: generator() });
    expect(parts.map(({ indices }) => indices)).toEqual(orders['split fractions']);
  });
});

const camel = { drop_last: 'dropLast' } as Record<string, string>;
const distributed = Object.entries(orders).filter(([name]) => name.startsWith('distributed'));

it.each(distributed)('the sampler "%s" gives the shares of PyTorch', (name, expected) => {
  const [, n = '', options = '{}'] = /distributed (\d+) (.*)/.exec(name) ?? [];
  const given = Object.entries(JSON.parse(options) as object).map(([key, value]) => [camel[key] ?? key, value]);
  const shares = [0, 1, 2, 3].map((rank) => {
    const sampler = new data.DistributedSampler(
      { length: Number(n) },
      { numReplicas: 4, rank, ...Object.fromEntries(given) },
    );
    const first = [...sampler];
    sampler.setEpoch(3);
    return [first, [...sampler], sampler.length];
  });
  expect(shares).toEqual(expected);
});

const refused: Record<string, () => unknown> = {
  batch: () => loader(ten, { batchSize: 0 }),
  sampler: () => loader(ten, { shuffle: true, sampler: [1] }),
  batchSampler: () => loader(ten, { batchSize: 3, batchSampler: [[1]] }),
  none: () => loader(ten, { batchSize: null, dropLast: true }),
  iterable: () => loader(seven, { shuffle: true }),
  iterableSampler: () => loader(seven, { sampler: [1] }),
  split: () => data.randomSplit(ten, [1, 2]),
  rank: () => new data.DistributedSampler(ten, { numReplicas: 2, rank: 2 }),
  num: () => new data.RandomSampler(ten, { numSamples: 0 }),
  weighted: () => new data.WeightedRandomSampler(ones(1, 1), 1),
  weightedNum: () => new data.WeightedRandomSampler([1], 0),
  fraction: () => data.randomSplit(ten, [1.5, -0.5]),
  concat: () => new data.ConcatDataset([]),
  stack: () => new data.StackDataset(ten, setOf([1])),
  stackNone: () => new data.StackDataset(),
  concatIndex: () => new data.ConcatDataset([ten]).getItem(-11),
  collate: () => data.defaultCollate([[1, 2], [1]]),
  empty: () => new data.RandomSampler([]),
  workers: () => loader(ten, { numWorkers: -1 }),
  timeout: () => loader(ten, { timeout: -1 }),
  prefetch: () => loader(ten, { prefetchFactor: 2 }),
  persistent: () => loader(ten, { persistentWorkers: true }),
  tensor: () => new data.TensorDataset(ones(2), ones(3)),
};

it.each(Object.entries(refused))('%s is refused with the sentence of PyTorch', (name, act) => {
  expect(act).toThrow(errors[name]);
});

describe('datasets', () => {
  it('stand side by side', () => {
    const pairs = new data.StackDataset(ten, ten);
    expect(pairs.getItem(-1)).toEqual([9, 9]);
    const named = new data.StackDataset({ x: ten, y: setOf(weights) });
    expect(named.getItem(2)).toEqual({ x: 2, y: 3 });
    const [batch] = [...new data.DataLoader(named, { batchSize: 2 })] as unknown as { x: Tensor; y: Tensor }[];
    expect([batch?.x.tolist(), batch?.y.tolist()]).toEqual([
      [0, 1],
      [0.1, 0.2],
    ]);
  });

  it('may be arrays', () => {
    manualSeed(0);
    const numbers = Array.from({ length: 10 }, (_, i) => i);
    expect(data.randomSplit(numbers, [3, 7]).map(({ indices }) => indices)).toEqual(orders.split);
    const joined = new data.ConcatDataset([['a', 'b'], new data.Subset(['c', 'd', 'e'], [2, 0])]);
    expect([0, 1, 2, -1].map((i) => joined.getItem(i))).toEqual(['a', 'b', 'e', 'c']);
    expect(new data.StackDataset(numbers, Float32Array.of(...numbers)).getItem(3)).toEqual([3, 3]);
    for (const source of [numbers, Float32Array.from(numbers)]) {
      const seen = [...loader(source, { batchSize: 4, shuffle: true, generator: generator() })].map(plain);
      const same = [...loader(ten, { batchSize: 4, shuffle: true, generator: generator() })].map(plain);
      expect(seen).toEqual(same);
      expect(loader(source, { batchSize: 4 }).length).toBe(3);
    }
    expect(() => data.randomSplit(5 as never, [1])).toThrow(/an array or a dataset/);
  });

  it('may give promises', async () => {
    const slow: data.Dataset<number> = { length: 3, getItem: async (index) => index * 2 };
    const seen: unknown[] = [];
    for await (const batch of loader(slow, { batchSize: 2 })) seen.push(plain(batch));
    expect(seen).toEqual([[0, 2], [4]]);
    expect(() => [...loader(slow)]).toThrow(/for await/);
  });

  it('may be asynchronous streams', async () => {
    const stream = {
      async *[Symbol.asyncIterator]() {
        yield* [1, 2, 3];
      },
    };
    const seen: unknown[] = [];
    for await (const batch of loader(stream, { batchSize: 2 })) seen.push(plain(batch));
    expect(seen).toEqual([[1, 2], [3]]);
  });

  it('keep batches of their own through subsets', () => {
    const rows = new data.TensorDataset(tensor([10, 11, 12, 13]));
    const batches = [...new data.DataLoader(new data.Subset(rows, [3, 1, 0]), { batchSize: 2 })];
    expect(batches.map(([x]) => x?.tolist())).toEqual([[13, 11], [10]]);
  });

  it('become batches and tensors', () => {
    const joined = data.defaultCollate([
      new Map([['a', Float32Array.of(1, 2)]]),
      new Map([['a', Float32Array.of(3, 4)]]),
    ]);
    expect((joined as Map<string, Tensor>).get('a')?.tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect((data.defaultCollate([1.5, 2]) as Tensor).dtype).toBe('float64');
    expect(() => data.defaultCollate([null])).toThrow(/default_collate: batch must contain tensors/);
    const converted = data.defaultConvert({ a: Float32Array.of(1), b: ['x', 2] }) as { a: Tensor; b: unknown };
    expect([converted.a.tolist(), converted.b]).toEqual([[1], ['x', 2]]);
  });
});
