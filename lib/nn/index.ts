// The namespace `nn`: modules, parameters, hooks, containers, layers, losses. Depends on functional and below.
export * as functional from '../functional/index.ts';
export * from './activation.ts';
export * from './activation-parametrised.ts';
export * from './adaptive.ts';
export * from './adaptive-pooling.ts';
export * from './attention.ts';
export { isModule } from './attributes.ts';
export * from './batch-norm.ts';
export { Bilinear } from './bilinear.ts';
export * from './conv.ts';
export type { ConvBaseOptions, ConvPaddingMode } from './conv-base.ts';
export * from './conv-transpose.ts';
export { deepcopy } from './deepcopy.ts';
export * from './distance.ts';
export * from './dropout.ts';
export * from './embedding.ts';
export * from './flatten.ts';
export * from './fold.ts';
export * as grad from './grad.ts';
export { RemovableHandle } from './handle.ts';
export {
  type BackwardHook,
  type BackwardPreHook,
  type ForwardHook,
  type ForwardHookOptions,
  type ForwardHookWithKwargs,
  type ForwardPreHook,
  type ForwardPreHookOptions,
  type ForwardPreHookWithKwargs,
  type Gradients,
  registerModuleBackwardHook,
  registerModuleBufferRegistrationHook,
  registerModuleForwardHook,
  registerModuleForwardPreHook,
  registerModuleFullBackwardHook,
  registerModuleFullBackwardPreHook,
  registerModuleModuleRegistrationHook,
  registerModuleParameterRegistrationHook,
} from './hooks.ts';
export * as init from './init.ts';
export * from './instance-norm.ts';
export * from './layer-norm.ts';
export { type LazyModule, LazyModuleMixin, type ModuleClass } from './lazy.ts';
export * from './lazy-layers.ts';
export * from './lazy-norm.ts';
export { isLazy, UninitializedBuffer, type UninitializedOptions, UninitializedParameter } from './lazy-tensor.ts';
export { Identity, Linear, type LinearOptions } from './linear.ts';
export type { IncompatibleKeys, LoadState, LoadStateDictOptions } from './load-state-dict.ts';
export * from './loss.ts';
export * from './loss-distances.ts';
export * from './loss-labels.ts';
export * from './module.ts';
export * from './module-dict.ts';
export * from './module-list.ts';
export * from './pad.ts';
export type { Named } from './pairs.ts';
export * from './parameter.ts';
export * from './parameter-dict.ts';
export { ParameterList } from './parameter-list.ts';
export * from './pooling.ts';
export * from './recurrent.ts';
export * from './recurrent-cells.ts';
export * from './sequential.ts';
export * from './softmax.ts';
export type { ModuleMetadata, StateDict, StateDictOptions } from './state-dict.ts';
export * from './transformer.ts';
export {
  type DecoderLayerInputs,
  type EncoderLayerInputs,
  type TransformerActivation,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from './transformer-layers.ts';
export type { NamedMembersOptions, NamedModulesOptions } from './traversal.ts';
export * as utils from './utils.ts';
export * from './vision.ts';
