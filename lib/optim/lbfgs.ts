// L-BFGS: quasi-Newton steps from the last gradients, with or without a line search.
import { enableGrad, withGradMode } from '../autograd/mode.ts';
import { ArgumentTypeError, StateError, ValueError } from '../errors.ts';
import { cat } from '../functional/join.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkNotNegative, numberOf, type Scalar } from './checks.ts';
import { strongWolfe } from './line-search.ts';
import { Optimizer, type ParamGroup, type ParamState, type Params } from './optimizer.ts';
import { hyperParameters, zerosFor } from './param-state.ts';

/** Options of {@link LBFGS}. */
export interface LBFGSOptions {
  /** Factor of the steps, >= 0. Default 1. */
  lr?: Scalar;
  /** Iterations of one step. Default 20. */
  maxIter?: number;
  /** Evaluations of one step. Default 1.25 maxIter. */
  maxEval?: number | null;
  /** Stop when the largest gradient is not above this. Default 1e-7. */
  toleranceGrad?: number;
  /** Stop when loss or parameters change by less. Default 1e-9. */
  toleranceChange?: number;
  /** Gradients to remember. Default 100. */
  historySize?: number;
  /** 'strong_wolfe' or null. Default null. */
  lineSearchFn?: 'strong_wolfe' | null;
}

type Group = ParamGroup & Required<LBFGSOptions> & { maxEval: number };

const defaults: Required<LBFGSOptions> = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
};

/** The part of the state that one step works on. */
interface Memory {
  d: Tensor | null;
  t: number;
  dirs: Tensor[];
  steps: Tensor[];
  ro: Tensor[];
  scale: Tensor | number;
  lastGradient: Tensor | null;
  lastLoss: number | null;
}

/**
 * L-BFGS. `step` needs a closure that computes the loss and its gradients. State, kept for the first parameter:
 * `func_evals`, `n_iter`, `al`, `d`, `t`, `old_dirs`, `old_stps`, `ro`, `H_diag`, `prev_flat_grad`, `prev_loss`.
 *
 * @throws ValueError for several groups or a negative learning rate
 * @source torch.optim.LBFGS; Schmidt, "minFunc", 2005
 * @example
 * const w = tensor([1, 2.5], { requiresGrad: true });
 * const optimizer = new optim.LBFGS([w], { lineSearchFn: 'strong_wolfe' });
 * optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = w.sub(3).square().sum();
 *   loss.backward();
 *   return loss;
 * });
 * w.detach(); // tensor([3., 3.])
 */
export class LBFGS extends Optimizer {
  override readonly needsClosure = true;
  constructor(params: Params<LBFGSOptions>, options: LBFGSOptions = {}) {
    const all = hyperParameters('LBFGS', defaults, options);
    // Option values are PyTorch's words; this one is often written as JavaScript's.
    if ((all.lineSearchFn as string) === 'strongWolfe') all.lineSearchFn = 'strong_wolfe';
    super(params, { ...all, maxEval: all.maxEval ?? Math.floor((all.maxIter * 5) / 4) });
    if (this.paramGroups.length !== 1) {
      throw new ValueError("LBFGS doesn't support per-parameter options (parameter groups)");
    }
  }

  protected override checkGroup(group: ParamGroup): void {
    checkNotNegative(group, { lr: 'learning rate' });
    if (group.lineSearchFn !== null && group.lineSearchFn !== 'strong_wolfe') {
      throw new StateError("only 'strong_wolfe' is supported");
    }
  }

  protected override update(): void {}

  protected override run(closure: (() => Tensor) | null): Tensor {
    if (closure === null) throw new ArgumentTypeError("LBFGS.step() missing 1 required positional argument: 'closure'");
    return withGradMode(false, () => this.#iterate(() => enableGrad(closure)));
  }

  get #params(): Tensor[] {
    return this.paramGroups[0]?.params ?? [];
  }

  #iterate(closure: () => Tensor): Tensor {
    const group = this.paramGroups[0] as Group;
    const state = this.#state();
    const first = closure();
    let loss = Number(first.item());
    let evaluations = 1;
    add(state, 'func_evals', 1);
    let gradient = this.#gradient();
    if (largest(gradient) <= group.toleranceGrad) return first;
    const memory = memoryOf(state);
    for (let iteration = 1; iteration <= group.maxIter; iteration++) {
      const count = add(state, 'n_iter', 1);
      const d = count === 1 ? forget(memory, gradient) : direction(memory, gradient, state, group.historySize);
      memory.d = d;
      memory.lastGradient = memory.lastGradient === null ? gradient.clone() : memory.lastGradient.copy_(gradient);
      const lastLoss = loss;
      memory.lastLoss = loss;
      const rate = numberOf(group.lr);
      memory.t = count === 1 ? Math.min(1, 1 / Number(gradient.abs().sum().item())) * rate : rate;
      const slope = dot(gradient, d);
      if (slope > -group.toleranceChange) break;
      let taken = 0;
      if (group.lineSearchFn !== null) {
        const start = { t: 0, loss, gradient: gradient.clone(), slope };
        const before = this.#params.map((param) => param.clone());
        const evaluate = (t: number) => this.#evaluate(closure, before, t, d);
        const found = strongWolfe(evaluate, start, memory.t, largest(d), 1e-9);
        ({ loss, gradient, t: memory.t } = found.point);
        taken = found.evaluations;
        this.#move(memory.t, d);
      } else {
        this.#move(memory.t, d);
        if (iteration !== group.maxIter) {
          loss = Number(closure().item());
          gradient = this.#gradient();
          taken = 1;
        }
      }
      evaluations += taken;
      add(state, 'func_evals', taken);
      if (evaluations >= group.maxEval || largest(gradient) <= group.toleranceGrad) break;
      if (largest(d) * memory.t <= group.toleranceChange || Math.abs(loss - lastLoss) < group.toleranceChange) break;
    }
    remember(state, memory);
    return first;
  }

  #state(): ParamState {
    const [param] = this.#params as [Tensor];
    const state: ParamState = this.state.get(param) ?? new Map();
    if (!state.has('func_evals')) state.set('func_evals', 0);
    if (!state.has('n_iter')) state.set('n_iter', 0);
    this.state.set(param, state);
    return state;
  }

  #gradient(): Tensor {
    return cat(this.#params.map((param) => (param.grad ?? zerosFor(param)).detach().reshape(-1)));
  }

  #move(t: number, d: Tensor): void {
    let offset = 0;
    for (const param of this.#params) {
      const n = param.numel();
      param.add_(d.slice(0, offset, offset + n).view([...param.shape]), { alpha: t });
      offset += n;
    }
  }

  #evaluate(closure: () => Tensor, before: readonly Tensor[], t: number, d: Tensor) {
    this.#move(t, d);
    const loss = Number(closure().item());
    const gradient = this.#gradient();
    this.#params.forEach((param, i) => {
      const old = before[i];
      if (old !== undefined) param.copy_(old);
    });
    return { t, loss, gradient, slope: dot(gradient, d) };
  }
}

function add(state: ParamState, name: string, count: number): number {
  const sum = Number(state.get(name) ?? 0) + count;
  state.set(name, sum);
  return sum;
}

function largest(x: Tensor): number {
  return Number(x.abs().max().item());
}

function dot(x: Tensor, y: Tensor): number {
  return Number(x.dot(y).item());
}

// The first direction is the gradient's.
function forget(memory: Memory, gradient: Tensor): Tensor {
  Object.assign(memory, { dirs: [], steps: [], ro: [], scale: 1 });
  return gradient.neg();
}

// The two loops of L-BFGS over what is remembered of the last steps.
function direction(memory: Memory, gradient: Tensor, state: ParamState, historySize: number): Tensor {
  const { dirs, steps, ro } = memory;
  const y = gradient.sub(memory.lastGradient ?? 0);
  const s = (memory.d ?? gradient).mul(memory.t);
  const ys = y.dot(s);
  if (Number(ys.item()) > 1e-10) {
    if (dirs.length === historySize) for (const list of [dirs, steps, ro]) list.shift();
    dirs.push(y);
    steps.push(s);
    ro.push(ys.reciprocal());
    memory.scale = ys.div(y.dot(y));
  }
  const kept = state.get('al');
  const al = Array.isArray(kept) ? [...kept] : new Array<Tensor | null>(historySize).fill(null);
  const q = gradient.neg();
  for (let i = dirs.length - 1; i >= 0; i--) {
    const [step, dir, inverse] = [steps[i], dirs[i], ro[i]] as [Tensor, Tensor, Tensor];
    const weight = step.dot(q).mul(inverse);
    al[i] = weight;
    q.sub_(dir, { alpha: Number(weight.item()) });
  }
  const r = q.mul(memory.scale);
  for (let i = 0; i < dirs.length; i++) {
    const [step, dir, inverse] = [steps[i], dirs[i], ro[i]] as [Tensor, Tensor, Tensor];
    r.add_(step, { alpha: Number((al[i] as Tensor).sub(dir.dot(r).mul(inverse)).item()) });
  }
  state.set('al', al);
  return r;
}

function tensorsOf(value: unknown): Tensor[] {
  return Array.isArray(value) ? value.filter((entry) => entry instanceof Tensor) : [];
}

function memoryOf(state: ParamState): Memory {
  const value = (name: string) => state.get(name);
  const one = (name: string) => (value(name) instanceof Tensor ? (value(name) as Tensor) : null);
  const t = value('t');
  const loss = value('prev_loss');
  return {
    d: one('d'),
    t: t instanceof Tensor ? Number(t.item()) : Number(t ?? 0),
    dirs: tensorsOf(value('old_dirs')),
    steps: tensorsOf(value('old_stps')),
    ro: tensorsOf(value('ro')),
    scale: one('H_diag') ?? Number(value('H_diag') ?? 1),
    lastGradient: one('prev_flat_grad'),
    lastLoss: typeof loss === 'number' ? loss : null,
  };
}

function remember(state: ParamState, memory: Memory): void {
  state.set('d', memory.d);
  state.set('t', memory.t);
  state.set('old_dirs', memory.dirs);
  state.set('old_stps', memory.steps);
  state.set('ro', memory.ro);
  state.set('H_diag', memory.scale);
  state.set('prev_flat_grad', memory.lastGradient);
  state.set('prev_loss', memory.lastLoss);
}
