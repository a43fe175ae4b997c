// ModuleDict: modules by name.
import { KeyError } from '../errors.ts';
import { Module } from './module.ts';
import { type Named, pairs } from './pairs.ts';

/**
 * Holds modules by name, in the order of insertion; it has no forward of its own.
 *
 * State-dict keys: those of the modules under their names.
 *
 * @param modules - a Map, an object literal or pairs. Default: empty
 * @throws ArgumentTypeError when a value is no Module
 * @throws KeyError when a name is the name of a method or field of Module, is empty, or has a dot
 * @source torch.nn.ModuleDict
 * @example
 * const layers = new nn.ModuleDict({ up: new nn.Linear(2, 4), down: new nn.Linear(4, 2) });
 * [...layers.keys()]; // ['up', 'down']
 */
export class ModuleDict<Item extends Module = Module> extends Module {
  constructor(modules?: Named<Item> | null) {
    super();
    if (modules !== undefined && modules !== null) this.update(modules);
  }

  /** Number of modules. */
  get size(): number {
    return this._modules.size;
  }

  /** The module under a name. @throws KeyError when there is none */
  get(name: string): Item {
    const module = this._modules.get(name);
    if (module === undefined) throw new KeyError(name);
    return module as Item;
  }

  /** Puts a module under a name. @throws ArgumentTypeError, KeyError */
  set(name: string, module: Item): this {
    this.addModule(name, module);
    return this;
  }

  /** Whether there is a module under a name. */
  has(name: string): boolean {
    return this._modules.has(name);
  }

  /** Removes the module under a name. @throws KeyError when there is none */
  delete(name: string): void {
    this.pop(name);
  }

  /** Removes the module under a name and returns it. @throws KeyError when there is none */
  pop(name: string): Item {
    const module = this.get(name);
    this._modules.delete(name);
    return module;
  }

  /** Removes all modules. */
  clear(): void {
    this._modules.clear();
  }

  /** Adds named modules; a name that is there gets the new module. @throws ArgumentTypeError */
  update(modules: Named<Item>): void {
    for (const [name, module] of pairs<Item>('ModuleDict', 'ModuleDict', modules)) this.set(name, module);
  }

  /** The names. */
  keys(): IterableIterator<string> {
    return this._modules.keys();
  }

  /** The modules. */
  values(): IterableIterator<Item> {
    return this._modules.values() as IterableIterator<Item>;
  }

  /** Names and modules. */
  entries(): IterableIterator<[string, Item]> {
    return this._modules.entries() as IterableIterator<[string, Item]>;
  }

  /** As `entries`. */
  items(): IterableIterator<[string, Item]> {
    return this.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, Item]> {
    return this.entries();
  }
}
