// Methods that give a tensor other elements or another storage, outside the graph.
import { checkInPlace } from '../autograd/record.ts';
import { factsOf } from '../dtype.ts';
import {
  ArgumentTypeError,
  AutogradError,
  checkOptions,
  DtypeError,
  describe,
  ShapeError,
  StateError,
} from '../errors.ts';
import { arange, tensor } from '../tensor/create.ts';
import { checkShape, contiguousStrides, numelOf, type Shape, sameShape } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type NestedArray, stridesOf, Tensor } from '../tensor/tensor.ts';
import { flag, float } from './arguments.ts';
import { eq, logicalAnd, remainder } from './binary.ts';
import { copy_ } from './copies.ts';
import { copyElements, type Scalar } from './elementwise.ts';
import { where } from './select.ts';
import { asStrided } from './strided.ts';
import { tolist } from './values.ts';
import { reshape } from './views.ts';

function flatValues(x: Tensor): Scalar[] {
  return tolist(reshape(x.detach(), [-1])) as Scalar[];
}

function overwritten(who: string, x: Tensor, others: readonly Tensor[], fn: (...values: Scalar[]) => Scalar): Tensor {
  if (typeof fn !== 'function') {
    throw new ArgumentTypeError(`${who}(): argument 'callable' must be a function, not ${describe(fn)}`);
  }
  if (x.requiresGrad) {
    throw new AutogradError(`Can't call ${who}() on Variable that requires grad. Use var.detach().${who}() instead.`);
  }
  for (const other of others) {
    if (checkTensor(who, 'tensor', other).dtype !== x.dtype) {
      throw new DtypeError(`${who}: expected ${x.dtype} tensors, got ${other.dtype}`);
    }
    if (!sameShape(other.shape, x.shape)) {
      throw new ShapeError(
        `${who}: expected tensors of shape [${x.shape.join(', ')}], got [${other.shape.join(', ')}]`,
      );
    }
  }
  const lists = [x, ...others].map(flatValues);
  const [own = []] = lists;
  const results = own.map((_, i) => fn(...lists.map((list) => list[i] ?? 0)));
  return copy_(x, reshape(tensor(results as NestedArray, { dtype: x.dtype }), [...x.shape]));
}

/** Replaces each element by what `fn` makes of it; slow. @source torch.Tensor.apply_ */
export function apply_(x: Tensor, fn: (value: number) => Scalar): Tensor {
  checkTensor('apply_', 'input', x);
  return overwritten('apply_', x, [], fn as (...values: Scalar[]) => Scalar);
}

/** Replaces each element by what `fn` makes of it and the one of `y`; slow. @source torch.Tensor.map_ */
export function map_(x: Tensor, y: Tensor, fn: (a: number, b: number) => Scalar): Tensor {
  checkTensor('map_', 'input', x);
  checkTensor('map_', 'other', y);
  return overwritten('map_', x, [y], fn as (...values: Scalar[]) => Scalar);
}

/** As `map_` with two other tensors. @source torch.Tensor.map2_ */
export function map2_(x: Tensor, y: Tensor, z: Tensor, fn: (a: number, b: number, c: number) => Scalar): Tensor {
  checkTensor('map2_', 'input', x);
  checkTensor('map2_', 'other', y);
  checkTensor('map2_', 'z', z);
  return overwritten('map2_', x, [y, z], fn as (...values: Scalar[]) => Scalar);
}

/**
 * Gives the tensor another shape in place; elements stay in their order in memory, and new ones are unspecified.
 *
 * @throws AutogradError if the tensor requires a gradient
 * @source torch.Tensor.resize_
 */
export function resize_(x: Tensor, ...sizes: (number | readonly number[])[]): Tensor {
  checkTensor('resize_', 'input', x);
  const shape = checkShape('resize_', sizes.flat());
  if (x.requiresGrad) throw new AutogradError('cannot resize variables that require grad');
  checkInPlace(x);
  const { bytes } = factsOf(x.dtype);
  let { storage } = x;
  if ((x.offset + numelOf(shape)) * bytes > x.storage.bytes) {
    const own = emptyOf([x.offset + numelOf(shape)], x.dtype);
    const count = Math.floor(x.storage.bytes / bytes);
    const whole = new Tensor(x.storage, x.dtype, [count], [1], 0, x.version);
    copyElements(whole, new Tensor(own.storage, x.dtype, [count], [1], 0, own.version));
    storage = own.storage;
  }
  return reshaped(x, new Tensor(storage, x.dtype, [...shape], contiguousStrides(shape), x.offset, x.version));
}

/** As `resize_` to the shape of `y`. @source torch.Tensor.resize_as_ */
export function resizeAs_(x: Tensor, y: Tensor): Tensor {
  checkTensor('resizeAs_', 'input', x);
  return resize_(x, checkTensor('resizeAs_', 'theTemplate', y).shape);
}

/**
 * Lets the tensor see the elements of `source`, or none without it, under the geometry of `source` or another.
 *
 * @throws DtypeError for another dtype, ShapeError if the view would leave the storage
 * @source torch.Tensor.set_
 */
export function set_(
  x: Tensor,
  source: Tensor | null = null,
  storageOffset: number | null = null,
  size: Shape | null = null,
  stride: Shape | null = null,
): Tensor {
  checkTensor('set_', 'input', x);
  checkInPlace(x);
  if (x.viewOf !== null) throw new StateError('set_ is not allowed on a view');
  const from = source === null ? emptyOf([0], x.dtype) : checkTensor('set_', 'source', source);
  if (from.dtype !== x.dtype) {
    throw new DtypeError(`set_: expected a source of dtype ${x.dtype}, got ${from.dtype}`);
  }
  const shape = size === null ? from.shape : checkShape('set_', size);
  const strides = stride ?? (size === null ? stridesOf(from) : contiguousStrides(shape));
  const seen = asStrided(from.detach(), shape, strides, storageOffset ?? from.offset);
  return reshaped(x, seen);
}

function reshaped(x: Tensor, layout: Tensor): Tensor {
  x.become(layout);
  x.version.value += 1;
  x.accumulator = null;
  return x;
}

/** Whether both see the same elements under the same geometry. @source torch.Tensor.is_set_to */
export function isSetTo(x: Tensor, y: Tensor): boolean {
  checkTensor('isSetTo', 'input', x);
  checkTensor('isSetTo', 'tensor', y);
  return (
    x.storage === y.storage &&
    x.offset === y.offset &&
    sameShape(x.shape, y.shape) &&
    sameShape(stridesOf(x), stridesOf(y))
  );
}

/**
 * A copy of `x` in which the elements of a strided view are those of `source`. @source torch.as_strided_scatter
 * @example
 * asStridedScatter(zeros(3, 3), ones(2, 2), [2, 2], [1, 2]);
 * // tensor([[1., 1., 1.], [1., 0., 0.], [0., 0., 0.]])
 */
export function asStridedScatter(
  x: Tensor,
  source: Tensor,
  size: readonly number[],
  stride: readonly number[],
  storageOffset: number | null = null,
): Tensor {
  const y = checkTensor('asStridedScatter', 'input', x).clone();
  const target = asStrided(y, size, stride, storageOffset ?? 0);
  if (!sameShape(target.shape, checkTensor('asStridedScatter', 'src', source).shape)) {
    throw new ShapeError(
      `expected src to have a size equal to the slice of self. src size = [${source.shape.join(', ')}], slice size = [${target.shape.join(', ')}]`,
    );
  }
  copy_(target, source);
  return y;
}

/** Options of {@link fillDiagonal}. */
export interface FillDiagonalOptions {
  /** Whether the diagonal of a tall matrix begins anew below its last column, one row apart. Default false. */
  wrap?: boolean;
}

/** `x` with `value` where all indices are equal; the graph may record it. @source torch.Tensor.fill_diagonal_ */
export function fillDiagonal(x: Tensor, value: number, options: FillDiagonalOptions = {}): Tensor {
  checkTensor('fillDiagonal_', 'input', x);
  checkOptions('fillDiagonal_', options, ['wrap']);
  const fillValue = float('fillDiagonal_', 'fillValue', value);
  if (x.ndim < 2) throw new ShapeError('dimensions must larger than 1');
  if (x.ndim > 2 && x.shape.some((size) => size !== x.shape[0])) {
    throw new ShapeError('all dimensions of input must be of equal length');
  }
  const width = x.shape[1] ?? 0;
  const wrapped = flag('fillDiagonal_', 'wrap', options.wrap, false) && x.ndim === 2;
  const places = x.shape.map((size, d) => reshape(arange(size), [size, ...Array<number>(x.ndim - 1 - d).fill(1)]));
  const [row = x, ...others] = places;
  const first = wrapped ? remainder(row, width + 1) : row;
  const onDiagonal = others.map((place) => eq(first, place)).reduce(logicalAnd);
  return where(onDiagonal, fillValue, x);
}
