// Arithmetic of shapes and strides: sizes, broadcasting, dimensions, and the loops that kernels are given.
import { ArgumentTypeError, checkOptions, describe, IndexError, ShapeError } from '../errors.ts';

/** Sizes of the dimensions, outermost first. */
export type Shape = readonly number[];

/** Most dimensions a tensor may have. */
export const maxRank = 64;

export function numelOf(shape: Shape): number {
  let n = 1;
  for (let d = 0; d < shape.length; d++) n *= shape[d] ?? 0;
  return n;
}

/** What `slice` gives, in a sixth of its time: for a frozen array that leaves compiled code. */
export function sizesFrom(shape: Shape, begin: number, end = shape.length): number[] {
  const rank = shape.length;
  const first = Math.max(0, begin < 0 ? rank + begin : begin);
  const last = Math.min(rank, end < 0 ? rank + end : end);
  const sizes: number[] = [];
  for (let d = first; d < last; d++) sizes.push(shape[d] ?? 0);
  return sizes;
}

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= Math.max(shape[d] ?? 1, 1);
  }
  return strides;
}

/**
 * Strides of a tensor without gaps whose dimensions lie in memory in the order of those given. A dimension of repeated
 * elements has no place of its own and stays where it is.
 */
export function denseStrides(shape: Shape, strides: Shape): number[] {
  const order = shape.map((_, d) => d).reverse();
  const compare = (a: number, b: number): number => {
    const [s = 0, t = 0] = [strides[a], strides[b]];
    if (s === 0 || t === 0) return 0;
    return s === t ? Math.max(0, (shape[a] ?? 0) - (shape[b] ?? 0)) : s - t;
  };
  for (let i = 1; i < order.length; i++) {
    let at = i;
    for (let j = i - 1; j >= 0; j--) {
      const [inner = 0, outer = 0] = [order[j], order[at]];
      const difference = compare(inner, outer);
      if (difference < 0) break;
      if (difference === 0) continue;
      order[j] = outer;
      order[at] = inner;
      at = j;
    }
  }
  const dense = new Array<number>(shape.length);
  let stride = 1;
  for (const d of order) {
    dense[d] = stride;
    stride *= Math.max(shape[d] ?? 1, 1);
  }
  return dense;
}

/** Whether strides are those of a row-major tensor; dimensions of size 1 and empty tensors do not matter. */
export function isContiguous(shape: Shape, strides: Shape): boolean {
  let expected = 1;
  let contiguous = true;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] ?? 0;
    if (size === 0) return true;
    if (size !== 1) {
      if (strides[d] !== expected) contiguous = false;
      expected *= size;
    }
  }
  return contiguous;
}

/** A copy of the list of integers. @throws ArgumentTypeError that names function and argument */
export function checkIntegers(who: string, argument: string, value: unknown): number[] {
  // Copied before it is checked: what is checked must be what is used.
  const list: unknown[] | null = Array.isArray(value) ? [...value] : null;
  if (list?.every((n) => Number.isSafeInteger(n))) return list as number[];
  const given = list === null ? describe(value) : `[${list.map(describe).join(', ')}]`;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be a list of integers, not ${given}`);
}

/** Checks that a value is a shape: an array of at most 64 integers >= 0 whose product is a safe integer. */
export function checkShape(who: string, value: unknown): number[] {
  if (!Array.isArray(value))
    throw new ArgumentTypeError(`${who}: size must be an array of integers, got ${describe(value)}`);
  if (value.length > maxRank) throw new ShapeError(`${who}: at most ${maxRank} dimensions, got ${value.length}`);
  const shape = new Array<number>(value.length);
  let elements = 1;
  for (let d = 0; d < value.length; d++) {
    const size: unknown = value[d];
    if (typeof size !== 'number' || !Number.isSafeInteger(size)) {
      throw new ArgumentTypeError(`${who}: size must hold integers, got ${describe(size)} at position ${d}`);
    }
    if (size < 0) throw new ShapeError(`${who}: size must not be negative, got ${size} at position ${d}`);
    shape[d] = size;
    elements *= Math.max(size, 1);
  }
  if (!Number.isSafeInteger(elements)) {
    throw new ShapeError(`${who}: a tensor of size [${shape.join(', ')}] has too many elements`);
  }
  return shape;
}

/** Both ways of giving sizes: `f(2, 3)` and `f([2, 3])`. */
export function sizesOf(sizes: readonly unknown[]): unknown {
  return sizes.length === 1 && Array.isArray(sizes[0]) ? sizes[0] : sizes;
}

/** A dimension, by itself or as the only option. */
export type Dim = number | { readonly dim?: number };

/** A dimension between -rank and rank - 1 as 0 to rank - 1; a scalar has one dimension for this purpose. */
export function wrapDim(dim: unknown, rank: number): number {
  if (typeof dim === 'object' && dim !== null && 'dim' in dim) {
    checkOptions('dim', dim, ['dim']);
    return wrapDim(dim.dim, rank);
  }
  if (typeof dim !== 'number' || !Number.isInteger(dim)) {
    throw new ArgumentTypeError(`dim must be an integer, got ${describe(dim)}`);
  }
  const range = Math.max(rank, 1);
  if (dim < -range || dim >= range) {
    throw new IndexError(
      `Dimension out of range (expected to be in range of [${-range}, ${range - 1}], but got ${dim})`,
    );
  }
  return dim < 0 ? dim + range : dim;
}

/** A set of dimensions, each wrapped, none twice, ascending. */
export function wrapDims(dims: number | readonly number[], rank: number): number[] {
  if (typeof dims !== 'number' && !Array.isArray(dims)) {
    throw new ArgumentTypeError(`dim must be an integer or a list of integers, got ${describe(dims)}`);
  }
  const list = (typeof dims === 'number' ? [dims] : [...dims]).map((dim) => wrapDim(dim, rank));
  const sorted = [...list].sort((a, b) => a - b);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1])
      throw new ShapeError(`dim ${sorted[i]} appears multiple times in the list of dims`);
  }
  return sorted;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/** The shape to which both broadcast. @throws ShapeError with both sizes */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let d = 0; d < rank; d++) {
    const sa = a[a.length - rank + d] ?? 1;
    const sb = b[b.length - rank + d] ?? 1;
    if (sa !== sb && sa !== 1 && sb !== 1) {
      throw new ShapeError(
        `The size of tensor a (${sa}) must match the size of tensor b (${sb}) at non-singleton dimension ${d}`,
      );
    }
    shape[d] = sa === 1 ? sb : sa;
  }
  return shape;
}

/** Strides with which a tensor is read as if it had `shape`: 0 where it is broadcast. */
export function broadcastStrides(from: Shape, strides: Shape, shape: Shape): number[] {
  const shift = shape.length - from.length;
  const result = new Array<number>(shape.length);
  for (let d = 0; d < shape.length; d++) {
    const size = from[d - shift] ?? 1;
    result[d] = size === 1 ? 0 : (strides[d - shift] ?? 0);
  }
  return result;
}

/** A nest of loops for a kernel: sizes, and for each operand its strides. */
export interface Loops {
  readonly shape: number[];
  readonly strides: number[][];
}

/**
 * Fewest loops that visit all operands in row-major order of `shape`: dimensions of size 1 vanish, neighbours that are
 * contiguous in every operand merge. A contiguous operation becomes one loop.
 */
export function coalesce(shape: Shape, operands: readonly Shape[]): Loops {
  const sizes: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d] ?? 1;
    if (size === 1) continue;
    const last = sizes.length - 1;
    const merges = last >= 0 && operands.every((operand, i) => strides[i]?.[last] === (operand[d] ?? 0) * size);
    if (merges) {
      sizes[last] = (sizes[last] ?? 1) * size;
      for (let i = 0; i < operands.length; i++) (strides[i] ?? [])[last] = operands[i]?.[d] ?? 0;
    } else {
      sizes.push(size);
      for (let i = 0; i < operands.length; i++) strides[i]?.push(operands[i]?.[d] ?? 0);
    }
  }
  if (sizes.length === 0) {
    sizes.push(numelOf(shape));
    for (const list of strides) list.push(1);
  }
  return { shape: sizes, strides };
}

/** Strides under which `x` (given by shape and strides) can be seen as `shape` without a copy, or null. */
export function viewStrides(from: Shape, strides: Shape, shape: Shape): number[] | null {
  if (numelOf(from) === 0) return contiguousStrides(shape);
  // Walk both from the innermost dimension: a run of old dimensions that is contiguous can be cut up anew.
  const result = new Array<number>(shape.length);
  let view = shape.length - 1;
  let base = strides[from.length - 1] ?? 1;
  let oldNumel = 1;
  let newNumel = 1;
  if (from.length === 0) return shape.map(() => 1);
  for (let d = from.length - 1; d >= 0; d--) {
    const size = from[d] ?? 1;
    oldNumel *= size;
    const runEnds = d === 0 || ((from[d - 1] ?? 1) !== 1 && strides[d - 1] !== oldNumel * base);
    if (!runEnds) continue;
    while (view >= 0 && (newNumel < oldNumel || shape[view] === 1)) {
      result[view] = newNumel * base;
      newNumel *= shape[view] ?? 1;
      view -= 1;
    }
    if (newNumel !== oldNumel) return null;
    if (d > 0) {
      base = strides[d - 1] ?? 1;
      oldNumel = 1;
      newNumel = 1;
    }
  }
  return view === -1 ? result : null;
}

/** Resolves one -1 among the sizes of a view. @throws ShapeError with PyTorch's sentence */
export function inferSize(shape: readonly number[], numel: number): number[] {
  const unknown = shape.indexOf(-1);
  if (unknown === -1) {
    if (numelOf(shape) !== numel)
      throw new ShapeError(`shape '[${shape.join(', ')}]' is invalid for input of size ${numel}`);
    return [...shape];
  }
  if (shape.indexOf(-1, unknown + 1) !== -1) throw new ShapeError('only one dimension can be inferred');
  const known = numelOf(shape.filter((size) => size !== -1));
  if (known === 0 && numel === 0) {
    throw new ShapeError(
      `cannot reshape tensor of 0 elements into shape [${shape.join(', ')}] because the unspecified dimension size -1 can be any value and is ambiguous`,
    );
  }
  if (known === 0 || numel % known !== 0) {
    throw new ShapeError(`shape '[${shape.join(', ')}]' is invalid for input of size ${numel}`);
  }
  return shape.map((size) => (size === -1 ? numel / known : size));
}
