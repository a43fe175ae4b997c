// What every reduction does: which dimensions it takes, how its kernel sees them, and the way back. Internal.
import type { Dtype } from '../dtype.ts';
import type { Located } from '../native/kernels.gen.ts';
import { numelOf, type Shape, sameShape, wrapDims } from '../tensor/shape.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';
import { expand, permute, reshape } from './views.ts';

/** Dimensions to reduce; absent or null means all. */
export type Dims = number | readonly number[] | null;

/** How a kernel sees the elements of a reduction. */
interface Plan {
  /** Contiguous elements as (outer, n, inner). */
  readonly x: Tensor;
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  /** Shape of the result with the reduced dimensions kept as 1. */
  readonly keptShape: number[];
  readonly shape: number[];
}

/** Neighbouring dimensions are reduced where they stand; others are moved to the end first. */
export function planOf(x: Tensor, dims: readonly number[], keepdim: boolean): Plan {
  const keptShape = x.shape.map((size, d) => (dims.includes(d) ? 1 : size));
  const shape = keepdim ? keptShape : x.shape.filter((_, d) => !dims.includes(d));
  const first = dims[0] ?? 0;
  const last = dims[dims.length - 1] ?? -1;
  if (last - first + 1 === dims.length) {
    const sizes = x.shape;
    return {
      x: contiguous(x),
      outer: numelOf(sizes.slice(0, first)),
      n: dims.length === 0 ? 1 : numelOf(sizes.slice(first, last + 1)),
      inner: numelOf(sizes.slice(dims.length === 0 ? first : last + 1)),
      keptShape,
      shape,
    };
  }
  const kept = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const moved = contiguous(permute(x, [...kept, ...dims]));
  return { x: moved, outer: numelOf(shape), n: numelOf(dims.map((d) => x.shape[d] ?? 1)), inner: 1, keptShape, shape };
}

/** The dimensions to reduce, counted from 0: all of them for none given. */
export function dimsOf(x: Tensor, dims: Dims | undefined): number[] {
  if (dims === undefined || dims === null || (Array.isArray(dims) && dims.length === 0))
    return x.shape.map((_, d) => d);
  const wrapped = wrapDims(dims, x.ndim);
  return x.ndim === 0 ? [] : wrapped;
}

type ReduceKernel = (dtype: 'float32', x: Located, y: Located, outer: number, n: number, inner: number) => void;

/** The result of a kernel. */
export function run(kernel: unknown, plan: Plan, dtype: Dtype): Tensor {
  const y = emptyOf(plan.shape, dtype);
  (kernel as ReduceKernel)(plan.x.dtype as 'float32', plan.x, y, plan.outer, plan.n, plan.inner);
  return y;
}

/** The gradient or result of a reduction, spread over the input's shape again. */
export function spread(y: Tensor, keptShape: readonly number[], shape: Shape): Tensor {
  return expand(sameShape(y.shape, keptShape) ? y : reshape(y, [...keptShape]), [...shape]);
}
