// Jacobians, Hessians and products with them at given inputs.
import { grad as gradientsOf } from '../autograd/backward.ts';
import { enableGrad } from '../autograd/mode.ts';
import { AutogradError, checkFunction, checkList, checkOptions, ShapeError } from '../errors.ts';
import { stack } from '../functional/join.ts';
import { reshape, unbind } from '../functional/views.ts';
import { zerosLike } from '../tensor/create.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';

/** One tensor or several. */
export type Tensors = Tensor | readonly Tensor[];
/** A function of tensors. */
export type TensorFunction = (...inputs: Tensor[]) => Tensors;

function listOf(value: Tensors): readonly Tensor[] {
  const list = value instanceof Tensor ? [value] : checkList('autograd.functional', 'tensors', value);
  return list.map((x) => checkTensor('autograd.functional', 'tensors', x));
}

const like = (shape: Tensors, list: readonly Tensor[]): Tensors =>
  shape instanceof Tensor ? (list[0] ?? shape) : list;

/** Options of what is computed from gradients. */
export interface FunctionalOptions {
  /** Whether the result can be differentiated again. Default false. */
  createGraph?: boolean;
  /** Whether a result that does not depend on an input is an error instead of zeros. Default false. */
  strict?: boolean;
}

// Inputs of which gradients can be taken without touching the caller's.
function fresh(inputs: Tensors, createGraph: boolean): Tensor[] {
  return listOf(inputs).map((x) => (createGraph ? x.viewAs(x) : x.detach().requiresGrad_()));
}

function run(fn: TensorFunction, inputs: readonly Tensor[]): Tensors {
  checkFunction('autograd.functional', 'func', fn);
  return enableGrad(() => fn(...inputs));
}

/** Gradients of weighted outputs by inputs; zeros where there is no way. */
export function gradients(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  weights: readonly Tensor[],
  options: FunctionalOptions,
): Tensor[] {
  const recorded = outputs.flatMap((y, i) => (y.requiresGrad ? [i] : []));
  if (recorded.length < outputs.length && options.strict) {
    throw new AutogradError(
      'Output 0 of the user-provided function does not require gradients. The outputs must be computed in a differentiable manner from the input when running in strict mode.',
    );
  }
  if (recorded.length === 0) return inputs.map((x) => zerosLike(x));
  const found = gradientsOf(
    recorded.map((i) => outputs[i] as Tensor),
    [...inputs],
    {
      gradOutputs: recorded.map((i) => weights[i] as Tensor),
      createGraph: options.createGraph ?? false,
      retainGraph: true,
      allowUnused: true,
    },
  );
  return found.map((g, i) => g ?? zerosLike(inputs[i] as Tensor));
}

function weightsFor(outputs: readonly Tensor[], v: Tensors | null | undefined): Tensor[] {
  const given = v === null || v === undefined ? outputs.map((y) => zerosLike(y).add(1)) : [...listOf(v)];
  outputs.forEach((y, i) => {
    if (given[i]?.shape.join() === y.shape.join()) return;
    throw new ShapeError(
      `v has invalid size: should be [${y.shape.join(', ')}] but got [${given[i]?.shape.join(', ') ?? ''}]`,
    );
  });
  return given;
}

/**
 * The results of `fn` and the products of `v` with its Jacobian. @source torch.autograd.functional.vjp
 * @example
 * autograd.functional.vjp((x) => x.square(), tensor([1, 2.5]), ones(2));
 * // [tensor([1.0000, 6.2500]), tensor([2., 5.])]
 */
export function vjp(
  fn: TensorFunction,
  inputs: Tensors,
  v: Tensors | null = null,
  options: FunctionalOptions = {},
): [outputs: Tensors, vjp: Tensors] {
  checkOptions('vjp', options, ['createGraph', 'strict']);
  const own = fresh(inputs, options.createGraph ?? false);
  const outputs = run(fn, own);
  const list = listOf(outputs);
  const products = gradients(list, own, weightsFor(list, v), options);
  return [detached(outputs, options), like(inputs, products)];
}

function detached(outputs: Tensors, { createGraph = false }: FunctionalOptions): Tensors {
  return createGraph
    ? outputs
    : like(
        outputs,
        listOf(outputs).map((y) => y.detach()),
      );
}

/**
 * The results of `fn` and the products of its Jacobian with `v`: the gradient of a vjp by its weights.
 *
 * @source torch.autograd.functional.jvp
 * @example
 * autograd.functional.jvp((x) => x.square(), tensor([1, 2.5]), ones(2));
 * // [tensor([1.0000, 6.2500]), tensor([2., 5.])]
 */
export function jvp(
  fn: TensorFunction,
  inputs: Tensors,
  v: Tensors | null = null,
  options: FunctionalOptions = {},
): [outputs: Tensors, jvp: Tensors] {
  checkOptions('jvp', options, ['createGraph', 'strict']);
  const own = fresh(inputs, options.createGraph ?? false);
  const directions = weightsFor(own, v);
  const outputs = run(fn, own);
  const list = listOf(outputs);
  const dummies = list.map((y) => zerosLike(y).requiresGrad_());
  const products = enableGrad(() => gradients(list, own, dummies, { ...options, createGraph: true }));
  return [detached(outputs, options), like(outputs, gradients(products, dummies, directions, options))];
}

/** The Jacobian of one output by each of the inputs. */
export function jacobianRows(y: Tensor, inputs: readonly Tensor[], options: FunctionalOptions): Tensor[] {
  const elements = enableGrad(() => unbind(reshape(y, [-1])));
  const rows = elements.map((element) => gradients([element], inputs, [zerosLike(element).add(1)], options));
  return inputs.map((x, i) => {
    const list = rows.map((row) => row[i] as Tensor);
    const shape = [...y.shape, ...x.shape];
    return list.length === 0 ? reshape(zerosLike(x).expand([0, ...x.shape]), shape) : reshape(stack(list), shape);
  });
}

/** Jacobians: nested like outputs and inputs. */
export type Jacobians = Tensor | readonly Tensor[] | readonly (readonly Tensor[])[];

/**
 * The Jacobian: its shape is that of the output followed by that of the input.
 *
 * @source torch.autograd.functional.jacobian
 * @example autograd.functional.jacobian((x) => x.square(), tensor([1, 2.5])); // tensor([[2., 0.], [0., 5.]])
 */
export function jacobian(fn: TensorFunction, inputs: Tensors, options: FunctionalOptions = {}): Jacobians {
  checkOptions('jacobian', options, ['createGraph', 'strict', 'vectorize', 'strategy']);
  const own = fresh(inputs, options.createGraph ?? false);
  const outputs = run(fn, own);
  const rows = listOf(outputs).map((y) => like(inputs, jacobianRows(y, own, options)));
  return outputs instanceof Tensor ? (rows[0] as Tensors) : (rows as Jacobians);
}

/**
 * The Hessian of a function with one number as result. @source torch.autograd.functional.hessian
 * @example autograd.functional.hessian((x) => x.pow(3).sum(), tensor([1, 2.5])); // tensor([[6., 0.], [0., 15.]])
 */
export function hessian(fn: TensorFunction, inputs: Tensors, options: FunctionalOptions = {}): Jacobians {
  checkOptions('hessian', options, ['createGraph', 'strict', 'vectorize', 'outerJacobianStrategy']);
  const slope: TensorFunction = (...own) => {
    const y = scalar('hessian', run(fn, own));
    const found = gradients([y], own, [zerosLike(y).add(1)], { createGraph: true });
    return inputs instanceof Tensor ? (found[0] as Tensor) : found;
  };
  return jacobian(slope, inputs, options);
}

function scalar(who: string, outputs: Tensors): Tensor {
  const [y, ...others] = listOf(outputs);
  if (y === undefined || others.length > 0 || y.numel() !== 1) {
    throw new ShapeError(`The Tensor returned by the function given to ${who} should contain a single element`);
  }
  return y;
}

function gradientFunction(fn: TensorFunction, inputs: Tensors): TensorFunction {
  return (...own) => {
    const y = scalar('vhp', run(fn, own));
    const found = gradients([y], own, [zerosLike(y).add(1)], { createGraph: true });
    return inputs instanceof Tensor ? (found[0] as Tensor) : found;
  };
}

function resultOf(fn: TensorFunction, inputs: Tensors, options: FunctionalOptions): Tensors {
  return detached(run(fn, fresh(inputs, options.createGraph ?? false)), options);
}

/**
 * The result of `fn` and v times its Hessian. @source torch.autograd.functional.vhp
 * @example
 * autograd.functional.vhp((x) => x.pow(3).sum(), tensor([1, 2.5]), ones(2));
 * // [tensor(16.6250), tensor([6., 15.])]
 */
export function vhp(fn: TensorFunction, inputs: Tensors, v: Tensors | null = null, options: FunctionalOptions = {}) {
  return [resultOf(fn, inputs, options), vjp(gradientFunction(fn, inputs), inputs, v, options)[1]] as [
    Tensors,
    Tensors,
  ];
}

/**
 * The result of `fn` and its Hessian times v. @source torch.autograd.functional.hvp
 * @example
 * autograd.functional.hvp((x) => x.pow(3).sum(), tensor([1, 2.5]), ones(2));
 * // [tensor(16.6250), tensor([6., 15.])]
 */
export function hvp(fn: TensorFunction, inputs: Tensors, v: Tensors | null = null, options: FunctionalOptions = {}) {
  return [resultOf(fn, inputs, options), jvp(gradientFunction(fn, inputs), inputs, v, options)[1]] as [
    Tensors,
    Tensors,
  ];
}
