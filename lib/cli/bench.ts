// flambeau bench: a handful of workloads, to see whether a machine does what it should.
import { inferenceMode } from '../autograd/mode.ts';
import { ValueError } from '../errors.ts';
import { conv2d } from '../functional/conv.ts';
import { crossEntropy } from '../functional/loss.ts';
import { matmul } from '../functional/matmul.ts';
import { softmax } from '../functional/softmax.ts';
import { cpuInfo, setNumThreads } from '../native/addon.ts';
import { ReLU } from '../nn/activation.ts';
import { Linear } from '../nn/linear.ts';
import { Sequential } from '../nn/sequential.ts';
import { Adam } from '../optim/adam.ts';
import { manualSeed, randint, randn } from '../tensor/random.ts';
import { printJson, table } from './text.ts';

function workloads(): Record<string, () => unknown> {
  manualSeed(0);
  const [a, b] = [randn(512, 512), randn(512, 512)];
  const [x, w] = [randn(8, 32, 28, 28), randn(32, 32, 3, 3)];
  const scores = randn(256, 1000);
  const [input, labels] = [randn(64, 128), randint(10, [64])];
  const net = new Sequential(new Linear(128, 256), new ReLU(), new Linear(256, 10));
  const optimizer = new Adam(net.parameters());
  return {
    'matmul 512x512x512': () => inferenceMode(() => matmul(a, b)),
    'conv2d 8x32x28x28, 3x3': () => inferenceMode(() => conv2d(x, w, null, { padding: 1 })),
    'softmax 256x1000': () => inferenceMode(() => softmax(scores, 1)),
    'infer MLP 128-256-10, 64': () => inferenceMode(() => net(input)),
    'train MLP 128-256-10, 64': () => {
      optimizer.zeroGrad();
      crossEntropy(net(input), labels).backward();
      optimizer.step();
    },
  };
}

/** Measures and prints the median of each workload. */
export function bench(options: { threads: string; seconds: string; json?: boolean }): void {
  const [threads, seconds] = [Number(options.threads), Number(options.seconds)];
  if (!Number.isInteger(threads) || threads < 1)
    throw new ValueError(`--threads must be at least 1, got ${options.threads}`);
  if (!(seconds > 0)) throw new ValueError(`--seconds must be above 0, got ${options.seconds}`);
  setNumThreads(threads);
  const us = Object.fromEntries(Object.entries(workloads()).map(([name, run]) => [name, median(run, seconds)]));
  const { isa } = cpuInfo();
  if (options.json) printJson({ isa, threads, us });
  else {
    const rows = Object.entries(us).map(([name, value]) => [name, `${value.toFixed(1)} us`]);
    console.log(`${table(rows, [1])}\n${isa} kernels, ${threads} ${threads === 1 ? 'thread' : 'threads'}`);
  }
}

function median(run: () => unknown, seconds: number): number {
  for (let i = 0; i < 3; i++) run();
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < 3 || performance.now() < end) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return Math.round(1e4 * (times[times.length >> 1] ?? 0)) / 10;
}
