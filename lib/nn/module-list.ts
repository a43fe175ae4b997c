// ModuleList: modules in a list, registered under their positions.
import { ArgumentTypeError } from '../errors.ts';
import { Module } from './module.ts';
import { indent } from './repr.ts';
import { renumber, wrapIndex } from './sequence.ts';
import { isIterable, typename } from './typename.ts';

/**
 * Holds modules in a list; it has no forward of its own.
 *
 * State-dict keys: those of the modules under '0', '1', ...
 *
 * @param modules - any iterable. Default: empty
 * @throws ArgumentTypeError when an element is no Module
 * @source torch.nn.ModuleList
 * @example
 * const layers = new nn.ModuleList([new nn.Linear(4, 8), new nn.Linear(8, 2)]);
 * let x = randn(3, 4);
 * for (const layer of layers) x = layer(x);
 * x.shape; // [3, 2]
 */
export class ModuleList<Item extends Module = Module> extends Module {
  [index: number]: Item;

  constructor(modules?: Iterable<Item> | null) {
    super();
    if (modules !== undefined && modules !== null) this.extend(modules);
  }

  /** Number of modules. */
  override get length(): number {
    return this._modules.size;
  }

  /** The module at a position; negative counts from the end. @throws IndexError */
  get(index: number): Item {
    return this._modules.get(String(wrapIndex(index, this.length))) as Item;
  }

  /** Puts a module in the place of another. @throws IndexError */
  set(index: number, module: Item): void {
    this.addModule(String(wrapIndex(index, this.length)), module);
  }

  /** Takes a module out and returns it; those behind it move up. @throws IndexError */
  pop(index: number): Item {
    const modules = [...this];
    const [module] = modules.splice(wrapIndex(index, modules.length), 1);
    renumber(this._modules, modules);
    return module as Item;
  }

  /** Takes a module out; those behind it move up. @throws IndexError */
  delete(index: number): void {
    this.pop(index);
  }

  /** A new list with the modules from `start` to before `end`. */
  slice(start?: number, end?: number): ModuleList<Item> {
    return new ModuleList([...this].slice(start, end));
  }

  /** Adds a module at the end. */
  append(module: Item): this {
    this.addModule(String(this.length), module);
    return this;
  }

  /** Adds a module before position `index`. */
  insert(index: number, module: Item): void {
    const modules = [...this];
    modules.splice(index, 0, module);
    renumber(this._modules, modules);
  }

  /** Adds modules at the end. @throws ArgumentTypeError when `modules` cannot be iterated */
  extend(modules: Iterable<Item>): this {
    if (!isIterable(modules)) {
      throw new ArgumentTypeError(`ModuleList.extend should be called with an iterable, but got ${typename(modules)}`);
    }
    for (const module of modules) this.append(module);
    return this;
  }

  /** A new list with the modules of both. */
  concat(modules: Iterable<Item>): ModuleList<Item> {
    return new ModuleList<Item>(this).extend(modules);
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const module of this._modules.values()) yield module as Item;
  }

  /** Neighbours that print alike are printed once, with their count. */
  override toString(): string {
    const runs: { first: number; last: number; text: string }[] = [];
    [...this].map(String).forEach((text, i) => {
      const run = runs.at(-1);
      if (run?.text === text) run.last = i;
      else runs.push({ first: i, last: i, text });
    });
    if (runs.length === 0) return `${this._getName()}()`;
    const lines = runs.map(({ first, last, text }) =>
      indent(first === last ? `(${first}): ${text}` : `(${first}-${last}): ${last - first + 1} x ${text}`),
    );
    return `${this._getName()}(\n  ${lines.join('\n  ')}\n)`;
  }
}
