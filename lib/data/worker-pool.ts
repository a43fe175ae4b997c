// The worker threads of a DataLoader: starting, sending, waiting for what comes first, stopping.
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { WorkerError } from '../errors.ts';
import { typeScriptLoader } from './typescript-modules.ts';
import { type Answer, type Failure, failureOf, type Request, type WorkerSetup } from './worker-messages.ts';

/** What stops waiting. */
export interface Waiting {
  readonly signal: AbortSignal | null;
  /** Seconds; 0 for no limit. */
  readonly timeout: number;
}

/** An answer with the worker it comes from. */
export interface Received {
  readonly worker: number;
  readonly answer: Answer;
}

/** An error of a worker as an error of this thread, with the original as its cause. */
export function workerError(worker: number, { name, message, code, stack }: Failure): WorkerError {
  const cause: Error & { code?: string } = new Error(message);
  cause.name = name;
  cause.stack = stack;
  if (code !== null) cause.code = code;
  return new WorkerError(`Caught ${name} in DataLoader worker process ${worker}.\nOriginal ${stack}`, worker, {
    cause,
  });
}

// Compiled, this file is JavaScript and so is its neighbour.
const main = new URL(import.meta.url.endsWith('.ts') ? './worker-main.ts' : './worker-main.js', import.meta.url);

function startThread(options: WorkerOptions): Worker {
  const loader = typeScriptLoader(main.href);
  if (loader === null) return new Worker(main, options);
  const code = `import('${loader}').then(({ register }) => { register(); return import('${main.href}'); });`;
  return new Worker(code, { ...options, eval: true });
}

// A timer of more milliseconds fires at once.
const longestTimer = 2 ** 31 - 1;

/** Threads that answer requests. They keep the process alive only while somebody waits for them. */
export class WorkerPool {
  readonly #threads: Worker[];
  readonly #received: Received[] = [];
  #failed: WorkerError | null = null;
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(setups: readonly WorkerSetup[], options: WorkerOptions) {
    this.#threads = setups.map((setup, i) => {
      const thread = startThread({ name: `DataLoader ${i}`, ...options, workerData: setup });
      thread.on('message', (answer: Answer) => {
        this.#received.push({ worker: i, answer });
        this.#wake?.();
      });
      thread.on('error', (error) => this.#fail(workerError(i, failureOf(error))));
      thread.on('messageerror', (error) => this.#fail(workerError(i, failureOf(error))));
      thread.on('exit', (code) => {
        this.#fail(new WorkerError(`DataLoader worker (pid(s) ${i}) exited unexpectedly with code ${code}`, i));
      });
      thread.unref();
      return thread;
    });
  }

  get size(): number {
    return this.#threads.length;
  }

  /** Whether the threads are gone, so that another pool is needed. */
  get isClosed(): boolean {
    return this.#closed;
  }

  send(worker: number, request: Request): void {
    this.#threads[worker]?.postMessage(request);
  }

  /** The next answer, from whichever worker. @throws WorkerError if one died or time is up; what the signal says */
  async receive({ signal, timeout }: Waiting): Promise<Received> {
    signal?.throwIfAborted();
    if (this.#received.length === 0 && this.#failed === null) {
      let timer: NodeJS.Timeout | undefined;
      for (const thread of this.#threads) thread.ref();
      const wake = () => this.#wake?.();
      signal?.addEventListener('abort', wake);
      try {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          if (timeout > 0) timer = setTimeout(resolve, Math.min(timeout * 1000, longestTimer));
        });
      } finally {
        this.#wake = null;
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        for (const thread of this.#threads) thread.unref();
      }
    }
    signal?.throwIfAborted();
    // What was finished before a worker died still counts.
    const received = this.#received.shift();
    if (received !== undefined) return received;
    if (this.#failed !== null) throw this.#failed;
    throw new WorkerError(`DataLoader timed out after ${timeout} seconds`, null);
  }

  /** Stops all threads, also within a computation. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #fail(error: WorkerError): void {
    if (this.#closed) return;
    this.#failed ??= error;
    this.#wake?.();
  }
}
