// Instance normalisation layers.
import { ValueError } from '../errors.ts';
import { instanceNorm } from '../functional/batch-norm.ts';
import { squeeze, unsqueeze } from '../functional/views.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import type { LoadState } from './load-state-dict.ts';
import { NormBase, type NormOptions } from './norm-base.ts';
import type { ModuleMetadata } from './state-dict.ts';

/** Options of the instance normalisation layers. */
export type InstanceNormOptions = NormOptions;

/** The base of instance normalisation, for inputs with `rank` spatial dimensions. */
abstract class InstanceNorm extends NormBase {
  protected abstract get rank(): number;

  /** @param numFeatures - C of the input `(N, C, *)` or `(C, *)` */
  constructor(numFeatures: number, options: InstanceNormOptions = {}) {
    super(numFeatures, options, false);
  }

  /** @param input - `(N, C, *)` or `(C, *)`. @returns the same shape */
  override forward(input: Tensor): Tensor {
    const { rank } = this;
    checkTensor(this._getName(), 'input', input);
    if (input.dim() !== rank + 1 && input.dim() !== rank + 2) {
      throw new ValueError(`expected ${rank + 1}D or ${rank + 2}D input (got ${input.dim()}D input)`);
    }
    this.checkFeatures(input, input.dim() - rank - 1);
    return input.dim() === rank + 2 ? this.normalized(input) : squeeze(this.normalized(unsqueeze(input, 0)), 0);
  }

  private normalized(input: Tensor): Tensor {
    const { weight, bias, running_mean: runningMean, running_var: runningVar, eps, momentum } = this;
    const useInputStats = this.training || !this.trackRunningStats;
    const options = { runningMean, runningVar, weight, bias, useInputStats, momentum: momentum ?? 0, eps };
    return instanceNorm(input, options);
  }

  private checkFeatures(input: Tensor, dim: number): void {
    const size = input.size(dim);
    if (size === this.numFeatures) return;
    if (this.affine) {
      throw new ValueError(
        `expected input's size at dim=${dim} to match num_features (${this.numFeatures}), but got: ${size}.`,
      );
    }
    warn(
      `input's size at dim=${dim} does not match num_features. ` +
        'You can silence this warning by not passing in num_features, which is not used because affine=False',
    );
  }

  // Before version 1 statistics were always kept.
  override _loadFromStateDict(
    dict: Map<string, unknown>,
    prefix: string,
    localMetadata: ModuleMetadata,
    state: LoadState,
  ): void {
    const found = ['running_mean', 'running_var'].map((name) => prefix + name).filter((key) => dict.has(key));
    if (localMetadata.version === undefined && !this.trackRunningStats && found.length > 0) {
      const name = this._getName();
      state.errors.push(
        `Unexpected running stats buffer(s) ${found.map((key) => `"${key}"`).join(' and ')} for ${name} with ` +
          'track_running_stats=False. If state_dict is a checkpoint saved before 0.4.0, this may be expected because ' +
          `${name} does not track running stats by default since 0.4.0. Please remove these keys from state_dict. ` +
          'If the running stats are actually needed, instead set track_running_stats=True in ' +
          `${name} to enable them. See the documentation of ${name} for details.`,
      );
      for (const key of found) dict.delete(key);
    }
    super._loadFromStateDict(dict, prefix, localMetadata, state);
  }
}

/**
 * Instance normalisation of `(N, C, L)` or `(C, L)`. State-dict keys: as batch normalisation has; none by default.
 * @throws ValueError for another number of dimensions, and for one element per channel
 * @source torch.nn.InstanceNorm1d
 * @example new nn.InstanceNorm1d(100)(randn(20, 100, 40)).shape; // [20, 100, 40]
 */
export class InstanceNorm1d extends InstanceNorm {
  protected override get rank(): number {
    return 1;
  }
}

/**
 * Instance normalisation of `(N, C, H, W)` or `(C, H, W)`. @source torch.nn.InstanceNorm2d
 * @example new nn.InstanceNorm2d(100, { affine: true })(randn(2, 100, 35, 45)).shape; // [2, 100, 35, 45]
 */
export class InstanceNorm2d extends InstanceNorm {
  protected override get rank(): number {
    return 2;
  }
}

/**
 * Instance normalisation of `(N, C, D, H, W)` or `(C, D, H, W)`. @source torch.nn.InstanceNorm3d
 * @example new nn.InstanceNorm3d(10)(randn(2, 10, 3, 4, 5)).shape; // [2, 10, 3, 4, 5]
 */
export class InstanceNorm3d extends InstanceNorm {
  protected override get rank(): number {
    return 3;
  }
}
