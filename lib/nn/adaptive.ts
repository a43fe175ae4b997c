// Softmax over many classes, the rare ones in clusters of their own.

import { ArgumentTypeError, checkOptions, describe, IndexError, ShapeError, ValueError } from '../errors.ts';
import { add } from '../functional/binary.ts';
import { gather, indexAddInto, indexSelect } from '../functional/indexing.ts';
import { cat } from '../functional/join.ts';
import { argmax, mean } from '../functional/reduce.ts';
import { where } from '../functional/select.ts';
import { logSoftmax } from '../functional/softmax.ts';
import { neg } from '../functional/unary.ts';
import { narrow, reshape, squeeze, unsqueeze } from '../functional/views.ts';
import { type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import { checkTensor, elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';
import { ModuleList } from './module-list.ts';
import { Sequential } from './sequential.ts';

/** Options of `AdaptiveLogSoftmaxWithLoss`. */
export interface AdaptiveLogSoftmaxWithLossOptions extends FactoryOptions {
  /** Each cluster is this many times narrower than the one before. Default: 4. */
  divValue?: number;
  /** Add a bias to the head. Default: false. */
  headBias?: boolean;
}

/** What `AdaptiveLogSoftmaxWithLoss` gives. */
export interface AsmOutput {
  /** Log-probability of each target `(N)`, or `()`. */
  readonly output: Tensor;
  /** The negative mean of `output`. */
  readonly loss: Tensor;
}

/**
 * Log-softmax over many classes, sorted by frequency: a head for the most frequent ones and for the clusters of the
 * others, and a smaller tail for each cluster.
 *
 * State-dict keys: head.weight, head.bias, then tail.i.0.weight and tail.i.1.weight for each cluster.
 * @param cutoffs - where the clusters begin, increasing, in [1, nClasses - 1]
 * @source torch.nn.AdaptiveLogSoftmaxWithLoss
 * @example
 * const layer = new nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4, 12]);
 * const { output, loss } = layer(randn(3, 8), tensor([0, 5, 19]));
 * [output.shape, loss.shape]; // [[3], []]
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  readonly inFeatures: number;
  readonly nClasses: number;
  readonly cutoffs: readonly number[];
  readonly divValue: number;
  readonly headBias: boolean;
  readonly shortlistSize: number;
  readonly nClusters: number;
  readonly headSize: number;
  head: Linear;
  tail: ModuleList<Sequential>;

  constructor(
    inFeatures: number,
    nClasses: number,
    cutoffs: readonly number[],
    options: AdaptiveLogSoftmaxWithLossOptions = {},
  ) {
    super();
    checkOptions('AdaptiveLogSoftmaxWithLoss', options, ['divValue', 'headBias', ...factoryOptions]);
    checkCutoffs(cutoffs, nClasses);
    const { divValue = 4, headBias = false } = options;
    const dtype = options.dtype ?? undefined;
    this.inFeatures = inFeatures;
    this.nClasses = nClasses;
    this.cutoffs = [...cutoffs, nClasses];
    this.divValue = divValue;
    this.headBias = headBias;
    this.shortlistSize = cutoffs[0] ?? 0;
    this.nClusters = cutoffs.length;
    this.headSize = this.shortlistSize + this.nClusters;
    this.head = new Linear(inFeatures, this.headSize, { bias: headBias, dtype });
    this.tail = new ModuleList<Sequential>();
    for (let i = 0; i < this.nClusters; i++) {
      const hidden = Math.floor(inFeatures / divValue ** (i + 1));
      const [low = 0, high = 0] = this.cutoffs.slice(i, i + 2);
      this.tail.append(
        new Sequential(
          new Linear(inFeatures, hidden, { bias: false, dtype }),
          new Linear(hidden, high - low, { bias: false, dtype }),
        ),
      );
    }
  }

  /** Draws the initial values anew. */
  resetParameters(): void {
    this.head.resetParameters();
    for (const projection of this.tail) {
      for (const layer of projection) (layer as Linear).resetParameters();
    }
  }

  /**
   * @param input - `(N, inFeatures)` or `(inFeatures)`
   * @param target - int64 `(N)` or `()`
   * @throws IndexError for a target out of range
   */
  override forward(input: Tensor, target: Tensor): AsmOutput {
    checkInputs(input, target);
    const x = target.ndim === 0 ? unsqueeze(input, 0) : input;
    const labels = Array.from(elementsOf(target.contiguous()), Number);
    const { cutoffs, nClasses, shortlistSize } = this;
    if (labels.some((label) => label < 0 || label >= nClasses)) {
      throw new IndexError(
        `Target values should be in [0, ${nClasses - 1}], but values in range [${Math.min(...labels)}, ${Math.max(...labels)}] were found. `,
      );
    }
    // 0 for the shortlist, i for cluster i - 1.
    const clusters = labels.map((label) => cutoffs.findIndex((cutoff) => label < cutoff));
    const inHead = labels.map((label, row) => (clusters[row] === 0 ? label : shortlistSize + (clusters[row] ?? 0) - 1));
    let output = picked(logSoftmax(this.head(x), 1), inHead);
    for (const [i, projection] of [...this.tail].entries()) {
      const rows = labels.flatMap((_, row) => (clusters[row] === i + 1 ? [row] : []));
      if (rows.length === 0) continue;
      const index = integers(rows);
      const local = rows.map((row) => (labels[row] ?? 0) - (cutoffs[i] ?? 0));
      const logp = picked(logSoftmax(projection(indexSelect(x, 0, index)) as Tensor, 1), local);
      output = add(output, indexAddInto([labels.length], 0, index, logp));
    }
    const loss = mean(neg(output));
    return { output: target.ndim === 0 ? reshape(output, []) : output, loss };
  }

  /** The log-probabilities of all classes. @param input - `(N, inFeatures)`. @returns `(N, nClasses)` */
  logProb(input: Tensor): Tensor {
    const head = logSoftmax(this.head(input), 1);
    const { shortlistSize } = this;
    const clusters = [...this.tail].map((projection, i) =>
      add(logSoftmax(projection(input) as Tensor, 1), narrow(head, 1, shortlistSize + i, 1)),
    );
    return cat([narrow(head, 1, 0, shortlistSize), ...clusters], 1);
  }

  /** The likeliest class of each row; the head decides where its best is in the shortlist. @returns int64 `(N)` */
  predict(input: Tensor): Tensor {
    const best = argmax(this.head(input), 1);
    const rare = best.ge(this.shortlistSize);
    return where(rare, argmax(this.logProb(input), 1), best);
  }
}

function checkCutoffs(cutoffs: readonly number[], nClasses: number): void {
  if (!Array.isArray(cutoffs)) throw new ArgumentTypeError(`cutoffs must be a list, got ${describe(cutoffs)}`);
  if (cutoffs.length === 0) throw new ValueError('cutoffs should be a sequence of length larger than 0');
  const right = cutoffs.every(
    (cutoff, i) => Number.isInteger(cutoff) && cutoff > (cutoffs[i - 1] ?? 0) && cutoff <= nClasses - 1,
  );
  if (right) return;
  throw new ValueError(
    'cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value is between 1 and n_classes-1',
  );
}

function checkInputs(input: Tensor, target: Tensor): void {
  checkTensor('AdaptiveLogSoftmaxWithLoss', 'input', input);
  if (checkTensor('AdaptiveLogSoftmaxWithLoss', 'target', target).ndim > 1) {
    throw new ShapeError('0D or 1D target tensor expected, multi-target not supported');
  }
  if (target.ndim === 1 && input.shape[0] !== target.shape[0]) {
    throw new ShapeError('Input and target should have the same size in the batch dimension.');
  }
  if (input.ndim === target.ndim + 1) return;
  throw new ShapeError(
    `${target.ndim}D target tensor expects ${target.ndim + 1}D input tensors, but found inputs with size [${input.shape.join(', ')}]`,
  );
}

function integers(values: readonly number[]): Tensor {
  return fromTypedArray(BigInt64Array.from(values, BigInt), [values.length], 'int64');
}

// The element of each row at a position of its own.
function picked(x: Tensor, positions: readonly number[]): Tensor {
  return squeeze(gather(x, 1, unsqueeze(integers(positions), 1)), 1);
}
