// The kinds of module hooks, the hooks common to all modules, and the functions that register those.
import { checkFunction, checkOptions, StateError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CallHookMap, HookMap, RemovableHandle } from './handle.ts';
import type { Module } from './module.ts';
import type { Parameter } from './parameter.ts';

/** The gradients of a module's inputs or outputs, one per argument; null for what is no tensor or has no gradient. */
export type Gradients = readonly (Tensor | null)[];

/** `hook(module, args)`: nothing, one new argument, or an array of all new arguments. */
export type ForwardPreHook<M> = (module: M, args: unknown[]) => unknown;
/** `hook(module, args, kwargs)`: nothing, or `[args, kwargs]`. */
export type ForwardPreHookWithKwargs<M> = (module: M, args: unknown[], kwargs: Record<string, unknown>) => unknown;
/** `hook(module, args, output)`: nothing, or the new output. */
export type ForwardHook<M> = (module: M, args: unknown[], output: HookedOutput<M>) => unknown;
/** `hook(module, args, kwargs, output)`: nothing, or the new output. */
export type ForwardHookWithKwargs<M> = (
  module: M,
  args: unknown[],
  kwargs: Record<string, unknown>,
  output: HookedOutput<M>,
) => unknown;
/** `hook(module, gradInput, gradOutput)`: nothing, or new gradients of the inputs. */
export type BackwardHook<M> = (module: M, gradInput: Gradients, gradOutput: Gradients) => unknown;
/** `hook(module, gradOutput)`: nothing, or new gradients of the outputs. */
export type BackwardPreHook<M> = (module: M, gradOutput: Gradients) => unknown;

/** What a forward hook sees as output: what forward returns, or what its promise resolves to. */
type HookedOutput<M> = M extends { forward(...args: never[]): infer Output } ? Awaited<Output> : unknown;

/** A hook as the dictionaries hold it, whatever its kind. */
export type AnyHook = (...args: unknown[]) => unknown;

/** Options of `registerForwardPreHook`. */
export interface ForwardPreHookOptions {
  /** Run before the module's other hooks of this kind. Default: false. */
  prepend?: boolean;
  /** Pass the trailing options object apart from the other arguments. Default: false. */
  withKwargs?: boolean;
}

/** Options of `registerForwardHook`. */
export interface ForwardHookOptions extends ForwardPreHookOptions {
  /** Run also when the call throws. Default: false. */
  alwaysCall?: boolean;
}

/** The hooks common to all modules. */
export const globalHooks = {
  forwardPre: new CallHookMap<AnyHook>(),
  forward: new CallHookMap<AnyHook>(),
  forwardWithKwargs: new Set<number>(),
  forwardAlwaysCalled: new Set<number>(),
  backwardPre: new CallHookMap<AnyHook>(),
  backward: new CallHookMap<AnyHook>(),
  /** Which of the two kinds of backward hooks is in use; they cannot be mixed. */
  isFullBackward: null as boolean | null,
  bufferRegistration: new HookMap<AnyHook>(),
  moduleRegistration: new HookMap<AnyHook>(),
  parameterRegistration: new HookMap<AnyHook>(),
};

const mixedGlobalHooks =
  'Cannot use both regular backward hooks and full backward hooks as a global Module hook. Please use only one of them.';

/**
 * A forward pre-hook for all modules; runs before the modules' own.
 * @param hook - `hook(module, args)`; see `Module.registerForwardPreHook`
 * @source torch.nn.modules.module.register_module_forward_pre_hook
 * @example
 * const seen: string[] = [];
 * const handle = nn.registerModuleForwardPreHook((module) => { seen.push(module.constructor.name); });
 * new nn.Sequential(new nn.ReLU(), new nn.Tanh())(zeros(2));
 * handle.remove();
 * seen; // ['Sequential', 'ReLU', 'Tanh']
 */
export function registerModuleForwardPreHook(hook: ForwardPreHook<Module>): RemovableHandle {
  return add(globalHooks.forwardPre, hook as AnyHook);
}

/**
 * A forward hook for all modules; runs before the modules' own.
 * @param hook - `hook(module, args, output)`; see `Module.registerForwardHook`
 * @source torch.nn.modules.module.register_module_forward_hook
 * @example
 * const seen: string[] = [];
 * const handle = nn.registerModuleForwardHook((module: nn.Module) => { seen.push(module.constructor.name); });
 * new nn.Sequential(new nn.ReLU(), new nn.Tanh())(zeros(2));
 * handle.remove();
 * seen; // ['ReLU', 'Tanh', 'Sequential']
 */
export function registerModuleForwardHook(
  hook: ForwardHook<Module> | ForwardHookWithKwargs<Module>,
  options: Omit<ForwardHookOptions, 'prepend'> = {},
): RemovableHandle {
  checkOptions('registerModuleForwardHook', options, ['withKwargs', 'alwaysCall']);
  const { forward, forwardWithKwargs, forwardAlwaysCalled } = globalHooks;
  const handle = add(forward, hook as AnyHook, forwardWithKwargs, forwardAlwaysCalled);
  if (options.withKwargs) forwardWithKwargs.add(handle.id);
  if (options.alwaysCall) forwardAlwaysCalled.add(handle.id);
  return handle;
}

/**
 * A hook for all modules on the gradients of their outputs; runs before the modules' own.
 * @param hook - see `Module.registerFullBackwardPreHook`
 * @source torch.nn.modules.module.register_module_full_backward_pre_hook
 * @example
 * const seen: string[] = [];
 * const handle = nn.registerModuleFullBackwardPreHook((module) => { seen.push(module.constructor.name); });
 * new nn.Linear(2, 1)(ones(1, 2)).sum().backward();
 * handle.remove();
 * seen; // ['Linear']
 */
export function registerModuleFullBackwardPreHook(hook: BackwardPreHook<Module>): RemovableHandle {
  return add(globalHooks.backwardPre, hook as AnyHook);
}

/**
 * A hook for all modules on the gradients of their inputs; runs before the modules' own.
 * @param hook - see `Module.registerFullBackwardHook`
 * @throws StateError when a global hook of the older kind was registered before
 * @source torch.nn.modules.module.register_module_full_backward_hook
 * @example
 * let gradient: Tensor | null | undefined;
 * const handle = nn.registerModuleFullBackwardHook((_module, _gradInput, [gradOutput]) => { gradient = gradOutput; });
 * new nn.Linear(2, 1)(ones(1, 2)).sum().backward();
 * handle.remove();
 * gradient; // tensor([[1.]])
 */
export function registerModuleFullBackwardHook(hook: BackwardHook<Module>): RemovableHandle {
  if (globalHooks.isFullBackward === false) throw new StateError(mixedGlobalHooks);
  globalHooks.isFullBackward = true;
  return add(globalHooks.backward, hook as AnyHook);
}

/**
 * The older backward hook for all modules, which sees the gradients of the last operation only.
 * @deprecated use `registerModuleFullBackwardHook`
 * @throws StateError when a global full backward hook was registered before
 * @source torch.nn.modules.module.register_module_backward_hook
 * @example
 * // not run: a program may use full or regular global hooks, not both
 * let calls = 0;
 * const handle = nn.registerModuleBackwardHook(() => { calls += 1; });
 * new nn.Linear(2, 1)(ones(1, 2)).sum().backward();
 * handle.remove();
 * calls;
 */
export function registerModuleBackwardHook(hook: BackwardHook<Module>): RemovableHandle {
  if (globalHooks.isFullBackward === true) throw new StateError(mixedGlobalHooks);
  globalHooks.isFullBackward = false;
  return add(globalHooks.backward, hook as AnyHook);
}

/**
 * A hook that sees, and may replace, every buffer that any module registers.
 *
 * @source torch.nn.modules.module.register_module_buffer_registration_hook
 * @example
 * const names: string[] = [];
 * const handle = nn.registerModuleBufferRegistrationHook((_module, name) => { names.push(name); });
 * new nn.BatchNorm1d(2);
 * handle.remove();
 * names; // ['running_mean', 'running_var', 'num_batches_tracked']
 */
export function registerModuleBufferRegistrationHook(
  hook: (module: Module, name: string, buffer: Tensor | null) => unknown,
): RemovableHandle {
  return add(globalHooks.bufferRegistration, hook as AnyHook);
}

/**
 * A hook that sees, and may replace, every child that any module registers.
 *
 * @source torch.nn.modules.module.register_module_module_registration_hook
 * @example
 * const names: string[] = [];
 * const handle = nn.registerModuleModuleRegistrationHook((_module, name) => { names.push(name); });
 * new nn.Sequential(new nn.ReLU(), new nn.Tanh());
 * handle.remove();
 * names; // ['0', '1']
 */
export function registerModuleModuleRegistrationHook(
  hook: (module: Module, name: string, child: Module | null) => unknown,
): RemovableHandle {
  return add(globalHooks.moduleRegistration, hook as AnyHook);
}

/**
 * A hook that sees, and may replace, every parameter that any module registers.
 *
 * @source torch.nn.modules.module.register_module_parameter_registration_hook
 * @example
 * const names: string[] = [];
 * const handle = nn.registerModuleParameterRegistrationHook((_module, name) => { names.push(name); });
 * new nn.Linear(2, 3);
 * handle.remove();
 * names; // ['weight', 'bias']
 */
export function registerModuleParameterRegistrationHook(
  hook: (module: Module, name: string, parameter: Parameter) => unknown,
): RemovableHandle {
  return add(globalHooks.parameterRegistration, hook as AnyHook);
}

/** What the hooks of a registration leave of the value: each may return another one. */
export function throughRegistrationHooks<Value>(
  hooks: HookMap<AnyHook>,
  module: Module,
  name: string,
  value: Value,
): Value {
  let result = value;
  for (const hook of [...hooks.values()]) result = (hook(module, name, result) as Value | null | undefined) ?? result;
  return result;
}

/** Enters a hook into its dictionary, last or first; `options` are the sets that may hold its id too. */
export function add<Hook>(hooks: HookMap<Hook>, hook: Hook, ...options: Set<number>[]): RemovableHandle {
  checkFunction('register', 'hook', hook);
  const handle = new RemovableHandle(hooks, ...options);
  hooks.set(handle.id, hook);
  return handle;
}
