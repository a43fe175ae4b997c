// Adam, and AdamW, which decays the parameter instead of adding to the gradient.
import type { FloatDtype } from '../dtype.ts';
import { checkOptions, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { emptyOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import {
  checkNotNegative,
  Optimizer,
  onContiguous,
  type ParamGroup,
  type ParamState,
  type Params,
} from './optimizer.ts';

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  /** Learning rate, >= 0. Default 0.001. */
  lr?: number;
  /** How much of the running means of gradient and square is kept, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator, >= 0. Default 1e-8. */
  eps?: number;
  /** Weight decay, >= 0. Default 0 for Adam, 0.01 for AdamW. */
  weightDecay?: number;
  /** Divide by the largest running mean so far. Default false. */
  amsgrad?: boolean;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
}

interface Group extends ParamGroup, Required<AdamOptions> {}

const optionNames = ['lr', 'betas', 'eps', 'weightDecay', 'amsgrad', 'maximize'];

function defaultsOf(who: string, options: AdamOptions, decay: number) {
  checkOptions(who, options, optionNames);
  const {
    lr = 1e-3,
    betas = [0.9, 0.999],
    eps = 1e-8,
    weightDecay = decay,
    amsgrad = false,
    maximize = false,
  } = options;
  const unused = { foreach: null, capturable: false, differentiable: false, fused: null };
  return { lr, betas, eps, weightDecay, amsgrad, maximize, ...unused };
}

/**
 * Adam. State for each parameter: `step` (a float32 scalar), `exp_avg`, `exp_avg_sq`, and `max_exp_avg_sq` for AMSGrad.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.Adam; Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014
 */
export class Adam extends Optimizer {
  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super(params, defaultsOf('Adam', options, 0));
  }

  /** Whether weight decay acts on the parameter itself. */
  protected get decoupled(): boolean {
    return false;
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate', eps: 'epsilon value', weightDecay: 'weight_decay value' });
    const { betas } = group as Group;
    betas.forEach((beta, i) => {
      if (!(beta >= 0 && beta < 1)) throw new ValueError(`Invalid beta parameter at index ${i}: ${beta}`);
    });
  }

  protected override update(group: ParamGroup): void {
    const { lr, betas, eps, weightDecay, amsgrad, maximize, params } = group as Group;
    for (const param of params) {
      if (param.grad === null) continue;
      const state = this.#stateOf(param, amsgrad);
      const step = advance(state);
      const [mean, square, largest] = [state.get('exp_avg'), state.get('exp_avg_sq'), state.get('max_exp_avg_sq')];
      if (mean === undefined || square === undefined) continue;
      onContiguous(param, (p, g) => {
        kernels.adam(
          p.dtype as FloatDtype,
          p,
          g,
          mean,
          square,
          amsgrad ? (largest ?? null) : null,
          p.numel(),
          lr,
          betas[0],
          betas[1],
          eps,
          weightDecay,
          Number(this.decoupled),
          Number(maximize),
          1 - betas[0] ** step,
          1 - betas[1] ** step,
        );
      });
    }
  }

  #stateOf(param: Tensor, amsgrad: boolean): ParamState {
    const present = this.state.get(param);
    if (present !== undefined) return present;
    const zeros = () => emptyOf(param.shape, param.dtype).zero_();
    const state: ParamState = new Map([
      ['step', fromTypedArray(new Float32Array(1), [], 'float32')],
      ['exp_avg', zeros()],
      ['exp_avg_sq', zeros()],
    ]);
    if (amsgrad) state.set('max_exp_avg_sq', zeros());
    this.state.set(param, state);
    return state;
  }
}

// Counts the step in the state and returns the count.
function advance(state: ParamState): number {
  const step = state.get('step');
  step?.add_(1);
  return Number(step?.item() ?? 1);
}

/**
 * Adam with decoupled weight decay. State as for {@link Adam}.
 *
 * @source torch.optim.AdamW; Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2017
 */
export class AdamW extends Adam {
  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super(params, { weightDecay: 1e-2, ...options });
  }

  protected override get decoupled(): boolean {
    return true;
  }
}
