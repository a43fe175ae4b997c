// Blocks of images as columns, and columns back to images.
import { isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError } from '../errors.ts';
import { sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { pad } from './pad.ts';
import { type Sizes, tupleOf } from './sizes.ts';
import { permute, reshape, squeeze, unsqueeze } from './views.ts';
import { overlapAlong, windowsAlong } from './windows.ts';

/** Options of {@link unfold} and {@link fold}. */
export interface FoldOptions {
  /** Distance between the elements of a block. Default 1. */
  dilation?: Sizes;
  /** Zeros around the image. Default 0. */
  padding?: Sizes;
  /** Distance between blocks. Default 1. */
  stride?: Sizes;
}

interface Blocks {
  readonly kernel: number[];
  readonly padding: number[];
  readonly steps: readonly { size: number; step: number; dilation: number }[];
}

function blocksOf(who: string, kernelSize: Sizes, options: FoldOptions): Blocks {
  checkOptions(who, options, ['dilation', 'padding', 'stride']);
  const kernel = tupleOf(who, 'kernelSize', kernelSize, 2, 1);
  const dilation = tupleOf(who, 'dilation', options.dilation ?? 1, 2, 1);
  const stride = tupleOf(who, 'stride', options.stride ?? 1, 2, 1);
  const padding = tupleOf(who, 'padding', options.padding ?? 0, 2, 0);
  const steps = kernel.map((size, d) => ({ size, step: stride[d] ?? 1, dilation: dilation[d] ?? 1 }));
  return { kernel, padding, steps };
}

// How many blocks fit into each dimension.
function countsOf(size: readonly number[], q: Blocks): number[] {
  return q.steps.map(({ size: k, step, dilation }, d) => {
    const span = (size[d] ?? 0) + 2 * (q.padding[d] ?? 0) - dilation * (k - 1) - 1;
    return Math.floor(span / step) + 1;
  });
}

function checkElements(kernel: string, { dtype }: Tensor): void {
  if (!isFloat(dtype) && dtype !== 'bool') {
    throw new DtypeError(`"${kernel}" not implemented for '${scalarName(dtype)}'`);
  }
}

const list = (values: readonly number[]) => `(${values.join(', ')})`;

/**
 * The blocks of an image, each as a column.
 *
 * @param x (N, C, H, W) or (C, H, W), floating point or bool
 * @param kernelSize size of a block
 * @returns (N, C kH kW, blocks)
 * @throws ShapeError if no block fits
 * @source torch.nn.functional.unfold
 * @example F.unfold(arange(9).view(1, 1, 3, 3).float(), 2).shape; // [1, 4, 4]
 */
export function unfold(x: Tensor, kernelSize: Sizes, options: FoldOptions = {}): Tensor {
  checkTensor('unfold', 'input', x);
  const q = blocksOf('unfold', kernelSize, options);
  if ((x.ndim !== 3 && x.ndim !== 4) || sizesFrom(x.shape, -3).includes(0)) {
    throw new ShapeError(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: [${x.shape.join(', ')}]`,
    );
  }
  checkElements('im2col_out_cpu', x);
  if (x.ndim === 3) return squeeze(unfold(unsqueeze(x, 0), kernelSize, options), 0);
  const [n = 0, c = 0, h = 0, w = 0] = x.shape;
  const counts = countsOf([h, w], q);
  if (counts.some((count) => count < 1)) {
    const dilations = q.steps.map(({ dilation }) => dilation);
    throw new ShapeError(
      `Given input with spatial size ${list([h, w])}, kernel_size=${list(q.kernel)}, dilation=${list(dilations)}, padding=${list(q.padding)}, calculated shape of the array of sliding blocks as ${list(counts)}, but its components must be at least one.`,
    );
  }
  const [ph = 0, pw = 0] = q.padding;
  const [high, wide] = q.steps as [Blocks['steps'][number], Blocks['steps'][number]];
  const padded = ph === 0 && pw === 0 ? x : pad(x, [pw, pw, ph, ph]);
  const windows = windowsAlong(windowsAlong(padded, 2, high), 3, wide);
  const columns = permute(windows, [0, 1, 4, 5, 2, 3]);
  const y = reshape(columns, [n, c * high.size * wide.size, (counts[0] ?? 0) * (counts[1] ?? 0)]);
  // A block of the whole image is a view of it.
  return y.storage === x.storage ? y.clone() : y;
}

/**
 * The image whose elements are the sums of all columns that hold them.
 *
 * @param x (N, C kH kW, blocks) or (C kH kW, blocks), floating point or bool
 * @param outputSize (H, W)
 * @param kernelSize size of a block
 * @returns (N, C, H, W)
 * @throws ShapeError if the columns are not those of such an image
 * @source torch.nn.functional.fold
 * @example F.fold(ones(1, 4, 4), [3, 3], 2); // tensor([[[[1., 2., 1.], [2., 4., 2.], [1., 2., 1.]]]])
 */
export function fold(x: Tensor, outputSize: Sizes, kernelSize: Sizes, options: FoldOptions = {}): Tensor {
  checkTensor('fold', 'input', x);
  const q = blocksOf('fold', kernelSize, options);
  const size = tupleOf('fold', 'outputSize', outputSize, 2, 1);
  if ((x.ndim !== 2 && x.ndim !== 3) || sizesFrom(x.shape, -2).includes(0)) {
    throw new ShapeError(
      `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: [${x.shape.join(', ')}]`,
    );
  }
  checkElements('col2im_out_cpu', x);
  if (x.ndim === 2) return squeeze(fold(unsqueeze(x, 0), outputSize, kernelSize, options), 0);
  const [n = 0, columns = 0, blocks = 0] = x.shape;
  const [high, wide] = q.steps as [Blocks['steps'][number], Blocks['steps'][number]];
  const block = high.size * wide.size;
  if (columns % block !== 0) {
    throw new ShapeError(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${columns} and kernel_size=${list(q.kernel)}.`,
    );
  }
  const [oh = 0, ow = 0] = countsOf(size, q);
  if (oh < 1 || ow < 1 || oh * ow !== blocks) {
    const [steps, dilations] = [q.steps.map(({ step }) => step), q.steps.map(({ dilation }) => dilation)];
    throw new ShapeError(
      `Given output_size=${list(size)}, kernel_size=${list(q.kernel)}, dilation=${list(dilations)}, padding=${list(q.padding)}, stride=${list(steps)}, expected size of input's dimension 2 to match the calculated number of sliding blocks ${oh} * ${ow} = ${oh * ow}, but got input.size(2)=${blocks}.`,
    );
  }
  const [ph = 0, pw = 0] = q.padding;
  const windows = reshape(x, [n, columns / block, high.size, wide.size, oh, ow]);
  const rows = overlapAlong(permute(windows, [0, 1, 4, 5, 2, 3]), 3, (size[1] ?? 0) + 2 * pw, wide);
  const image = overlapAlong(rows, 2, (size[0] ?? 0) + 2 * ph, high);
  return ph === 0 && pw === 0 ? image : pad(image, [-pw, -pw, -ph, -ph]);
}
