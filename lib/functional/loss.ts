// Losses of class labels: negative log-likelihood and cross-entropy.
import { checkConstant, nameNode, record } from '../autograd/record.ts';
import { type FloatDtype, isFloat, scalarName } from '../dtype.ts';
import { DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { numelOf, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { add, div, mul } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { gather } from './indexing.ts';
import { checkLossOptions, type LossOptions, reductionOf } from './loss-reduction.ts';
import { sum } from './reduce.ts';
import { where } from './select.ts';
import { logSoftmax } from './softmax.ts';
import { neg } from './unary.ts';
import { broadcastTo, reshape } from './views.ts';

/** Options of {@link nllLoss}. */
export interface NllLossOptions extends LossOptions {
  /** Weight of each class (C). Default: all 1. */
  weight?: Tensor | null;
  /** A label that is left out. Default -100. */
  ignoreIndex?: number;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** Part of the target that is spread over all classes, in [0, 1]. Default 0. */
  labelSmoothing?: number;
}

interface Labelled {
  readonly n: number;
  readonly classes: number;
  readonly spatial: number;
  readonly weight: Tensor | null;
  readonly ignoreIndex: number;
}

function labelled(who: string, x: Tensor, target: Tensor, options: NllLossOptions): Labelled {
  checkTensor(who, 'input', x);
  checkTensor(who, 'target', target);
  if (!isFloat(x.dtype)) throw new DtypeError(`${who}: expected a floating point input, got ${x.dtype}`);
  if (x.ndim === 0) throw new ShapeError('input tensor should be 1D or 2D');
  const [n, classes] = x.ndim === 1 ? [1, x.shape[0] ?? 0] : [x.shape[0] ?? 0, x.shape[1] ?? 0];
  const expected = x.ndim === 1 ? [] : [n, ...sizesFrom(x.shape, 2)];
  if (!sameShape(target.shape, expected)) {
    if (x.ndim === 2 && target.ndim === 1) {
      throw new ShapeError(`Expected input batch_size (${n}) to match target batch_size (${target.shape[0]}).`);
    }
    throw new ShapeError(`Expected target size [${expected.join(', ')}], got [${target.shape.join(', ')}]`);
  }
  if (target.dtype !== 'int64' && (target.dtype !== 'uint8' || x.ndim > 2)) {
    throw new DtypeError(`expected scalar type Long but found ${scalarName(target.dtype)}`);
  }
  const weight = options.weight ?? null;
  if (weight !== null && !(checkTensor(who, 'weight', weight).ndim === 1 && weight.shape[0] === classes)) {
    throw new ShapeError(
      `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: [${weight.shape.join(', ')}]`,
    );
  }
  if (weight !== null && weight.dtype !== x.dtype)
    throw new DtypeError(`expected scalar type ${scalarName(x.dtype)} but found ${scalarName(weight.dtype)}`);
  return { n, classes, spatial: numelOf(sizesFrom(x.shape, 2)), weight, ignoreIndex: options.ignoreIndex ?? -100 };
}

/**
 * -x at the label of each row: the negative log-likelihood of `logSoftmax`'s result. The mean divides by the sum of the
 * weights of the labels.
 *
 * @param x (N, C), (C) or (N, C, d1, ...), log-probabilities
 * @param target int64 (also uint8 in the first two forms) (N), () or (N, d1, ...), in [0, C) or `ignoreIndex`
 * @throws IndexError that names a label out of range
 * @source torch.nn.functional.nll_loss
 * @example F.nllLoss(tensor([[0.5, 1.5, 0]]).logSoftmax(1), tensor([1])); // tensor(0.4644)
 */
export function nllLoss(x: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  checkTensor('nllLoss', 'input', x);
  checkTensor('nllLoss', 'target', target);
  checkLossOptions('nllLoss', options, ['weight', 'ignoreIndex']);
  const reduction = reductionOf(options);
  const q = labelled('nllLoss', x, target, options);
  checkConstant(x.ndim > 2 ? 'nll_loss2d_forward' : 'nll_loss_forward', { weight: q.weight });
  const labels = contiguous(target.dtype === 'int64' ? target : cast(target, 'int64'));
  const { losses, weights } = rowLosses(x, labels, q);
  const total = reduction === 'mean' ? sum(weights) : null;
  const y = reduction === 'none' ? losses : total === null ? sum(losses) : div(sum(losses), total);
  const { shape } = x;
  return record(x.ndim > 2 ? 'nllLoss2D' : 'nllLoss', [x], y, savedOf(labels, q), (g, [at = g, weight = null]) => {
    const each = total === null ? g : div(g, total);
    return [rowGradient(reduction === 'none' ? each : broadcastTo(each, at.shape), at, { ...q, weight }, shape)];
  });
}

const savedOf = (labels: Tensor, { weight }: Labelled) => (weight === null ? [labels] : [labels, weight]);

function rowLosses(x: Tensor, labels: Tensor, q: Labelled): { losses: Tensor; weights: Tensor } {
  const dtype = x.dtype as FloatDtype;
  const losses = emptyOf(labels.shape, dtype);
  const weights = emptyOf(labels.shape, dtype);
  const w = q.weight === null ? null : contiguous(q.weight);
  const bad = kernels.nllLoss(
    dtype,
    contiguous(x),
    labels,
    w,
    losses,
    weights,
    q.n,
    q.classes,
    q.spatial,
    q.ignoreIndex,
  );
  checkLabels(bad, labels);
  return { losses, weights };
}

// A kernel answers with the position of the first label that is no class, or -1.
function checkLabels(bad: number, labels: Tensor): void {
  if (bad >= 0) throw new IndexError(`Target ${String(elementsOf(labels)[bad])} is out of bounds.`);
}

// -g w at the label: linear in g, so that its own gradient picks there again.
function rowGradient(g: Tensor, labels: Tensor, q: Labelled, shape: readonly number[]): Tensor {
  const dx = emptyOf([...shape], g.dtype);
  const bad = kernels.nllLossBackward(
    g.dtype as FloatDtype,
    contiguous(g),
    labels,
    q.weight === null ? null : contiguous(q.weight),
    dx,
    q.n,
    q.classes,
    q.spatial,
    q.ignoreIndex,
  );
  checkLabels(bad, labels);
  return record('nllLossBackward', [g], dx, savedOf(labels, q), (gg, [at = labels, weight = null]) => [
    nllLoss(gg, at, { reduction: 'none', weight, ignoreIndex: q.ignoreIndex }),
  ]);
}

/**
 * The cross-entropy of softmax(x) and the target.
 *
 * @param x (N, C), (C) or (N, C, d1, ...), unnormalised
 * @param target labels as for {@link nllLoss}, or probabilities in the shape of x
 * @throws IndexError that names a label out of range
 * @source torch.nn.functional.cross_entropy
 * @example
 * F.crossEntropy(tensor([[0.5, 1.5, 0]]), tensor([1])); // tensor(0.4644)
 * F.crossEntropy(tensor([[0.5, 1.5, 0]]), tensor([1]), { labelSmoothing: 0.1 }); // tensor(0.5477)
 */
export function crossEntropy(x: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkLossOptions('crossEntropy', options, ['weight', 'ignoreIndex', 'labelSmoothing']);
  const { labelSmoothing = 0, weight, ignoreIndex } = options;
  const rest = { weight, ignoreIndex, reduction: reductionOf(options) };
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError(`label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`);
  }
  checkTensor('crossEntropy', 'input', x);
  checkTensor('crossEntropy', 'target', target);
  const dim = x.ndim === 1 ? 0 : 1;
  const logp = logSoftmax(x, dim);
  if (sameShape(target.shape, x.shape)) {
    return entropyOfProbabilities(logp, target, dim, { ...rest, labelSmoothing });
  }
  if (labelSmoothing === 0) return nllLoss(logp, target, rest);
  return smoothedLoss(logp, target, dim, labelSmoothing, rest);
}

function classWeights(logp: Tensor, weight: Tensor, dim: number): Tensor {
  return reshape(
    weight,
    logp.shape.map((size, d) => (d === dim ? size : 1)),
  );
}

function entropyOfProbabilities(logp: Tensor, target: Tensor, dim: number, options: CrossEntropyOptions): Tensor {
  if (!isFloat(target.dtype)) {
    throw new DtypeError(
      `Expected floating point type for target with class probabilities, got ${scalarName(target.dtype)}`,
    );
  }
  const { labelSmoothing = 0, weight = null, ignoreIndex = -100 } = options;
  if (ignoreIndex >= 0) throw new ValueError('ignore_index is not supported for floating point target');
  const classes = logp.shape[dim] ?? 1;
  const smooth = labelSmoothing === 0 ? target : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  const weighted = weight === null ? mul(logp, smooth) : mul(mul(logp, smooth), classWeights(logp, weight, dim));
  const reduction = reductionOf(options);
  if (reduction === 'none') return neg(sum(weighted, dim));
  const total = neg(sum(weighted));
  return reduction === 'sum' ? total : nameNode('DivBackward1', div(total, logp.numel() / classes));
}

// (1 - s) nll + s / C times the sum over all classes, weighted by class
function smoothedLoss(logp: Tensor, target: Tensor, dim: number, s: number, options: NllLossOptions): Tensor {
  const q = labelled('crossEntropy', logp, target, options);
  const reduction = reductionOf(options);
  const nll = nllLoss(logp, target, options);
  const weighted = q.weight === null ? logp : mul(logp, classWeights(logp, q.weight, dim));
  const ignored = target.eq(q.ignoreIndex);
  const spread = where(ignored, 0, neg(sum(weighted, dim)));
  const share = s / q.classes;
  if (reduction === 'none') return add(mul(nll, 1 - s), mul(spread, share));
  if (reduction === 'sum') return add(mul(nll, 1 - s), mul(sum(spread), share));
  return add(mul(nll, 1 - s), mul(div(sum(spread), labelWeight(target, q, ignored)), share));
}

// The sum of the weights of all labels that count.
function labelWeight(target: Tensor, q: Labelled, ignored: Tensor): Tensor {
  if (q.weight === null) return sum(ignored.logicalNot());
  const flat = reshape(where(ignored, 0, target), [-1]);
  return sum(where(reshape(ignored, [-1]), 0, gather(q.weight, 0, flat)));
}
