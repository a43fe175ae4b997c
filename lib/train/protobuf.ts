// As much of protobuf's wire format as event files need.
// @source https://protobuf.dev/programming-guides/encoding/
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Fields of one message in their order. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** An integer of at least 0. */
  integer(field: number, value: number): this {
    return this.#add(key(field, wire.varint), varint(value));
  }

  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return this.#add(key(field, wire.fixed32), bytes);
  }

  double(field: number, value: number): this {
    return this.#add(key(field, wire.fixed64), doubles([value]));
  }

  /** A repeated field of doubles, packed. */
  doubles(field: number, values: readonly number[]): this {
    return this.bytes(field, doubles(values));
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(key(field, wire.bytes), varint(value.byteLength), value);
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #add(...parts: Uint8Array[]): this {
    this.#parts.push(...parts);
    return this;
  }
}

function key(field: number, type: number): Uint8Array {
  return varint(field * 8 + type);
}

// Seven bits in each byte, the lowest first; all but the last have the eighth bit.
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function doubles(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => void bytes.writeDoubleLE(value, 8 * i));
  return bytes;
}
