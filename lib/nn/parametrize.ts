// nn.utils.parametrize: tensors of a module as functions of other tensors.
import { withGradMode } from '../autograd/mode.ts';
import { checkFunction, checkList, checkOptions, NotImplementedError, StateError, ValueError } from '../errors.ts';
import { sameShape } from '../tensor/shape.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { checkModule } from './hooked-weights.ts';
import type { Module } from './module.ts';
import { ModuleDict } from './module-dict.ts';
import { ModuleList } from './module-list.ts';
import { Parameter } from './parameter.ts';
import { typename } from './typename.ts';

/** A module whose forward computes the tensor; `rightInverse` says from which tensors a given one is computed. */
interface Parametrization extends Module {
  rightInverse?(value: Tensor): Tensor | readonly Tensor[];
}

type ModuleClass = abstract new (...args: never[]) => Module;

function register(module: Module, name: string, value: Tensor): void {
  if (value instanceof Parameter) module.registerParameter(name, value);
  else module.registerBuffer(name, value);
}

function throughInverse(parametrization: Parametrization, value: Tensor): Tensor | readonly Tensor[] {
  if (parametrization.rightInverse === undefined) return value;
  try {
    return parametrization.rightInverse(value);
  } catch (error) {
    if (error instanceof NotImplementedError) return value;
    throw error;
  }
}

/**
 * What a tensor is computed from: `original`, or `original0`, `original1`, ..., and the functions, applied in order.
 *
 * @source torch.nn.utils.parametrize.ParametrizationList
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(20, 40));
 * const { parametrizations } = layer as unknown as { parametrizations: nn.ModuleDict };
 * parametrizations.get('weight') instanceof nn.utils.parametrize.ParametrizationList; // true
 */
export class ParametrizationList extends ModuleList<Module> {
  unsafe: boolean;
  readonly isTensor: boolean;
  readonly ntensors: number;

  constructor(modules: readonly Module[], original: Tensor, options: { unsafe?: boolean } = {}) {
    const list = checkList('ParametrizationList', 'modules', modules);
    for (const m of list) checkModule('ParametrizationList', m);
    checkTensor('ParametrizationList', 'original', original);
    if (list.length === 0) throw new ValueError('ParametrizationList requires one or more modules.');
    super(list);
    this.unsafe = options.unsafe ?? false;
    const { shape, dtype } = original;
    const fresh = withGradMode(false, () =>
      list.toReversed().reduce<Tensor | readonly Tensor[]>((value, m) => throughInverse(m, value as Tensor), original),
    );
    if (!(fresh instanceof Tensor) && !Array.isArray(fresh)) {
      throw new ValueError(
        `'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got ${typename(fresh)}`,
      );
    }
    this.isTensor = fresh instanceof Tensor;
    this.ntensors = fresh instanceof Tensor ? 1 : fresh.length;
    if (fresh instanceof Tensor) {
      if (fresh.dtype !== dtype) {
        throw new ValueError(
          `When \`right_inverse\` outputs one tensor, it may not change the dtype.\noriginal.dtype: torch.${dtype}\nright_inverse(original).dtype: torch.${fresh.dtype}`,
        );
      }
      if (fresh !== original) original.data = fresh.detach().contiguous();
      register(this, 'original', original);
    } else {
      fresh.forEach((part: Tensor, i: number) => {
        const values = part.detach();
        const own =
          original instanceof Parameter ? new Parameter(values, { requiresGrad: original.requiresGrad }) : values;
        register(this, `original${i}`, own);
      });
    }
    if (!this.unsafe) checkLike(this.forward(), { shape, dtype } as Tensor, 'unparametrized', 'parametrized');
  }

  /** The tensors that all is computed from. */
  get originals(): Tensor[] {
    const names = this.isTensor ? ['original'] : Array.from({ length: this.ntensors }, (_, i) => `original${i}`);
    return names.map((name) => Reflect.get(this, name) as Tensor);
  }

  /** Sets the originals to those from which `value` is computed. @throws StateError if there is no inverse */
  rightInverse(value: Tensor): void {
    const parts = withGradMode(false, () =>
      [...this].toReversed().reduce<Tensor | readonly Tensor[]>((current, module) => {
        const { rightInverse } = module as Parametrization;
        if (rightInverse === undefined) {
          throw new StateError(`parametrization ${module._getName()} does not implement right_inverse.`);
        }
        return (module as Parametrization).rightInverse?.(current as Tensor) ?? current;
      }, value),
    );
    const list = parts instanceof Tensor ? [parts] : parts;
    const { originals } = this;
    if (list.length !== originals.length) {
      throw new ValueError(
        `'right_inverse' must return a sequence of tensors of length ${this.ntensors}. Got a sequence of length ${list.length}.`,
      );
    }
    originals.forEach((original, i) => {
      const part = list[i] as Tensor;
      if (part.dtype !== original.dtype) {
        throw new ValueError(
          `The tensor returned by \`right_inverse\` has dtype torch.${part.dtype} while \`original\` has dtype torch.${original.dtype}`,
        );
      }
      original.data = part.detach().contiguous();
    });
  }

  /** The tensor. */
  override forward(): Tensor {
    const [first, ...rest] = [...this] as ((...args: Tensor[]) => Tensor)[];
    const start = first === undefined ? (this.originals[0] as Tensor) : first(...this.originals);
    return rest.reduce((x, module) => module(x), start);
  }
}

function checkLike(actual: unknown, expected: Tensor, before: string, behind: string): void {
  if (!(actual instanceof Tensor)) {
    throw new ValueError(`A parametrization must return a tensor. Got ${typename(actual)}.`);
  }
  if (actual.dtype !== expected.dtype) {
    throw new ValueError(
      `Registering a parametrization may not change the dtype of the tensor, unless \`unsafe\` flag is enabled.\n${before} dtype: torch.${expected.dtype}\n${behind} dtype: torch.${actual.dtype}`,
    );
  }
  if (sameShape(actual.shape, expected.shape)) return;
  throw new ValueError(
    `Registering a parametrization may not change the shape of the tensor, unless \`unsafe\` flag is enabled.\n${before} shape: [${expected.shape.join(', ')}]\n${behind} shape: [${actual.shape.join(', ')}]`,
  );
}

// ---- Caching

let caching = 0;
let cache = new WeakMap<Module, Map<string, Tensor>>();

/**
 * Runs `body`, in which every parametrized tensor is computed once. @source torch.nn.utils.parametrize.cached
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(2, 3));
 * nn.utils.parametrize.cached(() => layer.weight === layer.weight); // true
 * layer.weight === layer.weight; // false
 */
export function cached<Result>(body: () => Result): Result {
  const leave = () => {
    caching--;
    if (caching === 0) cache = new WeakMap();
  };
  checkFunction('cached', 'body', body);
  caching++;
  let result: Result;
  try {
    result = body();
  } catch (error) {
    leave();
    throw error;
  }
  if (result instanceof Promise) return result.finally(leave) as Result;
  leave();
  return result;
}

function valueOf(module: Module, name: string): Tensor {
  const list = listOf(module, name);
  if (caching === 0) return list();
  const own = cache.get(module) ?? new Map<string, Tensor>();
  const value = own.get(name) ?? list();
  cache.set(module, own.set(name, value));
  return value;
}

// ---- Registration

function dictOf(module: Module): ModuleDict<ParametrizationList> | null {
  const found: unknown = checkModule('parametrize', module)._modules.get('parametrizations');
  return found instanceof ModuleDict ? (found as ModuleDict<ParametrizationList>) : null;
}

function listOf(module: Module, name: string): ParametrizationList {
  const list = dictOf(module)?.get(name);
  if (list === undefined) throw new ValueError(`Module ${module} does not have a parametrization on ${name}`);
  return list;
}

/**
 * Whether a tensor of the module, or any, is parametrized. @source torch.nn.utils.parametrize.is_parametrized
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(2, 3));
 * nn.utils.parametrize.isParametrized(layer); // true
 * nn.utils.parametrize.isParametrized(layer, 'bias'); // false
 */
export function isParametrized(module: Module, tensorName: string | null = null): boolean {
  const dict = dictOf(module);
  if (dict === null) return false;
  return tensorName === null ? dict.size > 0 : dict.has(tensorName);
}

/**
 * Computes a parameter or buffer of a module by another module, from then on. The module becomes one of a class of its
 * own, on which the tensor is a property.
 *
 * @param parametrization - its forward gives the tensor; its `rightInverse`, if any, the tensors it is computed from
 * @throws ValueError if there is no such tensor, or its shape or dtype changes (unless `unsafe`)
 * @source torch.nn.utils.parametrize.register_parametrization
 * @example
 * class Symmetric extends nn.Module {
 *   override forward(x: Tensor) {
 *     return x.triu().add(x.triu(1).t());
 *   }
 * }
 * const layer = nn.utils.parametrize.registerParametrization(new nn.Linear(3, 3), 'weight', new Symmetric());
 * equal(layer.weight, layer.weight.t()); // true
 */
export function registerParametrization<M extends Module>(
  module: M,
  tensorName: string,
  parametrization: Module,
  options: { unsafe?: boolean } = {},
): M {
  checkOptions('registerParametrization', options, ['unsafe']);
  const { unsafe = false } = options;
  checkModule('registerParametrization', parametrization).train(
    checkModule('registerParametrization', module).training,
  );
  if (isParametrized(module, tensorName)) {
    const list = listOf(module, tensorName);
    if (!unsafe) {
      const before = valueOf(module, tensorName);
      const own = parametrization as unknown as (x: Tensor) => unknown;
      checkLike(own(before), before, `module.${tensorName}`, `parametrization(module.${tensorName})`);
    }
    list.append(parametrization);
    list.unsafe ||= unsafe;
    return module;
  }
  const original = module._parameters.get(tensorName) ?? module._buffers.get(tensorName) ?? null;
  if (original === null) {
    throw new ValueError(
      `Module '${module}' does not have a parameter, a buffer, or a parametrized element with name '${tensorName}'`,
    );
  }
  const list = new ParametrizationList([parametrization], original, { unsafe });
  Reflect.deleteProperty(module, tensorName);
  if (!isParametrized(module)) {
    injectClass(module);
    module.registerModule('parametrizations', new ModuleDict());
  }
  Object.defineProperty(Object.getPrototypeOf(module), tensorName, {
    get(this: Module) {
      return valueOf(this, tensorName);
    },
    set(this: Module, value: Tensor) {
      listOf(this, tensorName).rightInverse(value);
    },
    configurable: true,
  });
  dictOf(module)?.set(tensorName, list);
  return module;
}

// A subclass of the module's class, for its properties.
function injectClass(module: Module): void {
  const base = module.constructor as new () => Module;
  const own = class extends base {};
  Object.defineProperty(own, 'name', { value: `Parametrized${base.name}` });
  Object.setPrototypeOf(module, own.prototype);
}

/**
 * The class that the module had. @source torch.nn.utils.parametrize.type_before_parametrizations
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(2, 3));
 * nn.utils.parametrize.typeBeforeParametrizations(layer) === nn.Linear; // true
 */
export function typeBeforeParametrizations(module: Module): ModuleClass {
  return (isParametrized(module) ? Object.getPrototypeOf(module.constructor) : module.constructor) as ModuleClass;
}

/** Options of `removeParametrizations`. */
export interface RemoveParametrizationsOptions {
  /** Whether the tensor keeps its present value, and not that of the original. Default: true. */
  leaveParametrized?: boolean;
}

/**
 * Makes a tensor a parameter or buffer again.
 *
 * @throws ValueError
 * @source torch.nn.utils.parametrize.remove_parametrizations
 * @example
 * const layer = nn.utils.parametrizations.weightNorm(new nn.Linear(2, 3));
 * nn.utils.parametrize.removeParametrizations(layer, 'weight');
 * [...layer.stateDict().keys()]; // ['bias', 'weight']
 */
export function removeParametrizations<M extends Module>(
  module: M,
  tensorName: string,
  options: RemoveParametrizationsOptions | boolean = {},
): M {
  if (typeof options === 'object') checkOptions('removeParametrizations', options, ['leaveParametrized']);
  const { leaveParametrized = true } = typeof options === 'boolean' ? { leaveParametrized: options } : options;
  if (!isParametrized(module, tensorName)) {
    throw new ValueError(`Module ${module} does not have a parametrization on ${tensorName}`);
  }
  const list = listOf(module, tensorName);
  if (!list.isTensor && !leaveParametrized) {
    throw new ValueError(
      'Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a sequence of tensors.',
    );
  }
  const value = list();
  let [original] = list.originals as [Tensor];
  if (!list.isTensor) original = value.requiresGrad ? new Parameter(value.detach()) : value;
  else if (leaveParametrized) original.data = value.detach().contiguous();
  Reflect.deleteProperty(Object.getPrototypeOf(module), tensorName);
  dictOf(module)?.delete(tensorName);
  register(module, tensorName, original);
  if (!isParametrized(module)) {
    module._modules.delete('parametrizations');
    Object.setPrototypeOf(module, Object.getPrototypeOf(Object.getPrototypeOf(module)));
  }
  return module;
}

/**
 * Parametrizes a module as another one, and shares the originals.
 *
 * @source torch.nn.utils.parametrize.transfer_parametrizations_and_params
 * @example
 * const from = nn.utils.parametrizations.weightNorm(new nn.Linear(2, 3));
 * const to = nn.utils.parametrize.transferParametrizationsAndParams(from, new nn.Linear(2, 3));
 * equal(from.weight, to.weight); // true
 */
export function transferParametrizationsAndParams<M extends Module>(
  fromModule: Module,
  toModule: M,
  tensorName: string | null = null,
): M {
  const dict = dictOf(fromModule);
  if (dict === null) return toModule;
  for (const name of tensorName === null ? [...dict.keys()] : [tensorName]) {
    if (!Reflect.has(toModule, name)) {
      Reflect.set(toModule, name, new Parameter(valueOf(fromModule, name).detach()));
    }
    const source = dict.get(name);
    for (const parametrization of source) registerParametrization(toModule, name, parametrization);
    const target = listOf(toModule, name);
    source.originals.forEach((original, i) => {
      Reflect.set(target, source.isTensor ? 'original' : `original${i}`, original);
    });
  }
  return toModule;
}
