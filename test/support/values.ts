// Plain arrays with a shape: what references compute on, and how they become tensors and are compared with them.
import { type Dtype, type Tensor, tensor } from 'flambeau';
import { expect } from 'vitest';

/** Elements in row-major order. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Distance from 1 to the next number, and the smallest number of full precision. */
const precision = {
  float32: { epsilon: 2 ** -23, smallest: 2 ** -126 },
  float64: { epsilon: 2 ** -52, smallest: 2 ** -1022 },
} as const;

export const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** The same numbers in [low, high) for the same seed. */
export function draw(shape: readonly number[], [low, high]: readonly [number, number], seed: number): Values {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { shape, data: Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()) };
}

/** The values as the dtype holds them. */
export function rounded({ shape, data }: Values, dtype: Dtype): Values {
  if (dtype === 'float64') return { shape, data };
  if (dtype === 'float32') return { shape, data: data.map(Math.fround) };
  const whole = data.map((x) => Math.floor(x));
  if (dtype === 'bool') return { shape, data: whole.map((x) => (x % 2 === 0 ? 0 : 1)) };
  return { shape, data: dtype === 'uint8' ? whole.map(Math.abs) : whole };
}

export function toTensor({ shape, data }: Values, dtype: Dtype): Tensor {
  return tensor(Float64Array.from(data), { dtype }).reshape([...shape]);
}

export function toValues(x: Tensor): Values {
  return { shape: x.shape, data: Array.from(x.detach().toTypedArray(), Number) };
}

/** The values under one of the ways in which elements can lie in memory. */
export const layouts: { readonly [name: string]: (values: Values, dtype: Dtype) => Tensor } = {
  contiguous: toTensor,
  transposed: (values, dtype) => {
    const x = toTensor(values, dtype);
    return x.ndim < 2 ? x : x.transpose(0, -1).clone().transpose(0, -1);
  },
  // Every second element of a larger tensor, not from its beginning on.
  sliced: (values, dtype) => {
    const x = toTensor(values, dtype);
    if (x.ndim === 0) return x;
    const wide = x
      .unsqueeze(-1)
      .expand([...x.shape, 2])
      .clone()
      .flatten(-2);
    return wide.slice(-1, 1, null, 2);
  },
};

/** Whether a value is within `tolerance` of what it should be; NaN and infinities count. */
function near(actual: number, expected: number, tolerance: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  if (!Number.isFinite(expected)) return actual === expected;
  return Math.abs(actual - expected) <= tolerance;
}

/** How a bound on errors is measured. */
export interface Measure {
  /** Each value by itself instead of by the largest. */
  readonly eachOwn?: boolean;
  /** Largest number on the way to the result. */
  readonly magnitude?: number;
}

/**
 * Compares with a bound of k units in the last place of the largest value: what k roundings may cost.
 */
export function expectNear(actual: Tensor, expected: Values, k: number, what: string, measure: Measure = {}): void {
  const { eachOwn = false, magnitude = 0 } = measure;
  expect(actual.shape, `${what}: shape`).toEqual(expected.shape);
  const { data } = toValues(actual);
  const float = actual.dtype === 'float64' || actual.dtype === 'float32' ? actual.dtype : null;
  const bits = float === null ? { epsilon: 0, smallest: 0 } : precision[float];
  const round = float === 'float32' ? Math.fround : (x: number) => x;
  const finite = expected.data.map((x) => Math.abs(round(x))).filter(Number.isFinite);
  const largest = finite.reduce((a, b) => Math.max(a, b), magnitude);
  const wrong = expected.data.findIndex((raw, i) => {
    const value = round(raw);
    const scale = Math.max(eachOwn ? Math.abs(value) : largest, bits.smallest);
    return !near(data[i] ?? Number.NaN, value, bits.epsilon * k * scale);
  });
  if (wrong === -1) return;
  expect.fail(`${what}: element ${wrong} is ${data[wrong]}, expected ${expected.data[wrong]} (k = ${k})`);
}
