// The Tensor: a typed, strided window on a storage, with its place in the autograd graph.
// Operators are installed as methods by lib/methods.ts; this file holds what a tensor is.
import { isInferenceModeEnabled } from '../autograd/mode.ts';
import type { HookList, Node } from '../autograd/node.ts';
import { type Dtype, type Elements, factsOf, isFloat } from '../dtype.ts';
import { ArgumentTypeError, AutogradError, DtypeError, describe, markClass, ShapeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { allocate, read, type Storage, write } from '../native/storage.ts';
import { contiguousStrides, denseStrides, isContiguous, numelOf, type Shape, sameShape, wrapDim } from './shape.ts';

// Symbols cannot be cloned, and the error shows their text.
const uncloneable = Symbol('send toTypedArray() and shape of a tensor');

/** Counts writes to a storage, so that backward can tell whether a saved tensor is still what it was. */
export class Version {
  value = 0;
}

/** How a view came about: what it was taken from, and how to take it again. */
interface ViewOf {
  readonly base: Tensor;
  readonly replay: (base: Tensor) => Tensor;
}

/** Values of a tensor as nested arrays; a 0-dimensional tensor is a bare value. */
export type NestedArray = number | boolean | NestedArray[];

/** @internal The strides of a tensor, in elements. Out of reach of who has the tensor alone: kernels trust them. */
export let stridesOf: (x: Tensor) => Shape;

/**
 * A multi-dimensional array of one element type.
 *
 * Made by `tensor`, `zeros`, `randn` and their like, never by `new`. Views share the storage of what they were taken from.
 *
 * @source torch.Tensor
 * @example
 * const x = tensor([[1, 2], [3, 4.5]], { requiresGrad: true });
 * [x.shape, x.dtype, x.requiresGrad]; // [[2, 2], 'float32', true]
 * x.square().sum().backward();
 * x.grad; // tensor([[2., 4.], [6., 9.]])
 */
export class Tensor {
  static {
    markClass(this);
    stridesOf = (x) => x.#strides;
  }

  /** @internal */ version: Version;
  /** @internal the node last known to have made this tensor; read `node` instead */ ownNode: Node | null = null;
  /** @internal which of the node's outputs this is */ outputIndex = 0;
  /** @internal a leaf's own wish for a gradient */ wantsGrad = false;
  /** @internal the node that adds gradients to this leaf */ accumulator: Node | null = null;
  /** @internal */ viewOf: ViewOf | null = null;
  /** @internal value of the version for which `ownNode` of a view is right */ nodeVersion = 0;
  /** @internal */ postAccumulateHooks: HookList<(leaf: Tensor) => void> | null = null;
  /** @internal */ inference = false;
  /** @internal has structuredClone and postMessage refuse a tensor: they would copy everything but its memory */
  readonly uncloneable = uncloneable;

  // Kernels trust what stands here.
  #storage: Storage;
  #dtype: Dtype;
  #shape: Shape;
  #strides: Shape;
  #offset: number;
  #grad: Tensor | null = null;

  /** @internal */
  constructor(storage: Storage, dtype: Dtype, shape: Shape, strides: Shape, offset: number, version: Version) {
    this.#storage = storage;
    this.#dtype = dtype;
    this.#shape = Object.freeze(shape);
    this.#strides = strides;
    this.#offset = offset;
    this.version = version;
    this.nodeVersion = version.value;
  }

  // ---- Geometry

  /** Element type. */
  get dtype(): Dtype {
    return this.#dtype;
  }

  /** Sizes of the dimensions, outermost first; frozen. */
  get shape(): Shape {
    return this.#shape;
  }

  /** @internal */
  get storage(): Storage {
    return this.#storage;
  }

  /** @internal First element, counted in elements from the start of the storage. */
  get offset(): number {
    return this.#offset;
  }

  /** @internal Takes over storage, dtype and geometry of `source`, or another geometry on the same elements. */
  become(source: Tensor): void {
    this.#storage = source.#storage;
    this.#dtype = source.#dtype;
    this.#shape = source.#shape;
    this.#strides = source.#strides;
    this.#offset = source.#offset;
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of dimensions. */
  dim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  numel(): number {
    return countOf(this.shape);
  }

  /** The shape, or the size of dimension `dim` (negative counts from the end). */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    return dim === undefined ? this.shape : (this.shape[wrapDim(dim, this.shape.length)] ?? 1);
  }

  /** Distance in elements between neighbours of each dimension, or of dimension `dim`. */
  stride(): Shape;
  stride(dim: number): number;
  stride(dim?: number): Shape | number {
    return dim === undefined ? [...stridesOf(this)] : (stridesOf(this)[wrapDim(dim, this.shape.length)] ?? 1);
  }

  /** First element, counted in elements from the start of the storage. */
  storageOffset(): number {
    return this.offset;
  }

  /** Whether elements lie in row-major order without gaps. */
  isContiguous(): boolean {
    return isContiguous(this.shape, stridesOf(this));
  }

  /** Bytes of one element. */
  elementSize(): number {
    return factsOf(this.dtype).bytes;
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.numel() * this.elementSize();
  }

  /** Class of the tensor as PyTorch names it: `torch.FloatTensor`. */
  type(): string {
    return factsOf(this.dtype).typeName;
  }

  /** Whether the element type is a floating point type. */
  isFloatingPoint(): boolean {
    return isFloat(this.dtype);
  }

  // ---- Place in the graph

  /** @internal The node that made this tensor. A view whose base was written in place is derived from it anew. */
  get node(): Node | null {
    if (this.viewOf !== null && this.nodeVersion !== this.version.value) {
      this.nodeVersion = this.version.value;
      const fresh = this.viewOf.replay(this.viewOf.base);
      this.ownNode = fresh.ownNode;
      this.outputIndex = fresh.outputIndex;
    }
    return this.ownNode;
  }

  /** The node of the graph that made this tensor, or null for a leaf. */
  get gradFn(): Node | null {
    return this.node;
  }

  /** Whether operations on this tensor are recorded for backward. */
  get requiresGrad(): boolean {
    return this.wantsGrad || this.node !== null;
  }

  set requiresGrad(value: boolean) {
    this.requiresGrad_(value);
  }

  /**
   * Says whether a leaf wants a gradient.
   *
   * @throws DtypeError for integer tensors, AutogradError for tensors that an operation made
   */
  requiresGrad_(value = true): this {
    if (typeof value !== 'boolean')
      throw new ArgumentTypeError(`requiresGrad must be a boolean, got ${describe(value)}`);
    if (value && !isFloat(this.dtype))
      throw new DtypeError('only Tensors of floating point dtype can require gradients');
    if (this.node !== null) {
      if (value) return this;
      throw new AutogradError(
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().",
      );
    }
    if (value && this.inference && !isInferenceModeEnabled()) {
      throw new AutogradError('Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.');
    }
    this.wantsGrad = value;
    return this;
  }

  /** The gradient that backward accumulated, or null. */
  get grad(): Tensor | null {
    return this.#grad;
  }

  /** @throws ArgumentTypeError for what is no tensor, ShapeError or DtypeError for one that does not fit */
  set grad(value: Tensor | null) {
    this.#grad = value === null || value === undefined ? null : this.#checkGrad(value);
  }

  #checkGrad(value: Tensor): Tensor {
    if (!(value instanceof Tensor)) {
      throw new ArgumentTypeError(`assigned grad expected to be a Tensor or null but got ${describe(value)}`);
    }
    if (value === this) throw new AutogradError("can't assign a tensor as its own grad");
    const [size, own] = [value.shape, this.#shape];
    if (!sameShape(size, own)) {
      throw new ShapeError(
        `attempting to assign a gradient of size '[${size.join(', ')}]' to a tensor of size '[${own.join(', ')}]'. Please ensure that the gradient and the tensor are the same size`,
      );
    }
    if (value.dtype === this.#dtype) return value;
    throw new DtypeError(
      `attempting to assign a gradient with dtype '${value.dtype}' to a tensor with dtype '${this.#dtype}'. Please ensure that the gradient and the tensor have the same dtype`,
    );
  }

  /** Whether the user made this tensor: no operation with a gradient did. */
  get isLeaf(): boolean {
    return this.node === null;
  }

  /** How often the storage was written in place. */
  get _version(): number {
    return this.version.value;
  }

  /** Whether the tensor was made under `inferenceMode`. */
  isInference(): boolean {
    return this.inference;
  }

  /** The same elements outside the graph; writes are seen by both and counted for both. */
  detach(): Tensor {
    return this.alias(this.version);
  }

  /** Takes the tensor itself out of the graph. */
  detach_(): this {
    if (this.viewOf !== null) {
      throw new AutogradError("Can't detach views in-place. Use detach() instead.");
    }
    this.ownNode = null;
    this.outputIndex = 0;
    this.wantsGrad = false;
    return this;
  }

  /** The same elements outside the graph, with a version count of their own: writes are invisible to autograd. */
  get data(): Tensor {
    return this.alias(new Version());
  }

  /** Takes over storage and geometry of `source`; the tensor keeps its identity, its gradient and its wish for one. */
  set data(source: Tensor) {
    if (!(source instanceof Tensor)) throw new ArgumentTypeError(`data must be a Tensor, got ${describe(source)}`);
    this.become(source);
    // The node that adds gradients knows the old shape.
    this.accumulator = null;
  }

  /** @internal A tensor on the same elements, outside the graph. */
  alias(version: Version): Tensor {
    const result = new Tensor(this.storage, this.dtype, this.shape, stridesOf(this), this.offset, version);
    result.inference = this.inference;
    return result;
  }

  // ---- Memory

  /** Gives the memory back now; this tensor and its views cannot be used afterwards. Never needed, sometimes useful. */
  dispose(): void {
    this.storage.dispose();
  }

  /** Whether `dispose()` was called. */
  get isDisposed(): boolean {
    return this.storage.isDisposed;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

// What numelOf gives, of frozen shapes alone: V8 reads arrays of one kind without a call.
function countOf(shape: Shape): number {
  let count = 1;
  for (let d = 0; d < shape.length; d++) count *= shape[d] ?? 0;
  return count;
}

/** A new contiguous tensor of uninitialised elements. `shape` is taken over, not copied. */
export function emptyOf(shape: Shape, dtype: Dtype): Tensor {
  const storage = allocate(countOf(Object.freeze(shape)) * factsOf(dtype).bytes);
  const result = new Tensor(storage, dtype, shape, contiguousStrides(shape), 0, new Version());
  if (isInferenceModeEnabled()) result.inference = true;
  return result;
}

/**
 * A view: the same storage under another geometry, with the version count of `x`. A view of nothing begins where `x` does:
 * its own place may lie behind the end of the storage.
 */
export function viewOf(x: Tensor, shape: Shape, strides: Shape, offset: number): Tensor {
  return new Tensor(x.storage, x.dtype, shape, strides, numelOf(shape) === 0 ? x.offset : offset, x.version);
}

/** A new tensor of uninitialised elements, its dimensions in memory in the order of those of `x`. */
export function emptyLaidAs(x: Tensor, dtype: Dtype): Tensor {
  const { shape } = x;
  const strides = stridesOf(x);
  return viewOf(emptyOf(shape, dtype), shape, denseStrides(shape, strides), 0);
}

/** A new contiguous tensor with the elements of a typed array of the dtype's own kind. */
export function fromTypedArray(values: NodeJS.TypedArray, shape: Shape, dtype: Dtype): Tensor {
  const result = emptyOf(shape, dtype);
  if (values.length === 0) return result;
  if (factsOf(dtype).bytes !== values.BYTES_PER_ELEMENT) {
    return fillFrom(result, fromTypedArray(values, shape, 'float32'));
  }
  write(result.storage, 0, values);
  return result;
}

/** @internal Fills a contiguous tensor with as many elements of a contiguous one of float32. */
export function fillFrom(target: Tensor, source: Tensor): Tensor {
  kernels.cast('float32', source, target, factsOf(target.dtype).code, [source.numel()], [1], [1]);
  return target;
}

/** The elements of a contiguous tensor, in a new typed array of the dtype's own kind. */
export function elementsOf(x: Tensor): Elements {
  const { bytes, makeArray } = factsOf(x.dtype);
  const values = makeArray(x.numel());
  if (values.length === 0) return values;
  if (values.BYTES_PER_ELEMENT === bytes) {
    read(x.storage, x.offset * bytes, values);
    return values;
  }
  const wide = emptyOf(x.shape, 'float32');
  kernels.cast(x.dtype, x, wide, factsOf('float32').code, [values.length], [1], [1]);
  return elementsOf(wide);
}

/** The bytes of a contiguous tensor's elements, copied. */
export function bytesOf(x: Tensor): Buffer {
  const { bytes } = factsOf(x.dtype);
  const result = Buffer.alloc(x.numel() * bytes);
  if (result.length > 0) read(x.storage, x.offset * bytes, result);
  return result;
}

/** The value as a tensor. @throws ArgumentTypeError that names function and argument */
export function checkTensor(who: string, argument: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be Tensor, not ${describe(value)}`);
}

/** The value as a list of tensors. @throws ArgumentTypeError that names the function, ShapeError for an empty list */
export function checkTensors(who: string, value: unknown): readonly Tensor[] {
  if (!Array.isArray(value)) {
    throw new ArgumentTypeError(`${who}: expected a list of tensors, got ${describe(value)}`);
  }
  const list: readonly unknown[] = [...value];
  if (list.length === 0) throw new ShapeError(`torch.${who}(): expected a non-empty list of Tensors`);
  for (const x of list) checkTensor(who, 'tensors', x);
  return list as readonly Tensor[];
}
