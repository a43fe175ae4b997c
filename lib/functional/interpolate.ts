// Resizing of sequences, images and volumes.
import { isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, NotImplementedError, ShapeError, ValueError } from '../errors.ts';
import { tensor } from '../tensor/create.ts';
import { sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from './adaptive-pool.ts';
import { indexSelect } from './indexing.ts';
import {
  antialiasTaps,
  cubicTaps,
  linearTaps,
  type Mapping,
  nearestTaps,
  resampleAlong,
  resampleBytesAlong,
  type Taps,
} from './resample.ts';
import { numbersOf, type Sizes } from './sizes.ts';

/** How the elements between are found. */
export type InterpolationMode = 'nearest' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area' | 'nearest-exact';

/** Options of {@link interpolate}; either `size` or `scaleFactor` is needed. */
export interface InterpolateOptions {
  /** Spatial sizes of the result. */
  size?: Sizes | null;
  /** Factor of the spatial sizes. */
  scaleFactor?: number | readonly number[] | null;
  /** Default 'nearest'. */
  mode?: InterpolationMode;
  /** Whether the first and last elements of input and result lie upon each other. Default false. */
  alignCorners?: boolean | null;
  /** Compute with the ratio of the sizes instead of the given factor. Default false. */
  recomputeScaleFactor?: boolean | null;
  /** Let every input count when the result is smaller; for bilinear and bicubic. Default false. */
  antialias?: boolean;
}

const known = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor', 'antialias'];
const modes = ['nearest', 'linear', 'bilinear', 'bicubic', 'trilinear', 'area', 'nearest-exact'] as const;
const needed: { readonly [mode: string]: number } = { linear: 3, bilinear: 4, bicubic: 4, trilinear: 5 };
const list = (values: readonly unknown[]) => `[${values.join(', ')}]`;

/**
 * x with other spatial sizes.
 *
 * @param x (N, C, L), (N, C, H, W) or (N, C, D, H, W), floating point; 'nearest' takes any dtype,
 *   'bilinear' and 'bicubic' also uint8
 * @throws ValueError unless exactly one of size and scaleFactor is given, and for a mode of another rank
 * @source torch.nn.functional.interpolate
 * @example
 * F.interpolate(tensor([[[1, 2.5]]]), { scaleFactor: 2 }); // tensor([[[1.0000, 1.0000, 2.5000, 2.5000]]])
 * F.interpolate(randn(1, 3, 8, 8), { size: [16, 20], mode: 'bilinear' }).shape; // [1, 3, 16, 20]
 */
export function interpolate(x: Tensor, options: InterpolateOptions = {}): Tensor {
  checkTensor('interpolate', 'input', x);
  checkOptions('interpolate', options, known);
  const { mode = 'nearest', antialias = false } = options;
  const simple = mode === 'nearest' || mode === 'area' || mode === 'nearest-exact';
  if (simple && options.alignCorners !== null && options.alignCorners !== undefined) {
    throw new ValueError(
      'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
    );
  }
  const { out, factors } = sizesOf(x, options);
  if (antialias && !((mode === 'bilinear' || mode === 'bicubic') && x.ndim === 4)) {
    throw new ValueError(
      'Anti-alias option is restricted to bilinear and bicubic modes and requires a 4-D tensor as input',
    );
  }
  checkMode(x, mode);
  const spatial = sizesFrom(x.shape, 2);
  if (mode === 'area') return [adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d][x.ndim - 3]?.(x, out) ?? x;
  if (sizesFrom(x.shape, 1).includes(0) || out.some((n) => n < 1)) {
    const named = (sizes: readonly number[]) =>
      `(${sizes.map((n, d) => `${['D', 'H', 'W'][3 - sizes.length + d]}: ${n}`).join(', ')})`;
    throw new ShapeError(
      `Input and output sizes should be greater than 0, but got input ${named(spatial)}${spatial.length === 1 ? ' and' : ''} output ${named(out)}`,
    );
  }
  if (!isFloat(x.dtype) && !(x.dtype === 'uint8' && (simple || x.ndim === 4))) {
    const kernel = simple && x.ndim === 4 ? 'upsample_nearest2d_channels_last' : 'compute_indices_weights_nearest';
    throw new DtypeError(`"${simple ? kernel : 'interpolate'}" not implemented for '${scalarName(x.dtype)}'`);
  }
  const [first = '', ...rest] = mode.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const nodeName = `upsample${first}${rest.join('')}${spatial.length}d${antialias ? 'Aa' : ''}`;
  // The last dimension first, which the rounding of bytes shows.
  return spatial.reduceRight((y, n, d) => {
    const m = out[d] ?? 1;
    const q = mappingOf(x, n, m, factors?.[d], options.alignCorners ?? false);
    const taps = tapsFor(mode, antialias, x.ndim === 4, q);
    if (isFloat(x.dtype)) return resampleAlong(y, d + 2, taps, nodeName);
    if (simple) return indexSelect(y, d + 2, tensor(taps.index, { dtype: 'int64' }));
    return n === m ? y : resampleBytesAlong(y, d + 2, taps);
  }, x);
}

function tapsFor(mode: InterpolationMode, antialias: boolean, image: boolean, q: Mapping): Taps {
  if (mode === 'nearest' || mode === 'nearest-exact') return nearestTaps(q, mode === 'nearest-exact', image);
  if (antialias) return antialiasTaps(q, mode === 'bicubic' ? 'bicubic' : 'bilinear');
  return mode === 'bicubic' ? cubicTaps(q) : linearTaps(q);
}

function mappingOf(x: Tensor, n: number, m: number, factor: number | undefined, alignCorners: boolean): Mapping {
  const round = x.dtype === 'float32' ? Math.fround : (value: number) => value;
  const free = factor !== undefined && factor > 0 ? 1 / factor : n / m;
  const scale = alignCorners ? (m > 1 ? (n - 1) / (m - 1) : 0) : free;
  return { n, m, scale: round(scale), alignCorners, round };
}

function checkMode(x: Tensor, mode: InterpolationMode): void {
  if (!modes.includes(mode) || x.ndim < 3 || x.ndim > 5) {
    throw new NotImplementedError(
      `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${x.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
    );
  }
  const rank = needed[mode];
  if (rank === undefined || rank === x.ndim) return;
  // PyTorch has sentences for the linear family only.
  if (mode === 'bicubic') {
    throw new NotImplementedError(
      `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${x.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
    );
  }
  throw new NotImplementedError(`Got ${x.ndim}D input, but ${mode} mode needs ${rank}D input`);
}

// The sizes of the result, and the factors to compute with, if these are not the ratios of the sizes.
function sizesOf(x: Tensor, options: InterpolateOptions): { out: number[]; factors: readonly number[] | null } {
  const { size = null, scaleFactor = null, recomputeScaleFactor = null } = options;
  const spatial = sizesFrom(x.shape, 2);
  if (size !== null && scaleFactor !== null) throw new ValueError('only one of size or scale_factor should be defined');
  const format = 'Please provide input tensor in (N, C, d1, d2, ...,dK) format and';
  const mismatch = (other: string) =>
    `Input and ${other} must have the same number of spatial dimensions, but got input with spatial dimensions of ${list(spatial)} and`;
  if (size !== null) {
    if (recomputeScaleFactor) throw new ValueError('recompute_scale_factor is not meaningful with an explicit size.');
    const sizes = numbersOf('interpolate', 'size', size);
    if (typeof size === 'number') return { out: spatial.map(() => size), factors: null };
    if (sizes.length === spatial.length) return { out: sizes, factors: null };
    throw new ValueError(
      `${mismatch('output')} output size of ${list(sizes)}. ${format} output size in (o1, o2, ...,oK) format.`,
    );
  }
  if (scaleFactor === null) throw new ValueError('either size or scale_factor should be defined');
  const given = numbersOf('interpolate', 'scaleFactor', scaleFactor, false);
  const factors = typeof scaleFactor === 'number' ? spatial.map(() => scaleFactor) : given;
  if (factors.length !== spatial.length) {
    throw new ValueError(
      `${mismatch('scale_factor')} scale_factor of shape ${list(factors)}. ${format} scale_factor in (s1, s2, ...,sK) format.`,
    );
  }
  const out = spatial.map((n, d) => Math.floor(n * (factors[d] ?? 1)));
  return { out, factors: recomputeScaleFactor ? null : factors };
}

/** Options of {@link upsample}. */
export type UpsampleFunctionOptions = Pick<InterpolateOptions, 'size' | 'scaleFactor' | 'mode' | 'alignCorners'>;

/**
 * {@link interpolate} under its older name. @source torch.nn.functional.upsample
 * @example F.upsample(tensor([[[1, 2.5]]]), { scaleFactor: 2 }); // tensor([[[1.0000, 1.0000, 2.5000, 2.5000]]])
 */
export function upsample(x: Tensor, options: UpsampleFunctionOptions = {}): Tensor {
  checkTensor('upsample', 'input', x);
  checkOptions('upsample', options, ['size', 'scaleFactor', 'mode', 'alignCorners']);
  return interpolate(x, options);
}

/**
 * {@link interpolate} by the nearest element. @source torch.nn.functional.upsample_nearest
 * @example F.upsampleNearest(ones(1, 3, 4, 4), { scaleFactor: 2 }).shape; // [1, 3, 8, 8]
 */
export function upsampleNearest(x: Tensor, options: Pick<InterpolateOptions, 'size' | 'scaleFactor'> = {}): Tensor {
  checkTensor('upsampleNearest', 'input', x);
  checkOptions('upsampleNearest', options, ['size', 'scaleFactor']);
  return interpolate(x, { ...options, mode: 'nearest' });
}

/**
 * {@link interpolate} of images, linear, corners aligned. @source torch.nn.functional.upsample_bilinear
 * @example
 * F.upsampleBilinear(tensor([[[[1, 2.5]]]]), { size: [1, 4] });
 * // tensor([[[[1.0000, 1.5000, 2.0000, 2.5000]]]])
 */
export function upsampleBilinear(x: Tensor, options: Pick<InterpolateOptions, 'size' | 'scaleFactor'> = {}): Tensor {
  checkTensor('upsampleBilinear', 'input', x);
  checkOptions('upsampleBilinear', options, ['size', 'scaleFactor']);
  return interpolate(x, { ...options, mode: 'bilinear', alignCorners: true });
}
