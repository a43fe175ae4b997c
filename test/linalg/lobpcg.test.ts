// Some eigenpairs by iteration: those that PyTorch 2.6 finds, in as many steps, and with the gradient of all of them.
import { autograd, eye, FlambeauError, inverse, linalg, lobpcg, manualSeed, randn, type Tensor } from 'flambeau';
import { beforeEach, expect, test } from 'vitest';

const double = { dtype: 'float64' } as const;
const definite = (...shape: number[]): Tensor => {
  const x = randn(shape, double);
  return x.matmul(x.mT).add(eye(shape.at(-1) ?? 1, double));
};
const near = (x: Tensor, y: Tensor, atol = 1e-7) => expect(Number(x.sub(y).abs().max().item())).toBeLessThan(atol);

beforeEach(() => {
  manualSeed(0);
});

test('the largest, in as many steps as PyTorch takes from the same random start', () => {
  const A = definite(9, 9);
  definite(9, 9);
  const steps: number[] = [];
  const first: number[] = [];
  const { E, X } = lobpcg(A, {
    k: 2,
    n: 3,
    tracker: (state) => {
      steps.push(state.convergedCount);
      if (state.istep === 2) first.push(...(state.E.tolist() as number[]));
    },
  });
  expect(steps).toEqual([0, 0, 3]);
  [40.141241700968436, 17.730903293116842, 6.311722913185107].forEach((e, i) => {
    expect(first[i]).toBeCloseTo(e, 10);
  });
  near(E, linalg.eigvalsh(A).flip(0).narrow(0, 0, 2), 1e-9);
  near(A.matmul(X), X.mul(E), 1e-6);
});

test('the smallest of a generalized problem, with a preconditioner', () => {
  const [A, B] = [definite(9, 9), definite(9, 9)];
  const { E, X } = lobpcg(A, { k: 2, B, largest: false, iK: inverse(A) });
  expect((E.tolist() as number[]).map((e) => e.toFixed(4))).toEqual(['0.0758', '0.1600']);
  near(X.mT.matmul(B).matmul(X), eye(2, double));
  near(A.matmul(X), B.matmul(X).mul(E), 1e-6);
});

test('batches, and approximations to begin with', () => {
  const A = definite(2, 3, 12, 12);
  const { E, X } = lobpcg(A, { X: randn([2, 3, 12, 2], double) });
  expect([E.shape, X.shape]).toEqual([
    [2, 3, 2],
    [2, 3, 12, 2],
  ]);
  near(E, linalg.eigvalsh(A).flip(-1).narrow(-1, 0, 2), 1e-9);
});

test('the gradient is that of eigh', () => {
  const A = definite(9, 9);
  const weigh = (E: Tensor, X: Tensor) =>
    E.square()
      .sum()
      .add(X.narrow(-2, 0, 3).square().sum());
  const [one, other] = [A.clone().requiresGrad_(), A.clone().requiresGrad_()];
  const { E, X } = lobpcg(one, { k: 2, tol: 1e-12 });
  const { eigenvalues, eigenvectors } = linalg.eigh(other);
  const [found] = autograd.grad(weigh(E, X), [one]) as [Tensor];
  const [all] = autograd.grad(weigh(eigenvalues.narrow(0, 7, 2), eigenvectors.narrow(1, 7, 2)), [other]) as [Tensor];
  near(found, all.add(all.mT).div(2));
  near(found, found.mT, 1e-12);
});

test('what it cannot do', () => {
  const A = definite(9, 9).requiresGrad_();
  expect(() => lobpcg(A, { k: 4 })).toThrow(
    'LPBPCG algorithm is not applicable when the number of A rows (=9) is smaller than 3 x the number of requested eigenpairs (=4)',
  );
  expect(() => Reflect.apply(lobpcg, null, [A, { X: 'no' }])).toThrow(FlambeauError);
  expect(() =>
    lobpcg(A, { B: eye(9, double) })
      .E.sum()
      .backward(),
  ).toThrow('lobpcg.backward does not support backward with B != I yet.');
});
