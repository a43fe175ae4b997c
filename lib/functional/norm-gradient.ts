// What the normalisations share: the check of their vectors, and their gradient in differentiable operators. Internal.
import { isFloat } from '../dtype.ts';
import { DtypeError, ShapeError } from '../errors.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { add, mul, sub } from './binary.ts';
import { mean } from './reduce.ts';
import { rsqrt, square } from './unary.ts';

/** The learnt scale and shift of a normalisation. */
export interface Affine {
  /** Factor of the normalised elements; null for 1. Default null. */
  weight?: Tensor | null;
  /** Added to the result; null for 0. Default null. */
  bias?: Tensor | null;
}

/** Those that are given. */
export function presentOf(tensors: readonly (Tensor | null)[]): Tensor[] {
  return tensors.filter((x) => x !== null);
}

/** Checks dtypes, and shapes by `mismatch`, which gives the sentence for a wrong one. */
export function checkAffine(
  who: string,
  x: Tensor,
  vectors: { readonly [name: string]: Tensor | null },
  mismatch: (name: string, given: Tensor) => string | null,
): void {
  if (!isFloat(x.dtype)) throw new DtypeError(`"${who}" not implemented for '${x.dtype}'`);
  for (const [name, given] of Object.entries(vectors)) {
    if (given === null) continue;
    const sentence = mismatch(name, checkTensor(who, name, given));
    if (sentence !== null) throw new ShapeError(sentence);
    if (given.dtype !== x.dtype) {
      throw new DtypeError(`${who}: ${name} must be of the input's dtype ${x.dtype}, got ${given.dtype}`);
    }
  }
}

/**
 * With g = dy weight: dx = rstd (g - mean(g) - xhat mean(g xhat)), or rstd g if the statistics do not depend on x.
 *
 * @param weight broadcasts to x
 * @param dims over which the statistics are taken
 * @param fixed statistics that do not depend on x
 * @param centred whether the mean is subtracted
 */
export function normGradient(
  dy: Tensor,
  x: Tensor,
  weight: Tensor | null,
  dims: readonly number[],
  eps: number,
  fixed: { readonly mean: Tensor; readonly variance: Tensor } | null,
  centred = true,
): { dx: Tensor; xhat: Tensor } {
  const over = (values: Tensor) => mean(values, dims, { keepdim: true });
  const deviation = fixed !== null ? sub(x, fixed.mean) : centred ? sub(x, over(x)) : x;
  const rstd = rsqrt(add(fixed?.variance ?? over(square(deviation)), eps));
  const xhat = mul(deviation, rstd);
  const g = weight === null ? dy : mul(dy, weight);
  if (fixed !== null) return { dx: mul(g, rstd), xhat };
  const rest = sub(centred ? sub(g, over(g)) : g, mul(xhat, over(mul(g, xhat))));
  return { dx: mul(rest, rstd), xhat };
}
