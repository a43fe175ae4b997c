// A training job: prints each step, pauses after it, and prints the weights at its end: job.ts FOLDER [STEPS PAUSE EVERY]
import { setTimeout as sleep } from 'node:timers/promises';
import { data, manualSeed, nn, optim, randn, type Tensor, Trainer } from 'flambeau';

const [folder = '', steps = '40', pause = '50', every] = process.argv.slice(2);
manualSeed(3);
const x = randn(30, 4);
const module = new nn.Sequential(new nn.Linear(4, 8), new nn.Dropout(0.2), new nn.Linear(8, 1));
const optimizer = new optim.Adam(module.parameters(), { lr: 0.01 });
const set = new data.TensorDataset(x, x.sum(1, { keepdim: true }));
const loader = new data.DataLoader<Tensor[]>(set, { batchSize: 4, shuffle: true });
const trainer = new Trainer({
  ...{ module, optimizer, loss: nn.functional.mseLoss },
  async onStep({ step }) {
    console.log(`step ${step}`);
    await sleep(Number(pause));
  },
});
const everySteps = every === undefined ? undefined : Number(every);
await trainer.fit(loader, { steps: Number(steps), checkpoint: { folder, everySteps } });
console.log(`weights ${JSON.stringify([...module.parameters()].map((p) => p.tolist()))}`);
