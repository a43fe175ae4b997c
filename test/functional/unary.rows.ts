// Rows of the unary operators, activations without parameters among them.
import { ArgumentTypeError, DtypeError, OptionError, type Tensor, ValueError } from 'flambeau';
import * as A from '../../lib/functional/activation-unary.ts';
import * as F from '../../lib/functional/unary.ts';
import type { ErrorRow, Row } from '../support/check-operator.ts';
import type { Rows } from '../support/operators.ts';
import { erf, erfc, roundEven, sigmoid, softplus } from '../support/special-functions.ts';

type Range = readonly [number, number];
type Unary = (x: Tensor) => Tensor;

const integers = ['int64', 'int32', 'uint8'] as const;

// An elementwise operator with its twin in place.
function row(run: Unary, each: (x: number) => number, range: Range = [-2, 2], more: Partial<Row> = {}): Row {
  const twin = `${run.name}_` as 'neg_';
  const inPlace = (x: Tensor) => x[twin]();
  const errors: ErrorRow[] = [
    [
      () => run(3 as unknown as Tensor),
      ArgumentTypeError,
      new RegExp(`${run.name}\\(\\): argument 'input' must be Tensor, not 3`),
    ],
  ];
  return { run, each, inputs: [{ shape: [2, 3], range }], inPlace, errors, ...more };
}

// A mask: no gradient, no twin.
function mask(run: Unary, each: (x: number) => boolean): Row {
  return row(run, (x) => Number(each(x)), [-2, 2], { gradient: 0, dtypes: [...integers, 'bool'], inPlace: undefined });
}

const whole = { dtypes: integers, integers: [0, 5] } as const;
const phi = (x: number) => erfc(-x * Math.SQRT1_2) / 2;
const limit = (x: number, low: number, high: number) => (Number.isNaN(x) ? x : Math.min(Math.max(x, low), high));
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

export const unaryRows: Rows<typeof F> = {
  neg: row(F.neg, (x) => -x, [-2, 2], { dtypes: ['int64', 'int32'] }),
  abs: row(F.abs, Math.abs, [-2, 2], { dtypes: ['int64', 'int32'], integers: [-4, 4] }),
  sign: row(F.sign, (x) => (Number.isNaN(x) ? 0 : Math.sign(x)), [-2, 2], {
    dtypes: ['int64', 'int32'],
    integers: [-4, 4],
  }),
  square: row(F.square, (x) => x * x, [-2, 2], whole),
  reciprocal: row(F.reciprocal, (x) => 1 / x, [0.5, 2], { dtypes: integers }),
  sqrt: row(F.sqrt, Math.sqrt, [0.2, 4], whole),
  rsqrt: row(F.rsqrt, (x) => 1 / Math.sqrt(x), [0.2, 4], { dtypes: integers }),
  exp: row(F.exp, Math.exp, [-2, 2], { ...whole, k: 8 }),
  exp2: row(F.exp2, (x) => 2 ** x, [-2, 2], { ...whole, k: 8 }),
  expm1: row(F.expm1, Math.expm1, [-2, 2], { ...whole, k: 8 }),
  log: row(F.log, Math.log, [0.2, 4], whole),
  log1p: row(F.log1p, Math.log1p, [-0.8, 3], whole),
  log2: row(F.log2, Math.log2, [0.2, 4], whole),
  log10: row(F.log10, Math.log10, [0.2, 4], whole),
  sin: row(F.sin, Math.sin, [-4, 4], whole),
  cos: row(F.cos, Math.cos, [-4, 4], whole),
  tan: row(F.tan, Math.tan, [-1.2, 1.2], { ...whole, k: 8 }),
  asin: row(F.asin, Math.asin, [-0.8, 0.8]),
  acos: row(F.acos, Math.acos, [-0.8, 0.8]),
  atan: row(F.atan, Math.atan, [-3, 3], whole),
  sinh: row(F.sinh, Math.sinh, [-2, 2], { ...whole, k: 8 }),
  cosh: row(F.cosh, Math.cosh, [-2, 2], { ...whole, k: 8 }),
  tanh: row(F.tanh, Math.tanh, [-2, 2], whole),
  asinh: row(F.asinh, Math.asinh, [-2, 2], whole),
  acosh: row(F.acosh, Math.acosh, [1.2, 4]),
  atanh: row(F.atanh, Math.atanh, [-0.8, 0.8]),
  erf: row(F.erf, erf, [-2, 2], { ...whole, k: 8 }),
  erfc: row(F.erfc, erfc, [-2, 2], { ...whole, k: 8 }),
  sigmoid: row(F.sigmoid, sigmoid, [-4, 4], whole),
  floor: row(F.floor, Math.floor, [-3, 3]),
  ceil: row(F.ceil, Math.ceil, [-3, 3]),
  round: row(F.round, roundEven, [-3, 3]),
  trunc: row(F.trunc, Math.trunc, [-3, 3]),
  frac: row(F.frac, (x) => x - Math.trunc(x), [0.1, 0.9]),
  bitwiseNot: row(F.bitwiseNot, (x) => ~x, [-2, 2], {
    floats: false,
    dtypes: ['int64', 'int32'],
    integers: [-4, 4],
    errors: [[(x) => F.bitwiseNot(x), DtypeError, /bitwiseNot: not implemented for float32/]],
  }),
  logicalNot: mask(F.logicalNot, (x) => x === 0),
  isnan: mask(F.isnan, Number.isNaN),
  isinf: mask(F.isinf, (x) => Math.abs(x) === Infinity),
  isfinite: mask(F.isfinite, Number.isFinite),
};

export const plainActivationRows: Rows<typeof A> = {
  relu: row(A.relu, (x) => (Number.isNaN(x) ? x : Math.max(x, 0)), [-2, 2], whole),
  relu6: row(A.relu6, (x) => limit(x, 0, 6), [-2, 8]),
  silu: row(A.silu, (x) => (x === -Infinity ? Number.NaN : x * sigmoid(x)), [-3, 3]),
  logSigmoid: row(A.logSigmoid, (x) => -softplus(-x), [-3, 3]),
  mish: row(A.mish, (x) => (x === -Infinity ? Number.NaN : x * Math.tanh(softplus(x))), [-3, 3], { k: 8 }),
  selu: row(A.selu, (x) => (x > 0 ? seluScale * x : seluScale * seluAlpha * Math.expm1(x)), [-2, 2], { k: 8 }),
  logsigmoid: row(A.logsigmoid, (x) => -softplus(-x), [-3, 3], { inPlace: undefined, errors: [] }),
  softsign: row(A.softsign, (x) => x / (1 + Math.abs(x))),
  tanhshrink: row(A.tanhshrink, (x) => x - Math.tanh(x), [-2, 2], { k: 8, special: false }),
  hardswish: row(A.hardswish, (x) => (x * limit(x + 3, 0, 6)) / 6, [-2.5, 2.5], { special: false }),
  hardsigmoid: row(A.hardsigmoid, (x) => limit(x + 3, 0, 6) / 6, [-2.5, 2.5]),
  gelu: [
    row(A.gelu, (x) => x * phi(x), [-3, 3], {
      k: 8,
      magnitude: 3,
      special: false,
      errors: [
        [
          (x) => A.gelu(x, { approximate: 'erf' as 'tanh' }),
          ValueError,
          /approximate argument must be either none or tanh/,
        ],
        [(x) => A.gelu(x, { aproximate: 'tanh' } as object), OptionError, /did you mean 'approximate'/],
      ],
    }),
    row(
      (x) => A.gelu(x, { approximate: 'tanh' }),
      (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
      [-3, 3],
      {
        k: 8,
        magnitude: 3,
        special: false,
        inPlace: undefined,
        errors: [],
      },
    ),
  ],
};
