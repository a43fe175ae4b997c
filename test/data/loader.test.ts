// The DataLoader: batches, PyTorch's shuffle, joining, abortion.
import { data, FlambeauError, getRngState, manualSeed, rand, type Tensor, tensor } from 'flambeau';
import { describe, expect, it } from 'vitest';

const set = new data.TensorDataset(tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));

async function batches(loader: data.DataLoader<Tensor[]>): Promise<unknown[]> {
  const result: unknown[] = [];
  for await (const [x] of loader) result.push(x?.tolist());
  return result;
}

describe('DataLoader', () => {
  it('gives batches in order, the last one smaller', async () => {
    const loader = new data.DataLoader<Tensor[]>(set, { batchSize: 4 });
    expect(loader.length).toBe(3);
    expect(await batches(loader)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it('drops the last batch on request', async () => {
    expect(await batches(new data.DataLoader<Tensor[]>(set, { batchSize: 4, dropLast: true }))).toHaveLength(2);
  });

  // Recorded from PyTorch 2.6: two passes over range(10) with batch_size=4 after torch.manual_seed(0), then torch.rand(1).
  it('shuffles as PyTorch does, and draws as much', async () => {
    manualSeed(0);
    const loader = new data.DataLoader<Tensor[]>(set, { batchSize: 4, shuffle: true });
    expect(await batches(loader)).toEqual([
      [6, 7, 1, 4],
      [2, 0, 9, 8],
      [3, 5],
    ]);
    expect(await batches(loader)).toEqual([
      [2, 4, 7, 0],
      [8, 9, 5, 3],
      [6, 1],
    ]);
    expect(rand(1).item()).toBeCloseTo(0.455627977848053, 7);
  });

  it('joins what datasets give', () => {
    const joined = data.defaultCollate([
      { x: tensor([1]), y: 2, z: [true, 'a'] },
      { x: tensor([3]), y: 4, z: [false, 'b'] },
    ]) as { x: Tensor; y: Tensor; z: [Tensor, string[]] };
    expect(joined.x.tolist()).toEqual([[1], [3]]);
    expect(joined.y.dtype).toBe('int64');
    expect(joined.z[0].tolist()).toEqual([true, false]);
    expect(joined.z[1]).toEqual(['a', 'b']);
  });

  it('stops when aborted', async () => {
    const controller = new AbortController();
    const loader = new data.DataLoader<Tensor[]>(set, { batchSize: 1, signal: controller.signal });
    const run = async () => {
      for await (const _batch of loader) controller.abort();
    };
    await expect(run()).rejects.toThrow(/abort/);
  });

  it('refuses impossible options', () => {
    expect(() => new data.DataLoader(set, { batchSize: 0 })).toThrow(/batch_size should be a positive integer/);
    expect(() => new data.DataLoader(set, { batch_size: 3 } as object)).toThrow(/did you mean 'batchSize'/);
  });

  it('ends at once where a state claims more than there is', async () => {
    const rng = getRngState();
    const state = new Map<string, unknown>([
      ['batches', 2 ** 53 - 1],
      ['start', [rng]],
      ['streams', [rng]],
    ]);
    const stream = { [Symbol.iterator]: () => [1, 2, 3].values() };
    for (const loader of [new data.DataLoader<unknown>(set), new data.DataLoader<unknown>(stream, { batchSize: 2 })]) {
      loader.loadStateDict(state);
      expect([...loader]).toEqual([]);
      expect([...loader].length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['batches', 2 ** 60],
    ['start', [tensor([1])]],
    ['streams', [tensor([1], { dtype: 'uint8' })]],
    ['seed', tensor([1.5])],
    ['seed', tensor([], { dtype: 'int64' })],
  ])('refuses a state whose %s is forged', (name, value) => {
    const loader = new data.DataLoader<Tensor[]>(set);
    for (const _batch of loader) break;
    const state = loader.stateDict();
    expect(() => loader.loadStateDict(state)).not.toThrow();
    expect(() => loader.loadStateDict(new Map([...state, [name, value]]))).toThrow(FlambeauError);
  });
});
