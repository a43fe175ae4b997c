// Batch normalisation inside functions that are differentiated or mapped.
import { BatchNorm } from '../nn/batch-norm.ts';
import { checkModule } from '../nn/hooked-weights.ts';
import type { Module } from '../nn/module.ts';

/**
 * Takes the running statistics out of every batch normalisation below `root`, so that no state moves in a transform.
 *
 * @source torch.func.replace_all_batch_norm_modules_
 * @example
 * const net = func.replaceAllBatchNormModules_(new nn.Sequential(new nn.BatchNorm1d(2)));
 * [...net.stateDict().keys()]; // ['0.weight', '0.bias']
 */
export function replaceAllBatchNormModules_<M extends Module>(root: M): M {
  for (const module of checkModule('replaceAllBatchNormModules_', root).modules()) {
    if (!(module instanceof BatchNorm)) continue;
    for (const name of ['running_mean', 'running_var', 'num_batches_tracked']) module.registerBuffer(name, null);
    Object.assign(module, { trackRunningStats: false });
  }
  return root;
}
