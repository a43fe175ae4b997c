// Datasets: collections whose elements can be read by number, and streams.
import { ArgumentTypeError, IndexError, NotImplementedError, ShapeError } from '../errors.ts';
import { indexSelect } from '../functional/indexing.ts';
import { select } from '../functional/views.ts';
import { tensor } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';

/** A collection whose elements can be read by number. @source torch.utils.data.Dataset */
export interface Dataset<T> {
  readonly length: number;
  /** Element `index`, 0 to length - 1, or a promise of it: then the loader has to be read with `for await`. */
  getItem(index: number): T | Promise<T>;
  /** Several elements, already joined to a batch: spares the loader reading them one by one. */
  getBatch?: ((indices: readonly number[]) => unknown) | undefined;
}

/** What elements can be read from by number: a dataset, an array or a typed array. */
export type Indexed<T> = Dataset<T> | ArrayLike<T>;

/** Whether the elements have numbers. */
export function isIndexed<T>(source: unknown): source is Indexed<T> {
  if (Array.isArray(source) || (ArrayBuffer.isView(source) && !(source instanceof DataView))) return true;
  return typeof (source as Dataset<T> | null | undefined)?.getItem === 'function';
}

/** Element `index` of a dataset or an array. */
export function elementOf<T>(dataset: Indexed<T>, index: number): T | Promise<T> {
  return 'getItem' in dataset ? dataset.getItem(index) : (dataset[index] as T);
}

/** What reads several elements of a dataset at once, where it can. */
export function batchReaderOf(dataset: Indexed<unknown>): ((indices: readonly number[]) => unknown) | undefined {
  return 'getBatch' in dataset ? dataset.getBatch?.bind(dataset) : undefined;
}

/**
 * A stream of elements; a subclass has `[Symbol.iterator]` or `[Symbol.asyncIterator]`, and `length` if it is known.
 *
 * @source torch.utils.data.IterableDataset
 * @example
 * class Count extends data.IterableDataset<number> {
 *   override *[Symbol.iterator]() {
 *     for (let i = 0; i < 3; i++) yield i;
 *   }
 * }
 * [...new data.DataLoader(new Count(), { batchSize: 2 })]; // [tensor([0, 1]), tensor([2])]
 */
export abstract class IterableDataset<T> {
  declare readonly length?: number;
  [Symbol.iterator](): Iterator<T> {
    throw new NotImplementedError(`${this.constructor.name} has no [Symbol.iterator]`);
  }
}

/** A position in a collection, counted from the end if negative. @throws IndexError that names the collection */
export function checkIndex(who: string, index: number, length: number): number {
  const at = index < 0 ? length + index : index;
  if (Number.isInteger(at) && at >= 0 && at < length) return at;
  throw new IndexError(`${who}: index ${index} is out of range 0 to ${length - 1}`);
}

/**
 * Rows of tensors that have the same first size. @source torch.utils.data.TensorDataset
 * @example
 * new data.TensorDataset(tensor([[1, 2], [3, 4]]), tensor([0, 1])).getItem(1);
 * // [tensor([3, 4]), tensor(1)]
 */
export class TensorDataset implements Dataset<Tensor[]> {
  readonly tensors: readonly Tensor[];

  /** @throws ShapeError if the first sizes differ */
  constructor(...tensors: Tensor[]) {
    if (tensors.length === 0) throw new ArgumentTypeError('TensorDataset: expected at least one tensor');
    for (const x of tensors) checkTensor('TensorDataset', 'tensors', x);
    for (const x of tensors) {
      if (x.ndim === 0 || x.size(0) !== tensors[0]?.size(0)) {
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
    const at = checkIndex('TensorDataset', index, this.length);
    return this.tensors.map((x) => select(x, 0, at));
  }

  getBatch(indices: readonly number[]): Tensor[] {
    const rows = tensor([...indices], { dtype: 'int64' });
    return this.tensors.map((x) => indexSelect(x, 0, rows));
  }
}
