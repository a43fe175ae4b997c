// Methods that give a tensor other elements, another shape or another storage.
import { arange, autograd, ones, tensor, zeros } from 'flambeau';
import { expect, test } from 'vitest';

test('apply_, map_ and map2_ replace elements', () => {
  const x = tensor([[1, 2, 3]], { dtype: 'float32' })
    .expand(2, 3)
    .clone()
    .t();
  expect(x.apply_((v) => v * 2).tolist()).toEqual([
    [2, 2],
    [4, 4],
    [6, 6],
  ]);
  expect(
    x
      .map_(ones(3, 2), (a, b) => a + b)
      .sum()
      .item(),
  ).toBe(30);
  expect(
    x
      .map2_(ones(3, 2), x.clone(), (a, b, c) => a - b - c)
      .sum()
      .item(),
  ).toBe(-6);
  expect(() => ones([2], { requiresGrad: true }).apply_((v) => v)).toThrow("Can't call apply_() on Variable");
});

test('resize_ keeps the elements in memory', () => {
  const x = arange(6).resize_(2, 2);
  expect(x.tolist()).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(x.resize_([6]).tolist()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(x.resize_(8).narrow(0, 0, 6).tolist()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(x.resizeAs_(zeros(3, 1)).shape).toEqual([3, 1]);
  expect(() => ones([2], { requiresGrad: true }).resize_(4)).toThrow('cannot resize variables that require grad');
});

test('set_ shares a storage', () => {
  const source = arange(6);
  const x = zeros([2], { dtype: 'int64' }).set_(source, 1, [2, 2], [2, 1]);
  expect(x.tolist()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  source.fill_(7);
  expect(x.sum().item()).toBe(28);
  expect(zeros(2).set_().shape).toEqual([0]);
  expect(arange(2).set_(source).isSetTo(source)).toBe(true);
  expect(() => zeros(2).set_(source)).toThrow('expected a source of dtype float32');
  expect(() => arange(2).set_(source, 0, [9])).toThrow('out of bounds');
});

test('the graph namespace', () => {
  const [x, y] = [ones([2], { requiresGrad: true }), ones([2], { requiresGrad: true })];
  expect(autograd.graph.getGradientEdge(x.mul(2)).node.name).toBe('MulBackward0');
  const seen: unknown[] = [];
  const handle = autograd.graph.registerMultiGradHook([x, y], (grads: unknown) =>
    seen.push((grads as unknown[]).length),
  );
  x.mul(y).sum().backward();
  handle.remove();
  x.mul(y).sum().backward();
  expect(seen).toEqual([2]);
  const product = x.mul(y);
  autograd.graph.incrementVersion(y.detach());
  expect(() => product.sum().backward()).toThrow('modified by an inplace operation');
});

test('allowMutationOnSavedTensors uses what was there', () => {
  const x = ones([2], { requiresGrad: true });
  autograd.graph.allowMutationOnSavedTensors(() => {
    const y = x.mul(3);
    const z = y.square();
    y.detach().fill_(100);
    z.sum().backward();
  });
  expect(x.grad?.tolist()).toEqual([18, 18]);
});
