// RAdam: Adam that waits with its second moment until its variance is bounded.
import type { Tensor } from '../tensor/tensor.ts';
import { checkBetas, checkNotNegative, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import { decayed, hyperParameters, type InitialState, TensorOptimizer, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link RAdam}. */
export interface RAdamOptions {
  /** Learning rate, >= 0. Default 0.001. */
  lr?: Scalar;
  /** How much of the running means of gradient and square is kept, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator, >= 0. Default 1e-8. */
  eps?: number;
  /** Weight decay, >= 0. Default 0. */
  weightDecay?: number;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Default null. */
  foreach?: boolean | null;
  /** Default false. */
  capturable?: boolean;
  /** Decay the parameter itself instead of adding to the gradient. Default false. */
  decoupledWeightDecay?: boolean;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
}

const defaults: Required<RAdamOptions> = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
  foreach: null,
  capturable: false,
  decoupledWeightDecay: false,
  differentiable: false,
};

/**
 * RAdam. State for each parameter: `step`, `exp_avg`, `exp_avg_sq`.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.RAdam; Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", 2019
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.RAdam([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.8000, 2.0000])
 */
export class RAdam extends TensorOptimizer {
  constructor(params: Params<RAdamOptions>, options: RAdamOptions = {}) {
    super(params, hyperParameters('RAdam', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate', eps: 'epsilon value' });
    checkBetas(group);
    checkNotNegative(group, { weightDecay: 'weight_decay value' });
  }

  protected override initialState(param: Tensor): InitialState {
    return [
      ['exp_avg', zerosFor(param)],
      ['exp_avg_sq', zerosFor(param)],
    ];
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup, step: number): void {
    const { betas, eps, weightDecay, decoupledWeightDecay, ...rest } = group as ParamGroup & Required<RAdamOptions>;
    const lr = numberOf(rest.lr);
    const [beta1, beta2] = betas;
    let g = grad;
    if (decoupledWeightDecay && weightDecay !== 0) p.mul_(1 - lr * weightDecay);
    else g = decayed(p, grad, weightDecay);
    const mean = tensorIn(state, 'exp_avg').lerp_(g, 1 - beta1);
    const square = tensorIn(state, 'exp_avg_sq')
      .mul_(beta2)
      .addcmul_(g, g, { value: 1 - beta2 });
    const correction = 1 - beta2 ** step;
    const move = mean.div(1 - beta1 ** step).mul(lr);
    // rho: the length of the simple average that approximates the exponential one; above 5 its variance is known.
    const limit = 2 / (1 - beta2) - 1;
    const rho = limit - (2 * step * beta2 ** step) / correction;
    if (rho <= 5) {
      p.sub_(move);
      return;
    }
    const rect = Math.sqrt(((rho - 4) * (rho - 2) * limit) / ((limit - 4) * (limit - 2) * rho));
    p.sub_(move.mul(square.sqrt().add(eps).reciprocal().mul(Math.sqrt(correction))).mul(rect));
  }
}
