// What poolings share that pick one element for every output. Internal.
import { record, recordConstant, wantsGradient } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import * as kernels from '../native/kernels.gen.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';
import { checkPosition, gather } from './indexing.ts';
import { tripleOf, type Windows } from './pool-geometry.ts';
import { reshape } from './views.ts';

/** A result, or with `returnIndices` the result and the positions (int64) in the flattened planes of the input. */
export type MaybeIndices<R extends boolean> = R extends true ? [y: Tensor, indices: Tensor] : Tensor;

/** What a kernel is run on: the input, the result, and where the positions go, or null where nobody wants them. */
export type PickRun = (x: Tensor, y: Tensor, indices: Tensor | null) => void;

/** Runs a kernel that picks one element of each plane for every output, and records it. */
export function pick<R extends boolean>(
  name: string,
  x: Tensor,
  rank: number,
  outShape: readonly number[],
  run: PickRun,
  returnIndices: R | undefined,
): MaybeIndices<R> {
  const y = emptyOf([...outShape], x.dtype);
  const indices = returnIndices || wantsGradient([x]) ? emptyOf([...outShape], 'int64') : null;
  const { shape } = x;
  run(contiguous(x), y, indices);
  if (indices === null) return y as MaybeIndices<R>;
  record(name, [x], y, [indices], (g, [at = g]) => [scatterPicked(name, g, at, rank, shape)]);
  return (returnIndices ? [y, recordConstant(name, [x], indices)] : y) as MaybeIndices<R>;
}

// dy at the positions of the picked elements; its own gradient gathers from there.
function scatterPicked(name: string, dy: Tensor, indices: Tensor, rank: number, shape: readonly number[]): Tensor {
  const dx = emptyOf([...shape], dy.dtype);
  const planes = numelOf(sizesFrom(shape, 0, -rank));
  const [from, to] = [numelOf(sizesFrom(shape, -rank)), numelOf(sizesFrom(dy.shape, -rank))];
  const bad = kernels.maxPool2dBackward(dy.dtype as FloatDtype, contiguous(dy), indices, dx, planes, from, to);
  checkPosition(bad, indices, 1, from);
  return record(`${name}Backward`, [dy], dx, [indices], (g, [at = g]) => [gatherPicked(g, at, planes, from)]);
}

function gatherPicked(x: Tensor, indices: Tensor, planes: number, size: number): Tensor {
  const outputs = indices.numel() / Math.max(planes, 1);
  const taken = gather(reshape(x, [planes, size]), 1, reshape(indices, [planes, outputs]));
  return reshape(taken, [...indices.shape]);
}

/**
 * The largest of each window that is 2 x 2, of stride 2 and wholly inside a plane of h x w. Of its position only the
 * number in the window is kept, a byte.
 */
export function pickPairs<R extends boolean>(
  name: string,
  x: Tensor,
  { planes, size, outShape }: Windows,
  returnIndices: R | undefined,
): MaybeIndices<R> {
  const [h = 0, w = 0] = size;
  const y = emptyOf(outShape, x.dtype);
  const choices = returnIndices || wantsGradient([x]) ? emptyOf(outShape, 'uint8') : null;
  kernels.maxPoolPairs(x.dtype as FloatDtype, contiguous(x), y, choices, planes, h, w);
  if (choices === null) return y as MaybeIndices<R>;
  const { shape } = x;
  record(name, [x], y, [choices], (g, [at = g]) => [scatterPairs(name, g, at, shape, planes)]);
  return (returnIndices ? [y, recordConstant(name, [x], pairIndices(choices, planes, h, w))] : y) as MaybeIndices<R>;
}

function scatterPairs(name: string, dy: Tensor, choices: Tensor, shape: readonly number[], planes: number): Tensor {
  const [h = 0, w = 0] = sizesFrom(shape, -2);
  const dx = emptyOf([...shape], dy.dtype);
  kernels.maxPoolPairsBackward(dy.dtype as FloatDtype, contiguous(dy), choices, dx, planes, h, w);
  return record(`${name}Backward`, [dy], dx, [choices], (g, [at = g]) => [
    gatherPicked(g, pairIndices(at, planes, h, w), planes, h * w),
  ]);
}

function pairIndices(choices: Tensor, planes: number, h: number, w: number): Tensor {
  const indices = emptyOf(choices.shape, 'int64');
  kernels.pairIndices('uint8', choices, indices, planes, h, w);
  return indices;
}

/** The kernel call for regions; `planeRegions` of them belong to each plane, or 0 if all have the same. */
export function pickRegions(
  regions: Tensor,
  planeRegions: number,
  q: { planes: number; size: readonly number[]; out: readonly number[]; dilation?: readonly number[] },
): PickRun {
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
