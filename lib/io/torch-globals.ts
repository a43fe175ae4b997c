// What the names in torch.save's files stand for: storages, tensors, parameters, sizes, dtypes, devices. Every number
// is checked against the storage before a tensor is made.
import { type Dtype, factsOf, isDtype } from '../dtype.ts';
import type { Storage } from '../native/storage.ts';
import { Parameter } from '../nn/parameter.ts';
import type { Shape } from '../tensor/shape.ts';
import { Tensor, type Version } from '../tensor/tensor.ts';
import { fromStorageClass, torchDtypes } from './dtypes.ts';
import { type Fail, type PickleGlobal, type PickleRules, pythonGlobals } from './unpickle.ts';

const maxRank = 64;

/** A storage as the pickle names it, seen through one element type. */
class StorageView {
  readonly storage: Storage;
  readonly dtype: Dtype;
  readonly elements: number;
  readonly version: Version;
  constructor(storage: Storage, dtype: Dtype, elements: number, version: Version) {
    this.storage = storage;
    this.dtype = dtype;
    this.elements = elements;
    this.version = version;
  }
}

// The class of a storage, which only a persistent id may name.
class StorageClass {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A storage of the file; tensors on it share one count of writes. */
export interface FileStorage {
  readonly storage: Storage;
  readonly version: Version;
}

/** Finds the storage `key`, which the pickle says has `bytes` bytes; throws by `fail` if it has not. */
export type FindStorage = (key: string, bytes: number, fail: Fail) => FileStorage;

/** The rules for a pickle of torch.save. */
export function torchRules(find: FindStorage): PickleRules {
  return {
    global: (name) => {
      if (Object.hasOwn(pythonGlobals, name)) return pythonGlobals[name] ?? null;
      if (Object.hasOwn(torchGlobals, name)) return torchGlobals[name] ?? null;
      const [module, member = ''] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
      if (module === 'torch' && torchDtypes.has(member)) return { value: member };
      if ((module === 'torch' || module === 'torch.storage') && /^[A-Za-z0-9]+Storage$/.test(member)) {
        return { value: new StorageClass(member) };
      }
      return null;
    },
    persistent: (id, fail) => storageOf(id, find, fail),
  };
}

// ('storage', class, key, location, number of elements)
function storageOf(id: unknown, find: FindStorage, fail: Fail): StorageView {
  if (!Array.isArray(id) || id[0] !== 'storage') {
    throw fail('UNSUPPORTED_PERSISTENT_ID', 'Only persistent_load of storage is allowed');
  }
  const [, kind, key, location, elements, part = null] = id as unknown[];
  // Files before 1.6 could name parts of storages.
  if (part !== null) throw fail('UNSUPPORTED_PERSISTENT_ID', 'views of storages are not supported');
  if (!(kind instanceof StorageClass) || typeof key !== 'string' || typeof location !== 'string') {
    throw fail('WRONG_ARGUMENTS', 'a storage needs a class, a key and a location');
  }
  if (!Number.isSafeInteger(elements) || Number(elements) < 0) {
    throw fail('WRONG_ARGUMENTS', `storage ${JSON.stringify(key)} has no number of elements`);
  }
  // Without an element type, the number counts bytes.
  const dtype = kind.name === 'UntypedStorage' ? 'uint8' : fromStorageClass(kind.name);
  if (dtype === null) throw fail('DTYPE_UNSUPPORTED', `storages of class torch.${kind.name} are not supported`);
  const bytes = Number(elements) * factsOf(dtype).bytes;
  const { storage, version } = find(key, bytes, fail);
  return new StorageView(storage, dtype, Number(elements), version);
}

// (storage, offset, size, stride, requires_grad, hooks[, metadata])
function rebuildTensor(args: readonly unknown[], fail: Fail): Tensor {
  const [view, offset, size, stride, requiresGrad = false] = args;
  if (!(view instanceof StorageView)) throw fail('TYPE_CONFUSION', 'a tensor needs a storage');
  return tensorOn(view, view.dtype, [offset, size, stride], requiresGrad, fail);
}

// (storage, offset, size, stride, requires_grad, hooks, dtype[, metadata])
function rebuildTensorOfDtype(args: readonly unknown[], fail: Fail): Tensor {
  const [view, offset, size, stride, requiresGrad = false, , dtype] = args;
  if (!(view instanceof StorageView)) throw fail('TYPE_CONFUSION', 'a tensor needs a storage');
  if (!isDtype(dtype)) {
    throw fail('DTYPE_UNSUPPORTED', `tensors of dtype ${String(dtype)} are not supported`);
  }
  return tensorOn(view, dtype, [offset, size, stride], requiresGrad, fail);
}

function tensorOn(view: StorageView, dtype: Dtype, geometry: unknown[], requiresGrad: unknown, fail: Fail): Tensor {
  const [offset] = geometry;
  const [shape, strides] = [sizesOf(geometry[1], fail), sizesOf(geometry[2], fail)];
  if (shape.length !== strides.length) throw fail('GEOMETRY_INVALID', 'a tensor has as many strides as sizes');
  if (!Number.isSafeInteger(offset) || Number(offset) < 0) throw fail('GEOMETRY_INVALID', 'an offset is at least 0');
  const elements = Math.floor((view.elements * factsOf(view.dtype).bytes) / factsOf(dtype).bytes);
  const empty = shape.includes(0);
  const last = shape.reduce((sum, n, d) => sum + (n - 1) * (strides[d] ?? 0), Number(offset));
  const numel = shape.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(last) || !Number.isSafeInteger(numel) || (!empty && last >= elements)) {
    throw fail(
      'GEOMETRY_INVALID',
      `a tensor of shape [${shape.join(', ')}] and strides [${strides.join(', ')}] from ${String(offset)} on ` +
        `does not fit into ${elements} elements`,
    );
  }
  const place = empty ? 0 : Number(offset);
  const tensor = new Tensor(view.storage, dtype, shape, strides, place, view.version);
  if (requiresGrad === true && tensor.isFloatingPoint()) tensor.requiresGrad_();
  return tensor;
}

function sizesOf(value: unknown, fail: Fail): Shape {
  const ok = Array.isArray(value) && value.length <= maxRank && value.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!ok) throw fail('GEOMETRY_INVALID', `sizes and strides are at most ${maxRank} integers of at least 0`);
  return Object.freeze([...(value as number[])]) as Shape;
}

// (data, requires_grad, hooks[, state])
function rebuildParameter([data, requiresGrad]: readonly unknown[], fail: Fail): Parameter {
  if (!(data instanceof Tensor)) throw fail('TYPE_CONFUSION', 'a parameter needs a tensor');
  return new Parameter(data.detach(), { requiresGrad: requiresGrad === true && data.isFloatingPoint() });
}

// torch.Size((2, 3)): the tuple itself.
function rebuildSize([sizes = Object.freeze([])]: readonly unknown[], fail: Fail): unknown {
  if (!Array.isArray(sizes)) throw fail('WRONG_ARGUMENTS', 'torch.Size takes a tuple');
  return Object.freeze([...sizes]);
}

// torch.device('cpu'), torch.device('cuda', 0): its text.
function rebuildDevice([type, index]: readonly unknown[], fail: Fail): string {
  if (typeof type !== 'string') throw fail('WRONG_ARGUMENTS', 'torch.device takes a string');
  return index === undefined || index === null ? type : `${type}:${String(index)}`;
}

// A tensor of a class of its own: (function, class, arguments, attributes). The attributes are left out.
function rebuildFromType([rebuild, , args]: readonly unknown[], fail: Fail): unknown {
  if (rebuild !== tensorFunction || !Array.isArray(args)) {
    throw fail('UNSUPPORTED_REDUCE', 'only tensors are rebuilt from a type');
  }
  return rebuildTensor(args, fail);
}

// Stands for _rebuild_tensor_v2 where it is an argument.
const tensorFunction = Object.freeze({ name: '_rebuild_tensor_v2' });
const tensorRule = { call: rebuildTensor, value: tensorFunction };

const torchGlobals: { readonly [name: string]: PickleGlobal } = {
  'torch._utils._rebuild_tensor': { call: rebuildTensor },
  'torch._utils._rebuild_tensor_v2': tensorRule,
  'torch._utils._rebuild_tensor_v3': { call: rebuildTensorOfDtype },
  'torch._utils._rebuild_parameter': { call: rebuildParameter },
  'torch._utils._rebuild_parameter_with_state': { call: rebuildParameter },
  'torch._tensor._rebuild_from_type_v2': { call: rebuildFromType },
  'torch.Size': { call: rebuildSize },
  'torch.device': { call: rebuildDevice },
  'torch.Tensor': { value: 'torch.Tensor' },
  'torch.nn.parameter.Parameter': { value: 'torch.nn.parameter.Parameter' },
};
