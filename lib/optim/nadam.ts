// NAdam: Adam with Nesterov's momentum.
import type { Tensor } from '../tensor/tensor.ts';
import { checkBetas, checkNotNegative, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import {
  decayed,
  hyperParameters,
  type InitialState,
  scalarState,
  TensorOptimizer,
  tensorIn,
  zerosFor,
} from './param-state.ts';

/** Options of {@link NAdam}. */
export interface NAdamOptions {
  /** Learning rate, >= 0. Default 0.002. */
  lr?: Scalar;
  /** How much of the running means of gradient and square is kept, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator, >= 0. Default 1e-8. */
  eps?: number;
  /** Weight decay, >= 0. Default 0. */
  weightDecay?: number;
  /** How fast momentum grows to its full size, >= 0. Default 0.004. */
  momentumDecay?: number;
  /** Decay the parameter itself instead of adding to the gradient. Default false. */
  decoupledWeightDecay?: boolean;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Default null. */
  foreach?: boolean | null;
  /** Default false. */
  capturable?: boolean;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
}

const defaults: Required<NAdamOptions> = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 4e-3,
  decoupledWeightDecay: false,
  maximize: false,
  foreach: null,
  capturable: false,
  differentiable: false,
};

/**
 * NAdam. State for each parameter: `step`, `mu_product`, `exp_avg`, `exp_avg_sq`.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.NAdam; Dozat, "Incorporating Nesterov Momentum into Adam", 2016
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.NAdam([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.8944, 2.3944])
 */
export class NAdam extends TensorOptimizer {
  constructor(params: Params<NAdamOptions>, options: NAdamOptions = {}) {
    super(params, hyperParameters('NAdam', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate', eps: 'epsilon value' });
    checkBetas(group);
    checkNotNegative(group, { weightDecay: 'weight_decay value', momentumDecay: 'momentum_decay value' });
  }

  protected override initialState(param: Tensor): InitialState {
    return [
      ['mu_product', scalarState(1)],
      ['exp_avg', zerosFor(param)],
      ['exp_avg_sq', zerosFor(param)],
    ];
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup, step: number): void {
    const { betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, ...rest } = group as ParamGroup &
      Required<NAdamOptions>;
    const lr = numberOf(rest.lr);
    const [beta1, beta2] = betas;
    let g = grad;
    if (decoupledWeightDecay && weightDecay !== 0) p.mul_(1 - lr * weightDecay);
    else g = decayed(p, grad, weightDecay);
    // mu(t) = beta1 (1 - 0.96^(t decay) / 2)
    const mu = beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
    const next = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * momentumDecay));
    const product = Number(tensorIn(state, 'mu_product').mul_(mu).item());
    const mean = tensorIn(state, 'exp_avg').lerp_(g, 1 - beta1);
    const square = tensorIn(state, 'exp_avg_sq')
      .mul_(beta2)
      .addcmul_(g, g, { value: 1 - beta2 });
    const denominator = square
      .div(1 - beta2 ** step)
      .sqrt()
      .add(eps);
    p.addcdiv_(g, denominator, { value: (-lr * (1 - mu)) / (1 - product) });
    p.addcdiv_(mean, denominator, { value: (-lr * next) / (1 - product * next) });
  }
}
