// Modules that find out their sizes: what the recordings do not show.
import { inspect } from 'node:util';
import { manualSeed, nn, StateError, type Tensor, ValueError, zeros } from 'flambeau';
import { expect, test } from 'vitest';

const { deepcopy } = nn;

class Scale extends nn.LazyModuleMixin(nn.Module) {
  weight: nn.Parameter = new nn.UninitializedParameter();
  override initializeParameters(x: Tensor): void {
    if (nn.isLazy(this.weight)) this.weight.materialize(x.shape.slice(1));
    nn.init.constant_(this.weight, 2);
  }
  override forward(x: Tensor): Tensor {
    return x.mul(this.weight);
  }
}

test('the first call gives shapes and changes the class', () => {
  const layer = new nn.LazyLinear(3);
  expect(nn.isLazy(layer.weight)).toBe(true);
  expect(inspect(layer.weight)).toBe('<UninitializedParameter>');
  expect(() => layer.weight.shape).toThrow(StateError);
  expect(String(layer)).toBe('LazyLinear(in_features=0, out_features=3, bias=True)');
  expect(layer(zeros(2, 5)).shape).toEqual([2, 3]);
  expect(layer.weight.shape).toEqual([3, 5]);
  expect([layer instanceof nn.LazyLinear, layer instanceof nn.Linear]).toEqual([false, true]);
  expect([layer._forwardPreHooks.size, layer._forwardPreHooksWithKwargs.size]).toEqual([0, 0]);
  expect(String(layer)).toBe('Linear(in_features=5, out_features=3, bias=True)');
});

test('initial values are those of the eager layer', () => {
  manualSeed(3);
  const eager = new nn.Conv2d(2, 4, 3);
  manualSeed(3);
  const lazy = new nn.LazyConv2d(4, 3);
  lazy(zeros(1, 2, 5, 5));
  expect(lazy.weight.equal(eager.weight)).toBe(true);
  expect(lazy.bias?.equal(eager.bias as Tensor)).toBe(true);
});

test('a state dict gives shapes, too', () => {
  const source = new nn.BatchNorm1d(4);
  source(zeros(3, 4).add(1));
  const lazy = new nn.LazyBatchNorm1d();
  lazy.loadStateDict(source.stateDict());
  expect(nn.isLazy(lazy.running_mean)).toBe(false);
  expect(lazy.runningMean?.tolist()).toEqual(source.runningMean?.tolist());
  expect(lazy(zeros(3, 4)).shape).toEqual([3, 4]);
  expect(String(lazy)).toBe(String(source));
});

test('a state dict without shapes fits a layer without shapes, and no other', () => {
  const dict = new nn.LazyLinear(3).stateDict();
  expect(nn.isLazy(dict.get('weight'))).toBe(true);
  const lazy = new nn.LazyLinear(3);
  lazy.loadStateDict(dict);
  expect(nn.isLazy(lazy.weight)).toBe(true);
  expect(() => new nn.Linear(2, 3).loadStateDict(dict)).toThrow(/Can't access the shape of an uninitialized/);
});

test('copies initialize themselves', () => {
  const lazy = new nn.Sequential(new nn.LazyLinear(3));
  const copy = deepcopy(lazy) as typeof lazy;
  copy(zeros(1, 2));
  expect(String(copy)).toContain('Linear(in_features=2');
  expect(String(lazy)).toContain('LazyLinear(in_features=0');
  lazy(zeros(1, 4));
  expect(String(lazy)).toContain('Linear(in_features=4');
});

test('the dtype may change before', () => {
  const layer = new nn.LazyBatchNorm2d().double();
  layer(zeros([2, 3, 2, 2], { dtype: 'float64' }));
  expect([layer.weight?.dtype, layer.runningVar?.dtype]).toEqual(['float64', 'float64']);
});

test('a class of one own keeps its class, and must initialize everything', () => {
  const scale = new Scale();
  expect(scale(zeros(2, 3).add(1)).tolist()).toEqual([
    [2, 2, 2],
    [2, 2, 2],
  ]);
  expect([scale instanceof Scale, scale.hasUninitializedParams()]).toEqual([true, false]);
  class Forgetful extends nn.LazyModuleMixin(nn.Linear) {
    override initializeParameters(): void {}
  }
  const forgetful = new Forgetful(1, 1);
  forgetful.weight = new nn.UninitializedParameter();
  expect(() => forgetful(zeros(1, 1))).toThrow('module Forgetful has not been fully initialized');
});

test('an error leaves the layer as it was', () => {
  const layer = new nn.LazyConv2d(4, 3, { groups: 2 });
  expect(() => layer(zeros(1, 3, 5, 5))).toThrow(ValueError);
  expect(nn.isLazy(layer.weight)).toBe(true);
  expect(layer(zeros(1, 2, 5, 5)).shape).toEqual([1, 4, 3, 3]);
});
