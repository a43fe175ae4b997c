// Binary operators: arithmetic with gradients, comparisons, logic. Operands broadcast and promote as in PyTorch.
import { withGradMode } from '../autograd/mode.ts';
import { nameNode, recordRefusal } from '../autograd/record.ts';
import { factsOf, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { float } from './arguments.ts';
import { cast } from './copies.ts';
import {
  type BinaryOperator,
  binary,
  checkOneTensor,
  checkOperand,
  checkSubtraction,
  resultType,
  type Scalar,
} from './elementwise.ts';
import { any } from './reduce.ts';
import { where } from './select.ts';
import { log, neg } from './unary.ts';

/** A tensor, or a number that stands for one of any shape. */
export type Operand = Tensor | Scalar;

const noGradient = { saves: [], dx: null, dy: null } as const;

// Zero almost everywhere: a rounded quotient does not follow its operands.
const flat = { saves: [], dx: (g: Tensor) => mul(g, 0), dy: (g: Tensor) => mul(g, 0) } as const;

/** @internal What each binary operator is. */
export const binaryOperators: { readonly [K in kernels.BinaryName]: BinaryOperator } = {
  add: { name: 'add', result: 'same', run: kernels.add, saves: [], dx: (g) => g, dy: (g) => g },
  sub: { name: 'sub', result: 'same', run: kernels.sub, saves: [], dx: (g) => g, dy: (g) => neg(g) },
  mul: {
    name: 'mul',
    result: 'same',
    run: kernels.mul,
    saves: ['x', 'y'],
    savesForX: ['y'],
    savesForY: ['x'],
    dx: (g, _x, y) => mul(g, y),
    dy: (g, x) => mul(g, x),
  },
  div: {
    name: 'div',
    result: 'float',
    run: kernels.div,
    saves: ['x', 'y'],
    savesForX: ['y'],
    dx: (g, _x, y) => div(g, y),
    dy: (g, x, y) => neg(mul(g, div(div(x, y), y))),
  },
  pow: {
    name: 'pow',
    lacks: 'bool',
    result: 'same',
    run: kernels.pow,
    saves: ['x', 'y', 'out'],
    savesForX: ['x', 'y'],
    nodeName: (x, y) => (x instanceof Tensor ? byOther('Pow')(x, y) : 'PowBackward2'),
    // y x^(y-1), and 0 where y is 0; log(x) x^y, and 0 where x is 0 and y >= 0
    dx: (g, x, y) => where(eq(y, 0), 0, mul(g, mul(y, pow(x, sub(y, 1))))),
    dy: (g, x, y, out) => mul(g, where(logicalAnd(eq(x, 0), ge(y, 0)), 0, mul(out, log(x)))),
  },
  maximum: {
    name: 'maximum',
    result: 'same',
    run: kernels.maximum,
    saves: ['x', 'y'],
    dx: (g, x, y) => shared(g, lt(x, y), eq(x, y)),
    dy: (g, x, y) => shared(g, gt(x, y), eq(x, y)),
  },
  minimum: {
    name: 'minimum',
    result: 'same',
    run: kernels.minimum,
    saves: ['x', 'y'],
    dx: (g, x, y) => shared(g, gt(x, y), eq(x, y)),
    dy: (g, x, y) => shared(g, lt(x, y), eq(x, y)),
  },
  atan2: {
    name: 'atan2',
    result: 'float',
    run: kernels.atan2,
    saves: ['x', 'y'],
    dx: (g, x, y) => mul(g, div(y, add(mul(x, x), mul(y, y)))),
    dy: (g, x, y) => neg(mul(g, div(x, add(mul(x, x), mul(y, y))))),
  },
  fmod: {
    name: 'fmod',
    lacks: 'bool',
    result: 'same',
    run: kernels.fmod,
    saves: ['x', 'y'],
    savesForX: [],
    nodeName: byOther('Fmod'),
    dx: (g) => g,
    dy: (g, x, y) => neg(mul(g, div(x, y, { roundingMode: 'trunc' }))),
  },
  remainder: {
    name: 'remainder',
    lacks: 'bool',
    result: 'same',
    run: kernels.remainder,
    saves: ['x', 'y'],
    savesForX: [],
    nodeName: byOther('Remainder'),
    dx: (g) => g,
    dy: (g, x, y) => neg(mul(g, div(x, y, { roundingMode: 'floor' }))),
  },
  floorDivide: { name: 'floorDivide', result: 'same', run: kernels.floorDivide, ...flat },
  truncDivide: { name: 'truncDivide', lacks: 'bool', result: 'same', run: kernels.truncDivide, ...flat },
  eq: { name: 'eq', result: 'bool', run: kernels.eq, ...noGradient },
  ne: { name: 'ne', result: 'bool', run: kernels.ne, ...noGradient },
  lt: { name: 'lt', result: 'bool', run: kernels.lt, ...noGradient },
  le: { name: 'le', result: 'bool', run: kernels.le, ...noGradient },
  gt: { name: 'gt', result: 'bool', run: kernels.gt, ...noGradient },
  ge: { name: 'ge', result: 'bool', run: kernels.ge, ...noGradient },
  logicalAnd: { name: 'logicalAnd', result: 'bool', run: kernels.logicalAnd, ...noGradient },
  logicalOr: { name: 'logicalOr', result: 'bool', run: kernels.logicalOr, ...noGradient },
  logicalXor: { name: 'logicalXor', result: 'bool', run: kernels.logicalXor, ...noGradient },
  bitwiseAnd: {
    name: 'bitwiseAnd',
    lacks: 'floats',
    result: 'same',
    run: kernels.bitwiseAnd as unknown as BinaryOperator['run'],
    ...noGradient,
  },
  bitwiseOr: {
    name: 'bitwiseOr',
    lacks: 'floats',
    result: 'same',
    run: kernels.bitwiseOr as unknown as BinaryOperator['run'],
    ...noGradient,
  },
  bitwiseXor: {
    name: 'bitwiseXor',
    lacks: 'floats',
    result: 'same',
    run: kernels.bitwiseXor as unknown as BinaryOperator['run'],
    ...noGradient,
  },
};

// PyTorch has an operator for numbers, and another for tensors.
function byOther(name: string): NonNullable<BinaryOperator['nodeName']> {
  return (_x, y) => `${name}Backward${y instanceof Tensor ? 1 : 0}`;
}

// 0 where the operand loses, half of g where both are equal, g elsewhere: at NaN too.
function shared(g: Tensor, loses: Tensor, equal: Tensor): Tensor {
  return where(loses, 0, where(equal, mul(g, 0.5), g));
}

// ---- Arithmetic

/** Options of {@link add} and {@link sub}. */
export interface AddOptions {
  /** Factor of the second operand; boolean for booleans only. Default 1. */
  alpha?: number | boolean;
}

/**
 * x + alpha y. @source torch.add
 * @example add(tensor([1, 2]), tensor([10, 20]), { alpha: 2 }); // tensor([21, 42])
 */
export function add(x: Operand, y: Operand, options: AddOptions = {}): Tensor {
  return binary(binaryOperators.add, x, scaled('add', x, y, options));
}

/**
 * x - alpha y. @throws DtypeError for booleans @source torch.sub
 * @example sub(tensor([1, 2]), tensor([10, 20])); // tensor([-9, -18])
 */
export function sub(x: Operand, y: Operand, options: AddOptions = {}): Tensor {
  checkSubtraction(x, y);
  return binary(binaryOperators.sub, x, scaled('sub', x, y, options));
}

/** @internal alpha y, the second operand of `add` and `sub`. */
export function scaled(who: string, x: Operand, y: Operand, options: AddOptions): Operand {
  checkOptions(who, options, ['alpha']);
  const { alpha = 1 } = options;
  if (alpha === 1) return y;
  const dtype = resultType([checkOperand(who, 'self', x), checkOperand(who, 'other', y)]);
  if (dtype === 'bool') return y instanceof Tensor ? mul(y, Boolean(alpha)) : Boolean(y) && Boolean(alpha);
  if (typeof alpha === 'boolean') throw new DtypeError('Boolean alpha only supported for Boolean results.');
  if (!isFloat(dtype) && !Number.isInteger(alpha)) {
    throw new DtypeError('For integral input tensors, argument alpha must not be a floating point number.');
  }
  return y instanceof Tensor ? mul(y.dtype === dtype ? y : cast(y, dtype), alpha) : Number(y) * alpha;
}

/**
 * y - alpha x: `sub` with the operands exchanged. @throws DtypeError for booleans @source torch.rsub
 * @example rsub(tensor([1, 2]), 10); // tensor([9, 8])
 */
export function rsub(x: Tensor, y: Operand, options: AddOptions = {}): Tensor {
  return nameNode(y instanceof Tensor ? 'rsub' : 'RsubBackward1', sub(y, checkTensor('rsub', 'input', x), options));
}

/**
 * x y. @source torch.mul
 * @example mul(tensor([1, 2]), tensor([[3], [4]])); // tensor([[3, 6], [4, 8]])
 */
export function mul(x: Operand, y: Operand): Tensor {
  return binary(binaryOperators.mul, x, y);
}

/** Options of {@link div}. */
export interface DivOptions {
  /** 'floor' or 'trunc' rounds the quotient; null (the default) does not. */
  roundingMode?: 'floor' | 'trunc' | null;
}

/**
 * x / y; integers become floating point unless the quotient is rounded. @source torch.div
 * @example
 * div(tensor([7, -7]), 2); // tensor([3.5000, -3.5000])
 * div(tensor([7, -7]), 2, { roundingMode: 'floor' }); // tensor([3, -4])
 */
export function div(x: Operand, y: Operand, options: DivOptions = {}): Tensor {
  checkOptions('div', options, ['roundingMode']);
  const mode = options.roundingMode ?? null;
  if (mode === null) return binary(binaryOperators.div, x, y);
  if (mode === 'floor') return floorOfQuotient(x, y);
  if (mode === 'trunc') {
    checkDivisor(x, y);
    return binary(binaryOperators.truncDivide, x, y);
  }
  throw new ValueError(`div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${String(mode)}'`);
}

/**
 * The largest integer <= x / y. @throws ValueError for an integer division by 0 @source torch.floor_divide
 * @example floorDivide(tensor([7, -7]), 2); // tensor([3, -4])
 */
export function floorDivide(x: Operand, y: Operand): Tensor {
  const quotient = floorOfQuotient(x, y);
  const operands = [x, y].filter((operand) => operand instanceof Tensor);
  recordRefusal('floorDivide', operands, [quotient], 'derivative for aten::floor_divide is not implemented');
  return quotient;
}

function floorOfQuotient(x: Operand, y: Operand): Tensor {
  checkOneTensor('floorDivide', x, y);
  if (resultType([x, y]) === 'bool') throw new DtypeError(`"div_floor_cpu" not implemented for 'Bool'`);
  checkDivisor(x, y);
  return binary(binaryOperators.floorDivide, x, y);
}

/**
 * x modulo y, with the sign of y. @throws ValueError for an integer division by 0 @source torch.remainder
 * @example remainder(tensor([7, -7]), 3); // tensor([1, 2])
 */
export function remainder(x: Operand, y: Operand): Tensor {
  checkOneTensor('remainder', x, y);
  checkDivisor(x, y);
  return binary(binaryOperators.remainder, x, y);
}

/**
 * x modulo y, with the sign of x. @throws ValueError for an integer division by 0 @source torch.fmod
 * @example fmod(tensor([7, -7]), 3); // tensor([1, -1])
 */
export function fmod(x: Tensor, y: Operand): Tensor {
  checkTensor('fmod', 'input', x);
  checkDivisor(x, y);
  return binary(binaryOperators.fmod, x, y);
}

// Only integers: a floating point division by 0 is infinite or NaN.
function checkDivisor(x: Operand, y: Operand): void {
  if (isFloat(resultType([x, y]))) return;
  const zero = y instanceof Tensor ? withGradMode(false, () => any(eq(y, 0)).item() === true) : Number(y) === 0;
  if (zero) throw new ValueError('ZeroDivisionError');
}

/**
 * x to the power y.
 *
 * @throws ValueError for integers to negative integer powers
 * @source torch.pow
 * @example pow(tensor([1, 2, 3]), 2); // tensor([1, 4, 9])
 */
export function pow(x: Operand, y: Operand): Tensor {
  checkOneTensor('pow', x, y);
  if (typeof y === 'number' && y < 0 && factsOf(resultType([x, y])).category < 2) {
    throw new ValueError('Integers to negative integer powers are not allowed.');
  }
  return binary(binaryOperators.pow, x, y);
}

/**
 * The angle of the point (y, x), in radians; the first operand is the ordinate. @source torch.atan2
 * @example atan2(tensor([1, -1]), tensor([1, 1])); // tensor([0.7854, -0.7854])
 */
export function atan2(y: Tensor, x: Tensor): Tensor {
  return ofTensors(binaryOperators.atan2, y, x);
}

/**
 * The larger of x and y; NaN if either is; equal ones share the gradient. @source torch.maximum
 * @example maximum(tensor([1, 5]), tensor([3, 4])); // tensor([3, 5])
 */
export function maximum(x: Tensor, y: Tensor): Tensor {
  return ofTensors(binaryOperators.maximum, x, y);
}

/**
 * The smaller of x and y; NaN if either is; equal ones share the gradient. @source torch.minimum
 * @example minimum(tensor([1, 5]), tensor([3, 4])); // tensor([1, 4])
 */
export function minimum(x: Tensor, y: Tensor): Tensor {
  return ofTensors(binaryOperators.minimum, x, y);
}

// Takes no numbers, as in PyTorch.
function ofTensors(operator: BinaryOperator, x: Tensor, y: Tensor): Tensor {
  return binary(operator, checkTensor(operator.name, 'input', x), checkTensor(operator.name, 'other', y));
}

// ---- Comparisons

function compared(operator: BinaryOperator, x: Tensor, y: Operand): Tensor {
  return binary(operator, checkTensor(operator.name, 'input', x), y);
}

/**
 * x == y. @returns bool @source torch.eq
 * @example eq(tensor([1, 2, 3]), tensor([1, 0, 3])); // tensor([True, False, True])
 */
export function eq(x: Tensor, y: Operand): Tensor {
  return compared(binaryOperators.eq, x, y);
}

/**
 * x != y. @returns bool @source torch.ne
 * @example ne(tensor([1, 2, 3]), tensor([1, 0, 3])); // tensor([False, True, False])
 */
export function ne(x: Tensor, y: Operand): Tensor {
  return compared(binaryOperators.ne, x, y);
}

/**
 * x < y. @returns bool @source torch.lt
 * @example lt(tensor([1, 2, 3]), 2); // tensor([True, False, False])
 */
export function lt(x: Tensor, y: Operand): Tensor {
  return compared(binaryOperators.lt, x, y);
}

/**
 * x <= y. @returns bool @source torch.le
 * @example le(tensor([1, 2, 3]), 2); // tensor([True, True, False])
 */
export function le(x: Tensor, y: Operand): Tensor {
  return compared(binaryOperators.le, x, y);
}

/**
 * x > y. @returns bool @source torch.gt
 * @example gt(tensor([1, 2, 3]), 2); // tensor([False, False, True])
 */
export function gt(x: Tensor, y: Operand): Tensor {
  return compared(binaryOperators.gt, x, y);
}

/**
 * x >= y. @returns bool @source torch.ge
 * @example ge(tensor([1, 2, 3]), 2); // tensor([False, True, True])
 */
export function ge(x: Tensor, y: Operand): Tensor {
  return compared(binaryOperators.ge, x, y);
}

// ---- Logic

/**
 * Whether both are not 0. @returns bool @source torch.logical_and
 * @example logicalAnd(tensor([0, 1, 2]), tensor([1, 1, 0])); // tensor([False, True, False])
 */
export function logicalAnd(x: Tensor, y: Tensor): Tensor {
  return ofTensors(binaryOperators.logicalAnd, x, y);
}

/**
 * Whether one of both is not 0. @returns bool @source torch.logical_or
 * @example logicalOr(tensor([0, 1, 0]), tensor([1, 1, 0])); // tensor([True, True, False])
 */
export function logicalOr(x: Tensor, y: Tensor): Tensor {
  return ofTensors(binaryOperators.logicalOr, x, y);
}

/**
 * Whether exactly one of both is not 0. @returns bool @source torch.logical_xor
 * @example logicalXor(tensor([0, 1, 0]), tensor([1, 1, 0])); // tensor([True, False, False])
 */
export function logicalXor(x: Tensor, y: Tensor): Tensor {
  return ofTensors(binaryOperators.logicalXor, x, y);
}

/**
 * x and y bit by bit. @throws DtypeError for floating point @source torch.bitwise_and
 * @example bitwiseAnd(tensor([6, 5]), 3); // tensor([2, 1])
 */
export function bitwiseAnd(x: Operand, y: Operand): Tensor {
  return bitwise(binaryOperators.bitwiseAnd, x, y);
}

/**
 * x or y bit by bit. @throws DtypeError for floating point @source torch.bitwise_or
 * @example bitwiseOr(tensor([6, 5]), 3); // tensor([7, 7])
 */
export function bitwiseOr(x: Operand, y: Operand): Tensor {
  return bitwise(binaryOperators.bitwiseOr, x, y);
}

/**
 * x exclusive or y bit by bit. @throws DtypeError for floating point @source torch.bitwise_xor
 * @example bitwiseXor(tensor([6, 5]), 3); // tensor([5, 6])
 */
export function bitwiseXor(x: Operand, y: Operand): Tensor {
  return bitwise(binaryOperators.bitwiseXor, x, y);
}

function bitwise(operator: BinaryOperator, x: Operand, y: Operand): Tensor {
  checkOneTensor(operator.name, x, y);
  return binary(operator, x, y);
}

// ---- Composed

/**
 * x + weight (y - x). @source torch.lerp
 * @example lerp(tensor([0.0, 1.5]), tensor([10, 2.5]), 0.5); // tensor([5., 2.])
 */
export function lerp(x: Tensor, y: Tensor, weight: Operand): Tensor {
  checkTensor('lerp', 'input', x);
  checkTensor('lerp', 'other', y);
  checkOperand('lerp', 'weight', weight);
  for (const [name, other] of Object.entries({ end: y, weight })) {
    if (!(other instanceof Tensor) || other.dtype === x.dtype) continue;
    throw new DtypeError(`expected dtype ${x.dtype} for \`${name}\` but got dtype ${other.dtype}`);
  }
  return nameNode(weight instanceof Tensor ? 'LerpBackward1' : 'lerp', add(x, mul(weight, sub(y, x))));
}

/** Options of {@link addcmul} and {@link addcdiv}. */
export interface AddcOptions {
  /** Factor of the product or quotient; a boolean counts as 1 or 0. Default 1. */
  value?: number | boolean;
}

function factorOf(who: string, { value = 1 }: AddcOptions): number {
  return typeof value === 'boolean' ? Number(value) : float(who, 'value', value);
}

/**
 * x + value a b. @source torch.addcmul
 * @example addcmul(tensor([1, 1]), tensor([2, 3]), tensor([4, 5]), { value: 10 }); // tensor([81, 151])
 */
export function addcmul(x: Tensor, a: Tensor, b: Tensor, options: AddcOptions = {}): Tensor {
  checkTensor('addcmul', 'input', x);
  checkTensor('addcmul', 'a', a);
  checkTensor('addcmul', 'b', b);
  checkOptions('addcmul', options, ['value']);
  const value = factorOf('addcmul', options);
  const product = mul(a, b);
  const common = resultType([x, product]);
  if (common === 'bool') throw new DtypeError('"addcmul_cpu_out" not implemented for \'Bool\'');
  // Integers are multiplied by integers.
  const alpha = isFloat(common) ? value : Math.trunc(value);
  return nameNode('addcmul', add(x, product, { alpha }));
}

/**
 * x + value a / b. @source torch.addcdiv
 * @example addcdiv(tensor([1, 1.5]), tensor([2, 3.5]), tensor([4, 5]), { value: 10 }); // tensor([6.0000, 8.5000])
 */
export function addcdiv(x: Tensor, a: Tensor, b: Tensor, options: AddcOptions = {}): Tensor {
  checkTensor('addcdiv', 'input', x);
  checkTensor('addcdiv', 'a', a);
  checkTensor('addcdiv', 'b', b);
  checkOptions('addcdiv', options, ['value']);
  if (!isFloat(a.dtype) && !isFloat(b.dtype)) {
    throw new DtypeError('addcdiv: Integer division with addcdiv is no longer supported; use div with a roundingMode');
  }
  return nameNode('addcdiv', add(x, div(a, b), { alpha: factorOf('addcdiv', options) }));
}
