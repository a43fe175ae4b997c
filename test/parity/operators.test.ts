// Operators, promotion, indexing, prints, random numbers and optimizers, as PyTorch 2.6 has them (record-parity.py).
import {
  arange,
  autograd,
  bernoulli,
  type Dtype,
  full,
  manualSeed,
  nn,
  ones,
  optim,
  rand,
  randint,
  randn,
  randperm,
  type Tensor,
  tensor,
  where,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';
import * as F from '../../lib/functional/index.ts';
import type { Index } from '../../lib/functional/indexing.ts';
import { expectNear, sizeOf, toTensor, type Values } from '../support/values.ts';
import recorded from './operators.json' with { type: 'json' };

interface Packed {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly (number | string | boolean)[];
}

const infinite: { readonly [text: string]: number } = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
const valuesOf = ({ shape, values }: Packed): Values => ({
  shape,
  data: values.map((v) => (typeof v === 'string' ? (infinite[v] ?? Number.NaN) : Number(v))),
});
const unpack = (packed: Packed) => toTensor(valuesOf(packed), packed.dtype as Dtype);

const weight = tensor([0.5, 1, 2, 0.25]);
type Run = (x: Tensor, y: Tensor, z: Tensor) => Tensor;
const entropy =
  (options: F.CrossEntropyOptions): Run =>
  (x, target) =>
    F.crossEntropy(x, target, options);
const conv =
  (options: F.Conv2dFunctionOptions): Run =>
  (x, w, b) =>
    F.conv2d(x, w, b ?? null, options);

const cases: { readonly [Name in keyof typeof recorded.cases]: Run } = {
  conv: conv({}),
  convStridePadding: conv({ stride: [2, 3], padding: [2, 1] }),
  convDilation: conv({ dilation: [2, 1], padding: 1 }),
  convGroups: conv({ groups: 2 }),
  convDepthwise: conv({ groups: 4, stride: 2 }),
  convSame: conv({ padding: 'same', dilation: 2 }),
  convPointwise: conv({}),
  convUnbatched: conv({}),
  convWide: conv({ padding: 2 }),
  maxPool: (x) => F.maxPool2d(x, 2),
  maxPoolOverlap: (x) => F.maxPool2d(x, 3, { stride: [1, 2], padding: 1 }),
  maxPoolDilationCeil: (x) => F.maxPool2d(x, 2, { stride: 3, dilation: 2, ceilMode: true }),
  avgPool: (x) => F.avgPool2d(x, 2),
  avgPoolPadded: (x) => F.avgPool2d(x, 3, { stride: 2, padding: 1 }),
  avgPoolCeilNoPad: (x) => F.avgPool2d(x, [2, 3], { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }),
  avgPoolCeil: (x) => F.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true }),
  avgPoolDivisor: (x) => F.avgPool2d(x, 2, { divisorOverride: 3 }),
  ce: entropy({}),
  ceSum: entropy({ reduction: 'sum' }),
  ceNone: entropy({ reduction: 'none' }),
  ceWeight: entropy({ weight }),
  ceWeightNone: entropy({ weight, reduction: 'none' }),
  ceIgnore: entropy({ ignoreIndex: 3 }),
  ceSmooth: entropy({ labelSmoothing: 0.2 }),
  ceSmoothWeight: entropy({ labelSmoothing: 0.2, weight }),
  ceSmoothWeightNone: entropy({ labelSmoothing: 0.2, weight, reduction: 'none' }),
  ceSmoothWeightSum: entropy({ labelSmoothing: 0.2, weight, reduction: 'sum' }),
  ceProbabilities: entropy({}),
  ceProbabilitiesWeightSmooth: entropy({ weight, labelSmoothing: 0.1 }),
  ceProbabilitiesNone: entropy({ reduction: 'none' }),
  ceSpatial: entropy({ ignoreIndex: 9 }),
  ceSpatialSmooth: entropy({ ignoreIndex: 9, labelSmoothing: 0.1, reduction: 'none' }),
  ceSingle: entropy({}),
  ceAllIgnored: entropy({}),
  mse: (x, y) => F.mseLoss(x, y),
  l1: (x, y) => F.l1Loss(x, y),
  linear: F.linear,
  matmulBroadcast: (a, b) => a.matmul(b),
  addmm: (x, a, b) => F.addmm(x, a, b, { beta: 0.5, alpha: 2 }),
  softmax: (x) => F.softmax(x, 1),
  logSoftmax: (x) => F.logSoftmax(x, 0),
  pow: (x, y) => x.pow(y),
  powNegativeBase: (x) => x.pow(3),
  div: (x, y) => x.div(y),
  divFloor: (x, y) => x.div(y, { roundingMode: 'floor' }),
  divTrunc: (x, y) => x.div(y, { roundingMode: 'trunc' }),
  remainder: (x, y) => x.remainder(y),
  fmod: (x, y) => x.fmod(y),
  maximumTies: (x, y) => x.maximum(y),
  maxTies: (x) => x.max(),
  amaxTies: (x) => x.amax(1),
  maxDimTies: (x) => x.max(1).values,
  argmaxTies: (x) => x.argmax(1),
  minDim: (x) => x.min(0).values,
  absZero: (x) => x.abs(),
  reluZero: (x) => x.relu(),
  sqrtZero: (x) => x.sqrt(),
  clampBounds: (x) => x.clamp(-1, 1),
  clampNan: (x) => x.clamp(-1, 1),
  clampCrossed: (x) => x.clamp(2, 1),
  hardtanhBounds: (x) => F.hardtanh(x),
  hardshrink: (x) => F.hardshrink(x),
  softshrink: (x) => F.softshrink(x),
  gelu: (x) => F.gelu(x),
  geluTanh: (x) => F.gelu(x, { approximate: 'tanh' }),
  silu: (x) => F.silu(x),
  elu: (x) => F.elu(x, { alpha: 0.7 }),
  softplus: (x) => F.softplus(x, { beta: 2, threshold: 3 }),
  leakyReluZero: (x) => F.leakyRelu(x, { negativeSlope: 0.1 }),
  logSigmoid: (x) => F.logSigmoid(x),
  glu: (x) => F.glu(x, 0),
  prodZero: (x) => x.prod(1),
  var: (x) => x.var(1),
  varOne: (x) => x.var(1),
  stdBiased: (x) => x.std([0, 1], { correction: 0 }),
  norm3: (x) => x.norm({ p: 3, dim: 1 }),
  normZero: (x) => x.norm(),
  normInf: (x) => x.norm({ p: Infinity }),
  sumDims: (x) => x.sum([0, 2]),
  meanEmpty: (x) => x.mean(),
  gather: (x, i) => x.gather(1, i),
  scatterAdd: (x, i, s) => x.scatterAdd(0, i, s),
  indexTwice: (x) => x.get([0, 0, 1], ':', [1, 1, 2]),
  whereBroadcast: (x, y) => where(tensor([true, false, true]), x, y),
  lerp: (x, y, w) => F.lerp(x, y, w),
};

describe('operators and their gradients', () => {
  test.each(Object.entries(cases))('%s', (name, run) => {
    const { inputs, output, grads } = recorded.cases[name as keyof typeof cases] as {
      inputs: Packed[];
      output: Packed;
      grads?: (Packed | null)[];
    };
    const leaves = inputs.map((packed) =>
      packed.dtype.startsWith('float') ? unpack(packed).requiresGrad_() : unpack(packed),
    );
    // Sums of up to 100 products, each rounded once here and once there.
    const [magnitude, k] = [1, 64];
    const y = run(...(leaves as [Tensor, Tensor, Tensor]));
    expect(y.dtype).toBe(output.dtype);
    expectNear(y, valuesOf(output), k, name, { magnitude });
    if (grads === undefined) return;
    const g = toTensor(
      { shape: output.shape, data: Array.from({ length: sizeOf(output.shape) }, (_, i) => 1 + (i % 7) / 8) },
      y.dtype,
    );
    const found = autograd.grad(
      y,
      leaves.filter((x) => x.requiresGrad),
      { gradOutputs: g, allowUnused: true },
    );
    found.forEach((dx, i) => {
      const expected = grads[i] ?? null;
      expect(dx === null, `gradient ${i}`).toBe(expected === null);
      if (dx !== null && expected !== null)
        expectNear(dx, valuesOf(expected), k, `${name}: gradient ${i}`, { magnitude });
    });
  });
});

const dtypes: readonly Dtype[] = ['float32', 'float64', 'int64', 'int32', 'uint8', 'bool'];

describe('promotion', () => {
  const operand = (kind: string): Tensor | number | boolean => {
    if (kind === 'float') return 1.5;
    if (kind === 'int') return 2;
    if (kind === 'boolean') return true;
    const whole = dtypes.find((dtype) => dtype === kind);
    return whole === undefined ? ones([], { dtype: kind.slice(0, -1) as Dtype }) : ones(2, { dtype: whole });
  };

  test.each(Object.entries(recorded.promotion))('%s', (pair, expected) => {
    const [a = 0, b = 0] = pair.split(' ').map(operand);
    expect([F.add(a, b).dtype, F.div(a, b).dtype, F.mul(a, b).dtype]).toEqual(expected);
  });
});

describe('indexing', () => {
  type Written = number | string | null | number[] | { mask?: unknown; index?: unknown };
  const read = (index: Written): Index => {
    if (index === null || typeof index !== 'object' || Array.isArray(index)) return index as Index;
    return index.mask === undefined ? tensor(index.index as number[]) : tensor(index.mask as boolean[]);
  };
  const base = arange(60).reshape(3, 4, 5);

  test.each(recorded.indexing.map((row) => [JSON.stringify(row.index), row] as const))('%s', (_name, row) => {
    const y = base.get(...(row.index as Written[]).map(read));
    expectNear(y, valuesOf(row.result), 0, 'get');
    // Writing by the same index reaches the same elements.
    const x = zeros(60, { dtype: 'int64' }).reshape(3, 4, 5);
    x.set((row.index as Written[]).map(read), 1);
    expect(x.sum().item()).toBe(new Set(row.result.values).size);
  });
});

const printed: { readonly [Name in keyof typeof recorded.prints]: () => Tensor } = {
  scalar: () => tensor(1.5),
  integer: () => tensor(3),
  empty: () => zeros(0),
  emptyMatrix: () => zeros(0, 3),
  emptyInt: () => zeros(0, { dtype: 'int64' }),
  whole: () => tensor([1, 2, -3], { dtype: 'float32' }),
  fractions: () => tensor([0.1, 0.25, 1 / 3]),
  double: () => tensor([0.1, 2], { dtype: 'float64' }),
  long: () => tensor([1, -20, 300]),
  int: () => tensor([1, 2], { dtype: 'int32' }),
  byte: () => tensor([1, 255], { dtype: 'uint8' }),
  mask: () =>
    tensor([
      [true, false],
      [false, true],
    ]),
  wideRange: () => tensor([1e-5, 1, 1e5]),
  large: () => tensor([1e8, 1], { dtype: 'float32' }),
  tiny: () => tensor([1e-10, 2e-10]),
  nan: () => tensor([Number.NaN, 1, Infinity, -Infinity], { dtype: 'float32' }),
  nanOnly: () => tensor([Number.NaN], { dtype: 'float32' }),
  wholeLarge: () => tensor([123456789], { dtype: 'float32' }),
  matrix: () => arange(6).reshape(2, 3).div(4),
  cube: () => arange(8).reshape(2, 2, 2),
  long1d: () => arange(30).float(),
  summary: () => arange(2000),
  summary2d: () => arange(10000).float().reshape(100, 100),
  negativeZero: () => tensor([-0, 0], { dtype: 'float32' }),
  wrapped: () => arange(40).mul(1000),
  leaf: () => tensor([1, 2], { dtype: 'float32', requiresGrad: true }),
  made: () => tensor([1], { dtype: 'float32', requiresGrad: true }).mul(2),
  ones4: () => ones(1, 1, 1, 1),
  longest: () => tensor([2n ** 60n + 1n, -1n]),
  ties: () => tensor([0.03125, 0.09375, 0.15625]),
  mixed: () => tensor([1.5, 1000.25, -0.001]),
};

describe('prints', () => {
  test.each(Object.entries(printed))('%s', (name, make) => {
    expect(String(make())).toBe(recorded.prints[name as keyof typeof printed]);
  });
});

const double = { dtype: 'float64' } as const;
const drawn: { readonly [Name in keyof typeof recorded.random]: readonly [seed: number, ...draws: (() => Tensor)[]] } =
  {
    integersThenNormal: [1234, () => randint(0, 100, [6]), () => randn(4)],
    normalThenIntegersThenUniform: [1234, () => randn(3), () => randint(0, 100, [4]), () => rand(2)],
    permutation: [1234, () => randperm(6), () => randn(4)],
    blocks: [5, () => randn(16), () => randn(21), () => rand(1)],
    double: [5, () => rand(3, double), () => randn(5, double), () => randn(20, double)],
    bernoulli: [5, () => bernoulli(full([12], 0.3)), () => rand(1)],
  };

describe('random numbers', () => {
  test.each(Object.entries(drawn))('%s', (name, [seed, ...draws]) => {
    manualSeed(seed);
    recorded.random[name as keyof typeof drawn].forEach((packed, i) => {
      const x = draws[i]?.() ?? zeros(0);
      expect(x.dtype).toBe(packed.dtype);
      expectNear(x, valuesOf(packed), 4, `draw ${i}`);
    });
  });
});

const optimizers: { readonly [Name in keyof typeof recorded.optimizers]: (p: Tensor[]) => optim.Optimizer } = {
  sgd: (p) => new optim.SGD(p, { lr: 0.02 }),
  sgdMomentum: (p) => new optim.SGD(p, { lr: 0.02, momentum: 0.9, dampening: 0.1, weightDecay: 0.01 }),
  sgdNesterov: (p) => new optim.SGD(p, { lr: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  sgdMaximize: (p) => new optim.SGD(p, { lr: 0.001, momentum: 0.5, maximize: true }),
  adam: (p) => new optim.Adam(p, { lr: 0.1 }),
  adamDecayAmsgrad: (p) =>
    new optim.Adam(p, { lr: 0.1, betas: [0.8, 0.99], eps: 1e-6, weightDecay: 0.1, amsgrad: true }),
  adamMaximize: (p) => new optim.Adam(p, { lr: 0.1, maximize: true }),
  adamw: (p) => new optim.AdamW(p, { lr: 0.1 }),
  adamwDecayAmsgrad: (p) => new optim.AdamW(p, { lr: 0.05, weightDecay: 0.3, amsgrad: true }),
};

describe('twelve steps of an optimizer', () => {
  test.each(Object.entries(optimizers))('%s', (name, make) => {
    const p = new nn.Parameter(tensor([1, -2, 0.5]));
    const o = make([p]);
    const slopes = tensor([1, 10, 0.1]);
    recorded.optimizers[name as keyof typeof optimizers].forEach((expected, i) => {
      o.zeroGrad();
      p.sub(3)
        .square()
        .mul(slopes)
        .add(p.mul(i + 1).sin())
        .sum()
        .backward();
      o.step();
      // Each step carries the roundings of those before it, amplified by slopes of up to 20.
      expectNear(p, { shape: [3], data: expected }, 16 * (i + 1), `step ${i + 1}`);
    });
  });
});
