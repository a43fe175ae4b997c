// What code that runs within a worker of a DataLoader can know about its place.

/** One worker of a DataLoader, as {@link getWorkerInfo} describes it there. */
export interface WorkerInfo {
  /** Which of them, from 0. */
  readonly id: number;
  readonly numWorkers: number;
  /** The seed that the worker's default stream began with: the loader's of this pass, plus `id`. */
  readonly seed: bigint;
  /** The worker's own dataset. */
  readonly dataset: unknown;
}

let current: WorkerInfo | null = null;

/**
 * The worker this runs in; null outside of one. @source torch.utils.data.get_worker_info
 * @example data.getWorkerInfo(); // null
 */
export function getWorkerInfo(): WorkerInfo | null {
  return current;
}

/** @internal Says that this thread is a worker. */
export function becomeWorker(info: WorkerInfo): void {
  current = info;
}
