// Activation layers without parameters.
import { checkOptions } from '../errors.ts';
import {
  type GeluOptions,
  gelu,
  hardsigmoid,
  hardswish,
  type InplaceOptions,
  logSigmoid,
  mish,
  relu,
  selu,
  silu,
  softsign,
  tanhshrink,
} from '../functional/activation-unary.ts';
import { sigmoid, tanh } from '../functional/unary.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

export type { GeluOptions, InplaceOptions };

/**
 * 1 / (1 + e^-x), for any shape. @source torch.nn.Sigmoid
 * @example new nn.Sigmoid()(tensor([-1, 0, 1])); // tensor([0.2689, 0.5000, 0.7311])
 */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/**
 * tanh(x), for any shape. @source torch.nn.Tanh
 * @example new nn.Tanh()(tensor([-1, 0, 1])); // tensor([-0.7616, 0.0000, 0.7616])
 */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/**
 * log(1 / (1 + e^-x)), for any shape. @source torch.nn.LogSigmoid
 * @example new nn.LogSigmoid()(tensor([-1.5, 0, 2])); // tensor([-1.7014, -0.6931, -0.1269])
 */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return logSigmoid(input);
  }
}

/**
 * x / (1 + |x|), for any shape. @source torch.nn.Softsign
 * @example new nn.Softsign()(tensor([-1.5, 0, 3])); // tensor([-0.6000, 0.0000, 0.7500])
 */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return softsign(input);
  }
}

/**
 * x - tanh(x), for any shape. @source torch.nn.Tanhshrink
 * @example new nn.Tanhshrink()(tensor([-1.5, 0, 2])); // tensor([-0.5949, 0.0000, 1.0360])
 */
export class Tanhshrink extends Module {
  override forward(input: Tensor): Tensor {
    return tanhshrink(input);
  }
}

// ---- Those that can write over their input

/** An activation whose one option is to write over its input. */
abstract class Overwriting extends Module {
  readonly inplace: boolean;

  constructor(options: InplaceOptions = {}) {
    super();
    checkOptions(this._getName(), options, ['inplace']);
    this.inplace = options.inplace ?? false;
  }
}

/** One whose print says so. */
abstract class PrintedOverwriting extends Overwriting {
  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}

/**
 * max(x, 0), for any shape. @source torch.nn.ReLU
 * @example new nn.ReLU()(tensor([-1.5, 0, 2])); // tensor([0., 0., 2.])
 */
export class ReLU extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return relu(input, { inplace: this.inplace });
  }
}

/**
 * x sigmoid(x), for any shape. @source torch.nn.SiLU
 * @example new nn.SiLU()(tensor([-1.5, 0, 2])); // tensor([-0.2736, 0.0000, 1.7616])
 */
export class SiLU extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return silu(input, { inplace: this.inplace });
  }
}

/**
 * x tanh(log(1 + e^x)), for any shape. @source torch.nn.Mish
 * @example new nn.Mish()(tensor([-1.5, 0, 2])); // tensor([-0.2981, 0.0000, 1.9440])
 */
export class Mish extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return mish(input, { inplace: this.inplace });
  }
}

/**
 * 1.0507 x above 0, 1.7581 (e^x - 1) below, for any shape. @source torch.nn.SELU
 * @example new nn.SELU()(tensor([-1.5, 0, 2])); // tensor([-1.3658, 0.0000, 2.1014])
 */
export class SELU extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return selu(input, { inplace: this.inplace });
  }
}

/**
 * x min(max(x + 3, 0), 6) / 6, for any shape. @source torch.nn.Hardswish
 * @example new nn.Hardswish()(tensor([-1.5, 0, 4])); // tensor([-0.3750, 0.0000, 4.0000])
 */
export class Hardswish extends Overwriting {
  override forward(input: Tensor): Tensor {
    return hardswish(input, { inplace: this.inplace });
  }
}

/**
 * min(max(x + 3, 0), 6) / 6, for any shape. @source torch.nn.Hardsigmoid
 * @example new nn.Hardsigmoid()(tensor([-1.5, 0, 4])); // tensor([0.2500, 0.5000, 1.0000])
 */
export class Hardsigmoid extends Overwriting {
  override forward(input: Tensor): Tensor {
    return hardsigmoid(input, { inplace: this.inplace });
  }
}

/**
 * x Phi(x), for any shape. @source torch.nn.GELU
 * @example new nn.GELU()(tensor([-1.5, 0, 2])); // tensor([-0.1002, 0.0000, 1.9545])
 */
export class GELU extends Module {
  readonly approximate: 'none' | 'tanh';

  constructor(options: GeluOptions = {}) {
    super();
    checkOptions('GELU', options, ['approximate']);
    this.approximate = options.approximate ?? 'none';
  }

  override forward(input: Tensor): Tensor {
    return gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}
