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
import { becomeView, checkInPlace, record } from './autograd/record.ts';
import { type Dtype, isFloat } from './dtype.ts';
import { ShapeError } from './errors.ts';
import * as aliases from './functional/aliases.ts';
import type { Named } from './functional/arguments.ts';
import * as twoOperands from './functional/binary.ts';
import { binaryOperators, type Operand, scaled } from './functional/binary.ts';
import * as copies from './functional/copies.ts';
import * as einsum from './functional/einsum.ts';
import {
  type BinaryOperator,
  binary,
  checkSubtraction,
  inPlace,
  type UnaryOperator,
  unary,
} from './functional/elementwise.ts';
import * as F from './functional/index.ts';
import * as indexing from './functional/indexing.ts';
import * as matmul from './functional/matmul.ts';
import * as overwrite from './functional/overwrite.ts';
import * as pointwise from './functional/pointwise.ts';
import * as queries from './functional/queries.ts';
import * as rearrange from './functional/rearrange.ts';
import type { Dims, NamedDim, ReduceOptions, SumOptions, ValuesAndIndices, VarOptions } from './functional/reduce.ts';
import * as sampling from './functional/sampling.ts';
import * as scan from './functional/scan.ts';
import * as scatter from './functional/scatter.ts';
import * as sorting from './functional/sorting.ts';
import * as special from './functional/special.ts';
import * as statistics from './functional/statistics.ts';
import * as strided from './functional/strided.ts';
import * as triangles from './functional/triangles.ts';
import type { RoundOptions } from './functional/unary.ts';
import * as oneOperand from './functional/unary.ts';
import { unaryOperators } from './functional/unary-table.ts';
import * as householder from './linalg/householder.ts';
import * as linalg from './linalg/index.ts';
import { norm } from './linalg/norms.ts';
import * as older from './linalg/older.ts';
import type { BinaryName, UnaryName } from './native/kernels.gen.ts';
import {
  empty,
  full,
  ones,
  parseSizes,
  type SizesAndOptions,
  type TensorLike,
  type TensorOptions,
  tensor,
  zeros,
} from './tensor/create.ts';
import { emptyStrided } from './tensor/create-from.ts';
import { formatTensor } from './tensor/format.ts';
import * as random from './tensor/random.ts';
import { checkTensor, type NestedArray, Tensor } from './tensor/tensor.ts';

// biome-ignore lint/suspicious/noExplicitAny: the one place where functions of unknown signature become methods
type AnyFunction = (x: Tensor, ...rest: any[]) => unknown;

/** The function without its first argument. */
type Method<Fn extends AnyFunction> = Fn extends (x: Tensor, ...rest: infer R) => infer Y ? (...rest: R) => Y : never;
type Methods<Fns extends Record<string, AnyFunction>> = { [K in keyof Fns]: Method<Fns[K]> };

/** Some functions of a family. */
function pick<T extends object, K extends keyof T>(family: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, family[name]])) as Pick<T, K>;
}

type Intersection<Parts> = Parts extends readonly [infer First, ...infer Rest] ? First & Intersection<Rest> : unknown;

/** Functions of several families, typed so that an editor shows the comment of a function at its method. */
function merge<Parts extends readonly unknown[]>(...parts: Parts): Intersection<Parts> {
  return Object.assign({}, ...parts) as Intersection<Parts>;
}

// Sizes and options with the dtype of x unless another is given.
function sizesFor(x: Tensor, args: SizesAndOptions<TensorOptions>): SizesAndOptions<TensorOptions> {
  const { shape, options } = parseSizes<TensorOptions>('new', args);
  return [shape, { dtype: x.dtype, ...options }];
}

/** Operators that are methods under their own names. */
const operators = merge(
  // elementwise
  pick(oneOperand, [
    'neg',
    'abs',
    'sign',
    'square',
    'reciprocal',
    'sqrt',
    'rsqrt',
    'exp',
    'exp2',
    'expm1',
    'log',
    'log1p',
    'log2',
    'log10',
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
    'tanh',
    'asinh',
    'acosh',
    'atanh',
    'erf',
    'erfc',
    'sigmoid',
    'floor',
    'ceil',
    'round',
    'trunc',
    'frac',
    'isnan',
    'isinf',
    'isfinite',
    'logicalNot',
    'bitwiseNot',
  ]),
  pick(twoOperands, [
    'add',
    'sub',
    'rsub',
    'mul',
    'div',
    'floorDivide',
    'remainder',
    'fmod',
    'pow',
    'atan2',
    'maximum',
    'minimum',
    'eq',
    'ne',
    'lt',
    'le',
    'gt',
    'ge',
    'logicalAnd',
    'logicalOr',
    'logicalXor',
    'bitwiseAnd',
    'bitwiseOr',
    'bitwiseXor',
    'lerp',
    'addcmul',
    'addcdiv',
  ]),
  pick(F, ['relu', 'prelu', 'hardshrink', 'clamp', 'clampMin', 'clampMax', 'nanToNum', 'maskedFill']),
  // reductions
  pick(F, ['mean', 'prod', 'amax', 'amin', 'argmax', 'argmin', 'any', 'all', 'std']),
  {
    var: F.variance,
    norm,
  },
  pick(F, ['softmax', 'logSoftmax']),
  // views and copies
  pick(F, [
    'view',
    'reshape',
    'flatten',
    'unflatten',
    'squeeze',
    'unsqueeze',
    'permute',
    'transpose',
    't',
    'movedim',
    'expand',
    'expandAs',
    'broadcastTo',
    'narrow',
    'slice',
    'select',
    'diagonal',
    'unbind',
    'split',
    'chunk',
  ]),
  pick(copies, ['to', 'clone', 'contiguous']),
  pick(indexing, ['repeat', 'flip']),
  pointwise,
  pick(aliases, [
    'absolute',
    'arccos',
    'arccosh',
    'arcsin',
    'arcsinh',
    'arctan',
    'arctanh',
    'negative',
    'fix',
    'clip',
    'moveaxis',
    'swapaxes',
    'swapdims',
    'unsafeChunk',
    'unsafeSplit',
    'unsafeSplitWithSizes',
  ]),
  {
    arctan2: (x: Tensor, y: Tensor) => aliases.arctan2(x, y),
    multiply: (x: Tensor, y: Operand) => aliases.multiply(x, y),
    subtract: (x: Tensor, y: Operand, options?: F.AddOptions) => aliases.subtract(x, y, options),
    divide: (x: Tensor, y: Operand, options?: F.DivOptions) => aliases.divide(x, y, options),
    trueDivide: (x: Tensor, y: Operand) => aliases.trueDivide(x, y),
    greater: (x: Tensor, y: Operand) => aliases.greater(x, y),
    greaterEqual: (x: Tensor, y: Operand) => aliases.greaterEqual(x, y),
    less: (x: Tensor, y: Operand) => aliases.less(x, y),
    lessEqual: (x: Tensor, y: Operand) => aliases.lessEqual(x, y),
    notEqual: (x: Tensor, y: Operand) => aliases.notEqual(x, y),
    where: (x: Tensor, condition: Tensor, y: Operand) => F.where(condition, x, y),
    polygamma: (x: Tensor, n: number) => special.polygamma(n, x),
  },
  pick(special, ['lgamma', 'digamma', 'mvlgamma', 'igamma', 'igammac', 'erfinv', 'i0']),
  // order, running results, statistics
  sorting,
  scan,
  statistics,
  pick(F, ['histc', 'histogram']),
  // other arrangements
  pick(rearrange, [
    'roll',
    'rot90',
    'fliplr',
    'flipud',
    'tile',
    'repeatInterleave',
    'ravel',
    'tensorSplit',
    'splitWithSizes',
    'hsplit',
    'vsplit',
    'dsplit',
    'selectScatter',
    'sliceScatter',
    'diagonalScatter',
    'takeAlongDim',
    'kron',
  ]),
  pick(triangles, ['diag', 'diagEmbed', 'diagflat', 'trace', 'tril', 'triu']),
  pick(strided, ['asStrided']),
  {
    unfold: strided.windows,
    reshapeAs: (x: Tensor, y: Tensor) => F.reshape(x, [...checkTensor('reshapeAs', 'other', y).shape]),
    viewAs: (x: Tensor, y: Tensor) => F.view(x, [...checkTensor('viewAs', 'other', y).shape]),
    narrowCopy: (x: Tensor, dim: number, start: number, length: number) => F.narrow(x, dim, start, length).clone(),
    sumToSize: (x: Tensor, ...size: (number | readonly number[])[]) => F.sumToSize(x, size.flat() as number[]),
  },
  scatter,
  // matrices
  pick(einsum, ['inner', 'vdot', 'ger', 'addmv', 'addr', 'addbmm', 'cross', 'adjoint']),
  pick(linalg, [
    'cholesky',
    'det',
    'inverse',
    'logdet',
    'slogdet',
    'pinv',
    'matrixExp',
    'matrixPower',
    'qr',
    'choleskyInverse',
    'choleskySolve',
  ]),
  {
    pinverse: (x: Tensor) => linalg.pinv(x),
  },
  pick(older, ['lu', 'luSolve', 'svd', 'triangularSolve']),
  pick(sampling, ['multinomial']),
  {
    bernoulli: (x: Tensor, options?: random.RandomOptions) => random.bernoulli(x, options),
  },
  // new tensors of the same dtype
  {
    newZeros: (x: Tensor, ...args: SizesAndOptions<TensorOptions>) => zeros(...sizesFor(x, args)),
    newOnes: (x: Tensor, ...args: SizesAndOptions<TensorOptions>) => ones(...sizesFor(x, args)),
    newEmpty: (x: Tensor, ...args: SizesAndOptions<TensorOptions>) => empty(...sizesFor(x, args)),
    newFull: (x: Tensor, size: readonly number[], value: number | boolean, options: TensorOptions = {}) =>
      full(size, value, { dtype: x.dtype, ...options }),
    newTensor: (x: Tensor, values: TensorLike, options: TensorOptions = {}) =>
      tensor(values, { dtype: x.dtype, ...options }),
    newEmptyStrided: (x: Tensor, size: readonly number[], stride: readonly number[], options: TensorOptions = {}) =>
      emptyStrided(size, stride, { dtype: x.dtype, ...options }),
  },
  pick(queries, [
    'isComplex',
    'isConj',
    'isNeg',
    'isSigned',
    'isNonzero',
    'isSameSize',
    'conj',
    'conjPhysical',
    'resolveConj',
    'resolveNeg',
  ]),
  pick(overwrite, ['isSetTo', 'asStridedScatter']),
  pick(householder, ['geqrf', 'ormqr']),
  {
    orgqr: linalg.householderProduct,
    nelement: (x: Tensor) => x.numel(),
    ndimension: (x: Tensor) => x.ndim,
    cpu: (x: Tensor) => x,
  },
  // products
  pick(matmul, ['mm', 'bmm', 'mv', 'dot', 'outer', 'matmul', 'addmm', 'baddbmm']),
  // positions
  pick(indexing, ['get', 'indexSelect', 'gather', 'scatterAdd', 'maskedSelect', 'take', 'nonzero', 'nonzeroStatic']),
  // values
  pick(F, ['item', 'tolist', 'toTypedArray', 'equal', 'allclose', 'isclose']),
  // graph
  { retainGrad, registerHook, registerPostAccumulateGradHook },
);

/** Methods that overwrite their tensor and return it. */
const overwriting = merge(
  pick(copies, ['copy_', 'fill_', 'zero_']),
  pick(F, ['maskedFill_']),
  pick(indexing, ['set']),
  pick(random, ['uniform_', 'normal_', 'bernoulli_', 'exponential_', 'random_']),
  pick(sampling, ['geometric_', 'cauchy_', 'logNormal_']),
  pick(overwrite, ['apply_', 'map_', 'map2_', 'resize_', 'resizeAs_', 'set_']),
  { conjPhysical_: queries.conj },
);

/** Composed operators with a twin in place. */
const twins = {
  ...twinsOf(pointwise, [
    'copysign',
    'hypot',
    'xlogy',
    'heaviside',
    'sinc',
    'logit',
    'sgn',
    'deg2rad',
    'rad2deg',
    'floatPower',
    'ldexp',
    'nextafter',
    'gcd',
    'lcm',
    'bitwiseLeftShift',
    'bitwiseRightShift',
  ]),
  ...twinsOf(aliases, [
    'absolute',
    'arccos',
    'arccosh',
    'arcsin',
    'arcsinh',
    'arctan',
    'arctanh',
    'negative',
    'fix',
    'clip',
  ]),
  ...twinsOf(special, ['lgamma', 'digamma', 'mvlgamma', 'igamma', 'igammac', 'erfinv', 'i0']),
  ...twinsOf(scan, ['cumsum', 'cumprod']),
  ...twinsOf(triangles, ['tril', 'triu']),
  ...twinsOf(F, ['logicalNot']),
  ...twinsOf(statistics, ['renorm']),
  multiply_: operators.multiply,
  subtract_: operators.subtract,
  divide_: operators.divide,
  trueDivide_: operators.trueDivide,
  greater_: operators.greater,
  greaterEqual_: operators.greaterEqual,
  less_: operators.less,
  lessEqual_: operators.lessEqual,
  notEqual_: operators.notEqual,
  arctan2_: operators.arctan2,
  polygamma_: operators.polygamma,
  clamp_: F.clamp,
  clampMin_: F.clampMin,
  clampMax_: F.clampMax,
  lerp_: F.lerp,
  addcmul_: F.addcmul,
  addcdiv_: F.addcdiv,
  softmax_: F.softmax,
  nanToNum_: F.nanToNum,
};

// The functions under their names in place.
function twinsOf<T extends object, K extends keyof T & string>(
  family: T,
  names: readonly K[],
): { [N in K as `${N}_`]: T[N] } {
  return Object.fromEntries(names.map((name) => [`${name}_`, family[name]])) as { [N in K as `${N}_`]: T[N] };
}

/** Operators with a twin in place whose other arguments have shapes of their own: writers at positions, products. */
const writers = {
  ...twinsOf(scatter, [
    'scatter',
    'scatterReduce',
    'indexAdd',
    'indexCopy',
    'indexFill',
    'indexReduce',
    'indexPut',
    'put',
    'maskedScatter',
  ]),
  ...twinsOf(F, ['scatterAdd', 'addmm', 'baddbmm']),
  ...twinsOf(einsum, ['addmv', 'addr', 'addbmm']),
  ...twinsOf(overwrite, ['fillDiagonal']),
};

/** Views that a tensor can become in place. */
const reshapers = {
  squeeze_: F.squeeze,
  unsqueeze_: F.unsqueeze,
  t_: F.t,
  transpose_: F.transpose,
  swapaxes_: F.transpose,
  swapdims_: F.transpose,
  asStrided_: strided.asStrided,
};

type UnaryTwins = { [K in Exclude<UnaryName, 'round'> as `${K}_`]: () => Tensor };
type PlainBinary = Exclude<BinaryName, 'add' | 'sub' | 'div'>;
type BinaryTwins = { [K in PlainBinary as `${K}_`]: (y: Operand) => Tensor };

interface ArithmeticTwins {
  /** Adds alpha y in place. */
  add_(y: Operand, options?: F.AddOptions): Tensor;
  /** Subtracts alpha y in place. */
  sub_(y: Operand, options?: F.AddOptions): Tensor;
  /** Rounds to multiples of 10^-decimals in place. */
  round_(options?: RoundOptions): Tensor;
  /** Divides in place. */
  div_(y: Operand, options?: F.DivOptions): Tensor;
}

interface Overloaded {
  /** The sum over `dims`, or of all elements. Integers and booleans are summed as int64. */
  sum(dims?: Dims | Named<SumOptions, Dims>, options?: SumOptions): Tensor;
  /** The largest element; with a tensor, the larger of both at each position. */
  max(other?: Tensor): Tensor;
  /** The largest elements along a dimension, and where they are. */
  max(dim: number | NamedDim, options?: ReduceOptions): ValuesAndIndices;
  /** The smallest element; with a tensor, the smaller of both at each position. */
  min(other?: Tensor): Tensor;
  /** The smallest elements along a dimension, and where they are. */
  min(dim: number | NamedDim, options?: ReduceOptions): ValuesAndIndices;
  /** The variance over `dims`, or of all elements. Divides by the number of elements less `correction`, which is 1. */
  var(dims?: Dims | Named<VarOptions, Dims>, options?: VarOptions): Tensor;
  /** The median, the lower of two. NaN if one is there. */
  median(): Tensor;
  /** The medians along a dimension, and where they are. */
  median(dim: number | NamedDim, options?: ReduceOptions): ValuesAndIndices;
  /** As `median`, without NaNs. */
  nanmedian(): Tensor;
  /** As `median` along a dimension, without NaNs. */
  nanmedian(dim: number | NamedDim, options?: ReduceOptions): ValuesAndIndices;
  /** The values that occur, sorted. */
  unique(options?: { sorted?: boolean; dim?: number | null }): Tensor;
  /** The values that occur, sorted; behind them positions and counts, as asked for. */
  unique(options: sorting.UniqueOptions): Tensor[];
  /** The positions of elements that are not 0. */
  nonzero(options?: { asTuple?: false }): Tensor;
  /** The positions of elements that are not 0, a tensor for each dimension. */
  nonzero(options: { asTuple: true }): Tensor[];
  /** The values without repetitions of their predecessor. */
  uniqueConsecutive(options?: { dim?: number | null }): Tensor;
  /** The values without repetitions of their predecessor; behind them positions and counts, as asked for. */
  uniqueConsecutive(options: sorting.UniqueOptions): Tensor[];
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
  /** As `T`, of a matrix. */
  readonly H: Tensor;
  /** As `mT`: real numbers are their own conjugates. */
  readonly mH: Tensor;
  /** The real part: the tensor itself. */
  readonly real: Tensor;
  /** Where the elements are: always 'cpu'. */
  readonly device: 'cpu';
  /** Whether the elements are in the memory of the CPU: always. */
  readonly isCpu: true;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Which of the outputs of `gradFn` this is. */
  readonly outputNr: number;
  /** Whether `retainGrad` was called. */
  readonly retainsGrad: boolean;
  toString(): string;
  /** The values as nested arrays. */
  toJSON(): NestedArray;
  /** A tensor of one element is a number where JavaScript wants one. */
  [Symbol.toPrimitive](hint: string): string | number | boolean;
}

type Installed = Omit<Methods<typeof operators>, keyof Overloaded> &
  Methods<typeof overwriting> &
  Methods<typeof twins> &
  Methods<typeof writers> &
  Methods<typeof reshapers> &
  UnaryTwins &
  BinaryTwins &
  ArithmeticTwins &
  Overloaded;

declare module './tensor/tensor.ts' {
  interface Tensor extends Installed {}
}

function define(name: string | symbol, method: (this: Tensor, ...rest: never[]) => unknown): void {
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

for (const [name, fn] of Object.entries(writers) as [string, AnyFunction][]) {
  define(name, function (this: Tensor, ...rest: never[]) {
    // One element stands for each: it says whether a gradient is wanted.
    const others = (rest as unknown[]).flatMap((arg) =>
      arg instanceof Tensor && arg.requiresGrad && arg.numel() > 0 ? [F.select(F.reshape(arg, [-1]), 0, 0)] : [],
    );
    return inPlace(name, this, others, (x) => fn(x, ...rest) as Tensor);
  });
}

for (const [name, fn] of Object.entries(reshapers) as [string, AnyFunction][]) {
  define(name, function (this: Tensor, ...rest: never[]) {
    checkInPlace(this);
    becomeView(this, fn(this, ...rest) as Tensor);
    return this;
  });
}

for (const [name, operator] of Object.entries(unaryOperators) as [string, UnaryOperator][]) {
  define(`${name}_`, function (this: Tensor) {
    const others = operator.floats && operator.keepsIntegers !== true && !isFloat(this.dtype) ? [0.5] : [];
    return inPlace(`${name}_`, this, others, (x, into) => unary(operator, x, into));
  });
}

define('round_', function (this: Tensor, options: RoundOptions = {}) {
  return inPlace('round_', this, [], (x) => F.round(x, options));
});

for (const [name, operator] of Object.entries(binaryOperators) as [string, BinaryOperator][]) {
  define(`${name}_`, function (this: Tensor, y: Operand) {
    const masks = operator.result === 'bool' && this.dtype !== 'bool';
    const fraction = operator.result === 'float' && !isFloat(this.dtype) ? [0.5] : [];
    return inPlace(`${name}_`, this, [y, ...fraction], (x, into) => {
      if (!masks) return binary(operator, x, y, into);
      const mask = F.to(binary(operator, x, y), x.dtype);
      const operands = y instanceof Tensor ? [x, y] : [x];
      const facts = operands.map(({ shape, dtype }) => ({ shape, dtype }));
      return record(operator.name, operands, mask, [], () => facts.map(({ shape, dtype }) => zeros(shape, { dtype })));
    });
  });
}

for (const name of ['add', 'sub'] as const) {
  define(`${name}_`, function (this: Tensor, y: Operand, options: F.AddOptions = {}) {
    if (name === 'sub') checkSubtraction(this, y);
    return inPlace(`${name}_`, this, [y], (x, into) =>
      binary(binaryOperators[name], x, scaled(name, x, y, options), into),
    );
  });
}

define('div_', function (this: Tensor, y: Operand, options: F.DivOptions = {}) {
  if (options.roundingMode === undefined || options.roundingMode === null) {
    return inPlace('div_', this, [y, 0.5], (x, into) => binary(binaryOperators.div, x, y, into));
  }
  return inPlace('div_', this, [y], (x) => F.div(x, y, options));
});

define('floorDivide_', function (this: Tensor, y: Operand) {
  return inPlace('floorDivide_', this, [y], (x) => F.floorDivide(x, y));
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
  return F.to(this, checkTensor('typeAs', 'other', other).dtype);
});

function transposed(name: string) {
  return function (this: Tensor): Tensor {
    if (this.ndim === 0) return this;
    if (this.ndim > 1) return F.transpose(this, -2, -1);
    throw new ShapeError(`tensor.${name} is only supported on matrices or batches of matrices. Got 1-D tensor.`);
  };
}

Object.defineProperties(Tensor.prototype, {
  T: {
    get(this: Tensor) {
      return F.permute(
        this,
        this.shape.map((_, d) => this.ndim - 1 - d),
      );
    },
  },
  mT: { get: transposed('mT') },
  mH: { get: transposed('mH') },
  H: {
    get(this: Tensor) {
      if (this.ndim !== 0 && this.ndim !== 2) {
        throw new ShapeError(
          `tensor.H is only supported on matrices (2-D tensors). Got ${this.ndim}-D tensor. For batches of matrices, consider using tensor.mH`,
        );
      }
      return this.ndim === 0 ? this : F.transpose(this, 0, 1);
    },
  },
  real: {
    get(this: Tensor) {
      return this;
    },
  },
  device: { value: 'cpu' },
  isCpu: { value: true },
  itemsize: {
    get(this: Tensor) {
      return this.elementSize();
    },
  },
  outputNr: {
    get(this: Tensor) {
      return this.node === null ? 0 : this.outputIndex;
    },
  },
  retainsGrad: {
    get(this: Tensor) {
      return retainsGrad(this);
    },
  },
});

define('toJSON', function (this: Tensor) {
  return F.tolist(this);
});

define(Symbol.toPrimitive, function (this: Tensor, hint: string) {
  return hint === 'number' ? F.item(this) : formatTensor(this);
});

for (const name of ['toString', inspect.custom]) {
  define(name, function (this: Tensor) {
    return formatTensor(this);
  });
}
