// CIFAR10 and CIFAR100, from the files of their binary version.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { checkOptions, checkText, DataError } from '../errors.ts';
import { writeAtomically } from '../io/atomic.ts';
import { readFlags } from '../io/source.ts';
import { fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { TensorDataset } from './dataset.ts';
import { type DownloadOptions, downloadAll, type Resource } from './download.ts';
import { readTarGz } from './tar.ts';

const imageBytes = 3 * 32 * 32;
const largestFile = 2 ** 31 - 1;

/** How a version of the dataset lies in its files. */
interface Layout {
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** Bytes before each image; the last of them is the label. */
  readonly labelBytes: number;
  readonly classes: number;
}

/** Options of {@link CIFAR10} and {@link CIFAR100}. */
export interface CIFAROptions {
  /** The 50,000 training images, or the 10,000 for testing. Default true. */
  train?: boolean;
}

interface Records {
  readonly images: Uint8Array;
  readonly labels: BigInt64Array;
}

// Sizes of all files are known before the images are allocated.
function readRecords(folder: string, names: readonly string[], layout: Layout): Records {
  const record = layout.labelBytes + imageBytes;
  const inner = join(folder, layout.folder);
  const paths = names.map((name) => [join(folder, name), join(inner, name)].find(existsSync) ?? join(folder, name));
  const files: number[] = [];
  try {
    const counts = paths.map((path) => {
      if (!existsSync(path)) throw new DataError(`${path}: no such file, nor in ${inner}`);
      const file = openSync(path, readFlags);
      files.push(file);
      const stat = fstatSync(file);
      const size = stat.isFile() ? stat.size : 0;
      if (size === 0 || size % record !== 0 || size > largestFile) {
        const whole = size - (size % record);
        throw new DataError(
          `${path}: ${size} bytes, not whole records of ${record}; the last one begins at offset ${whole}`,
        );
      }
      return size / record;
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    const images = new Uint8Array(total * imageBytes);
    const labels = new BigInt64Array(total);
    let done = 0;
    for (const [i, count] of counts.entries()) {
      const bytes = readWhole(files[i] ?? -1, paths[i] ?? '', count * record);
      for (let n = 0; n < count; n++, done++) {
        const at = n * record + layout.labelBytes;
        const label = bytes[at - 1] ?? 0;
        if (label >= layout.classes) {
          throw new DataError(`${paths[i]}: label ${label} at offset ${at - 1}, expected 0 to ${layout.classes - 1}`);
        }
        labels[done] = BigInt(label);
        images.set(bytes.subarray(at, at + imageBytes), done * imageBytes);
      }
    }
    return { images, labels };
  } finally {
    for (const file of files) closeSync(file);
  }
}

function readWhole(file: number, path: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size; ) {
    const count = readSync(file, bytes, done, size - done, done);
    if (count === 0) throw new DataError(`${path}: truncated at offset ${done}`);
    done += count;
  }
  return bytes;
}

abstract class CIFAR extends TensorDataset {
  /** uint8 (N, 3, 32, 32) */
  readonly images: Tensor;
  /** int64 (N) */
  readonly labels: Tensor;

  constructor(who: string, layout: Layout, folder: string, options: CIFAROptions) {
    checkOptions(who, options, ['train']);
    const names = (options.train ?? true) ? layout.train : layout.test;
    const records = readRecords(checkText(who, 'folder', folder), names, layout);
    const images = fromTypedArray(records.images, [records.labels.length, 3, 32, 32], 'uint8');
    const labels = fromTypedArray(records.labels, [records.labels.length], 'int64');
    super(images, labels);
    this.images = images;
    this.labels = labels;
  }
}

async function fetchFiles(layout: Layout, folder: string, archive: Resource, options: DownloadOptions): Promise<void> {
  const names = [...layout.train, ...layout.test];
  const there = (name: string) => existsSync(join(folder, name)) || existsSync(join(folder, layout.folder, name));
  if (!options.download || names.every(there)) return;
  await downloadAll(folder, 'https://www.cs.toronto.edu/~kriz/', [archive], options);
  for (const [name, bytes] of readTarGz(join(folder, archive.name), names)) {
    await writeAtomically(join(folder, name), bytes.length, {}, (file) => file.append(bytes));
  }
}

const loadOptions = ['train', 'download', 'url', 'signal', 'onProgress'];
const layout10: Layout = {
  folder: 'cifar-10-batches-bin',
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: ['test_batch.bin'],
  labelBytes: 1,
  classes: 10,
};
const layout100: Layout = {
  folder: 'cifar-100-binary',
  train: ['train.bin'],
  test: ['test.bin'],
  labelBytes: 2,
  classes: 100,
};

/**
 * Colour pictures of ten kinds of things: images (N, 3, 32, 32) uint8 and labels (N) int64.
 *
 * @throws DataError that names file and offset: missing, truncated, a label out of range
 * @source torchvision.datasets.CIFAR10; Krizhevsky, "Learning multiple layers of features from tiny images"
 * @example
 * // not run: reads files
 * const pictures = await data.CIFAR10.load('cifar-10', { download: true });
 * pictures.length; // 50000
 */
export class CIFAR10 extends CIFAR {
  static readonly archive: Resource = { name: 'cifar-10-binary.tar.gz', sum: 'c32a1d4ab5d03f1284b67883e8d87530' };
  static readonly classes: readonly string[] = [
    ...['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  ];

  constructor(folder: string, options: CIFAROptions = {}) {
    super('CIFAR10', layout10, folder, options);
  }

  /** As the constructor, after fetching the archive if `download` says so. @throws DataError, AbortError */
  static async load(folder: string, options: CIFAROptions & DownloadOptions = {}): Promise<CIFAR10> {
    checkOptions('CIFAR10.load', options, loadOptions);
    await fetchFiles(layout10, folder, this.archive, options);
    return new this(folder, { train: options.train });
  }
}

/**
 * As {@link CIFAR10} with a hundred kinds of things; the labels are the fine ones. @source torchvision.datasets.CIFAR100
 * @example
 * // not run: reads files
 * const pictures = await data.CIFAR100.load('cifar-100', { download: true });
 * pictures.length; // 50000
 */
export class CIFAR100 extends CIFAR {
  static readonly archive: Resource = { name: 'cifar-100-binary.tar.gz', sum: '03b5dce01913d631647c71ecec9e9cb8' };

  constructor(folder: string, options: CIFAROptions = {}) {
    super('CIFAR100', layout100, folder, options);
  }

  /** As the constructor, after fetching the archive if `download` says so. @throws DataError, AbortError */
  static async load(folder: string, options: CIFAROptions & DownloadOptions = {}): Promise<CIFAR100> {
    checkOptions('CIFAR100.load', options, loadOptions);
    await fetchFiles(layout100, folder, this.archive, options);
    return new this(folder, { train: options.train });
  }
}
