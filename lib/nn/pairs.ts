// Names and values out of what a dictionary container is given.
import { ArgumentTypeError, ValueError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { Tensor } from '../tensor/tensor.ts';
import { isIterable, typename } from './typename.ts';

/** Named values: a Map, an object literal, a list of pairs, or another dictionary container. */
export type Named<Item> = Iterable<readonly [string, Item]> | Readonly<Record<string, Item>>;

/**
 * The pairs of a Map, an object literal, or any iterable of pairs.
 * @param who - the class, as PyTorch spells it in the sentence about the whole; `element` in that about one element
 * @throws ArgumentTypeError, ValueError
 */
export function pairs<Item>(who: string, element: string, source: unknown): [string, Item][] {
  if (isPlainObject(source)) return Object.entries(source) as [string, Item][];
  if (!isIterable(source) || source instanceof Tensor) {
    throw new ArgumentTypeError(
      `${who}.update should be called with an iterable of key/value pairs, but got ${typename(source)}`,
    );
  }
  return Array.from(source, (pair, i) => {
    if (!isIterable(pair)) {
      throw new ArgumentTypeError(`${element} update sequence element #${i} should be Iterable; is${typename(pair)}`);
    }
    const items = [...pair];
    if (items.length !== 2) {
      throw new ValueError(`${element} update sequence element #${i} has length ${items.length}; 2 is required`);
    }
    return items as [string, Item];
  });
}
