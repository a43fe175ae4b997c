// Loss layers.
import { checkOptions } from '../errors.ts';
import {
  type CrossEntropyOptions,
  crossEntropy,
  type LossOptions,
  l1Loss,
  mseLoss,
  type NllLossOptions,
  nllLoss,
  type Reduction,
} from '../functional/loss.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

export type { CrossEntropyOptions, LossOptions, NllLossOptions, Reduction };

/**
 * The negative log-likelihood of the target class; the mean divides by the sum of the picked weights.
 * State-dict keys: weight, when given.
 * @source torch.nn.NLLLoss
 */
export class NLLLoss extends Module {
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  declare weight: Tensor | null;

  constructor(options: NllLossOptions = {}) {
    super();
    checkOptions('NLLLoss', options, ['weight', 'ignoreIndex', 'reduction']);
    this.registerBuffer('weight', options.weight ?? null);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.reduction = options.reduction ?? 'mean';
  }

  /** @param input - log-probabilities `(N, C, *)` or `(C)`. @param target - classes `(N, *)` or `()`, int64 */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}

/**
 * `NLLLoss` of `logSoftmax`.
 * State-dict keys: weight, when given.
 * @source torch.nn.CrossEntropyLoss
 * @example new CrossEntropyLoss()(randn(3, 5), tensor([1, 0, 4])).shape; // []
 */
export class CrossEntropyLoss extends Module {
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  readonly labelSmoothing: number;
  declare weight: Tensor | null;

  constructor(options: CrossEntropyOptions = {}) {
    super();
    checkOptions('CrossEntropyLoss', options, ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing']);
    this.registerBuffer('weight', options.weight ?? null);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.reduction = options.reduction ?? 'mean';
    this.labelSmoothing = options.labelSmoothing ?? 0;
  }

  /** @param input - logits `(N, C, *)` or `(C)`. @param target - classes `(N, *)`, int64, or probabilities as input */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction, labelSmoothing } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, reduction, labelSmoothing });
  }
}

/** (x - y)^2, for any shape. @source torch.nn.MSELoss */
export class MSELoss extends Module {
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}) {
    super();
    checkOptions('MSELoss', options, ['reduction']);
    this.reduction = options.reduction ?? 'mean';
  }

  /** @param input - any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/** |x - y|, for any shape. @source torch.nn.L1Loss */
export class L1Loss extends Module {
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}) {
    super();
    checkOptions('L1Loss', options, ['reduction']);
    this.reduction = options.reduction ?? 'mean';
  }

  /** @param input - any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}
