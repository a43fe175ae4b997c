// Operators that users write themselves: a forward, and a backward beside it.
import { isFloat } from '../dtype.ts';
import { AutogradError, NotImplementedError } from '../errors.ts';
import { zerosLike } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { withGradMode } from './mode.ts';
import type { Grad } from './node.ts';
import { recordMany } from './record.ts';

/**
 * What forward leaves for backward.
 * @example
 * class Square extends autograd.Function {
 *   static override forward(ctx: autograd.FunctionContext, x: Tensor) {
 *     ctx.saveForBackward(x);
 *     return x.square();
 *   }
 *   static override backward(ctx: autograd.FunctionContext, g: Tensor) {
 *     const [x] = ctx.savedTensors as [Tensor];
 *     return g.mul(x).mul(2);
 *   }
 * }
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * Square.apply(x).sum().backward();
 * x.grad; // tensor([2., 5.])
 */
export class FunctionContext {
  /** Which arguments of forward want a gradient. */
  needsInputGrad: boolean[] = [];
  /** @internal */ toSave: readonly Tensor[] = [];
  /** @internal */ restore: (() => readonly Tensor[]) | null = null;
  /** @internal */ nonDifferentiable = new Set<Tensor>();
  /** @internal */ dirty = new Set<Tensor>();
  /** @internal */ materialize = true;
  /** Anything else that backward needs. */
  [key: string]: unknown;

  /** Keeps inputs or outputs for backward, checked there not to be overwritten. Call it once, in forward. */
  saveForBackward(...tensors: Tensor[]): void {
    this.toSave = tensors;
  }

  /** The tensors given to {@link saveForBackward}. @throws AutogradError when the graph was used up */
  get savedTensors(): readonly Tensor[] {
    return this.restore?.() ?? this.toSave;
  }

  /** Says that these outputs have no gradient. */
  markNonDifferentiable(...outputs: Tensor[]): void {
    this.nonDifferentiable = new Set(outputs);
  }

  /** Says that forward wrote these inputs in place; it must return them. */
  markDirty(...inputs: Tensor[]): void {
    this.dirty = new Set(inputs);
  }

  /** Whether backward gets zeros (the default) or null for an output that has no gradient. */
  setMaterializeGrads(value: boolean): void {
    this.materialize = value;
  }
}

/** What forward may return. */
export type FunctionResult = Tensor | readonly Tensor[];

/** A class with static `forward` and `backward`. */
export interface FunctionClass<A extends unknown[], R extends FunctionResult> {
  readonly name: string;
  forward(ctx: FunctionContext, ...args: A): R;
  backward(ctx: FunctionContext, ...grads: Grad[]): Grad | readonly (Grad | undefined)[] | undefined;
}

/**
 * The base of operators with a gradient of their own.
 *
 * @source torch.autograd.Function
 * @example
 * class Double extends autograd.Function {
 *   static override forward(_ctx: autograd.FunctionContext, x: Tensor) {
 *     return x.mul(2);
 *   }
 *   static override backward(_ctx: autograd.FunctionContext, g: Tensor) {
 *     return g.mul(2);
 *   }
 * }
 * Double.apply(tensor([1, 2.5])); // tensor([2., 5.])
 */
// biome-ignore lint/complexity/noStaticOnlyClass: PyTorch's shape, which users extend
export class Function {
  static forward(_ctx: FunctionContext, ..._args: never[]): FunctionResult {
    throw new NotImplementedError('You must implement the forward function for custom autograd.Function.');
  }

  static backward(_ctx: FunctionContext, ..._grads: never[]): Grad | readonly (Grad | undefined)[] | undefined {
    throw new NotImplementedError('You must implement the backward function for your custom autograd.Function.');
  }

  /** Runs forward and records backward. */
  static apply<A extends unknown[], R extends FunctionResult>(this: FunctionClass<A, R>, ...args: A): R {
    return applyFunction(this, args);
  }
}

function applyFunction<A extends unknown[], R extends FunctionResult>(fn: FunctionClass<A, R>, args: A): R {
  const ctx = new FunctionContext();
  const positions = args.flatMap((arg, i) => (arg instanceof Tensor ? [i] : []));
  const inputs = positions.map((i) => args[i] as Tensor);
  ctx.needsInputGrad = args.map((arg) => arg instanceof Tensor && arg.requiresGrad);
  const result = withGradMode(false, () => fn.forward(ctx, ...args));
  const results: readonly Tensor[] = result instanceof Tensor ? [result] : (result as readonly Tensor[]);
  const outputs = results.map((y) => ownOutput(y, inputs, ctx));
  const saved = ctx.toSave.map((t) => outputs[results.indexOf(t)] ?? t);
  const differentiable = outputs.filter((y) => !ctx.nonDifferentiable.has(y) && isFloat(y.dtype));
  recordMany(
    `${fn.name}Backward`,
    inputs,
    differentiable,
    saved,
    (grads, tensors) => {
      ctx.restore = () => tensors;
      const all = outputs.map((y, i) => gradOf(y, i, differentiable, grads, ctx));
      const returned = fn.backward(ctx, ...all);
      const list = Array.isArray(returned)
        ? (returned as readonly (Grad | undefined)[])
        : [returned as Grad | undefined];
      if (list.length < args.length || list.slice(args.length).some((g) => g !== null && g !== undefined)) {
        throw new AutogradError(
          `function ${fn.name}Backward returned an incorrect number of gradients (expected ${args.length}, got ${list.length})`,
        );
      }
      return positions.map((i) => list[i] ?? null);
    },
    { exposesGrads: true },
  );
  protectViews(inputs, differentiable, ctx);
  return (result instanceof Tensor ? outputs[0] : outputs) as R;
}

function protectViews(inputs: readonly Tensor[], outputs: readonly Tensor[], ctx: FunctionContext): void {
  const views = outputs.filter((y) => !ctx.dirty.has(y) && inputs.some((x) => x.storage === y.storage));
  const node = views[0]?.ownNode ?? null;
  if (node !== null) node.writeProtected = new Set(views.map((y) => y.outputIndex));
}

// An input that forward hands through gets an identity of its own, so that it can have a history of its own.
function ownOutput(y: Tensor, inputs: readonly Tensor[], ctx: FunctionContext): Tensor {
  if (!inputs.includes(y) || ctx.dirty.has(y)) return y;
  const own = y.alias(y.version);
  if (ctx.nonDifferentiable.has(y)) ctx.nonDifferentiable.add(own);
  return own;
}

function gradOf(
  y: Tensor,
  i: number,
  differentiable: readonly Tensor[],
  grads: readonly Grad[],
  ctx: FunctionContext,
): Grad {
  const position = differentiable.indexOf(y);
  const g = position === -1 ? null : (grads[position] ?? null);
  if (g !== null || !ctx.materialize || i < 0) return g;
  return zerosLike(y);
}
