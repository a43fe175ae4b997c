// Names of `nn.init` without the underscore, which PyTorch keeps with a warning.
import type { Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import * as init from './init.ts';

function deprecated<Rest extends unknown[]>(name: string, fn: (tensor: Tensor, ...rest: Rest) => Tensor) {
  return (tensor: Tensor, ...rest: Rest): Tensor => {
    const text = `\`nn.init.${name}\` is now deprecated in favor of \`nn.init.${name}_\`.`;
    warn(text, 'FutureWarning');
    return fn(tensor, ...rest);
  };
}

/**
 * @deprecated use `constant_` @source torch.nn.init.constant
 * @example nn.init.constant(empty(3), 0.5); // tensor([0.5000, 0.5000, 0.5000])
 */
export const constant: typeof init.constant_<Tensor> = deprecated('constant', init.constant_<Tensor>);
/**
 * @deprecated use `dirac_` @source torch.nn.init.dirac
 * @example nn.init.dirac(empty(1, 1, 3)); // tensor([[[0., 1., 0.]]])
 */
export const dirac: typeof init.dirac_<Tensor> = deprecated('dirac', init.dirac_<Tensor>);
/**
 * @deprecated use `eye_` @source torch.nn.init.eye
 * @example nn.init.eye(empty(2, 3)); // tensor([[1., 0., 0.], [0., 1., 0.]])
 */
export const eye: typeof init.eye_<Tensor> = deprecated('eye', init.eye_<Tensor>);
/**
 * @deprecated use `kaimingNormal_` @source torch.nn.init.kaiming_normal
 * @example nn.init.kaimingNormal(empty(3, 5)).shape; // [3, 5]
 */
export const kaimingNormal: typeof init.kaimingNormal_<Tensor> = deprecated(
  'kaiming_normal',
  init.kaimingNormal_<Tensor>,
);
/**
 * @deprecated use `kaimingUniform_` @source torch.nn.init.kaiming_uniform
 * @example nn.init.kaimingUniform(empty(3, 5)).shape; // [3, 5]
 */
export const kaimingUniform: typeof init.kaimingUniform_<Tensor> = deprecated(
  'kaiming_uniform',
  init.kaimingUniform_<Tensor>,
);
/**
 * @deprecated use `normal_` @source torch.nn.init.normal
 * @example nn.init.normal(empty(3)).shape; // [3]
 */
export const normal: typeof init.normal_<Tensor> = deprecated('normal', init.normal_<Tensor>);
/**
 * @deprecated use `orthogonal_` @source torch.nn.init.orthogonal
 * @example nn.init.orthogonal(empty(3, 5)).shape; // [3, 5]
 */
export const orthogonal: typeof init.orthogonal_<Tensor> = deprecated('orthogonal', init.orthogonal_<Tensor>);
/**
 * @deprecated use `sparse_` @source torch.nn.init.sparse
 * @example nn.init.sparse(empty(10, 4), 0.3).shape; // [10, 4]
 */
export const sparse: typeof init.sparse_<Tensor> = deprecated('sparse', init.sparse_<Tensor>);
/**
 * @deprecated use `uniform_` @source torch.nn.init.uniform
 * @example nn.init.uniform(empty(3)).shape; // [3]
 */
export const uniform: typeof init.uniform_<Tensor> = deprecated('uniform', init.uniform_<Tensor>);
/**
 * @deprecated use `xavierNormal_` @source torch.nn.init.xavier_normal
 * @example nn.init.xavierNormal(empty(3, 5)).shape; // [3, 5]
 */
export const xavierNormal: typeof init.xavierNormal_<Tensor> = deprecated('xavier_normal', init.xavierNormal_<Tensor>);
/**
 * @deprecated use `xavierUniform_` @source torch.nn.init.xavier_uniform
 * @example nn.init.xavierUniform(empty(3, 5)).shape; // [3, 5]
 */
export const xavierUniform: typeof init.xavierUniform_<Tensor> = deprecated(
  'xavier_uniform',
  init.xavierUniform_<Tensor>,
);
