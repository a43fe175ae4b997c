// Averaged stochastic gradient descent.
import type { Tensor } from '../tensor/tensor.ts';
import { checkNotNegative, numberOf, type Scalar } from './checks.ts';
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

/** Options of {@link ASGD}. */
export interface ASGDOptions {
  /** Learning rate, >= 0. Default 0.01. */
  lr?: Scalar;
  /** Decay of the parameters, and of the step size. Default 1e-4. */
  lambd?: number;
  /** Power of the decay of the step size. Default 0.75. */
  alpha?: number;
  /** Step at which averaging begins. Default 1e6. */
  t0?: number;
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

const defaults: Required<ASGDOptions> = {
  lr: 1e-2,
  lambd: 1e-4,
  alpha: 0.75,
  t0: 1e6,
  weightDecay: 0,
  foreach: null,
  maximize: false,
  differentiable: false,
  capturable: false,
};

/**
 * Averaged SGD. State for each parameter: `step`, `eta` (step size), `mu` (weight of the newest), `ax` (the average).
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.ASGD; Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.ASGD([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.8000, 2.0000])
 */
export class ASGD extends TensorOptimizer {
  constructor(params: Params<ASGDOptions>, options: ASGDOptions = {}) {
    super(params, hyperParameters('ASGD', defaults, options));
  }

  protected override get floats(): readonly string[] {
    return ['t0'];
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate', weightDecay: 'weight_decay value' });
  }

  protected override initialState(param: Tensor, group: ParamGroup): InitialState {
    return [
      ['eta', scalarState(numberOf(group.lr as Scalar))],
      ['mu', scalarState(1)],
      ['ax', zerosFor(param)],
    ];
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup, step: number): void {
    const { lambd, alpha, t0, weightDecay, ...rest } = group as ParamGroup & Required<ASGDOptions>;
    const lr = numberOf(rest.lr);
    const g = decayed(p, grad, weightDecay);
    const [eta, mu, average] = [tensorIn(state, 'eta'), tensorIn(state, 'mu'), tensorIn(state, 'ax')];
    const size = Number(eta.item());
    p.mul_(1 - lambd * size).sub_(g, { alpha: size });
    const weight = Number(mu.item());
    if (weight === 1) average.copy_(p);
    else average.add_(p.sub(average).mul(weight));
    eta.fill_(lr / (1 + lambd * lr * step) ** alpha);
    mu.fill_(1 / Math.max(1, step - t0));
  }
}
