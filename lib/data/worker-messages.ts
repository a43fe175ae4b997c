// What a DataLoader and its workers send each other.
import type { Packed } from './packing.ts';
import type { WorkerSource } from './worker-dataset.ts';

/** How a worker begins, as its `workerData`. */
export interface WorkerSetup {
  readonly source: WorkerSource;
  readonly id: number;
  readonly numWorkers: number;
  readonly seed: bigint;
  readonly batchSize: number | null;
  readonly dropLast: boolean;
  /** URLs of functions. */
  readonly collateFn: string | null;
  readonly workerInitFn: string | null;
}

/** To a worker: begin a pass, where another one left it, or make a batch. Answered in order. */
export type Request =
  | { readonly kind: 'begin'; readonly delivered: number; readonly state: Uint8Array | null }
  | { readonly kind: 'batch'; readonly id: number; readonly order: number | readonly number[] | null };

/** From a worker: a batch with the state of its random numbers behind it, the end of its stream, or a failure. */
export type Answer =
  | { readonly kind: 'batch'; readonly id: number; readonly batch: Packed; readonly state: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'failure'; readonly id: number; readonly error: Failure };

/** An error as text, since classes do not cross threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly stack: string;
}

/** The failure that an error is. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null, stack: String(error) };
  const { name, message, stack = '' } = error;
  const code = (error as { code?: unknown }).code;
  return { name, message, code: typeof code === 'string' ? code : null, stack };
}
