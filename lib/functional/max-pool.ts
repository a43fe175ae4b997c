// Max pooling: the largest of each window, and where it stands.
import { type FloatDtype, factsOf } from '../dtype.ts';
import { checkOptions } from '../errors.ts';
import { listOf } from '../heap.ts';
import * as kernels from '../native/kernels.gen.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { cast } from './copies.ts';
import {
  pairOf,
  type Region,
  regionBytes,
  regionsTensor,
  type WindowOptions,
  type Windows,
  windowsOf,
} from './pool-geometry.ts';
import { type MaybeIndices, type PickRun, pick, pickPairs, pickRegions } from './pool-pick.ts';
import type { Sizes } from './sizes.ts';

/** Options of the max poolings. The padding holds -infinity. */
export interface MaxPoolFunctionOptions<R extends boolean = boolean> extends WindowOptions {
  /** Distance between the window's elements, >= 1. Default 1. */
  dilation?: Sizes;
  /** Return the positions, too. Default false. */
  returnIndices?: R;
}

/** Options of {@link maxPool2d}. */
export type MaxPool2dFunctionOptions<R extends boolean = boolean> = MaxPoolFunctionOptions<R>;

const known = ['stride', 'padding', 'dilation', 'ceilMode', 'returnIndices'];

function maxPool<R extends boolean>(
  who: string,
  rank: number,
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolFunctionOptions<R>,
): MaybeIndices<R> {
  checkOptions(who, options, known);
  const { returnIndices } = options;
  // PyTorch has sentences of its own for one dimension without positions.
  const caller = rank === 1 && returnIndices ? 'maxPool1dWithIndices' : who;
  if (caller !== 'maxPool1d' && factsOf(x.dtype).category === 1) {
    // Through float64, which holds every integer up to 2^53.
    const [y, indices] = maxPool(who, rank, cast(x, 'float64'), kernelSize, { ...options, returnIndices: true });
    return (returnIndices ? [cast(y, x.dtype), indices] : cast(y, x.dtype)) as MaybeIndices<R>;
  }
  const q = windowsOf(caller, x, rank, kernelSize, options);
  const name = rank === 3 ? 'maxPool3DWithIndices' : 'maxPool2DWithIndices';
  if (arePairs(q)) return pickPairs(name, x, q, returnIndices);
  return pick(name, x, rank, q.outShape, rank === 3 ? inVolumes(q) : inPlanes(q), returnIndices);
}

// Whether the windows are 2 x 2, of stride 2, and inside planes.
function arePairs({ kernel, stride, pad, dilation, size, out }: Windows): boolean {
  return (
    size.length === 2 &&
    size.every(
      (n, d) => kernel[d] === 2 && stride[d] === 2 && pad[d] === 0 && dilation[d] === 1 && out[d] === Math.floor(n / 2),
    )
  );
}

function inPlanes(q: Windows): PickRun {
  const [h, w] = pairOf(q.size, 1);
  const [oh, ow] = pairOf(q.out, 1);
  const [kh, kw] = pairOf(q.kernel, 1);
  const [sh, sw] = pairOf(q.stride, 1);
  const [ph, pw] = pairOf(q.pad, 0);
  const [dh, dw] = pairOf(q.dilation, 1);
  const numbers = [q.planes, h, w, oh, ow, kh, kw, sh, sw, ph, pw, dh, dw] as const;
  return (x, y, indices) => kernels.maxPool2d(x.dtype as FloatDtype, x, y, indices, ...numbers);
}

// Windows begin with their first element inside the plane; one that sees nothing but padding names a position of it.
function inVolumes(q: Windows): PickRun {
  const lists = q.size.map((n, d) => {
    const [kernel = 1, stride = 1, pad = 0, dilation = 1] = [q.kernel[d], q.stride[d], q.pad[d], q.dilation[d]];
    return listOf(q.out[d] ?? 0, regionBytes, (i): Region => {
      const first = i * stride - pad;
      const start = first < 0 ? first + dilation * Math.ceil(-first / dilation) : first;
      const end = Math.min(first + (kernel - 1) * dilation + 1, n);
      return start < n ? [start, end, 1] : [n - 1, n - 1, 1];
    });
  });
  return pickRegions(regionsTensor(lists), 0, q);
}

/**
 * The largest element of each window.
 *
 * @param x (N, C, L) or (C, L), floating point
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, L')
 * @throws ShapeError if no window fits
 * @source torch.nn.functional.max_pool1d
 * @example F.maxPool1d(tensor([[1, 3, 2, 4.5]]), 2); // tensor([[3.0000, 4.5000]])
 */
export function maxPool1d<R extends boolean = false>(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolFunctionOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('maxPool1d', 'input', x);
  return maxPool('maxPool1d', 1, x, kernelSize, options);
}

/**
 * The largest element of each window.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point or integers
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, H', W')
 * @throws ShapeError if no window fits
 * @source torch.nn.functional.max_pool2d
 * @example
 * F.maxPool2d(tensor([[[1, 2], [3, 4.5]]]), 2); // tensor([[[4.5000]]])
 * F.maxPool2d(randn(1, 3, 32, 32), 3, { stride: 2, padding: 1 }).shape; // [1, 3, 16, 16]
 */
export function maxPool2d<R extends boolean = false>(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolFunctionOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('maxPool2d', 'input', x);
  return maxPool('maxPool2d', 2, x, kernelSize, options);
}

/**
 * The largest element of each window.
 *
 * @param x (N, C, D, H, W) or (C, D, H, W), floating point
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, D', H', W')
 * @throws ShapeError if no window fits
 * @source torch.nn.functional.max_pool3d
 * @example F.maxPool3d(randn(1, 3, 8, 8, 8), 2).shape; // [1, 3, 4, 4, 4]
 */
export function maxPool3d<R extends boolean = false>(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolFunctionOptions<R> = {},
): MaybeIndices<R> {
  checkTensor('maxPool3d', 'input', x);
  return maxPool('maxPool3d', 3, x, kernelSize, options);
}

/**
 * {@link maxPool1d} with `returnIndices`. @source torch.nn.functional.max_pool1d_with_indices
 * @example F.maxPool1dWithIndices(tensor([[1, 3, 2, 4.5]]), 2); // [tensor([[3.0000, 4.5000]]), tensor([[1, 3]])]
 */
export function maxPool1dWithIndices(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolFunctionOptions = {},
): [y: Tensor, indices: Tensor] {
  checkTensor('maxPool1dWithIndices', 'input', x);
  return maxPool('maxPool1d', 1, x, kernelSize, { ...options, returnIndices: true });
}

/**
 * {@link maxPool2d} with `returnIndices`. @source torch.nn.functional.max_pool2d_with_indices
 * @example F.maxPool2dWithIndices(tensor([[[1, 2], [3, 4.5]]]), 2); // [tensor([[[4.5000]]]), tensor([[[3]]])]
 */
export function maxPool2dWithIndices(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolFunctionOptions = {},
): [y: Tensor, indices: Tensor] {
  checkTensor('maxPool2dWithIndices', 'input', x);
  return maxPool('maxPool2d', 2, x, kernelSize, { ...options, returnIndices: true });
}

/**
 * {@link maxPool3d} with `returnIndices`. @source torch.nn.functional.max_pool3d_with_indices
 * @example F.maxPool3dWithIndices(randn(1, 3, 8, 8, 8), 2)[1].shape; // [1, 3, 4, 4, 4]
 */
export function maxPool3dWithIndices(
  x: Tensor,
  kernelSize: Sizes,
  options: MaxPoolFunctionOptions = {},
): [y: Tensor, indices: Tensor] {
  checkTensor('maxPool3dWithIndices', 'input', x);
  return maxPool('maxPool3d', 3, x, kernelSize, { ...options, returnIndices: true });
}
