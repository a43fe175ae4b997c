// safetensors files: a length, a JSON header, and the tensors' bytes.
import { factsOf } from '../dtype.ts';
import { ArgumentTypeError, describe, FileFormatError, KeyError } from '../errors.ts';
import { allocate } from '../native/storage.ts';
import { contiguousStrides, type Shape, sameShape } from '../tensor/shape.ts';
import { Tensor, Version } from '../tensor/tensor.ts';
import { type WriteOptions, writeAtomically } from './atomic.ts';
import { safetensorsName } from './dtypes.ts';
import { type Entry, type Header, parseHeader } from './safetensors-header.ts';
import { type ReadOptions, readSegments, type Segment, type Source } from './source.ts';

const maxHeader = 100_000_000;

/**
 * Tensors by name, with the strings that the file says about itself.
 * @example
 * const file = new io.TensorFile([['weight', zeros(2, 3)]]);
 * file.get('weight')?.shape; // [2, 3]
 */
export class TensorFile extends Map<string, Tensor> {
  /** What stands under `__metadata__`, or null. */
  metadata: Map<string, string> | null = null;
}

/**
 * Reads and checks the header of a file, and no more.
 *
 * @param entries where the tensors' entries go
 * @returns what it says, and where the bytes of tensors begin
 * @throws FileFormatError for a file that the format forbids
 */
export async function readSafetensorsHeader(
  source: Source,
  entries?: Map<string, Entry>,
): Promise<Header & { readonly start: number }> {
  const { name: file, size } = source;
  if (size < 8) throw new FileFormatError(file, size, 'HEADER_TOO_SMALL', `${size} bytes are no safetensors file`);
  const length = Buffer.alloc(8);
  await source.read(length, 0);
  const declared = length.readBigUInt64LE();
  if (declared > BigInt(size - 8)) {
    throw new FileFormatError(
      file,
      0,
      'HEADER_LENGTH',
      `a header of ${declared} bytes does not fit into ${size} bytes`,
    );
  }
  const headerBytes = Number(declared);
  if (headerBytes > maxHeader) {
    throw new FileFormatError(file, 0, 'HEADER_TOO_LARGE', `a header of ${headerBytes} bytes; at most ${maxHeader}`);
  }
  const bytes = new Uint8Array(headerBytes);
  await source.read(bytes, 8);
  const start = 8 + headerBytes;
  return { ...parseHeader(file, bytes, size - start, entries), start };
}

/** Reads a file. @throws FileFormatError for a file that the format forbids; nothing is allocated for it */
export async function readSafetensors(source: Source, options: ReadOptions): Promise<TensorFile> {
  const result = new TensorFile();
  // Each tensor takes the place of its entry: a map of a million names costs as much as all their tensors.
  const { entries, metadata, start } = await readSafetensorsHeader(
    source,
    result as Map<string, unknown> as Map<string, Entry>,
  );
  options.signal?.throwIfAborted();
  result.metadata = metadata;
  const segments: Segment[] = [];
  let [shape, strides]: [Shape, Shape] = [[], []];
  for (const { name, dtype, shape: ownShape, begin, end } of entries.values()) {
    const storage = allocate(end - begin);
    if (end > begin) segments.push({ position: start + begin, bytes: end - begin, storage });
    // Neighbours of one shape share it.
    if (!sameShape(ownShape, shape)) [shape, strides] = [ownShape, contiguousStrides(ownShape)];
    result.set(name, new Tensor(storage, dtype, shape, strides, 0, new Version()));
  }
  segments.sort((a, b) => a.position - b.position);
  await readSegments(source, segments, options);
  return result;
}

/** Options of writing safetensors. */
export interface SafetensorsOptions extends WriteOptions {
  readonly metadata?: ReadonlyMap<string, string> | Readonly<Record<string, string>> | null;
}

/** Writes named tensors. Those that share memory are written each for itself: the format has no sharing. */
export async function writeSafetensors(value: unknown, path: string, options: SafetensorsOptions): Promise<void> {
  const tensors = checkTensors(value);
  const { header, order } = layOut(tensors, metadataOf(options.metadata));
  const total = 8 + header.length + [...tensors.values()].reduce((sum, x) => sum + x.nbytes, 0);
  await writeAtomically(path, total, options, async (writer) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writer.append(length);
    await writer.append(header);
    for (const x of order) {
      const dense = x.detach().contiguous();
      await writer.appendStorage(dense.storage, dense.offset * factsOf(dense.dtype).bytes, dense.nbytes);
    }
  });
}

function checkTensors(value: unknown): Map<string, Tensor> {
  if (!(value instanceof Map)) throw new ArgumentTypeError(`save: expected a Map of tensors, got ${describe(value)}`);
  for (const [name, x] of value) {
    if (typeof name !== 'string') throw new ArgumentTypeError(`save: names must be strings, got ${describe(name)}`);
    if (name === '__metadata__') throw new KeyError('save: a tensor cannot be named __metadata__');
    if (!(x instanceof Tensor)) throw new ArgumentTypeError(`save: '${name}' must be a Tensor, got ${describe(x)}`);
  }
  return value as Map<string, Tensor>;
}

function metadataOf(given: SafetensorsOptions['metadata']): [string, string][] {
  if (given === undefined || given === null) return [];
  const entries = given instanceof Map ? [...given] : Object.entries(given);
  for (const [key, text] of entries) {
    if (typeof key !== 'string' || typeof text !== 'string') {
      throw new ArgumentTypeError(`save: metadata must be strings, got ${describe(text)} for ${describe(key)}`);
    }
  }
  return entries;
}

// Names stay in order; data go by falling element size, so that every tensor begins at a multiple of its own.
function layOut(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: [string, string][],
): { header: Buffer; order: Tensor[] } {
  const order = [...tensors.values()].sort((a, b) => factsOf(b.dtype).bytes - factsOf(a.dtype).bytes);
  const begins = new Map<Tensor, number[]>();
  let end = 0;
  for (const x of order) {
    begins.set(x, [...(begins.get(x) ?? []), end]);
    end += x.nbytes;
  }
  const entries = metadata.length > 0 ? [`"__metadata__":${JSON.stringify(Object.fromEntries(metadata))}`] : [];
  for (const [name, x] of tensors) {
    const begin = begins.get(x)?.shift() ?? 0;
    const entry = { dtype: safetensorsName(x.dtype), shape: x.shape, data_offsets: [begin, begin + x.nbytes] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const text = `{${entries.join(',')}}`;
  return { header: Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8))), order };
}
