// Writes safetensors: a length, a JSON header, and the tensors' bytes.
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Dtype } from '../dtype.ts';
import { ArgumentTypeError, describe, KeyError } from '../errors.ts';
import { bytesOf, Tensor } from '../tensor/tensor.ts';

const dtypeNames: { readonly [D in Dtype]: string } = {
  float32: 'F32',
  float64: 'F64',
  int64: 'I64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
  int16: 'I16',
  int8: 'I8',
  float16: 'F16',
  bfloat16: 'BF16',
};

/**
 * Writes named tensors to a safetensors file. The file appears whole or not at all: it is written beside its place,
 * flushed, and renamed.
 *
 * @throws KeyError for the name `__metadata__`, ArgumentTypeError for values that are no tensors
 * @source https://github.com/huggingface/safetensors, the format's description
 * @example await io.save(net.stateDict(), 'net.safetensors');
 */
export async function save(tensors: ReadonlyMap<string, Tensor>, path: string): Promise<void> {
  const { header, parts } = layOut(tensors);
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w');
  try {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    for (const part of [length, header, ...parts]) await file.writeFile(part);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

function layOut(tensors: ReadonlyMap<string, Tensor>): { header: Buffer; parts: Buffer[] } {
  const parts: Buffer[] = [];
  const entries: string[] = [];
  let end = 0;
  for (const [name, x] of tensors) {
    if (name === '__metadata__') throw new KeyError('save: a tensor cannot be named __metadata__');
    if (!(x instanceof Tensor)) throw new ArgumentTypeError(`save: '${name}' must be a Tensor, got ${describe(x)}`);
    const bytes = bytesOf(x.detach().contiguous());
    const entry = { dtype: dtypeNames[x.dtype], shape: x.shape, data_offsets: [end, end + bytes.length] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    parts.push(bytes);
    end += bytes.length;
  }
  const text = `{${entries.join(',')}}`;
  // Tensors begin at a multiple of eight bytes.
  return { header: Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8))), parts };
}
