// The forms in which `to` of tensors, modules and sequences takes a dtype and a device. Internal.
import { checkDtype, type Dtype } from '../dtype.ts';
import { ArgumentTypeError, checkDevice, checkOptions, type Device, describe } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { flag } from './arguments.ts';

/** Options of `to`. */
export interface ToOptions extends FactoryOptions {
  /** Copy even where nothing changes. Default false. */
  copy?: boolean;
  /** Accepted for those who are used to it. */
  nonBlocking?: boolean;
}

type ToFlags = [nonBlocking?: boolean, copy?: boolean] | [options: Pick<ToOptions, 'copy' | 'nonBlocking'>];

/** What `to` takes behind the tensor. */
export type ToArguments =
  | [target: Dtype | Tensor | Device, ...ToFlags]
  | [device: Device | null, dtype: Dtype, ...ToFlags]
  | [options: ToOptions];

/** What the arguments of `to` say: the element type, null for the own one, and whether to copy. */
export function parseTo(args: readonly unknown[]): { dtype: Dtype | null; copy: boolean } {
  const positional = [...args];
  const last = args.at(-1);
  const options = (isPlainObject(last) ? positional.pop() : {}) as ToOptions;
  checkOptions('to', options, ['copy', 'nonBlocking', ...(args.length === 1 ? factoryOptions : [])]);
  if (positional[0] === null || isDeviceName(positional[0])) checkDevice('to', positional.shift());
  const [first] = positional;
  const target = first instanceof Tensor || typeof first === 'string' ? positional.shift() : options.dtype;
  if (positional.length > 2) {
    throw new ArgumentTypeError(`to() received an invalid combination of arguments: ${args.map(describe).join(', ')}`);
  }
  flag('to', 'nonBlocking', positional[0] ?? options.nonBlocking, false);
  const copy = flag('to', 'copy', positional[1] ?? options.copy, false);
  if (target instanceof Tensor) return { dtype: target.dtype, copy };
  return { dtype: target === undefined || target === null ? null : checkDtype('to', target), copy };
}

// Whether PyTorch has such a device: a misspelled dtype is none.
function isDeviceName(value: unknown): boolean {
  return typeof value === 'string' && /^(cpu|cuda|hpu|meta|mps|mtia|xla|xpu)(:\d+)?$/.test(value);
}
