// The one device: whatever takes it takes 'cpu', and nothing else.
import * as flambeau from 'flambeau';
import { arange, Generator, nn, ones, type Tensor, tensor, ValueError, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';

type Options = { device?: 'cpu' };

const takers: Readonly<Record<string, (options: Options) => unknown>> = {
  tensor: (options) => tensor([1], options),
  asTensor: (options) => flambeau.asTensor(ones(1), options),
  asarray: (options) => flambeau.asarray([1], options),
  scalarTensor: (options) => flambeau.scalarTensor(1, options),
  frombuffer: (options) => flambeau.frombuffer(new Float32Array(2), { dtype: 'float32', ...options }),
  zeros: (options) => zeros(2, options),
  full: (options) => flambeau.full([2], 1, options),
  onesLike: (options) => flambeau.onesLike(ones(2), options),
  arange: (options) => arange(2, options),
  range: (options) => flambeau.range(0, 2, 1, options),
  linspace: (options) => flambeau.linspace(0, 1, 2, options),
  logspace: (options) => flambeau.logspace(0, 1, 2, options),
  eye: (options) => flambeau.eye(2, options),
  emptyStrided: (options) => flambeau.emptyStrided([2], [1], options),
  rand: (options) => flambeau.rand(2, options),
  randint: (options) => flambeau.randint(3, [2], options),
  randnLike: (options) => flambeau.randnLike(ones(2), options),
  randperm: (options) => flambeau.randperm(2, options),
  normal: (options) => flambeau.normal(0, 1, [2], options),
  hannWindow: (options) => flambeau.hannWindow(3, options),
  trilIndices: (options) => flambeau.trilIndices(2, 2, options),
  newZeros: (options) => ones(2).newZeros(2, options),
  newTensor: (options) => ones(2).newTensor([1], options),
  'Tensor.to': (options) => ones(2).to(options),
  'Module.to': (options) => new nn.Linear(1, 1).to(options),
  toEmpty: (options) => new nn.Linear(1, 1).toEmpty(options),
  Generator: (options) => new Generator(options),
  Linear: (options) => new nn.Linear(1, 1, options),
  LazyLinear: (options) => new nn.LazyLinear(1, options),
  Bilinear: (options) => new nn.Bilinear(1, 1, 1, options),
  Conv2d: (options) => new nn.Conv2d(1, 1, 1, options),
  LazyConv1d: (options) => new nn.LazyConv1d(1, 1, options),
  BatchNorm2d: (options) => new nn.BatchNorm2d(1, options),
  LazyBatchNorm2d: (options) => new nn.LazyBatchNorm2d(options),
  LayerNorm: (options) => new nn.LayerNorm(1, options),
  GroupNorm: (options) => new nn.GroupNorm(1, 1, options),
  Embedding: (options) => new nn.Embedding(1, 1, options),
  EmbeddingBag: (options) => new nn.EmbeddingBag(1, 1, options),
  PReLU: (options) => new nn.PReLU(options),
  LSTM: (options) => new nn.LSTM(1, 1, options),
  GRUCell: (options) => new nn.GRUCell(1, 1, options),
  MultiheadAttention: (options) => new nn.MultiheadAttention(1, 1, options),
  TransformerEncoderLayer: (options) => new nn.TransformerEncoderLayer(1, 1, { dimFeedforward: 1, ...options }),
  Transformer: (options) =>
    new nn.Transformer({
      dModel: 1,
      nhead: 1,
      numEncoderLayers: 1,
      numDecoderLayers: 1,
      dimFeedforward: 1,
      ...options,
    }),
  AdaptiveLogSoftmaxWithLoss: (options) => new nn.AdaptiveLogSoftmaxWithLoss(1, 3, [1], options),
  UninitializedParameter: (options) => new nn.UninitializedParameter(options),
};

describe.each(Object.entries(takers))('%s', (_name, make) => {
  test("takes 'cpu' and no other device", () => {
    make({ device: 'cpu' });
    expect(() => make({ device: 'cuda' } as object)).toThrow(ValueError);
    expect(() => make({ device: 'cuda' } as object)).toThrow(/the only device is 'cpu', got 'cuda'/);
  });
});

test('a generator says where it is', () => {
  expect([new Generator().device, new Generator('cpu').device]).toEqual(['cpu', 'cpu']);
  expect(() => new Generator('cuda' as 'cpu')).toThrow(/the only device is 'cpu'/);
});

const forms: readonly (readonly [args: readonly unknown[], dtype: string])[] = [
  [[], 'float32'],
  [['float64'], 'float64'],
  [['cpu'], 'float32'],
  [['cpu', 'float64'], 'float64'],
  [[null, 'float64', true], 'float64'],
  [[ones(1, { dtype: 'float16' })], 'float16'],
  [['float64', { nonBlocking: true }], 'float64'],
  [[{ device: 'cpu', dtype: 'bfloat16', nonBlocking: true }], 'bfloat16'],
];

test.each(forms)('a module goes to %j', (args, dtype) => {
  const net = new nn.BatchNorm1d(2);
  const to = net.to as (...args: readonly unknown[]) => typeof net;
  expect(Reflect.apply(to, net, args)).toBe(net);
  expect([(net.weight as Tensor).dtype, net.num_batches_tracked?.dtype]).toEqual([dtype, 'int64']);
});

const refused: readonly (readonly [args: readonly unknown[], message: RegExp])[] = [
  [['int64'], /only accepts floating point or complex dtypes, but got desired dtype=torch.int64/],
  [[ones(1, { dtype: 'int64' })], /only accepts floating point/],
  [['cuda'], /the only device is 'cpu', got 'cuda'/],
  [['cuda:0', 'float32'], /the only device is 'cpu', got 'cuda:0'/],
  [[{ copy: true }], /\.to\(\) does not accept copy argument/],
  [[{ dtyp: 'float32' }], /did you mean 'dtype'/],
  [['flaot32'], /flaot32/],
  [[3], /argument 'nonBlocking' must be bool, not 3/],
];

test.each(refused)('a module refuses %j', (args, message) => {
  const net = new nn.Linear(1, 1);
  const act = () => Reflect.apply(net.to as (...args: readonly unknown[]) => unknown, net, args);
  expect(act).toThrow(message);
  expect(act).toThrow(flambeau.FlambeauError);
});
