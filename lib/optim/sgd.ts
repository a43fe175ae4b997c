// Stochastic gradient descent.
import type { FloatDtype } from '../dtype.ts';
import { checkOptions, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { emptyOf } from '../tensor/tensor.ts';
import { checkNotNegative, Optimizer, onContiguous, type ParamGroup, type Params } from './optimizer.ts';

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate, >= 0. Default 0.001. */
  lr?: number;
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
}

interface Group extends ParamGroup, Required<SGDOptions> {}

/**
 * Stochastic gradient descent, with momentum as PyTorch defines it: the first step's buffer is the gradient itself.
 *
 * State for each parameter: `momentum_buffer`, if there is momentum.
 *
 * @throws ValueError for negative hyper-parameters, or Nesterov without momentum
 * @source torch.optim.SGD
 * @example new optim.SGD(net.parameters(), { lr: 0.01, momentum: 0.9 })
 */
export class SGD extends Optimizer {
  constructor(params: Params<SGDOptions>, options: SGDOptions = {}) {
    const known = ['lr', 'momentum', 'dampening', 'weightDecay', 'nesterov', 'maximize'];
    checkOptions('SGD', options, known);
    const { lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = options;
    const unused = { foreach: null, differentiable: false, fused: null };
    super(params, { lr, momentum, dampening, weightDecay, nesterov, maximize, ...unused });
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate', momentum: 'momentum value', weightDecay: 'weight_decay value' });
    const { nesterov, momentum, dampening } = group as Group;
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening');
    }
  }

  protected override update(group: ParamGroup): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize, params } = group as Group;
    for (const param of params) {
      if (param.grad === null) continue;
      let state = this.state.get(param);
      const first = momentum !== 0 && !state?.has('momentum_buffer');
      if (first) {
        state ??= new Map();
        state.set('momentum_buffer', emptyOf(param.shape, param.dtype));
        this.state.set(param, state);
      }
      const buffer = momentum === 0 ? null : (state?.get('momentum_buffer') ?? null);
      onContiguous(param, (p, g) => {
        kernels.sgd(
          p.dtype as FloatDtype,
          p,
          g,
          buffer,
          p.numel(),
          lr,
          momentum,
          dampening,
          weightDecay,
          Number(nesterov),
          Number(maximize),
          Number(first),
        );
      });
    }
  }
}
