// Layers and the batch normalisation behind them as one layer, for evaluation.
import { withGradMode } from '../autograd/mode.ts';
import { checkOptions, ShapeError, StateError } from '../errors.ts';
import { add, mul, sub } from '../functional/binary.ts';
import { cast } from '../functional/copies.ts';
import { rsqrt } from '../functional/unary.ts';
import { reshape } from '../functional/views.ts';
import { onesLike, zerosLike } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { deepcopy } from './deepcopy.ts';
import { checkModule } from './hooked-weights.ts';
import type { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** What a fusion reads of a batch normalisation. */
interface Normalisation extends Module {
  readonly running_mean: Tensor | null;
  readonly running_var: Tensor | null;
  readonly eps: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
}

interface Weighted extends Module {
  weight: Parameter;
  bias: Parameter | null;
}

/** Options of the fusions of convolutions. */
export interface FuseOptions {
  /** Whether the convolution is a transposed one. Default: false. */
  transpose?: boolean;
}

function statistics(who: string, layer: Module, bn: Normalisation): [mean: Tensor, variance: Tensor] {
  checkModule(who, layer);
  checkModule(who, bn);
  if (layer.training || bn.training) throw new StateError('Fusion only for eval!');
  const { running_mean: mean, running_var: variance } = bn;
  if (!mean || !variance) throw new StateError('Fusion needs running statistics');
  return [mean, variance];
}

function fused<Layer extends Weighted>(layer: Layer, [weight, bias]: readonly [Parameter, Parameter]): Layer {
  const copy = deepcopy(layer);
  copy._parameters.set('weight', weight);
  copy._parameters.set('bias', bias);
  return copy;
}

/**
 * A convolution that does what `conv` and `bn` do, both in evaluation. @source torch.nn.utils.fuse_conv_bn_eval
 * @example
 * const [conv, bn] = [new nn.Conv2d(3, 8, 3).eval(), new nn.BatchNorm2d(8).eval()];
 * const x = randn(1, 3, 6, 6);
 * allclose(nn.utils.fuseConvBnEval(conv, bn)(x), bn(conv(x)), { atol: 1e-6 }); // true
 */
export function fuseConvBnEval<Layer extends Weighted>(
  conv: Layer,
  bn: Normalisation,
  options: FuseOptions | boolean = {},
): Layer {
  const [mean, variance] = statistics('fuseConvBnEval', conv, bn);
  return fused(conv, fuseConvBnWeights(conv.weight, conv.bias, mean, variance, bn.eps, bn.weight, bn.bias, options));
}

/**
 * Weight and bias of the fused convolution. @source torch.nn.utils.fuse_conv_bn_weights
 * @example
 * const [mean, variance, weight, bias] = [zeros(8), ones(8), ones(8), zeros(8)];
 * nn.utils.fuseConvBnWeights(ones(8, 3, 3, 3), null, mean, variance, 1e-5, weight, bias).map(({ shape }) => shape);
 * // [[8, 3, 3, 3], [8]]
 */
export function fuseConvBnWeights(
  convWeight: Tensor,
  convBias: Tensor | null,
  mean: Tensor,
  variance: Tensor,
  eps: number,
  bnWeight: Tensor | null,
  bnBias: Tensor | null,
  options: FuseOptions | boolean = {},
): [Parameter, Parameter] {
  const named = typeof options === 'boolean' ? { transpose: options } : options;
  checkOptions('fuseConvBnWeights', named, ['transpose']);
  const { transpose = false } = named;
  const channels = transpose ? 1 : 0;
  const shape = checkTensor('fuseConvBnWeights', 'convWeight', convWeight).shape.map((_, d) =>
    d === channels ? -1 : 1,
  );
  return scaled(convWeight, convBias, mean, variance, eps, bnWeight, bnBias, shape);
}

/**
 * A linear layer that does what `linear` and `bn` do, both in evaluation.
 *
 * @source torch.nn.utils.fuse_linear_bn_eval
 * @example
 * const [linear, bn] = [new nn.Linear(4, 8).eval(), new nn.BatchNorm1d(8).eval()];
 * const x = randn(2, 4);
 * allclose(nn.utils.fuseLinearBnEval(linear, bn)(x), bn(linear(x)), { atol: 1e-6 }); // true
 */
export function fuseLinearBnEval<Layer extends Weighted>(linear: Layer, bn: Normalisation): Layer {
  const [mean, variance] = statistics('fuseLinearBnEval', linear, bn);
  const features = mean.numel();
  if (features !== linear.weight.shape[0] && features !== 1) {
    throw new ShapeError('To fuse, linear.out_features == bn.num_features or bn.num_features == 1');
  }
  return fused(linear, fuseLinearBnWeights(linear.weight, linear.bias, mean, variance, bn.eps, bn.weight, bn.bias));
}

/**
 * Weight and bias of the fused linear layer. @source torch.nn.utils.fuse_linear_bn_weights
 * @example
 * const [mean, variance, weight, bias] = [zeros(8), ones(8), ones(8), zeros(8)];
 * nn.utils.fuseLinearBnWeights(ones(8, 4), null, mean, variance, 1e-5, weight, bias).map(({ shape }) => shape);
 * // [[8, 4], [8]]
 */
export function fuseLinearBnWeights(
  linearWeight: Tensor,
  linearBias: Tensor | null,
  mean: Tensor,
  variance: Tensor,
  eps: number,
  bnWeight: Tensor | null,
  bnBias: Tensor | null,
): [Parameter, Parameter] {
  return scaled(linearWeight, linearBias, mean, variance, eps, bnWeight, bnBias, [-1, 1]);
}

// w s and (b - mean) s + bias, with s = weight / sqrt(variance + eps)
function scaled(
  weight: Tensor,
  bias: Tensor | null,
  mean: Tensor,
  variance: Tensor,
  eps: number,
  bnWeight: Tensor | null,
  bnBias: Tensor | null,
  shape: readonly number[],
): [Parameter, Parameter] {
  return withGradMode(false, () => {
    const scale = mul(bnWeight ?? onesLike(mean), rsqrt(add(variance, eps)));
    const w = cast(mul(weight, reshape(scale, [...shape])), weight.dtype);
    const b = add(mul(sub(bias ?? zerosLike(mean), mean), scale), bnBias ?? zerosLike(mean));
    return [
      new Parameter(w, { requiresGrad: weight.requiresGrad }),
      new Parameter(cast(b, (bias ?? weight).dtype), { requiresGrad: bias?.requiresGrad ?? false }),
    ];
  });
}
