// Starts workers and terminates each at a random point, some of them in a kernel: storm.ts [WORKERS]
import { isMainThread, parentPort } from 'node:worker_threads';
import { startWorker } from './worker.ts';

const atOnce = 8;

async function work(): Promise<void> {
  const { matmul, nn, ones, optim, randn } = await import('../../../lib/index.ts');
  parentPort?.postMessage('ready');
  const net = new nn.Sequential(new nn.Linear(64, 128), new nn.ReLU(), new nn.Linear(128, 10));
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
  const big = ones(384, 384);
  for (;;) {
    optimizer.zeroGrad();
    net.forward(randn(32, 64)).sum().backward();
    optimizer.step();
    matmul(big, big);
  }
}

async function storm(count: number): Promise<void> {
  let started = 0;
  const lane = async (): Promise<void> => {
    while (started < count) {
      const index = started++;
      const worker = startWorker(import.meta.url);
      // Half are ended while they load, at a random point; the others soon after their first kernels.
      if (index % 2 === 0) {
        await new Promise((resolve) => worker.once('message', resolve));
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
      } else {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 600));
      }
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  console.log(JSON.stringify({ workers: count, rss: process.memoryUsage.rss() }));
}

if (isMainThread) {
  await storm(Number(process.argv[2] ?? 100));
} else {
  await work();
}
