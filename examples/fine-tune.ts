// Goes on from weights that PyTorch saved: reads them, freezes all but the last layer, and trains that on a new task.
import { fileURLToPath } from 'node:url';
import { data, io, manualSeed, nn, optim, randn, type Tensor, Trainer } from 'flambeau';
import { commandLine } from './command-line.ts';

const fixture = fileURLToPath(new URL('../test/io/fixtures/module.pt', import.meta.url));
const options = commandLine('fine-tune', 'Trains the last layer of a network whose weights PyTorch saved.', {
  weights: [fixture, 'a state dict of torch.save of the network below'],
  epochs: [30, 'passes over the data'],
  save: [null, 'a file for the new weights, .pt or .safetensors'],
  seed: [0, 'seed of the data'],
});

// The network as it stands in Python: class Net(torch.nn.Module) with a, norm, b, and a again as tied.
class Net extends nn.Module {
  a = new nn.Linear(3, 4);
  norm = new nn.BatchNorm1d(4);
  b = new nn.Linear(4, 3, { bias: false });
  tied = this.a;

  override forward(x: Tensor): Tensor {
    return this.b(this.norm(this.a(x)));
  }
}

const net = new Net();
const found = await io.load<nn.StateDict>(options.weights);
console.log(`${found.size} tensors: ${net.loadStateDict(found)}`);
for (const layer of [net.a, net.norm]) layer.requiresGrad_(false);

manualSeed(options.seed);
const x = randn(64, 3);
const set = new data.TensorDataset(x, x.flip(1));
const before = net.a.weight.clone();
const trainable = [...net.parameters()].filter((parameter) => parameter.requiresGrad);
const trainer = new Trainer({
  module: net,
  optimizer: new optim.Adam(trainable, { lr: 0.05 }),
  loss: nn.functional.mseLoss,
});
const loader = new data.DataLoader<Tensor[]>(set, { batchSize: 16, shuffle: true });
const start = await trainer.evaluate(loader);
await trainer.fit(loader, { epochs: options.epochs });
const end = await trainer.evaluate(loader);
console.log(`trained ${trainable.length} of ${[...net.parameters()].length} parameters`);
console.log(`loss ${start?.loss?.toFixed(4)} before, ${end?.loss?.toFixed(4)} after`);
console.log(`frozen weights are ${net.a.weight.equal(before) ? 'unchanged' : 'changed'}`);
if (options.save !== null) {
  await io.save(net.stateDict(), options.save);
  console.log(`saved in ${options.save}`);
}
