// The checks of hyper-parameters that optimizers share, with PyTorch's sentences.
import { ArgumentTypeError, StateError, ValueError } from '../errors.ts';
import { numberText } from '../python.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { ParamGroup } from './optimizer.ts';

/** A hyper-parameter that may be a tensor of one element. */
export type Scalar = number | Tensor;

/** The number that a hyper-parameter stands for. */
export function numberOf(value: Scalar): number {
  return value instanceof Tensor ? Number(value.item()) : value;
}

function textOf(value: unknown): string {
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** Throws unless the learning rate is a number or a tensor of one element. */
export function checkRate({ lr }: ParamGroup): void {
  if (lr instanceof Tensor && lr.numel() !== 1) throw new ValueError('Tensor lr must be 1-element');
  if (!(lr instanceof Tensor) && typeof lr !== 'number')
    throw new ArgumentTypeError(`lr must be a number or a Tensor of one element, got ${textOf(lr)}`);
}

/** Throws unless every named hyper-parameter is a number >= 0. */
export function checkNotNegative(group: ParamGroup, names: Readonly<Record<string, string>>): void {
  if ('lr' in names) checkRate(group);
  for (const [key, text] of Object.entries(names)) {
    const value = group[key] instanceof Tensor ? (group[key] as Tensor).item() : group[key];
    if (typeof value !== 'number' || !(value >= 0)) throw new ValueError(`Invalid ${text}: ${textOf(value)}`);
  }
}

/** Throws unless both of `betas` are in [0, 1). */
export function checkBetas({ betas }: ParamGroup): void {
  const pair = betas as readonly number[];
  if (!Array.isArray(betas) || betas.length !== 2)
    throw new ValueError(`betas must be two numbers, got ${textOf(betas)}`);
  pair.forEach((beta, i) => {
    if (!(beta >= 0 && beta < 1)) throw new ValueError(`Invalid beta parameter at index ${i}: ${textOf(beta)}`);
  });
}

/** Throws for `fused` together with what PyTorch's fused implementations exclude. */
export function checkFused({ fused, foreach, differentiable }: ParamGroup): void {
  if (!fused) return;
  if (differentiable) throw new StateError('`fused` does not support `differentiable`');
  if (foreach) throw new StateError('`fused` and `foreach` cannot be `True` together.');
}
