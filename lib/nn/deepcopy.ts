// Deep copies of modules and of what they hold. @source copy.deepcopy
import { withGradMode } from '../autograd/mode.ts';
import { ArgumentTypeError, describe, StateError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { Tensor } from '../tensor/tensor.ts';
import { createModule, isModule } from './attributes.ts';
import { freshLazy, isLazy } from './lazy-tensor.ts';
import type { Module } from './module.ts';
import { Buffer, Parameter } from './parameter.ts';

/**
 * A copy that shares no memory with the original. What the original holds twice (tied weights, shared children), the
 * copy holds twice; hooks are kept under their ids, and a hook function itself is not copied.
 *
 * Modules, tensors, arrays, maps, sets, dates, typed arrays and object literals are copied; functions and instances of
 * other classes are shared. No constructor runs, so a module class with private `#fields` has to override `deepcopy`.
 *
 * @param memo - what was copied already, by original
 * @throws StateError for a tensor that is the result of a recorded operation
 * @source copy.deepcopy
 * @example
 * const layer = new nn.Linear(2, 3);
 * const copy = nn.deepcopy(layer);
 * equal(copy.weight, layer.weight); // true
 * copy.weight === layer.weight; // false
 */
export function deepcopy<Value>(value: Value, memo: Map<unknown, unknown> = new Map()): Value {
  checkMemo(memo);
  if (isModule(value)) return (memo.get(value) ?? value.deepcopy(memo)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return (memo.get(value) ?? copyObject(value, memo)) as Value;
}

function checkMemo(memo: unknown): void {
  if (memo instanceof Map) return;
  throw new ArgumentTypeError(`deepcopy(): argument 'memo' must be Map, not ${describe(memo)}`);
}

/** The copy of a module, without asking its own `deepcopy`. */
export function copyModule(module: Module, memo: Map<unknown, unknown>): Module {
  checkMemo(memo);
  const copy = createModule(Object.getPrototypeOf(module));
  memo.set(module, copy);
  const registered = new Set<PropertyKey>(
    [module._parameters, module._buffers, module._modules].flatMap((dictionary) => [...dictionary.keys()]),
  );
  for (const key of Reflect.ownKeys(module)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(module, key);
    if (registered.has(key) || descriptor === undefined) continue;
    if ('value' in descriptor) descriptor.value = deepcopy(descriptor.value, memo);
    Reflect.defineProperty(copy, key, descriptor);
  }
  return copy;
}

function copyObject(value: object, memo: Map<unknown, unknown>): object {
  const remember = <Copy extends object>(copy: Copy): Copy => {
    memo.set(value, copy);
    return copy;
  };
  if (value instanceof Tensor) return remember(copyTensor(value, memo));
  if (Array.isArray(value)) {
    const copy: unknown[] = remember([]);
    for (const item of value) copy.push(deepcopy(item, memo));
    return copy;
  }
  if (value instanceof Map) {
    // HookMap and its kin keep their class.
    const copy: Map<unknown, unknown> = remember(new (value.constructor as MapConstructor)());
    for (const [key, item] of value) copy.set(deepcopy(key, memo), deepcopy(item, memo));
    return copy;
  }
  if (value instanceof Set) {
    const copy = remember(new Set<unknown>());
    for (const item of value) copy.add(deepcopy(item, memo));
    return copy;
  }
  if (value instanceof Date || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return remember(structuredClone(value));
  }
  if (!isPlainObject(value)) return value;
  const copy: Record<PropertyKey, unknown> = remember(Object.create(Object.getPrototypeOf(value)));
  for (const key of Reflect.ownKeys(value)) copy[key] = deepcopy(Reflect.get(value, key), memo);
  return copy;
}

function copyTensor(tensor: Tensor, memo: Map<unknown, unknown>): Tensor {
  if (isLazy(tensor)) return freshLazy(tensor);
  if (!tensor.isLeaf) {
    throw new StateError(
      'Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  ' +
        'If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, ' +
        'see https://github.com/pytorch/pytorch/pull/103001',
    );
  }
  const data = withGradMode(false, () => tensor.detach().clone());
  if (tensor instanceof Buffer) return new Buffer(data, { persistent: tensor.persistent });
  const copy = tensor instanceof Parameter ? new Parameter(data, { requiresGrad: tensor.requiresGrad }) : data;
  copy.requiresGrad = tensor.requiresGrad;
  copy.grad = deepcopy(tensor.grad, memo);
  return copy;
}
