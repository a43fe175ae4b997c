// What all optimizers share: parameter groups, state, hooks, and the step.
import { enableGrad, isGradEnabled, withGradMode } from '../autograd/mode.ts';
import { HookList } from '../autograd/node.ts';
import { isFloat } from '../dtype.ts';
import {
  ArgumentTypeError,
  checkOptions,
  checkState,
  DtypeError,
  describe,
  markClass,
  ShapeError,
  ValueError,
} from '../errors.ts';
import { numberText, snakeCase, tuple } from '../python.ts';
import { fullLike } from '../tensor/create.ts';
import { sameShape } from '../tensor/shape.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { globalPostHooks, globalPreHooks, type StepHook, type StepPreHook } from './hooks.ts';
import { loadState, packState } from './state-dict.ts';

/** Parameters that share hyper-parameters. */
export interface ParamGroup {
  params: Tensor[];
  /** The names of the parameters, if the optimizer was given named parameters. */
  paramNames?: string[];
  [hyperParameter: string]: unknown;
}

/** A parameter, or its name and itself as `namedParameters()` gives them. */
export type Param = Tensor | readonly [string, Tensor];

/** A group as it is given: parameters and those hyper-parameters that differ from the optimizer's. */
export type GivenGroup<Options> = { params: Iterable<Param> | Tensor } & Partial<Options>;

/** What optimizers are given: parameters, or groups of parameters with hyper-parameters of their own. */
export type Params<Options> = Iterable<Param> | Iterable<GivenGroup<Options>>;

/** One entry of what an optimizer keeps for a parameter. */
export type StateValue = Tensor | number | null | undefined | readonly (Tensor | number | null)[];

/** What an optimizer keeps for one parameter, under PyTorch's names. */
export type ParamState = Map<string, StateValue>;

/** Runs before or after a state dict is made or loaded. */
type DictHook = (optimizer: Optimizer, dict: Map<string, unknown>) => Map<string, unknown> | null | undefined | void;

// Written into groups by schedulers and by people, beside the hyper-parameters.
const groupKeys = [
  'params',
  'paramNames',
  'name',
  'initialLr',
  'maxLr',
  'minLr',
  'swaLr',
  'maxMomentum',
  'baseMomentum',
];

/**
 * The base of optimizers. A new one implements `checkGroup` and `update`.
 *
 * @source torch.optim.Optimizer
 * @example
 * const [body, head] = [new nn.Linear(2, 3), new nn.Linear(3, 1)];
 * const groups = [{ params: body.parameters(), lr: 0.1 }, { params: head.parameters() }];
 * const optimizer = new optim.SGD(groups, { lr: 0.01 });
 * optimizer instanceof optim.Optimizer; // true
 * optimizer.paramGroups.map(({ lr }) => lr); // [0.1, 0.01]
 */
export abstract class Optimizer {
  static {
    markClass(this);
  }

  /** Groups of parameters with their hyper-parameters, which may be changed between steps. */
  readonly paramGroups: ParamGroup[] = [];
  /** What is kept for each parameter. */
  readonly state = new Map<Tensor, ParamState>();
  /** Hyper-parameters of groups that do not say otherwise. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Whether `step` needs a closure. It is then called first before any parameter changes. */
  readonly needsClosure: boolean = false;
  /** @internal how often `step` was called: schedulers want to come after it */ stepCalls = 0;
  readonly #preHooks = new HookList<StepPreHook>();
  readonly #postHooks = new HookList<StepHook>();
  readonly #stateDictPreHooks = new HookList<StepHook>();
  readonly #stateDictPostHooks = new HookList<DictHook>();
  readonly #loadPreHooks = new HookList<DictHook>();
  readonly #loadPostHooks = new HookList<StepHook>();

  constructor(params: Params<object>, defaults: Readonly<Record<string, unknown>>) {
    this.defaults = frozenTuples(defaults);
    this.checkGroup({ ...this.defaults, params: [] });
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
    const [first] = list;
    const groups = first instanceof Tensor || Array.isArray(first) ? [{ params: list as Param[] }] : list;
    for (const group of groups) this.addParamGroup(group as GivenGroup<object>);
  }

  /**
   * Adds parameters, for instance when frozen layers are thawed.
   *
   * @throws ValueError for a parameter that is there already, for names on some parameters only
   */
  addParamGroup(group: { params: Iterable<Param> | Tensor; [hyperParameter: string]: unknown }): void {
    const who = this.constructor.name;
    if (typeof group !== 'object' || group === null || group instanceof Tensor || !('params' in group)) {
      throw new ArgumentTypeError(`${who}: a parameter group must be an object with params, got ${describe(group)}`);
    }
    checkOptions(who, group, [...groupKeys, ...Object.keys(this.defaults)]);
    const { params, names } = splitNames(group.params);
    for (const param of params) {
      if (!(param instanceof Tensor))
        throw new ArgumentTypeError(`optimizer can only optimize Tensors, but one of the params is ${describe(param)}`);
      if (this.defaults.differentiable !== true && !param.isLeaf && !param.retainsGrad) {
        throw new ValueError("can't optimize a non-leaf Tensor");
      }
      if (!isFloat(param.dtype)) throw new ValueError(`${who}: parameters must be floating point, got ${param.dtype}`);
    }
    const named = names === null ? {} : { paramNames: names };
    const complete: ParamGroup = { ...frozenTuples(group), params: params as Tensor[], ...named };
    for (const [key, value] of Object.entries(this.defaults)) if (complete[key] === undefined) complete[key] = value;
    this.#checkOthers(complete);
    this.checkGroup(complete);
    this.paramGroups.push(complete);
  }

  #checkOthers(group: ParamGroup): void {
    const own = new Set(group.params);
    if (own.size !== group.params.length) {
      warn(
        'optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; ' +
          'see github.com/pytorch/pytorch/issues/40967 for more information',
      );
    }
    for (const other of this.paramGroups) {
      if ((group.paramNames === undefined) !== (other.paramNames === undefined)) {
        throw new ValueError(
          'all optimizer param groups should be with/without names. ' +
            `cannot add param group ${group.paramNames === undefined ? 'without' : 'with'} names to the optimizer`,
        );
      }
      if (other.params.some((param) => own.has(param))) {
        throw new ValueError('some parameters appear in more than one parameter group');
      }
    }
  }

  /** Throws where hyper-parameters are impossible. */
  protected abstract checkGroup(group: ParamGroup): void;

  /** Updates the parameters of one group that have gradients. Runs without recording unless `differentiable`. */
  protected abstract update(group: ParamGroup): void;

  /** Hyper-parameters that PyTorch prints as floats even if they are whole. */
  protected get floats(): readonly string[] {
    return [];
  }

  /**
   * Updates all parameters by their gradients.
   *
   * @param closure computes the loss anew, with gradients
   * @returns the closure's loss, or null
   */
  step(closure: (() => Tensor) | null = null): Tensor | null {
    let given = closure;
    for (const hook of [...globalPreHooks.all(), ...this.#preHooks.all()]) {
      const changed = hook(this, [given]);
      if (changed === null || changed === undefined) continue;
      if (!Array.isArray(changed)) {
        throw new ArgumentTypeError(
          `${this.constructor.name}.step must return None or a tuple of (new_args, new_kwargs),` +
            `but got ${describe(changed)}.`,
        );
      }
      given = changed[0] ?? null;
    }
    this.stepCalls += 1;
    const loss = this.run(given);
    for (const hook of [...this.#postHooks.all(), ...globalPostHooks.all()]) hook(this);
    return loss;
  }

  /** The step between its hooks. */
  protected run(closure: (() => Tensor) | null): Tensor | null {
    const loss = closure === null ? null : enableGrad(closure);
    withGradMode(this.defaults.differentiable === true && isGradEnabled(), () => {
      for (const group of this.paramGroups) this.update(group);
    });
    return loss;
  }

  /** Forgets all gradients; with `setToNone: false` overwrites them with zeros. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    checkOptions('zeroGrad', options, ['setToNone']);
    for (const { params } of this.paramGroups) {
      for (const param of params) {
        if (options.setToNone === false && param.grad !== null) param.grad = param.grad.detach().zero_();
        else param.grad = null;
      }
    }
  }

  /** Runs `hook` before each step; it may return other arguments for the step. Returns a removable handle. */
  registerStepPreHook(hook: StepPreHook) {
    return this.#preHooks.add(hook);
  }

  /** Runs `hook` after each step. Returns a removable handle. */
  registerStepPostHook(hook: StepHook) {
    return this.#postHooks.add(hook);
  }

  /** Runs `hook` before {@link stateDict}. Returns a removable handle. */
  registerStateDictPreHook(hook: StepHook, options: { prepend?: boolean } = {}) {
    return this.#stateDictPreHooks.add(hook, options);
  }

  /** Runs `hook` on what {@link stateDict} made; what it returns replaces the dict. Returns a removable handle. */
  registerStateDictPostHook(hook: DictHook, options: { prepend?: boolean } = {}) {
    return this.#stateDictPostHooks.add(hook, options);
  }

  /** Runs `hook` on a copy of the dict to load; what it returns is loaded instead. Returns a removable handle. */
  registerLoadStateDictPreHook(hook: DictHook, options: { prepend?: boolean } = {}) {
    return this.#loadPreHooks.add(hook, options);
  }

  /** Runs `hook` after {@link loadStateDict}. Returns a removable handle. */
  registerLoadStateDictPostHook(hook: StepHook, options: { prepend?: boolean } = {}) {
    return this.#loadPostHooks.add(hook, options);
  }

  /** State and hyper-parameters as PyTorch lays them out: `state` by number of the parameter, `param_groups`. */
  stateDict(): Map<string, unknown> {
    for (const hook of this.#stateDictPreHooks.all()) hook(this);
    let dict = packState(this);
    for (const hook of this.#stateDictPostHooks.all()) dict = hook(this, dict) ?? dict;
    return dict;
  }

  /**
   * Takes over a copy of what {@link stateDict} gave, for the same parameters in the same order.
   *
   * @throws ValueError if the groups do not match, StateError if it is no such dict; nothing is changed then
   */
  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    let given = new Map(checkState(this.constructor.name, dict));
    for (const hook of this.#loadPreHooks.all()) given = hook(this, given) ?? given;
    loadState(this, given);
    for (const hook of this.#loadPostHooks.all()) hook(this);
  }

  toString(): string {
    const { floats } = this;
    const groups = this.paramGroups.map(({ params: _params, ...rest }, i) => {
      const lines = Object.keys(rest)
        .map((key) => `    ${snakeCase(key)}: ${pythonText(rest[key], floats.includes(key))}`)
        .sort();
      return `Parameter Group ${i}\n${lines.join('\n')}\n`;
    });
    return `${this.constructor.name} (\n${groups.join('\n')})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function splitNames(given: Iterable<Param> | Tensor): { params: unknown[]; names: string[] | null } {
  const list: unknown[] = given instanceof Tensor ? [given] : [...given];
  const names = list.filter((entry) => Array.isArray(entry)).map(([name]) => String(name));
  const params = list.map((entry) => (Array.isArray(entry) ? entry[1] : entry));
  if (names.length > 0 && names.length !== params.length) {
    throw new ValueError('all optimizer params should be with/without names. Some param names are missing');
  }
  return { params, names: names.length > 0 ? names : null };
}

// Pairs such as `betas` are Python tuples, so that a saved state dict holds what PyTorch's holds.
function frozenTuples<T extends object>(group: T): T {
  const entries = Object.entries(group).map(([key, value]) => [
    key,
    Array.isArray(value) && key !== 'params' && key !== 'paramNames' ? tuple(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}

function pythonText(value: unknown, float: boolean): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) {
    const texts = value.map((entry) => (typeof entry === 'string' ? `'${entry}'` : pythonText(entry, false)));
    return Object.isFrozen(value) ? `(${texts.join(', ')})` : `[${texts.join(', ')}]`;
  }
  return typeof value === 'number' ? numberText(value, float) : String(value);
}

/** @internal The gradient in the dtype of its parameter, negated to climb. */
export function gradientOf(param: Tensor, maximize: boolean): Tensor {
  const grad = param.grad ?? fullLike(param, 0);
  const g = grad.dtype === param.dtype ? grad : grad.to(param.dtype);
  return maximize ? g.neg() : g;
}

/**
 * @internal Runs a fused kernel on contiguous tensors: a parameter or gradient that is not is copied, and copied back.
 *
 * @param state what the kernel keeps for each element of the parameter
 * @throws ShapeError if the gradient or the state are not of the parameter's size, DtypeError for state of another type
 */
export function onContiguous(
  param: Tensor,
  state: readonly (Tensor | null)[],
  run: (p: Tensor, g: Tensor) => void,
): void {
  const { grad } = param;
  if (grad === null) return;
  checkFits(param, 'gradient', grad);
  for (const kept of state) {
    if (kept === null) continue;
    checkFits(param, 'state', kept);
    if (!kept.isContiguous()) throw new ShapeError('state of a fused step must be contiguous');
    if (kept.dtype !== param.dtype) {
      throw new DtypeError(`a parameter of dtype ${param.dtype} has state of dtype ${kept.dtype}`);
    }
  }
  const g = grad.dtype === param.dtype ? grad.contiguous() : grad.to(param.dtype);
  const p = param.detach();
  const work = p.contiguous();
  run(work, g);
  if (work !== p) p.copy_(work);
  else param.version.value += 1;
}

function checkFits(param: Tensor, what: string, value: Tensor): void {
  if (sameShape(checkTensor('step', what, value).shape, param.shape)) return;
  throw new ShapeError(
    `a parameter of size [${param.shape.join(', ')}] has ${what} of size [${value.shape.join(', ')}]`,
  );
}
