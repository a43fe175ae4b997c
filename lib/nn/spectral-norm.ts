// Weights divided by their largest singular value. @source Miyato et al. 2018
import { withGradMode } from '../autograd/mode.ts';
import { checkOptions, ValueError } from '../errors.ts';
import { div } from '../functional/binary.ts';
import { normalize } from '../functional/layer-norm.ts';
import { dot, mv } from '../functional/matmul.ts';
import { flatten, permute, t } from '../functional/views.ts';
import { normal_ } from '../tensor/random.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from './conv-transpose.ts';
import { addWeightHook, refuseSecond, removeWeightHook, tensorOf } from './hooked-weights.ts';
import type { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Options of `spectralNorm`. */
export interface SpectralNormOptions {
  /** Name of the weight. Default: 'weight'. */
  name?: string;
  /** Steps of the power iteration in a call. Default: 1. */
  nPowerIterations?: number;
  /** Least length of a vector. Default: 1e-12. */
  eps?: number;
  /** The dimension of the outputs. Default: 1 for transposed convolutions, 0 otherwise. */
  dim?: number | null;
}

/** @internal */
export const spectralOptionNames = ['name', 'nPowerIterations', 'eps', 'dim'];

/** @throws ValueError if there are no steps */
export function checkPowerIterations(count: number): void {
  if (count > 0) return;
  throw new ValueError(`Expected n_power_iterations to be positive, but got n_power_iterations=${count}`);
}

/** The dimension of a module's outputs in its weight. */
export function outputDim(module: Module): number {
  const transposed = [ConvTranspose1d, ConvTranspose2d, ConvTranspose3d].some((Layer) => module instanceof Layer);
  return transposed ? 1 : 0;
}

/** The weight as a matrix whose rows are the slices of dimension `dim`. */
export function asMatrix(weight: Tensor, dim: number): Tensor {
  const others = weight.shape.map((_, d) => d).filter((d) => d !== dim);
  return flatten(dim === 0 ? weight : permute(weight, dim, ...others), 1);
}

/** A vector of length 1 in a random direction. */
export function randomDirection(size: number, like: Tensor, eps: number): Tensor {
  return normalize(normal_(emptyOf([size], like.dtype)), { dim: 0, eps });
}

/** The largest singular value, from vectors that stand for it. */
export function largestSingular(matrix: Tensor, u: Tensor, v: Tensor): Tensor {
  return dot(u, mv(matrix, v));
}

/**
 * Divides a weight, now `weight_orig`, by its largest singular value before every call; in training a step of the power
 * iteration improves the singular vectors `weight_u` and `weight_v` first.
 *
 * @source torch.nn.utils.spectral_norm
 * @example
 * const layer = nn.utils.spectralNorm(new nn.Linear(20, 40));
 * [...layer.stateDict().keys()]; // ['bias', 'weight_orig', 'weight_u', 'weight_v']
 */
export function spectralNorm<M extends Module>(module: M, options: SpectralNormOptions = {}): M {
  checkOptions('spectralNorm', options, spectralOptionNames);
  const { name = 'weight', nPowerIterations = 1, eps = 1e-12 } = options;
  const dim = options.dim ?? outputDim(module);
  refuseSecond(module, 'spectral_norm', name);
  checkPowerIterations(nPowerIterations);
  const weight = module._parameters.get(name) ?? null;
  if (weight === null) throw new ValueError(`\`SpectralNorm\` cannot be applied as parameter \`${name}\` is None`);
  const [h = 0, w = 0] = asMatrix(weight.detach(), dim).shape;
  const u = randomDirection(h, weight, eps);
  const v = randomDirection(w, weight, eps);
  module._parameters.delete(name);
  module.registerParameter(`${name}_orig`, weight);
  Reflect.set(module, name, weight.data);
  module.registerBuffer(`${name}_u`, u);
  module.registerBuffer(`${name}_v`, v);
  const compute = (owner: Module, improve: boolean) => {
    const matrix = asMatrix(tensorOf(owner, `${name}_orig`), dim);
    const [ownU, ownV] = [tensorOf(owner, `${name}_u`), tensorOf(owner, `${name}_v`)];
    if (improve) withGradMode(false, () => iterate(matrix, ownU, ownV, nPowerIterations, eps));
    return div(tensorOf(owner, `${name}_orig`), largestSingular(matrix, ownU.clone(), ownV.clone()));
  };
  addWeightHook(
    module,
    'spectral_norm',
    name,
    (owner) => compute(owner, owner.training),
    (owner) => {
      const value = withGradMode(false, () => compute(owner, false));
      Reflect.deleteProperty(owner, name);
      for (const key of [`${name}_u`, `${name}_v`, `${name}_orig`]) Reflect.deleteProperty(owner, key);
      owner.registerParameter(name, new Parameter(value.detach()));
    },
  );
  return module;
}

function iterate(matrix: Tensor, u: Tensor, v: Tensor, count: number, eps: number): void {
  for (let i = 0; i < count; i++) {
    v.copy_(normalize(mv(t(matrix), u), { dim: 0, eps }));
    u.copy_(normalize(mv(matrix, v), { dim: 0, eps }));
  }
}

/**
 * Undoes `spectralNorm`. @throws ValueError if there is nothing to undo @source torch.nn.utils.remove_spectral_norm
 * @example
 * const layer = nn.utils.removeSpectralNorm(nn.utils.spectralNorm(new nn.Linear(20, 40)));
 * [...layer.stateDict().keys()]; // ['bias', 'weight']
 */
export function removeSpectralNorm<M extends Module>(module: M, options: { name?: string } | string = {}): M {
  const named = typeof options === 'string' ? { name: options } : options;
  checkOptions('removeSpectralNorm', named, ['name']);
  const { name = 'weight' } = named;
  removeWeightHook(module, 'spectral_norm', name);
  return module;
}
