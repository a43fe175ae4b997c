// Muon: momentum whose matrices are replaced by the nearest orthogonal ones.
import { ValueError } from '../errors.ts';
import { numberText } from '../python.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkRate, numberOf, type Scalar } from './checks.ts';
import { gradientOf, Optimizer, type ParamGroup, type Params } from './optimizer.ts';
import { hyperParameters, stateOf, tensorIn, zerosFor } from './param-state.ts';

/** Options of {@link Muon}. */
export interface MuonOptions {
  /** Learning rate, >= 0. Default 0.001. */
  lr?: Scalar;
  /** Weight decay of the parameter itself, >= 0. Default 0.1. */
  weightDecay?: number;
  /** How much of the running mean of gradients is kept, >= 0. Default 0.95. */
  momentum?: number;
  /** Look ahead along the momentum. Default true. */
  nesterov?: boolean;
  /** Coefficients of the Newton-Schulz polynomial. Default [3.4445, -4.775, 2.0315]. */
  nsCoefficients?: readonly [number, number, number];
  /** Smallest norm to divide by. Default 1e-7. */
  eps?: number;
  /** Newton-Schulz steps, below 100. Default 5. */
  nsSteps?: number;
  /** How the learning rate follows the shape: 'original' (null) or 'match_rms_adamw'. Default null. */
  adjustLrFn?: 'original' | 'match_rms_adamw' | null;
}

const defaults: Required<MuonOptions> = {
  lr: 1e-3,
  weightDecay: 0.1,
  momentum: 0.95,
  nesterov: true,
  nsCoefficients: [3.4445, -4.775, 2.0315],
  eps: 1e-7,
  nsSteps: 5,
  adjustLrFn: null,
};

/**
 * Muon, for matrices only. State for each parameter: `momentum_buffer`.
 *
 * @throws ValueError for hyper-parameters outside their ranges and parameters that are no matrices
 * @source torch.optim.Muon; Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024
 * @example
 * const w = tensor([[1, 2.5], [0.5, 1]], { requiresGrad: true });
 * const optimizer = new optim.Muon([w], { lr: 0.1 });
 * w.square().sum().backward();
 * optimizer.step();
 * w.shape; // [2, 2]
 */
export class Muon extends Optimizer {
  constructor(params: Params<MuonOptions>, options: MuonOptions = {}) {
    super(params, hyperParameters('Muon', defaults, options));
  }

  protected override checkGroup(group: ParamGroup): void {
    checkRate(group);
    const { lr, momentum, weightDecay, adjustLrFn, params } = group as ParamGroup & Required<MuonOptions>;
    if (!(numberOf(lr) >= 0)) throw new ValueError(`Learning rate should be >= 0 but is: ${numberText(numberOf(lr))}`);
    if (!(momentum >= 0)) throw new ValueError(`momentum should be >= 0 but is: ${numberText(momentum)}`);
    if (!(weightDecay >= 0)) throw new ValueError(`weight decay should be >= 0 but is: ${numberText(weightDecay)}`);
    if (adjustLrFn !== null && !['original', 'match_rms_adamw'].includes(adjustLrFn)) {
      throw new ValueError(`Adjust learning rate function ${String(adjustLrFn)} is not supported`);
    }
    for (const { ndim, shape } of params) {
      if (ndim === 2) continue;
      throw new ValueError(
        `Muon only supports 2D parameters whereas we found a parameter with size: torch.Size([${shape.join(', ')}])`,
      );
    }
  }

  protected override update(group: ParamGroup): void {
    const { params, weightDecay, momentum, nesterov, adjustLrFn, ...rest } = group as ParamGroup &
      Required<MuonOptions>;
    const lr = numberOf(rest.lr);
    for (const param of params) {
      if (param.grad === null) continue;
      const g = gradientOf(param, false);
      const state = stateOf(this, param, () => [['momentum_buffer', zerosFor(param)]]);
      const mean = tensorIn(state, 'momentum_buffer').lerp_(g, 1 - momentum);
      const update = orthogonal(nesterov ? g.lerp(mean, momentum) : mean, rest);
      const [rows = 1, columns = 1] = param.shape;
      const ratio =
        adjustLrFn === 'match_rms_adamw'
          ? 0.2 * Math.sqrt(Math.max(rows, columns))
          : Math.sqrt(Math.max(1, rows / columns));
      param.mul_(1 - lr * weightDecay).sub_(update.to(param.dtype), { alpha: lr * ratio });
    }
  }
}

// Newton-Schulz: x <- a x + (b s + c s s) x with s = x x'; every number is rounded to bfloat16, as PyTorch computes it.
function orthogonal(g: Tensor, options: Pick<Required<MuonOptions>, 'nsCoefficients' | 'nsSteps' | 'eps'>): Tensor {
  const { nsCoefficients, nsSteps, eps } = options;
  if (nsSteps >= 100) throw new ValueError('Number of steps must be less than 100 for computational efficiency');
  if (nsCoefficients.length !== 3) throw new ValueError('Coefficients must be a tuple of exactly 3 values');
  const [a, b, c] = nsCoefficients;
  const tall = g.size(0) > g.size(1);
  let x = bfloat16(g.to('float32'));
  if (tall) x = x.t();
  x = bfloat16(x.div(bfloat16(x.norm()).clampMin(eps)));
  for (let i = 0; i < nsSteps; i++) {
    const gram = bfloat16(x.matmul(x.t()));
    const update = bfloat16(gram.addmm(gram, gram, { beta: b, alpha: c }));
    x = bfloat16(x.addmm(update, x, { beta: a }));
  }
  return tall ? x.t() : x;
}

function bfloat16(x: Tensor): Tensor {
  return x.to('bfloat16').to('float32');
}
