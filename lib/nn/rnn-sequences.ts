// nn.utils.rnn: sequences of different lengths, padded to one length or packed step by step.

import { ArgumentTypeError, checkList, checkOptions, describe, ShapeError, ValueError } from '../errors.ts';
import { indexAddInto, indexSelect } from '../functional/indexing.ts';
import { cat, stack } from '../functional/join.ts';
import { where } from '../functional/select.ts';
import type { ToArguments } from '../functional/to-arguments.ts';
import { narrow, reshape, transpose, unbind } from '../functional/views.ts';
import { full } from '../tensor/create.ts';
import { checkTensor, elementsOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';

/**
 * Sequences of a batch, step by step: the first elements of all, then the second elements of those that have one.
 * Made by `packPaddedSequence` and `packSequence`.
 *
 * @source torch.nn.utils.rnn.PackedSequence
 * @example
 * const { data, batchSizes } = nn.utils.rnn.packSequence([tensor([1, 2, 3]), tensor([4, 5])]);
 * [data, batchSizes]; // [tensor([1, 4, 2, 5, 3]), tensor([2, 2, 1])]
 */
export class PackedSequence {
  /** `(sum of lengths, *)` */
  readonly data: Tensor;
  /** How many sequences are that long, for each step: int64 `(T)`. */
  readonly batchSizes: Tensor;
  /** Which sequence comes at each place of the batch, if they were sorted by length: int64 `(N)`. */
  readonly sortedIndices: Tensor | null;
  /** The way back. */
  readonly unsortedIndices: Tensor | null;

  constructor(
    data: Tensor,
    batchSizes: Tensor,
    sortedIndices: Tensor | null = null,
    unsortedIndices: Tensor | null = null,
  ) {
    this.data = data;
    this.batchSizes = batchSizes;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = unsortedIndices ?? invertPermutation(sortedIndices);
  }

  /** The same sequences with data of another dtype. */
  to(...args: ToArguments): PackedSequence {
    return new PackedSequence(this.data.to(...args), this.batchSizes, this.sortedIndices, this.unsortedIndices);
  }

  *[Symbol.iterator](): Generator<Tensor | null> {
    yield* [this.data, this.batchSizes, this.sortedIndices, this.unsortedIndices];
  }
}

/**
 * The permutation that undoes another one.
 *
 * @param permutation - int64 `(N)`
 * @source torch.nn.utils.rnn.invert_permutation
 * @example nn.utils.rnn.invertPermutation(tensor([2, 0, 1])); // tensor([1, 2, 0])
 */
export function invertPermutation(permutation: Tensor): Tensor;
export function invertPermutation(permutation: Tensor | null): Tensor | null;
export function invertPermutation(permutation: Tensor | null): Tensor | null {
  if (permutation === null) return null;
  checkTensor('invertPermutation', 'permutation', permutation);
  const inverse = new BigInt64Array(permutation.numel());
  numbersOf(permutation).forEach((to, from) => {
    inverse[to] = BigInt(from);
  });
  return fromTypedArray(inverse, permutation.shape, 'int64');
}

/** Options of `packPaddedSequence`. */
export interface PackPaddedOptions {
  /** Whether the batch is the first dimension. Default: false. */
  batchFirst?: boolean;
  /** Whether the sequences are given by decreasing length; otherwise they are sorted. Default: true. */
  enforceSorted?: boolean;
}

/**
 * Packs padded sequences.
 * @param input - `(T, N, *)`, or `(N, T, *)`
 * @param lengths - `(N)`, each at least 1
 * @throws ValueError for a length below 1, or an order that is not decreasing
 * @source torch.nn.utils.rnn.pack_padded_sequence
 * @example
 * const padded = tensor([[1, 4], [2, 5], [3, 0]]); // (L, N)
 * nn.utils.rnn.packPaddedSequence(padded, [3, 2]).data; // tensor([1, 4, 2, 5, 3])
 */
export function packPaddedSequence(
  input: Tensor,
  lengths: Tensor | readonly number[],
  options: PackPaddedOptions = {},
): PackedSequence {
  checkOptions('packPaddedSequence', options, ['batchFirst', 'enforceSorted']);
  const { batchFirst = false, enforceSorted = true } = options;
  checkTensor('packPaddedSequence', 'input', input);
  const given = numbersOf(lengths);
  const steps = batchFirst ? transpose(input, 0, 1) : input;
  const [total = 0, batch = 0] = steps.shape;
  if (given.length !== batch) {
    throw new ShapeError(
      `Expected \`len(lengths)\` to be equal to batch_size, but got ${given.length} (batch_size=${batch})`,
    );
  }
  const order = given.map((_, i) => i);
  if (!enforceSorted) order.sort((a, b) => (given[b] ?? 0) - (given[a] ?? 0));
  const sorted = order.map((i) => given[i] ?? 0);
  checkLengths(sorted, total);
  const counts = Array.from({ length: sorted[0] ?? 0 }, (_, t) => sorted.filter((length) => length > t).length);
  const rows = counts.flatMap((count, t) => order.slice(0, count).map((b) => t * batch + b));
  const flat = reshape(steps, [total * batch, ...steps.shape.slice(2)]);
  const data = indexSelect(flat, 0, integers(rows));
  return new PackedSequence(data, integers(counts), enforceSorted ? null : integers(order));
}

function checkLengths(sorted: readonly number[], total: number): void {
  if (sorted.some((length) => length <= 0)) {
    throw new ValueError(
      "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
    );
  }
  if (sorted.some((length, i) => i > 0 && length > (sorted[i - 1] ?? 0))) {
    throw new ValueError(
      '`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass ' +
        '`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.',
    );
  }
  if ((sorted[0] ?? 0) > total) {
    throw new ValueError(`Expected lengths of at most ${total}, the steps of the input, but got ${sorted[0]}`);
  }
}

/** Options of `padPackedSequence`. */
export interface PadPackedOptions {
  /** Whether the batch becomes the first dimension. Default: false. */
  batchFirst?: boolean;
  /** What stands behind the end of a sequence. Default: 0. */
  paddingValue?: number;
  /** Number of steps. Default: the longest length. */
  totalLength?: number | null;
}

/**
 * Pads packed sequences.
 * @returns the sequences `(T, N, *)`, or `(N, T, *)`, and their lengths, int64 `(N)`
 * @throws ValueError for a total length below the longest one
 * @source torch.nn.utils.rnn.pad_packed_sequence
 * @example
 * const packed = nn.utils.rnn.packSequence([tensor([1, 2, 3]), tensor([4, 5])]);
 * nn.utils.rnn.padPackedSequence(packed, { batchFirst: true }); // [tensor([[1, 2, 3], [4, 5, 0]]), tensor([3, 2])]
 */
export function padPackedSequence(sequence: PackedSequence, options: PadPackedOptions = {}): [Tensor, Tensor] {
  checkOptions('padPackedSequence', options, ['batchFirst', 'paddingValue', 'totalLength']);
  const { batchFirst = false, paddingValue = 0, totalLength = null } = options;
  if (!(sequence instanceof PackedSequence)) {
    throw new ArgumentTypeError(
      `padPackedSequence(): argument 'sequence' must be PackedSequence, not ${describe(sequence)}`,
    );
  }
  const { data, unsortedIndices } = sequence;
  const counts = numbersOf(sequence.batchSizes);
  if (totalLength !== null && totalLength < counts.length) {
    throw new ValueError(
      `Expected total_length to be at least the length of the longest sequence in input, but got total_length=${totalLength} and max sequence length being ${counts.length}`,
    );
  }
  const total = totalLength ?? counts.length;
  const batch = counts[0] ?? 0;
  const order = unsortedIndices === null ? Array.from({ length: batch }, (_, b) => b) : numbersOf(unsortedIndices);
  const placeOf = new Map(order.map((place, b) => [place, b]));
  const rows = counts.flatMap((count, t) =>
    Array.from({ length: count }, (_, place) => t * batch + (placeOf.get(place) ?? 0)),
  );
  const rest = data.shape.slice(1);
  const padded = indexAddInto([total * batch, ...rest], 0, integers(rows), data);
  const held = new Set(rows);
  const shaped = reshape(
    paddingValue === 0 ? padded : where(outside(held, total * batch, rest.length), paddingValue, padded),
    [total, batch, ...rest],
  );
  const lengths = order.map((place) => counts.filter((count) => count > place).length);
  return [batchFirst ? transpose(shaped, 0, 1) : shaped, integers(lengths)];
}

function outside(rows: ReadonlySet<number>, count: number, dims: number): Tensor {
  const values = Uint8Array.from({ length: count }, (_, row) => Number(!rows.has(row)));
  return fromTypedArray(values, [count, ...new Array<number>(dims).fill(1)], 'bool');
}

/** Options of `padSequence`. */
export interface PadSequenceOptions {
  /** Whether the batch is the first dimension of the result. Default: false. */
  batchFirst?: boolean;
  /** Default: 0. */
  paddingValue?: number;
  /** Default: 'right'. */
  paddingSide?: 'right' | 'left';
}

/**
 * Sequences `(L_i, *)` in one tensor `(T, N, *)`, or `(N, T, *)`. @source torch.nn.utils.rnn.pad_sequence
 * @example
 * nn.utils.rnn.padSequence([tensor([1, 2, 3]), tensor([4, 5])], { batchFirst: true });
 * // tensor([[1, 2, 3], [4, 5, 0]])
 */
export function padSequence(sequences: Iterable<Tensor>, options: PadSequenceOptions = {}): Tensor {
  checkOptions('padSequence', options, ['batchFirst', 'paddingValue', 'paddingSide']);
  const { batchFirst = false, paddingValue = 0, paddingSide = 'right' } = options;
  if (paddingSide !== 'right' && paddingSide !== 'left') {
    throw new ValueError(`Expected padding_side to be one of left or right, but got ${String(paddingSide)}.`);
  }
  const list = sequences instanceof Tensor ? unbind(sequences, 0) : checkList('padSequence', 'sequences', sequences);
  for (const x of list) checkTensor('padSequence', 'sequences', x);
  if (list.length === 0) throw new ValueError('received an empty list of sequences');
  const longest = Math.max(...list.map((x) => x.shape[0] ?? 0));
  const padded = list.map((x) => {
    const missing = longest - (x.shape[0] ?? 0);
    if (missing === 0) return x;
    const padding = full([missing, ...x.shape.slice(1)], paddingValue, { dtype: x.dtype });
    return cat(paddingSide === 'right' ? [x, padding] : [padding, x], 0);
  });
  return stack(padded, batchFirst ? 0 : 1);
}

/**
 * Sequences `(L_i, *)`, packed. @source torch.nn.utils.rnn.pack_sequence
 * @example nn.utils.rnn.packSequence([tensor([1, 2, 3]), tensor([4, 5])]).data; // tensor([1, 4, 2, 5, 3])
 */
export function packSequence(
  sequences: readonly Tensor[],
  options: Omit<PackPaddedOptions, 'batchFirst'> = {},
): PackedSequence {
  checkOptions('packSequence', options, ['enforceSorted']);
  const lengths = checkList('packSequence', 'sequences', sequences).map(
    (x) => checkTensor('packSequence', 'sequences', x).shape[0] ?? 0,
  );
  return packPaddedSequence(padSequence(sequences), lengths, { enforceSorted: options.enforceSorted });
}

/**
 * The sequences `(L_i, *)` of padded ones. @source torch.nn.utils.rnn.unpad_sequence
 * @example
 * nn.utils.rnn.unpadSequence(tensor([[1, 2, 3], [4, 5, 0]]), [3, 2], { batchFirst: true });
 * // [tensor([1, 2, 3]), tensor([4, 5])]
 */
export function unpadSequence(
  padded: Tensor,
  lengths: Tensor | readonly number[],
  options: { batchFirst?: boolean } = {},
): Tensor[] {
  checkOptions('unpadSequence', options, ['batchFirst']);
  const own = numbersOf(lengths);
  return unbind(padded, options.batchFirst ? 0 : 1).map((x, b) => narrow(x, 0, 0, own[b] ?? 0));
}

/**
 * The sequences `(L_i, *)` of packed ones. @source torch.nn.utils.rnn.unpack_sequence
 * @example
 * nn.utils.rnn.unpackSequence(nn.utils.rnn.packSequence([tensor([1, 2, 3]), tensor([4, 5])]));
 * // [tensor([1, 2, 3]), tensor([4, 5])]
 */
export function unpackSequence(packed: PackedSequence): Tensor[] {
  const [padded, lengths] = padPackedSequence(packed, { batchFirst: true });
  return unpadSequence(padded, lengths, { batchFirst: true });
}

function numbersOf(values: Tensor | readonly number[]): number[] {
  return values instanceof Tensor
    ? Array.from(elementsOf(values.contiguous()), Number)
    : checkList('packPaddedSequence', 'lengths', values);
}

function integers(values: readonly number[]): Tensor {
  return fromTypedArray(BigInt64Array.from(values, BigInt), [values.length], 'int64');
}
