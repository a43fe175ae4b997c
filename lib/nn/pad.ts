// Padding layers.
import { float } from '../functional/arguments.ts';
import { type PaddingMode, pad } from '../functional/pad.ts';
import { type Sizes, tupleOf } from '../functional/sizes.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

abstract class Pad extends Module {
  /** (before, behind) of the last dimension, then of the one before it, and so on. */
  readonly padding: readonly number[];

  constructor(padding: Sizes, rank: number) {
    super();
    this.padding = tupleOf(this._getName(), 'padding', padding, 2 * rank, Number.NEGATIVE_INFINITY);
  }

  protected get mode(): PaddingMode {
    return 'constant';
  }

  /** @param input - `(N, C, *)` or `(C, *)`. @returns the same with larger last dimensions */
  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, { mode: this.mode });
  }

  override extraRepr(): string {
    return python(this.padding);
  }
}

abstract class ReflectionPad extends Pad {
  protected override get mode(): PaddingMode {
    return 'reflect';
  }
}

abstract class ReplicationPad extends Pad {
  protected override get mode(): PaddingMode {
    return 'replicate';
  }
}

abstract class CircularPad extends Pad {
  protected override get mode(): PaddingMode {
    return 'circular';
  }
}

abstract class ConstantPad extends Pad {
  readonly value: number;

  constructor(padding: Sizes, rank: number, value: number) {
    super(padding, rank);
    this.value = float(this._getName(), 'value', value);
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, { value: this.value });
  }

  override extraRepr(): string {
    return `padding=${python(this.padding)}, value=${python(this.value)}`;
  }
}

/**
 * Continues a sequence by its mirror image. @param padding - a number, or `[left, right]` @source torch.nn.ReflectionPad1d
 * @example new nn.ReflectionPad1d(2)(tensor([[1, 2, 3, 4]])); // tensor([[3, 2, 1, 2, 3, 4, 3, 2]])
 */
export class ReflectionPad1d extends ReflectionPad {
  constructor(padding: Sizes) {
    super(padding, 1);
  }
}

/**
 * Continues a image by its mirror image. @param padding - a number, or `[left, right, top, bottom]` @source torch.nn.ReflectionPad2d
 * @example new nn.ReflectionPad2d(2)(randn(1, 3, 8, 8)).shape; // [1, 3, 12, 12]
 */
export class ReflectionPad2d extends ReflectionPad {
  constructor(padding: Sizes) {
    super(padding, 2);
  }
}

/**
 * Continues a volume by its mirror image. @param padding - a number, or `[left, right, top, bottom, front, back]` @source torch.nn.ReflectionPad3d
 * @example new nn.ReflectionPad3d(1)(randn(1, 3, 4, 4, 4)).shape; // [1, 3, 6, 6, 6]
 */
export class ReflectionPad3d extends ReflectionPad {
  constructor(padding: Sizes) {
    super(padding, 3);
  }
}

/**
 * Continues a sequence by its edge. @param padding - a number, or `[left, right]` @source torch.nn.ReplicationPad1d
 * @example
 * new nn.ReplicationPad1d(2)(tensor([[1, 2, 3.5]]));
 * // tensor([[1.0000, 1.0000, 1.0000, 2.0000, 3.5000, 3.5000, 3.5000]])
 */
export class ReplicationPad1d extends ReplicationPad {
  constructor(padding: Sizes) {
    super(padding, 1);
  }
}

/**
 * Continues a image by its edge. @param padding - a number, or `[left, right, top, bottom]` @source torch.nn.ReplicationPad2d
 * @example new nn.ReplicationPad2d(2)(randn(1, 3, 8, 8)).shape; // [1, 3, 12, 12]
 */
export class ReplicationPad2d extends ReplicationPad {
  constructor(padding: Sizes) {
    super(padding, 2);
  }
}

/**
 * Continues a volume by its edge. @param padding - a number, or `[left, right, top, bottom, front, back]` @source torch.nn.ReplicationPad3d
 * @example new nn.ReplicationPad3d(1)(randn(1, 3, 4, 4, 4)).shape; // [1, 3, 6, 6, 6]
 */
export class ReplicationPad3d extends ReplicationPad {
  constructor(padding: Sizes) {
    super(padding, 3);
  }
}

/**
 * Continues a sequence by its other end. @param padding - a number, or `[left, right]` @source torch.nn.CircularPad1d
 * @example new nn.CircularPad1d(2)(tensor([[1, 2, 3, 4]])); // tensor([[3, 4, 1, 2, 3, 4, 1, 2]])
 */
export class CircularPad1d extends CircularPad {
  constructor(padding: Sizes) {
    super(padding, 1);
  }
}

/**
 * Continues a image by its other end. @param padding - a number, or `[left, right, top, bottom]` @source torch.nn.CircularPad2d
 * @example new nn.CircularPad2d(2)(randn(1, 3, 8, 8)).shape; // [1, 3, 12, 12]
 */
export class CircularPad2d extends CircularPad {
  constructor(padding: Sizes) {
    super(padding, 2);
  }
}

/**
 * Continues a volume by its other end. @param padding - a number, or `[left, right, top, bottom, front, back]` @source torch.nn.CircularPad3d
 * @example new nn.CircularPad3d(1)(randn(1, 3, 4, 4, 4)).shape; // [1, 3, 6, 6, 6]
 */
export class CircularPad3d extends CircularPad {
  constructor(padding: Sizes) {
    super(padding, 3);
  }
}

/**
 * Surrounds a sequence with zeros. @param padding - a number, or `[left, right]` @source torch.nn.ZeroPad1d
 * @example new nn.ZeroPad1d([1, 2])(tensor([[1, 2, 3]])); // tensor([[0, 1, 2, 3, 0, 0]])
 */
export class ZeroPad1d extends Pad {
  constructor(padding: Sizes) {
    super(padding, 1);
  }
}

/**
 * Surrounds a image with zeros. @param padding - a number, or `[left, right, top, bottom]` @source torch.nn.ZeroPad2d
 * @example new nn.ZeroPad2d([1, 0, 0, 1])(tensor([[[1, 2]]])); // tensor([[[0, 1, 2], [0, 0, 0]]])
 */
export class ZeroPad2d extends Pad {
  constructor(padding: Sizes) {
    super(padding, 2);
  }
}

/**
 * Surrounds a volume with zeros. @param padding - a number, or `[left, right, top, bottom, front, back]` @source torch.nn.ZeroPad3d
 * @example new nn.ZeroPad3d(1)(randn(1, 3, 4, 4, 4)).shape; // [1, 3, 6, 6, 6]
 */
export class ZeroPad3d extends Pad {
  constructor(padding: Sizes) {
    super(padding, 3);
  }
}

/**
 * Surrounds a sequence with one value. @param padding - a number, or `[left, right]` @source torch.nn.ConstantPad1d
 * @example new nn.ConstantPad1d(1, 3.5)(tensor([[1, 2.5]])); // tensor([[3.5000, 1.0000, 2.5000, 3.5000]])
 */
export class ConstantPad1d extends ConstantPad {
  constructor(padding: Sizes, value: number) {
    super(padding, 1, value);
  }
}

/**
 * Surrounds a image with one value. @param padding - a number, or `[left, right, top, bottom]` @source torch.nn.ConstantPad2d
 * @example new nn.ConstantPad2d([1, 0, 0, 1], 7)(tensor([[[1, 2]]])); // tensor([[[7, 1, 2], [7, 7, 7]]])
 */
export class ConstantPad2d extends ConstantPad {
  constructor(padding: Sizes, value: number) {
    super(padding, 2, value);
  }
}

/**
 * Surrounds a volume with one value. @param padding - a number, or `[left, right, top, bottom, front, back]` @source torch.nn.ConstantPad3d
 * @example new nn.ConstantPad3d(1, 3.5)(randn(1, 3, 4, 4, 4)).shape; // [1, 3, 6, 6, 6]
 */
export class ConstantPad3d extends ConstantPad {
  constructor(padding: Sizes, value: number) {
    super(padding, 3, value);
  }
}
