// The seam between modules and tracing: while a trace is under way, a call runs inside its module's qualified name.
import { interception } from './handle.ts';
import type { Module } from './module.ts';

/** What a trace gives to be told of: the scope that opens and the scope that closes, as in `torch.jit.trace`. */
export interface ScopeRecorder {
  pushScope(name: string): void;
  popScope(): void;
}

interface ScopeTrace {
  recorder: ScopeRecorder;
  names: ReadonlyMap<Module, string>;
}

let tracing: ScopeTrace | null = null;

/**
 * Runs `body` while every call of a module below `root` reports its qualified name to `recorder`.
 * The root is reported under its class name. Only the synchronous part of `body` is traced.
 */
export function recordModuleScopes<Result>(root: Module, recorder: ScopeRecorder, body: () => Result): Result {
  const names = new Map<Module, string>();
  for (const [name, module] of root.namedModules()) names.set(module, name === '' ? root._getName() : name);
  const outer = tracing;
  tracing = { recorder, names };
  interception.count++;
  try {
    return body();
  } finally {
    interception.count--;
    tracing = outer;
  }
}

/** Whether a trace that wants the scopes of modules is under way. */
export function isRecordingScopes(): boolean {
  return tracing !== null;
}

/** Runs `body` in the scope of `module` if a trace is under way and knows the module. @source Module._slow_forward */
export function withModuleScope<Result>(module: Module, body: () => Result): Result {
  const name = tracing?.names.get(module);
  if (tracing === null || name === undefined) return body();
  const { recorder } = tracing;
  recorder.pushScope(name);
  try {
    return body();
  } finally {
    recorder.popScope();
  }
}
