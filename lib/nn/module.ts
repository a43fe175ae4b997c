// Module: the base of all layers and models, called as a function.
import type { Dtype } from '../dtype.ts';
import {
  ArgumentTypeError,
  checkFunction,
  checkOptions,
  type Device,
  markClass,
  NotImplementedError,
  StateError,
  ValueError,
} from '../errors.ts';
import { parseTo, type ToArguments } from '../functional/to-arguments.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { ModuleAttributes } from './attributes.ts';
import { applyToTensors, toDtype, toEmpty, toType } from './conversion.ts';
import { copyModule } from './deepcopy.ts';
import type { RemovableHandle } from './handle.ts';
import {
  type AnyHook,
  add,
  type BackwardHook,
  type BackwardPreHook,
  type ForwardHook,
  type ForwardHookOptions,
  type ForwardHookWithKwargs,
  type ForwardPreHook,
  type ForwardPreHookOptions,
  type ForwardPreHookWithKwargs,
} from './hooks.ts';
import {
  type IncompatibleKeys,
  type LoadState,
  type LoadStateDictOptions,
  loadFromStateDict,
  loadStateDict,
} from './load-state-dict.ts';
import type { Parameter } from './parameter.ts';
import { moduleRepr } from './repr.ts';
import {
  type ModuleMetadata,
  publicPostHooks,
  type StateDict,
  type StateDictOptions,
  saveToStateDict,
  stateDict,
} from './state-dict.ts';
import {
  getBuffer,
  getParameter,
  getSubmodule,
  type NamedMembersOptions,
  type NamedModulesOptions,
  namedChildren,
  namedMembers,
  namedModules,
  setSubmodule,
} from './traversal.ts';

/** Options of the registrations of backward hooks. */
export interface BackwardHookOptions {
  /** Run before the module's other hooks of this kind. Default: false. */
  prepend?: boolean;
}

export interface Module {
  /** Calls the module: forward-pre hooks, `forward`, forward hooks. Typed as `forward`. */
  (...args: Parameters<this['forward']>): ReturnType<this['forward']>;
  /** Implemented by modules with state that is no tensor: what to save under `_extra_state`. */
  getExtraState?(): unknown;
  /** Implemented together with `getExtraState`: takes back what was saved. */
  setExtraState?(state: unknown): void;
}

/**
 * The base of all layers and models: holds parameters, buffers and child modules, and is called as a function.
 *
 * A Parameter, Buffer or Module assigned to a field, in the constructor or as class field, is registered under the
 * field's name. A name with null as value stays registered and empty. Reading a field that does not exist gives
 * undefined, as in all of JavaScript.
 *
 * @source torch.nn.Module
 * @example
 * class Net extends nn.Module {
 *   fc = new nn.Linear(4, 2);
 *   override forward(x: Tensor): Tensor {
 *     return F.relu(this.fc(x));
 *   }
 * }
 * const net = new Net();
 * net(zeros(3, 4)).shape; // [3, 2]
 * [...net.stateDict().keys()]; // ['fc.weight', 'fc.bias']
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: a class cannot declare that its instances can be called
export class Module extends ModuleAttributes {
  static {
    markClass(this);
  }

  /** Version of the module's part of a state dict; a subclass that changes its keys returns a higher one. */
  get _version(): number {
    return 1;
  }

  /** What the module computes; every module has its own. Call `net(x)`, not this: only the call runs hooks. */
  // biome-ignore lint/suspicious/noExplicitAny: with unknown no subclass would be a Module, with never none could be called
  forward(..._input: any[]): unknown {
    throw new NotImplementedError(`Module [${this._getName()}] is missing the required "forward" function`);
  }

  // ---- Hooks. All return a handle whose `remove()` takes the hook out again.

  /**
   * A hook before every call: `hook(module, args)` returns nothing, one argument, or an array of all arguments.
   * A trailing options object is no part of `args`; with `withKwargs` the hook is `hook(module, args, kwargs)` and
   * returns nothing or `[args, kwargs]`.
   */
  registerForwardPreHook(
    hook: ForwardPreHook<this>,
    options?: ForwardPreHookOptions & { withKwargs?: false },
  ): RemovableHandle;
  registerForwardPreHook(
    hook: ForwardPreHookWithKwargs<this>,
    options: ForwardPreHookOptions & { withKwargs: true },
  ): RemovableHandle;
  registerForwardPreHook(
    hook: ForwardPreHook<this> | ForwardPreHookWithKwargs<this>,
    options: ForwardPreHookOptions = {},
  ): RemovableHandle {
    checkOptions('registerForwardPreHook', options, ['prepend', 'withKwargs']);
    const handle = add(this._forwardPreHooks, hook as AnyHook, this._forwardPreHooksWithKwargs);
    if (options.withKwargs) this._forwardPreHooksWithKwargs.add(handle.id);
    if (options.prepend) this._forwardPreHooks.prepend(handle.id, hook as AnyHook);
    return handle;
  }

  /**
   * A hook after every call: `hook(module, args, output)` returns nothing or another output. `withKwargs` as for
   * `registerForwardPreHook`, between `args` and `output`; with `alwaysCall` it also runs when the call throws.
   * If forward is asynchronous, the hook gets what the promise resolved to.
   */
  registerForwardHook(hook: ForwardHook<this>, options?: ForwardHookOptions & { withKwargs?: false }): RemovableHandle;
  registerForwardHook(
    hook: ForwardHookWithKwargs<this>,
    options: ForwardHookOptions & { withKwargs: true },
  ): RemovableHandle;
  registerForwardHook(
    hook: ForwardHook<this> | ForwardHookWithKwargs<this>,
    options: ForwardHookOptions = {},
  ): RemovableHandle {
    checkOptions('registerForwardHook', options, ['prepend', 'withKwargs', 'alwaysCall']);
    const { _forwardHooks, _forwardHooksWithKwargs, _forwardHooksAlwaysCalled } = this;
    const handle = add(_forwardHooks, hook as AnyHook, _forwardHooksWithKwargs, _forwardHooksAlwaysCalled);
    if (options.withKwargs) _forwardHooksWithKwargs.add(handle.id);
    if (options.alwaysCall) _forwardHooksAlwaysCalled.add(handle.id);
    if (options.prepend) _forwardHooks.prepend(handle.id, hook as AnyHook);
    return handle;
  }

  /**
   * A hook on gradients: `hook(module, gradInput, gradOutput)` returns nothing or other gradients of the inputs.
   * While one is registered, forward gets views of its inputs and the caller a view of the output; neither may be
   * changed in place.
   * @throws StateError when the module has a hook of the older kind
   */
  registerFullBackwardHook(hook: BackwardHook<this>, options: BackwardHookOptions = {}): RemovableHandle {
    checkOptions('registerFullBackwardHook', options, ['prepend']);
    this._useBackwardHooks(true);
    return addBackward(this._backwardHooks, hook as AnyHook, options);
  }

  /** A hook on gradients: `hook(module, gradOutput)` returns nothing or other gradients of the outputs. */
  registerFullBackwardPreHook(hook: BackwardPreHook<this>, options: BackwardHookOptions = {}): RemovableHandle {
    checkOptions('registerFullBackwardPreHook', options, ['prepend']);
    return addBackward(this._backwardPreHooks, hook as AnyHook, options);
  }

  /**
   * The older hook on gradients; sees those of the last operation of forward only.
   * @deprecated use `registerFullBackwardHook`
   * @throws StateError when the module has a full backward hook
   */
  registerBackwardHook(hook: BackwardHook<this>): RemovableHandle {
    this._useBackwardHooks(false);
    return addBackward(this._backwardHooks, hook as AnyHook, {});
  }

  _useBackwardHooks(full: boolean): void {
    if (this._isFullBackwardHook === !full) {
      throw new StateError(
        'Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one of them.',
      );
    }
    this._isFullBackwardHook = full;
  }

  /** A hook before the state dict is filled: `hook(module, prefix, keepVars)`. */
  registerStateDictPreHook(hook: (module: this, prefix: string, keepVars: boolean) => void): RemovableHandle {
    return add(this._stateDictPreHooks, hook as AnyHook);
  }

  /** A hook on the filled state dict, which it may change: `hook(module, dict, prefix, localMetadata)`. */
  registerStateDictPostHook(
    hook: (module: this, dict: StateDict, prefix: string, localMetadata: ModuleMetadata) => void,
  ): RemovableHandle {
    publicPostHooks.add(hook as AnyHook);
    return add(this._stateDictHooks, hook as AnyHook);
  }

  /** A hook before the module's part is loaded; it may change the dict and the lists. */
  registerLoadStateDictPreHook(
    hook: (
      module: this,
      dict: Map<string, unknown>,
      prefix: string,
      localMetadata: ModuleMetadata,
      strict: boolean,
      missingKeys: string[],
      unexpectedKeys: string[],
      errors: string[],
    ) => void,
  ): RemovableHandle {
    return add(this._loadStateDictPreHooks, hook as AnyHook);
  }

  /** A hook after the module was loaded; what it leaves in the two lists of keys decides about strictness. */
  registerLoadStateDictPostHook(hook: (module: this, keys: IncompatibleKeys) => void): RemovableHandle {
    return add(this._loadStateDictPostHooks, hook as AnyHook);
  }

  // ---- Traversal, in registration order. What is registered twice is yielded once, unless `removeDuplicate: false`.

  /** The parameters of the module and, unless `recurse: false`, of all below. */
  *parameters({ recurse = true }: { recurse?: boolean } = {}): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters({ recurse })) yield parameter;
  }

  /** The parameters with their qualified names. */
  namedParameters(options?: NamedMembersOptions): Generator<[string, Parameter]> {
    checkOptions('namedParameters', options, ['prefix', 'recurse', 'removeDuplicate']);
    return namedMembers(this, (module) => module._parameters, options);
  }

  /** The buffers of the module and, unless `recurse: false`, of all below. */
  *buffers({ recurse = true }: { recurse?: boolean } = {}): Generator<Tensor> {
    for (const [, buffer] of this.namedBuffers({ recurse })) yield buffer;
  }

  /** The buffers with their qualified names. */
  namedBuffers(options?: NamedMembersOptions): Generator<[string, Tensor]> {
    checkOptions('namedBuffers', options, ['prefix', 'recurse', 'removeDuplicate']);
    return namedMembers(this, (module) => module._buffers, options);
  }

  /** The direct children. */
  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** The direct children with their names. */
  namedChildren(): Generator<[string, Module]> {
    return namedChildren(this);
  }

  /** The module itself and all below it. */
  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /** The module itself, under the name '', and all below it with their qualified names. */
  namedModules(options?: NamedModulesOptions): Generator<[string, Module]> {
    checkOptions('namedModules', options, ['prefix', 'removeDuplicate', 'memo']);
    return namedModules(this, options);
  }

  /** The module under a path such as 'layer1.0.conv'; '' is the module itself. @throws AttributeError */
  getSubmodule(target: string): Module {
    return getSubmodule(this, target);
  }

  /** Puts a module under a path. @throws ValueError for the empty path, AttributeError when the way there is missing */
  setSubmodule(target: string, module: Module): void {
    setSubmodule(this, target, module);
  }

  /** The parameter under a path such as 'fc.weight'. @throws AttributeError */
  getParameter(target: string): Parameter {
    return getParameter(this, target);
  }

  /** The buffer under a path such as 'norm.running_mean'. @throws AttributeError */
  getBuffer(target: string): Tensor {
    return getBuffer(this, target);
  }

  /** Calls `fn` with every module below, and last with the module itself. */
  apply(fn: (module: Module) => void): this {
    checkFunction('apply', 'fn', fn);
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  // ---- Modes and conversions; all return the module

  /** Sets training mode for the module and all below. @throws ValueError when `mode` is no boolean */
  train(mode = true): this {
    if (typeof mode !== 'boolean') throw new ValueError('training mode is expected to be boolean');
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  /** Sets evaluation mode: `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Says for all parameters whether they want a gradient. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(requiresGrad);
    return this;
  }

  /** Drops the gradients of all parameters, or with `setToNone: false` fills them with 0. */
  zeroGrad({ setToNone = true }: { setToNone?: boolean } = {}): void {
    for (const parameter of this.parameters()) {
      const { grad } = parameter;
      if (grad === null) continue;
      if (setToNone) parameter.grad = null;
      else if (grad.gradFn !== null) grad.detach_().zero_();
      else grad.requiresGrad_(false).zero_();
    }
  }

  /**
   * Floating parameters and buffers in another dtype, in place.
   *
   * @param args as `Tensor.to` takes them: a dtype, a tensor that has it, 'cpu', or options
   * @throws ArgumentTypeError for integer dtypes, and for `copy`
   */
  to(...args: ToArguments | []): this {
    const { dtype, copy } = parseTo(args);
    if (copy) throw new ArgumentTypeError('.to() does not accept copy argument');
    return dtype === null ? this : this._apply(toDtype(dtype));
  }

  /** All parameters and buffers in a dtype, in place. */
  type(dtype: Dtype): this {
    return this._apply(toType(dtype));
  }

  /** `to('float32')`. */
  float(): this {
    return this.to('float32');
  }

  /** `to('float64')`. */
  double(): this {
    return this.to('float64');
  }

  /** `to('float16')`. */
  half(): this {
    return this.to('float16');
  }

  /** `to('bfloat16')`. */
  bfloat16(): this {
    return this.to('bfloat16');
  }

  /** The module itself: nothing is compiled. */
  compile(): this {
    return this;
  }

  /** The module itself: all memory is the CPU's. */
  cpu(): this {
    return this;
  }

  /** New memory with unspecified values for all parameters and buffers. */
  toEmpty(options: { device?: Device | null; recurse?: boolean } = {}): this {
    checkOptions('toEmpty', options, ['device', 'recurse']);
    return this._apply(toEmpty, options.recurse ?? true);
  }

  _apply(fn: (tensor: Tensor) => Tensor, recurse = true): this {
    applyToTensors(this, fn, recurse);
    return this;
  }

  /** What the function `deepcopy` uses for this module; a class with private `#fields` overrides it. */
  deepcopy(memo: Map<unknown, unknown> = new Map()): Module {
    return copyModule(this, memo);
  }

  // ---- State

  /**
   * The parameters and persistent buffers by qualified name: own parameters, own buffers, extra state, then children.
   * The tensors share memory with the module's and are detached. A tensor that is registered twice is there twice.
   */
  stateDict(options: StateDictOptions = {}): StateDict {
    checkOptions('stateDict', options, ['destination', 'prefix', 'keepVars']);
    return stateDict(this, options);
  }

  _saveToStateDict(destination: StateDict, prefix: string, keepVars: boolean): void {
    saveToStateDict(this, destination, prefix, keepVars);
  }

  /**
   * Copies a state dict into the module. Every key is checked first: on an error nothing has changed.
   * @param dict - a map or an object of tensors by qualified name
   * @throws ArgumentTypeError when `dict` is neither
   * @throws StateDictError that lists missing and unexpected keys (when strict) and shapes that differ (always)
   */
  loadStateDict(
    dict: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>,
    options: LoadStateDictOptions = {},
  ): IncompatibleKeys {
    checkOptions('loadStateDict', options, ['strict', 'assign']);
    return loadStateDict(this, dict, options);
  }

  _loadFromStateDict(
    dict: Map<string, unknown>,
    prefix: string,
    localMetadata: ModuleMetadata,
    state: LoadState,
  ): void {
    loadFromStateDict(this, dict, prefix, localMetadata, state);
  }

  // ---- Printing

  _getName(): string {
    return this.constructor.name;
  }

  /** What stands between the parentheses when the module is printed. */
  extraRepr(): string {
    return '';
  }

  /** The module and all below, one per line, as PyTorch prints them. */
  override toString(): string {
    return moduleRepr(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function addBackward(
  hooks: ModuleAttributes['_backwardHooks'],
  hook: AnyHook,
  { prepend = false }: BackwardHookOptions,
): RemovableHandle {
  const handle = add(hooks, hook);
  if (prepend) hooks.prepend(handle.id, hook);
  return handle;
}
