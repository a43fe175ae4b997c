// Loss layers.
import { checkOptions } from '../errors.ts';
import { crossEntropy, l1Loss, mseLoss, nllLoss } from '../functional/loss.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

/** How the losses of the elements become one: their mean, their sum, or not at all. */
export type Reduction = 'none' | 'mean' | 'sum';

/** Options of losses of single elements. */
export interface LossOptions {
  /** Default: 'mean'. */
  reduction?: Reduction;
}

/** Options of `NLLLoss`. */
export interface NLLLossOptions extends LossOptions {
  /** A weight for each class, `(C)`; becomes a buffer. Default: none. */
  weight?: Tensor | null;
  /** A target that counts nothing. Default: -100. */
  ignoreIndex?: number;
}

/** Options of `CrossEntropyLoss`. */
export interface CrossEntropyLossOptions extends NLLLossOptions {
  /** Share of the target that is spread over all classes, 0 to 1. Default: 0. */
  labelSmoothing?: number;
}

/**
 * The negative log-likelihood of the target class; the mean divides by the sum of the picked weights.
 * State-dict keys: weight, when given.
 * @source torch.nn.NLLLoss
 */
export class NLLLoss extends Module {
  readonly ignoreIndex: number;
  readonly reduction: Reduction;
  declare weight: Tensor | null;

  constructor(options: NLLLossOptions = {}) {
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

  constructor(options: CrossEntropyLossOptions = {}) {
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
