// Datasets made of datasets: side by side, one after the other, parts of one.
import { ArgumentTypeError, checkList, checkOptions, describe, IndexError, ValueError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { type Generator, randperm } from '../tensor/random.ts';
import { warn } from '../warn.ts';
import {
  batchReaderOf,
  checkIndex,
  type Dataset,
  elementOf,
  type Indexed,
  IterableDataset,
  isIndexed,
} from './dataset.ts';

type ElementOf<D> = D extends Indexed<infer T> ? T : never;
type Row<D> = { [K in keyof D]: ElementOf<D[K]> };

/**
 * Elements of several datasets side by side: `new StackDataset(images, labels)` gives arrays,
 * `new StackDataset({ images, labels })` objects.
 *
 * @throws ValueError if there are none, or if their lengths differ
 * @source torch.utils.data.StackDataset
 * @example
 * const [images, labels] = [new data.TensorDataset(zeros(3, 2)), new data.TensorDataset(arange(3))];
 * new data.StackDataset({ images, labels }).getItem(2); // {images: [tensor([0., 0.])], labels: [tensor(2)]}
 */
export class StackDataset<D extends readonly Indexed<unknown>[] | [Readonly<Record<string, Indexed<unknown>>>]>
  implements Dataset<D extends readonly Indexed<unknown>[] ? Row<D> : Row<D[0]>>
{
  readonly datasets: readonly Indexed<unknown>[];
  readonly #names: readonly string[] | null;

  constructor(...datasets: D) {
    const [first] = datasets as readonly unknown[];
    const named = datasets.length === 1 && isPlainObject(first) && !isIndexed(first);
    const record = (named ? first : {}) as Record<string, Indexed<unknown>>;
    this.#names = named ? Object.keys(record) : null;
    this.datasets = named ? Object.values(record) : (datasets as readonly Indexed<unknown>[]);
    if (this.datasets.length === 0) throw new ValueError('At least one dataset should be passed');
    for (const dataset of this.datasets) checkDataset('StackDataset', dataset);
    if (this.datasets.some(({ length }) => length !== this.length)) {
      throw new ValueError('Size mismatch between datasets');
    }
  }

  get length(): number {
    return this.datasets[0]?.length ?? 0;
  }

  getItem(index: number) {
    const at = checkIndex('StackDataset', index, this.length);
    const items = this.datasets.map((dataset) => elementOf(dataset, at));
    const names = this.#names;
    const shape = (values: readonly unknown[]) =>
      (names === null ? values : Object.fromEntries(names.map((name, i) => [name, values[i]]))) as never;
    return items.some((item) => item instanceof Promise) ? (Promise.all(items).then(shape) as never) : shape(items);
  }
}

function checkDataset(who: string, dataset: unknown): void {
  if (isIndexed(dataset)) return;
  throw new ArgumentTypeError(
    `${who}: expected an array or a dataset with length and getItem, got ${describe(dataset)}`,
  );
}

/**
 * Several datasets one after the other.
 *
 * @throws ValueError if there are none
 * @source torch.utils.data.ConcatDataset
 * @example
 * new data.ConcatDataset([new data.TensorDataset(arange(3)), new data.TensorDataset(arange(2))]).length;
 * // 5
 */
export class ConcatDataset<T> implements Dataset<T> {
  readonly datasets: readonly Indexed<T>[];
  /** Where each dataset ends. */
  readonly cumulativeSizes: readonly number[];

  constructor(datasets: Iterable<Indexed<T>>) {
    this.datasets = checkList('ConcatDataset', 'datasets', datasets);
    if (this.datasets.length === 0) throw new ValueError('datasets should not be an empty iterable');
    for (const dataset of this.datasets) checkDataset('ConcatDataset', dataset);
    let end = 0;
    this.cumulativeSizes = this.datasets.map(({ length }) => {
      end += length;
      return end;
    });
  }

  get length(): number {
    return this.cumulativeSizes.at(-1) ?? 0;
  }

  getItem(index: number): T | Promise<T> {
    if (-index > this.length) throw new IndexError('absolute value of index should not exceed dataset length');
    const at = checkIndex('ConcatDataset', index, this.length);
    const which = this.cumulativeSizes.findIndex((end) => at < end);
    return elementOf(this.datasets[which] as Indexed<T>, at - (this.cumulativeSizes[which - 1] ?? 0));
  }
}

/**
 * Several streams one after the other. @source torch.utils.data.ChainDataset
 * @example
 * const dataset = new data.ChainDataset([[1, 2], [3]]);
 * [...new data.DataLoader(dataset, { batchSize: null })]; // [1, 2, 3]
 */
export class ChainDataset<T> extends IterableDataset<T> {
  readonly datasets: readonly Iterable<T>[];

  constructor(datasets: Iterable<Iterable<T>>) {
    super();
    this.datasets = checkList('ChainDataset', 'datasets', datasets);
  }

  override *[Symbol.iterator](): IterableIterator<T> {
    for (const dataset of this.datasets) yield* dataset;
  }
}

/**
 * The elements of a dataset at the given positions. @source torch.utils.data.Subset
 * @example new data.Subset(new data.TensorDataset(tensor([10, 20, 30])), [2, 0]).getItem(0); // [tensor(30)]
 */
export class Subset<T> implements Dataset<T> {
  readonly dataset: Indexed<T>;
  readonly indices: readonly number[];

  constructor(dataset: Indexed<T>, indices: readonly number[]) {
    checkDataset('Subset', dataset);
    this.dataset = dataset;
    this.indices = indices;
  }

  get length(): number {
    return this.indices.length;
  }

  getItem(index: number): T | Promise<T> {
    return elementOf(this.dataset, this.indices[checkIndex('Subset', index, this.length)] ?? 0);
  }

  /** As the dataset's own, where it has one. */
  get getBatch(): ((indices: readonly number[]) => unknown) | undefined {
    const read = batchReaderOf(this.dataset);
    if (read === undefined) return undefined;
    return (indices) => read(indices.map((index) => this.indices[checkIndex('Subset', index, this.length)] ?? 0));
  }
}

/**
 * Splits a dataset at random into parts of the given lengths, or fractions that add up to 1.
 *
 * @throws ValueError if lengths do not add up to the dataset's
 * @source torch.utils.data.random_split
 * @example data.randomSplit(['a', 'b', 'c', 'd', 'e'], [0.8, 0.2]).map(({ length }) => length); // [4, 1]
 */
export function randomSplit<T>(
  dataset: Indexed<T>,
  lengths: readonly number[],
  options: { generator?: Generator | null } = {},
): Subset<T>[] {
  checkOptions('randomSplit', options, ['generator']);
  checkDataset('randomSplit', dataset);
  const sizes = sizesOf(checkList('randomSplit', 'lengths', lengths), dataset.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== dataset.length) {
    throw new ValueError('Sum of input lengths does not equal the length of the input dataset!');
  }
  const order = randperm(total, { generator: options.generator }).tolist() as number[];
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return new Subset(dataset, order.slice(start - size, start));
  });
}

function sizesOf(lengths: readonly number[], n: number): number[] {
  const sum = lengths.reduce((all, length) => all + length, 0);
  // As PyTorch decides: what adds up to about 1, and not to more, is fractions.
  if (!(Math.abs(sum - 1) <= 1e-9 && sum <= 1)) return [...lengths];
  const sizes = lengths.map((fraction, i) => {
    if (fraction < 0 || fraction > 1) throw new ValueError(`Fraction at index ${i} is not between 0 and 1`);
    return Math.floor(n * fraction);
  });
  // What rounding left over goes to the first parts, one each.
  let rest = n - sizes.reduce((all, size) => all + size, 0);
  for (let i = 0; rest > 0; i = (i + 1) % sizes.length, rest--) sizes[i] = (sizes[i] ?? 0) + 1;
  sizes.forEach((size, i) => {
    if (size > 0) return;
    warn(`Length of split at index ${i} is 0. This might result in an empty dataset.`);
  });
  return sizes;
}
