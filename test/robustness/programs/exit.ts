// Calls process.exit() while two workers are inside kernels: exit.ts [THREADS]
import { isMainThread, parentPort } from 'node:worker_threads';
import { matmul, ones, setNumThreads } from '../../../lib/index.ts';
import { startWorker } from './worker.ts';

if (isMainThread) {
  setNumThreads(Number(process.argv[2] ?? 2));
  const workers = [0, 1].map(() => startWorker(import.meta.url));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  matmul(ones(256, 256), ones(256, 256));
  process.exit(7);
} else {
  const big = ones(512, 512);
  parentPort?.postMessage('ready');
  for (;;) matmul(big, big);
}
