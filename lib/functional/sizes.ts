// Arguments that are a number or one for each dimension. Internal.
import { ArgumentTypeError, checkOptions, describe, ShapeError, ValueError } from '../errors.ts';
import { integerList } from './arguments.ts';

/** A number for all spatial dimensions, or one for each, outermost first. */
export type Sizes = number | readonly number[];

const words = ['no numbers', 'one', 'two', 'three'];

/** `rank` integers, each at least `least`. @throws naming function and argument */
export function tupleOf(who: string, name: string, value: unknown, rank: number, least: number): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length !== 1 && list.length !== rank) {
    const expected = rank === 1 ? 'a number' : `a number or ${words[rank] ?? rank}`;
    throw new ShapeError(`${who}: ${name} must be ${expected}, got ${list.length}`);
  }
  const tuple: number[] = [];
  for (let d = 0; d < rank; d++) {
    const part = list[list.length === 1 ? 0 : d];
    if (typeof part !== 'number' || !Number.isInteger(part)) {
      const expected = rank === 1 ? 'an integer' : `an integer or ${words[rank] ?? rank}`;
      throw new ArgumentTypeError(`${who}: ${name} must be ${expected}, got ${describe(part)}`);
    }
    if (part < least) throw new ValueError(`${who}: ${name} must be at least ${least}, got ${part}`);
    tuple.push(part);
  }
  return tuple;
}

/** A number or an array of them, as an array. @throws ArgumentTypeError naming function and argument */
export function numbersOf(who: string, name: string, value: unknown, integers = true): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? [...value] : [value];
  for (const part of list) {
    if (typeof part === 'number' && (integers ? Number.isInteger(part) : Number.isFinite(part))) continue;
    throw new ArgumentTypeError(
      `${who}: ${name} must hold ${integers ? 'integers' : 'numbers'}, got ${describe(part)}`,
    );
  }
  return list as number[];
}

/** Wanted sizes, by themselves or among options; null for none. @throws ArgumentTypeError */
export function outputSizeOf(
  who: string,
  wanted: readonly number[] | { readonly outputSize?: readonly number[] | null } | null | undefined,
): readonly number[] | null {
  if (wanted === null || wanted === undefined) return null;
  if (Array.isArray(wanted)) return integerList(who, 'outputSize', [wanted]);
  checkOptions(who, wanted, ['outputSize']);
  return outputSizeOf(who, (wanted as { outputSize?: readonly number[] | null }).outputSize);
}
