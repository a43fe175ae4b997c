// The bytes of a pickle: numbers and strings that are checked to be there before they are made.
import type { FileFormatError } from '../errors.ts';

const maxName = 256;

/** Reads forward through bytes. */
export class Bytes {
  at = 0;
  readonly #bytes: Buffer;
  readonly #fail: (reason: string, message: string) => FileFormatError;

  constructor(bytes: Buffer, fail: (reason: string, message: string) => FileFormatError) {
    this.#bytes = bytes;
    this.#fail = fail;
  }

  // Where `count` bytes begin that are stepped over.
  #take(count: number): number {
    const start = this.at;
    if (count > this.#bytes.length - start) throw this.#fail('TRUNCATED', `the pickle ends within ${count} bytes`);
    this.at = start + count;
    return start;
  }

  uint8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#take(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#take(4));
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** A two's complement number of `count` bytes: a bigint where a number is not exact. */
  long(count: number): number | bigint {
    if (count === 0) return 0;
    const start = this.#take(count);
    const hex = Buffer.from(this.#bytes.subarray(start, start + count))
      .reverse()
      .toString('hex');
    const value = BigInt.asIntN(8 * count, BigInt(`0x${hex}`));
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  text(count: number): string {
    const start = this.#take(count);
    const bytes = this.#bytes.subarray(start, start + count);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.#fail('PICKLE_INVALID', 'a string is not UTF-8');
    }
  }

  /** Text up to the end of a line, which is not part of it. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0 || end - this.at > maxName) throw this.#fail('PICKLE_INVALID', 'a name does not end');
    const text = this.#bytes.toString('latin1', this.at, end);
    this.at = end + 1;
    return text;
  }
}
