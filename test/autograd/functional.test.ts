// Jacobians and Hessians, transformed functions, checkpointing, hooks on saved tensors, anomaly mode.
import {
  AutogradError,
  autograd,
  checkpoint,
  checkpointSequential,
  func,
  manualSeed,
  nn,
  noGrad,
  randn,
  type Tensor,
  tensor,
  vmap,
} from 'flambeau';
import { describe, expect, test } from 'vitest';

const F = nn.functional;
const double = (...values: number[]) => tensor(values, { dtype: 'float64' });
const cube = (x: Tensor) => x.pow(3);
const near = (x: unknown, expected: unknown) => {
  const round = (v: unknown): unknown => (Array.isArray(v) ? v.map(round) : Math.round(Number(v) * 1e9) / 1e9 || 0);
  expect(round((x as Tensor).tolist())).toEqual(round(expected));
};

describe('derivatives of a function', () => {
  const x = double(1, 2, 3);

  test('jacobian and hessian', () => {
    near(autograd.functional.jacobian(cube, x), [
      [3, 0, 0],
      [0, 12, 0],
      [0, 0, 27],
    ]);
    near(
      autograd.functional.hessian((v) => cube(v).sum(), x),
      [
        [6, 0, 0],
        [0, 12, 0],
        [0, 0, 18],
      ],
    );
    const [byX, byY] = autograd.functional.jacobian((a, b) => (a as Tensor).mul(b as Tensor), [x, double(4, 5, 6)]) as [
      Tensor,
      Tensor,
    ];
    near(byX.diagonal(), [4, 5, 6]);
    near(byY.diagonal(), [1, 2, 3]);
  });

  test('products with the Jacobian and the Hessian', () => {
    const v = double(1, 0, 2);
    const f = (a: Tensor) => a.get(0).mul(a.get(1)).mul(a.get(2));
    near(autograd.functional.vjp(cube, x, v)[1], [3, 0, 54]);
    near(autograd.functional.jvp(cube, x, v)[1], [3, 0, 54]);
    near(autograd.functional.vhp(f, x, v)[1], [4, 5, 2]);
    near(autograd.functional.hvp(f, x, v)[1], [4, 5, 2]);
    expect(x.requiresGrad).toBe(false);
  });

  test('functions of functions', () => {
    const f = (a: Tensor) => a.pow(4).sum();
    near(func.grad(f)(x), [4, 32, 108]);
    near(func.grad((a: Tensor) => func.grad(f)(a).sum())(x), [12, 48, 108]);
    near(func.hessian(f)(x).diagonal(), [12, 48, 108]);
    near(func.jacrev(cube)(x).diagonal(), [3, 12, 27]);
    const [value, pull] = func.vjp((a) => cube(a), x);
    near(value, [1, 8, 27]);
    near((pull(double(1, 1, 1)) as Tensor[])[0], [3, 12, 27]);
    near(vmap((a: Tensor, b: Tensor) => a.dot(b))(x.unsqueeze(1), x.unsqueeze(1)), [1, 4, 9]);
    near(vmap((a: Tensor) => a.mul(2), { inDims: 1, outDims: 1 })(double(1, 2).unsqueeze(0)), [[2, 4]]);
    near(vmap(func.grad(f))(double(1, 2).unsqueeze(1)), [[4], [32]]);
  });

  test('are taken under noGrad too', () => {
    const f = (a: Tensor) => cube(a).sum();
    noGrad(() => {
      near(func.jacrev(cube)(x).diagonal(), [3, 12, 27]);
      near(func.hessian(f)(x).diagonal(), [6, 12, 18]);
      near((autograd.functional.jacobian(cube, x) as Tensor).diagonal(), [3, 12, 27]);
      near((autograd.functional.hessian(f, x) as Tensor).diagonal(), [6, 12, 18]);
    });
  });

  test('hand on what the function returns besides, without its graph', () => {
    const f = (a: Tensor) => [cube(a), { input: a.mul(2) }];
    const scalar = (a: Tensor) => [cube(a).sum(), { input: a.mul(2) }];
    const [slopes, value, pull] = [[3, 12, 27], [1, 8, 27], func.vjp(f, x, { hasAux: true })];
    const results: [unknown, unknown, { input: Tensor }][] = [
      [func.grad(scalar, { hasAux: true })(x)[0], slopes, func.grad(scalar, { hasAux: true })(x)[1]],
      [func.jacrev(f, { hasAux: true })(x)[0].diagonal(), slopes, func.jacrev(f, { hasAux: true })(x)[1]],
      [pull[0], value, pull[2] as { input: Tensor }],
      [func.jvp(f, [x], [x], { hasAux: true })[1], [3, 24, 81], { input: x.mul(2) }],
    ];
    for (const [result, expected, aux] of results) {
      near(result, expected);
      near(aux.input, [2, 4, 6]);
      expect(aux.input.requiresGrad).toBe(false);
    }
    near(pull[1](double(1, 1, 1))[0], slopes);
  });
});

describe('checkpointing', () => {
  const gradientsOf = (checkpointed: boolean) => {
    manualSeed(7);
    const net = new nn.Sequential(new nn.Linear(4, 8), new nn.Tanh(), new nn.Dropout(0.5), new nn.Linear(8, 2));
    const x = randn(3, 4, { requiresGrad: true });
    const y = checkpointed ? checkpoint((input: Tensor) => net(input), x) : net(x);
    y.square().sum().backward();
    return [x, ...net.parameters()].map((p) => p.grad?.tolist());
  };

  test('gives the same gradients, with dropout too', () => {
    expect(gradientsOf(true)).toEqual(gradientsOf(false));
  });

  test('computes the forward pass twice, and saves nothing', () => {
    let calls = 0;
    const x = double(1, 2).requiresGrad_();
    const y = checkpoint((a: Tensor) => {
      calls += 1;
      return a.exp().mul(a);
    }, x);
    expect(calls).toBe(1);
    y.sum().backward();
    expect(calls).toBe(2);
    near(
      x.grad,
      [1, 2].map((v) => Math.exp(v) * (1 + v)),
    );
  });

  test('in segments, and refuses a function that changes', () => {
    const x = double(0.5).requiresGrad_();
    checkpointSequential(
      [F.tanh, F.sigmoid, F.tanh].map((f) => (a: Tensor) => f(a)),
      2,
      x,
    ).backward();
    const y = double(0.5).requiresGrad_();
    F.tanh(F.sigmoid(F.tanh(y))).backward();
    near(x.grad, y.grad?.tolist());
    let first = true;
    const z = checkpoint((a: Tensor) => {
      const result = first ? a.exp().exp() : a.mul(2);
      first = false;
      return result;
    }, double(1).requiresGrad_());
    expect(() => z.backward()).toThrow(/A different number of tensors was saved/);
  });
});

test('hooks on saved tensors see what is kept and what is used', () => {
  const seen: string[] = [];
  const x = double(2, 3).requiresGrad_();
  const y = autograd.savedTensorsHooks(
    (saved) => {
      seen.push(`pack ${saved.tolist()}`);
      return saved.mul(10);
    },
    (packed) => {
      seen.push('unpack');
      return packed as Tensor;
    },
    () => x.mul(x),
  );
  y.sum().backward();
  expect(seen).toEqual(['pack 2,3', 'pack 2,3', 'unpack', 'unpack']);
  near(x.grad, [40, 60]);
});

test('hooks on saved tensors are refused where they are disabled, and where they are set already', () => {
  const { disableSavedTensorsHooks, savedTensorsHooks } = autograd.graph;
  const same = (x: unknown) => x as Tensor;
  const set = () => savedTensorsHooks(same, same, () => double(2).requiresGrad_().exp());
  expect(() => disableSavedTensorsHooks('outer', () => disableSavedTensorsHooks('inner', set))).toThrow('inner');
  expect(() => savedTensorsHooks(same, same, () => disableSavedTensorsHooks('already', set))).toThrow('already');
  expect(disableSavedTensorsHooks('none', () => double(2).requiresGrad_().exp()).requiresGrad).toBe(true);
  expect(set().requiresGrad).toBe(true);
});

describe('anomaly mode', () => {
  test('finds NaN, and says where the operator was called', () => {
    const failing = () =>
      autograd.detectAnomaly(() => {
        const x = double(0).requiresGrad_();
        x.sqrt().mul(0).backward();
      });
    expect(failing).toThrow(AutogradError);
    try {
      failing();
    } catch (error) {
      expect((error as Error).message).toBe("Function 'SqrtBackward0' returned nan values in its 0th output.");
      expect(String(((error as Error).cause as Error).stack)).toContain('functional.test.ts');
    }
    expect(autograd.isAnomalyEnabled()).toBe(false);
  });

  test('leaves NaN alone when asked to', () => {
    const x = double(0).requiresGrad_();
    autograd.detectAnomaly(() => x.sqrt().mul(0).backward(), { checkNan: false });
    expect(x.grad?.item()).toBeNaN();
  });
});
