// How operators read arguments that may stand alone or among the options. Internal.
import { isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe } from '../errors.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';

/** Options among which the dimension stands. */
export type Named<O extends object, D = number> = O & { dim?: D | null };

/** Whether options stand where a dimension may: `sum(x, { dim: 1 })` for `sum(x, 1)`. */
export function isNamed<N extends object>(
  value: N | number | string | boolean | readonly number[] | Tensor | null | undefined,
): value is N {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Tensor);
}

/** Named options as the arguments of a call by position, with those that follow. */
export function byPosition<N extends { dim?: unknown }, O extends object>(
  named: N,
  options: O,
): [dim: N['dim'], options: O] {
  const { dim, ...rest } = named;
  return [dim, { ...options, ...rest }];
}

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
  const by = dim as Named<O, D> | number | null | undefined;
  const [d, given] = isNamed(by) ? byPosition<Named<O, D>, object>(by, options ?? {}) : [dim, options ?? {}];
  checkOptions(who, given, known);
  return { ...(given as O), dim: (d ?? undefined) as D | undefined };
}

/**
 * An argument that stands by itself or among options.
 *
 * @param known names of the options. Default: only that of the argument
 * @throws OptionError for another option
 */
export function argumentOrOption<K extends string, V>(
  who: string,
  name: K,
  value: V | { readonly [P in K]?: V | null } | null | undefined,
  known: readonly string[] = [name],
): V | null | undefined {
  if (!isNamed(value as object)) return value as V;
  checkOptions(who, value, known);
  return (value as { readonly [P in K]?: V | null })[name];
}

/** The tensor, whose elements must be floating point. @throws DtypeError */
export function checkFloating(who: string, x: Tensor): Tensor {
  if (isFloat(x.dtype)) return x;
  throw new DtypeError(`${who}: Expected a floating point or complex tensor as input. Got ${scalarName(x.dtype)}`);
}

/** The tensor, for which an operator of floating point only exists. @throws DtypeError */
export function checkFloat(who: string, x: Tensor): Tensor {
  if (isFloat(checkTensor(who, 'input', x).dtype)) return x;
  throw new DtypeError(`"${who}" not implemented for '${x.dtype}'`);
}

/** The value as an integer. @throws ArgumentTypeError that names function and argument */
export function integer(who: string, argument: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be int, not ${describe(value)}`);
}

/** The value as a number. @throws ArgumentTypeError that names function and argument */
export function float(who: string, argument: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be float, not ${describe(value)}`);
}

/** The value as a boolean; null stands for the default. @throws ArgumentTypeError that names function and argument */
export function flag(who: string, argument: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be bool, not ${describe(value)}`);
}

/** The value as a tensor, or null for none. @throws ArgumentTypeError that names function and argument */
export function optionalTensor(who: string, argument: string, value: unknown): Tensor | null {
  return value === undefined || value === null ? null : checkTensor(who, argument, value);
}

/** The options of operators that only add a bias. */
export interface BiasOptions {
  /** (out), added to the result; null for none. May also stand in place of the options. Default null. */
  bias?: Tensor | null;
}

/** The bias that stands in place of the options or among them. */
export function biasOf(who: string, given: Tensor | BiasOptions | null | undefined): Tensor | null {
  if (given === null || given === undefined || given instanceof Tensor) return given ?? null;
  checkOptions(who, given, ['bias']);
  return optionalTensor(who, 'bias', given.bias);
}

/** A list of integers, given as an array or as separate arguments. */
export function integerList(who: string, argument: string, values: readonly unknown[]): number[] {
  const list: readonly unknown[] = [...(values.length === 1 && Array.isArray(values[0]) ? values[0] : values)];
  for (const value of list) {
    if (!Number.isInteger(value)) {
      throw new ArgumentTypeError(`${who}(): argument '${argument}' must be integers, got ${describe(value)}`);
    }
  }
  return list as number[];
}

/** A number that may be given by itself or as the only option; null stands for the default. */
export function numberOrOption<K extends string>(
  who: string,
  name: K,
  value: unknown,
  fallback: number,
  { integer = true }: { integer?: boolean } = {},
): number {
  const given = argumentOrOption(who, name, value) ?? fallback;
  if (typeof given === 'number' && (!integer || Number.isInteger(given))) return given;
  const kind = integer ? 'an integer' : 'a number';
  throw new ArgumentTypeError(`${who}(): argument '${name}' must be ${kind}, not ${describe(given)}`);
}
