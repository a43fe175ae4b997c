// Unary operators as functions; what each is stands in unary-table.ts.
import { recordConstant } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { zerosLike } from '../tensor/create.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { div, mul } from './binary.ts';
import { loopsOf, unary } from './elementwise.ts';
import { unaryOperators } from './unary-table.ts';

/** -x. Elementwise; any numeric dtype. @source torch.neg */
export function neg(x: Tensor): Tensor {
  return unary(unaryOperators.neg, checkTensor('neg', 'input', x));
}

/** |x|; the gradient at 0 is 0. Elementwise; any numeric dtype. @source torch.abs */
export function abs(x: Tensor): Tensor {
  return unary(unaryOperators.abs, checkTensor('abs', 'input', x));
}

/** -1, 0 or 1 by the sign of x. Elementwise; any numeric dtype. @source torch.sign */
export function sign(x: Tensor): Tensor {
  return unary(unaryOperators.sign, checkTensor('sign', 'input', x));
}

/** x^2. Elementwise; any numeric dtype. @source torch.square */
export function square(x: Tensor): Tensor {
  return unary(unaryOperators.square, checkTensor('square', 'input', x));
}

/** 1 / x. Elementwise; any dtype; integers become the default floating point type. @source torch.reciprocal */
export function reciprocal(x: Tensor): Tensor {
  return unary(unaryOperators.reciprocal, checkTensor('reciprocal', 'input', x));
}

/** The square root of x. Elementwise; any dtype; integers become the default floating point type. @source torch.sqrt */
export function sqrt(x: Tensor): Tensor {
  return unary(unaryOperators.sqrt, checkTensor('sqrt', 'input', x));
}

/** 1 / sqrt(x). Elementwise; any dtype; integers become the default floating point type. @source torch.rsqrt */
export function rsqrt(x: Tensor): Tensor {
  return unary(unaryOperators.rsqrt, checkTensor('rsqrt', 'input', x));
}

/** e^x. Elementwise; any dtype; integers become the default floating point type. @source torch.exp */
export function exp(x: Tensor): Tensor {
  return unary(unaryOperators.exp, checkTensor('exp', 'input', x));
}

/** 2^x. Elementwise; any dtype; integers become the default floating point type. @source torch.exp2 */
export function exp2(x: Tensor): Tensor {
  return unary(unaryOperators.exp2, checkTensor('exp2', 'input', x));
}

/** e^x - 1, exact near 0. Elementwise; any dtype; integers become the default floating point type. @source torch.expm1 */
export function expm1(x: Tensor): Tensor {
  return unary(unaryOperators.expm1, checkTensor('expm1', 'input', x));
}

/** The natural logarithm of x. Elementwise; any dtype; integers become the default floating point type. @source torch.log */
export function log(x: Tensor): Tensor {
  return unary(unaryOperators.log, checkTensor('log', 'input', x));
}

/** log(1 + x), exact near 0. Elementwise; any dtype; integers become the default floating point type. @source torch.log1p */
export function log1p(x: Tensor): Tensor {
  return unary(unaryOperators.log1p, checkTensor('log1p', 'input', x));
}

/** The logarithm of x to base 2. Elementwise; any dtype; integers become the default floating point type. @source torch.log2 */
export function log2(x: Tensor): Tensor {
  return unary(unaryOperators.log2, checkTensor('log2', 'input', x));
}

/** The logarithm of x to base 10. Elementwise; any dtype; integers become the default floating point type. @source torch.log10 */
export function log10(x: Tensor): Tensor {
  return unary(unaryOperators.log10, checkTensor('log10', 'input', x));
}

/** The sine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.sin */
export function sin(x: Tensor): Tensor {
  return unary(unaryOperators.sin, checkTensor('sin', 'input', x));
}

/** The cosine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.cos */
export function cos(x: Tensor): Tensor {
  return unary(unaryOperators.cos, checkTensor('cos', 'input', x));
}

/** The tangent of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.tan */
export function tan(x: Tensor): Tensor {
  return unary(unaryOperators.tan, checkTensor('tan', 'input', x));
}

/** The arc sine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.asin */
export function asin(x: Tensor): Tensor {
  return unary(unaryOperators.asin, checkTensor('asin', 'input', x));
}

/** The arc cosine of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.acos */
export function acos(x: Tensor): Tensor {
  return unary(unaryOperators.acos, checkTensor('acos', 'input', x));
}

/** The arc tangent of x, in radians. Elementwise; any dtype; integers become the default floating point type. @source torch.atan */
export function atan(x: Tensor): Tensor {
  return unary(unaryOperators.atan, checkTensor('atan', 'input', x));
}

/** The hyperbolic sine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.sinh */
export function sinh(x: Tensor): Tensor {
  return unary(unaryOperators.sinh, checkTensor('sinh', 'input', x));
}

/** The hyperbolic cosine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.cosh */
export function cosh(x: Tensor): Tensor {
  return unary(unaryOperators.cosh, checkTensor('cosh', 'input', x));
}

/** The hyperbolic tangent of x. Elementwise; any dtype; integers become the default floating point type. @source torch.tanh */
export function tanh(x: Tensor): Tensor {
  return unary(unaryOperators.tanh, checkTensor('tanh', 'input', x));
}

/** The inverse hyperbolic sine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.asinh */
export function asinh(x: Tensor): Tensor {
  return unary(unaryOperators.asinh, checkTensor('asinh', 'input', x));
}

/** The inverse hyperbolic cosine of x. Elementwise; any dtype; integers become the default floating point type. @source torch.acosh */
export function acosh(x: Tensor): Tensor {
  return unary(unaryOperators.acosh, checkTensor('acosh', 'input', x));
}

/** The inverse hyperbolic tangent of x. Elementwise; any dtype; integers become the default floating point type. @source torch.atanh */
export function atanh(x: Tensor): Tensor {
  return unary(unaryOperators.atanh, checkTensor('atanh', 'input', x));
}

/** The error function of x. Elementwise; any dtype; integers become the default floating point type. @source torch.erf */
export function erf(x: Tensor): Tensor {
  return unary(unaryOperators.erf, checkTensor('erf', 'input', x));
}

/** 1 - erf(x), exact for large x. Elementwise; any dtype; integers become the default floating point type. @source torch.erfc */
export function erfc(x: Tensor): Tensor {
  return unary(unaryOperators.erfc, checkTensor('erfc', 'input', x));
}

/** 1 / (1 + e^-x). Elementwise; any dtype; integers become the default floating point type. @source torch.sigmoid */
export function sigmoid(x: Tensor): Tensor {
  return unary(unaryOperators.sigmoid, checkTensor('sigmoid', 'input', x));
}

/** The largest integer <= x. Elementwise; any dtype but bool; integers stay. @source torch.floor */
export function floor(x: Tensor): Tensor {
  return unary(unaryOperators.floor, checkTensor('floor', 'input', x));
}

/** The smallest integer >= x. Elementwise; any dtype but bool; integers stay. @source torch.ceil */
export function ceil(x: Tensor): Tensor {
  return unary(unaryOperators.ceil, checkTensor('ceil', 'input', x));
}

/** Options of {@link round}. */
export interface RoundOptions {
  /** Places after the point; negative ones stand before it. Default 0. */
  decimals?: number;
}

/** The nearest multiple of 10^-decimals, halves to even. Elementwise; any dtype but bool. @source torch.round */
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

/** x without its fraction. Elementwise; any dtype but bool; integers stay. @source torch.trunc */
export function trunc(x: Tensor): Tensor {
  return unary(unaryOperators.trunc, checkTensor('trunc', 'input', x));
}

/** The fraction of x, with its sign. Elementwise; any dtype; integers become the default floating point type. @source torch.frac */
export function frac(x: Tensor): Tensor {
  return unary(unaryOperators.frac, checkTensor('frac', 'input', x));
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

/** x bit by bit inverted; not, for booleans. @throws DtypeError for floating point @source torch.bitwise_not */
export function bitwiseNot(x: Tensor): Tensor {
  if (isFloat(checkTensor('bitwiseNot', 'input', x).dtype))
    throw new DtypeError(`bitwiseNot: not implemented for ${x.dtype}`);
  return unary(unaryOperators.bitwiseNot, x);
}

/** Whether x is 0. @returns bool @source torch.logical_not */
export function logicalNot(x: Tensor): Tensor {
  return mask('logicalNot', kernels.logicalNot, checkTensor('logicalNot', 'input', x));
}

/** Whether x is NaN. @returns bool @source torch.isnan */
export function isnan(x: Tensor): Tensor {
  return isFloat(checkTensor('isnan', 'input', x).dtype) ? mask('isnan', kernels.isnan, x) : falseLike(x);
}

/** Whether x is infinite. @returns bool @source torch.isinf */
export function isinf(x: Tensor): Tensor {
  return isFloat(checkTensor('isinf', 'input', x).dtype) ? mask('isinf', kernels.isinf, x) : falseLike(x);
}

/** Whether x is neither infinite nor NaN. @returns bool @source torch.isfinite */
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
