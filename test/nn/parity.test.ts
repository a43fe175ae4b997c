// Initial values, the position of the random stream behind them, state-dict keys and prints, as PyTorch 2.6 has them.
import { inspect } from 'node:util';
import { type Dtype, empty, manualSeed, nn, rand, type Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';
import recorded from '../parity/nn.json' with { type: 'json' };

const { init } = nn;
const relu = 'relu';

const inits: { readonly [Name in keyof typeof recorded.init]: (x: Tensor) => unknown } = {
  uniform: (x) => init.uniform_(x),
  uniformRange: (x) => init.uniform_(x, { a: -2, b: 3 }),
  uniformDouble: (x) => init.uniform_(x),
  normal: (x) => init.normal_(x, { mean: 1, std: 2 }),
  normalBlocks: (x) => init.normal_(x),
  normalDouble: (x) => init.normal_(x),
  constant: (x) => init.constant_(x, 0.3),
  ones: init.ones_,
  zeros: init.zeros_,
  eye: init.eye_,
  dirac: (x) => init.dirac_(x, { groups: 2 }),
  dirac1d: (x) => init.dirac_(x),
  xavierUniform: (x) => init.xavierUniform_(x, { gain: 2 }),
  xavierNormal: (x) => init.xavierNormal_(x),
  kaimingUniform: (x) => init.kaimingUniform_(x, { a: Math.sqrt(5) }),
  kaimingUniformFanOut: (x) => init.kaimingUniform_(x, { mode: 'fan_out', nonlinearity: relu }),
  kaimingNormal: (x) => init.kaimingNormal_(x, { nonlinearity: relu }),
  truncNormal: (x) => init.truncNormal_(x),
  truncNormalNarrow: (x) => init.truncNormal_(x, { mean: 0.5, std: 2, a: 0, b: 1 }),
  orthogonalTall: (x) => init.orthogonal_(x),
  orthogonalWide: (x) => init.orthogonal_(x, { gain: 2 }),
  orthogonalTransposed: (x) => x.copy_(init.orthogonal_(empty(4, 3).t())),
  uniformFloat16: (x) => init.uniform_(x, { a: -0.3, b: 1.7 }),
  uniformBfloat16: (x) => init.uniform_(x, { a: -0.3, b: 1.7 }),
  uniformTransposed: (x) => x.copy_(init.uniform_(empty(4, 3).t())),
  uniformSliced: (x) => x.copy_(init.uniform_(empty(4, 6).slice(1, 0, 6, 2).t())),
  normalFloat16: (x) => init.normal_(x, { mean: 0.3, std: 1.7 }),
  normalBfloat16: (x) => init.normal_(x, { mean: 0.3, std: 1.7 }),
  normalTransposed: (x) => x.copy_(init.normal_(empty(5, 4).t())),
  sparse: (x) => init.sparse_(x, 0.3, { std: 0.1 }),
};

class Both extends nn.Module {
  l = new nn.Linear(1, 1);
  constructor() {
    super();
    this.registerModule('n', null);
    this.addModule('s', new nn.Sequential(new nn.ReLU()));
  }
  override extraRepr(): string {
    return 'x=1\ny=2';
  }
}

const layers: { readonly [Name in keyof typeof recorded.layers]: () => nn.Module } = {
  linear: () => new nn.Linear(7, 3),
  linearNoBias: () => new nn.Linear(3, 2, { bias: false }),
  conv2d: () => new nn.Conv2d(2, 3, [3, 2]),
  conv2dOptions: () =>
    new nn.Conv2d(3, 6, [3, 5], {
      stride: 2,
      padding: 1,
      dilation: 2,
      groups: 3,
      bias: false,
      paddingMode: 'reflect',
    }),
  conv2dSame: () => new nn.Conv2d(1, 2, 3, { padding: 'same' }),
  sequence: () =>
    new nn.Sequential(
      new nn.Linear(2, 2),
      new nn.ReLU(),
      new nn.ReLU({ inplace: true }),
      new nn.Sigmoid(),
      new nn.Tanh(),
      new nn.Softmax(1),
      new nn.Softmax(),
      new nn.LogSoftmax(-1),
      new nn.Flatten(),
      new nn.Flatten(0, 2),
      new nn.Unflatten(1, [2, 3]),
      new nn.Dropout(),
      new nn.Dropout({ p: 0.2, inplace: true }),
      new nn.Identity(),
      new nn.MaxPool2d(2),
      new nn.MaxPool2d([2, 3], { stride: 1, padding: 1, dilation: 2, ceilMode: true }),
      new nn.AvgPool2d(2),
      new nn.AvgPool2d([2, 3], { stride: [1, 2], padding: 1, ceilMode: true }),
      new nn.CrossEntropyLoss(),
      new nn.NLLLoss(),
      new nn.MSELoss(),
      new nn.L1Loss(),
    ),
  moduleList: () =>
    new nn.ModuleList<nn.Module>([
      ...[0, 1, 2].map(() => new nn.Linear(2, 2)),
      new nn.ReLU(),
      ...[0, 1].map(() => new nn.Sequential(new nn.Linear(1, 1), new nn.ReLU())),
    ]),
  moduleDict: () => new nn.ModuleDict<nn.Module>({ a: new nn.Linear(2, 2), b: new nn.ReLU() }),
  parameterList: () =>
    new nn.ParameterList<unknown>([zeros(2), new nn.Parameter(zeros(2, 3, { dtype: 'float64' })), 3, 's']),
  parameterDict: () => new nn.ParameterDict<unknown>({ b: zeros(2), a: 3 }),
  extraAndChildren: () => new Both(),
  weightedLoss: () => new nn.CrossEntropyLoss({ weight: tensor([1, 2], { dtype: 'float32' }) }),
};

const next = () => rand(1, { dtype: 'float64' }).item();
const flat = (x: Tensor) => Array.from(x.toTypedArray(), Number);

/** 4 units in the last place of the largest value: what rounding in another order may cost. */
function expectClose(actual: number[], expected: number[], dtype: string): void {
  const epsilon = dtype === 'float64' ? 2 ** -52 : 2 ** -23;
  const scale = Math.max(...expected.map(Math.abs), 1e-30);
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThanOrEqual(4 * epsilon * scale);
  });
}

describe('nn.init draws the same numbers and as many', () => {
  test.each(Object.entries(inits))('%s', (name, fill) => {
    const { shape, dtype, values, after } = recorded.init[name as keyof typeof inits];
    const x = empty(shape, { dtype: dtype as Dtype });
    manualSeed(7);
    expect(fill(x)).toBe(x);
    expectClose(flat(x), values, dtype);
    expect(next()).toBe(after);
  });
});

describe('layers start with the same values and print alike', () => {
  test.each(Object.entries(layers))('%s', (name, make) => {
    const { state, after, repr } = recorded.layers[name as keyof typeof layers];
    manualSeed(7);
    const layer = make();
    expect(next()).toBe(after);
    expect(String(layer)).toBe(repr);
    expect(inspect(layer)).toBe(repr);
    const dict = layer.stateDict();
    expect([...dict.keys()]).toEqual(Object.keys(state));
    for (const [key, { shape, values }] of Object.entries(state)) {
      const value = dict.get(key);
      expect(value?.shape).toEqual(shape);
      expectClose(value === undefined ? [] : flat(value), values, value?.dtype ?? '');
    }
  });
});

describe('nn.init refuses', () => {
  const bad = 'cubic' as 'relu';
  const errors: [message: string, act: () => unknown][] = [
    ['Unsupported nonlinearity cubic', () => init.calculateGain(bad)],
    ['negative_slope x not a valid number', () => init.calculateGain('leaky_relu', 'x' as unknown as number)],
    [
      "Mode fan not supported, please use one of ['fan_in', 'fan_out']",
      () => init.kaimingUniform_(zeros(2, 2), { mode: 'fan' as 'fan_in' }),
    ],
    [
      'Fan in and fan out can not be computed for tensor with fewer than 2 dimensions',
      () => init.xavierUniform_(zeros(2)),
    ],
    ['Only tensors with 2 dimensions are supported', () => init.eye_(zeros(2))],
    ['Only tensors with 2 dimensions are supported', () => init.sparse_(zeros(2), 0.1)],
    ['Only tensors with 3, 4, or 5 dimensions are supported', () => init.dirac_(zeros(2, 2))],
    ['dim 0 must be divisible by groups', () => init.dirac_(zeros(3, 2, 1), { groups: 2 })],
    ['Only tensors with 2 or more dimensions are supported', () => init.orthogonal_(zeros(2))],
  ];
  test.each(errors)('%s', (message, act) => expect(act).toThrow(expect.objectContaining({ message })));
});

test('calculateGain', () => {
  const gains: [Parameters<typeof init.calculateGain>, number][] = [
    [['linear'], 1],
    [['conv_transpose3d'], 1],
    [['sigmoid'], 1],
    [['tanh'], 5 / 3],
    [['relu'], Math.SQRT2],
    [['leaky_relu'], Math.sqrt(2 / 1.0001)],
    [['leaky_relu', 0.2], Math.sqrt(2 / 1.04)],
    [['selu'], 0.75],
  ];
  for (const [args, gain] of gains) expect(init.calculateGain(...args)).toBeCloseTo(gain, 14);
});

test('initialisers leave no trace in the graph', () => {
  const weight = new nn.Parameter(zeros(2, 2));
  init.kaimingNormal_(weight);
  expect([weight.isLeaf, weight.requiresGrad]).toEqual([true, true]);
});
