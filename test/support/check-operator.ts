// The one strong check of an operator: values, gradients, lengths, strides, special values, dtypes, writes, errors.
import { autograd, type Dtype, Tensor, tensor } from 'flambeau';
import { expect } from 'vitest';
import { draw, expectNear, layouts, rounded, sizeOf, toTensor, toValues, type Values } from './values.ts';

/** One input of an operator. */
export interface Input {
  /** Shape for values and gradients; small, since gradients are checked by differences. */
  readonly shape: readonly number[];
  /** Where its values lie. Default [-2, 2). */
  readonly range?: readonly [number, number];
  /** A dtype that does not follow the others: positions, masks. */
  readonly dtype?: Dtype;
  /** Whether it is never differentiated. Default false. */
  readonly constant?: boolean;
  /** Exact values instead of drawn ones. */
  readonly data?: readonly number[];
}

type ErrorClass = abstract new (...args: never[]) => Error;
/** A call that must throw, its class and its message. It gets the row's inputs as float32. */
export type ErrorRow = readonly [call: (...inputs: Tensor[]) => unknown, error: ErrorClass, message: RegExp];

/** What is known of an operator. */
export interface Row {
  readonly run: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly inputs: readonly Input[];
  /** The operator on single numbers, in double precision: it is applied to each element. */
  readonly each?: (...x: number[]) => number;
  /** The operator on whole arrays, for what is not elementwise. */
  readonly reference?: (...x: Values[]) => Values | readonly Values[];
  /** Shapes of the inputs for a length around the vector width. Default for elementwise operators: [n] each. */
  readonly lengths?: (n: number) => readonly (readonly number[])[];
  /** Roundings the result may carry, in units of the last place of the largest value. Default 4. */
  readonly k?: number;
  /** Largest number on the way to the result, where it is larger than every result. Default 0. */
  readonly magnitude?: number;
  /** How often it can be differentiated at these inputs. Default 2. */
  readonly gradient?: 0 | 1 | 2;
  /** Dtypes beside float32 and float64. Default none. */
  readonly dtypes?: readonly Dtype[];
  /** Whether float32 and float64 are taken. Default true. */
  readonly floats?: boolean;
  /** Range of integer inputs. Default [1, 6). */
  readonly integers?: readonly [number, number];
  /** Whether NaN, infinities, zeros and denormals give what `each` gives. Default: where there is `each`. */
  readonly special?: boolean;
  /** The twin that overwrites its first input. */
  readonly inPlace?: (...inputs: Tensor[]) => Tensor;
  readonly errors?: readonly ErrorRow[];
}

const floatTypes = ['float32', 'float64'] as const;
// Logical vectors hold 16 floats: two of them, every remainder, and one more.
const longest = 2 * 16 + 1;
const specials = [Number.NaN, Infinity, -Infinity, -0, 0, 1e-310, -1e-310, 1e-40, -1e-40, 1, -1, 1e30, -1e30, 0.5];

/** Checks everything that a row promises. */
export function checkOperator(row: Row): void {
  const floating = row.floats === false ? [] : floatTypes;
  for (const dtype of [...floating, ...(row.dtypes ?? [])]) {
    checkLayouts(row, dtype);
    checkEmpty(row, dtype);
  }
  for (const dtype of floating) checkLengths(row, dtype);
  if (row.each !== undefined && row.special !== false) for (const dtype of floating) checkSpecials(row, dtype);
  if (row.inPlace !== undefined) checkInPlace(row, row.inPlace);
  if (floating.length > 0) checkGradients(row);
  checkErrors(row);
}

// ---- Values

function valuesOf(
  row: Row,
  dtype: Dtype,
  shapes: readonly (readonly number[])[] = row.inputs.map((input) => input.shape),
): Values[] {
  const integer = dtype !== 'float32' && dtype !== 'float64';
  return row.inputs.map((input, i) => {
    const shape = shapes[i] ?? input.shape;
    const own = input.dtype ?? dtype;
    if (input.data !== undefined)
      return rounded(
        { shape, data: Array.from({ length: sizeOf(shape) }, (_, j) => input.data?.[j % input.data.length] ?? 0) },
        own,
      );
    const range = integer && input.dtype === undefined ? (row.integers ?? [1, 6]) : (input.range ?? [-2, 2]);
    return rounded(draw(shape, range as [number, number], i + 1), own);
  });
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return (Array.isArray(value) ? value : [value]) as readonly T[];
}

function expectedOf(row: Row, values: readonly Values[], output: Tensor): readonly Values[] {
  if (row.reference !== undefined) return listOf(row.reference(...values));
  const { each } = row;
  if (each === undefined) throw new Error('a row needs `each` or `reference`');
  const strides = values.map(({ shape }) => stridesIn(shape, output.shape));
  const data = Array.from({ length: output.numel() }, (_, i) =>
    each(...values.map((x, k) => x.data[positionOf(i, output.shape, strides[k] ?? [])] ?? Number.NaN)),
  );
  return [{ shape: output.shape, data }];
}

// Strides with which `shape` is read as `target`: 0 where it broadcasts.
function stridesIn(shape: readonly number[], target: readonly number[]): number[] {
  const added = target.length - shape.length;
  return target.map((_, d) => (d < added || shape[d - added] === 1 ? 0 : sizeOf(shape.slice(d - added + 1))));
}

function positionOf(i: number, shape: readonly number[], strides: readonly number[]): number {
  let rest = i;
  let position = 0;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] ?? 1;
    position += (rest % size) * (strides[d] ?? 0);
    rest = Math.floor(rest / size);
  }
  return position;
}

function tensorsOf(row: Row, values: readonly Values[], dtype: Dtype, layout = toTensor): Tensor[] {
  return values.map((x, i) => layout(x, row.inputs[i]?.dtype ?? dtype));
}

function compare(row: Row, values: readonly Values[], inputs: readonly Tensor[], what: string, eachOwn = false): void {
  const outputs = listOf<Tensor>(row.run(...inputs));
  const expected = outputs[0] === undefined ? [] : expectedOf(row, values, outputs[0]);
  expect(outputs.length, `${what}: outputs`).toBe(expected.length);
  for (const [i, y] of outputs.entries()) {
    expectNear(y, expected[i] as Values, row.k ?? 4, what, { eachOwn, magnitude: row.magnitude });
  }
}

function checkLayouts(row: Row, dtype: Dtype): void {
  const values = valuesOf(row, dtype);
  for (const [name, layout] of Object.entries(layouts)) {
    const inputs = tensorsOf(row, values, dtype, layout);
    compare(row, values, inputs, `${dtype} ${name}`);
    for (const [i, x] of inputs.entries()) {
      expect(toValues(x), `${dtype} ${name}: input ${i} was written to`).toEqual(values[i]);
    }
  }
  const constant = values.map((x, i) => (row.inputs[i]?.data === undefined ? repeatRows(x) : x));
  const repeated = constant.map((x, i) => {
    const own = row.inputs[i]?.dtype ?? dtype;
    if (constant[i] === values[i] || x.shape.length === 0) return toTensor(x, own);
    const row0 = { shape: [1, ...x.shape.slice(1)], data: x.data.slice(0, sizeOf(x.shape.slice(1))) };
    return toTensor(row0, own).expand([...x.shape]);
  });
  compare(row, constant, repeated, `${dtype} stride 0`);
}

// The first row in the place of all.
function repeatRows({ shape, data }: Values): Values {
  const inner = sizeOf(shape.slice(1));
  return { shape, data: shape.length === 0 ? data : data.map((_, i) => data[i % inner] ?? 0) };
}

function checkLengths(row: Row, dtype: 'float32' | 'float64'): void {
  const shapesOf = row.lengths ?? (row.each === undefined ? null : (n: number) => row.inputs.map(() => [n]));
  if (shapesOf === null) return;
  for (let n = 1; n <= longest; n++) {
    const values = valuesOf(row, dtype, shapesOf(n));
    const inputs = tensorsOf(row, values, dtype);
    compare(row, values, inputs, `${dtype} length ${n}`);
    if (row.gradient !== 0) compareBackward(row, values, inputs, `${dtype} length ${n}`);
  }
}

// The fused gradient against the one in differentiable operators, of the same inputs in double precision.
function compareBackward(row: Row, values: readonly Values[], inputs: readonly Tensor[], what: string): void {
  const exact = gradientsOf(row, tensorsOf(row, values, 'float64'), (row.gradient ?? 2) > 1);
  const own = gradientsOf(row, inputs, false);
  own.forEach((g, i) => {
    const other = exact[i];
    if (g === null || other === null || other === undefined) return;
    expectNear(g, toValues(other), 8 * (row.k ?? 4), `${what}: gradient ${i}`, { magnitude: row.magnitude });
  });
}

const differentiable = (row: Row, x: Tensor, i: number) => x.isFloatingPoint() && row.inputs[i]?.constant !== true;

function gradientsOf(row: Row, inputs: readonly Tensor[], createGraph: boolean): (Tensor | null)[] {
  const leaves = inputs.map((x, i) => (differentiable(row, x, i) ? x.detach().requiresGrad_() : x));
  const outputs = listOf<Tensor>(row.run(...leaves)).filter((y) => y.requiresGrad);
  const sources = leaves.filter((x) => x.requiresGrad);
  if (outputs.length === 0) return sources.map(() => null);
  const gradOutputs = outputs.map((y) => toTensor(draw(y.shape, [0.5, 1.5], 9), y.dtype));
  return autograd.grad(outputs, sources, { gradOutputs, allowUnused: true, createGraph });
}

function checkEmpty(row: Row, dtype: Dtype): void {
  const shapes = row.lengths?.(0) ?? (row.each === undefined ? null : row.inputs.map(() => [0]));
  if (shapes === null) return;
  const values = valuesOf(row, dtype, shapes);
  compare(row, values, tensorsOf(row, values, dtype), `${dtype} empty`);
}

function checkSpecials(row: Row, dtype: Dtype): void {
  const n = specials.length;
  for (let shift = 0; shift < (row.inputs.length > 1 ? n : 1); shift++) {
    const values = row.inputs.map((input, i) => {
      if (input.dtype !== undefined)
        return valuesOf(
          row,
          dtype,
          row.inputs.map(() => [n]),
        )[i] as Values;
      return rounded(
        { shape: [n], data: specials.map((x, j) => (i === 0 ? x : (specials[(j + shift) % n] ?? 0))) },
        dtype,
      );
    });
    compare(row, values, tensorsOf(row, values, dtype), `${dtype} special values`, true);
  }
}

// ---- Writing

// The twin writes what the operator returns, into its own elements and no others, and counts one write.
function checkInPlace(row: Row, inPlace: (...inputs: Tensor[]) => Tensor): void {
  const dtypes: readonly Dtype[] = row.floats === false ? (row.dtypes ?? []) : floatTypes;
  for (const dtype of dtypes) {
    for (const n of [1, 15, 16, 17, 33]) {
      const values = valuesOf(
        row,
        dtype,
        row.inputs.map(() => [n]),
      );
      const [first, ...others] = tensorsOf(row, values, dtype) as [Tensor, ...Tensor[]];
      const wanted = (row.run(first, ...others) as Tensor).to(dtype);
      for (const step of [1, 2]) {
        const sentinel = dtype === 'bool' ? 1 : 77;
        const buffer = toTensor(
          { shape: [n * step + 32], data: new Array<number>(n * step + 32).fill(sentinel) },
          dtype,
        );
        const part = buffer.slice(0, 16, 16 + n * step, step);
        part.copy_(first);
        const version = part._version;
        expect(inPlace(part, ...others), 'in place: returns its tensor').toBe(part);
        expect(toValues(part), `in place ${dtype} length ${n} step ${step}`).toEqual(toValues(wanted));
        expect(part._version, 'in place: version').toBe(version + 1);
        const { data } = toValues(buffer);
        data.forEach((value, i) => {
          const inside = i >= 16 && i < 16 + n * step && (i - 16) % step === 0;
          if (!inside && value !== sentinel) expect.fail(`in place ${dtype}: wrote ${value} outside, at ${i - 16}`);
        });
      }
    }
  }
}

// ---- Gradients

function checkGradients(row: Row): void {
  const order = row.gradient ?? 2;
  const values = valuesOf(row, 'float64');
  const make = (wants: (i: number) => boolean) =>
    tensorsOf(row, values, 'float64').map((x, i) => (differentiable(row, x, i) && wants(i) ? x.requiresGrad_() : x));
  const all = make(() => true);
  if (order === 0) {
    for (const y of listOf<Tensor>(row.run(...all))) expect(y.requiresGrad, 'has no gradient').toBe(false);
    return;
  }
  const fn = (...inputs: Tensor[]) => row.run(...inputs);
  autograd.gradcheck(fn, all);
  if (order === 2) autograd.gradgradcheck(fn, all);
  const together = gradientsOf(row, all, false);
  const sources = all.flatMap((x, i) => (x.requiresGrad ? [i] : []));
  if (sources.length < 2) return;
  sources.forEach((at, k) => {
    const inputs = make((i) => i === at);
    const outputs = listOf<Tensor>(row.run(...inputs)).filter((y) => y.requiresGrad);
    const gradOutputs = outputs.map((y) => toTensor(draw(y.shape, [0.5, 1.5], 9), y.dtype));
    const [alone] = autograd.grad(outputs, inputs[at] as Tensor, { gradOutputs, allowUnused: true });
    const other = together[k] ?? null;
    expect(alone === null, `gradient of input ${at} alone`).toBe(other === null);
    if (alone instanceof Tensor && other !== null)
      expectNear(alone, toValues(other), 4, `gradient of input ${at} alone`);
  });
}

// ---- Errors

function checkErrors(row: Row): void {
  for (const [call, error, message] of row.errors ?? []) {
    const values = valuesOf(row, 'float32');
    const inputs = tensorsOf(row, values, 'float32');
    const versions = inputs.map((x) => x._version);
    const thrown = errorOf(() => call(...inputs));
    expect(thrown, String(call)).toBeInstanceOf(error);
    expect((thrown as Error).message, String(call)).toMatch(message);
    expect(inputs.map(toValues), `${String(call)} changed an input`).toEqual(values);
    expect(inputs.map((x) => x._version)).toEqual(versions);
  }
}

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Values of an array, for references that read naturally as loops. */
export function at({ shape, data }: Values, ...index: number[]): number {
  return data[index.reduce((position, i, d) => position * (shape[d] ?? 1) + i, 0)] ?? Number.NaN;
}

/** An array filled by position. */
export function build(shape: readonly number[], value: (...index: number[]) => number): Values {
  const data = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const index: number[] = [];
    for (let d = shape.length - 1, rest = i; d >= 0; d--) {
      index.unshift(rest % (shape[d] ?? 1));
      rest = Math.floor(rest / (shape[d] ?? 1));
    }
    return value(...index);
  });
  return { shape, data };
}

/** A tensor of positions. */
export const positions = (...data: number[]) => tensor(data, { dtype: 'int64' });
