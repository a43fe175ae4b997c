// Transforms that turn, shift, stretch and shear pictures.
import { ArgumentTypeError, checkOptions, describe, ValueError } from '../../errors.ts';
import { gridSample } from '../../functional/grid-sample.ts';
import { cat } from '../../functional/join.ts';
import { linspace, ones, tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { asBatch, between, checkPicture, type DrawOptions, roundEven, Transform } from './transform.ts';

type Pair = readonly [number, number];

/** What affine transforms have in common. */
export interface AffineOptions extends DrawOptions {
  /** Default 'nearest'. */
  interpolation?: 'nearest' | 'bilinear';
  /** What lies outside of the picture: a number, or one for each channel. Default 0. */
  fill?: number | readonly number[];
  /** The point that stays, [x, y] from the upper left corner. Default: the middle. */
  center?: Pair | null;
}

/** One affine map about a point; angles in degrees, lengths in elements. */
interface AffineMap {
  readonly angle: number;
  readonly translate: Pair;
  readonly scale: number;
  readonly shear: Pair;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

// The rows of the inverse of translate * center * rotate * scale * shear * center^-1:
//   rotate * shear = [cos(r - y) / cos y, -cos(r - y) tan x / cos y - sin r]
//                    [sin(r - y) / cos y, -sin(r - y) tan x / cos y + cos r], of determinant 1
function inverseMatrix([cx, cy]: Pair, { angle, translate, scale, shear }: AffineMap): number[] {
  const [r, x, y] = [radians(angle), radians(shear[0]), radians(shear[1])];
  const a = Math.cos(r - y) / Math.cos(y);
  const b = (-Math.cos(r - y) * Math.tan(x)) / Math.cos(y) - Math.sin(r);
  const c = Math.sin(r - y) / Math.cos(y);
  const d = (-Math.sin(r - y) * Math.tan(x)) / Math.cos(y) + Math.cos(r);
  const [xx, xy, yx, yy] = [d / scale, -b / scale, -c / scale, a / scale] as const;
  const [tx, ty] = [-cx - translate[0], -cy - translate[1]];
  return [xx, xy, xx * tx + xy * ty + cx, yx, yy, yx * tx + yy * ty + cy];
}

// Height and width that hold all of a turned picture.
function expandedSize(matrix: readonly number[], h: number, w: number): Pair {
  const corners = tensor(
    [
      [-1, -1],
      [-1, 1],
      [1, 1],
      [1, -1],
    ].map(([x = 0, y = 0]) => [0.5 * w * x, 0.5 * h * y, 1]),
    { dtype: 'float32' },
  );
  const rows = tensor([matrix.slice(0, 3), matrix.slice(3)], { dtype: 'float32' });
  const places = corners.matmul(rows.t()).tolist() as [number, number][];
  const extent = (values: number[], size: number) => {
    // Truncated to four digits, so that what is an integer up to rounding stays one.
    const cutOff = (value: number) => Math.fround(Math.trunc((value + size / 2) * 1e4) * 1e-4);
    return Math.ceil(cutOff(Math.max(...values))) - Math.floor(cutOff(Math.min(...values)));
  };
  return [
    extent(
      places.map(([, y]) => y),
      h,
    ),
    extent(
      places.map(([x]) => x),
      w,
    ),
  ];
}

function sample(x: Tensor, matrix: readonly number[], size: Pair, options: AffineOptions): Tensor {
  const { interpolation = 'nearest', fill = 0 } = options;
  const [h, w] = [x.size(-2), x.size(-1)];
  const [height, width] = size;
  return asBatch(x, (batch) => {
    const { dtype } = batch;
    const steps = (n: number) => linspace(-n * 0.5 + 0.5, n * 0.5 - 0.5, n, { dtype });
    const places = cat(
      [
        steps(width).view(1, width, 1).expand(height, width, 1),
        steps(height).view(height, 1, 1).expand(height, width, 1),
        ones(height, width, 1, { dtype }),
      ],
      2,
    );
    const theta = tensor([matrix.slice(0, 3), matrix.slice(3)], { dtype })
      .t()
      .div(tensor([0.5 * w, 0.5 * h], { dtype }));
    const grid = places
      .view(1, height * width, 3)
      .matmul(theta)
      .view(1, height, width, 2);
    const [n, channels] = [batch.size(0), batch.size(1)];
    // A channel of ones tells afterwards how much of each element lies within the picture.
    const covered = cat([batch, ones(n, 1, h, w, { dtype })], 1);
    const moved = gridSample(covered, grid.expand(n, height, width, 2), { mode: interpolation, alignCorners: false });
    const y = moved.narrow(1, 0, channels);
    const mask = moved.narrow(1, channels, 1);
    const outside = tensor(typeof fill === 'number' ? [fill] : [...fill], { dtype }).view(1, -1, 1, 1);
    if (interpolation === 'nearest') return y.where(mask.ge(0.5), outside);
    return y.mul(mask).add(mask.neg().add(1).mul(outside));
  });
}

// The point that stays, seen from the middle of the picture.
function centerOf({ center = null }: AffineOptions, h: number, w: number): Pair {
  return center === null ? [0, 0] : [center[0] - w * 0.5, center[1] - h * 0.5];
}

function rangeOf(who: string, name: string, value: number | readonly number[]): readonly number[] {
  if (typeof value === 'number' && value < 0)
    throw new ValueError(`If ${name} is a single number, it must be positive.`);
  if (typeof value === 'number') return [-value, value];
  if (!Array.isArray(value)) {
    throw new ArgumentTypeError(`${who}: ${name} must be a number or a list of numbers, got ${describe(value)}`);
  }
  if (value.length === 2 || (name === 'shear' && value.length === 4)) return value;
  throw new ValueError(`${who}: ${name} should be a sequence of length 2${name === 'shear' ? ' or 4' : ''}`);
}

/** Options of {@link RandomRotation}. */
export interface RandomRotationOptions extends AffineOptions {
  /** Make the result large enough for all of the turned picture. Default false. */
  expand?: boolean;
}

/**
 * Turns a picture against the clock by an angle at random: `degrees` is its range, or d for -d to d.
 *
 * @source torchvision.transforms.RandomRotation
 * @example new data.transforms.RandomRotation(15)(rand(3, 8, 8)).shape; // [3, 8, 8]
 */
export class RandomRotation extends Transform {
  readonly degrees: Pair;
  readonly options: RandomRotationOptions;

  constructor(degrees: number | Pair, options: RandomRotationOptions = {}) {
    super();
    checkOptions('RandomRotation', options, ['interpolation', 'expand', 'center', 'fill', 'generator']);
    this.degrees = rangeOf('RandomRotation', 'degrees', degrees) as Pair;
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    const [, h, w] = checkPicture('RandomRotation', x);
    const angle = -between(...this.degrees, this.options.generator ?? null);
    const map: AffineMap = { angle, translate: [0, 0], scale: 1, shear: [0, 0] };
    const matrix = inverseMatrix(centerOf(this.options, h, w), map);
    return sample(x, matrix, this.options.expand ? expandedSize(matrix, h, w) : [h, w], this.options);
  }
}

/** Options of {@link RandomAffine}. */
export interface RandomAffineOptions extends AffineOptions {
  /** Largest shifts as shares of width and height. Default none. */
  translate?: Pair | null;
  /** Range of factors. Default none. */
  scale?: Pair | null;
  /** Range of angles: s for -s to s along x, a range along x, or two ranges. Default none. */
  shear?: number | readonly number[] | null;
}

/**
 * Turns, shifts, scales and shears a picture at random: `degrees` is the range of angles, or d for -d to d.
 *
 * @throws ValueError for ranges that are none
 * @source torchvision.transforms.RandomAffine
 * @example new data.transforms.RandomAffine(15, { translate: [0.1, 0.1] })(rand(3, 8, 8)).shape; // [3, 8, 8]
 */
export class RandomAffine extends Transform {
  readonly degrees: Pair;
  readonly options: RandomAffineOptions;
  readonly #shear: readonly number[] | null;

  constructor(degrees: number | Pair, options: RandomAffineOptions = {}) {
    super();
    const names = ['translate', 'scale', 'shear', 'interpolation', 'fill', 'center', 'generator'];
    checkOptions('RandomAffine', options, names);
    const { translate = null, scale = null, shear = null } = options;
    this.degrees = rangeOf('RandomAffine', 'degrees', degrees) as Pair;
    if (translate?.some((share) => !(share >= 0 && share <= 1))) {
      throw new ValueError('translation values should be between 0 and 1');
    }
    if (scale?.some((factor) => !(factor > 0))) throw new ValueError('scale values should be positive');
    this.#shear = shear === null ? null : rangeOf('RandomAffine', 'shear', shear);
    this.options = options;
  }

  override forward(x: Tensor): Tensor {
    const [, h, w] = checkPicture('RandomAffine', x);
    const { translate = null, scale = null, generator = null } = this.options;
    const draw = (range: number, size: number) => roundEven(between(-range * size, range * size, generator));
    const angle = between(...this.degrees, generator);
    const shift: Pair = translate === null ? [0, 0] : [draw(translate[0], w), draw(translate[1], h)];
    const factor = scale === null ? 1 : between(...scale, generator);
    const [x0, x1, y0, y1] = this.#shear ?? [];
    const across = x0 === undefined || x1 === undefined ? 0 : between(x0, x1, generator);
    const down = y0 === undefined || y1 === undefined ? 0 : between(y0, y1, generator);
    const map: AffineMap = { angle, translate: shift, scale: factor, shear: [across, down] };
    return sample(x, inverseMatrix(centerOf(this.options, h, w), map), [h, w], this.options);
  }
}
