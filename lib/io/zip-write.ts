// Writes ZIP archives of stored entries the way torch.save does: data at multiples of 64 bytes, ZIP64 where needed.
import { crc32 } from 'node:zlib';
import type { Writer } from './atomic.ts';

const alignment = 64;
const uint32 = 0xffffffff;
const utf8Names = 0x800;
// No clock in the file: equal values give equal bytes. 1980-01-01, the first date of the format.
const date = 0x21;

interface Written {
  readonly name: Buffer;
  readonly bytes: number;
  readonly crc: number;
  readonly header: number;
}

/** An archive being written. */
export class ZipWriter {
  readonly #writer: Writer;
  readonly #entries: Written[] = [];

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Adds an entry of known content. */
  async add(path: string, content: Uint8Array): Promise<void> {
    await this.addStream(path, content.byteLength, async (see) => {
      see(content);
      await this.#writer.append(content);
    });
  }

  /** Adds an entry of `bytes` bytes that `fill` appends to the writer, showing each chunk to `see` for the checksum. */
  async addStream(
    path: string,
    bytes: number,
    fill: (see: (chunk: Uint8Array) => void) => Promise<void>,
  ): Promise<void> {
    const name = Buffer.from(path);
    const header = this.#writer.position;
    await this.#writer.append(localHeader(name, bytes, 0, header));
    let crc = 0;
    await fill((chunk) => {
      crc = crc32(chunk, crc);
    });
    await this.#writer.overwrite(localHeader(name, bytes, crc, header), header);
    this.#entries.push({ name, bytes, crc, header });
  }

  /** Writes the directory; nothing may be added afterwards. */
  async finish(): Promise<void> {
    const start = this.#writer.position;
    for (const entry of this.#entries) await this.#writer.append(directoryEntry(entry));
    const bytes = this.#writer.position - start;
    await this.#writer.append(endOf(this.#entries.length, bytes, start));
  }
}

// The extra field `FB` pads to the alignment, as in PyTorch's files.
function localHeader(name: Buffer, bytes: number, crc: number, position: number): Buffer {
  const large = bytes >= uint32;
  const zip64 = large ? 20 : 0;
  const before = position + 30 + name.length + zip64 + 4;
  const padding = (alignment - (before % alignment)) % alignment;
  const head = Buffer.alloc(30 + name.length + zip64 + 4 + padding, 0x5a);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(large ? 45 : 0, 4);
  head.writeUInt16LE(utf8Names, 6);
  head.writeUInt16LE(0, 8);
  head.writeUInt16LE(0, 10);
  head.writeUInt16LE(date, 12);
  head.writeUInt32LE(crc, 14);
  head.writeUInt32LE(large ? uint32 : bytes, 18);
  head.writeUInt32LE(large ? uint32 : bytes, 22);
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(zip64 + 4 + padding, 28);
  name.copy(head, 30);
  let at = 30 + name.length;
  if (large) {
    head.writeUInt16LE(1, at);
    head.writeUInt16LE(16, at + 2);
    head.writeBigUInt64LE(BigInt(bytes), at + 4);
    head.writeBigUInt64LE(BigInt(bytes), at + 12);
    at += 20;
  }
  head.write('FB', at, 'latin1');
  head.writeUInt16LE(padding, at + 2);
  return head;
}

function directoryEntry({ name, bytes, crc, header }: Written): Buffer {
  const fields = [...(bytes >= uint32 ? [bytes, bytes] : []), ...(header >= uint32 ? [header] : [])];
  const extra = fields.length > 0 ? 4 + 8 * fields.length : 0;
  const entry = Buffer.alloc(46 + name.length + extra);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(extra > 0 ? 45 : 0, 4);
  entry.writeUInt16LE(extra > 0 ? 45 : 0, 6);
  entry.writeUInt16LE(utf8Names, 8);
  entry.writeUInt16LE(date, 14);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(Math.min(bytes, uint32), 20);
  entry.writeUInt32LE(Math.min(bytes, uint32), 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra, 30);
  entry.writeUInt32LE(Math.min(header, uint32), 42);
  name.copy(entry, 46);
  if (extra > 0) {
    entry.writeUInt16LE(1, 46 + name.length);
    entry.writeUInt16LE(extra - 4, 48 + name.length);
    fields.forEach((value, i) => void entry.writeBigUInt64LE(BigInt(value), 50 + name.length + 8 * i));
  }
  return entry;
}

// The ZIP64 end, its locator, and the small end; PyTorch writes all three always.
function endOf(entries: number, bytes: number, start: number): Buffer {
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(entries), 24);
  end.writeBigUInt64LE(BigInt(entries), 32);
  end.writeBigUInt64LE(BigInt(bytes), 40);
  end.writeBigUInt64LE(BigInt(start), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(start + bytes), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.writeUInt16LE(Math.min(entries, 0xffff), 84);
  end.writeUInt16LE(Math.min(entries, 0xffff), 86);
  end.writeUInt32LE(Math.min(bytes, uint32), 88);
  end.writeUInt32LE(Math.min(start, uint32), 92);
  return end;
}
