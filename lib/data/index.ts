// The namespace `data`.
export { defaultCollate, defaultConvert } from './collate.ts';
export { type Dataset, IterableDataset, TensorDataset } from './dataset.ts';
export { ChainDataset, ConcatDataset, randomSplit, StackDataset, Subset } from './datasets.ts';
export { readIdx } from './idx.ts';
export { DataLoader } from './loader.ts';
export type { DataLoaderOptions, Source } from './loader-options.ts';
export { MNIST, type MNISTOptions } from './mnist.ts';
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
export { workerDataset } from './worker-dataset.ts';
export { getWorkerInfo, type WorkerInfo } from './worker-info.ts';
