// Trains LeNet on MNIST and tests it: `npm run lenet`, or `npm run lenet -- --help` for the options.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import {
  cpuInfo,
  data,
  Generator,
  getNumThreads,
  io,
  manualSeed,
  nn,
  noGrad,
  optim,
  setNumThreads,
  type Tensor,
  zeros,
} from 'flambeau';
import { drawnDigits } from './drawn-digits.ts';

const F = nn.functional;

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 6, 5);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3: nn.Linear;

  constructor(classes: number) {
    super();
    this.fc3 = new nn.Linear(84, classes);
  }

  override forward(x: Tensor): Tensor {
    let out = F.maxPool2d(F.relu(this.conv1(x)), 2);
    out = F.maxPool2d(F.relu(this.conv2(out)), 2);
    out = out.view(out.size(0), -1);
    out = F.relu(this.fc1(out));
    out = F.relu(this.fc2(out));
    return this.fc3(out);
  }
}

const usage = `npm run lenet -- [options]
  --data DIR         the four IDX files of MNIST, gzip or not (default: ../shared/data/mnist, otherwise drawn digits)
  --epochs N         passes over the training images (default 3)
  --batch-size B     images in a step (default 64)
  --lr R             learning rate (default 0.01)
  --no-shuffle       take the images in the order of the file
  --seed S           seed of weights and order (default 0)
  --threads T        threads (default: what the machine has)
  --save FILE        where the weights go (default lenet.safetensors; with --json none)
  --json             print one JSON object and nothing else`;

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    epochs: { type: 'string', default: '3' },
    'batch-size': { type: 'string', default: '64' },
    lr: { type: 'string', default: '0.01' },
    'no-shuffle': { type: 'boolean', default: false },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string' },
    save: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(usage);
  process.exit();
}

function say(text: string): void {
  if (!options.json) console.log(text);
}

function loadDigits(): { train: data.TensorDataset; test: data.TensorDataset } {
  const standard = '../shared/data/mnist';
  const folder = options.data ?? (existsSync(standard) ? standard : null);
  if (folder === null) {
    say('No MNIST here (--data DIR): training on digits drawn by this program.');
    return { train: drawnDigits(6_000, 1), test: drawnDigits(1_000, 2) };
  }
  say(`Training on MNIST in ${folder}.`);
  return { train: new data.MNIST(folder), test: new data.MNIST(folder, { train: false }) };
}

// Images (n, 28, 28) in bytes as (n, 3, 32, 32): mean 0 and standard deviation 1 over MNIST, then a border of zeros.
function prepare(images: Tensor): Tensor {
  const n = images.size(0);
  const padded = zeros([n, 32, 32]);
  padded.set([':', '2:30', '2:30'], images.to('float32').div(255).sub(0.1307).div(0.3081));
  return padded.unsqueeze(1).expand(n, 3, 32, 32).contiguous();
}

// Percent of the images that are recognised. A stream of its own keeps the order of training independent of testing.
function accuracy(net: LeNet, set: data.TensorDataset): number {
  net.eval();
  const loader = new data.DataLoader<Tensor[]>(set, { batchSize: 1000, generator: new Generator() });
  const right = noGrad(() => {
    let sum = 0;
    for (const [images, labels] of loader) {
      if (images === undefined || labels === undefined) continue;
      sum += Number(net(prepare(images)).argmax(1).eq(labels).sum().item());
    }
    return sum;
  });
  net.train();
  return (100 * right) / set.length;
}

if (options.threads !== undefined) setNumThreads(Number(options.threads));
const batchSize = Number(options['batch-size']);
const epochs = Number(options.epochs);
const { train, test } = loadDigits();

manualSeed(Number(options.seed));
const net = new LeNet(10);
const optimizer = new optim.SGD(net.parameters(), { lr: Number(options.lr), momentum: 0.9 });
const loader = new data.DataLoader<Tensor[]>(train, { batchSize, shuffle: !options['no-shuffle'] });
const losses: number[] = [];

const drawsBar = !options.json && process.stdout.isTTY;
let seconds = 0;
for (let epoch = 1; epoch <= epochs; epoch++) {
  const format = `epoch ${epoch}/${epochs} [{bar}] {percentage}% | loss {loss} | {rate} images/s | ETA {eta_formatted}`;
  const bar = drawsBar ? new SingleBar({ format, hideCursor: true, etaBuffer: 50 }) : null;
  bar?.start(loader.length, 0, { loss: '-', rate: '-' });
  const start = performance.now();
  let step = 0;
  for await (const [images, labels] of loader) {
    if (images === undefined || labels === undefined) continue;
    optimizer.zeroGrad();
    const loss = F.crossEntropy(net(prepare(images)), labels);
    loss.backward();
    optimizer.step();
    losses.push(Number(loss.item()));
    step += 1;
    if (step % 10 !== 0 && step !== loader.length) continue;
    const elapsed = (performance.now() - start) / 1000;
    const rate = (step * batchSize) / elapsed;
    const mean = losses.slice(-50).reduce((sum, value) => sum + value, 0) / Math.min(50, losses.length);
    const status = { loss: mean.toFixed(4), rate: rate.toFixed(0) };
    if (bar !== null) bar.update(step, status);
    else if (step % 200 === 0 || step === loader.length) {
      const left = ((loader.length - step) * elapsed) / step;
      say(
        `epoch ${epoch}/${epochs} step ${step}/${loader.length} loss ${status.loss} ${status.rate} images/s ETA ${left.toFixed(0)} s`,
      );
    }
  }
  bar?.stop();
  seconds += (performance.now() - start) / 1000;
  if (epoch < epochs && !options.json) say(`epoch ${epoch}: accuracy ${accuracy(net, test).toFixed(2)} %`);
}

const result = accuracy(net, test);
say(`accuracy ${result.toFixed(2)} % on ${test.length} test images after ${seconds.toFixed(1)} s of training`);
const file = options.save ?? (options.json ? null : 'lenet.safetensors');
if (file !== null) {
  await io.save(net.stateDict(), file);
  say(`weights saved in ${file}`);
}
if (options.json) {
  console.log(JSON.stringify({ losses, accuracy: result, seconds, threads: getNumThreads(), isa: cpuInfo().isa }));
}
