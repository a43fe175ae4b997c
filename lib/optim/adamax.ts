// Adamax: Adam with the largest gradient instead of the mean square.
import type { Tensor } from '../tensor/tensor.ts';
import { checkBetas, checkNotNegative, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import { decayed, hyperParameters, type InitialState, TensorOptimizer, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link Adamax}. */
export interface AdamaxOptions {
  /** Learning rate, >= 0. Default 0.002. */
  lr?: Scalar;
  /** How much of the running mean and maximum is kept, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator, >= 0. Default 1e-8. */
  eps?: number;
  /** Weight decay, >= 0. Default 0. */
  weightDecay?: number;
  /** Default null. */
  foreach?: boolean | null;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
  /** Default false. */
  capturable?: boolean;
}

const defaults: Required<AdamaxOptions> = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  foreach: null,
  maximize: false,
  differentiable: false,
  capturable: false,
};

/**
 * Adamax. State for each parameter: `step`, `exp_avg`, `exp_inf`.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.Adamax; Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.Adamax([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.9000, 2.4000])
 */
export class Adamax extends TensorOptimizer {
  constructor(params: Params<AdamaxOptions>, options: AdamaxOptions = {}) {
    super(params, hyperParameters('Adamax', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate', eps: 'epsilon value' });
    checkBetas(group);
    checkNotNegative(group, { weightDecay: 'weight_decay value' });
  }

  protected override initialState(param: Tensor): InitialState {
    return [
      ['exp_avg', zerosFor(param)],
      ['exp_inf', zerosFor(param)],
    ];
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup, step: number): void {
    const { lr, betas, eps, weightDecay } = group as ParamGroup & Required<AdamaxOptions>;
    const g = decayed(p, grad, weightDecay);
    const mean = tensorIn(state, 'exp_avg').lerp_(g, 1 - betas[0]);
    const largest = tensorIn(state, 'exp_inf');
    largest.copy_(largest.mul(betas[1]).maximum(g.abs().add(eps)));
    p.addcdiv_(mean, largest, { value: -numberOf(lr) / (1 - betas[0] ** step) });
  }
}
