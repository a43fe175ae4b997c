// The gradient of sampled functions by central differences of second order.
import { ArgumentTypeError, checkOptions, describe, ShapeError, ValueError } from '../errors.ts';
import { arange } from '../tensor/create.ts';
import { wrapDim, wrapDims } from '../tensor/shape.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { add, div, mul, sub } from './binary.ts';
import { cat } from './join.ts';
import { numbersOf } from './sizes.ts';
import { narrow, reshape } from './views.ts';

/** Options of {@link gradient}. */
export interface GradientOptions {
  /** Distance of the samples, one for each dimension, or their coordinates. Default 1. */
  spacing?: number | Tensor | readonly (number | Tensor)[];
  /** The dimensions to differentiate along. Default: all. */
  dim?: number | readonly number[] | null;
  /** Order of the differences at both ends, 1 or 2. Default 1. */
  edgeOrder?: number;
}

type Three = readonly [f: Tensor, g: Tensor, h: Tensor];
type Two = readonly [a: Tensor, b: Tensor];

// The derivative of the parabola through three neighbours, at one of them; a and b are their distances.
function derivative(at: 'first' | 'middle' | 'last', [f, g, h]: Three, [a, b]: Two): Tensor {
  const whole = add(a, b);
  const [left, right] = [div(sub(g, f), a), div(sub(h, g), b)];
  if (at === 'middle') return div(add(mul(left, b), mul(right, a)), whole);
  const bend = div(sub(right, left), whole);
  return at === 'first' ? sub(left, mul(bend, a)) : add(right, mul(bend, b));
}

function along(x: Tensor, dim: number, coordinates: Tensor, edgeOrder: number): Tensor {
  const n = x.size(dim);
  const part = (start: number, length: number) => narrow(x, dim, start, length);
  const shape = x.shape.map((_, d) => (d === dim ? n - 1 : 1));
  const steps = reshape(sub(narrow(coordinates, 0, 1, n - 1), narrow(coordinates, 0, 0, n - 1)), shape);
  const step = (start: number, length: number) => narrow(steps, dim, start, length);
  const slope = (start: number) => div(sub(part(start + 1, 1), part(start, 1)), step(start, 1));
  const three = (start: number): Three => [part(start, 1), part(start + 1, 1), part(start + 2, 1)];
  const two = (start: number): Two => [step(start, 1), step(start + 1, 1)];
  const first = edgeOrder === 1 ? slope(0) : derivative('first', three(0), two(0));
  const last = edgeOrder === 1 ? slope(n - 2) : derivative('last', three(n - 3), two(n - 3));
  if (n === 2) return cat([first, last], dim);
  const inner: Three = [part(0, n - 2), part(1, n - 2), part(2, n - 2)];
  return cat([first, derivative('middle', inner, [step(0, n - 2), step(1, n - 2)]), last], dim);
}

/**
 * The derivatives of a function along dimensions, from its values at the samples: central differences inside.
 *
 * @returns one tensor of the shape of x for each dimension
 * @throws ShapeError for a dimension of fewer than edgeOrder + 1 samples
 * @source torch.gradient
 * @example gradient(tensor([1, 4, 9, 16.5])); // [tensor([3.0000, 4.0000, 6.2500, 7.5000])]
 */
export function gradient(x: Tensor, options: GradientOptions = {}): Tensor[] {
  checkOptions('gradient', options, ['spacing', 'dim', 'edgeOrder']);
  checkTensor('gradient', 'input', x);
  const { dim = null, edgeOrder = 1 } = options;
  const spacing = options.spacing ?? 1;
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    throw new ValueError('torch.gradient only supports edge_order=1 and edge_order=2.');
  }
  const dims =
    dim === null ? x.shape.map((_, d) => d) : numbersOf('gradient', 'dim', dim).map((d) => wrapDim(d, x.ndim));
  wrapDims(dims, x.ndim);
  const spacings = Array.isArray(spacing) ? (spacing as readonly (number | Tensor)[]) : null;
  if (spacings !== null && spacings.length !== dims.length) {
    throw new ShapeError(
      `torch.gradient expected spacing to be unspecified, a scalar, or it's spacing and dim arguments to have the same length, but got a spacing argument of length ${spacings.length} and a dim argument of length ${dims.length}.`,
    );
  }
  return dims.map((d, i) => {
    const n = x.shape[d] ?? 1;
    if (n < edgeOrder + 1) {
      throw new ShapeError('torch.gradient expected each dimension size to be at least edge_order+1');
    }
    const own = spacings === null ? (spacing as number | Tensor) : spacings[i];
    if (typeof own === 'number') return along(x, d, mul(arange(n).to(floating(x)), own), edgeOrder);
    if (!(own instanceof Tensor)) {
      throw new ArgumentTypeError(`gradient(): argument 'spacing' must hold numbers or tensors, got ${describe(own)}`);
    }
    if (own.ndim !== 1 || own.numel() !== n) {
      throw new ShapeError(
        `torch.gradient expected each coordinate tensor to have one dimension of ${n} elements, got [${own.shape.join(', ')}]`,
      );
    }
    return along(x, d, own, edgeOrder);
  });
}

const floating = (x: Tensor) => (x.isFloatingPoint() ? x.dtype : 'float32');
