// Layers of the softmax family, and GLU: what works along a dimension.
import { checkOptions, ShapeError } from '../errors.ts';
import { glu } from '../functional/activation.ts';
import { integer } from '../functional/arguments.ts';
import { logSoftmax, softmax, softmin } from '../functional/softmax.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { python } from './repr-values.ts';

/** Options of layers that work along one dimension. */
export interface DimOptions {
  dim?: number | null;
}

/** A dimension, given as it is or as option. */
type Dim = number | null | DimOptions;

function dimOf(who: string, dim: Dim | undefined): number | null {
  const given = typeof dim === 'object' && dim !== null ? dim : { dim };
  checkOptions(who, given, ['dim']);
  return given.dim === undefined || given.dim === null ? null : integer(who, 'dim', given.dim);
}

abstract class Along extends Module {
  readonly dim: number | null;

  /** @param dim - Default: 1 for two and more dimensions but three, 0 otherwise; with a warning */
  constructor(dim?: Dim) {
    super();
    this.dim = dimOf(this._getName(), dim);
  }

  override extraRepr(): string {
    return `dim=${python(this.dim)}`;
  }
}

/**
 * exp(x_i) / sum_j exp(x_j) along a dimension, for any shape. @source torch.nn.Softmax
 * @example new nn.Softmax(1)(tensor([[0, 1.5], [2, 2]])); // tensor([[0.1824, 0.8176], [0.5000, 0.5000]])
 */
export class Softmax extends Along {
  override forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }
}

/**
 * log(softmax(x)) along a dimension, for any shape. @source torch.nn.LogSoftmax
 * @example new nn.LogSoftmax(1)(tensor([[0, 1.5], [2, 2]])); // tensor([[-1.7014, -0.2014], [-0.6931, -0.6931]])
 */
export class LogSoftmax extends Along {
  override forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }
}

/**
 * softmax(-x) along a dimension, for any shape. @source torch.nn.Softmin
 * @example new nn.Softmin(1)(tensor([[0, 1.5], [2, 2]])); // tensor([[0.8176, 0.1824], [0.5000, 0.5000]])
 */
export class Softmin extends Along {
  override forward(input: Tensor): Tensor {
    return softmin(input, this.dim);
  }
}

/**
 * Softmax over the channels of each place: x is `(N, C, H, W)` or `(C, H, W)`. @source torch.nn.Softmax2d
 * @example new nn.Softmax2d()(tensor([[[0, 1.5]], [[2, 2]]])); // tensor([[[0.1192, 0.3775]], [[0.8808, 0.6225]]])
 */
export class Softmax2d extends Module {
  override forward(input: Tensor): Tensor {
    checkTensor(this._getName(), 'input', input);
    if (input.ndim !== 3 && input.ndim !== 4) {
      throw new ShapeError(`Softmax2d: expected input to be 3D or 4D, got ${input.ndim}D instead`);
    }
    return softmax(input, -3);
  }
}

/**
 * The first half of a dimension times the sigmoid of the second. @source torch.nn.GLU
 * @example new nn.GLU()(tensor([1, 2, 0.5, -0.5])); // tensor([0.6225, 0.7551])
 */
export class GLU extends Module {
  readonly dim: number;

  /** @param dim - Default: -1 */
  constructor(dim?: Dim) {
    super();
    this.dim = dimOf(this._getName(), dim) ?? -1;
  }

  override forward(input: Tensor): Tensor {
    return glu(input, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
