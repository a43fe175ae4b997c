// nn.utils: clipping and vectors of parameters; expectations recorded from PyTorch 2.6.
import { nn, tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';

const { clipGradNorm_, clipGradValue_, parametersToVector, vectorToParameters } = nn.utils;

function withGrads() {
  const a = new nn.Parameter(zeros(2));
  const b = new nn.Parameter(zeros(1));
  a.grad = tensor([3, -4], { dtype: 'float32' });
  b.grad = tensor([12], { dtype: 'float32' });
  return { a, b, all: [a, b, new nn.Parameter(zeros(1))] };
}

describe('clipGradNorm_', () => {
  const cases: [maxNorm: number, normType: number | undefined, total: number, first: number][] = [
    [6.5, undefined, 13, 1.5],
    [100, undefined, 13, 3],
    [6, Number.POSITIVE_INFINITY, 12, 1.5],
    [9.5, 1, 19, 1.5],
  ];
  test.each(cases)('maxNorm %d, order %s', (maxNorm, normType, total, first) => {
    const { a, all } = withGrads();
    expect(Number(clipGradNorm_(all, maxNorm, { normType }).item())).toBeCloseTo(total, 5);
    expect(a.grad?.tolist()).toEqual([expect.closeTo(first, 5), expect.closeTo((-4 / 3) * first, 5)]);
  });

  test('nothing to clip, and a norm that is not finite', () => {
    expect(clipGradNorm_([], 1).item()).toBe(0);
    const p = new nn.Parameter(zeros(1));
    p.grad = tensor([Number.NaN]);
    expect(() => clipGradNorm_(p, 1, { errorIfNonfinite: true })).toThrow('The total norm of order 2');
  });
});

test('clipGradValue_', () => {
  const { a, b, all } = withGrads();
  clipGradValue_(all, 3.5);
  expect([a.grad?.tolist(), b.grad?.tolist()]).toEqual([[3, -3.5], [3.5]]);
});

test('parameters as a vector and back', () => {
  const layer = new nn.Linear(2, 2);
  const vector = parametersToVector(layer.parameters());
  expect(vector.shape).toEqual([6]);
  vectorToParameters(tensor([1, 2, 3, 4, 5, 6], { dtype: 'float32' }), layer.parameters());
  expect([layer.weight.tolist(), layer.bias?.tolist()]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    [5, 6],
  ]);
});
