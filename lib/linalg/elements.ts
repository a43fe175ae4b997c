// What factorizations without a kernel work on: matrices of a batch, element by element in double precision.
import { contiguous } from '../functional/copies.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';

/** A matrix of a batch, row after row, to be overwritten. */
export interface Elements {
  readonly a: Float64Array;
  readonly m: number;
  readonly n: number;
}

/** The matrices of a batch after `run` has overwritten each, in the dtype of `x`. */
export function rewritten(x: Tensor, run: (matrix: Elements, index: number) => void): Tensor {
  const [m, n] = [x.size(-2), x.size(-1)];
  const all = Float64Array.from(elementsOf(contiguous(x.detach())) as ArrayLike<number>, Number);
  for (let i = 0; i < numelOf(sizesFrom(x.shape, 0, -2)); i++)
    run({ a: all.subarray(i * m * n, (i + 1) * m * n), m, n }, i);
  return fromTypedArray(all, x.shape, 'float64').to(x.dtype);
}

/** Exchanges two rows, from column `first` on. */
export function exchangeRows({ a, n }: Elements, i: number, j: number, first = 0): void {
  for (let k = first; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k] ?? 0, a[i * n + k] ?? 0];
}

/** Adds `factor` times row `from` to row `to`, from column `first` on. */
export function addRow({ a, n }: Elements, to: number, from: number, factor: number, first = 0): void {
  for (let k = first; k < n; k++) a[to * n + k] = (a[to * n + k] ?? 0) + factor * (a[from * n + k] ?? 0);
}
