// The namespace `func`: functions made of functions.
export {
  type FuncGradOptions,
  grad,
  gradAndValue,
  hessianOf as hessian,
  jacfwd,
  jacrev,
  jvpOf as jvp,
  type VmapOptions,
  vjpOf as vjp,
  vmap,
} from './derivatives.ts';
