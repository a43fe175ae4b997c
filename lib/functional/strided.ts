// Views that see an element several times: any strides, and overlapping windows.
import { recordView } from '../autograd/record.ts';
import { ShapeError } from '../errors.ts';
import { arange, fillElements } from '../tensor/create.ts';
import { checkIntegers, checkShape, numelOf, type Shape, wrapDim } from '../tensor/shape.ts';
import { checkTensor, emptyOf, fromTypedArray, stridesOf, type Tensor, viewOf } from '../tensor/tensor.ts';
import { argumentOrOption, integer } from './arguments.ts';
import { indexAdd } from './scatter.ts';
import { movedim, narrow, reshape } from './views.ts';

/**
 * A view of any geometry over the storage of `x`. Its gradient adds what the same element got in several places.
 *
 * @param storageOffset in elements; default that of x
 * @throws ShapeError if the view would leave the storage
 * @source torch.as_strided
 * @example asStrided(arange(6), [2, 2], [3, 1]); // tensor([[0, 1], [3, 4]])
 */
export function asStrided(
  x: Tensor,
  size: readonly number[],
  stride: readonly number[],
  storageOffset: number | { storageOffset?: number | null } | null = null,
): Tensor {
  checkTensor('asStrided', 'input', x);
  const given = argumentOrOption<'storageOffset', number>('asStrided', 'storageOffset', storageOffset);
  const [offset = 0] = checkIntegers('asStrided', 'storageOffset', [given ?? x.offset]);
  const shape = checkShape('asStrided', size);
  const strides = checkShape('asStrided', stride);
  if (shape.length !== strides.length) {
    throw new ShapeError(`mismatch in length of strides and shape`);
  }
  const last = shape.reduce((sum, n, d) => sum + (n - 1) * (strides[d] ?? 0), offset);
  const available = Math.floor(x.storage.bytes / x.elementSize());
  if (numelOf(shape) > 0 && (offset < 0 || last >= available)) {
    throw new ShapeError(
      `setStorage: sizes [${shape.join(', ')}], strides [${strides.join(', ')}], storage offset ${offset} are out of bounds for storage of ${available} elements`,
    );
  }
  const y = viewOf(x, shape, strides, offset);
  const from = x;
  return recordView(
    'asStrided',
    x,
    y,
    (b) => asStrided(b, shape, strides, b.offset + offset - from.offset),
    (g) => [reshape(repeated(g, from.shape, placesOf(from, shape, strides, offset)), [...from.shape])],
  );
}

// For each element of a strided view its flat place in the contiguous order of x.
function placesOf(x: Tensor, shape: Shape, strides: Shape, offset: number): Tensor {
  const own = fillElements(emptyOf([x.numel()], 'int64'), 0);
  const place = new Map<number, number>();
  const steps = stridesOf(x);
  const flat = indicesOf(x.shape);
  flat.forEach((index, i) => {
    place.set(
      index.reduce((sum, k, d) => sum + k * (steps[d] ?? 0), x.offset),
      i,
    );
  });
  const found = indicesOf(shape).map((index) => {
    const at = index.reduce((sum, k, d) => sum + k * (strides[d] ?? 0), offset);
    return BigInt(place.get(at) ?? 0);
  });
  return found.length === 0 ? narrow(own, 0, 0, 0) : fromTypedArray(BigInt64Array.from(found), [found.length], 'int64');
}

function indicesOf(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (list, n) => list.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );
}

function repeated(g: Tensor, shape: Shape, places: Tensor): Tensor {
  return indexAdd(fillElements(emptyOf([numelOf(shape)], g.dtype), 0), 0, places, reshape(g, [-1]));
}

/**
 * All windows of `size` elements along `dimension`, `step` apart, as a last dimension; a view.
 *
 * @source torch.Tensor.unfold
 */
export function windows(x: Tensor, dimension: number, size: number, step: number): Tensor {
  checkTensor('unfold', 'input', x);
  integer('unfold', 'size', size);
  integer('unfold', 'step', step);
  const d = wrapDim(dimension, x.ndim);
  const n = x.ndim === 0 ? 1 : (x.shape[d] ?? 1);
  if (size < 0) throw new ShapeError(`size is ${size} but must be >= 0`);
  if (size > n) {
    throw new ShapeError(`maximum size for tensor at dimension ${d} is ${n} but size is ${size}`);
  }
  if (!(step > 0)) throw new ShapeError(`step is ${step} but must be > 0`);
  const count = Math.floor((n - size) / step) + 1;
  const stride = x.ndim === 0 ? 1 : (stridesOf(x)[d] ?? 1);
  const shape = [...x.shape.map((length, k) => (k === d ? count : length)), size];
  const strides = [...stridesOf(x).map((s, k) => (k === d ? s * step : s)), stride];
  const y = viewOf(x, shape, strides, x.offset);
  const from = x.shape;
  return recordView(
    'unfold',
    x,
    y,
    (b) => windows(b, d, size, step),
    (g) => {
      const places = arange(count).mul(step).unsqueeze(1).add(arange(size)).reshape(-1);
      const moved = x.ndim === 0 ? reshape(g, [-1]) : movedim(movedim(g, d, -2).flatten(-2), -1, d);
      const zeros = fillElements(emptyOf(from.length === 0 ? [1] : from, g.dtype), 0);
      return [reshape(indexAdd(zeros, d, places, moved), [...from])];
    },
  );
}
