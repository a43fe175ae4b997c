// Checkpointing: what a part of the forward pass would save is computed again when backward needs it.
import { AutogradError, checkFunction, checkList, checkOptions } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { getRngState, setRngState } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { enableGrad, isGradEnabled, savedTensorsHooks, withGradMode } from './mode.ts';

/** Options of {@link checkpoint}. */
export interface CheckpointOptions {
  /** Whether the second pass draws the random numbers of the first. Default true. */
  preserveRngState?: boolean;
  /** Accepted as in PyTorch; the variant without reentrance is used. */
  useReentrant?: boolean;
}

class Replayed extends Error {}

/**
 * `fn(...args)`, whose saved tensors are let go at once and computed again by a second call in backward.
 *
 * @param fn a synchronous function that does the same each time
 * @throws AutogradError in backward if the second call saves other tensors than the first
 * @source torch.utils.checkpoint.checkpoint with use_reentrant=False
 * @example
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * checkpoint((y: Tensor) => y.exp().sum(), x).backward();
 * x.grad; // tensor([2.7183, 12.1825])
 */
export function checkpoint<A extends unknown[], R>(
  fn: (...args: A) => R,
  ...rest: [...A] | [...A, CheckpointOptions]
): R {
  checkFunction('checkpoint', 'function', fn);
  const last = rest[rest.length - 1];
  const hasOptions = rest.length > fn.length && isPlainObject(last);
  const options = hasOptions ? (last as CheckpointOptions) : {};
  checkOptions('checkpoint', options, ['preserveRngState', 'useReentrant']);
  const args = (hasOptions ? rest.slice(0, -1) : rest) as A;
  if (!isGradEnabled()) return fn(...args);
  const state = options.preserveRngState === false ? null : getRngState();
  let count = 0;
  let again: Tensor[] | null = null;
  const unpack = (packed: unknown): Tensor => {
    again ??= recompute(() => fn(...args), state, count);
    const tensor = again[packed as number];
    if (tensor === undefined) throw new AutogradError(changed(count, again.length));
    return tensor;
  };
  return savedTensorsHooks(
    () => count++,
    unpack,
    () => fn(...args),
  );
}

const changed = (first: number, second: number) =>
  'torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation. ' +
  `Number of tensors saved during forward: ${first}. Number of tensors saved during recomputation: ${second}.`;

// The tensors that the forward pass saves, in order. It stops as soon as it has saved all.
function recompute(forward: () => unknown, state: Tensor | null, wanted: number): Tensor[] {
  const saved: Tensor[] = [];
  const present = state === null ? null : getRngState();
  if (state !== null) setRngState(state);
  const pack = (tensor: Tensor) => {
    saved.push(withGradMode(false, () => tensor.detach()));
    if (saved.length === wanted) throw new Replayed();
    return saved.length - 1;
  };
  try {
    enableGrad(() => savedTensorsHooks(pack, (at) => saved[at as number] as Tensor, forward));
  } catch (error) {
    if (!(error instanceof Replayed)) throw error;
  } finally {
    if (present !== null) setRngState(present);
  }
  if (saved.length !== wanted) throw new AutogradError(changed(wanted, saved.length));
  return saved;
}

/** Options of {@link checkpointSequential}. */
export type CheckpointSequentialOptions = CheckpointOptions;

/**
 * Runs functions one after another, in `segments` parts of which all but the last are checkpointed.
 *
 * @source torch.utils.checkpoint.checkpoint_sequential
 * @example
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * checkpointSequential([(y) => y.exp(), (y) => y.sum()], 2, x).backward();
 * x.grad; // tensor([2.7183, 12.1825])
 */
export function checkpointSequential(
  functions: Iterable<(x: Tensor) => Tensor>,
  segments: number,
  input: Tensor,
  options: CheckpointSequentialOptions = {},
): Tensor {
  const list = checkList('checkpointSequential', 'functions', functions);
  for (const fn of list) checkFunction('checkpointSequential', 'functions', fn);
  const size = Math.max(1, Math.floor(list.length / segments));
  let x = input;
  let start = 0;
  for (let part = 0; part < segments - 1 && start < list.length; part++, start += size) {
    const own = list.slice(start, start + size);
    x = checkpoint((y: Tensor) => own.reduce((z, fn) => fn(z), y), x, options);
  }
  return list.slice(start).reduce((y, fn) => fn(y), x);
}
