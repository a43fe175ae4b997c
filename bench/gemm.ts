// Matrix products: square, the layers of a small network, and a shape of odd sizes, each with either operand transposed.
import { mm, randn } from '../dist/index.js';
import type { Workloads } from './measure.ts';

const sizes = [
  [64, 64, 64],
  [128, 128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [2048, 2048, 2048],
  [64, 120, 400],
  [64, 10, 84],
  [1, 1024, 1024],
  [512, 3072, 768],
  [1000, 17, 333],
] as const;

/** `gemm/<layouts of a and b>/<m>x<n>x<k>`; t is a transposed view. */
export const workloads: Workloads = {};

for (const [m, n, k] of sizes) {
  for (const layout of ['nn', 'nt', 'tn']) {
    workloads[`gemm/${layout}/${m}x${n}x${k}`] = () => {
      const a = layout === 'tn' ? randn([k, m]).t() : randn([m, k]);
      const b = layout === 'nt' ? randn([n, k]).t() : randn([k, n]);
      return () => mm(a, b);
    };
  }
}
