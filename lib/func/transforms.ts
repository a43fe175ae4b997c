// The transformations of `func`: from functions of trees to functions that give their derivatives.
import { enableGrad, withGradMode } from '../autograd/mode.ts';
import { ArgumentTypeError, AutogradError, checkFunction, checkOptions, describe, ShapeError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { onesLike, zerosLike } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { gradients, jacobianRows } from './derivatives.ts';
import { formOf, leavesOf, mapTree, withLeaves } from './tree.ts';

/** Options of a transformed function that may return more than what is differentiated. */
export interface AuxOptions {
  /** Whether `fn` returns `[value, more]`. Default false. */
  hasAux?: boolean;
}

/** Options of {@link grad}. */
export interface FuncGradOptions extends AuxOptions {
  /** Positions of the arguments to differentiate by; negative ones count from the end. Default 0. */
  argnums?: number | readonly number[];
}

// biome-ignore lint/suspicious/noExplicitAny: any function may be transformed
export type AnyFunction = (...args: any[]) => any;

// A tree of tensors, whose form only the function knows.
type Returned = ReturnType<AnyFunction>;

/** From weights of the results, one by one or in their form, to the products with the Jacobian: one for each argument. */
export type Pull = (...weights: object[]) => Returned[];

function checkLeaf(leaf: unknown): Tensor {
  if (leaf instanceof Tensor) return leaf;
  throw new ArgumentTypeError(`Thing passed to transform API must be Tensor, got ${describe(leaf)}`);
}

/** The tensors of a tree, made differentiable: on their own, or as part of the graph they come from. */
interface Primals {
  readonly leaves: readonly Tensor[];
  /** The tree with these leaves. */
  readonly tree: unknown;
  /** Whether a derivative may itself be differentiated. */
  readonly createGraph: boolean;
}

function primalsOf(tree: unknown): Primals {
  const given = leavesOf(tree).map(checkLeaf);
  const leaves = given.map((x) => (x.requiresGrad ? enableGrad(() => x.viewAs(x)) : x.detach().requiresGrad_()));
  return { leaves, tree: withLeaves(tree, leaves), createGraph: given.some((x) => x.requiresGrad) };
}

// The arguments to differentiate by, as one tree, and all arguments with another such tree.
function chosenFrom(
  args: readonly unknown[],
  argnums: number | readonly number[],
): { tree: unknown; put: (tree: unknown) => unknown[] } {
  const places = [argnums].flat().map((at) => {
    if (Number.isInteger(at) && at >= -args.length && at < args.length) return at < 0 ? at + args.length : at;
    throw new AutogradError(`Got argnum=${at}, but only ${args.length} positional inputs`);
  });
  const single = typeof argnums === 'number';
  const tree = single ? args[places[0] ?? 0] : places.map((at) => args[at]);
  const put = (other: unknown) => {
    const all = [...args];
    places.forEach((at, i) => {
      all[at] = single ? other : (other as unknown[])[i];
    });
    return all;
  };
  return { tree, put };
}

/** What `fn` returns, and what it returns beside that, outside the graph unless it may be differentiated. */
function call(fn: AnyFunction, args: readonly unknown[], hasAux: boolean, createGraph: boolean) {
  const returned: unknown = enableGrad(() => checkFunction('func', 'fn', fn)(...args));
  const [value, aux] = hasAux ? (returned as [unknown, unknown]) : [returned, undefined];
  return { value, aux: createGraph ? aux : withoutGraph(aux) };
}

function withoutGraph(tree: unknown): unknown {
  return mapTree(tree, (leaf) => (leaf instanceof Tensor ? leaf.detach() : leaf));
}

function scalar(value: unknown): Tensor {
  const who = 'grad_and_value(f)(*args): Expected f(*args) to return a';
  if (!(value instanceof Tensor)) throw new ArgumentTypeError(`${who} Tensor, got ${describe(value)}`);
  if (value.ndim === 0) return value;
  throw new ShapeError(
    `${who} scalar Tensor, got tensor with ${value.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?`,
  );
}

function valueAndGradients(
  fn: AnyFunction,
  args: readonly unknown[],
  { argnums = 0, hasAux = false }: FuncGradOptions,
) {
  const chosen = chosenFrom(args, argnums);
  const { leaves, tree, createGraph } = primalsOf(chosen.tree);
  const { value, aux } = call(fn, chosen.put(tree), hasAux, createGraph);
  const y = scalar(value);
  const slopes = withLeaves(tree, gradients([y], leaves, [onesLike(y)], { createGraph }));
  return { value: createGraph ? y : y.detach(), slopes, aux };
}

/**
 * The function that gives the gradient of `fn`: in the form of the argument it is taken by, which may be a tree.
 *
 * @source torch.func.grad
 * @example
 * func.grad((x: Tensor) => x.square().sum())(tensor([1, 2.5])); // tensor([2., 5.])
 * func.grad(({ w, b }) => w.mul(b).sum())({ w: tensor([1, 2.5]), b: tensor(2.5) });
 * // {w: tensor([2.5000, 2.5000]), b: tensor(3.5000)}
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
 * The function that gives the Jacobian of `fn` by its first (or another) argument: for each result, in their form, one
 * for each tensor of the argument, in its form.
 *
 * @source torch.func.jacrev
 * @example
 * func.jacrev((x: Tensor) => x.square())(tensor([1, 2.5])); // tensor([[2., 0.], [0., 5.]])
 * func.jacrev((x: Tensor) => ({ double: x.mul(2) }))(tensor([1, 2.5])); // {double: tensor([[2., 0.], [0., 2.]])}
 */
export function jacrev(fn: AnyFunction, options: FuncGradOptions = {}): AnyFunction {
  checkOptions('jacrev', options, ['argnums', 'hasAux']);
  const { argnums = 0, hasAux = false } = options;
  return (...args) => {
    const chosen = chosenFrom(args, argnums);
    const { leaves, tree, createGraph } = primalsOf(chosen.tree);
    const { value, aux } = call(fn, chosen.put(tree), hasAux, createGraph);
    const rows = mapTree(value, (y) => withLeaves(tree, jacobianRows(checkLeaf(y), leaves, { createGraph })));
    return hasAux ? [rows, aux] : rows;
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
export function hessian(fn: AnyFunction, options: Pick<FuncGradOptions, 'argnums'> = {}): AnyFunction {
  checkOptions('hessian', options, ['argnums']);
  return jacrev(jacrev(fn, options), options);
}

/**
 * The results of `fn` and a function from weights to products with the Jacobian. Arguments and results may be trees.
 *
 * @param args the arguments, and {@link AuxOptions} behind them
 * @source torch.func.vjp
 * @example
 * const [y, pull] = func.vjp((x) => x.square(), tensor([1, 2.5]));
 * pull(ones(2)); // [tensor([2., 5.])]
 * y; // tensor([1.0000, 6.2500])
 */
export function vjp(fn: AnyFunction, ...args: object[]): [outputs: Returned, pull: Pull, aux?: Returned] {
  const last = args.at(-1);
  const hasOptions = isAuxOptions(last);
  const hasAux = hasOptions && last.hasAux === true;
  const { leaves, tree, createGraph } = primalsOf(hasOptions ? args.slice(0, -1) : args);
  const { value, aux } = call(fn, tree as unknown[], hasAux, createGraph);
  const outputs = leavesOf(value).map(checkLeaf);
  const pull: Pull = (...weights) => {
    const given = weights.length === 1 ? weights[0] : weights;
    if (formOf(given) !== formOf(value)) {
      throw new ShapeError(
        `Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function. cotangents: ${formOf(given)}, primal output: ${formOf(value)}`,
      );
    }
    const directions = leavesOf(given).map(checkLeaf);
    checkShapes('cotangents', directions, outputs);
    const differentiable = createGraph || directions.some((x) => x.requiresGrad);
    return withLeaves(tree, gradients(outputs, leaves, directions, { createGraph: differentiable })) as unknown[];
  };
  const y = createGraph ? value : withoutGraph(value);
  return hasAux ? [y, pull, aux] : [y, pull];
}

// A tree of tensors has no boolean.
function isAuxOptions(value: unknown): value is AuxOptions {
  return isPlainObject(value) && Object.keys(value).length === 1 && typeof value.hasAux === 'boolean';
}

function checkShapes(what: string, given: readonly Tensor[], expected: readonly Tensor[]): void {
  expected.forEach((x, i) => {
    const shape = given[i]?.shape ?? [];
    if (shape.join() === x.shape.join()) return;
    throw new ShapeError(`${what} must have the size [${x.shape.join(', ')}], got [${shape.join(', ')}]`);
  });
}

/**
 * The results of `fn` and its directional derivative. Arguments and results may be trees; a tangent has the form of its
 * primal.
 *
 * @source torch.func.jvp
 * @example
 * func.jvp((x) => x.square(), [tensor([1, 2.5])], [ones(2)]);
 * // [tensor([1.0000, 6.2500]), tensor([2., 5.])]
 */
export function jvp(
  fn: AnyFunction,
  primals: readonly object[],
  tangents: readonly object[],
  options: AuxOptions = {},
): [outputs: Returned, jvp: Returned, aux?: Returned] {
  checkOptions('jvp', options, ['hasAux']);
  if (!Array.isArray(primals)) {
    throw new ArgumentTypeError(
      'jvp(f, primals, tangents): Expected primals to be a list of the arguments: f(...primals) must be valid.',
    );
  }
  if (formOf(primals) !== formOf(tangents)) {
    throw new ArgumentTypeError(
      `jvp(f, primals, tangents): Expected primals and tangents to have the same structure. Got primals with structure ${formOf(primals)} and tangents with structure ${formOf(tangents)}`,
    );
  }
  const { hasAux = false } = options;
  const directions = leavesOf(tangents).map(checkLeaf);
  const { leaves, tree, createGraph } = primalsOf(primals);
  checkShapes('tangents', directions, leaves);
  const { value, aux } = call(fn, tree as unknown[], hasAux, createGraph);
  const outputs = leavesOf(value).map(checkLeaf);
  // The gradient of a vjp by its weights.
  const weights = outputs.map((y) => zerosLike(y).requiresGrad_());
  const products = enableGrad(() => gradients(outputs, leaves, weights, { createGraph: true }));
  const differentiable = createGraph || directions.some((x) => x.requiresGrad);
  const pushed = withLeaves(value, gradients(products, weights, directions, { createGraph: differentiable }));
  const y = createGraph ? value : withoutGraph(value);
  return hasAux ? [y, pushed, aux] : [y, pushed];
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
export function linearize(fn: AnyFunction, ...primals: object[]): [outputs: Returned, push: AnyFunction] {
  const outputs: unknown = withGradMode(false, () => checkFunction('linearize', 'fn', fn)(...primals));
  return [outputs, (...tangents: object[]) => jvp(fn, primals, tangents)[1]];
}
