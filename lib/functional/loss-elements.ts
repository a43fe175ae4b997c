// Losses of each element by itself: one node of the graph for the loss and its reduction.
import { checkConstant, record } from '../autograd/record.ts';
import { type Dtype, isFloat, promoteTypes, scalarName } from '../dtype.ts';
import { DtypeError, ShapeError, ValueError } from '../errors.ts';
import { broadcastShapes, sameShape } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { logSigmoid } from './activation-unary.ts';
import { optionalTensor } from './arguments.ts';
import { add, div, ge, le, lt, mul, sub } from './binary.ts';
import { cast } from './copies.ts';
import { checkSubtraction } from './elementwise.ts';
import {
  broadcastPair,
  checkLossOptions,
  type LossOptions,
  type Reduction,
  reduceBy,
  reductionOf,
  writtenAs,
} from './loss-reduction.ts';
import { all, sum } from './reduce.ts';
import { clampMin, where } from './select.ts';
import { abs, log, log1p, neg, sigmoid, sign, square } from './unary.ts';
import { broadcastTo } from './views.ts';

/** A loss of element and target; gradients in differentiable operators. */
interface ElementLoss {
  /** Of the node; of the last operator, where PyTorch makes the loss of several. */
  readonly name: string | Readonly<Record<Reduction, string>>;
  readonly loss: (x: Tensor, target: Tensor) => Tensor;
  readonly dx: (g: Tensor, x: Tensor, target: Tensor) => Tensor;
  readonly dtarget: (g: Tensor, x: Tensor, target: Tensor) => Tensor;
  /** Which of both the result has its dtype from. Default: the common one. */
  readonly like?: 'input' | 'target';
  /** What PyTorch calls the kernel that refuses integers; absent where they are taken. */
  readonly kernel?: string;
  /** Whether the way back takes one dtype only. */
  readonly oneDtype?: true;
}

// x and target have one shape.
function reducedLoss(
  { name, loss, dx, dtarget, like, kernel, oneDtype }: ElementLoss,
  x: Tensor,
  target: Tensor,
  reduction: Reduction,
): Tensor {
  const common = promoteTypes(x.dtype, target.dtype);
  if (kernel !== undefined && !isFloat(common)) {
    throw new DtypeError(`"${kernel}" not implemented for '${scalarName(common)}'`);
  }
  const dtype = like === undefined ? common : { input: x, target }[like].dtype;
  const [a, b] = [x, target].map((one) => (one.dtype === common ? one : cast(one, common))) as [Tensor, Tensor];
  const y = reduceBy(reduction, writtenAs(dtype, loss(a.detach(), b.detach())));
  const n = x.numel();
  const nodeName = typeof name === 'string' ? name : name[reduction];
  const [own, other] = [x.dtype, target.dtype];
  const typed = (slope: Tensor) => (slope.dtype === common ? slope : cast(slope, common));
  return record(nodeName, [a, b], y, [a, b], (g, [sx = g, st = g], [needsX, needsTarget]) => {
    if (oneDtype) checkFound(other, own);
    const each = reduction === 'mean' ? div(g, n) : g;
    // Weights of another dtype act in it, but leave the dtype as it is.
    return [needsX ? typed(dx(each, sx, st)) : null, needsTarget ? typed(dtarget(each, sx, st)) : null];
  });
}

function checkFound(found: Dtype, expected: Dtype): void {
  if (found === expected) return;
  throw new DtypeError(`Found dtype ${scalarName(found)} but expected ${scalarName(expected)}`);
}

// ---- Distance between input and target

/** Options of losses that weigh each element. */
export interface WeightedLossOptions extends LossOptions {
  /** Weight of each element, in the shape of the input. Default: all 1. */
  weight?: Tensor | null;
}

// A loss of the difference d, its slope an odd function.
function ofDifference(
  name: ElementLoss['name'],
  loss: (d: Tensor) => Tensor,
  slope: (d: Tensor) => Tensor,
  types: Pick<ElementLoss, 'like' | 'kernel' | 'oneDtype'> = {},
): ElementLoss {
  return {
    name,
    ...types,
    loss: (x, t) => loss(sub(x, t)),
    dx: (g, x, t) => mul(slope(sub(x, t)), g),
    dtarget: (g, x, t) => mul(slope(sub(t, x)), g),
  };
}

const squared = ofDifference('mseLoss', square, (d) => mul(d, 2), { kernel: 'mse_cpu', oneDtype: true });
// With weights PyTorch makes it of operators that take any dtypes.
const weightedSquared = ofDifference('mseLoss', square, (d) => mul(d, 2));
const absolute = ofDifference({ none: 'abs', mean: 'mean', sum: 'sum' }, abs, sign);

// The weighted mean divides by the sum of the weights, or by their number.
function distance(
  who: string,
  element: ElementLoss,
  x: Tensor,
  target: Tensor,
  options: WeightedLossOptions,
  byWeights = true,
): Tensor {
  const [a, b] = broadcastPair(who, x, target);
  const reduction = reductionOf(options);
  const weight = options.weight ?? null;
  if (weight === null) return reducedLoss(element, a, b, reduction);
  if (!sameShape(checkTensor(who, 'weight', weight).shape, x.shape)) {
    throw new ShapeError('Weights and input must have the same size.');
  }
  const weighted = mul(reducedLoss(element, a, b, 'none'), weight);
  return reduction === 'mean' && byWeights ? div(sum(weighted), sum(weight)) : reduceBy(reduction, weighted);
}

/**
 * (x - target)^2. @source torch.nn.functional.mse_loss
 * @example F.mseLoss(tensor([1, 2.5]), tensor([1, 2])); // tensor(0.1250)
 */
export function mseLoss(x: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkTensor('mseLoss', 'input', x);
  checkTensor('mseLoss', 'target', target);
  checkLossOptions('mseLoss', options, ['weight']);
  return distance('mseLoss', options.weight ? weightedSquared : squared, x, target, options);
}

/**
 * |x - target|. @source torch.nn.functional.l1_loss
 * @example F.l1Loss(tensor([1, 2.5]), tensor([1, 2]), { reduction: 'sum' }); // tensor(0.5000)
 */
export function l1Loss(x: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkTensor('l1Loss', 'input', x);
  checkTensor('l1Loss', 'target', target);
  checkLossOptions('l1Loss', options, ['weight']);
  checkSubtraction(x, target);
  return distance('l1Loss', absolute, x, target, options);
}

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Where the square becomes a line. Default 1. */
  beta?: number;
}

/**
 * (x - target)^2 / (2 beta) up to a distance of beta, a line of slope 1 beyond.
 *
 * @source torch.nn.functional.smooth_l1_loss
 * @example F.smoothL1Loss(tensor([1, 2.5]), tensor([1, 5])); // tensor(1.)
 */
export function smoothL1Loss(x: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  checkTensor('smoothL1Loss', 'input', x);
  checkTensor('smoothL1Loss', 'target', target);
  checkLossOptions('smoothL1Loss', options, ['beta']);
  const { beta = 1 } = options;
  if (!(beta >= 0)) throw new ValueError('smooth_l1_loss does not support negative values for beta.');
  const element = ofDifference(
    'smoothL1Loss',
    (d) => where(lt(abs(d), beta), mul(square(d), 0.5 / beta), sub(abs(d), 0.5 * beta)),
    (d) => where(ge(abs(d), beta), sign(d), div(d, beta)),
    { kernel: 'smooth_l1_cpu' },
  );
  return distance('smoothL1Loss', beta === 0 ? absolute : element, x, target, options);
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends WeightedLossOptions {
  /** Where the square becomes a line, and the slope of that line. Default 1. */
  delta?: number;
}

/**
 * (x - target)^2 / 2 up to a distance of delta, a line of slope delta beyond.
 *
 * @source torch.nn.functional.huber_loss
 * @example F.huberLoss(tensor([1, 2.5]), tensor([1, 5]), { delta: 2 }); // tensor(1.5000)
 */
export function huberLoss(x: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  checkTensor('huberLoss', 'input', x);
  checkTensor('huberLoss', 'target', target);
  checkLossOptions('huberLoss', options, ['delta', 'weight']);
  const { delta = 1 } = options;
  if (!(delta > 0)) throw new ValueError('huber_loss does not support non-positive values for delta.');
  const element = ofDifference(
    'huberLoss',
    (d) => where(le(abs(d), delta), mul(square(d), 0.5), mul(sub(abs(d), 0.5 * delta), delta)),
    (d) => where(ge(abs(d), delta), mul(sign(d), delta), d),
    { like: 'input', kernel: 'huber_cpu', oneDtype: true },
  );
  return distance('huberLoss', element, x, target, options, false);
}

// ---- Probability of one event

const leastLog = -100;

// The logarithm, but never below -100.
const boundedLog = (p: Tensor) => clampMin(log(p), leastLog);
const boundedLog1m = (p: Tensor) => clampMin(log1p(neg(p)), leastLog);

// The weight in the shape of the losses, or nothing.
function times(weight: Tensor | null): (value: Tensor) => Tensor {
  return weight === null ? (value) => value : (value) => mul(value, weight);
}

/**
 * -w (t log x + (1 - t) log(1 - x)), logarithms not below -100.
 *
 * @param x probabilities, any shape
 * @param target the same shape
 * @throws ValueError for another shape, or a probability outside [0, 1]
 * @source torch.nn.functional.binary_cross_entropy
 * @example F.binaryCrossEntropy(tensor([0.9, 0.2]), tensor([1, 0]).float()); // tensor(0.1643)
 */
export function binaryCrossEntropy(x: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  checkLossOptions('binaryCrossEntropy', options, ['weight']);
  const reduction = reductionOf(options);
  checkTensor('binaryCrossEntropy', 'input', x);
  checkTensor('binaryCrossEntropy', 'target', target);
  if (!sameShape(x.shape, target.shape)) {
    throw new ValueError(
      `Using a target size ([${target.shape.join(', ')}]) that is different to the input size ([${x.shape.join(', ')}]) is deprecated. Please ensure they have the same size.`,
    );
  }
  checkFound(target.dtype, x.dtype);
  checkProbabilities(x);
  checkConstant('binary_cross_entropy', { weight: options.weight });
  const scaled = times(expandedWeight(options.weight, target));
  const element: ElementLoss = {
    name: 'binaryCrossEntropy',
    loss: (p, t) => scaled(sub(mul(sub(t, 1), boundedLog1m(p)), mul(t, boundedLog(p)))),
    dx: (g, p, t) => mul(scaled(div(sub(p, t), clampMin(mul(sub(1, p), p), 1e-12))), g),
    // The bound acts on the loss only.
    dtarget: (g, p) => mul(scaled(sub(log1p(neg(p)), log(p))), g),
  };
  return reducedLoss(element, x, target, reduction);
}

function expandedWeight(weight: Tensor | null | undefined, target: Tensor): Tensor | null {
  const given = optionalTensor('binaryCrossEntropy', 'weight', weight);
  return given === null ? null : broadcastTo(given, broadcastShapes(target.shape, given.shape));
}

function checkProbabilities(x: Tensor): void {
  const p = x.detach();
  if (all(p.ge(0).logicalAnd(p.le(1))).item() === true) return;
  throw new ValueError('all elements of input should be between 0 and 1');
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BceWithLogitsOptions extends WeightedLossOptions {
  /** Weight of the targets that are 1, broadcast to their shape. Default: all 1. */
  posWeight?: Tensor | null;
}

/**
 * `binaryCrossEntropy` of sigmoid(x), without the loss of digits.
 *
 * @param x logits, any shape
 * @param target the same shape
 * @throws ValueError for another shape
 * @source torch.nn.functional.binary_cross_entropy_with_logits
 * @example F.binaryCrossEntropyWithLogits(tensor([2.5, -1]), tensor([1, 0]).float()); // tensor(0.1961)
 */
export function binaryCrossEntropyWithLogits(x: Tensor, target: Tensor, options: BceWithLogitsOptions = {}): Tensor {
  checkLossOptions('binaryCrossEntropyWithLogits', options, ['weight', 'posWeight']);
  const reduction = reductionOf(options);
  checkTensor('binaryCrossEntropyWithLogits', 'input', x);
  checkTensor('binaryCrossEntropyWithLogits', 'target', target);
  if (!sameShape(x.shape, target.shape)) {
    throw new ValueError(
      `Target size ([${target.shape.join(', ')}]) must be the same as input size ([${x.shape.join(', ')}])`,
    );
  }
  if (!isFloat(x.dtype)) throw new DtypeError(`"log_sigmoid_cpu" not implemented for '${scalarName(x.dtype)}'`);
  const weight = optionalTensor('binaryCrossEntropyWithLogits', 'weight', options.weight);
  const posWeight = optionalTensor('binaryCrossEntropyWithLogits', 'posWeight', options.posWeight);
  checkConstant('binary_cross_entropy_with_logits', { weight, pos_weight: posWeight });
  const scaled = times(weight);
  const positive = posWeight === null ? null : sub(posWeight, 1);
  const logWeight = (t: Tensor) => (positive === null ? null : add(mul(positive, t), 1));
  const element: ElementLoss = {
    name: 'binaryCrossEntropyWithLogits',
    like: 'target',
    loss: (z, t) => scaled(sub(mul(sub(1, t), z), times(logWeight(t))(logSigmoid(z)))),
    dx: (g, z, t) => mul(scaled(sub(sub(1, t), times(logWeight(t))(sigmoid(neg(z))))), g),
    dtarget: (g, z) => mul(scaled(neg(add(z, positive === null ? 0 : mul(positive, logSigmoid(z))))), g),
  };
  return reducedLoss(element, x, target, reduction);
}
