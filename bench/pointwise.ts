// Operators on 4 million floats: elementwise, reductions, softmax, normalisation and a transposed copy. Memory decides
// most of them.
import { nn, noGrad, randn, type Tensor } from '../dist/index.js';
import type { Workloads } from './measure.ts';

const F = nn.functional;

const operators: Record<string, (x: Tensor) => unknown> = {
  relu: F.relu,
  gelu: F.gelu,
  sigmoid: F.sigmoid,
  tanh: F.tanh,
  exp: (x) => x.exp(),
  add: (x) => x.add(x),
  mul_scalar: (x) => x.mul(1.5),
  sum: (x) => x.sum(),
  sum_dim1: (x) => x.sum(1),
  mean_last: (x) => x.mean(-1),
  softmax_last: (x) => F.softmax(x, -1),
  log_softmax_last: (x) => F.logSoftmax(x, -1),
  layer_norm_last: (x) => F.layerNorm(x, [64]),
  transpose_copy: (x) => x.transpose(1, 2).contiguous(),
  argmax_last: (x) => x.argmax(-1),
};

/** `pointwise/<operator>/<shape>` */
export const workloads: Workloads = {};

workloads['batch_norm/train/64x32x28x28'] = () => {
  const x = randn(64, 32, 28, 28);
  const norm = new nn.BatchNorm2d(32);
  return () => noGrad(() => norm(x));
};

// One operand for all: the workloads compete for the cache as they would in a program.
let operand: Tensor | null = null;

for (const [name, operator] of Object.entries(operators)) {
  workloads[`pointwise/${name}/64x1024x64`] = () => {
    operand ??= randn([64, 1024, 64]);
    const x = operand;
    return () => operator(x);
  };
}
