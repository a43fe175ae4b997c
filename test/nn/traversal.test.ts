// Traversal, lookup by path, modes, conversions and deep copies.
import { nn, ones, type Tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';

function nested() {
  const shared = new nn.Linear(2, 2);
  const net = new nn.Sequential(shared, new nn.Sequential(new nn.ReLU(), shared));
  return { net, shared };
}
const names = (entries: Iterable<[string, unknown]>) => [...entries].map(([name]) => name);

describe('iterators', () => {
  test('modules come once, parents first', () => {
    const { net } = nested();
    expect(names(net.namedModules())).toEqual(['', '0', '1', '1.0']);
    expect(names(net.namedModules({ prefix: 'net', removeDuplicate: false }))).toEqual([
      'net',
      'net.0',
      'net.1',
      'net.1.0',
      'net.1.1',
    ]);
    expect([...net.modules()]).toHaveLength(4);
  });

  test('children come once', () => {
    const layer = new nn.Linear(1, 1);
    const net = new nn.Sequential(layer, layer);
    net.registerModule('none', null);
    expect(names(net.namedChildren())).toEqual(['0']);
    expect([...net.children()]).toEqual([layer]);
  });

  test('parameters and buffers: prefix, recurse, duplicates', () => {
    const { net } = nested();
    net.registerBuffer('count', zeros([]));
    expect(names(net.namedParameters())).toEqual(['0.weight', '0.bias']);
    expect(names(net.namedParameters({ prefix: 'net' }))).toEqual(['net.0.weight', 'net.0.bias']);
    expect(names(net.namedParameters({ recurse: false }))).toEqual([]);
    expect(names(net.namedParameters({ removeDuplicate: false }))).toEqual([
      '0.weight',
      '0.bias',
      '1.1.weight',
      '1.1.bias',
    ]);
    expect([...net.parameters()]).toHaveLength(2);
    expect(names(net.namedBuffers())).toEqual(['count']);
    expect([...net.buffers({ recurse: false })]).toHaveLength(1);
  });

  test('apply visits children first', () => {
    const { net } = nested();
    const seen: string[] = [];
    expect(net.apply((module) => void seen.push(module._getName()))).toBe(net);
    expect(seen).toEqual(['Linear', 'ReLU', 'Linear', 'Sequential', 'Sequential']);
  });
});

describe('lookup by path', () => {
  class M extends nn.Module {
    l = new nn.Linear(2, 2);
    p = new nn.Parameter(zeros(2));
    b = new nn.Buffer(zeros(2));
    override forward(x: Tensor): Tensor {
      return this.l(x);
    }
  }

  test('finds what is there', () => {
    const net = new M();
    expect(net.getSubmodule('')).toBe(net);
    expect(net.getSubmodule('l')).toBe(net.l);
    expect(net.getParameter('l.weight')).toBe(net.l.weight);
    expect(net.getBuffer('b')).toBe(net.b);
    const relu = new nn.ReLU();
    net.setSubmodule('l.act', relu);
    expect(net.getSubmodule('l.act')).toBe(relu);
  });

  const errors: [message: string, act: (net: M) => unknown][] = [
    ['Linear has no attribute `x`', (m) => m.getSubmodule('l.x')],
    ['`p` is not an nn.Module', (m) => m.getSubmodule('p')],
    ['`b` is not an nn.Parameter', (m) => m.getParameter('b')],
    ['M has no attribute `zz`', (m) => m.getParameter('zz')],
    ['`p` is not a buffer', (m) => m.getBuffer('p')],
    ['Linear has no attribute `zz`', (m) => m.getBuffer('l.zz')],
    ['Cannot set the submodule without a target name!', (m) => m.setSubmodule('', new nn.ReLU())],
    ['M has no attribute `q`', (m) => m.setSubmodule('q.r', new nn.ReLU())],
    ['`p` is not an nn.Module', (m) => m.setSubmodule('p.r', new nn.ReLU())],
  ];
  test.each(errors)('%s', (message, act) => expect(() => act(new M())).toThrow(expect.objectContaining({ message })));
});

describe('modes and conversions', () => {
  test('train and eval reach everything below', () => {
    const { net } = nested();
    expect(net.eval()).toBe(net);
    expect([...net.modules()].map((module) => module.training)).toEqual([false, false, false, false]);
    net.train();
    expect([...net.modules()].every((module) => module.training)).toBe(true);
    expect(Object.keys(new nn.ReLU())).toEqual(['inplace']);
  });

  test('requiresGrad_ and zeroGrad', () => {
    const layer = new nn.Linear(2, 1);
    layer(ones([1, 2]))
      .sum()
      .backward();
    layer.zeroGrad({ setToNone: false });
    expect(layer.weight.grad?.tolist()).toEqual([[0, 0]]);
    layer.zeroGrad();
    expect(layer.weight.grad).toBeNull();
    layer.requiresGrad_(false);
    expect([...layer.parameters()].some((parameter) => parameter.requiresGrad)).toBe(false);
  });

  test('to changes floating tensors in place, gradients too, and leaves integers', () => {
    const layer = new nn.Linear(2, 1);
    layer.registerBuffer('count', zeros([], { dtype: 'int64' }));
    layer.registerBuffer('mean', zeros(2), { persistent: false });
    layer(ones([1, 2]))
      .sum()
      .backward();
    const { weight } = layer;
    expect(layer.double()).toBe(layer);
    expect(layer.weight).toBe(weight);
    expect([weight.dtype, weight.grad?.dtype, layer.getBuffer('mean').dtype, layer.getBuffer('count').dtype]).toEqual([
      'float64',
      'float64',
      'float64',
      'int64',
    ]);
    layer(ones([1, 2], { dtype: 'float64' }))
      .sum()
      .backward();
    expect([weight.grad?.dtype, weight.grad?.tolist()]).toEqual(['float64', [[2, 2]]]);
    expect(() => layer.to('int64')).toThrow(
      'nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.int64',
    );
  });
});

describe('deepcopy', () => {
  test('keeps ties, hooks and attributes, and shares no memory', () => {
    const { net } = nested();
    const calls: unknown[] = [];
    const handle = net.registerForwardHook((module) => void calls.push(module));
    Reflect.set(net, 'config', { sizes: [1, 2], seen: new Map([['x', ones(1)]]) });
    const copy = nn.deepcopy(net);
    expect(copy).toBeInstanceOf(nn.Sequential);
    expect(copy.get(0)).toBe((copy.get(1) as nn.Sequential).get(1));
    expect(copy.get(0)).not.toBe(net.get(0));
    expect(Reflect.get(copy, 'config')).toMatchObject({ sizes: [1, 2] });
    expect(Reflect.get(copy, 'config')).not.toBe(Reflect.get(net, 'config'));
    const weight = net.getParameter('0.weight');
    const before = copy.getParameter('0.weight').tolist();
    nn.init.zeros_(weight);
    expect(copy.getParameter('0.weight').tolist()).toEqual(before);
    copy(ones([1, 2]));
    expect(calls).toEqual([copy]);
    handle.remove();
    expect(copy._forwardHooks.size).toBe(1);
    copy._forwardHooks.clear();
  });

  test('keeps gradients, requiresGrad, training and persistence', () => {
    const layer = new nn.Linear(2, 1).eval();
    layer.registerBuffer('cache', zeros(1), { persistent: false });
    layer(ones([1, 2]))
      .sum()
      .backward();
    layer.bias?.requiresGrad_(false);
    const copy = nn.deepcopy(layer);
    expect(copy.training).toBe(false);
    expect(copy.weight).toBeInstanceOf(nn.Parameter);
    expect(copy.weight.grad?.tolist()).toEqual([[1, 1]]);
    expect(copy.weight.grad).not.toBe(layer.weight.grad);
    expect([copy.weight.requiresGrad, copy.bias?.requiresGrad]).toEqual([true, false]);
    expect([...copy.stateDict().keys()]).toEqual(['weight', 'bias']);
  });

  test('refuses the result of a recorded operation', () => {
    const layer = new nn.Linear(1, 1);
    Reflect.set(layer, 'result', layer.weight.mul(2));
    expect(() => nn.deepcopy(layer)).toThrow(
      'Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.',
    );
  });
});
