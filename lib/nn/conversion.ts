// Changing the dtype of everything a module holds, in place, so that optimizers keep their parameters.
// @source torch.nn.Module._apply, Module.to
import { withGradMode } from '../autograd/mode.ts';
import { type Dtype, isFloat } from '../dtype.ts';
import { ArgumentTypeError } from '../errors.ts';
import { empty, emptyLike } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isLazy } from './lazy-tensor.ts';
import type { Module } from './module.ts';

/** Replaces the data of every parameter, gradient and buffer by what `fn` makes of it. */
export function applyToTensors(module: Module, fn: (tensor: Tensor) => Tensor, recurse: boolean): void {
  if (recurse) for (const child of module.children()) child._apply(fn);
  for (const parameter of module._parameters.values()) {
    if (parameter === null) continue;
    if (isLazy(parameter)) {
      parameter.data = withoutElements(fn, parameter.dtype);
      continue;
    }
    const { grad } = parameter;
    parameter.data = withGradMode(false, () => fn(parameter));
    if (grad === null) continue;
    grad.data = withGradMode(false, () => fn(grad));
    parameter.grad = grad;
  }
  for (const [name, buffer] of module._buffers) {
    if (isLazy(buffer)) buffer.data = withoutElements(fn, buffer.dtype);
    else if (buffer !== null) module._buffers.set(name, fn(buffer));
  }
}

/** What becomes of a tensor that has no elements yet. */
function withoutElements(fn: (tensor: Tensor) => Tensor, dtype: Dtype): Tensor {
  return withGradMode(false, () => fn(empty([0], { dtype })));
}

/** Floating tensors in another floating dtype; all others as they are. */
export function toDtype(dtype: Dtype): (tensor: Tensor) => Tensor {
  if (!isFloat(dtype)) {
    throw new ArgumentTypeError(
      `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.${dtype}`,
    );
  }
  return (tensor) => (isFloat(tensor.dtype) ? tensor.to(dtype) : tensor);
}

/** Every tensor in the dtype, whatever it was. */
export function toType(dtype: Dtype): (tensor: Tensor) => Tensor {
  return (tensor) => tensor.to(dtype);
}

/** New memory of the same shape and dtype, whose values are unspecified. */
export function toEmpty(tensor: Tensor): Tensor {
  return emptyLike(tensor);
}
