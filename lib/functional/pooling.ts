// Pooling in two dimensions: the largest or the mean of each window.
import { record, recordConstant } from '../autograd/record.ts';
import { type FloatDtype, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import type { Pair } from './conv.ts';
import { contiguous } from './copies.ts';
import { gather } from './indexing.ts';
import { tupleOf } from './sizes.ts';
import { reshape, squeeze, unsqueeze } from './views.ts';

/** Options of {@link maxPool2d}. */
export interface MaxPool2dFunctionOptions {
  /** Steps of the window, >= 1. Default: the window's size. */
  stride?: Pair | null;
  /** Rows and columns of -infinity added at each side, at most half the window. Default 0. */
  padding?: Pair;
  /** Distance between the window's elements, >= 1. Default 1. */
  dilation?: Pair;
  /** Round the output's size up instead of down. Default false. */
  ceilMode?: boolean;
}

/** Options of {@link avgPool2d}. */
export interface AvgPool2dFunctionOptions {
  stride?: Pair | null;
  /** Rows and columns of zeros added at each side, at most half the window. Default 0. */
  padding?: Pair;
  ceilMode?: boolean;
  /** Count the padding in the mean. Default true. */
  countIncludePad?: boolean;
  /** Divide by this instead of the number of elements. Default null. */
  divisorOverride?: number | null;
}

interface Geometry {
  readonly planes: number;
  readonly h: number;
  readonly w: number;
  readonly oh: number;
  readonly ow: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly pad: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly outShape: number[];
}

function geometryOf(who: string, x: Tensor, kernelSize: Pair, options: MaxPool2dFunctionOptions): Geometry {
  if (checkTensor(who, 'input', x).ndim !== 4) {
    throw new ShapeError(`${who}(): Expected 3D or 4D input, but got: [${x.shape.join(', ')}]`);
  }
  if (!isFloat(x.dtype)) throw new DtypeError(`"${who}" not implemented for '${x.dtype}'`);
  const kernel = tupleOf(who, 'kernelSize', kernelSize, 2, 1) as [number, number];
  const stride = tupleOf(who, 'stride', options.stride ?? kernelSize, 2, 1) as [number, number];
  const pad = tupleOf(who, 'padding', options.padding ?? 0, 2, 0) as [number, number];
  const dilation = tupleOf(who, 'dilation', options.dilation ?? 1, 2, 1) as [number, number];
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (c === 0 || h === 0 || w === 0) {
    throw new ShapeError(
      `Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:[${x.shape.join(', ')}]`,
    );
  }
  for (const d of [0, 1] as const) {
    if (pad[d] > Math.floor((dilation[d] * (kernel[d] - 1) + 1) / 2)) {
      throw new ValueError(
        `pad should be at most half of effective kernel size, but got pad=${pad[d]}, kernel_size=${kernel[d]} and dilation=${dilation[d]}`,
      );
    }
  }
  const size = (d: 0 | 1, input: number) =>
    outputSize(input, kernel[d], stride[d], pad[d], dilation[d], options.ceilMode ?? false);
  const [oh, ow] = [size(0, h), size(1, w)];
  if (oh < 1 || ow < 1) {
    throw new ShapeError(
      `Given input size: (${c}x${h}x${w}). Calculated output size: (${c}x${oh}x${ow}). Output size is too small`,
    );
  }
  return { planes: n * c, h, w, oh, ow, kernel, stride, pad, dilation, outShape: [n, c, oh, ow] };
}

// With ceilMode the last window must still begin inside the input or the padding before it.
function outputSize(
  input: number,
  kernel: number,
  stride: number,
  pad: number,
  dilation: number,
  ceil: boolean,
): number {
  const span = input + 2 * pad - dilation * (kernel - 1) - 1;
  const size = (ceil ? Math.ceil(span / stride) : Math.floor(span / stride)) + 1;
  return ceil && (size - 1) * stride >= input + pad ? size - 1 : size;
}

// ---- The largest of each window

function maxForward(x: Tensor, q: Geometry): { y: Tensor; indices: Tensor } {
  const y = emptyOf(q.outShape, x.dtype);
  const indices = emptyOf(q.outShape, 'int64');
  const { planes, h, w, oh, ow, kernel, stride, pad, dilation } = q;
  kernels.maxPool2d(
    x.dtype as FloatDtype,
    contiguous(x),
    y,
    indices,
    planes,
    h,
    w,
    oh,
    ow,
    kernel[0],
    kernel[1],
    stride[0],
    stride[1],
    pad[0],
    pad[1],
    dilation[0],
    dilation[1],
  );
  const result = record('maxPool2DWithIndices', [x], y, [indices], (g, [at = g]) => [maxBackward(g, at, q, x.shape)]);
  return { y: result, indices };
}

// dy at the positions of the largest; its own gradient gathers from there.
function maxBackward(dy: Tensor, indices: Tensor, q: Geometry, shape: readonly number[]): Tensor {
  const dx = emptyOf([...shape], dy.dtype);
  kernels.maxPool2dBackward(dy.dtype as FloatDtype, contiguous(dy), indices, dx, q.planes, q.h * q.w, q.oh * q.ow);
  return record('maxPool2DWithIndicesBackward', [dy], dx, [indices], (g, [at = g]) => {
    const taken = gather(reshape(g, [q.planes, q.h * q.w]), 1, reshape(at, [q.planes, q.oh * q.ow]));
    return [reshape(taken, q.outShape)];
  });
}

const maxOptions = ['stride', 'padding', 'dilation', 'ceilMode'];

/**
 * The largest element of each window.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, H', W')
 * @throws ShapeError if no window fits
 * @source torch.nn.functional.max_pool2d
 */
export function maxPool2d(x: Tensor, kernelSize: Pair, options: MaxPool2dFunctionOptions = {}): Tensor {
  return maxPool2dWithIndices(x, kernelSize, options).values;
}

/** {@link maxPool2d}, with the positions of the largest in the flattened planes. @source torch.nn.functional.max_pool2d_with_indices */
export function maxPool2dWithIndices(
  x: Tensor,
  kernelSize: Pair,
  options: MaxPool2dFunctionOptions = {},
): { values: Tensor; indices: Tensor } {
  checkOptions('maxPool2d', options, maxOptions);
  if (checkTensor('maxPool2d', 'input', x).ndim === 3) {
    const { values, indices } = maxPool2dWithIndices(unsqueeze(x, 0), kernelSize, options);
    return { values: squeeze(values, 0), indices: squeeze(indices, 0) };
  }
  const { y, indices } = maxForward(x, geometryOf('maxPool2d', x, kernelSize, options));
  return { values: y, indices: recordConstant('maxPool2DWithIndices', [x], indices) };
}

// ---- The mean of each window: linear, so that its gradient's gradient is itself

type AvgNumbers = [
  planes: number,
  h: number,
  w: number,
  oh: number,
  ow: number,
  kh: number,
  kw: number,
  sh: number,
  sw: number,
  ph: number,
  pw: number,
  countIncludePad: number,
  divisor: number,
];

function avgForward(x: Tensor, numbers: AvgNumbers, outShape: readonly number[]): Tensor {
  const y = emptyOf([...outShape], x.dtype);
  kernels.avgPool2d(x.dtype as FloatDtype, contiguous(x), y, ...numbers);
  const { shape } = x;
  return record('avgPool2D', [x], y, [], (g) => [avgBackward(g, numbers, shape)]);
}

function avgBackward(dy: Tensor, numbers: AvgNumbers, shape: readonly number[]): Tensor {
  const dx = emptyOf([...shape], dy.dtype);
  kernels.avgPool2dBackward(dy.dtype as FloatDtype, contiguous(dy), dx, ...numbers);
  const outShape = dy.shape;
  return record('avgPool2DBackward', [dy], dx, [], (g) => [avgForward(g, numbers, outShape)]);
}

/**
 * The mean of each window.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, H', W')
 * @throws ShapeError if no window fits, ValueError for a divisor of 0
 * @source torch.nn.functional.avg_pool2d
 */
export function avgPool2d(x: Tensor, kernelSize: Pair, options: AvgPool2dFunctionOptions = {}): Tensor {
  checkOptions('avgPool2d', options, ['stride', 'padding', 'ceilMode', 'countIncludePad', 'divisorOverride']);
  if (checkTensor('avgPool2d', 'input', x).ndim === 3)
    return squeeze(avgPool2d(unsqueeze(x, 0), kernelSize, options), 0);
  const { stride, padding, ceilMode, countIncludePad = true, divisorOverride = null } = options;
  if (divisorOverride === 0) throw new ValueError('divisor must be not zero');
  const q = geometryOf('avgPool2d', x, kernelSize, { stride, padding, ceilMode });
  return avgForward(
    x,
    [q.planes, q.h, q.w, q.oh, q.ow, ...q.kernel, ...q.stride, ...q.pad, countIncludePad ? 1 : 0, divisorOverride ?? 0],
    q.outShape,
  );
}
