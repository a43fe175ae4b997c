// Whether operations are recorded: scopes that follow synchronous code and, through AsyncLocalStorage, asynchronous code.
import { AsyncLocalStorage } from 'node:async_hooks';

interface Mode {
  grad: boolean;
  inference: boolean;
}

const outermost: Mode = { grad: true, inference: false };
const scopes = new AsyncLocalStorage<Mode>();
// Set while the library itself runs synchronous code under another mode: no cost for an asynchronous scope.
let override: Mode | null = null;
// getStore costs more than a flag; nothing has to be asked before the first scope is opened.
let scoped = false;

function current(): Mode {
  if (override !== null) return override;
  return scoped ? (scopes.getStore() ?? outermost) : outermost;
}

/** Whether operations on tensors that require gradients are recorded. */
export function isGradEnabled(): boolean {
  return current().grad;
}

/** Whether the code runs under `inferenceMode`. */
export function isInferenceModeEnabled(): boolean {
  return current().inference;
}

function run<R>(mode: Mode, fn: () => R): R {
  const outer = override;
  override = null;
  scoped = true;
  try {
    return scopes.run(mode, fn);
  } finally {
    override = outer;
  }
}

/**
 * Runs `fn` without recording; an asynchronous `fn` stays without until its promise settles, and nobody else is affected.
 *
 * @returns what `fn` returns
 * @source torch.no_grad
 * @example const accuracy = noGrad(() => evaluate(net));
 */
export function noGrad<R>(fn: () => R): R {
  return run({ grad: false, inference: current().inference }, fn);
}

/** Runs `fn` with recording on, inside `noGrad` too. @source torch.enable_grad */
export function enableGrad<R>(fn: () => R): R {
  return run({ grad: true, inference: current().inference }, fn);
}

/**
 * Runs `fn` without recording, and marks what it makes as inference tensors, which no later graph may contain.
 *
 * @source torch.inference_mode
 */
export function inferenceMode<R>(fn: () => R): R {
  return run({ grad: false, inference: true }, fn);
}

/** Switches recording on or off until the end of the surrounding scope. @source torch.set_grad_enabled */
export function setGradEnabled(enabled: boolean): void {
  current().grad = enabled;
}

/** @internal Runs synchronous library code with recording set to `grad`. */
export function withGradMode<R>(grad: boolean, fn: () => R): R {
  const outer = override;
  override = { grad, inference: current().inference };
  try {
    return fn();
  } finally {
    override = outer;
  }
}
