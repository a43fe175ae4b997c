// Normalisation of channels: over the batch, or over each instance of it.
import { isGradEnabled, withGradMode } from '../autograd/mode.ts';
import { checkConstant, record, wantsGradient } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import { checkOptions, IndexError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { eq, mul } from './binary.ts';
import { cast, clone, contiguous } from './copies.ts';
import { gradientPair } from './elementwise.ts';
import { type Affine, checkAffine, normGradient, presentOf } from './norm-gradient.ts';
import { tile } from './rearrange.ts';
import { mean as meanOver, sum } from './reduce.ts';
import { rowNorm } from './row-norm.ts';
import { where } from './select.ts';
import { reshape } from './views.ts';

/** Options of {@link batchNorm}. */
export interface BatchNormFunctionOptions extends Affine {
  /** Normalise by the batch's own statistics, and move the running ones towards them. Default false. */
  training?: boolean;
  /** How far the running statistics move, in [0, 1]. Default 0.1. */
  momentum?: number;
  /** Added to the variance. Default 1e-5. */
  eps?: number;
}

/** Options of {@link instanceNorm}. */
export interface InstanceNormFunctionOptions extends Affine {
  /** (C), moved towards the statistics of the instances; null for none. Default null. */
  runningMean?: Tensor | null;
  runningVar?: Tensor | null;
  /** Normalise by each instance's own statistics instead of the running ones. Default true. */
  useInputStats?: boolean;
  momentum?: number;
  eps?: number;
}

/**
 * (x - mean) / sqrt(var + eps) weight + bias, for each channel.
 *
 * In training mean and variance are those of the batch, and the running ones, if given, become
 * (1 - momentum) running + momentum batch, where the variance is the unbiased one.
 *
 * @param x (N, C, *), floating point
 * @param runningMean (C) or null
 * @param runningVar (C) or null
 * @throws ValueError in training for one value per channel; ShapeError if a vector is not (C)
 * @source torch.nn.functional.batch_norm
 * @example
 * F.batchNorm(tensor([[1, 2], [3, 6.5]]), tensor([1, 2.5]), tensor([4, 1.5]));
 * // tensor([[0.0000, -0.4082], [1.0000, 3.2660]])
 * F.batchNorm(tensor([[1, 2], [3, 6.5]]), null, null, { training: true });
 * // tensor([[-1.0000, -1.0000], [1.0000, 1.0000]])
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | null = null,
  runningVar: Tensor | null = null,
  options: BatchNormFunctionOptions = {},
): Tensor {
  checkTensor('batchNorm', 'input', x);
  checkOptions('batchNorm', options, ['weight', 'bias', 'training', 'momentum', 'eps']);
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  if (x.ndim === 1 && x.numel() === 0) return clone(x);
  if (x.ndim < 2) {
    throw new ShapeError(`batchNorm(): expected an input of at least 2 dimensions, got [${x.shape.join(', ')}]`);
  }
  const [n = 0, c = 0] = x.shape;
  const count = n * numelOf(sizesFrom(x.shape, 2));
  if (training && count === 1) throw oneValue(`torch.Size([${x.shape.join(', ')}])`);
  checkRunning(runningMean, runningVar, c, training);
  checkConstant('native_batch_norm', { running_mean: runningMean, running_var: runningVar });
  checkAffine('batchNorm', x, { weight, bias, runningMean, runningVar }, vectorOf(c));
  checkChannels(c, weight ?? bias);
  const own = training ? momentsOf(x, n, c) : null;
  if (own !== null && count > 0) moveRunning(runningMean, runningVar, own, momentum, count / (count - 1));
  const fixed = own === null;
  const keep = wantsGradient(presentOf([x, weight, bias]));
  // The running statistics may move before backward asks for what they were.
  const held = (statistic: Tensor | null) => {
    const present = (statistic ?? x).detach();
    return keep ? clone(present) : contiguous(present);
  };
  const { mean, variance } = (own && spread(own, eps)) ?? { mean: held(runningMean), variance: held(runningVar) };
  return normalizeChannels(x, weight, bias, mean, variance, eps, fixed);
}

/** @internal What PyTorch says of a batch without spread. */
export function oneValue(size: string): ValueError {
  return new ValueError(`Expected more than 1 value per channel when training, got input size ${size}`);
}

// PyTorch takes the first weight for a result of no elements.
function checkChannels(channels: number, affine: Tensor | null): void {
  if (channels > 0 || affine === null) return;
  throw new IndexError('select(): index 0 out of range for tensor of size [0] at dimension 0');
}

function vectorOf(c: number) {
  return (name: string, given: Tensor) =>
    given.numel() === c ? null : `${pythonName(name)} should contain ${c} elements not ${given.numel()}`;
}

function pythonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function checkRunning(mean: Tensor | null, variance: Tensor | null, c: number, training: boolean): void {
  for (const [name, statistic] of [
    ['running_mean', mean],
    ['running_var', variance],
  ] as const) {
    if (statistic === null && !training) throw new ShapeError(`${name} must be defined in evaluation mode`);
    if (statistic === null) continue;
    if (checkTensor('batchNorm', name, statistic).numel() !== c) {
      throw new ShapeError(`${name} should contain ${c} elements not ${statistic.numel()}`);
    }
    if (statistic.ndim !== 1) throw new ShapeError(`${name} expected 1 dims but tensor has ${statistic.ndim}`);
  }
}

interface ChannelMoments {
  readonly mean: Tensor;
  /** Divided by the number of elements. */
  readonly variance: Tensor;
}

function momentsOf(x: Tensor, n: number, c: number): ChannelMoments {
  const mean = emptyOf([c], x.dtype);
  const variance = emptyOf([c], x.dtype);
  kernels.channelMoments(x.dtype as FloatDtype, contiguous(x.detach()), mean, variance, n, c, spatialOf(x));
  return { mean, variance };
}

// Without spread and eps the reciprocal of the deviation is taken as 0.
function spread({ mean, variance }: ChannelMoments, eps: number): ChannelMoments {
  return eps === 0
    ? { mean, variance: where(eq(variance, 0), Number.POSITIVE_INFINITY, variance) }
    : { mean, variance };
}

const spatialOf = (x: Tensor) => numelOf(sizesFrom(x.shape, 2));

// running = (1 - momentum) running + momentum batch; `unbias` makes the variance the unbiased one.
function moveRunning(
  mean: Tensor | null,
  variance: Tensor | null,
  own: ChannelMoments,
  momentum: number,
  unbias: number,
): void {
  withGradMode(false, () => {
    const move = (running: Tensor, batch: Tensor, factor: number) =>
      running.mul_(1 - momentum).add_(cast(mul(batch, momentum * factor), running.dtype));
    if (mean !== null) move(mean, own.mean, 1);
    if (variance !== null) move(variance, own.variance, unbias);
  });
}

function normalizeChannels(
  x: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  mean: Tensor,
  variance: Tensor,
  eps: number,
  fixed: boolean,
): Tensor {
  const y = emptyOf(x.shape, x.dtype);
  const dtype = x.dtype as FloatDtype;
  const [n = 0, c = 0] = x.shape;
  const s = spatialOf(x);
  const w = weight === null ? null : contiguous(weight);
  kernels.batchNorm(dtype, contiguous(x), mean, variance, w, bias && contiguous(bias), y, n, c, s, eps);
  const saved = presentOf([x, mean, variance, weight]);
  const inputs = presentOf([x, weight, bias]);
  return record('nativeBatchNorm', inputs, y, saved, (g, [sx = g, sm = g, sv = g, sw], needs, isDonated) => {
    const ofInputs = (dx: Tensor | null, dw: Tensor | null, db: Tensor | null) =>
      [dx, ...(weight === null ? [] : [dw]), ...(bias === null ? [] : [db])].map((d, i) => (needs[i] ? d : null));
    const dims = g.shape.flatMap((_, d) => (d === 1 ? [] : [d]));
    const broadcast = (vector: Tensor) => reshape(vector, [1, c, ...sizesFrom(g.shape, 2).map(() => 1)]);
    if (isGradEnabled() || g.numel() === 0) {
      const statistics = fixed ? { mean: broadcast(sm), variance: broadcast(sv) } : null;
      const { dx, xhat } = normGradient(g, sx, sw === undefined ? null : broadcast(sw), dims, eps, statistics);
      return ofInputs(dx, sum(mul(g, xhat), dims), sum(g, dims));
    }
    const [dy, dx] = gradientPair(g, isDonated);
    const [dw, db] = [emptyOf([c], sx.dtype), emptyOf([c], sx.dtype)];
    const held = sw === undefined ? null : contiguous(sw);
    kernels.batchNormBackward(
      dtype,
      dy,
      contiguous(sx),
      sm,
      sv,
      held,
      needs[0] ? dx : null,
      dw,
      db,
      n,
      c,
      s,
      eps,
      fixed ? 1 : 0,
    );
    return ofInputs(dx, dw, db);
  });
}

/**
 * (x - mean) / sqrt(var + eps) weight + bias, for each channel of each instance.
 *
 * @param x (N, C, *), floating point
 * @throws ValueError for one element per channel and instance; ShapeError if a vector is not (C)
 * @source torch.nn.functional.instance_norm
 * @example
 * F.instanceNorm(tensor([[[1, 2, 3.5], [4, 4, 8]]]));
 * // tensor([[[-1.1355, -0.1622, 1.2978], [-0.7071, -0.7071, 1.4142]]])
 */
export function instanceNorm(x: Tensor, options: InstanceNormFunctionOptions = {}): Tensor {
  checkTensor('instanceNorm', 'input', x);
  const known = ['runningMean', 'runningVar', 'weight', 'bias', 'useInputStats', 'momentum', 'eps'];
  checkOptions('instanceNorm', options, known);
  const { runningMean = null, runningVar = null, weight = null, bias = null } = options;
  const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  const size = `torch.Size([${x.shape.join(', ')}])`;
  if (useInputStats && spatialOf(x) === 1) {
    throw new ValueError(`Expected more than 1 spatial element when training, got input size ${size}`);
  }
  if (x.ndim < 3) throw new ShapeError(`instanceNorm(): expected an input (N, C, *), got ${size}`);
  if (!useInputStats) return batchNorm(x, runningMean, runningVar, { weight, bias, momentum, eps });
  const [n = 0, c = 0] = x.shape;
  const s = spatialOf(x);
  checkRunning(runningMean, runningVar, c, true);
  checkConstant('native_batch_norm', { running_mean: runningMean, running_var: runningVar });
  checkAffine('instanceNorm', x, { weight, bias, runningMean, runningVar }, vectorOf(c));
  checkChannels(n * c, weight ?? bias);
  if ((runningMean !== null || runningVar !== null) && s > 0) {
    const own = momentsOf(reshape(x.detach(), [1, n * c, s]), 1, n * c);
    const perChannel = (values: Tensor) => meanOver(reshape(values, [n, c]), 0);
    const moments = { mean: perChannel(own.mean), variance: perChannel(own.variance) };
    moveRunning(runningMean, runningVar, moments, momentum, s / (s - 1));
  }
  if (eps === 0) {
    // A batch norm of N C channels takes a variance of 0.
    const each = (vector: Tensor | null) => vector && tile(vector, [n]);
    const channels = { weight: each(weight), bias: each(bias), training: true, eps };
    return reshape(batchNorm(reshape(x, [1, n * c, s]), null, null, channels), [...x.shape]);
  }
  return rowNorm('nativeBatchNorm', x, weight, bias, { rows: n * c, n: s, groups: c, inner: s, eps, centred: true });
}
