// Momentum that schedulers drive against the rate: `momentum`, or the first of `betas`.
import { ValueError } from '../../errors.ts';
import { tuple } from '../../python.ts';
import type { Optimizer, ParamGroup } from '../optimizer.ts';

/** Whether the optimizer's momentum is the first beta. @throws ValueError if it has no momentum */
export function usesBeta(optimizer: Optimizer): boolean {
  const { defaults } = optimizer;
  if (!('momentum' in defaults) && !('betas' in defaults)) {
    throw new ValueError('optimizer must support momentum or beta1 with `cycle_momentum` option enabled');
  }
  return 'betas' in defaults;
}

/** Writes a momentum into a group. */
export function setMomentum(group: ParamGroup, momentum: number, beta: boolean): void {
  if (beta) group.betas = tuple([momentum, ...(group.betas as readonly number[]).slice(1)]);
  else group.momentum = momentum;
}

/** Begins at the largest momentum, and notes both ends in the groups. */
export function beginMomentum(
  optimizer: Optimizer,
  base: readonly number[],
  max: readonly number[],
  beta: boolean,
): void {
  optimizer.paramGroups.forEach((group, i) => {
    setMomentum(group, max[i] ?? 0, beta);
    group.maxMomentum = max[i];
    group.baseMomentum = base[i];
  });
}
