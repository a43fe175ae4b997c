// `x.set(...)`, JavaScript's `x[...] = value`: the forms that are refused, which change nothing.
import { arange, type Tensor } from 'flambeau';
import { describe, expect, test } from 'vitest';

describe('set', () => {
  test('takes several indices as one array', () => {
    const x = arange(4).view(2, 2);
    x.set([0, ':'], 9);
    expect(x.tolist()).toEqual([
      [9, 9],
      [2, 3],
    ]);
  });

  test('refuses a value that is no tensor and no number', () => {
    const x = arange(4).view(2, 2);
    const set = x.set as (this: Tensor, ...args: unknown[]) => Tensor;
    expect(() => set.call(x, 0, ':', 9)).toThrow("set(): argument 'value' must be Tensor or number, not ':'");
    expect(() => set.call(x, 0)).toThrow("set(): argument 'value' must be Tensor or number");
    expect(x.tolist()).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});
