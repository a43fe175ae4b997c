// Trains a small residual network on CIFAR-10: `npm run resnet-cifar -- --data DIR`.
// @source He et al., "Deep residual learning for image recognition", section 4.2
import { data, Generator, manualSeed, nn, optim, rand, randint, type Tensor, Trainer, tensor, train } from 'flambeau';
import { commandLine } from './command-line.ts';

const F = nn.functional;
const options = commandLine('resnet-cifar', 'Trains a small residual network on CIFAR-10.', {
  data: [null, 'folder of the binary version of CIFAR-10; without it the program draws pictures'],
  epochs: [3, 'passes over the training pictures'],
  images: [2000, 'pictures to draw'],
  blocks: [1, 'residual blocks of each of the three sizes; 3 makes ResNet-20'],
  width: [16, 'channels of the first size'],
  'batch-size': [64, 'pictures in a step'],
  lr: [0.1, 'learning rate at the beginning'],
  checkpoint: [null, 'a folder for checkpoints; the run goes on from the newest'],
  seed: [0, 'seed of weights, order and pictures'],
});

class Block extends nn.Module {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  shortcut: nn.Module;

  constructor(channels: number, out: number, stride: number) {
    super();
    this.conv1 = new nn.Conv2d(channels, out, 3, { stride, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(out);
    this.conv2 = new nn.Conv2d(out, out, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(out);
    const same = stride === 1 && channels === out;
    this.shortcut = same
      ? new nn.Identity()
      : new nn.Sequential(new nn.Conv2d(channels, out, 1, { stride, bias: false }), new nn.BatchNorm2d(out));
  }

  override forward(x: Tensor): Tensor {
    const y = this.bn2(this.conv2(F.relu(this.bn1(this.conv1(x)))));
    return F.relu(y.add(this.shortcut(x) as Tensor));
  }
}

/** Pictures (N, 3, 32, 32) to scores (N, 10). */
function resNet(blocks: number, width: number): nn.Sequential {
  const body = [1, 2, 4].flatMap((factor, size) =>
    Array.from({ length: blocks }, (_, i) => {
      const first = i === 0 && size > 0;
      return new Block(first ? (width * factor) / 2 : width * factor, width * factor, first ? 2 : 1);
    }),
  );
  return new nn.Sequential(
    new nn.Conv2d(3, width, 3, { padding: 1, bias: false }),
    new nn.BatchNorm2d(width),
    new nn.ReLU(),
    ...body,
    new nn.AdaptiveAvgPool2d(1),
    new nn.Flatten(),
    new nn.Linear(4 * width, 10),
  );
}

/** Stripes of ten directions and random colours under noise. */
function drawnPictures(count: number, seed: number): data.TensorDataset {
  const generator = new Generator().manualSeed(seed);
  const labels = randint(10, [count], { generator });
  const line = tensor(Array.from({ length: 32 }, (_, i) => i / 4));
  const angle = labels.to('float32').mul(Math.PI / 10);
  const along = (part: Tensor, axis: Tensor) => part.view(count, 1, 1, 1).mul(axis);
  const phase = rand(count, 1, 1, 1, { generator }).mul(2 * Math.PI);
  const waves = along(angle.cos(), line.view(1, 32))
    .add(along(angle.sin(), line.view(32, 1)))
    .add(phase)
    .sin();
  const colours = rand(count, 3, 1, 1, { generator });
  const noise = rand(count, 3, 32, 32, { generator }).mul(0.4);
  const pictures = waves.mul(0.5).add(0.5).mul(colours).add(noise).clamp(0, 1);
  return new data.TensorDataset(pictures.mul(255).to('uint8'), labels);
}

function loadPictures(): [train: data.TensorDataset, test: data.TensorDataset] {
  if (options.data !== null) return [new data.CIFAR10(options.data), new data.CIFAR10(options.data, { train: false })];
  console.log('No CIFAR-10 (--data DIR): training on pictures drawn by this program.');
  return [drawnPictures(options.images, 1), drawnPictures(Math.ceil(options.images / 5), 2)];
}

// Mean and deviation of the colours in CIFAR-10.
const mean = tensor([0.4914, 0.4822, 0.4465]).view(3, 1, 1);
const deviation = tensor([0.247, 0.2435, 0.2616]).view(3, 1, 1);
const prepare = (pictures: Tensor) => pictures.to('float32').div(255).sub(mean).div(deviation);

// Moved by up to four pixels, all pictures of a batch alike; the place is drawn anew for each batch.
function moved(pictures: Tensor): Tensor {
  const [y = 0, x = 0] = randint(9, [2]).tolist() as number[];
  return F.pad(pictures, [4, 4, 4, 4]).narrow(2, y, 32).narrow(3, x, 32).contiguous();
}

manualSeed(options.seed);
const [known, unseen] = loadPictures();
const module = resNet(options.blocks, options.width);
const optimizer = new optim.SGD(module.parameters(), { lr: options.lr, momentum: 0.9, weightDecay: 1e-4 });
const loader = new data.DataLoader<Tensor[]>(known, { batchSize: options['batch-size'], shuffle: true });
const trainer = new Trainer<Tensor[]>({
  module,
  optimizer,
  scheduler: new optim.lrScheduler.CosineAnnealingLR(optimizer, options.epochs * loader.length),
  schedulerEvery: 'step',
  metrics: { accuracy: new train.Accuracy() },
  step([pictures, target]) {
    const x = prepare(pictures as Tensor);
    const output = module(module.training ? moved(x) : x) as Tensor;
    return { loss: F.crossEntropy(output, target as Tensor), output, target };
  },
});
const { evaluation } = await trainer.fit(loader, {
  epochs: options.epochs,
  evaluate: new data.DataLoader<Tensor[]>(unseen, { batchSize: 250 }),
  checkpoint: options.checkpoint,
  progress: true,
});
console.log(`accuracy ${(100 * (evaluation?.accuracy ?? 0)).toFixed(2)} % on ${unseen.length} pictures not seen`);
