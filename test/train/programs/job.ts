// A training job in a folder: prints each step, pauses after it, and prints a checksum of the weights at its end.
import { setTimeout as sleep } from 'node:timers/promises';
import { data, manualSeed, nn, optim, randn, type Tensor, Trainer } from 'flambeau';

const [folder = '', steps = '40', pause = '50'] = process.argv.slice(2);
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
await trainer.fit(loader, { steps: Number(steps), checkpoint: folder });
console.log(`weights ${JSON.stringify([...module.parameters()].map((p) => p.tolist()))}`);
