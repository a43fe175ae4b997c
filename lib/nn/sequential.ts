// Sequential: modules called one after the other.
import { ArgumentTypeError, IndexError, ValueError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { callInTurn } from './activated.ts';
import { isModule } from './attributes.ts';
import { Module } from './module.ts';
import { renumber, wrapIndex, wrapInsertion } from './sequence.ts';
import { classname, typename } from './typename.ts';

/**
 * Calls its modules in order, each with the output of the one before. Where no gradient is recorded and no hook listens,
 * a linear layer or a convolution and the ReLU or GELU behind it are one kernel call.
 *
 * State-dict keys: those of the modules under '0', '1', ..., or under the given names.
 *
 * @param modules - the modules; or one Map or object literal of named modules. In an object literal JavaScript puts
 *   names that are integers first; a Map keeps any order
 * @throws ArgumentTypeError when an element is no Module
 * @source torch.nn.Sequential
 * @example
 * const net = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * net(randn(3, 4)).shape; // [3, 2]
 * net;
 * // Sequential((0): Linear(in_features=4, out_features=8, bias=True) (1): ReLU() (2): Linear(in_features=8,
 * // out_features=2, bias=True))
 */
export class Sequential extends Module {
  [index: number]: Module;

  constructor(...modules: Module[]);
  constructor(modules: ReadonlyMap<string, Module> | Readonly<Record<string, Module>>);
  constructor(...modules: (Module | ReadonlyMap<string, Module> | Readonly<Record<string, Module>>)[]) {
    super();
    const [first] = modules;
    const named = modules.length === 1 && !isModule(first) ? namedEntries(first) : null;
    const entries = named ?? modules.map((module, i): [string, Module] => [String(i), module as Module]);
    for (const [name, module] of entries) this.addModule(name, module);
  }

  /** @param input - what the first module takes. @returns what the last one gives; `input` itself without modules */
  override forward(input: Tensor): Tensor {
    return callInTurn(this._modules.values(), input) as Tensor;
  }

  /** Number of modules. */
  override get length(): number {
    return this._modules.size;
  }

  /** The module at a position; negative counts from the end. @throws IndexError */
  get(index: number): Module {
    return at(this, index)[1];
  }

  /** Puts a module in the place of another. @throws IndexError */
  set(index: number, module: Module): void {
    this.addModule(at(this, index)[0], module);
  }

  /** Takes a module out and returns it; those behind it move up. @throws IndexError */
  pop(index: number): Module {
    const [name, module] = at(this, index);
    this._modules.delete(name);
    renumber(this._modules, [...this._modules.values()]);
    return module;
  }

  /** Takes a module out; those behind it move up. @throws IndexError */
  delete(index: number): void {
    this.pop(index);
  }

  /** A new Sequential with the modules from `start` to before `end`, under their names. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(new Map(entriesOf(this).slice(start, end)));
  }

  /** Adds a module at the end. */
  append(module: Module): this {
    this.addModule(String(this.length), module);
    return this;
  }

  /** Adds a module before position `index`. @throws ArgumentTypeError, IndexError */
  insert(index: number, module: Module): this {
    if (!isModule(module)) throw new ArgumentTypeError(`${typename(module)} is not a Module subclass`);
    const modules = [...this._modules.values()];
    modules.splice(wrapInsertion(index, modules.length), 0, module);
    renumber(this._modules, modules);
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<Module>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** A new Sequential with the modules of both. @throws ValueError when the other is no Sequential */
  concat(other: Sequential): Sequential {
    if (!(other instanceof Sequential)) {
      throw new ValueError(`add operator supports only objects of Sequential class, but ${classname(other)} is given.`);
    }
    return new Sequential().extend(this).extend(other);
  }

  /** A new Sequential with the same modules `times` times. @throws ArgumentTypeError, ValueError */
  repeat(times: number): Sequential {
    if (!Number.isInteger(times)) {
      throw new ArgumentTypeError(`unsupported operand type(s) for *: ${classname(this)} and ${classname(times)}`);
    }
    if (times <= 0) throw new ValueError(`Non-positive multiplication factor ${times} for ${classname(this)}`);
    const repeated = new Sequential();
    for (let i = 0; i < times; i++) repeated.extend(this);
    return repeated;
  }

  *[Symbol.iterator](): Generator<Module> {
    for (const [, module] of entriesOf(this)) yield module;
  }
}

function entriesOf(sequential: Sequential): [string, Module][] {
  return [...sequential._modules].filter((entry): entry is [string, Module] => entry[1] !== null);
}

function at(sequential: Sequential, index: number): [string, Module] {
  const entries = entriesOf(sequential);
  const entry = entries[wrapIndex(index, entries.length)];
  if (entry === undefined) throw new IndexError(`index ${index} is out of range`);
  return entry;
}

function namedEntries(value: unknown): Iterable<[string, Module]> | null {
  if (value instanceof Map) return value;
  return isPlainObject(value) ? (Object.entries(value) as [string, Module][]) : null;
}
