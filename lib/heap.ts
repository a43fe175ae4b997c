// Lists as long as a tensor: refused where V8's heap could not hold them, which would end the process.
import { getHeapStatistics } from 'node:v8';
import { OutOfMemoryError } from './errors.ts';

// So much is there at any time.
const always = 64 << 20;

/** What a view takes in the heap, roughly. */
export const viewBytes = 300;

// Making a list longer ends the process, however large its heap is.
const longestList = 1e8;

/**
 * Whether the heap has room for `n` values that take `bytesEach` bytes there, in lists of `longest` at most.
 *
 * @throws OutOfMemoryError where not
 */
export function checkHeap(n: number, bytesEach: number, longest = 0): void {
  const bytes = n * bytesEach;
  if (longest > longestList) throw new OutOfMemoryError(bytes, longestList * bytesEach);
  if (bytes <= always) return;
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics();
  if (bytes > limit - used) throw new OutOfMemoryError(bytes, limit - used);
}

/** The list of make(0) to make(n - 1), each about `bytesEach` bytes in the heap. @throws OutOfMemoryError */
export function listOf<T>(n: number, bytesEach: number, make: (i: number) => T): T[] {
  checkHeap(n, bytesEach, n);
  return Array.from({ length: n }, (_, i) => make(i));
}
