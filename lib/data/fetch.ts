// Reads the elements of one batch and joins them; the same in a worker as without.
import { ArgumentTypeError } from '../errors.ts';
import { defaultCollate, defaultConvert } from './collate.ts';
import { batchReaderOf, elementOf, type Indexed } from './dataset.ts';

/** What joins elements; null for the default. */
export type Collate = ((elements: never) => unknown) | null;

/** A batch of the elements at the given positions, or one element; a promise of it where the dataset gives promises. */
export function fetchBatch(dataset: Indexed<unknown>, order: number | readonly number[], collate: Collate): unknown {
  if (typeof order === 'number') {
    const element = elementOf(dataset, order);
    return element instanceof Promise ? element.then((value) => convert(value, collate)) : convert(element, collate);
  }
  const read = collate === null ? batchReaderOf(dataset) : undefined;
  if (read !== undefined) return read(order);
  const elements = order.map((index) => elementOf(dataset, index));
  if (!elements.some((element) => element instanceof Promise)) return join(elements, collate);
  return Promise.all(elements).then((all) => join(all, collate));
}

/** Elements as a batch. */
export function join(elements: readonly unknown[], collate: Collate): unknown {
  return collate === null ? defaultCollate(elements) : collate(elements as never);
}

/** One element that is not part of a batch. */
export function convert(element: unknown, collate: Collate): unknown {
  return collate === null ? defaultConvert(element) : collate(element as never);
}

/** Reads batches of a stream, one after the other. */
export class StreamReader {
  readonly #elements: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #size: number | null;
  readonly #dropLast: boolean;
  readonly #collate: Collate;
  #ended = false;

  constructor(stream: object, size: number | null, dropLast: boolean, collate: Collate) {
    if (Symbol.asyncIterator in stream) this.#elements = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    else if (Symbol.iterator in stream) this.#elements = (stream as Iterable<unknown>)[Symbol.iterator]();
    else throw new ArgumentTypeError('DataLoader: the dataset in the worker has neither getItem nor an iterator');
    this.#size = size;
    this.#dropLast = dropLast;
    this.#collate = collate;
  }

  /** The elements of the next batch; null at the end. */
  async next(): Promise<{ readonly elements: readonly unknown[] } | null> {
    const elements: unknown[] = [];
    const size = this.#size ?? 1;
    while (elements.length < size && !this.#ended) {
      const next = await this.#elements.next();
      if (next.done === true) this.#ended = true;
      else elements.push(next.value);
    }
    if (elements.length === 0 || (elements.length < size && this.#dropLast)) return null;
    return { elements };
  }

  /** A batch of elements that `next` gave. */
  join(elements: readonly unknown[]): unknown {
    return this.#size === null ? convert(elements[0], this.#collate) : join(elements, this.#collate);
  }
}
