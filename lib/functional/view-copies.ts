// Copies of views: what a view shows, in memory of its own.
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { clone } from './copies.ts';
import { splitWithSizes } from './rearrange.ts';
import { asStrided, windows } from './strided.ts';
import {
  diagonal,
  expand,
  permute,
  select,
  slice,
  split,
  squeeze,
  t,
  transpose,
  unbind,
  unsqueeze,
  view,
} from './views.ts';

// biome-ignore lint/suspicious/noExplicitAny: the copy takes what the view takes
function copying<F extends (...args: any[]) => Tensor | Tensor[]>(of: F): F {
  const copy = (...args: Parameters<F>): Tensor | Tensor[] => {
    const shown = of(...args);
    return Array.isArray(shown) ? shown.map(clone) : clone(shown);
  };
  return copy as F;
}

/**
 * A copy of the tensor itself. @source torch.alias_copy
 * @example aliasCopy(tensor([1.5, 2])); // tensor([1.5000, 2.0000])
 */
export const aliasCopy: (x: Tensor) => Tensor = copying((x) => x);

/**
 * A copy of `asStrided`. @source torch.as_strided_copy
 * @example asStridedCopy(arange(5), [2, 2], [2, 1]); // tensor([[0, 1], [2, 3]])
 */
export const asStridedCopy: typeof asStrided = copying(asStrided);

/**
 * A copy without a graph, as of `detach`. @source torch.detach_copy
 * @example detachCopy(ones(2, { requiresGrad: true })).requiresGrad; // false
 */
export const detachCopy: (x: Tensor) => Tensor = copying((x) => checkTensor('detachCopy', 'input', x).detach());

/**
 * A copy of `diagonal`. @source torch.diagonal_copy
 * @example diagonalCopy(tensor([[1, 2], [3, 4]])); // tensor([1, 4])
 */
export const diagonalCopy: typeof diagonal = copying(diagonal);

/**
 * A copy of `expand`. @source torch.expand_copy
 * @example expandCopy(tensor([1, 2]), 2, 2); // tensor([[1, 2], [1, 2]])
 */
export const expandCopy: typeof expand = copying(expand);

/**
 * A copy of `permute`. @source torch.permute_copy
 * @example permuteCopy(tensor([[1, 2], [3, 4]]), 1, 0); // tensor([[1, 3], [2, 4]])
 */
export const permuteCopy: typeof permute = copying(permute);

/**
 * A copy of `select`. @source torch.select_copy
 * @example selectCopy(tensor([[1, 2], [3, 4]]), 0, 1); // tensor([3, 4])
 */
export const selectCopy: typeof select = copying(select);

/**
 * A copy of a slice of one dimension: `dim`, `start`, `end`, `step`. @source torch.slice_copy
 * @example sliceCopy(arange(5), 0, 1, 4, 2); // tensor([1, 3])
 */
export const sliceCopy: typeof slice = copying(slice);

/**
 * A copy of `split`. @source torch.split_copy
 * @example splitCopy(arange(3), 2); // [tensor([0, 1]), tensor([2])]
 */
export const splitCopy: typeof split = copying(split);

/**
 * A copy of `splitWithSizes`. @source torch.split_with_sizes_copy
 * @example splitWithSizesCopy(arange(3), [1, 2]); // [tensor([0]), tensor([1, 2])]
 */
export const splitWithSizesCopy: typeof splitWithSizes = copying(splitWithSizes);

/**
 * A copy of `squeeze`. @source torch.squeeze_copy
 * @example squeezeCopy(tensor([[1, 2]])); // tensor([1, 2])
 */
export const squeezeCopy: typeof squeeze = copying(squeeze);

/**
 * A copy of `t`. @source torch.t_copy
 * @example tCopy(tensor([[1, 2], [3, 4]])); // tensor([[1, 3], [2, 4]])
 */
export const tCopy: typeof t = copying(t);

/**
 * A copy of `transpose`. @source torch.transpose_copy
 * @example transposeCopy(tensor([[1, 2], [3, 4]]), 0, 1); // tensor([[1, 3], [2, 4]])
 */
export const transposeCopy: typeof transpose = copying(transpose);

/**
 * A copy of `unbind`. @source torch.unbind_copy
 * @example unbindCopy(tensor([[1, 2], [3, 4]])); // [tensor([1, 2]), tensor([3, 4])]
 */
export const unbindCopy: typeof unbind = copying(unbind);

/**
 * A copy of `Tensor.unfold`: windows of `size` elements of a dimension, `step` apart. @source torch.unfold_copy
 * @example unfoldCopy(arange(4), 0, 2, 1); // tensor([[0, 1], [1, 2], [2, 3]])
 */
export const unfoldCopy: typeof windows = copying(windows);

/**
 * A copy of `unsqueeze`. @source torch.unsqueeze_copy
 * @example unsqueezeCopy(tensor([1, 2]), 0); // tensor([[1, 2]])
 */
export const unsqueezeCopy: typeof unsqueeze = copying(unsqueeze);

/**
 * A copy of `view`. @source torch.view_copy
 * @example viewCopy(arange(4), 2, 2); // tensor([[0, 1], [2, 3]])
 */
export const viewCopy: typeof view = copying(view);
