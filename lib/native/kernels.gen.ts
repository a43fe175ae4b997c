// Generated from native/kernels.inc by `npm run generate`. Do not edit.
import { type Dtype, dtypes } from '../dtype.ts';
import { addon } from './addon.ts';
import type { Storage } from './storage.ts';

/** Elements in a storage: what a kernel is given in place of a pointer. */
export interface Located {
  readonly storage: Storage;
  readonly offset: number;
  readonly dtype: Dtype;
}

const { block, call } = addon;

function byteOffset(x: Located): number {
  return x.offset * dtypes[x.dtype].bytes;
}

function putNumber(at: number, value: number): number {
  block[at] = value;
  return at + 1;
}

function putList(at: number, values: readonly number[]): number {
  block[at] = values.length;
  for (let i = 0; i < values.length; i++) block[at + 1 + i] = values[i] ?? 0;
  return at + 1 + values.length;
}


