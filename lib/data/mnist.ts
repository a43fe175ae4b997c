// MNIST and FashionMNIST, from their four IDX files.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkOptions, checkText, DataError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TensorDataset } from './dataset.ts';
import { type DownloadOptions, downloadAll, type Resource } from './download.ts';
import { readIdx } from './idx.ts';

/** Options of {@link MNIST}. */
export interface MNISTOptions {
  /** The 60,000 training images, or the 10,000 for testing. Default true. */
  train?: boolean;
}

/**
 * Handwritten digits: images (N, 28, 28) uint8 and labels (N) int64.
 *
 * @throws DataError that names file and offset if a file is missing, malformed, or their counts disagree
 * @source torchvision.datasets.MNIST; LeCun, Cortes and Burges, "The MNIST database of handwritten digits"
 * @example
 * // not run: reads files
 * const digits = await data.MNIST.load('mnist', { download: true });
 * digits.length; // 60000
 * @example
 * // not run: reads files
 * const digits = await data.MNIST.load('mnist', { download: true });
 * digits.length; // 60000
 */
export class MNIST extends TensorDataset {
  /** Where the files are fetched from. */
  static readonly url: string = 'https://ossci-datasets.s3.amazonaws.com/mnist/';
  /** The files, with the sums that torchvision knows. */
  static readonly resources: readonly Resource[] = [
    { name: 'train-images-idx3-ubyte.gz', sum: 'f68b3c2dcbeaaa9fbdd348bbdeb94873' },
    { name: 'train-labels-idx1-ubyte.gz', sum: 'd53e105ee54ea40749a09fcbcd1e9432' },
    { name: 't10k-images-idx3-ubyte.gz', sum: '9fb629c4189551a2d022fa330f9573f3' },
    { name: 't10k-labels-idx1-ubyte.gz', sum: 'ec29112dd5afa0611ce80d1b7f02629c' },
  ];
  /** What the labels stand for. */
  static readonly classes: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

  /** uint8 (N, 28, 28) */
  readonly images: Tensor;
  /** int64 (N), 0 to 9 */
  readonly labels: Tensor;

  constructor(folder: string, options: MNISTOptions = {}) {
    checkOptions(new.target.name, options, ['train']);
    checkText(new.target.name, 'folder', folder);
    const part = (options.train ?? true) ? 'train' : 't10k';
    const imagesFile = join(folder, `${part}-images-idx3-ubyte`);
    const labelsFile = join(folder, `${part}-labels-idx1-ubyte`);
    const labels = readIdx(labelsFile, 1);
    const images = readIdx(imagesFile, 3);
    if (images.size(0) !== labels.size(0)) {
      throw new DataError(
        `${imagesFile} holds ${images.size(0)} images at offset 4, ${labelsFile} ${labels.size(0)} labels at offset 4`,
      );
    }
    if (labels.numel() > 0 && Number(labels.max().item()) > 9) {
      const position = Number(labels.argmax().item());
      throw new DataError(
        `${labelsFile}: label ${String(labels.max().item())} at offset ${8 + position}, expected 0 to 9`,
      );
    }
    super(images, labels.long());
    this.images = images;
    this.labels = labels.long();
  }

  /** As the constructor, after fetching what is missing if `download` says so. @throws DataError, AbortError */
  static async load<D extends MNIST>(
    this: {
      new (folder: string, options?: MNISTOptions): D;
      readonly url: string;
      readonly resources: readonly Resource[];
    },
    folder: string,
    options: MNISTOptions & DownloadOptions = {},
  ): Promise<D> {
    checkOptions('load', options, ['train', 'download', 'url', 'signal', 'onProgress']);
    const { train = true } = options;
    const part = train ? 'train' : 't10k';
    // A file that is there uncompressed is taken as it is.
    const missing = (name: string) => !existsSync(join(folder, name.replace(/\.gz$/, '')));
    const wanted = this.resources.filter(({ name }) => name.startsWith(part) && missing(name));
    if (options.download) await downloadAll(folder, this.url, wanted, options);
    return new this(folder, { train });
  }
}

/**
 * Pictures of clothes in the form of {@link MNIST}.
 *
 * @source torchvision.datasets.FashionMNIST; Xiao, Rasul and Vollgraf, arXiv:1708.07747
 * @example
 * // not run: reads files
 * const clothes = await data.FashionMNIST.load('fashion-mnist', { download: true });
 * clothes.length; // 60000
 */
export class FashionMNIST extends MNIST {
  static override readonly url = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/';
  static override readonly resources: readonly Resource[] = [
    { name: 'train-images-idx3-ubyte.gz', sum: '8d4fb7e6c68d591d4c3dfef9ec88bf0d' },
    { name: 'train-labels-idx1-ubyte.gz', sum: '25c81989df183df01b3e8a0aad5dffbe' },
    { name: 't10k-images-idx3-ubyte.gz', sum: 'bef4ecab320f06d8554ea6380940ec79' },
    { name: 't10k-labels-idx1-ubyte.gz', sum: 'bb300cfdad3c16e7a12a480ee83cd310' },
  ];
  static override readonly classes = [
    ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  ];
}
