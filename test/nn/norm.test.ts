// Normalisation layers: what the recordings do not show.
import { getNumThreads, manualSeed, nn, OptionError, randn, setNumThreads, type Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';

const { functional: F } = nn;

describe('state dicts', () => {
  test('a checkpoint from before version 2 has no count of batches', () => {
    const norm = new nn.BatchNorm1d(2);
    const old = new Map([...norm.stateDict()].filter(([key]) => key !== 'num_batches_tracked'));
    expect(new nn.BatchNorm1d(2).loadStateDict(old).missingKeys).toEqual([]);
  });

  test('one of version 2 must have it', () => {
    const dict = new nn.BatchNorm1d(2).stateDict();
    expect(dict._metadata?.get('')).toEqual({ version: 2 });
    dict.delete('num_batches_tracked');
    expect(() => new nn.BatchNorm1d(2).loadStateDict(dict)).toThrow(/Missing key\(s\).*"num_batches_tracked"/s);
  });

  test('an instance normalisation that keeps no statistics explains where they come from', () => {
    const dict = new Map([['running_mean', zeros(2)]]);
    expect(() => new nn.InstanceNorm1d(2).loadStateDict(dict)).toThrow(
      /Unexpected running stats buffer\(s\) "running_mean" for InstanceNorm1d with track_running_stats=False/,
    );
  });

  test('buffers have the names of PyTorch, fields those of JavaScript', () => {
    const norm = new nn.BatchNorm2d(2);
    expect([...norm.namedBuffers()].map(([name]) => name)).toEqual([
      'running_mean',
      'running_var',
      'num_batches_tracked',
    ]);
    expect(norm.runningMean).toBe(norm.getBuffer('running_mean'));
    norm.runningVar = tensor([2, 3], { dtype: 'float32' });
    expect(norm.stateDict().get('running_var')?.tolist()).toEqual([2, 3]);
    expect(norm.numBatchesTracked?.dtype).toBe('int64');
  });
});

test('a network of batch normalisations becomes synchronised', () => {
  const net = new nn.Sequential(
    new nn.Conv2d(1, 2, 1),
    new nn.BatchNorm2d(2),
    new nn.Sequential(new nn.BatchNorm2d(2)),
  );
  const weight = (net.getSubmodule('1') as nn.BatchNorm2d).weight;
  const sync = nn.SyncBatchNorm.convertSyncBatchnorm(net);
  expect(sync).toBe(net);
  expect(String(sync).match(/SyncBatchNorm\(/g)).toHaveLength(2);
  expect((sync.getSubmodule('1') as nn.SyncBatchNorm).weight).toBe(weight);
  expect([...sync.stateDict().keys()]).toContain('2.0.running_var');
});

test('an error moves no statistics', () => {
  const norm = new nn.BatchNorm1d(2);
  expect(() => norm(zeros(1, 2))).toThrow('Expected more than 1 value per channel when training');
  expect(() => norm(zeros(4, 3))).toThrow('running_mean should contain 3 elements not 2');
  expect(norm.runningMean?.tolist()).toEqual([0, 0]);
  expect(norm.numBatchesTracked?.item()).toBe(0);
});

test('misspelled options name the right one', () => {
  expect(() => new nn.BatchNorm2d(2, { track_running_stats: true } as object)).toThrow(OptionError);
  expect(() => F.layerNorm(zeros(2), 2, { epsilon: 1 } as object)).toThrow(OptionError);
});

// The statistics of values far from 0, against double precision.
test.each([
  ['batch', (x: Tensor) => F.batchNorm(x, null, null, { training: true })],
  ['batch of rows', (x: Tensor) => F.batchNorm(x.reshape(-1, 3), null, null, { training: true })],
  ['layer', (x: Tensor) => F.layerNorm(x, x.size(-1))],
  ['group', (x: Tensor) => F.groupNorm(x, 1)],
  ['instance', (x: Tensor) => F.instanceNorm(x)],
])('%s normalisation keeps its digits 1000 away from 0', (_name, run) => {
  manualSeed(1);
  const x = randn(4, 3, 9000).add(1000);
  const error = run(x).double().sub(run(x.double())).abs().amax();
  // The mean is rounded to a float of 1000: half of 2^-13.
  expect(error.item()).toBeLessThan(2 ** -13);
});

test('the number of threads changes no bit', () => {
  const before = getNumThreads();
  const run = (threads: number) => {
    setNumThreads(threads);
    manualSeed(5);
    const x = randn(16, 24, 40, 20).requiresGrad_();
    const layers = [new nn.BatchNorm2d(24), new nn.GroupNorm(4, 24), new nn.InstanceNorm2d(24, { affine: true })];
    const outputs = [...layers.map((layer) => layer(x)), new nn.LayerNorm(20)(x), F.rmsNorm(x, [40, 20])];
    for (const y of outputs) y.mul(y).sum().backward();
    return [...outputs, x.grad as Tensor, ...layers.flatMap((layer) => [...layer.parameters()].map((p) => p.grad))];
  };
  try {
    const [one, two] = [run(1), run(2)];
    expect(one.map((y, i) => y?.equal(two[i] as Tensor))).toEqual(one.map(() => true));
  } finally {
    setNumThreads(before);
  }
});
