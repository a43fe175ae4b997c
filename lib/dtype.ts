// Element types: their order, sizes, typed arrays and promotion. Depends on lib/errors only.
import { DtypeError, describe, ValueError } from './errors.ts';

/** Element types in the order of their native codes. */
export const dtypeOrder = [
  'float32',
  'float64',
  'int64',
  'int32',
  'uint8',
  'bool',
  'int16',
  'int8',
  'float16',
  'bfloat16',
] as const;

/** The element type of a tensor. */
export type Dtype = (typeof dtypeOrder)[number];
/** A floating point type. */
export type FloatDtype = 'float32' | 'float64' | 'float16' | 'bfloat16';

/** The typed arrays in which elements are given and taken; float16 and bfloat16 go as Float32Array. */
export type Elements = Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

interface DtypeFacts {
  readonly code: number;
  readonly bytes: number;
  /** Class of the type as PyTorch names it in messages. */
  readonly typeName: string;
  /** 0 bool, 1 integer, 2 floating point: a higher category wins a promotion. */
  readonly category: 0 | 1 | 2;
  /** Largest finite value of a floating point type, or of an integer. */
  readonly max: number;
  /** Distance from 1 to the next value; 0 for integers. */
  readonly eps: number;
  readonly makeArray: (length: number) => Elements;
}

function facts(
  code: number,
  bytes: number,
  className: string,
  category: 0 | 1 | 2,
  max: number,
  eps: number,
  makeArray: (length: number) => Elements,
): DtypeFacts {
  return { code, bytes, typeName: `torch.${className}`, category, max, eps, makeArray };
}

const floats = (n: number) => new Float32Array(n);

const dtypes: { readonly [D in Dtype]: DtypeFacts } = {
  float32: facts(0, 4, 'FloatTensor', 2, (2 - 2 ** -23) * 2 ** 127, 2 ** -23, floats),
  float64: facts(1, 8, 'DoubleTensor', 2, Number.MAX_VALUE, Number.EPSILON, (n) => new Float64Array(n)),
  int64: facts(2, 8, 'LongTensor', 1, 2 ** 63, 0, (n) => new BigInt64Array(n)),
  int32: facts(3, 4, 'IntTensor', 1, 2 ** 31 - 1, 0, (n) => new Int32Array(n)),
  uint8: facts(4, 1, 'ByteTensor', 1, 255, 0, (n) => new Uint8Array(n)),
  bool: facts(5, 1, 'BoolTensor', 0, 1, 0, (n) => new Uint8Array(n)),
  int16: facts(6, 2, 'ShortTensor', 1, 2 ** 15 - 1, 0, (n) => new Int16Array(n)),
  int8: facts(7, 1, 'CharTensor', 1, 127, 0, (n) => new Int8Array(n)),
  float16: facts(8, 2, 'HalfTensor', 2, 65504, 2 ** -10, floats),
  bfloat16: facts(9, 2, 'BFloat16Tensor', 2, (2 - 2 ** -7) * 2 ** 127, 2 ** -7, floats),
};

const float32 = dtypes.float32;

/** What is known of a dtype. A comparison finds the usual one in a tenth of the time that looking up a name takes. */
export function factsOf(dtype: Dtype): DtypeFacts {
  return dtype === 'float32' ? float32 : dtypes[dtype];
}

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(dtypes, value);
}

/** The value as a dtype. @throws DtypeError that lists the dtypes */
export function checkDtype(who: string, value: unknown): Dtype {
  if (isDtype(value)) return value;
  throw new DtypeError(`${who}: dtype must be one of ${dtypeOrder.join(', ')}, got ${describe(value)}`);
}

const cNames: { readonly [Name in Dtype]?: string } = {
  int32: 'int',
  float16: 'at::Half',
  bfloat16: 'at::BFloat16',
  float32: 'float',
  float64: 'double',
};

/** The value, if the dtype can hold it; unsigned types take what wraps around from below. @throws ValueError */
export function checkFits(value: number, dtype: Dtype): number {
  const { category, max } = factsOf(dtype);
  const least = category === 2 || dtype === 'uint8' ? -max : -max - 1;
  if (category === 0 || (category === 2 && !Number.isFinite(value)) || (value >= least && value <= max)) return value;
  throw new ValueError(`value cannot be converted to type ${cNames[dtype] ?? `${dtype}_t`} without overflow`);
}

/** The name in PyTorch's messages: 'Double' of 'torch.DoubleTensor'. */
export function scalarName(dtype: Dtype): string {
  return factsOf(dtype).typeName.slice('torch.'.length, -'Tensor'.length);
}

export function isFloat(dtype: Dtype): dtype is FloatDtype {
  return factsOf(dtype).category === 2;
}

/**
 * The smallest and largest value of a floating point type, and the distance from 1 to the next. @source torch.finfo
 * @example
 * finfo('float32');
 * // {min: -3.4028234663852886e+38, max: 3.4028234663852886e+38, eps: 1.1920928955078125e-7}
 */
export function finfo(dtype: FloatDtype): { min: number; max: number; eps: number } {
  if (!isFloat(checkDtype('finfo', dtype))) {
    throw new DtypeError(`torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'`);
  }
  const { max, eps } = factsOf(dtype);
  return { min: -max, max, eps };
}

/**
 * The smallest and largest value of an integer type. @source torch.iinfo
 * @example iinfo('int8'); // {min: -128, max: 127, bits: 8}
 */
export function iinfo(dtype: Dtype): { min: number; max: number; bits: number } {
  const { category, max, bytes } = factsOf(checkDtype('iinfo', dtype));
  if (category !== 1) {
    throw new DtypeError(
      'torch.iinfo() requires an integer input type. Use torch.finfo to handle floating point types',
    );
  }
  return { min: dtype === 'uint8' ? 0 : dtype === 'int64' ? -max : -max - 1, max, bits: 8 * bytes };
}

let defaultDtype: FloatDtype = 'float32';

/**
 * The floating point type of new tensors: 'float32' unless changed. @source torch.get_default_dtype
 * @example getDefaultDtype(); // 'float32'
 */
export function getDefaultDtype(): FloatDtype {
  return defaultDtype;
}

/**
 * Sets the floating point type of new tensors. @throws DtypeError if it is not one
 *
 * @source torch.set_default_dtype
 * @example
 * setDefaultDtype('float64');
 * zeros(1).dtype; // 'float64'
 * setDefaultDtype('float32');
 */
export function setDefaultDtype(dtype: FloatDtype): void {
  if (!isFloat(checkDtype('setDefaultDtype', dtype))) {
    throw new DtypeError(`setDefaultDtype: only floating point types can be the default, got ${dtype}`);
  }
  defaultDtype = dtype;
}

/**
 * The type that holds values of both, as PyTorch promotes: a wider type of the higher category.
 *
 * @source torch.promote_types
 * @example promoteTypes('int64', 'float32'); // 'float32'
 */
export function promoteTypes(a: Dtype, b: Dtype): Dtype {
  const [first, second] = [factsOf(checkDtype('promoteTypes', a)), factsOf(checkDtype('promoteTypes', b))];
  if (a === b) return a;
  if (first.category !== second.category) return first.category > second.category ? a : b;
  if (first.bytes !== second.bytes) return first.bytes > second.bytes ? a : b;
  // float16 with bfloat16, uint8 with int8: neither holds the other's values.
  return first.category === 2 ? 'float32' : 'int16';
}
