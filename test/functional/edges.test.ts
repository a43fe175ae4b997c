// Values at the edges of functions and layers, and refusals, as PyTorch 2.6 has them.
import { autograd, manualSeed, nn, ones, type Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';

const F = nn.functional;
const gradient = (run: (x: Tensor) => Tensor, values: readonly number[]) => {
  const x = tensor(values, { dtype: 'float64' }).requiresGrad_();
  return autograd.grad(run(x).sum(), [x])[0]?.tolist();
};
const half = () => tensor([0.5, 0.5], { dtype: 'float64' });

describe('gradients', () => {
  test.each([
    ['hardswish at its bounds', (x: Tensor) => F.hardswish(x), [-3, 3], [-0.5, 1.5]],
    ['softsign of infinity', (x: Tensor) => F.softsign(x), [Infinity, 1], [Number.NaN, 0.25]],
    [
      'binaryCrossEntropy by the target',
      (t: Tensor) => F.binaryCrossEntropy(tensor([1, 0], { dtype: 'float64' }), t, { reduction: 'sum' }),
      [1, 0],
      [-Infinity, Infinity],
    ],
    [
      'poissonNllLoss by a target of 0',
      (t: Tensor) => F.poissonNllLoss(half(), t, { full: true, reduction: 'sum' }),
      [0, 1],
      [Number.NaN, -0.5],
    ],
  ] as const)('%s', (_name, run, values, expected) => {
    expect(gradient(run, values)).toEqual(expected);
  });
});

describe('a bias among the options', () => {
  const bias = () => tensor([10, 20], { dtype: 'float32' });

  test('linear', () => {
    expect(F.linear(ones(1, 3), ones(2, 3), { bias: bias() }).tolist()).toEqual([[13, 23]]);
    expect(() => F.linear(ones(1, 3), ones(2, 3), { bais: bias() } as never)).toThrow('bias');
  });

  test('bilinear', () => {
    expect(F.bilinear(ones(1, 2), ones(1, 2), ones(2, 2, 2), { bias: bias() }).tolist()).toEqual([[14, 24]]);
  });
});

describe('no elements', () => {
  test('Linear without inputs gives a bias of 0', () => {
    manualSeed(0);
    expect(new nn.Linear(0, 3)(zeros(2, 3, 0)).shape).toEqual([2, 3, 3]);
    expect(new nn.Linear(0, 3).bias?.tolist()).toEqual([0, 0, 0]);
  });

  test('cells without hidden units', () => {
    expect(new nn.GRUCell(2, 0).weight_hh.shape).toEqual([0, 0]);
  });

  test.each(['multiMarginLoss', 'multilabelMarginLoss'] as const)('%s of no rows', (name) => {
    const target = zeros(name === 'multiMarginLoss' ? [0] : [0, 3], { dtype: 'int64' });
    expect(F[name](zeros(0, 3), target, { reduction: 'none' }).shape).toEqual([0]);
    expect(F[name](zeros(0, 3), target, { reduction: 'sum' }).item()).toBe(0);
  });
});

test('LPPool prints an infinite exponent', () => {
  expect(String(new nn.LPPool2d(Infinity, 2))).toBe(
    'LPPool2d(norm_type=inf, kernel_size=2, stride=None, ceil_mode=False)',
  );
});

describe('refusals', () => {
  const integers = () => ones(2, { dtype: 'int64' });

  test.each(['silu', 'mish', 'selu', 'hardswish', 'hardsigmoid', 'logsigmoid', 'gelu'] as const)(
    '%s of integers',
    (name) => expect(() => F[name](integers())).toThrow("not implemented for 'int64'"),
  );

  test('maxUnpool2d of a size that is no list', () => {
    const call = () =>
      F.maxUnpool2d(ones(1, 1, 1), zeros([1, 1, 1], { dtype: 'int64' }), 2, { outputSize: 2 as never });
    expect(call).toThrow('outputSize must be an array of sizes, got 2');
  });

  test('pad that takes away more than there is', () => {
    expect(() => F.pad(ones(1, 2), [0, 0, 2, -2])).toThrow('negative output size');
  });

  test('fractionalMaxPool2d with samples of another dtype', () => {
    const samples = zeros([1, 1, 2], { dtype: 'float64' });
    expect(() => F.fractionalMaxPool2d(ones(1, 1, 4, 4), 2, { outputSize: 2, _randomSamples: samples })).toThrow(
      'Expect _random_samples to have the same dtype as input',
    );
  });
});
