// vmap: a function mapped over a dimension of its arguments.
import { ArgumentTypeError, checkOptions, describe, ShapeError, StateError, ValueError } from '../errors.ts';
import { stack } from '../functional/join.ts';
import { equal } from '../functional/values.ts';
import { select } from '../functional/views.ts';
import { defaultGenerator, stateOf } from '../tensor/random.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { AnyFunction } from './transforms.ts';
import { formOf, leavesOf, spreadOver, type Tree, withLeaves } from './tree.ts';

/** Options of {@link vmap}. */
export interface VmapOptions {
  /**
   * Dimension of each argument over which to map; null for none. One for all, or a list with one for each argument, in
   * which a tree may stand for one that is a tree. Default 0.
   */
  inDims?: number | readonly Tree<number | null>[];
  /** Where that dimension stands in the results, in their form. Default 0. */
  outDims?: Tree<number | null>;
  /**
   * What random functions give: 'error' forbids them, 'different' draws for each element, 'same' once for all.
   * Default 'error'.
   */
  randomness?: 'error' | 'different' | 'same';
  /** Accepted as in PyTorch: elements are computed one by one. Default null. */
  chunkSize?: number | null;
}

/**
 * `fn` mapped over a dimension of its arguments: called once for each element, the results stacked. Arguments and results
 * may be trees of tensors.
 *
 * @throws ValueError where `inDims` or `outDims` do not fit, StateError for random functions unless `randomness` says how
 * @source torch.vmap
 * @example
 * vmap((x: Tensor, y: Tensor) => x.dot(y))(ones(4, 3), ones(4, 3)); // tensor([3., 3., 3., 3.])
 * vmap(vmap((x: Tensor, y: Tensor) => x.mul(y), { inDims: [0, null] }), { inDims: [null, 0] })(arange(2), arange(3));
 * // tensor([[0, 0], [0, 1], [0, 2]])
 */
export function vmap(fn: AnyFunction, options: VmapOptions = {}): AnyFunction {
  checkOptions('vmap', options, ['inDims', 'outDims', 'randomness', 'chunkSize']);
  const { inDims = 0, outDims = 0, randomness = 'error', chunkSize = null } = options;
  if (!['error', 'different', 'same'].includes(randomness)) {
    throw new ValueError(`Only allowed values for randomness are 'error', 'different', or 'same'. Got ${randomness}`);
  }
  if (chunkSize !== null && !(chunkSize > 0)) {
    throw new ValueError(`vmap: chunk_size should be None or greater than 0. (got ${chunkSize})`);
  }
  return (...args: unknown[]) => {
    const leaves = leavesOf(args);
    const dims = checkInDims(inDims, args, leaves);
    const sizes = leaves.flatMap((x, i) => (x instanceof Tensor && dims[i] !== null ? [x.size(dims[i] ?? 0)] : []));
    const [n] = sizes;
    if (n === undefined) throw new ShapeError('vmap: at least one argument must be mapped over');
    if (sizes.some((size) => size !== n)) {
      throw new ShapeError(
        `vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [${sizes.join(', ')}] for the mapped dimension`,
      );
    }
    if (n === 0) throw new ShapeError('vmap: cannot map over a dimension of size 0');
    const elementsOf = (k: number) =>
      leaves.map((x, i) => (x instanceof Tensor && dims[i] !== null ? select(x, dims[i] ?? 0, k) : x));
    const draws = drawing(randomness);
    const results = Array.from({ length: n }, (_, k) =>
      draws(() => fn(...(withLeaves(args, elementsOf(k)) as unknown[]))),
    );
    return stacked(results, outDims);
  };
}

function checkInDims(inDims: unknown, args: readonly unknown[], leaves: readonly unknown[]): (number | null)[] {
  const who = 'vmap(fn, { inDims })(...inputs)';
  if (args.length === 0) throw new ValueError('vmap(fn)(...inputs): got no inputs.');
  if (!Number.isInteger(inDims) && !Array.isArray(inDims)) {
    throw new ValueError(
      `${who}: expected inDims to be an integer or a list that matches the structure of inputs, got ${describe(inDims)}`,
    );
  }
  const dims = spreadOver(inDims, args);
  if (dims === null) {
    throw new ValueError(
      `${who}: inDims is not compatible with the structure of inputs. inDims has structure ${formOf(inDims)} but inputs has structure ${formOf(args)}`,
    );
  }
  return dims.map((dim, i) => {
    const x = leaves[i];
    if (dim === null) return null;
    if (!Number.isInteger(dim))
      throw new ValueError(`${who}: expected integers or null in inDims, got ${describe(dim)}`);
    if (!(x instanceof Tensor)) {
      throw new ValueError(
        `${who}: got inDim=${dim} for an input that is ${describe(x)}. Only tensors can be mapped over, please use null as its inDim`,
      );
    }
    const d = dim as number;
    if (d >= -x.ndim && d < x.ndim) return d;
    throw new ValueError(
      `${who}: Got in_dim=${d} for some input, but that input is a Tensor of dimensionality ${x.ndim} so expected in_dim to satisfy -${x.ndim} <= in_dim < ${x.ndim}.`,
    );
  });
}

// What draws from the default stream leaves its trace there.
function drawing(randomness: 'error' | 'different' | 'same'): <T>(run: () => T) => T {
  if (randomness === 'different') return (run) => run();
  const start = defaultGenerator.getState();
  if (randomness === 'same') {
    return (run) => {
      defaultGenerator.setState(start);
      return run();
    };
  }
  return (run) => {
    const result = run();
    if (equal(stateOf(defaultGenerator), start)) return result;
    defaultGenerator.setState(start);
    throw new StateError(
      'vmap: called random operation while in randomness error mode. Please either use the "same" or "different" randomness flags on vmap or perform the randomness operation out of vmap',
    );
  };
}

function stacked(results: readonly unknown[], outDims: unknown): unknown {
  const [first] = results;
  const lists = results.map(leavesOf);
  // A list of one stands for a single result too.
  const single = first instanceof Tensor && Array.isArray(outDims) && outDims.length === 1;
  const dims = spreadOver(single ? outDims[0] : outDims, first);
  if (dims === null) {
    throw new ValueError(
      `vmap(fn, { outDims })(...inputs): outDims is not compatible with the structure of outputs. outDims has structure ${formOf(outDims)} but outputs has structure ${formOf(first)}`,
    );
  }
  const joined = dims.map((dim, at) => {
    const parts = lists.map((list) => list[at]);
    for (const part of parts) {
      if (part instanceof Tensor) continue;
      throw new ArgumentTypeError(`vmap(fn): fn must only return Tensors, got ${describe(part)}`);
    }
    return dim === null ? same(parts as Tensor[]) : stack(parts as Tensor[], dim as number);
  });
  return withLeaves(first, joined);
}

// A result without the mapped dimension must not depend on it.
function same(parts: readonly Tensor[]): Tensor {
  const [first, ...others] = parts as [Tensor, ...Tensor[]];
  if (others.every((other) => equal(first, other))) return first;
  throw new ValueError('vmap(fn): fn can not return a tensor that differs between elements when its outDim is null');
}
