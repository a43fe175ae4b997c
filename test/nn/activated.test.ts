// Layers with the activation behind them: the numbers of both, one after the other, and nothing hidden from anybody.
import { equal, manualSeed, nn, noGrad, ones, randn, type Tensor } from 'flambeau';
import { expect, test } from 'vitest';
import { activated } from '../../lib/nn/activated.ts';

const linear = (options = {}) => new nn.Linear(37, 50, options);
const pairs: Readonly<Record<string, readonly [nn.Module, nn.Module, Tensor]>> = {
  'Linear, ReLU': [linear(), new nn.ReLU(), randn(20, 37)],
  'Linear without bias, GELU': [linear({ bias: false }), new nn.GELU(), randn(3, 7, 37)],
  'Linear, GELU by tanh': [linear(), new nn.GELU({ approximate: 'tanh' }), randn(37)],
  'Linear of float64, GELU': [linear({ dtype: 'float64' }), new nn.GELU(), randn([400, 37], { dtype: 'float64' })],
  'Linear of bfloat16, GELU': [linear({ dtype: 'bfloat16' }), new nn.GELU(), randn(20, 37).bfloat16()],
  'Linear of few features, GELU': [new nn.Linear(500, 3), new nn.GELU(), randn(64, 500)],
  'Linear of many, ReLU': [new nn.Linear(900, 700), new nn.ReLU(), randn(100, 900)],
  'Linear of many, GELU': [new nn.Linear(900, 700), new nn.GELU(), randn(100, 900)],
  'Conv2d, ReLU': [new nn.Conv2d(3, 8, 3, { padding: 1 }), new nn.ReLU(), randn(2, 3, 9, 9)],
  'Conv2d of one image, ReLU in place': [
    new nn.Conv2d(4, 4, 5, { groups: 2 }),
    new nn.ReLU({ inplace: true }),
    randn(4, 12, 12),
  ],
};

test.each(Object.entries(pairs))('%s', (_name, [layer, activation, x]) => {
  noGrad(() => {
    const together = activated(layer, activation, x);
    const apart = (activation as nn.ReLU)((layer as nn.Linear)(x)) as Tensor;
    expect(together?.dtype).toBe(x.dtype);
    // bfloat16 rounds what lies between, too.
    const within = x.dtype === 'bfloat16' ? 2 ** -7 : x.dtype === 'float64' ? 1e-14 : 1e-6;
    expect(together?.sub(apart).abs().amax().item()).toBeLessThanOrEqual(within * Number(apart.abs().amax().item()));
    expect(equal(new nn.Sequential(layer, activation, new nn.Identity())(x), together as Tensor)).toBe(true);
  });
});

test('is not done where a gradient, a hook, a subclass or a forward of its own wants what lies between', () => {
  const [layer, relu, x] = [new nn.Linear(4, 4), new nn.ReLU(), ones(4)];
  const fused = (inner: nn.Module = layer, outer: nn.Module = relu) =>
    noGrad(() => activated(inner, outer, x)) !== null;
  expect(activated(layer, relu, x)).toBe(null);
  expect([fused(), fused(layer, new nn.Tanh()), fused(relu, relu)]).toEqual([true, false, false]);
  class Doubled extends nn.Linear {
    override forward(input: Tensor): Tensor {
      return super.forward(input).mul(2);
    }
  }
  expect([fused(new Doubled(4, 4)), fused(new nn.Conv2d(1, 1, 1, { paddingMode: 'reflect' }))]).toEqual([false, false]);
  const seen: string[] = [];
  const handle = relu.registerForwardPreHook(() => void seen.push('hook'));
  expect(fused()).toBe(false);
  noGrad(() => new nn.Sequential(layer, relu)(x));
  handle.remove();
  expect([seen, fused()]).toEqual([['hook'], true]);
  relu.forward = (input: Tensor) => input;
  expect(fused()).toBe(false);
});

test('a Sequential calls its modules in order, whatever may go together', () => {
  manualSeed(1);
  const parts = [
    new nn.Linear(5, 5),
    new nn.Linear(5, 5),
    new nn.ReLU(),
    new nn.ReLU(),
    new nn.Linear(5, 5),
    new nn.GELU(),
    new nn.Tanh(),
    new nn.Linear(5, 5),
  ];
  const x = randn(3, 5);
  const net = new nn.Sequential(...parts);
  const inTurn = parts.reduce((value, part) => (part as nn.Linear)(value), x);
  expect(
    noGrad(() => net(x))
      .sub(inTurn)
      .abs()
      .amax()
      .item(),
  ).toBeLessThan(1e-6);
  expect(equal(net(x), inTurn)).toBe(true);
  expect(equal(new nn.Sequential()(x), x)).toBe(true);
});
