// Elementwise operators given by a function of numbers: for those too rare for a kernel. Internal.
import { record, recordConstant } from '../autograd/record.ts';
import { type Dtype, factsOf, getDefaultDtype, isFloat } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import { elementsOf, emptyOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import type { Operand } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { checkOneTensor, checkOperand, operandTensor, resultType } from './elementwise.ts';
import { sumToSize } from './reduce.ts';
import { expand } from './views.ts';

/** The gradient of one operand: from the gradient of the result and all operands. */
export type Slope = (g: Tensor, operands: readonly Tensor[], y: Tensor) => Tensor;

/** The slope of an operand for which PyTorch has no gradient: backward throws. */
export function refusedSlope(derivative: string): Slope {
  return () => {
    throw new AutogradError(`the derivative for '${derivative}' is not implemented.`);
  };
}

/** What a scalar operator is beside its function. */
export interface Scalarwise {
  /** One for each operand; absent where none has a gradient. */
  readonly slopes?: readonly Slope[];
  /** Type of the result: floating point even of integers, that of the operands, or a fixed one. Default 'float'. */
  readonly result?: 'float' | 'same' | Dtype;
}

/** fn of broadcast operands, element by element in double precision. */
export function scalarwise(
  name: string,
  fn: (...values: number[]) => number,
  operands: readonly Operand[],
  { slopes, result = 'float' }: Scalarwise = {},
): Tensor {
  for (const operand of operands) checkOperand(name, 'input', operand);
  checkOneTensor(name, operands[0], operands[1]);
  const common = resultType(operands);
  const computed = result === 'float' && !isFloat(common) ? getDefaultDtype() : common;
  const tensors = operands.map((operand) => operandTensor(operand, computed));
  const shape = tensors.map((x) => x.shape).reduce((a, b) => broadcastShapes(a, b));
  const lists = tensors.map((x) => elementsOf(contiguous(expand(x.detach(), [...shape]))));
  const dtype = result === 'float' || result === 'same' ? computed : result;
  const y = emptyElements(dtype, lists[0]?.length ?? 0);
  for (let i = 0; i < y.length; i++) {
    const value = fn(...lists.map((list) => Number(list[i])));
    if (y instanceof BigInt64Array) y[i] = BigInt(value);
    else y[i] = value;
  }
  const output = y.length === 0 ? emptyOf(shape, dtype) : fromTypedArray(y, shape, dtype);
  if (slopes === undefined || !isFloat(dtype)) return recordConstant(name, tensors, output);
  return record(name, tensors, output, [...tensors, output], (g, saved, needs) => {
    const own = saved[saved.length - 1] ?? g;
    return tensors.map((x, i) => {
      const slope = slopes[i];
      return needs[i] && slope ? sumToSize(cast(slope(g, saved.slice(0, -1), own), x.dtype), x.shape) : null;
    });
  });
}

function emptyElements(dtype: Dtype, length: number) {
  return factsOf(dtype).makeArray(length);
}
