// Element types: their order, sizes, typed arrays and promotion. Depends on lib/errors only.
import { DtypeError, describe } from './errors.ts';

/** Element types in the order of their native codes. */
const order = ['float32', 'float64', 'int64', 'int32', 'uint8', 'bool'] as const;

/** The element type of a tensor. */
export type Dtype = (typeof order)[number];
export type FloatDtype = 'float32' | 'float64';

interface DtypeFacts {
  readonly code: number;
  readonly bytes: number;
  /** Class of the type as PyTorch names it in messages. */
  readonly typeName: string;
  /** 0 bool, 1 integer, 2 floating point: a higher category wins a promotion. */
  readonly category: 0 | 1 | 2;
  readonly makeArray: (length: number) => Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;
}

export const dtypes: { readonly [D in Dtype]: DtypeFacts } = {
  float32: { code: 0, bytes: 4, typeName: 'torch.FloatTensor', category: 2, makeArray: (n) => new Float32Array(n) },
  float64: { code: 1, bytes: 8, typeName: 'torch.DoubleTensor', category: 2, makeArray: (n) => new Float64Array(n) },
  int64: { code: 2, bytes: 8, typeName: 'torch.LongTensor', category: 1, makeArray: (n) => new BigInt64Array(n) },
  int32: { code: 3, bytes: 4, typeName: 'torch.IntTensor', category: 1, makeArray: (n) => new Int32Array(n) },
  uint8: { code: 4, bytes: 1, typeName: 'torch.ByteTensor', category: 1, makeArray: (n) => new Uint8Array(n) },
  bool: { code: 5, bytes: 1, typeName: 'torch.BoolTensor', category: 0, makeArray: (n) => new Uint8Array(n) },
};

/** The value as a dtype. @throws DtypeError that lists the dtypes */
export function checkDtype(who: string, value: unknown): Dtype {
  if (typeof value === 'string' && Object.hasOwn(dtypes, value)) return value as Dtype;
  throw new DtypeError(`${who}: dtype must be one of ${order.join(', ')}, got ${describe(value)}`);
}

export function isFloat(dtype: Dtype): dtype is FloatDtype {
  return dtypes[dtype].category === 2;
}

let defaultDtype: FloatDtype = 'float32';

/** The floating point type of new tensors: 'float32' unless changed. */
export function getDefaultDtype(): FloatDtype {
  return defaultDtype;
}

/** Sets the floating point type of new tensors. @throws DtypeError if it is not one */
export function setDefaultDtype(dtype: FloatDtype): void {
  if (!isFloat(checkDtype('setDefaultDtype', dtype))) {
    throw new DtypeError(`setDefaultDtype: only floating point types can be the default, got ${dtype}`);
  }
  defaultDtype = dtype;
}

/** The type that holds values of both, as PyTorch promotes: a wider type of the higher category. */
export function promoteTypes(a: Dtype, b: Dtype): Dtype {
  if (a === b) return a;
  const ca = dtypes[a].category;
  const cb = dtypes[b].category;
  if (ca !== cb) return ca > cb ? a : b;
  return dtypes[a].bytes >= dtypes[b].bytes ? a : b;
}
