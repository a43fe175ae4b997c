// Takes values apart so that they can be sent to another thread, and puts them together there.
import type { Dtype } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import { write } from '../native/storage.ts';
import { isPlainObject } from '../plain-object.ts';
import { bytesOf, emptyOf, Tensor } from '../tensor/tensor.ts';

/** A value as nothing but what `structuredClone` takes; each case says how to rebuild it. */
export type Packed =
  | {
      readonly kind: 'tensor';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly grad: boolean;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'array'; readonly items: readonly Packed[] }
  | { readonly kind: 'map'; readonly keys: readonly unknown[]; readonly items: readonly Packed[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly items: readonly Packed[] }
  | { readonly kind: 'value'; readonly value: unknown };

/**
 * @param moved collects the buffers of tensors, which belong to nobody else: send them with the value instead of copies
 * @throws AutogradError for a tensor that an operation with a gradient made
 */
export function pack(value: unknown, moved: ArrayBuffer[] = []): Packed {
  const items = (values: Iterable<unknown>) => Array.from(values, (item) => pack(item, moved));
  if (value instanceof Tensor) {
    if (value.requiresGrad && !value.isLeaf) {
      throw new AutogradError(
        'Cowardly refusing to serialize non-leaf tensor which requires_grad, since autograd does not support crossing ' +
          'process boundaries.  If you just want to transfer the data, call detach() on the tensor before serializing ' +
          '(e.g., putting it on the queue).',
      );
    }
    const bytes = bytesOf(value.detach().contiguous());
    moved.push(bytes.buffer as ArrayBuffer);
    return { kind: 'tensor', dtype: value.dtype, shape: [...value.shape], grad: value.requiresGrad, bytes };
  }
  if (Array.isArray(value)) return { kind: 'array', items: items(value) };
  if (value instanceof Map) return { kind: 'map', keys: [...value.keys()], items: items(value.values()) };
  if (isPlainObject(value)) return { kind: 'object', keys: Object.keys(value), items: items(Object.values(value)) };
  return { kind: 'value', value };
}

/** What was packed. */
export function unpack(packed: Packed): unknown {
  switch (packed.kind) {
    case 'tensor': {
      const x = emptyOf([...packed.shape], packed.dtype);
      if (packed.bytes.byteLength > 0) write(x.storage, 0, packed.bytes);
      return packed.grad ? x.requiresGrad_() : x;
    }
    case 'array':
      return packed.items.map(unpack);
    case 'map':
      return new Map(packed.items.map((item, i) => [packed.keys[i], unpack(item)]));
    case 'object':
      return Object.fromEntries(packed.items.map((item, i) => [packed.keys[i], unpack(item)]));
    case 'value':
      return packed.value;
  }
}
