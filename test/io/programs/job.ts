// A training job that saves after each step and prints its weights at the end: job.ts FOLDER [STEPS]
import { data, manualSeed, nn, optim, randn, type Tensor, Trainer } from 'flambeau';

const [folder = '', steps = '40'] = process.argv.slice(2);
manualSeed(3);
const x = randn(30, 4);
const module = new nn.Sequential(new nn.Linear(4, 64), new nn.Dropout(0.2), new nn.Linear(64, 1));
const optimizer = new optim.Adam(module.parameters(), { lr: 0.01 });
const set = new data.TensorDataset(x, x.sum(1, { keepdim: true }));
const loader = new data.DataLoader<Tensor[]>(set, { batchSize: 4, shuffle: true });
const trainer = new Trainer({
  ...{ module, optimizer, loss: nn.functional.mseLoss },
  onStep: ({ step }) => void process.stdout.write(`step ${step}\n`),
});
await trainer.fit(loader, { steps: Number(steps), checkpoint: { folder, everySteps: 1 } });
process.stdout.write(`weights ${JSON.stringify([...module.parameters()].map((p) => p.tolist()))}\n`);
