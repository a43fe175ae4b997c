// State dicts of optimizers in PyTorch's layout: packed by parameter number, and taken over again.
import { isFloat } from '../dtype.ts';
import { describe, StateError, ValueError } from '../errors.ts';
import { camelCase, snakeCase } from '../python.ts';
import { tensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Optimizer, ParamState, StateValue } from './optimizer.ts';

/** `state` by number of the parameter in the order of the groups, and `param_groups` with those numbers. */
export function packState(optimizer: Optimizer): Map<string, unknown> {
  const numbers = new Map<Tensor, number>();
  let start = 0;
  const groups = optimizer.paramGroups.map(({ params, ...rest }) => {
    params.forEach((param, i) => {
      if (!numbers.has(param)) numbers.set(param, start + i);
    });
    start += params.length;
    const entries = Object.entries(rest).map(([key, value]): [string, unknown] => [snakeCase(key), value]);
    return new Map<string, unknown>([...entries, ['params', params.map((param) => numbers.get(param))]]);
  });
  const state = new Map<number, ParamState>();
  for (const [param, kept] of optimizer.state) {
    const number = numbers.get(param);
    if (number !== undefined) state.set(number, new Map(kept));
  }
  return new Map<string, unknown>([
    ['state', state],
    ['param_groups', groups],
  ]);
}

/** Checks everything, then replaces state and hyper-parameters. */
export function loadState(optimizer: Optimizer, dict: ReadonlyMap<string, unknown>): void {
  const groups = checkGroups(optimizer, dict);
  const params = new Map<unknown, Tensor>();
  groups.forEach((group, i) => {
    const own = optimizer.paramGroups[i]?.params ?? [];
    (group.get('params') as unknown[]).forEach((number, k) => {
      const param = own[k];
      if (param !== undefined) params.set(number, param);
    });
  });
  const loaded: [Tensor, ParamState][] = [];
  for (const [number, kept] of dict.get('state') as Map<unknown, unknown>) {
    const param = params.get(number);
    if (param !== undefined) loaded.push([param, loadedState(param, number, kept)]);
  }
  optimizer.state.clear();
  for (const [param, kept] of loaded) optimizer.state.set(param, kept);
  groups.forEach((group, i) => {
    const own = optimizer.paramGroups[i];
    if (own === undefined) return;
    const { params: kept, paramNames } = own;
    for (const key of Object.keys(own)) delete own[key];
    for (const [key, value] of group) own[camelCase(key)] = key === 'params' ? kept : copyOf(value);
    if (paramNames !== undefined) own.paramNames ??= paramNames;
    // Files of older versions lack the newer hyper-parameters.
    for (const [key, value] of Object.entries(optimizer.defaults)) if (!(key in own)) own[key] = value;
  });
}

function checkGroups(optimizer: Optimizer, dict: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown>[] {
  const groups = dict.get('param_groups');
  if (!Array.isArray(groups) || !groups.every((group) => group instanceof Map) || !(dict.get('state') instanceof Map)) {
    throw new StateError('loadStateDict: expected a Map with state and param_groups');
  }
  if (groups.length !== optimizer.paramGroups.length) {
    throw new ValueError('loaded state dict has a different number of parameter groups');
  }
  groups.forEach((group: ReadonlyMap<string, unknown>, i) => {
    const numbers = group.get('params');
    if (Array.isArray(numbers) && numbers.length === optimizer.paramGroups[i]?.params.length) return;
    throw new ValueError(
      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
    );
  });
  return groups;
}

// Counts and rates have a dtype of their own.
const scalars: ReadonlySet<string> = new Set(['step', 'mu_product', 'eta', 'mu']);

// Copies, in the dtype of the parameter. PyTorch casts the scalars but `step` too, and a resumed run differs by that.
function loadedState(param: Tensor, number: unknown, kept: unknown): ParamState {
  if (!(kept instanceof Map)) {
    throw new StateError(`loadStateDict: state of parameter ${String(number)} must be a Map, got ${describe(kept)}`);
  }
  const copied = (name: string, value: unknown): StateValue => {
    if (value instanceof Tensor) {
      const cast = !scalars.has(name) && isFloat(value.dtype) ? value.to(param.dtype) : value;
      return cast.detach().clone();
    }
    if (Array.isArray(value)) return value.map((entry) => copied(name, entry)) as StateValue;
    if (value === null || typeof value === 'number') return value;
    throw new StateError(
      `loadStateDict: ${name} of parameter ${String(number)} must be a Tensor or a number, got ${describe(value)}`,
    );
  };
  const state: ParamState = new Map();
  for (const [name, value] of kept as Map<string, unknown>) state.set(name, copied(name, value));
  return state;
}

/** A step count as a tensor: files of older versions hold a number. */
export function stepTensor(value: StateValue): Tensor {
  return value instanceof Tensor ? value : tensor(Number(value ?? 0), { dtype: 'float32' });
}

function copyOf(value: unknown): unknown {
  if (value instanceof Tensor) return value.detach().clone();
  if (Array.isArray(value)) {
    const copies = value.map(copyOf);
    return Object.isFrozen(value) ? Object.freeze(copies) : copies;
  }
  return value;
}
