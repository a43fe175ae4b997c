// Rows of views, copies and joins.
import { ArgumentTypeError, IndexError, ShapeError, type Tensor, zeros } from 'flambeau';
import * as C from '../../lib/functional/copies.ts';
import * as J from '../../lib/functional/join.ts';
import * as V from '../../lib/functional/views.ts';
import { at, build, type ErrorRow, type Row } from '../support/check-operator.ts';
import type { Rows } from '../support/operators.ts';
import type { Values } from '../support/values.ts';

const others = ['int64', 'int32', 'uint8', 'bool'] as const;

function row(
  run: Row['run'],
  reference: Row['reference'],
  errors: readonly ErrorRow[] = [],
  shape: readonly number[] = [2, 3, 2],
): Row {
  return { run, reference, inputs: [{ shape }], dtypes: others, k: 0, errors };
}

const shaped =
  (...shape: number[]) =>
  ({ data }: Values): Values => ({ shape, data });
const moved = (x: Values, order: readonly number[]) =>
  build(
    order.map((d) => x.shape[d] ?? 1),
    (...index) => at(x, ...order.map((_, d) => index[order.indexOf(d)] ?? 0)),
  );
const part = (x: Values, start: number, length: number, step = 1) =>
  build([x.shape[0] ?? 0, length, x.shape[2] ?? 0], (i = 0, j = 0, k = 0) => at(x, i, start + j * step, k));
const pick = (x: Values, j: number) => build([x.shape[0] ?? 0, x.shape[2] ?? 0], (i = 0, k = 0) => at(x, i, j, k));
const dim: ErrorRow = [
  (x) => V.select(x, 5, 0),
  IndexError,
  /Dimension out of range \(expected to be in range of \[-3, 2\], but got 5\)/,
];

export const viewRows: Rows<typeof V> = {
  // A view of what cannot be one throws, so it is given a row-major copy.
  view: row((x) => V.view(x.contiguous(), 3, -1), shaped(3, 4), [
    [(x) => V.view(x, 5, -1), ShapeError, /shape '\[5, -1\]' is invalid for input of size 12/],
    [
      (x) => V.view(x.transpose(0, 2), 12),
      ShapeError,
      /view size is not compatible with input tensor's size and stride/,
    ],
    [(x) => V.view(x, 1.5), ArgumentTypeError, /view: size must hold integers, got 1.5/],
    [(x) => V.view(x, -1, -1), ShapeError, /only one dimension can be inferred/],
  ]),
  reshape: row((x) => V.reshape(x, [4, 3]), shaped(4, 3), [
    [(x) => V.reshape(x, 7), ShapeError, /shape '\[7\]' is invalid for input of size 12/],
  ]),
  flatten: row((x) => V.flatten(x, 1), shaped(2, 6), [
    [(x) => V.flatten(x, 2, 1), ShapeError, /start_dim cannot come after end_dim/],
  ]),
  unflatten: row((x) => V.unflatten(x.contiguous(), 1, [3, 1]), shaped(2, 3, 1, 2)),
  squeeze: [
    row((x) => V.squeeze(x), shaped(2, 3), [], [1, 2, 1, 3]),
    row((x) => V.squeeze(x, 0), shaped(2, 1, 3), [], [1, 2, 1, 3]),
  ],
  unsqueeze: [
    row((x) => V.unsqueeze(x, -1), shaped(2, 3, 2, 1), [
      [
        (x) => V.unsqueeze(x, 4),
        IndexError,
        /Dimension out of range \(expected to be in range of \[-4, 3\], but got 4\)/,
      ],
    ]),
    row((x) => V.unsqueeze(x, 1), shaped(2, 1, 3, 2)),
  ],
  permute: row(
    (x) => V.permute(x, 2, 0, 1),
    (x) => moved(x, [2, 0, 1]),
    [[(x) => V.permute(x, 0, 1), ShapeError, /input.dim\(\) = 3 is not equal to len\(dims\) = 2/]],
  ),
  transpose: row(
    (x) => V.transpose(x, 0, -1),
    (x) => moved(x, [2, 1, 0]),
    [dim],
  ),
  t: row(
    (x) => V.t(x),
    (x) => moved(x, [1, 0]),
    [[() => V.t(zeros(1, 1, 1)), ShapeError, /expects a tensor with <= 2 dimensions, but self is 3D/]],
    [2, 3],
  ),
  movedim: row(
    (x) => V.movedim(x, 0, 2),
    (x) => moved(x, [1, 2, 0]),
  ),
  expand: row(
    (x) => V.expand(x, 2, -1, 3),
    (x) => build([2, 2, 3], (_i = 0, j = 0) => at(x, j, 0)),
    [
      [
        (x) => V.expand(x, 3, 1),
        ShapeError,
        /The expanded size of the tensor \(3\) must match the existing size \(2\) at non-singleton dimension 0/,
      ],
      [
        (x) => V.expand(x, 1),
        ShapeError,
        /the number of sizes provided \(1\) must be greater or equal to the number of dimensions in the tensor \(2\)/,
      ],
    ],
    [2, 1],
  ),
  expandAs: row(
    (x) => V.expandAs(x, zeros(2, 3)),
    (x) => build([2, 3], (i = 0) => at(x, i, 0)),
    [],
    [2, 1],
  ),
  broadcastTo: row(
    (x) => V.broadcastTo(x, [2, 3]),
    (x) => build([2, 3], (i = 0) => at(x, i, 0)),
    [],
    [2, 1],
  ),
  narrow: row(
    (x) => V.narrow(x, 1, -2, 2),
    (x) => part(x, 1, 2),
    [
      [(x) => V.narrow(x, 1, 2, 2), IndexError, /start \(2\) \+ length \(2\) exceeds dimension size \(3\)/],
      [(x) => V.narrow(x, 1, 0, -1), ShapeError, /length must be non-negative/],
    ],
  ),
  slice: [
    row(
      (x) => V.slice(x, 1, 0, null, 2),
      (x) => part(x, 0, 2, 2),
      [[(x) => V.slice(x, 1, 0, 2, 0), ArgumentTypeError, /slice step must be positive/]],
    ),
    row(
      (x) => V.slice(x, 1, -100, -1),
      (x) => part(x, 0, 2),
    ),
    row(
      (x) => V.slice(x, 1, 2, 1),
      (x) => part(x, 0, 0),
    ),
  ],
  select: row(
    (x) => V.select(x, 1, -1),
    (x) => pick(x, 2),
    [[(x) => V.select(x, 1, 3), IndexError, /index 3 out of range for tensor of size \[.*\] at dimension 1/], dim],
  ),
  diagonal: row(
    (x) => V.diagonal(x, { offset: 1, dim1: 2, dim2: 1 }),
    (x) => build([2, 2], (i = 0, j = 0) => at(x, i, j + 1, j)),
  ),
  unbind: row(
    (x) => V.unbind(x, 1),
    (x) => [0, 1, 2].map((j) => pick(x, j)),
  ),
  split: [
    row(
      (x) => V.split(x, 2, 1),
      (x) => [part(x, 0, 2), part(x, 2, 1)],
    ),
    row(
      (x) => V.split(x, [1, 2], 1),
      (x) => [part(x, 0, 1), part(x, 1, 2)],
      [[(x) => V.split(x, [1, 1], 1), ShapeError, /split_sizes to sum exactly to 3/]],
    ),
  ],
  chunk: row(
    (x) => V.chunk(x, 2, 1),
    (x) => [part(x, 0, 2), part(x, 2, 1)],
    [[(x) => V.chunk(x, 0), ShapeError, /greater than 0, got: 0/]],
  ),
};

const same = (x: Values) => x;
const lengths = (n: number) => [[n]];

export const copyRows: Rows<typeof C> = {
  cast: { ...row((x) => C.cast(x, 'float64'), same), lengths },
  to: {
    ...row(
      (x) => C.to(x, 'int32'),
      (x) => ({ ...x, data: x.data.map(Math.trunc) }),
    ),
    gradient: 0,
    lengths,
  },
  clone: { ...row(C.clone, same), lengths },
  contiguous: { ...row((x) => C.contiguous(x), same), lengths },
  copy_: {
    run: (x, y) => C.copy_(x.clone(), y),
    reference: (x, y) => build(x.shape, (_i = 0, j = 0) => at(y, j)),
    inputs: [{ shape: [2, 3] }, { shape: [3] }],
    dtypes: others,
    errors: [[(x) => C.copy_(x, zeros(2)), ShapeError, /size of tensor a \(3\) must match the size of tensor b \(2\)/]],
  },
  fill_: { run: (x) => C.fill_(x.clone(), 1), each: () => 1, inputs: [{ shape: [2, 3] }], dtypes: others },
  zero_: { run: (x) => C.zero_(x.clone()), each: () => 0, inputs: [{ shape: [2, 3] }], dtypes: others },
};

const pairs = [{ shape: [2, 3] }, { shape: [2, 3] }] as const;
const list = (tensors: unknown) => tensors as readonly Tensor[];

export const joinRows: Rows<typeof J> = {
  cat: [
    {
      run: (x, y) => J.cat([x, y], 0),
      reference: (x, y) => ({
        shape: [(x.shape[0] ?? 0) + (y.shape[0] ?? 0), ...x.shape.slice(1)],
        data: [...x.data, ...y.data],
      }),
      inputs: pairs,
      dtypes: others,
      lengths: (n) => [[n], [n + 1]],
      errors: [
        [
          (x) => J.cat([x, zeros(2, 2)]),
          ShapeError,
          /Sizes of tensors must match except in dimension 0. Expected size 3 but got size 2/,
        ],
        [() => J.cat([]), ShapeError, /expected a non-empty list of Tensors/],
        [() => J.cat(list([1])), ArgumentTypeError, /argument 'tensors' must be Tensor, not 1/],
        [() => J.cat(list(3)), ArgumentTypeError, /expected a list of tensors, got 3/],
      ],
    },
    {
      run: (x, y) => J.cat([x, y], -1),
      reference: (x, y) => build([2, 6], (i = 0, j = 0) => (j < 3 ? at(x, i, j) : at(y, i, j - 3))),
      inputs: pairs,
    },
  ],
  stack: {
    run: (x, y) => J.stack([x, y], 1),
    reference: (x, y) => build([2, 2, 3], (i = 0, k = 0, j = 0) => at(k === 0 ? x : y, i, j)),
    inputs: pairs,
    dtypes: others,
    errors: [
      [
        (x) => J.stack([x, zeros(3)]),
        ShapeError,
        /stack expects each tensor to be equal size, but got \[2, 3\] at entry 0 and \[3\] at entry 1/,
      ],
    ],
  },
};
