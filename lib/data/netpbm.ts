// Decodes PGM and PPM pictures, the formats that are nothing but a header and the numbers.
import { ArgumentTypeError, DataError, describe } from '../errors.ts';
import { fromTypedArray, type Tensor } from '../tensor/tensor.ts';

const largestPicture = 2 ** 28;

/**
 * A picture of the kinds P2, P3 (text), P5 and P6 (binary).
 *
 * @param name what to call the bytes in messages
 * @returns uint8 (C, H, W) with one channel for grey or three; values are scaled to 0 to 255
 * @throws DataError that names offset: not such a file, sizes that do not fit, truncated
 * @source the manual pages pgm(5) and ppm(5) of Netpbm
 * @example data.decodeNetpbm(Buffer.from('P2 2 1 255 7 9')); // tensor([[[7, 9]]], dtype=torch.uint8)
 */
export function decodeNetpbm(bytes: Buffer, name = 'bytes'): Tensor {
  if (!Buffer.isBuffer(bytes)) {
    throw new ArgumentTypeError(`decodeNetpbm(): argument 'bytes' must be Buffer, not ${describe(bytes)}`);
  }
  const kind = bytes.toString('latin1', 0, 2);
  if (!['P2', 'P3', 'P5', 'P6'].includes(kind)) {
    throw new DataError(`${name}: neither PGM nor PPM: '${kind}' at offset 0`);
  }
  const text = new Numbers(bytes, name);
  const [width, height, largest] = [text.next(), text.next(), text.next()];
  const channels = kind === 'P3' || kind === 'P6' ? 3 : 1;
  const count = width * height * channels;
  if (count === 0 || count > largestPicture || largest < 1 || largest > 65535) {
    throw new DataError(`${name}: size ${width} x ${height} with values to ${largest} at offset 2 is impossible`);
  }
  const binary = kind === 'P5' || kind === 'P6';
  const size = largest > 255 ? 2 : 1;
  // One white space stands between the header and binary values; values as text take two bytes at least.
  const start = text.at + 1;
  const needed = binary ? count * size : 2 * count - 1;
  if (bytes.length - start < needed) {
    throw new DataError(
      `${name}: truncated at offset ${bytes.length}: ${width} x ${height} needs ${start + needed} bytes`,
    );
  }
  const values = new Uint8Array(count);
  const plane = width * height;
  for (let i = 0; i < count; i++) {
    const at = start + i * size;
    const value = binary ? (size === 2 ? bytes.readUInt16BE(at) : (bytes[at] ?? 0)) : text.next();
    if (value > largest)
      throw new DataError(`${name}: value ${value} above ${largest} at offset ${binary ? at : text.at}`);
    const level = largest === 255 ? value : Math.round((value * 255) / largest);
    values[(i % channels) * plane + Math.floor(i / channels)] = level;
  }
  return fromTypedArray(values, [channels, height, width], 'uint8');
}

// Decimal numbers between white space and comments.
class Numbers {
  at = 2;
  readonly #bytes: Buffer;
  readonly #name: string;

  constructor(bytes: Buffer, name: string) {
    this.#bytes = bytes;
    this.#name = name;
  }

  next(): number {
    const bytes = this.#bytes;
    while (this.at < bytes.length && !isDigit(bytes[this.at])) {
      if (bytes[this.at] === 0x23) while (this.at < bytes.length && bytes[this.at] !== 0x0a) this.at++;
      else if (!isSpace(bytes[this.at])) throw new DataError(`${this.#name}: no number at offset ${this.at}`);
      else this.at++;
    }
    const start = this.at;
    while (isDigit(bytes[this.at])) this.at++;
    if (start === this.at) throw new DataError(`${this.#name}: truncated at offset ${start}`);
    return Number(bytes.toString('latin1', start, this.at));
  }
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
