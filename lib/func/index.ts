// The namespace `func`: functions made of functions, and of modules. Depends on nn and below.
export * from '../nn/functional-call.ts';
export { replaceAllBatchNormModules_ } from './batch-norm.ts';
export {
  type AuxOptions,
  type FuncGradOptions,
  grad,
  gradAndValue,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  linearize,
  type Pull,
  vjp,
} from './transforms.ts';
export type { Tree } from './tree.ts';
export { type VmapOptions, vmap } from './vmap.ts';
