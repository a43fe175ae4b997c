// Takes named files out of a compressed tar archive.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataError } from '../errors.ts';

const blockBytes = 512;
const largestArchive = 2 ** 29;

/**
 * The files of the given names, in whichever folder of the archive; nothing is written, so paths in it do no harm.
 *
 * @throws DataError that names archive and offset: broken compression, truncated, a file that is not there
 * @source POSIX.1-1988 ustar
 */
export function readTarGz(path: string, names: readonly string[]): Map<string, Buffer> {
  let archive: Buffer;
  try {
    archive = gunzipSync(readFileSync(path), { maxOutputLength: largestArchive });
  } catch (cause) {
    throw new DataError(`${path}: broken gzip stream: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const found = new Map<string, Buffer>();
  for (let at = 0; at + blockBytes <= archive.length && archive[at] !== 0; ) {
    const text = (start: number, bytes: number) =>
      archive
        .toString('latin1', at + start, at + start + bytes)
        .replace(/\0.*$/s, '')
        .trim();
    const size = Number.parseInt(text(124, 12), 8);
    if (!(size >= 0) || at + blockBytes + size > archive.length) {
      throw new DataError(`${path}: truncated or malformed archive entry at offset ${at}`);
    }
    const name = basename(text(0, 100));
    const start = at + blockBytes;
    if (names.includes(name)) found.set(name, archive.subarray(start, start + size));
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) throw new DataError(`${path}: has no file ${missing}`);
  return found;
}
