// Transforms of the numbers of pictures, and the joining of transforms.
import { checkFunction, checkList, checkOptions, DtypeError, ValueError } from '../../errors.ts';
import { tensor } from '../../tensor/create.ts';
import { type Generator, randn } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import {
  below,
  between,
  checkPicture,
  checkProbability,
  type DrawOptions,
  happens,
  roundEven,
  Transform,
} from './transform.ts';

/**
 * Several transforms, one after the other. @source torchvision.transforms.Compose
 * @example
 * const { Compose, CenterCrop, ToTensor } = data.transforms;
 * new Compose([new CenterCrop(2), new ToTensor()])(zeros(3, 8, 8, { dtype: 'uint8' })).shape; // [3, 2, 2]
 */
export class Compose extends Transform {
  readonly transforms: readonly ((x: Tensor) => Tensor)[];

  constructor(transforms: readonly ((x: Tensor) => Tensor)[]) {
    super();
    this.transforms = checkList('Compose', 'transforms', transforms);
    for (const transform of this.transforms) checkFunction('Compose', 'transforms', transform);
  }

  override forward(x: Tensor): Tensor {
    return this.transforms.reduce((y, transform) => transform(y), x);
  }
}

/**
 * A function as a transform. @source torchvision.transforms.Lambda
 * @example new data.transforms.Lambda((x) => x.mul(2))(tensor([1, 2])); // tensor([2, 4])
 */
export class Lambda extends Transform {
  readonly lambd: (x: Tensor) => Tensor;

  constructor(lambd: (x: Tensor) => Tensor) {
    super();
    this.lambd = lambd;
  }

  override forward(x: Tensor): Tensor {
    return this.lambd(x);
  }
}

/**
 * uint8 0 to 255 as float32 0 to 1; other dtypes stay. A picture (H, W) becomes (1, H, W).
 *
 * @source torchvision.transforms.ToTensor
 * @example
 * new data.transforms.ToTensor()(tensor([[[0, 51, 255]]], { dtype: 'uint8' }));
 * // tensor([[[0.0000, 0.2000, 1.0000]]])
 */
export class ToTensor extends Transform {
  override forward(x: Tensor): Tensor {
    const picture = x.ndim === 2 ? x.unsqueeze(0) : x;
    return picture.dtype === 'uint8' ? picture.to('float32').div(255) : picture;
  }
}

/**
 * (x - mean) / std for each channel.
 *
 * @throws DtypeError for integers, ValueError for a standard deviation of 0
 * @source torchvision.transforms.Normalize
 * @example new data.transforms.Normalize([0.5], [0.25])(tensor([[[0.5, 1]]])); // tensor([[[0., 2.]]])
 */
export class Normalize extends Transform {
  readonly mean: readonly number[];
  readonly std: readonly number[];

  constructor(mean: readonly number[], std: readonly number[]) {
    super();
    this.mean = mean;
    this.std = std;
  }

  override forward(x: Tensor): Tensor {
    checkPicture('Normalize', x);
    if (!x.isFloatingPoint()) throw new DtypeError(`Input tensor should be a float tensor. Got torch.${x.dtype}.`);
    if (this.std.includes(0)) {
      throw new ValueError(`std evaluated to zero after conversion to torch.${x.dtype}, leading to division by zero.`);
    }
    const channels = (values: readonly number[]) => tensor([...values], { dtype: x.dtype }).view(-1, 1, 1);
    return x.sub(channels(this.mean)).div(channels(this.std));
  }
}

/** Options of {@link RandomErasing}. */
export interface RandomErasingOptions extends DrawOptions {
  /** Probability. Default 0.5. */
  p?: number;
  /** Share of the area that is erased. Default [0.02, 0.33]. */
  scale?: readonly [number, number];
  /** Height by width. Default [0.3, 3.3]. */
  ratio?: readonly [number, number];
  /** What stands there then: a number, one for each channel, or 'random'. Default 0. */
  value?: number | readonly number[] | 'random';
}

/**
 * Overwrites a rectangle at random. @source torchvision.transforms.RandomErasing; Zhong et al., arXiv:1708.04896
 * @example new data.transforms.RandomErasing({ p: 1 })(rand(3, 8, 8)).shape; // [3, 8, 8]
 */
export class RandomErasing extends Transform {
  readonly p: number;
  readonly scale: readonly [number, number];
  readonly ratio: readonly [number, number];
  readonly value: number | readonly number[] | 'random';
  readonly generator: Generator | null;

  constructor(options: RandomErasingOptions = {}) {
    super();
    checkOptions('RandomErasing', options, ['p', 'scale', 'ratio', 'value', 'generator']);
    const { p = 0.5, scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0, generator = null } = options;
    if (scale[0] < 0 || scale[1] > 1) throw new ValueError('Scale should be between 0 and 1');
    this.p = checkProbability('RandomErasing', p);
    this.scale = scale;
    this.ratio = ratio;
    this.value = value;
    this.generator = generator;
  }

  override forward(x: Tensor): Tensor {
    const [channels, height, width] = checkPicture('RandomErasing', x);
    const { value, generator } = this;
    if (!happens(this.p, generator)) return x;
    if (Array.isArray(value) && value.length !== 1 && value.length !== channels) {
      throw new ValueError(
        `If value is a sequence, it should have either a single value or ${channels} (number of input channels)`,
      );
    }
    const [low, high] = this.ratio.map((ratio) => Math.fround(Math.log(ratio))) as [number, number];
    for (let attempt = 0; attempt < 10; attempt++) {
      const area = height * width * between(...this.scale, generator);
      const ratio = Math.fround(Math.exp(between(low, high, generator)));
      const h = roundEven(Math.sqrt(area * ratio));
      const w = roundEven(Math.sqrt(area / ratio));
      if (h >= height || w >= width) continue;
      const values = typeof value === 'number' ? [value] : value;
      const filling =
        values === 'random'
          ? randn(channels, h, w, { generator, dtype: 'float32' })
          : tensor([...values]).view(-1, 1, 1);
      const top = below(height - h + 1, generator);
      const left = below(width - w + 1, generator);
      const y = x.clone();
      if (h > 0 && w > 0) y.narrow(-2, top, h).narrow(-1, left, w).copy_(filling.to(x.dtype));
      return y;
    }
    return x;
  }
}
