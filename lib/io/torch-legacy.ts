// Files of PyTorch before 1.6: pickles one after the other, then the bytes of each storage. Read only.
// @source torch/serialization.py, _legacy_save
import { dtypeOrder, factsOf } from '../dtype.ts';
import { FileFormatError } from '../errors.ts';
import { allocate, Storage } from '../native/storage.ts';
import { Version } from '../tensor/tensor.ts';
import { type ReadOptions, readSegments, type Segment, type Source } from './source.ts';
import { type FileStorage, torchRules } from './torch-globals.ts';
import { type Fail, type PickleRules, pythonGlobals, unpickle } from './unpickle.ts';

const magic = 0x1950a86a20f9469cfc6cn;
const protocol = 1001;
const maxPickles = 64 << 20;

const plainRules: PickleRules = {
  global: (name) => (Object.hasOwn(pythonGlobals, name) ? (pythonGlobals[name] ?? null) : null),
  persistent: (_id, fail) => {
    throw fail('UNSUPPORTED_PERSISTENT_ID', 'no storage is expected here');
  },
};

/** Whether bytes begin as such a file does: with the magic number, pickled. */
export function isLegacy(start: Buffer): boolean {
  const pickled = Buffer.from('80028a0a6cfc9c46f9206aa85019', 'hex');
  return start.length >= pickled.length && start.subarray(0, pickled.length).equals(pickled);
}

/** Reads such a file. @throws FileFormatError for anything else @param describe make storages without memory */
export async function readLegacy(source: Source, options: ReadOptions, describe = false): Promise<unknown> {
  const { name: file, size } = source;
  const bytes = Buffer.alloc(Math.min(size, maxPickles));
  await source.read(bytes, 0);
  let at = 0;
  const next = (rules: PickleRules): unknown => {
    const { value, length } = unpickle(file, bytes.subarray(at), at, rules);
    at += length;
    return value;
  };
  const refuse = (message: string) => new FileFormatError(file, at, 'LEGACY_FORMAT', message);
  if (next(plainRules) !== magic || next(plainRules) !== protocol) throw refuse('not a file of PyTorch before 1.6');
  const system = next(plainRules);
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw new FileFormatError(file, at, 'BYTE_ORDER', 'only little endian files are read');
  }
  const storages = new Storages(size, describe);
  const value = next(torchRules((key, length, fail) => storages.find(key, length, fail)));
  const keys = next(plainRules);
  if (!Array.isArray(keys)) throw refuse('the list of storages is missing');
  const segments = await storages.place(source, keys, at);
  if (!describe) await readSegments(source, segments, options);
  return value;
}

/** The storages that the pickle names; where their bytes are is known only after it. */
class Storages {
  readonly #found = new Map<string, FileStorage>();
  readonly #describe: boolean;
  #left: number;

  constructor(fileBytes: number, describe: boolean) {
    this.#left = fileBytes;
    this.#describe = describe;
  }

  find(key: string, bytes: number, fail: Fail): FileStorage {
    const known = this.#found.get(key);
    if (known !== undefined) {
      if (known.storage.bytes === bytes) return known;
      throw fail('SIZE_MISMATCH', `storage ${JSON.stringify(key)} has two sizes`);
    }
    this.#left -= bytes;
    if (this.#left < 0) throw fail('SIZE_MISMATCH', 'the storages are larger than the file');
    const made = { storage: this.#describe ? new Storage(null, bytes) : allocate(bytes), version: new Version() };
    this.#found.set(key, made);
    return made;
  }

  // Each storage: its number of elements in 8 bytes, then they.
  async place(source: Source, keys: readonly unknown[], start: number): Promise<Segment[]> {
    const fail = (message: string, at: number) => new FileFormatError(source.name, at, 'SIZE_MISMATCH', message);
    const segments: Segment[] = [];
    let at = start;
    for (const key of new Set(keys)) {
      const storage = this.#found.get(String(key))?.storage;
      if (storage === undefined) throw fail(`storage ${JSON.stringify(key)} is not named by the pickle`, at);
      if (at + 8 + storage.bytes > source.size) throw fail('the file ends before the last storage', at);
      const count = Buffer.alloc(8);
      await source.read(count, at);
      const elements = Number(count.readBigInt64LE());
      const sizes = dtypeOrder.map((dtype) => factsOf(dtype).bytes);
      if (elements * Math.max(...sizes) < storage.bytes || elements > storage.bytes) {
        throw fail(`storage ${JSON.stringify(key)} has another number of elements`, at);
      }
      if (storage.bytes > 0) segments.push({ position: at + 8, bytes: storage.bytes, storage });
      at += 8 + storage.bytes;
    }
    if (new Set(keys).size !== this.#found.size) throw fail('the bytes of a storage are missing', at);
    if (at !== source.size) throw fail('bytes follow the last storage', at);
    return segments;
  }
}
