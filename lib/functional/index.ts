// All operators: functions of tensors, by family.
export * from './activation.ts';
export * from './activation-random.ts';
export * from './activation-unary.ts';
export * from './adaptive-pool.ts';
export * from './aliases.ts';
export type { BiasOptions } from './arguments.ts';
export { type ScaledDotProductAttentionOptions, scaledDotProductAttention } from './attention.ts';
export * from './avg-pool.ts';
export {
  type BatchNormFunctionOptions,
  batchNorm,
  type InstanceNormFunctionOptions,
  instanceNorm,
} from './batch-norm.ts';
export { bilinear } from './bilinear.ts';
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
} from './binary.ts';
export {
  type Conv2dFunctionOptions,
  type ConvFunctionOptions,
  conv1d,
  conv2d,
  conv3d,
  convTbc,
  type Pair,
} from './conv.ts';
export * from './conv-transpose.ts';
export { clone, contiguous, copy_, fill_, to, zero_ } from './copies.ts';
export * from './ctc.ts';
export * from './distance.ts';
export * from './dropout.ts';
export * from './einsum.ts';
export { type EmbeddingFunctionOptions, embedding, type OneHotOptions, oneHot } from './embedding.ts';
export * from './embedding-bag.ts';
export * from './finite-differences.ts';
export * from './fold.ts';
export * from './fractional-pool.ts';
export * from './grid-sample.ts';
export * from './histogram.ts';
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
} from './indexing.ts';
export * from './interpolate.ts';
export * from './join.ts';
export {
  groupNorm,
  type LayerNormFunctionOptions,
  type LocalResponseNormOptions,
  layerNorm,
  localResponseNorm,
  type NormalizeOptions,
  normalize,
  type RmsNormFunctionOptions,
  rmsNorm,
} from './layer-norm.ts';
export * from './loss.ts';
export * from './loss-composed.ts';
export * from './loss-elements.ts';
export * from './loss-multi.ts';
export type { LossOptions, Reduction } from './loss-reduction.ts';
export { type AddmmOptions, addmm, baddbmm, bmm, dot, linear, matmul, mm, mv, outer } from './matmul.ts';
export * from './max-pool.ts';
export * from './max-unpool.ts';
export { type MultiHeadAttentionOptions, multiHeadAttentionForward } from './multi-head-attention.ts';
export { asStridedScatter } from './overwrite.ts';
export { type PaddingMode, type PadOptions, pad } from './pad.ts';
export * from './pointwise.ts';
export type { MaybeIndices } from './pool-pick.ts';
export * from './queries.ts';
export * from './rearrange.ts';
export * from './reduce.ts';
export * from './sampling.ts';
export * from './scan.ts';
export * from './scatter.ts';
export * from './segment-reduce.ts';
export * from './select.ts';
export * from './shuffle.ts';
export * from './softmax.ts';
export * from './sorting.ts';
export * from './statistics.ts';
export { asStrided } from './strided.ts';
export * from './triangles.ts';
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
} from './unary.ts';
export * from './values.ts';
export * from './views.ts';
export * from './window-functions.ts';
