// What all optimizers share: parameter groups, state, hooks, and a state dict that PyTorch reads.
import { enableGrad, withGradMode } from '../autograd/mode.ts';
import { HookList } from '../autograd/node.ts';
import { isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, describe, StateError, ValueError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';

/** Parameters that share hyper-parameters. */
export interface ParamGroup {
  params: Tensor[];
  [hyperParameter: string]: unknown;
}

/** What optimizers are given: parameters, or groups of parameters with hyper-parameters of their own. */
export type Params<Options> = Iterable<Tensor> | Iterable<{ params: Iterable<Tensor> | Tensor } & Partial<Options>>;

/** What an optimizer keeps for one parameter, under PyTorch's names. */
export type ParamState = Map<string, Tensor>;

/** Runs before or after a step. */
export type StepHook = (optimizer: Optimizer) => void;

/**
 * The base of optimizers.
 *
 * @source torch.optim.Optimizer
 */
export abstract class Optimizer {
  /** Groups of parameters with their hyper-parameters, which may be changed between steps. */
  readonly paramGroups: ParamGroup[] = [];
  /** What is kept for each parameter. */
  readonly state = new Map<Tensor, ParamState>();
  /** Hyper-parameters of groups that do not say otherwise. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly #preHooks = new HookList<StepHook>();
  readonly #postHooks = new HookList<StepHook>();

  constructor(params: Params<object>, defaults: Readonly<Record<string, unknown>>) {
    this.defaults = defaults;
    if (params instanceof Tensor) {
      throw new ArgumentTypeError(
        `params argument given to the optimizer should be an iterable of Tensors or dicts, but got ${params.type()}`,
      );
    }
    if (typeof params !== 'object' || params === null || !(Symbol.iterator in params)) {
      throw new ArgumentTypeError(`params must be an iterable of Tensors or groups, got ${describe(params)}`);
    }
    const list: unknown[] = [...params];
    if (list.length === 0) throw new ValueError('optimizer got an empty parameter list');
    const groups = list.every((entry) => entry instanceof Tensor) ? [{ params: list }] : list;
    for (const group of groups) this.addParamGroup(group as { params: Iterable<Tensor> });
  }

  /** Adds parameters, for instance when frozen layers are thawed. @throws ValueError for a parameter that is there already */
  addParamGroup(group: { params: Iterable<Tensor> | Tensor; [hyperParameter: string]: unknown }): void {
    const who = this.constructor.name;
    if (typeof group !== 'object' || group === null || group instanceof Tensor || !('params' in group)) {
      throw new ArgumentTypeError(`${who}: a parameter group must be an object with params, got ${describe(group)}`);
    }
    checkOptions(who, group, ['params', 'initialLr', ...Object.keys(this.defaults)]);
    const params: unknown[] = group.params instanceof Tensor ? [group.params] : [...group.params];
    for (const param of params) {
      if (!(param instanceof Tensor))
        throw new ArgumentTypeError(`optimizer can only optimize Tensors, but one of the params is ${describe(param)}`);
      if (!param.isLeaf) throw new ValueError("can't optimize a non-leaf Tensor");
      if (!isFloat(param.dtype)) throw new ValueError(`${who}: parameters must be floating point, got ${param.dtype}`);
      if (this.paramGroups.some((other) => other.params.includes(param))) {
        throw new ValueError('some parameters appear in more than one parameter group');
      }
    }
    const complete = { ...this.defaults, ...group, params: params as Tensor[] };
    this.checkGroup(complete);
    this.paramGroups.push(complete);
  }

  /** Throws where hyper-parameters are impossible. */
  protected abstract checkGroup(group: ParamGroup): void;

  /** Updates the parameters of one group that have gradients. Runs without recording. */
  protected abstract update(group: ParamGroup): void;

  /**
   * Updates all parameters by their gradients.
   *
   * @param closure computes the loss anew, with gradients
   * @returns the closure's loss, or null
   */
  step(closure: (() => Tensor) | null = null): Tensor | null {
    for (const hook of this.#preHooks.all()) hook(this);
    const loss = closure === null ? null : enableGrad(closure);
    withGradMode(false, () => {
      for (const group of this.paramGroups) this.update(group);
    });
    for (const hook of this.#postHooks.all()) hook(this);
    return loss;
  }

  /** Forgets all gradients; with `setToNone: false` overwrites them with zeros. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    checkOptions('zeroGrad', options, ['setToNone']);
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        if (options.setToNone === false && param.grad !== null) param.grad.detach().zero_();
        else param.grad = null;
      }
    }
  }

  /** Runs `hook` before each step. Returns a removable handle. */
  registerStepPreHook(hook: StepHook) {
    return this.#preHooks.add(hook);
  }

  /** Runs `hook` after each step. Returns a removable handle. */
  registerStepPostHook(hook: StepHook) {
    return this.#postHooks.add(hook);
  }

  /** State and hyper-parameters as PyTorch lays them out: `state` by number of the parameter, `param_groups`. */
  stateDict(): Map<string, unknown> {
    const numbers = new Map(this.paramGroups.flatMap(({ params }) => params).map((param, i) => [param, i]));
    const state = new Map<number, ParamState>();
    for (const [param, kept] of this.state) {
      const number = numbers.get(param);
      if (number !== undefined) state.set(number, new Map(kept));
    }
    const groups = this.paramGroups.map(({ params, ...rest }) => {
      const entries: [string, unknown][] = Object.entries(rest).map(([key, value]) => [snakeCase(key), value]);
      return new Map<string, unknown>([...entries, ['params', params.map((param) => numbers.get(param) ?? 0)]]);
    });
    return new Map<string, unknown>([
      ['state', state],
      ['param_groups', groups],
    ]);
  }

  /**
   * Takes over what {@link stateDict} gave, for the same parameters in the same order.
   *
   * @throws StateError if the groups do not match; nothing is changed then
   */
  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const groups = dict.get('param_groups');
    const state = dict.get('state');
    if (!Array.isArray(groups) || !(state instanceof Map))
      throw new StateError('loadStateDict: expected state and param_groups');
    if (groups.length !== this.paramGroups.length) {
      throw new StateError('loaded state dict has a different number of parameter groups');
    }
    const saved = groups as ReadonlyMap<string, unknown>[];
    saved.forEach((group, i) => {
      const numbers = group.get('params');
      if (Array.isArray(numbers) && numbers.length === this.paramGroups[i]?.params.length) return;
      throw new StateError(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
      );
    });
    const params = new Map<number, Tensor>();
    saved.forEach((group, i) => {
      (group.get('params') as number[]).forEach((number, k) => {
        const param = this.paramGroups[i]?.params[k];
        if (param !== undefined) params.set(number, param);
      });
    });
    const loaded = [...(state as Map<number, ParamState>)].map(([number, kept]) =>
      loadedState(params.get(number), kept),
    );
    this.state.clear();
    for (const [param, kept] of loaded) if (param !== undefined) this.state.set(param, kept);
    saved.forEach((group, i) => {
      const own = this.paramGroups[i];
      for (const [key, value] of group) if (key !== 'params' && own !== undefined) own[camelCase(key)] = value;
    });
  }

  toString(): string {
    const groups = this.paramGroups.map(({ params: _params, ...rest }, i) => {
      const lines = Object.keys(rest)
        .map((key) => `    ${snakeCase(key)}: ${pythonText(rest[key])}`)
        .sort();
      return `Parameter Group ${i}\n${lines.join('\n')}\n`;
    });
    return `${this.constructor.name} (\n${groups.join('\n')})`;
  }
}

// Copies, in the dtype of the parameter except for the step count, as PyTorch loads them.
function loadedState(param: Tensor | undefined, kept: ParamState): [Tensor | undefined, ParamState] {
  const entries = [...kept].map(([name, value]): [string, Tensor] => {
    if (!(value instanceof Tensor))
      throw new StateError(`loadStateDict: ${name} must be a Tensor, got ${describe(value)}`);
    const cast = param !== undefined && name !== 'step' && isFloat(value.dtype) ? value.to(param.dtype) : value;
    return [name, cast.detach().clone()];
  });
  return [param, new Map(entries)];
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `(${value.map(pythonText).join(', ')})`;
  if (typeof value === 'number') return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
  return String(value);
}

/** @internal Throws unless every named hyper-parameter is a number >= 0. */
export function checkNotNegative(group: ParamGroup, names: Readonly<Record<string, string>>): void {
  for (const [key, text] of Object.entries(names)) {
    const value = group[key];
    if (typeof value !== 'number' || !(value >= 0)) throw new ValueError(`Invalid ${text}: ${String(value)}`);
  }
}

/**
 * @internal Runs a fused kernel on contiguous tensors: a parameter or gradient that is not is copied, and copied back.
 */
export function onContiguous(param: Tensor, run: (p: Tensor, g: Tensor) => void): void {
  const { grad } = param;
  if (grad === null) return;
  const g = grad.dtype === param.dtype ? grad.contiguous() : grad.to(param.dtype);
  const p = param.detach();
  const work = p.contiguous();
  run(work, g);
  if (work !== p) p.copy_(work);
  else param.version.value += 1;
}
