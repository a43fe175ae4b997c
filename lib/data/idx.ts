// Reads IDX files, the format of MNIST: a magic number, sizes, then the elements; gzip or not.
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { checkText, DataError } from '../errors.ts';
import { integer } from '../functional/arguments.ts';
import { readFlags } from '../io/source.ts';
import { fromTypedArray, type Tensor } from '../tensor/tensor.ts';

const unsignedBytes = 8;
const largestFile = 2 ** 31 - 1;

/** The file itself, or with `.gz` behind its name. @throws DataError if there is neither */
function locate(path: string): string {
  for (const candidate of [path, `${path}.gz`]) if (existsSync(candidate)) return candidate;
  throw new DataError(`${path}: no such file, nor ${path}.gz`);
}

interface Header {
  readonly shape: number[];
  readonly bytes: number;
}

// Sizes are checked before anything as large as they say is allocated.
function headerOf(path: string, start: Buffer, rank: number): Header {
  const bytes = 4 + 4 * rank;
  if (start.length < bytes)
    throw new DataError(`${path}: truncated header: ${start.length} bytes of ${bytes}, at offset 0`);
  const magic = start.readUInt32BE(0);
  const expected = (unsignedBytes << 8) | rank;
  if (magic !== expected) {
    throw new DataError(`${path}: magic number ${hex(magic)} at offset 0, expected ${hex(expected)}`);
  }
  const shape = Array.from({ length: rank }, (_, i) => start.readUInt32BE(4 + 4 * i));
  const total = shape.reduce((product, size) => product * size, 1);
  if (total + bytes > largestFile) throw new DataError(`${path}: sizes ${shape.join(' x ')} at offset 4 are too large`);
  return { shape, bytes };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/**
 * The unsigned bytes of an IDX file.
 *
 * @param path the file, looked for with `.gz` behind its name too
 * @param rank dimensions that the file must have
 * @returns uint8
 * @throws DataError that names file and offset: missing, wrong magic number, truncated, too long, broken compression
 * @example
 * // not run: reads a file
 * data.readIdx('mnist/t10k-labels-idx1-ubyte', 1).shape; // [10000]
 */
export function readIdx(path: string, rank: number): Tensor {
  const file = locate(checkText('readIdx', 'path', path));
  integer('readIdx', 'rank', rank);
  const compressed = file.endsWith('.gz');
  const { header, size } = inspect(file, rank, compressed);
  const wanted = header.bytes + header.shape.reduce((product, length) => product * length, 1);
  if (!compressed && size !== wanted) throw lengthError(file, size, wanted);
  const content = compressed ? inflate(file, wanted) : readFileSync(file);
  if (content.length !== wanted) throw lengthError(file, content.length, wanted);
  const elements = new Uint8Array(content.buffer, content.byteOffset + header.bytes, wanted - header.bytes);
  return fromTypedArray(elements, header.shape, 'uint8');
}

function lengthError(file: string, actual: number, wanted: number): DataError {
  const fact = actual < wanted ? 'truncated' : 'too long';
  return new DataError(
    `${file}: ${fact} at offset ${Math.min(actual, wanted)}: ${actual} bytes, its header says ${wanted}`,
  );
}

function inspect(file: string, rank: number, compressed: boolean): { header: Header; size: number } {
  const descriptor = openSync(file, readFlags);
  try {
    if (!fstatSync(descriptor).isFile()) throw new DataError(`${file}: not a regular file`);
    const start = Buffer.alloc(1024);
    const length = readSync(descriptor, start, 0, start.length, 0);
    const size = fstatSync(descriptor).size;
    const head = compressed ? inflateStart(file, start.subarray(0, length)) : start.subarray(0, length);
    return { header: headerOf(file, head, rank), size };
  } finally {
    closeSync(descriptor);
  }
}

// The beginning of a compressed file is enough for its header.
function inflateStart(file: string, start: Buffer): Buffer {
  try {
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 22 });
  } catch (cause) {
    throw new DataError(`${file}: broken gzip stream at offset 0: ${reason(cause)}`, { cause });
  }
}

function inflate(file: string, wanted: number): Buffer {
  try {
    return gunzipSync(readFileSync(file), { maxOutputLength: wanted + 1 });
  } catch (cause) {
    throw new DataError(
      `${file}: broken gzip stream, or more than the ${wanted} bytes its header says: ${reason(cause)}`,
      {
        cause,
      },
    );
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
