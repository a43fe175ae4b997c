import { checkOptions, ValueError } from '../errors.ts';
import {
  celu,
  type EluOptions,
  elu,
  type HardtanhOptions,
  hardshrink,
  hardtanh,
  type LeakyReluOptions,
  leakyRelu,
  prelu,
  type ShrinkOptions,
  type SoftplusOptions,
  softplus,
  softshrink,
  threshold,
} from '../functional/activation.ts';
import { type RreluOptions, rrelu } from '../functional/activation-random.ts';
import type { InplaceOptions } from '../functional/activation-unary.ts';
import { float } from '../functional/arguments.ts';
import { empty, type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { constant_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { python, pythonFloat } from './repr-values.ts';

const overwrites = (module: { readonly inplace: boolean }) => (module.inplace ? ', inplace=True' : '');

/**
 * x above `threshold`, `value` elsewhere; for any shape. @source torch.nn.Threshold
 * @example new nn.Threshold(1, 20)(tensor([-1.5, 0.5, 2])); // tensor([20., 20., 2.])
 */
export class Threshold extends Module {
  readonly threshold: number;
  readonly value: number;
  readonly inplace: boolean;

  constructor(limit: number, value: number, options: InplaceOptions = {}) {
    super();
    checkOptions('Threshold', options, ['inplace']);
    this.threshold = float('Threshold', 'threshold', limit);
    this.value = float('Threshold', 'value', value);
    this.inplace = options.inplace ?? false;
  }

  override forward(input: Tensor): Tensor {
    return threshold(input, this.threshold, this.value, { inplace: this.inplace });
  }

  override extraRepr(): string {
    return `threshold=${python(this.threshold)}, value=${python(this.value)}${overwrites(this)}`;
  }
}

/**
 * x, times a slope below 0 that is drawn from [lower, upper) in training; for any shape. @source torch.nn.RReLU
 * @example new nn.RReLU().eval()(tensor([-1.5, 2])); // tensor([-0.3438, 2.0000])
 */
export class RReLU extends Module {
  readonly lower: number;
  readonly upper: number;
  readonly inplace: boolean;

  constructor(options: Pick<RreluOptions, 'lower' | 'upper' | 'inplace'> = {}) {
    super();
    checkOptions('RReLU', options, ['lower', 'upper', 'inplace']);
    this.lower = options.lower ?? 1 / 8;
    this.upper = options.upper ?? 1 / 3;
    this.inplace = options.inplace ?? false;
  }

  override forward(input: Tensor): Tensor {
    const { lower, upper, training, inplace } = this;
    return rrelu(input, { lower, upper, training, inplace });
  }

  override extraRepr(): string {
    return `lower=${pythonFloat(this.lower)}, upper=${pythonFloat(this.upper)}${overwrites(this)}`;
  }
}

/**
 * x between two bounds, the bounds beyond them; for any shape. @source torch.nn.Hardtanh
 * @example new nn.Hardtanh()(tensor([-1.5, 0.5, 2])); // tensor([-1.0000, 0.5000, 1.0000])
 */
export class Hardtanh extends Module {
  readonly minVal: number;
  readonly maxVal: number;
  readonly inplace: boolean;

  constructor(options: HardtanhOptions = {}) {
    super();
    checkOptions(this._getName(), options, ['minVal', 'maxVal', 'inplace']);
    this.minVal = options.minVal ?? -1;
    this.maxVal = options.maxVal ?? 1;
    this.inplace = options.inplace ?? false;
    if (!(this.maxVal > this.minVal)) {
      throw new ValueError(`Hardtanh: maxVal must be above minVal, got ${this.maxVal} and ${this.minVal}`);
    }
  }

  override forward(input: Tensor): Tensor {
    const { minVal, maxVal, inplace } = this;
    return hardtanh(input, { minVal, maxVal, inplace });
  }

  override extraRepr(): string {
    return `min_val=${pythonFloat(this.minVal)}, max_val=${pythonFloat(this.maxVal)}${overwrites(this)}`;
  }
}

/**
 * min(max(x, 0), 6), for any shape. @source torch.nn.ReLU6
 * @example new nn.ReLU6()(tensor([-1.5, 3, 8])); // tensor([0., 3., 6.])
 */
export class ReLU6 extends Hardtanh {
  constructor(options: InplaceOptions = {}) {
    checkOptions('ReLU6', options, ['inplace']);
    super({ minVal: 0, maxVal: 6, inplace: options.inplace });
  }

  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}

abstract class Exponential extends Module {
  readonly alpha: number;
  readonly inplace: boolean;

  constructor(options: EluOptions = {}) {
    super();
    checkOptions(this._getName(), options, ['alpha', 'inplace']);
    this.alpha = options.alpha ?? 1;
    this.inplace = options.inplace ?? false;
  }

  override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}${overwrites(this)}`;
  }
}

/**
 * x above 0, alpha (e^x - 1) below; for any shape. @source torch.nn.ELU
 * @example new nn.ELU()(tensor([-1.5, 0, 2])); // tensor([-0.7769, 0.0000, 2.0000])
 */
export class ELU extends Exponential {
  override forward(input: Tensor): Tensor {
    const { alpha, inplace } = this;
    return elu(input, { alpha, inplace });
  }
}

/**
 * x above 0, alpha (e^(x / alpha) - 1) below; for any shape. @source torch.nn.CELU
 * @example new nn.CELU({ alpha: 2 })(tensor([-1.5, 0, 2])); // tensor([-1.0553, 0.0000, 2.0000])
 */
export class CELU extends Exponential {
  override forward(input: Tensor): Tensor {
    const { alpha, inplace } = this;
    return celu(input, { alpha, inplace });
  }
}

/**
 * x, times `negativeSlope` below 0; for any shape. @source torch.nn.LeakyReLU
 * @example new nn.LeakyReLU({ negativeSlope: 0.1 })(tensor([-1.5, 0, 2])); // tensor([-0.1500, 0.0000, 2.0000])
 */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;
  readonly inplace: boolean;

  constructor(options: LeakyReluOptions = {}) {
    super();
    checkOptions('LeakyReLU', options, ['negativeSlope', 'inplace']);
    this.negativeSlope = options.negativeSlope ?? 0.01;
    this.inplace = options.inplace ?? false;
  }

  override forward(input: Tensor): Tensor {
    const { negativeSlope, inplace } = this;
    return leakyRelu(input, { negativeSlope, inplace });
  }

  override extraRepr(): string {
    return `negative_slope=${pythonFloat(this.negativeSlope)}${overwrites(this)}`;
  }
}

/**
 * log(1 + e^(beta x)) / beta, for any shape. @source torch.nn.Softplus
 * @example new nn.Softplus()(tensor([-1.5, 0, 2])); // tensor([0.2014, 0.6931, 2.1269])
 */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(options: SoftplusOptions = {}) {
    super();
    checkOptions('Softplus', options, ['beta', 'threshold']);
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold ?? 20;
  }

  override forward(input: Tensor): Tensor {
    return softplus(input, { beta: this.beta, threshold: this.threshold });
  }

  override extraRepr(): string {
    return `beta=${pythonFloat(this.beta)}, threshold=${pythonFloat(this.threshold)}`;
  }
}

abstract class Shrink extends Module {
  readonly lambd: number;

  constructor(options: ShrinkOptions = {}) {
    super();
    checkOptions(this._getName(), options, ['lambd']);
    this.lambd = options.lambd ?? 0.5;
  }

  override extraRepr(): string {
    return pythonFloat(this.lambd);
  }
}

/**
 * x where |x| > lambd, 0 elsewhere; for any shape. @source torch.nn.Hardshrink
 * @example new nn.Hardshrink()(tensor([-1.5, 0.25, 2])); // tensor([-1.5000, 0.0000, 2.0000])
 */
export class Hardshrink extends Shrink {
  override forward(input: Tensor): Tensor {
    return hardshrink(input, { lambd: this.lambd });
  }
}

/**
 * x moved toward 0 by lambd; for any shape. @source torch.nn.Softshrink
 * @example new nn.Softshrink()(tensor([-1.5, 0.25, 2])); // tensor([-1.0000, 0.0000, 1.5000])
 */
export class Softshrink extends Shrink {
  override forward(input: Tensor): Tensor {
    return softshrink(input, { lambd: this.lambd });
  }
}

/** Options of `PReLU`. */
export interface PReLUOptions extends FactoryOptions {
  /** 1, or the number of channels. Default: 1. */
  numParameters?: number;
  /** First value of all slopes. Default: 0.25. */
  init?: number;
}

/**
 * x, times a learnt slope below 0: one for all elements, or one for each channel.
 *
 * State-dict keys: weight `(numParameters)`.
 * @source torch.nn.PReLU
 * @example new nn.PReLU()(tensor([-1.5, 0, 2])).detach(); // tensor([-0.3750, 0.0000, 2.0000])
 */
export class PReLU extends Module {
  readonly numParameters: number;
  readonly init: number;
  weight: Parameter;

  constructor(options: PReLUOptions = {}) {
    super();
    checkOptions('PReLU', options, ['numParameters', 'init', ...factoryOptions]);
    const { numParameters = 1, init = 0.25, dtype } = options;
    this.numParameters = numParameters;
    this.init = init;
    this.weight = new Parameter(empty([numParameters], { dtype: dtype ?? undefined }));
    this.resetParameters();
  }

  /** Sets the initial values anew. */
  resetParameters(): void {
    constant_(this.weight, this.init);
  }

  /** @param input - `(N, C, *)`, or any shape for one slope */
  override forward(input: Tensor): Tensor {
    return prelu(input, this.weight);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}
