// nn.utils.parametrizations: weights of length and direction, of spectral norm 1, and orthogonal ones.
import { withGradMode } from '../autograd/mode.ts';
import { checkOptions, IndexError, ValueError } from '../errors.ts';
import { div } from '../functional/binary.ts';
import { normalize } from '../functional/layer-norm.ts';
import { mv } from '../functional/matmul.ts';
import { t } from '../functional/views.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { tensorOf } from './hooked-weights.ts';
import { Module } from './module.ts';
import { Orthogonal, type OrthogonalMap } from './orthogonal.ts';
import { registerParametrization } from './parametrize.ts';
import {
  asMatrix,
  checkPowerIterations,
  largestSingular,
  outputDim,
  randomDirection,
  type SpectralNormOptions,
  spectralOptionNames,
} from './spectral-norm.ts';
import { normExceptDim, type WeightNormOptions, weightOf } from './weight-norm.ts';

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** Name of the weight. Default: 'weight'. */
  name?: string;
  /** Default: 'matrix_exp' for square matrices, 'householder' for others. */
  orthogonalMap?: OrthogonalMap | null;
  /** Whether the map is taken around the weight as it is. Default: true. */
  useTrivialization?: boolean;
}

/**
 * Keeps a weight orthogonal, its last two dimensions being matrices.
 *
 * @source torch.nn.utils.parametrizations.orthogonal
 * @example
 * const layer = nn.utils.parametrizations.orthogonal(new nn.Linear(4, 4));
 * allclose(layer.weight.mm(layer.weight.t()), eye(4), { atol: 1e-5 }); // true
 */
export function orthogonal<M extends Module>(module: M, options: OrthogonalOptions = {}): M {
  checkOptions('orthogonal', options, ['name', 'orthogonalMap', 'useTrivialization']);
  const { name = 'weight', useTrivialization = true } = options;
  const weight = tensorOf(module, name);
  if (weight.ndim < 2) {
    throw new ValueError(`Expected a matrix or batch of matrices. Got a tensor of ${weight.ndim} dimensions.`);
  }
  const square = weight.shape.at(-1) === weight.shape.at(-2);
  const map = options.orthogonalMap ?? (square ? 'matrix_exp' : 'householder');
  if (map !== 'matrix_exp' && map !== 'cayley' && map !== 'householder') {
    throw new ValueError(`orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: ${String(map)}`);
  }
  return registerParametrization(module, name, new Orthogonal(weight, map, useTrivialization), { unsafe: true });
}

class _WeightNorm extends Module {
  readonly dim: number;
  constructor(dim: number) {
    super();
    this.dim = dim;
  }

  override forward(g: Tensor, v: Tensor): Tensor {
    return weightOf(v, g, this.dim);
  }

  rightInverse(weight: Tensor): [Tensor, Tensor] {
    return [normExceptDim(weight, this.dim), weight];
  }
}

/**
 * A weight as length, `original0`, and direction, `original1`. @source torch.nn.utils.parametrizations.weight_norm
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(20, 40));
 * [...layer.stateDict().keys()];
 * // ['bias', 'parametrizations.weight.original0', 'parametrizations.weight.original1']
 */
export function weightNorm<M extends Module>(module: M, options: WeightNormOptions = {}): M {
  checkOptions('weightNorm', options, ['name', 'dim']);
  const { name = 'weight' } = options;
  const dim = options.dim === undefined ? 0 : (options.dim ?? -1);
  registerParametrization(module, name, new _WeightNorm(dim), { unsafe: true });
  // The names that `utils.weightNorm` gave.
  module.registerLoadStateDictPreHook((_module, dict, prefix) => {
    const old = ['g', 'v'].map((part) => `${prefix}${name}_${part}`);
    if (!old.every((key) => dict.has(key))) return;
    old.forEach((key, i) => {
      dict.set(`${prefix}parametrizations.${name}.original${i}`, dict.get(key));
      dict.delete(key);
    });
  });
  return module;
}

class _SpectralNorm extends Module {
  readonly dim: number;
  readonly eps: number;
  readonly nPowerIterations: number;
  declare _u: Tensor;
  declare _v: Tensor;

  constructor(weight: Tensor, nPowerIterations: number, dim: number, eps: number) {
    super();
    const { ndim } = weight;
    if (dim >= ndim || dim < -ndim) {
      throw new IndexError(
        `Dimension out of range (expected to be in range of [-${ndim}, ${ndim - 1}] but got ${dim})`,
      );
    }
    checkPowerIterations(nPowerIterations);
    this.dim = dim < 0 ? dim + ndim : dim;
    this.eps = eps;
    this.nPowerIterations = nPowerIterations;
    if (ndim === 1) return;
    const matrix = asMatrix(weight.detach(), this.dim);
    const [h = 0, w = 0] = matrix.shape;
    this.registerBuffer('_u', randomDirection(h, weight, eps));
    this.registerBuffer('_v', randomDirection(w, weight, eps));
    this._powerMethod(matrix, 15);
  }

  _powerMethod(matrix: Tensor, count: number): void {
    const { _u: u, _v: v, eps } = this;
    withGradMode(false, () => {
      for (let i = 0; i < count; i++) {
        u.copy_(normalize(mv(matrix, v), { dim: 0, eps }));
        v.copy_(normalize(mv(t(matrix), u), { dim: 0, eps }));
      }
    });
  }

  override forward(weight: Tensor): Tensor {
    if (weight.ndim === 1) return normalize(weight, { dim: 0, eps: this.eps });
    const matrix = asMatrix(weight, this.dim);
    if (this.training) this._powerMethod(matrix, this.nPowerIterations);
    return div(weight, largestSingular(matrix, this._u.clone(), this._v.clone()));
  }

  rightInverse(value: Tensor): Tensor {
    return value;
  }
}

/**
 * A weight divided by its largest singular value. @source torch.nn.utils.parametrizations.spectral_norm
 * @example
 * const layer = nn.utils.parametrizations.spectralNorm(new nn.Linear(20, 40));
 * [...layer.stateDict().keys()];
 * // ['bias', 'parametrizations.weight.original', 'parametrizations.weight.0._u', 'parametrizations.weight.0._v']
 */
export function spectralNorm<M extends Module>(module: M, options: SpectralNormOptions = {}): M {
  checkOptions('spectralNorm', options, spectralOptionNames);
  const { name = 'weight', nPowerIterations = 1, eps = 1e-12 } = options;
  const weight = tensorOf(module, name);
  const dim = options.dim ?? outputDim(module);
  return registerParametrization(module, name, new _SpectralNorm(weight, nPowerIterations, dim, eps));
}
