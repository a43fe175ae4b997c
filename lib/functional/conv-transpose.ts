// Transposed convolution: the gradient of a convolution with respect to its input, as an operator of its own.
import { nameNode } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import { checkOptions, ShapeError, ValueError } from '../errors.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { add } from './binary.ts';
import { type ConvGeometry, type ConvSteps, checkConvolution, geometryOf, operandsOf } from './conv-checks.ts';
import { convolveIntegers, inputGradient } from './conv-core.ts';
import { pad } from './pad.ts';
import { type Sizes, tupleOf } from './sizes.ts';
import { permute, reshape, squeeze, unsqueeze } from './views.ts';
import { overlapAlong } from './windows.ts';

/** Options of the transposed convolutions. */
export interface ConvTransposeFunctionOptions extends ConvSteps {
  /** What is taken away at each side of the result, >= 0. Default 0. */
  padding?: Sizes;
  /** What is added at the end of each dimension of the result; less than the stride or the dilation. Default 0. */
  outputPadding?: Sizes;
}

interface Transposed extends ConvGeometry {
  readonly padding: number[];
  readonly outputPadding: number[];
}

const known = ['bias', 'stride', 'padding', 'outputPadding', 'groups', 'dilation'];
const axes = ['depth', 'height', 'width'];

function transposed(
  who: string,
  run: (x: Tensor, weight: Tensor, q: Transposed) => Tensor,
  rank: number,
  x: Tensor,
  weight: Tensor,
  biasOrOptions: Tensor | ConvTransposeFunctionOptions | null | undefined,
  rest: ConvTransposeFunctionOptions | undefined,
): Tensor {
  const { bias, options } = operandsOf(biasOrOptions, rest);
  checkOptions(who, options, known);
  const q: Transposed = {
    ...geometryOf(who, rank, options),
    padding: tupleOf(who, 'padding', options.padding ?? 0, rank, 0),
    outputPadding: tupleOf(who, 'outputPadding', options.outputPadding ?? 0, rank, 0),
  };
  checkConvolution({ who, rank, x, weight, bias, groups: q.groups, transposed: true });
  const batched = x.ndim === rank + 2;
  const images = batched ? x : unsqueeze(x, 0);
  checkSizes(images, weight, q);
  const y = isFloat(x.dtype)
    ? run(images, weight, q)
    : convolveIntegers(images, weight, null, (wide, kernels) => run(wide, kernels, q));
  const shifted = bias === null ? y : add(y, reshape(bias, [-1, ...q.stride.map(() => 1)]));
  nameNode('convolution', shifted);
  return batched ? shifted : squeeze(shifted, 0);
}

// In messages a row is the plane that it is computed as.
function planeOf(values: readonly number[], height: number): readonly number[] {
  return values.length === 1 ? [height, ...values] : values;
}

function checkOutputPadding({ outputPadding, stride, dilation }: Transposed): void {
  if (outputPadding.every((size, d) => size < (stride[d] ?? 1) || size < (dilation[d] ?? 1))) return;
  const named = (name: string, values: readonly number[]) =>
    values.map((value, d) => `${name}_${axes[3 - values.length + d]}: ${value}`).join(' ');
  const facts = [
    named('output_padding', planeOf(outputPadding, 0)),
    named('stride', planeOf(stride, 1)),
    named('dilation', planeOf(dilation, 1)),
  ];
  throw new ValueError(`output padding must be smaller than either stride or dilation, but got ${facts.join(' ')}`);
}

// (n - 1) stride - 2 padding + dilation (k - 1) + outputPadding + 1
function sizeOf(n: number, k: number, q: Transposed, d: number): number {
  const [stride, dilation] = [q.stride[d] ?? 1, q.dilation[d] ?? 1];
  return (n - 1) * stride - 2 * (q.padding[d] ?? 0) + dilation * (k - 1) + (q.outputPadding[d] ?? 0) + 1;
}

// The two kernels of PyTorch differ: oneDNN, which gets several images or groups of float32, gives an empty result.
function checkSizes(x: Tensor, weight: Tensor, q: Transposed): void {
  const [images = 0, , ...sizes] = x.shape;
  const out = sizes.map((n, d) => sizeOf(n, weight.shape[d + 2] ?? 1, q, d));
  if (images > 0) {
    checkOutputPadding(q);
    if (sizes.some((n) => n === 0)) {
      const [n, c] = x.shape;
      throw new ShapeError(
        `Only zero batch or zero channel inputs are supported, but got input shape: [${[n, c, ...planeOf(sizes, 1)].join(', ')}]`,
      );
    }
  }
  const mayBeEmpty = images === 0 || (x.dtype === 'float32' && (images > 1 || q.groups > 1));
  if (out.every((n) => n > 0 || (n === 0 && mayBeEmpty))) return;
  throw new ShapeError(
    `Given input size per channel: (${planeOf(sizes, 1).join(' x ')}). Calculated output size per channel: (${planeOf(out, 1).join(' x ')}). Output size is too small`,
  );
}

/**
 * The transposed convolution of sequences.
 *
 * @param x (N, C, L) or (C, L), floating point
 * @param weight (C, out / groups, k)
 * @param bias (out), or absent; may also be an option
 * @returns (N, out, L') with L' = (L - 1) stride - 2 padding + dilation (k - 1) + outputPadding + 1
 * @throws ShapeError if channels or sizes do not fit, DtypeError if the types differ
 * @source torch.nn.functional.conv_transpose1d
 * @example F.convTranspose1d(tensor([[1, 2.5]]), tensor([[[1, 0.5]]])); // tensor([[1.0000, 3.0000, 1.2500]])
 */
export function convTranspose1d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | ConvTransposeFunctionOptions | null = null,
  options?: ConvTransposeFunctionOptions,
): Tensor {
  checkTensor('convTranspose1d', 'input', x);
  checkTensor('convTranspose1d', 'weight', weight);
  return transposed('convTranspose1d', rows, 1, x, weight, bias, options);
}

/**
 * The transposed convolution of images: (N, C, H, W) or (C, H, W) with weight (C, out / groups, kH, kW).
 *
 * @returns (N, out, H', W'), each as for {@link convTranspose1d}
 * @source torch.nn.functional.conv_transpose2d
 * @example F.convTranspose2d(ones(1, 4, 5, 5), ones(4, 8, 3, 3), { stride: 2 }).shape; // [1, 8, 11, 11]
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | ConvTransposeFunctionOptions | null = null,
  options?: ConvTransposeFunctionOptions,
): Tensor {
  checkTensor('convTranspose2d', 'input', x);
  checkTensor('convTranspose2d', 'weight', weight);
  return transposed('convTranspose2d', planes, 2, x, weight, bias, options);
}

/**
 * The transposed convolution of volumes: (N, C, D, H, W) or (C, D, H, W) with weight (C, out / groups, kD, kH, kW).
 *
 * @returns (N, out, D', H', W'), each as for {@link convTranspose1d}
 * @source torch.nn.functional.conv_transpose3d
 * @example F.convTranspose3d(ones(1, 4, 5, 5, 5), ones(4, 8, 3, 3, 3), { stride: 2 }).shape; // [1, 8, 11, 11, 11]
 */
export function convTranspose3d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | ConvTransposeFunctionOptions | null = null,
  options?: ConvTransposeFunctionOptions,
): Tensor {
  checkTensor('convTranspose3d', 'input', x);
  checkTensor('convTranspose3d', 'weight', weight);
  return transposed('convTranspose3d', volumes, 3, x, weight, bias, options);
}

function planes(x: Tensor, weight: Tensor, q: Transposed): Tensor {
  const [n, o, oh, ow] = x.shape as [number, number, number, number];
  const [, cg, kh, kw] = weight.shape as [number, number, number, number];
  const pairOf = (values: readonly number[]): [number, number] => [values[0] ?? 0, values[1] ?? 0];
  return inputGradient(x, weight, {
    n,
    c: cg * q.groups,
    h: sizeOf(oh, kh, q, 0),
    w: sizeOf(ow, kw, q, 1),
    o,
    kh,
    kw,
    stride: pairOf(q.stride),
    pad: pairOf(q.padding),
    dilation: pairOf(q.dilation),
    groups: q.groups,
    oh,
    ow,
  });
}

// A row is a plane of height 1.
function rows(x: Tensor, weight: Tensor, q: Transposed): Tensor {
  const steps = {
    stride: [1, ...q.stride],
    dilation: [1, ...q.dilation],
    groups: q.groups,
    padding: [0, ...q.padding],
    outputPadding: [0, ...q.outputPadding],
  };
  return squeeze(planes(unsqueeze(x, 2), unsqueeze(weight, 2), steps), 2);
}

// Every slice in depth gives kD planes for each channel, which are added where they overlap.
function volumes(x: Tensor, weight: Tensor, q: Transposed): Tensor {
  const [n = 0, c = 0, depth = 0, h = 0, w = 0] = x.shape;
  const [, cg = 0, kd = 1, kh = 1, kw = 1] = weight.shape;
  const slices = reshape(permute(x, [0, 2, 1, 3, 4]), [n * depth, c, h, w]);
  const plane = (values: number[]) => values.slice(1);
  const steps = {
    stride: plane(q.stride),
    dilation: plane(q.dilation),
    groups: q.groups,
    padding: plane(q.padding),
    outputPadding: plane(q.outputPadding),
  };
  const y = planes(slices, reshape(weight, [c, cg * kd, kh, kw]), steps);
  const [, , oh = 0, ow = 0] = y.shape;
  const windows = permute(reshape(y, [n, depth, cg * q.groups, kd, oh, ow]), [0, 2, 1, 4, 5, 3]);
  const [step = 1, dilation = 1] = [q.stride[0], q.dilation[0]];
  const sum = overlapAlong(windows, 2, (depth - 1) * step + dilation * (kd - 1) + 1, { size: kd, step, dilation });
  const [cut = 0, more = 0] = [q.padding[0], q.outputPadding[0]];
  return cut === 0 && more === 0 ? sum : pad(sum, [0, 0, 0, 0, -cut, more - cut]);
}
