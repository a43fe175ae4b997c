// The namespace `autograd`.
export { backward, type BackwardOptions, grad, type GradOptions } from './backward.ts';
export { Function, FunctionContext, type FunctionClass } from './function.ts';
export { gradcheck, type GradcheckOptions, gradgradcheck } from './gradcheck.ts';
export type { Edge, Grad, NodeHook, NodePreHook, TensorHook } from './node.ts';
export { Node } from './node.ts';
