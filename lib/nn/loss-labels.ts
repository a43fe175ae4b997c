// Losses of class labels: NLLLoss, CrossEntropyLoss, CTCLoss, MultiMarginLoss, BCEWithLogitsLoss.
import { ValueError } from '../errors.ts';
import { type CtcLossOptions, ctcLoss } from '../functional/ctc.ts';
import { type CrossEntropyOptions, crossEntropy, type NllLossOptions, nllLoss } from '../functional/loss.ts';
import { type BceWithLogitsOptions, binaryCrossEntropyWithLogits } from '../functional/loss-elements.ts';
import { type MultiMarginLossOptions, multiMarginLoss } from '../functional/loss-multi.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { Loss, WeightedLoss } from './loss.ts';

export type { BceWithLogitsOptions, CrossEntropyOptions, CtcLossOptions, MultiMarginLossOptions, NllLossOptions };

/**
 * The negative log-likelihood of the target class; the mean divides by the sum of the picked weights.
 * State-dict keys: weight, when given.
 * @source torch.nn.NLLLoss
 * @example new nn.NLLLoss()(tensor([[0.5, 1.5, 0]]).logSoftmax(1), tensor([1])); // tensor(0.4644)
 */
export class NLLLoss extends WeightedLoss {
  readonly ignoreIndex: number;

  constructor(options: NllLossOptions = {}) {
    super(options, ['ignoreIndex']);
    this.ignoreIndex = options.ignoreIndex ?? -100;
  }

  /** @param input - log-probabilities `(N, C, *)` or `(C)`. @param target - classes `(N, *)` or `()`, int64 */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}

/**
 * @deprecated use `NLLLoss` @source torch.nn.NLLLoss2d
 * @example new nn.NLLLoss2d()(randn(2, 4, 8, 8).logSoftmax(1), zeros(2, 8, 8, { dtype: 'int64' })).shape; // []
 */
export class NLLLoss2d extends NLLLoss {
  constructor(options: NllLossOptions = {}) {
    warn(
      '`NLLLoss2d` has been deprecated. Please use `NLLLoss` instead as a drop-in replacement and see ' +
        'https://pytorch.org/docs/main/nn.html#torch.nn.NLLLoss for more details.',
    );
    super(options);
  }
}

/**
 * `NLLLoss` of `logSoftmax`.
 * State-dict keys: weight, when given.
 * @source torch.nn.CrossEntropyLoss
 * @example new nn.CrossEntropyLoss()(tensor([[0.5, 1.5, 0]]), tensor([1])); // tensor(0.4644)
 */
export class CrossEntropyLoss extends WeightedLoss {
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;

  constructor(options: CrossEntropyOptions = {}) {
    super(options, ['ignoreIndex', 'labelSmoothing']);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.labelSmoothing = options.labelSmoothing ?? 0;
  }

  /** @param input - logits `(N, C, *)` or `(C)`. @param target - classes `(N, *)`, int64, or probabilities as input */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction, labelSmoothing } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, reduction, labelSmoothing });
  }
}

/**
 * `BCELoss` of sigmoid(x), without the loss of digits.
 * State-dict keys: weight and pos_weight, when given.
 * @source torch.nn.BCEWithLogitsLoss
 * @example new nn.BCEWithLogitsLoss()(tensor([2.5, -1]), tensor([1, 0]).float()); // tensor(0.1961)
 */
export class BCEWithLogitsLoss extends WeightedLoss {
  declare pos_weight: Tensor | null;

  constructor(options: BceWithLogitsOptions = {}) {
    super(options, ['posWeight']);
    this.registerBuffer('pos_weight', options.posWeight ?? null);
  }

  /** Weight of the targets that are 1. */
  get posWeight(): Tensor | null {
    return this.pos_weight;
  }

  /** @param input - logits, any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, pos_weight: posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
  }
}

/**
 * The margins between the target class and all others.
 * State-dict keys: weight, when given.
 * @source torch.nn.MultiMarginLoss
 * @example new nn.MultiMarginLoss()(tensor([[0.1, 0.2, 0.9]]), tensor([2])); // tensor(0.1667)
 */
export class MultiMarginLoss extends WeightedLoss {
  readonly p: number;
  readonly margin: number;

  constructor(options: MultiMarginLossOptions = {}) {
    const { p = 1, margin = 1, weight = null } = options ?? {};
    if (p !== 1 && p !== 2) throw new ValueError('only p == 1 and p == 2 supported');
    if (weight !== null && weight.ndim !== 1) throw new ValueError('weight must be one-dimensional');
    super(options, ['p', 'margin']);
    this.p = p;
    this.margin = margin;
  }

  /** @param input - `(N, C)` or `(C)`. @param target - classes `(N)` or `()`, int64 */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { p, margin, weight, reduction } = this;
    return multiMarginLoss(input, target, { p, margin, weight, reduction });
  }
}

/**
 * The negative log-likelihood of a sequence of labels under all its alignments. @source torch.nn.CTCLoss
 * @example
 * const logProbs = zeros(4, 1, 3).logSoftmax(2); // 4 steps, 1 sequence, 3 classes, 0 the blank
 * new nn.CTCLoss()(logProbs, tensor([[1, 2]]), [4], [2]); // tensor(0.8432)
 */
export class CTCLoss extends Loss {
  readonly blank: number;
  readonly zeroInfinity: boolean;

  constructor(options: CtcLossOptions = {}) {
    super(options, ['blank', 'zeroInfinity']);
    this.blank = options.blank ?? 0;
    this.zeroInfinity = options.zeroInfinity ?? false;
  }

  /** As for the function `ctcLoss`. */
  override forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: Tensor | readonly number[] | number,
    targetLengths: Tensor | readonly number[] | number,
  ): Tensor {
    const { blank, zeroInfinity, reduction } = this;
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, { blank, zeroInfinity, reduction });
  }
}
