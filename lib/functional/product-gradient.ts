// The gradient of a product of factors that may be 0, itself with a gradient.
import type { Tensor } from '../tensor/tensor.ts';
import { div, eq, mul, sub } from './binary.ts';
import { where } from './select.ts';

/** What is known of the product that each factor is part of, in the shape of the factors. */
export interface ProductFacts {
  /** The product of the factors that are not 0. */
  readonly product: Tensor;
  /** How many are 0. */
  readonly zeros: Tensor;
  /** The sum of those: 0, but with a gradient. */
  readonly vanishing: Tensor;
}

/** For each factor the product of the others. */
export function productOfOthers(x: Tensor, { product, zeros, vanishing }: ProductFacts): Tensor {
  const zero = eq(x, 0);
  const only = eq(zeros, 1);
  // One of two zeros leaves the other as a factor, which matters to the second gradient.
  const other = sub(vanishing, where(zero, x, 0));
  const ofZero = where(only, 1, where(eq(zeros, 2), other, 0));
  const ofRest = where(eq(zeros, 0), 1, where(only, vanishing, 0));
  return where(zero, mul(product, ofZero), mul(div(product, where(zero, 1, x)), ofRest));
}
