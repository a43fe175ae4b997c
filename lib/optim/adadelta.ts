// Adadelta: steps in proportion to the last steps, without a learning rate to choose.
import { ValueError } from '../errors.ts';
import { numberText } from '../python.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkNotNegative, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import { decayed, hyperParameters, type InitialState, TensorOptimizer, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions {
  /** Factor of the step, >= 0. Default 1. */
  lr?: Scalar;
  /** How much of the running means of squares is kept, in [0, 1]. Default 0.9. */
  rho?: number;
  /** Added under the roots, >= 0. Default 1e-6. */
  eps?: number;
  /** Weight decay, >= 0. Default 0. */
  weightDecay?: number;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Default false. */
  capturable?: boolean;
  /** Default null. */
  foreach?: boolean | null;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
}

const defaults: Required<AdadeltaOptions> = {
  lr: 1,
  rho: 0.9,
  eps: 1e-6,
  weightDecay: 0,
  maximize: false,
  capturable: false,
  foreach: null,
  differentiable: false,
};

/**
 * Adadelta. State for each parameter: `step`, `square_avg`, `acc_delta`.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.Adadelta; Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.Adadelta([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.9997, 2.4997])
 */
export class Adadelta extends TensorOptimizer {
  constructor(params: Params<AdadeltaOptions>, options: AdadeltaOptions = {}) {
    super(params, hyperParameters('Adadelta', defaults, options));
  }

  protected override get floats(): readonly string[] {
    return ['lr'];
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate' });
    const { rho } = group as ParamGroup & Required<AdadeltaOptions>;
    if (!(rho >= 0 && rho <= 1)) throw new ValueError(`Invalid rho value: ${numberText(rho)}`);
    checkNotNegative(group, { eps: 'epsilon value', weightDecay: 'weight_decay value' });
  }

  protected override initialState(param: Tensor): InitialState {
    return [
      ['square_avg', zerosFor(param)],
      ['acc_delta', zerosFor(param)],
    ];
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup): void {
    const { lr, rho, eps, weightDecay } = group as ParamGroup & Required<AdadeltaOptions>;
    const g = decayed(p, grad, weightDecay);
    const square = tensorIn(state, 'square_avg')
      .mul_(rho)
      .addcmul_(g, g, { value: 1 - rho });
    const steps = tensorIn(state, 'acc_delta');
    const delta = steps.add(eps).sqrt().div(square.add(eps).sqrt()).mul(g);
    steps.mul_(rho).addcmul_(delta, delta, { value: 1 - rho });
    p.sub_(delta, { alpha: numberOf(lr) });
  }
}
