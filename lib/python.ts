// Python's values that JavaScript has no twin for, and Python's spelling of the others. Depends on nothing.

/**
 * A dict that remembers that it was an OrderedDict, as state dicts of modules are; `_metadata` holds the versions of
 * the modules by their paths.
 *
 * @source collections.OrderedDict
 * @example new io.OrderedDict([['weight', 1], ['bias', 2]]).get('bias'); // 2
 */
export class OrderedDict<K = string, V = unknown> extends Map<K, V> {
  _metadata?: Map<string, unknown>;
}

/** How often each key was seen. @source collections.Counter */
export class Counter<K = unknown> extends Map<K, number> {
  /** Counts the elements of `keys`. */
  static of<K>(keys: Iterable<K>): Counter<K> {
    const counter = new Counter<K>();
    for (const key of keys) counter.set(key, (counter.get(key) ?? 0) + 1);
    return counter;
  }
}

/**
 * A tuple: a frozen array, where an array that is not frozen is a list.
 * @example io.tuple([1, 2]); // [1, 2]
 */
export function tuple<T>(values: Iterable<T>): readonly T[] {
  return Object.freeze([...values]);
}

/** `weightDecay` as `weight_decay`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `weight_decay` as `weightDecay`. */
export function camelCase(name: string): string {
  return name.replace(/(?<=.)_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A number as `repr` prints it: as an int if it is whole, unless `float` says that it is a float. */
export function numberText(value: number, float = false): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e16) return float ? `${value}.0` : String(value);
  if (size >= 1e-4 && size < 1e16) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
