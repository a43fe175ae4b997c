// Padding of images by what is in them, for convolutions whose padding is not zeros. @source torch.nn.functional.pad
import { ValueError } from '../errors.ts';
import { indexSelect } from '../functional/indexing.ts';
import { tensor } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Where padding comes from: mirrored at the edge, the edge itself, or the other end. */
export type SpatialPaddingMode = 'reflect' | 'replicate' | 'circular';

/** The element of a row of `size` that stands at position `i`, which may lie outside. */
const sources: { readonly [M in SpatialPaddingMode]: (i: number, size: number) => number } = {
  reflect: (i, size) => (i < 0 ? -i : i < size ? i : 2 * (size - 1) - i),
  replicate: (i, size) => Math.min(Math.max(i, 0), size - 1),
  circular: (i, size) => (i + size) % size,
};

/**
 * Pads the last dimensions.
 * @param x - `(..., H, W)`
 * @param sides - for each of the last dimensions, what is added before and behind
 * @throws ValueError when the padding reaches further than the mode can
 */
export function padSpatial(x: Tensor, sides: readonly (readonly [number, number])[], mode: SpatialPaddingMode): Tensor {
  let padded = x;
  sides.forEach(([before, behind], d) => {
    const dim = x.dim() - sides.length + d;
    const size = x.size(dim);
    checkReach(mode, Math.max(before, behind), size, x.shape);
    if (before === 0 && behind === 0) return;
    const rows = Array.from({ length: before + size + behind }, (_, i) => sources[mode](i - before, size));
    padded = indexSelect(padded, dim, tensor(rows, { dtype: 'int64' }));
  });
  return padded;
}

function checkReach(mode: SpatialPaddingMode, padding: number, size: number, shape: readonly number[]): void {
  if (mode === 'reflect' && padding >= size) {
    throw new ValueError(
      `Padding size should be less than the corresponding input dimension, but got: padding (${padding}) ` +
        `at dimension of size ${size} of input [${shape.join(', ')}]`,
    );
  }
  if (mode === 'circular' && padding > size) {
    throw new ValueError('Padding value causes wrapping around more than once.');
  }
}
