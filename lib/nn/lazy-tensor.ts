// Parameters and buffers whose shape is not known yet.
import type { Dtype } from '../dtype.ts';
import { checkOptions, StateError } from '../errors.ts';
import { empty, type FactoryOptions, tensorOptions } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Parameter } from './parameter.ts';

/** Options of `UninitializedParameter`. */
export interface UninitializedOptions extends FactoryOptions {
  /** Default: true. */
  requiresGrad?: boolean;
}

const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * A parameter without a shape. It can change its dtype and be given a shape, and nothing else.
 * @source torch.nn.parameter.UninitializedParameter
 * @example
 * const weight = new nn.UninitializedParameter();
 * nn.isLazy(weight); // true
 * weight.materialize([2, 3]);
 * weight.shape; // [2, 3]
 */
export class UninitializedParameter extends Parameter {
  constructor(options: UninitializedOptions = {}) {
    checkOptions('UninitializedParameter', options, tensorOptions);
    const { requiresGrad = true, ...rest } = options;
    super(empty([0], rest), { requiresGrad });
  }

  override get shape(): never {
    return withoutShape();
  }

  /** Gives the tensor a shape and memory with unspecified values; it is an ordinary parameter from then on. */
  materialize(shape: readonly number[], { dtype = this.dtype }: { dtype?: Dtype } = {}): void {
    become(this, shape, dtype, Parameter.prototype);
  }

  override toString(): string {
    return '<UninitializedParameter>';
  }

  [inspect](): string {
    return this.toString();
  }
}

/**
 * A buffer without a shape.
 * @source torch.nn.parameter.UninitializedBuffer
 * @example
 * const mean = new nn.UninitializedBuffer();
 * mean.materialize([3]);
 * mean.shape; // [3]
 */
export class UninitializedBuffer extends Tensor {
  constructor(options: FactoryOptions = {}) {
    const { storage, dtype, shape, version } = empty([0], options);
    super(storage, dtype, shape, [1], 0, version);
  }

  override get shape(): never {
    return withoutShape();
  }

  /** Gives the tensor a shape and memory with unspecified values; it is an ordinary tensor from then on. */
  materialize(shape: readonly number[], { dtype = this.dtype }: { dtype?: Dtype } = {}): void {
    become(this, shape, dtype, Tensor.prototype);
  }

  override toString(): string {
    return '<UninitializedBuffer>';
  }

  [inspect](): string {
    return this.toString();
  }
}

/**
 * Whether a tensor has no shape yet. @source torch.nn.parameter.is_lazy
 * @example nn.isLazy(new nn.LazyLinear(3).weight); // true
 */
export function isLazy(value: unknown): value is UninitializedParameter | UninitializedBuffer {
  return value instanceof UninitializedParameter || value instanceof UninitializedBuffer;
}

/** Another tensor without a shape, of the same kind. */
export function freshLazy(tensor: UninitializedParameter | UninitializedBuffer): Tensor {
  const { dtype } = tensor;
  if (tensor instanceof UninitializedBuffer) return new UninitializedBuffer({ dtype });
  return new UninitializedParameter({ requiresGrad: tensor.wantsGrad, dtype });
}

function withoutShape(): never {
  throw new StateError(
    "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` " +
      'when trying to load an uninitialized parameter into an initialized one. Call `forward` to initialize the ' +
      'parameters before accessing their attributes.',
  );
}

function become(tensor: Tensor, shape: readonly number[], dtype: Dtype, prototype: object): void {
  tensor.data = empty([...shape], { dtype });
  Object.setPrototypeOf(tensor, prototype);
}
