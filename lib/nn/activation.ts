// Activation layers.
import { checkOptions } from '../errors.ts';
import { logSoftmax, softmax } from '../functional/softmax.ts';
import { relu, sigmoid, tanh } from '../functional/unary.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

/** Options of `ReLU`. */
export interface ReLUOptions {
  /** Write the result over the input. Default: false. */
  inplace?: boolean;
}

/** max(x, 0), for any shape. @source torch.nn.ReLU */
export class ReLU extends Module {
  readonly inplace: boolean;

  constructor(options: ReLUOptions = {}) {
    super();
    checkOptions('ReLU', options, ['inplace']);
    this.inplace = options.inplace ?? false;
  }

  override forward(input: Tensor): Tensor {
    return this.inplace ? input.relu_() : relu(input);
  }

  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}

/** 1 / (1 + exp(-x)), for any shape. @source torch.nn.Sigmoid */
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

/**
 * exp(x_i) / sum_j exp(x_j) along a dimension, for any shape.
 * @param dim - Default: 1 for two and more dimensions but three, 0 otherwise; with a warning
 * @source torch.nn.Softmax
 */
export class Softmax extends Module {
  readonly dim: number | null;

  constructor(dim?: number | null) {
    super();
    this.dim = dim ?? null;
  }

  override forward(input: Tensor): Tensor {
    return softmax(input, this.dim ?? impliedDim('softmax', input));
  }

  override extraRepr(): string {
    return `dim=${python(this.dim)}`;
  }
}

/**
 * log(softmax(x)) along a dimension, for any shape.
 * @param dim - as for `Softmax`
 * @source torch.nn.LogSoftmax
 */
export class LogSoftmax extends Module {
  readonly dim: number | null;

  constructor(dim?: number | null) {
    super();
    this.dim = dim ?? null;
  }

  override forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim ?? impliedDim('log_softmax', input));
  }

  override extraRepr(): string {
    return `dim=${python(this.dim)}`;
  }
}

/** @source torch.nn.functional._get_softmax_dim */
function impliedDim(name: string, input: Tensor): number {
  process.emitWarning(
    `Implicit dimension choice for ${name} has been deprecated. Change the call to include dim=X as an argument.`,
  );
  return [0, 1, 3].includes(input.dim()) ? 0 : 1;
}
