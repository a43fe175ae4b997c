// The Python-like names that PyTorch's messages use for values: 'int', 'list', 'torch.FloatTensor', 'Linear'.
import { className } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { Tensor } from '../tensor/tensor.ts';

/** The name of a value's type as PyTorch's messages spell it. @source torch.typename */
export function typename(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (value instanceof Tensor) return value.type();
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'bigint':
      return 'int';
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'symbol':
      return 'symbol';
  }
  if (Array.isArray(value)) return 'list';
  if (isPlainObject(value) || value instanceof Map) return 'dict';
  if (value instanceof Set) return 'set';
  return className(value);
}

/** The type of a value as Python prints it: `<class 'list'>`. */
export function classname(value: unknown): string {
  return `<class '${value instanceof Tensor ? value.constructor.name : typename(value)}'>`;
}

/** Whether a value can be iterated as Python's containers can; a string counts, a tensor too. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return value !== null && value !== undefined && typeof Object(value)[Symbol.iterator] === 'function';
}
