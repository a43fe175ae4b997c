// Layers that resize images or rearrange their elements.
import { checkOptions } from '../errors.ts';
import { integer } from '../functional/arguments.ts';
import { type InterpolateOptions, type InterpolationMode, interpolate } from '../functional/interpolate.ts';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../functional/shuffle.ts';
import type { Sizes } from '../functional/sizes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python, pythonFloat } from './repr-values.ts';

/** Options of `Upsample`: those of `interpolate`. */
export type UpsampleOptions = Omit<InterpolateOptions, 'antialias'>;

/**
 * Resizes `(N, C, L)`, `(N, C, H, W)` or `(N, C, D, H, W)`.
 * @throws ValueError on a call unless exactly one of size and scaleFactor is given
 * @source torch.nn.Upsample
 * @example new nn.Upsample({ scaleFactor: 2 })(tensor([[[1, 2.5]]])); // tensor([[[1.0000, 1.0000, 2.5000, 2.5000]]])
 */
export class Upsample extends Module {
  readonly size: Sizes | null;
  readonly scaleFactor: number | readonly number[] | null;
  readonly mode: InterpolationMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  constructor(options: UpsampleOptions = {}) {
    super();
    checkOptions('Upsample', options, ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor']);
    this.size = options.size ?? null;
    this.scaleFactor = options.scaleFactor ?? null;
    this.mode = options.mode ?? 'nearest';
    this.alignCorners = options.alignCorners ?? null;
    this.recomputeScaleFactor = options.recomputeScaleFactor ?? null;
  }

  override forward(input: Tensor): Tensor {
    const { size, scaleFactor, mode, alignCorners, recomputeScaleFactor } = this;
    return interpolate(input, { size, scaleFactor, mode, alignCorners, recomputeScaleFactor });
  }

  override extraRepr(): string {
    const { size, scaleFactor, mode } = this;
    if (scaleFactor === null) return `size=${python(size)}, mode='${mode}'`;
    const factors = typeof scaleFactor === 'number' ? pythonFloat(scaleFactor) : python(scaleFactor.map(pythonFloat));
    return `scale_factor=${factors}, mode='${mode}'`;
  }
}

/** Options of `UpsamplingNearest2d` and `UpsamplingBilinear2d`. */
export type UpsamplingOptions = Pick<InterpolateOptions, 'size' | 'scaleFactor'>;

/**
 * Resizes images by the nearest element. @source torch.nn.UpsamplingNearest2d
 * @example
 * new nn.UpsamplingNearest2d({ scaleFactor: 2 })(tensor([[[[1, 2.5]]]]));
 * // tensor([[[[1.0000, 1.0000, 2.5000, 2.5000], [1.0000, 1.0000, 2.5000, 2.5000]]]])
 */
export class UpsamplingNearest2d extends Upsample {
  constructor(options: UpsamplingOptions = {}) {
    checkOptions('UpsamplingNearest2d', options, ['size', 'scaleFactor']);
    super({ ...options, mode: 'nearest' });
  }
}

/**
 * Resizes images linearly, corners aligned. @source torch.nn.UpsamplingBilinear2d
 * @example
 * new nn.UpsamplingBilinear2d({ size: [1, 4] })(tensor([[[[1, 2.5]]]]));
 * // tensor([[[[1.0000, 1.5000, 2.0000, 2.5000]]]])
 */
export class UpsamplingBilinear2d extends Upsample {
  constructor(options: UpsamplingOptions = {}) {
    checkOptions('UpsamplingBilinear2d', options, ['size', 'scaleFactor']);
    super({ ...options, mode: 'bilinear', alignCorners: true });
  }
}

/**
 * Blocks of r^2 channels as r x r pixels: `(*, C r^2, H, W)` to `(*, C, H r, W r)`. @source torch.nn.PixelShuffle
 * @example new nn.PixelShuffle(3)(randn(1, 9, 4, 4)).shape; // [1, 1, 12, 12]
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  /** @param upscaleFactor - r */
  constructor(upscaleFactor: number) {
    super();
    this.upscaleFactor = integer('PixelShuffle', 'upscaleFactor', upscaleFactor);
  }

  override forward(input: Tensor): Tensor {
    return pixelShuffle(input, this.upscaleFactor);
  }

  override extraRepr(): string {
    return `upscale_factor=${this.upscaleFactor}`;
  }
}

/**
 * Blocks of r x r pixels as r^2 channels: `(*, C, H r, W r)` to `(*, C r^2, H, W)`. @source torch.nn.PixelUnshuffle
 * @example new nn.PixelUnshuffle(3)(randn(1, 1, 12, 12)).shape; // [1, 9, 4, 4]
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  /** @param downscaleFactor - r */
  constructor(downscaleFactor: number) {
    super();
    this.downscaleFactor = integer('PixelUnshuffle', 'downscaleFactor', downscaleFactor);
  }

  override forward(input: Tensor): Tensor {
    return pixelUnshuffle(input, this.downscaleFactor);
  }

  override extraRepr(): string {
    return `downscale_factor=${this.downscaleFactor}`;
  }
}

/**
 * The channels of `(N, C, *)`, taken in turns from groups. @source torch.nn.ChannelShuffle
 * @example new nn.ChannelShuffle(2)(arange(4).view(1, 4, 1, 1)).flatten(); // tensor([0, 2, 1, 3])
 */
export class ChannelShuffle extends Module {
  readonly groups: number;

  /** @param groups - a divisor of C */
  constructor(groups: number) {
    super();
    this.groups = integer('ChannelShuffle', 'groups', groups);
  }

  override forward(input: Tensor): Tensor {
    return channelShuffle(input, this.groups);
  }

  override extraRepr(): string {
    return `groups=${this.groups}`;
  }
}
