// The graph: nodes that know how to go back, edges that say where to.
import type { Dtype } from '../dtype.ts';
import { ArgumentTypeError, AutogradError, describe, ShapeError } from '../errors.ts';
import { type Shape, sameShape } from '../tensor/shape.ts';
import { stridesOf, Tensor } from '../tensor/tensor.ts';
import { currentMode, type SavedTensorHooks, withoutSavedTensorHooks } from './mode.ts';

/** A gradient, or null where none flows. */
export type Grad = Tensor | null;

/**
 * How to go back through an operator: from the gradients of its outputs to one gradient (or null) for each input.
 * `saved` are the tensors given to `record`; `needs[i]` says whether input i wants a gradient.
 */
export type Rule = (
  grads: readonly Grad[],
  saved: readonly Tensor[],
  needs: readonly boolean[],
  isDonated: IsDonated,
) => readonly Grad[];

/** Whether nobody but the rule that was given a gradient has it any more, so that it may write its result over it. */
export type IsDonated = (g: Tensor) => boolean;

/** Where a gradient goes: an output of a node. */
export interface Edge {
  readonly node: Node;
  readonly index: number;
}

/** What is known of an output without keeping it. */
export interface OutputFacts {
  readonly shape: Shape;
  readonly dtype: Dtype;
}

// What a rule relies on of a tensor that was saved.
interface SavedFacts extends OutputFacts {
  readonly strides: Shape;
}

interface Saved extends SavedFacts {
  readonly tensor: Tensor;
  readonly version: number;
}

// What hooks keep in place of a tensor.
interface Packed extends SavedFacts {
  readonly packed: unknown;
  readonly unpack: (packed: unknown) => Tensor;
}

function asFound(tensor: Tensor): Saved {
  const { shape, dtype, version } = tensor;
  return { tensor, version: version.value, shape, dtype, strides: stridesOf(tensor) };
}

function packedBy({ pack, unpack }: SavedTensorHooks, { tensor, shape, dtype, strides }: Saved): Packed {
  return { packed: withoutSavedTensorHooks(() => pack(tensor)), unpack, shape, dtype, strides };
}

function unpacked({ packed, unpack }: Packed): Tensor {
  const tensor: unknown = unpack(packed);
  if (tensor instanceof Tensor) return tensor;
  throw new ArgumentTypeError(
    `Output of saved tensor unpack_hook expected to be a Tensor but got result of type ${describe(tensor)}`,
  );
}

/**
 * @internal The gradient in the dtype of the output that it belongs to, as in-place operators keep theirs under wider
 * operands.
 */
export function fittingGrad(node: Node, output: number, g: Tensor, from: string, position: number): Tensor {
  const expected = node.outputs[output];
  if (expected === undefined) throw new AutogradError(`${from}: no output ${output} of ${node.name}`);
  if (!sameShape(g.shape, expected.shape)) {
    throw new ShapeError(
      `Function ${from} returned an invalid gradient at index ${position} - got [${g.shape.join(', ')}] but expected shape compatible with [${expected.shape.join(', ')}]`,
    );
  }
  return g.dtype === expected.dtype ? g : g.to(expected.dtype);
}

/** Sees, and may replace, the gradient of one tensor. */
export type TensorHook = (grad: Tensor) => Tensor | null | undefined | void;
/** Sees, and may replace, all gradients that reach a node. */
export type NodePreHook = (grads: readonly Grad[]) => readonly Grad[] | null | undefined | void;
/** Sees, and may replace, the gradients that a node produced. */
export type NodeHook = (
  produced: readonly Grad[],
  received: readonly Grad[],
) => readonly Grad[] | null | undefined | void;

/** Hooks in the order of registration, with a handle that takes one out again. */
export class HookList<H> {
  readonly #hooks = new Map<object, H>();

  /** Appends a hook, or puts it before all others. */
  add(hook: H, { prepend = false }: { prepend?: boolean } = {}): { remove(): void; [Symbol.dispose](): void } {
    const key = {};
    const others = prepend ? [...this.#hooks] : [];
    if (prepend) this.#hooks.clear();
    this.#hooks.set(key, hook);
    for (const [other, later] of others) this.#hooks.set(other, later);
    const remove = () => void this.#hooks.delete(key);
    return { remove, [Symbol.dispose]: remove };
  }

  /** A copy, so that a hook may remove itself while the list is run. */
  all(): H[] {
    return [...this.#hooks.values()];
  }
}

let sequence = 0;

/**
 * One operator of the graph.
 * @example ones(2, { requiresGrad: true }).exp().gradFn?.name; // 'ExpBackward0'
 */
export class Node {
  /** Name of the operator's backward, as PyTorch names it: `AddBackward0`. */
  name: string;
  /** @internal later operators run earlier in backward */ readonly sequence: number;
  /** @internal */ readonly edges: readonly (Edge | null)[];
  /** @internal */ readonly outputs: readonly OutputFacts[];
  /** @internal whether the rule shows gradients to the user's code */ readonly exposesGrads: boolean;
  /** Anything the user wants to remember here. */
  readonly metadata: Record<string, unknown> = {};
  /** @internal */ tensorHooks: (HookList<TensorHook> | undefined)[] | null = null;
  /** @internal tensors whose gradient is kept although they are no leaves, by output */ retained: Map<
    number,
    WeakRef<Tensor>
  > | null = null;
  /** @internal */ preHooks: HookList<NodePreHook> | null = null;
  /** @internal */ postHooks: HookList<NodeHook> | null = null;
  /** @internal outputs of a user's function that are views of its inputs: writing to them would bypass its backward */ writeProtected: ReadonlySet<number> | null =
    null;
  #rule: Rule | null;
  /** @internal where the operator was called, in anomaly mode */ readonly origin: Error | null;
  #saved: (Saved | Packed)[] | null;

  constructor(
    name: string,
    edges: readonly (Edge | null)[],
    outputs: readonly OutputFacts[],
    saved: readonly Tensor[],
    rule: Rule,
    options: { exposesGrads?: boolean; last?: boolean } = {},
  ) {
    this.name = name;
    this.edges = edges;
    this.outputs = outputs;
    this.exposesGrads = options.exposesGrads ?? false;
    this.sequence = options.last ? Number.POSITIVE_INFINITY : sequence++;
    this.#rule = rule;
    const mode = currentMode();
    // All as they are now, before a hook sees the first of them.
    const found = saved.map(asFound);
    const hooks = mode.savedTensorHooks;
    this.#saved = hooks === null ? found : found.map((entry) => packedBy(hooks, entry));
    this.origin = mode.anomaly === 'off' ? null : new Error(`${name} was recorded here`);
  }

  /** The nodes that gradients flow to, with the output they belong to; null where an input wants none. */
  get nextFunctions(): readonly (Edge | null)[] {
    return this.edges;
  }

  /** Runs `hook` with the gradients this node produced and received; it may return others. */
  registerHook(hook: NodeHook) {
    this.postHooks ??= new HookList();
    return this.postHooks.add(hook);
  }

  /** Runs `hook` with the gradients that reach this node; it may return others. */
  registerPrehook(hook: NodePreHook) {
    this.preHooks ??= new HookList();
    return this.preHooks.add(hook);
  }

  /** @internal */
  hooksOf(output: number): HookList<TensorHook> {
    this.tensorHooks ??= [];
    let list = this.tensorHooks[output];
    if (list === undefined) {
      list = new HookList();
      this.tensorHooks[output] = list;
    }
    return list;
  }

  /** @internal Runs the rule, which may overwrite the donated gradients. */
  backward(grads: readonly Grad[], isDonated: IsDonated): readonly Grad[] {
    if (this.#rule === null || this.#saved === null) throw new AutogradError(usedTwice);
    const needs = this.edges.map((edge) => edge !== null);
    const saved = this.savedTensors();
    // Hooks have seen the gradients since they came.
    const fitting = grads.map((g, i) => (g === null ? null : fittingGrad(this, i, g, `a hook of ${this.name}`, i)));
    return this.#rule(fitting, saved, needs, isDonated);
  }

  /** @internal The saved tensors, checked to be what they were. */
  savedTensors(): Tensor[] {
    if (this.#saved === null) throw new AutogradError(usedTwice);
    const entries = this.#saved;
    // Hooks first: what one of them returned, the next may change.
    const tensors = entries.map((entry) => ('unpack' in entry ? unpacked(entry) : entry.tensor));
    return entries.map((entry, i) => this.#asSaved(tensors[i] as Tensor, entry));
  }

  // A tensor from a hook, or one whose data was set, must fit what kernels are told of it.
  #asSaved(tensor: Tensor, entry: Saved | Packed): Tensor {
    if ('version' in entry && tensor.version.value !== entry.version) {
      throw new AutogradError(this.#overwritten(tensor, entry.version));
    }
    const { shape, dtype, strides } = entry;
    if (stridesOf(tensor) === strides) return tensor;
    if (sameShape(tensor.shape, shape) && tensor.dtype === dtype) {
      return sameShape(stridesOf(tensor), strides) ? tensor : tensor.contiguous();
    }
    throw new AutogradError(
      `${this.name} saved a ${dtype} tensor of size [${shape.join(', ')}] for its gradient, ` +
        `and finds one of ${tensor.dtype} and size [${tensor.shape.join(', ')}] in its place`,
    );
  }

  /** @internal Lets go of what was saved. A node that saved nothing can run again, as in PyTorch. */
  release(): void {
    if (this.#saved === null || this.#saved.length === 0) return;
    this.#saved = null;
    this.#rule = null;
  }

  #overwritten(tensor: Tensor, version: number): string {
    const origin = tensor.node === null ? '' : `, which is output ${tensor.outputIndex} of ${tensor.node.name},`;
    return (
      'one of the variables needed for gradient computation has been modified by an inplace operation: ' +
      `[${tensor.type()} [${tensor.shape.join(', ')}]]${origin} is at version ${tensor.version.value}; ` +
      `expected version ${version} instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, ` +
      'with torch.autograd.set_detect_anomaly(True).'
    );
  }

  toString(): string {
    return `<${this.name}>`;
  }
}

const usedTwice =
  'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). ' +
  'Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). ' +
  'Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.';
