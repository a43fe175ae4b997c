// Rows of activations with parameters, losses and dropout.
import {
  ArgumentTypeError,
  DtypeError,
  IndexError,
  manualSeed,
  OptionError,
  ShapeError,
  type Tensor,
  ValueError,
  zeros,
} from 'flambeau';
import * as A from '../../lib/functional/activation.ts';
import * as D from '../../lib/functional/dropout.ts';
import * as L from '../../lib/functional/loss.ts';
import * as E from '../../lib/functional/loss-elements.ts';
import { at, build, type Input, positions, type Row } from '../support/check-operator.ts';
import type { Rows } from '../support/operators.ts';
import { sigmoid, softplus } from '../support/special-functions.ts';
import type { Values } from '../support/values.ts';

function activation(run: (x: Tensor) => Tensor, each: (x: number) => number, more: Partial<Row> = {}): Row {
  return { run, each, inputs: [{ shape: [2, 3] }], k: 8, ...more };
}

const nan = Number.isNaN;

export const activationRows: Rows<typeof A> = {
  leakyRelu: activation(
    (x) => A.leakyRelu(x, { negativeSlope: 0.2 }),
    (x) => (x > 0 ? x : x * 0.2),
    {
      errors: [
        [(x) => A.leakyRelu(x.long()), DtypeError, /"leakyRelu" not implemented for 'int64'/],
        [(x) => A.leakyRelu(x, { negative_slope: 1 } as object), OptionError, /did you mean 'negativeSlope'/],
      ],
    },
  ),
  elu: activation(
    (x) => A.elu(x, { alpha: 1.5 }),
    (x) => (x > 0 ? x : 1.5 * Math.expm1(x)),
    { inPlace: (x) => A.elu_(x, { alpha: 1.5 }) },
  ),
  celu: activation(
    (x) => A.celu(x, { alpha: 1.5 }),
    (x) => (x > 0 ? x : 1.5 * Math.expm1(x / 1.5)),
    { inPlace: (x) => A.celu_(x, { alpha: 1.5 }) },
  ),
  prelu: {
    run: (x, w) => A.prelu(x, w),
    reference: (x, w) =>
      build(x.shape, (i = 0, j = 0) => (at(x, i, j) > 0 ? at(x, i, j) : at(x, i, j) * (w.data[j] ?? 0))),
    inputs: [{ shape: [2, 3] }, { shape: [3] }],
    errors: [[(x) => A.prelu(x, zeros(4)), ShapeError, /parameter numbers = 4 and channel size = 3/]],
  },
  softplus: activation(
    (x) => A.softplus(x, { beta: 2, threshold: 3 }),
    (x) => (2 * x > 3 ? x : softplus(2 * x) / 2),
  ),
  hardtanh: activation(
    (x) => A.hardtanh(x, { minVal: -0.7, maxVal: 1.1 }),
    (x) => (nan(x) ? x : Math.min(Math.max(x, -0.7), 1.1)),
  ),
  threshold: activation(
    (x) => A.threshold(x, 0.3, -5),
    (x) => (x <= 0.3 ? -5 : x),
    { k: 1 },
  ),
  hardshrink: activation(
    (x) => A.hardshrink(x),
    (x) => (Math.abs(x) <= 0.5 ? 0 : x),
  ),
  softshrink: activation(
    (x) => A.softshrink(x),
    (x) => (x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : x * 0),
  ),
  glu: {
    run: (x) => A.glu(x),
    reference: (x) => build([2, 2], (i = 0, j = 0) => at(x, i, j) * sigmoid(at(x, i, j + 2))),
    inputs: [{ shape: [2, 4] }],
    k: 8,
  },
};

const pair = [{ shape: [2, 3] }, { shape: [2, 3] }] as const;
const sum = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
const scalar = (value: number) => ({ shape: [], data: [value] });

function regression(run: typeof E.mseLoss, each: (x: number, y: number) => number): Row[] {
  const losses = (x: Values, y: Values) => x.data.map((v, i) => each(v, y.data[i] ?? 0));
  return [
    {
      run: (x, y) => run(x, y),
      reference: (x, y) => scalar(sum(losses(x, y)) / x.data.length),
      inputs: pair,
      lengths: (n) => [[n], [n]],
      k: 40,
      errors: [
        [(x) => run(x, zeros(4)), ShapeError, /must match the size of tensor b \(4\)/],
        [(x, y) => run(x, y, { reduction: 'avg' as 'mean' }), ValueError, /avg is not a valid value for reduction/],
        [(x) => run(x, 1 as unknown as Tensor), ArgumentTypeError, /argument 'target' must be Tensor, not 1/],
      ],
    },
    {
      run: (x, y) => run(x, y, { reduction: 'sum' }),
      reference: (x, y) => scalar(sum(losses(x, y))),
      inputs: pair,
      k: 8,
    },
    { run: (x, y) => run(x, y, { reduction: 'none' }), each, inputs: pair, special: false },
  ];
}

const labels: Input = { shape: [3], data: [2, 0, -100], dtype: 'int64' };
const weights: Input = { shape: [4], range: [0.5, 2], constant: true };
const scores: Input = { shape: [3, 4], range: [-3, 3] };

function logSoftmax(x: Values): Values {
  return build(x.shape, (i = 0, j = 0) => {
    const row = Array.from({ length: x.shape[1] ?? 0 }, (_, k) => at(x, i, k));
    return at(x, i, j) - Math.log(sum(row.map(Math.exp)));
  });
}

// The weighted mean over the labels that are not left out.
function picked(logp: Values, target: Values, weight: Values): Values {
  const rows = target.data.flatMap((label, i) => (label < 0 ? [] : [{ label, loss: -at(logp, i, label) }]));
  return scalar(
    sum(rows.map(({ label, loss }) => loss * at(weight, label))) / sum(rows.map(({ label }) => at(weight, label))),
  );
}

const wrongLabels = (run: typeof L.nllLoss): Row['errors'] => [
  [(x) => run(x, positions(0, 4, 1)), IndexError, /Target 4 is out of bounds/],
  [(x) => run(x, positions(0, -1, 1)), IndexError, /Target -1 is out of bounds/],
  [(x) => run(x, positions(0, 1)), ShapeError, /Expected input batch_size \(3\) to match target batch_size \(2\)/],
  [
    (x, t) => run(x, t, { weight: zeros(3) }),
    ShapeError,
    /weight tensor should be defined either for all 4 classes or no classes/,
  ],
  [(x, t) => run(x, t, { ignore_index: 1 } as object), OptionError, /did you mean 'ignoreIndex'/],
];

export const lossRows: Rows<typeof L> & Rows<Pick<typeof E, 'mseLoss' | 'l1Loss'>> = {
  mseLoss: regression(E.mseLoss, (x, y) => (x - y) ** 2),
  l1Loss: regression(E.l1Loss, (x, y) => Math.abs(x - y)),
  nllLoss: [
    {
      run: (x, t, w) => L.nllLoss(x, t, { weight: w }),
      reference: picked,
      inputs: [scores, labels, weights],
      k: 16,
      errors: wrongLabels(L.nllLoss),
    },
    {
      run: (x, t) => L.nllLoss(x, t, { reduction: 'none', ignoreIndex: 1 }),
      reference: (x, t) => build([2, 2], (i = 0, j = 0) => (at(t, i, j) === 1 ? 0 : -at(x, i, at(t, i, j), j))),
      inputs: [{ shape: [2, 3, 2] }, { shape: [2, 2], data: [0, 1, 2, 2], dtype: 'int64' }],
      k: 0,
    },
  ],
  crossEntropy: [
    {
      run: (x, t, w) => L.crossEntropy(x, t, { weight: w }),
      reference: (x, t, w) => picked(logSoftmax(x), t, w),
      inputs: [scores, labels, weights],
      k: 16,
      magnitude: 4,
      errors: wrongLabels(L.crossEntropy as typeof L.nllLoss),
    },
    {
      run: (x, t) => L.crossEntropy(x, t, { labelSmoothing: 0.1 }),
      reference: (x, t) => {
        const logp = logSoftmax(x);
        const rows = t.data.flatMap((label, i) =>
          label < 0 ? [] : [-0.9 * at(logp, i, label) - (0.1 / 4) * sum([0, 1, 2, 3].map((k) => at(logp, i, k)))],
        );
        return scalar(sum(rows) / rows.length);
      },
      inputs: [scores, labels],
      k: 16,
      magnitude: 4,
      errors: [
        [
          (x, t) => L.crossEntropy(x, t, { labelSmoothing: 2 }),
          ValueError,
          /label_smoothing must be between 0.0 and 1.0. Got: 2/,
        ],
      ],
    },
    {
      run: (x, p) => L.crossEntropy(x, p),
      reference: (x, p) => scalar(-sum(logSoftmax(x).data.map((v, i) => v * (p.data[i] ?? 0))) / 3),
      inputs: [scores, { shape: [3, 4], range: [0, 1] }],
      k: 16,
      magnitude: 8,
      errors: [[(x) => L.crossEntropy(x, zeros(3)), DtypeError, /expected scalar type Long but found Float/]],
    },
  ],
};

const drop = (x: Tensor) => {
  manualSeed(3);
  return D.dropout(x.contiguous(), { p: 0.25 });
};

export const dropoutRows: Rows<Pick<typeof D, 'dropout'>> = {
  dropout: [
    {
      run: (x) => drop(x),
      // Which elements go is the generator's affair: its tests have the numbers. Here: 0, or 4/3 of the element.
      reference: (x) => build(x.shape, (...i) => at(x, ...i) * (at(kept(x.shape), ...i) === 0 ? 0 : 4 / 3)),
      inputs: [{ shape: [2, 3], range: [1, 2] }],
      lengths: (n) => [[n]],
      errors: [
        [(x) => D.dropout(x, { p: 1.5 }), ValueError, /dropout probability has to be between 0 and 1, but got 1.5/],
        [(x) => D.dropout(x.long()), DtypeError, /expected a floating point input, got int64/],
        [(x) => D.dropout(x, { p: '1' as unknown as number }), ArgumentTypeError, /p must be a number, got '1'/],
      ],
    },
    { run: (x) => D.dropout(x, { training: false }), each: (x) => x, inputs: [{ shape: [2, 3] }], dtypes: ['int64'] },
    { run: (x) => D.dropout(x, { p: 1 }), each: (x) => x * 0, inputs: [{ shape: [2, 3] }] },
  ],
};

function kept(shape: readonly number[]): Values {
  return { shape, data: Array.from(drop(zeros([...shape]).add(1)).toTypedArray(), Number) };
}
