// Names of `nn.init` without the underscore, which PyTorch keeps with a warning.
import type { Tensor } from '../tensor/tensor.ts';
import * as init from './init.ts';

function deprecated<Rest extends unknown[]>(name: string, fn: (tensor: Tensor, ...rest: Rest) => Tensor) {
  return (tensor: Tensor, ...rest: Rest): Tensor => {
    const text = `\`nn.init.${name}\` is now deprecated in favor of \`nn.init.${name}_\`.`;
    process.emitWarning(text, 'FutureWarning');
    return fn(tensor, ...rest);
  };
}

/** @deprecated use `constant_` @source torch.nn.init.constant */
export const constant: typeof init.constant_<Tensor> = deprecated('constant', init.constant_<Tensor>);
/** @deprecated use `dirac_` @source torch.nn.init.dirac */
export const dirac: typeof init.dirac_<Tensor> = deprecated('dirac', init.dirac_<Tensor>);
/** @deprecated use `eye_` @source torch.nn.init.eye */
export const eye: typeof init.eye_<Tensor> = deprecated('eye', init.eye_<Tensor>);
/** @deprecated use `kaimingNormal_` @source torch.nn.init.kaiming_normal */
export const kaimingNormal: typeof init.kaimingNormal_<Tensor> = deprecated(
  'kaiming_normal',
  init.kaimingNormal_<Tensor>,
);
/** @deprecated use `kaimingUniform_` @source torch.nn.init.kaiming_uniform */
export const kaimingUniform: typeof init.kaimingUniform_<Tensor> = deprecated(
  'kaiming_uniform',
  init.kaimingUniform_<Tensor>,
);
/** @deprecated use `normal_` @source torch.nn.init.normal */
export const normal: typeof init.normal_<Tensor> = deprecated('normal', init.normal_<Tensor>);
/** @deprecated use `orthogonal_` @source torch.nn.init.orthogonal */
export const orthogonal: typeof init.orthogonal_<Tensor> = deprecated('orthogonal', init.orthogonal_<Tensor>);
/** @deprecated use `sparse_` @source torch.nn.init.sparse */
export const sparse: typeof init.sparse_<Tensor> = deprecated('sparse', init.sparse_<Tensor>);
/** @deprecated use `uniform_` @source torch.nn.init.uniform */
export const uniform: typeof init.uniform_<Tensor> = deprecated('uniform', init.uniform_<Tensor>);
/** @deprecated use `xavierNormal_` @source torch.nn.init.xavier_normal */
export const xavierNormal: typeof init.xavierNormal_<Tensor> = deprecated('xavier_normal', init.xavierNormal_<Tensor>);
/** @deprecated use `xavierUniform_` @source torch.nn.init.xavier_uniform */
export const xavierUniform: typeof init.xavierUniform_<Tensor> = deprecated(
  'xavier_uniform',
  init.xavierUniform_<Tensor>,
);
