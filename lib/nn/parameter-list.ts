// ParameterList: parameters in a list, registered under their positions.
import { ArgumentTypeError, StateError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { wrapIndex } from './sequence.ts';
import { isIterable, typename } from './typename.ts';

/**
 * Holds parameters in a list. Tensors become parameters; other values are kept as they are.
 *
 * State-dict keys: '0', '1', ...
 *
 * @param values - any iterable but a tensor. Default: empty
 * @source torch.nn.ParameterList
 * @example
 * const weights = new nn.ParameterList([ones(2), zeros(3)]);
 * weights.length; // 2
 * [...weights.parameters()].length; // 2
 */
export class ParameterList<Item = Parameter> extends Module {
  [index: number]: Item;
  declare _size: number;

  constructor(values?: Iterable<Item | Tensor> | null) {
    super();
    Object.defineProperty(this, '_size', { value: 0, writable: true, configurable: true, enumerable: false });
    if (values !== undefined && values !== null) this.extend(values);
  }

  /** Number of values. */
  override get length(): number {
    return this._size;
  }

  /** The value at a position; negative counts from the end. @throws IndexError */
  get(index: number): Item {
    return Reflect.get(this, String(wrapIndex(index, this.length))) as Item;
  }

  /** Puts a value in the place of another. @throws IndexError */
  set(index: number, value: Item | Tensor): void {
    Reflect.set(this, String(wrapIndex(index, this.length)), asParameter(value));
  }

  /** Adds a value at the end. */
  append(value: Item | Tensor): this {
    this._size += 1;
    this.set(-1, value);
    return this;
  }

  /** Adds values at the end. @throws ArgumentTypeError when `values` cannot be iterated, or is a tensor */
  extend(values: Iterable<Item | Tensor>): this {
    if (!isIterable(values) || (values as unknown) instanceof Tensor) {
      throw new ArgumentTypeError(
        `ParameterList.extend should be called with an iterable, but got ${typename(values)}`,
      );
    }
    for (const value of values) this.append(value);
    return this;
  }

  /** A new list with the values from `start` to before `end`. */
  slice(start?: number, end?: number): ParameterList<Item> {
    return new ParameterList<Item>([...this].slice(start, end));
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }

  override forward(..._input: unknown[]): never {
    throw new StateError('ParameterList should not be called.');
  }

  override extraRepr(): string {
    return [...this]
      .map((value, i) => describeEntry(String(i), value, value instanceof Tensor ? `torch.${value.dtype}` : ''))
      .join('\n');
  }
}

/** A tensor as parameter; any other value as it is. */
export function asParameter(value: unknown): unknown {
  return value instanceof Tensor && !(value instanceof Parameter) ? new Parameter(value) : value;
}

/** One line of the print of a container of parameters. */
export function describeEntry(name: string, value: unknown, type: string): string {
  if (!(value instanceof Tensor)) return `  (${name}): Object of type: ${typename(value)}`;
  const role = value instanceof Parameter ? 'Parameter' : 'Tensor';
  return `  (${name}): ${role} containing: [${type} of size ${value.shape.join('x')}]`;
}
