// Saves checkpoints as fast as it can until it is killed: every parameter holds the number of the step.
import { data, io, manualSeed, nn, noGrad, optim, tensor } from 'flambeau';

const [folder = ''] = process.argv.slice(2);
manualSeed(0);
const model = new nn.Linear(64, 256);
const optimizer = new optim.Adam(model.parameters());
const loader = new data.DataLoader(new data.TensorDataset(tensor([1, 2, 3])), { shuffle: true });
const checkpointer = new io.Checkpointer(folder, { model, optimizer, loader }, { keep: 2 });
let step = (await checkpointer.resume())?.step ?? 0;
process.stdout.write(`${step}\n`);
for (;;) {
  step += 1;
  noGrad(() => {
    for (const p of model.parameters()) p.fill_(step);
  });
  await checkpointer.save(step, { extra: new Map([['half', step / 2]]) });
}
