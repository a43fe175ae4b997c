// Rows of reductions and of the softmax family.
import { DtypeError, IndexError, OptionError, type Tensor, zeros } from 'flambeau';
import * as F from '../../lib/functional/reduce.ts';
import * as S from '../../lib/functional/softmax.ts';
import * as N from '../../lib/linalg/norms.ts';
import { build, type Row } from '../support/check-operator.ts';
import type { Rows } from '../support/operators.ts';
import { sizeOf, type Values } from '../support/values.ts';

type Fold = (x: readonly number[]) => number;

const integers = ['int64', 'int32', 'uint8'] as const;

// Dimension d of an array folded to one number each.
function over(d: number, fold: Fold, keepdim = false): (x: Values) => Values {
  return (x) => {
    const inner = sizeOf(x.shape.slice(d + 1));
    const n = x.shape[d] ?? 1;
    const outer = sizeOf(x.shape.slice(0, d));
    const data = Array.from({ length: outer * inner }, (_, i) => {
      const start = Math.floor(i / inner) * n * inner + (i % inner);
      return fold(Array.from({ length: n }, (_, k) => x.data[start + k * inner] ?? Number.NaN));
    });
    const shape = keepdim ? x.shape.map((size, k) => (k === d ? 1 : size)) : x.shape.filter((_, k) => k !== d);
    return { shape, data };
  };
}

const whole = (fold: Fold) => (x: Values) => ({ shape: [], data: [fold(x.data)] });

// Over everything, over the first dimension, and over the last with the dimension kept; every length of both kinds.
function rows(
  run: (x: Tensor, dim?: number, options?: { keepdim?: boolean }) => Tensor,
  fold: Fold,
  more: Partial<Row> = {},
): Row[] {
  const common = { inputs: [{ shape: [2, 3] }], dtypes: integers, k: 8, ...more };
  const out = [
    (x: Tensor) => run(x, 2),
    IndexError,
    /Dimension out of range \(expected to be in range of \[-2, 1\], but got 2\)/,
  ] as const;
  const option = [
    (x: Tensor) => run(x, 0, { keepDim: true } as object),
    OptionError,
    /did you mean 'keepdim'/,
  ] as const;
  return [
    {
      run: (x) => run(x),
      reference: whole(fold),
      lengths: (n) => [[n]],
      ...common,
      errors: [...(more.errors ?? []), out, option],
    },
    { run: (x) => run(x, 0), reference: over(0, fold), lengths: (n) => [[3, n]], ...common, errors: [] },
    {
      run: (x) => run(x, -1, { keepdim: true }),
      reference: (x) => over(x.shape.length - 1, fold, true)(x),
      lengths: (n) => [[2, n]],
      ...common,
      errors: [],
    },
  ];
}

// What is not defined for nothing: lengths begin at 1.
function nonEmpty(list: Row[]): Row[] {
  return list.map((row) => ({ ...row, lengths: (n) => row.lengths?.(Math.max(n, 1)) ?? [] }));
}

const sum: Fold = (x) => x.reduce((a, b) => a + b, 0);
const mean: Fold = (x) => sum(x) / x.length;
const variance: Fold = (x) => sum(x.map((v) => (v - mean(x)) ** 2)) / Math.max(0, x.length - 1);
const largest: Fold = (x) => x.reduce((a, b) => Math.max(a, b), -Infinity);
const smallest: Fold = (x) => x.reduce((a, b) => Math.min(a, b), Infinity);
const first = (x: readonly number[], value: number) => x.indexOf(value);
const floating = [(x: Tensor) => F.mean(x.long()), DtypeError, /could not infer output dtype/] as const;
const nothing = [() => F.amax(zeros(0)), IndexError, /Expected reduction dim 0 to have non-zero size/] as const;

function extreme(run: (x: Tensor, dim: number) => F.ValuesAndIndices, fold: Fold): Row {
  return {
    run: (x) => {
      const { values, indices } = run(x, 1);
      return [values, indices];
    },
    reference: (x) => [over(1, fold)(x), over(1, (row) => first(row, fold(row)))(x)],
    inputs: [{ shape: [3, 4] }],
    dtypes: integers,
    lengths: (n) => [[2, Math.max(n, 1)]],
  };
}

export const reduceRows: Rows<typeof F> & Rows<Pick<typeof N, 'norm'>> = {
  sum: rows((x, dim, options) => F.sum(x, dim, options), sum, { k: 33, magnitude: 2, dtypes: [...integers, 'bool'] }),
  mean: rows((x, dim, options) => F.mean(x, dim, options), mean, {
    k: 33,
    magnitude: 2,
    dtypes: [],
    errors: [floating],
  }),
  prod: nonEmpty(
    rows(
      (x, dim, options) => F.prod(x, dim, options),
      (x) => x.reduce((a, b) => a * b, 1),
      { k: 66 },
    ),
  ),
  max: [
    { run: (x) => F.max(x), reference: whole(largest), inputs: [{ shape: [2, 3] }], dtypes: integers },
    extreme(F.max, largest),
  ],
  min: [
    { run: (x) => F.min(x), reference: whole(smallest), inputs: [{ shape: [2, 3] }], dtypes: integers },
    extreme(F.min, smallest),
  ],
  amax: nonEmpty(rows((x, dim, options) => F.amax(x, dim, options), largest, { errors: [nothing] })),
  amin: nonEmpty(rows((x, dim, options) => F.amin(x, dim, options), smallest)),
  argmax: nonEmpty(
    rows(
      (x, dim, options) => F.argmax(x, dim, options),
      (x) => first(x, largest(x)),
      { gradient: 0 },
    ),
  ),
  argmin: nonEmpty(
    rows(
      (x, dim, options) => F.argmin(x, dim, options),
      (x) => first(x, smallest(x)),
      { gradient: 0 },
    ),
  ),
  any: rows(
    (x, dim, options) => F.any(x, dim, options),
    (x) => Number(x.some((v) => v !== 0)),
    { gradient: 0, integers: [0, 2] },
  ),
  all: rows(
    (x, dim, options) => F.all(x, dim, options),
    (x) => Number(x.every((v) => v !== 0)),
    { gradient: 0, integers: [0, 2] },
  ),
  variance: rows((x, dim, options) => F.variance(x, dim, options), variance, {
    k: 66,
    magnitude: 4,
    dtypes: [],
    gradient: 2,
    errors: [[(x) => F.variance(x.long()), DtypeError, /std and var only support floating point/]],
  }).map((row) => ({ ...row, lengths: (n: number) => row.lengths?.(Math.max(n, 2)) ?? [] })),
  std: rows(
    (x, dim, options) => F.std(x, dim, options),
    (x) => Math.sqrt(variance(x)),
    { k: 66, magnitude: 2, dtypes: [] },
  ).map((row) => ({ ...row, lengths: (n: number) => row.lengths?.(Math.max(n, 4)) ?? [] })),
  norm: [
    ...rows(
      (x, dim, options) => N.norm(x, { dim, ...options }),
      (x) => Math.hypot(...x),
      { k: 33, dtypes: [] },
    ),
    ...[1, 3, Infinity, -Infinity].map(
      (p): Row => ({
        run: (x) => N.norm(x, { p, dim: 1 }),
        reference: over(1, (x) => {
          const sizes = x.map(Math.abs);
          if (!Number.isFinite(p)) return p > 0 ? largest(sizes) : smallest(sizes);
          return sum(sizes.map((v) => v ** p)) ** (1 / p);
        }),
        inputs: [{ shape: [2, 3] }],
        k: 16,
      }),
    ),
    {
      run: (x) => N.norm(x, { p: 0 }),
      reference: whole((x) => x.filter((v) => v !== 0).length),
      inputs: [{ shape: [2, 3] }],
      gradient: 1,
    },
  ],
};

const shifted = (x: readonly number[]) => x.map((v) => Math.exp(v - largest(x)));

function softRow(run: (x: Tensor, dim: number) => Tensor, value: (x: readonly number[], i: number) => number): Row[] {
  return [0, 1].map((d) => ({
    run: (x) => run(x, d),
    reference: (x) => {
      const { shape, data } = x;
      const line = (i: number, j: number) =>
        Array.from(
          { length: shape[d] ?? 0 },
          (_, k) => data[d === 0 ? k * (shape[1] ?? 1) + j : i * (shape[1] ?? 1) + k] ?? 0,
        );
      return build(shape, (i = 0, j = 0) => value(line(i, j), d === 0 ? i : j));
    },
    inputs: [{ shape: [3, 2], range: [-3, 3] }],
    lengths: (n) => [d === 0 ? [n, 3] : [2, n]],
    k: 16,
    errors: [
      [(x) => run(x.long(), d), DtypeError, /not implemented for 'int64'/],
      [(x) => run(x, -3), IndexError, /Dimension out of range/],
    ],
  }));
}

export const softmaxRows: Rows<typeof S> = {
  softmax: softRow(
    (x, dim) => S.softmax(x, dim),
    (x, i) => (shifted(x)[i] ?? 0) / sum(shifted(x)),
  ),
  logSoftmax: softRow(
    (x, dim) => S.logSoftmax(x, dim),
    (x, i) => (x[i] ?? 0) - largest(x) - Math.log(sum(shifted(x))),
  ),
  softmin: softRow(
    (x, dim) => S.softmin(x, dim),
    (x, i) => {
      const e = shifted(x.map((v) => -v));
      return (e[i] ?? 0) / sum(e);
    },
  ),
};
