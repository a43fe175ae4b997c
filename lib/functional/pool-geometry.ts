// What poolings share: sizes of windows and results in PyTorch's rules and words, and lists of regions. Internal.
import { isFloat } from '../dtype.ts';
import { DtypeError, ShapeError, ValueError } from '../errors.ts';
import { numelOf, type Shape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { type Sizes, tupleOf } from './sizes.ts';

/** Options that windows have in common. */
export interface WindowOptions {
  /** Steps of the window, >= 1. Default: the window's size. */
  stride?: Sizes | null;
  /** Elements added at each side, at most half the window. Default 0. */
  padding?: Sizes;
  /** Round the output's size up instead of down. Default false. */
  ceilMode?: boolean;
}

/** Planes of any rank and the windows on them. */
export interface Windows {
  /** Products of the leading dimensions. */
  readonly planes: number;
  readonly size: number[];
  readonly out: number[];
  readonly kernel: number[];
  readonly stride: number[];
  readonly pad: number[];
  readonly dilation: number[];
  readonly outShape: number[];
}

const list = (shape: Shape) => `[${shape.join(', ')}]`;

/** Throws unless x has one or two dimensions before `rank` spatial ones, and only the batch may be empty. */
export function checkPlanes(who: string, x: Tensor, rank: number): void {
  if (checkTensor(who, 'input', x).ndim !== rank + 1 && x.ndim !== rank + 2) {
    throw new ShapeError(`${who}(): Expected ${ranksOf(rank)} input, but got: ${list(x.shape)}`);
  }
  if (!isFloat(x.dtype)) throw new DtypeError(`"${who}" not implemented for '${x.dtype}'`);
  if (sizesFrom(x.shape, -rank - 1).includes(0)) {
    throw new ShapeError(
      `Expected ${ranksOf(rank)} (batch mode) tensor with optional 0 dim batch size for input, but got:${list(x.shape)}`,
    );
  }
}

const ranksOf = (rank: number) => `${rank + 1}D or ${rank + 2}D`;

/** Windows on x, checked. */
export function windowsOf(
  who: string,
  x: Tensor,
  rank: number,
  kernelSize: Sizes,
  options: WindowOptions & { dilation?: Sizes },
): Windows {
  checkPlanes(who, x, rank);
  const { stride, padding = 0, dilation = 1, ceilMode = false } = options;
  const kernel = tupleOf(who, 'kernelSize', kernelSize, rank, 1);
  const own = stride === undefined || stride === null || (Array.isArray(stride) && stride.length === 0);
  const steps = tupleOf(who, 'stride', own ? kernelSize : stride, rank, 1);
  const pad = tupleOf(who, 'padding', padding, rank, 0);
  const apart = tupleOf(who, 'dilation', dilation, rank, 1);
  kernel.forEach((k, d) => {
    const [p = 0, e = 1] = [pad[d], apart[d]];
    if (p <= Math.floor((who === 'maxPool1d' ? k : e * (k - 1) + 1) / 2)) return;
    if (who === 'maxPool1d') {
      throw new ValueError(
        `max_pool1d() padding should be at most half of kernel size, but got padding=${p} and kernel_size=${k}`,
      );
    }
    throw new ValueError(
      `pad should be at most half of effective kernel size, but got pad=${p}, kernel_size=${k} and dilation=${e}`,
    );
  });
  const size = sizesFrom(x.shape, -rank);
  if (who === 'avgPool3d' || who === 'lpPool3d') checkVolume(size, kernel);
  const lead = sizesFrom(x.shape, 0, -rank);
  const out = size.map((n, d) => outputSize(n, kernel[d] ?? 1, steps[d] ?? 1, pad[d] ?? 0, apart[d] ?? 1, ceilMode));
  if (out.some((n) => n < 1)) {
    const c = lead[lead.length - 1];
    if (who === 'maxPool1d') throw new ShapeError(`max_pool1d() Invalid computed output size: ${out[0]}`);
    throw new ShapeError(
      `Given input size: (${[c, ...planeOf(size)].join('x')}). Calculated output size: (${[c, ...planeOf(out)].join('x')}). Output size is too small`,
    );
  }
  return { planes: numelOf(lead), size, out, kernel, stride: steps, pad, dilation: apart, outShape: [...lead, ...out] };
}

// In messages a row is the plane that it is computed as.
const planeOf = (sizes: readonly number[]) => (sizes.length === 1 ? [1, ...sizes] : sizes);

// Averages of volumes do not let padding make room for the window.
function checkVolume(size: readonly number[], kernel: readonly number[]): void {
  if (size.every((n, d) => n >= (kernel[d] ?? 1))) return;
  const named = (values: readonly number[], prefix: string) =>
    ['T', 'H', 'W'].map((axis, d) => `${prefix}${axis}: ${values[d]}`).join(' ');
  throw new ShapeError(`input image (${named(size, '')}) smaller than kernel size (${named(kernel, 'k')})`);
}

// With ceilMode the last window must still begin inside the input or the padding before it.
function outputSize(n: number, kernel: number, stride: number, pad: number, dilation: number, ceil: boolean): number {
  const span = n + 2 * pad - dilation * (kernel - 1) - 1;
  const size = (ceil ? Math.ceil(span / stride) : Math.floor(span / stride)) + 1;
  return ceil && (size - 1) * stride >= n + pad ? size - 1 : size;
}

/** Values of the last two dimensions; a row is a plane of height 1. */
export function pairOf(values: readonly number[], height: number): [number, number] {
  const [a = height, b] = values;
  return b === undefined ? [height, a] : [a, b];
}

/** Values of three dimensions; those that are missing come first and are `missing`. */
export function tripleOf(values: readonly number[], missing: number): [number, number, number] {
  const [d = missing, h = missing, w = missing] = [missing, missing, missing, ...values].slice(-3);
  return [d, h, w];
}

/** Of one dimension: where a region begins and ends, and the factor of the divisor. */
export type Region = readonly [start: number, end: number, count: number];

/** What a region takes in JavaScript's heap, roughly, and its part of the tensor. */
export const regionBytes = 128;

/** Lists of regions for depth, height and width, as kernels read them; missing dimensions have one region of one element. */
export function regionsTensor(lists: readonly (readonly Region[])[]): Tensor {
  const missing: Region[][] = Array.from({ length: 3 - lists.length }, () => [[0, 1, 1]]);
  const flat = [...missing, ...lists].flat(2);
  return fromTypedArray(BigInt64Array.from(flat, BigInt), [flat.length], 'int64');
}
