// Where operators could easily differ from PyTorch 2.6, which gave these results.
import {
  addcdiv,
  addmm,
  addmv,
  autograd,
  baddbmm,
  DtypeError,
  geqrf,
  LinAlgError,
  linalg,
  ones,
  ormqr,
  rsub,
  ShapeError,
  special,
  type Tensor,
  tensor,
  vander,
  zeros,
} from 'flambeau';
import { expect, test } from 'vitest';

test('rsub subtracts the first operand from the second', () => {
  expect(rsub(tensor([1, 2]), 10).tolist()).toEqual([9, 8]);
  expect(rsub(tensor([1, 2]), tensor([10, 20]), { alpha: 3 }).tolist()).toEqual([7, 14]);
  expect(tensor([1, 2]).rsub(10).tolist()).toEqual([9, 8]);
});

test('powers rise in linalg.vander and fall in vander', () => {
  const powers = [
    [1, 2, 4],
    [1, 3, 9],
  ];
  expect(linalg.vander(tensor([2, 3]), { N: 3 }).tolist()).toEqual(powers);
  expect(vander(tensor([2, 3]), { N: 3 }).tolist()).toEqual(powers.map((row) => row.reverse()));
});

test('a summand is broadcast to the product, not the product to it', () => {
  expect(addmm(tensor([1, 2, 3]), zeros(2, 4).long(), zeros(4, 3).long()).shape).toEqual([2, 3]);
  const message = /expanded size of the tensor \(1\) must match the existing size \(2\)/;
  expect(() => addmm(ones(2), ones(2, 2), ones(2, 1))).toThrow(message);
  expect(() => addmv(ones(2, 2), ones(2, 2), ones(2))).toThrow(ShapeError);
  expect(() => baddbmm(ones(4, 2, 2), ones(1, 2, 3), ones(1, 3, 2))).toThrow(ShapeError);
});

test('addcdiv does not divide integers by integers', () => {
  expect(() => addcdiv(tensor([1.5]), tensor([3]), tensor([2]))).toThrow(DtypeError);
  expect(addcdiv(tensor([1.5]), tensor([3]), tensor([0.5])).tolist()).toEqual([7.5]);
});

test('odd functions are 0 at 0 and exact near it', () => {
  const x = tensor([0, 1e-20, -0.01], { dtype: 'float64' });
  for (const f of [special.besselJ1, special.i1, special.i1e, special.modifiedBesselI1]) {
    const [zero, small, last] = f(x).tolist() as number[];
    expect([zero, small]).toEqual([0, 5e-21]);
    expect(last).toBeCloseTo(-0.005, 4);
  }
  expect(special.besselJ1(x).tolist()).toEqual([0, 5e-21, -0.004999937500260416]);
  expect(special.ndtri(tensor([0.5])).tolist()).toEqual([0]);
  expect(special.entr(tensor([0, -1])).tolist()).toEqual([0, -Infinity]);
});

test('linalg.inv says which element is zero', () => {
  const singular = tensor([
    [1, 2],
    [2, 4],
  ]).float();
  const message = (prefix: string, at: number) =>
    `linalg.inv: ${prefix}The diagonal element ${at} is zero, the inversion could not be completed because the input matrix is singular.`;
  expect(() => linalg.inv(singular)).toThrow(new LinAlgError(message('', 2)));
  expect(() => linalg.inv(zeros(3, 3))).toThrow(message('', 1));
  const batch = zeros(2, 2, 2);
  batch.set(
    [0],
    tensor([
      [1, 0],
      [0, 1],
    ]).float(),
  );
  expect(() => linalg.inv(batch)).toThrow(message('(Batch element 1): ', 1));
});

test('what has no gradient in PyTorch throws in backward', () => {
  const square = () =>
    tensor(
      [
        [4.5, 1],
        [1, 3],
      ],
      { dtype: 'float64', requiresGrad: true },
    );
  expect(() => geqrf(square()).tau.sum().backward()).toThrow("the derivative for 'geqrf' is not implemented.");
  const { LD, pivots } = linalg.ldlFactor(square());
  expect(() => LD.sum().backward()).toThrow('derivative for aten::linalg_ldl_factor_ex is not implemented');
  const x = linalg.ldlSolve(LD.detach(), pivots, square());
  expect(() => x.sum().backward()).toThrow('derivative for aten::linalg_ldl_solve is not implemented');
});

test('factors that do not fit are refused in the words of PyTorch', () => {
  const { a, tau } = geqrf(ones(4, 3));
  expect(() => ormqr(a, tau, ones(3, 2))).toThrow('torch.ormqr: other.shape[-2] must be equal to input.shape[-2]');
  expect(() => ormqr(a, ones(1, 3), ones(4, 2))).toThrow(/one dimension less than input, but got tau.ndim equal to 2/);
  expect(() => linalg.ldlFactorEx(ones(2, 3))).toThrow(
    'torch.linalg.ldl_factor_ex: A must be batches of square matrices, but they are 2 by 3 matrices',
  );
  expect(() => linalg.ldlFactor(zeros(2, 2))).toThrow(LinAlgError);
  const { LD, pivots } = linalg.ldlFactor(ones(1, 1));
  expect(() => linalg.ldlSolve(LD, pivots, ones(3, 2))).toThrow(/each A matrix is 1 by 1 but each b matrix is 3 by 2/);
  expect(() => linalg.ldlSolve(LD, pivots.float(), ones(1, 2))).toThrow('Expected pivots to be integers. Got Float');
});

test('LU refuses to go without pivoting, and luFactor a singular matrix', () => {
  for (const factor of [linalg.lu, linalg.luFactor, linalg.luFactorEx]) {
    expect(() => factor(ones(2, 2), { pivot: false })).toThrow(
      'linalg.lu_factor: LU without pivoting is not implemented on the CPU',
    );
  }
  expect(linalg.luFactorEx(zeros(3, 2, 2)).info.tolist()).toEqual([1, 1, 1]);
  expect(linalg.luFactorEx(zeros(0, 2)).info.item()).toBe(0);
  const message = (prefix: string) => `torch.linalg.${prefix}U[1,1] is zero and using it on lu_solve would`;
  expect(() => linalg.luFactorEx(zeros(2, 2), { checkErrors: true })).toThrow(message('lu_factor_ex: '));
  expect(() => linalg.luFactor(zeros(3, 2, 2))).toThrow(message('lu_factor: (Batch element 0): '));
});

test('the order of linalg.cond stands alone or among options', () => {
  const x = tensor([
    [2, 0],
    [0, 0.5],
  ]);
  expect(linalg.cond(x, 1).item()).toBe(4);
  expect(linalg.cond(x, { p: -2 }).item()).toBe(0.25);
  expect(linalg.cond(x, {}).item()).toBe(4);
});

test('norms refuse dims and orders that do not fit', () => {
  const { norm, matrixNorm, vectorNorm } = linalg;
  const [x, z] = [ones(3, 4), ones(2, 3, 4)];
  expect(() => norm(z, 'fro')).toThrow(
    'linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got 3D.',
  );
  expect(() => norm(z, 2, [0, 1, 2])).toThrow(
    'linalg.norm: If dim is specified, it must be of length 1 or 2. Got [0, 1, 2]',
  );
  expect(() => norm(x, 'nuc', 0)).toThrow('linalg.matrix_norm: dim must be a 2-tuple. Got 0');
  expect(() => matrixNorm(ones(3), 3)).toThrow('linalg.matrix_norm: Order 3 not supported.');
  expect(() => Reflect.apply(vectorNorm, null, [x, 'fro'])).toThrow(
    "linalg_vector_norm(): argument 'ord' (position 2) must be Number, not",
  );
  expect(() => vectorNorm(ones(0), -Infinity)).toThrow(
    'linalg.vector_norm cannot compute the -inf norm on an empty tensor because the operation does not have an identity',
  );
  expect(() => norm(ones(0, 3), -3, 0)).toThrow('cannot compute the -3 norm on the dimension 0 because');
  expect(norm(ones(0, 3), -3, 1).shape).toEqual([0]);
});

test('at a bound all of the gradient goes to what is clamped', () => {
  const [x, low, high] = [
    [1, 2, 3],
    [1, 0, 4],
    [5, 2, 3.5],
  ].map((values) => tensor(values, { dtype: 'float64', requiresGrad: true })) as [Tensor, Tensor, Tensor];
  const gradients = (y: Tensor, ...of: Tensor[]) => autograd.grad(y.sum(), of).map((g) => g?.tolist());
  expect(gradients(x.clamp(low, high), x, low, high)).toEqual([
    [1, 1, 0],
    [0, 0, 0],
    [0, 0, 1],
  ]);
  expect(gradients(x.clampMin(low), x, low)).toEqual([
    [1, 1, 0],
    [0, 0, 1],
  ]);
  expect(gradients(x.clampMax(high), x, high)).toEqual([
    [1, 1, 1],
    [0, 0, 0],
  ]);
});

test('NaN is not clamped, and gives no bound a gradient', () => {
  const [x, low, high] = [Number.NaN, 1, 5].map((value) =>
    tensor([value], { dtype: 'float32', requiresGrad: true }),
  ) as [Tensor, Tensor, Tensor];
  const y = x.clamp(low, high);
  expect(y.tolist()).toEqual([Number.NaN]);
  expect(autograd.grad(y.sum(), [x, low, high]).map((g) => g?.tolist())).toEqual([[0], [0], [0]]);
});
