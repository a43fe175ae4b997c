// The thread of one worker: makes its dataset, then answers requests for batches in their order.
import '../methods.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { StateError } from '../errors.ts';
import { defaultGenerator, manualSeed, stateOf } from '../tensor/random.ts';
import { bytesOf, fromTypedArray } from '../tensor/tensor.ts';
import { type Indexed, isIndexed } from './dataset.ts';
import { type Collate, fetchBatch, StreamReader } from './fetch.ts';
import { pack, unpack } from './packing.ts';
import { importExport, makeDataset } from './worker-dataset.ts';
import { becomeWorker } from './worker-info.ts';
import { type Answer, failureOf, type Request, type WorkerSetup } from './worker-messages.ts';

const setup = workerData as WorkerSetup;
const port = parentPort;

interface Ready {
  readonly dataset: object;
  readonly collate: Collate;
}

async function start(): Promise<Ready> {
  const { source, id, numWorkers, seed } = setup;
  const dataset = await makeDataset(source.url, unpack(source.args) as unknown[]);
  const collate = setup.collateFn === null ? null : ((await importExport(setup.collateFn)) as Collate);
  becomeWorker({ id, numWorkers, seed, dataset });
  // What making the dataset drew does not count: PyTorch's workers are given a dataset that is made.
  manualSeed(seed);
  if (setup.workerInitFn !== null) {
    const init = (await importExport(setup.workerInitFn)) as (worker: number) => unknown;
    await init(id);
  }
  return { dataset, collate };
}

// An error of the beginning is the answer to every request.
const ready = start();
ready.catch(() => undefined);
let stream: StreamReader | null = null;
let streamError: { readonly error: unknown } | null = null;

async function begin(delivered: number, state: Uint8Array | null): Promise<void> {
  const { dataset, collate } = await ready;
  stream = null;
  streamError = null;
  try {
    if (!isIndexed(dataset)) {
      stream = new StreamReader(dataset, setup.batchSize, setup.dropLast, collate);
      for (let i = 0; i < delivered; i++) if ((await stream.next()) === null) break;
    }
  } catch (error) {
    streamError = { error };
  }
  if (state !== null) defaultGenerator.setState(fromTypedArray(state, [state.length], 'uint8'));
}

async function answer(id: number, order: number | readonly number[] | null): Promise<void> {
  const { dataset, collate } = await ready;
  if (streamError !== null) throw streamError.error;
  let batch: unknown;
  if (order !== null) batch = await fetchBatch(dataset as Indexed<unknown>, order, collate);
  else {
    if (stream === null) throw new StateError('DataLoader: the dataset in the worker is no stream');
    const next = await stream.next();
    if (next === null) return send({ kind: 'end', id });
    batch = await stream.join(next.elements);
  }
  const moved: ArrayBuffer[] = [];
  const packed = pack(batch, moved);
  const state = bytesOf(stateOf(defaultGenerator));
  send({ kind: 'batch', id, batch: packed, state }, [...moved, state.buffer as ArrayBuffer]);
}

function send(message: Answer, moved: ArrayBuffer[] = []): void {
  port?.postMessage(message, moved);
}

async function handle(request: Request): Promise<void> {
  if (request.kind === 'begin') return begin(request.delivered, request.state).catch(() => undefined);
  try {
    await answer(request.id, request.order);
  } catch (error) {
    send({ kind: 'failure', id: request.id, error: failureOf(error) });
  }
}

let last: Promise<void> = Promise.resolve();
port?.on('message', (request: Request) => {
  last = last.then(() => handle(request));
});
