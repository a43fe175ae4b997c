// What PyTorch refuses is refused, with its sentence; each call leaves its arguments as they were.
import * as flambeau from 'flambeau';
import {
  ArgumentTypeError,
  DtypeError,
  type FlambeauError,
  IndexError,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from 'flambeau';
import { expect, test } from 'vitest';

type Refusal = [call: () => unknown, error: new (message: string) => FlambeauError, sentence: string];

// No type checker would let these calls through.
const loose = <A extends unknown[], R>(f: (...args: A) => R) => f as unknown as (...args: unknown[]) => R;
const x = zeros(3, 4);
const at = (...values: number[]) => tensor(values, { dtype: 'int64' });
const narrow = (...values: number[]) => tensor(values, { dtype: 'int32' });

const refusals: Refusal[] = [
  // ---- Numbers in place of tensors
  [() => loose(flambeau.eq)(1, x), ArgumentTypeError, "eq(): argument 'input' must be Tensor, not 1"],
  [() => loose(flambeau.maximum)(x, 1), ArgumentTypeError, "maximum(): argument 'other' must be Tensor, not 1"],
  [() => loose(flambeau.atan2)(1, x), ArgumentTypeError, "atan2(): argument 'input' must be Tensor, not 1"],
  [() => loose(flambeau.pow)(2, 3), ArgumentTypeError, 'pow(): one operand must be Tensor, got 2 and 3'],
  [() => loose(flambeau.bitwiseLeftShift)(1, 2), ArgumentTypeError, 'bitwiseLeftShift(): one operand must be Tensor'],
  [() => loose(flambeau.xlogy)(1, 2), ArgumentTypeError, 'xlogy(): one operand must be Tensor'],
  [() => x.sub(tensor(true)), DtypeError, 'with a bool tensor is not supported. If you are trying to invert a mask'],
  // ---- Positions
  [() => x.select(0, 3), IndexError, 'select(): index 3 out of range for tensor of size [3, 4] at dimension 0'],
  [() => x.get(3), IndexError, 'index 3 is out of bounds for dimension 0 with size 3'],
  [() => x.gather(0, narrow(0).view(1, 1)), DtypeError, 'gather(): Expected dtype int64 for index'],
  [() => x.take(narrow(0)), DtypeError, 'take(): Expected a long tensor for index, but got Int'],
  [() => zeros(0).take(at(0)), IndexError, 'take(): tried to take from an empty tensor'],
  [() => x.scatter(0, narrow(0).view(1, 1), 1), DtypeError, 'scatter(): Expected dtype int64 for index'],
  [() => x.scatter(0, at(0), 1), ShapeError, 'Index tensor must have the same number of dimensions as self tensor'],
  [() => x.scatter(0, at(0, 0, 0, 0, 0).view(1, 5), 1), ShapeError, 'Expected index [1, 5] to be no larger than self'],
  [
    () => loose(flambeau.scatter)(x, 0, at(0).view(1, 1), 1, { reduce: 'max' }),
    ValueError,
    'must be either add or multiply',
  ],
  [() => x.scatterAdd(0, at(0).view(1, 1), at(1).view(1, 1)), DtypeError, 'Expected self.dtype to be equal to src'],
  [() => x.scatterAdd(0, at(0).view(1, 1), zeros(1)), ShapeError, 'number of dimensions as src tensor'],
  [() => x.scatterAdd(0, at(0, 1).view(2, 1), zeros(1, 1)), ShapeError, 'and to be no larger than src [1, 1]'],
  [
    () => x.indexAdd(0, at(0), zeros(2, 4)),
    ShapeError,
    'Number of indices (1) should be equal to source.size(dim): (2)',
  ],
  [() => x.indexAdd(0, at(0), zeros(1, 3)), ShapeError, 'source tensor shape must match self tensor shape'],
  [() => x.indexAdd(0, at(-1), zeros(1, 4)), IndexError, 'index -1 is out of bounds for dimension 0 with size 3'],
  [() => x.indexCopy(0, narrow(0), zeros(1, 4)), DtypeError, 'index_copy_(): Expected a long tensor for index'],
  [() => x.indexFill(0, narrow(0), 1), DtypeError, 'index_fill_(): Expected dtype int64 for index.'],
  [
    () => loose(flambeau.indexReduce)(x, 0, at(0), zeros(1, 4), 'sum'),
    ValueError,
    'one of prod, mean, amax or amin but got sum',
  ],
  [() => x.indexPut([at(0)], at(1)), DtypeError, 'Index put requires the source and destination dtypes match'],
  [() => x.indexPut([at(0), at(1)], zeros(3)), ShapeError, 'value tensor of shape [3] cannot be broadcast to indexing'],
  [() => x.put(at(0), zeros(2)), IndexError, 'source.numel() = 2, index.numel() = 1'],
  [() => zeros(0).put(at(0), zeros(1)), IndexError, 'put_(): Tried to put elements into an empty tensor'],
  [() => x.maskedSelect(x), DtypeError, 'masked_select: expected BoolTensor for mask'],
  [() => x.maskedFill(x.gt(0), zeros(1)), ShapeError, 'masked_fill_ only supports a 0-dimensional value tensor'],
  // ---- Random numbers and new tensors
  [() => loose(flambeau.normal)(0, 1), ArgumentTypeError, 'normal: size must be an array of integers'],
  [() => flambeau.normal(zeros(2), -1), ValueError, 'normal expects std >= 0.0, but found std -1'],
  [() => flambeau.normal(0, tensor([1, -1.5])), ValueError, 'normal expects all elements of std >= 0.0'],
  [() => loose(flambeau.randLike)(null), ArgumentTypeError, "randLike(): argument 'input' must be Tensor, not null"],
  [
    () => loose(flambeau.zerosLike)('x', { dtype: 'int64' }),
    ArgumentTypeError,
    "zerosLike(): argument 'input' must be Tensor",
  ],
  [
    () => loose(flambeau.fullLike)(x, 'one'),
    ArgumentTypeError,
    "fullLike(): argument 'fillValue' must be a number, not 'one'",
  ],
  [() => loose(flambeau.emptyStrided)(2, [1]), ArgumentTypeError, 'emptyStrided: size must be an array of integers'],
  [() => x.viewAs(null as unknown as Tensor), ArgumentTypeError, "viewAs(): argument 'other' must be Tensor, not null"],
  // ---- Arrangement
  [() => x.rot90(1, [0]), ShapeError, 'expected total rotation dims == 2, but got dims = 1'],
  [() => tensor(1).roll(1, 0), IndexError, 'Dimension specified as 0 but tensor has no dimensions'],
  [
    () => loose(flambeau.diagEmbed)(x, { offset: 'up' }),
    ArgumentTypeError,
    "diagEmbed(): argument 'offset' must be int, not 'up'",
  ],
  [() => flambeau.gradient(x, { dim: [1, 1] }), ShapeError, 'dim 1 appears multiple times in the list of dims'],
  [() => flambeau.combinations(at(1, 2), { r: -1 }), ValueError, 'Expect a non-negative number, but got -1'],
  // ---- Statistics
  [
    () => x.cov({ fweights: zeros(4) }),
    DtypeError,
    'expected fweights to have integral dtype but got fweights with Float',
  ],
  [() => x.cov({ aweights: zeros(3) }), ShapeError, 'observations in the input but got 3 != 4'],
  [() => x.cov({ fweights: at(1, 1, 1, -1) }), ValueError, 'cov(): fweights cannot be negative'],
  [() => x.gt(0).cov(), DtypeError, 'cov(): bool dtype is not supported for input'],
  [() => at(1).histogram(2), DtypeError, `"histogram_cpu" not implemented for 'Long'`],
  [() => zeros(2).histogram(zeros(0)), ShapeError, 'bins tensor should have at least 1 element'],
  [() => at(1).bincount({ minlength: -1 }), ValueError, 'minlength should be >= 0'],
];

test.each(refusals.map((row) => [`${row[0]}`.slice('() => '.length), ...row] as const))(
  '%s',
  (_, call, error, sentence) => {
    expect(call).toThrow(error);
    expect(call).toThrow(sentence);
    expect([x.tolist(), x._version]).toEqual([zeros(3, 4).tolist(), 0]);
  },
);
