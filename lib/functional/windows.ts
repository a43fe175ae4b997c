// Sliding windows along one dimension and their adjoint, of which unfold, fold and convolutions in depth are made.
import { record, recordView } from '../autograd/record.ts';
import { fillElements } from '../tensor/create.ts';
import { sizesFrom } from '../tensor/shape.ts';
import { emptyOf, stridesOf, type Tensor, viewOf } from '../tensor/tensor.ts';
import { select, slice } from './views.ts';

/** Windows of `size` elements, `dilation` apart, that begin `step` apart. */
export interface WindowSteps {
  readonly size: number;
  readonly step: number;
  readonly dilation: number;
}

/**
 * @internal The windows along dimension `d`, without a copy: that dimension counts them, and a new last one their elements.
 */
export function windowsAlong(x: Tensor, d: number, q: WindowSteps): Tensor {
  const length = x.shape[d] ?? 0;
  const count = Math.floor((length - q.dilation * (q.size - 1) - 1) / q.step) + 1;
  const stride = stridesOf(x)[d] ?? 1;
  const shape = [...x.shape.map((size, i) => (i === d ? count : size)), q.size];
  const strides = [...stridesOf(x).map((own, i) => (i === d ? own * q.step : own)), stride * q.dilation];
  const y = viewOf(x, shape, strides, x.offset);
  return recordView(
    'unfold',
    x,
    y,
    (base) => windowsAlong(base, d, q),
    (g) => [overlapAlong(g, d, length, q)],
  );
}

/** @internal The sum of windows laid where they came from, in `length` elements along `d`: the adjoint of windowsAlong. */
export function overlapAlong(g: Tensor, d: number, length: number, q: WindowSteps): Tensor {
  const last = g.ndim - 1;
  const count = g.shape[d] ?? 0;
  const y = fillElements(
    emptyOf(
      sizesFrom(g.shape, 0, -1).map((size, i) => (i === d ? length : size)),
      g.dtype,
    ),
    0,
  );
  if (count > 0) {
    const source = g.detach();
    for (let k = 0; k < q.size; k++) {
      const start = k * q.dilation;
      slice(y, d, start, start + (count - 1) * q.step + 1, q.step).add_(select(source, last, k));
    }
  }
  return record('unfoldBackward', [g], y, [], (gg) => [windowsAlong(gg, d, q)]);
}
