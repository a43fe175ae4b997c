// The three operators of convolution in two dimensions, each made of the others' gradients. Internal.
import { record } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import * as kernels from '../native/kernels.gen.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { cast, contiguous } from './copies.ts';
import { expand, reshape } from './views.ts';

/** Everything that defines a convolution, checked: (n, c, h, w) with kernels (o, c / groups, kh, kw) to (n, o, oh, ow). */
export interface Geometry {
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

/** y = x correlated with the weight, plus bias; the relu of it is not recorded. */
export function correlate(x: Tensor, weight: Tensor, bias: Tensor | null, q: Geometry, relu = false): Tensor {
  const y = emptyOf([q.n, q.o, q.oh, q.ow], x.dtype);
  const b = bias === null ? null : contiguous(bias);
  kernels.conv2d(x.dtype as FloatDtype, contiguous(x), contiguous(weight), b, y, ...numbersOf(q), Number(relu));
  if (relu) return y;
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  return record('convolution', inputs, y, [x, weight], (g, [sx = g, sw = g], [needsX, needsW, needsB]) => {
    const dy = contiguous(g);
    const dx = needsX ? inputGradient(dy, sw, q) : null;
    if (!needsW) return [dx, null, needsB ? biasGradient(dy, q) : null];
    return [dx, ...weightGradients(sx, dy, q, needsB)];
  });
}

/** The gradient of x, linear in dy and in the weight; as an operator of its own, the transposed convolution. */
export function inputGradient(dy: Tensor, weight: Tensor, q: Geometry): Tensor {
  const dx = emptyOf([q.n, q.c, q.h, q.w], dy.dtype);
  kernels.conv2dBackwardInput(dy.dtype as FloatDtype, contiguous(dy), contiguous(weight), dx, ...numbersOf(q));
  return record(
    'convolutionBackwardInput',
    [dy, weight],
    dx,
    [dy, weight],
    (g, [sdy = g, sw = g], [needsDy, needsW]) => [
      needsDy ? correlate(g, sw, null, q) : null,
      needsW ? weightGradients(g, sdy, q)[0] : null,
    ],
  );
}

// The gradients of the weight, linear in x and in dy, and if it is wanted of the bias, while dy is in the cache.
function weightGradients(x: Tensor, dy: Tensor, q: Geometry, needsB = false): [dw: Tensor, db: Tensor | null] {
  const dw = emptyOf([q.o, q.c / q.groups, q.kh, q.kw], x.dtype);
  const db = needsB ? emptyOf([q.o], x.dtype) : null;
  kernels.conv2dBackwardWeight(x.dtype as FloatDtype, contiguous(x), contiguous(dy), dw, db, ...numbersOf(q));
  record('convolutionBackwardWeight', [x, dy], dw, [x, dy], (g, [sx = g, sdy = g], [needsX, needsDy]) => [
    needsX ? inputGradient(sdy, g, q) : null,
    needsDy ? correlate(sx, g, null, q) : null,
  ]);
  return [dw, db && recordBiasGradient(dy, db, q)];
}

function biasGradient(dy: Tensor, q: Geometry): Tensor {
  const db = emptyOf([q.o], dy.dtype);
  kernels.conv2dBackwardBias(dy.dtype as FloatDtype, contiguous(dy), db, q.n, q.o, q.oh * q.ow);
  return recordBiasGradient(dy, db, q);
}

function recordBiasGradient(dy: Tensor, db: Tensor, { n, o, oh, ow }: Geometry): Tensor {
  return record('convolutionBackwardBias', [dy], db, [], (g) => [expand(reshape(g, [1, o, 1, 1]), [n, o, oh, ow])]);
}

/** Convolves integers through float64, which holds each up to 2^53; what is too large for their type wraps around. */
export function convolveIntegers(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  run: (x: Tensor, weight: Tensor, bias: Tensor | null) => Tensor,
): Tensor {
  const y = run(cast(x, 'float64'), cast(weight, 'float64'), bias && cast(bias, 'float64'));
  return cast(cast(y, 'int64'), x.dtype);
}
