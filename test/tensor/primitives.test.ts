// What JavaScript makes of a tensor where it wants a number, a text or JSON.
import { nn, ones, ShapeError, tensor } from 'flambeau';
import { expect, test } from 'vitest';

// TypeScript allows no arithmetic with tensors; JavaScript does.
const asNumber = (x: unknown) => x as number;

test('one element is a number', () => {
  expect(Number(tensor(2.5))).toBe(2.5);
  expect(Number(tensor([[true]]))).toBe(1);
  expect(asNumber(tensor([3])) * 2).toBe(6);
  expect(asNumber(tensor(3)) > 2).toBe(true);
});

test('several elements are none', () => {
  expect(() => asNumber(ones(2)) * 2).toThrow(ShapeError);
  expect(() => asNumber(ones(2)) < 2).toThrow('a Tensor with 2 elements cannot be converted to Scalar');
});

test('a text is what is printed', () => {
  expect(`${ones(2)}`).toBe('tensor([1., 1.])');
  expect(`loss: ${tensor(0.5)}`).toBe('loss: tensor(0.5000)');
  // biome-ignore lint/style/useTemplate: what is tested
  expect('loss: ' + tensor(0.5)).toBe('loss: tensor(0.5000)');
});

test('JSON holds nested arrays', () => {
  const x = tensor([[1, 2.5]], { requiresGrad: true });
  expect(JSON.stringify({ x, done: tensor(true), none: tensor([]) })).toBe('{"x":[[1,2.5]],"done":true,"none":[]}');
});

test('a tensor is not cloned without its memory', () => {
  const send = /send toTypedArray\(\) and shape/;
  expect(() => structuredClone(ones(2))).toThrow(send);
  expect(() => structuredClone(new nn.Linear(2, 2).stateDict())).toThrow(send);
});
