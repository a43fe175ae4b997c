// What a module is as an object: a callable that keeps parameters, buffers and children in dictionaries of their own.
import { ArgumentTypeError, AttributeError, isForeign, KeyError, ValueError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { callModule } from './call.ts';
import { CallHookMap, HookMap, interception } from './handle.ts';
import { type AnyHook, globalHooks, throughRegistrationHooks } from './hooks.ts';
import type { Module } from './module.ts';
import { Buffer, Parameter } from './parameter.ts';
import { typename } from './typename.ts';

/**
 * The base of Module: its dictionaries, and the registration of what is assigned to its fields.
 *
 * An instance is a Proxy around a function, so that it can be called and sees every assignment. Private `#fields`
 * declared here would stay on the wrapped function; those of subclasses live on the proxy and work.
 */
export class ModuleAttributes {
  declare training: boolean;
  declare _parameters: Map<string, Parameter | null>;
  declare _buffers: Map<string, Tensor | null>;
  declare _nonPersistentBuffersSet: Set<string>;
  declare _modules: Map<string, Module | null>;
  declare _backwardPreHooks: HookMap<AnyHook>;
  declare _backwardHooks: HookMap<AnyHook>;
  /** Which of the two kinds of backward hooks is in use; they cannot be mixed. */
  declare _isFullBackwardHook: boolean | null;
  declare _forwardHooks: HookMap<AnyHook>;
  declare _forwardHooksWithKwargs: Set<number>;
  declare _forwardHooksAlwaysCalled: Set<number>;
  declare _forwardPreHooks: HookMap<AnyHook>;
  declare _forwardPreHooksWithKwargs: Set<number>;
  declare _stateDictHooks: HookMap<AnyHook>;
  declare _stateDictPreHooks: HookMap<AnyHook>;
  declare _loadStateDictPreHooks: HookMap<AnyHook>;
  declare _loadStateDictPostHooks: HookMap<AnyHook>;

  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: only a function can be called, so the instance must be one
    return createModule(new.target.prototype) as unknown as this;
  }

  /**
   * Registers a parameter under a name, as assigning it to a field does.
   * @param parameter - null keeps the name free of a value: not saved, not trained
   * @throws AttributeError before the constructor of Module ran
   * @throws ArgumentTypeError when the value is no Parameter
   * @throws KeyError when the name is empty, has a dot, or is taken
   */
  registerParameter(name: string, parameter: Parameter | null): void {
    if (this._parameters === undefined) {
      throw new AttributeError('cannot assign parameter before Module.__init__() call');
    }
    checkName('parameter', name, '');
    checkFree(this, name, this._parameters);
    let value: Parameter | null = parameter ?? null;
    if (value !== null) {
      if (!(value instanceof Parameter)) {
        throw new ArgumentTypeError(
          `cannot assign '${typename(value)}' object to parameter '${name}' (torch.nn.Parameter or None required)`,
        );
      }
      if (value.gradFn !== null) {
        throw new ValueError(
          `Cannot assign non-leaf Tensor to parameter '${name}'. Model parameters must be created explicitly. ` +
            `To express '${name}' as a function of another Tensor, compute the value in the forward() method.`,
        );
      }
      value = throughRegistrationHooks(globalHooks.parameterRegistration, asModule(this), name, value);
    }
    dropDeclared(this, name, this._parameters);
    this._parameters.set(name, value);
  }

  /**
   * Registers a tensor that is state and is not trained, such as a running mean.
   * @param tensor - null keeps the name free of a value: not saved
   * @param options - `persistent`: whether the buffer is part of the state dict. Default: true
   * @throws AttributeError before the constructor of Module ran
   * @throws ArgumentTypeError when the value is no Tensor
   * @throws KeyError when the name is empty, has a dot, or is taken
   */
  registerBuffer(name: string, tensor: Tensor | null, { persistent = true }: { persistent?: boolean } = {}): void {
    if (this._buffers === undefined) throw new AttributeError('cannot assign buffer before Module.__init__() call');
    checkName('buffer', name, '');
    checkFree(this, name, this._buffers);
    let value: Tensor | null = tensor ?? null;
    if (value !== null && !(value instanceof Tensor)) {
      throw new ArgumentTypeError(
        `cannot assign '${typename(value)}' object to buffer '${name}' (torch Tensor or None required)`,
      );
    }
    value = throughRegistrationHooks(globalHooks.bufferRegistration, asModule(this), name, value);
    dropDeclared(this, name, this._buffers);
    this._buffers.set(name, value);
    if (persistent) this._nonPersistentBuffersSet.delete(name);
    else this._nonPersistentBuffersSet.add(name);
  }

  /**
   * Registers a child under a name, as assigning it to a field does.
   * @param module - null keeps the name free of a value
   * @throws ArgumentTypeError when the value is no Module
   * @throws KeyError when the name is taken, has a dot, or is empty
   */
  addModule(name: string, module: Module | null): void {
    let value: Module | null = module ?? null;
    if (value !== null && !isModule(value)) {
      throw new ArgumentTypeError(`${typename(value)} is not a Module subclass`);
    }
    if (typeof name !== 'string') {
      throw new ArgumentTypeError(`module name should be a string. Got ${typename(name)}`);
    }
    if (this._modules === undefined) throw new AttributeError('cannot assign module before Module.__init__() call');
    checkFree(this, name, this._modules);
    checkName('module', name, `, got: ${name}`);
    value = throughRegistrationHooks(globalHooks.moduleRegistration, asModule(this), name, value);
    dropDeclared(this, name, this._modules);
    this._modules.set(name, value);
  }

  /** Alias of `addModule`. */
  registerModule(name: string, module: Module | null): void {
    this.addModule(name, module);
  }
}

/**
 * Whether a value is a Module. @source torch.nn.Module
 * @example nn.isModule(new nn.Linear(2, 3)); // true
 */
export function isModule(value: unknown): value is Module {
  return typeof value === 'function' && value instanceof ModuleAttributes;
}

/** A new instance with empty dictionaries and the given prototype; no constructor runs. */
export function createModule(prototype: object): Module {
  const target = ((...args: unknown[]): unknown =>
    interception.count === 0
      ? target.forward.apply(module, args)
      : callModule(module, target, args)) as unknown as Module;
  Reflect.deleteProperty(target, 'name');
  Reflect.deleteProperty(target, 'length');
  Object.setPrototypeOf(target, prototype);
  for (const [name, value] of Object.entries(emptyState())) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
  const module = new Proxy(target, traps);
  Object.defineProperty(target, self, { value: module, configurable: true });
  return module;
}

/**
 * Assigns a value to a field as PyTorch does: what is a parameter, a child or a buffer goes to its dictionary.
 * @param own - the object whose ordinary fields are meant: the module, or the function inside its proxy
 * @returns false when the value is for an ordinary field, which is then left to the caller
 * @source torch.nn.Module.__setattr__
 */
export function assignAttribute(module: Module, own: Module, name: string, value: unknown): boolean {
  const { _parameters, _buffers, _modules, _nonPersistentBuffersSet } = own as Partial<ModuleAttributes>;
  const none = value === null || value === undefined;
  if (value instanceof Parameter) {
    if (_parameters === undefined) throw new AttributeError('cannot assign parameters before Module.__init__() call');
    removeFrom(own, name, _buffers, _modules, _nonPersistentBuffersSet);
    module.registerParameter(name, value);
  } else if (_parameters?.has(name)) {
    if (!none) throw mismatch(value, 'parameter', name, 'torch.nn.Parameter or None');
    module.registerParameter(name, null);
  } else if (isModule(value)) {
    if (_modules === undefined) throw new AttributeError('cannot assign module before Module.__init__() call');
    removeFrom(own, name, _parameters, _buffers, _nonPersistentBuffersSet);
    _modules.set(name, throughRegistrationHooks(globalHooks.moduleRegistration, module, name, value));
  } else if (_modules?.has(name)) {
    if (!none) throw mismatch(value, 'child module', name, 'torch.nn.Module or None');
    _modules.set(name, throughRegistrationHooks<Module | null>(globalHooks.moduleRegistration, module, name, null));
  } else if (value instanceof Buffer || _buffers?.has(name)) {
    if (!none && !(value instanceof Tensor)) {
      throw mismatch(value, 'buffer', name, 'torch.nn.Buffer, torch.Tensor or None');
    }
    const persistent = value instanceof Buffer ? value.persistent : !_nonPersistentBuffersSet?.has(name);
    module.registerBuffer(name, none ? null : value, { persistent });
  } else if (isForeign(value)) {
    throw mismatch(value, 'attribute', name, 'an object of this copy');
  } else {
    return false;
  }
  return true;
}

/** Where the function inside a proxy keeps the proxy; not among the module's keys. */
const self = Symbol('module');

const traps: ProxyHandler<Module> = {
  get(target, key, receiver) {
    if (typeof key === 'symbol' || key in target) return Reflect.get(target, key, receiver);
    return dictionaryOf(target, key)?.get(key);
  },

  // An ordinary value goes on to defineProperty, below, where it is found to be ordinary once more.
  set(target, key, value, receiver) {
    return assigned(target, key, value) || Reflect.set(target, key, value, receiver);
  },

  // Class fields are defined, not set.
  defineProperty(target, key, descriptor) {
    if ('value' in descriptor && assigned(target, key, descriptor.value)) return true;
    return Reflect.defineProperty(target, key, descriptor);
  },

  deleteProperty(target, key) {
    const dictionary = dictionaryOf(target, key);
    if (dictionary === undefined) return Reflect.deleteProperty(target, key);
    if (dictionary === target._buffers) target._nonPersistentBuffersSet.delete(String(key));
    return dictionary.delete(String(key));
  },

  has(target, key) {
    return key in target || dictionaryOf(target, key) !== undefined;
  },

  ownKeys(target) {
    const { _parameters, _buffers, _modules } = target;
    const keys = new Set([...Reflect.ownKeys(target), ..._parameters.keys(), ..._buffers.keys(), ..._modules.keys()]);
    keys.delete(self);
    return [...keys];
  },

  getOwnPropertyDescriptor(target, key) {
    const dictionary = dictionaryOf(target, key);
    if (dictionary === undefined) return Reflect.getOwnPropertyDescriptor(target, key);
    return { value: dictionary.get(String(key)), writable: true, enumerable: true, configurable: true };
  },
};

function assigned(target: Module, key: string | symbol, value: unknown): boolean {
  if (typeof key === 'symbol') return false;
  return assignAttribute(Reflect.get(target, self) as Module, target, key, value);
}

function dictionaryOf(target: Module, key: string | symbol): Map<string, unknown> | undefined {
  if (typeof key === 'symbol') return undefined;
  const { _parameters, _buffers, _modules } = target;
  if (_parameters.has(key)) return _parameters;
  if (_buffers.has(key)) return _buffers;
  return _modules.has(key) ? _modules : undefined;
}

function emptyState(): Record<string, unknown> {
  return {
    training: true,
    _parameters: new Map(),
    _buffers: new Map(),
    _nonPersistentBuffersSet: new Set(),
    _modules: new Map(),
    _backwardPreHooks: new CallHookMap(),
    _backwardHooks: new CallHookMap(),
    _isFullBackwardHook: null,
    _forwardHooks: new CallHookMap(),
    _forwardHooksWithKwargs: new Set(),
    _forwardHooksAlwaysCalled: new Set(),
    _forwardPreHooks: new CallHookMap(),
    _forwardPreHooksWithKwargs: new Set(),
    _stateDictHooks: new HookMap(),
    _stateDictPreHooks: new HookMap(),
    _loadStateDictPreHooks: new HookMap(),
    _loadStateDictPostHooks: new HookMap(),
  };
}

function removeFrom(
  own: Module,
  name: string,
  ...dictionaries: (Map<string, unknown> | Set<string> | undefined)[]
): void {
  Reflect.deleteProperty(own, name);
  for (const dictionary of dictionaries) dictionary?.delete(name);
}

function mismatch(value: unknown, role: string, name: string, expected: string): ArgumentTypeError {
  return new ArgumentTypeError(`cannot assign '${typename(value)}' as ${role} '${name}' (${expected} expected)`);
}

function checkName(role: string, name: unknown, got: string): void {
  if (typeof name !== 'string') throw new ArgumentTypeError(`${role} name should be a string. Got ${typename(name)}`);
  if (name.includes('.')) throw new KeyError(`${role} name can't contain "."${got}`);
  if (name === '') throw new KeyError(`${role} name can't be empty string ""`);
}

function checkFree(module: ModuleAttributes, name: string, dictionary: Map<string, unknown>): void {
  if (name in module && !dictionary.has(name) && !isDeclaredOnly(module, name)) {
    throw new KeyError(`attribute '${name}' already exists`);
  }
}

/** A class field without initializer defines an own property that is undefined; it does not take the name. */
function isDeclaredOnly(module: ModuleAttributes, name: string): boolean {
  const own = Object.getOwnPropertyDescriptor(module, name);
  return own !== undefined && 'value' in own && own.value === undefined;
}

function dropDeclared(module: ModuleAttributes, name: string, dictionary: Map<string, unknown>): void {
  if (!dictionary.has(name) && isDeclaredOnly(module, name)) Reflect.deleteProperty(module, name);
}

function asModule(attributes: ModuleAttributes): Module {
  return attributes as unknown as Module;
}
