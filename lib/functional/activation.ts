// Activations with parameters.
import { isGradEnabled } from '../autograd/mode.ts';
import { record } from '../autograd/record.ts';
import { type FloatDtype, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { ge, gt, le, logicalAnd, lt, mul, sub } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { loopsOf } from './elementwise.ts';
import { clamp, where } from './select.ts';
import { exp, sigmoid } from './unary.ts';

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
  /** The slope in differentiable operators. */
  readonly slope: (x: Tensor) => Tensor;
}

function activate(activation: Activation, x: Tensor, parameters: readonly number[]): Tensor {
  const { name } = activation;
  if (!isFloat(checkTensor(name, 'input', x).dtype)) throw new DtypeError(`"${name}" not implemented for '${x.dtype}'`);
  const y = emptyOf(x.shape, x.dtype);
  const loops = loopsOf(x.shape, [x, y]);
  const run = activation.run as Parametrised;
  run(x.dtype as FloatDtype, x, y, ...parameters, loops.shape, loops.strides[0] ?? [], loops.strides[1] ?? []);
  return record(name, [x], y, [x], (g, [sx = g]) => {
    if (isGradEnabled()) return [mul(g, activation.slope(sx))];
    const dx = emptyOf(g.shape, g.dtype);
    const back = activation.runBackward as ParametrisedBackward;
    back(g.dtype as FloatDtype, contiguous(g), contiguous(sx), dx, ...parameters, dx.numel());
    return [dx];
  });
}

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** Slope below 0. Default 0.01. */
  negativeSlope?: number;
}

/** x, times `negativeSlope` below 0. @source torch.nn.functional.leaky_relu */
export function leakyRelu(x: Tensor, options: LeakyReluOptions = {}): Tensor {
  checkOptions('leakyRelu', options, ['negativeSlope']);
  const { negativeSlope = 0.01 } = options;
  const slope = (at: Tensor) => where(gt(at, 0), 1, where(le(at, 0), negativeSlope, at)).to(at.dtype);
  const activation = { name: 'leakyRelu', run: kernels.leakyRelu, runBackward: kernels.leakyReluBackward, slope };
  return activate(activation, x, [negativeSlope]);
}

/** Options of {@link elu}. */
export interface EluOptions {
  /** Limit for x toward -infinity, negated. Default 1. */
  alpha?: number;
}

/** x above 0, alpha (e^x - 1) below. @source torch.nn.functional.elu */
export function elu(x: Tensor, options: EluOptions = {}): Tensor {
  checkOptions('elu', options, ['alpha']);
  const { alpha = 1 } = options;
  const slope = (at: Tensor) => where(gt(at, 0), 1, mul(exp(at), alpha));
  return activate({ name: 'elu', run: kernels.elu, runBackward: kernels.eluBackward, slope }, x, [alpha]);
}

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** Steepness. Default 1. */
  beta?: number;
  /** Above this value of beta x the result is x itself. Default 20. */
  threshold?: number;
}

/** log(1 + e^(beta x)) / beta. @source torch.nn.functional.softplus */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  checkOptions('softplus', options, ['beta', 'threshold']);
  const { beta = 1, threshold: limit = 20 } = options;
  const slope = (at: Tensor) => where(gt(mul(at, beta), limit), 1, sigmoid(mul(at, beta)));
  return activate({ name: 'softplus', run: kernels.softplus, runBackward: kernels.softplusBackward, slope }, x, [
    beta,
    limit,
  ]);
}

/** Options of {@link hardtanh}. */
export interface HardtanhOptions {
  /** Default -1. */
  minVal?: number;
  /** Default 1. */
  maxVal?: number;
}

/** x between `minVal` and `maxVal`, those bounds beyond; the gradient at the bounds is 0. @source torch.nn.functional.hardtanh */
export function hardtanh(x: Tensor, options: HardtanhOptions = {}): Tensor {
  checkOptions('hardtanh', options, ['minVal', 'maxVal']);
  const { minVal = -1, maxVal = 1 } = options;
  if (!isFloat(checkTensor('hardtanh', 'input', x).dtype)) return clamp(x, minVal, maxVal);
  const slope = (at: Tensor) => cast(logicalAnd(gt(at, minVal), lt(at, maxVal)), at.dtype);
  return activate({ name: 'hardtanh', run: kernels.clamp, runBackward: kernels.hardtanhBackward, slope }, x, [
    minVal,
    maxVal,
  ]);
}

/** x above `limit`, `value` elsewhere. @source torch.nn.functional.threshold */
export function threshold(x: Tensor, limit: number, value: number): Tensor {
  const { dtype } = checkTensor('threshold', 'input', x);
  if (dtype === 'bool') throw new DtypeError('"threshold" not implemented for \'bool\'');
  const y = emptyOf(x.shape, dtype);
  const loops = loopsOf(x.shape, [x, y]);
  kernels.threshold(dtype, x, y, limit, value, loops.shape, loops.strides[0] ?? [], loops.strides[1] ?? []);
  if (!isFloat(dtype)) return y;
  return record('threshold', [x], y, [x], (g, [sx = g]) => [where(le(sx, limit), 0, g)]);
}

/** x where |x| > lambd, 0 elsewhere. @source torch.nn.functional.hardshrink */
export function hardshrink(x: Tensor, options: { lambd?: number } = {}): Tensor {
  checkOptions('hardshrink', options, ['lambd']);
  const { lambd = 0.5 } = options;
  return where(logicalAnd(le(x, lambd), le(mul(x, -1), lambd)), 0, x);
}

/** x moved toward 0 by lambd, and 0 within lambd of it. @source torch.nn.functional.softshrink */
export function softshrink(x: Tensor, options: { lambd?: number } = {}): Tensor {
  checkOptions('softshrink', options, ['lambd']);
  const { lambd = 0.5 } = options;
  const within = logicalAnd(ge(x, -lambd), le(x, lambd));
  return where(within, mul(x, 0), where(gt(x, lambd), sub(x, lambd), sub(x, -lambd)));
}

/** The first half of `dim` times the sigmoid of the second. @source torch.nn.functional.glu */
export function glu(x: Tensor, dim = -1): Tensor {
  const [a, b] = x.chunk(2, dim);
  return a === undefined || b === undefined ? x : mul(a, sigmoid(b));
}
