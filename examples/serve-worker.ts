// The worker of serve.ts: trains a model to multiply two numbers, and sends its weights to the service now and then.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { manualSeed, nn, optim, rand, type Tensor, Trainer } from 'flambeau';

/** What the worker sends. */
export interface Message {
  readonly step: number;
  readonly loss: number;
  readonly done: boolean;
  readonly weights: readonly (readonly [name: string, values: Float32Array, shape: readonly number[]])[];
}

/** The model of both threads. */
export function makeModel(seed: number): nn.Sequential {
  manualSeed(seed);
  return new nn.Sequential(
    new nn.Linear(2, 128),
    new nn.Tanh(),
    new nn.Linear(128, 128),
    new nn.Tanh(),
    new nn.Linear(128, 1),
  );
}

function* batches(): Generator<[Tensor, Tensor]> {
  for (;;) {
    const x = rand(256, 2).mul(2).sub(1);
    yield [x, x.prod(1, { keepdim: true })];
  }
}

async function trainAndSend({ steps, seed }: { steps: number; seed: number }): Promise<void> {
  const module = makeModel(seed);
  const trainer = new Trainer<[Tensor, Tensor]>({
    module,
    optimizer: new optim.Adam(module.parameters(), { lr: 0.002 }),
    loss: nn.functional.mseLoss,
    onStep({ step, loss }) {
      if (step % 50 !== 0 && step !== steps) return;
      const weights = [...module.stateDict()].map(
        ([name, x]) => [name, x.toTypedArray() as Float32Array, x.shape] as const,
      );
      const message: Message = { step, loss, done: step === steps, weights };
      parentPort?.postMessage(
        message,
        weights.map(([, { buffer }]) => buffer as ArrayBuffer),
      );
    },
  });
  await trainer.fit(batches(), { steps });
}

if (!isMainThread) await trainAndSend(workerData);
