// The error function and its inverse on plain values, for nn.init.truncNormal_.
import { erf } from '../functional/unary.ts';
import { elementsOf, fromTypedArray } from '../tensor/tensor.ts';

/** erf(x) of each value. */
export function erfOf(x: Float64Array): Float64Array {
  return elementsOf(erf(fromTypedArray(x, [x.length], 'float64'))) as Float64Array;
}

// Numerator and denominator of the first guess, lowest power first.
const centre = [
  [0.886226899, -1.645349621, 0.914624893, -0.140543331],
  [1, -2.118377725, 1.442710462, -0.329097515, 0.012229801],
] as const;
const tail = [
  [-1.970840454, -1.624906493, 3.429567803, 1.641345311],
  [1, 3.5438892, 1.6370678],
] as const;

/**
 * x with erf(x) = y, for y in [-1, 1]: a rational guess and two steps of Newton's method, which leave a few units in the
 * last place of float64.
 * @source Pavlis 1996, the erfinv of MATLAB 2.0, as torch.erfinv
 */
export function erfinv(y: Float64Array): Float64Array {
  const x = y.map(guess);
  for (let step = 0; step < 2; step++) {
    const errors = erfOf(x);
    x.forEach((value, i) => {
      const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-value * value);
      if (Number.isFinite(value)) x[i] = value - ((errors[i] ?? 0) - (y[i] ?? 0)) / slope;
    });
  }
  return x;
}

function guess(y: number): number {
  const size = Math.abs(y);
  if (size === 1) return y * Number.POSITIVE_INFINITY;
  if (size <= 0.7) return (y * polynomial(centre[0], y * y)) / polynomial(centre[1], y * y);
  const z = Math.sqrt(-Math.log((1 - size) / 2));
  return (Math.sign(y) * polynomial(tail[0], z)) / polynomial(tail[1], z);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
