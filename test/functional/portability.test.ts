// Forms of calls that programs written for PyTorch use, with the values that PyTorch 2.6 gives.
import {
  cat,
  DtypeError,
  einsum,
  Generator,
  linalg,
  manualSeed,
  movedim,
  narrow,
  nn,
  norm,
  ones,
  randn,
  rsub,
  ShapeError,
  special,
  stack,
  stdMean,
  Tensor,
  tensor,
  ValueError,
  zeros,
} from 'flambeau';
import { expect, test } from 'vitest';

const near = (actual: unknown, expected: readonly number[]) => {
  for (const [i, value] of (actual as number[]).entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 10);
};

test('rsub takes the first from the second, scaled', () => {
  expect(rsub(tensor([1, 2]), tensor([5, 7])).tolist()).toEqual([4, 5]);
  expect(tensor([1, 2]).rsub(10, { alpha: 3 }).tolist()).toEqual([7, 4]);
});

test.each(['floor', 'ceil', 'round', 'trunc'] as const)('%s leaves integers and refuses booleans', (name) => {
  const x = tensor([3, -2], { dtype: 'int32' });
  expect(x[name]().dtype).toBe('int32');
  expect(x[name]().tolist()).toEqual([3, -2]);
  expect(x[`${name}_`]().tolist()).toEqual([3, -2]);
  expect(() => tensor([true])[name]()).toThrow(DtypeError);
});

test('round counts decimals on both sides of the point', () => {
  const x = tensor([1234.5678, -0.0455], { dtype: 'float64', requiresGrad: true });
  near(x.round({ decimals: 2 }).tolist(), [1234.57, -0.05]);
  near(x.round({ decimals: -2 }).tolist(), [1200, 0]);
  x.round({ decimals: 1 }).sum().backward();
  expect(x.grad?.tolist()).toEqual([0, 0]);
  expect(() => tensor([1], { dtype: 'int64' }).round({ decimals: 1 })).toThrow(DtypeError);
});

test('xlogy and xlog1py are 0 where x is, unless y is NaN', () => {
  const y = tensor([-1, 0, 1, Number.POSITIVE_INFINITY, Number.NaN]);
  expect(special.xlogy(zeros(5), y).tolist()).toEqual([0, 0, 0, 0, Number.NaN]);
  expect(special.xlog1py(zeros(5), y).tolist()).toEqual([0, 0, 0, 0, Number.NaN]);
});

test('fillDiagonal_ wraps in tall matrices and fills every dimension', () => {
  const rows = (x: Tensor) => x.nonzero().tolist();
  expect(rows(zeros(7, 3).fillDiagonal_(5))).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  expect(rows(zeros(6, 2).fillDiagonal_(5, { wrap: true }))).toEqual([
    [0, 0],
    [1, 1],
    [3, 0],
    [4, 1],
  ]);
  expect(rows(zeros(2, 2, 2).fillDiagonal_(1))).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
  expect(() => zeros(2, 3, 2).fillDiagonal_(1)).toThrow('all dimensions of input must be of equal length');
});

test('linalg.vander counts powers upwards', () => {
  expect(linalg.vander(tensor([2, 3]), { N: 3 }).tolist()).toEqual([
    [1, 2, 4],
    [1, 3, 9],
  ]);
});

test('movedim takes lists', () => {
  const x = zeros(2, 3, 4, 5);
  expect(movedim(x, [0, 1], [-1, -2]).shape).toEqual([4, 5, 3, 2]);
  expect(movedim(x, [3, 0], [0, 2]).shape).toEqual([5, 3, 2, 4]);
  expect(() => movedim(x, [0, 1], [0])).toThrow(ShapeError);
  expect(() => movedim(x, [0, 0], [0, 1])).toThrow('movedim: repeated dim in `source` ([0,0])');
});

test('narrow takes its start from a tensor', () => {
  expect(narrow(tensor([1, 2, 3, 4]), 0, tensor(-3), 2).tolist()).toEqual([2, 3]);
  expect(() => narrow(ones(3), 0, tensor([1]), 1)).toThrow('start must be an 0-dim integral Tensor.');
});

test('var and std without bias correction', () => {
  const x = tensor([1, 2, 3, 6], { dtype: 'float64' });
  near([x.var(null, { unbiased: false }).item(), x.std(0, { unbiased: false }).item()], [3.5, 3.5 ** 0.5]);
});

test('norm takes its order second', () => {
  const x = tensor(
    [
      [3, 4],
      [6, 8],
    ],
    { dtype: 'float64' },
  );
  near(norm(x, 1, { dim: 1 }).tolist(), [7, 14]);
  near(x.norm('fro', { dim: 1 }).tolist(), [5, 10]);
  expect(linalg.norm(x, null, null, { keepdim: true }).shape).toEqual([1, 1]);
  expect(() => norm(x, 'none' as 'fro')).toThrow(ValueError);
});

test('the rank of a matrix without elements is 0', () => {
  expect(linalg.matrixRank(zeros(2, 0, 3)).tolist()).toEqual([0, 0]);
});

test.each([
  [true, false],
  [true, true],
  [false, false],
  [false, true],
])('luSolve, left %s, adjoint %s', (left, adjoint) => {
  manualSeed(0);
  const A = randn(2, 3, 3, { dtype: 'float64' });
  const B = left ? randn(2, 3, 4, { dtype: 'float64' }) : randn(2, 4, 3, { dtype: 'float64' });
  const { LU, pivots } = linalg.luFactor(A);
  const X = linalg.luSolve(LU, pivots, B, { left, adjoint });
  const M = adjoint ? A.transpose(-1, -2) : A;
  const back = left ? M.matmul(X) : X.matmul(M);
  expect(back.allclose(B)).toBe(true);
});

test('i0e and i1e of large numbers follow Hankel', () => {
  const x = tensor([1e4, -1e4, 1e300, Number.POSITIVE_INFINITY], { dtype: 'float64' });
  near(special.i0e(x).tolist(), [0.0039894726746047314, 0.0039894726746047314, 0, 0]);
  near(special.i1e(x).tolist(), [0.003989273195983662, -0.003989273195983662, 0, 0]);
});

const m = tensor([
  [1.5, -2, 4],
  [0.5, 3, -1],
]);
const values = (result: unknown): unknown => {
  if (result instanceof Tensor) return result.tolist();
  return Object.values(result as object).map(values);
};

test.each<[name: string, named: () => unknown, placed: () => unknown]>([
  ['sum', () => m.sum({ dim: 1, keepdim: true }), () => m.sum(1, { keepdim: true })],
  ['mean', () => m.mean({ dim: [0, 1] }), () => m.mean([0, 1])],
  ['prod', () => m.prod({ dim: 0 }), () => m.prod(0)],
  ['amax', () => m.amax({ keepdim: true }), () => m.amax(null, { keepdim: true })],
  ['amin', () => m.amin({ dim: 0 }), () => m.amin(0)],
  ['any', () => m.gt(3).any({ dim: 1 }), () => m.gt(3).any(1)],
  ['all', () => m.gt(-2).all({ dim: 1 }), () => m.gt(-2).all(1)],
  ['var', () => m.var({ dim: 1, correction: 0 }), () => m.var(1, { correction: 0 })],
  ['std', () => m.std({ unbiased: false }), () => m.std(null, { unbiased: false })],
  ['stdMean', () => stdMean(m, { dim: 1 }), () => stdMean(m, 1)],
  ['nansum', () => m.nansum({ dim: 1 }), () => m.nansum(1)],
  ['max', () => m.max({ dim: 1, keepdim: true }), () => m.max(1, { keepdim: true })],
  ['min', () => m.min({ dim: 0 }), () => m.min(0)],
  ['argmax', () => m.argmax({ dim: 1 }), () => m.argmax(1)],
  ['argmin', () => m.argmin({ keepdim: true }), () => m.argmin(null, { keepdim: true })],
  ['softmax', () => m.softmax({ dim: 1 }), () => m.softmax(1)],
  ['logSoftmax', () => m.logSoftmax({ dim: 0, dtype: 'float64' }), () => m.logSoftmax(0, { dtype: 'float64' })],
  ['logsumexp', () => m.logsumexp({ dim: 1 }), () => m.logsumexp(1)],
  ['cumsum', () => m.cumsum({ dim: 1, dtype: 'float64' }), () => m.cumsum(1, { dtype: 'float64' })],
  ['cumsum_', () => m.clone().cumsum_({ dim: 1 }), () => m.cumsum(1)],
  ['cummax', () => m.cummax({ dim: 1 }), () => m.cummax(1)],
  ['cat', () => cat([m, m], { dim: 1 }), () => cat([m, m], 1)],
  ['stack', () => stack([m, m], { dim: -1 }), () => stack([m, m], -1)],
  ['unbind', () => m.unbind({ dim: 1 }), () => m.unbind(1)],
  ['split', () => m.split(2, { dim: 1 }), () => m.split(2, 1)],
  ['chunk', () => m.chunk(2, { dim: 1 }), () => m.chunk(2, 1)],
  ['unsqueeze', () => m.unsqueeze({ dim: 1 }), () => m.unsqueeze(1)],
  ['squeeze', () => zeros(1, 2, 1).squeeze({ dim: 0 }), () => zeros(2, 1)],
  ['flatten', () => zeros(2, 3, 4).flatten({ startDim: 1 }), () => zeros(2, 12)],
  ['Flatten', () => new nn.Flatten({ startDim: 0 })(zeros(2, 3)), () => zeros(6)],
  ['clamp', () => m.clamp({ min: 0 }), () => m.clamp(0)],
  ['clamp_', () => m.clone().clamp_({ min: -1, max: 1 }), () => m.clamp(-1, 1)],
  ['flip', () => m.flip([0, 1]), () => m.flip(0, 1)],
])('%s takes by name what PyTorch does', (_, named, placed) => {
  expect(values(named())).toEqual(values(placed()));
});

test.each<[call: () => unknown, message: string]>([
  [() => m.sum({ keepDim: true } as object), "sum: unknown option 'keepDim'; did you mean 'keepdim'?"],
  [() => m.max({ keepdim: true } as never), 'dim must be an integer, got undefined'],
  [() => m.unsqueeze({ dim: 0, keepdim: true } as object), "unknown option 'keepdim'"],
  [() => m.clamp({ low: 0 } as object), "clamp: unknown option 'low'"],
  [() => m.flip(0, 0), 'dim 0 appears multiple times in the list of dims'],
])('%s', (call, message) => {
  expect(call).toThrow(message);
});

test('flip along no dimension is a copy', () => {
  const x = zeros(2);
  x.flip([]).add_(1);
  expect(x.tolist()).toEqual([0, 0]);
});

test('tensorsolve moves several dimensions at once', () => {
  manualSeed(0);
  const A = randn([6, 4, 4, 3, 2], { dtype: 'float64' });
  const B = randn([4, 3, 2], { dtype: 'float64' });
  const X = linalg.tensorsolve(A, B, { dims: [0, 2] });
  expect(X.shape).toEqual([6, 4]);
  near(einsum('pbaqr,pa->bqr', A, X).flatten().tolist(), B.flatten().tolist() as number[]);
});

test('view takes a dtype for the bits', () => {
  expect(tensor([1.5, -2]).view('int32').tolist()).toEqual([1069547520, -1073741824]);
  expect(tensor([1.5]).view('uint8').tolist()).toEqual([0, 0, 192, 63]);
  const bytes = tensor(
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
    { dtype: 'uint8' },
  );
  expect(bytes.view('int16').tolist()).toEqual([
    [513, 1027],
    [1541, 2055],
  ]);
  bytes.view('int16').fill_(0);
  expect(bytes.sum().item()).toBe(0);
  expect(zeros(2, 4).t().view('int32').stride()).toEqual([1, 4]);
  expect(ones(2, { requiresGrad: true }).view('int32').requiresGrad).toBe(false);
});

test.each<[call: () => unknown, message: string]>([
  [() => zeros(4, 3).view('int64'), 'self.size(-1) must be divisible by 2 to view Float as Long'],
  [() => tensor(1.5).view('int16'), 'self.dim() cannot be 0 to view Float as Short (different element sizes)'],
  [() => zeros(4, 3).t().view('int16'), 'self.stride(-1) must be 1 to view Float as Short'],
  [() => zeros(5, 4).get(':', '1:3').view('int64'), 'self.storage_offset() must be divisible by 2'],
  [() => zeros(4, 5).get(':', ':4').view('int64'), 'self.stride(0) must be divisible by 2'],
  [() => einsum(m, [0, 52]), 'einsum(): subscript in subscript list is not within the valid range [0, 52)'],
])('%s', (call, message) => {
  expect(call).toThrow(message);
});

test('einsum takes lists of subscripts', () => {
  expect(einsum(m, [0, 1], m, [2, 1], [0, 2]).tolist()).toEqual(einsum('ij,kj->ik', m, m).tolist());
  expect(einsum(m, [0, 1], m, [2, 1]).tolist()).toEqual(einsum('ij,kj', m, m).tolist());
  expect(einsum(m, ['...', 0], ['...']).tolist()).toEqual(m.sum(1).tolist());
});

test('random_ draws from 0 where only the end is given', () => {
  manualSeed(0);
  expect(zeros(6).random_(2).tolist()).toEqual([0, 1, 1, 0, 1, 1]);
  expect(zeros(3).random_(2, 5, { generator: new Generator() }).ge(2).all().item()).toBe(true);
});
