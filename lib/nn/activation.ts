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

/** 1 / (1 + e^-x), for any shape. @source torch.nn.Sigmoid */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/** tanh(x), for any shape. @source torch.nn.Tanh */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/** log(1 / (1 + e^-x)), for any shape. @source torch.nn.LogSigmoid */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return logSigmoid(input);
  }
}

/** x / (1 + |x|), for any shape. @source torch.nn.Softsign */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return softsign(input);
  }
}

/** x - tanh(x), for any shape. @source torch.nn.Tanhshrink */
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

/** max(x, 0), for any shape. @source torch.nn.ReLU */
export class ReLU extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return relu(input, { inplace: this.inplace });
  }
}

/** x sigmoid(x), for any shape. @source torch.nn.SiLU */
export class SiLU extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return silu(input, { inplace: this.inplace });
  }
}

/** x tanh(log(1 + e^x)), for any shape. @source torch.nn.Mish */
export class Mish extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return mish(input, { inplace: this.inplace });
  }
}

/** 1.0507 x above 0, 1.7581 (e^x - 1) below, for any shape. @source torch.nn.SELU */
export class SELU extends PrintedOverwriting {
  override forward(input: Tensor): Tensor {
    return selu(input, { inplace: this.inplace });
  }
}

/** x min(max(x + 3, 0), 6) / 6, for any shape. @source torch.nn.Hardswish */
export class Hardswish extends Overwriting {
  override forward(input: Tensor): Tensor {
    return hardswish(input, { inplace: this.inplace });
  }
}

/** min(max(x + 3, 0), 6) / 6, for any shape. @source torch.nn.Hardsigmoid */
export class Hardsigmoid extends Overwriting {
  override forward(input: Tensor): Tensor {
    return hardsigmoid(input, { inplace: this.inplace });
  }
}

/** x Phi(x), for any shape. @source torch.nn.GELU */
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
