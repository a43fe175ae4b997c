// What addmm and its like share: the weighted sum of a tensor and a product.
import { checkOptions } from '../errors.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, mul } from './binary.ts';
import type { AddmmOptions } from './matmul.ts';
import { expand } from './views.ts';

/** beta x + alpha product, x broadcast to the product. @throws ShapeError if it does not fit */
export function weighted(who: string, x: Tensor, product: Tensor, options: AddmmOptions): Tensor {
  checkOptions(who, options, ['beta', 'alpha']);
  const { beta = 1, alpha = 1 } = options;
  const scaled = alpha === 1 ? product : mul(product, alpha);
  if (beta === 0) return scaled;
  const summand = sameShape(x.shape, product.shape) ? x : expand(x, product.shape);
  return add(scaled, beta === 1 ? summand : mul(summand, beta));
}
