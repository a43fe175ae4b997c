// The namespace `data`.
export { type Dataset, TensorDataset } from './dataset.ts';
export { readIdx } from './idx.ts';
export { DataLoader, type DataLoaderOptions, defaultCollate } from './loader.ts';
export { MNIST, type MNISTOptions } from './mnist.ts';
