// Where bytes are read from: a file by positioned reads, or bytes in memory. Depends on lib/native.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DataError, FileFormatError } from '../errors.ts';
import { type Storage, write } from '../native/storage.ts';

/** Bytes that can be read at any position. */
export interface Source {
  /** The path, or what to call the bytes in messages. */
  readonly name: string;
  readonly size: number;
  /** Fills `target` from `position`. @throws FileFormatError if the bytes end before */
  read(target: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/** A range of a source that belongs into a storage. */
export interface Segment {
  readonly position: number;
  readonly bytes: number;
  readonly storage: Storage;
}

/** What reading may be told. */
export interface ReadOptions {
  readonly signal?: AbortSignal | null;
  readonly onProgress?: ((progress: Progress) => void) | null;
}

/** How far reading or writing has come, in bytes. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

const chunkBytes = 1 << 20;

/** How files are opened to be read: a pipe that nobody writes to is not waited for. Windows has no such flag. */
export const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a file. @throws DataError for folders, pipes and devices; what Node throws for missing files */
export async function openFile(path: string): Promise<Source> {
  const file = await open(path, readFlags);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new DataError(`${path}: not a regular file`);
    return {
      name: path,
      size: stat.size,
      read: (target, position) => readExactly(file, path, target, position),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Bytes in memory. */
export function memorySource(bytes: Uint8Array, name = 'bytes'): Source {
  return {
    name,
    size: bytes.byteLength,
    async read(target, position) {
      if (position + target.byteLength > bytes.byteLength) throw truncated(name, bytes.byteLength);
      target.set(bytes.subarray(position, position + target.byteLength));
    },
    async close() {},
  };
}

async function readExactly(file: FileHandle, path: string, target: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < target.byteLength) {
    const { bytesRead } = await file.read(target, done, target.byteLength - done, position + done);
    // The file was longer when it was opened.
    if (bytesRead === 0) throw truncated(path, position + done);
    done += bytesRead;
  }
}

function truncated(name: string, offset: number): FileFormatError {
  return new FileFormatError(name, offset, 'TRUNCATED', 'the file ends too early');
}

/**
 * Reads segments, which are sorted by position, into their storages; a chunk is read while the one before is copied.
 *
 * @param onChunk sees all bytes of the segments in order, with the segment they belong to
 */
export async function readSegments(
  source: Source,
  segments: readonly Segment[],
  options: ReadOptions,
  onChunk: ((segment: Segment, bytes: Uint8Array) => void) | null = null,
): Promise<void> {
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const windows = windowsOf(segments);
  const buffers = [new Uint8Array(chunkBytes), new Uint8Array(chunkBytes)];
  const fetch = (i: number): Promise<Uint8Array> | null => {
    const window = windows[i];
    const buffer = buffers[i % 2];
    if (window === undefined || buffer === undefined) return null;
    const target = buffer.subarray(0, window.end - window.start);
    const reading = source.read(target, window.start).then(() => target);
    // A failure is noticed when the chunk is waited for, not while the one before is still copied.
    reading.catch(() => undefined);
    return reading;
  };
  let done = 0;
  let at = 0;
  let next = fetch(0);
  for (let i = 0; i < windows.length; i++) {
    options.signal?.throwIfAborted();
    const bytes = await next;
    next = fetch(i + 1);
    const { start, end } = windows[i] as Window;
    if (bytes === null) break;
    while (at < segments.length) {
      const segment = segments[at] as Segment;
      const [from, to] = [Math.max(segment.position, start), Math.min(segment.position + segment.bytes, end)];
      if (from < to) {
        const part = bytes.subarray(from - start, to - start);
        write(segment.storage, from - segment.position, part);
        onChunk?.(segment, part);
        done += to - from;
      }
      if (segment.position + segment.bytes > end) break;
      at += 1;
    }
    options.onProgress?.({ done, total });
  }
  options.signal?.throwIfAborted();
}

interface Window {
  readonly start: number;
  readonly end: number;
}

// Ranges of at most a chunk that cover all segments; small neighbours share one.
function windowsOf(segments: readonly Segment[]): Window[] {
  const windows: { start: number; end: number }[] = [];
  for (const { position, bytes } of segments) {
    let start = position;
    const end = position + bytes;
    const last = windows.at(-1);
    if (last !== undefined && start <= last.end + 4096) {
      last.end = Math.max(last.end, Math.min(end, last.start + chunkBytes));
      start = Math.max(start, last.end);
    }
    for (; start < end; start += chunkBytes) windows.push({ start, end: Math.min(end, start + chunkBytes) });
  }
  return windows;
}
