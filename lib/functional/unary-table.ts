// The table of unary operators: for each its kernel, what its gradient needs, and that gradient in operators.
import * as kernels from '../native/kernels.gen.ts';
import { zerosLike } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, div, eq, gt, le, logicalAnd, lt, mul, sub } from './binary.ts';
import { type UnaryOperator, unary } from './elementwise.ts';
import { where } from './select.ts';
import { abs, cos, cosh, erf, exp, neg, rsqrt, sigmoid, sign, sin, sinh, square, tanh } from './unary.ts';

const twoBySqrtPi = 2 / Math.sqrt(Math.PI);

/** @internal What each unary operator is; a kernel's gradient formula in C++ and the one here must agree. */
export const unaryOperators: { readonly [K in kernels.UnaryName]: UnaryOperator } = {
  neg: {
    name: 'neg',
    lacks: 'bool',
    floats: false,
    saves: 'nothing',
    run: kernels.neg,
    runBackward: kernels.negBackward,
    gradient: (g) => neg(g),
  },
  abs: {
    name: 'abs',
    lacks: 'bool',
    floats: false,
    saves: 'x',
    run: kernels.abs,
    runBackward: kernels.absBackward,
    gradient: (g, x) => mul(g, sign(x)),
  },
  sign: {
    name: 'sign',
    lacks: 'bool',
    floats: false,
    saves: 'nothing',
    run: kernels.sign,
    runBackward: null,
    gradient: (g) => zerosLike(g),
  },
  square: {
    name: 'square',
    lacks: 'bool',
    floats: false,
    saves: 'x',
    run: kernels.square,
    runBackward: kernels.squareBackward,
    gradient: (g, x) => mul(g, mul(x, 2)),
  },
  reciprocal: {
    name: 'reciprocal',
    floats: true,
    saves: 'y',
    run: kernels.reciprocal,
    runBackward: kernels.reciprocalBackward,
    gradient: (g, _x, y) => neg(mul(g, mul(y, y))),
  },
  sqrt: {
    name: 'sqrt',
    floats: true,
    saves: 'y',
    run: kernels.sqrt,
    runBackward: kernels.sqrtBackward,
    gradient: (g, _x, y) => div(g, mul(y, 2)),
  },
  rsqrt: {
    name: 'rsqrt',
    floats: true,
    saves: 'y',
    run: kernels.rsqrt,
    runBackward: kernels.rsqrtBackward,
    gradient: (g, _x, y) => mul(mul(g, -0.5), mul(y, mul(y, y))),
  },
  exp: {
    name: 'exp',
    floats: true,
    saves: 'y',
    run: kernels.exp,
    runBackward: kernels.expBackward,
    gradient: (g, _x, y) => mul(g, y),
  },
  exp2: {
    name: 'exp2',
    floats: true,
    saves: 'y',
    run: kernels.exp2,
    runBackward: kernels.exp2Backward,
    gradient: (g, _x, y) => mul(g, mul(y, Math.LN2)),
  },
  expm1: {
    name: 'expm1',
    floats: true,
    saves: 'y',
    run: kernels.expm1,
    runBackward: kernels.expm1Backward,
    gradient: (g, _x, y) => mul(g, add(y, 1)),
  },
  log: {
    name: 'log',
    floats: true,
    saves: 'x',
    run: kernels.log,
    runBackward: kernels.logBackward,
    gradient: (g, x) => div(g, x),
  },
  log1p: {
    name: 'log1p',
    floats: true,
    saves: 'x',
    run: kernels.log1p,
    runBackward: kernels.log1pBackward,
    gradient: (g, x) => div(g, add(x, 1)),
  },
  log2: {
    name: 'log2',
    floats: true,
    saves: 'x',
    run: kernels.log2,
    runBackward: kernels.log2Backward,
    gradient: (g, x) => div(g, mul(x, Math.LN2)),
  },
  log10: {
    name: 'log10',
    floats: true,
    saves: 'x',
    run: kernels.log10,
    runBackward: kernels.log10Backward,
    gradient: (g, x) => div(g, mul(x, Math.LN10)),
  },
  sin: {
    name: 'sin',
    floats: true,
    saves: 'x',
    run: kernels.sin,
    runBackward: kernels.sinBackward,
    gradient: (g, x) => mul(g, cos(x)),
  },
  cos: {
    name: 'cos',
    floats: true,
    saves: 'x',
    run: kernels.cos,
    runBackward: kernels.cosBackward,
    gradient: (g, x) => neg(mul(g, sin(x))),
  },
  tan: {
    name: 'tan',
    floats: true,
    saves: 'y',
    run: kernels.tan,
    runBackward: kernels.tanBackward,
    gradient: (g, _x, y) => mul(g, add(mul(y, y), 1)),
  },
  asin: {
    name: 'asin',
    floats: true,
    saves: 'x',
    run: kernels.asin,
    runBackward: kernels.asinBackward,
    gradient: (g, x) => mul(g, rsqrt(sub(1, mul(x, x)))),
  },
  acos: {
    name: 'acos',
    floats: true,
    saves: 'x',
    run: kernels.acos,
    runBackward: kernels.acosBackward,
    gradient: (g, x) => neg(mul(g, rsqrt(sub(1, mul(x, x))))),
  },
  atan: {
    name: 'atan',
    floats: true,
    saves: 'x',
    run: kernels.atan,
    runBackward: kernels.atanBackward,
    gradient: (g, x) => div(g, add(mul(x, x), 1)),
  },
  sinh: {
    name: 'sinh',
    floats: true,
    saves: 'x',
    run: kernels.sinh,
    runBackward: kernels.sinhBackward,
    gradient: (g, x) => mul(g, cosh(x)),
  },
  cosh: {
    name: 'cosh',
    floats: true,
    saves: 'x',
    run: kernels.cosh,
    runBackward: kernels.coshBackward,
    gradient: (g, x) => mul(g, sinh(x)),
  },
  tanh: {
    name: 'tanh',
    floats: true,
    saves: 'y',
    run: kernels.tanh,
    runBackward: kernels.tanhBackward,
    gradient: (g, _x, y) => mul(g, sub(1, mul(y, y))),
  },
  asinh: {
    name: 'asinh',
    floats: true,
    saves: 'x',
    run: kernels.asinh,
    runBackward: kernels.asinhBackward,
    gradient: (g, x) => mul(g, rsqrt(add(mul(x, x), 1))),
  },
  acosh: {
    name: 'acosh',
    floats: true,
    saves: 'x',
    run: kernels.acosh,
    runBackward: kernels.acoshBackward,
    gradient: (g, x) => mul(g, rsqrt(sub(mul(x, x), 1))),
  },
  atanh: {
    name: 'atanh',
    floats: true,
    saves: 'x',
    run: kernels.atanh,
    runBackward: kernels.atanhBackward,
    gradient: (g, x) => div(g, sub(1, mul(x, x))),
  },
  erf: {
    name: 'erf',
    floats: true,
    saves: 'x',
    run: kernels.erf,
    runBackward: kernels.erfBackward,
    gradient: (g, x) => mul(g, mul(exp(neg(mul(x, x))), twoBySqrtPi)),
  },
  erfc: {
    name: 'erfc',
    floats: true,
    saves: 'x',
    run: kernels.erfc,
    runBackward: kernels.erfcBackward,
    gradient: (g, x) => mul(g, mul(exp(neg(mul(x, x))), -twoBySqrtPi)),
  },
  sigmoid: {
    name: 'sigmoid',
    floats: true,
    saves: 'y',
    run: kernels.sigmoid,
    runBackward: kernels.sigmoidBackward,
    gradient: (g, _x, y) => mul(g, mul(y, sub(1, y))),
  },
  floor: {
    name: 'floor',
    floats: true,
    keepsIntegers: true,
    saves: 'nothing',
    run: kernels.floor,
    runBackward: null,
    gradient: (g) => zerosLike(g),
  },
  ceil: {
    name: 'ceil',
    floats: true,
    keepsIntegers: true,
    saves: 'nothing',
    run: kernels.ceil,
    runBackward: null,
    gradient: (g) => zerosLike(g),
  },
  round: {
    name: 'round',
    floats: true,
    keepsIntegers: true,
    saves: 'nothing',
    run: kernels.round,
    runBackward: null,
    gradient: (g) => zerosLike(g),
  },
  trunc: {
    name: 'trunc',
    floats: true,
    keepsIntegers: true,
    saves: 'nothing',
    run: kernels.trunc,
    runBackward: null,
    gradient: (g) => zerosLike(g),
  },
  frac: {
    name: 'frac',
    floats: true,
    saves: 'nothing',
    run: kernels.frac,
    runBackward: kernels.fracBackward,
    gradient: (g) => g,
  },
  relu: {
    name: 'relu',
    lacks: 'bool',
    floats: false,
    saves: 'y',
    run: kernels.relu,
    runBackward: kernels.reluBackward,
    gradient: (g, _x, y) => where(le(y, 0), 0, g),
  },
  relu6: {
    name: 'relu6',
    floats: true,
    saves: 'x',
    run: kernels.relu6,
    runBackward: kernels.relu6Backward,
    gradient: (g, x) => where(logicalAnd(gt(x, 0), lt(x, 6)), g, 0),
  },
  silu: {
    name: 'silu',
    floats: true,
    saves: 'x',
    run: kernels.silu,
    runBackward: kernels.siluBackward,
    gradient: (g, x) => mul(g, mul(sigmoid(x), add(mul(x, sub(1, sigmoid(x))), 1))),
  },
  logSigmoid: {
    name: 'logSigmoid',
    floats: true,
    saves: 'x',
    run: kernels.logSigmoid,
    runBackward: kernels.logSigmoidBackward,
    gradient: (g, x) => mul(g, sigmoid(neg(x))),
  },
  mish: {
    name: 'mish',
    floats: true,
    saves: 'x',
    run: kernels.mish,
    runBackward: kernels.mishBackward,
    gradient: (g, x) => mishGradient(g, x),
  },
  selu: {
    name: 'selu',
    floats: true,
    saves: 'both',
    run: kernels.selu,
    runBackward: kernels.seluBackward,
    gradient: (g, x) => seluGradient(g, x),
  },
  softsign: {
    name: 'softsign',
    floats: true,
    saves: 'x',
    run: kernels.softsign,
    runBackward: kernels.softsignBackward,
    gradient: (g, x) => div(add(g, mul(x, 0)), square(add(abs(x), 1))),
  },
  tanhshrink: {
    name: 'tanhshrink',
    floats: true,
    saves: 'x',
    run: kernels.tanhshrink,
    runBackward: kernels.tanhshrinkBackward,
    gradient: (g, x) => mul(g, square(tanh(x))),
  },
  hardswish: {
    name: 'hardswish',
    floats: true,
    saves: 'x',
    run: kernels.hardswish,
    runBackward: kernels.hardswishBackward,
    gradient: (g, x) => hardswishGradient(g, x),
  },
  hardsigmoid: {
    name: 'hardsigmoid',
    floats: true,
    saves: 'x',
    run: kernels.hardsigmoid,
    runBackward: kernels.hardsigmoidBackward,
    gradient: (g, x) => where(logicalAnd(gt(x, -3), lt(x, 3)), mul(g, Math.fround(1 / 6)), 0),
  },
  bitwiseNot: {
    name: 'bitwiseNot',
    lacks: 'floats',
    floats: false,
    saves: 'nothing',
    run: kernels.bitwiseNot as unknown as UnaryOperator['run'],
    runBackward: null,
    gradient: (g) => g,
  },
  gelu: {
    name: 'gelu',
    floats: true,
    saves: 'x',
    run: kernels.gelu,
    runBackward: kernels.geluBackward,
    gradient: geluGradient,
  },
  geluTanh: {
    name: 'gelu',
    floats: true,
    saves: 'x',
    run: kernels.geluTanh,
    runBackward: kernels.geluTanhBackward,
    gradient: geluTanhGradient,
  },
};

function geluGradient(g: Tensor, x: Tensor): Tensor {
  const cdf = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return mul(g, add(cdf, mul(x, density)));
}

// (1 + t) / 2 + x (1 - t^2) k (1 + 3 c x^2) / 2 with t = tanh(k (x + c x^3))
function geluTanhGradient(g: Tensor, x: Tensor): Tensor {
  const k = Math.sqrt(2 / Math.PI);
  const squared = mul(x, x);
  const th = tanh(mul(mul(x, add(mul(squared, 0.044715), 1)), k));
  const inner = mul(add(mul(squared, 3 * 0.044715), 1), k);
  const slope = mul(mul(mul(x, 0.5), sub(1, mul(th, th))), inner);
  return mul(g, add(mul(add(th, 1), 0.5), slope));
}

// t + x (1 - t^2) sigmoid(x) with t = tanh(log(1 + e^x))
function mishGradient(g: Tensor, x: Tensor): Tensor {
  const th = tanh(neg(unary(unaryOperators.logSigmoid, neg(x))));
  return mul(g, add(th, mul(mul(x, sub(1, mul(th, th))), sigmoid(x))));
}

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

function seluGradient(g: Tensor, x: Tensor): Tensor {
  return mul(g, where(gt(x, 0), seluScale, mul(exp(where(lt(x, 0), x, 0)), seluScale * seluAlpha)));
}

// 0 below -3, 1 above 3, x / 3 + 1/2 between
function hardswishGradient(g: Tensor, x: Tensor): Tensor {
  // The slope itself has none at the bounds.
  const inside = where(eq(abs(x), 3), x.detach(), x);
  return mul(g, where(lt(x, -3), 0, where(le(x, 3), add(div(inside, 3), 0.5), 1)));
}
