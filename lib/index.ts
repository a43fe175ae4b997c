// Everything that `import ... from 'flambeau'` gives.
import './methods.ts';

export { type CheckpointOptions, checkpoint, checkpointSequential } from './autograd/checkpoint.ts';
export * as autograd from './autograd/index.ts';
export {
  enableGrad,
  inferenceMode,
  isAnomalyEnabled,
  isGradEnabled,
  isInferenceModeEnabled,
  noGrad,
  setGradEnabled,
} from './autograd/mode.ts';
export * as data from './data/index.ts';
export { type Dtype, type FloatDtype, finfo, getDefaultDtype, iinfo, promoteTypes, setDefaultDtype } from './dtype.ts';
export {
  AddonError,
  ArgumentTypeError,
  AttributeError,
  AutogradError,
  DataError,
  type Device,
  DisposedError,
  DtypeError,
  FileFormatError,
  FileWriteError,
  FlambeauError,
  IndexError,
  KeyError,
  LinAlgError,
  NotImplementedError,
  OptionError,
  OutOfMemoryError,
  ShapeError,
  StateDictError,
  StateError,
  ValueError,
  WorkerError,
} from './errors.ts';
export * as func from './func/index.ts';
export { vmap } from './func/index.ts';
export {
  celu,
  celu_,
  hardshrink,
  prelu,
  threshold,
  threshold_,
} from './functional/activation.ts';
export { rrelu, rrelu_ } from './functional/activation-random.ts';
export * from './functional/activation-unary.ts';
export {
  adaptiveAvgPool1d,
  adaptiveMaxPool1d,
} from './functional/adaptive-pool.ts';
export * from './functional/aliases.ts';
export type { BiasOptions } from './functional/arguments.ts';
export { avgPool1d } from './functional/avg-pool.ts';
export { batchNorm, instanceNorm } from './functional/batch-norm.ts';
export { bilinear } from './functional/bilinear.ts';
export {
  type AddcOptions,
  type AddOptions,
  add,
  addcdiv,
  addcmul,
  atan2,
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  type DivOptions,
  div,
  eq,
  floorDivide,
  fmod,
  ge,
  gt,
  le,
  lerp,
  logicalAnd,
  logicalOr,
  logicalXor,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  type Operand,
  pow,
  remainder,
  rsub,
  sub,
} from './functional/binary.ts';
export { conv1d, conv2d, conv3d, convTbc } from './functional/conv.ts';
export { convTranspose1d, convTranspose2d, convTranspose3d } from './functional/conv-transpose.ts';
export { clone } from './functional/copies.ts';
export { ctcLoss } from './functional/ctc.ts';
export { cosineSimilarity, pairwiseDistance, pdist } from './functional/distance.ts';
export { alphaDropout, dropout, featureAlphaDropout } from './functional/dropout.ts';
export * from './functional/einsum.ts';
export { embedding } from './functional/embedding.ts';
export { embeddingBag } from './functional/embedding-bag.ts';
export * from './functional/finite-differences.ts';
export * from './functional/histogram.ts';
export {
  flip,
  gather,
  get,
  type Index,
  indexSelect,
  maskedSelect,
  type NonzeroStaticOptions,
  nonzero,
  nonzeroStatic,
  repeat,
  scatterAdd,
  set,
  take,
} from './functional/indexing.ts';
export * from './functional/join.ts';
export { groupNorm, layerNorm, rmsNorm } from './functional/layer-norm.ts';
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  klDiv,
  marginRankingLoss,
  poissonNllLoss,
  tripletMarginLoss,
} from './functional/loss-composed.ts';
export { binaryCrossEntropyWithLogits } from './functional/loss-elements.ts';
export { type AddmmOptions, addmm, baddbmm, bmm, dot, linear, matmul, mm, mv, outer } from './functional/matmul.ts';
export { maxPool1d, maxPool2d, maxPool3d } from './functional/max-pool.ts';
export { asStridedScatter } from './functional/overwrite.ts';
export * from './functional/pointwise.ts';
export * from './functional/queries.ts';
export * from './functional/rearrange.ts';
export * from './functional/reduce.ts';
export * from './functional/sampling.ts';
export * from './functional/scan.ts';
export * from './functional/scatter.ts';
export * from './functional/segment-reduce.ts';
export * from './functional/select.ts';
export { channelShuffle, nativeChannelShuffle, pixelShuffle, pixelUnshuffle } from './functional/shuffle.ts';
export { logSoftmax, softmax } from './functional/softmax.ts';
export * from './functional/sorting.ts';
export * as special from './functional/special.ts';
export { digamma, erfinv, i0, igamma, igammac, lgamma, mvlgamma, polygamma } from './functional/special.ts';
export * from './functional/statistics.ts';
export { asStrided } from './functional/strided.ts';
export * from './functional/triangles.ts';
export {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  bitwiseNot,
  ceil,
  cos,
  cosh,
  erf,
  erfc,
  exp,
  exp2,
  expm1,
  floor,
  frac,
  isfinite,
  isinf,
  isnan,
  log,
  log1p,
  log2,
  log10,
  logicalNot,
  neg,
  reciprocal,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  tan,
  tanh,
  trunc,
} from './functional/unary.ts';
export * from './functional/values.ts';
export * from './functional/view-copies.ts';
export * from './functional/views.ts';
export * from './functional/window-functions.ts';
export * from './in-place.ts';
export * as io from './io/index.ts';
export { geqrf, type OrmqrOptions, ormqr } from './linalg/householder.ts';
export * as linalg from './linalg/index.ts';
export {
  cholesky,
  choleskyInverse,
  choleskySolve,
  det,
  householderProduct as orgqr,
  inverse,
  logdet,
  matrixExp,
  matrixPower,
  pinv as pinverse,
  qr,
  slogdet,
} from './linalg/index.ts';
export { type LobpcgOptions, type LobpcgState, lobpcg } from './linalg/lobpcg.ts';
export {
  type LowRank,
  type PcaLowrankOptions,
  pcaLowrank,
  type SvdLowrankOptions,
  svdLowrank,
} from './linalg/low-rank.ts';
export { type NormOptions, norm } from './linalg/norms.ts';
export { lu, luSolve, luUnpack, svd, triangularSolve } from './linalg/older.ts';
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
  type FactoryOptions,
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
export {
  type AsarrayOptions,
  asarray,
  emptyPermuted,
  emptyStrided,
  type FrombufferOptions,
  frombuffer,
  type LogspaceOptions,
  logspace,
  range,
  scalarTensor,
} from './tensor/create-from.ts';
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
  seed,
  setRngState,
} from './tensor/random.ts';
export { type NestedArray, Tensor } from './tensor/tensor.ts';
export * as train from './train/index.ts';
export { Trainer } from './train/trainer.ts';
export { isWarnAlwaysEnabled, setWarnAlways } from './warn.ts';
