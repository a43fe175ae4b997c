// Gives Tensor its methods: every operator whose first argument is a tensor, typed from the function itself.
import { inspect } from 'node:util';
import {
  backward,
  registerHook,
  registerPostAccumulateGradHook,
  retainGrad,
  retainsGrad,
} from './autograd/backward.ts';
import type { Grad } from './autograd/node.ts';
import { type Dtype, isFloat } from './dtype.ts';
import { binaryOperators, type Operand } from './functional/binary.ts';
import { type BinaryOperator, binary, inPlace, type UnaryOperator, unary } from './functional/elementwise.ts';
import * as F from './functional/index.ts';
import type { Dims, ReduceOptions, SumOptions, ValuesAndIndices, VarOptions } from './functional/reduce.ts';
import { unaryOperators } from './functional/unary.ts';
import type { BinaryName, UnaryName } from './native/kernels.gen.ts';
import { formatTensor } from './tensor/format.ts';
import * as random from './tensor/random.ts';
import { Tensor } from './tensor/tensor.ts';

// biome-ignore lint/suspicious/noExplicitAny: the one place where functions of unknown signature become methods
type AnyFunction = (x: Tensor, ...rest: any[]) => unknown;

/** The function without its first argument. */
type Method<Fn extends AnyFunction> = Fn extends (x: Tensor, ...rest: infer R) => infer Y ? (...rest: R) => Y : never;
type Methods<Fns extends Record<string, AnyFunction>> = { [K in keyof Fns]: Method<Fns[K]> };

/** Operators that are methods under their own names. */
const operators = {
  // elementwise
  neg: F.neg,
  abs: F.abs,
  sign: F.sign,
  square: F.square,
  reciprocal: F.reciprocal,
  sqrt: F.sqrt,
  rsqrt: F.rsqrt,
  exp: F.exp,
  exp2: F.exp2,
  expm1: F.expm1,
  log: F.log,
  log1p: F.log1p,
  log2: F.log2,
  log10: F.log10,
  sin: F.sin,
  cos: F.cos,
  tan: F.tan,
  asin: F.asin,
  acos: F.acos,
  atan: F.atan,
  sinh: F.sinh,
  cosh: F.cosh,
  tanh: F.tanh,
  asinh: F.asinh,
  acosh: F.acosh,
  atanh: F.atanh,
  erf: F.erf,
  erfc: F.erfc,
  sigmoid: F.sigmoid,
  relu: F.relu,
  floor: F.floor,
  ceil: F.ceil,
  round: F.round,
  trunc: F.trunc,
  frac: F.frac,
  isnan: F.isnan,
  isinf: F.isinf,
  isfinite: F.isfinite,
  logicalNot: F.logicalNot,
  add: F.add,
  sub: F.sub,
  rsub: F.rsub,
  mul: F.mul,
  div: F.div,
  floorDivide: F.floorDivide,
  remainder: F.remainder,
  fmod: F.fmod,
  pow: F.pow,
  atan2: F.atan2,
  maximum: F.maximum,
  minimum: F.minimum,
  eq: F.eq,
  ne: F.ne,
  lt: F.lt,
  le: F.le,
  gt: F.gt,
  ge: F.ge,
  logicalAnd: F.logicalAnd,
  logicalOr: F.logicalOr,
  logicalXor: F.logicalXor,
  bitwiseAnd: F.bitwiseAnd,
  bitwiseOr: F.bitwiseOr,
  bitwiseXor: F.bitwiseXor,
  lerp: F.lerp,
  addcmul: F.addcmul,
  addcdiv: F.addcdiv,
  clamp: F.clamp,
  clampMin: F.clampMin,
  clampMax: F.clampMax,
  nanToNum: F.nanToNum,
  maskedFill: F.maskedFill,
  // reductions
  mean: F.mean,
  prod: F.prod,
  amax: F.amax,
  amin: F.amin,
  argmax: F.argmax,
  argmin: F.argmin,
  any: F.any,
  all: F.all,
  std: F.std,
  var: F.variance,
  norm: F.norm,
  softmax: F.softmax,
  logSoftmax: F.logSoftmax,
  // views and copies
  view: F.view,
  reshape: F.reshape,
  flatten: F.flatten,
  unflatten: F.unflatten,
  squeeze: F.squeeze,
  unsqueeze: F.unsqueeze,
  permute: F.permute,
  transpose: F.transpose,
  t: F.t,
  movedim: F.movedim,
  expand: F.expand,
  expandAs: F.expandAs,
  broadcastTo: F.broadcastTo,
  narrow: F.narrow,
  slice: F.slice,
  select: F.select,
  diagonal: F.diagonal,
  unbind: F.unbind,
  split: F.split,
  chunk: F.chunk,
  to: F.to,
  clone: F.clone,
  contiguous: F.contiguous,
  repeat: F.repeat,
  flip: F.flip,
  // products
  mm: F.mm,
  bmm: F.bmm,
  mv: F.mv,
  dot: F.dot,
  outer: F.outer,
  matmul: F.matmul,
  addmm: F.addmm,
  baddbmm: F.baddbmm,
  // positions
  get: F.get,
  indexSelect: F.indexSelect,
  gather: F.gather,
  scatterAdd: F.scatterAdd,
  maskedSelect: F.maskedSelect,
  take: F.take,
  nonzero: F.nonzero,
  // values
  item: F.item,
  tolist: F.tolist,
  toTypedArray: F.toTypedArray,
  equal: F.equal,
  allclose: F.allclose,
  isclose: F.isclose,
  // graph
  retainGrad,
  registerHook,
  registerPostAccumulateGradHook,
};

/** Methods that overwrite their tensor and return it. */
const overwriting = {
  copy_: F.copy_,
  fill_: F.fill_,
  zero_: F.zero_,
  maskedFill_: F.maskedFill_,
  set: F.set,
  uniform_: random.uniform_,
  normal_: random.normal_,
  bernoulli_: random.bernoulli_,
  exponential_: random.exponential_,
  random_: random.random_,
};

/** Composed operators with a twin in place. */
const twins = {
  clamp_: F.clamp,
  clampMin_: F.clampMin,
  clampMax_: F.clampMax,
  lerp_: F.lerp,
  addcmul_: F.addcmul,
  addcdiv_: F.addcdiv,
  softmax_: F.softmax,
  nanToNum_: F.nanToNum,
};

type UnaryTwins = { [K in UnaryName as `${K}_`]: () => Tensor };
type PlainBinary = Exclude<BinaryName, 'add' | 'sub' | 'div'>;
type BinaryTwins = { [K in PlainBinary as `${K}_`]: (y: Operand) => Tensor };

interface ArithmeticTwins {
  /** Adds alpha y in place. */
  add_(y: Operand, options?: F.AddOptions): Tensor;
  /** Subtracts alpha y in place. */
  sub_(y: Operand, options?: F.AddOptions): Tensor;
  /** Divides in place. */
  div_(y: Operand, options?: F.DivOptions): Tensor;
}

interface Overloaded {
  sum(dims?: Dims, options?: SumOptions): Tensor;
  max(): Tensor;
  max(dim: number, options?: ReduceOptions): ValuesAndIndices;
  min(): Tensor;
  min(dim: number, options?: ReduceOptions): ValuesAndIndices;
  var(dims?: Dims, options?: VarOptions): Tensor;
  /** Adds gradients to the leaves this tensor depends on. @source torch.Tensor.backward */
  backward(gradient?: Grad, options?: import('./autograd/backward.ts').BackwardOptions): void;
  /** As float32. */
  float(): Tensor;
  /** As float64. */
  double(): Tensor;
  /** As float16. */
  half(): Tensor;
  /** As bfloat16. */
  bfloat16(): Tensor;
  /** As int64. */
  long(): Tensor;
  /** As int32. */
  int(): Tensor;
  /** As int16. */
  short(): Tensor;
  /** As int8. */
  char(): Tensor;
  /** As uint8. */
  byte(): Tensor;
  /** As bool: whether not 0. */
  bool(): Tensor;
  /** With the dtype of `other`. */
  typeAs(other: Tensor): Tensor;
  /** The matrix transposed. */
  readonly T: Tensor;
  /** The last two dimensions exchanged. */
  readonly mT: Tensor;
  /** Whether `retainGrad` was called. */
  readonly retainsGrad: boolean;
  toString(): string;
}

type Installed = Omit<Methods<typeof operators>, keyof Overloaded> &
  Methods<typeof overwriting> &
  Methods<typeof twins> &
  UnaryTwins &
  BinaryTwins &
  ArithmeticTwins &
  Overloaded;

declare module './tensor/tensor.ts' {
  interface Tensor extends Installed {}
}

function define(name: string, method: (this: Tensor, ...rest: never[]) => unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value: method, writable: true, configurable: true });
}

function install(methods: Record<string, AnyFunction>): void {
  for (const [name, fn] of Object.entries(methods)) {
    define(name, function (this: Tensor, ...rest: never[]) {
      return fn(this, ...rest);
    });
  }
}

install(operators);
install(overwriting);
install({ sum: F.sum, max: F.max, min: F.min, backward });

for (const [name, fn] of Object.entries(twins) as [string, AnyFunction][]) {
  define(name, function (this: Tensor, ...rest: never[]) {
    const others = (rest as unknown[]).filter((arg) => arg instanceof Tensor);
    return inPlace(name, this, others, (x) => fn(x, ...rest) as Tensor);
  });
}

for (const [name, operator] of Object.entries(unaryOperators) as [string, UnaryOperator][]) {
  define(`${name}_`, function (this: Tensor) {
    const others = operator.floats && !isFloat(this.dtype) ? [0.5] : [];
    return inPlace(`${name}_`, this, others, (x, into) => unary(operator, x, into));
  });
}

for (const [name, operator] of Object.entries(binaryOperators) as [string, BinaryOperator][]) {
  define(`${name}_`, function (this: Tensor, y: Operand) {
    const masks = operator.result === 'bool' && this.dtype !== 'bool';
    const fraction = operator.result === 'float' && !isFloat(this.dtype) ? [0.5] : [];
    return inPlace(`${name}_`, this, [y, ...fraction], (x, into) => binary(operator, x, y, masks ? null : into));
  });
}

for (const name of ['add', 'sub'] as const) {
  define(`${name}_`, function (this: Tensor, y: Operand, options: F.AddOptions = {}) {
    const { alpha = 1 } = options;
    if (alpha === 1) return inPlace(`${name}_`, this, [y], (x, into) => binary(binaryOperators[name], x, y, into));
    return inPlace(`${name}_`, this, [y], (x, into) => {
      const scaled = y instanceof Tensor ? F.mul(y, alpha) : Number(y) * alpha;
      return binary(binaryOperators[name], x, scaled, into);
    });
  });
}

define('div_', function (this: Tensor, y: Operand, options: F.DivOptions = {}) {
  if (options.roundingMode === undefined || options.roundingMode === null) {
    return inPlace('div_', this, [y, 0.5], (x, into) => binary(binaryOperators.div, x, y, into));
  }
  return inPlace('div_', this, [y], (x) => F.div(x, y, options));
});

const casts: Record<string, Dtype> = {
  float: 'float32',
  double: 'float64',
  half: 'float16',
  bfloat16: 'bfloat16',
  long: 'int64',
  int: 'int32',
  short: 'int16',
  char: 'int8',
  byte: 'uint8',
  bool: 'bool',
};
for (const [name, dtype] of Object.entries(casts)) {
  define(name, function (this: Tensor) {
    return F.to(this, dtype);
  });
}

define('typeAs', function (this: Tensor, other: Tensor) {
  return F.to(this, other.dtype);
});

Object.defineProperties(Tensor.prototype, {
  T: {
    get(this: Tensor) {
      return F.permute(
        this,
        this.shape.map((_, d) => this.ndim - 1 - d),
      );
    },
  },
  mT: {
    get(this: Tensor) {
      return F.transpose(this, -2, -1);
    },
  },
  retainsGrad: {
    get(this: Tensor) {
      return retainsGrad(this);
    },
  },
});

define('toString', function (this: Tensor) {
  return formatTensor(this);
});

Object.defineProperty(Tensor.prototype, inspect.custom, {
  value(this: Tensor) {
    return formatTensor(this);
  },
  configurable: true,
});
