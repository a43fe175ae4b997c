// Full backward hooks of a module, by an identity function on its inputs and one on its outputs.
// @source torch.utils.hooks.BackwardHook, torch.nn.modules._functions.BackwardHookFunction
import { Function as AutogradFunction, type FunctionContext } from '../autograd/function.ts';
import { isGradEnabled } from '../autograd/mode.ts';
import type { Node } from '../autograd/node.ts';
import { StateError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { AnyHook, Gradients } from './hooks.ts';
import type { Module } from './module.ts';

/** The identity; its node is where the gradients of all its tensors are seen together. */
class BackwardHookFunction extends AutogradFunction {
  static override forward(ctx: FunctionContext, ...args: Tensor[]): Tensor[] {
    const views = args.map((arg) => arg.view(arg.shape));
    ctx.markNonDifferentiable(...views.filter((_, i) => !ctx.needsInputGrad[i]));
    return views;
  }

  static override backward(_ctx: FunctionContext, ...grads: (Tensor | null)[]): (Tensor | null)[] {
    return grads;
  }
}

/**
 * The backward hooks of one call of a module: joins the gradients seen behind the outputs with those seen before the
 * inputs, and calls the user's hooks when both are there.
 */
export class BackwardHooks {
  readonly #module: Module;
  readonly #hooks: readonly AnyHook[];
  readonly #preHooks: readonly AnyHook[];
  #gradOutputs: Gradients | null = null;
  #inputCount = 0;
  #outputCount = 0;
  /** Which arguments are tensors; null when none of them requires a gradient. */
  #inputs: number[] | null = null;
  #outputs: number[] = [];

  constructor(module: Module, hooks: readonly AnyHook[], preHooks: readonly AnyHook[]) {
    this.#module = module;
    this.#hooks = hooks;
    this.#preHooks = preHooks;
  }

  /** The arguments with views in place of the tensors. */
  wrapInputs(args: unknown[]): unknown[] {
    this.#inputCount = args.length;
    const wrapped = wrap(args);
    if (wrapped === null) return args;
    this.#inputs = wrapped.indices;
    wrapped.node.registerHook((gradInputs) => this.#seeInputs(gradInputs));
    return wrapped.values;
  }

  /** The output, a tensor or an array, with views in place of the tensors. */
  wrapOutputs(output: unknown): unknown {
    const values = Array.isArray(output) ? output : [output];
    this.#outputCount = values.length;
    const wrapped = wrap(values);
    if (wrapped === null) return output;
    this.#outputs = wrapped.indices;
    wrapped.node.registerHook((_gradInputs, gradOutputs) => this.#seeOutputs(gradOutputs));
    return Array.isArray(output) ? wrapped.values : wrapped.values[0];
  }

  /** Runs in the node of the outputs: the pre-hooks, and the hooks too when no input will follow. */
  #seeOutputs(grads: Gradients): Gradients {
    let gradOutputs: Gradients = spread(this.#outputs, grads, this.#outputCount);
    for (const hook of this.#preHooks) {
      const result = hook(this.#module, gradOutputs);
      if (result === null || result === undefined) continue;
      const replaced = asGradients(result);
      if (replaced.length !== this.#outputCount) {
        throw new StateError(
          `Backward pre hook returned an invalid number of grad_output, got ${replaced.length}, ` +
            `but expected ${this.#outputCount}`,
        );
      }
      gradOutputs = replaced;
    }
    if (this.#inputs === null) this.#runWithoutInputs(gradOutputs);
    else this.#gradOutputs = gradOutputs;
    return this.#outputs.map((index) => gradOutputs[index] ?? null);
  }

  #runWithoutInputs(gradOutputs: Gradients): void {
    const gradInputs: Gradients = new Array<null>(this.#inputCount).fill(null);
    for (const hook of this.#hooks) {
      const result = hook(this.#module, gradInputs, gradOutputs);
      if (result === null || result === undefined) continue;
      if (Array.isArray(result) && result.every((grad) => grad === null || grad === undefined)) continue;
      throw new StateError(
        'Backward hook for Modules where no input requires gradient should always return None or None for all gradients.',
      );
    }
  }

  /**
   * Runs in the node of the inputs. Without gradients of the outputs there is nothing to tell: the gradient reached
   * the inputs on another way, as in a double backward.
   */
  #seeInputs(grads: Gradients): Gradients | undefined {
    const gradOutputs = this.#gradOutputs;
    const inputs = this.#inputs;
    if (gradOutputs === null || inputs === null) return undefined;
    let gradInputs: Gradients = spread(inputs, grads, this.#inputCount);
    for (const hook of this.#hooks) {
      const result = hook(this.#module, gradInputs, gradOutputs);
      if (result === null || result === undefined) continue;
      const replaced = asGradients(result);
      if (replaced.length !== gradInputs.length) {
        throw new StateError(
          `Backward hook returned an invalid number of grad_input, got ${replaced.length}, ` +
            `but expected ${gradInputs.length}`,
        );
      }
      gradInputs = replaced;
    }
    this.#gradOutputs = null;
    return inputs.map((index) => gradInputs[index] ?? null);
  }
}

/** Passes the tensors among the values through one identity node; null when none of them requires a gradient. */
function wrap(values: readonly unknown[]): { values: unknown[]; indices: number[]; node: Node } | null {
  const indices: number[] = [];
  const tensors: Tensor[] = [];
  values.forEach((value, index) => {
    if (!(value instanceof Tensor)) return;
    indices.push(index);
    tensors.push(value);
  });
  if (!isGradEnabled() || !tensors.some((tensor) => tensor.requiresGrad)) return null;
  const views: Tensor[] = BackwardHookFunction.apply(...tensors);
  const node = views.find((view) => view.gradFn !== null)?.gradFn ?? null;
  if (node === null) return null;
  const wrapped = [...values];
  indices.forEach((index, i) => {
    wrapped[index] = views[i];
  });
  return { values: wrapped, indices, node };
}

/** One gradient is a list of one, as hooks on a module with one input or output like to return it. */
function asGradients(value: unknown): Gradients {
  return Array.isArray(value) ? value : [value as Tensor];
}

function spread(indices: readonly number[], grads: Gradients, size: number): (Tensor | null)[] {
  const spreaded = new Array<Tensor | null>(size).fill(null);
  indices.forEach((index, i) => {
    spreaded[index] = grads[i] ?? null;
  });
  return spreaded;
}
