// One pass over a dataset with workers: who makes which batch, how far ahead, and in which order they are handed out.
import { unpack } from './packing.ts';
import type { Answer } from './worker-messages.ts';
import { type Waiting, type WorkerPool, workerError } from './worker-pool.ts';

/** How far a pass has come: enough for other workers to go on. */
export interface PassState {
  /** The worker whose turn is next. */
  readonly turn: number;
  /** Batches that each worker has delivered. */
  readonly delivered: readonly number[];
  /** The state of each worker's random numbers after them; null where nothing was drawn yet. */
  readonly states: readonly (Uint8Array | null)[];
}

/** The beginning of a first pass. */
export function freshState(workers: number): PassState {
  const each = Array.from({ length: workers });
  return { turn: 0, delivered: each.map(() => 0), states: each.map(() => null) };
}

/** What a pass is given. */
export interface PassOptions extends Waiting {
  /** Requests on their way for each worker, at most. */
  readonly prefetchFactor: number;
  readonly inOrder: boolean;
}

/** A request that was sent: its worker, and the answer once it is there. */
interface Task<Mark> {
  readonly worker: number;
  readonly mark: Mark;
  answer: Answer | null;
}

/** A batch with its place in the pass. */
export interface Delivery<Mark> {
  readonly batch: unknown;
  readonly mark: Mark;
  readonly state: PassState;
}

/** The next order to send: positions, null for the next of a stream; with what belongs to it. */
export interface Order<Mark> {
  readonly order: number | readonly number[] | null;
  readonly mark: Mark;
}

// Numbers of requests go on from pass to pass: answers to the requests of a pass that was left are told apart by them.
const nextId = new WeakMap<WorkerPool, number>();

/**
 * The batches of one pass: requests go to the workers in turns, at most `prefetchFactor` for each are open or unread.
 *
 * @source torch.utils.data.dataloader._MultiProcessingDataLoaderIter
 */
export async function* workerPass<Mark>(
  pool: WorkerPool,
  orders: Iterator<Order<Mark>>,
  from: PassState,
  options: PassOptions,
): AsyncGenerator<Delivery<Mark>, void, void> {
  const first = nextId.get(pool) ?? 0;
  let sent = first;
  let read = first;
  let { turn } = from;
  const delivered = [...from.delivered];
  const states = [...from.states];
  const active = states.map(() => true);
  const tasks = new Map<number, Task<Mark>>();

  const request = () => {
    if (!active.includes(true)) return;
    const next = orders.next();
    if (next.done === true) return;
    while (!active[turn % pool.size]) turn += 1;
    const worker = turn % pool.size;
    turn += 1;
    const { order, mark } = next.value;
    tasks.set(sent, { worker, mark, answer: null });
    pool.send(worker, { kind: 'batch', id: sent, order });
    sent += 1;
    nextId.set(pool, sent);
  };
  const deliver = (id: number, task: Task<Mark>, answer: Answer): Delivery<Mark> => {
    const { worker, mark } = task;
    tasks.delete(id);
    request();
    if (answer.kind === 'failure') throw workerError(worker, answer.error);
    if (answer.kind === 'batch') {
      delivered[worker] = (delivered[worker] ?? 0) + 1;
      states[worker] = answer.state;
    }
    const batch = answer.kind === 'batch' ? unpack(answer.batch) : undefined;
    return { batch, mark, state: { turn: worker + 1, delivered: [...delivered], states: [...states] } };
  };

  for (let i = 0; i < pool.size; i++) {
    pool.send(i, { kind: 'begin', delivered: delivered[i] ?? 0, state: states[i] ?? null });
  }
  for (let i = 0; i < pool.size * options.prefetchFactor; i++) request();
  while (true) {
    // Steps over what is done, and over what workers at the end of their stream were still asked for.
    for (; read < sent; read++) {
      const task = tasks.get(read);
      if (task !== undefined && (task.answer !== null || active[task.worker])) break;
      tasks.delete(read);
    }
    if (read === sent) return;
    const ready = tasks.get(read);
    if (ready !== undefined && ready.answer !== null) {
      yield deliver(read, ready, ready.answer);
      continue;
    }
    const { answer } = await pool.receive(options);
    const task = tasks.get(answer.id);
    if (task === undefined) continue;
    if (answer.kind === 'end') {
      active[task.worker] = false;
      tasks.delete(answer.id);
      request();
    } else if (options.inOrder) task.answer = answer;
    else yield deliver(answer.id, task, answer);
  }
}
