// What users call to go back: `backward`, `grad`, and the hooks of a tensor.
import { isFloat } from '../dtype.ts';
import { AutogradError, checkOptions, DtypeError, ShapeError } from '../errors.ts';
import { zerosLike } from '../tensor/create.ts';
import { numelOf, sameShape } from '../tensor/shape.ts';
import { checkTensor, emptyOf, Tensor } from '../tensor/tensor.ts';
import { runBackward } from './engine.ts';
import { type Edge, type Grad, HookList, type TensorHook } from './node.ts';
import { accumulatorOf, edgeOf } from './record.ts';

/** Options of {@link backward} and `Tensor.backward`. */
export interface BackwardOptions {
  /** Keep what the graph saved, so that it can be gone through again. Default: `createGraph`. */
  retainGraph?: boolean;
  /** Record the gradients' own graph, for gradients of gradients. Default false. */
  createGraph?: boolean;
  /** Leaves that get gradients; others are left alone. Default: all. */
  inputs?: Tensor | readonly Tensor[] | null;
}

/** Options of {@link grad}. */
export interface GradOptions {
  /** Gradients of the outputs; null stands for ones at a scalar. */
  gradOutputs?: Tensor | null | readonly Grad[];
  retainGraph?: boolean;
  createGraph?: boolean;
  /** Return null for an input that the outputs do not depend on, instead of throwing. Default: `materializeGrads`. */
  allowUnused?: boolean;
  /** Return zeros instead of null for such an input. Default false. */
  materializeGrads?: boolean;
}

/**
 * Adds the gradients of `tensors` to the `grad` of every leaf they depend on.
 *
 * @param gradients of the shapes of `tensors`; null or absent means 1, for scalars
 * @throws AutogradError where a tensor has no graph, the graph was used up, or a gradient is missing
 * @source torch.autograd.backward
 * @example
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * autograd.backward([x.mul(3).sum(), x.sum()]);
 * x.grad; // tensor([4., 4.])
 */
export function backward(
  tensors: Tensor | readonly Tensor[],
  gradients: Grad | readonly Grad[] = null,
  options: BackwardOptions = {},
): void {
  checkOptions('backward', options, ['retainGraph', 'createGraph', 'inputs']);
  const roots = rootsOf(listOf(tensors), gradients);
  const createGraph = options.createGraph ?? false;
  const retainGraph = options.retainGraph ?? createGraph;
  const inputs = options.inputs ?? null;
  if (inputs === null) {
    runBackward({ roots, targets: null, retainGraph, createGraph });
    return;
  }
  const leaves = listOf(inputs);
  if (leaves.length === 0) throw new AutogradError("'inputs' argument to backward() cannot be empty.");
  const targets = leaves.map((leaf) => edgeOf(checkTensor('backward', 'inputs', leaf)) ?? withoutGraph());
  const grads = runBackward({ roots, targets, retainGraph, createGraph });
  leaves.forEach((leaf, i) => {
    const g = grads[i] ?? null;
    if (g !== null) leaf.grad = leaf.grad === null ? g : leaf.grad.add(g);
  });
}

/**
 * The gradients of `outputs` with respect to `inputs`, which need not be leaves; no `grad` is changed.
 *
 * @returns one gradient for each input, null where unused and allowed
 * @throws AutogradError if an input is unused and `allowUnused` is false
 * @source torch.autograd.grad
 * @example
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * autograd.grad(x.square().sum(), x); // [tensor([2., 5.])]
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): Grad[] {
  checkOptions('grad', options, ['gradOutputs', 'retainGraph', 'createGraph', 'allowUnused', 'materializeGrads']);
  const sources = listOf(inputs);
  const roots = rootsOf(listOf(outputs), options.gradOutputs ?? null);
  const createGraph = options.createGraph ?? false;
  const targets = sources.map((x) => edgeOf(checkTensor('grad', 'inputs', x)) ?? notDifferentiated());
  const grads = runBackward({ roots, targets, retainGraph: options.retainGraph ?? createGraph, createGraph });
  const allowUnused = options.allowUnused ?? options.materializeGrads ?? false;
  return grads.map((g, i) => {
    if (g !== null) return g;
    if (!allowUnused) {
      throw new AutogradError(
        'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.',
      );
    }
    const x = sources[i];
    return options.materializeGrads && x !== undefined ? zerosLike(x) : null;
  });
}

/** Keeps the gradient of a tensor that is no leaf in its `grad`. */
export function retainGrad(x: Tensor): void {
  if (!x.requiresGrad) throw new AutogradError("can't retain_grad on Tensor that has requires_grad=False");
  const node = x.node;
  if (node === null) return;
  node.retained ??= new Map();
  node.retained.set(x.outputIndex, new WeakRef(x));
}

/** Whether {@link retainGrad} was called. */
export function retainsGrad(x: Tensor): boolean {
  return x.node?.retained?.get(x.outputIndex)?.deref() === x;
}

/** Runs `hook` with the gradient of `x` whenever one is computed; it may return another. Returns a removable handle. */
export function registerHook(x: Tensor, hook: TensorHook) {
  if (!x.requiresGrad) throw new AutogradError("cannot register a hook on a tensor that doesn't require gradient");
  const edge = edgeOf(x) ?? withoutGraph();
  return edge.node.hooksOf(edge.index).add(hook);
}

/** Runs `hook` with the leaf after its `grad` was changed. Returns a removable handle. */
export function registerPostAccumulateGradHook(x: Tensor, hook: (leaf: Tensor) => void) {
  if (!x.requiresGrad) throw new AutogradError("cannot register a hook on a tensor that doesn't require gradient");
  if (!x.isLeaf) throw new AutogradError('post accumulate grad hooks cannot be registered on non-leaf tensors');
  accumulatorOf(x);
  x.postAccumulateHooks ??= new HookList();
  return x.postAccumulateHooks.add(hook);
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function rootsOf(tensors: readonly Tensor[], gradients: Grad | readonly Grad[]): { edge: Edge; grad: Tensor }[] {
  const given = gradients === null || gradients instanceof Tensor ? [gradients] : gradients;
  if (given.length !== tensors.length && !(gradients === null || gradients === undefined)) {
    throw new AutogradError(`got ${tensors.length} tensors and ${given.length} gradients`);
  }
  return tensors.map((y, i) => {
    checkTensor('backward', 'tensors', y);
    const edge = edgeOf(y) ?? withoutGraph(i);
    return { edge, grad: rootGradient(y, given[i] ?? null, i) };
  });
}

function rootGradient(y: Tensor, given: Grad, i: number): Tensor {
  if (given === null) {
    if (numelOf(y.shape) !== 1) throw new AutogradError('grad can be implicitly created only for scalar outputs');
    if (!isFloat(y.dtype))
      throw new DtypeError(`grad can be implicitly created only for real scalar outputs but got ${y.dtype}`);
    return emptyOf(y.shape, y.dtype).fill_(1);
  }
  checkTensor('backward', 'gradient', given);
  if (!sameShape(given.shape, y.shape)) {
    throw new ShapeError(
      `Mismatch in shape: grad_output[${i}] has a shape of torch.Size([${given.shape.join(', ')}]) and output[${i}] has a shape of torch.Size([${y.shape.join(', ')}]).`,
    );
  }
  return given.dtype === y.dtype ? given : given.to(y.dtype);
}

function withoutGraph(i = 0): never {
  throw new AutogradError(`element ${i} of tensors does not require grad and does not have a grad_fn`);
}

function notDifferentiated(): never {
  throw new AutogradError('One of the differentiated Tensors does not require grad');
}
