// Functions of tensors and their gradients, as PyTorch 2.6 has them (record-root.py), called by the rules of names.
import * as flambeau from 'flambeau';
import { autograd, type Dtype, Tensor } from 'flambeau';
import { describe, expect, test } from 'vitest';
import { expectNear, sizeOf, toTensor, type Values } from '../support/values.ts';
import recorded from './root.json' with { type: 'json' };

interface Packed {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly (number | string)[];
}
interface Case {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly options?: Record<string, unknown>;
  readonly out?: unknown;
  readonly error?: string;
  readonly grads?: readonly (Packed | null)[];
  readonly second?: readonly (Packed | null)[];
  readonly seed?: number;
}

const special: { readonly [text: string]: number } = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
const isPacked = (value: unknown): value is Packed => typeof value === 'object' && value !== null && 'dtype' in value;
const valuesOf = ({ shape, values }: Packed): Values => ({
  shape,
  data: values.map((v) => (typeof v === 'string' ? (special[v] ?? Number.NaN) : v)),
});

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function unpack(value: unknown, wantsGrad: boolean): unknown {
  if (isPacked(value)) {
    const x = toTensor(valuesOf(value), value.dtype as Dtype);
    return x.isFloatingPoint() ? x.requiresGrad_(wantsGrad) : x;
  }
  if (Array.isArray(value)) return value.map((item) => unpack(item, wantsGrad));
  if (typeof value === 'object' && value !== null && 'number' in value) return special[String(value.number)];
  return value;
}

/** Tensors of a result, in order: of a tensor, a list, or the fields of an object. */
function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(tensorsIn) : [];
}

type Callable = (...args: unknown[]) => unknown;
function find(path: string): Callable {
  const found = path
    .split('.')
    .map(camel)
    .reduce<unknown>((scope, name) => (scope as Record<string, unknown>)[name], flambeau);
  if (typeof found !== 'function') throw new Error(`there is no ${path}`);
  return found as Callable;
}

const packedIn = (value: unknown): Packed[] =>
  isPacked(value) ? [value] : Array.isArray(value) ? value.flatMap(packedIn) : [];

// Sums of up to a hundred products in double precision, written with eight digits.
const [k, magnitude] = [8e9, 1];

const weights = (y: Tensor) =>
  toTensor({ shape: y.shape, data: Array.from({ length: sizeOf(y.shape) }, (_, i) => 1 + (i % 7) / 8) }, y.dtype);

function gradients(ys: Tensor[], leaves: Tensor[], createGraph: boolean): readonly (Tensor | null)[] {
  return autograd.grad(ys, leaves, { gradOutputs: ys.map(weights), allowUnused: true, createGraph });
}

function expectGradients(grads: readonly (Tensor | null)[], expected: readonly (Packed | null)[], what: string): void {
  grads.forEach((dx, i) => {
    const packed = expected[i] ?? null;
    if (packed === null) expect(dx === null || dx.eq(0).all().item(), `${what} ${i}`).toBe(true);
    else expectNear(dx ?? flambeau.zeros(packed.shape as number[]), valuesOf(packed), k, `${what} ${i}`, { magnitude });
  });
}

describe('functions of tensors', () => {
  test.each((recorded.cases as Case[]).map((entry, i) => [`${entry.fn} (${i})`, entry] as const))(
    '%s',
    (_name, entry) => {
      const wantsGrad = entry.grads !== undefined;
      const named = Object.entries(entry.options ?? {}).map(([key, v]) => [camel(key), unpack(v, wantsGrad)]);
      const options = entry.options && Object.fromEntries(named);
      const args = entry.args.map((arg) => unpack(arg, wantsGrad));
      if (entry.seed !== undefined) flambeau.manualSeed(entry.seed);
      const call = () => find(entry.fn)(...args, ...(options ? [options] : []));
      if (entry.error !== undefined) {
        expect(call).toThrow(entry.error);
        return;
      }
      const result = call();
      const outputs = tensorsIn(result);
      const expected = packedIn(entry.out);
      expect(outputs.length).toBe(expected.length);
      outputs.forEach((y, i) => {
        const packed = expected[i] as Packed;
        expect([y.dtype, [...y.shape]]).toEqual([packed.dtype, [...packed.shape]]);
        expectNear(y, valuesOf(packed), packed.dtype === 'float64' ? k : 64, `output ${i}`, { magnitude });
      });
      if (entry.grads === undefined) return;
      const differentiable = outputs.filter((y) => y.requiresGrad);
      const leaves = tensorsIn([...args, ...Object.values(options ?? {})]).filter((x) => x.requiresGrad);
      const grads = gradients(differentiable, leaves, entry.second !== undefined);
      expectGradients(grads, entry.grads, 'gradient');
      if (entry.second === undefined) return;
      const again = grads.filter((dx): dx is Tensor => dx?.requiresGrad === true);
      expectGradients(gradients(again, leaves, false), entry.second, 'second gradient');
    },
  );
});
