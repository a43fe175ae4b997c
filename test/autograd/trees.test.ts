// Functions of trees under the transformations of `func`, and vmap in each form, against what PyTorch 2.6 gives.
import { arange, FlambeauError, func, manualSeed, ones, rand, Tensor, tensor, vmap } from 'flambeau';
import { expect, test } from 'vitest';

const { grad, gradAndValue, vjp, jvp, jacrev, jacfwd, hessian, linearize } = func;

function plain(value: unknown): unknown {
  if (value instanceof Tensor) return value.tolist();
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

const float = (values: Parameters<typeof tensor>[0]) => tensor(values, { dtype: 'float32' });
const two = float([1, 2.5]);
const rows = arange(6).float().view(3, 2);

interface Weights {
  readonly a: Tensor;
  readonly b: readonly [Tensor, Tensor];
}

const p: Weights = { a: float([1, 2]), b: [float(3), float([[2]])] };
const direction: Weights = { a: float([1, 0]), b: [float(1), float([[0]])] };
const f = ({ a, b }: Weights, x: Tensor) => a.mul(x).sum().mul(b[0]).add(b[1].sum().square());
const g = ({ a, b }: Weights) => ({ u: a.square(), v: [a.sum().mul(b[0])] });
const slope = { a: [3, 7.5], b: [6, [[4]]] };
const jacobians = {
  u: {
    a: [
      [2, 0],
      [0, 4],
    ],
    b: [
      [0, 0],
      [[[0]], [[0]]],
    ],
  },
  v: [{ a: [3, 3], b: [3, [[0]]] }],
};
const pushed = [
  { u: [1, 4], v: [9] },
  { u: [2, 0], v: [6] },
];

const results: Readonly<Record<string, readonly [run: () => unknown, expected: unknown]>> = {
  grad: [() => grad(f)(p, two), slope],
  'grad of a map': [
    () => grad((m: Map<string, Tensor>) => m.get('w')?.square().sum())(new Map([['w', two]])),
    { w: [2, 5] },
  ],
  'grad by several': [() => grad(f, { argnums: [0, 1] })(p, two), [slope, [3, 6]]],
  'grad by the last': [() => grad((a: Tensor, b: Tensor) => a.mul(b).sum(), { argnums: -1 })(two, two), [1, 2.5]],
  gradAndValue: [() => gradAndValue(f)(p, two), [slope, 22]],
  vjp: [
    () => {
      const [y, pull] = vjp(g, p);
      return [y, pull({ u: ones(2), v: [float(2)] })];
    },
    [{ u: [1, 4], v: [9] }, [{ a: [8, 10], b: [6, [[0]]] }]],
  ],
  jvp: [() => jvp(g, [p], [direction]), pushed],
  linearize: [
    () => {
      const [y, push] = linearize(g, p);
      return [y, push(direction)];
    },
    pushed,
  ],
  jacrev: [() => jacrev(g)(p), jacobians],
  jacfwd: [() => jacfwd(g)(p), jacobians],
  'jacrev by several': [
    () => jacrev((a: Tensor, b: Tensor) => [a.mul(b), a], { argnums: [0, 1] })(two, two),
    [
      [
        [
          [1, 0],
          [0, 2.5],
        ],
        [
          [1, 0],
          [0, 2.5],
        ],
      ],
      [
        [
          [1, 0],
          [0, 1],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ],
  ],
  hessian: [
    () => hessian(({ a, b }: { a: Tensor; b: Tensor }) => a.pow(3).sum().mul(b))({ a: two, b: float(2) }),
    {
      a: {
        a: [
          [12, 0],
          [0, 30],
        ],
        b: [3, 18.75],
      },
      b: { a: [3, 18.75], b: 0 },
    },
  ],
  'grad of grad': [
    () => {
      const inner = grad(({ a }: { a: Tensor }) => a.pow(3));
      return grad((q: { a: Tensor }) => inner(q).a)({ a: float(2) });
    },
    { a: 12 },
  ],
  'grad of jvp': [() => grad((x: Tensor) => jvp((y: Tensor) => y.pow(3).sum(), [x], [ones(2)])[1])(two), [6, 15]],
  'vmap of trees': [
    () => vmap((d: { a: Tensor; b: Tensor }) => ({ s: d.a.sum(), t: [d.b.mul(2)] }))({ a: ones(3, 2), b: arange(3) }),
    { s: [2, 2, 2], t: [[0, 2, 4]] },
  ],
  'a tree of inDims': [
    () =>
      vmap((d: { a: Tensor; b: Tensor }, y: Tensor) => d.a.add(d.b.mul(y)), { inDims: [{ a: 0, b: null }, 0] })(
        { a: arange(3), b: tensor(10) },
        ones(3),
      ),
    [10, 11, 12],
  ],
  'a tree of outDims': [
    () => vmap((x: Tensor) => ({ s: x, t: x.mul(2) }), { outDims: { s: 0, t: 1 } })(rows),
    {
      s: [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      t: [
        [0, 4, 8],
        [2, 6, 10],
      ],
    },
  ],
  'a list of outDims': [
    () => vmap((x: Tensor) => [x, x.mul(2)], { outDims: [0, 1] })(rows),
    [
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      [
        [0, 4, 8],
        [2, 6, 10],
      ],
    ],
  ],
  'negative dims': [
    () => vmap((x: Tensor) => x.mul(2), { inDims: -1, outDims: -1 })(arange(6).view(2, 3)),
    [
      [0, 2, 4],
      [6, 8, 10],
    ],
  ],
  'no outDim': [() => vmap(() => two, { outDims: null })(rows), [1, 2.5]],
  'numbers among the inputs': [
    () => vmap((a: Tensor, n: number) => a.mul(n), { inDims: [0, null] })(ones(2), 5),
    [5, 5],
  ],
  'vmap of vmap': [
    () =>
      vmap(
        vmap((x: Tensor, y: Tensor) => x.mul(y), { inDims: [0, null] }),
        { inDims: [null, 0] },
      )(arange(2), arange(3)),
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
  ],
  'vmap of grad': [
    () =>
      vmap(
        grad((w: Tensor, x: Tensor) => w.mul(x).sum().square()),
        { inDims: [null, 0] },
      )(two, rows.get(':2')),
    [
      [0, 5],
      [38, 57],
    ],
  ],
  'grad of vmap': [() => grad((x: Tensor) => vmap((r: Tensor) => r.square())(x).sum())(two), [2, 5]],
  'jacrev of vmap': [
    () => jacrev(vmap((r: Tensor) => r.square()))(two),
    [
      [2, 0],
      [0, 5],
    ],
  ],
  'vmap of jacrev': [
    () => vmap(jacrev((r: Tensor) => r.square()))(rows.get(':2')),
    [
      [
        [0, 0],
        [0, 2],
      ],
      [
        [4, 0],
        [0, 6],
      ],
    ],
  ],
  chunks: [() => vmap((x: Tensor) => x.mul(2), { chunkSize: 2 })(arange(5)), [0, 2, 4, 6, 8]],
};

test.each(Object.entries(results))('%s', (_name, [run, expected]) => expect(plain(run())).toEqual(expected));

test('randomness: one draw for all, or one for each', () => {
  manualSeed(0);
  const drawn = rand(3, 1).tolist() as number[][];
  for (const [randomness, expected] of [
    ['different', drawn],
    ['same', [drawn[0], drawn[0], drawn[0]]],
  ] as const) {
    manualSeed(0);
    expect(vmap((x: Tensor) => x.mul(0).add(rand(1)), { randomness })(ones(3)).tolist()).toEqual(expected);
  }
});

const refused: Readonly<Record<string, readonly [run: () => unknown, message: RegExp]>> = {
  'a number to differentiate by': [
    () => grad((q: { a: Tensor }) => q.a)({ a: float(2), n: 3 }),
    /must be Tensor, got 3/,
  ],
  'integers to differentiate by': [
    () => grad((q: Tensor) => q)(tensor(2)),
    /floating point dtype can require gradients/,
  ],
  'a vector as the value': [() => grad((q: Tensor) => q.mul(2))(two), /return a scalar Tensor, got tensor with 1 dims/],
  'a list as the value': [() => grad((q: Tensor) => [q, q])(float(1)), /return a Tensor, got Array/],
  'a missing argument': [() => grad(f, { argnums: 2 })(p, two), /Got argnum=2, but only 2 positional inputs/],
  'weights of another form': [() => vjp(g, p)[1](float(1)), /cotangents: \*, primal output: \{'u': \*, 'v': \[\*\]\}/],
  'tangents of another form': [
    () => jvp(g, [p], [p.a]),
    /structure \[\{'a': \*, 'b': \[\*, \*\]\}\] and tangents with structure \[\*\]/,
  ],
  'tangents of another size': [() => jvp((x: Tensor) => x, [two], [ones(3)]), /size \[2\], got \[3\]/],
  'primals that are no list': [
    () => jvp((x: Tensor) => x, two as never, two as never),
    /Expected primals to be a list/,
  ],
  'inDims of another form': [
    () => vmap((d: { a: Tensor }) => d.a, { inDims: [{ b: 0 }] })({ a: ones(2) }),
    /\[\{'b': \*\}\] but inputs has structure \[\{'a': \*\}\]/,
  ],
  'too many inDims': [() => vmap((d: Tensor) => d, { inDims: [0, 0] })(ones(2)), /structure \[\*, \*\]/],
  'no inDims': [
    () => vmap((d: Tensor) => d, { inDims: null as never })(ones(2)),
    /expected inDims to be an integer or a list/,
  ],
  'an inDim out of range': [() => vmap((d: Tensor) => d, { inDims: 3 })(rows), /Got in_dim=3 .* -2 <= in_dim < 2/],
  'a number to map over': [() => vmap((a: Tensor, b: number) => a.mul(b))(ones(2), 5), /an input that is 5/],
  'different sizes': [() => vmap((a: Tensor, b: Tensor) => a.mul(b))(ones(2), ones(3)), /got sizes \[2, 3\]/],
  'no inputs': [() => vmap(() => two)(), /got no inputs/],
  'no tensor as result': [() => vmap(() => 3)(ones(2)), /must only return Tensors, got 3/],
  'outDims of another form': [
    () => vmap((d: Tensor) => [d, d], { outDims: [0] })(ones(2)),
    /structure \[\*\] but outputs has structure \[\*, \*\]/,
  ],
  'elements without an outDim': [
    () => vmap((d: Tensor) => d, { outDims: null })(arange(2)),
    /differs between elements/,
  ],
  'random functions': [
    () => vmap((d: Tensor) => d.add(rand(1)))(ones(2)),
    /called random operation while in randomness error mode/,
  ],
  'another randomness': [() => vmap((d: Tensor) => d, { randomness: 'x' as never }), /Got x/],
  'chunks of nothing': [() => vmap((d: Tensor) => d, { chunkSize: 0 }), /got 0/],
};

test.each(Object.entries(refused))('refuses %s', (_name, [run, message]) => {
  expect(run).toThrow(message);
  expect(run).toThrow(FlambeauError);
});
