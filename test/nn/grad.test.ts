// Gradients of convolutions as functions are those that backward finds.
import { autograd, nn, randn, type Tensor } from 'flambeau';
import { describe, expect, test } from 'vitest';

const F = nn.functional;
const rows = [
  { name: 'conv1d', conv: F.conv1d, input: nn.grad.conv1dInput, weight: nn.grad.conv1dWeight, rank: 1 },
  { name: 'conv2d', conv: F.conv2d, input: nn.grad.conv2dInput, weight: nn.grad.conv2dWeight, rank: 2 },
  { name: 'conv3d', conv: F.conv3d, input: nn.grad.conv3dInput, weight: nn.grad.conv3dWeight, rank: 3 },
];

describe.each(rows)('$name', ({ conv, input, weight, rank }) => {
  const options = { stride: 2, padding: 1, groups: 2 };
  const x = randn([2, 4, ...Array(rank).fill(5)], { dtype: 'float64', requiresGrad: true });
  const w = randn([6, 2, ...Array(rank).fill(3)], { dtype: 'float64', requiresGrad: true });
  const y: Tensor = conv(x, w, null, options);
  const dy = randn(y.shape, { dtype: 'float64', requiresGrad: true });
  const [dx, dw] = autograd.grad([y], [x, w], { gradOutputs: [dy] });

  test('for the input', () => expect(input(x.shape, w, dy, options).allclose(dx as Tensor)).toBe(true));
  test('for the weight', () => expect(weight(x, w.shape, dy, options).allclose(dw as Tensor)).toBe(true));
  test('can be differentiated again', () => {
    expect(input(x.shape, w, dy, options).requiresGrad).toBe(true);
    expect(weight(x, w.shape, dy, options).requiresGrad).toBe(true);
  });
});
