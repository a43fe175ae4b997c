// Connectionist temporal classification: the likelihood of a sequence of labels under all its alignments.
import { record } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import {
  ArgumentTypeError,
  AutogradError,
  checkOptions,
  DtypeError,
  describe,
  ShapeError,
  ValueError,
} from '../errors.ts';
import { checkTensor, elementsOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { div, eq, mul } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { type Reduction, reduceBy, reductionOf } from './loss-reduction.ts';
import { clampMin, where } from './select.ts';
import { reshape, unsqueeze } from './views.ts';

/** Options of {@link ctcLoss}. */
export interface CtcLossOptions {
  /** The label that stands for no label. Default 0. */
  blank?: number;
  /** The mean divides each loss by its number of labels first. Default 'mean'. */
  reduction?: Reduction;
  /** Whether infinite losses, of targets longer than their input, become 0. Default false. */
  zeroInfinity?: boolean;
}

/** One sequence: its steps, and its labels with blanks between them and around. */
interface Sequence {
  readonly steps: number;
  readonly labels: readonly number[];
}

/** What the two passes over a batch need. */
interface Batch {
  readonly logp: ArrayLike<number>;
  readonly size: number;
  readonly classes: number;
  readonly blank: number;
  readonly sequences: readonly Sequence[];
}

/**
 * The negative log-likelihood of each target, for the loss of Graves et al. (2006).
 *
 * @param logProbs (T, N, C) or (T, C), logarithms of probabilities
 * @param targets int64 (N, S), or one after another (sum of lengths); (S) for one sequence
 * @param inputLengths (N) or (), integers in a tensor or numbers, at most T
 * @param targetLengths (N) or (), likewise
 * @throws ValueError for lengths out of range
 * @source torch.nn.functional.ctc_loss
 * @example
 * const logProbs = zeros(4, 1, 3).logSoftmax(2); // 4 steps, 1 sequence, 3 classes, 0 the blank
 * F.ctcLoss(logProbs, tensor([[1, 2]]), [4], [2]); // tensor(0.8432)
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Tensor | readonly number[] | number,
  targetLengths: Tensor | readonly number[] | number,
  options: CtcLossOptions = {},
): Tensor {
  checkOptions('ctcLoss', options, ['blank', 'reduction', 'zeroInfinity']);
  const { blank = 0, zeroInfinity = false } = options;
  const reduction = reductionOf(options);
  checkTensor('ctcLoss', 'log_probs', logProbs);
  checkTensor('ctcLoss', 'targets', targets);
  if (!isFloat(logProbs.dtype))
    throw new DtypeError(`ctcLoss: expected floating point log_probs, got ${logProbs.dtype}`);
  if (isFloat(targets.dtype)) throw new DtypeError(`ctcLoss: expected integer targets, got ${targets.dtype}`);
  const batched = logProbs.ndim === 3;
  if (!batched && logProbs.ndim !== 2) {
    throw new ShapeError(`ctcLoss: expected log_probs of 2 or 3 dimensions, got [${logProbs.shape.join(', ')}]`);
  }
  const x = batched ? logProbs : unsqueeze(logProbs, 1);
  if (inputLengths instanceof Tensor !== targetLengths instanceof Tensor) {
    throw new ArgumentTypeError(
      `ctcLoss: input_lengths and target_lengths must both be tensors or both be numbers, got ${describe(inputLengths)} and ${describe(targetLengths)}`,
    );
  }
  const targetCounts = lengthsOf('target_lengths', targetLengths);
  const batch = batchOf(x, targets, lengthsOf('input_lengths', inputLengths), targetCounts, blank);
  const losses = alignmentLosses(x, batch, zeroInfinity);
  const finite = zeroInfinity ? where(eq(losses.detach(), Number.POSITIVE_INFINITY), 0, losses) : losses;
  const each = batched ? finite : reshape(finite, []);
  if (reduction !== 'mean') return reduceBy(reduction, each);
  const counts = fromTypedArray(BigInt64Array.from(targetCounts, BigInt), [targetCounts.length], 'int64');
  return reduceBy('mean', div(finite, clampMin(cast(counts, x.dtype), 1)));
}

function lengthsOf(name: string, lengths: Tensor | readonly number[] | number): number[] {
  if (lengths instanceof Tensor && (isFloat(lengths.dtype) || lengths.dtype === 'bool')) {
    throw new DtypeError(`${name} must be integral`);
  }
  if (lengths instanceof Tensor) return Array.from(elementsOf(contiguous(lengths)), Number);
  const list = typeof lengths === 'number' ? [lengths] : lengths;
  if (Array.isArray(list) && list.every(Number.isInteger)) return [...list];
  throw new ArgumentTypeError(`ctcLoss: ${name} must be integers, got ${describe(lengths)}`);
}

function batchOf(
  x: Tensor,
  targets: Tensor,
  inputLengths: readonly number[],
  targetLengths: readonly number[],
  blank: number,
): Batch {
  const [steps = 0, size = 0, classes = 0] = x.shape;
  if (!(blank >= 0 && blank < classes)) throw new ValueError('blank must be in label range');
  if (inputLengths.length !== size) throw new ShapeError('input_lengths must be of size batch_size');
  if (targetLengths.length !== size) throw new ShapeError('target_lengths must be of size batch_size');
  if (targets.ndim > 1 && targets.shape[0] !== size) {
    throw new ShapeError(
      `Expected tensor to have size ${size} at dimension 0, but got size ${targets.shape[0]} for argument #2 'targets' (while checking arguments for ctc_loss_allocate_outputs)`,
    );
  }
  const flat = Array.from(elementsOf(contiguous(targets)), Number);
  const joined = targets.ndim === 1;
  const width = joined ? 0 : (targets.shape[1] ?? 0);
  const total = targetLengths.reduce((sum, length) => sum + length, 0);
  if (joined && flat.length !== total) {
    throw new ShapeError(
      `Expected tensor to have size ${total} at dimension 0, but got size ${flat.length} for argument #2 'targets' (while checking arguments for ctc_loss_cpu)`,
    );
  }
  let from = 0;
  const sequences = targetLengths.map((length, b) => {
    if (length < 0) {
      throw new ValueError(
        `Expected target_lengths to have value at least 0, but got value ${length} (while checking arguments for ctc_loss_cpu)`,
      );
    }
    if (!joined && length > width) {
      throw new ShapeError(
        `Expected tensor to have size at least ${length} at dimension 1, but got size ${width} for argument #2 'targets' (while checking arguments for ctc_loss_cpu)`,
      );
    }
    const start = joined ? from : b * width;
    from += length;
    const own = flat.slice(start, start + length);
    return { steps: inputLengths[b] ?? 0, labels: [blank, ...own.flatMap((label) => [label, blank])] };
  });
  for (const length of inputLengths) {
    if (length >= 0 && length <= steps) continue;
    const bound = length < 0 ? 'at least 0' : `at most ${steps}`;
    throw new ValueError(
      `Expected input_lengths to have value ${bound}, but got value ${length} (while checking arguments for ctc_loss_allocate_outputs)`,
    );
  }
  for (const { labels } of sequences) {
    const wrong = labels.find((label) => label < 0 || label >= classes);
    if (wrong !== undefined) throw new ValueError(`ctcLoss: label ${wrong} is not in [0, ${classes})`);
  }
  return { logp: elementsOf(contiguous(x.detach())) as ArrayLike<number>, size, classes, blank, sequences };
}

function alignmentLosses(x: Tensor, batch: Batch, zeroInfinity: boolean): Tensor {
  const alphas = batch.sequences.map((_, b) => forwardPass(batch, b));
  const losses = alphas.map(({ loss }) => loss);
  const y = floats(losses, [batch.size], x.dtype);
  const { shape, dtype } = x;
  return record('ctcLoss', [x], y, [], (g) => {
    const slopes = new Float64Array(x.numel());
    alphas.forEach(({ alpha, loss }, b) => {
      if (!(zeroInfinity && loss === Number.POSITIVE_INFINITY)) backwardPass(batch, b, alpha, loss, slopes);
    });
    const dx = mul(floats(slopes, shape, dtype), reshape(g.detach(), [1, batch.size, 1]));
    return [
      record('ctcLossBackward', [g, x], dx, [], () => {
        throw new AutogradError('derivative for aten::_ctc_loss_backward is not implemented');
      }),
    ];
  });
}

function floats(values: ArrayLike<number>, shape: readonly number[], dtype: Tensor['dtype']): Tensor {
  return cast(fromTypedArray(Float64Array.from(values), [...shape], 'float64'), dtype);
}

// log(e^a + e^b)
function logAdd(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}

const impossible = Number.NEGATIVE_INFINITY;

// alpha[t][s]: the log-probability of all alignments of the first s labels that end in label s at step t. Equation 6.
function forwardPass(batch: Batch, b: number): { alpha: Float64Array; loss: number } {
  const { steps, labels } = batch.sequences[b] ?? { steps: 0, labels: [] };
  const width = labels.length;
  const alpha = new Float64Array(Math.max(1, steps) * width).fill(impossible);
  if (steps === 0) return { alpha, loss: width === 1 ? 0 : Number.POSITIVE_INFINITY };
  const at = emission(batch, b);
  for (let s = 0; s < Math.min(2, width); s++) alpha[s] = at(0, labels[s] ?? 0);
  for (let t = 1; t < steps; t++) {
    const before = (t - 1) * width;
    for (let s = 0; s < width; s++) {
      let sum = alpha[before + s] ?? impossible;
      if (s > 0) sum = logAdd(sum, alpha[before + s - 1] ?? impossible);
      if (s > 1 && labels[s] !== labels[s - 2]) sum = logAdd(sum, alpha[before + s - 2] ?? impossible);
      alpha[t * width + s] = sum + at(t, labels[s] ?? 0);
    }
  }
  const end = steps * width;
  return {
    alpha,
    loss: -logAdd(alpha[end - 1] ?? impossible, width > 1 ? (alpha[end - 2] ?? impossible) : impossible),
  };
}

// e^x - e^(log sum of alpha beta of the label + loss - x), which is the gradient behind a log-softmax. Equation 16.
function backwardPass(batch: Batch, b: number, alpha: Float64Array, loss: number, slopes: Float64Array): void {
  const { steps, labels } = batch.sequences[b] ?? { steps: 0, labels: [] };
  const { size, classes } = batch;
  const width = labels.length;
  const at = emission(batch, b);
  let after = new Float64Array(width).fill(impossible);
  for (let t = steps - 1; t >= 0; t--) {
    const beta = new Float64Array(width);
    const perLabel = new Float64Array(classes).fill(impossible);
    for (let s = 0; s < width; s++) {
      const label = labels[s] ?? 0;
      let sum = after[s] ?? impossible;
      if (t === steps - 1) sum = s >= width - 2 ? 0 : impossible;
      else {
        if (s + 1 < width) sum = logAdd(sum, after[s + 1] ?? impossible);
        if (s + 2 < width && label !== labels[s + 2]) sum = logAdd(sum, after[s + 2] ?? impossible);
      }
      beta[s] = sum + at(t, label);
      perLabel[label] = logAdd(perLabel[label] ?? impossible, (alpha[t * width + s] ?? impossible) + (beta[s] ?? 0));
    }
    after = beta;
    for (let c = 0; c < classes; c++) {
      const x = at(t, c);
      slopes[(t * size + b) * classes + c] = Math.exp(x) - Math.exp((perLabel[c] ?? impossible) + loss - x);
    }
  }
}

function emission({ logp, size, classes }: Batch, b: number): (t: number, label: number) => number {
  return (t, label) => logp[(t * size + b) * classes + label] ?? impossible;
}
