// The choke point for operators: every operator says here what it did and how to go back.
import { isFloat } from '../dtype.ts';
import { AutogradError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isGradEnabled, isInferenceModeEnabled, withGradMode } from './mode.ts';
import { type Edge, type Grad, type IsDonated, Node, type OutputFacts, type Rule } from './node.ts';

/** The rule of an operator with one output; `g` is its gradient. See {@link Rule}. */
export type SingleRule = (
  g: Tensor,
  saved: readonly Tensor[],
  needs: readonly boolean[],
  isDonated: IsDonated,
) => readonly Grad[];

/**
 * Records that operator `name` made `y` from `inputs`, if anybody wants a gradient.
 *
 * @param saved tensors the rule needs; they are let go when backward has used them, and checked not to be overwritten
 * @returns y
 */
export function record(
  name: string,
  inputs: readonly Tensor[],
  y: Tensor,
  saved: readonly Tensor[],
  rule: SingleRule,
): Tensor {
  if (!wantsGradient(inputs)) return y;
  const single: Rule = (grads, tensors, needs, isDonated) => {
    const g = grads[0];
    return g === null || g === undefined ? needs.map(() => null) : rule(g, tensors, needs, isDonated);
  };
  attach(y, new Node(backwardName(name), edgesOf(inputs), [factsOf(y)], saved, single), 0);
  return y;
}

/** Records an operator with several outputs; the rule gets one gradient or null for each. */
export function recordMany(
  name: string,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  saved: readonly Tensor[],
  rule: Rule,
  options: { exposesGrads?: boolean } = {},
): void {
  if (!wantsGradient(inputs)) return;
  const backward = options.exposesGrads ? name : backwardName(name);
  const node = new Node(backward, edgesOf(inputs), outputs.map(factsOf), saved, rule, options);
  outputs.forEach((y, i) => {
    if (isFloat(y.dtype)) attach(y, node, i);
  });
}

/**
 * Records that `y` is a view of `x`. `replay` takes the same view of any tensor of the base's shape: it derives the
 * view's history anew after the base, or another view of it, was written in place.
 */
export function recordView(
  name: string,
  x: Tensor,
  y: Tensor,
  replay: (x: Tensor) => Tensor,
  rule: SingleRule,
): Tensor {
  y.inference = x.inference;
  if (!isGradEnabled()) return y;
  const outer = x.viewOf;
  const base = outer === null ? x : outer.base;
  const fromBase = outer === null ? replay : (b: Tensor) => replay(outer.replay(b));
  y.viewOf = { base, replay: (b) => withGradMode(true, () => fromBase(b)) };
  return record(name, [x], y, [], rule);
}

/** Marks an operator that has no gradient by its nature: comparisons, positions, counts. */
export function recordConstant(_name: string, _inputs: readonly Tensor[], y: Tensor): Tensor {
  return y;
}

/** Records an operator for which PyTorch has no gradient: backward through it throws `message`. */
export function recordRefusal(
  name: string,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  message: string,
): void {
  recordMany(name, inputs, outputs, [], () => {
    throw new AutogradError(message);
  });
}

/** Whether a gradient would be recorded for an operator on these inputs. */
export function wantsGradient(inputs: readonly Tensor[]): boolean {
  return isGradEnabled() && wanted(inputs);
}

/**
 * Checks inputs for which PyTorch has no gradient.
 *
 * @param operator PyTorch's name of it
 * @throws AutogradError if one wants a gradient
 */
export function checkConstant(operator: string, inputs: Readonly<Record<string, Tensor | null | undefined>>): void {
  for (const [name, x] of Object.entries(inputs)) {
    if (!x || !wantsGradient([x])) continue;
    throw new AutogradError(
      `The function '${operator}' is not differentiable with respect to argument '${name}'. ` +
        'This input cannot have requires_grad True.',
    );
  }
}

/**
 * Gives `x`, just overwritten with the elements of `y`, the history of `y`; a view hands it on to its base.
 */
export function rebase(x: Tensor, y: Tensor): void {
  const view = x.viewOf;
  if (view === null) {
    attach(x, y.node, y.outputIndex);
    return;
  }
  const { base, replay } = view;
  const node = new Node('CopySlices', edgesOf([base, y]), [factsOf(base)], [], ([g], _saved, needs) => {
    if (g === null || g === undefined) return [null, null];
    const kept = needs[0] ? g.clone() : null;
    if (kept !== null) replay(kept).zero_();
    // A view by strides needs elements of its own where the gradient is one number expanded.
    return [kept, needs[1] ? replay(g.contiguous()).contiguous() : null];
  });
  attach(base, node, 0);
  x.nodeVersion = -1;
}

/** Gives `x` the geometry of its view `y`, and the history. */
export function becomeView(x: Tensor, y: Tensor): void {
  // Asked for before the version moves, after which a view takes its history from the base anew.
  const { node } = y;
  if (x.viewOf !== null) x.viewOf = y.viewOf;
  x.become(y);
  x.version.value += 1;
  if (x.accumulator !== null) x.accumulator = null;
  attach(x, node, y.outputIndex);
}

/** Throws where PyTorch forbids writing to `x` in place under the current mode. */
export function checkInPlace(x: Tensor): void {
  if (x.inference && !isInferenceModeEnabled()) {
    throw new AutogradError(
      'Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.',
    );
  }
  if (!isGradEnabled()) return;
  if (x.isLeaf && x.requiresGrad) {
    throw new AutogradError('a leaf Variable that requires grad is being used in an in-place operation.');
  }
  const base = x.viewOf?.base;
  for (const { node, outputIndex } of [x, base ?? x]) {
    if (node?.writeProtected?.has(outputIndex)) throw new AutogradError(writesToProtected(node.name, outputIndex));
  }
  if (base?.isLeaf && base.requiresGrad) {
    throw new AutogradError('a view of a leaf Variable that requires grad is being used in an in-place operation.');
  }
}

function writesToProtected(name: string, output: number): string {
  return (
    `Output ${output} of ${name} is a view and is being modified inplace. This view was created inside a custom Function ` +
    '(or because an input was returned as-is) and the autograd logic to handle view+inplace would override the custom ' +
    'backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. ' +
    'You can fix this by cloning the output of the custom Function.'
  );
}

/** The edge along which a gradient of `x` leaves, or null if it wants none. */
export function edgeOf(x: Tensor): Edge | null {
  const node = x.node;
  if (node !== null) return { node, index: x.outputIndex };
  return x.wantsGrad ? { node: accumulatorOf(x), index: 0 } : null;
}

/** The node that adds gradients to a leaf. */
export function accumulatorOf(leaf: Tensor): Node {
  leaf.accumulator ??= new AccumulateGrad(leaf);
  return leaf.accumulator;
}

/** The end of the way back: adds what arrives to the `grad` of a leaf. The engine does the adding. */
export class AccumulateGrad extends Node {
  /** The leaf whose gradient this is. */
  readonly variable: Tensor;
  constructor(variable: Tensor) {
    super('AccumulateGrad', [], [factsOf(variable)], [], () => [], { last: true });
    this.variable = variable;
  }
}

// A node must not keep its output alive.
function factsOf(y: Tensor): OutputFacts {
  return { shape: y.shape, dtype: y.dtype };
}

function wanted(inputs: readonly Tensor[]): boolean {
  for (const x of inputs) if (x.requiresGrad) return true;
  return false;
}

function edgesOf(inputs: readonly Tensor[]): (Edge | null)[] {
  const edges = new Array<Edge | null>(inputs.length);
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i];
    edges[i] = x === undefined ? null : edgeOf(x);
    if (x?.inference) {
      throw new AutogradError(
        'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.',
      );
    }
  }
  return edges;
}

function attach(y: Tensor, node: Node | null, index: number): void {
  y.ownNode = node;
  y.outputIndex = index;
  y.nodeVersion = y.version.value;
}

/** Gives the node that made `y`, the last of several, the name of the operator that they make up together. */
export function nameNode(name: string, y: Tensor): Tensor {
  if (y.node !== null) y.node.name = backwardName(name);
  return y;
}

// Names are few, and each is wanted in every step. Here stand those that PyTorch's operator has from another one.
const backwardNames = new Map<string, string>([
  ['copy', 'CopyBackwards'],
  ['square', 'PowBackward0'],
  ['relu6', 'HardtanhBackward0'],
  ['selu', 'EluBackward0'],
  ['softsign', 'DivBackward0'],
  ['tanhshrink', 'SubBackward0'],
  ['rmsNorm', 'MulBackward0'],
  ['linalgSolve', 'LinalgSolveExBackward0'],
  ['erfcx', 'SpecialErfcxBackward0'],
  ['i0e', 'SpecialI0EBackward0'],
  ['i1e', 'SpecialI1EBackward0'],
  ['logNdtr', 'SpecialLogNdtrBackward0'],
  ['ndtr', 'MulBackward0'],
  ['ndtri', 'SpecialNdtriBackward0'],
  ['floorDivide', 'DivBackward2'],
  ['truncDivide', 'DivBackward2'],
]);

// 'add' is AddBackward0, 'log1p' is Log1PBackward0; a name with a number of its own stays.
function backwardName(name: string): string {
  const known = backwardNames.get(name);
  if (known !== undefined) return known;
  const capitals = name.replace(/(?:^|\d)[a-z]/g, (letters) => letters.toUpperCase());
  const backward = /Backward\d$/.test(name) ? name : `${capitals}Backward0`;
  backwardNames.set(name, backward);
  return backward;
}
