// An HTTP service that answers while its model is trained in a worker thread: `npm run serve`.
//
//   curl localhost:3000/status
//   curl localhost:3000/predict -H 'content-type: application/json' -d '{"x": [[0.1, 0.2]]}'
import { Worker } from 'node:worker_threads';
import Fastify from 'fastify';
import { inferenceMode, type NestedArray, type nn, setNumThreads, tensor } from 'flambeau';
import { commandLine } from './command-line.ts';
import { type Message, makeModel } from './serve-worker.ts';

const options = commandLine('serve', 'Trains in a worker thread, and answers with the newest weights meanwhile.', {
  port: [3000, 'port to listen on; 0 takes a free one'],
  host: ['127.0.0.1', 'address to listen on'],
  steps: [20_000, 'training steps'],
  seed: [0, 'seed of the weights'],
});

// A prediction is small: one thread is enough, and leaves the others to training.
setNumThreads(1);
const model = makeModel(options.seed);
model.eval();
const status = { step: 0, loss: null as number | null, done: false };

// Node 20 does not hand the TypeScript loader on to workers: this one registers it itself.
const [loader, program] = [import.meta.resolve('tsx/esm/api'), new URL('serve-worker.ts', import.meta.url).href];
const code = `import('${loader}').then(({ register }) => (register(), import('${program}')))`;
const worker = new Worker(code, { eval: true, workerData: options });
worker.on('message', (message: Message) => {
  Object.assign(status, { step: message.step, loss: message.loss, done: message.done });
  const weights = message.weights.map(([name, values, shape]) => [name, tensor(values).view(...shape)] as const);
  model.loadStateDict(new Map(weights) as nn.StateDict);
});
worker.on('error', (error) => {
  console.error(error);
  process.exit(1);
});

const app = Fastify();
app.get('/ping', () => ({ ok: true }));
app.get('/status', () => status);
app.post<{ Body: { x: number[][] } }>(
  '/predict',
  {
    schema: {
      body: {
        type: 'object',
        required: ['x'],
        properties: {
          x: {
            type: 'array',
            minItems: 1,
            maxItems: 1024,
            items: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'number' } },
          },
        },
      },
    },
  },
  ({ body }): { step: number; y: NestedArray } => {
    const y = inferenceMode(() =>
      model(tensor(body.x, { dtype: 'float32' }))
        .squeeze(1)
        .tolist(),
    );
    return { step: status.step, y: y as NestedArray };
  },
);

async function close(): Promise<void> {
  await app.close();
  await worker.terminate();
  process.exit(0);
}
process.once('SIGTERM', () => void close());
process.once('SIGINT', () => void close());

console.log(`listening on ${await app.listen({ port: options.port, host: options.host })}`);
