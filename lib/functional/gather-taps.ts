// Weighted sums of a few elements of every plane, at places that all channels of a sample share. Internal.
import { isGradEnabled } from '../autograd/mode.ts';
import { record } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import * as kernels from '../native/kernels.gen.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { add, mul } from './binary.ts';
import { contiguous } from './copies.ts';
import { checkPosition, gather, scatterAlong } from './indexing.ts';
import { stack } from './join.ts';
import { sum } from './reduce.ts';
import { expand, select, unsqueeze } from './views.ts';

/**
 * y = sum over t of weight[t] x[index[t]].
 *
 * @param x (N, C, elements)
 * @param index (N, taps, points), int64, contiguous and within the elements
 * @param weight (N, taps, points)
 * @returns (N, C, points)
 */
export function gatherTaps(x: Tensor, index: Tensor, weight: Tensor): Tensor {
  const [n = 0, c = 0, elements = 0] = x.shape;
  const [, taps = 0, points = 0] = index.shape;
  const numbers = [n, c, elements, taps, points] as const;
  const dtype = x.dtype as FloatDtype;
  const y = emptyOf([n, c, points], dtype);
  const check = (bad: number, at: Tensor) => checkPosition(bad, at, 2, elements);
  check(kernels.gatherTaps(dtype, contiguous(x), index, contiguous(weight), y, ...numbers), index);
  return record('gridSampler', [x, weight], y, [x, weight, index], (g, [sx = g, sw = g, at = g], needs) => {
    if (isGradEnabled()) return differentiable(g, sx, sw, at);
    const dy = contiguous(g);
    const dx = needs[0] ? emptyOf(sx.shape, dtype) : null;
    if (dx !== null) check(kernels.gatherTapsBackward(dtype, dy, at, contiguous(sw), dx, ...numbers), at);
    const dw = needs[1] ? emptyOf(sw.shape, dtype) : null;
    if (dw !== null) check(kernels.gatherTapsBackwardWeight(dtype, dy, contiguous(sx), at, dw, ...numbers), at);
    return [dx, dw];
  });
}

function differentiable(dy: Tensor, x: Tensor, weight: Tensor, index: Tensor): [Tensor, Tensor] {
  const taps = Array.from({ length: index.shape[1] ?? 0 }, (_, t) => {
    const at = expand(unsqueeze(select(index, 1, t), 1), [...dy.shape]).contiguous();
    const w = unsqueeze(select(weight, 1, t), 1);
    return { dx: scatterAlong(mul(dy, w), at, x.shape, 2), dw: sum(mul(dy, gather(x, 2, at)), 1) };
  });
  const dx = taps.map((tap) => tap.dx).reduce((a, b) => add(a, b));
  return [
    dx,
    stack(
      taps.map((tap) => tap.dw),
      1,
    ),
  ];
}
