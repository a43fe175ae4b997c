// How elements become batches, and single elements tensors.
import { ArgumentTypeError, checkList, describe, ValueError } from '../errors.ts';
import { stack } from '../functional/join.ts';
import { isPlainObject } from '../plain-object.ts';
import { tensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';

type Entries = Readonly<Record<string, unknown>>;

function isTypedArray(value: unknown): value is NodeJS.TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** A typed array as a tensor of its own element type. */
function fromTyped(values: NodeJS.TypedArray): Tensor {
  return tensor(values as Float32Array);
}

/**
 * Joins elements to a batch: tensors and typed arrays are stacked, numbers and booleans become a tensor (float64 unless
 * all are whole), arrays, Maps and objects are joined entry by entry, strings become an array.
 *
 * @throws ValueError for arrays of different lengths, ArgumentTypeError for what cannot be joined
 * @source torch.utils.data.default_collate
 * @example
 * data.defaultCollate([[tensor([1, 2]), 3], [tensor([4, 5]), 6]]);
 * // [tensor([[1, 2], [4, 5]]), tensor([3, 6])]
 */
export function defaultCollate(elements: readonly unknown[]): unknown {
  const [first] = checkList('defaultCollate', 'elements', elements);
  if (first instanceof Tensor) return stack(elements as Tensor[]);
  if (isTypedArray(first)) return stack((elements as NodeJS.TypedArray[]).map(fromTyped));
  if (typeof first === 'number') {
    const whole = elements.every((value) => Number.isInteger(value));
    return tensor(elements as number[], { dtype: whole ? 'int64' : 'float64' });
  }
  if (typeof first === 'bigint') return tensor(BigInt64Array.from(elements as bigint[]));
  if (typeof first === 'boolean') return tensor(elements as boolean[]);
  if (typeof first === 'string') return [...elements];
  if (Array.isArray(first)) {
    const lists = elements as unknown[][];
    if (lists.some((list) => list.length !== first.length)) {
      throw new ValueError('each element in list of batch should be of equal size');
    }
    return first.map((_, i) => defaultCollate(lists.map((list) => list[i])));
  }
  if (first instanceof Map) {
    const maps = elements as Map<unknown, unknown>[];
    return new Map([...first.keys()].map((key) => [key, defaultCollate(maps.map((map) => map.get(key)))]));
  }
  if (isPlainObject(first)) {
    const objects = elements as Entries[];
    const join = (key: string): [string, unknown] => [key, defaultCollate(objects.map((object) => object[key]))];
    return Object.fromEntries(Object.keys(first).map(join));
  }
  throw new ArgumentTypeError(
    `default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found ${describe(first)}`,
  );
}

/**
 * An element without a batch: typed arrays become tensors, also within arrays, Maps and objects; the rest stays.
 *
 * @source torch.utils.data.default_convert
 * @example data.defaultConvert(new Float32Array([1, 2.5])); // tensor([1.0000, 2.5000])
 */
export function defaultConvert(element: unknown): unknown {
  if (element instanceof Tensor) return element;
  if (isTypedArray(element)) return fromTyped(element);
  if (Array.isArray(element)) return element.map(defaultConvert);
  if (element instanceof Map) return new Map([...element].map(([key, value]) => [key, defaultConvert(value)]));
  if (isPlainObject(element)) {
    return Object.fromEntries(Object.entries(element).map(([key, value]) => [key, defaultConvert(value)]));
  }
  return element;
}
