// The namespace `autograd.graph`: edges of the graph, and hooks on several tensors or on what is saved.
import { AutogradError, checkFunction, checkList, checkOptions } from '../errors.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { registerHook } from './backward.ts';
import { savedTensorsHooks } from './mode.ts';
import type { Edge, Grad } from './node.ts';
import { edgeOf } from './record.ts';

export { disableSavedTensorsHooks, savedTensorsHooks } from './mode.ts';
export { Node } from './node.ts';

/** The node that gradients of a tensor reach, and which of its outputs the tensor is. @source torch.autograd.graph.GradientEdge */
export type GradientEdge = Edge;

/**
 * Where gradients of `x` go. @throws AutogradError if it wants none @source torch.autograd.graph.get_gradient_edge
 * @example
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * const y = x.exp();
 * autograd.graph.getGradientEdge(y).node === y.gradFn; // true
 */
export function getGradientEdge(x: Tensor): GradientEdge {
  const edge = edgeOf(checkTensor('getGradientEdge', 'tensor', x));
  if (edge === null) {
    throw new AutogradError('It is not possible to get the gradient edge for a Tensor that does not require gradients');
  }
  return edge;
}

/**
 * Marks tensors as written in place, so that backward refuses to use what it saved of them before.
 *
 * @source torch.autograd.graph.increment_version
 * @example
 * const x = zeros(2);
 * autograd.graph.incrementVersion(x);
 * x._version; // 1
 */
export function incrementVersion(tensors: Tensor | Iterable<Tensor>): void {
  const list = tensors instanceof Tensor ? [tensors] : checkList('incrementVersion', 'tensors', tensors);
  for (const x of list) {
    checkTensor('incrementVersion', 'tensor', x).version.value += 1;
  }
}

/** What is called with the gradients of several tensors. */
export type MultiGradHook = ((grads: readonly Grad[]) => void) | ((grad: Tensor) => void);

/**
 * Calls `hook` when gradients of several tensors are known: with mode 'all' once with the list of all, null where there
 * is none of a later pass; with mode 'any' with the first.
 *
 * @source torch.autograd.graph.register_multi_grad_hook
 * @example
 * const [x, y] = [ones(2, { requiresGrad: true }), ones(2, { requiresGrad: true })];
 * let calls = 0;
 * const handle = autograd.graph.registerMultiGradHook([x, y], () => { calls += 1; });
 * x.mul(y).sum().backward();
 * handle.remove();
 * calls; // 1
 */
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: MultiGradHook,
  options: { mode?: 'all' | 'any' } = {},
): { remove(): void } {
  const list = checkList('registerMultiGradHook', 'tensors', tensors);
  for (const x of list) checkTensor('registerMultiGradHook', 'tensors', x);
  checkFunction('registerMultiGradHook', 'hook', hook);
  checkOptions('registerMultiGradHook', options, ['mode']);
  const { mode = 'all' } = options;
  if (mode !== 'all' && mode !== 'any')
    throw new AutogradError(`Expects mode to be one of ('all', 'any') but got ${mode}`);
  let grads: Grad[] = list.map(() => null);
  let seen = 0;
  const handles = list.map((x, i) =>
    registerHook(x, (grad) => {
      seen += 1;
      grads[i] = grad;
      if (mode === 'any' && seen === 1) (hook as (grad: Tensor) => void)(grad);
      if (seen < list.length) return;
      const all = grads;
      grads = list.map(() => null);
      seen = 0;
      if (mode === 'all') (hook as (grads: readonly Grad[]) => void)(all);
    }),
  );
  return {
    remove() {
      for (const handle of handles) handle.remove();
    },
  };
}

/**
 * Runs `fn`, in which tensors that were saved for backward may be written in place: they are saved as copies.
 *
 * @source torch.autograd.graph.allow_mutation_on_saved_tensors
 * @example
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * autograd.graph.allowMutationOnSavedTensors(() => {
 *   const y = x.mul(2);
 *   const z = y.square();
 *   y.zero_();
 *   z.sum().backward();
 * });
 * x.grad; // tensor([8., 20.])
 */
export function allowMutationOnSavedTensors<R>(fn: () => R): R {
  return savedTensorsHooks(
    (x) => x.detach().clone(),
    (packed) => packed as Tensor,
    fn,
  );
}
