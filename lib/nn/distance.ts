// Distance layers.
import { checkOptions } from '../errors.ts';
import {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type PairwiseDistanceOptions,
  pairwiseDistance,
} from '../functional/distance.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

export type { CosineSimilarityOptions, PairwiseDistanceOptions };

/**
 * The norm of x1 - x2 along the last dimension. @source torch.nn.PairwiseDistance
 * @example new nn.PairwiseDistance()(tensor([[0, 0.5]]), tensor([[3, 4.5]])); // tensor([5.0000])
 */
export class PairwiseDistance extends Module {
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;

  constructor(options: PairwiseDistanceOptions = {}) {
    super();
    checkOptions('PairwiseDistance', options, ['p', 'eps', 'keepdim']);
    this.norm = options.p ?? 2;
    this.eps = options.eps ?? 1e-6;
    this.keepdim = options.keepdim ?? false;
  }

  /** @param x1 - `(N, D)` or `(D)`. @param x2 - the same */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    const { norm: p, eps, keepdim } = this;
    return pairwiseDistance(x1, x2, { p, eps, keepdim });
  }
}

/**
 * The cosine of the angle of two vectors along a dimension. @source torch.nn.CosineSimilarity
 * @example new nn.CosineSimilarity()(tensor([[1, 0.5]]), tensor([[0.5, 1]])); // tensor([0.8000])
 */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;

  constructor(options: CosineSimilarityOptions = {}) {
    super();
    checkOptions('CosineSimilarity', options, ['dim', 'eps']);
    this.dim = options.dim ?? 1;
    this.eps = options.eps ?? 1e-8;
  }

  /** @param x1 - any shape with the dimension. @param x2 - a shape that fits */
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, { dim: this.dim, eps: this.eps });
  }
}
