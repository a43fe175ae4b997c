// Checks of convolutions of any number of spatial dimensions, in PyTorch's words. Internal.
import { DtypeError, OutOfMemoryError, ShapeError, ValueError } from '../errors.ts';
import { memoryStats } from '../native/storage.ts';
import { numelOf, type Shape } from '../tensor/shape.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { type Sizes, tupleOf } from './sizes.ts';

/** Options that convolutions share. */
export interface ConvSteps {
  /** (out), added to every channel; null for none. May also stand before the options. Default null. */
  bias?: Tensor | null;
  /** Steps of the kernel, >= 1. Default 1. */
  stride?: Sizes;
  /** Distance between the kernel's elements, >= 1. Default 1. */
  dilation?: Sizes;
  /** Groups of channels that do not see each other. Default 1. */
  groups?: number;
}

/** Bias and options, of which the bias may be one. */
export function operandsOf<O extends ConvSteps>(
  bias: Tensor | O | null | undefined,
  options: O | null | undefined,
): { bias: Tensor | null; options: O } {
  const apart = bias === null || bias === undefined || bias instanceof Tensor || options !== undefined;
  const given = (apart ? (options ?? {}) : bias) as O;
  return { bias: (apart ? (bias as Tensor | null | undefined) : null) ?? given.bias ?? null, options: given };
}

/** What a convolution is made of, checked. */
export interface ConvOperands {
  readonly who: string;
  /** Number of spatial dimensions. */
  readonly rank: number;
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly groups: number;
  readonly transposed: boolean;
}

/** Steps of a convolution, one for each spatial dimension. */
export interface ConvGeometry {
  readonly stride: number[];
  readonly dilation: number[];
  readonly groups: number;
}

/** Stride, dilation and groups as given. */
export function geometryOf(who: string, rank: number, options: ConvSteps): ConvGeometry {
  return {
    stride: tupleOf(who, 'stride', options.stride ?? 1, rank, 1),
    dilation: tupleOf(who, 'dilation', options.dilation ?? 1, rank, 1),
    groups: options.groups ?? 1,
  };
}

const list = (shape: Shape) => `[${shape.join(', ')}]`;

/** Throws unless input, weight and bias fit each other. */
export function checkConvolution({ who, rank, x, weight, bias, groups, transposed }: ConvOperands): void {
  checkTensor(who, 'input', x);
  checkTensor(who, 'weight', weight);
  if (x.ndim !== rank + 1 && x.ndim !== rank + 2) {
    throw new ShapeError(
      `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${who}, but got input of size: ${list(x.shape)}`,
    );
  }
  if (weight.ndim !== rank + 2) {
    throw new ShapeError(
      `Expected ${weight.ndim}-dimensional input for ${weight.ndim}-dimensional weight ${list(weight.shape)}, but got ${x.ndim}-dimensional input of size ${list(x.shape)} instead`,
    );
  }
  if (!Number.isInteger(groups) || groups < 1) throw new ValueError('non-positive groups is not supported');
  const [first = 0, second = 0] = weight.shape;
  if (first < groups || first % groups !== 0) {
    // PyTorch prints the second sentence's shape in two pairs of brackets.
    const [least, size] =
      first < groups ? ['at least', list(weight.shape)] : ['divisible by', `[${list(weight.shape)}]`];
    throw new ShapeError(
      `Given groups=${groups}, expected weight to be ${least} ${groups} at dimension 0, but got weight of size ${size} instead`,
    );
  }
  checkDtypes(who, x, weight, bias);
  const channels = x.shape[x.ndim - rank - 1] ?? 0;
  const expected = transposed ? first : second * groups;
  if (channels !== expected) {
    throw new ShapeError(
      `${transposed ? 'Given transposed=1' : `Given groups=${groups}`}, weight of size ${list(weight.shape)}, expected input${list(x.shape)} to have ${expected} channels, but got ${channels} channels instead`,
    );
  }
  const out = transposed ? second * groups : first;
  if (bias !== null && !(bias.ndim === 1 && bias.shape[0] === out)) {
    const start = transposed ? 'Given transposed=1, weight' : 'Given weight';
    throw new ShapeError(
      `${start} of size ${list(weight.shape)}, expected bias to be 1-dimensional with ${out} elements, but got bias of size ${list(bias.shape)} instead`,
    );
  }
}

function checkDtypes(who: string, x: Tensor, weight: Tensor, bias: Tensor | null): void {
  if (x.dtype === 'bool') throw new DtypeError('"slow_conv2d_cpu" not implemented for \'Bool\'');
  if (bias !== null) checkTensor(who, 'bias', bias);
  if (weight.dtype !== x.dtype) throw differing(x, 'weight', weight);
  if (bias !== null && bias.dtype !== x.dtype) throw differing(x, 'bias', bias);
}

function differing(x: Tensor, name: string, other: Tensor): DtypeError {
  return new DtypeError(`Input type (${x.dtype}) and ${name} type (${other.dtype}) should be the same`);
}

/** Zeros before each spatial dimension, and on both sides together. */
export interface Padding {
  readonly before: number[];
  readonly total: number[];
}

/** Padding as numbers. @throws ValueError for an unknown name, and for 'same' with a stride */
export function paddingOf(
  who: string,
  padding: Sizes | 'valid' | 'same',
  kernel: Shape,
  { stride, dilation }: ConvGeometry,
): Padding {
  if (padding === 'same') {
    if (stride.some((step) => step !== 1)) {
      throw new ValueError("padding='same' is not supported for strided convolutions");
    }
    const total = kernel.map((size, d) => (dilation[d] ?? 1) * (size - 1));
    return { before: total.map((size) => Math.floor(size / 2)), total };
  }
  if (typeof padding === 'string' && padding !== 'valid') {
    throw new ValueError(`Invalid padding string '${String(padding)}', should be one of 'valid', 'same'`);
  }
  const before = tupleOf(who, 'padding', padding === 'valid' ? 0 : padding, kernel.length, 0);
  return { before, total: before.map((size) => 2 * size) };
}

// Kernels copy a padded plane, rounded up to the stride.
function checkPlane(padded: readonly number[], stride: readonly number[]): void {
  const bytes = padded.reduce((product, n, d) => product * (n + (stride[d] ?? 1)), 4);
  if (bytes < 2 ** 30) return;
  const { limit, live } = memoryStats();
  if (bytes > limit) throw new OutOfMemoryError(bytes, limit - live);
}

/** Sizes of a convolution's result. @throws ShapeError if the kernel does not fit */
export function convolvedSizes(size: Shape, kernel: Shape, padding: Padding, q: ConvGeometry): number[] {
  const padded = size.map((n, d) => n + (padding.total[d] ?? 0));
  const reach = kernel.map((n, d) => (q.dilation[d] ?? 1) * (n - 1) + 1);
  if (reach.some((n, d) => n > (padded[d] ?? 0))) {
    throw new ShapeError(
      `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${reach.join(' x ')}). Kernel size can't be greater than actual input size`,
    );
  }
  checkPlane(padded, q.stride);
  if (numelOf(kernel) === 0) throw new ShapeError(`kernel size should be greater than zero, but got ${list(kernel)}`);
  return padded.map((n, d) => Math.floor((n - (reach[d] ?? 1)) / (q.stride[d] ?? 1)) + 1);
}
