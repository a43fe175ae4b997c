// Writes values as a pickle of protocol 2, as torch.save does: what stands in it, torch.load(weights_only=True) reads.
import { ArgumentTypeError, describe, ValueError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { Counter, OrderedDict } from '../python.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Pickles values that the pickler itself does not know. Returns false for those it does not know either. */
export type PickleOther = (pickler: Pickler, value: object) => boolean;

const maxDepth = 900;

const code = {
  proto: 0x80,
  stop: 0x2e,
  mark: 0x28,
  global: 0x63,
  reduce: 0x52,
  build: 0x62,
  persistent: 0x51,
  emptyTuple: 0x29,
  tuple: 0x74,
  tuple1: 0x85,
  emptyList: 0x5d,
  appends: 0x65,
  emptyDict: 0x7d,
  setItems: 0x75,
  none: 0x4e,
  true: 0x88,
  false: 0x89,
  int32: 0x4a,
  uint8: 0x4b,
  uint16: 0x4d,
  long: 0x8a,
  double: 0x47,
  text: 0x58,
  get: 0x68,
  longGet: 0x6a,
  put: 0x71,
  longPut: 0x72,
} as const;

/** One pickle in the making. */
export class Pickler {
  readonly #other: PickleOther;
  readonly #memo = new Map<unknown, number>();
  #bytes = Buffer.alloc(4096);
  #length = 0;
  #memoized = 0;
  readonly #path: string[] = [];

  constructor(other: PickleOther) {
    this.#other = other;
    this.#put(code.proto, 2);
  }

  /** Ends the pickle. */
  finish(): Buffer {
    this.#put(code.stop);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes a value. @throws ArgumentTypeError that names the place of what cannot be saved */
  save(value: unknown): void {
    if (value === null || value === undefined) this.#put(code.none);
    else if (typeof value === 'boolean') this.#put(value ? code.true : code.false);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#long(value);
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'object') this.#object(value);
    else throw this.#refuse(value);
  }

  /** A name such as `torch._utils _rebuild_tensor_v2`. */
  global(module: string, name: string): void {
    this.#once(`global ${module} ${name}`, () => {
      this.#put(code.global);
      this.#raw(Buffer.from(`${module}\n${name}\n`));
    });
  }

  text(value: string): void {
    this.#once(`text ${value}`, () => {
      const bytes = Buffer.from(value);
      if (bytes.toString() !== value) throw new ValueError(`save: ${this.#place()}: a string is not valid Unicode`);
      this.#put(code.text);
      this.#uint32(bytes.length);
      this.#raw(bytes);
    });
  }

  /** A tuple of what `items` write. */
  tuple(...items: (() => void)[]): void {
    if (items.length === 0) {
      this.#put(code.emptyTuple);
      return;
    }
    const short = items.length <= 3;
    if (!short) this.#put(code.mark);
    for (const item of items) item();
    this.#put(short ? code.tuple1 + items.length - 1 : code.tuple);
    this.#memoize({});
  }

  /** Calls the name written before with the tuple written last. */
  reduce(): void {
    this.#put(code.reduce);
  }

  /** Makes a persistent id of the value written last. */
  persistent(): void {
    this.#put(code.persistent);
  }

  /** An empty OrderedDict. */
  emptyOrderedDict(): void {
    this.global('collections', 'OrderedDict');
    this.tuple();
    this.reduce();
    this.#memoize({});
  }

  #object(value: object): void {
    const memo = this.#memo.get(value);
    if (memo !== undefined) {
      this.#get(memo);
      return;
    }
    if (this.#path.length > maxDepth) throw new ValueError(`save: ${this.#place()}: nested more than ${maxDepth} deep`);
    if (Array.isArray(value)) this.#array(value);
    else if (value instanceof Map) this.#map(value);
    else if (value instanceof Set) this.#call(value, '__builtin__', 'set', () => this.#list([...value], {}));
    else if (value instanceof Uint8Array) this.#uint8Array(value);
    else if (value instanceof Tensor || !isPlainObject(value)) {
      if (!this.#other(this, value)) throw this.#refuse(value);
      this.#memoize(value);
    } else {
      this.#put(code.emptyDict);
      this.#memoize(value);
      this.#items(Object.entries(value));
    }
  }

  #array(value: readonly unknown[]): void {
    if (!Object.isFrozen(value)) {
      this.#list(value, value);
      return;
    }
    if (value.length === 0) {
      this.#put(code.emptyTuple);
      return;
    }
    const short = value.length <= 3;
    if (!short) this.#put(code.mark);
    value.forEach((item, i) => void this.#inside(`[${i}]`, () => this.save(item)));
    this.#put(short ? code.tuple1 + value.length - 1 : code.tuple);
    this.#memoize(value);
  }

  #list(items: readonly unknown[], identity: object): void {
    this.#put(code.emptyList);
    this.#memoize(identity);
    if (items.length === 0) return;
    this.#put(code.mark);
    items.forEach((item, i) => void this.#inside(`[${i}]`, () => this.save(item)));
    this.#put(code.appends);
  }

  #map(value: Map<unknown, unknown>): void {
    const metadata = (value as { _metadata?: unknown })._metadata;
    if (value instanceof Counter) {
      this.#call(value, 'collections', 'Counter', () => this.#dict([...value], {}));
    } else if (value instanceof OrderedDict || metadata !== undefined) {
      this.global('collections', 'OrderedDict');
      this.tuple();
      this.reduce();
      this.#memoize(value);
      this.#items([...value]);
      if (metadata === undefined) return;
      this.#dict([['_metadata', metadata]], {});
      this.#put(code.build);
    } else this.#dict([...value], value);
  }

  #dict(entries: readonly (readonly [unknown, unknown])[], identity: object): void {
    this.#put(code.emptyDict);
    this.#memoize(identity);
    this.#items(entries);
  }

  #items(entries: readonly (readonly [unknown, unknown])[]): void {
    if (entries.length === 0) return;
    this.#put(code.mark);
    for (const [key, value] of entries) {
      if (key !== null && typeof key === 'object' && !Object.isFrozen(key)) throw this.#refuse(key, 'as a key');
      this.save(key);
      this.#inside(`.${String(key)}`, () => this.save(value));
    }
    this.#put(code.setItems);
  }

  // name(argument)
  #call(identity: object, module: string, name: string, argument: () => void): void {
    this.global(module, name);
    this.tuple(argument);
    this.reduce();
    this.#memoize(identity);
  }

  // Protocol 2 has no bytes: a string of the characters 0 to 255 is encoded.
  #uint8Array(value: Uint8Array): void {
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
    this.global('_codecs', 'encode');
    this.tuple(
      () => this.text(text),
      () => this.text('latin1'),
    );
    this.reduce();
    this.#memoize(value);
  }

  #number(value: number): void {
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
    if (!whole) {
      this.#put(code.double);
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value);
      this.#raw(bytes);
    } else if (value >= 0 && value < 0x100) this.#put(code.uint8, value);
    else if (value >= 0 && value < 0x10000) this.#put(code.uint16, value & 0xff, value >> 8);
    else if (value === (value | 0)) {
      this.#put(code.int32);
      this.#uint32(value >>> 0);
    } else this.#long(BigInt(value));
  }

  #long(value: bigint): void {
    let count = 1;
    while (BigInt.asIntN(8 * count, value) !== value) count += 1;
    if (count > 255) throw new ValueError(`save: ${this.#place()}: an integer of more than 255 bytes`);
    const hex = BigInt.asUintN(8 * count, value)
      .toString(16)
      .padStart(2 * count, '0');
    this.#put(code.long, count);
    this.#raw(Buffer.from(hex, 'hex').reverse());
  }

  #inside(step: string, run: () => void): void {
    this.#path.push(step);
    run();
    this.#path.pop();
  }

  #place(): string {
    return `value${this.#path.slice(0, 20).join('')}`;
  }

  #refuse(value: unknown, as = ''): ArgumentTypeError {
    // A module is callable, hence a function.
    const stateful =
      value !== null && (typeof value === 'object' || typeof value === 'function') && 'stateDict' in value;
    const what = stateful ? value.constructor.name : describe(value);
    const hint = stateful ? '; save its stateDict()' : '';
    return new ArgumentTypeError(`save: ${this.#place()}: cannot save ${`${what} ${as}`.trimEnd()}${hint}`);
  }

  #once(key: string, write: () => void): void {
    const memo = this.#memo.get(key);
    if (memo !== undefined) {
      this.#get(memo);
      return;
    }
    write();
    this.#memoize(key);
  }

  #memoize(value: unknown): void {
    const index = this.#memoized++;
    this.#memo.set(value, index);
    if (index < 0x100) this.#put(code.put, index);
    else {
      this.#put(code.longPut);
      this.#uint32(index);
    }
  }

  #get(index: number): void {
    if (index < 0x100) this.#put(code.get, index);
    else {
      this.#put(code.longGet);
      this.#uint32(index);
    }
  }

  #put(...bytes: number[]): void {
    this.#reserve(bytes.length);
    for (const byte of bytes) this.#bytes[this.#length++] = byte;
  }

  #uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  #raw(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#length + count));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}
