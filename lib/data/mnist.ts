// MNIST, from its four IDX files.
import { join } from 'node:path';
import { checkOptions, DataError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { TensorDataset } from './dataset.ts';
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
 * @example const train = new data.MNIST('data/mnist');
 */
export class MNIST extends TensorDataset {
  /** uint8 (N, 28, 28) */
  readonly images: Tensor;
  /** int64 (N), 0 to 9 */
  readonly labels: Tensor;

  constructor(folder: string, options: MNISTOptions = {}) {
    checkOptions('MNIST', options, ['train']);
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
}
