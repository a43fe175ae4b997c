// Batch normalisation layers.
import { ValueError } from '../errors.ts';
import { batchNorm } from '../functional/batch-norm.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import type { Module } from './module.ts';
import { NormBase, type NormOptions } from './norm-base.ts';

/** Options of the batch normalisation layers. */
export type BatchNormOptions = NormOptions;

/**
 * The base of all batch normalisation: statistics of the batch in training, running statistics in evaluation.
 *
 * @source torch.nn.modules.batchnorm._BatchNorm
 * @example new nn.BatchNorm2d(100) instanceof nn.BatchNorm; // true
 */
export abstract class BatchNorm extends NormBase {
  /** @param numFeatures - C of the input `(N, C, *)` */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super(numFeatures, options, true);
  }

  /** Throws unless the input has the dimensions that the layer takes. */
  protected abstract checkInput(input: Tensor): void;

  /** @param input - `(N, C, *)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    checkTensor(this._getName(), 'input', input);
    this.checkInput(input);
    const { training, trackRunningStats, eps, weight, bias, running_mean, running_var } = this;
    const counted = training && trackRunningStats ? this.num_batches_tracked : null;
    // Without momentum the running statistics are the average of all batches, this one included.
    const momentum = this.momentum ?? (counted === null ? 0 : 1 / (Number(counted.item()) + 1));
    const moves = !training || trackRunningStats;
    const y = batchNorm(input, moves ? running_mean : null, moves ? running_var : null, {
      weight,
      bias,
      training: training || (running_mean === null && running_var === null),
      momentum,
      eps,
    });
    counted?.add_(1);
    return y;
  }
}

/**
 * Batch normalisation of `(N, C)` or `(N, C, L)`. State-dict keys: `weight`, `bias`, `running_mean`, `running_var`,
 * `num_batches_tracked`.
 * @throws ValueError for another number of dimensions, and in training for one value per channel
 * @source torch.nn.BatchNorm1d
 * @example
 * new nn.BatchNorm1d(2)(tensor([[1, 2], [3, 6.5]])).detach();
 * // tensor([[-1.0000, -1.0000], [1.0000, 1.0000]])
 */
export class BatchNorm1d extends BatchNorm {
  protected override checkInput(input: Tensor): void {
    if (input.dim() !== 2 && input.dim() !== 3) {
      throw new ValueError(`expected 2D or 3D input (got ${input.dim()}D input)`);
    }
  }
}

/**
 * Batch normalisation of `(N, C, H, W)`. State-dict keys: those of {@link BatchNorm1d}. @source torch.nn.BatchNorm2d
 * @example
 * const bn = new nn.BatchNorm2d(100);
 * bn(randn(20, 100, 35, 45)).shape; // [20, 100, 35, 45]
 * [...bn.stateDict().keys()]; // ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']
 */
export class BatchNorm2d extends BatchNorm {
  protected override checkInput(input: Tensor): void {
    if (input.dim() !== 4) throw new ValueError(`expected 4D input (got ${input.dim()}D input)`);
  }
}

/**
 * Batch normalisation of `(N, C, D, H, W)`. State-dict keys: those of {@link BatchNorm1d}. @source torch.nn.BatchNorm3d
 * @example new nn.BatchNorm3d(10)(randn(2, 10, 3, 4, 5)).shape; // [2, 10, 3, 4, 5]
 */
export class BatchNorm3d extends BatchNorm {
  protected override checkInput(input: Tensor): void {
    if (input.dim() !== 5) throw new ValueError(`expected 5D input (got ${input.dim()}D input)`);
  }
}

/**
 * Batch normalisation over all processes of a group; this library runs in one, where it is batch normalisation of
 * `(N, C, *)`. State-dict keys: those of {@link BatchNorm1d}.
 * @source torch.nn.SyncBatchNorm
 * @example new nn.SyncBatchNorm(10)(randn(2, 10, 3, 4)).shape; // [2, 10, 3, 4]
 */
export class SyncBatchNorm extends BatchNorm {
  protected override checkInput(input: Tensor): void {
    if (input.dim() < 2) throw new ValueError(`expected at least 2D input (got ${input.dim()}D input)`);
    if (input.size(1) === 0) throw new ValueError('SyncBatchNorm number of input channels should be non-zero');
  }

  /** The module with every batch normalisation below replaced; one that is itself batch normalisation is replaced. */
  static convertSyncBatchnorm(module: Module): Module {
    let converted = module;
    if (module instanceof BatchNorm) {
      const { numFeatures, eps, momentum, affine, trackRunningStats } = module;
      const sync = new SyncBatchNorm(numFeatures, { eps, momentum, affine, trackRunningStats });
      if (affine) {
        sync.weight = module.weight;
        sync.bias = module.bias;
      }
      sync.running_mean = module.running_mean;
      sync.running_var = module.running_var;
      sync.num_batches_tracked = module.num_batches_tracked;
      sync.training = module.training;
      converted = sync;
    }
    for (const [name, child] of module.namedChildren()) {
      const other = SyncBatchNorm.convertSyncBatchnorm(child);
      if (other !== child) converted._modules.set(name, other);
    }
    return converted;
  }
}
