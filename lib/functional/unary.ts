// Unary operators as functions; what each is stands in unary-table.ts.
import { recordConstant } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { zerosLike } from '../tensor/create.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { div, mul } from './binary.ts';
import { cast } from './copies.ts';
import { loopsOf, unary } from './elementwise.ts';
import { unaryOperators } from './unary-table.ts';

/**
 * -x. Elementwise; any numeric dtype. @source torch.neg
 * @example neg(tensor([1, -2, 3])); // tensor([-1, 2, -3])
 */
export function neg(x: Tensor): Tensor {
  return unary(unaryOperators.neg, checkTensor('neg', 'input', x));
}

/**
 * |x|; the gradient at 0 is 0. Elementwise; any numeric dtype. @source torch.abs
 * @example abs(tensor([-1, 0, 2.5])); // tensor([1.0000, 0.0000, 2.5000])
 */
export function abs(x: Tensor): Tensor {
  return unary(unaryOperators.abs, checkTensor('abs', 'input', x));
}

/**
 * -1, 0 or 1 by the sign of x. Elementwise; any dtype. @source torch.sign
 * @example sign(tensor([-3, 0, 0.5])); // tensor([-1., 0., 1.])
 */
export function sign(x: Tensor): Tensor {
  const input = checkTensor('sign', 'input', x);
  return input.dtype === 'bool' ? cast(input, 'bool') : unary(unaryOperators.sign, input);
}

/**
 * x^2. Elementwise; any numeric dtype. @source torch.square
 * @example square(tensor([1, 2, 3])); // tensor([1, 4, 9])
 */
export function square(x: Tensor): Tensor {
  const input = checkTensor('square', 'input', x);
  return unary(unaryOperators.square, input.dtype === 'bool' ? cast(input, 'int64') : input);
}

/**
 * 1 / x. Elementwise; any dtype; integers become the default floating point type. @source torch.reciprocal
 * @example reciprocal(tensor([1, 2, 4])); // tensor([1.0000, 0.5000, 0.2500])
 */
export function reciprocal(x: Tensor): Tensor {
  return unary(unaryOperators.reciprocal, checkTensor('reciprocal', 'input', x));
}

/**
 * The square root of x. Elementwise; any dtype; integers become the default floating point type. @source torch.sqrt
 * @example sqrt(tensor([1, 4, 9])); // tensor([1., 2., 3.])
 */
export function sqrt(x: Tensor): Tensor {
  return unary(unaryOperators.sqrt, checkTensor('sqrt', 'input', x));
}

/**
 * 1 / sqrt(x). Elementwise; any dtype; integers become the default floating point type. @source torch.rsqrt
 * @example rsqrt(tensor([1, 4, 16])); // tensor([1.0000, 0.5000, 0.2500])
 */
export function rsqrt(x: Tensor): Tensor {
  return unary(unaryOperators.rsqrt, checkTensor('rsqrt', 'input', x));
}

/**
 * e^x. Elementwise; any dtype; integers become the default floating point type. @source torch.exp
 * @example exp(tensor([0, 1])); // tensor([1.0000, 2.7183])
 */
export function exp(x: Tensor): Tensor {
  return unary(unaryOperators.exp, checkTensor('exp', 'input', x));
}

/**
 * 2^x. Elementwise; any dtype; integers become the default floating point type. @source torch.exp2
 * @example exp2(tensor([0, 1, 3])); // tensor([1., 2., 8.])
 */
export function exp2(x: Tensor): Tensor {
  return unary(unaryOperators.exp2, checkTensor('exp2', 'input', x));
}

/**
 * e^x - 1, exact near 0. Elementwise; any dtype; integers become the default floating point type. @source torch.expm1
 * @example expm1(tensor([0, 1e-4, 1])); // tensor([0.0000e+00, 1.0000e-04, 1.7183e+00])
 */
export function expm1(x: Tensor): Tensor {
  return unary(unaryOperators.expm1, checkTensor('expm1', 'input', x));
}

/**
 * The natural logarithm of x. Elementwise; any dtype; integers become the default floating point type. @source torch.log
 * @example log(tensor([1, 2, 10])); // tensor([0.0000, 0.6931, 2.3026])
 */
export function log(x: Tensor): Tensor {
  return unary(unaryOperators.log, checkTensor('log', 'input', x));
}

/**
 * log(1 + x), exact near 0. Elementwise; any dtype; integers become the default floating point type. @source torch.log1p
 * @example log1p(tensor([0, 1e-4, 1])); // tensor([0.0000e+00, 9.9995e-05, 6.9315e-01])
 */
export function log1p(x: Tensor): Tensor {
  return unary(unaryOperators.log1p, checkTensor('log1p', 'input', x));
}

/**
 * The logarithm of x to base 2. Elementwise; any dtype; integers become the default floating point type. @source torch.log2
 * @example log2(tensor([1, 2, 8])); // tensor([0., 1., 3.])
 */
export function log2(x: Tensor): Tensor {
  return unary(unaryOperators.log2, checkTensor('log2', 'input', x));
}

/**
 * The logarithm of x to base 10. Elementwise; any dtype; integers become the default floating point type. @source torch.log10
 * @example log10(tensor([1, 10, 1000])); // tensor([0., 1., 3.])
 */
export function log10(x: Tensor): Tensor {
  return unary(unaryOperators.log10, checkTensor('log10', 'input', x));
}

/**
 * The sine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.sin
 * @example sin(tensor([0, Math.PI / 6, Math.PI / 2])); // tensor([0.0000, 0.5000, 1.0000])
 */
export function sin(x: Tensor): Tensor {
  return unary(unaryOperators.sin, checkTensor('sin', 'input', x));
}

/**
 * The cosine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.cos
 * @example cos(tensor([0, Math.PI / 3, Math.PI])); // tensor([1.0000, 0.5000, -1.0000])
 */
export function cos(x: Tensor): Tensor {
  return unary(unaryOperators.cos, checkTensor('cos', 'input', x));
}

/**
 * The tangent of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.tan
 * @example tan(tensor([0, 0.5, 1])); // tensor([0.0000, 0.5463, 1.5574])
 */
export function tan(x: Tensor): Tensor {
  return unary(unaryOperators.tan, checkTensor('tan', 'input', x));
}

/**
 * The arc sine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.asin
 * @example asin(tensor([0, 0.5, 1])); // tensor([0.0000, 0.5236, 1.5708])
 */
export function asin(x: Tensor): Tensor {
  return unary(unaryOperators.asin, checkTensor('asin', 'input', x));
}

/**
 * The arc cosine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.acos
 * @example acos(tensor([0, 0.5, 1])); // tensor([1.5708, 1.0472, 0.0000])
 */
export function acos(x: Tensor): Tensor {
  return unary(unaryOperators.acos, checkTensor('acos', 'input', x));
}

/**
 * The arc tangent of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.atan
 * @example atan(tensor([-1, 0, 1])); // tensor([-0.7854, 0.0000, 0.7854])
 */
export function atan(x: Tensor): Tensor {
  return unary(unaryOperators.atan, checkTensor('atan', 'input', x));
}

/**
 * The hyperbolic sine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.sinh
 * @example sinh(tensor([-1, 0, 1])); // tensor([-1.1752, 0.0000, 1.1752])
 */
export function sinh(x: Tensor): Tensor {
  return unary(unaryOperators.sinh, checkTensor('sinh', 'input', x));
}

/**
 * The hyperbolic cosine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.cosh
 * @example cosh(tensor([-1, 0, 1])); // tensor([1.5431, 1.0000, 1.5431])
 */
export function cosh(x: Tensor): Tensor {
  return unary(unaryOperators.cosh, checkTensor('cosh', 'input', x));
}

/**
 * The hyperbolic tangent of x. Elementwise; any dtype; integers become the default floating point type. @source torch.tanh
 * @example tanh(tensor([-1, 0, 1])); // tensor([-0.7616, 0.0000, 0.7616])
 */
export function tanh(x: Tensor): Tensor {
  return unary(unaryOperators.tanh, checkTensor('tanh', 'input', x));
}

/**
 * The inverse hyperbolic sine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.asinh
 * @example asinh(tensor([-1, 0, 1])); // tensor([-0.8814, 0.0000, 0.8814])
 */
export function asinh(x: Tensor): Tensor {
  return unary(unaryOperators.asinh, checkTensor('asinh', 'input', x));
}

/**
 * The inverse hyperbolic cosine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.acosh
 * @example acosh(tensor([1, 2])); // tensor([0.0000, 1.3170])
 */
export function acosh(x: Tensor): Tensor {
  return unary(unaryOperators.acosh, checkTensor('acosh', 'input', x));
}

/**
 * The inverse hyperbolic tangent of x. Elementwise; any dtype; integers become the default floating point type. @source torch.atanh
 * @example atanh(tensor([-0.5, 0, 0.5])); // tensor([-0.5493, 0.0000, 0.5493])
 */
export function atanh(x: Tensor): Tensor {
  return unary(unaryOperators.atanh, checkTensor('atanh', 'input', x));
}

/**
 * The error function of x. Elementwise; any dtype; integers become the default floating point type. @source torch.erf
 * @example erf(tensor([-1, 0, 1])); // tensor([-0.8427, 0.0000, 0.8427])
 */
export function erf(x: Tensor): Tensor {
  return unary(unaryOperators.erf, checkTensor('erf', 'input', x));
}

/**
 * 1 - erf(x), exact for large x. Elementwise; any dtype; integers become the default floating point type. @source torch.erfc
 * @example erfc(tensor([-1, 0, 1])); // tensor([1.8427, 1.0000, 0.1573])
 */
export function erfc(x: Tensor): Tensor {
  return unary(unaryOperators.erfc, checkTensor('erfc', 'input', x));
}

/**
 * 1 / (1 + e^-x). Elementwise; any dtype; integers become the default floating point type. @source torch.sigmoid
 * @example sigmoid(tensor([-1, 0, 1])); // tensor([0.2689, 0.5000, 0.7311])
 */
export function sigmoid(x: Tensor): Tensor {
  return unary(unaryOperators.sigmoid, checkTensor('sigmoid', 'input', x));
}

/**
 * The largest integer <= x. Elementwise; any dtype but bool; integers stay. @source torch.floor
 * @example floor(tensor([-1.5, 0.5, 2])); // tensor([-2., 0., 2.])
 */
export function floor(x: Tensor): Tensor {
  return unary(unaryOperators.floor, checkTensor('floor', 'input', x));
}

/**
 * The smallest integer >= x. Elementwise; any dtype but bool; integers stay. @source torch.ceil
 * @example ceil(tensor([-1.5, 0.5, 2])); // tensor([-1., 1., 2.])
 */
export function ceil(x: Tensor): Tensor {
  return unary(unaryOperators.ceil, checkTensor('ceil', 'input', x));
}

/** Options of {@link round}. */
export interface RoundOptions {
  /** Places after the point; negative ones stand before it. Default 0. */
  decimals?: number;
}

/**
 * The nearest multiple of 10^-decimals, halves to even. Elementwise; any dtype but bool; integers stay. @source torch.round
 * @example
 * round(tensor([0.5, 1.5, -2.7])); // tensor([0., 2., -3.])
 * round(tensor([1.234]), { decimals: 1 }); // tensor([1.2000])
 */
export function round(x: Tensor, options: RoundOptions = {}): Tensor {
  checkTensor('round', 'input', x);
  checkOptions('round', options, ['decimals']);
  const { decimals = 0 } = options;
  if (!Number.isInteger(decimals)) throw new ArgumentTypeError(`round: decimals must be an integer, got ${decimals}`);
  if (decimals === 0) return unary(unaryOperators.round, x);
  if (!isFloat(x.dtype)) throw new DtypeError(`round: decimals are not implemented for '${x.dtype}'`);
  const scale = 10 ** Math.abs(decimals);
  const whole = (scaled: Tensor) => unary(unaryOperators.round, scaled);
  return decimals > 0 ? div(whole(mul(x, scale)), scale) : mul(whole(div(x, scale)), scale);
}

/**
 * x without its fraction. Elementwise; any dtype but bool; integers stay. @source torch.trunc
 * @example trunc(tensor([-1.5, 0.5, 2])); // tensor([-1., 0., 2.])
 */
export function trunc(x: Tensor): Tensor {
  return unary(unaryOperators.trunc, checkTensor('trunc', 'input', x));
}

/**
 * The fraction of x, with its sign. Elementwise; floating point. @source torch.frac
 * @example frac(tensor([-1.5, 0.25, 2])); // tensor([-0.5000, 0.2500, 0.0000])
 */
export function frac(x: Tensor): Tensor {
  if (!isFloat(checkTensor('frac', 'input', x).dtype)) {
    throw new DtypeError(`"frac_cpu" not implemented for '${scalarName(x.dtype)}'`);
  }
  return unary(unaryOperators.frac, x);
}

// ---- Masks

type MaskKernel = (
  dtype: 'float32',
  x: Tensor,
  y: Tensor,
  shape: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
) => void;

function mask(name: string, kernel: MaskKernel, x: Tensor): Tensor {
  const y = emptyOf(x.shape, 'bool');
  const loops = loopsOf(x.shape, [x, y]);
  kernel(x.dtype as 'float32', x, y, loops.shape, loops.strides[0] ?? [], loops.strides[1] ?? []);
  return recordConstant(name, [x], y);
}

/**
 * x bit by bit inverted; not, for booleans. @throws DtypeError for floating point @source torch.bitwise_not
 * @example bitwiseNot(tensor([0, 1, -5])); // tensor([-1, -2, 4])
 */
export function bitwiseNot(x: Tensor): Tensor {
  return unary(unaryOperators.bitwiseNot, checkTensor('bitwiseNot', 'input', x));
}

/**
 * Whether x is 0. @returns bool @source torch.logical_not
 * @example logicalNot(tensor([0, 1, -5])); // tensor([True, False, False])
 */
export function logicalNot(x: Tensor): Tensor {
  return mask('logicalNot', kernels.logicalNot, checkTensor('logicalNot', 'input', x));
}

/**
 * Whether x is NaN. @returns bool @source torch.isnan
 * @example isnan(tensor([1, NaN, Infinity])); // tensor([False, True, False])
 */
export function isnan(x: Tensor): Tensor {
  return isFloat(checkTensor('isnan', 'input', x).dtype) ? mask('isnan', kernels.isnan, x) : falseLike(x);
}

/**
 * Whether x is infinite. @returns bool @source torch.isinf
 * @example isinf(tensor([1, NaN, Infinity])); // tensor([False, False, True])
 */
export function isinf(x: Tensor): Tensor {
  return isFloat(checkTensor('isinf', 'input', x).dtype) ? mask('isinf', kernels.isinf, x) : falseLike(x);
}

/**
 * Whether x is neither infinite nor NaN. @returns bool @source torch.isfinite
 * @example isfinite(tensor([1, NaN, Infinity])); // tensor([True, False, False])
 */
export function isfinite(x: Tensor): Tensor {
  return isFloat(checkTensor('isfinite', 'input', x).dtype)
    ? mask('isfinite', kernels.isfinite, x)
    : logicalNot(falseLike(x));
}

function falseLike(x: Tensor): Tensor {
  return zerosLike(x, { dtype: 'bool' });
}

// ---- Gradients too long for the table

// Phi(x) + x phi(x)
