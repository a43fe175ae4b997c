// The namespace `nn.grad`: gradients of convolutions for their input and weight, as functions.
import { grad } from '../autograd/backward.ts';
import { isGradEnabled, withGradMode } from '../autograd/mode.ts';
import { conv1d, conv2d, conv3d } from '../functional/conv.ts';
import type { Sizes } from '../functional/sizes.ts';
import { zeros } from '../tensor/create.ts';
import { checkShape } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';

/** Options of the gradients of convolutions. */
export interface ConvGradOptions {
  /** Step of the window. Default 1. */
  stride?: Sizes;
  /** Zeros around the input. Default 0. */
  padding?: Sizes;
  /** Distance of the taps. Default 1. */
  dilation?: Sizes;
  /** Groups of channels that see nothing of each other. Default 1. */
  groups?: number;
}

type Conv = (x: Tensor, weight: Tensor, bias: null, options: ConvGradOptions) => Tensor;

// The gradient of conv(x, weight) for whichever is a stand-in of zeros: it is linear in each.
function gradientOf(conv: Conv, x: Tensor, weight: Tensor, at: Tensor, dy: Tensor, options: ConvGradOptions): Tensor {
  const createGraph = isGradEnabled() && [x, weight, dy].some((t) => t !== at && t.requiresGrad);
  return withGradMode(true, () => {
    const y = conv(x, weight, null, options);
    return grad([y], [at], { gradOutputs: [dy], createGraph })[0] as Tensor;
  });
}

function forInput(who: string, conv: Conv) {
  return (inputSize: readonly number[], weight: Tensor, gradOutput: Tensor, options: ConvGradOptions = {}): Tensor => {
    checkTensor(who, 'gradOutput', gradOutput);
    const { dtype } = checkTensor(who, 'weight', weight);
    const x = zeros(checkShape(who, inputSize), { dtype, requiresGrad: true });
    return gradientOf(conv, x, weight, x, gradOutput, options);
  };
}

function forWeight(who: string, conv: Conv) {
  return (input: Tensor, weightSize: readonly number[], gradOutput: Tensor, options: ConvGradOptions = {}): Tensor => {
    checkTensor(who, 'gradOutput', gradOutput);
    const { dtype } = checkTensor(who, 'input', input);
    const weight = zeros(checkShape(who, weightSize), { dtype, requiresGrad: true });
    return gradientOf(conv, input, weight, weight, gradOutput, options);
  };
}

/** The gradient of a function for an argument of size `inputSize`. */
type InputGradient = (
  inputSize: readonly number[],
  weight: Tensor,
  gradOutput: Tensor,
  options?: ConvGradOptions,
) => Tensor;

/** The gradient of a function for a weight of size `weightSize`. */
type WeightGradient = (
  input: Tensor,
  weightSize: readonly number[],
  gradOutput: Tensor,
  options?: ConvGradOptions,
) => Tensor;

/**
 * Gradient of `conv1d` for its input. @source torch.nn.grad.conv1d_input
 * @example
 * nn.grad.conv1dInput([1, 1, 4], tensor([[[1, 0.5]]]), ones(1, 1, 3));
 * // tensor([[[1.0000, 1.5000, 1.5000, 0.5000]]])
 */
export const conv1dInput: InputGradient = forInput('conv1dInput', conv1d);
/**
 * Gradient of `conv1d` for its weight. @source torch.nn.grad.conv1d_weight
 * @example
 * nn.grad.conv1dWeight(tensor([[[1, 2, 3, 4.5]]]), [1, 1, 2], ones(1, 1, 3));
 * // tensor([[[6.0000, 9.5000]]])
 */
export const conv1dWeight: WeightGradient = forWeight('conv1dWeight', conv1d);
/**
 * Gradient of `conv2d` for its input. @source torch.nn.grad.conv2d_input
 * @example nn.grad.conv2dInput([1, 3, 8, 8], randn(4, 3, 3, 3), randn(1, 4, 6, 6)).shape; // [1, 3, 8, 8]
 */
export const conv2dInput: InputGradient = forInput('conv2dInput', conv2d);
/**
 * Gradient of `conv2d` for its weight. @source torch.nn.grad.conv2d_weight
 * @example nn.grad.conv2dWeight(randn(1, 3, 8, 8), [4, 3, 3, 3], randn(1, 4, 6, 6)).shape; // [4, 3, 3, 3]
 */
export const conv2dWeight: WeightGradient = forWeight('conv2dWeight', conv2d);
/**
 * Gradient of `conv3d` for its input. @source torch.nn.grad.conv3d_input
 * @example nn.grad.conv3dInput([1, 3, 8, 8, 8], randn(4, 3, 3, 3, 3), randn(1, 4, 6, 6, 6)).shape; // [1, 3, 8, 8, 8]
 */
export const conv3dInput: InputGradient = forInput('conv3dInput', conv3d);
/**
 * Gradient of `conv3d` for its weight. @source torch.nn.grad.conv3d_weight
 * @example
 * nn.grad.conv3dWeight(randn(1, 3, 8, 8, 8), [4, 3, 3, 3, 3], randn(1, 4, 6, 6, 6)).shape;
 * // [4, 3, 3, 3, 3]
 */
export const conv3dWeight: WeightGradient = forWeight('conv3dWeight', conv3d);
