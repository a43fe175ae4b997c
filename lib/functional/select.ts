// Choosing between values: where, clamp, filling by mask.
import { isGradEnabled } from '../autograd/mode.ts';
import { nameNode, record } from '../autograd/record.ts';
import { checkFits, type FloatDtype, factsOf, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import { checkTensor, emptyOf, Tensor } from '../tensor/tensor.ts';
import { isNamed } from './arguments.ts';
import { ge, gt, le, logicalAnd, lt, maximum, minimum, type Operand } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { checkOperand, gradientPair, inPlace, loopsOf, operandTensor, resultType, type Scalar } from './elementwise.ts';
import { sumToSize } from './reduce.ts';

/**
 * x where `condition` holds, y elsewhere; all three broadcast.
 *
 * @param condition bool
 * @throws DtypeError if `condition` is not bool
 * @source torch.where
 * @example
 * const x = tensor([-1.5, 2]);
 * where(x.gt(0), x, 0); // tensor([0., 2.])
 */
export function where(condition: Tensor, x: Operand, y: Operand): Tensor {
  checkTensor('where', 'condition', condition);
  if (condition.dtype !== 'bool' && condition.dtype !== 'uint8') {
    throw new DtypeError(
      `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype}`,
    );
  }
  const mask = condition.dtype === 'bool' ? condition : cast(condition, 'bool');
  const dtype = resultType([checkOperand('where', 'input', x), checkOperand('where', 'other', y)]);
  const a = operandTensor(x, dtype);
  const b = operandTensor(y, dtype);
  const shape = broadcastShapes(broadcastShapes(mask.shape, a.shape), b.shape);
  const out = emptyOf(shape, dtype);
  const loops = loopsOf(shape, [mask, a, b, out]);
  const [ms = [], as = [], bs = [], os = []] = loops.strides;
  kernels.where(dtype, mask, a, b, out, loops.shape, ms, as, bs, os);
  if (!isFloat(dtype)) return out;
  const [aShape, bShape] = [a.shape, b.shape];
  return record('where', [a, b], out, [mask], (g, [m = g], [needsA, needsB]) => [
    needsA ? sumToSize(where(m, g, 0), aShape) : null,
    needsB ? sumToSize(where(m, 0, g), bShape) : null,
  ]);
}

/**
 * `x` with `value` wherever `mask` holds. @param mask bool, broadcast to the shape of x @source torch.masked_fill
 * @example maskedFill(tensor([1, 2, 3]), tensor([true, false, true]), 0); // tensor([0, 2, 0])
 */
export function maskedFill(x: Tensor, mask: Tensor, value: Scalar | Tensor): Tensor {
  checkTensor('maskedFill', 'input', x);
  checkMask(mask);
  if (value instanceof Tensor && value.ndim > 0) {
    throw new ShapeError(
      `masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s).`,
    );
  }
  if (typeof value === 'number') checkFits(value, x.dtype);
  const filled = where(mask, value, x);
  return nameNode(
    value instanceof Tensor ? 'MaskedFillBackward1' : 'maskedFill',
    filled.dtype === x.dtype ? filled : cast(filled, x.dtype),
  );
}

/**
 * Writes `value` wherever `mask` holds. @source torch.Tensor.masked_fill_
 * @example maskedFill_(tensor([1, 2, 3]), tensor([true, false, true]), 0); // tensor([0, 2, 0])
 */
export function maskedFill_(x: Tensor, mask: Tensor, value: Scalar | Tensor): Tensor {
  checkTensor('maskedFill_', 'input', x);
  checkMask(mask);
  return inPlace('maskedFill_', x, value instanceof Tensor ? [mask, value] : [mask], (own) =>
    maskedFill(own, mask, value),
  );
}

function checkMask(mask: Tensor): void {
  if (checkTensor('maskedFill', 'mask', mask).dtype === 'bool') return;
  throw new DtypeError(`masked_fill_ only supports boolean masks, but got mask with dtype ${mask.dtype}`);
}

/** Options of {@link clamp}, in place of its bounds. */
export interface ClampOptions {
  /** Number, tensor, or null for none. */
  min?: Operand | null;
  /** Number, tensor, or null for none. */
  max?: Operand | null;
}

/**
 * x, but at least `min` and at most `max`; NaN stays. The gradient is 1 at and between the bounds.
 *
 * @param min number, tensor, or null for none
 * @param max number, tensor, or null for none
 * @throws ValueError if both are null
 * @source torch.clamp
 * @example
 * clamp(tensor([-2, 0, 3]), -1, 1); // tensor([-1, 0, 1])
 * clamp(tensor([-2, 0, 3]), null, 1); // tensor([-2, 0, 1])
 */
export function clamp(x: Tensor, min: Operand | ClampOptions | null = null, max: Operand | null = null): Tensor {
  checkTensor('clamp', 'input', x);
  if (isNamed(min)) {
    checkOptions('clamp', min, ['min', 'max']);
    return clamp(x, min.min, min.max ?? max);
  }
  if (min === null && max === null)
    throw new ValueError("torch.clamp: At least one of 'min' or 'max' must not be None");
  if (min !== null) checkOperand('clamp', 'min', min);
  if (max !== null) checkOperand('clamp', 'max', max);
  if (!(min instanceof Tensor) && !(max instanceof Tensor)) return clampToNumbers(x, min, max);
  const raised =
    min instanceof Tensor ? bounded(maximum, ge, lt, x, min) : min === null ? x : clampToNumbers(x, min, null);
  return max instanceof Tensor
    ? bounded(minimum, le, gt, raised, max)
    : max === null
      ? raised
      : clampToNumbers(raised, null, max);
}

// x, or the bound where x goes beyond it. At the bound all of the gradient goes to x; an extreme of both would share it.
function bounded(extreme: typeof maximum, keeps: typeof ge, exceeds: typeof lt, x: Tensor, bound: Tensor): Tensor {
  const dtype = resultType([x, bound]);
  const [own, limit] = [operandTensor(x, dtype), operandTensor(bound, dtype)];
  const y = extreme(own.detach(), limit.detach());
  if (!isFloat(dtype)) return y;
  return record('clamp', [own, limit], y, [own, limit], (g, [a = g, b = g]) => [
    sumToSize(where(keeps(a, b), g, 0), own.shape),
    sumToSize(where(exceeds(a, b), g, 0), limit.shape),
  ]);
}

function clampToNumbers(x: Tensor, min: Scalar | null, max: Scalar | null): Tensor {
  const dtype = resultType([x, ...[min, max].filter((bound) => bound !== null)]);
  const input = dtype === x.dtype ? x : cast(x, dtype);
  const low = min === null ? Number.NEGATIVE_INFINITY : Number(min);
  const high = max === null ? Number.POSITIVE_INFINITY : Number(max);
  if (!isFloat(dtype)) return integerClamp(input, min, max);
  const y = emptyOf(input.shape, dtype);
  const loops = loopsOf(input.shape, [input, y]);
  kernels.clamp(dtype, input, y, low, high, loops.shape, loops.strides[0] ?? [], loops.strides[1] ?? []);
  return record('ClampBackward1', [input], y, [input], (g, [saved = g], _needs, isDonated) => {
    if (isGradEnabled()) return [where(logicalAnd(ge(saved, low), le(saved, high)), g, 0)];
    const [dy, dx] = gradientPair(g, isDonated);
    kernels.clampBackward(g.dtype as FloatDtype, dy, contiguous(saved), dx, low, high, dx.numel());
    return [dx];
  });
}

function integerClamp(x: Tensor, min: Scalar | null, max: Scalar | null): Tensor {
  const raised = min === null ? x : maximum(x, operandTensor(min, x.dtype));
  return max === null ? raised : minimum(raised, operandTensor(max, x.dtype));
}

/**
 * x, but at least `min`. @source torch.clamp_min
 * @example clampMin(tensor([-2, 0, 3]), -1); // tensor([-1, 0, 3])
 */
export function clampMin(x: Tensor, min: Operand): Tensor {
  checkTensor('clampMin', 'input', x);
  return nameNode(`ClampMinBackward${min instanceof Tensor ? 1 : 0}`, clamp(x, min, null));
}

/**
 * x, but at most `max`. @source torch.clamp_max
 * @example clampMax(tensor([-2, 0, 3]), 1); // tensor([-2, 0, 1])
 */
export function clampMax(x: Tensor, max: Operand): Tensor {
  checkTensor('clampMax', 'input', x);
  return nameNode(`ClampMaxBackward${max instanceof Tensor ? 1 : 0}`, clamp(x, null, max));
}

/**
 * NaN and infinities replaced: NaN by `nan`, infinities by the largest finite numbers. @source torch.nan_to_num
 * @example nanToNum(tensor([NaN, 1, -Infinity]), { neginf: -9 }); // tensor([0., 1., -9.])
 */
export function nanToNum(
  x: Tensor,
  options: { nan?: number; posinf?: number | null; neginf?: number | null } = {},
): Tensor {
  checkOptions('nanToNum', options, ['nan', 'posinf', 'neginf']);
  checkTensor('nanToNum', 'input', x);
  if (!isFloat(x.dtype)) return x.clone();
  const largest = factsOf(x.dtype).max;
  const { nan = 0, posinf = null, neginf = null } = options;
  const finite = where(x.isnan(), nan, x);
  const below = where(finite.eq(Number.POSITIVE_INFINITY), posinf ?? largest, finite);
  return where(below.eq(Number.NEGATIVE_INFINITY), neginf ?? -largest, below);
}
