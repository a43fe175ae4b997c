// Convolutions: LeNet's layers, the stages of a residual network, its first layer, one by one, strided and depthwise.
import { autograd, nn, noGrad, randn, randnLike } from '../dist/index.js';
import type { Workloads } from './measure.ts';

const F = nn.functional;

const layers = [
  { n: 1, c: 3, s: 32, o: 6, k: 5, t: 1, p: 0 },
  { n: 64, c: 3, s: 32, o: 6, k: 5, t: 1, p: 0 },
  { n: 64, c: 6, s: 14, o: 16, k: 5, t: 1, p: 0 },
  { n: 8, c: 64, s: 56, o: 64, k: 3, t: 1, p: 1 },
  { n: 8, c: 128, s: 28, o: 128, k: 3, t: 1, p: 1 },
  { n: 8, c: 256, s: 14, o: 256, k: 3, t: 1, p: 1 },
  { n: 8, c: 512, s: 7, o: 512, k: 3, t: 1, p: 1 },
  { n: 8, c: 3, s: 224, o: 64, k: 7, t: 2, p: 3 },
  { n: 8, c: 256, s: 14, o: 1024, k: 1, t: 1, p: 0 },
  { n: 8, c: 64, s: 56, o: 128, k: 3, t: 2, p: 1 },
];

/** `conv2d/<direction>/n<batch>_c<channels>_s<side>_o<outputs>_k<kernel>_t<stride>_p<padding>` */
export const workloads: Workloads = {};

for (const layer of layers) {
  const { n, c, s, o, k, t: stride, p: padding } = layer;
  const name = Object.entries(layer)
    .map(([letter, value]) => `${letter}${value}`)
    .join('_');
  const operands = () => ({
    x: randn([n, c, s, s], { requiresGrad: true }),
    weight: randn([o, c, k, k], { requiresGrad: true }),
    bias: randn([o], { requiresGrad: true }),
  });
  workloads[`conv2d/forward/${name}`] = () => {
    const { x, weight, bias } = operands();
    return () => noGrad(() => F.conv2d(x, weight, bias, { stride, padding }));
  };
  workloads[`conv2d/backward/${name}`] = () => {
    const { x, weight, bias } = operands();
    const y = F.conv2d(x, weight, bias, { stride, padding });
    const dy = randnLike(y);
    return () => autograd.grad(y, [x, weight, bias], { gradOutputs: dy, retainGraph: true });
  };
}

workloads['conv2d/forward/depthwise_n8_c128_s28_k3_p1'] = () => {
  const x = randn([8, 128, 28, 28]);
  const weight = randn([128, 1, 3, 3]);
  return () => F.conv2d(x, weight, null, { padding: 1, groups: 128 });
};
