// What stands in a file of tensors, without reading the tensors: names, shapes, dtypes and sizes.
import type { Dtype } from '../dtype.ts';
import { checkOptions } from '../errors.ts';
import type { Storage } from '../native/storage.ts';
import { numelOf } from '../tensor/shape.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type FileFormat, formatOf, pathOf } from './load.ts';
import { readSafetensorsHeader } from './safetensors.ts';
import { openFile, type Source } from './source.ts';
import { readTorch } from './torch-file.ts';

/** One tensor of a file. */
export interface TensorSummary {
  /** The way to it: names of dicts and positions of lists, joined by dots. */
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Bytes of its elements; tensors may share them. */
  readonly bytes: number;
}

/** What {@link inspect} found. */
export interface FileSummary {
  readonly path: string;
  readonly format: FileFormat;
  readonly fileBytes: number;
  readonly tensors: readonly TensorSummary[];
  /** Elements of all tensors, those that share memory once. */
  readonly elements: number;
  /** Values beside tensors: numbers, strings, booleans and null, by name. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What a safetensors file says about itself, or null. */
  readonly metadata: Readonly<Record<string, string>> | null;
}

/**
 * Reads the header of a safetensors file or the pickle of a .pt file, and no bytes of tensors: it takes the same time and
 * memory however large they are.
 *
 * @throws FileFormatError as `io.load` does; checksums of tensors are not compared
 * @example
 * // not run: reads a file
 * for (const { name, shape } of (await io.inspect('resnet18.pth')).tensors) console.log(name, shape);
 */
export async function inspect(file: string | URL, options: { signal?: AbortSignal | null } = {}): Promise<FileSummary> {
  checkOptions('inspect', options, ['signal']);
  const path = pathOf('inspect', file);
  const source = await openFile(path);
  try {
    const format = await formatOf(source);
    const found =
      format === 'safetensors' ? await headerOf(source) : describeValue(await readTorch(source, options, true));
    options.signal?.throwIfAborted();
    return { path, format, fileBytes: source.size, metadata: null, ...found };
  } finally {
    await source.close();
  }
}

type Found = Pick<FileSummary, 'tensors' | 'elements' | 'values'>;

async function headerOf(source: Source): Promise<Found & Pick<FileSummary, 'metadata'>> {
  const { entries, metadata } = await readSafetensorsHeader(source);
  let all = 0;
  const tensors: TensorSummary[] = [];
  for (const { name, dtype, shape, begin, end } of entries.values()) {
    const elements = numelOf(shape);
    tensors.push({ name, dtype, shape, elements, bytes: end - begin });
    all += elements;
  }
  return { tensors, elements: all, values: {}, metadata: metadata && Object.fromEntries(metadata) };
}

function describeValue(value: unknown): Found {
  const tensors: TensorSummary[] = [];
  const values: [string, unknown][] = [];
  const storages = new Map<Storage, number>();
  const open = new Set<unknown>();
  const visit = (name: string, item: unknown): void => {
    if (item instanceof Tensor) {
      const elements = item.numel();
      tensors.push({ name, dtype: item.dtype, shape: [...item.shape], elements, bytes: item.nbytes });
      storages.set(item.storage, Math.max(elements, storages.get(item.storage) ?? 0));
      return;
    }
    if (item === null || typeof item !== 'object') {
      values.push([name, item ?? null]);
      return;
    }
    // A pickle may hold a list that holds itself.
    if (item instanceof Uint8Array || open.has(item)) return;
    open.add(item);
    for (const [key, child] of entriesOf(item)) visit(name === '' ? String(key) : `${name}.${String(key)}`, child);
    open.delete(item);
  };
  visit('', value);
  const elements = [...storages.values()].reduce((sum, count) => sum + count, 0);
  return { tensors, elements, values: Object.fromEntries(values) };
}

function entriesOf(item: object): Iterable<readonly [unknown, unknown]> {
  if (item instanceof Map) return item;
  if (item instanceof Set) return [...item].entries();
  return Array.isArray(item) ? item.entries() : Object.entries(item);
}
