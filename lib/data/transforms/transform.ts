// What transforms of pictures share: they are called like functions, check pictures, and draw from a stream.
import { ArgumentTypeError, describe, ShapeError, ValueError } from '../../errors.ts';
import { empty } from '../../tensor/create.ts';
import { type Generator, rand, randint, uniform_ } from '../../tensor/random.ts';
import { Tensor } from '../../tensor/tensor.ts';

/**
 * A step between a picture and another: `transform(picture)`. Pictures are (C, H, W), or batches (N, C, H, W).
 * @example
 * class Negative extends data.transforms.Transform {
 *   override forward(x: Tensor) {
 *     return x.neg();
 *   }
 * }
 * new Negative()(tensor([1, 2])); // tensor([-1, -2])
 */
export interface Transform {
  (x: Tensor): Tensor;
  /** What a call runs. */
  forward(x: Tensor): Tensor;
}

/** A subclass has `forward`. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor makes what the interface says.
export abstract class Transform {
  constructor() {
    const call = (x: Tensor): Tensor => (call as unknown as Transform).forward(x);
    Object.setPrototypeOf(call, new.target.prototype);
    // biome-ignore lint/correctness/noConstructorReturn: an object that can be called is a function.
    return call as unknown as Transform;
  }
}

/** Options of transforms that draw. */
export interface DrawOptions {
  /** The stream to draw from. Default: the one that `manualSeed` starts. */
  generator?: Generator | null;
}

/** Height and width, or one number for both. */
export type Size = number | readonly [height: number, width: number] | readonly [size: number];

/** @throws ShapeError for what is no picture */
export function checkPicture(who: string, x: unknown): readonly [channels: number, height: number, width: number] {
  if (!(x instanceof Tensor)) throw new ArgumentTypeError(`${who}: expected a Tensor, got ${describe(x)}`);
  if (x.ndim < 3) throw new ShapeError(`${who}: expected (C, H, W) or (N, C, H, W), got (${x.shape.join(', ')})`);
  return [x.size(-3), x.size(-2), x.size(-1)];
}

/** @throws ValueError for what is no size */
export function checkSize(who: string, size: Size): readonly [number, number] {
  const [height, width = height] = Array.isArray(size) ? size : [size];
  if (Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0) return [height, width];
  throw new ValueError(
    `${who}: size must be one or two positive integers, got ${Array.isArray(size) ? size : describe(size)}`,
  );
}

/** @throws ValueError for what is no probability */
export function checkProbability(who: string, p: number): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new ValueError(`${who}: p must be a number from 0 to 1, got ${describe(p)}`);
}

/** Whether something of probability `p` happens. */
export function happens(p: number, generator: Generator | null): boolean {
  return Number(rand(1, { generator, dtype: 'float32' }).item()) < Math.fround(p);
}

/** A number between two others, in single precision. */
export function between(low: number, high: number, generator: Generator | null): number {
  return Number(uniform_(empty(1, { dtype: 'float32' }), low, high, { generator }).item());
}

/** An integer from 0 to n - 1. */
export function below(n: number, generator: Generator | null): number {
  return Number(randint(0, n, [1], { generator }).item());
}

/** The nearest integer, the even one of two, as Python rounds. */
export function roundEven(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

/**
 * Runs `f` on a batch (N, C, H, W) of floating point numbers, whatever the picture is; integers are rounded afterwards.
 *
 * @param range keeps uint8 within 0 to 255 before it is rounded
 */
export function asBatch(x: Tensor, f: (x: Tensor) => Tensor, range = false): Tensor {
  const single = x.ndim < 4;
  const batch = single ? x.unsqueeze(0) : x;
  const y = f(x.isFloatingPoint() ? batch : batch.to('float32'));
  const picture = single ? y.squeeze(0) : y;
  if (x.isFloatingPoint()) return picture;
  return (range && x.dtype === 'uint8' ? picture.clamp(0, 255) : picture).round().to(x.dtype);
}
