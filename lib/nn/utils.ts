// nn.utils: clipping of gradients, and all other tools for modules and parameters.
import { withGradMode } from '../autograd/mode.ts';
import { checkFunction, checkList, checkOptions, ValueError } from '../errors.ts';
import { float } from '../functional/arguments.ts';
import { stack } from '../functional/join.ts';
import { normOver } from '../functional/vector-norm.ts';
import { tensor } from '../tensor/create.ts';
import { getRngState, setRngState } from '../tensor/random.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import type { Module } from './module.ts';

export * as stateless from './functional-call.ts';
export { fuseConvBnEval, fuseConvBnWeights, fuseLinearBnEval, fuseLinearBnWeights } from './fusion.ts';
export * as parametrizations from './parametrizations.ts';
export * as parametrize from './parametrize.ts';
export * as prune from './prune.ts';
export * as rnn from './rnn-sequences.ts';
export { removeSpectralNorm, spectralNorm } from './spectral-norm.ts';
export { parametersToVector, vectorToParameters } from './vectors.ts';
export { removeWeightNorm, weightNorm } from './weight-norm.ts';

/** Options of `getTotalNorm`. */
export interface TotalNormOptions {
  /** Order of the norm; Infinity for the largest magnitude. Default: 2. */
  normType?: number;
  /** Throw when the norm is NaN or infinite. Default: false. */
  errorIfNonfinite?: boolean;
  /** Accepted. */
  foreach?: boolean | null;
}

/** Options of `clipGradNorm_`. */
export type ClipGradNormOptions = TotalNormOptions;

/**
 * The norm of all tensors together.
 * @throws ValueError for a norm that is not finite, when asked to
 * @source torch.nn.utils.get_total_norm
 * @example nn.utils.getTotalNorm([tensor([3, 0.5]), tensor([4, 0.5])]); // tensor(5.0498)
 */
export function getTotalNorm(tensors: Tensor | Iterable<Tensor>, options: TotalNormOptions = {}): Tensor {
  checkOptions('getTotalNorm', options, ['normType', 'errorIfNonfinite', 'foreach']);
  const { normType = 2, errorIfNonfinite = false } = options;
  const list = listOf('getTotalNorm', 'tensors', tensors);
  if (list.length === 0) return tensor(0, { dtype: 'float32' });
  const total = normOver(stack(list.map((x) => normOver(x, { p: normType }))), { p: normType });
  if (errorIfNonfinite && !Number.isFinite(Number(total.item()))) {
    throw new ValueError(
      `The total norm of order ${normType} for gradients from \`parameters\` is non-finite, so it cannot be clipped. ` +
        'To disable this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`',
    );
  }
  return total;
}

/**
 * Scales gradients by min(1, maxNorm / (totalNorm + 1e-6)).
 * @source torch.nn.utils.clip_grads_with_norm_
 * @example
 * const weight = new nn.Parameter(zeros(2));
 * weight.grad = tensor([3, 4.5]);
 * nn.utils.clipGradsWithNorm_(weight, 1, tensor(10));
 * weight.grad; // tensor([0.3000, 0.4500])
 */
export function clipGradsWithNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  totalNorm: Tensor,
  options: { foreach?: boolean | null } = {},
): void {
  checkOptions('clipGradsWithNorm_', options, ['foreach']);
  const grads = gradsOf('clipGradsWithNorm_', parameters);
  checkTensor('clipGradsWithNorm_', 'totalNorm', totalNorm);
  float('clipGradsWithNorm_', 'maxNorm', maxNorm);
  withGradMode(false, () => {
    const coefficient = totalNorm.add(1e-6).reciprocal().mul(maxNorm).clamp(null, 1);
    for (const grad of grads) grad.mul_(coefficient);
  });
}

/**
 * Scales gradients so that the norm of all of them together is at most `maxNorm`.
 *
 * @param parameters - one tensor or any iterable of tensors; those without gradient are left out
 * @returns the norm before, 0-dimensional
 * @throws ValueError for a norm that is not finite, when asked to
 * @source torch.nn.utils.clip_grad_norm_
 * @example
 * const weight = new nn.Parameter(zeros(2));
 * weight.mul(tensor([3, 4])).sum().backward();
 * nn.utils.clipGradNorm_([weight], 1); // tensor(5.)
 * weight.grad; // tensor([0.6000, 0.8000])
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  checkOptions('clipGradNorm_', options, ['normType', 'errorIfNonfinite', 'foreach']);
  const list = listOf('clipGradNorm_', 'parameters', parameters);
  float('clipGradNorm_', 'maxNorm', maxNorm);
  const total = withGradMode(false, () => getTotalNorm(gradsOf('clipGradNorm_', list), options));
  clipGradsWithNorm_(list, maxNorm, total);
  return total;
}

/**
 * @deprecated use `clipGradNorm_` @source torch.nn.utils.clip_grad_norm
 * @example
 * const weight = new nn.Parameter(zeros(2));
 * weight.mul(tensor([3, 4])).sum().backward();
 * nn.utils.clipGradNorm([weight], 1); // tensor(5.)
 */
export function clipGradNorm(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  warn('`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.');
  return clipGradNorm_(parameters, maxNorm, options);
}

/**
 * Clamps every element of the gradients to +-clipValue.
 * @param parameters - one tensor or any iterable of tensors; those without gradient are left out
 * @source torch.nn.utils.clip_grad_value_
 * @example
 * const weight = new nn.Parameter(zeros(2));
 * weight.mul(tensor([3, -0.5])).sum().backward();
 * nn.utils.clipGradValue_([weight], 1);
 * weight.grad; // tensor([1.0000, -0.5000])
 */
export function clipGradValue_(
  parameters: Tensor | Iterable<Tensor>,
  clipValue: number,
  options: { foreach?: boolean | null } = {},
): void {
  checkOptions('clipGradValue_', options, ['foreach']);
  const grads = gradsOf('clipGradValue_', parameters);
  float('clipGradValue_', 'clipValue', clipValue);
  withGradMode(false, () => {
    for (const grad of grads) grad.clamp_(-clipValue, clipValue);
  });
}

/**
 * A module made as always, without a change to the stream of random numbers. @source torch.nn.utils.skip_init
 * @example nn.utils.skipInit(nn.Linear, 2, 3).weight.shape; // [3, 2]
 */
export function skipInit<Args extends unknown[], M extends Module>(
  moduleClass: new (...args: Args) => M,
  ...args: Args
): M {
  checkFunction('skipInit', 'moduleClass', moduleClass);
  const state = getRngState();
  try {
    return new moduleClass(...args);
  } finally {
    setRngState(state);
  }
}

function listOf(who: string, argument: string, tensors: Tensor | Iterable<Tensor>): Tensor[] {
  const list = tensors instanceof Tensor ? [tensors] : checkList(who, argument, tensors);
  return list.map((x) => checkTensor(who, argument, x));
}

function gradsOf(who: string, parameters: Tensor | Iterable<Tensor>): Tensor[] {
  return listOf(who, 'parameters', parameters).flatMap(({ grad }) => (grad === null ? [] : [grad]));
}
