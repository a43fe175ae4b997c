// Sums, means and maxima of rows of a table, by bags of indices.
import { nameNode } from '../autograd/record.ts';
import { checkOptions, IndexError, NotImplementedError, ShapeError, ValueError } from '../errors.ts';
import { sameShape } from '../tensor/shape.ts';
import { checkTensor, elementsOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { optionalTensor } from './arguments.ts';
import { div, mul } from './binary.ts';
import { cast } from './copies.ts';
import { checkIndices, countsOf, type EmbeddingFunctionOptions, lookUp, paddingRow, renormRows } from './embedding.ts';
import { gather, indexAddInto, indexSelect } from './indexing.ts';
import { where } from './select.ts';
import { reshape, unsqueeze } from './views.ts';

/** How the rows of a bag become one. */
export type BagMode = 'sum' | 'mean' | 'max';

/** Options of {@link embeddingBag}. */
export interface EmbeddingBagFunctionOptions extends EmbeddingFunctionOptions {
  /** Where each bag begins, for indices of one dimension; int64 (B). */
  offsets?: Tensor | null;
  /** Default 'mean'. */
  mode?: BagMode;
  /** A factor for each index, for sums; in the shape of the indices. */
  perSampleWeights?: Tensor | null;
  /** Whether the last offset is the end of the last bag. Default false. */
  includeLastOffset?: boolean;
}

const names = [
  'offsets',
  'paddingIdx',
  'maxNorm',
  'normType',
  'scaleGradByFreq',
  'sparse',
  'mode',
  'perSampleWeights',
  'includeLastOffset',
];

/**
 * The sum, mean or maximum of the rows of each bag; 0 for an empty one.
 *
 * @param index int64 (B, N), a bag a row, or (N) with `offsets`
 * @param weight (V, D)
 * @returns (B, D)
 * @source torch.nn.functional.embedding_bag
 * @example
 * const weight = tensor([[1, 2], [3, 4], [5, 6.5]]);
 * F.embeddingBag(tensor([0, 1, 2]), weight, tensor([0, 2]), { mode: 'sum' });
 * // tensor([[4.0000, 6.0000], [5.0000, 6.5000]])
 */
export function embeddingBag(
  index: Tensor,
  weight: Tensor,
  offsetsOrOptions: Tensor | EmbeddingBagFunctionOptions = {},
  rest: EmbeddingBagFunctionOptions = {},
): Tensor {
  const given = offsetsOrOptions instanceof Tensor ? { ...rest, offsets: offsetsOrOptions } : offsetsOrOptions;
  checkOptions('embeddingBag', given, names);
  const { mode = 'mean', maxNorm = null, normType = 2, scaleGradByFreq = false, perSampleWeights = null } = given;
  checkTensor('embeddingBag', 'input', index);
  checkTensor('embeddingBag', 'weight', weight);
  checkArguments(index, weight, given, mode);
  const starts = bagStarts(index, given);
  const all = checkIndices('embedding_bag', reshape(index, [-1]));
  if (maxNorm !== null) renormRows(weight, all, maxNorm, normType);
  const padding = paddingRow(given.paddingIdx, weight);
  const ordered = [...starts].sort((a, b) => a - b);
  const { kept, bags } = membership(all, ordered, padding);
  const at = integers(kept.map(({ row }) => row));
  const rows = lookUp(weight, at, scaleGradByFreq ? bagScale(all) : null);
  if (mode === 'max') return nameNode('embeddingBag', maxima(rows, kept, bags));
  const positions = integers(kept.map(({ position }) => position));
  const factors =
    perSampleWeights === null ? null : unsqueeze(indexSelect(reshape(perSampleWeights, [-1]), 0, positions), 1);
  const shape = [bags, weight.shape[1] ?? 0];
  const sums = indexAddInto(
    shape,
    0,
    integers(kept.map(({ bag }) => bag)),
    factors === null ? rows : mul(rows, factors),
  );
  return nameNode(
    'embeddingBag',
    mode === 'sum' ? sums : div(sums, cast(bagSizes(kept, starts, ordered), weight.dtype)),
  );
}

function checkArguments(index: Tensor, weight: Tensor, options: EmbeddingBagFunctionOptions, mode: BagMode): void {
  const { offsets = null } = options;
  const perSampleWeights = optionalTensor('embeddingBag', 'perSampleWeights', options.perSampleWeights);
  if (perSampleWeights !== null && !sameShape(perSampleWeights.shape, index.shape)) {
    throw new ValueError(
      `embedding_bag: If per_sample_weights ([${perSampleWeights.shape.join(', ')}]) is not None, then it must have the same shape as the input ([${index.shape.join(', ')}])`,
    );
  }
  if (weight.ndim !== 2) {
    throw new ValueError(`weight has to be a 2D Tensor, but got Tensor of dimension ${weight.ndim}`);
  }
  if (index.ndim === 2 && offsets !== null) {
    throw new ValueError(
      "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of fixed length sequences. However, found offsets of type <class 'torch.Tensor'>",
    );
  }
  if (index.ndim === 1 && offsets === null) throw new ValueError('offsets has to be a 1D Tensor but got None');
  if (index.ndim === 1 && offsets?.ndim !== 1) throw new ValueError('offsets has to be a 1D Tensor');
  if (index.ndim !== 1 && index.ndim !== 2) {
    throw new ValueError(`input has to be 1D or 2D Tensor, but got Tensor of dimension ${index.ndim}`);
  }
  if (mode !== 'sum' && mode !== 'mean' && mode !== 'max')
    throw new ValueError('mode has to be one of sum, mean or max');
  if (mode === 'max' && options.scaleGradByFreq) {
    throw new ValueError('max mode does not support scaling the gradient by the frequency');
  }
  if (mode === 'max' && options.sparse) throw new ValueError('max mode does not support sparse weights');
  if (perSampleWeights !== null && mode !== 'sum') {
    throw new NotImplementedError(
      `embedding_bag: per_sample_weights was not None. per_sample_weights is only supported for mode='sum' (got mode='${mode}'). Please open a feature request on GitHub.`,
    );
  }
}

// Where each bag begins, and the end of the last.
function bagStarts(
  index: Tensor,
  { offsets = null, includeLastOffset = false }: EmbeddingBagFunctionOptions,
): number[] {
  const count = index.numel();
  const [rows = 0, width = 0] = index.shape;
  // Without offsets the last row counts as the end too.
  const starts =
    offsets === null
      ? Array.from({ length: rows }, (_, i) => i * width)
      : Array.from(elementsOf(checkIndices('embedding_bag', offsets)), Number);
  if (includeLastOffset && starts.length === 0) {
    throw new ShapeError('include_last_offset: number of offsets should be at least 1');
  }
  if (starts.length > 0 && starts[0] !== 0) {
    throw new ValueError(
      `offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got ${starts[0]}`,
    );
  }
  const last = starts.at(-1) ?? 0;
  if (last > count) {
    throw new ValueError(`offsets[-1] can not be greater than input's length ${count} but got offsets[-1] of ${last}`);
  }
  if (starts.some((start) => start < 0 || start > count)) throw new IndexError('index out of range in self');
  // The last bag goes to the end in any case.
  return [...(includeLastOffset ? starts.slice(0, -1) : starts), count];
}

// PyTorch divides by the count of another row: for the i-th distinct row, of the i-th in the sorted list of all.
function bagScale(all: Tensor): (row: number) => number {
  const sorted = Array.from(elementsOf(all), Number).sort((a, b) => a - b);
  const counts = countsOf(sorted);
  const ranks = new Map([...counts.keys()].map((row, i) => [row, i]));
  return (row) => 1 / (counts.get(sorted[ranks.get(row) ?? 0] ?? row) ?? 1);
}

interface Member {
  readonly row: bigint;
  readonly bag: bigint;
  readonly position: bigint;
}

// The indices that are not padding, each with its bag.
function membership(
  index: Tensor,
  starts: readonly number[],
  padding: number | null,
): { kept: Member[]; bags: number } {
  const rows = elementsOf(index) as BigInt64Array;
  const bags = starts.length - 1;
  const kept = Array.from({ length: bags }, (_, bag) => {
    const start = starts[bag] ?? 0;
    const own = rows.subarray(start, Math.max(start, starts[bag + 1] ?? 0));
    return Array.from(own, (row, k) => ({ row, bag: BigInt(bag), position: BigInt(start + k) }));
  }).flat();
  return { kept: padding === null ? kept : kept.filter(({ row }) => row !== BigInt(padding)), bags };
}

function integers(values: readonly bigint[]): Tensor {
  return fromTypedArray(BigInt64Array.from(values), [values.length], 'int64');
}

// PyTorch takes offsets in any order: bags lie between the sorted ones, and are counted between those as given.
function bagSizes(kept: readonly Member[], starts: readonly number[], ordered: readonly number[]): Tensor {
  const between = (list: readonly number[], bag: number) => (list[bag + 1] ?? 0) - (list[bag] ?? 0);
  const bags = starts.length - 1;
  const sizes = Array.from({ length: bags }, (_, bag) => between(starts, bag) - between(ordered, bag));
  for (const { bag } of kept) sizes[Number(bag)] = (sizes[Number(bag)] ?? 0) + 1;
  const least = Float64Array.from(sizes, (size) => Math.max(1, size));
  return fromTypedArray(least, [bags, 1], 'float64');
}

// The gradient goes to the first row that holds the maximum.
function maxima(rows: Tensor, kept: readonly Member[], bags: number): Tensor {
  const width = rows.shape[1] ?? 0;
  if (kept.length === 0) return indexAddInto([bags, width], 0, integers([]), rows);
  const values = elementsOf(rows.detach()) as Float64Array;
  const best = new BigInt64Array(bags * width).fill(-1n);
  kept.forEach(({ bag }, i) => {
    for (let d = 0; d < width; d++) {
      const slot = Number(bag) * width + d;
      const held = Number(best[slot]);
      if (held < 0 || (values[i * width + d] ?? 0) > (values[held * width + d] ?? 0)) best[slot] = BigInt(i);
    }
  });
  const empty = fromTypedArray(
    Uint8Array.from(best, (i) => Number(i < 0n)),
    [bags, width],
    'bool',
  );
  const index = fromTypedArray(
    best.map((i) => (i < 0n ? 0n : i)),
    [bags, width],
    'int64',
  );
  // gather wants an index no larger than its source.
  const source =
    bags > kept.length
      ? indexSelect(rows, 0, integers(Array.from({ length: bags }, (_, i) => BigInt(i % kept.length))))
      : rows;
  return where(empty, 0, gather(source, 0, index));
}
