// The namespace `data`.
export { CIFAR10, CIFAR100, type CIFAROptions } from './cifar.ts';
export { defaultCollate, defaultConvert } from './collate.ts';
export { type ColumnType, CSVDataset, type CSVOptions, type CSVRow } from './csv.ts';
export { type Dataset, type Indexed, IterableDataset, TensorDataset } from './dataset.ts';
export { ChainDataset, ConcatDataset, randomSplit, StackDataset, Subset } from './datasets.ts';
export type { DownloadOptions, Resource } from './download.ts';
export { readIdx } from './idx.ts';
export { ImageFolder, type ImageFolderOptions, readImage } from './image-folder.ts';
export { DataLoader } from './loader.ts';
export type { DataLoaderOptions, Source } from './loader-options.ts';
export { FashionMNIST, MNIST, type MNISTOptions } from './mnist.ts';
export { decodeNetpbm } from './netpbm.ts';
export { ParquetDataset, type ParquetOptions } from './parquet.ts';
export {
  BatchSampler,
  DistributedSampler,
  type DistributedSamplerOptions,
  RandomSampler,
  type RandomSamplerOptions,
  Sampler,
  SequentialSampler,
  type Sized,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from './sampler.ts';
export * as transforms from './transforms/index.ts';
export { workerDataset } from './worker-dataset.ts';
export { getWorkerInfo, type WorkerInfo } from './worker-info.ts';
