// Rows of products, convolutions and pooling.
import { DtypeError, ShapeError, type Tensor, ValueError, zeros } from 'flambeau';
import * as A from '../../lib/functional/avg-pool.ts';
import * as K from '../../lib/functional/conv.ts';
import * as M from '../../lib/functional/matmul.ts';
import * as P from '../../lib/functional/max-pool.ts';
import { at, build, type Row } from '../support/check-operator.ts';
import type { Rows } from '../support/operators.ts';
import type { Values } from '../support/values.ts';

const sum = (n: number, term: (i: number) => number) =>
  Array.from({ length: n }, (_, i) => term(i)).reduce((a, b) => a + b, 0);
const size = (x: Values, d: number) => x.shape[d] ?? 1;
const integers = ['int64', 'int32', 'uint8'] as const;

const mm = (a: Values, b: Values) =>
  build([size(a, 0), size(b, 1)], (i = 0, j = 0) => sum(size(a, 1), (k) => at(a, i, k) * at(b, k, j)));
const bmm = (a: Values, b: Values) =>
  build([size(a, 0), size(a, 1), size(b, 2)], (n = 0, i = 0, j = 0) =>
    sum(size(a, 2), (k) => at(a, n, i, k) * at(b, n, k, j)),
  );
const fits = /mat1 and mat2 shapes cannot be multiplied \(2x3 and 2x3\)/;

// A sum of n products: n roundings of the largest product at most.
const product = { k: 40, magnitude: 4, dtypes: integers, integers: [0, 4] } as const;

export const matmulRows: Rows<typeof M> = {
  mm: {
    ...product,
    run: (a, b) => M.mm(a, b),
    reference: mm,
    inputs: [{ shape: [2, 3] }, { shape: [3, 2] }],
    lengths: (n) => [
      [3, n],
      [n, n % 5],
    ],
    errors: [
      [(a) => M.mm(a, a), ShapeError, fits],
      [(a, b) => M.mm(a, b.double()), DtypeError, /same dtype, but got: float32 != float64/],
      [(a) => M.mm(a, zeros(3)), ShapeError, /mat2 must be a matrix/],
    ],
  },
  bmm: {
    ...product,
    run: (a, b) => M.bmm(a, b),
    reference: bmm,
    inputs: [{ shape: [2, 2, 3] }, { shape: [2, 3, 2] }],
    errors: [[(a) => M.bmm(a, a), ShapeError, /to be: \[2, 3\] but got: \[2, 2\]/]],
  },
  mv: {
    ...product,
    run: (a, x) => M.mv(a, x),
    reference: (a, x) => build([size(a, 0)], (i = 0) => sum(size(a, 1), (k) => at(a, i, k) * at(x, k))),
    inputs: [{ shape: [2, 3] }, { shape: [3] }],
    lengths: (n) => [[n, 5], [5]],
    errors: [[(a) => M.mv(a, zeros(2)), ShapeError, /size mismatch/]],
  },
  dot: {
    ...product,
    run: (x, y) => M.dot(x, y),
    reference: (x, y) => ({ shape: [], data: [sum(size(x, 0), (k) => at(x, k) * at(y, k))] }),
    inputs: [{ shape: [4] }, { shape: [4] }],
    lengths: (n) => [[n], [n]],
    errors: [[(x) => M.dot(x, zeros(3)), ShapeError, /tensor \[4\] and src \[3\] to have the same number of elements/]],
  },
  outer: {
    run: (x, y) => M.outer(x, y),
    reference: (x, y) => build([size(x, 0), size(y, 0)], (i = 0, j = 0) => at(x, i) * at(y, j)),
    inputs: [{ shape: [2] }, { shape: [3] }],
    dtypes: integers,
    lengths: (n) => [[2], [n]],
    errors: [[(x) => M.outer(x, zeros(1, 1)), ShapeError, /Expected 1-D arguments, but got 1-D and 2-D/]],
  },
  matmul: [
    {
      ...product,
      run: (a, b) => M.matmul(a, b),
      reference: (a, b) =>
        build([2, 2, 3, 2], (m = 0, n = 0, i = 0, j = 0) => sum(2, (k) => at(a, m, 0, i, k) * at(b, n, k, j))),
      inputs: [{ shape: [2, 1, 3, 2] }, { shape: [2, 2, 2] }],
      errors: [
        [
          () => M.matmul(zeros([]), zeros(1)),
          ShapeError,
          /both arguments to matmul need to be at least 1D, but they are 0D and 1D/,
        ],
      ],
    },
    {
      ...product,
      run: (a, b) => M.matmul(a, b),
      reference: (a, b) => build([2, 3], (n = 0, j = 0) => sum(2, (k) => at(a, k) * at(b, n, k, j))),
      inputs: [{ shape: [2] }, { shape: [2, 2, 3] }],
    },
  ],
  addmm: {
    ...product,
    run: (x, a, b) => M.addmm(x, a, b, { beta: 2, alpha: 3 }),
    reference: (x, a, b) => build([2, 2], (i = 0, j = 0) => 2 * at(x, j) + 3 * at(mm(a, b), i, j)),
    inputs: [{ shape: [2] }, { shape: [2, 3] }, { shape: [3, 2] }],
    errors: [[(x, a) => M.addmm(x, a, a), ShapeError, fits]],
  },
  baddbmm: {
    ...product,
    run: (x, a, b) => M.baddbmm(x, a, b, { beta: 0.5 }),
    reference: (x, a, b) => build([2, 2, 2], (n = 0, i = 0, j = 0) => 0.5 * at(x, i, j) + at(bmm(a, b), n, i, j)),
    inputs: [{ shape: [2, 2] }, { shape: [2, 2, 3] }, { shape: [2, 3, 2] }],
    dtypes: [],
  },
  linear: {
    ...product,
    run: (x, w, b) => M.linear(x, w, b),
    reference: (x, w, b) =>
      build([...x.shape.slice(0, -1), size(w, 0)], (...index) => {
        const o = index[index.length - 1] ?? 0;
        return sum(size(w, 1), (k) => at(x, ...index.slice(0, -1), k) * at(w, o, k)) + at(b, o);
      }),
    inputs: [{ shape: [2, 2, 3] }, { shape: [2, 3] }, { shape: [2] }],
    lengths: (n) => [[2, n], [n, n], [n]],
    errors: [
      [(x) => M.linear(x, zeros(2, 4)), ShapeError, /cannot be multiplied \(4x3 and 4x2\)/],
      [(x, w) => M.linear(x, w, zeros(3)), ShapeError, /bias must be \(2\) to match weight \(2, 3\), got \(3\)/],
    ],
  },
};

interface Window {
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

const count = (n: number, k: number, { stride, padding, dilation }: Window) =>
  Math.floor((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1;

function convolved(x: Values, w: Values, b: Values | undefined, q: Window, groups: number): Values {
  const [n = 0, , h = 0, width = 0] = x.shape;
  const [o = 0, cg = 0, kh = 0, kw = 0] = w.shape;
  const value = (i: number, c: number, y: number, z: number) =>
    y < 0 || z < 0 || y >= h || z >= width ? 0 : at(x, i, c, y, z);
  return build([n, o, count(h, kh, q), count(width, kw, q)], (i = 0, f = 0, r = 0, s = 0) => {
    const first = Math.floor(f / (o / groups)) * cg;
    const window = sum(cg * kh * kw, (e) => {
      const [c, a, d] = [Math.floor(e / (kh * kw)), Math.floor(e / kw) % kh, e % kw];
      const y = r * q.stride - q.padding + a * q.dilation;
      return value(i, first + c, y, s * q.stride - q.padding + d * q.dilation) * at(w, f, c, a, d);
    });
    return window + (b === undefined ? 0 : at(b, f));
  });
}

function conv(q: Window, groups: number, inputs: Row['inputs'], more: Partial<Row> = {}): Row {
  return {
    run: (x, w, b = null as never) => K.conv2d(x, w, b, { ...q, groups }),
    reference: (x, w, b) => convolved(x, w, b, q, groups),
    inputs,
    k: 32,
    magnitude: 4,
    ...more,
  };
}

const plain = { stride: 1, padding: 0, dilation: 1 };

export const convRows: Rows<Pick<typeof K, 'conv2d'>> = {
  conv2d: [
    conv(plain, 1, [{ shape: [1, 2, 3, 4] }, { shape: [2, 2, 2, 2] }, { shape: [2] }], {
      lengths: (n) => [[1, 1, 2, Math.max(n, 1) + 1], [2, 1, 2, 2], [2]],
      errors: [
        [
          (x, w) => K.conv2d(x, w.slice(1, 0, 1)),
          ShapeError,
          /Given groups=1, weight of size \[2, 1, 2, 2\], expected input\[1, 2, 3, 4\] to have 1 channels, but got 2/,
        ],
        [(x, w) => K.conv2d(x, w, zeros(3)), ShapeError, /expected bias to be 1-dimensional with 2 elements/],
        [
          (x, w) => K.conv2d(x, w, null, { padding: 'same', stride: 2 }),
          ValueError,
          /padding='same' is not supported for strided convolutions/,
        ],
        [
          (x, w) => K.conv2d(x, w.double()),
          DtypeError,
          /Input type \(float32\) and weight type \(float64\) should be the same/,
        ],
        [(x, w) => K.conv2d(x, w, null, { groups: 0 }), ValueError, /non-positive groups is not supported/],
        [(x, w) => K.conv2d(x, w, null, { stride: 0 }), ValueError, /stride must be at least 1, got 0/],
        [(x) => K.conv2d(x, zeros(1, 2, 9, 9)), ShapeError, /Kernel size can't be greater than actual input size/],
      ],
    }),
    conv({ stride: 2, padding: 1, dilation: 1 }, 2, [{ shape: [1, 2, 3, 3] }, { shape: [2, 1, 2, 2] }]),
    conv({ stride: 1, padding: 2, dilation: 2 }, 1, [{ shape: [2, 1, 3, 3] }, { shape: [1, 1, 3, 2] }, { shape: [1] }]),
  ],
};

const windows = (x: Values, k: number, q: Window, fold: (values: number[]) => number) =>
  build([size(x, 0), size(x, 1), count(size(x, 2), k, q), count(size(x, 3), k, q)], (n = 0, c = 0, r = 0, s = 0) => {
    const values: number[] = [];
    for (let a = 0; a < k * k; a++) {
      const y = r * q.stride - q.padding + Math.floor(a / k) * q.dilation;
      const z = s * q.stride - q.padding + (a % k) * q.dilation;
      if (y >= 0 && z >= 0 && y < size(x, 2) && z < size(x, 3)) values.push(at(x, n, c, y, z));
    }
    return fold(values);
  });

const largest = (values: number[]) => Math.max(...values);
const two = { stride: 2, padding: 0, dilation: 1 };
const image = [{ shape: [1, 2, 4, 4] }] as const;
const rows = (n: number) => [[1, 1, 4, n + 2]];
const halved = [
  (x: Tensor) => P.maxPool2d(x, 2, { padding: 2 }),
  ValueError,
  /pad should be at most half of effective kernel size, but got pad=2/,
] as const;

export const poolingRows: Rows<Pick<typeof P, 'maxPool2d' | 'maxPool2dWithIndices'> & Pick<typeof A, 'avgPool2d'>> = {
  maxPool2d: [
    {
      run: (x) => P.maxPool2d(x, 2),
      reference: (x) => windows(x, 2, two, largest),
      inputs: image,
      lengths: rows,
      k: 0,
      errors: [halved],
    },
    {
      run: (x) => P.maxPool2d(x, 3, { stride: 1, padding: 1, dilation: 1 }),
      reference: (x) => windows(x, 3, { stride: 1, padding: 1, dilation: 1 }, largest),
      inputs: image,
      lengths: rows,
      errors: [[(x) => P.maxPool2d(x, 9), ShapeError, /Output size is too small/]],
    },
  ],
  maxPool2dWithIndices: {
    run: (x) => P.maxPool2dWithIndices(x, 2),
    reference: (x) => {
      const values = windows(x, 2, two, largest);
      const plane = size(x, 2) * size(x, 3);
      const each = values.data.length / (size(x, 0) * size(x, 1));
      const indices = values.data.map((v, i) => x.data.slice(Math.floor(i / each) * plane).indexOf(v));
      return [values, { shape: values.shape, data: indices }];
    },
    inputs: [{ shape: [1, 2, 4, 4], data: Array.from({ length: 32 }, (_, i) => ((i * 7) % 32) / 8) }],
  },
  avgPool2d: [
    {
      run: (x) => A.avgPool2d(x, 2),
      reference: (x) => windows(x, 2, two, (v) => sum(4, (i) => v[i] ?? 0) / 4),
      inputs: image,
      lengths: rows,
      k: 8,
    },
    {
      run: (x) => A.avgPool2d(x, 2, { stride: 1, padding: 1, countIncludePad: false }),
      reference: (x) =>
        windows(x, 2, { stride: 1, padding: 1, dilation: 1 }, (v) => sum(v.length, (i) => v[i] ?? 0) / v.length),
      inputs: image,
      lengths: rows,
      k: 8,
      errors: [[(x) => A.avgPool2d(x, 2, { divisorOverride: 0 }), ValueError, /divisor must be not zero/]],
    },
  ],
};
