// Rarer elementwise operators, made of others: signs, logarithms of sums, integers, angles.
import { withGradMode } from '../autograd/mode.ts';
import { nameNode, record, recordRefusal } from '../autograd/record.ts';
import { type Dtype, factsOf, isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError } from '../errors.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { float } from './arguments.ts';
import {
  add,
  div,
  eq,
  ge,
  gt,
  le,
  logicalAnd,
  logicalOr,
  lt,
  maximum,
  minimum,
  mul,
  type Operand,
  pow,
  sub,
} from './binary.ts';
import { cast } from './copies.ts';
import { checkOneTensor, checkOperand, floating, operandTensor, resultType } from './elementwise.ts';
import { sumToSize } from './reduce.ts';
import { refusedSlope, scalarwise } from './scalarwise.ts';
import { clamp, where } from './select.ts';
import { abs, exp, exp2, isinf, isnan, log, log1p, log2, neg, sign, sin, sqrt, square } from './unary.ts';

function bothFloating(x: Operand, y: Operand, who: string): [Tensor, Tensor] {
  checkOperand(who, 'self', x);
  checkOperand(who, 'other', y);
  checkOneTensor(who, x, y);
  return [floating(x, [y]), floating(y, [x])];
}

/**
 * Whether the sign bit is set, that of -0 included. @returns bool @source torch.signbit
 * @example signbit(tensor([1.5, -0, -2])); // tensor([False, True, True])
 */
export function signbit(x: Tensor): Tensor {
  const negative = (value: number) => (value < 0 || Object.is(value, -0) ? 1 : 0);
  return isFloat(checkTensor('signbit', 'input', x).dtype)
    ? scalarwise('signbit', negative, [x], { result: 'bool' })
    : lt(x, 0);
}

/**
 * |x| with the sign of y. @source torch.copysign
 * @example copysign(tensor([1.5, -2]), tensor([-1, 3.5])); // tensor([-1.5000, 2.0000])
 */
export function copysign(x: Tensor, y: Operand): Tensor {
  const [a, b] = bothFloating(checkTensor('copysign', 'input', x), y, 'copysign');
  const size = abs(a.detach());
  const signed = where(signbit(b), neg(size), size);
  // The slope is the quotient of result and x, which of infinities is NaN.
  return record('copysign', [a, b], signed, [a, signed], (g, [at = g, own = g], [needsX, needsY]) => [
    needsX ? sumToSize(mul(g, where(eq(at, 0), 0, div(own, at))), a.shape) : null,
    needsY ? sumToSize(mul(g, 0), b.shape) : null,
  ]);
}

/**
 * The sign: -1, 0 or 1. @source torch.sgn
 * @example sgn(tensor([-1.5, 0, 4])); // tensor([-1., 0., 1.])
 */
export function sgn(x: Tensor): Tensor {
  checkTensor('sgn', 'input', x);
  return nameNode('sgn', sign(x));
}

/**
 * x itself. @throws DtypeError for bool @source torch.positive
 * @example positive(tensor([-1, 2])); // tensor([-1, 2])
 */
export function positive(x: Tensor): Tensor {
  if (checkTensor('positive', 'input', x).dtype === 'bool') {
    throw new DtypeError('The `+` operator, on a bool tensor is not supported.');
  }
  return x;
}

/**
 * sqrt(x^2 + y^2). @source torch.hypot
 * @example hypot(tensor([3, 1.5]), tensor([4, 2.5])); // tensor([5.0000, 2.9155])
 */
export function hypot(x: Tensor, y: Tensor): Tensor {
  checkTensor('hypot', 'input', x);
  checkTensor('hypot', 'other', y);
  const common = resultType([x, y]);
  if (!isFloat(common)) throw new DtypeError(`"hypot_cpu" not implemented for '${scalarName(common)}'`);
  const [a, b] = [operandTensor(x, common), operandTensor(y, common)];
  const length = withGradMode(false, () => {
    const [small, large] = [minimum(abs(a), abs(b)), maximum(abs(a), abs(b))];
    // Of the ratio, since squares of the operands overflow where the result does not.
    const scaled = mul(large, sqrt(add(square(div(small, where(eq(large, 0), 1, large))), 1)));
    return where(logicalOr(isinf(a), isinf(b)), Number.POSITIVE_INFINITY, scaled);
  });
  return record('hypot', [a, b], length, [a, b, length], (g, [sa = g, sb = g, sy = g]) => [
    sumToSize(mul(g, div(sa, sy)), a.shape),
    sumToSize(mul(g, div(sb, sy)), b.shape),
  ]);
}

/**
 * The larger; NaN only where both are. @source torch.fmax
 * @example fmax(tensor([1, NaN]), tensor([3.5, 4])); // tensor([3.5000, 4.0000])
 */
export function fmax(x: Tensor, y: Tensor): Tensor {
  checkTensor('fmax', 'input', x);
  checkTensor('fmax', 'other', y);
  return where(logicalOr(ge(x, y), isnan(y)), x, y);
}

/**
 * The smaller; NaN only where both are. @source torch.fmin
 * @example fmin(tensor([1, NaN]), tensor([3.5, 4])); // tensor([1., 4.])
 */
export function fmin(x: Tensor, y: Tensor): Tensor {
  checkTensor('fmin', 'input', x);
  checkTensor('fmin', 'other', y);
  return where(logicalOr(le(x, y), isnan(y)), x, y);
}

function logOfSum(
  name: string,
  x: Tensor,
  y: Tensor,
  power: (x: Tensor) => Tensor,
  logarithm: (x: Tensor) => Tensor,
): Tensor {
  const dtype = resultType([x, y]);
  if (!isFloat(dtype)) throw new DtypeError(`"${name}_cpu" not implemented for '${scalarName(dtype)}'`);
  const [a, b] = [operandTensor(x, dtype), operandTensor(y, dtype)];
  const total = withGradMode(false, () => {
    const infinite = logicalAnd(eq(a, b), isinf(a));
    const distance = where(infinite, 0, neg(abs(sub(a, b))));
    return where(infinite, a, add(maximum(a, b), logarithm(power(distance))));
  });
  // d log(e^a + e^b)/da = 1/(1 + e^(b - a)), which has gradients where a = b too, unlike max(a, b) and |a - b|.
  return record(name, [a, b], total, [a, b], (g, [sa = g, sb = g]) => [
    sumToSize(div(g, add(power(sub(sb, sa)), 1)), a.shape),
    sumToSize(div(g, add(power(sub(sa, sb)), 1)), b.shape),
  ]);
}

/**
 * log(e^x + e^y), without overflow. @source torch.logaddexp
 * @example logaddexp(tensor([-1, -2.5]), tensor([-1, 0.5])); // tensor([-0.3069, 0.5486])
 */
export function logaddexp(x: Tensor, y: Tensor): Tensor {
  checkTensor('logaddexp', 'input', x);
  checkTensor('logaddexp', 'other', y);
  return logOfSum('logaddexp', x, y, exp, log1p);
}

/**
 * log2(2^x + 2^y), without overflow. @source torch.logaddexp2
 * @example logaddexp2(tensor([-1, -2.5]), tensor([-1, 0.5])); // tensor([0.0000, 0.6699])
 */
export function logaddexp2(x: Tensor, y: Tensor): Tensor {
  checkTensor('logaddexp2', 'input', x);
  checkTensor('logaddexp2', 'other', y);
  return logOfSum('logaddexp2', x, y, exp2, (z) => log2(add(z, 1)));
}

/**
 * x log(y), and 0 where x is 0 and y is not NaN. @source torch.xlogy
 * @example xlogy(tensor([0, 2]), tensor([0, 3])); // tensor([0.0000, 2.1972])
 */
export function xlogy(x: Operand, y: Operand): Tensor {
  const [a, b] = bothFloating(x, y, 'xlogy');
  const zero = logicalAnd(eq(a, 0), logicalOr(le(b, 0), eq(b, Number.POSITIVE_INFINITY)));
  return timesLog(a, b, zero, log, 0);
}

/**
 * x log(1 + y), and 0 where x is 0 and y is not NaN. @source torch.special.xlog1py
 * @example special.xlog1py(tensor([0, 2]), tensor([-1, 3])); // tensor([0.0000, 2.7726])
 */
export function xlog1py(x: Operand, y: Operand): Tensor {
  const [a, b] = bothFloating(x, y, 'xlog1py');
  const zero = logicalAnd(eq(a, 0), logicalOr(le(b, -1), eq(b, Number.POSITIVE_INFINITY)));
  return timesLog(a, b, zero, log1p, 1);
}

// a log(b + shift), and 0 where `zero` holds; the gradient by b is a / (b + shift) even there.
function timesLog(a: Tensor, b: Tensor, zero: Tensor, logarithm: (x: Tensor) => Tensor, shift: number): Tensor {
  const factor = where(zero, 0, logarithm(b.detach()));
  const recorded = record('log', [b], factor, [b], (g, [held = g]) => [sumToSize(div(g, add(held, shift)), b.shape)]);
  return mul(where(zero, abs(a), a), recorded);
}

/**
 * 0 below 0, 1 above, and `values` at 0. @source torch.heaviside
 * @example heaviside(tensor([-1.5, 0, 2]), tensor([0.5])); // tensor([0.0000, 0.5000, 1.0000])
 */
export function heaviside(x: Tensor, values: Tensor): Tensor {
  checkTensor('heaviside', 'input', x);
  checkTensor('heaviside', 'values', values);
  if (x.dtype !== values.dtype)
    throw new DtypeError('heaviside is not yet implemented for tensors with different dtypes.');
  const y = where(eq(x.detach(), 0), values.detach(), cast(gt(x.detach(), 0), x.dtype));
  recordRefusal('heaviside', [x, values], [y], 'derivative for aten::heaviside is not implemented');
  return y;
}

/**
 * sin(pi x) / (pi x), and 1 at 0. @source torch.sinc
 * @example sinc(tensor([0, 0.5, 1.5])); // tensor([1.0000, 0.6366, -0.2122])
 */
export function sinc(x: Tensor): Tensor {
  const input = floating(checkTensor('sinc', 'input', x));
  const zero = eq(input, 0);
  const angle = mul(where(zero, 1, input), Math.PI);
  return where(zero, 1, div(sin(angle), angle));
}

/**
 * log(x / (1 - x)), of x within [eps, 1 - eps] if eps is given. @source torch.logit
 * @example logit(tensor([0.25, 0.5, 1]), 1e-6); // tensor([-1.0986, 0.0000, 13.8023])
 */
export function logit(x: Tensor, eps: number | { eps?: number | null } | null = null): Tensor {
  if (typeof eps === 'object' && eps !== null) checkOptions('logit', eps, ['eps']);
  const given = typeof eps === 'object' ? (eps?.eps ?? null) : eps;
  const bound = given === null ? null : float('logit', 'eps', given);
  const input = floating(checkTensor('logit', 'input', x));
  const inside = bound === null ? input : clamp(input, bound, 1 - bound);
  const at = inside.detach();
  const y = log(div(at, sub(1, at)));
  const [low, beyond] = bound === null ? [0, Number.NaN] : [bound, 0];
  // d(logit) = dx / (x (1 - x)); beyond the ends 0, or NaN without eps.
  return record('logit', [input], y, [input], (g, [x = g]) => {
    const within = logicalAnd(ge(x, low), le(x, 1 - low));
    return [where(within, div(g, mul(x, sub(1, x))), beyond)];
  });
}

/**
 * Whether infinite and positive. @returns bool @source torch.isposinf
 * @example isposinf(tensor([-Infinity, Infinity, 1])); // tensor([False, True, False])
 */
export function isposinf(x: Tensor): Tensor {
  checkTensor('isposinf', 'input', x);
  return eq(x, Number.POSITIVE_INFINITY);
}

/**
 * Whether infinite and negative. @returns bool @source torch.isneginf
 * @example isneginf(tensor([-Infinity, Infinity, 1])); // tensor([True, False, False])
 */
export function isneginf(x: Tensor): Tensor {
  checkTensor('isneginf', 'input', x);
  return eq(x, Number.NEGATIVE_INFINITY);
}

/**
 * True everywhere: no element has an imaginary part. @returns bool @source torch.isreal
 * @example isreal(tensor([1, 2.5])); // tensor([True, True])
 */
export function isreal(x: Tensor): Tensor {
  checkTensor('isreal', 'input', x);
  return logicalOr(eq(x, x), isnan(x));
}

/**
 * Degrees in radians. @source torch.deg2rad
 * @example deg2rad(tensor([180, 45])); // tensor([3.1416, 0.7854])
 */
export function deg2rad(x: Tensor): Tensor {
  checkTensor('deg2rad', 'input', x);
  return mul(x, Math.PI / 180);
}

/**
 * Radians in degrees. @source torch.rad2deg
 * @example rad2deg(tensor([Math.PI, 1])); // tensor([180.0000, 57.2958])
 */
export function rad2deg(x: Tensor): Tensor {
  checkTensor('rad2deg', 'input', x);
  return mul(x, 180 / Math.PI);
}

/**
 * 0 for x >= 0 and pi below; NaN stays. @source torch.angle
 * @example angle(tensor([-1, 2.5])); // tensor([3.1416, 0.0000])
 */
export function angle(x: Tensor): Tensor {
  checkTensor('angle', 'input', x);
  const input = floating(x);
  const zero = mul(sign(input), 0);
  return where(isnan(input), input.detach(), where(lt(input, 0), add(zero, Math.PI), zero));
}

/**
 * x^y in float64. @source torch.float_power
 * @example floatPower(tensor([2, 4]), 0.5); // tensor([1.4142, 2.0000], dtype=torch.float64)
 */
export function floatPower(x: Operand, y: Operand): Tensor {
  checkOneTensor('floatPower', x, y);
  const [base, exponent] = [checkOperand('floatPower', 'self', x), checkOperand('floatPower', 'exponent', y)];
  return pow(operandTensor(base, 'float64'), operandTensor(exponent, 'float64'));
}

/**
 * x 2^y. @source torch.ldexp
 * @example ldexp(tensor([1, 2.5]), tensor([2, 3])); // tensor([4., 20.])
 */
export function ldexp(x: Tensor, y: Tensor): Tensor {
  checkTensor('ldexp', 'input', x);
  checkTensor('ldexp', 'other', y);
  return mul(x, pow(2, floating(y, isFloat(x.dtype) ? [x] : [])));
}

/**
 * x as mantissa 2^exponent with |mantissa| in [1/2, 1). @returns exponent as int32 @source torch.frexp
 * @example
 * frexp(tensor([4.5, 0.5]));
 * // {mantissa: tensor([0.5625, 0.5000]), exponent: tensor([3, 0], dtype=torch.int32)}
 */
export function frexp(x: Tensor): { mantissa: Tensor; exponent: Tensor } {
  if (!isFloat(checkTensor('frexp', 'input', x).dtype)) {
    throw new DtypeError('torch.frexp() only supports floating-point dtypes');
  }
  const exponentOf = (value: number) => {
    if (value === 0 || !Number.isFinite(value)) return 0;
    let e = Math.max(-1074, Math.floor(Math.log2(Math.abs(value))) + 1);
    while (Math.abs(value) >= 2 ** e) e++;
    while (e > -1074 && Math.abs(value) < 2 ** (e - 1)) e--;
    return e;
  };
  const exponent = scalarwise('frexp', exponentOf, [x], { result: 'int32' });
  return { mantissa: div(x, pow(operandTensor(2, x.dtype), exponent.to(x.dtype))), exponent };
}

/**
 * The next number after x toward y. @source torch.nextafter
 * @example nextafter(tensor([1, 0.5]), tensor([2, 0.5])).eq(tensor([1, 0.5])); // tensor([False, True])
 */
export function nextafter(x: Tensor, y: Tensor): Tensor {
  checkTensor('nextafter', 'input', x);
  checkTensor('nextafter', 'other', y);
  const dtype = resultType([x, y]);
  if (!isFloat(dtype)) throw new DtypeError(`"nextafter_cpu" not implemented for '${scalarName(dtype)}'`);
  const wide = dtype === 'float64';
  const floats = wide ? new Float64Array(1) : new Float32Array(1);
  const bits = wide ? new BigInt64Array(floats.buffer) : new Int32Array(floats.buffer);
  const step = (from: number, to: number) => {
    if (Number.isNaN(from) || Number.isNaN(to)) return Number.NaN;
    if (from === to) return to;
    if (from === 0) return Math.sign(to) * (wide ? Number.MIN_VALUE : 2 ** -149);
    floats[0] = from;
    const away = from < to === from > 0;
    if (bits instanceof BigInt64Array) bits[0] = (bits[0] ?? 0n) + (away ? 1n : -1n);
    else bits[0] = (bits[0] ?? 0) + (away ? 1 : -1);
    return floats[0] ?? 0;
  };
  const slope = refusedSlope('nextafter');
  return scalarwise('nextafter', step, [x, y], { slopes: [slope, slope], result: 'same' });
}

function integers(name: string, fn: (x: number, y: number) => number, x: Tensor, y: Tensor): Tensor {
  if (isFloat(resultType([x, y]))) throw new DtypeError(`"${name}_cpu" not implemented for '${resultType([x, y])}'`);
  return scalarwise(name, fn, [x, y], { result: 'same' });
}

function divisor(a: number, b: number): number {
  let [p, q] = [Math.abs(a), Math.abs(b)];
  while (q !== 0) [p, q] = [q, p % q];
  return p;
}

/**
 * The greatest common divisor. @param x integers @source torch.gcd
 * @example gcd(tensor([12, 9]), tensor([8, 6])); // tensor([4, 3])
 */
export function gcd(x: Tensor, y: Tensor): Tensor {
  checkTensor('gcd', 'input', x);
  checkTensor('gcd', 'other', y);
  return integers('gcd', divisor, x, y);
}

/**
 * The least common multiple. @param x integers @source torch.lcm
 * @example lcm(tensor([12, 9]), tensor([8, 6])); // tensor([24, 18])
 */
export function lcm(x: Tensor, y: Tensor): Tensor {
  checkTensor('lcm', 'input', x);
  checkTensor('lcm', 'other', y);
  return integers('lcm', (a, b) => (a === 0 || b === 0 ? 0 : Math.abs((a / divisor(a, b)) * b)), x, y);
}

function shiftDtype(who: string, kernel: string, x: Operand, y: Operand): Dtype {
  checkOneTensor(who, x, y);
  const dtype = resultType([checkOperand(who, 'self', x), checkOperand(who, 'other', y)]);
  if (isFloat(dtype) || dtype === 'bool') {
    throw new DtypeError(`"${kernel}" not implemented for '${scalarName(dtype)}'`);
  }
  return dtype;
}

/**
 * x 2^y for integers. @source torch.bitwise_left_shift
 * @example bitwiseLeftShift(tensor([1, 3]), 2); // tensor([4, 12])
 */
export function bitwiseLeftShift(x: Operand, y: Operand): Tensor {
  const dtype = shiftDtype('bitwiseLeftShift', 'lshift_cpu', x, y);
  const [value, by] = [operandTensor(x, dtype), operandTensor(y, dtype)];
  const bits = 8 * factsOf(dtype).bytes;
  const kept = logicalAnd(ge(by, 0), lt(by, bits));
  return where(kept, mul(value, pow(operandTensor(2, dtype), clamp(by, 0, bits - 1))), 0);
}

/**
 * x / 2^y for integers, rounded down. @source torch.bitwise_right_shift
 * @example bitwiseRightShift(tensor([8, -8]), 2); // tensor([2, -2])
 */
export function bitwiseRightShift(x: Operand, y: Operand): Tensor {
  const dtype = shiftDtype('bitwiseRightShift', 'rshift_cpu', x, y);
  const [value, by] = [operandTensor(x, dtype), operandTensor(y, dtype)];
  // The highest power of two that the dtype holds.
  const most = 8 * factsOf(dtype).bytes - (dtype === 'uint8' ? 1 : 2);
  const quotient = div(value, pow(operandTensor(2, dtype), clamp(by, 0, most)), { roundingMode: 'floor' });
  return where(logicalAnd(ge(by, 0), le(by, most)), quotient, where(lt(value, 0), operandTensor(-1, dtype), 0));
}
