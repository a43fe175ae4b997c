// Recurrent layers beyond the recorded cases: many steps, wrong weights, narrow types, one and two threads.
import { autograd, getNumThreads, manualSeed, nn, randn, setNumThreads, type Tensor, zeros } from 'flambeau';
import { expect, test } from 'vitest';

const outputOf = (net: nn.Module, x: Tensor) => ((net as nn.LSTM)(x) as unknown as [Tensor])[0];

test.each([
  ['LSTM', () => new nn.LSTM(2, 3)],
  ['GRU', () => new nn.GRU(2, 3)],
] as const)('%s runs 5,000 steps as it runs 4,000 and then 1,000', (_name, make) => {
  manualSeed(1);
  const net = make();
  const x = randn(5000, 1, 2);
  const whole = outputOf(net, x);
  const [first, state] = (net as nn.LSTM)(x.narrow(0, 0, 4000)) as unknown as [Tensor, [Tensor, Tensor]];
  const [second] = (net as nn.LSTM)(x.narrow(0, 4000, 1000), state) as unknown as [Tensor];
  expect(whole.narrow(0, 0, 4000).allclose(first, { atol: 1e-6 })).toBe(true);
  expect(whole.narrow(0, 4000, 1000).allclose(second, { atol: 1e-6 })).toBe(true);
});

test('weights of a wrong shape are an error, not a read beyond them', () => {
  const net = new nn.LSTM(2, 3);
  net.registerParameter('weight_hh_l0', new nn.Parameter(zeros(4, 3)));
  expect(() => outputOf(net, randn(5, 1, 2))).toThrow();
});

test('the type of 16 bits runs, and threads change no bit', () => {
  manualSeed(2);
  const net = new nn.GRU(8, 64);
  const x = randn(12, 64, 8);
  expect(outputOf(new nn.LSTM(8, 4).bfloat16(), x.bfloat16()).dtype).toBe('bfloat16');
  const threads = getNumThreads();
  const gradients = [1, 2].map((count) => {
    setNumThreads(count);
    const y = outputOf(net, x);
    return autograd.grad(y.square().sum(), [...net.parameters()]).map((g) => g?.tolist());
  });
  setNumThreads(threads);
  expect(gradients[0]).toEqual(gradients[1]);
});
