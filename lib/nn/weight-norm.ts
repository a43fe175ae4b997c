// Weights as length and direction. @source Salimans and Kingma 2016
import { withGradMode } from '../autograd/mode.ts';
import { checkOptions, ValueError } from '../errors.ts';
import { div, mul } from '../functional/binary.ts';
import { normOver } from '../functional/vector-norm.ts';
import { wrapDim } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { addWeightHook, refuseSecond, removeWeightHook, tensorOf } from './hooked-weights.ts';
import type { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Options of `weightNorm`. */
export interface WeightNormOptions {
  /** Name of the weight. Default: 'weight'. */
  name?: string;
  /** The dimension whose slices have a length each; null for one length. Default: 0. */
  dim?: number | null;
}

/** The length of each slice of dimension `dim`, which stays; of everything for -1. @source torch.norm_except_dim */
export function normExceptDim(weight: Tensor, dim: number): Tensor {
  if (dim === -1) return normOver(weight);
  const kept = wrapDim(dim, weight.ndim);
  const others = weight.shape.map((_, d) => d).filter((d) => d !== kept);
  return others.length === 0 ? weight.abs() : normOver(weight, { dim: others, keepdim: true });
}

/** v g / |v| */
export function weightOf(v: Tensor, g: Tensor, dim: number): Tensor {
  return mul(v, div(g, normExceptDim(v, dim)));
}

/**
 * Replaces a weight by its length `weight_g` and direction `weight_v`; the weight is computed before every call.
 *
 * @deprecated use `parametrizations.weightNorm`
 * @source torch.nn.utils.weight_norm
 * @example
 * const layer = nn.utils.weightNorm(new nn.Linear(20, 40));
 * [...layer.stateDict().keys()]; // ['bias', 'weight_g', 'weight_v']
 */
export function weightNorm<M extends Module>(module: M, options: WeightNormOptions = {}): M {
  checkOptions('weightNorm', options, ['name', 'dim']);
  warn('`torch.nn.utils.weight_norm` is deprecated in favor of `torch.nn.utils.parametrizations.weight_norm`.');
  const { name = 'weight' } = options;
  const dim = options.dim === undefined ? 0 : (options.dim ?? -1);
  refuseSecond(module, 'weight_norm', name);
  const weight = tensorOf(module, name);
  if (!module._parameters.has(name)) throw new ValueError(`weightNorm: '${name}' is no parameter of ${module}`);
  const g = withGradMode(false, () => normExceptDim(weight, dim));
  module._parameters.delete(name);
  module.registerParameter(`${name}_g`, new Parameter(g.data));
  module.registerParameter(`${name}_v`, new Parameter(weight.data));
  const compute = (owner: Module) => weightOf(tensorOf(owner, `${name}_v`), tensorOf(owner, `${name}_g`), dim);
  Reflect.set(module, name, compute(module));
  addWeightHook(module, 'weight_norm', name, compute, (owner) => {
    const value = withGradMode(false, () => compute(owner));
    Reflect.deleteProperty(owner, name);
    owner._parameters.delete(`${name}_g`);
    owner._parameters.delete(`${name}_v`);
    owner.registerParameter(name, new Parameter(value.data));
  });
  return module;
}

/**
 * Undoes `weightNorm`. @throws ValueError if there is nothing to undo @source torch.nn.utils.remove_weight_norm
 * @example
 * const layer = nn.utils.removeWeightNorm(nn.utils.weightNorm(new nn.Linear(20, 40)));
 * [...layer.stateDict().keys()]; // ['bias', 'weight']
 */
export function removeWeightNorm<M extends Module>(module: M, options: { name?: string } | string = {}): M {
  const named = typeof options === 'string' ? { name: options } : options;
  checkOptions('removeWeightNorm', named, ['name']);
  const { name = 'weight' } = named;
  removeWeightHook(module, 'weight_norm', name);
  return module;
}
