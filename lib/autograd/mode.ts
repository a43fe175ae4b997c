// Whether operations are recorded: scopes that follow synchronous code and, through AsyncLocalStorage, asynchronous code.
import { AsyncLocalStorage } from 'node:async_hooks';
import { AutogradError, checkFunction, checkOptions } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What is kept in place of a saved tensor, and how it becomes the tensor again. */
export interface SavedTensorHooks {
  readonly pack: (tensor: Tensor) => unknown;
  readonly unpack: (packed: unknown) => Tensor;
}

/** Whether operators remember where they were called, and whether gradients are searched for NaN. */
export type AnomalyMode = 'off' | 'trace' | 'checkNan';

/** What holds for the operators of a scope. */
export interface Mode {
  readonly savedTensorHooks: SavedTensorHooks | null;
  /** What is thrown where hooks for saved tensors are set, or null where they may be. */
  readonly hooksRefused: string | null;
  grad: boolean;
  inference: boolean;
  anomaly: AnomalyMode;
}

const outermost: Mode = { grad: true, inference: false, anomaly: 'off', savedTensorHooks: null, hooksRefused: null };
const scopes = new AsyncLocalStorage<Mode>();
// The mode of the synchronous code under way, where a scope was opened in it: asking for the store costs more.
let override: Mode | null = null;
// getStore costs more than a flag; nothing has to be asked before the first scope is opened.
let scoped = false;
// Asked for every new tensor.
let everInference = false;

/** @internal The mode that holds now. */
export function currentMode(): Mode {
  if (override !== null) return override;
  return scoped ? (scopes.getStore() ?? outermost) : outermost;
}

/**
 * Whether operations on tensors that require gradients are recorded. @source torch.is_grad_enabled
 * @example
 * isGradEnabled(); // true
 * noGrad(isGradEnabled); // false
 */
export function isGradEnabled(): boolean {
  return currentMode().grad;
}

/**
 * Whether the code runs under `inferenceMode`. @source torch.is_inference_mode_enabled
 * @example inferenceMode(isInferenceModeEnabled); // true
 */
export function isInferenceModeEnabled(): boolean {
  return everInference && currentMode().inference;
}

function run<R>(who: string, mode: Mode, fn: () => R): R {
  checkFunction(who, 'fn', fn);
  const outer = override;
  override = mode;
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
 * @example
 * const weight = ones(2, { requiresGrad: true });
 * noGrad(() => weight.mul(2)).requiresGrad; // false
 */
export function noGrad<R>(fn: () => R): R {
  return run('noGrad', { ...currentMode(), grad: false }, fn);
}

/**
 * Runs `fn` with recording on, inside `noGrad` too. @source torch.enable_grad
 * @example noGrad(() => enableGrad(isGradEnabled)); // true
 */
export function enableGrad<R>(fn: () => R): R {
  return run('enableGrad', { ...currentMode(), grad: true }, fn);
}

/**
 * Runs `fn` without recording, and marks what it makes as inference tensors, which no later graph may contain.
 *
 * @source torch.inference_mode
 * @example
 * const weight = ones(2, { requiresGrad: true });
 * inferenceMode(() => weight.mul(2)).requiresGrad; // false
 */
export function inferenceMode<R>(fn: () => R): R {
  everInference = true;
  return run('inferenceMode', { ...currentMode(), grad: false, inference: true }, fn);
}

/**
 * Switches recording on or off: while `fn` runs, or without it until the end of the surrounding scope.
 *
 * @returns what `fn` returns
 * @source torch.set_grad_enabled
 * @example
 * setGradEnabled(false, isGradEnabled); // false
 * setGradEnabled(false);
 * isGradEnabled(); // false
 * setGradEnabled(true);
 */
export function setGradEnabled(enabled: boolean): void;
export function setGradEnabled<R>(enabled: boolean, fn: () => R): R;
export function setGradEnabled<R>(enabled: boolean, fn?: () => R): R | undefined {
  if (fn !== undefined) return run('setGradEnabled', { ...currentMode(), grad: enabled }, fn);
  currentMode().grad = enabled;
  return undefined;
}

/**
 * Runs `fn` so that every operator keeps what `pack` makes of the tensors it saves, and backward works on what `unpack`
 * makes of that.
 *
 * @source torch.autograd.graph.saved_tensors_hooks
 * @example
 * const x = tensor([1, 2.5], { requiresGrad: true });
 * const pack = (saved: Tensor) => saved.to('bfloat16');
 * const unpack = (packed: unknown) => (packed as Tensor).float();
 * autograd.graph.savedTensorsHooks(pack, unpack, () => x.exp().sum()).backward();
 * x.grad; // tensor([2.7188, 12.1875])
 */
export function savedTensorsHooks<R>(
  pack: SavedTensorHooks['pack'],
  unpack: SavedTensorHooks['unpack'],
  fn: () => R,
): R {
  const mode = currentMode();
  if (mode.hooksRefused !== null) throw new AutogradError(mode.hooksRefused);
  return run('savedTensorsHooks', { ...mode, savedTensorHooks: { pack, unpack } }, fn);
}

/**
 * Runs `fn`, in which `savedTensorsHooks` throws `errorMessage`, as it does where such hooks are set already.
 *
 * @source torch.autograd.graph.disable_saved_tensors_hooks
 * @example
 * const { disableSavedTensorsHooks, savedTensorsHooks } = autograd.graph;
 * const same = (x: unknown) => x as Tensor;
 * const setHooks = () => savedTensorsHooks(same, same, () => 'set');
 * setHooks(); // 'set'
 * disableSavedTensorsHooks('no hooks here', setHooks); // AutogradError: no hooks here
 */
export function disableSavedTensorsHooks<R>(errorMessage: string, fn: () => R): R {
  const mode = currentMode();
  if (mode.savedTensorHooks !== null) throw new AutogradError(errorMessage);
  return run('disableSavedTensorsHooks', { ...mode, hooksRefused: errorMessage }, fn);
}

/** @internal Runs a hook: what it does saves tensors as they are. */
export function withoutSavedTensorHooks<R>(fn: () => R): R {
  const outer = override;
  override = { ...currentMode(), savedTensorHooks: null };
  try {
    return fn();
  } finally {
    override = outer;
  }
}

/** Options of {@link detectAnomaly}. */
export interface AnomalyOptions {
  /** Whether backward throws where a gradient becomes NaN. Default true. */
  checkNan?: boolean;
}

function anomalyOf(who: string, options: AnomalyOptions): AnomalyMode {
  checkOptions(who, options, ['checkNan']);
  return options.checkNan === false ? 'trace' : 'checkNan';
}

/**
 * Runs `fn` in a slow mode in which an error of backward has the place of the operator in the forward pass as its cause,
 * and a gradient that becomes NaN is an error.
 *
 * @source torch.autograd.detect_anomaly
 * @example autograd.detectAnomaly(() => isAnomalyEnabled()); // true
 */
export function detectAnomaly<R>(fn: () => R, options: AnomalyOptions = {}): R {
  return run('detectAnomaly', { ...currentMode(), anomaly: anomalyOf('detectAnomaly', options) }, fn);
}

/**
 * Switches the mode of `detectAnomaly` on or off until the end of the surrounding scope.
 * @example
 * autograd.setDetectAnomaly(true);
 * isAnomalyEnabled(); // true
 * autograd.setDetectAnomaly(false);
 */
export function setDetectAnomaly(mode: boolean, options: AnomalyOptions = {}): void {
  currentMode().anomaly = mode ? anomalyOf('setDetectAnomaly', options) : 'off';
}

/**
 * Whether operators remember where they were called. @source torch.is_anomaly_enabled
 * @example isAnomalyEnabled(); // false
 */
export function isAnomalyEnabled(): boolean {
  return currentMode().anomaly !== 'off';
}

/** @internal */
export function anomalyMode(): AnomalyMode {
  return currentMode().anomaly;
}

/** @internal Runs synchronous library code with recording set to `grad`. */
export function withGradMode<R>(grad: boolean, fn: () => R): R {
  const outer = override;
  override = { ...currentMode(), grad };
  try {
    return fn();
  } finally {
    override = outer;
  }
}
