// The partial inverse of max pooling: values back at the positions they came from, zeros elsewhere.
import { record } from '../autograd/record.ts';
import { isFloat } from '../dtype.ts';
import {
  ArgumentTypeError,
  checkOptions,
  DtypeError,
  describe,
  IndexError,
  ShapeError,
  ValueError,
} from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { fillElements } from '../tensor/create.ts';
import { checkIntegers, numelOf, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, elementsOf, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { contiguous } from './copies.ts';
import { gather } from './indexing.ts';
import { type Sizes, tupleOf } from './sizes.ts';
import { reshape } from './views.ts';

/** Options of the unpoolings. */
export interface MaxUnpoolOptions {
  /** Steps of the pooling. Default: the window's size. */
  stride?: Sizes | null;
  /** Padding of the pooling. Default 0. */
  padding?: Sizes;
  /** Spatial sizes or whole shape of the result. Default: (n - 1) stride - 2 padding + kernelSize. */
  outputSize?: readonly number[] | null;
}

function unpool(
  who: string,
  rank: number,
  x: Tensor,
  indices: Tensor,
  kernelSize: Sizes,
  options: MaxUnpoolOptions,
): Tensor {
  checkTensor(who, 'input', x);
  checkTensor(who, 'indices', indices);
  checkOptions(who, options, ['stride', 'padding', 'outputSize']);
  const kernel = tupleOf(who, 'kernelSize', kernelSize, rank, 1);
  const stride = tupleOf(who, 'stride', options.stride ?? kernelSize, rank, 1);
  const padding = tupleOf(who, 'padding', options.padding ?? 0, rank, Number.NEGATIVE_INFINITY);
  const list = (shape: readonly number[]) => `[${shape.join(', ')}]`;
  if (x.ndim !== rank + 1 && x.ndim !== rank + 2) {
    throw new ShapeError(
      `Input to ${who} should be a ${rank + 1}d or ${rank + 2}d Tensor, but got a tensor with ${x.ndim} dimensions.`,
    );
  }
  if (!isFloat(x.dtype)) throw new DtypeError(`"${who}" not implemented for '${x.dtype}'`);
  if (indices.dtype !== 'int64') {
    throw new DtypeError(`elements in indices should be type int64 but got: ${indices.dtype}`);
  }
  if (!sameShape(x.shape, indices.shape)) {
    throw new ShapeError(
      `Expected shape of indices to be same as that of the input tensor (${list(x.shape)}) but got indices tensor with shape: ${list(indices.shape)}`,
    );
  }
  const spatial = sizesFrom(x.shape, -rank);
  const byDefault = spatial.map((n, d) => (n - 1) * (stride[d] ?? 1) + (kernel[d] ?? 1) - 2 * (padding[d] ?? 0));
  const given: unknown = options.outputSize ?? null;
  if (given !== null && !Array.isArray(given)) {
    throw new ArgumentTypeError(`${who}: outputSize must be an array of sizes, got ${describe(given)}`);
  }
  const wanted = given === null ? null : checkIntegers(who, 'outputSize', given);
  const out = wantedSize(byDefault, stride, wanted);
  if (out.some((n) => n < 0)) throw new ShapeError(`${who}: the result would have sizes ${list(out)}`);
  return place(who, x, indices, [...sizesFrom(x.shape, 0, -rank), ...out], rank);
}

function wantedSize(byDefault: number[], stride: readonly number[], wanted: readonly number[] | null): number[] {
  if (wanted === null) return byDefault;
  const rank = byDefault.length;
  const out = wanted.length === rank + 2 ? wanted.slice(2) : [...wanted];
  if (out.length !== rank) {
    throw new ValueError(
      `output_size should be a sequence containing ${rank} or ${rank + 2} elements, but it has a length of '${wanted.length}'`,
    );
  }
  out.forEach((n, d) => {
    const [least, most] = [(byDefault[d] ?? 0) - (stride[d] ?? 1), (byDefault[d] ?? 0) + (stride[d] ?? 1)];
    if (least < n && n < most) return;
    throw new ValueError(`invalid output_size "[${out.join(', ')}]" (dim ${d} must be between ${least} and ${most})`);
  });
  return out;
}

function place(who: string, x: Tensor, indices: Tensor, shape: number[], rank: number): Tensor {
  const y = fillElements(emptyOf(shape, x.dtype), 0);
  const planes = numelOf(sizesFrom(shape, 0, -rank));
  const [from, to] = [numelOf(sizesFrom(x.shape, -rank)), numelOf(sizesFrom(shape, -rank))];
  const at = contiguous(indices);
  // PyTorch reads no position where there is no place.
  const bad = y.numel() === 0 ? -1 : kernels.scatter(x.dtype, contiguous(x), at, y, planes, to, 1, from);
  if (bad >= 0) {
    const size = sizesFrom(shape, -rank).join('x');
    throw new IndexError(`Found an invalid max index: ${elementsOf(at)[bad]} (output volumes are of size ${size})`);
  }
  const inShape = x.shape;
  return record(who, [x], y, [at], (g, [saved = g]) => {
    const taken = gather(reshape(g, [planes, to]), 1, reshape(saved, [planes, from]));
    return [reshape(taken, [...inShape])];
  });
}

/**
 * Values at the positions of {@link maxPool1d}'s `indices`, zeros elsewhere.
 *
 * @param x (N, C, L) or (C, L), floating point
 * @param indices as x; int64, positions in the flattened planes of the result
 * @param kernelSize size of the pooling's window
 * @throws IndexError for a position outside the result, ValueError for an impossible size
 * @source torch.nn.functional.max_unpool1d
 * @example F.maxUnpool1d(tensor([[3, 4.5]]), tensor([[1, 3]]), 2); // tensor([[0.0000, 3.0000, 0.0000, 4.5000]])
 */
export function maxUnpool1d(x: Tensor, indices: Tensor, kernelSize: Sizes, options: MaxUnpoolOptions = {}): Tensor {
  checkTensor('maxUnpool1d', 'input', x);
  checkTensor('maxUnpool1d', 'indices', indices);
  return unpool('maxUnpool1d', 1, x, indices, kernelSize, options);
}

/**
 * Values at the positions of {@link maxPool2d}'s `indices`, zeros elsewhere.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point
 * @param indices as x; int64, positions in the flattened planes of the result
 * @param kernelSize size of the pooling's window
 * @throws IndexError for a position outside the result, ValueError for an impossible size
 * @source torch.nn.functional.max_unpool2d
 * @example F.maxUnpool2d(tensor([[[4.5]]]), tensor([[[3]]]), 2); // tensor([[[0.0000, 0.0000], [0.0000, 4.5000]]])
 */
export function maxUnpool2d(x: Tensor, indices: Tensor, kernelSize: Sizes, options: MaxUnpoolOptions = {}): Tensor {
  checkTensor('maxUnpool2d', 'input', x);
  checkTensor('maxUnpool2d', 'indices', indices);
  return unpool('maxUnpool2d', 2, x, indices, kernelSize, options);
}

/**
 * Values at the positions of {@link maxPool3d}'s `indices`, zeros elsewhere.
 *
 * @param x (N, C, D, H, W) or (C, D, H, W), floating point
 * @param indices as x; int64, positions in the flattened planes of the result
 * @param kernelSize size of the pooling's window
 * @throws IndexError for a position outside the result, ValueError for an impossible size
 * @source torch.nn.functional.max_unpool3d
 * @example
 * const [y, indices] = F.maxPool3dWithIndices(randn(1, 3, 8, 8, 8), 2);
 * F.maxUnpool3d(y, indices, 2).shape; // [1, 3, 8, 8, 8]
 */
export function maxUnpool3d(x: Tensor, indices: Tensor, kernelSize: Sizes, options: MaxUnpoolOptions = {}): Tensor {
  checkTensor('maxUnpool3d', 'input', x);
  checkTensor('maxUnpool3d', 'indices', indices);
  return unpool('maxUnpool3d', 3, x, indices, kernelSize, options);
}
