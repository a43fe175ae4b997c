// Rprop: a step size for each element that grows while the gradient keeps its sign.
import { ValueError } from '../errors.ts';
import { where } from '../functional/select.ts';
import { numberText } from '../python.ts';
import { fullLike } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkNotNegative, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import { hyperParameters, type InitialState, TensorOptimizer, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link Rprop}. */
export interface RpropOptions {
  /** Size of the first steps, >= 0. Default 0.01. */
  lr?: Scalar;
  /** Factors for a changed sign, in (0, 1), and for the same sign, above 1. Default [0.5, 1.2]. */
  etas?: readonly [number, number];
  /** Smallest and largest step. Default [1e-6, 50]. */
  stepSizes?: readonly [number, number];
  /** Default null. */
  foreach?: boolean | null;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
  /** Default false. */
  capturable?: boolean;
}

const defaults: Required<RpropOptions> = {
  lr: 1e-2,
  etas: [0.5, 1.2],
  stepSizes: [1e-6, 50],
  foreach: null,
  maximize: false,
  differentiable: false,
  capturable: false,
};

/**
 * Resilient backpropagation. State for each parameter: `step`, `prev` (the last gradient), `step_size`.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.Rprop; Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning", 1993
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.Rprop([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.9000, 2.4000])
 */
export class Rprop extends TensorOptimizer {
  constructor(params: Params<RpropOptions>, options: RpropOptions = {}) {
    super(params, hyperParameters('Rprop', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate' });
    const [less, more] = (group as ParamGroup & Required<RpropOptions>).etas;
    if (!(less > 0 && less < 1 && more > 1)) {
      throw new ValueError(`Invalid eta values: ${numberText(less)}, ${numberText(more)}`);
    }
  }

  protected override initialState(param: Tensor, group: ParamGroup): InitialState {
    return [
      ['prev', zerosFor(param)],
      ['step_size', fullLike(param.detach(), numberOf(group.lr as Scalar))],
    ];
  }

  protected override updateOne(p: Tensor, grad: Tensor, state: ParamState, group: ParamGroup): void {
    const { etas, stepSizes } = group as ParamGroup & Required<RpropOptions>;
    const [last, size] = [tensorIn(state, 'prev'), tensorIn(state, 'step_size')];
    const agreement = grad.mul(last);
    const turned = agreement.lt(0);
    const ones = fullLike(agreement.detach(), 1);
    const factor = where(turned, ones.mul(etas[0]), where(agreement.gt(0), ones.mul(etas[1]), ones));
    size.mul_(factor).clamp_(stepSizes[0], stepSizes[1]);
    // Where the sign changed, the step is skipped and the next one starts afresh.
    const g = grad.maskedFill(turned, 0);
    p.addcmul_(g.sign(), size, { value: -1 });
    last.copy_(g);
  }
}
