// nn.utils: clipping of gradients, parameters as one vector.
import { withGradMode } from '../autograd/mode.ts';
import { checkOptions, ValueError } from '../errors.ts';
import { cat, stack } from '../functional/join.ts';
import { norm } from '../functional/reduce.ts';
import { tensor } from '../tensor/create.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';

export * as rnn from './rnn-sequences.ts';

/** Options of `clipGradNorm_`. */
export interface ClipGradNormOptions {
  /** Order of the norm; Infinity for the largest magnitude. Default: 2. */
  normType?: number;
  /** Throw when the norm is NaN or infinite. Default: false. */
  errorIfNonfinite?: boolean;
}

/**
 * Scales gradients so that the norm of all of them together is at most `maxNorm`: they are multiplied by
 * min(1, maxNorm / (norm + 1e-6)).
 *
 * @param parameters - one tensor or any iterable of tensors; those without gradient are left out
 * @returns the norm before, 0-dimensional
 * @throws ValueError for a norm that is not finite, when asked to
 * @source torch.nn.utils.clip_grad_norm_
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  checkOptions('clipGradNorm_', options, ['normType', 'errorIfNonfinite']);
  const { normType = 2, errorIfNonfinite = false } = options;
  const grads = gradsOf(parameters);
  return withGradMode(false, () => {
    if (grads.length === 0) return tensor(0);
    const total = norm(stack(grads.map((grad) => norm(grad, { p: normType }))), { p: normType });
    if (errorIfNonfinite && !Number.isFinite(Number(total.item()))) {
      throw new ValueError(
        `The total norm of order ${normType} for gradients from \`parameters\` is non-finite, so it cannot be clipped. ` +
          'To disable this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`',
      );
    }
    const coefficient = total.add(1e-6).reciprocal().mul(maxNorm).clamp(null, 1);
    for (const grad of grads) grad.mul_(coefficient);
    return total;
  });
}

/**
 * Clamps every element of the gradients to +-clipValue.
 * @param parameters - one tensor or any iterable of tensors; those without gradient are left out
 * @source torch.nn.utils.clip_grad_value_
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  const grads = gradsOf(parameters);
  withGradMode(false, () => {
    for (const grad of grads) grad.clamp_(-clipValue, clipValue);
  });
}

/** All elements of all tensors, one after the other: `(total)`. @source torch.nn.utils.parameters_to_vector */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat([...parameters].map((parameter) => parameter.reshape(-1)));
}

/**
 * Lets each tensor be a window on a vector, in order; the tensors then share its memory.
 * @param vector - `(total)` with at least as many elements as all tensors together
 * @source torch.nn.utils.vector_to_parameters
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  checkTensor('vectorToParameters', 'vector', vector);
  let offset = 0;
  for (const parameter of parameters) {
    const count = parameter.numel();
    parameter.data = vector.narrow(0, offset, count).view(parameter.shape).data;
    offset += count;
  }
}

function gradsOf(parameters: Tensor | Iterable<Tensor>): Tensor[] {
  const list = parameters instanceof Tensor ? [parameters] : [...parameters];
  return list.flatMap(({ grad }) => (grad === null ? [] : [grad]));
}
