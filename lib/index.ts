// Everything that `import ... from 'flambeau'` gives.
import './methods.ts';

export * as autograd from './autograd/index.ts';
export {
  enableGrad,
  inferenceMode,
  isGradEnabled,
  isInferenceModeEnabled,
  noGrad,
  setGradEnabled,
} from './autograd/mode.ts';
export * as data from './data/index.ts';
export { type Dtype, type FloatDtype, getDefaultDtype, promoteTypes, setDefaultDtype } from './dtype.ts';
export * from './errors.ts';
export * from './functional/binary.ts';
export { clone } from './functional/copies.ts';
export * from './functional/indexing.ts';
export * from './functional/join.ts';
export * from './functional/matmul.ts';
export * from './functional/reduce.ts';
export * from './functional/scan.ts';
export * from './functional/select.ts';
export { logSoftmax, softmax } from './functional/softmax.ts';
export * from './functional/sorting.ts';
export * from './functional/unary.ts';
export * from './functional/values.ts';
export * from './functional/views.ts';
export * as io from './io/index.ts';
export { type CpuInfo, cpuInfo, getNumThreads, setNumThreads } from './native/addon.ts';
export { type MemoryStats, memoryStats, setMemoryLimit, trimMemory } from './native/storage.ts';
export * as nn from './nn/index.ts';
export * as optim from './optim/index.ts';
export {
  arange,
  asTensor,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  type TensorLike,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from './tensor/create.ts';
export { type PrintOptions, setPrintoptions } from './tensor/format.ts';
export {
  bernoulli,
  defaultGenerator,
  Generator,
  getRngState,
  initialSeed,
  manualSeed,
  normal,
  type RandomOptions,
  type RandomTensorOptions,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
  setRngState,
} from './tensor/random.ts';
export { type NestedArray, Tensor } from './tensor/tensor.ts';
