// Losses with options of their own: likelihoods, divergences, distances and margins.
import { ValueError } from '../errors.ts';
import {
  cosineEmbeddingLoss,
  type GaussianNllLossOptions,
  gaussianNllLoss,
  hingeEmbeddingLoss,
  type KlDivOptions,
  klDiv,
  type MarginLossOptions,
  marginRankingLoss,
  type PoissonNllLossOptions,
  poissonNllLoss,
  type TripletMarginLossOptions,
  type TripletWithDistanceOptions,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from '../functional/loss-composed.ts';
import {
  type HuberLossOptions,
  huberLoss,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from '../functional/loss-elements.ts';
import type { LossOptions } from '../functional/loss-reduction.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { PairwiseDistance } from './distance.ts';
import { Loss } from './loss.ts';

export type {
  GaussianNllLossOptions,
  KlDivOptions,
  MarginLossOptions,
  PoissonNllLossOptions,
  SmoothL1LossOptions,
  TripletMarginLossOptions,
  TripletWithDistanceOptions,
};

/**
 * e^x - y x, the negative log-likelihood of counts. @source torch.nn.PoissonNLLLoss
 * @example new nn.PoissonNLLLoss()(tensor([0.5, 1]), tensor([1, 2])); // tensor(0.9335)
 */
export class PoissonNLLLoss extends Loss {
  readonly logInput: boolean;
  readonly full: boolean;
  readonly eps: number;

  constructor(options: PoissonNllLossOptions = {}) {
    super(options, ['logInput', 'full', 'eps']);
    this.logInput = options.logInput ?? true;
    this.full = options.full ?? false;
    this.eps = options.eps ?? 1e-8;
  }

  /** @param input - any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { logInput, full, eps, reduction } = this;
    return poissonNllLoss(input, target, { logInput, full, eps, reduction });
  }
}

/**
 * (log v + (x - y)^2 / v) / 2, the negative log-likelihood of normal distributions.
 *
 * @source torch.nn.GaussianNLLLoss
 * @example new nn.GaussianNLLLoss()(tensor([0.5, 1]), tensor([1, 2]), tensor([1, 0.5])); // tensor(0.3892)
 */
export class GaussianNLLLoss extends Loss {
  readonly full: boolean;
  readonly eps: number;

  constructor(options: GaussianNllLossOptions = {}) {
    super(options, ['full', 'eps']);
    this.full = options.full ?? false;
    this.eps = options.eps ?? 1e-6;
  }

  /** @param variance - the shape of the input, or 1 or nothing for its last dimension; or a number */
  override forward(input: Tensor, target: Tensor, variance: Tensor | number): Tensor {
    const { full, eps, reduction } = this;
    return gaussianNllLoss(input, target, variance, { full, eps, reduction });
  }
}

/**
 * y (log y - x), the divergence of distributions given as logarithms. @source torch.nn.KLDivLoss
 * @example
 * const [p, q] = [tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]])];
 * new nn.KLDivLoss({ reduction: 'batchmean' })(q.log(), p); // tensor(0.1438)
 */
export class KLDivLoss extends Loss {
  readonly logTarget: boolean;

  constructor(options: KlDivOptions = {}) {
    super(options as LossOptions, ['logTarget']);
    this.logTarget = options.logTarget ?? false;
  }

  /** @param input - log-probabilities, any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { logTarget, reduction } = this;
    return klDiv(input, target, { logTarget, reduction });
  }
}

/**
 * A square up to a distance of beta, a line of slope 1 beyond. @source torch.nn.SmoothL1Loss
 * @example new nn.SmoothL1Loss()(tensor([1, 2.5]), tensor([1, 5])); // tensor(1.)
 */
export class SmoothL1Loss extends Loss {
  readonly beta: number;

  constructor(options: SmoothL1LossOptions = {}) {
    super(options, ['beta']);
    this.beta = options.beta ?? 1;
  }

  /** @param input - any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { beta, reduction } = this;
    return smoothL1Loss(input, target, { beta, reduction });
  }
}

/**
 * A square up to a distance of delta, a line of slope delta beyond. @source torch.nn.HuberLoss
 * @example new nn.HuberLoss({ delta: 2 })(tensor([1, 2.5]), tensor([1, 5])); // tensor(1.5000)
 */
export class HuberLoss extends Loss {
  readonly delta: number;

  constructor(options: Omit<HuberLossOptions, 'weight'> = {}) {
    super(options, ['delta']);
    this.delta = options.delta ?? 1;
  }

  /** @param input - any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { delta, reduction } = this;
    return huberLoss(input, target, { delta, reduction });
  }
}

/**
 * x for targets 1, max(0, margin - x) for targets -1. @source torch.nn.HingeEmbeddingLoss
 * @example new nn.HingeEmbeddingLoss()(tensor([0.5, 0.25]), tensor([1, -1])); // tensor(0.6250)
 */
export class HingeEmbeddingLoss extends Loss {
  readonly margin: number;

  constructor(options: MarginLossOptions = {}) {
    super(options, ['margin']);
    this.margin = options.margin ?? 1;
  }

  /** @param input - any shape. @param target - 1 or -1, the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { margin, reduction } = this;
    return hingeEmbeddingLoss(input, target, { margin, reduction });
  }
}

/**
 * 1 - cos for targets 1, max(0, cos - margin) for targets -1. @source torch.nn.CosineEmbeddingLoss
 * @example new nn.CosineEmbeddingLoss()(tensor([[1, 0.5]]), tensor([[0.5, 1]]), tensor([1])); // tensor(0.2000)
 */
export class CosineEmbeddingLoss extends Loss {
  readonly margin: number;

  constructor(options: MarginLossOptions = {}) {
    super(options, ['margin']);
    this.margin = options.margin ?? 0;
  }

  /** @param input1 - `(N, D)` or `(D)`. @param input2 - the same. @param target - `(N)` or `()` */
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    const { margin, reduction } = this;
    return cosineEmbeddingLoss(input1, input2, target, { margin, reduction });
  }
}

/**
 * max(0, -y (x1 - x2) + margin). @source torch.nn.MarginRankingLoss
 * @example new nn.MarginRankingLoss()(tensor([0.5, 1]), tensor([1.5, 0]), tensor([1, 1])); // tensor(0.5000)
 */
export class MarginRankingLoss extends Loss {
  readonly margin: number;

  constructor(options: MarginLossOptions = {}) {
    super(options, ['margin']);
    this.margin = options.margin ?? 0;
  }

  /** @param input1 - `(N)` or `()`, as the others */
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    const { margin, reduction } = this;
    return marginRankingLoss(input1, input2, target, { margin, reduction });
  }
}

/**
 * max(0, margin + d(anchor, positive) - d(anchor, negative)). @source torch.nn.TripletMarginLoss
 * @example new nn.TripletMarginLoss()(tensor([[0, 0.5]]), tensor([[0, 1]]), tensor([[0.5, 1]])); // tensor(0.7929)
 */
export class TripletMarginLoss extends Loss {
  readonly margin: number;
  readonly p: number;
  readonly eps: number;
  readonly swap: boolean;

  constructor(options: TripletMarginLossOptions = {}) {
    const { margin = 1 } = options ?? {};
    if (!(margin > 0)) {
      throw new ValueError(`TripletMarginLoss: expected margin to be greater than 0, got ${margin} instead`);
    }
    super(options, ['margin', 'p', 'eps', 'swap']);
    this.margin = options.margin ?? 1;
    this.p = options.p ?? 2;
    this.eps = options.eps ?? 1e-6;
    this.swap = options.swap ?? false;
  }

  /** @param anchor - `(N, D)` or `(D)`, as the others */
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { margin, p, eps, swap, reduction } = this;
    return tripletMarginLoss(anchor, positive, negative, { margin, p, eps, swap, reduction });
  }
}

/**
 * {@link TripletMarginLoss} with any distance. @source torch.nn.TripletMarginWithDistanceLoss
 * @example
 * const distanceFunction = (x: Tensor, y: Tensor) => x.sub(y).abs().sum(1);
 * const loss = new nn.TripletMarginWithDistanceLoss({ distanceFunction });
 * loss(tensor([[0.5]]), tensor([[1]]), tensor([[1.25]])); // tensor(0.7500)
 */
export class TripletMarginWithDistanceLoss extends Loss {
  /** A child where it is a module. */
  declare distance_function: (x: Tensor, y: Tensor) => Tensor;
  readonly margin: number;
  readonly swap: boolean;

  constructor(options: TripletWithDistanceOptions = {}) {
    const { margin = 1 } = options ?? {};
    if (!(margin > 0)) {
      throw new ValueError(
        `TripletMarginWithDistanceLoss: expected margin to be greater than 0, got ${margin} instead`,
      );
    }
    super(options, ['distanceFunction', 'margin', 'swap']);
    this.distance_function = options.distanceFunction ?? new PairwiseDistance();
    this.margin = margin;
    this.swap = options.swap ?? false;
  }

  /** @param anchor - `(N, D)` or `(D)`, as the others */
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    const { distance_function: distanceFunction, margin, swap, reduction } = this;
    return tripletMarginWithDistanceLoss(anchor, positive, negative, { distanceFunction, margin, swap, reduction });
  }
}
