// Averages over regions of planes, and how linear operators are recorded. Internal.
import { record } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import * as kernels from '../native/kernels.gen.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';
import { type Region, regionsTensor, tripleOf } from './pool-geometry.ts';

/** A linear operator on contiguous elements and its adjoint. */
export interface Linear {
  readonly name: string;
  readonly run: (x: Tensor, y: Tensor) => void;
  readonly runBackward: (dy: Tensor, dx: Tensor) => void;
}

/** Runs the operator and records it; its adjoint is recorded likewise. */
export function linearly(operator: Linear, x: Tensor, outShape: readonly number[]): Tensor {
  const y = emptyOf([...outShape], x.dtype);
  operator.run(contiguous(x), y);
  const { shape } = x;
  return record(operator.name, [x], y, [], (g) => [backward(operator, g, shape)]);
}

function backward(operator: Linear, dy: Tensor, shape: readonly number[]): Tensor {
  const dx = emptyOf([...shape], dy.dtype);
  operator.runBackward(contiguous(dy), dx);
  const outShape = dy.shape;
  return record(`${operator.name}Backward`, [dy], dx, [], (g) => [linearly(operator, g, outShape)]);
}

/** The mean over regions of planes; `divisor` 0 stands for the product of the counts. */
export function averageRegions(
  name: string,
  x: Tensor,
  lists: readonly (readonly Region[])[],
  outShape: readonly number[],
  divisor = 0,
): Tensor {
  const rank = lists.length;
  const planes = numelOf(sizesFrom(x.shape, 0, -rank));
  const [d, h, w] = tripleOf(sizesFrom(x.shape, -rank), 1);
  const [od, oh, ow] = tripleOf(outShape.slice(-rank), 1);
  const regions = regionsTensor(lists);
  const dtype = x.dtype as FloatDtype;
  const operator: Linear = {
    name,
    run: (from, to) => kernels.avgPoolRegions(dtype, from, regions, to, planes, d, h, w, od, oh, ow, divisor),
    runBackward: (dy, dx) =>
      kernels.avgPoolRegionsBackward(dtype, dy, regions, dx, planes, d, h, w, od, oh, ow, divisor),
  };
  return linearly(operator, x, outShape);
}
