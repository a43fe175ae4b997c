// Whole networks: a training step (gradients dropped, forward, loss, backward, optimizer) and inference.
import { inferenceMode, nn, optim, randint, randn, type Tensor } from '../lib/index.ts';
import type { Workloads } from './measure.ts';

const F = nn.functional;

class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 6, 5);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(400, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  override forward(x: Tensor): Tensor {
    const first = F.maxPool2d(F.relu(this.conv1(x)), 2);
    const second = F.maxPool2d(F.relu(this.conv2(first)), 2);
    const flat = second.view(second.size(0), -1);
    return this.fc3(F.relu(this.fc2(F.relu(this.fc1(flat)))));
  }
}

const mlp = () =>
  new nn.Sequential(
    new nn.Linear(784, 512),
    new nn.ReLU(),
    new nn.Linear(512, 512),
    new nn.ReLU(),
    new nn.Linear(512, 10),
  );

interface Job {
  readonly model: () => nn.Module;
  readonly features: readonly number[];
  readonly optimizer: (net: nn.Module) => optim.Optimizer;
  readonly batches: readonly number[];
}

const jobs: Record<string, Job> = {
  lenet: {
    model: () => new LeNet(),
    features: [3, 32, 32],
    optimizer: (net) => new optim.SGD(net.parameters(), { lr: 0.01, momentum: 0.9 }),
    batches: [1, 16, 64, 256],
  },
  mlp: {
    model: mlp,
    features: [784],
    optimizer: (net) => new optim.Adam(net.parameters(), { lr: 1e-4 }),
    batches: [1, 128],
  },
};

/** `<train or infer>/<network>/b<batch>` */
export const workloads: Workloads = {};

for (const [job, { model, features, optimizer, batches }] of Object.entries(jobs)) {
  for (const batch of batches) {
    workloads[`train/${job}/b${batch}`] = () => {
      const net = model();
      const steps = optimizer(net);
      const x = randn([batch, ...features]);
      const target = randint(0, 10, [batch]);
      return () => {
        steps.zeroGrad();
        F.crossEntropy(net(x) as Tensor, target).backward();
        steps.step();
      };
    };
    workloads[`infer/${job}/b${batch}`] = () => {
      const net = model().eval();
      const x = randn([batch, ...features]);
      return () => inferenceMode(() => net(x));
    };
  }
}
