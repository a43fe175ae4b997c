// Replays the cases that scripts/oracle.py recorded from PyTorch: in double precision, and in single precision.
import * as flambeau from 'flambeau';
import { autograd, type Dtype, manualSeed, nn, rand, setWarnAlways, Tensor, tensor, zeros } from 'flambeau';
import { expect, test, vi } from 'vitest';

interface Recorded {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

type Argument = unknown;

/** A call of a function or of a layer, and what came of it. */
export interface Case {
  readonly call?: string;
  readonly layer?: string;
  readonly args: readonly Argument[];
  readonly kwargs?: Readonly<Record<string, Argument>>;
  readonly inputs?: readonly Argument[];
  readonly named?: Readonly<Record<string, Argument>>;
  readonly method?: string;
  readonly calls?: number;
  readonly train?: boolean;
  readonly after?: number;
  readonly repr?: string;
  readonly state?: Readonly<Record<string, readonly number[]>>;
  readonly y?: readonly (Recorded | null)[];
  readonly dx?: readonly (Recorded | null)[];
  readonly ddx?: readonly (Recorded | null)[];
  readonly buffers?: readonly (Recorded | null)[];
  readonly gradFn?: string;
  readonly warnings?: readonly string[];
  readonly error?: string;
}

type AnyFunction = (...args: unknown[]) => unknown;
type Namespace = Readonly<Record<string, unknown>>;

const namespaces: Readonly<Record<string, Namespace>> = {
  F: nn.functional,
  torch: flambeau,
  rnn: (nn.utils as unknown as { rnn?: Namespace }).rnn ?? {},
};

/** Tolerance for each value, relative to it and to the largest one. */
const tolerance = { float64: 2e-6, float32: 1e-4 } as const;

/** `leaky_relu_` is `leakyRelu_`. */
function camel(name: string): string {
  return name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function valueOf(value: number | string): number {
  return typeof value === 'number' ? value : Number(value.replace('inf', 'Infinity'));
}

function toTensor(recorded: Recorded, float: Dtype): Tensor {
  const { dtype, shape, values } = recorded;
  const own = dtype.startsWith('float') ? float : (dtype as Dtype);
  if (values.length === 0) return zeros([...shape], { dtype: own });
  return tensor(values.map(valueOf), { dtype: own }).reshape([...shape]);
}

/** Turns recorded arguments into values, and collects the tensors that are differentiated. */
class Decoder {
  readonly leaves: Tensor[] = [];
  readonly #float: Dtype;
  constructor(float: Dtype) {
    this.#float = float;
  }

  value(argument: Argument): unknown {
    if (Array.isArray(argument)) return argument.map((part) => this.value(part));
    if (typeof argument !== 'object' || argument === null) return argument;
    const record = argument as Record<string, unknown>;
    if ('tensor' in record) return this.#tensor(record.tensor as Recorded, 'constant' in record);
    if ('number' in record) return valueOf(record.number as string);
    if ('function' in record) return namespaces.F?.[camel(record.function as string)];
    const make = record.make as string;
    const args = [...this.list(record.args as Argument[]), ...this.options(record.kwargs as Record<string, Argument>)];
    if (!(make in nn)) return Reflect.apply(namespaces.rnn?.[camel(make)] as AnyFunction, null, args);
    return Reflect.construct((nn as unknown as Record<string, new () => unknown>)[make] ?? Object, args);
  }

  list(args: readonly Argument[]): unknown[] {
    return args.map((argument) => this.value(argument));
  }

  /** The options object of keyword arguments, if there are any. */
  options(kwargs: Readonly<Record<string, Argument>>): unknown[] {
    const entries = Object.entries(kwargs).map(([name, value]) => [camel(name), this.value(value)]);
    return entries.length === 0 ? [] : [Object.fromEntries(entries)];
  }

  #tensor(recorded: Recorded, constant: boolean): Tensor {
    const x = toTensor(recorded, this.#float);
    if (!x.isFloatingPoint() || constant) return x;
    this.leaves.push(x.requiresGrad_());
    return x;
  }
}

/** All tensors of a result, in order; null where there is none. */
function flat(y: unknown): (Tensor | null)[] {
  if (y instanceof Tensor) return [y];
  if (y === null || y === undefined) return [null];
  if (typeof y === 'number' || typeof y === 'boolean') return [tensor(y)];
  if (Array.isArray(y)) return y.flatMap(flat);
  return Object.values(y as object).flatMap(flat);
}

function expectSame(actual: Tensor | null | undefined, recorded: Recorded | null, float: Dtype, what: string): void {
  if (recorded === null || actual === null || actual === undefined) {
    // A gradient of nothing and one of zeros say the same.
    const values =
      recorded === null ? (actual?.detach().abs().sum().item() ?? 0) : recorded.values.find((v) => v !== 0);
    expect(values ?? 0, `${what}: null or not`).toBe(0);
    return;
  }
  expect(actual.shape, `${what}: shape`).toEqual(recorded.shape);
  const expected = recorded.values.map(valueOf);
  const own = recorded.dtype.startsWith('float') ? float : recorded.dtype;
  expect(actual.dtype, `${what}: dtype`).toBe(own);
  const largest = Math.max(0, ...expected.map(Math.abs).filter(Number.isFinite));
  const bound = tolerance[float as 'float64'];
  const values = Array.from(actual.detach().toTypedArray(), Number);
  const wrong = expected.findIndex((value, i) => {
    const got = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) return !Object.is(got, value);
    return !(Math.abs(got - value) <= bound * (Math.abs(value) + largest / 10 + 1e-2));
  });
  if (wrong >= 0)
    expect.fail(`${what}: element ${wrong} is ${values[wrong]}, recorded ${expected[wrong]}; got ${values}`);
}

function expectAll(
  actual: readonly (Tensor | null | undefined)[],
  recorded: Case['y'],
  float: Dtype,
  what: string,
): void {
  for (const [i, one] of (recorded ?? []).entries()) expectSame(actual[i], one, float, `${what} ${i}`);
}

function weighed(ys: readonly Tensor[]): Tensor {
  const sums = ys.map((y) => {
    const weights = Array.from({ length: y.numel() }, (_, i) => 1 + (i % 7) / 8);
    return y.mul(tensor(weights, { dtype: y.dtype }).reshape([...y.shape])).sum();
  });
  return sums.reduce((a, b) => a.add(b));
}

function checkGradients(one: Case, ys: readonly (Tensor | null)[], leaves: readonly Tensor[], float: Dtype): void {
  if (one.dx === undefined) return;
  const differentiable = ys.filter((y) => y?.requiresGrad) as Tensor[];
  const dx = autograd.grad([weighed(differentiable)], [...leaves], {
    createGraph: one.ddx !== undefined,
    allowUnused: true,
  });
  expectAll(dx, one.dx, float, 'gradient');
  if (one.ddx === undefined) return;
  const again = dx.filter((d) => d?.requiresGrad) as Tensor[];
  const ddx =
    again.length === 0 ? leaves.map(() => null) : autograd.grad([weighed(again)], [...leaves], { allowUnused: true });
  expectAll(ddx, one.ddx, float, 'second gradient');
}

function runCall(one: Case, float: Dtype): void {
  const [where = '', name = ''] = (one.call ?? '').split('.');
  const decoder = new Decoder(float);
  const args = decoder.list(one.args);
  const options = decoder.options(one.kwargs ?? {});
  const fn = namespaces[where]?.[camel(name)] as AnyFunction | undefined;
  if (fn === undefined) expect.fail(`${one.call} does not exist`);
  manualSeed(7);
  const inPlace = name.endsWith('_');
  if (inPlace) args[0] = (args[0] as Tensor).mul(1);
  const ys = flat(fn(...args, ...options));
  expectAll(ys, one.y, float, 'result');
  checkGradients(one, ys, decoder.leaves, float);
  if (one.gradFn !== undefined && !inPlace && !rearranged.test(one.gradFn)) {
    expect(ys[0]?.gradFn?.name).toBe(one.gradFn);
  }
}

/** What PyTorch ends with where it brings a result into its shape another way. */
const rearranged = /^(torch::|UnsafeView|View|Squeeze|IndexSelect|Index|PackPaddedSequence)/;

function runLayer(one: Case, float: Dtype): void {
  const decoder = new Decoder(float);
  manualSeed(7);
  const made = [...decoder.list(one.args), ...decoder.options(one.kwargs ?? {})];
  const Layer = (nn as unknown as Record<string, new () => nn.Module>)[one.layer ?? ''];
  if (Layer === undefined) expect.fail(`nn.${one.layer} does not exist`);
  const net = Reflect.construct(Layer, made) as nn.Module;
  expect(Number(`${Number(rand(1, { dtype: 'float64' }).item()).toPrecision(7)}`), 'next random number').toBe(
    one.after,
  );
  expect(String(net)).toBe(one.repr);
  const state = [...net.stateDict()].map(([key, value]) => [key, [...value.shape]]);
  expect(state, 'state dict').toEqual(Object.entries(one.state ?? {}));
  if (one.y === undefined && one.error === undefined) return;
  net.to(float).train(one.train ?? true);
  // What a layer is made of is constant.
  for (const leaf of decoder.leaves.splice(0)) leaf.requiresGrad_(false);
  const inputs = decoder.list(one.inputs ?? []);
  const options = decoder.options(one.named ?? {});
  manualSeed(7);
  let y: unknown;
  const run = one.method === undefined ? net : (Reflect.get(net, camel(one.method)) as AnyFunction).bind(net);
  for (let i = 0; i < (one.calls ?? 1); i++) y = (run as AnyFunction)(...inputs, ...options);
  const ys = flat(y);
  expectAll(ys, one.y, float, 'result');
  const parameters = [...net.parameters()].filter((p) => p.requiresGrad);
  checkGradients(one, ys, [...decoder.leaves, ...parameters], float);
  const buffers = [...net.buffers()];
  expectAll(buffers, one.buffers, float, 'buffer');
}

/** Python's words in a message that JavaScript says in its own way. */
function plainMessage(text: string): string {
  const [first = ''] = text.split('\n[ torch.');
  return first.replaceAll(/torch\.Size\((\[[^\]]*\])\)/g, '$1').replaceAll(/(got -?\d+)\.0(?!\d)/g, '$1');
}

function run(one: Case, float: Dtype): void {
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  setWarnAlways(true);
  try {
    const replay = one.call === undefined ? runLayer : runCall;
    if (one.error !== undefined) {
      expect(() => replay(one, float)).toThrow(plainMessage(one.error));
      return;
    }
    replay(one, float);
    const texts = warnings.mock.calls.map(([text]) => String(text));
    if (one.warnings !== undefined) expect(texts).toEqual(one.warnings.map(plainMessage));
  } finally {
    warnings.mockRestore();
  }
}

function nameOf(one: Case): string {
  const show = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
    if (typeof value !== 'object' || value === null) return String(value);
    if ('tensor' in value) return `(${(value.tensor as Recorded).shape.join('x')})`;
    return 'make' in value ? String(value.make) : Object.values(value).map(String).join();
  };
  const named = Object.entries({ ...one.kwargs, ...one.named }).map(([key, value]) => `${key}=${show(value)}`);
  return `${one.call ?? one.layer} ${[...one.args, ...(one.inputs ?? [])].map(show).join(' ')} ${named.join(' ')}`;
}

/** A test for each case and precision. */
export function replayAll(cases: readonly Case[]): void {
  for (const float of ['float64', 'float32'] as const) {
    // A dtype that is asked for is not the one of the inputs.
    const fitting = cases.filter(({ kwargs }) => float === 'float64' || !('dtype' in (kwargs ?? {})));
    test.each(fitting.map((one, i) => ({ name: `${i} ${nameOf(one)}`, one })))(`${float} $name`, ({ one }) =>
      run(one, float),
    );
  }
}
