// Starts a TypeScript file as a worker. Node 20 does not hand `--import tsx` on to workers, so each registers it itself.
import { Worker } from 'node:worker_threads';

/** A worker that runs the module at `url`. */
export function startWorker(url: string): Worker {
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const code = `import(${tsx}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(code, { eval: true });
}
