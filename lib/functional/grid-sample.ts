// Sampling of images and volumes at given places, and the places of an affine map. Made of differentiable operators.
import { type Dtype, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, NotImplementedError, ShapeError, ValueError } from '../errors.ts';
import { linspace, ones, zeros } from '../tensor/create.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { add, div, ge, gt, le, logicalAnd, lt, mul, remainder, sub } from './binary.ts';
import { cast } from './copies.ts';
import { gatherTaps } from './gather-taps.ts';
import { stack } from './join.ts';
import { matmul } from './matmul.ts';
import { clamp, where } from './select.ts';
import { numbersOf } from './sizes.ts';
import { floor, isfinite, round } from './unary.ts';
import { expand, reshape, select, transpose } from './views.ts';

/** Options of {@link gridSample}. */
export interface GridSampleOptions {
  /** How the elements between are found; 'bilinear' is trilinear in volumes. Default 'bilinear'. */
  mode?: 'bilinear' | 'nearest' | 'bicubic';
  /** What lies outside. Default 'zeros'. */
  paddingMode?: 'zeros' | 'border' | 'reflection';
  /** Whether -1 and 1 are the middles of the outermost elements instead of their edges. Default false. */
  alignCorners?: boolean | null;
}

const list = (shape: readonly number[]) => `[${shape.join(', ')}]`;

/** One spatial dimension: its size and how places outside are treated. */
interface Axis {
  readonly size: number;
  readonly paddingMode: 'zeros' | 'border' | 'reflection';
  readonly alignCorners: boolean;
}

/** Elements of one dimension that a place is made of: their positions and their weights (null for 1). */
type Tap = readonly [position: Tensor, weight: Tensor | null];

/**
 * x at the places of `grid`.
 *
 * @param x (N, C, H, W) or (N, C, D, H, W), floating point
 * @param grid (N, H', W', 2) of (x, y) or (N, D', H', W', 3) of (x, y, z), from -1 to 1
 * @returns (N, C, H', W') or (N, C, D', H', W')
 * @throws ShapeError if input and grid do not fit, ValueError for an unknown mode
 * @source torch.nn.functional.grid_sample
 * @example
 * const grid = F.affineGrid(tensor([[[1, 0, 0], [0, 0.5, 0]]]), [1, 1, 2, 2]);
 * F.gridSample(tensor([[[[1, 2], [3, 4.5]]]]), grid); // tensor([[[[1.5000, 2.6250], [2.5000, 3.8750]]]])
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  checkTensor('gridSample', 'input', x);
  checkTensor('gridSample', 'grid', grid);
  checkOptions('gridSample', options, ['mode', 'paddingMode', 'alignCorners']);
  const { mode = 'bilinear', paddingMode = 'zeros' } = options;
  checkModes(x, mode, paddingMode);
  checkGrid(x, grid);
  const rank = x.ndim - 2;
  const [n = 0, c = 0, ...sizes] = x.shape;
  const places = sizesFrom(grid.shape, 1, -1);
  const points = numelOf(places);
  const flat = reshape(x, [n, c, numelOf(sizes)]);
  // The grid's last dimension runs from the innermost dimension outwards.
  const taps = sizes.map((size, d) => {
    const axis: Axis = { size, paddingMode, alignCorners: options.alignCorners ?? false };
    const coordinate = reshape(select(grid, -1, rank - 1 - d), [n, points]);
    return tapsOf(mode, unnormalized(coordinate, axis), axis);
  });
  const parts = [...product(taps)].map((combination) => partOf(combination, sizes, x.dtype));
  const index = stack(
    parts.map((part) => part.index),
    1,
  );
  const weight = stack(
    parts.map((part) => part.weight),
    1,
  );
  return reshape(gatherTaps(flat, index, weight), [n, c, ...places]);
}

function checkModes(x: Tensor, mode: string, paddingMode: string): void {
  if (mode !== 'bilinear' && mode !== 'nearest' && mode !== 'bicubic') {
    throw new ValueError(
      `nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`,
    );
  }
  if (paddingMode !== 'zeros' && paddingMode !== 'border' && paddingMode !== 'reflection') {
    throw new ValueError(
      `nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '${paddingMode}'`,
    );
  }
  if (!isFloat(x.dtype)) throw new DtypeError(`"gridSample" not implemented for '${x.dtype}'`);
  if (x.ndim === 5 && mode === 'bicubic') {
    throw new NotImplementedError('grid_sampler(): bicubic interpolation only supports 4D input');
  }
}

function checkGrid(x: Tensor, grid: Tensor): void {
  const sizes = `got input with sizes ${list(x.shape)} and grid with sizes ${list(grid.shape)}`;
  if (x.shape[0] !== grid.shape[0]) {
    throw new ShapeError(`grid_sampler(): expected grid and input to have same batch size, but ${sizes}`);
  }
  if (grid.shape[grid.ndim - 1] !== x.ndim - 2) {
    throw new ShapeError(
      `grid_sampler(): expected grid to have size ${x.ndim - 2} in last dimension, but got grid with sizes ${list(grid.shape)}`,
    );
  }
  if ((x.ndim !== 4 && x.ndim !== 5) || grid.ndim !== x.ndim) {
    throw new ShapeError(
      `grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but ${sizes}`,
    );
  }
  sizesFrom(x.shape, 2).forEach((size, d) => {
    if (size > 0) return;
    throw new ShapeError(
      `grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ${list(x.shape)} with dimension ${d + 2} being empty`,
    );
  });
  if (x.dtype !== grid.dtype) {
    throw new DtypeError(
      `grid_sampler(): expected input and grid to have same dtype, but input has ${x.dtype} and grid has ${grid.dtype}`,
    );
  }
}

// ---- Places

// From [-1, 1] to positions among the elements.
function unnormalized(place: Tensor, { size, alignCorners }: Axis): Tensor {
  return alignCorners ? mul(add(place, 1), (size - 1) / 2) : div(sub(mul(add(place, 1), size), 1), 2);
}

// The place inside that stands for one outside. The slope at the bounds is 0, as PyTorch has it.
function inside(place: Tensor, axis: Axis): Tensor {
  const { size, paddingMode, alignCorners } = axis;
  let bounded = place;
  if (paddingMode === 'reflection') {
    bounded = alignCorners ? reflected(place, 0, size - 1) : reflected(place, -0.5, size);
  }
  if (paddingMode !== 'zeros') bounded = where(le(bounded, 0), 0, where(ge(bounded, size - 1), size - 1, bounded));
  // What is no number, or too large for one, lies outside.
  return where(logicalAnd(isfinite(bounded), lt(bounded.abs(), 2 ** 31 - 1)), bounded, -100);
}

// Mirrored at `low` and at low + span, as often as needed.
function reflected(place: Tensor, low: number, span: number): Tensor {
  if (span === 0) return mul(place, 0);
  const shifted = sub(place, low);
  const distance = where(lt(shifted, 0), shifted.neg(), shifted);
  const flips = floor(div(distance, span)).detach();
  const rest = sub(distance, mul(flips, span));
  return add(where(remainder(flips, 2).eq(0), rest, sub(span, rest)), low);
}

function tapsOf(mode: GridSampleOptions['mode'], place: Tensor, axis: Axis): Tap[] {
  if (mode === 'nearest') {
    // The gradient with respect to the grid is 0, not absent.
    const one = place.requiresGrad ? add(where(isfinite(place), mul(place, 0), 0), 1) : null;
    return [[round(inside(place, axis)).detach(), one]];
  }
  if (mode === 'bicubic') return cubicTaps(place, axis);
  const bounded = inside(place, axis);
  const first = floor(bounded).detach();
  const part = sub(bounded, first);
  return [
    [first, sub(1, part)],
    [add(first, 1), part],
  ];
}

// Keys (1981) with a = -0.75, at t behind the second of four neighbours.
function cubicTaps(place: Tensor, axis: Axis): Tap[] {
  const a = -0.75;
  const finite = where(logicalAnd(isfinite(place), lt(place.abs(), 2 ** 31 - 1)), place, -100);
  const first = floor(finite).detach();
  const t = sub(finite, first);
  const near = (x: Tensor) => add(mul(mul(sub(mul(x, a + 2), a + 3), x), x), 1);
  const far = (x: Tensor) => sub(mul(add(mul(sub(mul(x, a), 5 * a), x), 8 * a), x), 4 * a);
  const weights = [far(add(t, 1)), near(t), near(sub(1, t)), far(sub(2, t))];
  return weights.map((weight, k) => [round(inside(add(first, k - 1), axis)), weight]);
}

// ---- Elements

function* product(taps: readonly (readonly Tap[])[]): Generator<Tap[]> {
  const [first, ...rest] = taps;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const tap of first) for (const others of product(rest)) yield [tap, ...others];
}

// One combination of positions: where it stands in the flattened plane, and the product of the weights; 0 outside.
function partOf(
  combination: readonly Tap[],
  sizes: readonly number[],
  dtype: Dtype,
): { index: Tensor; weight: Tensor } {
  const axes = combination.map(([position, factor], d) => {
    const size = sizes[d] ?? 1;
    const present = cast(logicalAnd(gt(position, -1), lt(position, size)), dtype);
    return {
      size,
      index: cast(clamp(position, 0, size - 1), 'int64'),
      weight: factor === null ? present : mul(factor, present),
    };
  });
  return axes.reduce((outer, inner) => ({
    size: inner.size,
    index: add(mul(outer.index, inner.size), inner.index),
    weight: mul(outer.weight, inner.weight),
  }));
}

/** Options of {@link affineGrid}. */
export interface AffineGridOptions {
  /** Whether -1 and 1 are the middles of the outermost elements instead of their edges. Default false. */
  alignCorners?: boolean | null;
}

/**
 * The places that an affine map gives every element of an image or volume, for {@link gridSample}.
 *
 * @param theta (N, 2, 3) or (N, 3, 4), floating point
 * @param size (N, C, H, W) or (N, C, D, H, W)
 * @returns (N, H, W, 2) or (N, D, H, W, 3)
 * @throws ValueError if theta does not fit the size
 * @source torch.nn.functional.affine_grid
 * @example
 * F.affineGrid(tensor([[[1, 0, 0], [0, 0.5, 0]]]), [1, 1, 2, 2]);
 * // tensor([[[[-0.5000, -0.2500], [0.5000, -0.2500]], [[-0.5000, 0.2500], [0.5000, 0.2500]]]])
 */
export function affineGrid(theta: Tensor, size: readonly number[], options: AffineGridOptions = {}): Tensor {
  checkTensor('affineGrid', 'theta', theta);
  checkOptions('affineGrid', options, ['alignCorners']);
  if (!isFloat(theta.dtype)) {
    throw new ValueError(`Expected theta to have floating point type, but got torch.${theta.dtype}`);
  }
  const rank = numbersOf('affineGrid', 'size', size).length - 2;
  const torchSize = `torch.Size(${list([size].flat())})`;
  if (rank !== 2 && rank !== 3) {
    throw new NotImplementedError(
      `affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size ${torchSize}.`,
    );
  }
  if (theta.ndim !== 3 || theta.shape[1] !== rank || theta.shape[2] !== rank + 1) {
    throw new ValueError(
      `Expected a batch of ${rank}D affine matrices of shape Nx${rank}x${rank + 1} for size ${list(size)}. Got torch.Size(${list(theta.shape)}).`,
    );
  }
  if (Math.min(...size) <= 0) throw new ValueError(`Expected non-zero, positive output size. Got ${torchSize}`);
  const [n = 1, , ...spatial] = size;
  const { dtype } = theta;
  const axes = spatial.map((steps, d) => {
    const factor = options.alignCorners ? 1 : (steps - 1) / steps;
    const line = steps > 1 ? mul(linspace(-1, 1, steps, { dtype }), factor) : zeros([steps], { dtype });
    return expand(
      reshape(
        line,
        spatial.map((_, i) => (i === d ? steps : 1)),
      ),
      spatial,
    );
  });
  const base = stack([...axes.reverse(), ones([...spatial], { dtype })], -1);
  const grid = matmul(reshape(base, [1, numelOf(spatial), rank + 1]), transpose(theta, 1, 2));
  return reshape(grid, [n, ...spatial, rank]);
}
