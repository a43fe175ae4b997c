// Loads the library in one worker after the other and never in the main thread; prints resident memory after each.
import { isMainThread } from 'node:worker_threads';
import { startWorker } from './worker.ts';

if (isMainThread) {
  const samples: number[] = [];
  for (let i = 0; i < 8; i++) {
    const worker = startWorker(import.meta.url);
    await new Promise((resolve) => worker.once('exit', resolve));
    samples.push(process.memoryUsage.rss());
  }
  console.log(JSON.stringify({ samples }));
} else {
  const { ones } = await import('../../../lib/index.ts');
  ones(16 << 20).add(1);
}
