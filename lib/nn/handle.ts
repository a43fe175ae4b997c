// Dictionaries of hooks, the handles that take a hook out again, and the one number that a call looks at first.

/**
 * What stands between `net(x)` and `net.forward(x)` in this process: hooks that a call must run, and traces under way.
 * While it is 0, calling a module is calling its forward. A module that is collected together with its hooks leaves its
 * count behind: from then on calls look for hooks, which is slower and not wrong.
 */
export const interception = { count: 0 };

/** A dictionary of hooks by id, in the order in which they run. */
export class HookMap<Hook> extends Map<number, Hook> {
  /** Puts a hook before all others. */
  prepend(id: number, hook: Hook): void {
    const rest = [...this];
    this.clear();
    this.set(id, hook);
    for (const [other, later] of rest) this.set(other, later);
  }
}

/** A dictionary of hooks that a call runs; every entry, also one written by hand, counts as an interception. */
export class CallHookMap<Hook> extends HookMap<Hook> {
  override set(id: number, hook: Hook): this {
    if (!this.has(id)) interception.count++;
    return super.set(id, hook);
  }

  override delete(id: number): boolean {
    const found = super.delete(id);
    if (found) interception.count--;
    return found;
  }

  override clear(): void {
    interception.count -= this.size;
    super.clear();
  }
}

interface Removable {
  delete(id: number): boolean;
}

/**
 * Takes a registered hook out again: `handle.remove()`, or `using handle = net.registerForwardHook(...)`.
 * Ids increase over the whole process. The handle does not keep the module alive.
 * @source torch.utils.hooks.RemovableHandle
 * @example
 * const layer = new nn.Linear(2, 3);
 * let calls = 0;
 * const handle = layer.registerForwardHook(() => { calls += 1; });
 * layer(zeros(1, 2));
 * handle.remove();
 * layer(zeros(1, 2));
 * calls; // 1
 */
export class RemovableHandle {
  static nextId = 0;
  readonly id: number;
  readonly #homes: readonly WeakRef<Removable>[];

  /** @param homes - the dictionary that will hold the hook under `id`, and those that hold its options */
  constructor(...homes: Removable[]) {
    this.id = RemovableHandle.nextId++;
    this.#homes = homes.map((home) => new WeakRef(home));
  }

  /** Removes the hook; a second call does nothing. */
  remove(): void {
    for (const home of this.#homes) home.deref()?.delete(this.id);
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}
