// How operators read arguments that may stand alone or among the options. Internal.
import { ArgumentTypeError, checkOptions, describe } from '../errors.ts';

/**
 * The options of an operator whose `dim` may be given by position or by name.
 *
 * @param known names of all options but `dim`
 */
export function withDim<D, O extends object>(
  who: string,
  dim: D | (O & { dim?: D }) | null | undefined,
  options: O | undefined,
  known: readonly string[],
): O & { dim: D | undefined } {
  const named = typeof dim === 'object' && dim !== null && !Array.isArray(dim);
  const given = (named ? dim : (options ?? {})) as O & { dim?: D };
  checkOptions(who, given, named ? ['dim', ...known] : known);
  return { ...given, dim: named ? given.dim : ((dim ?? undefined) as D | undefined) };
}

/** A list of integers, given as an array or as separate arguments. */
export function integerList(who: string, argument: string, values: readonly unknown[]): number[] {
  const list = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  for (const value of list) {
    if (!Number.isInteger(value)) {
      throw new ArgumentTypeError(`${who}(): argument '${argument}' must be integers, got ${describe(value)}`);
    }
  }
  return [...list] as number[];
}
