// ParameterDict: parameters by name.
import { ArgumentTypeError, AttributeError, checkList, KeyError, StateError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { type Named, pairs } from './pairs.ts';
import type { Parameter } from './parameter.ts';
import { asParameter, describeEntry } from './parameter-list.ts';
import { typename } from './typename.ts';

/**
 * Holds parameters by name, in the order of insertion. Tensors become parameters; other values are kept as they are.
 *
 * State-dict keys: the names.
 *
 * @param parameters - a Map, an object literal (taken in the order of its sorted names) or pairs. Default: empty
 * @source torch.nn.ParameterDict
 * @example
 * const weights = new nn.ParameterDict({ left: new nn.Parameter(ones(2)), right: new nn.Parameter(zeros(3)) });
 * [...weights.keys()]; // ['left', 'right']
 */
export class ParameterDict<Item = Parameter> extends Module {
  declare _keys: Set<string>;

  constructor(parameters?: Named<Item | Tensor> | null) {
    super();
    Object.defineProperty(this, '_keys', { value: new Set(), writable: true, configurable: true, enumerable: false });
    if (parameters !== undefined && parameters !== null) this.update(parameters);
  }

  /** Number of values. */
  get size(): number {
    return this._keys.size;
  }

  /** The value under a name, or the fallback if one is given. @throws AttributeError when there is neither */
  get(name: string): Item;
  get<Fallback>(name: string, fallback: Fallback): Item | Fallback;
  get<Fallback>(name: string, fallback?: Fallback): Item | Fallback {
    if (!this._keys.has(name)) {
      if (fallback !== undefined) return fallback;
      throw new AttributeError(`'${this._getName()}' object has no attribute '${name}'`);
    }
    return Reflect.get(this, name) as Item;
  }

  /** Puts a value under a name. @throws ArgumentTypeError, KeyError */
  set(name: string, value: Item | Tensor): this {
    if (typeof name !== 'string') {
      throw new ArgumentTypeError(
        `Index given to ParameterDict cannot be used as a key as it is not a string (type is '${typename(name)}').`,
      );
    }
    Reflect.set(this, name, asParameter(value));
    this._keys.add(name);
    return this;
  }

  /** Whether there is a value under a name. */
  has(name: string): boolean {
    return this._keys.has(name);
  }

  /** The value under a name, which `value` becomes if there is none. */
  setdefault(name: string, value: Item | Tensor): Item {
    if (!this.has(name)) this.set(name, value);
    return this.get(name);
  }

  /** Removes the value under a name. @throws AttributeError when there is none */
  delete(name: string): void {
    this.pop(name);
  }

  /** Removes the value under a name and returns it. @throws AttributeError when there is none */
  pop(name: string): Item {
    const value = this.get(name);
    this._keys.delete(name);
    Reflect.deleteProperty(this, name);
    return value;
  }

  /** Removes the value that was added last, and returns its name and itself. @throws KeyError when there is none */
  popitem(): [string, Item] {
    const name = [...this._keys].at(-1);
    if (name === undefined) throw new KeyError('dictionary is empty');
    return [name, this.pop(name)];
  }

  /** Removes all values. */
  clear(): void {
    for (const name of [...this._keys]) this.pop(name);
  }

  /** Adds named values; a name that is there gets the new value. @throws ArgumentTypeError */
  update(parameters: Named<Item | Tensor>): void {
    const entries = pairs<Item | Tensor>('ParametersDict', 'ParameterDict', parameters);
    if (isPlainObject(parameters)) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, value] of entries) this.set(name, value);
  }

  /** A new dictionary with the same parameters. */
  copy(): ParameterDict<Item> {
    return new ParameterDict<Item>(this.entries());
  }

  /** A new dictionary with one value under several names. */
  fromkeys<Value>(names: Iterable<string>, value: Value): ParameterDict<Value> {
    return new ParameterDict<Value>(checkList('fromkeys', 'names', names).map((name) => [name, value]));
  }

  /** The names. */
  keys(): IterableIterator<string> {
    return this._keys.keys();
  }

  /** The values. */
  *values(): Generator<Item> {
    for (const name of this._keys) yield this.get(name);
  }

  /** Names and values. */
  *entries(): Generator<[string, Item]> {
    for (const name of this._keys) yield [name, this.get(name)];
  }

  /** As `entries`. */
  items(): Generator<[string, Item]> {
    return this.entries();
  }

  [Symbol.iterator](): Generator<[string, Item]> {
    return this.entries();
  }

  override forward(..._input: unknown[]): never {
    throw new StateError('ParameterDict should not be called.');
  }

  override extraRepr(): string {
    return [...this]
      .map(([name, value]) => describeEntry(name, value, value instanceof Tensor ? value.type() : ''))
      .join('\n');
  }
}
