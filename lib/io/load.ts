// io.load and io.save: the format follows from an option, the name of the file, or its first bytes.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentTypeError, checkOptions, describe, ValueError } from '../errors.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { memorySource, openFile, type Progress, type Source } from './source.ts';
import { readTorch, writeTorch } from './torch-file.ts';
import { isLegacy } from './torch-legacy.ts';

/** The formats of files. */
export type FileFormat = 'safetensors' | 'torch';

/** Options of {@link load}. */
export interface LoadOptions {
  /** Default: by extension (.safetensors; .pt, .pth, .ckpt, .bin), else by content. */
  format?: FileFormat | null;
  /** Stops reading with an AbortError. */
  signal?: AbortSignal | null;
  /** Told after each chunk how many bytes of tensors were read. */
  onProgress?: ((progress: Progress) => void) | null;
  /** Compare the checksums of .pt files. Default true. */
  checkCrc?: boolean;
  /** Accepted for those who are used to it; tensors are always on the CPU. */
  mapLocation?: 'cpu' | null;
  /** Accepted for those who are used to it; nothing in a file is ever run. */
  weightsOnly?: true;
}

/** Options of {@link save}. */
export interface SaveOptions {
  /** Default: by extension (.safetensors; .pt, .pth, .ckpt, .bin). */
  format?: FileFormat | null;
  /** Stops writing with an AbortError; the old file stays. */
  signal?: AbortSignal | null;
  /** Told after each chunk how many bytes were written. */
  onProgress?: ((progress: Progress) => void) | null;
  /** Strings to keep in a safetensors file. */
  metadata?: ReadonlyMap<string, string> | Readonly<Record<string, string>> | null;
}

const extensions: Readonly<Record<string, FileFormat>> = {
  '.safetensors': 'safetensors',
  '.pt': 'torch',
  '.pth': 'torch',
  '.ckpt': 'torch',
  '.bin': 'torch',
};

/**
 * Reads a safetensors file or one of torch.save (a checkpoint, a state dict, any value of the types below), without
 * running anything that stands in it.
 *
 * A safetensors file is a Map of tensors. In PyTorch's files dicts are Maps in order, an OrderedDict is one with
 * `_metadata`, lists are arrays, tuples and torch.Size frozen arrays, dtypes and devices strings, ints beyond 2^53
 * bigints, bytes Uint8Arrays. Tensors that shared memory share it again.
 *
 * @typeParam Value what the caller knows the file to hold; it is not checked
 * @param file path, or the bytes themselves
 * @throws FileFormatError with `reason`, `file` and `offset`; before any tensor is made if the file is malformed
 * @source torch.load; safetensors.torch.load_file
 * @example
 * // not run: reads a file
 * const net = new nn.Linear(2, 3);
 * net.loadStateDict(await io.load<nn.StateDict>('linear.pth'));
 */
export async function load<Value = unknown>(
  file: string | URL | Uint8Array,
  options: LoadOptions = {},
): Promise<Value> {
  const known = ['format', 'signal', 'onProgress', 'checkCrc', 'mapLocation', 'weightsOnly'];
  checkOptions('load', options, known);
  const { format = null, mapLocation = 'cpu', weightsOnly = true } = options;
  checkFormat('load', format);
  if (mapLocation !== 'cpu' && mapLocation !== null) {
    throw new ValueError(`load: mapLocation must be 'cpu', got ${describe(mapLocation)}`);
  }
  if (weightsOnly !== true) throw new ValueError('load: only weights are loaded; weightsOnly cannot be false');
  options.signal?.throwIfAborted();
  const source = file instanceof Uint8Array ? memorySource(file) : await openFile(pathOf('load', file));
  try {
    const kind = format ?? (await formatOf(source));
    const value = kind === 'safetensors' ? await readSafetensors(source, options) : await readTorch(source, options);
    return value as Value;
  } finally {
    await source.close();
  }
}

/**
 * Writes a value to a file that appears whole or not at all. `.safetensors` takes a Map of tensors;
 * `.pt` takes everything that {@link load} gives, and torch.load(weights_only=True) reads it.
 *
 * @throws ArgumentTypeError that names the place of what cannot be saved; FileWriteError when the disk is full or fails
 * @source torch.save; safetensors.torch.save_file
 * @example
 * // not run: writes a file
 * const net = new nn.Linear(2, 3);
 * const optimizer = new optim.SGD(net.parameters());
 * await io.save(new Map([['model', net.stateDict()], ['optimizer', optimizer.stateDict()]]), 'run.pt');
 */
export async function save(value: unknown, path: string | URL, options: SaveOptions = {}): Promise<void> {
  checkOptions('save', options, ['format', 'signal', 'onProgress', 'metadata']);
  const target = pathOf('save', path);
  checkFormat('save', options.format);
  const format = options.format ?? extensions[extname(target).toLowerCase()];
  if (format === undefined) {
    throw new ValueError(
      `save: ${target}: give the option format, or a name that ends in ${Object.keys(extensions).join(', ')}`,
    );
  }
  if (format === 'safetensors') await writeSafetensors(value, target, options);
  else if (options.metadata !== undefined && options.metadata !== null) {
    throw new ValueError('save: metadata is for safetensors; put it into the value');
  } else await writeTorch(value, target, options);
}

function checkFormat(who: string, format: unknown): void {
  if (format === null || format === undefined || format === 'safetensors' || format === 'torch') return;
  throw new ValueError(`${who}: format must be 'safetensors' or 'torch', got ${describe(format)}`);
}

/** @internal A path from what was given. */
export function pathOf(who: string, path: unknown): string {
  if (typeof path === 'string' && path !== '') return path;
  if (path instanceof URL) return fileURLToPath(path);
  throw new ArgumentTypeError(`${who}: expected a path, got ${describe(path)}`);
}

/** @internal The format of a file by its first bytes, else by its name. */
export async function formatOf(source: Source): Promise<FileFormat> {
  const byName = extensions[extname(source.name).toLowerCase()];
  const start = Buffer.alloc(Math.min(16, source.size));
  await source.read(start, 0);
  const zip = start.length >= 4 && start.readUInt32LE(0) === 0x04034b50;
  const tensors = start.length > 8 && start[8] === 0x7b;
  // A misnamed file is read as what it is.
  if (zip || isLegacy(start)) return 'torch';
  if (tensors) return 'safetensors';
  return byName ?? 'safetensors';
}
