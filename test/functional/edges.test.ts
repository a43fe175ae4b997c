// Values at the edges of functions and layers, as PyTorch 2.6 has them.
import {
  angle,
  arange,
  autograd,
  blockDiag,
  bmm,
  cat,
  cdist,
  convTbc,
  copysign,
  cov,
  cumulativeTrapezoid,
  equal,
  full,
  hypot,
  i0,
  linalg,
  linspace,
  logaddexp,
  logaddexp2,
  logspace,
  manualSeed,
  matrixPower,
  maximum,
  minimum,
  mm,
  nn,
  ones,
  randint,
  remainder,
  round_,
  special,
  stack,
  stdMean,
  type Tensor,
  tensor,
  trapezoid,
  unravelIndex,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';

const F = nn.functional;
const gradient = (run: (x: Tensor) => Tensor, values: readonly number[]) => {
  const x = tensor(values, { dtype: 'float64' }).requiresGrad_();
  return autograd.grad(run(x).sum(), [x])[0]?.tolist();
};
const double = (x: number) => tensor(x, { dtype: 'float64' });
const half = () => tensor([0.5, 0.5], { dtype: 'float64' });

describe('gradients', () => {
  test.each([
    ['hardswish at its bounds', (x: Tensor) => F.hardswish(x), [-3, 3], [-0.5, 1.5]],
    ['softsign of infinity', (x: Tensor) => F.softsign(x), [Infinity, 1], [Number.NaN, 0.25]],
    [
      'binaryCrossEntropy by the target',
      (t: Tensor) => F.binaryCrossEntropy(tensor([1, 0], { dtype: 'float64' }), t, { reduction: 'sum' }),
      [1, 0],
      [-Infinity, Infinity],
    ],
    [
      'poissonNllLoss by a target of 0',
      (t: Tensor) => F.poissonNllLoss(half(), t, { full: true, reduction: 'sum' }),
      [0, 1],
      [Number.NaN, -0.5],
    ],
    ['klDiv by a target of 0', (t: Tensor) => F.klDiv(half(), t, { reduction: 'sum' }), [0, 1], [Number.NaN, 0.5]],
    [
      'klDiv by the logarithm of a target',
      (t: Tensor) => F.klDiv(half(), t, { reduction: 'sum', logTarget: true }),
      [0, -Infinity],
      [0.5, Number.NaN],
    ],
    ['instanceNorm without spread', (x: Tensor) => F.instanceNorm(x.view(1, 1, 3), { eps: 0 }), [2, 2, 2], [0, 0, 0]],
    ['i0 beyond its range', (x: Tensor) => i0(x), [1000, -1000], [Infinity, -Infinity]],
    [
      'remainder by a divisor under an infinity',
      (x: Tensor) => remainder(tensor([Infinity, 7], { dtype: 'float64' }), x),
      [2, 2],
      [Number.NaN, -3],
    ],
    [
      'indexFill at a position that comes twice, by the value',
      (value: Tensor) => zeros([3, 2], { dtype: 'float64' }).indexFill(0, tensor([0, 0, 2]), value.squeeze()),
      [5],
      [4],
    ],
    [
      'gather of nothing, in other dimensions',
      (x: Tensor) => x.gather(0, zeros([2, 0], { dtype: 'int64' })),
      [1, 2],
      [0, 0],
    ],
    [
      'pdist of order Infinity, of equal largest differences',
      (x: Tensor) => F.pdist(x.view(2, 3), Infinity),
      [0, 0, 3, 2, 2, 4],
      [-1, -1, 0, 1, 1, 0],
    ],
    [
      'cdist of order Infinity, of equal largest differences',
      (x: Tensor) => cdist(x.view(1, 2), tensor([[2, -2]], { dtype: 'float64' }), { p: Infinity }),
      [0, 0],
      [-1, 1],
    ],
    [
      'a weighted mseLoss of a target of another dtype',
      (x: Tensor) => F.mseLoss(x, tensor([1, 3]).float(), { weight: half().mul(4), reduction: 'sum' }),
      [2, 5],
      [4, 8],
    ],
    ['hardsigmoid, its slope of single precision', (x: Tensor) => F.hardsigmoid(x), [0, 3], [Math.fround(1 / 6), 0]],
    ['std without spread', (x: Tensor) => x.std(), [2, 2], [0, 0]],
    ['stdMean without spread', (x: Tensor) => stdMean(x)[0], [2, 2], [0, 0]],
    ['rrelu by its mean slope', (x: Tensor) => F.rrelu(x), [-1, 1], [(1 / 8 + 1 / 3) / 2, 1]],
    ['matrixPower of 0', (x: Tensor) => matrixPower(x.view(1, 1), 0), [3], [0]],
    ['cat of nothing', (x: Tensor) => cat([x.narrow(0, 0, 0), zeros(0).double()]), [3], [0]],
    ['entr at its ends', (x: Tensor) => special.entr(x), [0, -1, Infinity, 1], [Infinity, Number.NaN, -Infinity, -1]],
    ['logit beyond its ends', (x: Tensor) => special.logit(x), [-1, 0, 0.5, 2], [Number.NaN, Infinity, 4, Number.NaN]],
    ['logit beyond an eps', (x: Tensor) => special.logit(x, 0.25), [0.1, 0.5, 0.9], [0, 4, 0]],
    ['max of no number', (x: Tensor) => x.max(), [1, Number.NaN, 2], [0, 1, 0]],
    ['i1 near 0 and of no number', (x: Tensor) => special.i1(x), [1e-320, 0, Number.NaN], [0.5, 0.5, 0.5]],
    ['i1e near 0 and of no number', (x: Tensor) => special.i1e(x), [1e-320, 0, Number.NaN], [0.5, 0.5, 0.5]],
    [
      'copysign of infinities and 0',
      (x: Tensor) => copysign(x, double(-1)),
      [Infinity, 0, 2, -2],
      [Number.NaN, 0, -1, 1],
    ],
    ['copysign by the sign', (y: Tensor) => copysign(double(2), y), [3, -3], [0, 0]],
    ['digamma at its ends', (x: Tensor) => special.digamma(x), [Infinity, -Infinity], [0, Number.NaN]],
    ['angle of no number', (x: Tensor) => angle(x), [Number.NaN, -Infinity], [0, 0]],
    ['hypot of squares that overflow', (x: Tensor) => hypot(x, x.detach().mul(0.75)), [4e200, 0], [0.8, Number.NaN]],
  ] as const)('%s', (_name, run, values, expected) => {
    expect(gradient(run, values)).toEqual(expected);
  });

  test.each([
    [
      'maximum, by what loses',
      (x: Tensor) => maximum(x, zeros(3).double()).sqrt().sum(),
      [-1, 0, 4],
      [0, Infinity, 0.25],
    ],
    [
      'minimum, by what loses',
      (x: Tensor) => minimum(x, zeros(3).double()).neg().sqrt().sum(),
      [-4, 0, 1],
      [-0.25, Infinity, 0],
    ],
    ['max, by the others', (x: Tensor) => x.max().sqrt(), [-1, 0, -1], [0, Infinity, 0]],
    ['amin, by the others', (x: Tensor) => x.view(1, 3).amin(1).sqrt().sum(), [0, 1, 0], [Infinity, 0, Infinity]],
    ['median, by the others', (x: Tensor) => x.median().sqrt(), [-1, 0, 1], [0, Infinity, 0]],
  ] as const)('an infinite one does not reach %s', (_name, run, values, expected) => {
    expect(gradient(run, values)).toEqual(expected);
  });

  test.each([
    ['relu', (x: Tensor) => F.relu(x), [-1, 0, 1], [0, 0, Infinity]],
    ['relu6', (x: Tensor) => F.relu6(x), [-1, 1, 6], [0, Infinity, 0]],
    ['hardtanh', (x: Tensor) => F.hardtanh(x), [-1, 0, 1], [0, Infinity, 0]],
    ['hardsigmoid', (x: Tensor) => F.hardsigmoid(x), [-3, 0, 3], [0, Infinity, 0]],
    ['clamp', (x: Tensor) => x.clamp(0), [-1, 0, 1], [0, Infinity, Infinity]],
  ] as const)('%s stops an infinite one where it is flat, also in a graph', (_name, run, values, expected) => {
    for (const createGraph of [false, true]) {
      const x = tensor(values, { dtype: 'float64' }).requiresGrad_();
      const y = run(x);
      const gradOutputs = [full([3], Infinity, { dtype: 'float64' })];
      expect(autograd.grad([y], [x], { gradOutputs, createGraph })[0]?.tolist()).toEqual(expected);
    }
  });
});

test('the gradient of a power of 0 by its exponent has one by what comes in', () => {
  const [x, y, g] = [double(0), double(2).requiresGrad_(), double(1).requiresGrad_()];
  const [dy] = autograd.grad([x.pow(y)], [y], { gradOutputs: [g], createGraph: true });
  expect(autograd.grad([dy ?? y], [g])[0]?.item()).toBe(0);
});

test.each([
  ['logaddexp', logaddexp, 0.25],
  ['logaddexp2', logaddexp2, Math.LN2 / 4],
] as const)('%s of equal numbers has second gradients', (_name, run, expected) => {
  const x = tensor([0, 3], { dtype: 'float64' }).requiresGrad_();
  const [dx] = autograd.grad([run(x, x.detach()).sum()], [x], { createGraph: true });
  const [ddx] = autograd.grad([dx?.sum() ?? x], [x]);
  expect(ddx?.sub(expected).abs().max().item()).toBeLessThan(1e-15);
});

test.each([
  special.modifiedBesselK0,
  special.modifiedBesselK1,
  special.scaledModifiedBesselK0,
  special.scaledModifiedBesselK1,
])('%o of infinity is 0', (bessel) => {
  expect(bessel(tensor([Infinity, -Infinity])).tolist()).toEqual([0, Number.NaN]);
});

test('i0 and i1 of the largest numbers are infinite', () => {
  expect(i0(double(1e308)).item()).toBe(Infinity);
  expect(special.i1(double(-1e308)).item()).toBe(-Infinity);
});

test.each([
  [1e30, 1e30, 0.5],
  [1e30, 1, 0],
  [1, 1e30, 1],
  [1e20, 1.0001e20, 1],
  [1e15, 1.0000001e15, 0.999217298610997],
  [1e15, 0.9999999e15, 0.0007827008719149643],
  [1e8, 1.0001e8, 0.8413447464717021],
  [2e4, 2.2e4, 1],
  [1e4, 9900, 0.1586511921823505],
])('igamma of a large shape %f up to %f', (a, x, expected) => {
  expect(Number(special.gammainc(double(a), double(x)).item())).toBeCloseTo(expected, 10);
  expect(Number(special.gammaincc(double(a), double(x)).item())).toBeCloseTo(1 - expected, 10);
});

test('igamma beside an infinity', () => {
  const [a, x] = [tensor([Infinity, Number.NaN, Infinity]), tensor([Number.NaN, Infinity, Infinity])];
  expect(special.gammainc(a, x).tolist()).toEqual([0, 1, Number.NaN]);
  expect(special.gammaincc(a, x).tolist()).toEqual([1, 0, Number.NaN]);
});

test('kthvalue takes the place of PyTorch among equal elements', () => {
  const places = (x: Tensor) => Array.from({ length: 4 }, (_, k) => x.kthvalue(k + 1).indices.item());
  expect(places(tensor([1, 2, 2, 0, 2, 1]))).toEqual([3, 5, 0, 4]);
  expect(places(zeros(5))).toEqual([3, 2, 0, 1]);
  expect(places(tensor([3, 1]).repeat(10))).toEqual([13, 17, 1, 15]);
  const x = tensor([Number.NaN, 2, 1]);
  expect(x.unsqueeze(1).kthvalue(3, 0).indices.tolist()).toEqual([0]);
});

test('products of bfloat16 are summed in float32 and rounded once', () => {
  // Small integers, whose sums float32 holds exactly in any order.
  const whole = (...shape: number[]) => randint(-9, 10, shape).to('bfloat16');
  for (const [m, n, k] of [
    [1, 1, 1],
    [5, 3, 7],
    [64, 33, 130],
    [17, 300, 513],
    [1, 40, 256],
    [40, 1, 255],
  ] as const) {
    const [a, b, bias] = [whole(m, k), whole(k, n), whole(n)];
    const factors = [
      [a, b],
      [a, whole(n, k).t()],
      [whole(k, m).t(), b],
      [whole(m, 2 * k).slice(1, 0, 2 * k, 2), whole(k, n + 3).narrow(1, 2, n)],
    ] as const;
    for (const [x, y] of factors) {
      const exact = mm(x.float(), y.float());
      expect(equal(mm(x, y), exact.to('bfloat16'))).toBe(true);
      const biased = exact.add(bias.float()).to('bfloat16');
      expect(equal(nn.functional.linear(x, y.t(), bias), biased)).toBe(true);
    }
    const [batch, twice] = [stack([a, a.neg()]), stack([b, b])];
    expect(equal(bmm(batch, twice), bmm(batch.float(), twice.float()).to('bfloat16'))).toBe(true);
  }
  const far = tensor([[Infinity, 1, Number.NaN]]).to('bfloat16');
  expect(mm(far.t(), ones(1, 1).to('bfloat16')).tolist()).toEqual([[Infinity], [1], [Number.NaN]]);
});

test('a stride far beyond the input costs no more than a short one', () => {
  const x = ones([1, 1, 5], { requiresGrad: true });
  const weight = tensor([[[1, 2, 3]]])
    .float()
    .requiresGrad_();
  nn.functional.conv1d(x, weight, { stride: 1e6, padding: 1 }).sum().backward();
  expect([x.grad?.tolist(), weight.grad?.tolist()]).toEqual([[[[2, 3, 0, 0, 0]]], [[[0, 1, 1]]]]);
});

test('the mean of float16 does not overflow in its sum', () => {
  const x = full([400, 300], 7).half();
  expect([x.mean().item(), x.mean(0).amax().item()]).toEqual([7, 7]);
});

test('special.entr of bfloat16 has gradients of bfloat16', () => {
  const x = tensor([0.5, 0]).to('bfloat16').requiresGrad_();
  expect(autograd.grad(special.entr(x).sum(), [x])[0]?.dtype).toBe('bfloat16');
});

test('angle of infinities', () => {
  expect(angle(tensor([Infinity, -Infinity])).tolist()).toEqual([0, Math.fround(Math.PI)]);
});

test('round_ of decimals', () => {
  const x = tensor([1.26, -2.55], { dtype: 'float64' });
  x.round_({ decimals: 1 });
  expect(x.tolist()).toEqual([1.3, -2.6]);
  expect(round_(x.mul(10), { decimals: -1 }).tolist()).toEqual([10, -30]);
});

test('hypot of squares that leave the range', () => {
  expect(hypot(tensor([3e30, 3e-30, 0, Infinity]), tensor([4e30, 4e-30, 0, Number.NaN])).tolist()).toEqual(
    [5e30, 5e-30, 0, Infinity].map(Math.fround),
  );
});

test.each([
  special.chebyshevPolynomialT,
  special.shiftedChebyshevPolynomialU,
  special.hermitePolynomialH,
  special.legendrePolynomialP,
])('%o of a degree that is no int64 is 0', (polynomial) => {
  expect(polynomial(tensor(0.5), tensor([Infinity, -Infinity, Number.NaN, 1e20])).tolist()).toEqual([0, 0, 0, 0]);
});

// Recorded from PyTorch 2.6.
test.each([
  ['T', [-1, 1, 0, -1, 1], [1, -0.5, 1, -0.5, 1]],
  ['U', [-100, 1, 0, -1, 100], [1048577, -1, 1, -1, 1048577]],
  ['V', [-199, 1, 1, -1, 1], [2097153, -2, 1, 0, 1]],
  ['W', [-1, 1, -1, -1, 199], [1, 0, 1, -2, 2097153]],
])('the polynomials %s of Chebyshev of degree 99, 2^20 and 2^53', (kind, small, large) => {
  const named = (name: string) => Reflect.get(special, name + kind) as typeof special.chebyshevPolynomialT;
  const [f, shifted] = [named('chebyshevPolynomial'), named('shiftedChebyshevPolynomial')];
  const x = tensor([-1, -0.5, 0, 0.5, 1], { dtype: 'float64' });
  const near = (y: Tensor, expected: number[]) =>
    (y.tolist() as number[]).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 8);
    });
  near(f(x, 99), small);
  near(shifted(x.add(1).div(2), 99), small);
  near(f(x, 2 ** 20), large);
  expect((f(x, 2 ** 53).tolist() as number[]).every(Number.isFinite)).toBe(true);
  expect(f(tensor(2), 2 ** 53).item()).toBe(Number.NaN);
});

test.each([special.hermitePolynomialH, special.hermitePolynomialHe])(
  '%o of a degree beyond all numbers is NaN',
  (polynomial) => {
    expect(
      polynomial(tensor([0, 0.5, -2]), 2 ** 53)
        .isnan()
        .all()
        .item(),
    ).toBe(true);
  },
);

test.each([
  ['hardswish', (x: Tensor) => F.hardswish(x), [-3, 0, 3], [0, 1 / 3, 0]],
  ['softplus', (x: Tensor) => F.softplus(x, { threshold: 1 }), [0, 1, 2], [0.25, 0, 0]],
] as const)('the second gradient of %s where its slope bends', (_name, run, values, expected) => {
  const slope = (x: Tensor) => autograd.grad(run(x).sum(), [x], { createGraph: true })[0] as Tensor;
  expect(gradient(slope, values)).toEqual(expected);
});

test('blockDiag has the dtype of its tensors together', () => {
  expect(blockDiag(tensor(1, { dtype: 'float64' }), ones(1, 2)).dtype).toBe('float32');
});

test('the gradient of eigh by its vectors is symmetric', () => {
  const A = tensor([2, 1, 1, 3], { dtype: 'float64' }).view(2, 2).requiresGrad_();
  const [g] = autograd.grad(linalg.eigh(A).eigenvectors.sum(), [A]) as [Tensor];
  expect(g.sub(g.mT).abs().max().item()).toBeLessThan(1e-15);
  expect(g.abs().max().item()).toBeGreaterThan(0.1);
});

describe('integers', () => {
  test('arange of int64 counts in whole numbers', () => {
    expect(arange(1, 5.000001, 2, { dtype: 'int64' }).tolist()).toEqual([1, 3]);
    expect(arange(1, 4, 1.5, { dtype: 'int64' }).tolist()).toEqual([1, 2, 3]);
    expect(arange(1, 4, 1.5, { dtype: 'int32' }).tolist()).toEqual([1, 2]);
    expect(() => arange(0, 3, 0.5, { dtype: 'int64' })).toThrow('step must be nonzero');
  });

  test('unravelIndex of narrow positions in a wide shape', () => {
    const coordinates = unravelIndex(tensor([1, 6], { dtype: 'int32' }), [2 ** 30, 4]);
    expect(coordinates.map((x) => x.tolist())).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test('indexAdd of booleans stays boolean under alpha', () => {
    const add = (alpha: number | boolean) =>
      tensor([true, false, false])
        .indexAdd(0, tensor([1]), tensor([true]), { alpha })
        .tolist();
    for (const alpha of [true, 1, 2]) expect(add(alpha)).toEqual([true, true, false]);
    expect(add(false)).toEqual([true, false, false]);
  });

  test('trapezoid and cumulativeTrapezoid add samples in their own type', () => {
    const [y, x] = [tensor([200, 100, 250], { dtype: 'uint8' }), tensor([1, 3, 9], { dtype: 'uint8' })];
    expect([trapezoid(y), trapezoid(y, x), trapezoid(y, { dx: 0.5 })].map((z) => z.item())).toEqual([453, 70, 226.5]);
    expect(cumulativeTrapezoid(y).tolist()).toEqual([22, 69]);
    expect(cumulativeTrapezoid(y, x).tolist()).toEqual([44, 70]);
    expect(cumulativeTrapezoid(tensor([1, 2]), { dx: 2 }).dtype).toBe('float32');
    expect(() => trapezoid(y.bool())).toThrow('received a bool input for `y`, but');
  });

  test('addcmul and addcdiv take booleans as factors, and addcmul no booleans', () => {
    const [x, y] = [zeros(2), ones(2)];
    expect(x.addcmul(y, y, { value: true }).tolist()).toEqual([1, 1]);
    expect(x.addcdiv(y, y, { value: false }).tolist()).toEqual([0, 0]);
    expect(() => x.addcmul(y, y, { value: '1' as never })).toThrow("argument 'value' must be float");
    expect(() => y.bool().addcmul(y.bool(), y.bool())).toThrow('"addcmul_cpu_out" not implemented for \'Bool\'');
  });

  test('arange and linspace count booleans as 0 and 1', () => {
    expect(arange(false as never, true as never).tolist()).toEqual([0]);
    expect(linspace(false as never, true as never, 3).tolist()).toEqual([0, 0.5, 1]);
    expect(() => arange(0, '3' as never)).toThrow('must be finite numbers');
    expect(() => arange(2, { dtype: 'bool' })).toThrow('"arange_cpu" not implemented for \'Bool\'');
    expect(() => linspace(0, 1, 2, { dtype: 'bool' })).toThrow('"linspace_cpu" not implemented for \'Bool\'');
  });

  test('logspace refuses by its own name', () => {
    expect(() => logspace(ones(2), 1, 3)).toThrow('logspace only supports 0-dimensional start and end tensors');
    expect(() => logspace(0, 1, 2.5)).toThrow("logspace(): argument 'steps' must be int, not 2.5");
    expect(() => logspace(0, 1, -1)).toThrow('number of steps must be non-negative');
    expect(() => logspace(0, 1, 2, { base: 'x' as never })).toThrow("argument 'base' must be float");
  });

  test('sums and products of dtype bool', () => {
    const x = tensor([
      [2.5, 0, -1],
      [0, 0, 0],
      [1, 1, 1],
    ]);
    for (const of of [x, x.bool(), x.long(), x.to('uint8')]) {
      expect(of.sum(1, { dtype: 'bool' }).tolist()).toEqual([true, false, true]);
      expect(of.sum({ dtype: 'bool' }).tolist()).toBe(true);
      expect(of.prod(1, { dtype: 'bool' }).tolist()).toEqual([false, false, true]);
      expect(of.prod({ dtype: 'bool' }).tolist()).toBe(false);
    }
  });

  test('linspace and logspace truncate their ends', () => {
    expect(linspace(0.5, 2.7, 4, { dtype: 'int32' }).tolist()).toEqual([0, 0, 1, 2]);
    expect(logspace(0, 1.2, 2, { dtype: 'int64' }).tolist()).toEqual([1, 10]);
    expect(logspace(tensor(0.5), 2.7, 4, { dtype: 'int32' }).tolist()).toEqual([1, 4, 21, 100]);
  });

  test('add of booleans stays boolean under alpha', () => {
    const [x, y] = [tensor([true, false]), tensor([true, true])];
    expect(x.add(y, { alpha: true }).tolist()).toEqual([true, true]);
    expect(x.add(y, { alpha: 0 }).tolist()).toEqual([true, false]);
    expect(x.add(y, { alpha: 2 }).tolist()).toEqual([true, true]);
    expect(x.clone().add_(y, { alpha: false }).tolist()).toEqual([true, false]);
    expect(() => tensor([1]).add(1, { alpha: true })).toThrow('Boolean alpha only supported for Boolean results.');
  });
});

test('instanceNorm without spread is 0', () => {
  const weight = tensor([2, 3], { dtype: 'float32' });
  const y = F.instanceNorm(ones(2, 2, 3), { eps: 0, weight, bias: weight });
  expect(y.select(2, 0).tolist()).toEqual([
    [2, 3],
    [2, 3],
  ]);
});

test('multiMarginLoss of one row by a label alone', () => {
  const x = tensor([[0.5, 0.25, 1]]);
  expect(F.multiMarginLoss(x, tensor(2), { reduction: 'none' }).shape).toEqual([]);
  expect(() => F.multiMarginLoss(ones(2, 3), tensor(2))).toThrow('inconsistent target size');
});

test('no gradient reaches the padding row of embedding, not even NaN', () => {
  const weight = ones(2, 1).requiresGrad_();
  const y = F.embedding(tensor([0, 1, 0]), weight, { paddingIdx: 0 });
  const gradOutputs = [tensor([[Number.NaN], [3], [Infinity]])];
  expect(autograd.grad([y], [weight], { gradOutputs })[0]?.tolist()).toEqual([[0], [3]]);
});

describe('embeddingBag of offsets that decrease', () => {
  const weight = tensor([0, 3, 6, 9], { dtype: 'float64' }).view(4, 1);
  const run = (mode: 'sum' | 'mean' | 'max', offsets: number[]) =>
    F.embeddingBag(tensor([0, 1, 2, 3]), weight, tensor(offsets), { mode })
      .flatten()
      .tolist();

  test.each([
    ['sum', [0, 3, 15]],
    ['mean', [0, 3, 5]],
    ['max', [0, 3, 9]],
  ] as const)('%s', (mode, expected) => {
    expect(run(mode, [0, 2, 1])).toEqual(expected);
  });

  test('beyond the end', () => {
    expect(() => run('sum', [0, 5, 2])).toThrow('index out of range in self');
  });
});

describe('a bias among the options', () => {
  const bias = () => tensor([10, 20], { dtype: 'float32' });

  test('linear', () => {
    expect(F.linear(ones(1, 3), ones(2, 3), { bias: bias() }).tolist()).toEqual([[13, 23]]);
    expect(() => F.linear(ones(1, 3), ones(2, 3), { bais: bias() } as never)).toThrow('bias');
  });

  test('bilinear', () => {
    expect(F.bilinear(ones(1, 2), ones(1, 2), ones(2, 2, 2), { bias: bias() }).tolist()).toEqual([[14, 24]]);
  });
});

describe('no elements', () => {
  test('batchNorm of a vector of length 0', () => {
    expect(F.batchNorm(zeros(0), zeros(3), ones(3), { training: true }).shape).toEqual([0]);
    expect(() => F.batchNorm(zeros(3), zeros(3), ones(3))).toThrow('at least 2 dimensions');
  });

  test('distances of rows without columns are 0', () => {
    expect(cdist(ones(1, 0), ones(2, 0), { p: Infinity }).tolist()).toEqual([[0, 0]]);
    expect(F.pdist(ones(2, 0), Infinity).tolist()).toEqual([0]);
  });

  // PyTorch leaves float32 of several images or groups to oneDNN, which takes an empty result.
  test('transposed convolutions', () => {
    const run = (images: number, options: object, dtype: 'float32' | 'float64' = 'float32') =>
      F.convTranspose1d(ones([images, 2, 1], { dtype }), ones([2, 1, 2], { dtype }), options).shape;
    expect(run(2, { padding: 1 })).toEqual([2, 1, 0]);
    expect(run(1, { padding: 1, groups: 2 })).toEqual([1, 2, 0]);
    expect(() => run(1, { padding: 1 })).toThrow('Calculated output size per channel: (1 x 0)');
    expect(() => run(2, { padding: 1 }, 'float64')).toThrow('Output size is too small');
    expect(() => run(2, { padding: 2 })).toThrow('Output size is too small');
    expect(run(0, { outputPadding: 3 })).toEqual([0, 1, 5]);
    expect(() => F.convTranspose1d(ones(1, 2, 0), ones(2, 1, 2))).toThrow(
      'Only zero batch or zero channel inputs are supported, but got input shape: [1, 2, 1, 0]',
    );
  });

  test('instanceNorm of no positions has gradients', () => {
    const [weight, bias] = [ones(2).requiresGrad_(), ones(2).requiresGrad_()];
    const y = F.instanceNorm(ones(3, 2, 0), { weight, bias });
    expect(autograd.grad(y.sum(), [weight, bias]).map((g) => g?.tolist())).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test.each([
    ['maxPool2d', (x: Tensor) => F.maxPool2d(x, 2)],
    ['maxPool3d', (x: Tensor) => F.maxPool3d(x.unsqueeze(-1), [2, 2, 1])],
    ['adaptiveMaxPool2d', (x: Tensor) => F.adaptiveMaxPool2d(x, 2)],
  ] as const)('%s of no images has second gradients', (_name, run) => {
    const x = zeros(0, 2, 5, 5).requiresGrad_();
    const y = run(x);
    const g = y.detach().requiresGrad_();
    const [dx] = autograd.grad([y], [x], { gradOutputs: [g], createGraph: true });
    expect(autograd.grad([dx?.sum() ?? x], [g])[0]?.shape).toEqual(y.shape);
  });

  test.each([
    ['scatter', (x: Tensor, at: Tensor, values: Tensor) => x.scatter(0, at, values)],
    ['scatterAdd', (x: Tensor, at: Tensor, values: Tensor) => x.scatterAdd(0, at, values)],
    ['scatterReduce', (x: Tensor, at: Tensor, values: Tensor) => x.scatterReduce(0, at, values, 'amax')],
    ['indexAdd', (x: Tensor, at: Tensor, values: Tensor) => x.indexAdd(0, at, values)],
    ['put', (x: Tensor, at: Tensor, values: Tensor) => x.put(at, values, { accumulate: true })],
    ['indexPut', (x: Tensor, at: Tensor, values: Tensor) => x.indexPut([at], values, { accumulate: true })],
  ] as const)('%s at no position gives what it would have taken a gradient', (_name, run) => {
    const w = tensor(2, { dtype: 'float64' }).requiresGrad_();
    const y = run(zeros(3).double(), zeros(0).long(), w.mul(zeros(0).double()));
    expect(y.tolist()).toEqual([0, 0, 0]);
    y.sum().backward();
    expect(w.grad?.item()).toBe(0);
  });

  test('FractionalMaxPool2d to a size of 0', () => {
    expect(new nn.FractionalMaxPool2d(2, { outputSize: 0 })(ones(1, 5, 5)).shape).toEqual([1, 0, 0]);
  });

  test('Linear without inputs gives a bias of 0', () => {
    manualSeed(0);
    expect(new nn.Linear(0, 3)(zeros(2, 3, 0)).shape).toEqual([2, 3, 3]);
    expect(new nn.Linear(0, 3).bias?.tolist()).toEqual([0, 0, 0]);
  });

  test('convTbc', () => {
    const x = ones(2, 1, 2).requiresGrad_();
    const y = convTbc(x, ones(3, 2, 3), ones([3], { dtype: 'int64' }));
    expect(y.shape).toEqual([0, 1, 3]);
    expect(autograd.grad(y.sum(), [x])[0]?.abs().sum().item()).toBe(0);
    expect(() => convTbc(x, ones(4, 2, 3), ones(3))).toThrow('negative dimension -1: [-1, 1, 3]');
  });

  test('unpooling', () => {
    const at = (...shape: number[]) => zeros(shape, { dtype: 'int64' });
    expect(F.maxUnpool1d(ones(1, 2, 1), at(1, 2, 1), 2, { padding: 1 }).shape).toEqual([1, 2, 0]);
    expect(F.maxUnpool2d(ones(2, 1, 1), at(2, 1, 1), 2, { padding: [1, 0] }).shape).toEqual([2, 0, 2]);
    expect(() => F.maxUnpool1d(ones(1, 2, 1), at(1, 2, 1), 1, { padding: 1 })).toThrow('maxUnpool1d');
  });

  test('fractional pooling', () => {
    const [y, at] = F.fractionalMaxPool2dWithIndices(ones(1, 2, 4, 4), 2, { outputSize: [0, 2] });
    expect([y.shape, at.shape]).toEqual([
      [1, 2, 0, 2],
      [1, 2, 0, 2],
    ]);
    expect(F.fractionalMaxPool3d(ones(1, 1, 4, 4, 4), 2, { outputRatio: 0.1 }).shape).toEqual([1, 1, 0, 0, 0]);
  });

  test('the running statistics of no instances become NaN', () => {
    const [runningMean, runningVar] = [zeros(2), ones(2)];
    F.instanceNorm(zeros(0, 2, 3), { runningMean, runningVar });
    expect(runningMean.add(runningVar).tolist()).toEqual([Number.NaN, Number.NaN]);
  });

  test('cells without hidden units', () => {
    expect(new nn.GRUCell(2, 0).weight_hh.shape).toEqual([0, 0]);
  });

  test.each(['multiMarginLoss', 'multilabelMarginLoss'] as const)('%s of no rows', (name) => {
    const target = zeros(name === 'multiMarginLoss' ? [0] : [0, 3], { dtype: 'int64' });
    expect(F[name](zeros(0, 3), target, { reduction: 'none' }).shape).toEqual([0]);
    expect(F[name](zeros(0, 3), target, { reduction: 'sum' }).item()).toBe(0);
  });
});

test('hingeEmbeddingLoss of integers stays whole', () => {
  const y = F.hingeEmbeddingLoss(tensor([1, 2, 3]), tensor([1, -1, 1]), { margin: 2.7, reduction: 'none' });
  expect([y.dtype, y.tolist()]).toEqual(['int64', [1, 0, 3]]);
  expect(() => F.hingeEmbeddingLoss(tensor([1, 2]), tensor([1, -1]))).toThrow('mean(): could not infer output dtype');
});

test('binaryCrossEntropy with weights of another dtype has gradients of its own', () => {
  const x = tensor([0.5, 0.25]).float().requiresGrad_();
  const y = F.binaryCrossEntropy(x, tensor([1, 0]).float(), { weight: half(), reduction: 'sum' });
  expect(autograd.grad(y, [x])[0]?.dtype).toBe('float32');
});

test('cov promotes its weights', () => {
  const x = tensor([
    [1, 2, 4],
    [3, 1, 2],
  ]).half();
  const weights = tensor([1, 2, 3]);
  expect(cov(x, { aweights: weights.float() }).dtype).toBe('float32');
  expect(cov(x.float(), { aweights: weights.double() }).dtype).toBe('float64');
  expect(cov(x, { fweights: weights }).tolist()).toEqual([
    [1.767578125, -0.0333251953125],
    [-0.0333251953125, 0.56689453125],
  ]);
});

test('rmsNorm with a weight of another dtype has the common one', () => {
  const y = F.rmsNorm(tensor([[3, 4]]).float(), 2, { weight: half(), eps: 0 });
  expect(y.dtype).toBe('float64');
  expect(y.sum().item()).toBeCloseTo(3.5 / Math.sqrt(12.5), 6);
  expect(() => F.rmsNorm(ones(2, 3), 3, { weight: half() })).toThrow('Expected weight to be of same shape');
});

test('interpolate to twice the size repeats elements evenly, but follows its factor if exact', () => {
  const run = (mode: 'nearest' | 'nearest-exact') =>
    F.interpolate(arange(3).float().view(1, 1, 1, 3), { scaleFactor: [1, 2.3], mode })
      .flatten()
      .tolist();
  expect(run('nearest')).toEqual([0, 0, 1, 1, 2, 2]);
  expect(run('nearest-exact')).toEqual([0, 0, 1, 1, 1, 2]);
});

test('LPPool prints an infinite exponent', () => {
  expect(String(new nn.LPPool2d(Infinity, 2))).toBe(
    'LPPool2d(norm_type=inf, kernel_size=2, stride=None, ceil_mode=False)',
  );
});

describe('zeta', () => {
  test.each([
    [2, -2.5, 9.539246644989124],
    [3, -0.25, -61.34868339183117],
    [5, -3.75, 1020.0663490506143],
    [2, -1e3 - 0.25, 19.738209551699782],
    [2, -1e7 - 0.5, 9.86960430108937],
    [2, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('of %f from %f on, as quick far below 0 as near it', (s, q, expected) => {
    const y = special.zeta(double(s), double(q)).item();
    if (Number.isFinite(expected)) expect(Number(y) / expected).toBeCloseTo(1, 13);
    else expect(y).toBe(expected);
  });
});
