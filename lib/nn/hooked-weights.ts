// What weightNorm and spectralNorm share: a weight that a hook computes anew before every call.
import { ArgumentTypeError, describe, StateError, ValueError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { isModule } from './attributes.ts';
import type { AnyHook } from './hooks.ts';
import type { Module } from './module.ts';

/** A hook that knows what it is for. */
interface WeightHook {
  (module: Module): void;
  /** What computes the weight: 'weight_norm' or 'spectral_norm'. */
  readonly kind: string;
  /** Name of the weight. */
  readonly weightName: string;
  /** Makes the weight a parameter again. */
  readonly undo: (module: Module) => void;
}

function hooksOf(module: Module, kind: string, name: string): [number, WeightHook][] {
  return [...(checkModule('nn.utils', module)._forwardPreHooks as Map<number, unknown>)].filter(([, hook]) => {
    const { kind: own, weightName } = hook as Partial<WeightHook>;
    return own === kind && weightName === name;
  }) as [number, WeightHook][];
}

/** @throws StateError if the weight has such a hook already */
export function refuseSecond(module: Module, kind: string, name: string): void {
  if (hooksOf(module, kind, name).length === 0) return;
  throw new StateError(`Cannot register two ${kind} hooks on the same parameter ${name}`);
}

/** Computes the weight before every call of the module. */
export function addWeightHook(
  module: Module,
  kind: string,
  name: string,
  compute: (module: Module) => Tensor,
  undo: (module: Module) => void,
): void {
  const hook = (owner: Module) => {
    Reflect.set(owner, name, compute(owner));
  };
  module.registerForwardPreHook(Object.assign(hook, { kind, weightName: name, undo }) as unknown as AnyHook);
}

/** Undoes {@link addWeightHook}. @throws ValueError if there is nothing to undo */
export function removeWeightHook(module: Module, kind: string, name: string): void {
  const [found] = hooksOf(module, kind, name);
  if (found === undefined) throw new ValueError(`${kind} of '${name}' not found in ${module}`);
  const [id, { undo }] = found;
  undo(module);
  module._forwardPreHooks.delete(id);
}

/** The value, a module. @throws ArgumentTypeError that names the function */
export function checkModule(who: string, value: Module): Module {
  if (isModule(value)) return value;
  throw new ArgumentTypeError(`${who}(): argument 'module' must be Module, not ${describe(value)}`);
}

/** The tensor under a name. @throws ValueError if there is none */
export function tensorOf(module: Module, name: string): Tensor {
  const value: unknown = Reflect.get(checkModule('nn.utils', module), name);
  if (value instanceof Tensor) return value;
  throw new ValueError(`Module '${module}' has no parameter or buffer with name '${name}'`);
}
