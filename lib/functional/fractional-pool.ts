// Fractional max pooling: windows of one size at pseudo-random places, so that any ratio of sizes is possible.
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import { rand } from '../tensor/random.ts';
import { numelOf, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';
import { checkPlanes } from './pool-geometry.ts';
import { type MaybeIndices, pick, pickRegions } from './pool-pick.ts';
import { type Sizes, tupleOf } from './sizes.ts';
import { narrow } from './views.ts';

/** Options of the fractional max poolings. */
export interface FractionalMaxPoolOptions<R extends boolean = boolean> {
  /** Spatial sizes of the result. This or `outputRatio` is needed. */
  outputSize?: Sizes | null;
  /** Spatial sizes of the result as parts of the input's, between 0 and 1. */
  outputRatio?: number | readonly number[] | null;
  /** Return the positions in the flattened planes, too. Default false. */
  returnIndices?: R;
  /** (N, C, rank), numbers in [0, 1) that place the windows. Default: drawn. */
  _randomSamples?: Tensor | null;
}

const known = ['outputSize', 'outputRatio', 'returnIndices', '_randomSamples'];

function fractionalPool<R extends boolean>(
  who: string,
  rank: number,
  x: Tensor,
  kernelSize: Sizes,
  options: FractionalMaxPoolOptions<R>,
): MaybeIndices<R> {
  checkOptions(who, options, known);
  const { outputSize = null, outputRatio = null, returnIndices, _randomSamples = null } = options;
  if (outputSize === null && outputRatio === null) {
    const name = `fractional_max_pool${rank}d`;
    throw new ValueError(`${name} requires specifying either an output_size or an output_ratio`);
  }
  checkPlanes(who, x, rank);
  const kernel = tupleOf(who, 'kernelSize', kernelSize, rank, 1);
  const size = sizesFrom(x.shape, -rank);
  const lead = sizesFrom(x.shape, 0, -rank);
  const ratios = Array.isArray(outputRatio) ? (outputRatio as number[]) : size.map(() => Number(outputRatio));
  const wanted = outputSize ?? size.map((n, d) => Math.trunc(n * (ratios[d] ?? 1)));
  const out = tupleOf(who, 'outputSize', wanted, rank, 0);
  // In three dimensions PyTorch wants room for one more step.
  out.forEach((n, d) => {
    if (n + (kernel[d] ?? 1) - (rank === 3 ? 0 : 1) <= (size[d] ?? 0)) return;
    const axis = ['time', 'height', 'width'][3 - rank + d];
    const caller = rank === 3 ? 'fractional_max_pool3d_out' : 'fractional_max_pool2d';
    throw new ShapeError(`${caller}(): pool ${axis} ${kernel[d]} too large relative to input ${axis} ${size[d]}`);
  });
  const [n = 1, c = 1] = lead.length === 1 ? [1, ...lead] : lead;
  const samples = _randomSamples ?? rand([n, c, rank], { dtype: x.dtype });
  const [count = 0, ...each] = checkTensor(who, '_randomSamples', samples).shape;
  if (count < n || !sameShape(each, [c, rank])) {
    throw new ShapeError(
      `${who}: _randomSamples must be (at least ${n}, ${c}, ${rank}), got [${samples.shape.join(', ')}]`,
    );
  }
  if (samples.dtype !== x.dtype) throw new DtypeError('Expect _random_samples to have the same dtype as input');
  const regions = regionsOf(narrow(samples, 0, 0, n), size, out, kernel, x.dtype === 'float32');
  const perPlane = 3 - rank + out.reduce((sum, count) => sum + count, 0);
  const run = pickRegions(regions, perPlane, { planes: numelOf(lead), size, out });
  return pick(`fractionalMaxPool${rank}D`, x, rank, [...lead, ...out], run, returnIndices);
}

// The regions of every plane. In two dimensions the first sample places the width, in three the depth.
function regionsOf(
  samples: Tensor,
  size: readonly number[],
  out: readonly number[],
  kernel: readonly number[],
  single: boolean,
): Tensor {
  const rank = size.length;
  const drawn = elementsOf(contiguous(samples.detach()));
  const flat: number[] = [];
  for (let plane = 0; plane * rank < drawn.length; plane++) {
    if (rank === 2) flat.push(0, 1, 1);
    for (let d = 0; d < rank; d++) {
      const sample = Number(drawn[plane * rank + (rank === 2 ? 1 - d : d)]);
      for (const start of startsOf(sample, size[d] ?? 1, out[d] ?? 1, kernel[d] ?? 1, single)) {
        flat.push(start, start + (kernel[d] ?? 1), 1);
      }
    }
  }
  return fromTypedArray(BigInt64Array.from(flat, BigInt), [flat.length], 'int64');
}

// Window i begins at floor((i + sample) alpha) - floor(sample alpha), the last one at the end, in the dtype's arithmetic.
function startsOf(sample: number, n: number, out: number, kernel: number, single: boolean): number[] {
  const round = single ? Math.fround : (value: number) => value;
  const alpha = round((n - kernel) / (out - 1));
  const place = (i: number) => Math.trunc(round(round(i + sample) * alpha));
  // Samples that are no part of 1 must not lead out of the plane.
  const within = (start: number) => Math.min(n - kernel, Math.max(0, start)) || 0;
  return Array.from({ length: out }, (_, i) => (i === out - 1 ? n - kernel : within(place(i) - place(0))));
}

/**
 * The largest element of windows at pseudo-random places.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point
 * @param kernelSize size of the windows
 * @throws ValueError without a size or ratio, ShapeError if the windows do not fit
 * @source torch.nn.functional.fractional_max_pool2d
 * @example F.fractionalMaxPool2d(randn(1, 3, 32, 32), 2, { outputRatio: 0.5 }).shape; // [1, 3, 16, 16]
 */
export function fractionalMaxPool2d<R extends boolean = false>(
  x: Tensor,
  kernelSize: Sizes,
  options: FractionalMaxPoolOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('fractionalMaxPool2d', 'input', x);
  return fractionalPool('fractionalMaxPool2d', 2, x, kernelSize, options);
}

/**
 * {@link fractionalMaxPool2d} with `returnIndices`. @source torch.nn.functional.fractional_max_pool2d_with_indices
 * @example F.fractionalMaxPool2dWithIndices(randn(1, 3, 32, 32), 2, { outputSize: 12 })[1].shape; // [1, 3, 12, 12]
 */
export function fractionalMaxPool2dWithIndices(
  x: Tensor,
  kernelSize: Sizes,
  options: FractionalMaxPoolOptions = {},
): [Tensor, Tensor] {
  checkTensor('fractionalMaxPool2dWithIndices', 'input', x);
  return fractionalPool('fractionalMaxPool2d', 2, x, kernelSize, { ...options, returnIndices: true });
}

/**
 * The largest element of windows at pseudo-random places.
 *
 * @param x (N, C, D, H, W) or (C, D, H, W), floating point
 * @param kernelSize size of the windows
 * @throws ValueError without a size or ratio, ShapeError if the windows do not fit
 * @source torch.nn.functional.fractional_max_pool3d
 * @example F.fractionalMaxPool3d(randn(1, 3, 16, 16, 16), 2, { outputSize: 7 }).shape; // [1, 3, 7, 7, 7]
 */
export function fractionalMaxPool3d<R extends boolean = false>(
  x: Tensor,
  kernelSize: Sizes,
  options: FractionalMaxPoolOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('fractionalMaxPool3d', 'input', x);
  return fractionalPool('fractionalMaxPool3d', 3, x, kernelSize, options);
}

/**
 * {@link fractionalMaxPool3d} with `returnIndices`. @source torch.nn.functional.fractional_max_pool3d_with_indices
 * @example
 * F.fractionalMaxPool3dWithIndices(randn(1, 3, 16, 16, 16), 2, { outputSize: 7 })[1].shape;
 * // [1, 3, 7, 7, 7]
 */
export function fractionalMaxPool3dWithIndices(
  x: Tensor,
  kernelSize: Sizes,
  options: FractionalMaxPoolOptions = {},
): [Tensor, Tensor] {
  checkTensor('fractionalMaxPool3dWithIndices', 'input', x);
  return fractionalPool('fractionalMaxPool3d', 3, x, kernelSize, { ...options, returnIndices: true });
}
