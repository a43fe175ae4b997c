// Trees: values in arrays, plain objects and maps, and these in each other, as functions take and return them.
import { describe } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Tensors in arrays, plain objects and maps, and these in each other; or one tensor. */
export type Tree<T = Tensor> =
  | T
  | readonly Tree<T>[]
  | { readonly [name: string]: Tree<T> }
  | ReadonlyMap<string, Tree<T>>;

// The names and the children of a branch; null for a leaf.
function childrenOf(tree: unknown): readonly (readonly [name: string | number, child: unknown])[] | null {
  if (Array.isArray(tree)) return tree.map((child, i) => [i, child] as const);
  if (tree instanceof Map) return [...tree];
  return isPlainObject(tree) ? Object.entries(tree) : null;
}

/** The tree with what `fn` makes of its leaves. */
export function mapTree(tree: unknown, fn: (leaf: unknown) => unknown): unknown {
  const children = childrenOf(tree);
  if (children === null) return fn(tree);
  const made = children.map(([name, child]) => [name, mapTree(child, fn)] as const);
  if (Array.isArray(tree)) return made.map(([, child]) => child);
  return tree instanceof Map ? new Map(made) : Object.fromEntries(made);
}

/** The leaves, in order. */
export function leavesOf(tree: unknown): unknown[] {
  return childrenOf(tree)?.flatMap(([, child]) => leavesOf(child)) ?? [tree];
}

/** A tree of the form of `tree`, with other leaves. */
export function withLeaves(tree: unknown, leaves: readonly unknown[]): unknown {
  let next = 0;
  return mapTree(tree, () => leaves[next++]);
}

/** The form of a tree in one line: `{'a': *, 'b': [*, *]}`. */
export function formOf(tree: unknown): string {
  const children = childrenOf(tree);
  if (children === null) return '*';
  if (Array.isArray(tree)) return `[${children.map(([, child]) => formOf(child)).join(', ')}]`;
  return `{${children.map(([name, child]) => `${describe(name)}: ${formOf(child)}`).join(', ')}}`;
}

/**
 * One value for each leaf of `tree`: those of `values`, in which one may stand for a whole branch.
 *
 * @returns null where the form of `values` does not fit
 */
export function spreadOver(values: unknown, tree: unknown): unknown[] | null {
  const given = childrenOf(values);
  if (given === null) return leavesOf(tree).map(() => values);
  const children = childrenOf(tree);
  if (children === null || children.length !== given.length) return null;
  const parts = children.map(([name, child]) => {
    const found = given.find(([other]) => other === name);
    return found === undefined ? null : spreadOver(found[1], child);
  });
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? []);
}
