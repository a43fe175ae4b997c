// Transforms of the size of pictures: margins, cuts, reflections, other resolutions.
import { checkOptions, ValueError } from '../../errors.ts';
import { interpolate } from '../../functional/interpolate.ts';
import { pad } from '../../functional/pad.ts';
import { tensor } from '../../tensor/create.ts';
import type { Generator } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import {
  asBatch,
  below,
  checkPicture,
  checkProbability,
  checkSize,
  type DrawOptions,
  happens,
  roundEven,
  type Size,
  Transform,
} from './transform.ts';

/** Margins: one for all sides, [left and right, top and bottom], or [left, top, right, bottom]. */
export type Padding = number | readonly [number, number] | readonly [number, number, number, number];

/** Options of {@link Pad}. */
export interface PadOptions {
  /** The value of a constant margin. Default 0. */
  fill?: number;
  /** 'symmetric' repeats the outermost row, 'reflect' does not. Default 'constant'. */
  paddingMode?: 'constant' | 'edge' | 'reflect' | 'symmetric';
}

function padded(x: Tensor, padding: Padding, { fill = 0, paddingMode = 'constant' }: PadOptions): Tensor {
  const sides = typeof padding === 'number' ? [padding] : padding;
  const [left = 0, top = left, right = left, bottom = top] = sides;
  if (paddingMode === 'constant') return pad(x, [left, right, top, bottom], { value: fill });
  if (paddingMode === 'symmetric') {
    return mirrored(mirrored(x, -1, left, right), -2, top, bottom);
  }
  const mode = paddingMode === 'edge' ? 'replicate' : 'reflect';
  return asBatch(x, (batch) => pad(batch, [left, right, top, bottom], { mode }));
}

function mirrored(x: Tensor, dim: number, before: number, behind: number): Tensor {
  const n = x.size(dim);
  const at = Array.from({ length: before + n + behind }, (_, i) => {
    const place = (((i - before) % (2 * n)) + 2 * n) % (2 * n);
    return place < n ? place : 2 * n - 1 - place;
  });
  return x.indexSelect(dim, tensor(at, { dtype: 'int64' }));
}

/**
 * Adds margins. @source torchvision.transforms.Pad
 * @example new data.transforms.Pad(1)(tensor([[[1, 2]]])); // tensor([[[0, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]]])
 */
export class Pad extends Transform {
  readonly padding: Padding;
  readonly options: PadOptions;

  constructor(padding: Padding, options: PadOptions = {}) {
    super();
    checkOptions('Pad', options, ['fill', 'paddingMode']);
    this.padding = padding;
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    checkPicture('Pad', x);
    return padded(x, this.padding, this.options);
  }
}

const cut = (x: Tensor, top: number, left: number, height: number, width: number) =>
  x.narrow(-2, top, height).narrow(-1, left, width);

/**
 * The middle of a picture; what is too small gets margins of 0. @source torchvision.transforms.CenterCrop
 * @example new data.transforms.CenterCrop(2)(rand(3, 8, 8)).shape; // [3, 2, 2]
 */
export class CenterCrop extends Transform {
  readonly size: readonly [height: number, width: number];

  constructor(size: Size) {
    super();
    this.size = checkSize('CenterCrop', size);
  }

  override forward(x: Tensor): Tensor {
    const [, h, w] = checkPicture('CenterCrop', x);
    const [height, width] = this.size;
    const [down, across] = [Math.max(height - h, 0), Math.max(width - w, 0)];
    const half = Math.floor;
    const y = padded(x, [half(across / 2), half(down / 2), half((across + 1) / 2), half((down + 1) / 2)], {});
    const top = roundEven((y.size(-2) - height) / 2);
    return cut(y, top, roundEven((y.size(-1) - width) / 2), height, width);
  }
}

/** Options of {@link RandomCrop}. */
export interface RandomCropOptions extends PadOptions, DrawOptions {
  /** Margins that are added first. Default none. */
  padding?: Padding | null;
  /** Add margins where the picture is too small. Default false. */
  padIfNeeded?: boolean;
}

/**
 * A part of a picture at random.
 *
 * @throws ValueError if the picture is too small
 * @source torchvision.transforms.RandomCrop
 * @example new data.transforms.RandomCrop(32, { padding: 4 })(rand(3, 32, 32)).shape; // [3, 32, 32]
 */
export class RandomCrop extends Transform {
  readonly size: readonly [height: number, width: number];
  readonly options: RandomCropOptions;

  constructor(size: Size, options: RandomCropOptions = {}) {
    super();
    checkOptions('RandomCrop', options, ['padding', 'padIfNeeded', 'fill', 'paddingMode', 'generator']);
    this.size = checkSize('RandomCrop', size);
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    const { padding = null, padIfNeeded = false, generator = null } = this.options;
    const [height, width] = this.size;
    checkPicture('RandomCrop', x);
    let y = padding === null ? x : padded(x, padding, this.options);
    if (padIfNeeded && y.size(-1) < width) y = padded(y, [width - y.size(-1), 0], this.options);
    if (padIfNeeded && y.size(-2) < height) y = padded(y, [0, height - y.size(-2)], this.options);
    const [h, w] = [y.size(-2), y.size(-1)];
    if (h < height || w < width) {
      throw new ValueError(`Required crop size (${height}, ${width}) is larger than input image size (${h}, ${w})`);
    }
    if (h === height && w === width) return y;
    const top = below(h - height + 1, generator);
    return cut(y, top, below(w - width + 1, generator), height, width);
  }
}

abstract class RandomFlip extends Transform {
  readonly p: number;
  readonly generator: Generator | null;
  readonly #dim: number;

  constructor(who: string, dim: number, options: DrawOptions & { p?: number }) {
    super();
    checkOptions(who, options, ['p', 'generator']);
    this.p = checkProbability(who, options.p ?? 0.5);
    this.generator = options.generator ?? null;
    this.#dim = dim;
  }

  override forward(x: Tensor): Tensor {
    checkPicture('RandomFlip', x);
    return happens(this.p, this.generator) ? x.flip(this.#dim) : x;
  }
}

/**
 * Swaps left and right with probability `p`, by default 0.5. @source torchvision.transforms.RandomHorizontalFlip
 * @example
 * new data.transforms.RandomHorizontalFlip({ p: 1 })(tensor([[[1, 2], [3, 4]]]));
 * // tensor([[[2, 1], [4, 3]]])
 */
export class RandomHorizontalFlip extends RandomFlip {
  constructor(options: DrawOptions & { p?: number } = {}) {
    super('RandomHorizontalFlip', -1, options);
  }
}

/**
 * Swaps top and bottom with probability `p`, by default 0.5. @source torchvision.transforms.RandomVerticalFlip
 * @example
 * new data.transforms.RandomVerticalFlip({ p: 1 })(tensor([[[1, 2], [3, 4]]]));
 * // tensor([[[3, 4], [1, 2]]])
 */
export class RandomVerticalFlip extends RandomFlip {
  constructor(options: DrawOptions & { p?: number } = {}) {
    super('RandomVerticalFlip', -2, options);
  }
}

/** Options of {@link Resize}. */
export interface ResizeOptions {
  /** Default 'bilinear'. */
  interpolation?: 'nearest' | 'nearest-exact' | 'bilinear' | 'bicubic';
  /** The longer side is at most this, where `size` is one number. Default no limit. */
  maxSize?: number | null;
  /** Let every element count when the result is smaller. Default true. */
  antialias?: boolean;
}

/**
 * Another resolution: [height, width], or one number for the shorter side.
 *
 * @throws ValueError if `maxSize` is not above `size`
 * @source torchvision.transforms.Resize
 * @example new data.transforms.Resize([4, 6])(rand(3, 8, 8)).shape; // [3, 4, 6]
 */
export class Resize extends Transform {
  readonly size: Size;
  readonly options: ResizeOptions;

  constructor(size: Size, options: ResizeOptions = {}) {
    super();
    checkOptions('Resize', options, ['interpolation', 'maxSize', 'antialias']);
    const [first] = checkSize('Resize', size);
    const { maxSize = null } = options;
    if (maxSize !== null && maxSize <= first) {
      throw new ValueError(
        `max_size = ${maxSize} must be strictly greater than the requested size for the smaller edge size = ${first}`,
      );
    }
    this.size = size;
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    const [, h, w] = checkPicture('Resize', x);
    const { interpolation: mode = 'bilinear', antialias = true } = this.options;
    const size = this.#sizeFor(h, w);
    if (size[0] === h && size[1] === w) return x;
    const smooth = mode === 'bilinear' || mode === 'bicubic';
    const options = smooth ? { size, mode, antialias, alignCorners: false } : { size, mode };
    return asBatch(x, (batch) => interpolate(batch, options), mode === 'bicubic');
  }

  #sizeFor(h: number, w: number): readonly [number, number] {
    if (typeof this.size !== 'number' && this.size.length === 2) return this.size;
    const [wanted] = checkSize('Resize', this.size);
    const [short, long] = w <= h ? [w, h] : [h, w];
    const { maxSize = null } = this.options;
    let [newShort, newLong] = [wanted, Math.trunc((wanted * long) / short)];
    if (maxSize !== null && newLong > maxSize) {
      [newShort, newLong] = [Math.trunc((maxSize * newShort) / newLong), maxSize];
    }
    return w <= h ? [newLong, newShort] : [newShort, newLong];
  }
}
