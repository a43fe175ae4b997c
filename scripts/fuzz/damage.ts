// Random numbers that are the same on every machine, and what they do to the bytes of a file.

/** xorshift32: the same numbers on every machine. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }
  below(n: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % n;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** Numbers at which counting goes wrong. */
export const odd = [0, 1, 4, 8, 127, 128, 255, 256, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffffff];

/** The file with bytes, numbers and ranges of it changed, doubled or taken away. */
export function damage(dice: Dice, file: Buffer): Buffer {
  let bytes = Buffer.from(file);
  for (let n = 1 + dice.below(4); n > 0 && bytes.length > 8; n--) {
    const at = dice.below(bytes.length);
    const length = Math.min(1 + dice.below(16), bytes.length - at);
    switch (dice.below(7)) {
      case 0:
        bytes[at] = dice.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
        break;
      case 2:
        if (at + 4 <= bytes.length) bytes.writeUInt32LE(dice.of(odd), at);
        break;
      case 3:
        if (at + 8 <= bytes.length) bytes.writeBigUInt64LE(BigInt(dice.of(odd)) << BigInt(dice.below(33)), at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.from(bytes.subarray(0, at));
    }
  }
  return bytes;
}

/** A loader under test: what makes a file, what reads it, and the class of the error that refuses it. */
export interface Target {
  make(dice: Dice): Buffer;
  load(file: Buffer): unknown;
  readonly refusal: new (...args: never[]) => Error;
}
