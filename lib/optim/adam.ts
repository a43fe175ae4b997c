// Adam, and AdamW, which decays the parameter instead of adding to the gradient.
import type { FloatDtype } from '../dtype.ts';
import { ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkBetas, checkFused, checkNotNegative, numberOf, type Scalar } from './checks.ts';
import { gradientOf, Optimizer, onContiguous, type ParamGroup, type ParamState, type Params } from './optimizer.ts';
import { countStep, decayed, hyperParameters, scalarState, stateOf, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  /** Learning rate, >= 0. Default 0.001. */
  lr?: Scalar;
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
  /** Default null. */
  foreach?: boolean | null;
  /** Default false. */
  capturable?: boolean;
  /** Record the step for backward. Default false. */
  differentiable?: boolean;
  /** Default null. */
  fused?: boolean | null;
}

type Group = ParamGroup & Required<AdamOptions>;

const adamDefaults: Required<AdamOptions> = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  foreach: null,
  capturable: false,
  differentiable: false,
  fused: null,
};

// The order is PyTorch's: it shows in state dicts.
const adamWDefaults: Required<AdamOptions> = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 1e-2,
  amsgrad: false,
  foreach: null,
  maximize: false,
  capturable: false,
  differentiable: false,
  fused: null,
};

/**
 * Adam. State for each parameter: `step` (a float32 scalar), `exp_avg`, `exp_avg_sq`, and `max_exp_avg_sq` for AMSGrad.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.Adam; Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2014
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.Adam([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.9000, 2.4000])
 */
export class Adam extends Optimizer {
  /** @internal The hyper-parameters in PyTorch's order. */
  static readonly hyperParameters: Readonly<Required<AdamOptions>> = adamDefaults;

  constructor(params: Params<AdamOptions>, options: AdamOptions = {}) {
    super(params, hyperParameters(new.target.name, new.target.hyperParameters, options));
  }

  /** Whether weight decay acts on the parameter itself. */
  protected get decoupled(): boolean {
    return false;
  }

  protected override checkGroup(group: ParamGroup): void {
    if (group.lr instanceof Tensor && group.foreach && !group.capturable) {
      throw new ValueError('lr as a Tensor is not supported for capturable=False and foreach=True');
    }
    checkNotNegative(group, { lr: 'learning rate', eps: 'epsilon value' });
    checkBetas(group);
    checkNotNegative(group, { weightDecay: 'weight_decay value' });
    checkFused(group);
  }

  protected override update(group: ParamGroup): void {
    for (const param of group.params) {
      if (param.grad === null) continue;
      const state = this.#stateOf(param, group.amsgrad === true);
      const step = countStep(state);
      if (group.differentiable === true) this.#updateRecorded(param, state, group as Group, step);
      else this.#updateFused(param, state, group as Group, step);
    }
  }

  #updateFused(param: Tensor, state: ParamState, group: Group, step: number): void {
    const { lr, betas, eps, weightDecay, amsgrad, maximize } = group;
    const [mean, square] = [tensorIn(state, 'exp_avg'), tensorIn(state, 'exp_avg_sq')];
    const largest = amsgrad ? tensorIn(state, 'max_exp_avg_sq') : null;
    onContiguous(param, [mean, square, largest], (p, g) => {
      kernels.adam(
        p.dtype as FloatDtype,
        p,
        g,
        mean,
        square,
        largest,
        p.numel(),
        numberOf(lr),
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

  // The kernel's formula in operators that have gradients.
  #updateRecorded(param: Tensor, state: ParamState, group: Group, step: number): void {
    const { lr, betas, eps, weightDecay, amsgrad, maximize } = group;
    const grad = gradientOf(param, maximize);
    if (this.decoupled && weightDecay !== 0) param.mul_(1 - numberOf(lr) * weightDecay);
    const g = this.decoupled ? grad : decayed(param, grad, weightDecay);
    const mean = tensorIn(state, 'exp_avg').lerp(g, 1 - betas[0]);
    const square = tensorIn(state, 'exp_avg_sq')
      .mul(betas[1])
      .addcmul(g, g, { value: 1 - betas[1] });
    state.set('exp_avg', mean);
    state.set('exp_avg_sq', square);
    let second = square;
    if (amsgrad) {
      second = tensorIn(state, 'max_exp_avg_sq').maximum(square);
      state.set('max_exp_avg_sq', second);
    }
    const root = second
      .sqrt()
      .div(Math.sqrt(1 - betas[1] ** step))
      .add(eps);
    param.sub_(
      mean
        .div(root)
        .mul(lr)
        .div(1 - betas[0] ** step),
    );
  }

  #stateOf(param: Tensor, amsgrad: boolean): ParamState {
    return stateOf(this, param, () => [
      ['step', scalarState(0)],
      ['exp_avg', zerosFor(param)],
      ['exp_avg_sq', zerosFor(param)],
      ...(amsgrad ? ([['max_exp_avg_sq', zerosFor(param)]] as const) : []),
    ]);
  }
}

/**
 * Adam with decoupled weight decay. State as for {@link Adam}.
 *
 * @source torch.optim.AdamW; Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2017
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.AdamW([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.8990, 2.3975])
 */
export class AdamW extends Adam {
  static override readonly hyperParameters: Readonly<Required<AdamOptions>> = adamWDefaults;

  protected override get decoupled(): boolean {
    return true;
  }
}
