// Random graphs: backward that writes over gradients nobody has must give what backward that keeps all of them gives.
import { nn, ones, type Tensor, tensor } from 'flambeau';
import { expect, test } from 'vitest';

const F = nn.functional;
const [rows, columns] = [4, 6];

// A small generator (Numerical Recipes' constants), so that every run sees the same graphs.
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const operators: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x) => x.relu(),
  (x) => x.tanh(),
  (x) => x.neg(),
  (x) => x.square().mul(0.1),
  (x) => F.gelu(x),
  (x) => F.silu(x),
  (x) => F.leakyRelu(x),
  (x) => x.clamp(-1, 1),
  (x) => F.softmax(x, -1),
  (x) => F.logSoftmax(x, 0),
  (x) => F.layerNorm(x, [columns], { weight: ones(columns, { dtype: 'float64' }) }),
  (x) => F.batchNorm(x, null, null, { training: true }),
  (x) =>
    F.maxPool2d(x.reshape(1, 1, rows, columns), 2)
      .expand(1, 4, 2, 3)
      .reshape(rows, columns),
  (x) => x.t().contiguous().t(),
  (x) => x.reshape(columns, rows).relu().view(rows, columns),
  (x) => x.t().sigmoid().t(),
  (x, y) => x.add(y),
  (x, y) => x.mul(y),
  (x, y) => x.sub(y.sum(0, { keepdim: true }).mul(0.1)),
  (x, y) =>
    x
      .narrow(0, 0, 2)
      .add(y.narrow(0, 2, 2))
      .repeat(2, 1),
];

interface Outcome {
  readonly leaves: unknown[];
  /** What hooks were shown, when they were shown it, and after backward. */
  readonly shown: unknown[];
  readonly kept: unknown[];
}

function goBack(seed: number, createGraph: boolean): Outcome {
  const roll = dice(seed);
  const random = () =>
    tensor(
      Array.from({ length: rows }, () => Array.from({ length: columns }, () => roll(4001) / 1000 - 2)),
      {
        dtype: 'float64',
        requiresGrad: true,
      },
    );
  const leaves = [random(), random()];
  const nodes = [...leaves];
  const shown: unknown[] = [];
  const held: Tensor[] = [];
  const any = () => nodes[roll(nodes.length)] as Tensor;
  for (let i = 0; i < 12; i++) {
    const y = (operators[roll(operators.length)] as (x: Tensor, y: Tensor) => Tensor)(any(), any());
    nodes.push(y);
    if (roll(4) > 0) continue;
    y.registerHook((g) => {
      shown.push(g.tolist());
      held.push(g);
    });
  }
  const last = nodes.at(-1) as Tensor;
  last.add(any()).mul(random().detach()).sum().backward(null, { createGraph });
  return { leaves: leaves.map((x) => x.grad?.tolist() ?? null), shown, kept: held.map((g) => g.tolist()) };
}

test.each(Array.from({ length: 200 }, (_, seed) => [seed]))('graph %i', (seed) => {
  const [fused, composed] = [goBack(seed, false), goBack(seed, true)];
  expect(fused.kept).toEqual(fused.shown);
  const numbers = ({ leaves, shown }: Outcome) => [leaves, shown].flat(Number.POSITIVE_INFINITY) as (number | null)[];
  const expected = numbers(composed);
  expect(numbers(fused).length).toBe(expected.length);
  numbers(fused).forEach((value, i) => {
    if (value === null) expect(expected[i]).toBeNull();
    else expect(value).toBeCloseTo(expected[i] as number, 9);
  });
});
