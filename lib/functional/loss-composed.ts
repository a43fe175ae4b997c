// Losses made of other operators: likelihoods, divergences and margins.
import { checkConstant, nameNode } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import { checkFunction, checkOptions, DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import { sameShape, sizesFrom, wrapDim } from '../tensor/shape.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { logSigmoid } from './activation-unary.ts';
import { add, div, eq, le, lt, minimum, mul, ne, sub } from './binary.ts';
import { cast } from './copies.ts';
import { pairwiseDistance } from './distance.ts';
import { floating } from './elementwise.ts';
import { checkLossOptions, type LossOptions, reduceBy, reduced, reductionOf, writtenAs } from './loss-reduction.ts';
import { xlogy } from './pointwise.ts';
import { any, sum } from './reduce.ts';
import { clampMin, where } from './select.ts';
import { exp, log, log1p, neg, sqrt, square } from './unary.ts';
import { unsqueeze } from './views.ts';
import { wholeFactor } from './weighted.ts';

function checkPair(who: string, x: Tensor, target: Tensor): void {
  checkTensor(who, 'input', x);
  checkTensor(who, 'target', target);
}

// ---- Likelihoods and divergences

/** Options of {@link poissonNllLoss}. */
export interface PoissonNllLossOptions extends LossOptions {
  /** Whether x is the logarithm of the rate. Default true. */
  logInput?: boolean;
  /** Whether to add Stirling's approximation of log(target!). Default false. */
  full?: boolean;
  /** Added to the rate before its logarithm is taken. Default 1e-8. */
  eps?: number;
}

/**
 * e^x - target x, or x - target log(x + eps). @source torch.nn.functional.poisson_nll_loss
 * @example F.poissonNllLoss(tensor([0.5, 1]), tensor([1, 2])); // tensor(0.9335)
 */
export function poissonNllLoss(x: Tensor, target: Tensor, options: PoissonNllLossOptions = {}): Tensor {
  checkTensor('poissonNllLoss', 'input', x);
  checkTensor('poissonNllLoss', 'target', target);
  checkLossOptions('poissonNllLoss', options, ['logInput', 'full', 'eps']);
  checkPair('poissonNllLoss', x, target);
  const { logInput = true, full = false, eps = 1e-8 } = options;
  const reduction = reductionOf(options);
  const loss = logInput ? sub(exp(x), mul(target, x)) : sub(x, mul(target, log(add(x, eps))));
  if (!full) return reduceBy(reduction, loss);
  const stirling = add(sub(mul(target, log(target)), target), mul(log(mul(target, 2 * Math.PI)), 0.5));
  return reduceBy(reduction, add(loss, cast(where(le(target, 1), 0, stirling), loss.dtype)));
}

/** Options of {@link gaussianNllLoss}. */
export interface GaussianNllLossOptions {
  /** Whether to add the constant. Default false. */
  full?: boolean;
  /** Least variance. Default 1e-6. */
  eps?: number;
  /** Default 'mean'. */
  reduction?: LossOptions['reduction'];
}

/**
 * (log v + (x - target)^2 / v) / 2, with v = max(variance, eps).
 *
 * @param variance in the shape of x, or with 1 or nothing for its last dimension; or a number
 * @throws ValueError for a negative variance or another shape
 * @source torch.nn.functional.gaussian_nll_loss
 * @example F.gaussianNllLoss(tensor([0.5, 1]), tensor([1, 2]), tensor([1, 0.5])); // tensor(0.3892)
 */
export function gaussianNllLoss(
  x: Tensor,
  target: Tensor,
  variance: Tensor | number,
  options: GaussianNllLossOptions = {},
): Tensor {
  checkTensor('gaussianNllLoss', 'input', x);
  checkTensor('gaussianNllLoss', 'target', target);
  checkLossOptions('gaussianNllLoss', options, ['full', 'eps']);
  checkPair('gaussianNllLoss', x, target);
  const { full = false, eps = 1e-6 } = options;
  const reduction = reductionOf(options);
  const given = variancesOf(x, variance);
  // The bound acts on the values only: the gradient passes as if it were not there.
  const v = where(lt(given.detach(), eps), add(sub(given, given.detach()), eps), given);
  const loss = mul(add(log(v), div(square(sub(x, target)), v)), 0.5);
  return reduceBy(reduction, full ? add(loss, 0.5 * Math.log(2 * Math.PI)) : loss);
}

function variancesOf(x: Tensor, variance: Tensor | number): Tensor {
  const negative = variance instanceof Tensor ? any(lt(variance.detach(), 0)).item() === true : variance < 0;
  if (negative) throw new ValueError('var has negative entry/entries');
  if (!(variance instanceof Tensor)) return add(mul(x.detach(), 0), variance);
  const { shape, dtype } = variance;
  if (!isFloat(dtype)) {
    throw new DtypeError(`result type Float can't be cast to the desired output type ${scalarName(dtype)}`);
  }
  if (sameShape(shape, x.shape)) return variance;
  const outer = sizesFrom(x.shape, 0, -1);
  if (sameShape(shape, outer)) return unsqueeze(variance, -1);
  if (sameShape(sizesFrom(shape, 0, -1), outer) && shape.at(-1) === 1) return variance;
  throw new ValueError('var is of incorrect size');
}

/** Options of {@link klDiv}. */
export interface KlDivOptions extends Omit<LossOptions, 'reduction'> {
  /** 'batchmean' divides the sum by the first size. Default 'mean'. */
  reduction?: 'none' | 'mean' | 'sum' | 'batchmean';
  /** Whether the target too is given as logarithms. Default false. */
  logTarget?: boolean;
}

/**
 * target (log target - x): the Kullback-Leibler divergence of distributions given as logarithms.
 *
 * @param x log-probabilities, any shape
 * @source torch.nn.functional.kl_div
 * @example
 * const [p, q] = [tensor([0.5, 0.5]), tensor([0.25, 0.75])];
 * F.klDiv(q.log(), p, { reduction: 'sum' }); // tensor(0.1438)
 */
export function klDiv(x: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkOptions('klDiv', options, ['reduction', 'logTarget', 'sizeAverage', 'reduce']);
  checkTensor('klDiv', 'input', x);
  checkTensor('klDiv', 'target', target);
  const { reduction = 'mean', logTarget = false, sizeAverage = null, reduce = null } = options;
  checkLossOptions('klDiv', options as LossOptions, ['logTarget']);
  checkPair('klDiv', x, target);
  if (!isFloat(x.dtype) || !isFloat(target.dtype)) throw new DtypeError('kl_div: Integral inputs not supported.');
  if (reduction === 'mean' && sizeAverage === null && reduce === null) {
    warn(
      "reduction: 'mean' divides the total loss by both the batch size and the support size." +
        "'batchmean' divides only by the batch size, and aligns with the KL div math definition." +
        "'mean' will be changed to behave the same as 'batchmean' in the next major release.",
    );
  }
  const by = reductionOf({ reduction: reduction === 'batchmean' ? 'sum' : reduction, sizeAverage, reduce });
  const loss = logTarget ? mul(exp(target), sub(target, x)) : sub(xlogy(target, target), mul(target, x));
  const result = reduceBy(by, loss);
  return reduction === 'batchmean' && x.ndim > 0 ? div(result, x.shape[0] ?? 1) : result;
}

/**
 * log(1 + e^(-target x)), for targets 1 and -1. @source torch.nn.functional.soft_margin_loss
 * @example F.softMarginLoss(tensor([0.5, -1]), tensor([1, -1])); // tensor(0.3937)
 */
export function softMarginLoss(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkTensor('softMarginLoss', 'input', x);
  checkTensor('softMarginLoss', 'target', target);
  checkLossOptions('softMarginLoss', options);
  checkPair('softMarginLoss', x, target);
  const reduction = reductionOf(options);
  checkConstant('soft_margin_loss', { target });
  const products = mul(target, x);
  if (!sameShape(products.shape, x.shape)) {
    throw new ShapeError(
      `output with shape [${x.shape.join(', ')}] doesn't match the broadcast shape [${products.shape.join(', ')}]`,
    );
  }
  return nameNode('softMarginLoss', reduceBy(reduction, writtenAs(x.dtype, log1p(exp(neg(products))))));
}

/** Options of {@link multilabelSoftMarginLoss}. */
export interface ClassWeightedLossOptions extends LossOptions {
  /** Weight of each class (C). Default: all 1. */
  weight?: Tensor | null;
}

/**
 * The mean over classes, the last dimension, of `binaryCrossEntropyWithLogits`.
 *
 * @source torch.nn.functional.multilabel_soft_margin_loss
 * @example F.multilabelSoftMarginLoss(tensor([[0.5, -1]]), tensor([[1, 0]])); // tensor(0.3937)
 */
export function multilabelSoftMarginLoss(x: Tensor, target: Tensor, options: ClassWeightedLossOptions = {}): Tensor {
  checkTensor('multilabelSoftMarginLoss', 'input', x);
  checkTensor('multilabelSoftMarginLoss', 'target', target);
  checkLossOptions('multilabelSoftMarginLoss', options, ['weight']);
  checkPair('multilabelSoftMarginLoss', x, target);
  if (x.ndim === 0) throw new IndexError('Dimension specified as -1 but tensor has no dimensions');
  const { weight = null } = options;
  const each = neg(add(mul(target, logSigmoid(x)), mul(sub(1, target), logSigmoid(neg(x)))));
  const classes = mul(each, weight ?? 1);
  return reduced(div(sum(classes, wrapDim(-1, x.ndim)), x.size(-1)), options);
}

// ---- Margins

/** Options of losses with a margin. */
export interface MarginLossOptions extends LossOptions {
  /** How far apart is far enough. */
  margin?: number;
}

/**
 * max(0, -target (x1 - x2) + margin), for targets 1 and -1. Default margin 0.
 *
 * @source torch.nn.functional.margin_ranking_loss
 * @example F.marginRankingLoss(tensor([0.5, 1]), tensor([1.5, 0]), tensor([1, 1])); // tensor(0.5000)
 */
export function marginRankingLoss(x1: Tensor, x2: Tensor, target: Tensor, options: MarginLossOptions = {}): Tensor {
  checkTensor('marginRankingLoss', 'x1', x1);
  checkTensor('marginRankingLoss', 'x2', x2);
  checkTensor('marginRankingLoss', 'target', target);
  checkLossOptions('marginRankingLoss', options, ['margin']);
  for (const [name, x] of Object.entries({ input1: x1, input2: x2, target })) checkTensor('marginRankingLoss', name, x);
  if (x1.ndim !== x2.ndim || x1.ndim !== target.ndim) {
    const sizes = [x1, x2, target].map(({ shape }) => `[${shape.join(', ')}]`);
    throw new ShapeError(
      `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${sizes[0]}, input2: ${sizes[1]}, target: ${sizes[2]} `,
    );
  }
  const apart = floating(mul(neg(target), sub(x1, x2)));
  return reduced(clampMin(add(apart, options.margin ?? 0), 0), options);
}

/**
 * x for targets 1, max(0, margin - x) for targets -1. Default margin 1.
 *
 * @source torch.nn.functional.hinge_embedding_loss
 * @example F.hingeEmbeddingLoss(tensor([0.5, 0.25]), tensor([1, -1])); // tensor(0.6250)
 */
export function hingeEmbeddingLoss(x: Tensor, target: Tensor, options: MarginLossOptions = {}): Tensor {
  checkTensor('hingeEmbeddingLoss', 'input', x);
  checkTensor('hingeEmbeddingLoss', 'target', target);
  checkLossOptions('hingeEmbeddingLoss', options, ['margin']);
  checkPair('hingeEmbeddingLoss', x, target);
  const { margin = 1 } = options;
  // Integers keep their type, for which the margin is cut.
  const apart = where(ne(target, 1), clampMin(sub(isFloat(x.dtype) ? margin : wholeFactor(margin), x), 0), 0);
  return reduced(add(apart, where(ne(target, -1), x, 0)), options);
}

/**
 * 1 - cos(x1, x2) for targets 1, max(0, cos(x1, x2) - margin) for targets -1.
 *
 * @param x1 (N, D) or (D); x2 the same
 * @param target (N) or ()
 * @source torch.nn.functional.cosine_embedding_loss
 * @example F.cosineEmbeddingLoss(tensor([[1, 0.5]]), tensor([[0.5, 1]]), tensor([1])); // tensor(0.2000)
 */
export function cosineEmbeddingLoss(x1: Tensor, x2: Tensor, target: Tensor, options: MarginLossOptions = {}): Tensor {
  checkTensor('cosineEmbeddingLoss', 'x1', x1);
  checkTensor('cosineEmbeddingLoss', 'x2', x2);
  checkTensor('cosineEmbeddingLoss', 'target', target);
  checkLossOptions('cosineEmbeddingLoss', options, ['margin']);
  checkPair('cosineEmbeddingLoss', x1, target);
  const dim = target.ndim;
  if (dim > 1) throw new ShapeError('0D or 1D target tensor expected, multi-target not supported');
  if (x1.ndim !== dim + 1 || x2.ndim !== dim + 1) {
    throw new ShapeError(
      `${dim}D target tensor expects ${dim + 1}D input tensors, but found inputs with sizes [${x1.shape.join(', ')}] and [${x2.shape.join(', ')}].`,
    );
  }
  const length2 = (x: Tensor) => add(sum(mul(x, x), dim), 1e-12);
  const cosine = div(sum(mul(x1, x2), dim), sqrt(mul(length2(x1), length2(x2))));
  const near = where(eq(target, 1), sub(1, cosine), 0);
  const far = where(eq(target, -1), clampMin(sub(cosine, options.margin ?? 0), 0), 0);
  return reduced(add(near, far), options);
}

/** Options of {@link tripletMarginWithDistanceLoss}. */
export interface TripletWithDistanceOptions {
  /** Distance of (N, D) and (N, D) as (N). Default {@link pairwiseDistance}. */
  distanceFunction?: ((x: Tensor, y: Tensor) => Tensor) | null;
  /** Default 1. */
  margin?: number;
  /** Whether the distance of positive and negative counts where it is the smaller one. Default false. */
  swap?: boolean;
  /** Default 'mean'. */
  reduction?: LossOptions['reduction'];
}

/** Options of {@link tripletMarginLoss}. */
export interface TripletMarginLossOptions extends MarginLossOptions {
  /** Order of the norm. Default 2. */
  p?: number;
  /** Added to differences. Default 1e-6. */
  eps?: number;
  /** Whether the distance of positive and negative counts where it is the smaller one. Default false. */
  swap?: boolean;
}

/**
 * max(0, margin + d(anchor, positive) - d(anchor, negative)).
 *
 * @param anchor (N, D) or (D), as the others
 * @throws ValueError if the margin is not above 0
 * @source torch.nn.functional.triplet_margin_loss
 * @example F.tripletMarginLoss(tensor([[0, 0.5]]), tensor([[0, 1]]), tensor([[0.5, 1]])); // tensor(0.7929)
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  checkTensor('tripletMarginLoss', 'anchor', anchor);
  checkTensor('tripletMarginLoss', 'positive', positive);
  checkTensor('tripletMarginLoss', 'negative', negative);
  checkLossOptions('tripletMarginLoss', options, ['margin', 'p', 'eps', 'swap']);
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  const distance = (x: Tensor, y: Tensor) => pairwiseDistance(x, y, { p, eps });
  return reduced(triplet(anchor, positive, negative, distance, margin, swap), options);
}

/**
 * {@link tripletMarginLoss} with any distance. @source torch.nn.functional.triplet_margin_with_distance_loss
 * @example
 * const distanceFunction = (x: Tensor, y: Tensor) => x.sub(y).abs().sum(1);
 * F.tripletMarginWithDistanceLoss(tensor([[0.5]]), tensor([[1]]), tensor([[1.25]]), { distanceFunction });
 * // tensor(0.7500)
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletWithDistanceOptions = {},
): Tensor {
  checkTensor('tripletMarginWithDistanceLoss', 'anchor', anchor);
  checkTensor('tripletMarginWithDistanceLoss', 'positive', positive);
  checkTensor('tripletMarginWithDistanceLoss', 'negative', negative);
  checkLossOptions('tripletMarginWithDistanceLoss', options, ['distanceFunction', 'margin', 'swap']);
  const { distanceFunction, margin = 1, swap = false } = options;
  const distance = distanceFunction
    ? checkFunction('tripletMarginWithDistanceLoss', 'distanceFunction', distanceFunction)
    : (x: Tensor, y: Tensor) => pairwiseDistance(x, y);
  const reduction = reductionOf(options);
  return reduceBy(reduction, triplet(anchor, positive, negative, distance, margin, swap));
}

function triplet(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  distance: (x: Tensor, y: Tensor) => Tensor,
  margin: number,
  swap: boolean,
): Tensor {
  if (!(margin > 0)) throw new ValueError(`margin must be greater than 0, got ${margin}`);
  if (anchor.ndim !== positive.ndim || positive.ndim !== negative.ndim) {
    throw new ShapeError(
      `The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ${anchor.ndim}D, positive ${positive.ndim}D, and negative ${negative.ndim}D inputs`,
    );
  }
  const near = distance(anchor, positive);
  const own = distance(anchor, negative);
  const far = swap ? minimum(own, distance(positive, negative)) : own;
  return clampMin(sub(add(near, margin), far), 0);
}
