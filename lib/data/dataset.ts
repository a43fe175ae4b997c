// Datasets: collections whose elements can be read by number.
import { ArgumentTypeError, IndexError, ShapeError } from '../errors.ts';
import { indexSelect } from '../functional/indexing.ts';
import { select } from '../functional/views.ts';
import { tensor } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';

/** A collection whose elements can be read by number. @source torch.utils.data.Dataset */
export interface Dataset<T> {
  readonly length: number;
  /** Element `index`, 0 to length - 1. */
  getItem(index: number): T;
  /** Several elements, already joined to a batch: spares the loader reading them one by one. */
  getBatch?(indices: readonly number[]): unknown;
}

/** Rows of tensors that have the same first size. @source torch.utils.data.TensorDataset */
export class TensorDataset implements Dataset<Tensor[]> {
  readonly tensors: readonly Tensor[];

  /** @throws ShapeError if the first sizes differ */
  constructor(...tensors: Tensor[]) {
    if (tensors.length === 0) throw new ArgumentTypeError('TensorDataset: expected at least one tensor');
    for (const x of tensors) {
      if (checkTensor('TensorDataset', 'tensors', x).ndim === 0 || x.size(0) !== tensors[0]?.size(0)) {
        throw new ShapeError(
          `Size mismatch between tensors: first sizes are ${tensors.map((t) => t.shape[0]).join(', ')}`,
        );
      }
    }
    this.tensors = tensors;
  }

  get length(): number {
    return this.tensors[0]?.size(0) ?? 0;
  }

  getItem(index: number): Tensor[] {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new IndexError(`TensorDataset: index ${index} is out of range 0 to ${this.length - 1}`);
    }
    return this.tensors.map((x) => select(x, 0, index));
  }

  getBatch(indices: readonly number[]): Tensor[] {
    const rows = tensor([...indices], { dtype: 'int64' });
    return this.tensors.map((x) => indexSelect(x, 0, rows));
  }
}
