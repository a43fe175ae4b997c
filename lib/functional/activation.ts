// Activations with parameters.
import { isGradEnabled } from '../autograd/mode.ts';
import { record } from '../autograd/record.ts';
import { type FloatDtype, isFloat } from '../dtype.ts';
import { AutogradError, checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { type Dim, wrapDim } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import type { InplaceOptions } from './activation-unary.ts';
import { checkFloat, float } from './arguments.ts';
import { add, div, eq, ge, gt, le, logicalAnd, lt, mul, sub } from './binary.ts';
import { contiguous } from './copies.ts';
import { gradientPair, inPlace, loopsOf } from './elementwise.ts';
import { cat } from './join.ts';
import { sumToSize } from './reduce.ts';
import { clamp, where } from './select.ts';
import { abs, exp, expm1, isnan, sigmoid } from './unary.ts';
import { narrow, reshape } from './views.ts';
import { wholeFactor } from './weighted.ts';

type Parametrised = (
  dtype: FloatDtype,
  x: Tensor,
  y: Tensor,
  ...rest: [...number[], readonly number[], readonly number[], readonly number[]]
) => void;
type ParametrisedBackward = (dtype: FloatDtype, g: Tensor, x: Tensor, dx: Tensor, ...rest: number[]) => void;

interface Activation {
  readonly name: string;
  readonly run: unknown;
  readonly runBackward: unknown;
  /** The gradient in differentiable operators. */
  readonly gradient: (g: Tensor, x: Tensor) => Tensor;
  /** Whether the input is not there any more when the gradient is wanted, nor to be told from the result. */
  readonly lost?: boolean;
}

// Below 0 the result tells of the input where the slope is not negative.
function checkNotLost(name: string, lost: boolean | undefined): void {
  if (!lost) return;
  throw new AutogradError(
    `In-place ${name} backward calculation is triggered with a negative slope which is not supported. This is caused by calling in-place forward function with a negative slope, please call out-of-place version instead.`,
  );
}

function activate(activation: Activation, x: Tensor, parameters: readonly number[]): Tensor {
  const { name } = activation;
  checkFloat(name, x);
  const y = emptyOf(x.shape, x.dtype);
  const loops = loopsOf(x.shape, [x, y]);
  const run = activation.run as Parametrised;
  run(x.dtype as FloatDtype, x, y, ...parameters, loops.shape, loops.strides[0] ?? [], loops.strides[1] ?? []);
  return record(name, [x], y, [x], (g, [sx = g], _needs, isDonated) => {
    checkNotLost(name, activation.lost);
    if (isGradEnabled()) return [activation.gradient(g, sx)];
    const [dy, dx] = gradientPair(g, isDonated);
    const back = activation.runBackward as ParametrisedBackward;
    back(g.dtype as FloatDtype, dy, contiguous(sx), dx, ...parameters, dx.numel());
    return [dx];
  });
}

/** The activation, or its result written over the input if the options say so. */
function perhapsInPlace(name: string, x: Tensor, options: InplaceOptions, apply: (x: Tensor) => Tensor): Tensor {
  checkTensor(name, 'input', x);
  return options.inplace ? inPlace(`${name}_`, x, [], apply) : apply(x);
}

// Where it is not used, e^x must be finite for the gradient of the gradient, which at 0 is 0.
const negativePart = (x: Tensor) => where(lt(x, 0), x, 0);

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions extends InplaceOptions {
  /** Slope below 0. Default 0.01. */
  negativeSlope?: number;
}

/**
 * x, times `negativeSlope` below 0. @source torch.nn.functional.leaky_relu
 * @example F.leakyRelu(tensor([-1.5, 0, 2]), { negativeSlope: 0.1 }); // tensor([-0.1500, 0.0000, 2.0000])
 */
export function leakyRelu(x: Tensor, options: LeakyReluOptions = {}): Tensor {
  checkTensor('leakyRelu', 'input', x);
  checkOptions('leakyRelu', options, ['negativeSlope', 'inplace']);
  const { negativeSlope = 0.01 } = options;
  const gradient = (g: Tensor, at: Tensor) =>
    mul(g, where(gt(at, 0), 1, where(le(at, 0), negativeSlope, at)).to(at.dtype));
  const lost = options.inplace === true && negativeSlope < 0;
  const { leakyRelu: run, leakyReluBackward: runBackward } = kernels;
  const activation = { name: 'leakyRelu', run, runBackward, gradient, lost };
  return perhapsInPlace('leakyRelu', x, options, (own) => activate(activation, own, [negativeSlope]));
}

/** Options of {@link elu} and {@link celu}. */
export interface EluOptions extends InplaceOptions {
  /** Limit for x toward -infinity, negated. Default 1. */
  alpha?: number;
}

/**
 * x above 0, alpha (e^x - 1) below. @source torch.nn.functional.elu
 * @example F.elu(tensor([-1.5, 0, 2])); // tensor([-0.7769, 0.0000, 2.0000])
 */
export function elu(x: Tensor, options: EluOptions = {}): Tensor {
  checkTensor('elu', 'input', x);
  checkOptions('elu', options, ['alpha', 'inplace']);
  const { alpha = 1 } = options;
  const gradient = (g: Tensor, at: Tensor) => mul(g, where(gt(at, 0), 1, mul(exp(negativePart(at)), alpha)));
  const lost = options.inplace === true && alpha < 0;
  const activation = { name: 'elu', run: kernels.elu, runBackward: kernels.eluBackward, gradient, lost };
  return perhapsInPlace('elu', x, options, (own) => activate(activation, own, [alpha]));
}

/**
 * x above 0, alpha (e^(x / alpha) - 1) below. @throws ValueError if alpha is 0 @source torch.nn.functional.celu
 * @example F.celu(tensor([-1.5, 0, 2]), { alpha: 2 }); // tensor([-1.0553, 0.0000, 2.0000])
 */
export function celu(x: Tensor, options: EluOptions = {}): Tensor {
  checkTensor('celu', 'input', x);
  checkOptions('celu', options, ['alpha', 'inplace']);
  const { alpha = 1 } = options;
  checkFloat('celu', x);
  if (alpha === 0) throw new ValueError('ZeroDivisionError: alpha cannot be 0 for CELU');
  const below = (at: Tensor) => div(negativePart(at), alpha);
  return perhapsInPlace('celu', x, options, (own) => {
    const at = own.detach();
    const y = where(gt(at, 0), at, mul(expm1(div(where(gt(at, 0), 0, at), alpha)), alpha));
    return record('celu', [own], y, [own], (g, [sx = g]) => {
      checkNotLost('elu', options.inplace === true && alpha < 0);
      const slope = where(gt(sx, 0), 1, exp(below(sx)));
      return [mul(g, where(isnan(sx), sx, slope))];
    });
  });
}

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** Steepness. Default 1. */
  beta?: number;
  /** Above this value of beta x the result is x itself. Default 20. */
  threshold?: number;
}

/**
 * log(1 + e^(beta x)) / beta. @source torch.nn.functional.softplus
 * @example F.softplus(tensor([-1.5, 0, 2])); // tensor([0.2014, 0.6931, 2.1269])
 */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  checkTensor('softplus', 'input', x);
  checkOptions('softplus', options, ['beta', 'threshold']);
  const { beta = 1, threshold: limit = 20 } = options;
  const gradient = (g: Tensor, at: Tensor) => {
    const scaled = mul(at, beta);
    // At the threshold the slope itself has none.
    return mul(g, where(gt(scaled, limit), 1, sigmoid(where(eq(scaled, limit), scaled.detach(), scaled))));
  };
  const activation = { name: 'softplus', run: kernels.softplus, runBackward: kernels.softplusBackward, gradient };
  return activate(activation, x, [beta, limit]);
}

/** Options of {@link hardtanh}. */
export interface HardtanhOptions extends InplaceOptions {
  /** Default -1. */
  minVal?: number;
  /** Default 1. */
  maxVal?: number;
}

/**
 * x between `minVal` and `maxVal`, those bounds beyond; the gradient at the bounds is 0.
 *
 * @source torch.nn.functional.hardtanh
 * @example F.hardtanh(tensor([-1.5, 0.5, 2])); // tensor([-1.0000, 0.5000, 1.0000])
 */
export function hardtanh(x: Tensor, options: HardtanhOptions = {}): Tensor {
  checkTensor('hardtanh', 'input', x);
  checkOptions('hardtanh', options, ['minVal', 'maxVal', 'inplace']);
  const { minVal = -1, maxVal = 1 } = options;
  if (minVal > maxVal) throw new ValueError('min_val cannot be greater than max_val');
  if (x.dtype === 'bool') throw new DtypeError('Bool inputs not supported for hardtanh');
  const gradient = (g: Tensor, at: Tensor) => where(logicalAnd(gt(at, minVal), lt(at, maxVal)), g, 0);
  const activation = { name: 'hardtanh', run: kernels.clamp, runBackward: kernels.hardtanhBackward, gradient };
  return perhapsInPlace('hardtanh', x, options, (own) =>
    isFloat(own.dtype)
      ? activate(activation, own, [minVal, maxVal])
      : clamp(own, wholeFactor(minVal), wholeFactor(maxVal)),
  );
}

/**
 * x above `limit`, `value` elsewhere. @source torch.nn.functional.threshold
 * @example F.threshold(tensor([-1.5, 0.5, 2]), 1, 20); // tensor([20., 20., 2.])
 */
export function threshold(x: Tensor, limit: number, value: number, options: InplaceOptions = {}): Tensor {
  checkOptions('threshold', options, ['inplace']);
  float('threshold', 'threshold', limit);
  float('threshold', 'value', value);
  if (checkTensor('threshold', 'input', x).dtype === 'bool') {
    throw new DtypeError('"threshold" not implemented for \'bool\'');
  }
  return perhapsInPlace('threshold', x, options, (own) => {
    const y = emptyOf(own.shape, own.dtype);
    const loops = loopsOf(own.shape, [own, y]);
    const [xs = [], ys = []] = loops.strides;
    kernels.threshold(own.dtype as FloatDtype, own, y, limit, value, loops.shape, xs, ys);
    if (!isFloat(own.dtype)) return y;
    return record('threshold', [own], y, [own], (g, [sx = g]) => [where(le(sx, limit), 0, g)]);
  });
}

// ---- Twins that write over their input

/**
 * {@link leakyRelu} written over its input. @source torch.nn.functional.leaky_relu_
 * @example F.leakyRelu_(tensor([-1.5, 0, 2])); // tensor([-0.0150, 0.0000, 2.0000])
 */
export function leakyRelu_(x: Tensor, options: Omit<LeakyReluOptions, 'inplace'> = {}): Tensor {
  checkTensor('leakyRelu_', 'input', x);
  return leakyRelu(x, { ...options, inplace: true });
}

/**
 * {@link elu} written over its input. @source torch.nn.functional.elu_
 * @example F.elu_(tensor([-1.5, 0, 2])); // tensor([-0.7769, 0.0000, 2.0000])
 */
export function elu_(x: Tensor, options: Omit<EluOptions, 'inplace'> = {}): Tensor {
  checkTensor('elu_', 'input', x);
  return elu(x, { ...options, inplace: true });
}

/**
 * {@link celu} written over its input. @source torch.nn.functional.celu_
 * @example F.celu_(tensor([-1.5, 0, 2])); // tensor([-0.7769, 0.0000, 2.0000])
 */
export function celu_(x: Tensor, options: Omit<EluOptions, 'inplace'> = {}): Tensor {
  checkTensor('celu_', 'input', x);
  return celu(x, { ...options, inplace: true });
}

/**
 * {@link hardtanh} written over its input. @source torch.nn.functional.hardtanh_
 * @example F.hardtanh_(tensor([-1.5, 0.5, 2])); // tensor([-1.0000, 0.5000, 1.0000])
 */
export function hardtanh_(x: Tensor, options: Omit<HardtanhOptions, 'inplace'> = {}): Tensor {
  checkTensor('hardtanh_', 'input', x);
  return hardtanh(x, { ...options, inplace: true });
}

/**
 * {@link threshold} written over its input. @source torch.nn.functional.threshold_
 * @example F.threshold_(tensor([-1.5, 0.5, 2]), 1, 20); // tensor([20., 20., 2.])
 */
export function threshold_(x: Tensor, limit: number, value: number): Tensor {
  checkTensor('threshold_', 'input', x);
  return threshold(x, limit, value, { inplace: true });
}

// ---- Shrinking

/** Options of {@link hardshrink} and {@link softshrink}. */
export interface ShrinkOptions {
  /** Half the width of the band around 0. Default 0.5. */
  lambd?: number;
}

/**
 * x where |x| > lambd, 0 elsewhere. @source torch.nn.functional.hardshrink
 * @example F.hardshrink(tensor([-1.5, 0.25, 2])); // tensor([-1.5000, 0.0000, 2.0000])
 */
export function hardshrink(x: Tensor, options: ShrinkOptions = {}): Tensor {
  checkTensor('hardshrink', 'input', x);
  checkOptions('hardshrink', options, ['lambd']);
  checkFloat('hardshrink', x);
  const { lambd = 0.5 } = options;
  const y = where(le(abs(x.detach()), lambd), 0, x.detach());
  return record('hardshrink', [x], y, [x], (g, [sx = g]) => [where(gt(abs(sx), lambd), g, 0)]);
}

/**
 * x moved toward 0 by lambd, and 0 within lambd of it.
 *
 * @throws ValueError for a negative lambd
 * @source torch.nn.functional.softshrink
 * @example F.softshrink(tensor([-1.5, 0.25, 2])); // tensor([-1.0000, 0.0000, 1.5000])
 */
export function softshrink(x: Tensor, options: ShrinkOptions = {}): Tensor {
  checkTensor('softshrink', 'input', x);
  checkOptions('softshrink', options, ['lambd']);
  const { lambd = 0.5 } = options;
  checkFloat('softshrink', x);
  if (!(lambd >= 0)) throw new ValueError(`lambda must be greater or equal to 0, but found to be ${lambd}.`);
  const at = x.detach();
  const within = logicalAnd(ge(at, -lambd), le(at, lambd));
  const y = where(within, mul(at, 0), where(gt(at, lambd), sub(at, lambd), add(at, lambd)));
  return record('softshrink', [x], y, [x], (g, [sx = g]) => [where(gt(abs(sx), lambd), g, 0)]);
}

// ---- Two operands

/**
 * The first half of `dim` times the sigmoid of the second.
 *
 * @throws ShapeError for an odd size
 * @source torch.nn.functional.glu
 * @example F.glu(tensor([1, 2, 0.5, -0.5])); // tensor([0.6225, 0.7551])
 */
export function glu(x: Tensor, dim: Dim = -1): Tensor {
  checkTensor('glu', 'input', x);
  checkFloat('glu', x);
  if (x.ndim === 0) throw new ShapeError('glu does not support 0-dimensional tensors');
  const d = wrapDim(dim, x.ndim);
  const size = x.shape[d] ?? 0;
  if (size % 2 !== 0) throw new ShapeError(`Halving dimension must be even, but dimension ${d} is size ${size}`);
  const halves = (of: Tensor) => [narrow(of, d, 0, size / 2), narrow(of, d, size / 2, size / 2)] as const;
  const [a, b] = halves(x.detach());
  // a s and b's share a s (1 - s), with s = sigmoid(b)
  return record('glu', [x], mul(a, sigmoid(b)), [x], (g, [sx = g]) => {
    const [first, second] = halves(sx);
    const s = sigmoid(second);
    return [cat([mul(g, s), mul(mul(mul(g, first), s), sub(1, s))], d)];
  });
}

/**
 * x, times `weight` where it is not above 0.
 *
 * @param x (N, C, ...) or any shape
 * @param weight (1), (C) or ()
 * @throws ShapeError if there are several weights and not one for each channel
 * @source torch.nn.functional.prelu
 * @example F.prelu(tensor([-1.5, 0, 2]), tensor([0.25])); // tensor([-0.3750, 0.0000, 2.0000])
 */
export function prelu(x: Tensor, weight: Tensor): Tensor {
  checkTensor('prelu', 'input', x);
  checkFloat('prelu', x);
  checkTensor('prelu', 'weight', weight);
  if (weight.dtype !== x.dtype) {
    throw new DtypeError(`prelu: Type promoting not supported. Got ${x.dtype} and ${weight.dtype}`);
  }
  if (weight.ndim > 1) {
    throw new ShapeError(`prelu: Expected \`weight\` to be a scalar or 1D tensor, but got: ndim = ${weight.ndim}`);
  }
  const count = weight.numel();
  if (count !== 1) {
    if (x.ndim === 0) throw new ShapeError('Not allow zero-dim input tensor.');
    const channels = x.ndim === 1 ? 1 : (x.shape[1] ?? 1);
    if (channels !== count) {
      throw new ShapeError(
        `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${count} and channel size = ${channels}.`,
      );
    }
  }
  const perChannel = reshape(
    weight,
    x.shape.map((_, d) => (d === 1 ? count : 1)),
  );
  const at = x.detach();
  const y = where(gt(at, 0), at, mul(at, perChannel.detach()));
  return record('preluKernel', [x, perChannel], y, [x, perChannel], (g, [sx = g, w = g], [needsX, needsW]) => {
    const positive = gt(sx, 0);
    return [
      needsX ? where(positive, g, mul(g, w)) : null,
      needsW ? sumToSize(where(positive, 0, mul(g, sx)), w.shape) : null,
    ];
  });
}
