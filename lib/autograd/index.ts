// The namespace `autograd`.
export { type BackwardOptions, backward, type GradOptions, grad } from './backward.ts';
export { Function, type FunctionClass, FunctionContext } from './function.ts';
export { type GradcheckOptions, gradcheck, gradgradcheck } from './gradcheck.ts';
export type { Edge, Grad, NodeHook, NodePreHook, TensorHook } from './node.ts';
export { Node } from './node.ts';
