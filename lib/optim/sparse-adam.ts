// SparseAdam: Adam for sparse gradients, which tensors here never have; it refuses dense ones as PyTorch's does.
import { StateError, ValueError } from '../errors.ts';
import { numberText } from '../python.ts';
import { checkBetas, checkRate, numberOf, type Scalar } from './checks.ts';
import { Optimizer, type ParamGroup, type Params } from './optimizer.ts';
import { hyperParameters } from './param-state.ts';

/** Options of {@link SparseAdam}. */
export interface SparseAdamOptions {
  /** Learning rate, > 0. Default 0.001. */
  lr?: Scalar;
  /** How much of the running means of gradient and square is kept, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator, > 0. Default 1e-8. */
  eps?: number;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
}

const defaults: Required<SparseAdamOptions> = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, maximize: false };

/**
 * Adam for sparse gradients.
 *
 * @throws ValueError for hyper-parameters outside their ranges; `step` throws StateError for a dense gradient
 * @source torch.optim.SparseAdam
 * @example
 * const optimizer = new optim.SparseAdam([zeros(10, 3, { requiresGrad: true })], { lr: 0.1 });
 * optimizer.paramGroups[0]?.lr; // 0.1
 */
export class SparseAdam extends Optimizer {
  constructor(params: Params<SparseAdamOptions>, options: SparseAdamOptions = {}) {
    super(params, hyperParameters('SparseAdam', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkRate(group);
    const { lr, eps } = group as ParamGroup & Required<SparseAdamOptions>;
    if (!(numberOf(lr) > 0)) throw new ValueError(`Invalid learning rate: ${numberText(numberOf(lr))}`);
    if (!(eps > 0)) throw new ValueError(`Invalid epsilon value: ${numberText(eps)}`);
    checkBetas(group);
  }

  protected override update(group: ParamGroup): void {
    if (group.params.every((param) => param.grad === null)) return;
    throw new StateError('SparseAdam does not support dense gradients, please consider Adam instead');
  }
}
