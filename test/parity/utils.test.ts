// nn.utils and func against what PyTorch recorded (scripts/record-utils.py): the same steps, the same tensors and names.
import { func, manualSeed, nn, noGrad, rand, Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test, vi } from 'vitest';
import recorded from './utils.json' with { type: 'json' };

const { utils } = nn;
const { parametrizations: P, parametrize, prune } = utils;

interface Packed {
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}
type Value = Tensor | null | undefined | string | boolean | string[];
type Weighted = nn.Module & { weight: Tensor; bias: Tensor | null };

const keys = (m: nn.Module) => [...m.stateDict().keys()];

function wave(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(Array.from({ length: size }, (_, i) => Math.sin(i * 0.37))).reshape(shape);
}

function graded(m: nn.Module, y: Tensor): (Tensor | null)[] {
  y.mul(wave(...y.shape))
    .sum()
    .backward();
  return [...m.parameters()].map((p) => p.grad);
}

function statistics(bn: nn.BatchNorm1d | nn.BatchNorm2d, n: number): nn.BatchNorm1d | nn.BatchNorm2d {
  noGrad(() => {
    bn.running_mean?.copy_(wave(n));
    bn.running_var?.copy_(wave(n).add(1.5));
    bn.weight?.copy_(wave(n).add(1));
    bn.bias?.copy_(wave(n).mul(2));
  });
  return bn.eval();
}

class Twice extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x.mul(2);
  }
  rightInverse(x: Tensor): Tensor {
    return x.div(2);
  }
}

class Plus extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x.add(1);
  }
}

type Call = (x: Tensor) => Tensor;
const call = (m: nn.Module, x: Tensor) => (m as unknown as Call)(x);

/** Makes a module, what is done to it, and the shape of its input. */
type Subject = readonly [make: () => nn.Module, options: object, input: readonly number[]];

const weightNorms: Record<string, Subject> = {
  weightNorm: [() => new nn.Linear(4, 3), {}, [2, 4]],
  weightNormDim: [() => new nn.Conv1d(2, 3, 2), { dim: 1 }, [1, 2, 4]],
  weightNormWhole: [() => new nn.Linear(4, 3), { dim: null }, [2, 4]],
};

const spectralNorms: Record<string, Subject> = {
  spectralNorm: [() => new nn.Linear(4, 3), {}, [2, 4]],
  spectralNormConv: [() => new nn.Conv2d(2, 3, 2), { nPowerIterations: 2 }, [1, 2, 3, 3]],
  spectralNormTransposed: [() => new nn.ConvTranspose1d(2, 3, 2), { eps: 1e-6 }, [1, 2, 4]],
};

const prunings: Record<string, (m: nn.Linear) => unknown> = {
  pruneIdentity: (m) => prune.identity(m, 'weight'),
  pruneRandom: (m) => prune.randomUnstructured(m, 'weight', 0.4),
  pruneRandomCount: (m) => prune.randomUnstructured(m, 'weight', 3),
  pruneL1: (m) => prune.l1Unstructured(m, 'weight', 0.3),
  pruneL1Scores: (m) => prune.l1Unstructured(m, 'weight', 5, { importanceScores: wave(4, 5) }),
  pruneRandomStructured: (m) => prune.randomStructured(m, 'weight', 2, 1),
  pruneLn: (m) => prune.lnStructured(m, 'weight', 0.5, 2, 0),
  pruneLnInf: (m) => prune.lnStructured(m, 'weight', 2, Number.POSITIVE_INFINITY, 1),
  pruneMask: (m) => prune.customFromMask(m, 'weight', wave(4, 5).gt(0)),
  pruneTwice: (m) => prune.l1Unstructured(prune.l1Unstructured(m, 'weight', 0.3), 'weight', 0.5),
  pruneStructuredTwice: (m) =>
    prune.lnStructured(
      prune.l1Unstructured(prune.lnStructured(m, 'weight', 1, 1, 0), 'weight', 4),
      'weight',
      0.4,
      2,
      1,
    ),
};

const scenarios: Record<string, () => Value[]> = {
  clipNorms() {
    const ps = [[2, 3], [4], [1]].map((shape) => new nn.Parameter(zeros(shape)));
    const [a, b] = ps as [nn.Parameter, nn.Parameter];
    a.grad = wave(2, 3).mul(3);
    b.grad = wave(4);
    const orders = [2, 1, Number.POSITIVE_INFINITY];
    const first = orders.map((normType) => utils.getTotalNorm([a.grad, b.grad] as Tensor[], { normType }));
    const total = utils.clipGradNorm_(ps, 1.5);
    const after = [a.grad.clone(), b.grad.clone()];
    utils.clipGradsWithNorm_(ps, 0.5, tensor(2));
    utils.clipGradValue_(ps, 0.1);
    return [...first, total, ...after, a.grad, b.grad];
  },
  fuseConv() {
    const conv = new nn.Conv2d(2, 3, 2, { bias: false }).eval();
    const m = utils.fuseConvBnEval(conv, statistics(new nn.BatchNorm2d(3), 3));
    return [m.weight, m.bias, String(m), call(m, wave(1, 2, 3, 3))];
  },
  fuseTransposed() {
    const conv = new nn.ConvTranspose1d(2, 3, 2).eval();
    const m = utils.fuseConvBnEval(conv, statistics(new nn.BatchNorm1d(3), 3), { transpose: true });
    return [m.weight, m.bias];
  },
  fuseLinear() {
    const m = utils.fuseLinearBnEval(new nn.Linear(4, 3).eval(), statistics(new nn.BatchNorm1d(3), 3));
    return [m.weight, m.bias];
  },
  parametrizeOnce() {
    const m = parametrize.registerParametrization(new nn.Linear(2, 3), 'weight', new Twice());
    parametrize.registerParametrization(m, 'weight', new Plus());
    parametrize.registerParametrization(m, 'bias', new Twice());
    const y = m(wave(1, 2));
    const grads = graded(m, y);
    const before = [String(m), keys(m)];
    const flags = [null, 'weight', 'x'].map((name) => parametrize.isParametrized(m, name));
    Reflect.set(m, 'bias', tensor([2, 4, 6], { dtype: 'float32' }));
    const bias = m.getParameter('parametrizations.bias.original').clone();
    const type = parametrize.typeBeforeParametrizations(m).name;
    parametrize.removeParametrizations(m, 'weight', { leaveParametrized: false });
    parametrize.removeParametrizations(m, 'bias');
    return [y, ...grads, ...before, ...flags, bias, type, keys(m), m.weight, m.bias, String(m)];
  },
  pruneGlobal() {
    const [a, b] = [new nn.Linear(3, 4), new nn.Linear(4, 2)];
    const m = new nn.Sequential(a, b);
    prune.globalUnstructured(
      [
        [a, 'weight'],
        [b, 'weight'],
        [a, 'bias'],
      ],
      prune.L1Unstructured,
      { amount: 0.4 },
    );
    const masks = ['0.weight_mask', '1.weight_mask', '0.bias_mask'].map((name) => m.getBuffer(name));
    return [...masks, keys(m), call(m, wave(1, 3))];
  },
  functionalCall() {
    const m = new nn.Sequential(new nn.Linear(3, 2), new nn.BatchNorm1d(2));
    const x = wave(4, 3);
    const y = func.functionalCall(m, { '0.weight': wave(2, 3), '1.running_mean': wave(2) }, [x]) as Tensor;
    const own = call(m.eval(), x);
    const both = func.functionalCall(m, [{ '0.bias': wave(2) }, { '1.weight': wave(2) }], x) as Tensor;
    return [y, own, both];
  },
  stacked() {
    const [ps, bs] = func.stackModuleState([new nn.BatchNorm1d(2), new nn.BatchNorm1d(2)]);
    const weight = ps.get('weight');
    return [[...ps.keys()], [...bs.keys()], weight, bs.get('running_var'), weight?.requiresGrad ?? false];
  },
  vectors() {
    const m = new nn.Linear(2, 2);
    const v = utils.parametersToVector(m.parameters());
    utils.vectorToParameters(wave(6), m.parameters());
    return [v, m.weight, m.bias];
  },
  skipInit() {
    const m = utils.skipInit(nn.Linear, 2, 3);
    return [String(m), rand(2)];
  },
};

const title = (name: string) => `parametrized${name.charAt(0).toUpperCase()}${name.slice(1)}`;

for (const [name, [make, options, shape]] of Object.entries(weightNorms)) {
  const x = () => wave(...shape);
  scenarios[name] = () => {
    const m = utils.weightNorm(make(), options);
    const y = call(m, x());
    const grads = graded(m, y);
    const before = keys(m);
    utils.removeWeightNorm(m);
    return [y, ...grads, before, keys(m), (m as Weighted).weight, call(m, x())];
  };
  scenarios[title(name)] = () => {
    const m = P.weightNorm(make(), options);
    const y = call(m, x());
    const grads = graded(m, y);
    return [String(m), y, ...grads, keys(m), m.getParameter('parametrizations.weight.original0')];
  };
}

for (const [name, [make, options, shape]] of Object.entries(spectralNorms)) {
  const x = () => wave(...shape);
  scenarios[name] = () => {
    const m = utils.spectralNorm(make(), options);
    call(m, x());
    const y = call(m, x());
    const grads = graded(m, y);
    const before = [keys(m), m.getBuffer('weight_u').clone()];
    const z = call(m.eval(), x());
    utils.removeSpectralNorm(m);
    return [y, ...grads, ...before, z, keys(m), (m as Weighted).weight];
  };
  scenarios[title(name)] = () => {
    const m = P.spectralNorm(make(), options);
    call(m, x());
    const y = call(m, x());
    const grads = graded(m, y);
    const before = keys(m);
    const z = call(m.eval(), x());
    parametrize.removeParametrizations(m, 'weight');
    return [y, ...grads, before, z, keys(m), (m as Weighted).weight, String(m)];
  };
}

const sizes = { Square: [3, 3], Tall: [2, 4], Wide: [4, 2] } as const;
for (const orthogonalMap of ['matrix_exp', 'cayley', 'householder'] as const) {
  for (const [kind, [inputs, outputs]] of Object.entries(sizes)) {
    for (const useTrivialization of [true, false]) {
      scenarios[`orthogonal_${orthogonalMap}${kind}${useTrivialization ? '' : 'Plain'}`] = () => {
        const m = P.orthogonal(new nn.Linear(inputs, outputs, { bias: false }), { orthogonalMap, useTrivialization });
        const original = m.getParameter('parametrizations.weight.original');
        const step = 0.3 * (orthogonalMap === 'householder' ? 0.01 : 1);
        noGrad(() => original.add_(wave(...original.shape).mul(step)));
        const w = m.weight;
        return [keys(m), w, ...graded(m, w)];
      };
    }
  }
}

for (const [name, apply] of Object.entries(prunings)) {
  scenarios[name] = () => {
    const m = new nn.Linear(5, 4);
    apply(m);
    const y = m(wave(2, 5));
    const grads = graded(m, y);
    const before = [keys(m), prune.isPruned(m)];
    const mask = m.getBuffer('weight_mask').clone();
    prune.remove(m, 'weight');
    return [mask, y, ...grads, ...before, keys(m), m.weight, prune.isPruned(m)];
  };
}

function expectSame(actual: Value, wanted: unknown, what: string): void {
  if (!(actual instanceof Tensor)) {
    expect(actual ?? null, what).toEqual(wanted);
    return;
  }
  const { shape, values } = wanted as Packed;
  expect(actual.shape, what).toEqual(shape);
  const got = Array.from(actual.detach().toTypedArray(), Number);
  values.forEach((value, i) => {
    const far = Math.abs((got[i] ?? Number.NaN) - Number(value));
    expect(far, `${what}[${i}]: ${got} for ${values}`).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(Number(value))));
  });
}

describe('nn.utils does what PyTorch does', () => {
  test.each(Object.entries(recorded))('%s', (name, wanted) => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    manualSeed(11);
    const actual = scenarios[name]?.() ?? [];
    warnings.mockRestore();
    expect(actual.length).toBe(wanted.length);
    for (const [i, value] of actual.entries()) expectSame(value, wanted[i], `value ${i}`);
  });
});

describe('nn.utils refuses', () => {
  const linear = () => new nn.Linear(2, 2);
  const errors: [message: RegExp, act: () => unknown][] = [
    [/weight_norm of 'weight' not found/, () => utils.removeWeightNorm(linear())],
    [/spectral_norm of 'weight' not found/, () => utils.removeSpectralNorm(linear())],
    [/Cannot register two spectral_norm hooks/, () => utils.spectralNorm(utils.spectralNorm(linear()))],
    [/n_power_iterations=0/, () => P.spectralNorm(linear(), { nPowerIterations: 0 })],
    [/orthogonal_map has to be one of/, () => P.orthogonal(linear(), { orthogonalMap: 'qr' as 'cayley' })],
    [/does not have a parametrization on weight/, () => parametrize.removeParametrizations(linear(), 'weight')],
    [/does not have a parameter, a buffer/, () => parametrize.registerParametrization(linear(), 'w', new Twice())],
    [/amount=1.5 should either be/, () => prune.l1Unstructured(linear(), 'weight', 1.5)],
    [/should be smaller than the number of parameters to prune=4/, () => prune.l1Unstructured(linear(), 'weight', 5)],
    [/has to be pruned before pruning can be removed/, () => prune.remove(linear(), 'weight')],
    [/has no attribute `w`/, () => func.functionalCall(linear(), { w: zeros(1) }, [zeros(1, 2)])],
    [/non-finite/, () => utils.getTotalNorm([tensor([Number.NaN])], { errorIfNonfinite: true })],
    [/expected a vector of 6 elements, got 5/, () => utils.vectorToParameters(zeros(5), linear().parameters())],
  ];
  test.each(errors)('%s', (message, act) => expect(act).toThrow(message));

  test('a refused pruning leaves the module as it was', () => {
    const m = linear();
    expect(() => prune.l1Unstructured(m, 'weight', 5)).toThrow();
    expect(keys(m)).toEqual(['weight', 'bias']);
  });
});

test('cached computes a parametrized tensor once', () => {
  const m = parametrize.registerParametrization(new nn.Linear(2, 2), 'weight', new Twice());
  const twice = () => new Set([m.weight, m.weight]).size;
  expect(parametrize.cached(twice)).toBe(1);
  expect(twice()).toBe(2);
});

test('parametrizations are transferred with their tensors', () => {
  const [from, to] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
  parametrize.registerParametrization(from, 'weight', new Twice());
  parametrize.transferParametrizationsAndParams(from, to);
  expect(to.weight.tolist()).toEqual(from.weight.tolist());
  expect(String(to)).toBe(String(from));
});

test('a parametrized module can be copied', () => {
  const m = P.weightNorm(new nn.Linear(2, 2));
  const copy = nn.deepcopy(m);
  expect(copy.weight.tolist()).toEqual(m.weight.tolist());
  expect(keys(copy)).toEqual(keys(m));
});
