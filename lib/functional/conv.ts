// Convolution in one, two and three dimensions. One dimension is two of which one has size 1; in three the windows in
// depth become channels of two.
import { nameNode } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import { checkOptions, ShapeError } from '../errors.ts';
import { sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import {
  type ConvGeometry,
  type ConvSteps,
  checkConvolution,
  convolvedSizes,
  geometryOf,
  operandsOf,
  type Padding,
  paddingOf,
} from './conv-checks.ts';
import { convolveIntegers, correlate } from './conv-core.ts';
import { cast } from './copies.ts';
import { pad } from './pad.ts';
import { type Sizes, tupleOf } from './sizes.ts';
import { narrow, permute, reshape, squeeze, unsqueeze } from './views.ts';
import { windowsAlong } from './windows.ts';

/** A number for both dimensions, or one for each: (height, width). */
export type Pair = Sizes;

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. */
export interface ConvFunctionOptions extends ConvSteps {
  /** Zeros added at each side, >= 0; 'valid' for none, 'same' for an output of the input's size. Default 0. */
  padding?: Sizes | 'valid' | 'same';
}

/** Options of {@link conv2d}. */
export type Conv2dFunctionOptions = ConvFunctionOptions;

/** How a convolution steps, and the sizes of its result. */
interface Steps extends ConvGeometry {
  readonly padding: Padding;
  readonly out: readonly number[];
}

type Convolve = (x: Tensor, weight: Tensor, bias: Tensor | null, q: Steps) => Tensor;

const known = ['bias', 'stride', 'padding', 'dilation', 'groups'];

function convolve(
  who: string,
  run: Convolve,
  rank: number,
  x: Tensor,
  weight: Tensor,
  biasOrOptions: Tensor | ConvFunctionOptions | null | undefined,
  rest: ConvFunctionOptions | undefined,
): Tensor {
  const { bias, options } = operandsOf(biasOrOptions, rest);
  checkOptions(who, options, known);
  const q = geometryOf(who, rank, options);
  const { stride, dilation, groups } = q;
  checkConvolution({ who, rank, x, weight, bias, groups, transposed: false });
  const kernel = sizesFrom(weight.shape, 2);
  const padding = paddingOf(who, options.padding ?? 0, kernel, q);
  const batched = x.ndim === rank + 2;
  const images = batched ? x : unsqueeze(x, 0);
  const out = convolvedSizes(sizesFrom(images.shape, 2), kernel, padding, q);
  const steps = { stride, dilation, groups, padding, out };
  const y = isFloat(x.dtype)
    ? run(images, weight, bias, steps)
    : convolveIntegers(images, weight, bias, (...operands) => run(...operands, steps));
  nameNode('convolution', y);
  return batched ? y : squeeze(y, 0);
}

/**
 * The cross-correlation of sequences with kernels.
 *
 * @param x (N, C, L) or (C, L), floating point
 * @param weight (out, C / groups, k)
 * @param bias (out), or absent; may also be an option
 * @returns (N, out, L') with L' = floor((L + 2 padding - dilation (k - 1) - 1) / stride) + 1
 * @throws ShapeError if channels or sizes do not fit, DtypeError if the types differ
 * @source torch.nn.functional.conv1d
 * @example F.conv1d(tensor([[1, 2, 3.5, 5]]), tensor([[[1, -1]]]).float()); // tensor([[-1.0000, -1.5000, -1.5000]])
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | ConvFunctionOptions | null = null,
  options?: ConvFunctionOptions,
): Tensor {
  checkTensor('conv1d', 'input', x);
  checkTensor('conv1d', 'weight', weight);
  return convolve('conv1d', rows, 1, x, weight, bias, options);
}

/**
 * The cross-correlation of images with kernels.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point
 * @param weight (out, C / groups, kH, kW)
 * @param bias (out), or absent; may also be an option
 * @returns (N, out, H', W') with H' = floor((H + 2 padding - dilation (kH - 1) - 1) / stride) + 1
 * @throws ShapeError if channels or sizes do not fit, DtypeError if the types differ
 * @source torch.nn.functional.conv2d
 * @example F.conv2d(ones(1, 4, 5, 5), ones(8, 4, 3, 3), { padding: 1 }).shape; // [1, 8, 5, 5]
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | ConvFunctionOptions | null = null,
  options?: ConvFunctionOptions,
): Tensor {
  checkTensor('conv2d', 'input', x);
  checkTensor('conv2d', 'weight', weight);
  return convolve('conv2d', planes, 2, x, weight, bias, options);
}

/** @internal The relu of {@link conv2d}, in one kernel call; floating point, and no gradient. */
export function conv2dRelu(x: Tensor, weight: Tensor, bias: Tensor | null, options: ConvFunctionOptions): Tensor {
  return convolve('conv2d', (...operands) => planes(...operands, true), 2, x, weight, bias, options);
}

/**
 * The cross-correlation of volumes with kernels.
 *
 * @param x (N, C, D, H, W) or (C, D, H, W), floating point
 * @param weight (out, C / groups, kD, kH, kW)
 * @param bias (out), or absent; may also be an option
 * @returns (N, out, D', H', W'), each as for {@link conv2d}
 * @throws ShapeError if channels or sizes do not fit, DtypeError if the types differ
 * @source torch.nn.functional.conv3d
 * @example F.conv3d(ones(1, 4, 5, 5, 5), ones(8, 4, 3, 3, 3)).shape; // [1, 8, 3, 3, 3]
 */
export function conv3d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | ConvFunctionOptions | null = null,
  options?: ConvFunctionOptions,
): Tensor {
  checkTensor('conv3d', 'input', x);
  checkTensor('conv3d', 'weight', weight);
  return convolve('conv3d', volumes, 3, x, weight, bias, options);
}

function planes(x: Tensor, weight: Tensor, bias: Tensor | null, q: Steps, relu = false): Tensor {
  const { 0: n, 1: c, 2: h, 3: w } = x.shape as [number, number, number, number];
  const { 0: o, 2: kh, 3: kw } = weight.shape as [number, number, number, number];
  const [oh, ow] = pairOf(q.out);
  const [stride, pads, dilation] = [pairOf(q.stride), pairOf(q.padding.before), pairOf(q.dilation)];
  const { groups } = q;
  return correlate(x, weight, bias, { n, c, h, w, o, kh, kw, stride, pad: pads, dilation, groups, oh, ow }, relu);
}

function pairOf(values: readonly number[]): [number, number] {
  return [values[0] ?? 0, values[1] ?? 0];
}

// A row is a plane of height 1.
function rows(x: Tensor, weight: Tensor, bias: Tensor | null, q: Steps): Tensor {
  const steps: Steps = {
    stride: [1, ...q.stride],
    dilation: [1, ...q.dilation],
    groups: q.groups,
    padding: { before: [0, ...q.padding.before], total: [0, ...q.padding.total] },
    out: [1, ...q.out],
  };
  return squeeze(planes(unsqueeze(x, 2), unsqueeze(weight, 2), bias, steps), 2);
}

// (N, C, D, H, W): the windows in depth make (N D', C kD, H, W), which is convolved with (out, C kD / groups, kH, kW).
function volumes(x: Tensor, weight: Tensor, bias: Tensor | null, q: Steps): Tensor {
  const [before = 0, total = 0] = [q.padding.before[0], q.padding.total[0]];
  const padded = total === 0 ? x : pad(x, [0, 0, 0, 0, before, total - before]);
  const [o = 0, cg = 0, kd = 1, kh = 1, kw = 1] = weight.shape;
  const windows = windowsAlong(padded, 2, { size: kd, step: q.stride[0] ?? 1, dilation: q.dilation[0] ?? 1 });
  const [n = 0, c = 0, od = 0, h = 0, w = 0] = windows.shape;
  const images = reshape(permute(windows, [0, 2, 1, 5, 3, 4]), [n * od, c * kd, h, w]);
  const kernels = reshape(weight, [o, cg * kd, kh, kw]);
  const steps: Steps = {
    stride: q.stride.slice(1),
    dilation: q.dilation.slice(1),
    groups: q.groups,
    padding: { before: q.padding.before.slice(1), total: q.padding.total.slice(1) },
    out: q.out.slice(1),
  };
  const [, oh = 0, ow = 0] = q.out;
  const y = reshape(planes(images, kernels, bias, steps), [n, od, o, oh, ow]);
  return permute(y, [0, 2, 1, 3, 4]).contiguous();
}

/**
 * A convolution of sequences laid out (time, batch, channel).
 *
 * @param x (T, N, C)
 * @param weight (k, C, out)
 * @param bias (out)
 * @param options.pad zeros added at both ends. Default 0
 * @returns (T + 2 pad - k + 1, N, out)
 * @source torch.conv_tbc
 * @example convTbc(ones(7, 2, 4), ones(3, 4, 8), zeros(8), { pad: 1 }).shape; // [7, 2, 8]
 */
export function convTbc(x: Tensor, weight: Tensor, bias: Tensor, options: { pad?: number } = {}): Tensor {
  checkTensor('convTbc', 'input', x);
  checkTensor('convTbc', 'weight', weight);
  checkTensor('convTbc', 'bias', bias);
  checkOptions('convTbc', options, ['pad']);
  const [padding = 0] = tupleOf('convTbc', 'pad', options.pad ?? 0, 1, 0);
  const [steps = 0, n = 0] = x.shape;
  const length = steps + 2 * padding - (weight.shape[0] ?? 0) + 1;
  if (length < 0) {
    throw new ShapeError(
      `Trying to create tensor with negative dimension ${length}: [${length}, ${n}, ${weight.shape[2]}]`,
    );
  }
  // One step more of padding makes two results, of which none is kept.
  if (length === 0) return narrow(convTbc(x, weight, bias, { pad: padding + 1 }), 0, 0, 0);
  const y = conv1d(permute(x, [1, 2, 0]), permute(weight, [2, 1, 0]), cast(bias, x.dtype), { padding });
  return permute(y, [2, 0, 1]);
}
