// What optimizers keep for each parameter, and the base of those that are written in tensor operators.
import { type FloatDtype, getDefaultDtype } from '../dtype.ts';
import { checkOptions, StateError } from '../errors.ts';
import { tensor, zerosLike } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gradientOf, Optimizer, type ParamGroup, type ParamState, type StateValue } from './optimizer.ts';
import { stepTensor } from './state-dict.ts';

/** The entries of a new state, in PyTorch's order. */
export type InitialState = readonly (readonly [string, StateValue])[];

/** The defaults, overwritten by the options, in the order of the defaults. @throws OptionError for other names */
export function hyperParameters<D extends object>(who: string, defaults: D, options: object): D {
  checkOptions(who, options, Object.keys(defaults));
  const given = options as Record<string, unknown>;
  const entries = Object.entries(defaults).map(([key, value]) => [key, given[key] ?? value]);
  return Object.fromEntries(entries) as D;
}

/** A 0-dimensional tensor for step counts and their like: float32 unless the default type is float64. */
export function scalarState(value: number): Tensor {
  const dtype: FloatDtype = getDefaultDtype() === 'float64' ? 'float64' : 'float32';
  return tensor(value, { dtype });
}

/** Zeros in the shape and dtype of a parameter. */
export function zerosFor(param: Tensor): Tensor {
  return zerosLike(param.detach());
}

/** The state of a parameter; `make` says what a new one holds. */
export function stateOf(optimizer: Optimizer, param: Tensor, make: () => InitialState): ParamState {
  const present = optimizer.state.get(param);
  if (present !== undefined && present.size > 0) return present;
  const state: ParamState = new Map(make());
  optimizer.state.set(param, state);
  return state;
}

/** A tensor of a state. @throws StateError if it is not there: a state dict of another optimizer was loaded */
export function tensorIn(state: ParamState, name: string): Tensor {
  const value = state.get(name);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Tensor;
  throw new StateError(`the state of a parameter lacks ${name}; was a state dict of another optimizer loaded?`);
}

/** Counts a step in the state and returns the count. */
export function countStep(state: ParamState): number {
  let step = state.get('step');
  if (step === undefined || step === null || typeof step === 'number') {
    step = stepTensor(step);
    state.set('step', step);
  }
  const count = step as Tensor;
  count.add_(1);
  return Number(count.item());
}

/** An optimizer whose rule for one parameter is written in tensor operators. */
export abstract class TensorOptimizer extends Optimizer {
  /** What is kept for a parameter that has not been updated yet, after `step`. */
  protected abstract initialState(param: Tensor, group: ParamGroup): InitialState;

  /** Updates `p` by `g`, which is negated already to climb; `step` counts from 1. */
  protected abstract updateOne(p: Tensor, g: Tensor, state: ParamState, group: ParamGroup, step: number): void;

  protected override update(group: ParamGroup): void {
    for (const param of group.params) {
      if (param.grad === null) continue;
      const make = (): InitialState => [['step', scalarState(0)], ...this.initialState(param, group)];
      const state = stateOf(this, param, make);
      this.updateOne(param, gradientOf(param, group.maximize === true), state, group, countStep(state));
    }
  }
}

/** The gradient with weight decay added. */
export function decayed(p: Tensor, g: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? g : g.add(p, { alpha: weightDecay });
}
