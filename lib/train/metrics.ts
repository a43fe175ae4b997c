// Metrics: small objects that are told what each batch gave and have one number to say about it.
import {
  ArgumentTypeError,
  checkFunction,
  checkOptions,
  checkState,
  describe,
  StateError,
  ValueError,
} from '../errors.ts';
import { topk } from '../functional/sorting.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What one batch gave. */
export interface Seen {
  readonly loss: number;
  /** What the module gave, detached; null where the step does not say. */
  readonly output: Tensor | null;
  readonly target: Tensor | null;
  /** Elements of the batch. */
  readonly size: number;
}

/** One number about the batches since `reset`. Its state is all it knows, so that a run goes on in the middle. */
export interface Metric {
  update(seen: Seen): void;
  /** NaN before the first batch. */
  value(): number;
  reset(): void;
  stateDict(): Map<string, unknown>;
  loadStateDict(dict: ReadonlyMap<string, unknown>): void;
}

/**
 * The mean over all elements of what `of` says about a batch.
 *
 * @example
 * const mean = new train.Mean(({ loss }) => loss);
 * mean.update({ loss: 1, output: null, target: null, size: 3 });
 * mean.update({ loss: 2, output: null, target: null, size: 1 });
 * mean.value(); // 1.25
 */
export class Mean implements Metric {
  readonly #of: (seen: Seen) => number;
  #sum = 0;
  #count = 0;

  constructor(of: (seen: Seen) => number) {
    if (typeof of !== 'function') throw new ArgumentTypeError(`Mean: expected a function, got ${describe(of)}`);
    this.#of = of;
  }

  update(seen: Seen): void {
    this.#sum += this.#of(seen) * seen.size;
    this.#count += seen.size;
  }

  value(): number {
    return this.#sum / this.#count;
  }

  reset(): void {
    this.#sum = 0;
    this.#count = 0;
  }

  stateDict(): Map<string, unknown> {
    return new Map([
      ['sum', this.#sum],
      ['count', this.#count],
    ]);
  }

  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const state = checkState('Mean', dict);
    const [sum, count] = [state.get('sum'), state.get('count')];
    if (typeof sum !== 'number' || typeof count !== 'number') throw new StateError('Mean: expected sum and count');
    this.#sum = sum;
    this.#count = count;
  }
}

/**
 * The mean of the last `window` batches of what `of` says. Default: of the loss. @throws ValueError for `window` < 1
 * @example
 * const mean = new train.RunningMean(2);
 * for (const loss of [1, 2, 3]) mean.update({ loss, output: null, target: null, size: 1 });
 * mean.value(); // 2.5
 */
export class RunningMean implements Metric {
  readonly #of: (seen: Seen) => number;
  readonly #window: number;
  #last: number[] = [];

  constructor(window: number, of: (seen: Seen) => number = ({ loss }) => loss) {
    if (!Number.isInteger(window) || window < 1) {
      throw new ValueError(`RunningMean: window must be an integer of at least 1, got ${describe(window)}`);
    }
    this.#window = window;
    this.#of = checkFunction('RunningMean', 'of', of);
  }

  update(seen: Seen): void {
    this.#last.push(this.#of(seen));
    if (this.#last.length > this.#window) this.#last.shift();
  }

  value(): number {
    return this.#last.reduce((sum, value) => sum + value, 0) / this.#last.length;
  }

  reset(): void {
    this.#last = [];
  }

  stateDict(): Map<string, unknown> {
    return new Map([['last', [...this.#last]]]);
  }

  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const last = checkState('RunningMean', dict).get('last');
    if (!Array.isArray(last)) throw new StateError('RunningMean: expected the last values');
    this.#last = last.map(Number);
  }
}

/**
 * The part of the elements whose class is among the `topK` of largest score: output (N, C) or (N, C, d1, ...), target
 * (N) or (N, d1, ...) of classes; an output of the target's shape is one score of each element, above 0 meaning 1.
 * @example
 * const accuracy = new train.Accuracy();
 * const output = tensor([[0.1, 0.9], [0.8, 0.2]]);
 * accuracy.update({ loss: 0, output, target: tensor([1, 1]), size: 2 });
 * accuracy.value(); // 0.5
 */
export class Accuracy implements Metric {
  readonly #mean: Mean;

  constructor(options: { topK?: number } = {}) {
    checkOptions('Accuracy', options, ['topK']);
    const { topK = 1 } = options;
    if (!Number.isInteger(topK) || topK < 1) {
      throw new ValueError(`Accuracy: topK must be an integer of at least 1, got ${describe(topK)}`);
    }
    this.#mean = new Mean((seen) => hits(seen, topK));
  }

  update(seen: Seen): void {
    this.#mean.update(seen);
  }

  value(): number {
    return this.#mean.value();
  }

  reset(): void {
    this.#mean.reset();
  }

  stateDict(): Map<string, unknown> {
    return this.#mean.stateDict();
  }

  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    this.#mean.loadStateDict(dict);
  }
}

function hits({ output, target }: Seen, topK: number): number {
  if (output === null || target === null) {
    throw new ArgumentTypeError('Accuracy: the step must return output and target beside the loss');
  }
  if (target.numel() === 0) return 0;
  const binary = output.ndim === target.ndim;
  if (binary) return Number(output.gt(0).eq(target.gt(0.5)).sum().item()) / target.numel();
  const right =
    topK === 1 ? output.argmax(1).eq(target) : topk(output, topK, { dim: 1 }).indices.eq(target.unsqueeze(1)).any(1);
  return Number(right.sum().item()) / target.numel();
}
