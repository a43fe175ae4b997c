// What the namespaces `autograd.functional` and `func` share: Jacobians, Hessians and products with them, and functions as values.
import { grad as gradientsOf } from '../autograd/backward.ts';
import { enableGrad, withGradMode } from '../autograd/mode.ts';
import { AutogradError, checkOptions, ShapeError } from '../errors.ts';
import { stack } from '../functional/join.ts';
import { reshape, select, unbind } from '../functional/views.ts';
import { isPlainObject } from '../plain-object.ts';
import { zerosLike } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';

/** One tensor or several. */
export type Tensors = Tensor | readonly Tensor[];
/** A function of tensors. */
export type TensorFunction = (...inputs: Tensor[]) => Tensors;

const listOf = (value: Tensors): readonly Tensor[] => (value instanceof Tensor ? [value] : value);
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
  return enableGrad(() => fn(...inputs));
}

function gradients(
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

function jacobianRows(y: Tensor, inputs: readonly Tensor[], options: FunctionalOptions): Tensor[] {
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

// ---- func: transformations of functions

/** Options of {@link grad}. */
export interface FuncGradOptions extends AuxOptions {
  /** Positions of the arguments to differentiate by. Default 0. */
  argnums?: number | readonly number[];
}

/** Options of a transformed function that may return more than what is differentiated. */
export interface AuxOptions {
  /** Whether `fn` returns `[value, more]`. Default false. */
  hasAux?: boolean;
}

/** From weights of the results, one by one or as a list, to the products with the Jacobian. */
export type Pull = (...weights: (Tensor | readonly Tensor[])[]) => Tensors;

// biome-ignore lint/suspicious/noExplicitAny: any function may be transformed
type AnyFunction = (...args: any[]) => any;

function valueAndGradients(
  fn: AnyFunction,
  args: readonly unknown[],
  { argnums = 0, hasAux = false }: FuncGradOptions,
) {
  const places = typeof argnums === 'number' ? [argnums] : argnums;
  const own = [...args];
  const inputs = places.map((at) => {
    const x = own[at];
    if (!(x instanceof Tensor)) throw new AutogradError(`grad: argument ${at} must be a Tensor`);
    const y = x.requiresGrad ? enableGrad(() => x.viewAs(x)) : x.detach().requiresGrad_();
    own[at] = y;
    return y;
  });
  const returned = enableGrad(() => fn(...own)) as Tensor | [Tensor, unknown];
  const [value, aux] = hasAux ? (returned as [Tensor, unknown]) : [returned as Tensor, undefined];
  const createGraph = places.some((at) => (args[at] as Tensor).requiresGrad);
  const found = gradients([scalar('grad', value)], inputs, [zerosLike(value).add(1)], { createGraph });
  const slopes = typeof argnums === 'number' ? (found[0] as Tensor) : found;
  return { value: createGraph ? value : value.detach(), slopes, aux: createGraph ? aux : withoutGraph(aux) };
}

// The tensors of any structure, detached.
function withoutGraph(value: unknown): unknown {
  if (value instanceof Tensor) return value.detach();
  if (Array.isArray(value)) return value.map(withoutGraph);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutGraph(inner)]));
}

/** What `fn` returns next to its results, kept for the caller. */
class Aux {
  value: unknown;

  /** `fn`, which returns `[results, more]`, as a function that returns the results. */
  splitFrom(fn: AnyFunction): TensorFunction {
    return (...args) => {
      const [outputs, value] = fn(...args) as [Tensors, unknown];
      this.value = value;
      return outputs;
    };
  }
}

/**
 * The function that gives the gradient of `fn`. @source torch.func.grad
 * @example func.grad((x: Tensor) => x.square().sum())(tensor([1, 2.5])); // tensor([2., 5.])
 */
export function grad(fn: AnyFunction, options: FuncGradOptions = {}): AnyFunction {
  checkOptions('grad', options, ['argnums', 'hasAux']);
  return (...args) => {
    const { slopes, aux } = valueAndGradients(fn, args, options);
    return options.hasAux ? [slopes, aux] : slopes;
  };
}

/**
 * The function that gives the gradient and the value of `fn`. @source torch.func.grad_and_value
 * @example
 * func.gradAndValue((x: Tensor) => x.square().sum())(tensor([1, 2.5]));
 * // [tensor([2., 5.]), tensor(7.2500)]
 */
export function gradAndValue(fn: AnyFunction, options: FuncGradOptions = {}): AnyFunction {
  checkOptions('gradAndValue', options, ['argnums', 'hasAux']);
  return (...args) => {
    const { value, slopes, aux } = valueAndGradients(fn, args, options);
    return options.hasAux ? [slopes, [value, aux]] : [slopes, value];
  };
}

/**
 * The function that gives the Jacobian of `fn` by its first (or another) argument. @source torch.func.jacrev
 * @example func.jacrev((x: Tensor) => x.square())(tensor([1, 2.5])); // tensor([[2., 0.], [0., 5.]])
 */
export function jacrev(fn: AnyFunction, options: FuncGradOptions = {}): AnyFunction {
  checkOptions('jacrev', options, ['argnums', 'hasAux']);
  const { argnums = 0, hasAux = false } = options;
  return (...args) => {
    const places = typeof argnums === 'number' ? [argnums] : argnums;
    const inputs = places.map((at) => args[at] as Tensor);
    const aux = new Aux();
    const inner: TensorFunction = (...own) => {
      const all = [...args];
      places.forEach((at, i) => {
        all[at] = own[i];
      });
      return (hasAux ? aux.splitFrom(fn)(...(all as Tensor[])) : fn(...all)) as Tensors;
    };
    const createGraph = inputs.some((x) => x.requiresGrad);
    const rows = jacobian(inner, typeof argnums === 'number' ? (inputs[0] as Tensor) : inputs, { createGraph });
    return hasAux ? [rows, createGraph ? aux.value : withoutGraph(aux.value)] : rows;
  };
}

/**
 * As `jacrev`: there is one way to compute it. @source torch.func.jacfwd
 * @example func.jacfwd((x: Tensor) => x.square())(tensor([1, 2.5])); // tensor([[2., 0.], [0., 5.]])
 */
export const jacfwd: typeof jacrev = jacrev;

/**
 * The function that gives the Hessian of `fn`. @source torch.func.hessian
 * @example func.hessian((x: Tensor) => x.pow(3).sum())(tensor([1, 2.5])); // tensor([[6., 0.], [0., 15.]])
 */
export function hessianOf(fn: AnyFunction, options: Pick<FuncGradOptions, 'argnums'> = {}): AnyFunction {
  checkOptions('hessianOf', options, ['argnums']);
  const { argnums = 0 } = options;
  const at = typeof argnums === 'number' ? argnums : (argnums[0] ?? 0);
  return jacrev((...args) => jacrev(fn, { argnums: at })(...args.map((x, i) => (i === at ? recorded(x) : x))), {
    argnums: at,
  });
}

function recorded(x: unknown): unknown {
  return x instanceof Tensor && !x.requiresGrad ? x.detach().requiresGrad_() : x;
}

/**
 * The results of `fn` and a function from weights to products with the Jacobian. @source torch.func.vjp
 * @example
 * const [y, pull] = func.vjp((x) => x.square(), tensor([1, 2.5]));
 * pull(ones(2)); // [tensor([2., 5.])]
 * y; // tensor([1.0000, 6.2500])
 */
export function vjpOf(fn: TensorFunction, ...primals: Tensor[]): [outputs: Tensors, pull: Pull];
export function vjpOf(
  fn: AnyFunction,
  ...primalsAndOptions: [...Tensor[], AuxOptions]
): [outputs: Tensors, pull: Pull, aux: unknown];
export function vjpOf(fn: AnyFunction, ...args: (Tensor | AuxOptions)[]): [Tensors, Pull, unknown?] {
  const last = args.at(-1);
  const options = last instanceof Tensor ? {} : (last ?? {});
  checkOptions('vjp', options, ['hasAux']);
  const { hasAux = false } = options as AuxOptions;
  const primals = args.filter((x) => x instanceof Tensor);
  const own = primals.map((x) => (x.requiresGrad ? x.viewAs(x) : x.detach().requiresGrad_()));
  const aux = new Aux();
  const outputs = run(hasAux ? aux.splitFrom(fn) : fn, own);
  const pull: Pull = (...weights) =>
    gradients(listOf(outputs), own, weightsFor(listOf(outputs), weights.flat()), {
      createGraph: primals.some((x) => x.requiresGrad),
    });
  return hasAux ? [detached(outputs, {}), pull, withoutGraph(aux.value)] : [detached(outputs, {}), pull];
}

/**
 * The results of `fn` and its directional derivative. @source torch.func.jvp
 * @example
 * func.jvp((x) => x.square(), [tensor([1, 2.5])], [ones(2)]);
 * // [tensor([1.0000, 6.2500]), tensor([2., 5.])]
 */
export function jvpOf(
  fn: TensorFunction,
  primals: readonly Tensor[],
  tangents: readonly Tensor[],
): [outputs: Tensors, jvp: Tensors];
export function jvpOf(
  fn: AnyFunction,
  primals: readonly Tensor[],
  tangents: readonly Tensor[],
  options: AuxOptions,
): [outputs: Tensors, jvp: Tensors, aux: unknown];
export function jvpOf(
  fn: AnyFunction,
  primals: readonly Tensor[],
  tangents: readonly Tensor[],
  options: AuxOptions = {},
): [Tensors, Tensors, unknown?] {
  checkOptions('jvp', options, ['hasAux']);
  if (!options.hasAux) return jvp(fn, primals, tangents);
  const aux = new Aux();
  return [...jvp(aux.splitFrom(fn), primals, tangents), withoutGraph(aux.value)];
}

/**
 * The results of `fn` at `primals`, and its derivative there as a function of tangents.
 *
 * @source torch.func.linearize
 * @example
 * const [y, push] = func.linearize((x) => x.square(), tensor([1, 2.5]));
 * push(ones(2)); // tensor([2., 5.])
 * y; // tensor([1.0000, 6.2500])
 */
export function linearize(fn: TensorFunction, ...primals: Tensor[]): [Tensors, (...tangents: Tensor[]) => Tensors] {
  const outputs = withGradMode(false, () => run(fn, primals));
  return [outputs, (...tangents) => jvp(fn, primals, tangents)[1]];
}

/** Options of {@link vmap}. */
export interface VmapOptions {
  /** Dimension of each argument over which to map; null for none. Default 0. */
  inDims?: number | null | readonly (number | null)[];
  /** Where that dimension stands in the results. Default 0. */
  outDims?: number | readonly number[];
}

/**
 * `fn` mapped over a dimension of its arguments: called once for each element, the results stacked.
 *
 * @source torch.vmap
 * @example vmap((x: Tensor, y: Tensor) => x.dot(y))(ones(4, 3), ones(4, 3)); // tensor([3., 3., 3., 3.])
 */
export function vmap(fn: AnyFunction, options: VmapOptions = {}): AnyFunction {
  checkOptions('vmap', options, ['inDims', 'outDims', 'randomness', 'chunkSize']);
  const { inDims = 0, outDims = 0 } = options;
  return (...args: unknown[]) => {
    const dims = args.map((_, i) =>
      Array.isArray(inDims) ? ((inDims as (number | null)[])[i] ?? null) : (inDims as number | null),
    );
    const sizes = args.flatMap((x, i) => (x instanceof Tensor && dims[i] !== null ? [x.size(dims[i] ?? 0)] : []));
    const [n] = sizes;
    if (n === undefined) throw new ShapeError('vmap: at least one argument must be mapped over');
    if (sizes.some((size) => size !== n)) {
      throw new ShapeError(
        `vmap: Expected all tensors to have the same size in the mapped dimension, got sizes ${sizes.join(', ')} for the mapped dimension`,
      );
    }
    const results = Array.from({ length: n }, (_, k) =>
      fn(...args.map((x, i) => (x instanceof Tensor && dims[i] !== null ? select(x, dims[i] ?? 0, k) : x))),
    ) as Tensors[];
    const [first] = results;
    if (first === undefined) throw new ShapeError('vmap: cannot map over a dimension of size 0');
    const place = (at: number) => (Array.isArray(outDims) ? ((outDims as number[])[at] ?? 0) : (outDims as number));
    const stacked = listOf(first).map((_, at) =>
      stack(
        results.map((r) => listOf(r)[at] as Tensor),
        place(at),
      ),
    );
    return like(first, stacked);
  };
}
