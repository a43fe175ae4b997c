// Modules that find out their sizes from their first input. @source torch.nn.modules.lazy
import { checkFunction, NotImplementedError, StateError } from '../errors.ts';
import { isLazy } from './lazy-tensor.ts';
import type { Module } from './module.ts';

/** What a module does that finds out its sizes. */
export interface LazyModule extends Module {
  /** The class that the module changes to after the first call, or null to keep its own. */
  readonly clsToBecome: ModuleClass | null;
  /** Gives shapes to all uninitialized parameters and buffers; gets what `forward` gets. */
  initializeParameters(...input: unknown[]): void;
}

/** A class of modules. */
// biome-ignore lint/suspicious/noExplicitAny: a mixin takes classes with any constructor, and TypeScript asks for any
export type ModuleClass = abstract new (...args: any[]) => Module;

/** Whether a module itself, without its children, has parameters or buffers without a shape. */
export function hasUninitializedParams(module: Module): boolean {
  return [...module._parameters.values(), ...module._buffers.values()].some(isLazy);
}

/** Where a module keeps the id of the hook; a copy of the module has a hook of the same id. */
const hookId = '_initializeHook';

/** Lets the module's first call initialize it: a forward-pre hook, which then removes itself and changes the class. */
export function initializeOnFirstCall(module: LazyModule): void {
  const { id } = module.registerForwardPreHook(
    (called, args, kwargs) => {
      initialize(called as LazyModule, args, kwargs);
    },
    { withKwargs: true },
  );
  Object.defineProperty(module, hookId, { value: id, configurable: true });
}

function initialize(module: LazyModule, args: readonly unknown[], kwargs: Record<string, unknown>): void {
  module.initializeParameters(...args, ...(Object.keys(kwargs).length > 0 ? [kwargs] : []));
  if (hasUninitializedParams(module)) {
    throw new StateError(`module ${module._getName()} has not been fully initialized`);
  }
  const id = Reflect.get(module, hookId) as number;
  module._forwardPreHooks.delete(id);
  module._forwardPreHooksWithKwargs.delete(id);
  Reflect.deleteProperty(module, hookId);
  if (module.clsToBecome !== null) Object.setPrototypeOf(module, module.clsToBecome.prototype);
}

/**
 * A class of modules that find out their sizes from their first input: its constructor may register
 * `UninitializedParameter` and `UninitializedBuffer`, and its `initializeParameters` gives them their shapes.
 *
 * @param Base - the class to extend
 * @source torch.nn.modules.lazy.LazyModuleMixin
 * @example
 * class LazyScale extends nn.LazyModuleMixin(nn.Module) {
 *   weight = new nn.UninitializedParameter();
 *   override initializeParameters(x: Tensor) {
 *     this.weight.materialize(x.shape.slice(1));
 *   }
 *   override forward(x: Tensor) {
 *     return x.mul(this.weight);
 *   }
 * }
 * const layer = new LazyScale();
 * layer(ones(2, 3)).shape; // [2, 3]
 * layer.weight.shape; // [3]
 */
export function LazyModuleMixin<Base extends ModuleClass>(Base: Base) {
  checkFunction('LazyModuleMixin', 'Base', Base);
  abstract class Lazy extends Base {
    // biome-ignore lint/suspicious/noExplicitAny: see ModuleClass
    constructor(...args: any[]) {
      super(...args);
      initializeOnFirstCall(this as unknown as LazyModule);
    }

    /** The class that the module changes to after the first call, or null to keep its own. */
    get clsToBecome(): ModuleClass | null {
      return null;
    }

    /** Gives shapes to all uninitialized parameters and buffers; gets what `forward` gets. */
    // biome-ignore lint/suspicious/noExplicitAny: every module has its own inputs
    initializeParameters(..._input: any[]): void {
      throw new NotImplementedError(`initialize_parameters is not implemented for ${this._getName()}`);
    }

    /** Whether the module itself has parameters or buffers without a shape. */
    hasUninitializedParams(): boolean {
      return hasUninitializedParams(this as unknown as Module);
    }
  }
  return Lazy;
}
