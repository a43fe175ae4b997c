// Steps of optimizers that were recorded from PyTorch: taking them again, and comparing what they leave.
import { type optim, Tensor } from 'flambeau';
import { expect } from 'vitest';

/** A recorded tensor. */
export interface Packed {
  readonly shape: number[];
  readonly dtype: 'float32' | 'float64';
  readonly values: (number | string)[];
}

/** A recorded state: for the number of each parameter its entries, in order. */
export type RecordedState = readonly (readonly [number, readonly (readonly [string, unknown])[]])[];

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** PyTorch's options under our names. */
export const optionsOf = (given: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value]));

export const numbers = (x: Tensor) => Array.from(x.detach().toTypedArray(), Number);

// float32 rounds each of a few operations of a step; a line search carries a difference of losses further.
export const tolerance = { float32: 1e-5, float64: 1e-9 } as const;

/** Makes the steps of the gradients of `lossOf()` and returns the losses. */
export function advance(optimizer: optim.Optimizer, lossOf: () => Tensor, steps: number): number[] {
  const closure = () => {
    optimizer.zeroGrad();
    const loss = lossOf();
    loss.backward();
    return loss;
  };
  return Array.from({ length: steps }, () => Number(optimizer.step(closure)?.item()));
}

/** Expects numbers `within` times what was recorded, or times 1 where that is smaller. */
export function close(actual: readonly number[], expected: readonly (number | string)[], within: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((text, i) => {
    const wanted = Number(text);
    const distance = Math.abs((actual[i] ?? Number.NaN) - wanted);
    expect(distance, `${actual[i]} for ${wanted}`).toBeLessThanOrEqual(within * Math.max(1, Math.abs(wanted)));
  });
}

/** Expects a value as it was recorded: tensors and numbers close, lists entry by entry, all else equal. */
export function same(actual: unknown, expected: unknown, within: number): void {
  if (Array.isArray(expected) && expected.some((entry) => typeof entry === 'object')) {
    expect(actual).toHaveLength(expected.length);
    expected.forEach((entry, i) => {
      same((actual as unknown[])[i], entry, within);
    });
  } else if (expected !== null && typeof expected === 'object' && !Array.isArray(expected)) {
    const { shape, dtype, values } = expected as Packed;
    expect(actual).toBeInstanceOf(Tensor);
    const x = actual as Tensor;
    expect([x.shape, x.dtype]).toEqual([shape, dtype]);
    close(numbers(x), values, within);
  } else if (typeof expected === 'number' && typeof actual === 'number') close([actual], [expected], within);
  else expect(actual).toEqual(expected);
}

/** Expects the state of the recorded parameters: the same entries in the same order. */
export function sameState(optimizer: optim.Optimizer, recorded: RecordedState, within: number): void {
  const state = optimizer.stateDict().get('state') as Map<number, Map<string, unknown>>;
  expect([...state.keys()]).toEqual(recorded.map(([number]) => number));
  for (const [number, entries] of recorded) {
    const kept = [...(state.get(number) ?? [])].filter(([key]) => key !== 'al');
    expect(kept.map(([key]) => key)).toEqual(entries.map(([key]) => key));
    entries.forEach(([, value], i) => {
      same(kept[i]?.[1], value, within);
    });
  }
}
