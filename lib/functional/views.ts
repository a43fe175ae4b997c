// Views: other shapes over the same storage. Their gradients are views, or the scattering of one, in turn.
import { nameNode, recordView } from '../autograd/record.ts';
import { checkDtype, type Dtype, factsOf, isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, describe, IndexError, ShapeError } from '../errors.ts';
import { listOf, viewBytes } from '../heap.ts';
import { fillElements } from '../tensor/create.ts';
import {
  broadcastStrides,
  checkIntegers,
  checkShape,
  contiguousStrides,
  type Dim,
  inferSize,
  numelOf,
  type Shape,
  sizesFrom,
  sizesOf,
  viewStrides,
  wrapDim,
  wrapDims,
} from '../tensor/shape.ts';
import { checkTensor, emptyOf, stridesOf, Tensor, viewOf } from '../tensor/tensor.ts';
import { integer, isNamed } from './arguments.ts';
import { clone } from './copies.ts';
import { sumToSize } from './reduce.ts';

// ---- The same elements in another shape

function sizesWithUnknown(who: string, sizes: readonly unknown[]): number[] {
  const given = sizesOf(sizes);
  if (!Array.isArray(given)) throw new ArgumentTypeError(`${who}: size must be integers, got ${describe(given)}`);
  const list: unknown[] = [...given];
  for (const size of list) {
    if (typeof size !== 'number' || !Number.isInteger(size)) {
      throw new ArgumentTypeError(`${who}: size must hold integers, got ${describe(size)}`);
    }
    if (size < -1) throw new ShapeError(`invalid shape dimension ${size}`);
  }
  return list as number[];
}

/** @internal The view of `x` under `shape`, or null where a copy would be needed. */
function tryView(x: Tensor, shape: Shape): Tensor | null {
  checkShape('view', shape);
  const strides = x.isContiguous() ? contiguousStrides(shape) : viewStrides(x.shape, stridesOf(x), shape);
  if (strides === null) return null;
  const from = x.shape;
  const y = viewOf(x, shape, strides, x.offset);
  return recordView(
    'view',
    x,
    y,
    (b) => view(b, [...shape]),
    (g) => [reshape(g, [...from])],
  );
}

/**
 * The same elements under another shape, without a copy; one size may be -1. With a dtype, the same bits as elements of
 * that type.
 *
 * @throws ShapeError if the number of elements differs or the strides do not allow it
 * @source torch.Tensor.view
 * @example
 * F.view(arange(6), 2, -1); // tensor([[0, 1, 2], [3, 4, 5]])
 * F.view(tensor([1.5]), 'int32'); // tensor([1069547520], dtype=torch.int32)
 */
export function view(x: Tensor, ...sizes: (number | readonly number[])[] | [dtype: Dtype]): Tensor {
  checkTensor('view', 'input', x);
  const [dtype] = sizes;
  if (typeof dtype === 'string') return bitsAs(x, checkDtype('view', dtype));
  const shape = inferSize(sizesWithUnknown('view', sizes), x.numel());
  const y = tryView(x, shape);
  if (y === null) {
    throw new ShapeError(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    );
  }
  return y;
}

// The bits of x as elements of another type; where those have another size, the last dimension grows or shrinks.
function bitsAs(x: Tensor, dtype: Dtype): Tensor {
  const ratio = factsOf(dtype).bytes / factsOf(x.dtype).bytes;
  const last = x.ndim - 1;
  const how = `to view ${scalarName(x.dtype)} as ${scalarName(dtype)} (different element sizes)`;
  const whole = (what: string, elements: number): number => {
    if (Number.isInteger(elements / ratio)) return elements / ratio;
    throw new ShapeError(`self.${what} must be divisible by ${ratio} ${how}, but got ${elements}`);
  };
  if (ratio !== 1) {
    if (x.ndim === 0) throw new ShapeError(`self.dim() cannot be 0 ${how}`);
    const step = stridesOf(x)[last];
    if (step !== 1) throw new ShapeError(`self.stride(-1) must be 1 ${how}, but got ${step}`);
  }
  const shape = x.shape.map((size, d) => (d === last ? whole('size(-1)', size) : size));
  const offset = whole('storage_offset()', x.offset);
  const strides = stridesOf(x).map((stride, d) => (d === last ? stride : whole(`stride(${d})`, stride)));
  return new Tensor(x.storage, dtype, shape, strides, offset, x.version);
}

/**
 * The same elements under another shape, as a view where possible, otherwise as a copy. @source torch.reshape
 * @example reshape(arange(6), 2, -1); // tensor([[0, 1, 2], [3, 4, 5]])
 */
export function reshape(x: Tensor, ...sizes: (number | readonly number[])[]): Tensor {
  checkTensor('reshape', 'input', x);
  const shape = inferSize(sizesWithUnknown('reshape', sizes), x.numel());
  return tryView(x, shape) ?? view(clone(x), shape);
}

/** Options of {@link flatten}. */
export interface FlattenOptions {
  /** Default 0. */
  startDim?: number;
  /** Default -1. */
  endDim?: number;
}

/**
 * Dimensions `startDim` to `endDim` as one. @source torch.flatten
 * @example flatten(zeros(2, 3, 4), 1).shape; // [2, 12]
 */
export function flatten(x: Tensor, startDim: number | FlattenOptions = 0, endDim = -1): Tensor {
  checkTensor('flatten', 'input', x);
  if (isNamed(startDim)) {
    checkOptions('flatten', startDim, ['startDim', 'endDim']);
    return flatten(x, startDim.startDim, startDim.endDim ?? endDim);
  }
  const start = wrapDim(startDim, x.ndim);
  const end = wrapDim(endDim, x.ndim);
  if (start > end) throw new ShapeError('flatten() has invalid args: start_dim cannot come after end_dim');
  if (x.ndim === 0) return reshape(x, [1]);
  if (start === end) return x;
  const middle = numelOf(sizesFrom(x.shape, start, end + 1));
  return reshape(x, [...sizesFrom(x.shape, 0, start), middle, ...sizesFrom(x.shape, end + 1)]);
}

/**
 * Dimension `dim` cut into `sizes`; one may be -1. @source torch.unflatten
 * @example unflatten(zeros(2, 12), 1, [3, -1]).shape; // [2, 3, 4]
 */
export function unflatten(x: Tensor, dim: number, sizes: readonly number[]): Tensor {
  checkTensor('unflatten', 'input', x);
  const d = wrapDim(dim, x.ndim);
  const inner = inferSize(sizesWithUnknown('unflatten', [sizes]), x.shape[d] ?? 1);
  return view(x, [...sizesFrom(x.shape, 0, d), ...inner, ...sizesFrom(x.shape, d + 1)]);
}

/**
 * Without the dimensions of size 1, or without those of `dim` that have size 1. @source torch.squeeze
 * @example
 * squeeze(zeros(1, 3, 1)).shape; // [3]
 * squeeze(zeros(1, 3, 1), 0).shape; // [3, 1]
 */
export function squeeze(x: Tensor, dim?: number | readonly number[] | { dim: number | readonly number[] }): Tensor {
  checkTensor('squeeze', 'input', x);
  if (isNamed(dim)) {
    checkOptions('squeeze', dim, ['dim']);
    return squeeze(x, dim.dim);
  }
  const dims = dim === undefined ? x.shape.map((_, d) => d) : wrapDims(dim, x.ndim);
  const kept = x.shape.map((size, d) => !(size === 1 && dims.includes(d)));
  const shape = x.shape.filter((_, d) => kept[d]);
  const strides = stridesOf(x).filter((_, d) => kept[d]);
  const from = x.shape;
  const y = viewOf(x, shape, strides, x.offset);
  return recordView(
    dim === undefined ? 'squeeze' : typeof dim === 'number' ? 'SqueezeBackward1' : 'SqueezeBackward2',
    x,
    y,
    (b) => squeeze(b, dim),
    (g) => [reshape(g, [...from])],
  );
}

/**
 * With a dimension of size 1 before dimension `dim` (-1: at the end). @source torch.unsqueeze
 * @example unsqueeze(tensor([1, 2]), 1); // tensor([[1], [2]])
 */
export function unsqueeze(x: Tensor, dim: Dim): Tensor {
  checkTensor('unsqueeze', 'input', x);
  const d = wrapDim(dim, x.ndim + 1);
  const shape = checkShape('unsqueeze', [...sizesFrom(x.shape, 0, d), 1, ...sizesFrom(x.shape, d)]);
  const own = stridesOf(x);
  const stride = d < x.ndim ? (x.shape[d] ?? 1) * (own[d] ?? 1) : 1;
  const y = viewOf(x, shape, [...own.slice(0, d), stride, ...own.slice(d)], x.offset);
  return recordView(
    'unsqueeze',
    x,
    y,
    (b) => unsqueeze(b, d),
    (g) => [squeeze(g, d)],
  );
}

// ---- Dimensions in another order

/**
 * Dimensions in the order `dims`. @source torch.permute
 * @example permute(zeros(2, 3, 4), 2, 0, 1).shape; // [4, 2, 3]
 */
export function permute(x: Tensor, ...dims: (number | readonly number[])[]): Tensor {
  checkTensor('permute', 'input', x);
  const list = [...(sizesOf(dims) as number[])];
  if (list.length !== x.ndim) {
    throw new ShapeError(
      `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${x.ndim} is not equal to len(dims) = ${list.length}`,
    );
  }
  wrapDims(list, x.ndim);
  const order = list.map((dim) => wrapDim(dim, x.ndim));
  const inverse = order.map((_, d) => order.indexOf(d));
  const y = viewOf(
    x,
    order.map((d) => x.shape[d] ?? 1),
    order.map((d) => stridesOf(x)[d] ?? 1),
    x.offset,
  );
  return recordView(
    'permute',
    x,
    y,
    (b) => permute(b, order),
    (g) => [permute(g, inverse)],
  );
}

/**
 * Dimensions `dim0` and `dim1` exchanged. @source torch.transpose
 * @example transpose(tensor([[1, 2], [3, 4]]), 0, 1); // tensor([[1, 3], [2, 4]])
 */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  checkTensor('transpose', 'input', x);
  const a = wrapDim(dim0, x.ndim);
  const b = wrapDim(dim1, x.ndim);
  const shape = [...x.shape];
  const own = stridesOf(x);
  const strides = [...own];
  if (x.ndim > 0) {
    [shape[a], shape[b]] = [x.shape[b] ?? 1, x.shape[a] ?? 1];
    [strides[a], strides[b]] = [own[b] ?? 1, own[a] ?? 1];
  }
  const y = viewOf(x, shape, strides, x.offset);
  return recordView(
    'transpose',
    x,
    y,
    (base) => transpose(base, a, b),
    (g) => [transpose(g, a, b)],
  );
}

/**
 * A matrix transposed; tensors of fewer dimensions as they are. @source torch.t
 * @example t(tensor([[1, 2, 3]])); // tensor([[1], [2], [3]])
 */
export function t(x: Tensor): Tensor {
  checkTensor('t', 'input', x);
  if (x.ndim > 2) throw new ShapeError(`t() expects a tensor with <= 2 dimensions, but self is ${x.ndim}D`);
  return x.ndim < 2 ? x : nameNode('t', transpose(x, 0, 1));
}

/**
 * Dimensions `source` moved to places `destination`; the others keep their order. @source torch.movedim
 * @example movedim(zeros(2, 3, 4), 0, 2).shape; // [3, 4, 2]
 */
export function movedim(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  checkTensor('movedim', 'input', x);
  const [from, to] = [source, destination].map((dims) => [dims].flat().map((d) => wrapDim(d, x.ndim)));
  if (from === undefined || to === undefined || from.length !== to.length) {
    throw new ShapeError(
      `movedim: Invalid source or destination dims: source ([${source}] dims) should contain the same number of dims as destination ([${destination}] dims)`,
    );
  }
  for (const [name, dims] of Object.entries({ source: from, destination: to })) {
    if (new Set(dims).size < dims.length) throw new ShapeError(`movedim: repeated dim in \`${name}\` ([${dims}])`);
  }
  const order = x.shape.map((_, d) => d).filter((d) => !from.includes(d));
  const moves = to.map((place, i) => [place, from[i] ?? 0] as const).sort(([a], [b]) => a - b);
  for (const [place, d] of moves) order.splice(place, 0, d);
  return permute(x, x.ndim === 0 ? [] : order);
}

// ---- Repeated without a copy

/**
 * Dimensions of size 1 seen as larger, without a copy; -1 keeps a size, new dimensions come first.
 *
 * @source torch.Tensor.expand
 * @example expand(tensor([[1], [2]]), 2, 3); // tensor([[1, 1, 1], [2, 2, 2]])
 */
export function expand(x: Tensor, ...sizes: (number | readonly number[])[]): Tensor {
  checkTensor('expand', 'input', x);
  const list = sizesWithUnknown('expand', sizes);
  const added = list.length - x.ndim;
  if (added < 0) {
    throw new ShapeError(
      `expand(${x.type()}{[${x.shape.join(', ')}]}, size=[${list.join(', ')}]): the number of sizes provided (${list.length}) must be greater or equal to the number of dimensions in the tensor (${x.ndim})`,
    );
  }
  const wanted = list.map((size, d) => {
    const own = x.shape[d - added];
    if (own === undefined) {
      if (size >= 0) return size;
      throw new ShapeError(
        `expand: The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${d}`,
      );
    }
    if (size === -1 || size === own) return own;
    if (own === 1) return size;
    throw new ShapeError(
      `The expanded size of the tensor (${size}) must match the existing size (${own}) at non-singleton dimension ${d}.  Target sizes: [${list.join(', ')}].  Tensor sizes: [${x.shape.join(', ')}]`,
    );
  });
  const shape = checkShape('expand', wanted);
  const from = x.shape;
  const strides = broadcastStrides(x.shape, stridesOf(x), shape);
  const y = viewOf(x, shape, strides, x.offset);
  return recordView(
    'expand',
    x,
    y,
    (b) => expand(b, [...shape]),
    (g) => [sumToSize(g, from)],
  );
}

/**
 * Expanded to the shape of `other`. @source torch.Tensor.expand_as
 * @example expandAs(tensor([[1], [2]]), zeros(2, 3)).shape; // [2, 3]
 */
export function expandAs(x: Tensor, other: Tensor): Tensor {
  checkTensor('expandAs', 'input', x);
  checkTensor('expandAs', 'other', other);
  return expand(x, [...other.shape]);
}

/**
 * Expanded to `shape` by the rules of broadcasting. @source torch.broadcast_to
 * @example broadcastTo(tensor([1, 2]), [2, 2]); // tensor([[1, 2], [1, 2]])
 */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor('broadcastTo', 'input', x);
  return expand(x, shape);
}

// ---- Parts

function startOf(start: Tensor): number {
  if (start.ndim !== 0 || isFloat(start.dtype) || start.dtype === 'bool')
    throw new ArgumentTypeError('start must be an 0-dim integral Tensor.');
  return start.item() as number;
}

/**
 * `length` elements of dimension `dim` after the first `from`, a number or a tensor of one. @source torch.narrow
 * @example narrow(tensor([1, 2, 3, 4]), 0, 1, 2); // tensor([2, 3])
 */
export function narrow(x: Tensor, dim: number, from: number | Tensor, length: number): Tensor {
  checkTensor('narrow', 'input', x);
  const start = from instanceof Tensor ? startOf(from) : from;
  if (x.ndim === 0) throw new ShapeError('narrow() cannot be applied to a 0-dim tensor.');
  const d = wrapDim(dim, x.ndim);
  const size = x.shape[d] ?? 0;
  for (const [name, value] of Object.entries({ start, length })) {
    if (!Number.isInteger(value))
      throw new ArgumentTypeError(`narrow: ${name} must be an integer, got ${describe(value)}`);
  }
  const first = start < 0 ? start + size : start;
  if (length < 0) throw new ShapeError('narrow(): length must be non-negative.');
  if (first < 0 || first > size) {
    throw new IndexError(`start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`);
  }
  if (first + length > size)
    throw new IndexError(`start (${first}) + length (${length}) exceeds dimension size (${size}).`);
  return part(x, d, first, length, 1);
}

/**
 * Elements `start`, `start + step`, ... below `end` of dimension `dim`, with Python's treatment of bounds.
 *
 * @source torch.Tensor.__getitem__
 * @example F.slice(tensor([1, 2, 3, 4, 5]), 0, 1, null, 2); // tensor([2, 4])
 */
export function slice(x: Tensor, dim = 0, start: number | null = null, end: number | null = null, step = 1): Tensor {
  checkTensor('slice', 'input', x);
  const d = wrapDim(dim, x.ndim);
  if (x.ndim === 0) throw new IndexError('slice() cannot be applied to a 0-dim tensor.');
  if (!Number.isInteger(step) || step < 1) throw new ArgumentTypeError('slice step must be positive');
  const size = x.shape[d] ?? 0;
  const bound = (value: number | null, missing: number) => {
    if (value === null) return missing;
    if (!Number.isInteger(value) && Math.abs(value) !== Number.POSITIVE_INFINITY) {
      throw new ArgumentTypeError(`slice: bounds must be integers, got ${describe(value)}`);
    }
    return Math.min(Math.max(value < 0 ? value + size : value, 0), size);
  };
  const first = bound(start, 0);
  const last = Math.max(bound(end, size), first);
  return part(x, d, first, Math.ceil((last - first) / step), step);
}

// Every `step`th of `length` elements from `first` on: what narrow and slice have in common.
function part(x: Tensor, d: number, first: number, length: number, step: number): Tensor {
  const from = x.shape;
  // A replay may meet a base whose data was set anew.
  if (length > 0 && first + (length - 1) * step >= (from[d] ?? 0)) {
    throw new IndexError(`slice: elements ${first} to ${first + (length - 1) * step} lie outside [${from.join(', ')}]`);
  }
  const shape = from.map((size, i) => (i === d ? length : size));
  const stride = stridesOf(x)[d] ?? 1;
  const strides = stridesOf(x).map((s, i) => (i === d ? s * step : s));
  const y = viewOf(x, shape, strides, x.offset + first * stride);
  return recordView(
    'slice',
    x,
    y,
    (b) => part(b, d, first, length, step),
    (g) => [embed(g, from, (zeros) => part(zeros, d, first, length, step))],
  );
}

/**
 * Element `index` of dimension `dim`, which vanishes. @source torch.select
 * @example select(tensor([[1, 2], [3, 4]]), 0, 1); // tensor([3, 4])
 */
export function select(x: Tensor, dim: number, index: number): Tensor {
  checkTensor('select', 'input', x);
  if (x.ndim === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.');
  const d = wrapDim(dim, x.ndim);
  const size = x.shape[d] ?? 0;
  if (!Number.isInteger(index)) throw new ArgumentTypeError(`select: index must be an integer, got ${describe(index)}`);
  if (index < -size || index >= size) {
    throw new IndexError(
      `select(): index ${index} out of range for tensor of size [${x.shape.join(', ')}] at dimension ${d}`,
    );
  }
  const i = index < 0 ? index + size : index;
  const shape = x.shape.filter((_, k) => k !== d);
  const strides = stridesOf(x).filter((_, k) => k !== d);
  const y = viewOf(x, shape, strides, x.offset + i * (stridesOf(x)[d] ?? 1));
  const from = x.shape;
  return recordView(
    'select',
    x,
    y,
    (b) => select(b, d, i),
    (g) => [embed(g, from, (zeros) => select(zeros, d, i))],
  );
}

/**
 * The diagonal of the matrices in dimensions `dim1` and `dim2`, as the last dimension. @source torch.diagonal
 * @example diagonal(tensor([[1, 2], [3, 4]])); // tensor([1, 4])
 */
export function diagonal(x: Tensor, options: { offset?: number; dim1?: number; dim2?: number } = {}): Tensor {
  checkOptions('diagonal', options, ['offset', 'dim1', 'dim2']);
  checkTensor('diagonal', 'input', x);
  const { dim1 = 0, dim2 = 1 } = options;
  const offset = integer('diagonal', 'offset', options.offset ?? 0);
  const a = wrapDim(dim1, x.ndim);
  const b = wrapDim(dim2, x.ndim);
  if (a === b) throw new ShapeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  const rows = x.shape[a] ?? 0;
  const columns = x.shape[b] ?? 0;
  const length = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
  const own = stridesOf(x);
  const [down, across] = [own[a] ?? 1, own[b] ?? 1];
  const start = length === 0 ? 0 : offset >= 0 ? offset * across : -offset * down;
  const others = x.shape.map((_, d) => d).filter((d) => d !== a && d !== b);
  const shape = [...others.map((d) => x.shape[d] ?? 1), length];
  const strides = [...others.map((d) => own[d] ?? 1), down + across];
  const y = viewOf(x, shape, strides, x.offset + start);
  const from = x.shape;
  const again = (base: Tensor) => diagonal(base, { offset, dim1: a, dim2: b });
  return recordView('diagonal', x, y, again, (g) => [embed(g, from, again)]);
}

/** Zeros of `shape` in which the view `take` holds `g`: the gradient of a part. */
function embed(g: Tensor, shape: Shape, take: (zeros: Tensor) => Tensor): Tensor {
  const zeros = fillElements(emptyOf(shape, g.dtype), 0);
  take(zeros).copy_(g);
  return zeros;
}

/**
 * All elements of dimension `dim`, each without it. @source torch.unbind
 * @example unbind(tensor([[1, 2], [3, 4]])); // [tensor([1, 2]), tensor([3, 4])]
 */
export function unbind(x: Tensor, dim: Dim = 0): Tensor[] {
  checkTensor('unbind', 'input', x);
  const d = wrapDim(dim, x.ndim);
  if (x.ndim === 0) throw new IndexError('Dimension specified as 0 but tensor has no dimensions');
  return listOf(x.shape[d] ?? 0, viewBytes, (i) => nameNode('unbind', select(x, d, i)));
}

/**
 * Consecutive parts of `size` elements (the last may be smaller), or of the given sizes. @source torch.split
 * @example
 * split(arange(5), 2); // [tensor([0, 1]), tensor([2, 3]), tensor([4])]
 * split(arange(5), [1, 4]); // [tensor([0]), tensor([1, 2, 3, 4])]
 */
export function split(x: Tensor, size: number | readonly number[], dim: Dim = 0): Tensor[] {
  checkTensor('split', 'input', x);
  const d = wrapDim(dim, x.ndim);
  const total = x.shape[d] ?? 0;
  const sizes = typeof size === 'number' ? evenParts(total, size) : checkIntegers('split', 'splitSizes', size);
  if (sizes.reduce((sum, part) => sum + part, 0) !== total) {
    throw new ShapeError(
      `split_with_sizes expects split_sizes to sum exactly to ${total} (input tensor's size at dimension ${d}), but got split_sizes=[${sizes.join(', ')}]`,
    );
  }
  let start = 0;
  return sizes.map((length) => {
    start += length;
    return nameNode(typeof size === 'number' ? 'split' : 'splitWithSizes', narrow(x, d, start - length, length));
  });
}

function evenParts(total: number, size: number): number[] {
  if (!Number.isInteger(size) || size < 0 || (size === 0 && total > 0)) {
    throw new ShapeError(`split expects split_size be non-negative, but got split_size=${size}`);
  }
  if (total === 0 || size === 0) return [total];
  return listOf(Math.ceil(total / size), viewBytes, (i) => Math.min(size, total - i * size));
}

/**
 * At most `chunks` consecutive parts of equal size (the last may be smaller). @source torch.chunk
 * @example chunk(arange(5), 2); // [tensor([0, 1, 2]), tensor([3, 4])]
 */
export function chunk(x: Tensor, chunks: number, dim: Dim = 0): Tensor[] {
  checkTensor('chunk', 'input', x);
  if (!Number.isInteger(chunks) || chunks < 1)
    throw new ShapeError(`chunk expects \`chunks\` to be greater than 0, got: ${describe(chunks)}`);
  const total = x.shape[wrapDim(dim, x.ndim)] ?? 0;
  if (total === 0)
    return split(
      x,
      listOf(chunks, viewBytes, () => 0),
      dim,
    );
  return split(x, Math.max(1, Math.ceil(total / chunks)), dim);
}
