// Datasets for workers, as a user would write them.
import { data, rand, type Tensor, tensor } from 'flambeau';

/** Element i is i, the worker that read it and a random number. */
export default class Numbers implements data.Dataset<{ i: Tensor; worker: number; drawn: Tensor }> {
  readonly length: number;
  constructor(length: number) {
    this.length = length;
  }
  getItem(index: number) {
    return { i: tensor(index), worker: data.getWorkerInfo()?.id ?? -1, drawn: rand(1) };
  }
}

/** Numbers below n, each worker its share. */
export class Shares extends data.IterableDataset<Tensor> {
  readonly n: number;
  constructor(n: number) {
    super();
    this.n = n;
  }
  override *[Symbol.iterator](): IterableIterator<Tensor> {
    const { id, numWorkers } = data.getWorkerInfo() ?? { id: 0, numWorkers: 1 };
    for (let i = id; i < this.n; i += numWorkers) yield tensor(i);
  }
}

/** As Shares, with a random number in place of the worker. */
export class Drawing extends Shares {
  override *[Symbol.iterator](): IterableIterator<never> {
    for (const i of super[Symbol.iterator]()) yield { i, worker: 0, drawn: rand(1) } as never;
  }
}

/** Streams of different lengths. */
export class Uneven extends data.IterableDataset<Tensor> {
  override *[Symbol.iterator](): IterableIterator<Tensor> {
    const id = data.getWorkerInfo()?.id ?? 0;
    for (let i = 0; i < ([1, 5, 2][id] ?? 0); i++) yield tensor(10 * id + i);
  }
}

/** Something goes wrong at one element. */
export function faulty(length: number, at: number, how: 'throw' | 'reject' | 'hang' | 'exit' | 'stray' | 'function') {
  return {
    length,
    getItem(index: number): unknown {
      if (index !== at || data.getWorkerInfo() === null) return index;
      if (how === 'throw') throw new RangeError(`element ${index} is broken`);
      if (how === 'reject') return Promise.reject(new RangeError(`element ${index} is broken`));
      if (how === 'exit') process.exit(3);
      if (how === 'stray') {
        void Promise.reject(new RangeError('nobody listens'));
        return new Promise(() => undefined);
      }
      if (how === 'function') return Symbol('no copy');
      while (true);
    },
  };
}

/** Adds the worker's number and the first random number, to be seen in batches. */
let note: readonly [number, number] = [-1, 0];
export function init(worker: number): void {
  note = [worker, Number(rand(1).item())];
}

export function collate(elements: { i: Tensor }[]) {
  return { i: elements.map(({ i }) => Number(i.item())), note };
}

export const constant = 3;

export const rows = (path: string) => new data.CSVDataset(path);
