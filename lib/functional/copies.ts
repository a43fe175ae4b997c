// Copies: other element types, row-major order, writing into a tensor.
import { record } from '../autograd/record.ts';
import { checkFits, type Dtype, isFloat } from '../dtype.ts';
import { ArgumentTypeError, describe, ShapeError } from '../errors.ts';
import { zerosLike } from '../tensor/create.ts';
import { broadcastShapes, sameShape } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { copyElements, inPlace, operandTensor, type Scalar } from './elementwise.ts';
import { sumToSize } from './reduce.ts';
import { parseTo, type ToArguments } from './to-arguments.ts';

/** The elements as another type; always a copy. Floating point to integer truncates toward zero. */
export function cast(x: Tensor, dtype: Dtype): Tensor {
  const y = emptyOf(x.shape, dtype);
  copyElements(x, y);
  if (!isFloat(dtype) || !isFloat(x.dtype)) return y;
  const from = x.dtype;
  return record('toCopy', [x], y, [], (g) => [cast(g, from)]);
}

/**
 * The tensor with another element type; the tensor itself if it has that type already.
 *
 * @param args the type, a tensor that has it, or the device 'cpu', behind which a type may follow; then `nonBlocking` and
 *   `copy`, or options
 * @source torch.Tensor.to
 * @example
 * F.to(tensor([1.5, -2.5]), 'int64'); // tensor([1, -2])
 * F.to(tensor([1.5, -2.5]), 'cpu', 'int64'); // tensor([1, -2])
 * F.to(tensor([1.5, -2.5]), { dtype: 'int64' }); // tensor([1, -2])
 */
export function to(x: Tensor, ...args: ToArguments): Tensor {
  checkTensor('to', 'input', x);
  const { dtype, copy } = parseTo(args);
  const wanted = dtype ?? x.dtype;
  return x.dtype === wanted && !copy ? x : cast(x, wanted);
}

/**
 * A row-major copy with the same elements. @source torch.clone
 * @example
 * const x = tensor([1, 2]);
 * clone(x).add_(1); // tensor([2, 3])
 * x; // tensor([1, 2])
 */
export function clone(x: Tensor): Tensor {
  const y = emptyOf(checkTensor('clone', 'input', x).shape, x.dtype);
  copyElements(x, y);
  return isFloat(x.dtype) ? record('clone', [x], y, [], (g) => [g]) : y;
}

/**
 * The tensor itself if its elements lie in row-major order, otherwise a copy in which they do.
 *
 * @source torch.Tensor.contiguous
 * @example F.contiguous(zeros(2, 3).t()).stride(); // [2, 1]
 */
export function contiguous(x: Tensor): Tensor {
  return checkTensor('contiguous', 'input', x).isContiguous() ? x : clone(x);
}

/**
 * Overwrites `x` with the elements of `source`, converted and broadcast.
 *
 * @throws ShapeError if `source` does not broadcast to the shape of `x`
 * @source torch.Tensor.copy_
 * @example F.copy_(zeros(3), tensor([1, 2, 3])); // tensor([1., 2., 3.])
 */
export function copy_(x: Tensor, source: Tensor | Scalar): Tensor {
  checkTensor('copy_', 'input', x);
  if (typeof source === 'number') checkFits(source, x.dtype);
  else if (typeof source !== 'boolean') checkTensor('copy_', 'other', source);
  const values = operandTensor(source, typeof source === 'object' ? source.dtype : x.dtype);
  if (!sameShape(broadcastShapes(x.shape, values.shape), x.shape)) {
    throw new ShapeError(
      `output with shape [${x.shape.join(', ')}] doesn't match the broadcast shape [${broadcastShapes(x.shape, values.shape).join(', ')}]`,
    );
  }
  return overwrite('copy', x, values);
}

// The elements of `values` over those of `x`, whose own gradient is 0 from here on.
function overwrite(name: string, x: Tensor, values: Tensor): Tensor {
  return inPlace(`${name}_`, x, values.requiresGrad ? [values] : [], (own, into) => {
    if (into !== null) {
      copyElements(values.storage === into.storage ? clone(values) : values, into);
      return into;
    }
    const y = emptyOf(x.shape, x.dtype);
    copyElements(values, y);
    const { shape, dtype } = values;
    return record(name, [own, values], y, [], (g, _saved, [needsOwn, needsValues]) => [
      needsOwn ? zerosLike(g) : null,
      needsValues ? to(sumToSize(g, shape), dtype) : null,
    ]);
  });
}

/**
 * Overwrites every element with one value. @source torch.Tensor.fill_
 * @example F.fill_(zeros(3), 7); // tensor([7., 7., 7.])
 */
export function fill_(x: Tensor, value: Scalar | Tensor): Tensor {
  checkTensor('fill_', 'input', x);
  if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'object') {
    throw new ArgumentTypeError(`fill_(): argument 'value' must be a number, not ${describe(value)}`);
  }
  if (typeof value !== 'object') {
    checkFits(Number(value), x.dtype);
    return overwrite('fill', x, operandTensor(value, x.dtype));
  }
  if (checkTensor('fill_', 'value', value).ndim > 0) {
    throw new ShapeError(`fill_ only supports 0-dimension value tensor but got tensor with ${value.ndim} dimensions.`);
  }
  return overwrite('fill', x, value);
}

/**
 * Overwrites every element with 0. @source torch.Tensor.zero_
 * @example F.zero_(ones(3)); // tensor([0., 0., 0.])
 */
export function zero_(x: Tensor): Tensor {
  checkTensor('zero_', 'input', x);
  return overwrite('zero', x, operandTensor(0, x.dtype));
}
