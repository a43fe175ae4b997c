// Reads the directory of a ZIP archive of stored entries, as torch.save writes them, and trusts nothing in it.
// @source PKWARE APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 (ZIP64), 4.3.16 (its end)
import { crc32 } from 'node:zlib';
import { FileFormatError } from '../errors.ts';
import type { Source } from './source.ts';

/** A stored file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly crc: number;
  /** Where its bytes begin; known after {@link dataPosition}. */
  readonly header: number;
  readonly flags: number;
}

const endBytes = 22;
const maxDirectory = 256 << 20;
const maxEntries = 1_000_000;
const uint32 = 0xffffffff;
const sizesFollowData = 8;
const encrypted = 1;

/** An archive whose directory was read and checked. */
export class ZipArchive {
  readonly source: Source;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the directory begins: no entry reaches beyond. */
  readonly directory: number;

  constructor(source: Source, entries: ReadonlyMap<string, ZipEntry>, directory: number) {
    this.source = source;
    this.entries = entries;
    this.directory = directory;
  }

  /** Where the bytes of an entry begin. @throws FileFormatError if its local header disagrees with the directory */
  async dataPosition(entry: ZipEntry): Promise<number> {
    const { source, directory } = this;
    const fail = (message: string) =>
      new FileFormatError(source.name, entry.header, 'ZIP_INVALID', `${JSON.stringify(entry.name)}: ${message}`);
    if (entry.header + 30 > directory) throw fail('its local header lies outside of the entries');
    const head = Buffer.alloc(30);
    await source.read(head, entry.header);
    if (head.readUInt32LE(0) !== 0x04034b50) throw fail('no local header where the directory says');
    const [nameBytes, extraBytes] = [head.readUInt16LE(26), head.readUInt16LE(28)];
    const data = entry.header + 30 + nameBytes + extraBytes;
    if (data + entry.bytes > directory) throw fail('its bytes reach into the directory');
    const rest = Buffer.alloc(nameBytes + extraBytes);
    await source.read(rest, entry.header + 30);
    if (rest.toString('utf8', 0, nameBytes) !== entry.name) throw fail('its local header has another name');
    if (head.readUInt16LE(8) !== 0) throw fail('its local header says that it is compressed');
    checkLocalSizes(head, rest.subarray(nameBytes), entry, fail);
    return data;
  }

  /** The bytes of a small entry, its checksum compared. */
  async read(entry: ZipEntry, checkCrc = true): Promise<Buffer> {
    const position = await this.dataPosition(entry);
    const bytes = Buffer.alloc(entry.bytes);
    await this.source.read(bytes, position);
    if (checkCrc && crc32(bytes) !== entry.crc) throw crcError(this.source.name, position, entry.name);
    return bytes;
  }
}

/** The error for bytes that are not those that were written. */
export function crcError(file: string, position: number, name: string): FileFormatError {
  return new FileFormatError(file, position, 'CRC_MISMATCH', `${JSON.stringify(name)}: the checksum does not match`);
}

// Sizes and checksum are equal, or zero where the flags say that they follow the data.
function checkLocalSizes(head: Buffer, extra: Buffer, entry: ZipEntry, fail: (message: string) => Error): void {
  let packed = head.readUInt32LE(18);
  let bytes = head.readUInt32LE(22);
  const follow = (head.readUInt16LE(6) & sizesFollowData) !== 0;
  if (packed === uint32 || bytes === uint32) {
    const field = extraField(extra, 1, fail);
    if (field === null || field.length < 16) throw fail('its local header lacks ZIP64 sizes');
    bytes = Number(field.readBigUInt64LE(0));
    packed = Number(field.readBigUInt64LE(8));
  }
  if (follow && packed === 0 && bytes === 0) return;
  if (packed !== entry.bytes || bytes !== entry.bytes) throw fail('its local header has another size');
  if (!follow && head.readUInt32LE(14) !== entry.crc) throw fail('its local header has another checksum');
}

function extraField(extra: Buffer, id: number, fail: (message: string) => Error): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = extra.readUInt16LE(at + 2);
    if (at + 4 + size > extra.length) throw fail('an extra field reaches beyond its end');
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + size);
    at += 4 + size;
  }
  return null;
}

interface End {
  readonly entries: number;
  readonly bytes: number;
  readonly position: number;
  /** Where the records of the end begin. */
  readonly start: number;
}

/** Reads and checks the directory. @throws FileFormatError */
export async function openZip(source: Source): Promise<ZipArchive> {
  const end = await readEnd(source);
  const fail = (message: string, offset = end.position) =>
    new FileFormatError(source.name, offset, 'ZIP_INVALID', message);
  if (end.position + end.bytes !== end.start) throw fail('the directory does not end where its end says');
  if (end.bytes > maxDirectory || end.entries > maxEntries) throw fail('the directory is too large');
  if (end.entries * 46 > end.bytes) throw fail(`the directory has no room for ${end.entries} entries`);
  const directory = Buffer.alloc(end.bytes);
  await source.read(directory, end.position);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < end.entries; i++) {
    if (at + 46 > directory.length) throw fail('the directory ends too early', end.position + at);
    const { entry, next } = readEntry(source.name, directory, at, end.position);
    if (entries.has(entry.name)) throw fail(`${JSON.stringify(entry.name)} appears twice`, end.position + at);
    entries.set(entry.name, entry);
    at = next;
  }
  if (at !== directory.length) throw fail('the directory has more entries than it says', end.position + at);
  checkOverlap(source.name, [...entries.values()], end.position);
  return new ZipArchive(source, entries, end.position);
}

async function readEnd(source: Source): Promise<End> {
  const { name, size } = source;
  const fail = (message: string) => new FileFormatError(name, Math.max(0, size - endBytes), 'ZIP_INVALID', message);
  if (size < endBytes) throw fail('too small for a ZIP archive');
  const record = Buffer.alloc(endBytes);
  await source.read(record, size - endBytes);
  if (record.readUInt32LE(0) !== 0x06054b50 || record.readUInt16LE(20) !== 0) {
    throw fail('no end of a ZIP directory at the end of the file; it is truncated, or something follows it');
  }
  if (record.readUInt16LE(4) !== 0 || record.readUInt16LE(6) !== 0)
    throw fail('archives of several files are not read');
  const small = {
    entries: record.readUInt16LE(10),
    bytes: record.readUInt32LE(12),
    position: record.readUInt32LE(16),
    start: size - endBytes,
  };
  if (record.readUInt16LE(8) !== small.entries) throw fail('the end of the directory contradicts itself');
  return (await readZip64End(source, small, fail)) ?? small;
}

async function readZip64End(source: Source, small: End, fail: (message: string) => Error): Promise<End | null> {
  const needed = small.entries === 0xffff || small.bytes === uint32 || small.position === uint32;
  const locator = Buffer.alloc(20);
  if (small.start >= 20) await source.read(locator, small.start - 20);
  if (locator.readUInt32LE(0) !== 0x07064b50) {
    if (needed) throw fail('the ZIP64 end of the directory is missing');
    return null;
  }
  const position = Number(locator.readBigUInt64LE(8));
  if (position !== small.start - 20 - 56) throw fail('the ZIP64 end of the directory is not where it should be');
  const record = Buffer.alloc(56);
  await source.read(record, position);
  if (record.readUInt32LE(0) !== 0x06064b50) throw fail('the ZIP64 end of the directory is malformed');
  const big = {
    entries: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    position: Number(record.readBigUInt64LE(48)),
    start: position,
  };
  if (Number(record.readBigUInt64LE(24)) !== big.entries)
    throw fail('the ZIP64 end of the directory contradicts itself');
  const differs = (of: 'entries' | 'bytes' | 'position', limit: number) => small[of] !== limit && small[of] !== big[of];
  if (differs('entries', 0xffff) || differs('bytes', uint32) || differs('position', uint32)) {
    throw fail('the two ends of the directory contradict each other');
  }
  return big;
}

function readEntry(file: string, directory: Buffer, at: number, start: number): { entry: ZipEntry; next: number } {
  const fail = (message: string) => new FileFormatError(file, start + at, 'ZIP_INVALID', message);
  if (directory.readUInt32LE(at) !== 0x02014b50) throw fail('no entry of the directory where one should be');
  const [flags, method] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)];
  const lengths = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
  const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = lengths;
  const next = at + 46 + nameBytes + extraBytes + commentBytes;
  if (next > directory.length) throw fail('an entry reaches beyond the directory');
  const name = nameOf(directory.subarray(at + 46, at + 46 + nameBytes), fail);
  if ((flags & encrypted) !== 0) throw fail(`${JSON.stringify(name)} is encrypted`);
  if (method !== 0) {
    const message = name.includes('/code/')
      ? 'this is a TorchScript archive; save its weights with torch.save(module.state_dict(), path)'
      : `${JSON.stringify(name)} is compressed (method ${method}); torch.save stores its entries as they are`;
    throw new FileFormatError(file, start + at, name.includes('/code/') ? 'TORCHSCRIPT' : 'ZIP_COMPRESSED', message);
  }
  let packed = directory.readUInt32LE(at + 20);
  let bytes = directory.readUInt32LE(at + 24);
  let header = directory.readUInt32LE(at + 42);
  const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
  if (packed === uint32 || bytes === uint32 || header === uint32) {
    const field = extraField(extra, 1, fail);
    let from = 0;
    // Only what did not fit stands in the field, in this order.
    const large = (value: number): number => {
      if (value !== uint32) return value;
      if (field === null || from + 8 > field.length) throw fail(`${JSON.stringify(name)} lacks its ZIP64 field`);
      from += 8;
      return Number(field.readBigUInt64LE(from - 8));
    };
    bytes = large(bytes);
    packed = large(packed);
    header = large(header);
  }
  if (packed !== bytes) throw fail(`${JSON.stringify(name)} is stored, but has two sizes`);
  if (!Number.isSafeInteger(bytes) || header + bytes > start)
    throw fail(`${JSON.stringify(name)} is outside of the file`);
  return { entry: { name, bytes, header, flags, crc: directory.readUInt32LE(at + 16) }, next };
}

function nameOf(bytes: Buffer, fail: (message: string) => Error): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fail('a name is not UTF-8');
  }
  const parts = name.split('/');
  const odd = name === '' || name.includes('\0') || name.includes('\\') || /^[A-Za-z]:/.test(name);
  if (odd || parts.includes('..') || parts.includes('.') || parts[0] === '') {
    throw fail(`the name ${JSON.stringify(name)} is not a path inside of the archive`);
  }
  return name;
}

function checkOverlap(file: string, entries: readonly ZipEntry[], directory: number): void {
  const sorted = [...entries].sort((a, b) => a.header - b.header);
  sorted.forEach(({ name, header, bytes }, i) => {
    const next = sorted[i + 1]?.header ?? directory;
    if (header + 30 + Buffer.byteLength(name) + bytes <= next) return;
    throw new FileFormatError(file, header, 'ZIP_INVALID', `${JSON.stringify(name)} overlaps what follows it`);
  });
}
