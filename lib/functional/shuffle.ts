// Channels as pixels, pixels as channels, and channels in another order.

import { ShapeError, ValueError } from '../errors.ts';
import { sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { permute, reshape } from './views.ts';

function checkFactor(who: string, name: string, x: Tensor, factor: number): void {
  if (checkTensor(who, 'input', x).ndim < 3) {
    throw new ShapeError(
      `${who} expects input to have at least 3 dimensions, but got input with ${x.ndim} dimension(s)`,
    );
  }
  if (!Number.isInteger(factor) || factor < 1) {
    throw new ValueError(`${who} expects a positive ${name}, but got ${factor}`);
  }
}

/**
 * Blocks of r^2 channels as r x r pixels.
 *
 * @param x (*, C r^2, H, W)
 * @param upscaleFactor r >= 1
 * @returns (*, C, H r, W r)
 * @throws ShapeError if r^2 does not divide the channels
 * @source torch.nn.functional.pixel_shuffle
 * @example F.pixelShuffle(randn(1, 9, 4, 4), 3).shape; // [1, 1, 12, 12]
 */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  checkTensor('pixelShuffle', 'input', x);
  checkFactor('pixel_shuffle', 'upscale_factor', x, upscaleFactor);
  const r = upscaleFactor;
  const [channels = 0, h = 0, w = 0] = sizesFrom(x.shape, -3);
  if (channels % (r * r) !== 0) {
    throw new ShapeError(
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${r * r}`,
    );
  }
  const lead = sizesFrom(x.shape, 0, -3);
  const c = channels / (r * r);
  const k = lead.length;
  const blocks = reshape(x, [...lead, c, r, r, h, w]);
  const moved = permute(blocks, [...lead.map((_, d) => d), k, k + 3, k + 1, k + 4, k + 2]);
  return reshape(moved.contiguous(), [...lead, c, h * r, w * r]);
}

/**
 * Blocks of r x r pixels as r^2 channels: the inverse of {@link pixelShuffle}.
 *
 * @param x (*, C, H r, W r)
 * @param downscaleFactor r >= 1
 * @returns (*, C r^2, H, W)
 * @throws ShapeError if r does not divide height and width
 * @source torch.nn.functional.pixel_unshuffle
 * @example F.pixelUnshuffle(randn(1, 1, 12, 12), 3).shape; // [1, 9, 4, 4]
 */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  checkTensor('pixelUnshuffle', 'input', x);
  checkFactor('pixel_unshuffle', 'downscale_factor', x, downscaleFactor);
  const r = downscaleFactor;
  const [c = 0, high = 0, wide = 0] = sizesFrom(x.shape, -3);
  for (const [name, d, size] of [
    ['height', -2, high],
    ['width', -1, wide],
  ] as const) {
    if (size % r === 0) continue;
    throw new ShapeError(
      `pixel_unshuffle expects ${name} to be divisible by downscale_factor, but input.size(${d})=${size} is not divisible by ${r}`,
    );
  }
  const lead = sizesFrom(x.shape, 0, -3);
  const [h, w, k] = [high / r, wide / r, lead.length];
  const blocks = reshape(x, [...lead, c, h, r, w, r]);
  const moved = permute(blocks, [...lead.map((_, d) => d), k, k + 2, k + 4, k + 1, k + 3]);
  return reshape(moved.contiguous(), [...lead, c * r * r, h, w]);
}

/**
 * The channels, taken in turns from `groups` groups.
 *
 * @param x (N, C, *)
 * @param groups a divisor of C
 * @throws ShapeError if the groups do not divide the channels
 * @source torch.nn.functional.channel_shuffle
 * @example channelShuffle(arange(4).view(1, 4, 1, 1), 2).flatten(); // tensor([0, 2, 1, 3])
 */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  if (checkTensor('channelShuffle', 'input', x).ndim < 3) {
    throw new ShapeError(
      `channel_shuffle expects input with > 2 dims, but got input with sizes [${x.shape.join(', ')}]`,
    );
  }
  const [n = 0, c = 0, ...spatial] = x.shape;
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ValueError(`Number of groups to divide channels in must be positive. Value of groups:${groups}`);
  }
  if (c % groups !== 0) {
    throw new ShapeError(`Number of channels must be divisible by groups. Got ${c} channels and ${groups} groups.`);
  }
  const grouped = reshape(x, [n, groups, c / groups, ...spatial]);
  const moved = permute(grouped, [0, 2, 1, ...spatial.map((_, d) => d + 3)]);
  return reshape(moved.contiguous(), [...x.shape]);
}

/**
 * {@link channelShuffle}. @source torch.nn.functional.native_channel_shuffle
 * @example nativeChannelShuffle(arange(4).view(1, 4, 1, 1), 2).flatten(); // tensor([0, 2, 1, 3])
 */
export function nativeChannelShuffle(x: Tensor, groups: number): Tensor {
  checkTensor('nativeChannelShuffle', 'input', x);
  return channelShuffle(x, groups);
}
