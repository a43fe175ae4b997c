// Tensors with a role in a module: Parameter is trained, Buffer is state that is not.
import { isFloat } from '../dtype.ts';
import { checkOptions, DtypeError } from '../errors.ts';
import { checkTensor, stridesOf, Tensor } from '../tensor/tensor.ts';

/** Options of `Parameter`. */
export interface ParameterOptions {
  /** Default: true. */
  requiresGrad?: boolean;
}

/**
 * A tensor that a module trains: assigned to a field of a module it is registered and appears in `parameters()`.
 *
 * @param data - any shape; shares its memory, and is cut from its history
 * @throws DtypeError when a gradient is wanted for an integer or boolean dtype
 * @source torch.nn.Parameter
 * @example
 * const weight = new nn.Parameter(ones(2));
 * weight.requiresGrad; // true
 * weight; // Parameter containing: tensor([1., 1.], requires_grad=True)
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, options: ParameterOptions = {}) {
    checkTensor('Parameter', 'data', data);
    checkOptions('Parameter', options, ['requiresGrad']);
    const { requiresGrad = true } = options;
    if (requiresGrad && !isFloat(data.dtype)) {
      throw new DtypeError('Only Tensors of floating point and complex dtype can require gradients');
    }
    super(data.storage, data.dtype, data.shape, stridesOf(data), data.offset, data.version);
    this.requiresGrad = requiresGrad;
  }
}

/** Options of `Buffer`. */
export interface BufferOptions {
  /** Whether the buffer is part of the module's state dict. Default: true. */
  persistent?: boolean;
}

/**
 * A tensor that, assigned to a field of a module, is registered as buffer: state that moves and is saved with the
 * module, and is not trained.
 *
 * @param data - any shape and dtype; shares its memory
 * @source torch.nn.Buffer
 * @example
 * class Scaler extends nn.Module {
 *   scale = new nn.Buffer(ones(2));
 * }
 * [...new Scaler().stateDict().keys()]; // ['scale']
 */
export class Buffer extends Tensor {
  readonly persistent: boolean;

  constructor(data: Tensor, options: BufferOptions = {}) {
    checkTensor('Buffer', 'data', data);
    checkOptions('Buffer', options, ['persistent']);
    super(data.storage, data.dtype, data.shape, stridesOf(data), data.offset, data.version);
    this.persistent = options.persistent ?? true;
  }
}

/**
 * Whether a value is a Parameter. @source torch.nn.Parameter
 * @example nn.isParameter(new nn.Linear(2, 3).weight); // true
 */
export function isParameter(value: unknown): value is Parameter {
  return value instanceof Parameter;
}
