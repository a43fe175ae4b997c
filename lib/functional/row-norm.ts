// Normalisation of rows: the operator behind layer, group, instance and RMS norm. Internal.
import { isGradEnabled } from '../autograd/mode.ts';
import { record } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import * as kernels from '../native/kernels.gen.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { mul } from './binary.ts';
import { contiguous } from './copies.ts';
import { gradientPair } from './elementwise.ts';
import { normGradient, presentOf } from './norm-gradient.ts';
import { sum } from './reduce.ts';
import { reshape } from './views.ts';

/** What is a row. Row r holds the channels of group r % groups, `inner` elements of each. */
export interface Rows {
  readonly rows: number;
  /** Elements of a row. */
  readonly n: number;
  readonly groups: number;
  /** Elements of a channel in a row: neighbours that share an element of weight and bias. */
  readonly inner: number;
  readonly eps: number;
  /** Whether the mean is subtracted. */
  readonly centred: boolean;
}

/** Each row less its mean, over its standard deviation, times weight plus bias. Arguments are checked by the caller. */
export function rowNorm(name: string, x: Tensor, weight: Tensor | null, bias: Tensor | null, q: Rows): Tensor {
  const dtype = x.dtype as FloatDtype;
  const y = emptyOf(x.shape, dtype);
  const mean = emptyOf([q.rows], dtype);
  const rstd = emptyOf([q.rows], dtype);
  const { rows, n, groups, inner, eps } = q;
  const centred = q.centred ? 1 : 0;
  const [w, b] = [weight && contiguous(weight), bias && contiguous(bias)];
  kernels.rowNorm(dtype, contiguous(x), w, b, y, mean, rstd, rows, n, groups, inner, eps, centred);
  const saved = presentOf([x, mean, rstd, weight]);
  const inputs = presentOf([x, weight, bias]);
  return record(name, inputs, y, saved, (g, [sx = g, sm = g, sr = g, sw = null], needs, isDonated) => {
    const gradients = (dx: Tensor | null, dw: Tensor | null, db: Tensor | null) => [
      dx,
      ...(weight === null ? [] : [dw && reshape(dw, [...weight.shape])]),
      ...(bias === null ? [] : [db && reshape(db, [...bias.shape])]),
    ];
    const channels = inner === 0 ? (weight ?? bias ?? g).numel() / Math.max(groups, 1) : n / inner;
    if (isGradEnabled() || g.numel() === 0) return gradients(...differentiable(g, sx, sw, channels, q));
    const held = contiguous(sx);
    const [dy, dx] = gradientPair(g, isDonated);
    const vector = () => emptyOf([groups * channels], dtype);
    const [dw, db] = needs.slice(1).some(Boolean) ? [vector(), vector()] : [null, null];
    // Before dx, which may lie over dy.
    if (dw !== null && db !== null) {
      kernels.rowNormBackwardAffine(dtype, dy, held, sm, sr, dw, db, rows, n, groups, inner);
    }
    if (needs[0]) {
      kernels.rowNormBackward(dtype, dy, held, sm, sr, sw && contiguous(sw), dx, rows, n, groups, inner, centred);
    }
    return gradients(needs[0] ? dx : null, dw, db);
  });
}

function differentiable(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  channels: number,
  q: Rows,
): [Tensor, Tensor, Tensor] {
  const shape = [q.rows / Math.max(q.groups, 1), q.groups, channels, q.inner];
  const dy = reshape(g, shape);
  const w = weight === null ? null : reshape(weight, [1, q.groups, channels, 1]);
  const { dx, xhat } = normGradient(dy, reshape(x, shape), w, [2, 3], q.eps, null, q.centred);
  return [reshape(dx, [...g.shape]), sum(mul(dy, xhat), [0, 3]), sum(dy, [0, 3])];
}
