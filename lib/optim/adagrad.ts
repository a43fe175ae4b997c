// Adagrad: steps divided by the root of all squared gradients so far.
import { fullLike } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkFused, checkNotNegative, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import {
  decayed,
  hyperParameters,
  type InitialState,
  scalarState,
  stateOf,
  TensorOptimizer,
  tensorIn,
} from './param-state.ts';

/** Options of {@link Adagrad}. */
export interface AdagradOptions {
  /** Learning rate, >= 0. Default 0.01. */
  lr?: Scalar;
  /** How fast the learning rate shrinks: lr / (1 + (step - 1) lrDecay), >= 0. Default 0. */
  lrDecay?: number;
  /** Added to the denominator, >= 0. Default 1e-10. */
  eps?: number;
  /** Weight decay, >= 0. Default 0. */
  weightDecay?: number;
  /** What the sums of squares begin with, >= 0. Default 0. */
  initialAccumulatorValue?: number;
  /** Default null. */
  foreach?: boolean | null;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
  /** Default null. */
  fused?: boolean | null;
}

const defaults: Required<AdagradOptions> = {
  lr: 1e-2,
  lrDecay: 0,
  eps: 1e-10,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  foreach: null,
  maximize: false,
  differentiable: false,
  fused: null,
};

/**
 * Adagrad. State for each parameter, from the start: `step`, `sum`.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.Adagrad; Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.Adagrad([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.9000, 2.4000])
 */
export class Adagrad extends TensorOptimizer {
  constructor(params: Params<AdagradOptions>, options: AdagradOptions = {}) {
    super(params, hyperParameters('Adagrad', defaults, options));
    for (const group of this.paramGroups) {
      for (const param of group.params) {
        stateOf(this, param, () => [['step', scalarState(0)], ...this.initialState(param, group)]);
      }
    }
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, {
      lr: 'learning rate',
      lrDecay: 'lr_decay value',
      weightDecay: 'weight_decay value',
      initialAccumulatorValue: 'initial_accumulator_value value',
      eps: 'epsilon value',
    });
    checkFused(group);
  }

  protected override initialState(param: Tensor, group: ParamGroup): InitialState {
    return [['sum', fullLike(param.detach(), Number(group.initialAccumulatorValue))]];
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup, step: number): void {
    const { lr, lrDecay, eps, weightDecay } = group as ParamGroup & Required<AdagradOptions>;
    const g = decayed(p, grad, weightDecay);
    const sum = tensorIn(state, 'sum').addcmul_(g, g);
    p.addcdiv_(g, sum.sqrt().add(eps), { value: -numberOf(lr) / (1 + (step - 1) * lrDecay) });
  }
}
