// The header of a safetensors file, read by a strict scanner: JSON.parse would keep the last of two equal names, round
// large numbers and nest without bound. @source https://github.com/huggingface/safetensors, the format's description
import type { Dtype } from '../dtype.ts';
import { factsOf } from '../dtype.ts';
import { FileFormatError } from '../errors.ts';
import { fromSafetensors, safetensorsNames } from './dtypes.ts';

/** One tensor of the file; `begin` and `end` count from the end of the header. */
export interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

/** What the header says. */
export interface Header {
  readonly entries: Map<string, Entry>;
  readonly metadata: Map<string, string> | null;
}

const quote = 0x22;
const backslash = 0x5c;
const maxRank = 64;

/**
 * Reads and checks a header.
 *
 * @param bytes the header alone
 * @param dataBytes how many bytes follow it
 * @param entries where the tensors' entries go, in the order of the header
 * @throws FileFormatError that says what is wrong and where
 */
export function parseHeader(
  file: string,
  bytes: Uint8Array,
  dataBytes: number,
  entries = new Map<string, Entry>(),
): Header {
  if (bytes[0] !== 0x7b) throw new FileFormatError(file, 8, 'HEADER_INVALID', 'the header does not begin with {');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FileFormatError(file, 8, 'HEADER_INVALID', 'the header is not UTF-8');
  }
  const metadata = new Scanner(file, text).header(entries);
  checkLayout(file, [...entries.values()], bytes.byteLength + 8, dataBytes);
  return { entries, metadata };
}

class Scanner {
  readonly #file: string;
  readonly #text: string;
  #at = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  fail(reason: string, message: string): FileFormatError {
    return new FileFormatError(this.#file, 8 + this.#at, reason, message);
  }

  // Fills `entries` and returns the metadata.
  header(entries: Map<string, Entry>): Header['metadata'] {
    let metadata: Map<string, string> | null = null;
    this.#members((name) => {
      if (entries.has(name) || (name === '__metadata__' && metadata !== null)) {
        throw this.fail('DUPLICATE_NAME', `the name ${JSON.stringify(name)} appears twice`);
      }
      if (name === '__metadata__') metadata = this.#metadata();
      else entries.set(name, this.#entry(name));
    });
    this.#space();
    if (this.#at !== this.#text.length) throw this.fail('HEADER_INVALID', 'something follows the header object');
    return metadata;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #expect(character: string): void {
    this.#space();
    if (this.#text[this.#at] !== character) throw this.fail('HEADER_INVALID', `expected ${character} in the header`);
    this.#at += 1;
  }

  #next(): string | undefined {
    this.#space();
    return this.#text[this.#at];
  }

  // { "name": value, ... }; `member` reads the value.
  #members(member: (name: string) => void): void {
    this.#expect('{');
    if (this.#next() === '}') {
      this.#at += 1;
      return;
    }
    for (;;) {
      const name = this.#string();
      this.#expect(':');
      member(name);
      if (this.#next() !== ',') break;
      this.#at += 1;
    }
    this.#expect('}');
  }

  #string(): string {
    this.#space();
    const start = this.#at;
    if (this.#text.charCodeAt(start) !== quote) throw this.fail('HEADER_INVALID', 'expected a string in the header');
    for (let end = start + 1; ; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === quote) {
        this.#at = end + 1;
        return this.#text.slice(start + 1, end);
      }
      // An escape, what JSON forbids within a string, or the end of the text.
      if (code === backslash || !(code >= 0x20)) return this.#escapedString(start);
    }
  }

  #escapedString(start: number): string {
    let end = start + 1;
    for (;;) {
      const at = this.#text.indexOf('"', end);
      if (at < 0) throw this.fail('HEADER_INVALID', 'a string in the header does not end');
      let slashes = 0;
      while (this.#text[at - 1 - slashes] === '\\') slashes += 1;
      end = at + 1;
      if (slashes % 2 === 0) break;
    }
    this.#at = end;
    try {
      return JSON.parse(this.#text.slice(start, end)) as string;
    } catch {
      throw this.fail('HEADER_INVALID', 'a string in the header is malformed');
    }
  }

  // Digits without a leading zero, and nothing of a fraction or an exponent behind them.
  #number(reason: string, name: string, what: string): number {
    this.#space();
    const start = this.#at;
    let end = start;
    let value = 0;
    for (;;) {
      const digit = this.#text.charCodeAt(end) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      value = 10 * value + digit;
      end += 1;
    }
    const zeros = end - start > 1 && this.#text[start] === '0';
    const after = this.#text[end];
    if (end === start || zeros || value > Number.MAX_SAFE_INTEGER || after === '.' || after === 'e' || after === 'E') {
      throw this.fail(reason, `${what} of ${JSON.stringify(name)} must be integers from 0 to 2^53 - 1`);
    }
    this.#at = end;
    return value;
  }

  #numbers(reason: string, name: string, what: string): number[] {
    const values: number[] = [];
    this.#expect('[');
    if (this.#next() === ']') {
      this.#at += 1;
      return values;
    }
    for (;;) {
      values.push(this.#number(reason, name, what));
      if (values.length > maxRank) {
        throw this.fail(reason, `${what} of ${JSON.stringify(name)}: more than ${maxRank} numbers`);
      }
      if (this.#next() !== ',') break;
      this.#at += 1;
    }
    this.#expect(']');
    // A copy takes what it holds; what is pushed to takes room for 17 numbers.
    return values.slice();
  }

  #metadata(): Map<string, string> {
    const metadata = new Map<string, string>();
    this.#members((key) => {
      if (metadata.has(key)) throw this.fail('DUPLICATE_NAME', `__metadata__ has ${JSON.stringify(key)} twice`);
      if (this.#next() !== '"') throw this.fail('METADATA_INVALID', 'values of __metadata__ must be strings');
      metadata.set(key, this.#string());
    });
    return metadata;
  }

  #entry(name: string): Entry {
    let dtype: Dtype | null = null;
    let shape: number[] | null = null;
    let offsets: number[] | null = null;
    this.#members((key) => {
      if (key === 'dtype' && dtype === null) dtype = this.#dtype(name);
      else if (key === 'shape' && shape === null) shape = this.#numbers('SHAPE_OVERFLOW', name, 'sizes');
      else if (key === 'data_offsets' && offsets === null)
        offsets = this.#numbers('OFFSET_INVALID', name, 'data_offsets');
      else
        throw this.fail('HEADER_INVALID', `unexpected ${JSON.stringify(key)} in the entry of ${JSON.stringify(name)}`);
    });
    if (dtype === null || shape === null || offsets === null) {
      throw this.fail('HEADER_INVALID', `the entry of ${JSON.stringify(name)} lacks dtype, shape or data_offsets`);
    }
    return this.#checked(name, dtype, shape, offsets);
  }

  #checked(name: string, dtype: Dtype, shape: number[], offsets: readonly number[]): Entry {
    const quoted = () => JSON.stringify(name);
    const [begin, end] = offsets;
    if (begin === undefined || end === undefined || offsets.length !== 2 || end < begin) {
      throw this.fail('OFFSET_INVALID', `data_offsets of ${quoted()} must be two numbers, the second not smaller`);
    }
    let bytes = factsOf(dtype).bytes;
    for (const size of shape) bytes *= size;
    if (!Number.isSafeInteger(bytes)) throw this.fail('SHAPE_OVERFLOW', `the shape of ${quoted()} is too large`);
    if (bytes !== end - begin) {
      const fact = `${quoted()} needs ${bytes} bytes by shape and dtype, its offsets say ${end - begin}`;
      throw this.fail('SIZE_MISMATCH', fact);
    }
    return { name, dtype, shape, begin, end };
  }

  #dtype(owner: string): Dtype {
    const name = this.#string();
    const dtype = fromSafetensors(name);
    if (dtype !== null) return dtype;
    const [quoted, known] = [JSON.stringify(owner), safetensorsNames().join(', ')];
    throw this.fail('DTYPE_UNSUPPORTED', `${quoted} has dtype ${JSON.stringify(name)}; supported are ${known}`);
  }
}

// No holes, no overlaps, nothing behind the last tensor: every byte of the file is accounted for.
function checkLayout(file: string, entries: readonly Entry[], start: number, dataBytes: number): void {
  const compare = (a: Entry, b: Entry) => a.begin - b.begin || a.end - b.end;
  const ordered = entries.every((entry, i) => compare(entries[i - 1] ?? entry, entry) <= 0);
  const sorted = ordered ? entries : [...entries].sort(compare);
  let last = 0;
  for (const { name, begin, end } of sorted) {
    if (begin !== last) {
      const fact = begin > last ? 'leaves a hole before it' : 'overlaps the tensor before it';
      throw new FileFormatError(file, start + begin, 'OFFSET_INVALID', `${JSON.stringify(name)} ${fact}`);
    }
    last = end;
  }
  if (last === dataBytes) return;
  const fact = last < dataBytes ? 'bytes follow the last tensor' : 'the file ends before the last tensor';
  throw new FileFormatError(file, start + Math.min(last, dataBytes), 'FILE_SIZE', fact);
}
