// What the loss layers share, and the losses without options of their own.
import { checkOptions } from '../errors.ts';
import { multilabelSoftMarginLoss, softMarginLoss } from '../functional/loss-composed.ts';
import { binaryCrossEntropy, l1Loss, mseLoss } from '../functional/loss-elements.ts';
import { multilabelMarginLoss } from '../functional/loss-multi.ts';
import { type LossOptions, legacyReduction, type Reduction } from '../functional/loss-reduction.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';

export type { LossOptions, Reduction };

/**
 * A loss: a module with a reduction. @source torch.nn.modules.loss._Loss
 * @example new nn.MSELoss() instanceof nn.Loss; // true
 */
export abstract class Loss extends Module {
  readonly reduction: Reduction;

  constructor(options: LossOptions, names: readonly string[] = []) {
    super();
    checkOptions(this._getName(), options, ['reduction', 'sizeAverage', 'reduce', ...names]);
    const { reduction = 'mean', sizeAverage = null, reduce = null } = options;
    this.reduction = sizeAverage === null && reduce === null ? reduction : legacyReduction(sizeAverage, reduce);
  }
}

/** Options of losses with weights. */
export interface WeightedLossOptions extends LossOptions {
  /** Weights; a buffer. Default: all 1. */
  weight?: Tensor | null;
}

/**
 * A loss with weights. State-dict keys: weight, when given. @source torch.nn.modules.loss._WeightedLoss
 * @example new nn.BCELoss() instanceof nn.WeightedLoss; // true
 */
export abstract class WeightedLoss extends Loss {
  declare weight: Tensor | null;

  constructor(options: WeightedLossOptions, names: readonly string[] = []) {
    super(options, ['weight', ...names]);
    this.registerBuffer('weight', options.weight ?? null);
  }
}

/**
 * (x - y)^2, for any shape. @source torch.nn.MSELoss
 * @example new nn.MSELoss()(tensor([1, 2.5]), tensor([1, 2])); // tensor(0.1250)
 */
export class MSELoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options);
  }

  /** @param input - any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}

/**
 * |x - y|, for any shape. @source torch.nn.L1Loss
 * @example new nn.L1Loss()(tensor([1, 2.5]), tensor([1, 2])); // tensor(0.2500)
 */
export class L1Loss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options);
  }

  /** @param input - any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}

/**
 * log(1 + e^(-y x)), for any shape. @source torch.nn.SoftMarginLoss
 * @example new nn.SoftMarginLoss()(tensor([0.5, -1]), tensor([1, -1])); // tensor(0.3937)
 */
export class SoftMarginLoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options);
  }

  /** @param input - any shape. @param target - 1 or -1, the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, { reduction: this.reduction });
  }
}

/**
 * The margins between the target classes and the others. @source torch.nn.MultiLabelMarginLoss
 * @example new nn.MultiLabelMarginLoss()(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([[3, 0, -1, 1]])); // tensor(0.8500)
 */
export class MultiLabelMarginLoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(options);
  }

  /** @param input - `(N, C)` or `(C)`. @param target - int64, the same shape: classes, then -1 */
  override forward(input: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(input, target, { reduction: this.reduction });
  }
}

/**
 * The cross-entropy of probabilities of one event each.
 * State-dict keys: weight, when given.
 * @source torch.nn.BCELoss
 * @example new nn.BCELoss()(tensor([0.9, 0.2]), tensor([1, 0]).float()); // tensor(0.1643)
 */
export class BCELoss extends WeightedLoss {
  constructor(options: WeightedLossOptions = {}) {
    super(options);
  }

  /** @param input - probabilities, any shape. @param target - the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, reduction } = this;
    return binaryCrossEntropy(input, target, { weight, reduction });
  }
}

/**
 * The mean over classes of the cross-entropy of sigmoid(x).
 * State-dict keys: weight, when given.
 * @source torch.nn.MultiLabelSoftMarginLoss
 * @example new nn.MultiLabelSoftMarginLoss()(tensor([[0.5, -1]]), tensor([[1, 0]])); // tensor(0.3937)
 */
export class MultiLabelSoftMarginLoss extends WeightedLoss {
  constructor(options: WeightedLossOptions = {}) {
    super(options);
  }

  /** @param input - `(N, C)` or `(C)`. @param target - 0 or 1, the same shape */
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, reduction } = this;
    return multilabelSoftMarginLoss(input, target, { weight, reduction });
  }
}
