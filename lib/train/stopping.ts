// Why a run ends before its goal: an AbortSignal, a signal of the operating system, or the program's own wish.
import { isMainThread } from 'node:worker_threads';

/** What ended a run. */
export type StopReason = 'abort' | 'signal' | 'request';

// A platform that stops a process kills it after ten seconds or more; the checkpoint before stays whole if that is late.
const graceMilliseconds = 9_000;

/** Wishes to end a run, looked at between steps. */
export class Stopping {
  reason: StopReason | null = null;
  readonly #signal: AbortSignal | null;
  readonly #names: readonly NodeJS.Signals[];
  #deadline: NodeJS.Timeout | null = null;
  readonly #onAbort = () => {
    this.reason ??= 'abort';
  };
  readonly #onSignal = () => {
    this.reason = 'signal';
    this.#deadline ??= setTimeout(() => process.exit(1), graceMilliseconds).unref();
  };

  /** Signals of the operating system reach the main thread only. */
  constructor(signal: AbortSignal | null, names: readonly NodeJS.Signals[]) {
    this.#signal = signal;
    this.#names = isMainThread ? names : [];
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
    for (const name of this.#names) process.on(name, this.#onSignal);
  }

  /** Stops listening. */
  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    for (const name of this.#names) process.off(name, this.#onSignal);
    if (this.#deadline !== null && this.reason !== 'signal') clearTimeout(this.#deadline);
  }
}

/** A turn of the event loop, in which signals arrive and a service answers. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
