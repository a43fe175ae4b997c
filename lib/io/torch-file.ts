// PyTorch's .pt files: a ZIP archive of a restricted pickle and the bytes of each storage.
import { randomBytes } from 'node:crypto';
import { basename, extname } from 'node:path';
import { crc32 } from 'node:zlib';
import { factsOf } from '../dtype.ts';
import { FileFormatError } from '../errors.ts';
import { allocate, Storage } from '../native/storage.ts';
import { isParameter } from '../nn/parameter.ts';
import { stridesOf, Tensor, Version } from '../tensor/tensor.ts';
import { type WriteOptions, writeAtomically } from './atomic.ts';
import { storageClass } from './dtypes.ts';
import { Pickler } from './pickle.ts';
import { type ReadOptions, readSegments, type Segment, type Source } from './source.ts';
import { type FileStorage, torchRules } from './torch-globals.ts';
import { isLegacy, readLegacy } from './torch-legacy.ts';
import { type Fail, unpickle } from './unpickle.ts';
import { crcError, openZip, type ZipArchive, type ZipEntry } from './zip-read.ts';
import { ZipWriter } from './zip-write.ts';

const maxPickle = 64 << 20;

/** Options of reading .pt files. */
export interface TorchReadOptions extends ReadOptions {
  /** Compare checksums. Default true. */
  readonly checkCrc?: boolean;
}

/**
 * Reads a file.
 *
 * @param describe read no bytes of tensors: their storages have a size and no memory
 * @throws FileFormatError for anything that torch.save does not write
 */
export async function readTorch(source: Source, options: TorchReadOptions, describe = false): Promise<unknown> {
  const { checkCrc = true } = options;
  const begin = Buffer.alloc(Math.min(512, source.size));
  await source.read(begin, 0);
  if (isLegacy(begin)) return readLegacy(source, options, describe);
  if (begin.toString('latin1', 257, 262) === 'ustar') {
    const fact =
      'a tar file, as PyTorch wrote them before 0.1.10; write it anew with torch.save(torch.load(path), path)';
    throw new FileFormatError(source.name, 257, 'TAR_ARCHIVE', fact);
  }
  const archive = await openZip(source);
  const prefix = prefixOf(archive);
  const entry = (path: string) => archive.entries.get(`${prefix}/${path}`);
  refuseOthers(archive, prefix);
  const pickle = entry('data.pkl');
  if (pickle === undefined) {
    throw new FileFormatError(source.name, archive.directory, 'MEMBER_MISSING', 'the archive has no data.pkl');
  }
  if (pickle.bytes > maxPickle) {
    throw new FileFormatError(source.name, pickle.header, 'TOO_LARGE', `data.pkl of ${pickle.bytes} bytes`);
  }
  const order = entry('byteorder');
  if (order !== undefined && (order.bytes > 16 || (await archive.read(order, checkCrc)).toString() !== 'little')) {
    throw new FileFormatError(source.name, order.header, 'BYTE_ORDER', 'only little endian files are read');
  }
  const start = await archive.dataPosition(pickle);
  const bytes = await archive.read(pickle, checkCrc);
  options.signal?.throwIfAborted();
  const storages = new Storages(archive, `${prefix}/data/`, describe);
  const { value } = unpickle(
    source.name,
    bytes,
    start,
    torchRules((key, size, fail) => storages.find(key, size, fail)),
  );
  if (!describe) await storages.fill(options, checkCrc);
  return value;
}

/** The storages that a pickle names. */
class Storages {
  readonly #archive: ZipArchive;
  readonly #folder: string;
  readonly #describe: boolean;
  readonly #found = new Map<string, FileStorage & { readonly entry: ZipEntry }>();

  constructor(archive: ZipArchive, folder: string, describe: boolean) {
    this.#archive = archive;
    this.#folder = folder;
    this.#describe = describe;
  }

  find(key: string, bytes: number, fail: Fail): FileStorage {
    const entry = this.#archive.entries.get(this.#folder + key);
    if (entry === undefined) throw fail('MEMBER_MISSING', `the archive has no storage ${JSON.stringify(key)}`);
    if (entry.bytes !== bytes) {
      throw fail('SIZE_MISMATCH', `storage ${JSON.stringify(key)} has ${entry.bytes} bytes, the pickle says ${bytes}`);
    }
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const storage = this.#describe ? new Storage(null, bytes) : allocate(bytes);
    const made = { storage, version: new Version(), entry };
    this.#found.set(key, made);
    return made;
  }

  async fill(options: ReadOptions, checkCrc: boolean): Promise<void> {
    const segments: (Segment & { readonly entry: ZipEntry })[] = [];
    for (const { storage, entry } of this.#found.values()) {
      const position = await this.#archive.dataPosition(entry);
      if (entry.bytes > 0) segments.push({ position, bytes: entry.bytes, storage, entry });
    }
    segments.sort((a, b) => a.position - b.position);
    const sums = new Map<Segment, number>();
    const see = (segment: Segment, bytes: Uint8Array) => void sums.set(segment, crc32(bytes, sums.get(segment) ?? 0));
    await readSegments(this.#archive.source, segments, options, checkCrc ? see : null);
    for (const segment of checkCrc ? segments : []) {
      if (sums.get(segment) === segment.entry.crc) continue;
      throw crcError(this.#archive.source.name, segment.position, segment.entry.name);
    }
  }
}

// All entries lie in one folder, whatever its name.
function prefixOf(archive: ZipArchive): string {
  const prefixes = new Set([...archive.entries.keys()].map((name) => name.slice(0, Math.max(0, name.indexOf('/')))));
  const [prefix = ''] = prefixes;
  if (prefixes.size === 1 && prefix !== '') return prefix;
  const message = 'the entries of the archive do not lie in one folder';
  throw new FileFormatError(archive.source.name, archive.directory, 'ZIP_INVALID', message);
}

function refuseOthers(archive: ZipArchive, prefix: string): void {
  const script = [...archive.entries.keys()].some((name) => name.startsWith(`${prefix}/code/`));
  if (!script && !archive.entries.has(`${prefix}/constants.pkl`)) return;
  throw new FileFormatError(
    archive.source.name,
    archive.directory,
    'TORCHSCRIPT',
    'this is a TorchScript archive; save its weights with torch.save(module.state_dict(), path)',
  );
}

/** Writes a value: what shares a storage in it shares it in the file. */
export async function writeTorch(value: unknown, path: string, options: WriteOptions): Promise<void> {
  const keys = new Map<Storage, string>();
  const pickler = new Pickler((into, other) => {
    if (!(other instanceof Tensor)) return false;
    pickleTensor(into, other, keys);
    return true;
  });
  pickler.save(value);
  const pickle = pickler.finish();
  const folder = basename(path, extname(path)) || 'archive';
  const total = [...keys.keys()].reduce((sum, { bytes }) => sum + bytes + 128, pickle.length + 1024);
  await writeAtomically(path, total, options, async (writer) => {
    const zip = new ZipWriter(writer);
    await zip.add(`${folder}/data.pkl`, pickle);
    await zip.add(`${folder}/byteorder`, Buffer.from('little'));
    for (const [storage, key] of keys) {
      await zip.addStream(`${folder}/data/${key}`, storage.bytes, (see) =>
        writer.appendStorage(storage, 0, storage.bytes, see),
      );
    }
    await zip.add(`${folder}/version`, Buffer.from('3\n'));
    // PyTorch's id of a file is a number of 40 digits; it tells files apart and nothing else.
    const id = BigInt(`0x${randomBytes(16).toString('hex')}`)
      .toString()
      .padStart(40, '0');
    await zip.add(`${folder}/.data/serialization_id`, Buffer.from(id));
    await zip.finish();
  });
}

// Parameters are tensors with a wish of their own for gradients.
function pickleTensor(into: Pickler, x: Tensor, keys: Map<Storage, string>): void {
  if (!isParameter(x)) {
    rebuild(into, x, keys);
    return;
  }
  into.global('torch._utils', '_rebuild_parameter');
  into.tuple(
    () => rebuild(into, x, keys, false),
    () => into.save(x.requiresGrad),
    () => into.emptyOrderedDict(),
  );
  into.reduce();
}

function rebuild(
  into: Pickler,
  x: Tensor,
  keys: Map<Storage, string>,
  requiresGrad = x.isLeaf && x.requiresGrad,
): void {
  const key = keys.get(x.storage) ?? String(keys.size);
  keys.set(x.storage, key);
  into.global('torch._utils', '_rebuild_tensor_v2');
  into.tuple(
    () => {
      into.tuple(
        () => into.text('storage'),
        () => into.global('torch', storageClass(x.dtype)),
        () => into.text(key),
        () => into.text('cpu'),
        () => into.save(x.storage.bytes / factsOf(x.dtype).bytes),
      );
      into.persistent();
    },
    () => into.save(x.offset),
    () => into.tuple(...x.shape.map((n) => () => into.save(n))),
    () => into.tuple(...stridesOf(x).map((n) => () => into.save(n))),
    () => into.save(requiresGrad),
    () => into.emptyOrderedDict(),
  );
  into.reduce();
}
