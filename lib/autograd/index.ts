// The namespace `autograd`.
export * as functional from '../func/functional.ts';
export { type BackwardOptions, backward, type GradOptions, grad } from './backward.ts';
export { Function, type FunctionClass, FunctionContext } from './function.ts';
export { type GradcheckOptions, gradcheck, gradgradcheck } from './gradcheck.ts';
export * as graph from './graph.ts';
export { type AnomalyOptions, detectAnomaly, isAnomalyEnabled, savedTensorsHooks, setDetectAnomaly } from './mode.ts';
export type { Edge, Grad, NodeHook, NodePreHook, TensorHook } from './node.ts';
export { Node } from './node.ts';
