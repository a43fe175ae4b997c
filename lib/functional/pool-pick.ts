// What poolings share that pick one element for every output. Internal.
import { record, recordConstant } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import * as kernels from '../native/kernels.gen.ts';
import { numelOf } from '../tensor/shape.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';
import { gather } from './indexing.ts';
import { tripleOf } from './pool-geometry.ts';
import { reshape } from './views.ts';

/** A result, or with `returnIndices` the result and the positions (int64) in the flattened planes of the input. */
export type MaybeIndices<R extends boolean> = R extends true ? [y: Tensor, indices: Tensor] : Tensor;

/** The result, or both, as `returnIndices` says. */
export function chosen<R extends boolean>(pair: [y: Tensor, indices: Tensor], returnIndices: R | undefined) {
  return (returnIndices ? pair : pair[0]) as MaybeIndices<R>;
}

/**
 * Runs a kernel that picks one element of each plane for every output, and records it.
 *
 * @param pairColumns columns of the planes where the windows are 2 x 2, of stride 2 and inside them; else 0
 */
export function pick(
  name: string,
  x: Tensor,
  rank: number,
  outShape: readonly number[],
  run: (x: Tensor, y: Tensor, indices: Tensor) => void,
  pairColumns = 0,
): [y: Tensor, indices: Tensor] {
  const y = emptyOf([...outShape], x.dtype);
  const indices = emptyOf([...outShape], 'int64');
  const { shape } = x;
  run(contiguous(x), y, indices);
  record(name, [x], y, [indices], (g, [at = g]) => [scatterPicked(name, g, at, rank, shape, pairColumns)]);
  return [y, recordConstant(name, [x], indices)];
}

// dy at the positions of the picked elements; its own gradient gathers from there.
function scatterPicked(
  name: string,
  dy: Tensor,
  indices: Tensor,
  rank: number,
  shape: readonly number[],
  pairColumns: number,
): Tensor {
  const dx = emptyOf([...shape], dy.dtype);
  const planes = numelOf(shape.slice(0, -rank));
  const [from, to] = [numelOf(shape.slice(-rank)), numelOf(dy.shape.slice(-rank))];
  kernels.maxPool2dBackward(dy.dtype as FloatDtype, contiguous(dy), indices, dx, planes, from, to, pairColumns);
  const outShape = dy.shape;
  return record(`${name}Backward`, [dy], dx, [indices], (g, [at = g]) => {
    const taken = gather(reshape(g, [planes, from]), 1, reshape(at, [planes, to]));
    return [reshape(taken, [...outShape])];
  });
}

/** The kernel call for regions; `planeRegions` of them belong to each plane, or 0 if all have the same. */
export function pickRegions(
  regions: Tensor,
  planeRegions: number,
  q: { planes: number; size: readonly number[]; out: readonly number[]; dilation?: readonly number[] },
): (x: Tensor, y: Tensor, indices: Tensor) => void {
  const [d, h, w] = tripleOf(q.size, 1);
  const [od, oh, ow] = tripleOf(q.out, 1);
  const [dilD, dilH, dilW] = tripleOf(q.dilation ?? [], 1);
  return (x, y, indices) =>
    kernels.maxPoolRegions(
      x.dtype as FloatDtype,
      x,
      regions,
      y,
      indices,
      q.planes,
      planeRegions,
      d,
      h,
      w,
      od,
      oh,
      ow,
      dilD,
      dilH,
      dilW,
    );
}
