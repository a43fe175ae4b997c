// How elementwise operators run: promotion, broadcasting, the kernel's loops, and what is recorded. Internal.
import { isGradEnabled } from '../autograd/mode.ts';
import type { IsDonated } from '../autograd/node.ts';
import { checkInPlace, rebase, record, wantsGradient } from '../autograd/record.ts';
import { type Dtype, factsOf, getDefaultDtype, isFloat, promoteTypes } from '../dtype.ts';
import { ArgumentTypeError, DtypeError, describe, ShapeError, StateError } from '../errors.ts';
import type { Located } from '../native/kernels.gen.ts';
import * as kernels from '../native/kernels.gen.ts';
import {
  broadcastShapes,
  broadcastStrides,
  coalesce,
  type Loops,
  numelOf,
  type Shape,
  sameShape,
} from '../tensor/shape.ts';
import { emptyOf, fromTypedArray, stridesOf, Tensor } from '../tensor/tensor.ts';
import { cast, clone, contiguous } from './copies.ts';
import { sumToSize } from './reduce.ts';

/** What an elementwise operator takes beside a tensor. */
export type Scalar = number | boolean;

// ---- Loops

/** The loops of a kernel over operands of one shape; contiguous operands become a single loop. */
export function loopsOf(shape: Shape, operands: readonly Tensor[]): Loops {
  for (const x of operands) {
    if (!sameShape(x.shape, shape) || !x.isContiguous()) {
      return coalesce(
        shape,
        operands.map((other) => broadcastStrides(other.shape, stridesOf(other), shape)),
      );
    }
  }
  return { shape: [numelOf(shape)], strides: units };
}

const unit = [1];
// As many as a kernel has operands.
const units = [unit, unit, unit, unit];
const none: readonly number[] = [];

// ---- Scalars as tensors

// Constants return in every step; a small cache spares their storages.
const scalarCache = new Map<string, Tensor>();
const scalarCacheSize = 256;

/** A 0-dimensional tensor of a constant, never to be written. */
function scalarTensor(value: Scalar, dtype: Dtype): Tensor {
  const key = `${dtype}:${Object.is(value, -0) ? '-0' : value}`;
  const cached = scalarCache.get(key);
  if (cached !== undefined && !cached.isDisposed) return cached;
  const array = factsOf(dtype).makeArray(1);
  if (array instanceof BigInt64Array) array[0] = BigInt(Math.trunc(Number(value)));
  else array[0] = dtype === 'bool' ? Number(Boolean(value)) : Number(value);
  const tensor = fromTypedArray(array, [], dtype);
  // Whatever the mode: it is used again outside.
  tensor.inference = false;
  if (scalarCache.size >= scalarCacheSize) scalarCache.delete(scalarCache.keys().next().value ?? key);
  scalarCache.set(key, tensor);
  return tensor;
}

function scalarDtype(value: Scalar): Dtype {
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(value) && !Object.is(value, -0) ? 'int64' : getDefaultDtype();
}

/**
 * The type of a result: tensors with dimensions decide, then 0-dimensional tensors, then JavaScript numbers; a later
 * group matters only where it is of a higher category (bool, integer, floating point).
 */
export function resultType(operands: readonly (Tensor | Scalar)[]): Dtype {
  let dimensioned: Dtype | null = null;
  let single: Dtype | null = null;
  let scalar: Dtype | null = null;
  for (const operand of operands) {
    if (!(operand instanceof Tensor)) scalar = promoted(scalar, scalarDtype(operand));
    else if (operand.shape.length > 0) dimensioned = promoted(dimensioned, operand.dtype);
    else single = promoted(single, operand.dtype);
  }
  let result = dimensioned ?? single ?? scalar ?? getDefaultDtype();
  if (single !== null && isHigher(single, result)) result = promoteTypes(result, single);
  if (scalar !== null && isHigher(scalar, result)) result = scalar;
  return result;
}

function promoted(dtype: Dtype | null, other: Dtype): Dtype {
  return dtype === null || dtype === other ? other : promoteTypes(dtype, other);
}

function isHigher(dtype: Dtype, other: Dtype): boolean {
  return dtype !== other && factsOf(dtype).category > factsOf(other).category;
}

/** The operand as a tensor of `dtype`. */
export function operandTensor(operand: Tensor | Scalar, dtype: Dtype): Tensor {
  if (!(operand instanceof Tensor)) return scalarTensor(operand, dtype);
  return operand.dtype === dtype ? operand : cast(operand, dtype);
}

/** The operand in floating point: of the type that it and those beside it have together, or the default one. */
export function floating(x: Tensor | Scalar, beside: readonly (Tensor | Scalar)[] = []): Tensor {
  const dtype = resultType([x, ...beside]);
  return operandTensor(x, isFloat(dtype) ? dtype : getDefaultDtype());
}

/** Checks an operand. @throws ArgumentTypeError that names function and argument */
export function checkOperand(who: string, argument: string, value: unknown): Tensor | Scalar {
  if (value instanceof Tensor || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be Tensor or number, not ${describe(value)}`);
}

/** @throws DtypeError for booleans, of which PyTorch takes no difference */
export function checkSubtraction(x: Tensor | Scalar, y: Tensor | Scalar): void {
  const [first, second] = [x, y].map((one) =>
    one instanceof Tensor ? one.dtype === 'bool' : typeof one === 'boolean',
  );
  if (!first && !second) return;
  const why =
    first && second
      ? 'with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.'
      : 'with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.';
  throw new DtypeError(`Subtraction, the \`-\` operator, ${why}`);
}

/** Throws unless one of both operands is a tensor. */
export function checkOneTensor(who: string, x: unknown, y: unknown): void {
  if (x instanceof Tensor || y instanceof Tensor) return;
  throw new ArgumentTypeError(`${who}(): one operand must be Tensor, got ${describe(x)} and ${describe(y)}`);
}

/** What an operator that keeps the dtype has no kernel for. */
type Lacking = 'floats' | 'bool';

// ---- Unary operators

type UnaryKernel = (
  dtype: 'float32',
  x: Located,
  y: Located,
  shape: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
) => void;
type UnaryBackward = (dtype: 'float32', g: Located, x: Located, y: Located, dx: Located, n: number) => void;

/** A unary operator: its kernel, what its gradient needs, and that gradient in differentiable operators. */
export interface UnaryOperator {
  readonly name: string;
  /** Whether integers become floating point first. */
  readonly floats: boolean;
  /** Whether integers are left as they are, whatever `floats` says. */
  readonly keepsIntegers?: true;
  readonly lacks?: Lacking;
  readonly run: UnaryKernel;
  /** The fused gradient, used when no gradient of the gradient is wanted. */
  readonly runBackward: UnaryBackward | null;
  /** What the gradient is computed from. */
  readonly saves: 'x' | 'y' | 'both' | 'nothing';
  readonly gradient: (g: Tensor, x: Tensor, y: Tensor) => Tensor;
}

function notFor(name: string, dtype: Dtype): DtypeError {
  return new DtypeError(`${name}: not implemented for ${dtype}`);
}

function checkKernel({ name, lacks }: { readonly name: string; readonly lacks?: Lacking }, dtype: Dtype): void {
  if (lacks === undefined) return;
  if (lacks === 'bool' ? dtype === 'bool' : isFloat(dtype)) throw notFor(name, dtype);
}

/** Runs a unary operator; the result is `into` if given. */
export function unary(operator: UnaryOperator, x: Tensor, into: Tensor | null = null): Tensor {
  if (operator.keepsIntegers === true && !isFloat(x.dtype)) {
    if (x.dtype === 'bool') throw notFor(operator.name, 'bool');
    return into ?? clone(x);
  }
  const input = operator.floats && !isFloat(x.dtype) ? cast(x, getDefaultDtype()) : x;
  checkKernel(operator, input.dtype);
  const y = into ?? emptyOf(input.shape, input.dtype);
  const loops = loopsOf(y.shape, [input, y]);
  operator.run(input.dtype as 'float32', input, y, loops.shape, loops.strides[0] ?? none, loops.strides[1] ?? none);
  if (into !== null || !isFloat(input.dtype) || !wantsGradient([input])) return y;
  const saved = { x: [input, input], y: [y, y], both: [input, y], nothing: [] }[operator.saves];
  return record(operator.name, [input], y, saved, (g, [sx = g, sy = g], _needs, isDonated) => {
    const { runBackward } = operator;
    if (runBackward === null || isGradEnabled()) return [operator.gradient(g, sx, sy)];
    const [dy, dx] = gradientPair(g, isDonated);
    runBackward(g.dtype as 'float32', dy, contiguous(sx), contiguous(sy), dx, dx.numel());
    return [dx];
  });
}

/**
 * The gradient of a result as kernels read it, and where they write that of an operand of the same shape and type: over
 * it if it was donated, which spares the caches another array.
 */
export function gradientPair(g: Tensor, isDonated: IsDonated): [dy: Tensor, dx: Tensor] {
  const dy = contiguous(g);
  return [dy, dy !== g || isDonated(g) ? dy : emptyOf(g.shape, g.dtype)];
}

// ---- Binary operators

type BinaryKernel = (
  dtype: 'float32',
  x: Located,
  y: Located,
  out: Located,
  shape: readonly number[],
  xs: readonly number[],
  ys: readonly number[],
  os: readonly number[],
) => void;

type BinarySaved = 'x' | 'y' | 'out';

/** Gradients of a binary operator, before they are summed to the operands' shapes. */
type BinaryGradient = (g: Tensor, x: Tensor, y: Tensor, out: Tensor) => Tensor;

/** A binary operator: its kernel, and the gradient for each operand in differentiable operators. */
export interface BinaryOperator {
  readonly name: string;
  /** 'float': integers become floating point first; 'bool': the result is a mask; 'same': the promoted type. */
  readonly result: 'same' | 'float' | 'bool';
  readonly lacks?: Lacking;
  readonly run: BinaryKernel;
  /** What the gradients are computed from. */
  readonly saves: readonly BinarySaved[];
  /** What the gradient of x is computed from where y wants none. Default: the same. */
  readonly savesForX?: readonly BinarySaved[];
  /** What the gradient of y is computed from where x wants none. Default: the same. */
  readonly savesForY?: readonly BinarySaved[];
  /** What the node is called for these operands, where their kinds decide. Default: after the operator. */
  readonly nodeName?: (x: Tensor | Scalar, y: Tensor | Scalar) => string;
  readonly dx: BinaryGradient | null;
  readonly dy: BinaryGradient | null;
}

/** Runs a binary operator on broadcast operands; the result is `into` if given. */
export function binary(
  operator: BinaryOperator,
  a: Tensor | Scalar,
  b: Tensor | Scalar,
  into: Tensor | null = null,
): Tensor {
  checkOperand(operator.name, 'self', a);
  checkOperand(operator.name, 'other', b);
  let dtype = resultType([a, b]);
  if (operator.result === 'float' && !isFloat(dtype)) dtype = getDefaultDtype();
  checkKernel(operator, dtype);
  const x = operandTensor(a, dtype);
  const y = operandTensor(b, dtype);
  const shape = broadcastShapes(x.shape, y.shape);
  const out = into ?? emptyOf(shape, operator.result === 'bool' ? 'bool' : dtype);
  const loops = loopsOf(shape, [x, y, out]);
  const [xs = none, ys = none, os = none] = loops.strides;
  operator.run(dtype as 'float32', x, y, out, loops.shape, xs, ys, os);
  const inputs = [x, y];
  if (into !== null || operator.dx === null || !isFloat(dtype) || !wantsGradient(inputs)) return out;
  const operands = { x, y, out };
  const names = savedBy(operator, x.requiresGrad, y.requiresGrad);
  const saved = names.map((name) => operands[name]);
  const xShape = x.shape;
  const yShape = y.shape;
  return record(operator.nodeName?.(a, b) ?? operator.name, inputs, out, saved, (g, tensors, [needsX, needsY]) => {
    const of = (name: BinarySaved) => tensors[names.indexOf(name)] ?? g;
    const [sx, sy, so] = [of('x'), of('y'), of('out')];
    return [
      needsX && operator.dx !== null ? sumToSize(operator.dx(g, sx, sy, so), xShape) : null,
      needsY && operator.dy !== null ? sumToSize(operator.dy(g, sx, sy, so), yShape) : null,
    ];
  });
}

// What is not saved may be overwritten, and its memory be used again.
function savedBy(operator: BinaryOperator, needsX: boolean, needsY: boolean): readonly BinarySaved[] {
  const ofOne = needsX ? (needsY ? undefined : operator.savesForX) : operator.savesForY;
  return ofOne ?? operator.saves;
}

// ---- In place

/**
 * Overwrites `x` with `apply(x)`. Where a gradient is wanted, `apply` works on a copy, and `x` takes over its history;
 * otherwise it may write straight into `x`, given as its second argument, and then returns it.
 */
export function inPlace(
  who: string,
  x: Tensor,
  others: readonly (Tensor | Scalar)[],
  apply: (x: Tensor, into: Tensor | null) => Tensor,
): Tensor {
  checkInPlace(x);
  checkWritable(who, x);
  const tensors = others.filter((other) => other instanceof Tensor);
  for (const other of tensors) checkFits(x, other);
  const recorded = isFloat(x.dtype) && wantsGradient([x, ...tensors]);
  const overlaps = tensors.some((other) => other.storage === x.storage && !sameGeometry(x, other));
  const promoted = resultType([x, ...others]);
  if (!recorded && !overlaps && promoted === x.dtype) {
    const y = apply(x, x);
    if (y !== x) copyElements(checkHeld(x, checkFits(x, y)), x);
    x.version.value += 1;
    return x;
  }
  const y = checkHeld(x, checkFits(x, apply(recorded ? snapshot(x) : x, null)));
  copyElements(y, x);
  x.version.value += 1;
  if (recorded) rebase(x, y);
  return x;
}

/** Copies elements, converting and broadcasting them; nothing is recorded. */
export function copyElements(source: Tensor, target: Tensor): void {
  if (target.numel() === 0) return;
  const loops = coalesce(target.shape, [
    broadcastStrides(source.shape, stridesOf(source), target.shape),
    stridesOf(target),
  ]);
  const [from = none, to = none] = loops.strides;
  if (source.dtype === target.dtype) kernels.copy(source.dtype, source, target, loops.shape, from, to);
  else kernels.cast(source.dtype, source, target, factsOf(target.dtype).code, loops.shape, from, to);
}

/** Throws where several elements of `x` share one place in memory. */
function checkWritable(who: string, x: Tensor): void {
  const strides = stridesOf(x);
  if (x.numel() === 0 || !x.shape.some((size, d) => size > 1 && strides[d] === 0)) return;
  throw new StateError(
    `${who}: unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.`,
  );
}

function checkFits(x: Tensor, other: Tensor): Tensor {
  const shape = broadcastShapes(x.shape, other.shape);
  if (sameShape(shape, x.shape)) return other;
  throw new ShapeError(
    `output with shape [${x.shape.join(', ')}] doesn't match the broadcast shape [${shape.join(', ')}]`,
  );
}

function checkHeld(x: Tensor, y: Tensor): Tensor {
  if (factsOf(y.dtype).category <= factsOf(x.dtype).category) return y;
  throw new DtypeError(`result type ${y.dtype} can't be cast to the desired output type ${x.dtype}`);
}

function sameGeometry(a: Tensor, b: Tensor): boolean {
  return a.offset === b.offset && sameShape(a.shape, b.shape) && sameShape(stridesOf(a), stridesOf(b));
}

// A copy of the elements with the history of the original.
function snapshot(x: Tensor): Tensor {
  const copy = emptyOf(x.shape, x.dtype);
  copyElements(x, copy);
  copy.ownNode = x.node;
  copy.outputIndex = x.outputIndex;
  return copy;
}
