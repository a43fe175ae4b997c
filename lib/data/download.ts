// Downloads files of datasets: goes on where an earlier attempt stopped, checks the sum, puts the file in place whole.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { DataError } from '../errors.ts';
import type { Progress } from '../io/source.ts';

/** A file that can be had, and how to know it. */
export interface Resource {
  readonly name: string;
  /** Hexadecimal, of MD5 or SHA-256 by its length. */
  readonly sum: string;
}

/** Options of what downloads. */
export interface DownloadOptions {
  /** Fetch what is missing. Default false. */
  download?: boolean;
  /** The folder of a mirror, instead of the usual one. */
  url?: string | URL | null;
  /** Stops with an AbortError; what has come stays for the next attempt. */
  signal?: AbortSignal | null;
  onProgress?: ((progress: Progress) => void) | null;
}

const sizeOf = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );

/** The hexadecimal sum of a file, by the algorithm that `like` was made with. */
async function sumOf(path: string, like: string): Promise<string> {
  const hash = createHash(like.length === 32 ? 'md5' : 'sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Fetches a file to `path` unless it is there with the right sum.
 *
 * @throws DataError for what a server refuses, an answer that breaks off, and a wrong sum; AbortError
 */
export async function download(url: string, path: string, sum: string, options: DownloadOptions = {}): Promise<void> {
  if ((await sizeOf(path)) !== null && (await sumOf(path, sum)) === sum) return;
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  await fetchInto(part, url, options);
  const found = await sumOf(part, sum);
  if (found !== sum) {
    await rm(part, { force: true });
    throw new DataError(`${url}: the sum of what came is ${found}, expected ${sum}`);
  }
  await rename(part, path);
}

async function fetchInto(part: string, url: string, { signal = null, onProgress }: DownloadOptions): Promise<void> {
  const before = (await sizeOf(part)) ?? 0;
  const headers: Record<string, string> = before > 0 ? { range: `bytes=${before}-` } : {};
  const response = await fetch(url, { headers, signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new DataError(`${url}: cannot be reached`, { cause });
  });
  // All of it was there already: the sum decides.
  if (response.status === 416) return response.body?.cancel();
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new DataError(`${url}: the server answers ${response.status} ${response.statusText}`.trimEnd());
  }
  // A server that knows no ranges sends everything.
  const start = response.status === 206 ? before : 0;
  const length = Number(response.headers.get('content-length') ?? 0);
  let done = start;
  const body = Readable.fromWeb(response.body as ReadableStream);
  body.on('data', (chunk: Uint8Array) => {
    done += chunk.byteLength;
    onProgress?.({ done, total: start + length });
  });
  try {
    await pipeline(body, createWriteStream(part, { flags: start > 0 ? 'a' : 'w' }));
  } catch (cause) {
    signal?.throwIfAborted();
    throw new DataError(`${url}: broke off at offset ${done}`, { cause });
  }
}

/** Fetches files into a folder. */
export async function downloadAll(
  folder: string,
  base: string,
  resources: readonly Resource[],
  options: DownloadOptions,
): Promise<void> {
  const from = String(options.url ?? base).replace(/\/?$/, '/');
  for (const { name, sum } of resources) {
    await download(new URL(name, from).href, `${folder}/${name}`, sum, options);
  }
}
