// Stochastic gradient descent.
import type { FloatDtype } from '../dtype.ts';
import { ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { checkFused, checkNotNegative, numberOf, type Scalar } from './checks.ts';
import { gradientOf, Optimizer, onContiguous, type ParamGroup, type Params } from './optimizer.ts';
import { decayed, hyperParameters } from './param-state.ts';

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate, >= 0. Default 0.001. */
  lr?: Scalar;
  /** Part of the last step that is added to the next, >= 0. Default 0. */
  momentum?: number;
  /** Part of the gradient that momentum leaves out. Default 0. */
  dampening?: number;
  /** Factor of the parameter added to its gradient, >= 0. Default 0. */
  weightDecay?: number;
  /** Look ahead along the momentum. Default false. */
  nesterov?: boolean;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Default null. */
  foreach?: boolean | null;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
  /** Default null. */
  fused?: boolean | null;
}

type Group = ParamGroup & Required<SGDOptions>;

const defaults: Required<SGDOptions> = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
  foreach: null,
  differentiable: false,
  fused: null,
};

/**
 * Stochastic gradient descent, with momentum as PyTorch defines it: the first step's buffer is the gradient itself.
 *
 * State for each parameter: `momentum_buffer`, if there is momentum.
 *
 * @throws ValueError for negative hyper-parameters, or Nesterov without momentum
 * @source torch.optim.SGD
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.SGD([w], { lr: 0.1, momentum: 0.9 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.8000, 2.0000])
 */
export class SGD extends Optimizer {
  constructor(params: Params<SGDOptions>, options: SGDOptions = {}) {
    super(params, hyperParameters('SGD', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate', momentum: 'momentum value', weightDecay: 'weight_decay value' });
    const { nesterov, momentum, dampening } = group as Group;
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening');
    }
    checkFused(group);
  }

  protected override update(group: ParamGroup): void {
    for (const param of group.params) {
      if (param.grad === null) continue;
      if (group.differentiable === true) this.#updateRecorded(param, group as Group);
      else this.#updateFused(param, group as Group);
    }
  }

  #updateFused(param: Tensor, group: Group): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = group;
    let buffer = momentum === 0 ? null : (this.state.get(param)?.get('momentum_buffer') as Tensor | null | undefined);
    const first = momentum !== 0 && !buffer;
    if (first) {
      buffer = emptyOf(param.shape, param.dtype);
      this.state.set(param, new Map([['momentum_buffer', buffer]]));
    }
    onContiguous(param, [buffer ?? null], (p, g) => {
      kernels.sgd(
        p.dtype as FloatDtype,
        p,
        g,
        buffer ?? null,
        p.numel(),
        numberOf(lr),
        momentum,
        dampening,
        weightDecay,
        Number(nesterov),
        Number(maximize),
        Number(first),
      );
    });
  }

  // The kernel's formula in operators that have gradients.
  #updateRecorded(param: Tensor, { lr, momentum, dampening, weightDecay, nesterov, maximize }: Group): void {
    let g = decayed(param, gradientOf(param, maximize), weightDecay);
    if (momentum !== 0) {
      const last = this.state.get(param)?.get('momentum_buffer') as Tensor | undefined;
      const buffer = last === undefined ? g.clone() : last.mul(momentum).add(g, { alpha: 1 - dampening });
      this.state.set(param, new Map([['momentum_buffer', buffer]]));
      g = nesterov ? g.add(buffer, { alpha: momentum }) : buffer;
    }
    param.sub_(g.mul(lr));
  }
}
