// Convolution in two dimensions; its gradients are convolutions again, and recorded as such.
import { record } from '../autograd/record.ts';
import { type FloatDtype, isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import type { Shape } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';
import { expand, reshape, squeeze, unsqueeze } from './views.ts';

/** A number for both dimensions, or one for each: (height, width). */
export type Pair = number | readonly number[];

/** Options of {@link conv2d}. */
export interface Conv2dFunctionOptions {
  /** Steps of the kernel, >= 1. Default 1. */
  stride?: Pair;
  /** Zeros added at each side, >= 0; 'valid' for none, 'same' for an output of the input's size. Default 0. */
  padding?: Pair | 'valid' | 'same';
  /** Distance between the kernel's elements, >= 1. Default 1. */
  dilation?: Pair;
  /** Groups of channels that do not see each other. Default 1. */
  groups?: number;
}

/** @internal A pair of integers, each at least `least`. @throws naming function and argument */
export function pairOf(who: string, name: string, value: unknown, least: number): [number, number] {
  const list = Array.isArray(value) ? value : [value, value];
  const [h, w = list[0]] = list as unknown[];
  if (list.length > 2 || list.length === 0) {
    throw new ShapeError(`${who}: ${name} must be a number or two, got ${list.length}`);
  }
  for (const part of [h, w]) {
    if (typeof part !== 'number' || !Number.isInteger(part)) {
      throw new ArgumentTypeError(`${who}: ${name} must be an integer or two, got ${describe(part)}`);
    }
    if (part < least) throw new ValueError(`${who}: ${name} must be at least ${least}, got ${part}`);
  }
  return [h as number, w as number];
}

/** Everything that defines a convolution, checked. */
interface Geometry {
  readonly n: number;
  readonly c: number;
  readonly h: number;
  readonly w: number;
  readonly o: number;
  readonly kh: number;
  readonly kw: number;
  readonly stride: readonly [number, number];
  readonly pad: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly oh: number;
  readonly ow: number;
}

type Numbers = [
  n: number,
  c: number,
  h: number,
  w: number,
  o: number,
  kh: number,
  kw: number,
  sh: number,
  sw: number,
  ph: number,
  pw: number,
  dh: number,
  dw: number,
  groups: number,
  oh: number,
  ow: number,
];

function numbersOf(q: Geometry): Numbers {
  const { n, c, h, w, o, kh, kw, stride, pad, dilation, groups, oh, ow } = q;
  return [n, c, h, w, o, kh, kw, stride[0], stride[1], pad[0], pad[1], dilation[0], dilation[1], groups, oh, ow];
}

// ---- Three operators, each the gradient of the others

function forward(x: Tensor, weight: Tensor, bias: Tensor | null, q: Geometry): Tensor {
  const y = emptyOf([q.n, q.o, q.oh, q.ow], x.dtype);
  const b = bias === null ? null : contiguous(bias);
  kernels.conv2d(x.dtype as FloatDtype, contiguous(x), contiguous(weight), b, y, ...numbersOf(q), 0);
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  return record('convolution', inputs, y, [x, weight], (g, [sx = g, sw = g], [needsX, needsW, needsB]) => {
    const dy = contiguous(g);
    return [
      needsX ? inputGradient(dy, sw, q) : null,
      needsW ? weightGradient(sx, dy, q) : null,
      needsB ? biasGradient(dy) : null,
    ];
  });
}

// The gradient of x: linear in dy and in the weight.
function inputGradient(dy: Tensor, weight: Tensor, q: Geometry): Tensor {
  const dx = emptyOf([q.n, q.c, q.h, q.w], dy.dtype);
  kernels.conv2dBackwardInput(dy.dtype as FloatDtype, contiguous(dy), contiguous(weight), dx, ...numbersOf(q));
  return record(
    'convolutionBackwardInput',
    [dy, weight],
    dx,
    [dy, weight],
    (g, [sdy = g, sw = g], [needsDy, needsW]) => [
      needsDy ? forward(g, sw, null, q) : null,
      needsW ? weightGradient(g, sdy, q) : null,
    ],
  );
}

// The gradient of the weight: linear in x and in dy.
function weightGradient(x: Tensor, dy: Tensor, q: Geometry): Tensor {
  const dw = emptyOf([q.o, q.c / q.groups, q.kh, q.kw], x.dtype);
  kernels.conv2dBackwardWeight(x.dtype as FloatDtype, contiguous(x), contiguous(dy), dw, ...numbersOf(q));
  return record('convolutionBackwardWeight', [x, dy], dw, [x, dy], (g, [sx = g, sdy = g], [needsX, needsDy]) => [
    needsX ? inputGradient(sdy, g, q) : null,
    needsDy ? forward(sx, g, null, q) : null,
  ]);
}

function biasGradient(dy: Tensor): Tensor {
  const [n, o, oh, ow] = dy.shape as [number, number, number, number];
  const db = emptyOf([o], dy.dtype);
  kernels.conv2dBackwardBias(dy.dtype as FloatDtype, contiguous(dy), db, n, o, oh * ow);
  return record('convolutionBackwardBias', [dy], db, [], (g) => [expand(reshape(g, [1, o, 1, 1]), [n, o, oh, ow])]);
}

/**
 * The cross-correlation of images with kernels.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point
 * @param weight (out, C / groups, kH, kW)
 * @param bias (out), or absent
 * @returns (N, out, H', W') with H' = floor((H + 2 padding - dilation (kH - 1) - 1) / stride) + 1
 * @throws ShapeError if channels or sizes do not fit, DtypeError if the types differ
 * @source torch.nn.functional.conv2d
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: Conv2dFunctionOptions = {},
): Tensor {
  checkTensor('conv2d', 'input', x);
  checkTensor('conv2d', 'weight', weight);
  checkOptions('conv2d', options, ['stride', 'padding', 'dilation', 'groups']);
  const stride = pairOf('conv2d', 'stride', options.stride ?? 1, 1);
  const dilation = pairOf('conv2d', 'dilation', options.dilation ?? 1, 1);
  const groups = options.groups ?? 1;
  if (weight.ndim !== 4 || (x.ndim !== 3 && x.ndim !== 4)) {
    throw new ShapeError(
      `Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [${x.shape.join(', ')}] and weight of size: [${weight.shape.join(', ')}]`,
    );
  }
  if (x.ndim === 3) return squeeze(conv2d(unsqueeze(x, 0), weight, bias, options), 0);
  const [o, cg, kh, kw] = weight.shape as [number, number, number, number];
  const padding = paddingOf(options.padding ?? 0, [kh, kw], stride, dilation);
  checkOperands(x, weight, bias, groups);
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (c !== cg * groups) {
    throw new ShapeError(
      `Given groups=${groups}, weight of size [${weight.shape.join(', ')}], expected input[${x.shape.join(', ')}] to have ${cg * groups} channels, but got ${c} channels instead`,
    );
  }
  const [oh, ow] = outputSize([h, w], [kh, kw], stride, padding.total, dilation);
  return forward(x, weight, bias, { n, c, h, w, o, kh, kw, stride, pad: padding.before, dilation, groups, oh, ow });
}

function checkOperands(x: Tensor, weight: Tensor, bias: Tensor | null, groups: number): void {
  if (!Number.isInteger(groups) || groups < 1) throw new ValueError('non-positive groups is not supported');
  const [o = 0] = weight.shape;
  if (o % groups !== 0 || o < groups) {
    throw new ShapeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size [${weight.shape.join(', ')}] instead`,
    );
  }
  if (!isFloat(x.dtype)) throw new DtypeError(`conv2d: expected a floating point input, got ${x.dtype}`);
  const types = [weight, ...(bias === null ? [] : [checkTensor('conv2d', 'bias', bias)])];
  const other = types.find((operand) => operand.dtype !== x.dtype);
  if (other !== undefined) {
    throw new DtypeError(
      `Input type (${x.dtype}) and ${other === bias ? 'bias' : 'weight'} type (${other.dtype}) should be the same`,
    );
  }
  if (bias !== null && !(bias.ndim === 1 && bias.shape[0] === o)) {
    throw new ShapeError(
      `Given weight of size [${weight.shape.join(', ')}], expected bias to be 1-dimensional with ${o} elements, but got bias of size [${bias.shape.join(', ')}] instead`,
    );
  }
}

function paddingOf(
  padding: Pair | 'valid' | 'same',
  kernel: Shape,
  stride: readonly [number, number],
  dilation: readonly [number, number],
) {
  if (padding === 'valid') return { before: [0, 0] as const, total: [0, 0] as const };
  if (padding === 'same') {
    if (stride[0] !== 1 || stride[1] !== 1)
      throw new ValueError("padding='same' is not supported for strided convolutions");
    const total = [dilation[0] * ((kernel[0] ?? 1) - 1), dilation[1] * ((kernel[1] ?? 1) - 1)] as const;
    return { before: [Math.floor(total[0] / 2), Math.floor(total[1] / 2)] as const, total };
  }
  if (typeof padding === 'string') {
    throw new ValueError(`Invalid padding string '${String(padding)}', should be one of 'valid', 'same'`);
  }
  const [h, w] = pairOf('conv2d', 'padding', padding, 0);
  return { before: [h, w] as const, total: [2 * h, 2 * w] as const };
}

function outputSize(
  size: readonly [number, number],
  kernel: readonly [number, number],
  stride: readonly [number, number],
  padding: readonly [number, number],
  dilation: readonly [number, number],
): [number, number] {
  const padded = [size[0] + padding[0], size[1] + padding[1]] as const;
  const reach = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;
  if (reach[0] > padded[0] || reach[1] > padded[1]) {
    throw new ShapeError(
      `Calculated padded input size per channel: (${padded[0]} x ${padded[1]}). Kernel size: (${reach[0]} x ${reach[1]}). Kernel size can't be greater than actual input size`,
    );
  }
  return [Math.floor((padded[0] - reach[0]) / stride[0]) + 1, Math.floor((padded[1] - reach[1]) / stride[1]) + 1];
}
