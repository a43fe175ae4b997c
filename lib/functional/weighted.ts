// What addmm and its like share: the weighted sum of a tensor and a product.
import { isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ValueError } from '../errors.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul } from './binary.ts';
import type { AddmmOptions } from './matmul.ts';
import { expand } from './views.ts';

/** beta x + alpha product, x broadcast to the product. @throws ShapeError if it does not fit */
export function weighted(who: string, x: Tensor, product: Tensor, options: AddmmOptions): Tensor {
  checkOptions(who, options, ['beta', 'alpha']);
  const { beta = 1, alpha = 1 } = options;
  if (x.dtype !== product.dtype && who !== 'addr') {
    throw new DtypeError(
      `self and mat2 must have the same dtype, but got ${scalarName(x.dtype)} and ${scalarName(product.dtype)}`,
    );
  }
  const whole = !isFloat(product.dtype);
  const scaled = alpha === 1 ? product : mul(product, whole ? wholeFactor(alpha) : alpha);
  if (beta === 0) return scaled;
  const summand = sameShape(x.shape, product.shape) ? x : expand(x, product.shape);
  return add(scaled, beta === 1 ? summand : mul(summand, whole ? wholeFactor(beta) : beta));
}

/** The factor by which integers are multiplied: an integer, too. */
export function wholeFactor(factor: number): number {
  if (Number.isNaN(factor)) throw new ValueError('value cannot be converted to type int64_t without overflow');
  // Never -0, which would be floating point.
  return Math.trunc(factor) + 0;
}
