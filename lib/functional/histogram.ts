// Histograms: how many elements, or what weight of points, falls in each bin.
import { recordConstant, recordRefusal } from '../autograd/record.ts';
import { type FloatDtype, isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import { linspace } from '../tensor/create.ts';
import { contiguousStrides, numelOf, sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, elementsOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { float } from './arguments.ts';
import { div } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { sum } from './reduce.ts';
import { diff } from './scan.ts';
import { reshape } from './views.ts';

/** Options of {@link histc}. */
export interface HistcOptions {
  /** Number of bins. Default 100. */
  bins?: number;
  /** Lower edge; equal to `max` takes both from the data. Default 0. */
  min?: number;
  /** Upper edge. Default 0. */
  max?: number;
}

const valuesOf = (x: Tensor) => Float64Array.from(elementsOf(contiguous(x.detach())) as Float32Array);

// Least and largest value, or 0 and 1 where there is none.
function extremesOf(values: Float64Array): [least: number, most: number] {
  if (values.length === 0) return [0, 1];
  return values.reduce<[number, number]>(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

const widened = ([low, high]: readonly [number, number], by: number): [number, number] =>
  low === high ? [low - by, high + by] : [low, high];

/**
 * How many elements fall in each of equal bins. @returns the dtype of x, (bins) @source torch.histc
 * @example histc(tensor([1, 2, 1.5]), { bins: 4, min: 0, max: 3 }); // tensor([0., 1., 2., 0.])
 */
export function histc(x: Tensor, options: HistcOptions = {}): Tensor {
  checkOptions('histc', options, ['bins', 'min', 'max']);
  const { bins = 100, min = 0, max = 0 } = options;
  if (!isFloat(checkTensor('histc', 'input', x).dtype))
    throw new DtypeError(`"histogram_cpu" not implemented for '${x.dtype}'`);
  if (!Number.isInteger(bins) || bins <= 0) throw new ValueError('bins must be > 0');
  for (const [name, edge] of Object.entries({ min, max })) float('histc', name, edge);
  if (!Number.isFinite(min) || !Number.isFinite(max)) {
    throw new ValueError(`torch.histc: range of [${min}, ${max}] is not finite`);
  }
  if (min > max) throw new ValueError('torch.histc: max must be larger than min');
  const values = valuesOf(x);
  const [low, high] = widened(min === max ? extremesOf(values) : [min, max], 1);
  if (!Number.isFinite(high - low)) throw new ValueError(`torch.histc: range of [${low}, ${high}] is not finite`);
  const counts = new Float64Array(bins);
  for (const value of values) {
    if (!(value >= low && value <= high)) continue;
    const at = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return recordConstant('histc', [x], cast(fromTypedArray(counts, [bins], 'float64'), x.dtype));
}

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** Lower and upper edge for a number of bins. Default: those of the data. */
  range?: readonly [number, number] | null;
  /** Weight of each element, or null. */
  weight?: Tensor | null;
  /** Whether to divide by the total and the widths. Default false. */
  density?: boolean;
}

/**
 * A histogram and the edges of its bins.
 *
 * @param bins a number of equal bins, or their edges in ascending order
 * @source torch.histogram
 * @example
 * histogram(tensor([1, 2, 1.5]), 3, { range: [0, 3] });
 * // {hist: tensor([0., 2., 1.]), binEdges: tensor([0., 1., 2., 3.])}
 */
export function histogram(
  x: Tensor,
  bins: number | Tensor,
  options: HistogramOptions = {},
): { hist: Tensor; binEdges: Tensor } {
  checkOptions('histogram', options, ['range', 'weight', 'density']);
  const points = reshape(checkTensor('histogram', 'input', x), [-1, 1]);
  const { weight = null } = options;
  const flat = weight === null ? null : reshape(checkTensor('histogram', 'weight', weight), [-1]);
  const found = histogramdd(points, [bins] as number[] | Tensor[], { ...options, weight: flat });
  const [hist, binEdges] = [found.hist, found.binEdges[0] as Tensor];
  const inputs = [x, ...(weight === null ? [] : [weight])];
  recordRefusal('histogram', inputs, [hist, binEdges], 'derivative for aten::histogram is not implemented');
  return { hist, binEdges };
}

/** Options of {@link histogramdd}. */
export interface HistogramddOptions {
  /** Lower and upper edge of each dimension in turn, for numbers of bins. Default: those of the data. */
  range?: readonly number[] | null;
  /** Weight of each point (points), or null. */
  weight?: Tensor | null;
  /** Whether to divide by the total and the volumes of the bins. Default false. */
  density?: boolean;
}

/**
 * A histogram of points in as many dimensions as they have coordinates, and the edges of its bins. There is no gradient.
 *
 * @param x (..., coordinates)
 * @param bins a number of equal bins, one for each coordinate, or their edges in ascending order
 * @source torch.histogramdd
 * @example
 * histogramdd(tensor([[0, 1], [1, 0], [2, 0.5]]), [2, 2]);
 * // {hist: tensor([[0., 1.], [1., 1.]]), binEdges: [tensor([0., 1., 2.]), tensor([0.0000, 0.5000, 1.0000])]}
 */
export function histogramdd(
  x: Tensor,
  bins: number | readonly number[] | readonly Tensor[],
  options: HistogramddOptions = {},
): { hist: Tensor; binEdges: Tensor[] } {
  checkOptions('histogramdd', options, ['range', 'weight', 'density']);
  const { range = null, weight = null, density = false } = options;
  checkPoints(x, weight);
  const coordinates = x.size(-1);
  const values = valuesOf(x);
  const columns = Array.from({ length: coordinates }, (_, d) => values.filter((_, i) => i % coordinates === d));
  const given = typeof bins === 'number' ? columns.map(() => bins) : bins;
  if (!Array.isArray(given) || given.length !== coordinates)
    throw new ShapeError('histogramdd: The size of bins must be equal to the innermost dimension of the input.');
  checkRange(range, coordinates);
  const binEdges = columns.map((column, d) => edgesOf(x, column, given[d], d, range?.slice(2 * d, 2 * d + 2)));
  const hist = counted(columns, binEdges.map(valuesOf), weight === null ? null : valuesOf(weight));
  const y = cast(density ? densityOf(hist, binEdges) : hist, x.dtype);
  recordRefusal('histogramdd', [x], [y], 'derivative for aten::_histogramdd_from_bin_cts is not implemented');
  return { hist: y, binEdges };
}

function checkPoints(x: Tensor, weight: Tensor | null): void {
  if (checkTensor('histogramdd', 'input', x).ndim < 2)
    throw new ShapeError('torch.histogramdd: input tensor should have at least 2 dimensions');
  if (!isFloat(x.dtype)) throw new DtypeError(`"histogramdd" not implemented for '${scalarName(x.dtype)}'`);
  if (weight === null) return;
  if (!sameShape(checkTensor('histogramdd', 'weight', weight).shape, sizesFrom(x.shape, 0, -1))) {
    throw new ShapeError(
      `torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor excluding its innermost dimension, but got input with shape [${x.shape.join(', ')}] and weight with shape [${weight.shape.join(', ')}]`,
    );
  }
  if (weight.dtype === x.dtype) return;
  throw new DtypeError(
    `torch.histogramdd: if weight tensor is provided, input tensor and weight tensor should have the same dtype, but got input(${x.dtype}), and weight(${weight.dtype})`,
  );
}

function checkRange(range: readonly number[] | null, coordinates: number): void {
  if (range === null) return;
  if (!Array.isArray(range) || range.length !== 2 * coordinates) {
    throw new ShapeError(
      `torch.histogramdd: for a ${coordinates}-dimensional histogram range should have ${2 * coordinates} elements, but got ${range.length}`,
    );
  }
}

// The edges of dimension d: those given, or those of equal bins.
function edgesOf(x: Tensor, values: Float64Array, bins: unknown, d: number, range?: readonly number[]): Tensor {
  if (bins instanceof Tensor) return checkEdges(x, bins, d);
  if (!Number.isInteger(bins) || (bins as number) <= 0)
    throw new ValueError(`torch.histogram(): bins must be > 0, but got ${String(bins)} for dimension ${d}`);
  const [low, high] = (range as [number, number] | undefined) ?? extremesOf(values);
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new ValueError(`torch.histogramdd: dimension ${d}'s range [${low}, ${high}] is not finite`);
  if (low > high)
    throw new ValueError(
      `torch.histogramdd: min should not exceed max, but got min ${low} max ${high} for dimension ${d}`,
    );
  const [first, last] = widened([low, high], 0.5);
  return linspace(first, last, (bins as number) + 1, { dtype: x.dtype as FloatDtype });
}

function checkEdges(x: Tensor, edges: Tensor, d: number): Tensor {
  if (checkTensor('histogramdd', 'bins', edges).dtype !== x.dtype) {
    throw new DtypeError(
      `torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with dtype ${x.dtype} and bins for dimension ${d} with dtype ${edges.dtype}`,
    );
  }
  if (edges.ndim !== 1) {
    throw new ShapeError(
      `torch.histogramdd: bins tensor should have one dimension, but got ${edges.ndim} dimensions in the bins tensor for dimension ${d}`,
    );
  }
  if (edges.numel() > 0) return edges;
  throw new ShapeError(
    `torch.histogramdd: bins tensor should have at least 1 element, but got 0 elements in the bins tensor for dimension ${d}`,
  );
}

// The bin of a value, or -1 outside; each has its lower edge, and the last its upper edge too.
function binOf(value: number, edges: Float64Array): number {
  const last = edges.length - 1;
  if (!(value >= (edges[0] ?? 0) && value <= (edges[last] ?? 0))) return -1;
  let [low, high] = [0, last];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return Math.min(low, last) - 1;
}

function counted(
  columns: readonly Float64Array[],
  edges: readonly Float64Array[],
  weights: Float64Array | null,
): Tensor {
  const shape = edges.map(({ length }) => length - 1);
  const strides = contiguousStrides(shape);
  const counts = new Float64Array(numelOf(shape));
  const points = columns[0]?.length ?? 0;
  for (let i = 0; i < points; i++) {
    const bins = columns.map((column, d) => binOf(column[i] ?? 0, edges[d] ?? column));
    if (bins.includes(-1)) continue;
    const at = bins.reduce((sum, bin, d) => sum + bin * (strides[d] ?? 0), 0);
    counts[at] = (counts[at] ?? 0) + (weights?.[i] ?? 1);
  }
  return fromTypedArray(counts, shape, 'float64');
}

function densityOf(hist: Tensor, edges: readonly Tensor[]): Tensor {
  return edges.reduce(
    (y, edge, d) => {
      const widths = diff(edge.detach().to('float64'));
      return div(
        y,
        reshape(
          widths,
          hist.shape.map((_, k) => (k === d ? -1 : 1)),
        ),
      );
    },
    div(hist, sum(hist)),
  );
}
