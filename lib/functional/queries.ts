// Questions about tensors and dtypes, and what is only other than itself for complex numbers.
import { checkDtype, type Dtype, factsOf, isFloat } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { checkShape, sameShape, broadcastShapes as together } from '../tensor/shape.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { checkOperand, type Scalar, resultType as typeOf } from './elementwise.ts';
import { item } from './values.ts';

/**
 * Whether a value is a tensor. @source torch.is_tensor
 * @example isTensor([1, 2]); // false
 */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/**
 * Whether the elements are floating point numbers. @source torch.is_floating_point
 * @example isFloatingPoint(tensor([1.5])); // true
 */
export function isFloatingPoint(x: Tensor): boolean {
  return isFloat(checkTensor('isFloatingPoint', 'input', x).dtype);
}

/**
 * Whether the elements are complex numbers: never. @source torch.is_complex
 * @example isComplex(tensor([1.5])); // false
 */
export function isComplex(x: Tensor): boolean {
  checkTensor('isComplex', 'input', x);
  return false;
}

/**
 * Whether a conjugation is pending: never. @source torch.is_conj
 * @example isConj(tensor([1.5])); // false
 */
export function isConj(x: Tensor): boolean {
  checkTensor('isConj', 'input', x);
  return false;
}

/**
 * Whether a negation is pending: never. @source torch.is_neg
 * @example isNeg(tensor([-1.5])); // false
 */
export function isNeg(x: Tensor): boolean {
  checkTensor('isNeg', 'input', x);
  return false;
}

/**
 * Whether the dtype has negative numbers. @source torch.Tensor.is_signed
 * @example F.isSigned(tensor([1], { dtype: 'uint8' })); // false
 */
export function isSigned(x: Tensor): boolean {
  const { dtype } = checkTensor('isSigned', 'input', x);
  return dtype !== 'uint8' && dtype !== 'bool';
}

/**
 * Whether the one element is not 0. @throws ShapeError for another number of elements @source torch.is_nonzero
 * @example isNonzero(tensor([0])); // false
 */
export function isNonzero(x: Tensor): boolean {
  const n = checkTensor('isNonzero', 'input', x).numel();
  if (n === 0) throw new ShapeError('Boolean value of Tensor with no values is ambiguous');
  if (n > 1) throw new ShapeError('Boolean value of Tensor with more than one value is ambiguous');
  return Number(item(x)) !== 0;
}

/**
 * Whether both have the same shape. @source torch.is_same_size
 * @example isSameSize(zeros(2, 3), ones(2, 3)); // true
 */
export function isSameSize(x: Tensor, y: Tensor): boolean {
  return sameShape(checkTensor('isSameSize', 'input', x).shape, checkTensor('isSameSize', 'other', y).shape);
}

/**
 * Whether the tensor was made under `inferenceMode`. @source torch.is_inference
 * @example inferenceMode(() => isInference(ones(2).mul(2))); // true
 */
export function isInference(x: Tensor): boolean {
  return checkTensor('isInference', 'input', x).isInference();
}

/**
 * The shape of several shapes broadcast. @throws ShapeError if they do not fit @source torch.broadcast_shapes
 * @example broadcastShapes([2, 1], [1, 3], [3]); // [2, 3]
 */
export function broadcastShapes(...shapes: (number | readonly number[])[]): number[] {
  const lists = shapes.map((shape) => checkShape('broadcastShapes', typeof shape === 'number' ? [shape] : shape));
  return lists.reduce<readonly number[]>((a, b) => together(a, b), []).slice();
}

/**
 * The dtype that an operator on both would give. @source torch.result_type
 * @example resultType(tensor([1, 2]), 1.5); // 'float32'
 */
export function resultType(x: Tensor | Scalar, y: Tensor | Scalar): Dtype {
  return typeOf([checkOperand('resultType', 'tensor1', x), checkOperand('resultType', 'tensor2', y)]);
}

/**
 * Whether a result of dtype `from` may be written into a tensor of dtype `to`. @source torch.can_cast
 * @example canCast('float32', 'int64'); // false
 */
export function canCast(from: Dtype, to: Dtype): boolean {
  return factsOf(checkDtype('canCast', from)).category <= factsOf(checkDtype('canCast', to)).category;
}

/**
 * The conjugate: of real numbers the tensor itself. @source torch.conj
 * @example conj(tensor([1, 2])); // tensor([1, 2])
 */
export function conj(x: Tensor): Tensor {
  return checkTensor('conj', 'input', x);
}
/**
 * As `conj`. @source torch.conj_physical
 * @example conjPhysical(tensor([1, 2])); // tensor([1, 2])
 */
export const conjPhysical: (x: Tensor) => Tensor = conj;
/**
 * The tensor itself: no conjugation is ever pending. @source torch.resolve_conj
 * @example resolveConj(tensor([1, 2])); // tensor([1, 2])
 */
export const resolveConj: (x: Tensor) => Tensor = conj;
/**
 * The tensor itself: no negation is ever pending. @source torch.resolve_neg
 * @example resolveNeg(tensor([1, 2])); // tensor([1, 2])
 */
export const resolveNeg: (x: Tensor) => Tensor = conj;
/**
 * The real part: of real numbers the tensor itself. @source torch.real
 * @example real(tensor([1, 2])); // tensor([1, 2])
 */
export const real: (x: Tensor) => Tensor = conj;
