// Forms of calls that programs written for PyTorch use, with the values that PyTorch 2.6 gives.
import {
  DtypeError,
  linalg,
  manualSeed,
  movedim,
  narrow,
  norm,
  ones,
  randn,
  rsub,
  ShapeError,
  special,
  type Tensor,
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
