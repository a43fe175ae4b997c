// What `net(x)` does when hooks or a trace stand between it and forward. @source torch.nn.Module._call_impl
import { StateError } from '../errors.ts';
import { isPlainObject } from '../plain-object.ts';
import { Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { BackwardHooks } from './backward-hooks.ts';
import { type AnyHook, globalHooks } from './hooks.ts';
import type { Module } from './module.ts';
import { isRecordingScopes, withModuleScope } from './scope.ts';
import { classname } from './typename.ts';

/** One call under way; hooks may change all of it but the module. */
interface Call {
  readonly module: Module;
  args: unknown[];
  /** The trailing options object, which stands for Python's keyword arguments; null when the caller gave none. */
  kwargs: Record<string, unknown> | null;
  result: unknown;
  readonly alwaysCalled: Set<number>;
}

/**
 * Calls a module through its hooks.
 *
 * JavaScript has no keyword arguments: a plain object as last argument takes their place. Hooks with `withKwargs` get
 * it apart (`{}` when there is none), the others do not see it, and it reaches forward as the last argument.
 * If forward returns a promise, forward hooks run on the value it resolves to, and the call returns a promise.
 *
 * @param own - the function inside the module's proxy, on which dictionaries are read faster
 */
export function callModule(module: Module, own: Module, args: unknown[]): unknown {
  if (!hasHooks(own)) return forward(module, args);
  const last = args.at(-1);
  const kwargs = isPlainObject(last) ? last : null;
  const positional = kwargs === null ? args : args.slice(0, -1);
  const call: Call = { module, args: positional, kwargs, result: null, alwaysCalled: new Set() };
  try {
    const result = run(call);
    return isPromise(result) ? result.then(undefined, (error: unknown) => fail(call, error)) : result;
  } catch (error) {
    return fail(call, error);
  }
}

function hasHooks(module: Module): boolean {
  return (
    module._forwardPreHooks.size > 0 ||
    module._forwardHooks.size > 0 ||
    module._backwardHooks.size > 0 ||
    module._backwardPreHooks.size > 0 ||
    globalHooks.forwardPre.size > 0 ||
    globalHooks.forward.size > 0 ||
    globalHooks.backward.size > 0 ||
    globalHooks.backwardPre.size > 0
  );
}

function forward(module: Module, args: unknown[]): unknown {
  if (!isRecordingScopes()) return module.forward(...args);
  return withModuleScope(module, () => module.forward(...args));
}

function run(call: Call): unknown {
  const { module } = call;
  const legacyHooks = backwardHooks(module, false);
  const fullHooks = backwardHooks(module, true);
  const preHooks = [...globalHooks.backwardPre.values(), ...module._backwardPreHooks.values()];

  runForwardPreHooks(call);
  let backward: BackwardHooks | null = null;
  if (fullHooks.length > 0 || preHooks.length > 0) {
    backward = new BackwardHooks(module, fullHooks, preHooks);
    call.args = backward.wrapInputs(call.args);
  }
  const finish = (result: unknown): unknown => {
    call.result = result;
    runForwardHooks(call);
    if (backward !== null) call.result = wrapOutputs(backward, call.result);
    if (legacyHooks.length > 0) attachLegacyHooks(module, legacyHooks, call.result);
    return call.result;
  };
  const result = forward(module, call.kwargs === null ? call.args : [...call.args, call.kwargs]);
  return isPromise(result) ? result.then(finish) : finish(result);
}

function runForwardPreHooks(call: Call): void {
  const { module } = call;
  for (const [id, hook] of [...globalHooks.forwardPre, ...module._forwardPreHooks]) {
    if (module._forwardPreHooksWithKwargs.has(id)) {
      const result = hook(module, call.args, call.kwargs ?? {});
      if (isNone(result)) continue;
      if (!isArgsAndKwargs(result)) {
        throw new StateError(
          `forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got ${String(result)}.`,
        );
      }
      call.args = Array.isArray(result[0]) ? result[0] : [result[0]];
      call.kwargs = call.kwargs === null && Object.keys(result[1]).length === 0 ? null : result[1];
    } else {
      const result = hook(module, call.args);
      if (!isNone(result)) call.args = Array.isArray(result) ? result : [result];
    }
  }
}

function isArgsAndKwargs(value: unknown): value is [unknown, Record<string, unknown>] {
  return Array.isArray(value) && value.length === 2 && isPlainObject(value[1]);
}

function runForwardHooks(call: Call): void {
  const { module } = call;
  for (const [id, hook] of [...globalHooks.forward, ...module._forwardHooks]) {
    if (isAlwaysCalled(module, id)) call.alwaysCalled.add(id);
    runForwardHook(call, id, hook);
  }
}

function runForwardHook(call: Call, id: number, hook: AnyHook): void {
  const { module, args } = call;
  const withKwargs = module._forwardHooksWithKwargs.has(id) || globalHooks.forwardWithKwargs.has(id);
  const result = withKwargs ? hook(module, args, call.kwargs ?? {}, call.result) : hook(module, args, call.result);
  if (!isNone(result)) call.result = result;
}

function isAlwaysCalled(module: Module, id: number): boolean {
  return module._forwardHooksAlwaysCalled.has(id) || globalHooks.forwardAlwaysCalled.has(id);
}

/** Runs the always-called hooks that have not run, whose own errors become warnings, and throws the first error on. */
function fail(call: Call, error: unknown): never {
  for (const [hooks, kind] of [
    [globalHooks.forward, 'global module'],
    [call.module._forwardHooks, 'module'],
  ] as const) {
    for (const [id, hook] of [...hooks]) {
      if (!isAlwaysCalled(call.module, id) || call.alwaysCalled.has(id)) continue;
      try {
        runForwardHook(call, id, hook);
      } catch (second) {
        warn(
          `${kind} forward hook with \`\`always_call=True\`\` raised an exception that was silenced as another error ` +
            `was raised in forward: ${second instanceof Error ? second.message : String(second)}`,
        );
      }
    }
  }
  throw error;
}

/** The hooks on gradients of one kind, full or older, the global ones first. */
function backwardHooks(module: Module, full: boolean): AnyHook[] {
  const hooks: AnyHook[] = [];
  if (globalHooks.isFullBackward === full) hooks.push(...globalHooks.backward.values());
  if (module._isFullBackwardHook === full) hooks.push(...module._backwardHooks.values());
  return hooks;
}

function wrapOutputs(backward: BackwardHooks, result: unknown): unknown {
  if (!(result instanceof Tensor) && !Array.isArray(result)) {
    warn(
      'For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received ' +
        classname(result),
    );
  }
  return backward.wrapOutputs(result);
}

/** The older hooks hang on the operation that made the first tensor of the output. */
function attachLegacyHooks(module: Module, hooks: AnyHook[], result: unknown): void {
  let first: unknown = result;
  while (!(first instanceof Tensor)) {
    if (Array.isArray(first)) first = first[0];
    else if (first instanceof Map) first = [...first.values()].find((value) => value instanceof Tensor);
    else if (isPlainObject(first)) first = Object.values(first).find((value) => value instanceof Tensor);
    else return;
  }
  for (const hook of hooks) {
    first.gradFn?.registerHook((gradInput, gradOutput) => hook(module, gradInput, gradOutput) as typeof gradInput);
  }
}

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
