// Windows of spectral analysis: Hann, Hamming, Blackman, Bartlett, Kaiser.
import { checkOptions, ValueError } from '../errors.ts';
import { floatDtypeOf, type TensorOptions, tabulate, tensor, tensorOptions } from '../tensor/create.ts';
import { checkShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { div } from './binary.ts';
import { cast } from './copies.ts';
import { i0 } from './special.ts';

/** Options of the window functions. */
export interface WindowOptions extends TensorOptions {
  /** Whether the window is one period of a periodic one; otherwise it is symmetric. Default true. */
  periodic?: boolean;
}

/** Options of {@link hammingWindow}. */
export interface HammingWindowOptions extends WindowOptions {
  /** The constant term. Default 0.54. */
  alpha?: number;
  /** The factor of the cosine. Default 0.46. */
  beta?: number;
}

/** Options of {@link kaiserWindow}. */
export interface KaiserWindowOptions extends WindowOptions {
  /** Shape of the window. Default 12. */
  beta?: number;
}

const common = ['periodic', ...tensorOptions];

// `value` of the place in the window, from 0 to 1.
function windowOf(who: string, length: number, options: WindowOptions, value: (place: number) => number): Tensor {
  const { periodic = true } = options;
  const dtype = floatDtypeOf(who, options.dtype);
  if (typeof length === 'number' && length < 0) {
    throw new ValueError(`${who} requires non-negative window_length, got window_length=${length}`);
  }
  const [n = 0] = checkShape(who, [length]);
  const last = periodic ? n : n - 1;
  return tabulate(n, dtype, (i) => (n === 1 ? 1 : value(i / last))).requiresGrad_(options.requiresGrad ?? false);
}

const turn = 2 * Math.PI;

/**
 * (1 - cos(2 pi i / N)) / 2. @returns (windowLength) @source torch.hann_window
 * @example hannWindow(4); // tensor([0.0000, 0.5000, 1.0000, 0.5000])
 */
export function hannWindow(windowLength: number, options: WindowOptions = {}): Tensor {
  checkOptions('hannWindow', options, common);
  return windowOf('hann_window', windowLength, options, (t) => 0.5 - 0.5 * Math.cos(turn * t));
}

/**
 * alpha - beta cos(2 pi i / N). @returns (windowLength) @source torch.hamming_window
 * @example hammingWindow(4); // tensor([0.0800, 0.5400, 1.0000, 0.5400])
 */
export function hammingWindow(windowLength: number, options: HammingWindowOptions = {}): Tensor {
  checkOptions('hammingWindow', options, [...common, 'alpha', 'beta']);
  const { alpha = 0.54, beta = 0.46 } = options;
  return windowOf('hamming_window', windowLength, options, (t) => alpha - beta * Math.cos(turn * t));
}

/**
 * 0.42 - 0.5 cos(2 pi i / N) + 0.08 cos(4 pi i / N). @returns (windowLength) @source torch.blackman_window
 * @example blackmanWindow(4).slice(0, 1); // tensor([0.3400, 1.0000, 0.3400])
 */
export function blackmanWindow(windowLength: number, options: WindowOptions = {}): Tensor {
  checkOptions('blackmanWindow', options, common);
  const value = (t: number) => 0.42 - 0.5 * Math.cos(turn * t) + 0.08 * Math.cos(2 * turn * t);
  return windowOf('blackman_window', windowLength, options, value);
}

/**
 * A triangle: 1 - |2 i / N - 1|. @returns (windowLength) @source torch.bartlett_window
 * @example bartlettWindow(4); // tensor([0.0000, 0.5000, 1.0000, 0.5000])
 */
export function bartlettWindow(windowLength: number, options: WindowOptions = {}): Tensor {
  checkOptions('bartlettWindow', options, common);
  return windowOf('bartlett_window', windowLength, options, (t) => 1 - Math.abs(2 * t - 1));
}

/**
 * I0(beta sqrt(1 - (2 i / N - 1)^2)) / I0(beta). @returns (windowLength) @source torch.kaiser_window
 * @example kaiserWindow(4); // tensor([5.2773e-05, 2.1567e-01, 1.0000e+00, 2.1567e-01])
 */
export function kaiserWindow(windowLength: number, options: KaiserWindowOptions = {}): Tensor {
  checkOptions('kaiserWindow', options, [...common, 'beta']);
  const { beta = 12 } = options;
  const arch = (t: number) => beta * Math.sqrt(Math.max(0, 1 - (2 * t - 1) ** 2));
  const given = { periodic: options.periodic, dtype: 'float64' as const };
  const arches = windowOf('kaiser_window', windowLength, given, arch);
  const dtype = floatDtypeOf('kaiser_window', options.dtype);
  const curve = windowLength === 1 ? arches : div(i0(arches), i0(tensor(beta, { dtype: 'float64' })));
  return cast(curve, dtype).requiresGrad_(options.requiresGrad ?? false);
}
