// Pooling to a given size: the windows follow from it.
import { checkOptions, ShapeError, ValueError } from '../errors.ts';
import { listOf } from '../heap.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { integer } from './arguments.ts';
import { averageRegions } from './pool-average.ts';
import { checkPlanes, type Region, regionBytes, regionsTensor } from './pool-geometry.ts';
import { type MaybeIndices, pick, pickRegions } from './pool-pick.ts';
import { mean } from './reduce.ts';
import { tupleOf } from './sizes.ts';

/** A size for all spatial dimensions, or one for each, where null keeps that of the input. */
export type AdaptiveSizes = number | readonly (number | null)[];

/** Options of the adaptive max poolings. */
export interface AdaptiveMaxPoolOptions<R extends boolean = boolean> {
  /** Return the positions in the flattened planes, too. Default false. */
  returnIndices?: R;
}

function outputSizes(who: string, x: Tensor, rank: number, outputSize: AdaptiveSizes): number[] {
  checkPlanes(who, x, rank);
  const size = sizesFrom(x.shape, -rank);
  const given = Array.isArray(outputSize)
    ? (outputSize as (number | null)[])
    : [integer(who, 'outputSize', outputSize)];
  if (given.length !== 1 && given.length !== rank) {
    throw new ShapeError(`${who}: outputSize must be a number or ${rank}, got ${given.length}`);
  }
  const sizes = size.map((n, d) => given[given.length === 1 ? 0 : d] ?? n);
  if (sizes.some((n) => n < 0)) throw new ValueError('elements of output_size must be greater than or equal to 0');
  return tupleOf(who, 'outputSize', sizes, rank, 0);
}

// Region i of `out` on `n` elements: from floor(i n / out) to ceil((i + 1) n / out).
function regionsOf(x: Tensor, out: readonly number[]): Region[][] {
  const size = sizesFrom(x.shape, -out.length);
  return out.map((count, d) => {
    const n = size[d] ?? 1;
    return listOf(count, regionBytes, (i): Region => {
      const [start, end] = [Math.floor((i * n) / count), Math.ceil(((i + 1) * n) / count)];
      return [start, end, end - start];
    });
  });
}

function adaptiveAvg(who: string, rank: number, x: Tensor, outputSize: AdaptiveSizes): Tensor {
  const out = outputSizes(who, x, rank, outputSize);
  if (out.every((n) => n === 1)) {
    const dims = out.map((_, d) => x.ndim - rank + d);
    return mean(x, dims, { keepdim: true });
  }
  const name = rank === 3 ? 'adaptiveAvgPool3D' : 'adaptiveAvgPool2D';
  return averageRegions(name, x, regionsOf(x, out), [...sizesFrom(x.shape, 0, -rank), ...out]);
}

function adaptiveMax<R extends boolean>(
  who: string,
  rank: number,
  x: Tensor,
  outputSize: AdaptiveSizes,
  options: AdaptiveMaxPoolOptions<R>,
): MaybeIndices<R> {
  checkOptions(who, options, ['returnIndices']);
  const out = outputSizes(who, x, rank, outputSize);
  const lead = sizesFrom(x.shape, 0, -rank);
  const run = pickRegions(regionsTensor(regionsOf(x, out)), 0, {
    planes: numelOf(lead),
    size: sizesFrom(x.shape, -rank),
    out,
  });
  const name = rank === 3 ? 'adaptiveMaxPool3D' : 'adaptiveMaxPool2D';
  return pick(name, x, rank, [...lead, ...out], run, options.returnIndices);
}

/**
 * The mean of regions that divide (N, C, L) or (C, L) evenly into `outputSize`. @source torch.nn.functional.adaptive_avg_pool1d
 * @example F.adaptiveAvgPool1d(tensor([[1, 2, 3, 4.5]]), 2); // tensor([[1.5000, 3.7500]])
 */
export function adaptiveAvgPool1d(x: Tensor, outputSize: AdaptiveSizes): Tensor {
  checkTensor('adaptiveAvgPool1d', 'input', x);
  return adaptiveAvg('adaptiveAvgPool1d', 1, x, outputSize);
}

/**
 * The mean of regions that divide (N, C, H, W) or (C, H, W) evenly into `outputSize`. @source torch.nn.functional.adaptive_avg_pool2d
 * @example F.adaptiveAvgPool2d(ones(1, 8, 9), [5, 7]).shape; // [1, 5, 7]
 */
export function adaptiveAvgPool2d(x: Tensor, outputSize: AdaptiveSizes): Tensor {
  checkTensor('adaptiveAvgPool2d', 'input', x);
  return adaptiveAvg('adaptiveAvgPool2d', 2, x, outputSize);
}

/**
 * The mean of regions that divide (N, C, D, H, W) or (C, D, H, W) evenly into `outputSize`. @source torch.nn.functional.adaptive_avg_pool3d
 * @example F.adaptiveAvgPool3d(ones(1, 8, 9, 10), [5, 7, 9]).shape; // [1, 5, 7, 9]
 */
export function adaptiveAvgPool3d(x: Tensor, outputSize: AdaptiveSizes): Tensor {
  checkTensor('adaptiveAvgPool3d', 'input', x);
  return adaptiveAvg('adaptiveAvgPool3d', 3, x, outputSize);
}

/**
 * The largest element of regions that divide (N, C, L) or (C, L) evenly into `outputSize`. @source torch.nn.functional.adaptive_max_pool1d
 * @example F.adaptiveMaxPool1d(tensor([[1, 2, 3, 4.5]]), 2); // tensor([[2.0000, 4.5000]])
 */
export function adaptiveMaxPool1d<R extends boolean = false>(
  x: Tensor,
  outputSize: AdaptiveSizes,
  options: AdaptiveMaxPoolOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('adaptiveMaxPool1d', 'input', x);
  return adaptiveMax('adaptiveMaxPool1d', 1, x, outputSize, options);
}

/**
 * The largest element of regions that divide (N, C, H, W) or (C, H, W) evenly into `outputSize`. @source torch.nn.functional.adaptive_max_pool2d
 * @example F.adaptiveMaxPool2d(ones(1, 8, 9), [5, 7]).shape; // [1, 5, 7]
 */
export function adaptiveMaxPool2d<R extends boolean = false>(
  x: Tensor,
  outputSize: AdaptiveSizes,
  options: AdaptiveMaxPoolOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('adaptiveMaxPool2d', 'input', x);
  return adaptiveMax('adaptiveMaxPool2d', 2, x, outputSize, options);
}

/**
 * The largest element of regions that divide (N, C, D, H, W) or (C, D, H, W) evenly into `outputSize`. @source torch.nn.functional.adaptive_max_pool3d
 * @example F.adaptiveMaxPool3d(ones(1, 8, 9, 10), [5, 7, 9]).shape; // [1, 5, 7, 9]
 */
export function adaptiveMaxPool3d<R extends boolean = false>(
  x: Tensor,
  outputSize: AdaptiveSizes,
  options: AdaptiveMaxPoolOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('adaptiveMaxPool3d', 'input', x);
  return adaptiveMax('adaptiveMaxPool3d', 3, x, outputSize, options);
}

/**
 * {@link adaptiveMaxPool1d} with `returnIndices`. @source torch.nn.functional.adaptive_max_pool1d_with_indices
 * @example
 * F.adaptiveMaxPool1dWithIndices(tensor([[1, 2, 3, 4.5]]), 2);
 * // [tensor([[2.0000, 4.5000]]), tensor([[1, 3]])]
 */
export function adaptiveMaxPool1dWithIndices(x: Tensor, outputSize: AdaptiveSizes): [Tensor, Tensor] {
  checkTensor('adaptiveMaxPool1dWithIndices', 'input', x);
  return adaptiveMax('adaptiveMaxPool1d', 1, x, outputSize, { returnIndices: true });
}

/**
 * {@link adaptiveMaxPool2d} with `returnIndices`. @source torch.nn.functional.adaptive_max_pool2d_with_indices
 * @example F.adaptiveMaxPool2dWithIndices(tensor([[[1, 2.5], [3, 4]]]), 1); // [tensor([[[4.]]]), tensor([[[3]]])]
 */
export function adaptiveMaxPool2dWithIndices(x: Tensor, outputSize: AdaptiveSizes): [Tensor, Tensor] {
  checkTensor('adaptiveMaxPool2dWithIndices', 'input', x);
  return adaptiveMax('adaptiveMaxPool2d', 2, x, outputSize, { returnIndices: true });
}

/**
 * {@link adaptiveMaxPool3d} with `returnIndices`. @source torch.nn.functional.adaptive_max_pool3d_with_indices
 * @example
 * F.adaptiveMaxPool3dWithIndices(tensor([[[[1, 2.5], [3, 4]]]]), 1);
 * // [tensor([[[[4.]]]]), tensor([[[[3]]]])]
 */
export function adaptiveMaxPool3dWithIndices(x: Tensor, outputSize: AdaptiveSizes): [Tensor, Tensor] {
  checkTensor('adaptiveMaxPool3dWithIndices', 'input', x);
  return adaptiveMax('adaptiveMaxPool3d', 3, x, outputSize, { returnIndices: true });
}
