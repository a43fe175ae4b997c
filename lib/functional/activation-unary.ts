// Activations without parameters.
import { isFloat } from '../dtype.ts';
import { checkOptions, describe, ValueError } from '../errors.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { checkFloat } from './arguments.ts';
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
  checkOptions(name, options, ['inplace']);
  return options?.inplace ? overwrite(name, x) : unary(unaryOperators[name], checked(name, name, x));
}

function overwrite(name: ActivationName, x: Tensor): Tensor {
  return inPlace(`${name}_`, checked(`${name}_`, name, x), [], (own, into) => unary(unaryOperators[name], own, into));
}

// ReLU alone takes integers, too.
function checked(who: string, name: ActivationName, x: Tensor): Tensor {
  return name === 'relu' ? checkTensor(who, 'input', x) : checkFloat(who, x);
}

/**
 * max(0, x); the gradient at 0 is 0. Elementwise; any numeric dtype. @source torch.nn.functional.relu
 * @example F.relu(tensor([-1.5, 0, 2])); // tensor([0., 0., 2.])
 */
export function relu(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('relu', x, options);
}

/**
 * min(max(0, x), 6). Elementwise; any numeric dtype. @source torch.nn.functional.relu6
 * @example F.relu6(tensor([-1.5, 3, 8])); // tensor([0., 3., 6.])
 */
export function relu6(x: Tensor, options?: InplaceOptions): Tensor {
  if (!options?.inplace && !isFloat(checkTensor('relu6', 'input', x).dtype)) return clamp(x, 0, 6);
  return activate('relu6', x, options);
}

/**
 * x sigmoid(x). Elementwise; floating point. @source torch.nn.functional.silu
 * @example F.silu(tensor([-1.5, 0, 2])); // tensor([-0.2736, 0.0000, 1.7616])
 */
export function silu(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('silu', x, options);
}

/**
 * x tanh(log(1 + e^x)). Elementwise; floating point. @source torch.nn.functional.mish
 * @example F.mish(tensor([-1.5, 0, 2])); // tensor([-0.2981, 0.0000, 1.9440])
 */
export function mish(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('mish', x, options);
}

/**
 * 1.0507 x above 0, 1.7581 (e^x - 1) below. Elementwise; floating point. @source torch.nn.functional.selu
 * @example F.selu(tensor([-1.5, 0, 2])); // tensor([-1.3658, 0.0000, 2.1014])
 */
export function selu(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('selu', x, options);
}

/**
 * x min(max(x + 3, 0), 6) / 6. Elementwise; floating point. @source torch.nn.functional.hardswish
 * @example F.hardswish(tensor([-1.5, 0, 4])); // tensor([-0.3750, 0.0000, 4.0000])
 */
export function hardswish(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('hardswish', x, options);
}

/**
 * min(max(x + 3, 0), 6) / 6. Elementwise; floating point. @source torch.nn.functional.hardsigmoid
 * @example F.hardsigmoid(tensor([-1.5, 0, 4])); // tensor([0.2500, 0.5000, 1.0000])
 */
export function hardsigmoid(x: Tensor, options?: InplaceOptions): Tensor {
  return activate('hardsigmoid', x, options);
}

/**
 * `relu` written over its input. @source torch.relu_
 * @example
 * const x = tensor([-1.5, 0, 2]);
 * F.relu_(x);
 * x; // tensor([0., 0., 2.])
 */
export function relu_(x: Tensor): Tensor {
  return overwrite('relu', x);
}

/**
 * `selu` written over its input. @source torch.selu_
 * @example F.selu_(tensor([-1.5, 0, 2])); // tensor([-1.3658, 0.0000, 2.1014])
 */
export function selu_(x: Tensor): Tensor {
  return overwrite('selu', x);
}

/**
 * log(1 / (1 + e^-x)). Elementwise; floating point. @source torch.nn.functional.logsigmoid
 * @example F.logSigmoid(tensor([-1.5, 0, 2])); // tensor([-1.7014, -0.6931, -0.1269])
 */
export function logSigmoid(x: Tensor): Tensor {
  return unary(unaryOperators.logSigmoid, checkFloat('logSigmoid', x));
}

/**
 * {@link logSigmoid} under its name in `torch.nn.functional`. @source torch.nn.functional.logsigmoid
 * @example F.logsigmoid(tensor([-1.5, 0, 2])); // tensor([-1.7014, -0.6931, -0.1269])
 */
export function logsigmoid(x: Tensor): Tensor {
  return logSigmoid(x);
}

/**
 * x / (1 + |x|). Elementwise; floating point. @source torch.nn.functional.softsign
 * @example F.softsign(tensor([-1.5, 0, 3])); // tensor([-0.6000, 0.0000, 0.7500])
 */
export function softsign(x: Tensor): Tensor {
  return unary(unaryOperators.softsign, checkTensor('softsign', 'input', x));
}

/**
 * x - tanh(x). Elementwise; floating point. @source torch.nn.functional.tanhshrink
 * @example F.tanhshrink(tensor([-1.5, 0, 2])); // tensor([-0.5949, 0.0000, 1.0360])
 */
export function tanhshrink(x: Tensor): Tensor {
  return unary(unaryOperators.tanhshrink, checkTensor('tanhshrink', 'input', x));
}

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** 'none' for the exact form, 'tanh' for the approximation by tanh. Default 'none'. */
  approximate?: 'none' | 'tanh';
}

/**
 * x Phi(x), with Phi the distribution function of the normal distribution. @source torch.nn.functional.gelu
 * @example
 * F.gelu(tensor([-1.5, 0, 2])); // tensor([-0.1002, 0.0000, 1.9545])
 * F.gelu(tensor([-1.5, 0, 2]), { approximate: 'tanh' }); // tensor([-0.1004, 0.0000, 1.9546])
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions('gelu', options, ['approximate']);
  const { approximate = 'none' } = options;
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw new ValueError(`gelu: approximate argument must be either none or tanh, got ${describe(approximate)}`);
  }
  return unary(unaryOperators[approximate === 'tanh' ? 'geluTanh' : 'gelu'], checkFloat('gelu', x));
}
