// Transposed convolution layers.
import { ValueError } from '../errors.ts';
import { convTranspose1d, convTranspose2d, convTranspose3d } from '../functional/conv-transpose.ts';
import { outputSizeOf, type Sizes } from '../functional/sizes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ConvBase, type ConvBaseOptions } from './conv-base.ts';

/** Options of the transposed convolution layers. */
export interface ConvTransposeOptions extends ConvBaseOptions {
  /** What is taken away at each side of the result. Default: 0. */
  padding?: Sizes;
  /** What is added at the end of each dimension of the result. Default: 0. */
  outputPadding?: Sizes;
}

/** The wanted size of a transposed convolution's result: its spatial sizes, or its whole shape. */
export type OutputSize = readonly number[] | { readonly outputSize?: readonly number[] | null } | null;

abstract class ConvTranspose extends ConvBase {
  protected upsample(run: typeof convTranspose2d, input: Tensor, wanted: OutputSize | undefined): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    const size = outputSizeOf(this._getName(), wanted);
    const padding = this.padding as readonly number[];
    const outputPadding = size === null ? this.outputPadding : this.paddingFor(input, size);
    return run(input, weight, bias, { stride, padding, outputPadding, groups, dilation });
  }

  // The output padding that gives the wanted size.
  private paddingFor(input: Tensor, wanted: readonly number[]): number[] {
    const rank = this.kernelSize.length;
    const leading = input.dim() === rank + 2 ? 2 : 1;
    const sizes = wanted.length === leading + rank ? wanted.slice(leading) : wanted;
    if (sizes.length !== rank) {
      throw new ValueError(
        `ConvTranspose${rank}D: for ${input.dim()}D input, output_size must have ${rank} or ${leading + rank} elements (got ${wanted.length})`,
      );
    }
    const spatial = input.shape.slice(leading);
    const least = spatial.map((n, d) => {
      const reach = (this.dilation[d] ?? 1) * ((this.kernelSize[d] ?? 1) - 1) + 1;
      return (n - 1) * (this.stride[d] ?? 1) - 2 * ((this.padding as readonly number[])[d] ?? 0) + reach;
    });
    const most = least.map((n, d) => n + (this.stride[d] ?? 1) - 1);
    if (sizes.some((n, d) => n < (least[d] ?? 0) || n > (most[d] ?? 0))) {
      const list = (values: readonly number[]) => `[${values.join(', ')}]`;
      throw new ValueError(
        `requested an output size of ${list(sizes)}, but valid sizes range from ${list(least)} to ${list(most)} (for an input of torch.Size(${list(spatial)}))`,
      );
    }
    return sizes.map((n, d) => n - (least[d] ?? 0));
  }
}

/**
 * Transposed convolution of a sequence: what `Conv1d` with the same arguments maps back.
 *
 * State-dict keys: weight `(inChannels, outChannels / groups, k)`, bias `(outChannels)`. Both start uniform in
 * +-1 / sqrt(outChannels / groups * k), drawn in this order.
 *
 * @param inChannels - C of the input `(N, C, L)` or `(C, L)`
 * @param outChannels - C of the output
 * @param kernelSize - k
 * @throws ValueError when groups do not divide the channels
 * @source torch.nn.ConvTranspose1d
 * @example new nn.ConvTranspose1d(16, 33, 3, { stride: 2 })(randn(20, 16, 50)).shape; // [20, 33, 101]
 */
export class ConvTranspose1d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super(1, true, inChannels, outChannels, kernelSize, options);
  }

  /** @param input - `(N, C, L)` or `(C, L)` @param outputSize - replaces outputPadding. @throws ValueError if impossible */
  override forward(input: Tensor, outputSize?: OutputSize): Tensor {
    return this.upsample(convTranspose1d, input, outputSize);
  }
}

/**
 * Transposed convolution of an image. State-dict keys: weight `(inChannels, outChannels / groups, kh, kw)`, bias
 * `(outChannels)`, which start as those of `ConvTranspose1d` do.
 *
 * @param kernelSize - a number, or `[kh, kw]`
 * @throws ValueError when groups do not divide the channels
 * @source torch.nn.ConvTranspose2d
 * @example new nn.ConvTranspose2d(16, 33, 3, { stride: 2 })(randn(2, 16, 50, 100)).shape; // [2, 33, 101, 201]
 */
export class ConvTranspose2d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super(2, true, inChannels, outChannels, kernelSize, options);
  }

  /** @param input - `(N, C, H, W)` or `(C, H, W)` @param outputSize - replaces outputPadding. @throws ValueError if impossible */
  override forward(input: Tensor, outputSize?: OutputSize): Tensor {
    return this.upsample(convTranspose2d, input, outputSize);
  }
}

/**
 * Transposed convolution of a volume. State-dict keys: weight `(inChannels, outChannels / groups, kd, kh, kw)`, bias
 * `(outChannels)`, which start as those of `ConvTranspose1d` do.
 *
 * @param kernelSize - a number, or `[kd, kh, kw]`
 * @throws ValueError when groups do not divide the channels
 * @source torch.nn.ConvTranspose3d
 * @example new nn.ConvTranspose3d(16, 33, 3, { stride: 2 })(randn(1, 16, 10, 5, 10)).shape; // [1, 33, 21, 11, 21]
 */
export class ConvTranspose3d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super(3, true, inChannels, outChannels, kernelSize, options);
  }

  /** @param input - `(N, C, D, H, W)` or `(C, D, H, W)` @param outputSize - replaces outputPadding. @throws ValueError if impossible */
  override forward(input: Tensor, outputSize?: OutputSize): Tensor {
    return this.upsample(convTranspose3d, input, outputSize);
  }
}
