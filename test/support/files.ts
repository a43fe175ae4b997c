// Files made byte by byte, so that every byte can be wrong.
import { crc32 } from 'node:zlib';

/** A safetensors file: the length of the header (or another one), the header, and data. */
export function safetensorsFile(header: string | Buffer, data = Buffer.alloc(0), length?: bigint): Buffer {
  const bytes = Buffer.from(header);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length ?? BigInt(bytes.length));
  return Buffer.concat([start, bytes, data]);
}

/** An entry of an archive; everything after `data` overrides what would be right. */
export interface RawEntry {
  name: string | Buffer;
  data: Buffer;
  method?: number;
  flags?: number;
  crc?: number;
  /** In the directory only. */
  size?: number;
  position?: number;
  /** In the local header only. */
  localName?: string;
  localSize?: number;
  extra?: Buffer;
}

/** What the end of the archive says, where it should be wrong. */
export interface RawEnd {
  entries?: number;
  bytes?: number;
  position?: number;
  trailing?: Buffer;
}

/** A ZIP archive of stored entries. */
export function zipFile(entries: readonly RawEntry[], end: RawEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const localName = Buffer.from(entry.localName ?? entry.name);
    const crc = entry.crc ?? crc32(entry.data);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(entry.flags ?? 0, 6);
    local.writeUInt16LE(entry.method ?? 0, 8);
    local.writeUInt32LE(crc, 14);
    local.writeUInt32LE(entry.localSize ?? entry.data.length, 18);
    local.writeUInt32LE(entry.localSize ?? entry.data.length, 22);
    local.writeUInt16LE(localName.length, 26);
    parts.push(local, localName, entry.data);
    const extra = entry.extra ?? Buffer.alloc(0);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(entry.flags ?? 0, 8);
    record.writeUInt16LE(entry.method ?? 0, 10);
    record.writeUInt32LE(crc, 16);
    record.writeUInt32LE(entry.size ?? entry.data.length, 20);
    record.writeUInt32LE(entry.size ?? entry.data.length, 24);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt16LE(extra.length, 30);
    record.writeUInt32LE(entry.position ?? at, 42);
    directory.push(record, name, extra);
    at += 30 + localName.length + entry.data.length;
  }
  const list = Buffer.concat(directory);
  const tail = Buffer.alloc(22);
  tail.writeUInt32LE(0x06054b50, 0);
  tail.writeUInt16LE(end.entries ?? entries.length, 8);
  tail.writeUInt16LE(end.entries ?? entries.length, 10);
  tail.writeUInt32LE(end.bytes ?? list.length, 12);
  tail.writeUInt32LE(end.position ?? at, 16);
  return Buffer.concat([...parts, list, tail, end.trailing ?? Buffer.alloc(0)]);
}

/** A file of torch.save around a pickle and storages. */
export function torchFile(
  pickle: Buffer,
  storages: Readonly<Record<string, Buffer>> = {},
  more: RawEntry[] = [],
): Buffer {
  const entries = Object.entries(storages).map(([key, data]): RawEntry => ({ name: `a/data/${key}`, data }));
  return zipFile([
    { name: 'a/data.pkl', data: pickle },
    ...entries,
    { name: 'a/version', data: Buffer.from('3\n') },
    ...more,
  ]);
}

type Piece = string | number | Buffer | readonly Piece[];

/** Bytes from text (latin1), numbers (single bytes) and buffers. */
export function bytesOf(...pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.map((piece) => {
      if (typeof piece === 'string') return Buffer.from(piece, 'latin1');
      if (typeof piece === 'number') return Buffer.of(piece);
      return piece instanceof Buffer ? piece : bytesOf(...(piece as readonly Piece[]));
    }),
  );
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** The pieces of pickles. */
export const p = {
  text: (value: string) => bytesOf('X', uint32(Buffer.byteLength(value)), Buffer.from(value)),
  int: (value: number) => bytesOf('J', uint32(value >>> 0)),
  global: (module: string, name: string) => bytesOf('c', `${module}\n${name}\n`),
  tuple: (...items: Piece[]) => bytesOf('(', ...items, 't'),
  reduce: (callable: Piece, ...args: Piece[]) => bytesOf(callable, '(', ...args, 't', 'R'),
  storage: (key: string, elements: number, kind = 'FloatStorage') =>
    bytesOf(p.tuple(p.text('storage'), p.global('torch', kind), p.text(key), p.text('cpu'), p.int(elements)), 'Q'),
  tensor: (storage: Piece, offset: number, size: number[], stride: number[]) =>
    p.reduce(
      p.global('torch._utils', '_rebuild_tensor_v2'),
      storage,
      p.int(offset),
      p.tuple(...size.map(p.int)),
      p.tuple(...stride.map(p.int)),
      0x89,
      p.reduce(p.global('collections', 'OrderedDict')),
    ),
  /** A whole pickle. */
  all: (...pieces: Piece[]) => bytesOf(0x80, 2, ...pieces, '.'),
  uint32,
};
