// Joining tensors: cat and stack, and triangles of matrices.
import { nameNode, record } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { type Dim, wrapDim } from '../tensor/shape.ts';
import { checkTensors, emptyOf, stridesOf, type Tensor, viewOf } from '../tensor/tensor.ts';
import { cast } from './copies.ts';
import { copyElements, resultType } from './elementwise.ts';
import { narrow, reshape, unsqueeze } from './views.ts';

/**
 * Tensors one after another along dimension `dim`; all other sizes must agree.
 *
 * @throws ShapeError with the sizes that differ
 * @source torch.cat
 * @example
 * cat([tensor([[1, 2]]), tensor([[3, 4]])]); // tensor([[1, 2], [3, 4]])
 * cat([tensor([[1, 2]]), tensor([[3, 4]])], 1); // tensor([[1, 2, 3, 4]])
 */
export function cat(tensors: readonly Tensor[], dim: Dim = 0): Tensor {
  const list = checkTensors('cat', tensors);
  // Empty one-dimensional tensors are skipped, as they always were.
  const isSkipped = (x: Tensor) => x.ndim === 1 && x.numel() === 0;
  const parts = list.filter((x) => !isSkipped(x));
  const first = parts[0] ?? list[0];
  if (first === undefined) return emptyOf([0], 'float32');
  if (first.ndim === 0) throw new ShapeError('zero-dimensional tensor (at position 0) cannot be concatenated');
  const d = parts.length === 0 ? 0 : wrapDim(dim, first.ndim);
  parts.forEach((x, i) => {
    if (x.ndim !== first.ndim) {
      throw new ShapeError(`Tensors must have same number of dimensions: got ${first.ndim} and ${x.ndim}`);
    }
    x.shape.forEach((size, k) => {
      if (k === d || size === first.shape[k]) return;
      throw new ShapeError(
        `Sizes of tensors must match except in dimension ${d}. Expected size ${first.shape[k]} but got size ${size} for tensor number ${i} in the list.`,
      );
    });
  });
  const dtype = resultType(list);
  const inputs = list.map((x) => (x.dtype === dtype ? x : cast(x, dtype)));
  const skipped = inputs.map(isSkipped);
  const sizes = inputs.map((x, i) => (skipped[i] ? 0 : (x.shape[d] ?? 0)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const y = emptyOf(
    first.shape.map((size, k) => (k === d ? total : size)),
    dtype,
  );
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  inputs.forEach((x, i) => {
    if (skipped[i]) return;
    copyElements(x, viewOf(y, x.shape, stridesOf(y), (starts[i] ?? 0) * (stridesOf(y)[d] ?? 1)));
  });
  if (!isFloat(dtype)) return y;
  return record('cat', inputs, y, [], (g, _saved, needs) =>
    sizes.map((size, i) => {
      if (!needs[i]) return null;
      const part = narrow(g, d, starts[i] ?? 0, size);
      return skipped[i] ? reshape(part, [0]) : part;
    }),
  );
}

/**
 * Tensors of one shape, as the elements of a new dimension `dim`. @source torch.stack
 * @example stack([tensor([1, 2]), tensor([3, 4])]); // tensor([[1, 2], [3, 4]])
 */
export function stack(tensors: readonly Tensor[], dim: Dim = 0): Tensor {
  const list = checkTensors('stack', tensors);
  const [first] = list;
  const d = wrapDim(dim, (first?.ndim ?? 0) + 1);
  list.forEach((x, i) => {
    if (first === undefined || x.shape.join() === first.shape.join()) return;
    throw new ShapeError(
      `stack expects each tensor to be equal size, but got [${first.shape.join(', ')}] at entry 0 and [${x.shape.join(', ')}] at entry ${i}`,
    );
  });
  const parts = list.map((x) => unsqueeze(x, d));
  return nameNode('stack', cat(parts, d));
}
