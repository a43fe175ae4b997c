// Values out of tensors, and comparisons of whole tensors.
import { type Elements, isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import { checkHeap } from '../heap.ts';
import { numelOf, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, elementsOf, type NestedArray, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';

/**
 * The elements in row-major order, copied. int64 gives a BigInt64Array, bool a Uint8Array of 0 and 1, float16 and
 * bfloat16 a Float32Array.
 * @source torch.Tensor.numpy
 * @example toTypedArray(tensor([1, 2.5])); // Float32Array(2) [1, 2.5]
 */
export function toTypedArray(x: Tensor): Elements {
  return elementsOf(contiguous(checkTensor('toTypedArray', 'input', x).detach()));
}

// int64 values become numbers where these are exact.
function value(x: Tensor, elements: Elements, i: number): number | boolean {
  const element = elements[i] ?? 0;
  if (typeof element === 'bigint') {
    const number = Number(element);
    if (!Number.isSafeInteger(number))
      throw new ValueError(`${element} cannot be represented exactly; use toTypedArray()`);
    return number;
  }
  return x.dtype === 'bool' ? element !== 0 : element;
}

/**
 * The value of a tensor with one element. @throws ShapeError if it has another number of elements @source torch.Tensor.item
 * @example item(tensor([2.5])); // 2.5
 */
export function item(x: Tensor): number | boolean {
  checkTensor('item', 'input', x);
  if (x.numel() !== 1) throw new ShapeError(`a Tensor with ${x.numel()} elements cannot be converted to Scalar`);
  return value(x, toTypedArray(x), 0);
}

/**
 * The values as nested arrays; a 0-dimensional tensor gives its value. @source torch.Tensor.tolist
 * @example tolist(tensor([[1, 2], [3, 4]])); // [[1, 2], [3, 4]]
 */
export function tolist(x: Tensor): NestedArray {
  checkTensor('tolist', 'input', x);
  // A list takes as much as eight numbers, beside what it holds.
  checkHeap(x.numel() + 8 * numelOf(sizesFrom(x.shape, 0, -1)), 8, Math.max(...x.shape));
  const elements = toTypedArray(x);
  let next = 0;
  const build = (dim: number): NestedArray => {
    if (dim === x.ndim) return value(x, elements, next++);
    return Array.from({ length: x.shape[dim] ?? 0 }, () => build(dim + 1));
  };
  return build(0);
}

/**
 * The number of elements. @source torch.numel
 * @example numel(zeros(2, 3)); // 6
 */
export function numel(x: Tensor): number {
  return checkTensor('numel', 'input', x).numel();
}

/**
 * Whether both have the same shape and the same elements. @source torch.equal
 * @example equal(tensor([1, 2]), tensor([1, 2])); // true
 */
export function equal(x: Tensor, y: Tensor): boolean {
  checkTensor('equal', 'input', x);
  checkTensor('equal', 'other', y);
  if (!sameShape(x.shape, y.shape)) return false;
  return x.numel() === 0 || x.detach().eq(y.detach()).all().item() === true;
}

/** Options of {@link allclose}. */
export interface AllcloseOptions {
  /** Relative tolerance. Default 1e-5. */
  rtol?: number;
  /** Absolute tolerance. Default 1e-8. */
  atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  equalNan?: boolean;
}

/**
 * Whether |x - y| <= atol + rtol |y| for every element. @source torch.allclose
 * @example allclose(tensor([1, 2.5]), tensor([1, 2.5 + 1e-7])); // true
 */
export function allclose(x: Tensor, y: Tensor, options: AllcloseOptions = {}): boolean {
  checkTensor('allclose', 'input', x);
  checkTensor('allclose', 'other', y);
  checkOptions('allclose', options, ['rtol', 'atol', 'equalNan']);
  return isclose(x, y, options).all().item() === true;
}

/**
 * Whether |x - y| <= atol + rtol |y|, elementwise. @returns bool @source torch.isclose
 * @example isclose(tensor([1, 2.5]), tensor([1, 2.75])); // tensor([True, False])
 */
export function isclose(x: Tensor, y: Tensor, options: AllcloseOptions = {}): Tensor {
  checkOptions('isclose', options, ['rtol', 'atol', 'equalNan']);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  const [a, b] = [checkTensor('isclose', 'input', x).detach(), checkTensor('isclose', 'other', y).detach()];
  if (a.dtype !== b.dtype) throw new DtypeError(`${scalarName(a.dtype)} did not match ${scalarName(b.dtype)}`);
  for (const [name, tolerance] of Object.entries({ rtol, atol })) {
    if (tolerance >= 0) continue;
    throw new ValueError(`${name} must be greater than or equal to zero, but got ${tolerance}`);
  }
  if (a.dtype === 'bool') return isclose(a.to('int64'), b.to('int64'), options);
  const same = a.eq(b);
  if (!isFloat(a.dtype)) return same.logicalOr(a.sub(b).abs().le(b.abs().mul(rtol).add(atol)));
  const near = a.sub(b).abs().le(b.abs().mul(rtol).add(atol)).logicalAnd(b.isfinite());
  const close = same.logicalOr(near);
  return equalNan ? close.logicalOr(a.isnan().logicalAnd(b.isnan())) : close;
}
