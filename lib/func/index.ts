// The namespace `func`: functions made of functions, and of modules. Depends on nn and below.
export * from '../nn/functional-call.ts';
export { replaceAllBatchNormModules_ } from './batch-norm.ts';
export {
  type FuncGradOptions,
  grad,
  gradAndValue,
  hessianOf as hessian,
  jacfwd,
  jacrev,
  jvpOf as jvp,
  linearize,
  type VmapOptions,
  vjpOf as vjp,
  vmap,
} from './derivatives.ts';
