// Pooling by windows of 2 x 2: LeNet's two layers and one large plane.
import { autograd, nn, randn, randnLike } from '../dist/index.js';
import type { Workloads } from './measure.ts';

const F = nn.functional;

const shapes = [
  [64, 6, 28, 28],
  [64, 16, 10, 10],
  [8, 64, 112, 112],
];

/** `<kind>_pool2d/<direction>/<shape>_k<window>` */
export const workloads: Workloads = {};

for (const [kind, pool] of [['max', F.maxPool2d] as const, ['avg', F.avgPool2d] as const]) {
  for (const shape of shapes) {
    const name = `${shape.join('x')}_k2`;
    workloads[`${kind}_pool2d/forward/${name}`] = () => {
      const x = randn(shape);
      return () => pool(x, 2);
    };
    workloads[`${kind}_pool2d/backward/${name}`] = () => {
      const x = randn(shape, { requiresGrad: true });
      const y = pool(x, 2);
      const dy = randnLike(y);
      return () => autograd.grad(y, x, { gradOutputs: dy, retainGraph: true });
    };
  }
}
