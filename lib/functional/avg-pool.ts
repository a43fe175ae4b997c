// Average and power-average pooling of windows. Averages are linear, so that their gradient's gradient is themselves.
import type { FloatDtype } from '../dtype.ts';
import { checkOptions, ValueError } from '../errors.ts';
import { listOf } from '../heap.ts';
import * as kernels from '../native/kernels.gen.ts';
import { numelOf } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { relu } from './activation-unary.ts';
import { integer } from './arguments.ts';
import { mul, pow } from './binary.ts';
import { cast } from './copies.ts';
import { floating } from './elementwise.ts';
import { averageRegions, type Linear, linearly } from './pool-average.ts';
import { pairOf, type Region, regionBytes, type WindowOptions, type Windows, windowsOf } from './pool-geometry.ts';
import { type Sizes, tupleOf } from './sizes.ts';
import { abs, sign } from './unary.ts';

/** Options of the average poolings. The padding holds zeros. */
export interface AvgPoolFunctionOptions extends WindowOptions {
  /** Count the padding in the mean. Default true. */
  countIncludePad?: boolean;
  /** Divide by this instead of the number of elements; not in one dimension. Default null. */
  divisorOverride?: number | null;
}

/** Options of {@link avgPool2d}. */
export type AvgPool2dFunctionOptions = AvgPoolFunctionOptions;

function avgPool(who: string, rank: number, x: Tensor, kernelSize: Sizes, options: AvgPoolFunctionOptions): Tensor {
  const one = rank === 1 ? [] : ['divisorOverride'];
  checkOptions(who, options, ['stride', 'padding', 'ceilMode', 'countIncludePad', ...one]);
  const { countIncludePad = true, divisorOverride = null } = options;
  if (divisorOverride !== null) integer(who, 'divisorOverride', divisorOverride);
  if (divisorOverride === 0) throw new ValueError('divisor must be not zero');
  // PyTorch averages one integer type, and drops the fraction.
  if (x.dtype === 'int64') return cast(avgPool(who, rank, cast(x, 'float64'), kernelSize, options), 'int64');
  const q = windowsOf(who, x, rank, kernelSize, options);
  if (rank < 3) return linearly(inPlanes(q, x.dtype as FloatDtype, countIncludePad, divisorOverride), x, q.outShape);
  return averageRegions('avgPool3D', x, regionsOf(q, countIncludePad), q.outShape, divisorOverride ?? 0);
}

function inPlanes(q: Windows, dtype: FloatDtype, includePad: boolean, divisorOverride: number | null): Linear {
  const [h, w] = pairOf(q.size, 1);
  const [oh, ow] = pairOf(q.out, 1);
  const [kh, kw] = pairOf(q.kernel, 1);
  const [sh, sw] = pairOf(q.stride, 1);
  const [ph, pw] = pairOf(q.pad, 0);
  const numbers = [q.planes, h, w, oh, ow, kh, kw, sh, sw, ph, pw, includePad ? 1 : 0, divisorOverride ?? 0] as const;
  return {
    name: 'avgPool2D',
    run: (x, y) => kernels.avgPool2d(dtype, x, y, ...numbers),
    runBackward: (dy, dx) => kernels.avgPool2dBackward(dtype, dy, dx, ...numbers),
  };
}

// The padded volume ends at size + pad, so windows that hang over that in ceil mode count less.
function regionsOf(q: Windows, includePad: boolean): Region[][] {
  return q.size.map((n, d) => {
    const [kernel = 1, stride = 1, pad = 0] = [q.kernel[d], q.stride[d], q.pad[d]];
    return listOf(q.out[d] ?? 0, regionBytes, (i): Region => {
      const first = i * stride - pad;
      const last = Math.min(first + kernel, n + pad);
      const [start, end] = [Math.max(first, 0), Math.min(last, n)];
      return [start, end, includePad ? last - first : end - start];
    });
  });
}

/**
 * The mean of each window.
 *
 * @param x (N, C, L) or (C, L), floating point
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, L')
 * @throws ShapeError if no window fits
 * @source torch.nn.functional.avg_pool1d
 * @example F.avgPool1d(tensor([[1, 2, 3, 4.5]]), 2); // tensor([[1.5000, 3.7500]])
 */
export function avgPool1d(x: Tensor, kernelSize: Sizes, options: Omit<AvgPoolFunctionOptions, 'divisorOverride'> = {}) {
  checkTensor('avgPool1d', 'input', x);
  return avgPool('avgPool1d', 1, x, kernelSize, options);
}

/**
 * The mean of each window.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point or int64
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, H', W')
 * @throws ShapeError if no window fits, ValueError for a divisor of 0
 * @source torch.nn.functional.avg_pool2d
 * @example F.avgPool2d(tensor([[[1, 2], [3, 4.5]]]), 2); // tensor([[[2.6250]]])
 */
export function avgPool2d(x: Tensor, kernelSize: Sizes, options: AvgPoolFunctionOptions = {}): Tensor {
  checkTensor('avgPool2d', 'input', x);
  return avgPool('avgPool2d', 2, x, kernelSize, options);
}

/**
 * The mean of each window.
 *
 * @param x (N, C, D, H, W) or (C, D, H, W), floating point
 * @param kernelSize size of the window, >= 1
 * @returns (N, C, D', H', W')
 * @throws ShapeError if no window fits, ValueError for a divisor of 0
 * @source torch.nn.functional.avg_pool3d
 * @example F.avgPool3d(ones(1, 4, 6, 8), 2).shape; // [1, 2, 3, 4]
 */
export function avgPool3d(x: Tensor, kernelSize: Sizes, options: AvgPoolFunctionOptions = {}): Tensor {
  checkTensor('avgPool3d', 'input', x);
  return avgPool('avgPool3d', 3, x, kernelSize, options);
}

/** Options of the power-average poolings. */
export type LpPoolOptions = Omit<WindowOptions, 'padding'>;

// (sum x^p)^(1/p), as PyTorch computes it: from the mean, with the sign of the sum kept out of the root.
function lpPool(who: string, rank: number, x: Tensor, p: number, kernelSize: Sizes, options: LpPoolOptions): Tensor {
  checkOptions(who, options, ['stride', 'ceilMode']);
  const kernel = tupleOf(who, 'kernelSize', kernelSize, rank, 1);
  if (p === 0) throw new ValueError(`${who}: normType must not be 0`);
  const means = avgPool(who, rank, pow(floating(x), p), kernelSize, options);
  return pow(mul(mul(sign(means), relu(abs(means))), numelOf(kernel)), 1 / p);
}

/**
 * (sum of x^normType)^(1 / normType) over each window of (N, C, L) or (C, L). @source torch.nn.functional.lp_pool1d
 * @example F.lpPool1d(tensor([[3, 4, 6, 8.5]]), 2, 2); // tensor([[5.0000, 10.4043]])
 */
export function lpPool1d(x: Tensor, normType: number, kernelSize: Sizes, options: LpPoolOptions = {}): Tensor {
  checkTensor('lpPool1d', 'input', x);
  return lpPool('lpPool1d', 1, x, normType, kernelSize, options);
}

/**
 * (sum of x^normType)^(1 / normType) over each window of (N, C, H, W) or (C, H, W). @source torch.nn.functional.lp_pool2d
 * @example F.lpPool2d(ones(1, 1, 4, 6), 2, 2); // tensor([[[[2., 2., 2.], [2., 2., 2.]]]])
 */
export function lpPool2d(x: Tensor, normType: number, kernelSize: Sizes, options: LpPoolOptions = {}): Tensor {
  checkTensor('lpPool2d', 'input', x);
  return lpPool('lpPool2d', 2, x, normType, kernelSize, options);
}

/**
 * (sum of x^normType)^(1 / normType) over each window of (N, C, D, H, W) or (C, D, H, W). @source torch.nn.functional.lp_pool3d
 * @example F.lpPool3d(ones(1, 1, 4, 6, 8), 2, 2).shape; // [1, 1, 2, 3, 4]
 */
export function lpPool3d(x: Tensor, normType: number, kernelSize: Sizes, options: LpPoolOptions = {}): Tensor {
  checkTensor('lpPool3d', 'input', x);
  return lpPool('lpPool3d', 3, x, normType, kernelSize, options);
}
