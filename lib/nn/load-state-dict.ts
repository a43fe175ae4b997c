// Loading a state dict into a module: all keys are checked before the first byte is copied.
// @source torch.nn.Module.load_state_dict, _load_from_state_dict
import { withGradMode } from '../autograd/mode.ts';
import { ArgumentTypeError, StateDictError, StateError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { Tensor } from '../tensor/tensor.ts';
import { isLazy, type UninitializedBuffer, type UninitializedParameter } from './lazy-tensor.ts';
import type { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { extraStateKey, type ModuleMetadata, type StateDict } from './state-dict.ts';
import { classname } from './typename.ts';

/** Options of `loadStateDict`. */
export interface LoadStateDictOptions {
  /** Missing and unexpected keys are errors. Default: true. */
  strict?: boolean;
  /** Take the tensors themselves in place of their values; `requiresGrad` stays the module's. Default: false. */
  assign?: boolean;
}

/**
 * What `loadStateDict` returns: the keys on which dict and module differ.
 *
 * @source torch.nn.modules.module._IncompatibleKeys
 * @example
 * const layer = new nn.Linear(2, 3);
 * layer.loadStateDict({ weight: zeros(3, 2) }, { strict: false });
 * // _IncompatibleKeys(missing_keys=['bias'], unexpected_keys=[])
 */
export class IncompatibleKeys {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];

  constructor(missingKeys: string[], unexpectedKeys: string[]) {
    this.missingKeys = missingKeys;
    this.unexpectedKeys = unexpectedKeys;
  }

  toString(): string {
    if (this.missingKeys.length === 0 && this.unexpectedKeys.length === 0) return '<All keys matched successfully>';
    const list = (keys: string[]) => `[${keys.map((key) => `'${key}'`).join(', ')}]`;
    return `_IncompatibleKeys(missing_keys=${list(this.missingKeys)}, unexpected_keys=${list(this.unexpectedKeys)})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** One step of a load that waits until everything is checked. */
interface PendingCopy {
  /** Does it; returns a sentence when it could not. */
  apply(): string | null;
  /** Remembers the present value, and returns what puts it back. */
  backup(): () => void;
}

/** A load under way. A module's `_loadFromStateDict` adds to these lists and changes nothing else. */
export interface LoadState {
  readonly assign: boolean;
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
  readonly errors: string[];
  readonly copies: PendingCopy[];
}

/** Copies a state dict into a module and everything below it, or throws and changes nothing. */
export function loadStateDict(module: Module, source: unknown, options: LoadStateDictOptions): IncompatibleKeys {
  const { strict = true, assign = false } = options;
  const entries = dictEntries(source);
  const metadata = (source as StateDict)._metadata;
  const state: LoadState = { assign, missingKeys: [], unexpectedKeys: [], errors: [], copies: [] };
  const loaded: Module[] = [];
  collect(module, new Map(entries), '', metadata, state, loaded);

  const keys = new IncompatibleKeys(state.missingKeys, state.unexpectedKeys);
  const hasPostHooks = loaded.some((part) => part._loadStateDictPostHooks.size > 0);
  const rejected = () =>
    state.errors.length > 0 || (strict && keys.missingKeys.length + keys.unexpectedKeys.length > 0);
  if (state.errors.length > 0 || (!hasPostHooks && rejected())) {
    if (hasPostHooks) runPostHooks(loaded, keys);
    throw failure(module, keys, state.errors, strict);
  }
  // Post-hooks see the loaded values and still decide which keys count, so what they may refuse is kept.
  const undo = hasPostHooks ? state.copies.map((copy) => copy.backup()) : [];
  const rollBack = () => {
    for (const restore of undo) restore();
  };
  for (const copy of state.copies) {
    const error = copy.apply();
    if (error !== null) state.errors.push(error);
  }
  try {
    runPostHooks(loaded, keys);
  } catch (error) {
    rollBack();
    throw error;
  }
  if (rejected()) {
    rollBack();
    throw failure(module, keys, state.errors, strict);
  }
  return keys;
}

/**
 * Checks what the dict has for the module itself, and queues the copies.
 * `strict` is always asked here; the options of the load decide at the end which findings are errors.
 */
export function loadFromStateDict(
  module: Module,
  dict: Map<string, unknown>,
  prefix: string,
  localMetadata: ModuleMetadata,
  state: LoadState,
): void {
  for (const hook of [...module._loadStateDictPreHooks.values()]) {
    hook(module, dict, prefix, localMetadata, true, state.missingKeys, state.unexpectedKeys, state.errors);
  }
  const local = new Map<string, Tensor>();
  for (const [name, parameter] of module._parameters) if (parameter !== null) local.set(name, parameter);
  for (const [name, buffer] of module._buffers) {
    if (buffer !== null && !module._nonPersistentBuffersSet.has(name)) local.set(name, buffer);
  }
  for (const [name, tensor] of local) {
    const key = prefix + name;
    if (!dict.has(key)) state.missingKeys.push(key);
    else queueCopy(module, name, key, tensor, dict.get(key), state);
  }

  const extraKey = prefix + extraStateKey;
  if (module.setExtraState !== undefined) {
    if (dict.has(extraKey)) state.copies.push(extraStateCopy(module, dict.get(extraKey)));
    else state.missingKeys.push(extraKey);
  } else if (dict.has(extraKey)) {
    state.unexpectedKeys.push(extraKey);
  }
  for (const key of dict.keys()) {
    if (!key.startsWith(prefix) || key === extraKey) continue;
    const rest = key.slice(prefix.length);
    const dot = rest.indexOf('.');
    const known = dot < 0 ? local.has(rest) : module._modules.has(rest.slice(0, dot));
    if (!known) state.unexpectedKeys.push(key);
  }
}

function collect(
  module: Module,
  dict: Map<string, unknown>,
  prefix: string,
  metadata: StateDict['_metadata'],
  state: LoadState,
  loaded: Module[],
): void {
  const localMetadata: ModuleMetadata = { ...metadata?.get(prefix.slice(0, -1)) };
  if (state.assign) localMetadata.assign_to_params_buffers = true;
  module._loadFromStateDict(dict, prefix, localMetadata, state);
  for (const [name, child] of module._modules) {
    if (child === null) continue;
    const childPrefix = `${prefix}${name}.`;
    const childDict = new Map([...dict].filter(([key]) => key.startsWith(childPrefix)));
    collect(child, childDict, childPrefix, metadata, state, loaded);
  }
  loaded.push(module);
}

function queueCopy(module: Module, name: string, key: string, tensor: Tensor, value: unknown, state: LoadState): void {
  if (!(value instanceof Tensor)) {
    state.errors.push(
      `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but ` +
        `received ${classname(value)}`,
    );
    return;
  }
  if (isLazy(tensor)) {
    // A tensor without a shape takes that of the checkpoint; one of each kind without a shape fit already.
    if (!isLazy(value)) state.copies.push(lazyCopy(tensor, value));
    return;
  }
  // A one-element checkpoint of PyTorch 0.3 fills a scalar.
  const source = tensor.dim() === 0 && value.dim() === 1 && value.numel() > 0 ? value.select(0, 0) : value;
  if (source.shape.length !== tensor.shape.length || source.shape.some((size, d) => size !== tensor.shape[d])) {
    state.errors.push(
      `size mismatch for ${key}: copying a param with shape ${sizes(source)} from checkpoint, ` +
        `the shape in current model is ${sizes(tensor)}.`,
    );
    return;
  }
  const apply = state.assign
    ? () => void Reflect.set(module, name, assignable(tensor, source))
    : () => void withGradMode(false, () => tensor.copy_(source));
  state.copies.push({
    apply() {
      try {
        apply();
        return null;
      } catch (error) {
        return (
          `While copying the parameter named "${key}", whose dimensions in the model are ${sizes(tensor)} and whose ` +
          `dimensions in the checkpoint are ${sizes(source)}, an exception occurred : ${String(error)}.`
        );
      }
    },
    backup() {
      if (state.assign) return () => void Reflect.set(module, name, tensor);
      const before = tensor.detach().clone();
      return () => void withGradMode(false, () => tensor.copy_(before));
    },
  });
}

function lazyCopy(tensor: UninitializedParameter | UninitializedBuffer, source: Tensor): PendingCopy {
  return {
    apply() {
      tensor.materialize(source.shape);
      withGradMode(false, () => (tensor as Tensor).copy_(source));
      return null;
    },
    // A shape once known is kept.
    backup: () => () => {},
  };
}

function extraStateCopy(module: Module, value: unknown): PendingCopy {
  return {
    apply() {
      module.setExtraState?.(value);
      return null;
    },
    backup() {
      const before = module.getExtraState?.();
      return () => module.setExtraState?.(before);
    },
  };
}

function assignable(tensor: Tensor, source: Tensor): Tensor {
  if (!(tensor instanceof Parameter)) return source;
  if (!(source instanceof Parameter)) return new Parameter(source, { requiresGrad: tensor.requiresGrad });
  source.requiresGrad = tensor.requiresGrad;
  return source;
}

function runPostHooks(modules: readonly Module[], keys: IncompatibleKeys): void {
  for (const module of modules) {
    for (const hook of [...module._loadStateDictPostHooks.values()]) {
      const result = hook(module, keys);
      if (result === null || result === undefined) continue;
      throw new StateError(
        'Hooks registered with ``register_load_state_dict_post_hook`` are not' +
          'expected to return new values, if incompatible_keys need to be modified,it should be done inplace.',
      );
    }
  }
}

// Each line ends in a full stop and a space, as PyTorch writes it.
function failure(module: Module, keys: IncompatibleKeys, errors: string[], strict: boolean): StateDictError {
  const quoted = (names: string[]) => names.map((name) => `"${name}"`).join(', ');
  const lines = [...errors];
  if (strict && keys.unexpectedKeys.length > 0) {
    lines.unshift(`Unexpected key(s) in state_dict: ${quoted(keys.unexpectedKeys)}. `);
  }
  if (strict && keys.missingKeys.length > 0) {
    lines.unshift(`Missing key(s) in state_dict: ${quoted(keys.missingKeys)}. `);
  }
  return new StateDictError(`Error(s) in loading state_dict for ${module._getName()}:\n\t${lines.join('\n\t')}`);
}

function dictEntries(source: unknown): Iterable<[string, unknown]> {
  if (source instanceof Map) return source;
  if (isPlainObject(source)) return Object.entries(source);
  throw new ArgumentTypeError(`Expected state_dict to be dict-like, got ${classname(source)}.`);
}

function sizes(tensor: Tensor): string {
  return `torch.Size([${tensor.shape.join(', ')}])`;
}
