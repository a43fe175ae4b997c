// Runs what PyTorch recorded (scripts/recording.py): an operator or a layer, its gradients of two orders, its prints,
// its state and its refusals, in double and in single precision.
import { autograd, type Dtype, manualSeed, nn, type Tensor, tensor } from 'flambeau';
import { expect } from 'vitest';
import * as F from '../../lib/functional/index.ts';

interface Packed {
  readonly shape: readonly number[];
  readonly values: readonly (number | string | boolean)[];
  readonly dtype?: string;
}

interface Formula extends Partial<Packed> {
  readonly shape: readonly number[];
  readonly seed?: number;
  readonly scale?: number;
  readonly shift?: number;
  readonly grad?: boolean;
  readonly strided?: boolean;
}

/** One recorded call. */
export interface Case {
  readonly fn?: string;
  readonly module?: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly rngSeed?: number;
  /** False where single precision draws other random numbers. */
  readonly single?: boolean;
  readonly error?: string;
  readonly repr?: string;
  readonly reprAfter?: string;
  readonly state?: Readonly<Record<string, Packed>>;
  readonly training?: boolean;
  readonly steps?: number;
  readonly forward?: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly unknown[];
  readonly outputs?: readonly Packed[];
  readonly grads?: readonly (Packed | null)[];
  readonly second?: readonly (Packed | null)[];
  readonly after?: Readonly<Record<string, Packed>>;
}

/** What a case is, in one line. */
export function titleOf({ fn, module, args, options, inputs = [], training }: Case): string {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
    const formula = (value as { tensor?: Formula } | null)?.tensor;
    return formula === undefined ? String(value) : `(${formula.shape.join(', ')})`;
  };
  const named = Object.entries(options).map(([name, value]) => `${name}: ${text(value)}`);
  const on = inputs.length > 0 ? ` on ${inputs.map(text).join(', ')}` : '';
  return `${fn ?? module}(${[...args.map(text), ...named].join(', ')})${on}${training === false ? ', evaluation' : ''}`;
}

function make(formula: Formula, dtype: Dtype): Tensor {
  const { shape, values, seed = 0, scale = 1, shift = 0, grad = true, strided = false } = formula;
  if (values !== undefined) {
    return tensor(values as number[], { dtype: (formula.dtype ?? 'int64') as Dtype }).reshape([...shape]);
  }
  const laid = strided ? [...shape.slice(0, -2), ...shape.slice(-2).reverse()] : [...shape];
  const n = shape.reduce((product, size) => product * size, 1);
  const data = Array.from({ length: n }, (_, i) => scale * Math.sin(0.7311 * (i + 1) + 1.7 * seed) + shift);
  const x = tensor(data, { dtype }).reshape(laid);
  return (strided ? x.transpose(-1, -2) : x).requiresGrad_(grad);
}

// Tensors in the place of their formulas; those that want a gradient are added to `sources`.
function decode(value: unknown, dtype: Dtype, sources: Tensor[]): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(item, dtype, sources));
  const formula = (value as { tensor?: Formula } | null)?.tensor;
  if (formula === undefined) return value;
  const x = make(formula, dtype);
  if (x.requiresGrad) sources.push(x);
  return x;
}

function decodeAll(values: Readonly<Record<string, unknown>>, dtype: Dtype, sources: Tensor[]) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decode(value, dtype, sources)]));
}

const tensorsOf = (value: unknown): Tensor[] => (Array.isArray(value) ? value.flatMap(tensorsOf) : [value as Tensor]);

function expectClose(actual: Tensor | null, expected: Packed | null | undefined, dtype: Dtype, what: string): void {
  if (expected === null || expected === undefined) {
    // PyTorch says "none" where this library may say zero.
    if (actual !== null) expect(actual.abs().sum().item(), what).toBe(0);
    return;
  }
  expect(actual === null ? null : [...actual.shape], what).toEqual([...expected.shape]);
  if (actual === null) return;
  const wanted = expected.values.map((v) => (typeof v === 'string' ? Number(v.replace('inf', 'Infinity')) : Number(v)));
  const found = Array.from(actual.toTypedArray(), Number);
  const scale = Math.max(0.05, ...wanted.filter(Number.isFinite).map(Math.abs));
  const tolerance = (actual.isFloatingPoint() ? (dtype === 'float64' ? 1e-5 : 2e-4) : 0) * scale;
  wanted.forEach((value, i) => {
    const own = found[i] ?? Number.NaN;
    if (Object.is(own, value) || Math.abs(own - value) <= tolerance) return;
    expect.fail(`${what}: element ${i} of [${expected.shape.join(', ')}] is ${own}, expected ${value}`);
  });
}

const weights = (y: Tensor, k: number) =>
  tensor(
    Array.from({ length: y.numel() }, (_, i) => Math.cos(0.9 * i + k)),
    { dtype: y.dtype },
  ).reshape([...y.shape]);

function weighted(list: readonly Tensor[]): Tensor {
  return list.map((y, k) => y.mul(weights(y, k)).sum()).reduce((a, b) => a.add(b));
}

function checkGradients(one: Case, outputs: readonly Tensor[], sources: Tensor[], dtype: Dtype): void {
  if (one.grads === undefined) return;
  const floats = outputs.filter((y) => y.requiresGrad);
  const createGraph = dtype === 'float64' && one.second !== undefined;
  const first = autograd.grad(weighted(floats), sources, {
    allowUnused: true,
    createGraph: false,
    retainGraph: createGraph,
  });
  first.forEach((g, i) => {
    expectClose(g, one.grads?.[i], dtype, `${dtype} gradient ${i}`);
  });
  if (!createGraph) return;
  const again = autograd.grad(weighted(floats), sources, { allowUnused: true, createGraph });
  again.forEach((g, i) => {
    expectClose(g, one.grads?.[i], dtype, `${dtype} recorded gradient ${i}`);
  });
  const used = again.filter((g, i): g is Tensor => one.grads?.[i] !== null && g?.requiresGrad === true);
  if (used.length === 0) return;
  autograd.grad(weighted(used), sources, { allowUnused: true }).forEach((g, i) => {
    expectClose(g, one.second?.[i], dtype, `${dtype} second gradient ${i}`);
  });
}

type AnyFunction = (...args: unknown[]) => unknown;

function call(one: Case, dtype: Dtype, sources: Tensor[]): unknown {
  const args = one.args.map((arg) => decode(arg, dtype, sources));
  const options = decodeAll(one.options, dtype, sources);
  if (one.rngSeed !== undefined) manualSeed(one.rngSeed);
  const run = (F as unknown as Record<string, AnyFunction>)[one.fn ?? ''] as AnyFunction;
  return Object.keys(options).length > 0 ? run(...args, options) : run(...args);
}

function build(one: Case): nn.Module {
  const Layer = (nn as unknown as Record<string, new (...args: unknown[]) => nn.Module>)[one.module ?? ''];
  if (Layer === undefined) throw new Error(`nn.${one.module} is missing`);
  const args = one.args.map((arg) => decode(arg, 'float32', []));
  const options = decodeAll(one.options, 'float32', []);
  manualSeed(7);
  return Object.keys(options).length > 0 ? new Layer(...args, options) : new Layer(...args);
}

function forward(one: Case, layer: nn.Module, dtype: Dtype, sources: Tensor[]): unknown {
  const inputs = (one.inputs ?? []).map((input) => decode(input, dtype, sources));
  const options = one.forward === undefined ? [] : [decodeAll(one.forward, dtype, sources)];
  manualSeed(11);
  let y: unknown;
  for (let i = 0; i < (one.steps ?? 1); i++) y = (layer as unknown as AnyFunction)(...inputs, ...options);
  return y;
}

/** What is not the same sentence: names of functions and types, which follow JavaScript. */
function sentence(text: string): string {
  return text
    .toLowerCase()
    .replace(/[_`'"]/g, '')
    .replace(/\(s\)|\s+/g, ' ')
    .replace(/\b(\d+)\.0\b/g, '$1')
    .trim();
}

/** Runs a recorded call and compares everything that was recorded of it. */
export function checkRecorded(one: Case): void {
  if (one.error !== undefined) {
    const thrown = errorOf(() =>
      one.fn === undefined ? forward(one, build(one).double(), 'float64', []) : call(one, 'float64', []),
    );
    expect(thrown, 'is refused').toBeInstanceOf(Error);
    expect(sentence((thrown as Error).message)).toBe(sentence(one.error));
    return;
  }
  const dtypes = one.single === false ? (['float64'] as const) : (['float64', 'float32'] as const);
  for (const dtype of dtypes) {
    const sources: Tensor[] = [];
    let outputs: Tensor[];
    let layer: nn.Module | null = null;
    if (one.fn !== undefined) outputs = tensorsOf(call(one, dtype, sources));
    else {
      layer = build(one);
      checkStart(one, layer);
      layer.to(dtype).train(one.training ?? true);
      outputs = tensorsOf(forward(one, layer, dtype, sources));
      sources.push(...layer.parameters());
    }
    expect(outputs.length, 'outputs').toBe(one.outputs?.length);
    outputs.forEach((y, i) => {
      expectClose(y, one.outputs?.[i], dtype, `${dtype} output ${i}`);
    });
    checkGradients(one, outputs, sources, dtype);
    if (layer !== null) checkEnd(one, layer, dtype);
  }
}

function checkStart(one: Case, layer: nn.Module): void {
  expect(String(layer)).toBe(one.repr);
  if (one.state === undefined) return;
  const state = layer.stateDict();
  expect([...state.keys()]).toEqual(Object.keys(one.state));
  for (const [name, value] of Object.entries(one.state)) {
    expect(state.get(name)?.dtype ?? '', name).toBe(value.dtype ?? 'float32');
    expectClose(state.get(name) ?? null, value, 'float64', name);
  }
}

function checkEnd(one: Case, layer: nn.Module, dtype: Dtype): void {
  if (one.reprAfter !== undefined) expect(String(layer)).toBe(one.reprAfter);
  const buffers = new Map(layer.namedBuffers());
  for (const [name, value] of Object.entries(one.after ?? {}))
    expectClose(buffers.get(name) ?? null, value, dtype, name);
}

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
