// Index arithmetic of the containers: negative indices, slices, renumbering. @source Python's list
import { IndexError } from '../errors.ts';

/** The position that a Python index means. @throws IndexError outside -size .. size-1 */
export function wrapIndex(index: number, size: number): number {
  if (!Number.isInteger(index) || index < -size || index >= size)
    throw new IndexError(`index ${index} is out of range`);
  return index < 0 ? index + size : index;
}

/** The position before which to insert; `size` is the end. @throws IndexError outside -size .. size */
export function wrapInsertion(index: number, size: number): number {
  if (!Number.isInteger(index) || index < -size || index > size) throw new IndexError(`Index out of range: ${index}`);
  return index < 0 ? index + size : index;
}

/** Fills a dictionary anew with keys '0', '1', ... */
export function renumber<Value>(dictionary: Map<string, Value>, values: readonly Value[]): void {
  dictionary.clear();
  values.forEach((value, i) => {
    dictionary.set(String(i), value);
  });
}
