// Adafactor: Adam's second moment kept as one row and one column for each matrix.
import { factsOf } from '../dtype.ts';
import { ValueError } from '../errors.ts';
import { numberText } from '../python.ts';
import { zeros } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkRate, numberOf, type Scalar } from './checks.ts';
import type { ParamGroup, ParamState, Params } from './optimizer.ts';
import { hyperParameters, type InitialState, TensorOptimizer, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link Adafactor}. */
export interface AdafactorOptions {
  /** Learning rate, >= 0. Default 0.01. */
  lr?: Scalar;
  /** Power of the step in the weight of the newest gradient, <= 0. Default -0.8. */
  beta2Decay?: number;
  /** Smallest second moment (null: the dtype's epsilon) and smallest scale of a parameter. Default [null, 1e-3]. */
  eps?: readonly [number | null, number];
  /** Largest root mean square of an update, >= 1. Default 1. */
  d?: number;
  /** Weight decay, >= 0. Default 0. */
  weightDecay?: number;
  /** Default null. */
  foreach?: boolean | null;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
}

const defaults: Required<AdafactorOptions> = {
  lr: 1e-2,
  beta2Decay: -0.8,
  eps: [null, 1e-3],
  d: 1,
  weightDecay: 0,
  foreach: null,
  maximize: false,
};

/**
 * Adafactor. State for each parameter: `step`, and `row_var` and `col_var` for matrices or `variance` for vectors.
 *
 * @throws ValueError for hyper-parameters outside their ranges
 * @source torch.optim.Adafactor; Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory", 2018
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.Adafactor([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.detach(); // tensor([0.8096, 2.3096])
 */
export class Adafactor extends TensorOptimizer {
  constructor(params: Params<AdafactorOptions>, options: AdafactorOptions = {}) {
    super(params, hyperParameters('Adafactor', defaults, options));
  }

  protected override get floats(): readonly string[] {
    return ['d', 'weightDecay'];
  }

  protected override checkGroup(group: ParamGroup): void {
    checkRate(group);
    const { lr, beta2Decay, eps, d, weightDecay } = group as ParamGroup & Required<AdafactorOptions>;
    const check = (ok: boolean, text: string, value: number) => {
      if (!ok) throw new ValueError(`${text} but is: ${numberText(value)}`);
    };
    check(numberOf(lr) >= 0, 'Learning rate should be >= 0', numberOf(lr));
    check(beta2Decay <= 0, 'beta2_decay should be <= 0', beta2Decay);
    check((eps[0] ?? 0) >= 0, 'epsilon1 should be >= 0', eps[0] ?? 0);
    check(eps[1] >= 0, 'epsilon2 should be >= 0', eps[1]);
    check(d >= 1, 'Clipping threshold d should be >= 1', d);
    check(weightDecay >= 0, 'weight_decay should be >= 0', weightDecay);
  }

  protected override initialState(param: Tensor): InitialState {
    const { shape, ndim, dtype } = param;
    if (ndim < 2) return [['variance', zerosFor(param)]];
    const without = (d: number) => zeros([...shape.slice(0, d), 1, ...shape.slice(d + 1)], { dtype });
    return [
      ['row_var', without(ndim - 1)],
      ['col_var', without(ndim - 2)],
    ];
  }

  protected override updateOne(p: Tensor, g: Tensor, state: ParamState, group: ParamGroup, step: number): void {
    const { beta2Decay, eps, d, weightDecay, ...rest } = group as ParamGroup & Required<AdafactorOptions>;
    const lr = numberOf(rest.lr);
    const least = eps[0] ?? factsOf(p.dtype).eps;
    const weight = step ** beta2Decay;
    const size = Math.max(eps[1], rootMeanSquare(p)) * Math.min(lr, 1 / Math.sqrt(step));
    if (weightDecay !== 0) p.mul_(1 - lr * weightDecay);
    const update = estimate(g, state, weight, least)
      .clampMin(least * least)
      .rsqrt()
      .mul(g);
    p.sub_(update, { alpha: size / Math.max(1, rootMeanSquare(update) / d) });
  }
}

// The second moment of each element: the product of row and column means for matrices.
function estimate(g: Tensor, state: ParamState, weight: number, least: number): Tensor {
  if (g.ndim < 2) return tensorIn(state, 'variance').lerp_(g.square(), weight);
  const rows = tensorIn(state, 'row_var').lerp_(meanSquare(g, -1), weight);
  const columns = tensorIn(state, 'col_var').lerp_(meanSquare(g, -2), weight);
  return rows.matmul(columns).div(rows.mean(-2, { keepdim: true }).clampMin(least));
}

function meanSquare(g: Tensor, dim: number): Tensor {
  return g.norm({ dim, keepdim: true }).square().div(g.size(dim));
}

function rootMeanSquare(x: Tensor): number {
  return Number(x.norm().item()) / Math.sqrt(x.numel());
}
