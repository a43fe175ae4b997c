// Padding: more elements at the ends of dimensions, constant or taken from the tensor; negative padding takes away.
import { nameNode, record } from '../autograd/record.ts';
import { ArgumentTypeError, checkOptions, describe, NotImplementedError, ShapeError, ValueError } from '../errors.ts';
import { fillElements, tabulate } from '../tensor/create.ts';
import { sizesFrom } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { copyElements } from './elementwise.ts';
import { indexSelect } from './indexing.ts';
import { narrow } from './views.ts';

/** What padding holds: one value, what is mirrored at the edge, the edge itself, or the other end. */
export type PaddingMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of {@link pad}. */
export interface PadOptions {
  /** Default 'constant'. */
  mode?: PaddingMode;
  /** The constant; null for 0. Default null. */
  value?: number | null;
}

type Sides = readonly [before: number, behind: number];

/** The element of a row of `size` that stands at position `i`, which may lie outside. */
const sources = {
  reflect: (i: number, size: number) => (i < 0 ? -i : i < size ? i : 2 * (size - 1) - i),
  replicate: (i: number, size: number) => Math.min(Math.max(i, 0), size - 1),
  circular: (i: number, size: number) => (i + size) % size,
} as const;

/**
 * x with more elements at the ends of its last dimensions.
 *
 * @param x any shape; the modes other than 'constant' take 1 to 3 spatial dimensions after (N, C) or (C)
 * @param padding (before, behind) of the last dimension, then of the one before it, and so on; negative ones take away
 * @throws ShapeError if the padding reaches further than mode and shape allow
 * @source torch.nn.functional.pad
 * @example F.pad(tensor([1, 2, 3]), [1, 2]); // tensor([0, 1, 2, 3, 0, 0])
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  checkTensor('pad', 'input', x);
  checkOptions('pad', options, ['mode', 'value']);
  const { mode = 'constant', value = null } = options;
  if (!Array.isArray(padding) || !padding.every((size) => Number.isInteger(size))) {
    throw new ArgumentTypeError(`pad: padding must be an array of integers, got ${describe(padding)}`);
  }
  if (padding.length % 2 !== 0) throw new ValueError('Padding length must be divisible by 2');
  if (padding.length > 2 * x.ndim) {
    throw new ShapeError(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${padding.length} and input of dimension ${x.ndim}`,
    );
  }
  const added = x.ndim - padding.length / 2;
  const sides = x.shape.map((_, d): Sides => {
    const at = 2 * (x.ndim - 1 - d);
    return d < added ? [0, 0] : [padding[at] ?? 0, padding[at + 1] ?? 0];
  });
  if (mode === 'constant') {
    checkConstant(x, sides, added);
    return constantPad(x, sides, value ?? 0);
  }
  if (!(mode in sources)) throw new NotImplementedError(`Unrecognised padding mode ${mode}`);
  if (value !== null && value !== 0) throw new ValueError(`Padding mode "${mode}" doesn't take in value argument`);
  if (padding.length < 2 || padding.length > 6 || added < 1 || added > 2) {
    throw new NotImplementedError('Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now');
  }
  const rank = x.ndim - added;
  if (mode !== 'circular' && sizesFrom(x.shape, -rank - 1).includes(0)) {
    throw new ShapeError(
      `Expected ${rank + 1}D or ${rank + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: [${x.shape.join(', ')}]`,
    );
  }
  const padded = sourcedPad(x, sides, mode);
  if (mode === 'circular') return padded;
  return nameNode(`${mode === 'reflect' ? 'reflection' : 'replication'}Pad${rank}D`, padded);
}

// What only takes away may leave nothing; what also adds must leave something.
function checkConstant(x: Tensor, sides: readonly Sides[], added: number): void {
  const least = padsMore(sides) ? 1 : 0;
  sides.forEach(([before, behind], d) => {
    const size = x.shape[d] ?? 0;
    const kept = size + Math.min(before, 0) + Math.min(behind, 0);
    if (d < added || (kept >= 0 && size + before + behind >= least)) return;
    throw new ShapeError(
      `The input size ${size}, plus negative padding ${before} and ${behind} resulted in a negative output size, which is invalid. Check dimension ${d} of your input.`,
    );
  });
}

const padsMore = (sides: readonly Sides[]) => sides.some((pair) => Math.max(...pair) > 0);

function constantPad(x: Tensor, sides: readonly Sides[], value: number): Tensor {
  const shape = x.shape.map((size, d) => size + (sides[d]?.[0] ?? 0) + (sides[d]?.[1] ?? 0));
  const y = fillElements(emptyOf(shape, x.dtype), value);
  // What both hold, as a part of each.
  let [from, to] = [x.detach(), y];
  sides.forEach(([before, behind], d) => {
    const start = Math.max(0, -before);
    const length = Math.max(0, (x.shape[d] ?? 0) - start - Math.max(0, -behind));
    from = narrow(from, d, Math.min(start, x.shape[d] ?? 0), length);
    to = narrow(to, d, Math.min(Math.max(0, before), shape[d] ?? 0), length);
  });
  copyElements(from, to);
  const back = sides.map(([before, behind]): Sides => [-before, -behind]);
  return record('constantPadNd', [x], y, [], (g) => [constantPad(g, back, 0)]);
}

function sourcedPad(x: Tensor, sides: readonly Sides[], mode: keyof typeof sources): Tensor {
  checkReach(x, sides, mode);
  // What is taken away at one end does not come back at the other.
  if (mode === 'circular' && sides.some((pair) => Math.min(...pair) < 0)) {
    const cut = constantPad(
      x,
      sides.map(([before, behind]): Sides => [Math.min(0, before), Math.min(0, behind)]),
      0,
    );
    return sourcedPad(
      cut,
      sides.map(([before, behind]): Sides => [Math.max(0, before), Math.max(0, behind)]),
      mode,
    );
  }
  let padded = x;
  sides.forEach(([before, behind], d) => {
    if (before === 0 && behind === 0) return;
    const size = x.shape[d] ?? 0;
    const rows = tabulate(before + size + behind, 'int64', (i) => sources[mode](i - before, size));
    padded = indexSelect(padded, d, rows);
  });
  return padded === x ? x.clone() : padded;
}

// The last dimension is judged first.
function checkReach(x: Tensor, sides: readonly Sides[], mode: keyof typeof sources): void {
  const sizes = sides.map(([before, behind], d) => (x.shape[d] ?? 0) + before + behind);
  for (let d = x.ndim - 1; d >= 0; d--) {
    const [before, behind] = sides[d] ?? [0, 0];
    const size = x.shape[d] ?? 0;
    const most = Math.max(before, behind);
    if (mode === 'reflect' && most > 0 && most >= size) {
      throw new ShapeError(
        `Argument #${4 + 2 * (x.ndim - 1 - d)}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${behind}) at dimension ${d} of input [${x.shape.join(', ')}]`,
      );
    }
    if (mode === 'circular' && most > size) {
      throw new ShapeError('Padding value causes wrapping around more than once.');
    }
    if (mode === 'circular' && (sizes[d] ?? 0) < 0) {
      throw new ShapeError('Negative padding value is resulting in an empty dimension');
    }
  }
  const padded = sides.flatMap((pair, d) => (pair[0] !== 0 || pair[1] !== 0 ? [sizes[d] ?? 0] : []));
  if (mode === 'circular' || padded.length === 0) return;
  if (padded.some((size) => size < 0) || padded.every((size) => size < 1)) {
    const named = (list: readonly number[]) =>
      list
        .slice(-padded.length)
        .map((size, d) => `${['D', 'H', 'W'][3 - padded.length + d]}: ${size}`)
        .join(' ');
    throw new ShapeError(`input (${named(x.shape)}) is too small. Calculated output ${named(sizes)}`);
  }
}
