// Whole networks: a training step (gradients dropped, forward, loss, backward, optimizer) and inference.
import { inferenceMode, nn, optim, randint, randn, type Tensor } from '../dist/index.js';
import type { Workloads } from './measure.ts';
import { Gpt, LeNet, Lstm, mlp, resnet8 } from './networks.ts';

const F = nn.functional;

interface Job {
  readonly model: () => nn.Module;
  readonly input: (batch: number) => Tensor;
  readonly classes: number;
  /** Predictions for each example of a batch. Default 1. */
  readonly predictions?: number;
  readonly optimizer: (net: nn.Module) => optim.Optimizer;
  readonly batches: readonly number[];
}

const sgd = (net: nn.Module) => new optim.SGD(net.parameters(), { lr: 0.01, momentum: 0.9 });
const adam = (net: nn.Module) => new optim.Adam(net.parameters(), { lr: 1e-4 });
const images = (batch: number) => randn(batch, 3, 32, 32);

const jobs: Record<string, Job> = {
  lenet: { model: () => new LeNet(), input: images, classes: 10, optimizer: sgd, batches: [1, 16, 64, 256] },
  mlp: { model: mlp, input: (batch) => randn(batch, 784), classes: 10, optimizer: adam, batches: [1, 128] },
  resnet8: { model: resnet8, input: images, classes: 10, optimizer: sgd, batches: [1, 32] },
  gpt: {
    model: () => new Gpt(),
    input: (batch) => randint(0, 256, [batch, 64]),
    classes: 256,
    predictions: 64,
    optimizer: adam,
    batches: [1, 8],
  },
  lstm: {
    model: () => new Lstm(),
    input: (batch) => randn(batch, 32, 64),
    classes: 10,
    optimizer: adam,
    batches: [1, 32],
  },
};

/** `<train or infer>/<network>/b<batch>` */
export const workloads: Workloads = {};

for (const [job, { model, input, classes, predictions = 1, optimizer, batches }] of Object.entries(jobs)) {
  for (const batch of batches) {
    workloads[`train/${job}/b${batch}`] = () => {
      const net = model();
      const steps = optimizer(net);
      const x = input(batch);
      const target = randint(0, classes, [batch * predictions]);
      return () => {
        steps.zeroGrad();
        F.crossEntropy(net(x) as Tensor, target).backward();
        steps.step();
      };
    };
    workloads[`infer/${job}/b${batch}`] = () => {
      const net = model().eval();
      const x = input(batch);
      return () => inferenceMode(() => net(x));
    };
  }
}
