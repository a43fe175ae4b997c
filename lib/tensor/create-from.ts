// Making tensors of less common kinds: from bytes, of single numbers, in powers, of any strides.
import { checkDtype, type Dtype, factsOf, getDefaultDtype } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, describe, ShapeError, ValueError } from '../errors.ts';
import { write } from '../native/storage.ts';
import {
  arange,
  empty,
  evenlySpaced,
  linspace,
  type TensorLike,
  type TensorOptions,
  tabulate,
  tensor,
  tensorOptions,
} from './create.ts';
import { checkShape, numelOf } from './shape.ts';
import { emptyOf, Tensor, viewOf } from './tensor.ts';

/**
 * A 0-dimensional tensor in the default floating point type, unless a dtype is given. @source torch.scalar_tensor
 * @example scalarTensor(1.5); // tensor(1.5000)
 */
export function scalarTensor(value: number | boolean, options: TensorOptions = {}): Tensor {
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ArgumentTypeError(`scalarTensor(): argument 's' must be a number, not ${describe(value)}`);
  }
  checkOptions('scalarTensor', options, tensorOptions);
  return tensor(value, { ...options, dtype: options.dtype ?? getDefaultDtype() });
}

/** Options of {@link logspace}. */
export interface LogspaceOptions extends TensorOptions {
  /** Base of the powers. Default 10. */
  base?: number;
}

/**
 * `steps` powers of `base`, whose exponents go evenly from `start` to `end`. @source torch.logspace
 * @example logspace(0, 2, 3); // tensor([1., 10., 100.])
 */
export function logspace(
  start: number | Tensor,
  end: number | Tensor,
  steps: number,
  options: LogspaceOptions = {},
): Tensor {
  checkOptions('logspace', options, ['base', ...tensorOptions]);
  const { base = 10, requiresGrad = false } = options;
  if (typeof base !== 'number') {
    throw new ArgumentTypeError(`logspace(): argument 'base' must be float, not ${describe(base)}`);
  }
  const dtype = options.dtype ? checkDtype('logspace', options.dtype) : getDefaultDtype();
  // Integers truncate the exponents at both ends, then each power.
  const { first, last, n } = evenlySpaced('logspace', start, end, steps, dtype);
  const exponents = linspace(first, last, n, { dtype: 'float64' }).toTypedArray() as Float64Array;
  return tabulate(n, dtype, (i) => base ** (exponents[i] ?? 0)).requiresGrad_(requiresGrad);
}

/**
 * start, start + step, ... up to and including `end`, in floating point. @deprecated use `arange` @source torch.range
 * @example range(1, 4); // tensor([1., 2., 3., 4.])
 */
export function range(start: number, end: number, step = 1, options: TensorOptions = {}): Tensor {
  checkOptions('range', options, tensorOptions);
  for (const [name, value] of Object.entries({ start, end, step })) {
    if (typeof value === 'number') continue;
    throw new ArgumentTypeError(`range(): argument '${name}' must be a number, not ${describe(value)}`);
  }
  if (step === 0) throw new ValueError('step must be nonzero');
  const n = Math.floor((end - start) / step) + 1;
  if (n <= 0) throw new ValueError('upper bound and lower bound inconsistent with step sign');
  const places = arange(n, { dtype: 'float64' });
  const values = places
    .mul(step)
    .add(start)
    .to(options.dtype ?? getDefaultDtype());
  return values.requiresGrad_(options.requiresGrad ?? false);
}

/**
 * Uninitialised elements under given strides. @source torch.empty_strided
 * @example emptyStrided([2, 3], [1, 2]).stride(); // [1, 2]
 */
export function emptyStrided(size: readonly number[], stride: readonly number[], options: TensorOptions = {}): Tensor {
  checkOptions('emptyStrided', options, tensorOptions);
  const shape = checkShape('emptyStrided', size);
  const strides = checkShape('emptyStrided', stride);
  if (shape.length !== strides.length) {
    throw new ShapeError(
      `emptyStrided: dimensionality of sizes (${shape.length}) must match dimensionality of strides (${strides.length})`,
    );
  }
  const needed = numelOf(shape) === 0 ? 0 : shape.reduce((sum, n, d) => sum + (n - 1) * (strides[d] ?? 0), 1);
  const x = viewOf(empty([needed], { dtype: options.dtype ?? null }), shape, strides, 0);
  return x.requiresGrad_(options.requiresGrad ?? false);
}

/**
 * Uninitialised elements whose dimensions lie in memory in another order.
 *
 * @param physicalLayout the dimensions, outermost in memory first
 * @source torch.empty_permuted
 * @example emptyPermuted([2, 3, 5], [0, 2, 1]).stride(); // [15, 1, 3]
 */
export function emptyPermuted(
  size: readonly number[],
  physicalLayout: readonly number[],
  options: TensorOptions = {},
): Tensor {
  const shape = checkShape('emptyPermuted', size);
  const order = checkShape('emptyPermuted', physicalLayout);
  if ([...order].sort((a, b) => a - b).join() !== [...shape.keys()].join()) {
    throw new ValueError(`emptyPermuted: physicalLayout must hold each dimension once, got [${order.join(', ')}]`);
  }
  const strides = shape.map(() => 1);
  let stride = 1;
  for (const d of order.toReversed()) {
    strides[d] = stride;
    stride *= Math.max(1, shape[d] ?? 1);
  }
  return emptyStrided(shape, strides, options);
}

/** Options of {@link frombuffer}. */
export interface FrombufferOptions extends TensorOptions {
  /** Element type of the bytes. */
  dtype: Dtype;
  /** Number of elements; -1 for all. Default -1. */
  count?: number;
  /** First byte. Default 0. */
  offset?: number;
}

/**
 * A tensor of the elements that lie in a buffer, copied.
 *
 * @throws ValueError if the buffer does not hold them
 * @source torch.frombuffer
 * @example frombuffer(new Float32Array([1, 2.5]), { dtype: 'float32' }); // tensor([1.0000, 2.5000])
 */
export function frombuffer(buffer: ArrayBufferLike | ArrayBufferView, options: FrombufferOptions): Tensor {
  checkOptions('frombuffer', options, ['count', 'offset', ...tensorOptions]);
  const dtype = checkDtype('frombuffer', options?.dtype);
  const { count = -1, offset = 0 } = options;
  const isBuffer = buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer;
  if (!isBuffer && !ArrayBuffer.isView(buffer)) {
    throw new ArgumentTypeError(`frombuffer(): argument 'buffer' must be a buffer, not ${describe(buffer)}`);
  }
  const bytes = isBuffer ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (bytes.length === 0) throw new ValueError('both buffer length (0) and count (-1) must not be 0');
  if (!Number.isInteger(offset) || offset < 0 || offset >= bytes.length) {
    throw new ValueError(
      `offset (${offset} bytes) must be non-negative and no greater than buffer length (${bytes.length} bytes) minus 1`,
    );
  }
  const size = factsOf(dtype).bytes;
  const left = bytes.length - offset;
  if (count < 0 && left % size !== 0) {
    throw new ValueError(
      `buffer length (${left} bytes) after offset (${offset} bytes) must be a multiple of element size (${size})`,
    );
  }
  const n = count < 0 ? left / size : count;
  if (n === 0 || !Number.isInteger(n) || n * size > left) {
    throw new ValueError(
      `requested buffer length (${n} * ${size} bytes) after offset (${offset} bytes) must not be greater than actual buffer length (${bytes.length} bytes)`,
    );
  }
  const x = emptyOf([n], dtype);
  write(x.storage, 0, bytes.subarray(offset, offset + n * size));
  return x.requiresGrad_(options.requiresGrad ?? false);
}

/** Options of {@link asarray}. */
export interface AsarrayOptions extends TensorOptions {
  /** Whether the tensor must be a new one; null copies where needed. Default null. */
  copy?: boolean | null;
}

/**
 * The tensor itself, or one made of values. @source torch.asarray
 * @example asarray([1, 2.5]); // tensor([1.0000, 2.5000])
 */
export function asarray(values: TensorLike | Tensor, options: AsarrayOptions = {}): Tensor {
  checkOptions('asarray', options, ['copy', ...tensorOptions]);
  const { copy = null, dtype = null, requiresGrad = false } = options;
  if (!(values instanceof Tensor)) return tensor(values, { dtype, requiresGrad });
  const typed = dtype === null ? values : values.to(dtype);
  const own = copy === true && typed === values ? values.clone() : typed;
  return requiresGrad === own.requiresGrad ? own : own.detach().requiresGrad_(requiresGrad);
}
