// Writes a file whole or not at all: beside its place, flushed, renamed, and the folder flushed.
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileWriteError } from '../errors.ts';
import { read, type Storage } from '../native/storage.ts';
import type { Progress } from './source.ts';

/** Options of writing. */
export interface WriteOptions {
  readonly signal?: AbortSignal | null;
  readonly onProgress?: ((progress: Progress) => void) | null;
}

const chunkBytes = 1 << 20;

/** A file being written, at its end. */
export class Writer {
  /** Bytes so far. */
  position = 0;
  readonly #file: FileHandle;
  readonly #options: WriteOptions;
  readonly #total: number;

  constructor(file: FileHandle, total: number, options: WriteOptions) {
    this.#file = file;
    this.#total = total;
    this.#options = options;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#options.signal?.throwIfAborted();
    await this.overwrite(bytes, this.position);
    this.position += bytes.byteLength;
    this.#options.onProgress?.({ done: this.position, total: Math.max(this.#total, this.position) });
  }

  /** Bytes of a storage, a chunk at a time. */
  async appendStorage(storage: Storage, offset: number, bytes: number, see: (chunk: Uint8Array) => void = () => {}) {
    const buffer = new Uint8Array(Math.min(bytes, chunkBytes));
    for (let done = 0; done < bytes; done += chunkBytes) {
      const chunk = buffer.subarray(0, Math.min(chunkBytes, bytes - done));
      read(storage, offset + done, chunk);
      see(chunk);
      await this.append(chunk);
    }
  }

  /** Bytes in place of others that were written before. */
  async overwrite(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.byteLength - done, position + done);
      if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO', syscall: 'write' });
      done += bytesWritten;
    }
  }
}

/**
 * Creates or replaces `path` with what `fill` writes. When anything fails the old file stays, and nothing else.
 *
 * @param total bytes to expect, for progress
 * @throws FileWriteError for what the system refuses; what `fill` throws
 */
export async function writeAtomically(
  path: string,
  total: number,
  options: WriteOptions,
  fill: (writer: Writer) => Promise<void>,
): Promise<void> {
  options.signal?.throwIfAborted();
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  await nameRefusals(path, async () => {
    try {
      await writeWhole(temporary, total, options, fill);
      options.signal?.throwIfAborted();
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(dirname(path));
  });
}

/** Does what `action` does. @throws FileWriteError, which names `path`, for what the system refuses */
export async function nameRefusals(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const refused = typeof (error as NodeJS.ErrnoException).syscall === 'string';
    throw refused ? new FileWriteError(path, error as NodeJS.ErrnoException) : error;
  }
}

async function writeWhole(
  path: string,
  total: number,
  options: WriteOptions,
  fill: (writer: Writer) => Promise<void>,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await fill(new Writer(file, total, options));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes the names of a folder. Windows has no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
