// RMSprop: steps divided by the root of the mean squared gradient.
import type { Tensor } from '../tensor/tensor.ts';
import { checkNotNegative, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import { decayed, hyperParameters, type InitialState, TensorOptimizer, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link RMSprop}. */
export interface RMSpropOptions {
  /** Learning rate, >= 0. Default 0.01. */
  lr?: Scalar;
  /** Part of the last step that is added to the next, >= 0. Default 0. */
  momentum?: number;
  /** How much of the running mean of squares is kept, >= 0. Default 0.99. */
  alpha?: number;
  /** Added to the denominator, >= 0. Default 1e-8. */
  eps?: number;
  /** Divide by the root of the variance instead of the mean square. Default false. */
  centered?: boolean;
  /** Weight decay, >= 0. Default 0. */
  weightDecay?: number;
  /** Default false. */
  capturable?: boolean;
  /** Default null. */
  foreach?: boolean | null;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
}

const defaults: Required<RMSpropOptions> = {
  lr: 1e-2,
  momentum: 0,
  alpha: 0.99,
  eps: 1e-8,
  centered: false,
  weightDecay: 0,
  capturable: false,
  foreach: null,
  maximize: false,
  differentiable: false,
};

/**
 * RMSprop. State for each parameter: `step`, `square_avg`, `momentum_buffer` with momentum, `grad_avg` if centered.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.RMSprop; Hinton, "Neural Networks for Machine Learning", lecture 6
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.RMSprop([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([5.9605e-08, 1.5000e+00])
 */
export class RMSprop extends TensorOptimizer {
  constructor(params: Params<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(params, hyperParameters('RMSprop', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, {
      lr: 'learning rate',
      eps: 'epsilon value',
      momentum: 'momentum value',
      weightDecay: 'weight_decay value',
      alpha: 'alpha value',
    });
  }

  protected override initialState(param: Tensor, group: ParamGroup): InitialState {
    const { momentum, centered } = group as ParamGroup & Required<RMSpropOptions>;
    const names = ['square_avg', ...(momentum > 0 ? ['momentum_buffer'] : []), ...(centered ? ['grad_avg'] : [])];
    return names.map((name) => [name, zerosFor(param)]);
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup): void {
    const { lr, momentum, alpha, eps, centered, weightDecay } = group as ParamGroup & Required<RMSpropOptions>;
    const g = decayed(p, grad, weightDecay);
    let square = tensorIn(state, 'square_avg')
      .mul_(alpha)
      .addcmul_(g, g, { value: 1 - alpha });
    if (centered) {
      const mean = tensorIn(state, 'grad_avg').lerp_(g, 1 - alpha);
      square = square.addcmul(mean, mean, { value: -1 });
    }
    const root = square.sqrt().add(eps);
    if (momentum > 0)
      p.sub_(tensorIn(state, 'momentum_buffer').mul_(momentum).addcdiv_(g, root), { alpha: numberOf(lr) });
    else p.addcdiv_(g, root, { value: -numberOf(lr) });
  }
}
