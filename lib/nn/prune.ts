// nn.utils.prune: weights set to 0 by masks.
import { withGradMode } from '../autograd/mode.ts';
import { ArgumentTypeError, checkFunction, checkList, checkOptions, ShapeError, ValueError } from '../errors.ts';
import { narrow, reshape } from '../functional/views.ts';
import { onesLike } from '../tensor/create.ts';
import { numelOf, sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkModule, tensorOf } from './hooked-weights.ts';
import type { AnyHook } from './hooks.ts';
import type { Module } from './module.ts';
import {
  BasePruningMethod,
  CustomFromMask,
  Identity,
  type ImportanceOptions,
  L1Unstructured,
  LnStructured,
  PruningContainer,
  RandomStructured,
  RandomUnstructured,
} from './prune-methods.ts';
import { parametersToVector } from './vectors.ts';

export * from './prune-methods.ts';

interface PruningHook {
  readonly method: BasePruningMethod;
}

function hooksOf(module: Module): [number, BasePruningMethod][] {
  return [...(checkModule('nn.utils.prune', module)._forwardPreHooks as Map<number, unknown>)].flatMap(([id, hook]) => {
    const { method } = hook as Partial<PruningHook>;
    return method instanceof BasePruningMethod ? [[id, method] as [number, BasePruningMethod]] : [];
  });
}

/**
 * Prunes a parameter by a method, after those that pruned it before.
 * @throws ShapeError for scores of another shape
 * @source torch.nn.utils.prune.BasePruningMethod.apply
 * @example
 * const layer = new nn.Linear(2, 3);
 * nn.utils.prune.applyMethod(new nn.utils.prune.L1Unstructured(2), layer, 'weight');
 * layer.weight.eq(0).sum(); // tensor(2)
 */
export function applyMethod(
  method: BasePruningMethod,
  module: Module,
  name: string,
  options: ImportanceOptions = {},
): BasePruningMethod {
  checkOptions('applyMethod', options, ['importanceScores']);
  const scores = options.importanceScores ?? tensorOf(module, name);
  if (!sameShape(scores.shape, tensorOf(module, name).shape)) {
    throw new ShapeError(`importance_scores should have the same shape as parameter ${name} of ${module}`);
  }
  method.tensorName = name;
  const earlier = hooksOf(module).find(([, { tensorName }]) => tensorName === name);
  const whole = earlier === undefined ? method : containerOf(earlier[1], method);
  const before = earlier === undefined ? onesLike(tensorOf(module, name).detach()) : tensorOf(module, `${name}_mask`);
  const mask = withGradMode(false, () => whole.computeMask(scores.detach(), before.detach().clone()));
  if (earlier === undefined) {
    const orig = module._parameters.get(name) ?? null;
    if (orig === null) throw new ValueError(`prune: '${name}' is no parameter of ${module}`);
    module._parameters.delete(name);
    module.registerParameter(`${name}_orig`, orig);
  } else {
    module._forwardPreHooks.delete(earlier[0]);
  }
  module.registerBuffer(`${name}_mask`, mask);
  Reflect.set(module, name, whole.applyMask(module));
  const hook = (owner: Module) => {
    Reflect.set(owner, name, whole.applyMask(owner));
  };
  module.registerForwardPreHook(Object.assign(hook, { method: whole }) as unknown as AnyHook);
  return whole;
}

function containerOf(earlier: BasePruningMethod, method: BasePruningMethod): PruningContainer {
  const container = earlier instanceof PruningContainer ? earlier : new PruningContainer(earlier);
  container.addPruningMethod(method);
  return container;
}

/**
 * Makes the mask of a parameter, all 1. @source torch.nn.utils.prune.identity
 * @example
 * const layer = nn.utils.prune.identity(new nn.Linear(2, 3), 'weight');
 * [...layer.stateDict().keys()]; // ['bias', 'weight_orig', 'weight_mask']
 */
export function identity<M extends Module>(module: M, name: string): M {
  applyMethod(new Identity(), module, name);
  return module;
}

/**
 * Prunes drawn weights.
 *
 * @param amount - a count, or a share below 1
 * @source torch.nn.utils.prune.random_unstructured
 * @example
 * const layer = nn.utils.prune.randomUnstructured(new nn.Linear(2, 3), 'weight', 0.5);
 * layer.weight.eq(0).sum(); // tensor(3)
 */
export function randomUnstructured<M extends Module>(module: M, name: string, amount: number): M {
  applyMethod(new RandomUnstructured(amount), module, name);
  return module;
}

/**
 * Prunes the smallest weights. @source torch.nn.utils.prune.l1_unstructured
 * @example
 * const layer = nn.utils.prune.l1Unstructured(new nn.Linear(2, 3), 'weight', 2);
 * layer.weight.eq(0).sum(); // tensor(2)
 */
export function l1Unstructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  options: ImportanceOptions = {},
): M {
  checkOptions('l1Unstructured', options, ['importanceScores']);
  applyMethod(new L1Unstructured(amount), module, name, options);
  return module;
}

/**
 * Prunes drawn slices of a dimension. @source torch.nn.utils.prune.random_structured
 * @example
 * const layer = nn.utils.prune.randomStructured(new nn.Linear(2, 3), 'weight', 1, 0);
 * layer.weight.eq(0).sum(); // tensor(2)
 */
export function randomStructured<M extends Module>(module: M, name: string, amount: number, dim: number): M {
  applyMethod(new RandomStructured(amount, dim), module, name);
  return module;
}

/**
 * Prunes the slices of the smallest norms of order `n`. @source torch.nn.utils.prune.ln_structured
 * @example
 * const layer = nn.utils.prune.lnStructured(new nn.Linear(2, 3), 'weight', 1, 2, 0);
 * layer.weight.eq(0).sum(); // tensor(2)
 */
export function lnStructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  n: number,
  dim: number,
  options: ImportanceOptions = {},
): M {
  checkOptions('lnStructured', options, ['importanceScores']);
  applyMethod(new LnStructured(amount, n, dim), module, name, options);
  return module;
}

/**
 * Prunes by a mask. @source torch.nn.utils.prune.custom_from_mask
 * @example
 * const layer = nn.utils.prune.customFromMask(new nn.Linear(2, 3), 'bias', tensor([1, 0, 1]));
 * (layer as unknown as { bias_mask: Tensor }).bias_mask; // tensor([1., 0., 1.])
 */
export function customFromMask<M extends Module>(module: M, name: string, mask: Tensor): M {
  applyMethod(new CustomFromMask(mask), module, name);
  return module;
}

type UnstructuredMethod = new (amount: number) => BasePruningMethod;

/** Options of `globalUnstructured`. */
export interface GlobalOptions {
  /** A count of all weights together, or a share below 1. */
  amount: number;
  /** What the weights are ranked by, for each pair of module and name. Default: the weights. */
  importanceScores?: ReadonlyMap<readonly [Module, string], Tensor> | null;
}

/**
 * Prunes several parameters as if they were one. @source torch.nn.utils.prune.global_unstructured
 * @example
 * const layers = [new nn.Linear(2, 3), new nn.Linear(3, 2)];
 * const weights = layers.map((layer) => [layer, 'weight'] as const);
 * nn.utils.prune.globalUnstructured(weights, nn.utils.prune.L1Unstructured, { amount: 4 });
 * layers.reduce((zeros, { weight }) => zeros + Number(weight.eq(0).sum().item()), 0); // 4
 */
export function globalUnstructured(
  parameters: Iterable<readonly [Module, string]>,
  pruningMethod: UnstructuredMethod,
  options: GlobalOptions,
): void {
  checkOptions('globalUnstructured', options, ['amount', 'importanceScores']);
  const pairs = checkList('globalUnstructured', 'parameters', parameters);
  for (const pair of pairs) checkList('globalUnstructured', 'parameters', pair);
  const method = new (checkFunction('globalUnstructured', 'pruningMethod', pruningMethod))(options?.amount);
  if (method.pruningType !== 'unstructured') {
    throw new ArgumentTypeError(
      `Only "unstructured" PRUNING_TYPE supported for the \`pruning_method\`. Found method ${pruningMethod.name} of type ${method.pruningType}`,
    );
  }
  const scores = pairs.map((pair) => (options.importanceScores?.get(pair) ?? tensorOf(...pair)).detach());
  const masks = pairs.map(
    ([module, name]) => module._buffers.get(`${name}_mask`) ?? onesLike(tensorOf(module, name).detach()),
  );
  const mask = new PruningContainer(method).computeMask(parametersToVector(scores), parametersToVector(masks));
  let start = 0;
  for (const [module, name] of pairs) {
    const { shape } = tensorOf(module, name);
    const count = numelOf(shape);
    customFromMask(module, name, reshape(narrow(mask, 0, start, count), [...shape]));
    start += count;
  }
}

/**
 * Leaves a parameter pruned for good. @throws ValueError if it is not pruned @source torch.nn.utils.prune.remove
 * @example
 * const layer = nn.utils.prune.l1Unstructured(new nn.Linear(2, 3), 'weight', 2);
 * nn.utils.prune.remove(layer, 'weight');
 * [...layer.stateDict().keys()]; // ['bias', 'weight']
 */
export function remove<M extends Module>(module: M, name: string): M {
  const found = hooksOf(module).find(([, { tensorName }]) => tensorName === name);
  if (found === undefined) {
    throw new ValueError(`Parameter '${name}' of module ${module} has to be pruned before pruning can be removed`);
  }
  found[1].remove(module);
  module._forwardPreHooks.delete(found[0]);
  return module;
}

/**
 * Whether anything in the module or below is pruned. @source torch.nn.utils.prune.is_pruned
 * @example nn.utils.prune.isPruned(nn.utils.prune.identity(new nn.Linear(2, 3), 'weight')); // true
 */
export function isPruned(module: Module): boolean {
  for (const each of checkModule('isPruned', module).modules()) if (hooksOf(each).length > 0) return true;
  return false;
}
