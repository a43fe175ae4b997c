// Hooks around the steps of all optimizers.
import { HookList } from '../autograd/node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Optimizer } from './optimizer.ts';

/** Runs before or after something that an optimizer does. */
export type StepHook = (optimizer: Optimizer) => void;

/** Runs before a step; returns other arguments for it, or nothing. */
export type StepPreHook = (
  optimizer: Optimizer,
  args: readonly [(() => Tensor) | null],
) => readonly [(() => Tensor) | null] | null | undefined | void;

/** @internal */ export const globalPreHooks = new HookList<StepPreHook>();
/** @internal */ export const globalPostHooks = new HookList<StepHook>();

/**
 * Runs `hook` before each step of every optimizer. @source torch.optim.optimizer.register_optimizer_step_pre_hook
 * @example
 * let steps = 0;
 * const handle = optim.registerOptimizerStepPreHook(() => { steps += 1; });
 * new optim.SGD([zeros(1, { requiresGrad: true })]).step();
 * handle.remove();
 * steps; // 1
 */
export function registerOptimizerStepPreHook(hook: StepPreHook) {
  return globalPreHooks.add(hook);
}

/**
 * Runs `hook` after each step of every optimizer. @source torch.optim.optimizer.register_optimizer_step_post_hook
 * @example
 * let steps = 0;
 * const handle = optim.registerOptimizerStepPostHook(() => { steps += 1; });
 * new optim.SGD([zeros(1, { requiresGrad: true })]).step();
 * handle.remove();
 * steps; // 1
 */
export function registerOptimizerStepPostHook(hook: StepHook) {
  return globalPostHooks.add(hook);
}
