import { nameNode } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import { checkHeap, listOf, viewBytes } from '../heap.ts';
import { arange, fillElements, tabulate } from '../tensor/create.ts';
import { broadcastShapes, checkIntegers, checkShape, type Dim, numelOf, type Shape, wrapDim } from '../tensor/shape.ts';
import { checkTensor, checkTensors, emptyOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { argumentOrOption, flag, integer, integerList } from './arguments.ts';
import { mul } from './binary.ts';
import { cast, clone } from './copies.ts';
import { resultType } from './elementwise.ts';
import { flip, gather, indexSelect, repeat } from './indexing.ts';
import { cat, stack } from './join.ts';
import { diagonal, expand, narrow, reshape, slice, split, transpose, unsqueeze } from './views.ts';

// ---- Rolled, rotated, repeated

/**
 * The elements moved by `shifts` along `dims`, those that leave coming in at the other end.
 *
 * @param dims absent to roll the flattened tensor
 * @source torch.roll
 * @example
 * roll(tensor([1, 2, 3, 4]), 1); // tensor([4, 1, 2, 3])
 * roll(tensor([[1, 2], [3, 4]]), 1, 0); // tensor([[3, 4], [1, 2]])
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  dims?: number | readonly number[] | { dims?: number | readonly number[] | null } | null,
): Tensor {
  checkTensor('roll', 'input', x);
  const named = argumentOrOption<'dims', number | readonly number[]>('roll', 'dims', dims);
  const by = typeof shifts === 'number' ? [shifts] : checkIntegers('roll', 'shifts', shifts);
  const list =
    named === undefined || named === null
      ? []
      : typeof named === 'number'
        ? [named]
        : checkIntegers('roll', 'dims', named);
  if (list.length > 0 && x.ndim === 0) {
    throw new IndexError(`Dimension specified as ${list[0]} but tensor has no dimensions`);
  }
  if (list.length === 0) {
    if (by.length !== 1) throw new ShapeError(`shifts and dimensions must align. shifts: ${by.length}, dims:0`);
    return nameNode('roll', reshape(roll(reshape(x, [-1]), by, 0), [...x.shape]));
  }
  if (list.length !== by.length) {
    throw new ShapeError(`shifts and dimensions must align. shifts: ${by.length}, dims:${list.length}`);
  }
  return list.reduce((y, dim, i) => {
    const d = wrapDim(dim, y.ndim);
    const n = y.shape[d] ?? 0;
    if (n === 0) return y.clone();
    const shift = (((by[i] ?? 0) % n) + n) % n;
    return nameNode('roll', cat([narrow(y, d, n - shift, shift), narrow(y, d, 0, n - shift)], d));
  }, x);
}

/**
 * Rotated by `k` quarter turns in the plane of `dims`, from the first toward the second. @source torch.rot90
 * @example rot90(tensor([[1, 2], [3, 4]])); // tensor([[2, 4], [1, 3]])
 */
export function rot90(
  x: Tensor,
  k: number | { k?: number; dims?: readonly [number, number] } = 1,
  dims: readonly number[] = [0, 1],
): Tensor {
  checkTensor('rot90', 'input', x);
  if (typeof k !== 'number') checkOptions('rot90', k, ['k', 'dims']);
  const [turns, plane] = typeof k === 'number' ? [k, dims] : [k?.k ?? 1, k?.dims ?? dims];
  const [a = 0, b = 1] = checkIntegers('rot90', 'dims', plane);
  if (plane.length !== 2) {
    throw new ShapeError(`expected total rotation dims == 2, but got dims = ${plane.length}`);
  }
  if (x.ndim < 2) throw new ShapeError(`expected total dims >= 2, but got total dims = ${x.ndim}`);
  if (wrapDim(a, x.ndim) === wrapDim(b, x.ndim)) {
    throw new ShapeError(`expected rotation dims to be different, but got dim0 = ${a} and dim1 = ${b}`);
  }
  const quarter = ((integer('rot90', 'k', turns) % 4) + 4) % 4;
  if (quarter === 0) return clone(x);
  if (quarter === 1) return nameNode('rot90', transpose(flip(x, b), a, b));
  return nameNode('rot90', quarter === 2 ? flip(x, a, b) : transpose(flip(x, a), a, b));
}

/**
 * The columns in reverse order. @source torch.fliplr
 * @example fliplr(tensor([[1, 2], [3, 4]])); // tensor([[2, 1], [4, 3]])
 */
export function fliplr(x: Tensor): Tensor {
  checkTensor('fliplr', 'input', x);
  if (x.ndim < 2) throw new ShapeError('Input must be >= 2-d.');
  return flip(x, 1);
}

/**
 * The rows in reverse order. @source torch.flipud
 * @example flipud(tensor([[1, 2], [3, 4]])); // tensor([[3, 4], [1, 2]])
 */
export function flipud(x: Tensor): Tensor {
  checkTensor('flipud', 'input', x);
  if (x.ndim < 1) throw new ShapeError('Input must be >= 1-d.');
  return flip(x, 0);
}

/**
 * Repeated along each dimension; missing counts are 1. @source torch.tile
 * @example tile(tensor([1, 2]), 2, 2); // tensor([[1, 2, 1, 2], [1, 2, 1, 2]])
 */
export function tile(x: Tensor, ...dims: (number | readonly number[])[]): Tensor {
  checkTensor('tile', 'input', x);
  const counts = integerList('tile', 'dims', dims);
  return repeat(x, [...new Array<number>(Math.max(0, x.ndim - counts.length)).fill(1), ...counts]);
}

/**
 * Each element, or each slice along `dim`, repeated in place.
 *
 * @param repeats a count for all, or a tensor with one for each
 * @source torch.repeat_interleave
 * @example
 * repeatInterleave(tensor([1, 2, 3]), 2); // tensor([1, 1, 2, 2, 3, 3])
 * repeatInterleave(tensor([[1, 2], [3, 4]]), tensor([1, 2]), 0); // tensor([[1, 2], [3, 4], [3, 4]])
 */
export function repeatInterleave(
  x: Tensor,
  repeats?: number | Tensor | null,
  dim?: number | { dim?: number | null; outputSize?: number } | null,
): Tensor {
  checkTensor('repeatInterleave', 'input', x);
  if (repeats === undefined || repeats === null) return placesRepeated(x);
  if (repeats instanceof Tensor && repeats.ndim > 1) throw new ShapeError('repeats must be 0-dim or 1-dim tensor');
  const given = argumentOrOption<'dim', number>('repeatInterleave', 'dim', dim, ['dim', 'outputSize']);
  const source = given === undefined || given === null ? reshape(x, [-1]) : x;
  const d = wrapDim(given ?? 0, source.ndim);
  const n = source.shape[d] ?? 1;
  if (typeof repeats === 'number' || checkTensor('repeatInterleave', 'repeats', repeats).numel() === 1) {
    const count = typeof repeats === 'number' ? repeats : Number(repeats.item());
    if (!Number.isInteger(count) || count < 0) throw new ShapeError('Repeats must be non-negative');
    return indexSelect(
      source,
      d,
      arange(n * count)
        .floorDivide(Math.max(1, count))
        .long(),
    );
  }
  if (repeats.ndim !== 1 || repeats.shape[0] !== n) {
    throw new ShapeError(
      `repeats must have the same size as input along dim, but got repeats.size(0) = ${repeats.shape[0]} and input.size(${d}) = ${n}`,
    );
  }
  return indexSelect(source, d, placesRepeated(repeats));
}

function placesRepeated(counts: Tensor): Tensor {
  if (counts.ndim !== 1) throw new ShapeError('repeat_interleave only accept 1D vector as repeat');
  const list = counts.tolist() as number[];
  if (list.some((count) => count < 0)) throw new ShapeError('repeats can not be negative');
  let [place, end] = [0, list[0] ?? 0];
  return tabulate(
    list.reduce((total, count) => total + count, 0),
    'int64',
    (i) => {
      while (i >= end) end += list[++place] ?? 0;
      return place;
    },
  );
}

/**
 * The elements in one dimension; a view where possible. @source torch.ravel
 * @example ravel(tensor([[1, 2], [3, 4]])); // tensor([1, 2, 3, 4])
 */
export function ravel(x: Tensor): Tensor {
  checkTensor('ravel', 'input', x);
  return reshape(x, [-1]);
}

// ---- Parts

/**
 * Parts along `dim`: so many of nearly equal size, or cut at the given positions.
 *
 * @source torch.tensor_split
 * @example tensorSplit(arange(7), 3); // [tensor([0, 1, 2]), tensor([3, 4]), tensor([5, 6])]
 */
export function tensorSplit(x: Tensor, sections: number | readonly number[] | Tensor, dim: Dim = 0): Tensor[] {
  checkTensor('tensorSplit', 'input', x);
  if (x.ndim === 0)
    throw new ShapeError('tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims');
  const d = wrapDim(dim, x.ndim);
  const n = x.shape[d] ?? 0;
  const given = sections instanceof Tensor ? (sections.tolist() as number | number[]) : sections;
  if (typeof given === 'number') {
    if (given <= 0) throw new ShapeError(`number of sections must be larger than 0, got ${given}`);
    const [small, larger] = [Math.floor(n / given), n % given];
    return split(
      x,
      listOf(given, viewBytes, (i) => small + (i < larger ? 1 : 0)),
      d,
    );
  }
  const cuts = [...checkIntegers('tensorSplit', 'indicesOrSections', given), n];
  return cuts.map((cut, i) => slice(x, d, i === 0 ? 0 : (cuts[i - 1] ?? 0), i === cuts.length - 1 ? n : cut));
}

/**
 * Parts of the given sizes. @source torch.split_with_sizes
 * @example splitWithSizes(arange(5), [1, 4]); // [tensor([0]), tensor([1, 2, 3, 4])]
 */
export function splitWithSizes(x: Tensor, sizes: readonly number[], dim: Dim = 0): Tensor[] {
  checkTensor('splitWithSizes', 'input', x);
  return split(x, sizes, dim);
}

function splitter(name: string, rank: number, dimOf: (x: Tensor) => number) {
  return (x: Tensor, sections: number | readonly number[]): Tensor[] => {
    if (checkTensor(name, 'input', x).ndim < rank) {
      throw new ShapeError(
        `torch.${name} requires a tensor with at least ${rank} dimension${rank > 1 ? 's' : ''}, but got a tensor with ${x.ndim} dimensions!`,
      );
    }
    const d = dimOf(x);
    if (typeof sections === 'number' && (x.shape[d] ?? 0) % sections !== 0) {
      throw new ShapeError(
        `torch.${name} attempted to split along dimension ${d}, but the size of the dimension ${x.shape[d]} is not divisible by the split_size ${sections}!`,
      );
    }
    return tensorSplit(x, sections, d);
  };
}

/**
 * Parts along the columns (the only dimension of a vector). @source torch.hsplit
 * @example hsplit(arange(4).view(2, 2), 2); // [tensor([[0], [2]]), tensor([[1], [3]])]
 */
export const hsplit: (x: Tensor, sections: number | readonly number[]) => Tensor[] = splitter('hsplit', 1, (x) =>
  x.ndim === 1 ? 0 : 1,
);
/**
 * Parts along the rows. @source torch.vsplit
 * @example vsplit(arange(4).view(2, 2), 2); // [tensor([[0, 1]]), tensor([[2, 3]])]
 */
export const vsplit: (x: Tensor, sections: number | readonly number[]) => Tensor[] = splitter('vsplit', 2, () => 0);
/**
 * Parts along the depth. @source torch.dsplit
 * @example dsplit(arange(4).view(1, 2, 2), 2); // [tensor([[[0], [2]]]), tensor([[[1], [3]]])]
 */
export const dsplit: (x: Tensor, sections: number | readonly number[]) => Tensor[] = splitter('dsplit', 3, () => 2);

// ---- At least so many dimensions, and joining in rows and columns

function each(rank: number, raise: (x: Tensor) => Tensor) {
  function atLeast(x: Tensor): Tensor;
  function atLeast(...tensors: (Tensor | readonly Tensor[])[]): Tensor[];
  function atLeast(...tensors: (Tensor | readonly Tensor[])[]): Tensor | Tensor[] {
    const list = checkTensors('broadcastTensors', tensors.flat());
    const raised = list.map((x) => (checkTensor('atleast', 'tensors', x).ndim >= rank ? x : raise(x)));
    return tensors.length === 1 && tensors[0] instanceof Tensor ? (raised[0] ?? (list[0] as Tensor)) : raised;
  }
  return atLeast;
}

/**
 * A scalar as a vector of one. @source torch.atleast_1d
 * @example atleast1d(tensor(5)); // tensor([5])
 */
export const atleast1d = each(1, (x) => reshape(x, [1]));
/**
 * With dimensions of size 1 before it, up to two. @source torch.atleast_2d
 * @example atleast2d(tensor([1, 2])); // tensor([[1, 2]])
 */
export const atleast2d = each(2, (x) => (x.ndim === 0 ? reshape(x, [1, 1]) : unsqueeze(x, 0)));
/**
 * With dimensions of size 1 about it, up to three. @source torch.atleast_3d
 * @example atleast3d(tensor([1, 2])).shape; // [1, 2, 1]
 */
export const atleast3d = each(3, (x) =>
  x.ndim === 0 ? reshape(x, [1, 1, 1]) : x.ndim === 1 ? unsqueeze(unsqueeze(x, 0), 2) : unsqueeze(x, 2),
);

/**
 * Tensors side by side. @source torch.hstack
 * @example hstack([tensor([[1], [2]]), tensor([[3], [4]])]); // tensor([[1, 3], [2, 4]])
 */
export function hstack(tensors: readonly Tensor[]): Tensor {
  const list = checkTensors('hstack', tensors).map((x) => atleast1d(x));
  return cat(list, list[0]?.ndim === 1 ? 0 : 1);
}

/**
 * Tensors one below the other. @source torch.vstack
 * @example vstack([tensor([1, 2]), tensor([3, 4])]); // tensor([[1, 2], [3, 4]])
 */
export function vstack(tensors: readonly Tensor[]): Tensor {
  return cat(
    checkTensors('vstack', tensors).map((x) => atleast2d(x)),
    0,
  );
}

/**
 * Tensors one behind the other. @source torch.dstack
 * @example dstack([tensor([1, 2]), tensor([3, 4])]); // tensor([[[1, 3], [2, 4]]])
 */
export function dstack(tensors: readonly Tensor[]): Tensor {
  return cat(
    checkTensors('dstack', tensors).map((x) => atleast3d(x)),
    2,
  );
}

/**
 * Vectors as columns beside matrices. @source torch.column_stack
 * @example columnStack([tensor([1, 2]), tensor([3, 4])]); // tensor([[1, 3], [2, 4]])
 */
export function columnStack(tensors: readonly Tensor[]): Tensor {
  return hstack(checkTensors('columnStack', tensors).map((x) => (x.ndim <= 1 ? reshape(x, [x.numel(), 1]) : x)));
}

/**
 * Matrices on the diagonal of a larger one. @source torch.block_diag
 * @example blockDiag(tensor([[1, 2]]), tensor([[3], [4]])); // tensor([[1, 2, 0], [0, 0, 3], [0, 0, 4]])
 */
export function blockDiag(...tensors: Tensor[]): Tensor {
  const dtype = resultType(checkTensors('blockDiag', tensors));
  const blocks = tensors.map((x) => atleast2d(cast(x, dtype)));
  const columns = blocks.reduce((sum, x) => sum + (x.shape[1] ?? 0), 0);
  let before = 0;
  const rows = blocks.map((x) => {
    const [n = 0, m = 0] = x.shape;
    const zeros = (width: number) => fillElements(emptyOf([n, width], dtype), 0);
    before += m;
    return cat([zeros(before - m), x, zeros(columns - before)], 1);
  });
  return nameNode('blockDiag', cat(rows, 0));
}

// ---- Grids

/**
 * The tensors broadcast to one shape. @source torch.broadcast_tensors
 * @example
 * broadcastTensors(tensor([[1], [2]]), tensor([3, 4]));
 * // [tensor([[1, 1], [2, 2]]), tensor([[3, 4], [3, 4]])]
 */
export function broadcastTensors(...tensors: (Tensor | readonly Tensor[])[]): Tensor[] {
  const list = checkTensors('broadcastTensors', tensors.flat());
  const shape = list.map((x) => x.shape).reduce((a, b) => broadcastShapes(a, b));
  return list.map((x) => expand(x, [...shape]));
}

/**
 * Coordinates of a grid: each vector along its own dimension. @source torch.meshgrid
 * @example
 * meshgrid(tensor([1, 2]), tensor([3, 4, 5]), { indexing: 'ij' });
 * // [tensor([[1, 1, 1], [2, 2, 2]]), tensor([[3, 4, 5], [3, 4, 5]])]
 */
export function meshgrid(...args: (Tensor | readonly Tensor[] | { indexing?: 'ij' | 'xy' })[]): Tensor[] {
  const last = args[args.length - 1];
  const named = !(last === undefined || last instanceof Tensor || Array.isArray(last));
  const options = named ? (last as { indexing?: 'ij' | 'xy' }) : {};
  checkOptions('meshgrid', options, ['indexing']);
  const list = checkTensors('meshgrid', (named ? args.slice(0, -1) : args).flat());
  const indexing = options.indexing ?? 'ij';
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new ValueError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${String(indexing)}`);
  }
  for (const { ndim, dtype } of list) {
    if (ndim > 1) throw new ShapeError(`torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${ndim}D`);
    if (dtype !== list[0]?.dtype) throw new DtypeError('meshgrid expects all tensors to have the same dtype');
  }
  const vectors = list.map((x) => (x.ndim === 0 ? reshape(x, [1]) : x));
  const swapped = indexing === 'xy' && vectors.length >= 2;
  const ordered = swapped ? [vectors[1], vectors[0], ...vectors.slice(2)] : vectors;
  const sizes = ordered.map((x) => x?.shape[0] ?? 1);
  const grids = (ordered as Tensor[]).map((x, d) =>
    expand(
      reshape(
        x,
        sizes.map((_, k) => (k === d ? -1 : 1)),
      ),
      sizes,
    ),
  );
  if (!swapped) return grids;
  return [grids[1] as Tensor, grids[0] as Tensor, ...grids.slice(2)];
}

/**
 * All combinations of the elements of vectors, as rows. @source torch.cartesian_prod
 * @example cartesianProd(tensor([1, 2]), tensor([3, 4])); // tensor([[1, 3], [1, 4], [2, 3], [2, 4]])
 */
export function cartesianProd(...tensors: Tensor[]): Tensor {
  const [first] = checkTensors('cartesianProd', tensors);
  for (const { ndim, shape } of tensors) {
    if (ndim !== 1) throw new ShapeError(`Expect a 1D vector, but got shape [${shape.join(', ')}]`);
  }
  if (tensors.length === 1 && first !== undefined) return first;
  return stack(
    meshgrid(...tensors).map((x) => reshape(x, [-1])),
    1,
  );
}

/**
 * All selections of `r` elements of a vector, as rows. @source torch.combinations
 * @example combinations(tensor([1, 2, 3])); // tensor([[1, 2], [1, 3], [2, 3]])
 */
export function combinations(x: Tensor, options: { r?: number; withReplacement?: boolean } = {}): Tensor {
  checkTensor('combinations', 'input', x);
  checkOptions('combinations', options, ['r', 'withReplacement']);
  const r = integer('combinations', 'r', options.r ?? 2);
  const withReplacement = flag('combinations', 'withReplacement', options.withReplacement, false);
  if (r < 0) throw new ValueError(`Expect a non-negative number, but got ${r}`);
  if (x.ndim !== 1) throw new ShapeError(`Expect a 1D vector, but got shape [${x.shape.join(', ')}]`);
  if (r === 0) return emptyOf([0], x.dtype);
  const n = x.shape[0] ?? 0;
  if (n === 0 || (r > n && !withReplacement)) return emptyOf([0, r], x.dtype);
  let rows: number[][] = [[]];
  for (let i = 0; i < r; i++) {
    checkHeap(rows.length * n, 16 * (i + 2));
    rows = rows.flatMap((row) => {
      const from = row.length === 0 ? 0 : (row[row.length - 1] ?? 0) + (withReplacement ? 0 : 1);
      return Array.from({ length: Math.max(0, n - from) }, (_, k) => [...row, from + k]);
    });
  }
  const places = fromTypedArray(BigInt64Array.from(rows.flat(), BigInt), [rows.length * r], 'int64');
  return reshape(indexSelect(x, 0, places), [rows.length, r]);
}

/**
 * Powers of a vector's elements as columns, from high to low. @source torch.vander
 * @example vander(tensor([1, 2, 3])); // tensor([[1, 1, 1], [4, 2, 1], [9, 3, 1]])
 */
export function vander(x: Tensor, options: { N?: number | null; increasing?: boolean } = {}): Tensor {
  checkTensor('vander', 'input', x);
  checkOptions('vander', options, ['N', 'increasing']);
  const { N = null, increasing = false } = options;
  if (x.ndim !== 1) throw new ShapeError('x must be a one-dimensional tensor.');
  if (N !== null && N < 0) throw new ValueError('N must be non-negative.');
  const powers = arange(N ?? x.numel());
  return unsqueeze(x, -1).pow(increasing ? powers : flip(powers, 0));
}

// ---- Copies with a part replaced

function scattered(x: Tensor, source: Tensor, part: (x: Tensor) => Tensor): Tensor {
  const y = clone(x);
  const target = part(y);
  if (target.shape.join() !== source.shape.join()) {
    throw new ShapeError(
      `expected src to have a size equal to the slice of self. src size = [${source.shape.join(', ')}], slice size = [${target.shape.join(', ')}]`,
    );
  }
  target.copy_(source);
  return y;
}

/**
 * A copy in which `source` stands at position `index` of `dim`. @source torch.select_scatter
 * @example selectScatter(zeros(2, 2), ones(2), 0, 1); // tensor([[0., 0.], [1., 1.]])
 */
export function selectScatter(x: Tensor, source: Tensor, dim: number, index: number): Tensor {
  checkTensor('selectScatter', 'input', x);
  checkTensor('selectScatter', 'source', source);
  return scattered(x, source, (y) => y.select(dim, index));
}

/** Options of {@link sliceScatter}. */
export interface SliceScatterOptions {
  /** Default 0. */
  dim?: number;
  /** Default: the beginning. */
  start?: number | null;
  /** Default: the end. */
  end?: number | null;
  /** Default 1. */
  step?: number;
}

/**
 * A copy in which `source` stands in a slice. @source torch.slice_scatter
 * @example sliceScatter(zeros(4), ones(2), { start: 1, end: 3 }); // tensor([0., 1., 1., 0.])
 */
export function sliceScatter(x: Tensor, source: Tensor, options: SliceScatterOptions = {}): Tensor {
  checkTensor('sliceScatter', 'input', x);
  checkTensor('sliceScatter', 'source', source);
  checkOptions('sliceScatter', options, ['dim', 'start', 'end', 'step']);
  const { dim = 0, start = null, end = null, step = 1 } = options;
  return scattered(x, source, (y) => slice(y, dim, start, end, step));
}

/**
 * A copy in which `source` stands on a diagonal. @source torch.diagonal_scatter
 * @example diagonalScatter(zeros(2, 2), ones(2)); // tensor([[1., 0.], [0., 1.]])
 */
export function diagonalScatter(
  x: Tensor,
  source: Tensor,
  options: { offset?: number; dim1?: number; dim2?: number } = {},
): Tensor {
  checkTensor('diagonalScatter', 'input', x);
  checkTensor('diagonalScatter', 'source', source);
  checkOptions('diagonalScatter', options, ['offset', 'dim1', 'dim2']);
  return scattered(x, source, (y) => diagonal(y, options));
}

/**
 * The places of elements along a dimension, taken by `indices` of the same rank. @source torch.take_along_dim
 * @example
 * const x = tensor([[30, 10, 20], [5, 6, 4]]);
 * takeAlongDim(x, argsort(x, 1), 1); // tensor([[10, 20, 30], [4, 5, 6]])
 */
export function takeAlongDim(x: Tensor, indices: Tensor, dim?: number | { dim?: number | null } | null): Tensor {
  checkTensor('takeAlongDim', 'input', x);
  checkTensor('takeAlongDim', 'indices', indices);
  const given = argumentOrOption<'dim', number>('takeAlongDim', 'dim', dim);
  if (given === undefined || given === null) return gather(reshape(x, [-1]), 0, reshape(indices, [-1]));
  const d = wrapDim(given, x.ndim);
  if (indices.dtype !== 'int64') {
    throw new ArgumentTypeError(`torch.take_along_dim(): dtype of indices should be Long but got ${indices.dtype}`);
  }
  if (x.ndim !== indices.ndim) {
    throw new ShapeError(
      `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${x.ndim} dimensions for input, and ${indices.ndim} dimensions for indices`,
    );
  }
  const merged = broadcastShapes(
    x.shape.map((n, k) => (k === d ? 1 : n)),
    indices.shape.map((n, k) => (k === d ? 1 : n)),
  );
  const at = (y: Tensor) =>
    expand(
      y,
      merged.map((n, k) => (k === d ? (y.shape[d] ?? 1) : n)),
    );
  return gather(at(x), d, at(indices));
}

/**
 * The coordinates of flat positions in a tensor of `shape`. @source torch.unravel_index
 * @example unravelIndex(tensor([4, 5]), [2, 3]); // [tensor([1, 1]), tensor([1, 2])]
 */
export function unravelIndex(index: Tensor, shape: number | readonly number[]): Tensor[] {
  const { dtype } = checkTensor('unravelIndex', 'index', index);
  if (isFloat(dtype) || dtype === 'bool') {
    throw new DtypeError(`expected 'indices' to be integer dtype, but got torch.${dtype}`);
  }
  const sizes = checkShape('unravelIndex', typeof shape === 'number' ? [shape] : shape);
  const flat = index.to('int64');
  const outside = flat.lt(0).logicalOr(flat.ge(numelOf(sizes)));
  if (outside.any().item() === true) {
    throw new IndexError(`unravel_index: indices are out of range for shape [${sizes.join(', ')}]`);
  }
  return sizes.map((n, d) => flat.floorDivide(numelOf(sizes.slice(d + 1))).remainder(n));
}

/**
 * The Kronecker product. @source torch.kron
 * @example kron(tensor([[1, 2]]), tensor([[1], [10]])); // tensor([[1, 2], [10, 20]])
 */
export function kron(x: Tensor, y: Tensor): Tensor {
  checkTensor('kron', 'input', x);
  checkTensor('kron', 'other', y);
  const rank = Math.max(x.ndim, y.ndim);
  const raise = (shape: Shape) => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [a, b] = [raise(x.shape), raise(y.shape)];
  const left = reshape(
    x,
    a.flatMap((n) => [n, 1]),
  );
  const right = reshape(
    y,
    b.flatMap((n) => [1, n]),
  );
  return reshape(
    mul(left, right),
    a.map((n, d) => n * (b[d] ?? 1)),
  );
}
