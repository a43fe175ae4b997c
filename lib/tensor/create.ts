// Making tensors: from values, filled, in sequences. Internal shapes and dtypes are checked here.
import { checkDtype, checkFits, type Dtype, factsOf, getDefaultDtype, isFloat } from '../dtype.ts';
import {
  ArgumentTypeError,
  checkOptions,
  type Device,
  DtypeError,
  describe,
  ShapeError,
  ValueError,
} from '../errors.ts';
import { checkHeap } from '../heap.ts';
import * as kernels from '../native/kernels.gen.ts';
import { write } from '../native/storage.ts';
import { checkShape, maxRank, numelOf } from './shape.ts';
import { checkTensor, emptyOf, fillFrom, fromTypedArray, type NestedArray, Tensor } from './tensor.ts';

/** Options of whatever makes tensors. */
export interface FactoryOptions {
  /** Element type. Default: the default floating point type, or what the values are. */
  dtype?: Dtype | null;
  /** Where the elements are: there is one place. Default 'cpu'. */
  device?: Device | null;
}

/** Options of functions that make tensors. */
export interface TensorOptions extends FactoryOptions {
  /** Whether operations on the tensor are recorded. Default false. */
  requiresGrad?: boolean;
}

/** Sizes, given one by one or as an array, and options at the end. */
export type SizesAndOptions<O> =
  | [...sizes: number[]]
  | [...sizes: number[], options: O]
  | [size: readonly number[], options?: O];

/** @internal Takes the arguments of `zeros(2, 3)`, `zeros([2, 3])` and `zeros([2, 3], options)` apart. */
export function parseSizes<O extends object>(who: string, args: readonly unknown[]): { shape: number[]; options: O } {
  const last = args[args.length - 1];
  const hasOptions =
    args.length > 0 && (last === undefined || last === null || (typeof last === 'object' && !Array.isArray(last)));
  const sizes = hasOptions ? args.slice(0, -1) : args;
  const shape = checkShape(who, sizes.length === 1 && Array.isArray(sizes[0]) ? sizes[0] : [...sizes]);
  return { shape, options: ((hasOptions ? last : null) ?? {}) as O };
}

/** @internal The names of {@link FactoryOptions}. */
export const factoryOptions: readonly string[] = ['device', 'dtype'];
/** @internal The names of {@link TensorOptions}. */
export const tensorOptions: readonly string[] = [...factoryOptions, 'requiresGrad'];

function finish(x: Tensor, options: TensorOptions): Tensor {
  return options.requiresGrad === undefined ? x : x.requiresGrad_(options.requiresGrad);
}

// ---- From values

/** Values from which a tensor can be made. */
export type TensorLike = NestedArray | bigint | readonly TensorLike[] | NodeJS.TypedArray;

/**
 * A tensor of the given values, copied: a number, nested arrays of equal lengths, or a typed array.
 *
 * Without `dtype`: numbers make the default floating point type if one of them has a fraction, otherwise int64; booleans
 * make bool; a typed array keeps its type.
 *
 * @throws ShapeError if the arrays are ragged
 * @source torch.tensor
 * @example
 * tensor([[1, 2], [3, 4]], { dtype: 'float32' }); // tensor([[1., 2.], [3., 4.]])
 * tensor([1.5, 2], { requiresGrad: true }); // tensor([1.5000, 2.0000], requires_grad=True)
 */
export function tensor(values: TensorLike | Tensor, options: TensorOptions = {}): Tensor {
  checkOptions('tensor', options, tensorOptions);
  const wanted = options.dtype === undefined || options.dtype === null ? null : checkDtype('tensor', options.dtype);
  if (values instanceof Tensor) {
    const copy = values.detach().clone();
    return finish(wanted === null ? copy : copy.to(wanted), options);
  }
  if (ArrayBuffer.isView(values)) return finish(fromView(values as NodeJS.TypedArray, wanted), options);
  const shape = shapeOfNested(values);
  const flat = flatten(values, shape);
  const dtype = wanted ?? dtypeOfValues(flat);
  return finish(fromTypedArray(toTypedArray(flat, dtype), shape, dtype), options);
}

/**
 * The tensor itself, or a tensor made of values. @source torch.as_tensor
 * @example
 * const x = tensor([1, 2]);
 * asTensor(x) === x; // true
 */
export function asTensor(values: TensorLike | Tensor, options: TensorOptions = {}): Tensor {
  if (!(values instanceof Tensor)) return tensor(values, options);
  checkOptions('asTensor', options, tensorOptions);
  return options.dtype ? values.to(checkDtype('asTensor', options.dtype)) : values;
}

// The length of a typed array, whatever it says itself.
const { get: trueLength } =
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length') ?? {};

function fromView(values: NodeJS.TypedArray, wanted: Dtype | null): Tensor {
  if (!(values instanceof DataView) && trueLength?.call(values) !== values.length) {
    throw new ArgumentTypeError(`tensor: a ${describe(values)} denies its length`);
  }
  if (values instanceof BigUint64Array) throw new DtypeError('tensor: BigUint64Array has no matching dtype');
  const own = viewDtype(values);
  const shape = [values.length];
  if (wanted === null || wanted === own) {
    if (own !== null) return fromTypedArray(values, shape, own);
  }
  const dtype = wanted ?? 'int64';
  return fromTypedArray(toTypedArray(values as ArrayLike<number | bigint>, dtype), shape, dtype);
}

// The dtype whose elements lie in memory as the array's do; null where values must be converted.
function viewDtype(values: NodeJS.TypedArray): Dtype | null {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  if (values instanceof BigInt64Array) return 'int64';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Int16Array) return 'int16';
  if (values instanceof Int8Array) return 'int8';
  if (values instanceof Uint8Array || values instanceof Uint8ClampedArray) return 'uint8';
  return null;
}

function shapeOfNested(values: unknown): number[] {
  const shape: number[] = [];
  // A list that holds itself has no innermost level.
  for (
    let level = values;
    (Array.isArray(level) || ArrayBuffer.isView(level)) && shape.length <= maxRank;
    level = (level as ArrayLike<unknown>)[0]
  ) {
    shape.push((level as ArrayLike<unknown>).length);
    if ((level as ArrayLike<unknown>).length === 0) break;
  }
  return checkShape('tensor', shape);
}

type Value = number | boolean | bigint;

function flatten(values: unknown, shape: readonly number[]): Value[] {
  const count = numelOf(shape);
  checkHeap(count, 16, count);
  const flat: Value[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'bigint') {
        if (Array.isArray(value)) throw ragged(depth, shape);
        const hint = value instanceof Tensor ? '; stack() joins tensors' : '';
        throw new ArgumentTypeError(`tensor: expected numbers or booleans, got ${describe(value)}${hint}`);
      }
      flat.push(value);
      return;
    }
    if (!Array.isArray(value) && !ArrayBuffer.isView(value)) throw ragged(depth, shape);
    const list = value as ArrayLike<unknown>;
    if (list.length !== shape[depth]) {
      throw new ShapeError(`expected sequence of length ${shape[depth]} at dim ${depth} (got ${list.length})`);
    }
    for (let i = 0; i < list.length; i++) visit(list[i], depth + 1);
  };
  visit(values, 0);
  return flat;
}

function ragged(depth: number, shape: readonly number[]): ShapeError {
  return new ShapeError(
    `tensor: nested arrays must have equal depth; the first has ${shape.length} levels, another ends or goes on at ${depth}`,
  );
}

function dtypeOfValues(values: readonly Value[]): Dtype {
  if (values.length === 0) return getDefaultDtype();
  if (values.every((value) => typeof value === 'boolean')) return 'bool';
  return values.every((value) => typeof value !== 'number' || Number.isInteger(value)) ? 'int64' : getDefaultDtype();
}

/** @internal The tensor of valueAt(0) to valueAt(n - 1), asked for in this order; no list of them all is made. */
export function tabulate(n: number, dtype: Dtype, valueAt: (i: number) => number): Tensor {
  const { bytes, makeArray } = factsOf(dtype);
  const y = emptyOf([n], dtype);
  if (makeArray(0).BYTES_PER_ELEMENT !== bytes) return fillFrom(y, tabulate(n, 'float32', valueAt));
  const atOnce = 65536;
  for (let start = 0; start < n; start += atOnce) {
    const values = Array.from({ length: Math.min(atOnce, n - start) }, (_, i) => valueAt(start + i));
    write(y.storage, start * bytes, toTypedArray(values, dtype));
  }
  return y;
}

function toTypedArray(values: ArrayLike<Value>, dtype: Dtype) {
  const array = factsOf(dtype).makeArray(values.length);
  for (let i = 0; i < array.length; i++) {
    const value = values[i] ?? 0;
    if (array instanceof BigInt64Array) array[i] = toBigInt(value);
    else
      array[i] = dtype === 'bool' ? Number(Boolean(value)) : isFloat(dtype) ? Number(value) : wholeNumber(value, dtype);
  }
  return array;
}

function toBigInt(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  return BigInt(wholeNumber(value, 'int64'));
}

function wholeNumber(value: Value, dtype: Dtype): number {
  const whole = Math.trunc(Number(value));
  if (!Number.isFinite(whole)) throw new ValueError(`tensor: ${String(value)} cannot be converted to ${dtype}`);
  return whole;
}

// ---- Filled

function make(who: string, args: readonly unknown[], fill: number | null): Tensor {
  const { shape, options } = parseSizes<TensorOptions>(who, args);
  checkOptions(who, options, tensorOptions);
  const dtype =
    options.dtype === undefined || options.dtype === null ? getDefaultDtype() : checkDtype(who, options.dtype);
  const x = emptyOf(shape, dtype);
  return finish(fill === null ? x : fillElements(x, fill), options);
}

/** @internal Overwrites a new contiguous tensor. */
export function fillElements(x: Tensor, value: number): Tensor {
  kernels.fill(x.dtype, x, value, [x.numel()], [1]);
  return x;
}

/**
 * Uninitialised elements. @source torch.empty
 * @example empty(2, 3).shape; // [2, 3]
 */
export function empty(...args: SizesAndOptions<TensorOptions>): Tensor {
  return make('empty', args, null);
}

/**
 * Zeros. @source torch.zeros
 * @example
 * zeros(2, 3); // tensor([[0., 0., 0.], [0., 0., 0.]])
 * zeros([2, 3], { dtype: 'int64' }).dtype; // 'int64'
 */
export function zeros(...args: SizesAndOptions<TensorOptions>): Tensor {
  return make('zeros', args, 0);
}

/**
 * Ones. @source torch.ones
 * @example ones(2, 3, { dtype: 'int64' }); // tensor([[1, 1, 1], [1, 1, 1]])
 */
export function ones(...args: SizesAndOptions<TensorOptions>): Tensor {
  return make('ones', args, 1);
}

/**
 * One value everywhere; the dtype follows the value unless given. @source torch.full
 * @example full([2, 3], 7); // tensor([[7, 7, 7], [7, 7, 7]])
 */
export function full(size: readonly number[], value: number | boolean, options: TensorOptions = {}): Tensor {
  checkOptions('full', options, tensorOptions);
  const fill = checkFill('full', value);
  const dtype = options.dtype ? checkDtype('full', options.dtype) : dtypeOfValues([value]);
  return finish(fillElements(emptyOf(checkShape('full', size), dtype), checkFits(fill, dtype)), options);
}

function checkFill(who: string, value: unknown): number {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw new ArgumentTypeError(`${who}(): argument 'fillValue' must be a number, not ${describe(value)}`);
}

function like(who: string, x: Tensor, fill: number | null, options: TensorOptions): Tensor {
  checkOptions(who, options, tensorOptions);
  checkTensor(who, 'input', x);
  const dtype = options.dtype ? checkDtype(who, options.dtype) : x.dtype;
  const y = emptyOf(x.shape, dtype);
  return finish(fill === null ? y : fillElements(y, checkFits(fill, dtype)), options);
}

/**
 * Uninitialised elements in the shape and dtype of `x`. @source torch.empty_like
 * @example emptyLike(zeros(2, 3)).shape; // [2, 3]
 */
export function emptyLike(x: Tensor, options: TensorOptions = {}): Tensor {
  return like('emptyLike', x, null, options);
}

/**
 * Zeros in the shape and dtype of `x`. @source torch.zeros_like
 * @example zerosLike(tensor([1, 2])); // tensor([0, 0])
 */
export function zerosLike(x: Tensor, options: TensorOptions = {}): Tensor {
  return like('zerosLike', x, 0, options);
}

/**
 * Ones in the shape and dtype of `x`. @source torch.ones_like
 * @example onesLike(tensor([1, 2])); // tensor([1, 1])
 */
export function onesLike(x: Tensor, options: TensorOptions = {}): Tensor {
  return like('onesLike', x, 1, options);
}

/**
 * One value in the shape and dtype of `x`. @source torch.full_like
 * @example fullLike(tensor([1, 2]), 7); // tensor([7, 7])
 */
export function fullLike(x: Tensor, value: number | boolean, options: TensorOptions = {}): Tensor {
  return like('fullLike', x, checkFill('fullLike', value), options);
}

// ---- Sequences

/**
 * start, start + step, ... below `end`: `arange(end)`, `arange(start, end)`, `arange(start, end, step)`.
 *
 * @returns int64 if all arguments are integers, otherwise the default floating point type
 * @source torch.arange
 * @example
 * arange(4); // tensor([0, 1, 2, 3])
 * arange(1, 2.5, 0.5); // tensor([1.0000, 1.5000, 2.0000])
 */
export function arange(end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: TensorOptions): Tensor;
export function arange(...args: (number | boolean | TensorOptions | undefined)[]): Tensor {
  const last = args[args.length - 1];
  const options = typeof last === 'object' ? last : {};
  const bounds = args.filter((arg) => arg !== undefined && arg !== options).map((arg) => (arg === true ? 1 : arg || 0));
  const given = (bounds.length < 2 ? [0, bounds[0], 1] : [bounds[0], bounds[1], bounds[2] ?? 1]) as number[];
  checkOptions('arange', options, tensorOptions);
  if (!given.every(Number.isFinite)) {
    throw new ArgumentTypeError('arange: start, end and step must be finite numbers');
  }
  const dtype = options.dtype
    ? checkDtype('arange', options.dtype)
    : given.every(Number.isInteger)
      ? 'int64'
      : getDefaultDtype();
  if (dtype === 'bool') throw new DtypeError('"arange_cpu" not implemented for \'Bool\'');
  // int64 counts in whole numbers; the smaller integers count in floating point, as in PyTorch.
  const [start = 0, end = 0, step = 1] = dtype === 'int64' ? given.map((value = 0) => Math.trunc(value)) : given;
  if (step === 0 || (!isFloat(dtype) && Math.abs(step) < 1)) throw new ValueError('step must be nonzero');
  if ((end - start) / step < 0) throw new ValueError('upper bound and lower bound inconsistent with step sign');
  const n = Math.ceil(Math.abs((end - start) / step));
  const x = emptyOf(checkShape('arange', [n]), dtype);
  kernels.arange(dtype, x, start, step, n);
  return finish(x, options);
}

/**
 * `steps` numbers from `start` to `end`, both included. @source torch.linspace
 * @example linspace(0, 1, 5); // tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
 */
export function linspace(
  start: number | Tensor,
  end: number | Tensor,
  steps: number,
  options: TensorOptions = {},
): Tensor {
  checkOptions('linspace', options, tensorOptions);
  const dtype = options.dtype ? checkDtype('linspace', options.dtype) : getDefaultDtype();
  const { first, last, n } = evenlySpaced('linspace', start, end, steps, dtype);
  const step = n > 1 ? (last - first) / (n - 1) : 0;
  // Symmetric about the middle, as PyTorch computes it, in the arithmetic of the dtype.
  const round = dtype === 'float32' ? Math.fround : (value: number) => value;
  const valueAt = (i: number) => (i < n / 2 ? round(first + round(step) * i) : round(last - round(step) * (n - i - 1)));
  return finish(tabulate(n, dtype, valueAt), options);
}

/** @internal The checked arguments of `linspace` and `logspace`; of bounds of integers the fraction is dropped. */
export function evenlySpaced(
  who: string,
  start: unknown,
  end: unknown,
  steps: unknown,
  dtype: Dtype,
): { first: number; last: number; n: number } {
  if (dtype === 'bool') throw new DtypeError(`"${who}_cpu" not implemented for 'Bool'`);
  if (typeof steps !== 'number' || !Number.isInteger(steps)) {
    throw new ArgumentTypeError(`${who}(): argument 'steps' must be int, not ${describe(steps)}`);
  }
  if (steps < 0) throw new ValueError('number of steps must be non-negative');
  const bound = (name: string, value: unknown): number => {
    if (typeof value === 'number' || typeof value === 'boolean')
      return isFloat(dtype) ? Number(value) : Math.trunc(Number(value));
    const { ndim } = checkTensor(who, name, value);
    if (ndim === 0) return bound(name, (value as Tensor).item());
    throw new ShapeError(
      `${who} only supports 0-dimensional start and end tensors, but got ${name} with ${ndim} dimension(s).`,
    );
  };
  return { first: bound('start', start), last: bound('end', end), n: steps };
}

/**
 * Ones on the diagonal of an (n, m) matrix, zeros elsewhere. @source torch.eye
 * @example eye(2); // tensor([[1., 0.], [0., 1.]])
 */
export function eye(n: number, m: number | TensorOptions = n, options: TensorOptions = {}): Tensor {
  const columns = typeof m === 'number' ? m : n;
  const given = typeof m === 'number' ? options : m;
  checkOptions('eye', given, tensorOptions);
  const shape = checkShape('eye', [n, columns]);
  const dtype = given.dtype ? checkDtype('eye', given.dtype) : getDefaultDtype();
  const x = fillElements(emptyOf(shape, dtype), 0);
  kernels.fill(dtype, x, 1, [Math.min(n, columns)], [columns + 1]);
  return finish(x, given);
}

/** @internal */
export function floatDtypeOf(who: string, dtype: Dtype | null | undefined) {
  const wanted = dtype ? checkDtype(who, dtype) : getDefaultDtype();
  if (!isFloat(wanted)) throw new DtypeError(`${who}: not implemented for ${wanted}`);
  return wanted;
}
