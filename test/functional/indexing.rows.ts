// Rows of selection by position, and of values out of tensors.
import { ArgumentTypeError, DtypeError, IndexError, ShapeError, type Tensor, tensor, zeros } from 'flambeau';
import * as F from '../../lib/functional/indexing.ts';
import * as V from '../../lib/functional/values.ts';
import { at, build, type Input, positions, type Row } from '../support/check-operator.ts';
import type { Rows } from '../support/operators.ts';
import type { Values } from '../support/values.ts';

const others = ['int64', 'int32', 'uint8', 'bool'] as const;
const index = (shape: readonly number[], ...data: number[]): Input => ({ shape, data, dtype: 'int64' });
const bits = (shape: readonly number[], ...data: number[]): Input => ({ shape, data, dtype: 'bool' });
const matrix = { shape: [3, 4] };
const exact = { dtypes: others, k: 0 } as const;
const outside = (n: number, d: number, size: number) =>
  new RegExp(`index ${n} is out of bounds for dimension ${d} with size ${size}`);

function got(indices: readonly F.Index[], reference: (x: Values) => Values, more: Partial<Row> = {}): Row {
  return { ...exact, run: (x) => F.get(x, ...indices), reference, inputs: [{ shape: [2, 3, 4] }], ...more };
}

// x with 9 wherever `hit` says so.
const written = (x: Values, hit: (...i: number[]) => boolean) =>
  build(x.shape, (...i) => (hit(...i) ? 9 : at(x, ...i)));

function put(indices: F.Index | readonly F.Index[], hit: (...i: number[]) => boolean, more: Partial<Row> = {}): Row {
  return {
    run: (x) => F.set(x.clone(), indices, 9),
    reference: (x) => written(x, hit),
    inputs: [{ shape: [3, 4] }],
    dtypes: ['int64', 'int32', 'uint8'],
    k: 0,
    ...more,
  };
}

// Without the helpers that other families call.
type Helpers = 'checkIndex' | 'checkLong' | 'checkPosition' | 'checkScattered' | 'outOfBounds' | 'partFor' | 'wrapped';
type Operators = Omit<typeof F, Helpers | 'positionsOf' | 'withNothingFrom' | 'withValuesAt' | 'heldBy'>;

export const indexingRows: Rows<Operators> = {
  indexSelect: {
    ...exact,
    run: (x, i) => F.indexSelect(x, 1, i),
    reference: (x, i) => build([3, 3], (r = 0, c = 0) => at(x, r, at(i, c))),
    inputs: [matrix, index([3], 2, 0, 2)],
    errors: [
      [(x) => F.indexSelect(x, 0, positions(0, 3)), IndexError, outside(3, 0, 3)],
      [(x) => F.indexSelect(x, 0, positions(-1)), IndexError, outside(-1, 0, 3)],
      [(x) => F.indexSelect(x, 0, x), DtypeError, /Expected dtype int32\/int64 for index but got: Float/],
      [(x) => F.indexSelect(x, 0, positions(1).reshape(1, 1)), IndexError, /Index is supposed to be a vector/],
    ],
  },
  gather: {
    ...exact,
    run: (x, i) => F.gather(x, 1, i),
    reference: (x, i) => build([2, 3], (r = 0, c = 0) => at(x, r, at(i, r, c))),
    inputs: [matrix, index([2, 3], 3, 0, 3, 1, 1, 2)],
    errors: [
      [
        (x) => F.gather(x, 0, positions(0)),
        ShapeError,
        /Index tensor must have the same number of dimensions as input tensor/,
      ],
      [(x) => F.gather(x, 0, positions(5).reshape(1, 1)), IndexError, outside(5, 0, 3)],
    ],
  },
  scatterAdd: {
    run: (x, i, s) => F.scatterAdd(x, 0, i, s),
    reference: (x, i, s) =>
      build([3, 4], (r = 0, c = 0) =>
        [0, 1].reduce((v, k) => v + (c < 3 && at(i, k, c) === r ? at(s, k, c) : 0), at(x, r, c)),
      ),
    inputs: [matrix, index([2, 3], 2, 0, 2, 2, 1, 0), { shape: [2, 3] }],
    errors: [[(x) => F.scatterAdd(x, 0, positions(7).reshape(1, 1), x), IndexError, outside(7, 0, 3)]],
  },
  nonzero: {
    run: (x) => F.nonzero(x),
    reference: ({ shape: [rows = 0, columns = 0], data }) => {
      const hits = data.flatMap((v, i) => (v === 0 ? [] : [[Math.floor(i / columns), i % columns]]));
      return { shape: [hits.length, 2], data: hits.flat().slice(0, 2 * rows * columns) };
    },
    inputs: [{ shape: [3, 4], data: [0, 1, 0, 2, 0] }],
    dtypes: others,
    gradient: 0,
    lengths: (n) => [[2, n]],
  },
  nonzeroStatic: {
    run: (x) => F.nonzeroStatic(x, { size: 3 }),
    reference: ({ shape: [rows = 0, columns = 0], data }) => {
      const hits = data.flatMap((v, i) => (v === 0 ? [] : [[Math.floor(i / columns), i % columns]]));
      const all = [...hits.flat().slice(0, 2 * rows * columns), -1, -1, -1, -1, -1, -1];
      return { shape: [3, 2], data: all.slice(0, 6) };
    },
    inputs: [{ shape: [3, 4], data: [0, 1, 0, 2, 0] }],
    dtypes: others,
    gradient: 0,
    lengths: (n) => [[2, n]],
  },
  maskedSelect: {
    ...exact,
    run: (x, m) => F.maskedSelect(x, m),
    reference: (x, m) => {
      const data = x.data.filter((_, i) => (m.data[i % m.data.length] ?? 0) !== 0);
      return { shape: [data.length], data };
    },
    inputs: [matrix, bits([4], 1, 0, 0, 1)],
  },
  take: {
    ...exact,
    run: (x, i) => F.take(x, i),
    reference: (x, i) => ({ shape: i.shape, data: i.data.map((p) => x.data.at(p) ?? 0) }),
    inputs: [matrix, index([2, 2], 11, 0, -1, 5)],
  },
  get: [
    got([1], (x) => build([3, 4], (i = 0, j = 0) => at(x, 1, i, j)), {
      errors: [
        [(x) => F.get(x, 2), IndexError, outside(2, 0, 2)],
        [(x) => F.get(x, 0, 0, 0, 0), IndexError, /too many indices for tensor of dimension 3/],
        [(x) => F.get(x, '...', '...'), IndexError, /single ellipsis/],
        [(x) => F.get(x, '::-1'), ArgumentTypeError, /slice step must be positive/],
        [(x) => F.get(x, 0.5), ArgumentTypeError, /an index must be an integer, got 0.5/],
        [(x) => F.get(x, [0, 2]), IndexError, outside(2, 0, 2)],
        [
          (x) => F.get(x, tensor([true, false, true])),
          IndexError,
          /The shape of the mask \[3\] at index 0 does not match/,
        ],
        [(x) => F.get(x, x), IndexError, /tensors used as indices must be long, int, byte or bool tensors/],
      ],
    }),
    got([':', '1:', '::2'], (x) => build([2, 2, 2], (i = 0, j = 0, k = 0) => at(x, i, j + 1, 2 * k))),
    got(['...', -1, null], (x) => build([2, 3, 1], (i = 0, j = 0) => at(x, i, j, 3))),
    got([':', [2, 0]], (x) => build([2, 2, 4], (i = 0, j = 0, k = 0) => at(x, i, j === 0 ? 2 : 0, k))),
    got([[0, 1], ':', [3, -1]], (x) => build([2, 3], (i = 0, j = 0) => at(x, i, j, 3))),
    got([0, tensor([true, false, true])], (x) => build([2, 4], (i = 0, j = 0) => at(x, 0, 2 * i, j))),
  ],
  set: [
    put(1, (i) => i === 1, { errors: [[(x) => F.set(x, [3], 1), IndexError, outside(3, 0, 3)]] }),
    put([':', '1:3'], (_i, j = 0) => j === 1 || j === 2),
    put(
      [
        [0, -1],
        [1, 2],
      ],
      (i, j) => (i === 0 && j === 1) || (i === 2 && j === 2),
    ),
    put([tensor([true, false, true])], (i) => i !== 1),
    {
      run: (x, v) => F.set(x.clone(), [':', [0, 2]], v),
      reference: (x, v) => build([3, 4], (i = 0, j = 0) => (j === 0 || j === 2 ? at(v, j / 2) : at(x, i, j))),
      inputs: [matrix, { shape: [2] }],
    },
  ],
  flip: {
    ...exact,
    run: (x) => F.flip(x, 0, -1),
    reference: (x) => build([3, 4], (i = 0, j = 0) => at(x, 2 - i, 3 - j)),
    inputs: [matrix],
  },
  repeat: {
    ...exact,
    run: (x) => F.repeat(x, 2, 1, 2),
    reference: (x) => build([2, 2, 4], (_n = 0, i = 0, j = 0) => at(x, i, j % 2)),
    inputs: [{ shape: [2, 2] }],
    errors: [[(x) => F.repeat(x, 2), ShapeError, /can not be smaller than number of dimensions of tensor/]],
  },
};

// Values that leave the world of tensors come back as one, to be compared.
function value(
  run: (x: Tensor, y: Tensor) => unknown,
  reference: (x: Values, y: Values) => Values,
  more: Partial<Row> = {},
): Row {
  return {
    run: (x, y) => tensor(run(x, y) as number[], { dtype: 'float64' }),
    reference,
    inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
    dtypes: ['int64', 'int32', 'uint8'],
    gradient: 0,
    k: 0,
    ...more,
  };
}

const truth = (held: boolean) => ({ shape: [], data: [Number(held)] });
const one = [{ shape: [1, 1] }];

export const valueRows: Rows<typeof V> = {
  toTypedArray: value(
    (x) => Array.from(V.toTypedArray(x), Number),
    ({ data }) => ({ shape: [data.length], data }),
  ),
  numel: value(
    (x) => V.numel(x),
    ({ data }) => ({ shape: [], data: [data.length] }),
  ),
  item: value(
    (x) => V.item(x),
    ({ data }) => ({ shape: [], data }),
    {
      inputs: one,
      errors: [[() => V.item(zeros(2)), ShapeError, /a Tensor with 2 elements cannot be converted to Scalar/]],
    },
  ),
  tolist: value(
    (x) => V.tolist(x),
    (x) => x,
  ),
  equal: value(
    (x, y) => V.equal(x, y),
    (x, y) => truth(x.data.every((v, i) => v === y.data[i])),
    { dtypes: ['int64', 'bool'] },
  ),
  allclose: value(
    (x) => V.allclose(x, x.add(0)),
    () => truth(true),
  ),
  isclose: {
    run: (x) => V.isclose(x, x.mul(tensor([1, 1 + 1e-4, 1])), { rtol: 1e-5 }),
    reference: (x) => build(x.shape, (_i = 0, j = 0) => Number(j !== 1)),
    inputs: [{ shape: [2, 3], range: [1, 2] }],
    gradient: 0,
  },
};
