// What a module's state dict holds, in which order. @source torch.nn.Module.state_dict
import { StateError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { AnyHook } from './hooks.ts';
import { isLazy } from './lazy-tensor.ts';
import type { Module } from './module.ts';

/** What a state dict says about one module: the version of its format. */
export interface ModuleMetadata {
  version?: number;
  [key: string]: unknown;
}

/**
 * The tensors of a module by qualified name. `_metadata` holds the version of each module by its path.
 * What `getExtraState` returns stands under `_extra_state`, whatever its type.
 */
export interface StateDict extends Map<string, Tensor> {
  _metadata?: Map<string, ModuleMetadata>;
}

/** Options of `stateDict`. */
export interface StateDictOptions {
  /** Filled and returned. Default: a new map. */
  destination?: StateDict;
  /** Put before every name, with its own dot. Default: ''. */
  prefix?: string;
  /** Keep the tensors attached to autograd. Default: false. */
  keepVars?: boolean;
}

/** The key suffix of a module's extra state. */
export const extraStateKey = '_extra_state';

/** Hooks registered as `registerStateDictPostHook` may change the dict in place only. */
export const publicPostHooks = new WeakSet<AnyHook>();

/** Own parameters, own persistent buffers, extra state, then the children, depth first. */
export function stateDict(module: Module, { destination, prefix = '', keepVars = false }: StateDictOptions): StateDict {
  let target: StateDict = destination ?? Object.assign(new Map<string, Tensor>(), { _metadata: new Map() });
  const localMetadata: ModuleMetadata = { version: module._version };
  target._metadata?.set(prefix.slice(0, -1), localMetadata);
  for (const hook of [...module._stateDictPreHooks.values()]) hook(module, prefix, keepVars);
  module._saveToStateDict(target, prefix, keepVars);
  for (const [name, child] of module._modules) {
    child?.stateDict({ destination: target, prefix: `${prefix}${name}.`, keepVars });
  }
  for (const hook of [...module._stateDictHooks.values()]) {
    const result = hook(module, target, prefix, localMetadata);
    if (result === null || result === undefined) continue;
    if (publicPostHooks.has(hook)) throw new StateError('state_dict post-hook must return None');
    target = result as StateDict;
  }
  return target;
}

/** Writes what the module itself holds, without its children. */
export function saveToStateDict(module: Module, destination: StateDict, prefix: string, keepVars: boolean): void {
  for (const [name, parameter] of module._parameters) {
    if (parameter !== null)
      destination.set(prefix + name, keepVars || isLazy(parameter) ? parameter : parameter.detach());
  }
  for (const [name, buffer] of module._buffers) {
    if (buffer === null || module._nonPersistentBuffersSet.has(name)) continue;
    destination.set(prefix + name, keepVars || isLazy(buffer) ? buffer : buffer.detach());
  }
  if (module.getExtraState !== undefined) {
    destination.set(prefix + extraStateKey, module.getExtraState() as Tensor);
  }
}
