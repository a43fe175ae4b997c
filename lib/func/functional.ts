// What `autograd.functional` gives: derivatives of a function at given inputs.
export {
  type FunctionalOptions,
  hessian,
  hvp,
  type Jacobians,
  jacobian,
  jvp,
  type TensorFunction,
  type Tensors,
  vhp,
  vjp,
} from './derivatives.ts';
