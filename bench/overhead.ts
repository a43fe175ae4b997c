// What one call costs besides its arithmetic: run with `npx tsx bench/overhead.ts`.
import { add, noGrad, randn, setNumThreads } from '../dist/index.js';
import * as kernels from '../dist/native/kernels.gen.js';
import { allocate } from '../dist/native/storage.js';

const calls = 200_000;

function nanoseconds(run: () => unknown): number {
  for (let i = 0; i < calls / 4; i++) run();
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) run();
    return ((performance.now() - start) * 1e6) / calls;
  });
  return Math.min(...times);
}

setNumThreads(1);
const x = randn([4]);
const y = randn([4]);
const out = randn([4]);
const weight = randn([4], { requiresGrad: true });
const shape = [4];
const unit = [1];

const rows: Record<string, () => unknown> = {
  'kernel call, 4 elements': () => kernels.add('float32', x, y, out, shape, unit, unit, unit),
  'allocation of 16 bytes': () => allocate(16),
  'add of 4 elements': () => noGrad(() => add(x, y)),
  'add of 4 elements, recorded': () => add(weight, y),
  'add of 4 elements, backward': () => add(weight, y).backward(x),
};

for (const [name, run] of Object.entries(rows))
  console.log(`${name.padEnd(30)} ${nanoseconds(run).toFixed(0).padStart(6)} ns`);
