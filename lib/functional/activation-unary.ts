// Activations without parameters.

import { isFloat } from '../dtype.ts';
import { checkOptions, describe, ValueError } from '../errors.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { inPlace, unary } from './elementwise.ts';
import { clamp } from './select.ts';
import { unaryOperators } from './unary-table.ts';

/** Options of activations that can write over their input. */
export interface InplaceOptions {
  /** Write the result over the input. Default false. */
  inplace?: boolean;
}

type ActivationName = 'relu' | 'relu6' | 'silu' | 'mish' | 'selu' | 'hardswish' | 'hardsigmoid';

function activate(name: ActivationName, x: Tensor, options?: InplaceOptions): Tensor {
  checkTensor(name, 'input', x);
  checkOptions(name, options, ['inplace']);
  return options?.inplace ? overwrite(name, x) : unary(unaryOperators[name], x);
}

function overwrite(name: ActivationName, x: Tensor): Tensor {
  checkTensor(`${name}_`, 'input', x);
  return inPlace(`${name}_`, x, [], (own, into) => unary(unaryOperators[name], own, into));
}

/** max(0, x); the gradient at 0 is 0. Elementwise; any numeric dtype. @source torch.nn.functional.relu */
export function relu(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('relu', x, options);
}

/** min(max(0, x), 6). Elementwise; any numeric dtype. @source torch.nn.functional.relu6 */
export function relu6(x: Tensor, options?: InplaceOptions): Tensor {
  if (!options?.inplace && !isFloat(checkTensor('relu6', 'input', x).dtype)) return clamp(x, 0, 6);
  return activate('relu6', x, options);
}

/** x sigmoid(x). Elementwise; floating point. @source torch.nn.functional.silu */
export function silu(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('silu', x, options);
}

/** x tanh(log(1 + e^x)). Elementwise; floating point. @source torch.nn.functional.mish */
export function mish(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('mish', x, options);
}

/** 1.0507 x above 0, 1.7581 (e^x - 1) below. Elementwise; floating point. @source torch.nn.functional.selu */
export function selu(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('selu', x, options);
}

/** x min(max(x + 3, 0), 6) / 6. Elementwise; floating point. @source torch.nn.functional.hardswish */
export function hardswish(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('hardswish', x, options);
}

/** min(max(x + 3, 0), 6) / 6. Elementwise; floating point. @source torch.nn.functional.hardsigmoid */
export function hardsigmoid(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('hardsigmoid', x, options);
}

/** `relu` written over its input. @source torch.relu_ */
export function relu_(x: Tensor): Tensor {
  return overwrite('relu', x);
}

/** `selu` written over its input. @source torch.selu_ */
export function selu_(x: Tensor): Tensor {
  return overwrite('selu', x);
}

/** log(1 / (1 + e^-x)). Elementwise; floating point. @source torch.nn.functional.logsigmoid */
export function logSigmoid(x: Tensor): Tensor {
  return unary(unaryOperators.logSigmoid, checkTensor('logSigmoid', 'input', x));
}

/** {@link logSigmoid} under its name in `torch.nn.functional`. @source torch.nn.functional.logsigmoid */
export function logsigmoid(x: Tensor): Tensor {
  return logSigmoid(x);
}

/** x / (1 + |x|). Elementwise; floating point. @source torch.nn.functional.softsign */
export function softsign(x: Tensor): Tensor {
  return unary(unaryOperators.softsign, checkTensor('softsign', 'input', x));
}

/** x - tanh(x). Elementwise; floating point. @source torch.nn.functional.tanhshrink */
export function tanhshrink(x: Tensor): Tensor {
  return unary(unaryOperators.tanhshrink, checkTensor('tanhshrink', 'input', x));
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** 'none' for the exact form, 'tanh' for the approximation by tanh. Default 'none'. */
  approximate?: 'none' | 'tanh';
}

/** x Phi(x), with Phi the distribution function of the normal distribution. @source torch.nn.functional.gelu */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions('gelu', options, ['approximate']);
  const { approximate = 'none' } = options;
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ValueError(`gelu: approximate argument must be either none or tanh, got ${describe(approximate)}`);
  }
  return unary(unaryOperators[approximate === 'tanh' ? 'geluTanh' : 'gelu'], checkTensor('gelu', 'input', x));
}
