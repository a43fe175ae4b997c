// Rows of the binary operators, and of choosing between values.
import { ArgumentTypeError, DtypeError, OptionError, ShapeError, Tensor, ValueError, zeros } from 'flambeau';
import * as F from '../../lib/functional/binary.ts';
import * as S from '../../lib/functional/select.ts';
import type { ErrorRow, Row } from '../support/check-operator.ts';
import type { Rows } from '../support/operators.ts';

type Range = readonly [number, number];
type Each = (x: number, y: number) => number;

const integers = ['int64', 'int32', 'uint8'] as const;
const wrong = (run: (x: Tensor, y: Tensor) => Tensor): ErrorRow[] => [
  [
    (x) => run(x, zeros(2, 5)),
    ShapeError,
    /size of tensor a \(3\) must match the size of tensor b \(5\) at non-singleton dimension 1/,
  ],
  [(x) => run(x, 'a' as unknown as Tensor), ArgumentTypeError, /must be Tensor( or number)?, not 'a'/],
];

// Operands (2, 3) and (1, 3): the second broadcasts.
function row(
  run: (x: Tensor, y: Tensor) => Tensor,
  each: Each,
  more: Partial<Row> = {},
  x: Range = [-2, 2],
  y: Range = [0.5, 2],
): Row {
  const twin = `${run.name}_` as 'mul_';
  const inPlace = twin in Tensor.prototype ? (a: Tensor, b: Tensor) => a[twin](b) : undefined;
  const inputs = [
    { shape: [2, 3], range: x },
    { shape: [1, 3], range: y },
  ];
  return { run, each, inputs, inPlace, dtypes: integers, errors: wrong(run), ...more };
}

const compare = (run: (x: Tensor, y: Tensor) => Tensor, each: (x: number, y: number) => boolean) =>
  row(run, (x, y) => Number(each(x, y)), { gradient: 0, dtypes: [...integers, 'bool'], integers: [0, 3] });

const bits = (run: (x: Tensor, y: Tensor) => Tensor, each: Each): Row =>
  row(run, each, {
    floats: false,
    dtypes: [...integers, 'bool'],
    integers: [0, 7],
    errors: [[(x, y) => run(x, y), DtypeError, /not implemented for float32/]],
  });

const divides = (run: (x: Tensor, y: Tensor) => Tensor, each: Each, more: Partial<Row> = {}) =>
  row(
    run,
    each,
    {
      special: false,
      errors: [[(x, y) => run(x.long(), y.mul(0).long()), ValueError, /ZeroDivisionError/]],
      ...more,
    },
    [2.1, 2.4],
    [0.9, 0.99],
  );

const three = [{ shape: [2, 3] }, { shape: [2, 3] }, { shape: [1, 3], range: [0.5, 2] }] as const;
const nan = (x: number, y: number) => Number.isNaN(x) || Number.isNaN(y);

// log(x) x^y overflows and cancels at the extremes: the reference of a power is only good to its argument there.
export const binaryRows: Rows<typeof F> = {
  add: [
    row(F.add, (x, y) => x + y),
    row(
      (x, y) => F.add(x, y, { alpha: 2 }),
      (x, y) => x + 2 * y,
      {
        special: false,
        inPlace: (x, y) => x.add_(y, { alpha: 2 }),
        errors: [[(x, y) => F.add(x, y, { aplha: 2 } as object), OptionError, /did you mean 'alpha'/]],
      },
    ),
  ],
  sub: row(F.sub, (x, y) => x - y, {
    dtypes: ['int64', 'int32'],
    errors: [[(x) => F.sub(x.bool(), x.bool()), DtypeError, /with two bool tensors is not supported/], ...wrong(F.sub)],
  }),
  rsub: row(F.rsub, (x, y) => y - x, {
    dtypes: ['int64', 'int32'],
    inPlace: undefined,
    errors: [
      [(x) => F.rsub(x, zeros(2, 5)), ShapeError, /size of tensor a \(5\) must match the size of tensor b \(3\)/],
    ],
  }),
  mul: row(F.mul, (x, y) => x * y),
  div: [
    row(F.div, (x, y) => x / y, { errors: wrong(F.div) }),
    divides(
      (x, y) => F.div(x, y, { roundingMode: 'trunc' }),
      (x, y) => Math.trunc(x / y),
      {
        errors: [[(x, y) => F.div(x, y, { roundingMode: 'up' as 'floor' }), ValueError, /rounding_mode to be one of/]],
      },
    ),
  ],
  floorDivide: [
    divides(
      (x, y) => F.div(x, y, { roundingMode: 'floor' }),
      (x, y) => Math.floor(x / y),
    ),
    divides(
      (x, y) => F.floorDivide(x.detach(), y.detach()),
      (x, y) => Math.floor(x / y),
      { gradient: 0 },
    ),
  ],
  remainder: divides(F.remainder, (x, y) => x - y * Math.floor(x / y), { k: 16 }),
  fmod: divides(F.fmod, (x, y) => x % y, { k: 16 }),
  pow: row(
    F.pow,
    (x, y) => x ** y,
    {
      k: 8,
      special: false,
      integers: [0, 4],
      errors: [[(x) => F.pow(x.long(), -1), ValueError, /Integers to negative integer powers/]],
    },
    [0.5, 2],
  ),
  atan2: row(F.atan2, Math.atan2, {}, [0.5, 2]),
  maximum: row(F.maximum, Math.max, {}, [-2, 0.4]),
  minimum: row(F.minimum, Math.min, {}, [-2, 0.4]),
  eq: compare(F.eq, (x, y) => x === y),
  ne: compare(F.ne, (x, y) => x !== y),
  lt: compare(F.lt, (x, y) => x < y),
  le: compare(F.le, (x, y) => x <= y),
  gt: compare(F.gt, (x, y) => x > y),
  ge: compare(F.ge, (x, y) => x >= y),
  logicalAnd: compare(F.logicalAnd, (x, y) => x !== 0 && y !== 0),
  logicalOr: compare(F.logicalOr, (x, y) => x !== 0 || y !== 0),
  logicalXor: compare(F.logicalXor, (x, y) => (x !== 0) !== (y !== 0)),
  bitwiseAnd: bits(F.bitwiseAnd, (x, y) => x & y),
  bitwiseOr: bits(F.bitwiseOr, (x, y) => x | y),
  bitwiseXor: bits(F.bitwiseXor, (x, y) => x ^ y),
  lerp: { run: (x, y, w) => F.lerp(x, y, w), each: (x, y, w) => x + w * (y - x), inputs: three, special: false },
  addcmul: {
    run: (x, a, b) => F.addcmul(x, a, b, { value: 0.5 }),
    each: (x, a, b) => x + 0.5 * a * b,
    inputs: three,
    inPlace: (x, a, b) => x.addcmul_(a, b, { value: 0.5 }),
    special: false,
  },
  addcdiv: {
    run: (x, a, b) => F.addcdiv(x, a, b),
    each: (x, a, b) => x + a / b,
    inputs: three,
    inPlace: (x, a, b) => x.addcdiv_(a, b),
    special: false,
  },
};

const masked = [{ shape: [2, 3] }, { shape: [2, 3], dtype: 'bool', data: [0, 1, 1, 0, 0, 1, 0] }] as const;

export const selectRows: Rows<typeof S> = {
  where: {
    run: (m, x, y) => S.where(m, x, y),
    each: (m, x, y) => (m !== 0 ? x : y),
    inputs: [{ shape: [2, 3], dtype: 'bool', data: [0, 1, 1, 0, 1] }, { shape: [2, 3] }, { shape: [1, 3] }],
    dtypes: [...integers, 'bool'],
    errors: [[(_m, x, y) => S.where(x, x, y), DtypeError, /expected condition to be a boolean tensor/]],
  },
  maskedFill: {
    run: (x, m) => S.maskedFill(x, m, 3),
    each: (x, m) => (m !== 0 ? 3 : x),
    inputs: masked,
    dtypes: integers,
    inPlace: (x, m) => x.maskedFill_(m, 3),
    errors: [[(x) => S.maskedFill(x, x, 3), DtypeError, /only supports boolean masks/]],
  },
  maskedFill_: {
    run: (x, m) => S.maskedFill_(x.clone(), m, -1),
    each: (x, m) => (m !== 0 ? -1 : x),
    inputs: masked,
    errors: [[(x) => S.maskedFill_(x, x, 3), DtypeError, /only supports boolean masks/]],
  },
  clamp: [
    {
      run: (x) => S.clamp(x, -1, 1),
      each: (x) => (Number.isNaN(x) ? x : Math.min(Math.max(x, -1), 1)),
      inputs: [{ shape: [2, 3] }],
      dtypes: ['int64', 'int32'],
      integers: [-4, 4],
      inPlace: (x) => x.clamp_(-1, 1),
      errors: [[(x) => S.clamp(x), ValueError, /At least one of 'min' or 'max' must not be None/]],
    },
    {
      run: (x, low, high) => S.clamp(x, low, high),
      each: (x, low, high) => Math.min(Math.max(x, low), high),
      inputs: [{ shape: [2, 3] }, { shape: [3], range: [-1, -0.5] }, { shape: [3], range: [0.5, 1] }],
      special: false,
    },
  ],
  clampMin: {
    run: (x) => S.clampMin(x, 0.5),
    each: (x) => (nan(x, 0) ? x : Math.max(x, 0.5)),
    inputs: [{ shape: [2, 3] }],
  },
  clampMax: {
    run: (x) => S.clampMax(x, 0.5),
    each: (x) => (nan(x, 0) ? x : Math.min(x, 0.5)),
    inputs: [{ shape: [2, 3] }],
  },
  nanToNum: {
    run: (x) => S.nanToNum(x, { nan: 2, posinf: 3, neginf: -3 }),
    each: (x) => (Number.isNaN(x) ? 2 : x === Infinity ? 3 : x === -Infinity ? -3 : x),
    inputs: [{ shape: [2, 3] }],
    inPlace: (x) => x.nanToNum_({ nan: 2, posinf: 3, neginf: -3 }),
  },
};
