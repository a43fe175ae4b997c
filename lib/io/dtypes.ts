// Names of element types in files. Types that the library does not have are known by name, and refused.
import { type Dtype, isDtype } from '../dtype.ts';

interface FileDtype {
  readonly dtype: string;
  readonly safetensors: string | null;
  readonly storage: string;
}

const table: readonly FileDtype[] = [
  { dtype: 'float64', safetensors: 'F64', storage: 'DoubleStorage' },
  { dtype: 'float32', safetensors: 'F32', storage: 'FloatStorage' },
  { dtype: 'float16', safetensors: 'F16', storage: 'HalfStorage' },
  { dtype: 'bfloat16', safetensors: 'BF16', storage: 'BFloat16Storage' },
  { dtype: 'int64', safetensors: 'I64', storage: 'LongStorage' },
  { dtype: 'int32', safetensors: 'I32', storage: 'IntStorage' },
  { dtype: 'int16', safetensors: 'I16', storage: 'ShortStorage' },
  { dtype: 'int8', safetensors: 'I8', storage: 'CharStorage' },
  { dtype: 'uint8', safetensors: 'U8', storage: 'ByteStorage' },
  { dtype: 'bool', safetensors: 'BOOL', storage: 'BoolStorage' },
];

function present(entry: FileDtype | undefined): Dtype | null {
  return entry !== undefined && isDtype(entry.dtype) ? entry.dtype : null;
}

const bySafetensors = new Map(table.map((entry) => [entry.safetensors, present(entry)]));

/** The dtype that safetensors calls `name`, or null. */
export function fromSafetensors(name: string): Dtype | null {
  return bySafetensors.get(name) ?? null;
}

/** The dtype of the elements of `torch.<name>`, or null. */
export function fromStorageClass(name: string): Dtype | null {
  return present(table.find((entry) => entry.storage === name));
}

/** What safetensors calls a dtype. */
export function safetensorsName(dtype: Dtype): string {
  return table.find((entry) => entry.dtype === dtype)?.safetensors ?? '';
}

/** The class of PyTorch's storages of a dtype. */
export function storageClass(dtype: Dtype): string {
  return table.find((entry) => entry.dtype === dtype)?.storage ?? '';
}

/** What safetensors calls the dtypes that the library has. */
export function safetensorsNames(): string[] {
  return table.filter((entry) => present(entry) !== null).map((entry) => entry.safetensors ?? '');
}

/** Every dtype that PyTorch names, whether the library has it or not. */
export const torchDtypes: ReadonlySet<string> = new Set([
  ...table.map((entry) => entry.dtype),
  ...['complex64', 'complex128', 'uint16', 'uint32', 'uint64', 'float8_e4m3fn', 'float8_e5m2'],
]);
