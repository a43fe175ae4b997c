// Vector norms over dimensions, of float16 and bfloat16 too, and their gradients. Internal.
import { record } from '../autograd/record.ts';
import { factsOf } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkFloating } from './arguments.ts';
import { div, eq, mul, pow } from './binary.ts';
import { cast } from './copies.ts';
import { amax, amin, type ReduceOptions, sum } from './reduce.ts';
import { type Dims, dimsOf, planOf, run } from './reduce-plan.ts';
import { where } from './select.ts';
import { abs, sign, sqrt } from './unary.ts';
import { reshape, unsqueeze } from './views.ts';

/** Options of {@link normOver}. */
export interface NormOverOptions extends ReduceOptions {
  /** Order: any number, Infinity or -Infinity. Default 2. */
  p?: number;
  /** Dimensions to reduce. Default: all. */
  dim?: Dims;
}

/** The vector norm. The gradient at 0 is 0. @throws DtypeError for integers */
export function normOver(x: Tensor, options: NormOverOptions = {}): Tensor {
  const { p = 2, dim = null, keepdim = false } = options;
  checkFloating('linalg.vector_norm', x);
  checkIdentity(x, p, dim);
  if (p === Number.POSITIVE_INFINITY) return amax(abs(x), dim, { keepdim });
  if (p === Number.NEGATIVE_INFINITY) return amin(abs(x), dim, { keepdim });
  if (p === 0) return sum(cast(sign(abs(x)), x.dtype), dim, { keepdim });
  if (p === 1) return sum(abs(x), dim, { keepdim });
  if (p !== 2) return normP(x, p, dimsOf(x, dim), keepdim);
  return norm2(x, dimsOf(x, dim), keepdim);
}

/**
 * The distance of vectors with the difference d, along its last dimension: {@link normOver}, but of order Infinity every
 * largest element has the whole gradient, and of no elements the distance is 0.
 */
export function distanceOf(d: Tensor, p: number): Tensor {
  if (d.shape.at(-1) === 0) return sum(d, -1);
  if (p !== Number.POSITIVE_INFINITY) return normOver(d, { p, dim: -1 });
  const y = amax(abs(d.detach()), -1);
  return record('cdist', [d], y, [d], (g, [at = g]) => {
    const size = abs(at);
    const largest = eq(size, amax(size, -1, { keepdim: true }));
    return [mul(where(largest, sign(at), 0), unsqueeze(g, -1))];
  });
}

// Throws where an extreme of nothing is asked for.
function checkIdentity(x: Tensor, p: number, dim: Dims): void {
  if (x.numel() > 0 || !(p < 0 || p === Number.POSITIVE_INFINITY)) return;
  const dims = [dim ?? []].flat();
  const empty = dims.find((d) => x.shape[wrapDim(d, x.ndim)] === 0);
  if (dims.length > 0 && empty === undefined) return;
  const why =
    empty === undefined ? 'an empty tensor because' : `the dimension ${empty} because this dimension is empty and`;
  const order = Number.isFinite(p) ? p : p > 0 ? 'inf' : '-inf';
  throw new ShapeError(
    `linalg.vector_norm cannot compute the ${order} norm on ${why} the operation does not have an identity`,
  );
}

// In float32 at least: powers of float16 overflow where the norm does not.
const widened = (x: Tensor) => (factsOf(x.dtype).bytes < 4 ? cast(x, 'float32') : x);

// d|x|_p = sign(x) (|x| / |x|_p)^(p - 1), and 0 where the norm is 0, or x is and p < 1.
function normP(x: Tensor, p: number, dims: readonly number[], keepdim: boolean): Tensor {
  const list = dims.length === 0 ? null : dims;
  const of = (at: Tensor, kept: boolean) => pow(sum(pow(abs(at), p), list, { keepdim: kept }), 1 / p);
  const { keptShape } = planOf(x, dims, keepdim);
  const y = cast(of(widened(x.detach()), keepdim), x.dtype);
  return record('linalgVectorNorm', [x], y, [x], (g, [saved = g]) => {
    const at = widened(saved);
    const zero = eq(at, 0);
    const size = where(zero, 1, abs(at));
    const whole = of(where(zero, 0, at), true);
    const slope = mul(sign(at), pow(div(size, where(eq(whole, 0), 1, whole)), p - 1));
    return [cast(mul(where(zero, 0, slope), reshape(g, keptShape)), g.dtype)];
  });
}

// d|x| = x / |x|, and 0 at x = 0
function norm2(x: Tensor, dims: readonly number[], keepdim: boolean): Tensor {
  const wide = widened(x.detach());
  const plan = planOf(wide, dims, keepdim);
  const y = cast(sqrt(run(kernels.sumSquares, plan, wide.dtype)), x.dtype);
  const { keptShape } = plan;
  return record('linalgVectorNorm', [x], y, [x], (g, [saved = g]) => {
    const at = widened(saved);
    const length = sqrt(sum(mul(at, at), dims.length === 0 ? null : dims, { keepdim: true }));
    const slope = where(eq(length, 0), 0, div(at, length));
    return [cast(mul(slope, reshape(g, keptShape)), g.dtype)];
  });
}
