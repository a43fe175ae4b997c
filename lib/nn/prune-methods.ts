// The ways of choosing weights that become 0.
import { withGradMode } from '../autograd/mode.ts';
import {
  ArgumentTypeError,
  checkOptions,
  describe,
  IndexError,
  NotImplementedError,
  ShapeError,
  ValueError,
} from '../errors.ts';
import { mul } from '../functional/binary.ts';
import { cast } from '../functional/copies.ts';
import { get, indexSelect, set } from '../functional/indexing.ts';
import { sum } from '../functional/reduce.ts';
import { kthvalue, topk } from '../functional/sorting.ts';
import { reshape, select } from '../functional/views.ts';
import { norm } from '../linalg/norms.ts';
import { onesLike, zerosLike } from '../tensor/create.ts';
import { rand, randLike } from '../tensor/random.ts';
import { sameShape } from '../tensor/shape.ts';
import { elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { tensorOf } from './hooked-weights.ts';
import type { Module } from './module.ts';
import type { Parameter } from './parameter.ts';

/** What a method sees of the weights that earlier ones left: those alone, whole channels, or all. */
export type PruningType = 'unstructured' | 'structured' | 'global';

/** Options of `apply` and of functions that rank weights. */
export interface ImportanceOptions {
  /** What the weights are ranked by, in their shape. Default: the weights. */
  importanceScores?: Tensor | null;
}

/**
 * A way of choosing what becomes 0. A subclass says which by `computeMask`.
 *
 * A pruned parameter `weight` becomes `weight_orig`, its mask the buffer `weight_mask`; their product is computed before
 * every call.
 * @source torch.nn.utils.prune.BasePruningMethod
 * @example
 * class Negative extends nn.utils.prune.BasePruningMethod {
 *   override computeMask(t: Tensor, mask: Tensor) {
 *     return mask.mul(t.ge(0));
 *   }
 * }
 * new Negative().prune(tensor([-1.5, 2, 3])); // tensor([-0., 2., 3.])
 */
export abstract class BasePruningMethod {
  /** @internal name of the pruned tensor */ tensorName = '';
  /** Default: 'unstructured'. */
  get pruningType(): PruningType {
    return 'unstructured';
  }

  /** The mask for t: 0 where it is to become 0; `defaultMask` holds what earlier methods chose. */
  computeMask(_t: Tensor, _defaultMask: Tensor): Tensor {
    throw new NotImplementedError(`${this.constructor.name} has no computeMask`);
  }

  /** The pruned tensor of a module. */
  applyMask(module: Module): Tensor {
    const orig = tensorOf(module, `${this.tensorName}_orig`);
    return mul(cast(tensorOf(module, `${this.tensorName}_mask`), orig.dtype), orig);
  }

  /** The tensor, pruned. @param options - `defaultMask`, what is left by earlier methods. Default: all 1 */
  prune(t: Tensor, options: ImportanceOptions & { defaultMask?: Tensor | null } = {}): Tensor {
    checkOptions('prune', options, ['defaultMask', 'importanceScores']);
    const { defaultMask, importanceScores } = options;
    const scores = importanceScores ?? t;
    if (!sameShape(scores.shape, t.shape)) {
      throw new ShapeError('importance_scores should have the same shape as tensor t');
    }
    return mul(t, this.computeMask(scores, defaultMask ?? onesLike(t)));
  }

  /** Leaves the parameter pruned for good, without mask. */
  remove(module: Module): void {
    const name = this.tensorName;
    const orig = module._parameters.get(`${name}_orig`) as Parameter;
    orig.data = withGradMode(false, () => this.applyMask(module)).data;
    Reflect.deleteProperty(module, name);
    module._parameters.delete(`${name}_orig`);
    module._buffers.delete(`${name}_mask`);
    module.registerParameter(name, orig);
  }
}

/**
 * Several methods, one after another. @source torch.nn.utils.prune.PruningContainer
 * @example
 * const { L1Unstructured, PruningContainer } = nn.utils.prune;
 * const container = new PruningContainer(new L1Unstructured(1), new L1Unstructured(1));
 * container.length; // 2
 */
export class PruningContainer extends BasePruningMethod {
  readonly methods: BasePruningMethod[] = [];

  constructor(...methods: BasePruningMethod[]) {
    super();
    this.tensorName = methods[0]?.tensorName ?? '';
    for (const method of methods) this.addPruningMethod(method);
  }

  get length(): number {
    return this.methods.length;
  }

  [Symbol.iterator](): Iterator<BasePruningMethod> {
    return this.methods[Symbol.iterator]();
  }

  /** @throws ValueError if the method is for another tensor */
  addPruningMethod(method: BasePruningMethod): void {
    if (!(method instanceof BasePruningMethod)) {
      throw new ArgumentTypeError(`${describe(method)} is not a BasePruningMethod subclass`);
    }
    if (method.tensorName !== this.tensorName) {
      throw new ValueError(
        `Can only add pruning methods acting on the parameter named '${this.tensorName}' to PruningContainer. Found '${method.tensorName}'`,
      );
    }
    this.methods.push(method);
  }

  /** The mask of the last method, applied to what the others left. */
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const method = this.methods.at(-1) as BasePruningMethod;
    const mask = cast(defaultMask, t.dtype);
    if (method.pruningType === 'global') return cast(method.computeMask(t, mask), t.dtype);
    if (method.pruningType === 'unstructured') {
      const left = mask.eq(1);
      const part = method.computeMask(get(t, left), get(mask, left));
      return set(mask.clone(), left, cast(part, mask.dtype));
    }
    const { dim } = method as unknown as { dim: number };
    const d = dim < 0 ? dim + t.ndim : dim;
    if (d < 0) throw new IndexError(`Index is out of bounds for tensor with dimensions ${t.ndim}`);
    const kept = channelsLeft(mask, d);
    const index = fromTypedArray(BigInt64Array.from(kept, BigInt), [kept.length], 'int64');
    const part = method.computeMask(indexSelect(t, d, index), indexSelect(mask, d, index));
    const whole = mask.clone();
    kept.forEach((channel, i) => {
      select(whole, d, channel).copy_(select(part, d, i));
    });
    return whole;
  }
}

function channelsLeft(mask: Tensor, dim: number): number[] {
  const others = mask.shape.map((_, d) => d).filter((d) => d !== dim);
  const sums = Array.from(elementsOf(others.length === 0 ? mask : sum(mask, others)), Number);
  return sums.flatMap((value, channel) => (value === 0 ? [] : [channel]));
}

// ---- How many

function checkAmount(amount: unknown): number {
  if (typeof amount !== 'number') {
    throw new ArgumentTypeError(`Invalid type for amount: ${describe(amount)}. Must be int or float.`);
  }
  if (amount >= 0 && (Number.isInteger(amount) || amount <= 1)) return amount;
  throw new ValueError(`amount=${amount} should either be a float in the range [0, 1] or a non-negative integer`);
}

// Whole numbers are counts; others are shares, rounded half to even.
function countOf(amount: number, size: number): number {
  if (Number.isInteger(amount)) {
    if (amount <= size) return amount;
    throw new ValueError(`amount=${amount} should be smaller than the number of parameters to prune=${size}`);
  }
  const share = amount * size;
  const floor = Math.floor(share);
  if (share - floor !== 0.5) return Math.round(share);
  return floor % 2 === 0 ? floor : floor + 1;
}

function without(mask: Tensor, flat: Tensor): Tensor {
  const result = reshape(mask.clone(), [-1]);
  set(result, [flat], 0);
  return reshape(result, [...mask.shape]);
}

/**
 * Prunes nothing, and makes the mask. @source torch.nn.utils.prune.Identity
 * @example new nn.utils.prune.Identity().prune(tensor([1.5, 2])); // tensor([1.5000, 2.0000])
 */
export class Identity extends BasePruningMethod {
  override computeMask(_t: Tensor, defaultMask: Tensor): Tensor {
    return defaultMask;
  }
}

abstract class ByAmount extends BasePruningMethod {
  /** A count, or a share below 1. */
  readonly amount: number;

  constructor(amount: number) {
    super();
    this.amount = checkAmount(amount);
  }
}

/**
 * Prunes drawn weights. @source torch.nn.utils.prune.RandomUnstructured
 * @example new nn.utils.prune.RandomUnstructured(0.5).prune(ones(4)).sum(); // tensor(2.)
 */
export class RandomUnstructured extends ByAmount {
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const count = countOf(this.amount, t.numel());
    if (count === 0) return defaultMask.clone();
    return without(defaultMask, topk(reshape(randLike(t.detach()), [-1]), count).indices);
  }
}

/**
 * Prunes the smallest weights. @source torch.nn.utils.prune.L1Unstructured
 * @example new nn.utils.prune.L1Unstructured(2).prune(tensor([0.5, -3, 0.25, 2])); // tensor([0., -3., 0., 2.])
 */
export class L1Unstructured extends ByAmount {
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const count = countOf(this.amount, t.numel());
    if (count === 0) return defaultMask.clone();
    return without(defaultMask, topk(reshape(t.detach().abs(), [-1]), count, { largest: false }).indices);
  }
}

/** A method that prunes whole slices of a dimension. */
abstract class Structured extends ByAmount {
  readonly dim: number;

  constructor(amount: number, dim = -1) {
    super(amount);
    this.dim = dim;
  }

  override get pruningType(): PruningType {
    return 'structured';
  }

  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    if (t.ndim <= 1) {
      throw new ValueError(
        `Structured pruning can only be applied to multidimensional tensors. Found tensor of shape [${t.shape.join(', ')}] with ${t.ndim} dims`,
      );
    }
    if (this.dim >= t.ndim)
      throw new IndexError(`Invalid index ${this.dim} for tensor of size [${t.shape.join(', ')}]`);
    const dim = this.dim < 0 ? this.dim + t.ndim : this.dim;
    const channels = t.shape[dim] ?? 0;
    const count = countOf(this.amount, channels);
    if (count === 0) return defaultMask;
    const mask = zerosLike(t.detach());
    for (const channel of this.kept(t.detach(), dim, channels, count)) select(mask, dim, channel).fill_(1);
    return mul(mask, cast(defaultMask, mask.dtype));
  }

  /** The channels that stay. */
  protected abstract kept(t: Tensor, dim: number, channels: number, count: number): number[];
}

/**
 * Prunes drawn channels. @source torch.nn.utils.prune.RandomStructured
 * @example new nn.utils.prune.RandomStructured(1, 0).prune(ones(2, 3)).sum(); // tensor(3.)
 */
export class RandomStructured extends Structured {
  protected override kept(_t: Tensor, _dim: number, channels: number, count: number): number[] {
    const drawn = rand([channels]);
    const above = drawn.gt(kthvalue(drawn, count).values);
    return Array.from(elementsOf(above), Number).flatMap((holds, channel) => (holds === 0 ? [] : [channel]));
  }
}

/**
 * Prunes the channels of the smallest norms. @source torch.nn.utils.prune.LnStructured
 * @example
 * new nn.utils.prune.LnStructured(1, 2, 0).prune(tensor([[1, 2.5], [0.5, 0]]));
 * // tensor([[1.0000, 2.5000], [0.0000, 0.0000]])
 */
export class LnStructured extends Structured {
  readonly n: number;

  constructor(amount: number, n: number, dim = -1) {
    super(amount, dim);
    this.n = n;
  }

  protected override kept(t: Tensor, dim: number, channels: number, count: number): number[] {
    const others = t.shape.map((_, d) => d).filter((d) => d !== dim);
    const norms = norm(t, { p: this.n, dim: others });
    return Array.from(elementsOf(topk(norms, channels - count).indices), Number);
  }
}

/**
 * Prunes by a given mask. @source torch.nn.utils.prune.CustomFromMask
 * @example new nn.utils.prune.CustomFromMask(tensor([1, 0])).prune(tensor([1.5, 2])); // tensor([1.5000, 0.0000])
 */
export class CustomFromMask extends BasePruningMethod {
  readonly mask: Tensor;

  constructor(mask: Tensor) {
    super();
    this.mask = mask;
  }

  override get pruningType(): PruningType {
    return 'global';
  }

  override computeMask(_t: Tensor, defaultMask: Tensor): Tensor {
    if (!sameShape(defaultMask.shape, this.mask.shape)) {
      throw new ShapeError(
        `CustomFromMask: expected a mask of shape [${defaultMask.shape.join(', ')}], got [${this.mask.shape.join(', ')}]`,
      );
    }
    return mul(defaultMask, cast(this.mask, defaultMask.dtype));
  }
}
