// What PyTorch refuses is refused, with its sentence; each call leaves its arguments as they were.
import * as flambeau from 'flambeau';
import {
  ArgumentTypeError,
  AutogradError,
  DtypeError,
  type FlambeauError,
  IndexError,
  linalg,
  nn,
  ones,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from 'flambeau';
import { expect, test } from 'vitest';

const { functional: F } = nn;

type Refusal = [call: () => unknown, error: new (message: string) => FlambeauError, sentence: string];

// No type checker would let these calls through.
const loose = <A extends unknown[], R>(f: (...args: A) => R) => f as unknown as (...args: unknown[]) => R;
// The call as it is written, without what the test runner makes of imports.
const nameOf = (call: () => unknown) =>
  `${call}`.slice('() => '.length).replaceAll(/\(0,__\w+\.(\w+)\)|__\w+\./g, '$1');

const x = zeros(3, 4);
const learned = ones(4, { requiresGrad: true });
const at = (...values: number[]) => tensor(values, { dtype: 'int64' });
const narrow = (...values: number[]) => tensor(values, { dtype: 'int32' });

const layer = new nn.TransformerEncoderLayer(4, 2);

const norm = (options: nn.BatchNormOptions) => new nn.BatchNorm1d(2, options);
const stack = (options: nn.TransformerEncoderOptions) => new nn.TransformerEncoder(layer, 1, options);

const refusals: Refusal[] = [
  // ---- Arguments in the place of others
  [() => Reflect.construct(nn.RNN, [3, 4, 2]), ArgumentTypeError, 'RNN: options must be an object'],
  [
    () => Reflect.construct(nn.LeakyReLU, [0.1]),
    ArgumentTypeError,
    'LeakyReLU: options must be an object, got 0.1 (options are negativeSlope, inplace)',
  ],
  [
    () => Reflect.construct(nn.TransformerEncoder, [layer, { numLayers: 2 }]),
    ArgumentTypeError,
    "TransformerEncoder(): argument 'numLayers' must be int, not Object",
  ],
  // ---- Numbers in place of tensors
  [() => loose(flambeau.eq)(1, x), ArgumentTypeError, "eq(): argument 'input' must be Tensor, not 1"],
  [() => loose(flambeau.maximum)(x, 1), ArgumentTypeError, "maximum(): argument 'other' must be Tensor, not 1"],
  [() => loose(flambeau.atan2)(1, x), ArgumentTypeError, "atan2(): argument 'input' must be Tensor, not 1"],
  [() => loose(flambeau.pow)(2, 3), ArgumentTypeError, 'pow(): one operand must be Tensor, got 2 and 3'],
  [() => loose(flambeau.bitwiseLeftShift)(1, 2), ArgumentTypeError, 'bitwiseLeftShift(): one operand must be Tensor'],
  [() => loose(flambeau.xlogy)(1, 2), ArgumentTypeError, 'xlogy(): one operand must be Tensor'],
  [() => x.sub(tensor(true)), DtypeError, 'with a bool tensor is not supported. If you are trying to invert a mask'],
  [() => x.cumsum(0, { dtype: 'bool' }), DtypeError, '"cumsum_out_cpu" not implemented for \'Bool\''],
  [() => x.cumprod(0, { dtype: 'bool' }), DtypeError, '"cumprod_out_cpu" not implemented for \'Bool\''],
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
  [() => x.sumToSize(3), ShapeError, 'size {[3]} is not expandable to size {[3, 4]}.'],
  [() => x.sumToSize(2, 3, 4), ShapeError, 'size {[2, 3, 4]} is not expandable to size {[3, 4]}.'],
  [() => zeros(4, 1, 4).sumToSize(4, 4), ShapeError, 'size {[4, 4]} is not expandable to size {[4, 1, 4]}.'],
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
  [() => flambeau.linspace(zeros(2), 1, 3), ShapeError, 'linspace only supports 0-dimensional start and end tensors'],
  [() => loose(flambeau.logspace)('a', 1, 3), ArgumentTypeError, "argument 'start' must be Tensor, not 'a'"],
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
  [() => flambeau.trapz(zeros(2, 3), zeros(2)), ShapeError, 'There must be one `x` value for each sample point'],
  [() => at(1).histogram(2), DtypeError, `"histogramdd" not implemented for 'Long'`],
  [() => zeros(2).histogram(zeros(0)), ShapeError, 'bins tensor should have at least 1 element'],
  [() => at(1).bincount({ minlength: -1 }), ValueError, 'minlength should be >= 0'],
  // ---- Options of one kind
  [() => loose(flambeau.sort)(x, 0, { descending: 'no' }), ArgumentTypeError, "'descending' must be bool, not 'no'"],
  [() => loose(flambeau.add)(x, x, { alpha: 'two' }), ArgumentTypeError, "'alpha' must be a number, not 'two'"],
  [() => at(1).add(at(1), { alpha: 1.5 }), DtypeError, 'argument alpha must not be a floating point number'],
  // ---- Composed operators
  [() => x.lerp(x.double(), 0.5), DtypeError, 'expected dtype float32 for `end` but got dtype float64'],
  [() => x.isclose(x.double()), DtypeError, 'Float did not match Double'],
  [() => x.isclose(x, { atol: -1 }), ValueError, 'atol must be greater than or equal to zero, but got -1'],
  [() => zeros(3, 3).addmm(x.long(), zeros(4, 3).long()), DtypeError, 'self and mat2 must have the same dtype'],
  [() => flambeau.cdist(x, zeros(4)), ShapeError, 'cdist only supports at least 2D tensors, X2 got: 1D'],
  [() => flambeau.cdist(x, x, { p: -1 }), ValueError, 'cdist only supports non-negative p values'],
  [() => loose(flambeau.clampMin)(x, 'no'), ArgumentTypeError, "argument 'min' must be Tensor or number, not 'no'"],
  [() => flambeau.asStridedScatter(x, tensor(1.5), [2], [1]), ShapeError, 'src size = [], slice size = [2]'],
  [() => flambeau.meshgrid(x), ShapeError, 'Expected 0D or 1D tensor in the tensor list but got: 2D'],
  [() => flambeau.meshgrid(at(1), zeros(1)), DtypeError, 'meshgrid expects all tensors to have the same dtype'],
  [() => flambeau.cartesianProd(x, x), ShapeError, 'Expect a 1D vector, but got shape [3, 4]'],
  [() => x.cross(at(1, 2, 3)), ShapeError, 'linalg.cross: inputs must have the same number of dimensions.'],
  [() => x.diff({ n: -1 }), ValueError, 'order must be non-negative but got -1'],
  [() => x.diff({ prepend: zeros(4) }), ShapeError, 'diff expects prepend or append to be the same dimension as input'],
  [() => flambeau.trapezoid(x.gt(0)), DtypeError, 'bool is not supported'],
  [() => x.unfold(0, -1, 1), ShapeError, 'size is -1 but must be >= 0'],
  [() => x.renorm(-1, 0, 1), ValueError, 'renorm: non-positive-norm not supported'],
  [() => x.histc({ max: Number.NaN }), ValueError, 'torch.histc: range of [0, NaN] is not finite'],
  [() => x.mvlgamma(0), ValueError, 'p has to be greater than or equal to 1'],
  [() => at(1).frexp(), DtypeError, 'torch.frexp() only supports floating-point dtypes'],
  [() => x.quantile(tensor(0.5, { dtype: 'float64' })), DtypeError, 'q tensor must be same dtype as the input tensor'],
  [() => flambeau.searchsorted(x, 1, { sorter: at(0) }), ShapeError, 'boundary and sorter must have the same size'],
  [() => x.bool().trace(), DtypeError, '"trace" not implemented for \'Bool\''],
  [() => at(1).lgamma_(), DtypeError, "result type float32 can't be cast to the desired output type int64"],
  [() => at(1).clampMin_(0.5), DtypeError, "result type float32 can't be cast to the desired output type int64"],
  [() => at(1).cauchy_(), DtypeError, 'Cauchy distribution is a continuous probability distribution'],
  [() => at(1).logNormal_(), DtypeError, '"log_normal_cpu" not implemented for \'Long\''],
  [() => flambeau.hypot(at(1), at(1)), DtypeError, '"hypot_cpu" not implemented for \'Long\''],
  [() => x.bool().argmax(), DtypeError, '"argmax_cpu" not implemented for \'Bool\''],
  [() => flambeau.chainMatmul(x, zeros(1, 4, 2)), ShapeError, 'Tensor dimension is 3, expected 2 instead.'],
  [() => flambeau.trilIndices(2, 1.5), ArgumentTypeError, "argument 'col' must be int, not 1.5"],
  [() => x.repeatInterleave(at(1).view(1, 1), 0), ShapeError, 'repeats must be 0-dim or 1-dim tensor'],
  [() => zeros(2, 0).unique({ dim: 0 }), ShapeError, 'unique cannot be applied'],
  [() => linalg.tensorinv(zeros(2, 2), -1), ValueError, "Expected a strictly positive integer for 'ind', but got -1"],
  [() => x.nansum(0, { dtype: 1 as never }), DtypeError, 'nansum: dtype must be one of'],
  [() => x.nansum(0, { dtype: 'int64' }), DtypeError, '"nansum_cpu" not implemented for \'Long\''],
  [() => x.bool().median(), DtypeError, '"median_cpu" not implemented for \'Bool\''],
  [() => x.bool().kthvalue(1), DtypeError, '"kthvalue_cpu" not implemented for \'Bool\''],
  [() => at(1).frac(), DtypeError, '"frac_cpu" not implemented for \'Long\''],
  [() => flambeau.logaddexp(at(1), at(1)), DtypeError, '"logaddexp_cpu" not implemented for \'Long\''],
  [() => zeros(2).sub_(tensor([true, false])), DtypeError, 'with a bool tensor is not supported'],
  [() => x.takeAlongDim(at(-1).view(1, 1), 1), IndexError, 'index -1 is out of bounds for dimension 1 with size 4'],
  [() => zeros(2).mT, ShapeError, 'tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor'],
  [() => F.batchNorm(zeros(2, 0), zeros(0), zeros(0), { weight: zeros(0) }), IndexError, 'index 0 out of range'],
  [() => F.instanceNorm(zeros(0, 2, 3), { bias: zeros(2) }), IndexError, 'index 0 out of range for tensor of size [0]'],
  // ---- Arguments without a gradient
  [
    () => F.softMarginLoss(x, learned),
    AutogradError,
    "'soft_margin_loss' is not differentiable with respect to argument",
  ],
  [() => F.binaryCrossEntropy(x, x, { weight: learned }), AutogradError, "respect to argument 'weight'"],
  [
    () => F.binaryCrossEntropyWithLogits(x, x, { posWeight: learned }),
    AutogradError,
    "respect to argument 'pos_weight'",
  ],
  [() => F.nllLoss(x, at(0, 1, 2), { weight: learned }), AutogradError, "'nll_loss_forward' is not differentiable"],
  [() => F.multiMarginLoss(x, at(0, 1, 2), { weight: learned }), AutogradError, "'multi_margin_loss' is not"],
  [() => F.batchNorm(x, learned, ones(4)), AutogradError, "respect to argument 'running_mean'"],
  [() => F.instanceNorm(zeros(2, 4, 3), { runningVar: learned }), AutogradError, "respect to argument 'running_var'"],
  // ---- Layers and losses
  [() => F.batchNorm(zeros(2, 1), zeros(1), tensor(1.5)), ShapeError, 'running_var expected 1 dims but tensor has 0'],
  [
    () => F.binaryCrossEntropyWithLogits(zeros(1), at(1)),
    DtypeError,
    "Float can't be cast to the desired output type Long",
  ],
  [() => F.multiMarginLoss(x, at(0, 1, 2), { weight: zeros(3) }), ShapeError, 'inconsistent weight size, expected 4'],
  [() => F.hardtanh(x.gt(0)), DtypeError, 'Bool inputs not supported for hardtanh'],
  [() => F.maxPool1d(x.long(), 2), DtypeError, '"maxPool1d" not implemented for'],
  [() => F.avgPool2d(x.int().view(1, 3, 4), 2), DtypeError, '"avgPool2d" not implemented for'],
  [() => F.softMarginLoss(zeros(2, 1), zeros(2, 3)), ShapeError, "[2, 1] doesn't match the broadcast shape [2, 3]"],
  [
    () => F.ctcLoss(zeros(3, 2, 4), zeros(1, 3).long(), [3, 3], [1, 2]),
    ShapeError,
    'to have size 2 at dimension 0, but',
  ],
  [
    () => new nn.AvgPool2d(1, { divisorOverride: 1.5 })(x.unsqueeze(0)),
    ArgumentTypeError,
    "'divisorOverride' must be int",
  ],
  [() => loose(norm)({ eps: 'x' }), ArgumentTypeError, "BatchNorm1d(): argument 'eps' must be float, not 'x'"],
  [() => loose(new nn.MaxUnpool1d(2))(x, x.long(), 'x'), ArgumentTypeError, 'MaxUnpool1d: options must be an object'],
  [() => loose(stack)({ norm: 1 }), ArgumentTypeError, "TransformerEncoder(): argument 'norm' must be Module, not 1"],
  [
    () => loose(F.tripletMarginWithDistanceLoss)(x, x, x, { distanceFunction: 1 }),
    ArgumentTypeError,
    'must be a function',
  ],
  // ---- Numbers that do not fit
  [
    () => flambeau.full([2], Number.NaN, { dtype: 'int64' }),
    ValueError,
    'cannot be converted to type int64_t without overflow',
  ],
  [() => zeros(2).to('uint8').fill_(300), ValueError, 'value cannot be converted to type uint8_t without overflow'],
  [
    () => nn.init.constant_(zeros(2).half(), 1e6),
    ValueError,
    'value cannot be converted to type at::Half without overflow',
  ],
  [
    () => at(1).maskedFill(tensor(true), Infinity),
    ValueError,
    'value cannot be converted to type int64_t without overflow',
  ],
  [() => loose(flambeau.floorDivide)(tensor(true), true), DtypeError, `"div_floor_cpu" not implemented for 'Bool'`],
  // ---- Matrices
  [
    () => linalg.luSolve(zeros(2, 2), tensor([1, 3], { dtype: 'int32' }), x),
    IndexError,
    'Pivots must be between 1 and',
  ],
  [() => linalg.luSolve(zeros(2, 2), at(1, 2), x), DtypeError, 'pivots should be a Tensor of scalar type torch.int32'],
  [
    () => linalg.solveTriangular(zeros(3, 3).double(), x, { upper: true }),
    DtypeError,
    'A of type Double and B of type Float',
  ],
  [
    () => linalg.householderProduct(zeros(4, 3), zeros(3).double()),
    DtypeError,
    'tau dtype Double does not match input',
  ],
  [
    () => linalg.householderProduct(zeros(4, 3), zeros(4)),
    ShapeError,
    'must be greater than or equal to tau.shape[-1]',
  ],
  [() => loose(linalg.eigh)(zeros(2, 2), 'X'), ValueError, "Expected UPLO argument to be 'L' or 'U', but got X"],
  [() => linalg.matrixNorm(x, 'fro', [0, 0]), ShapeError, 'linalg.matrix_norm: dims must be different. Got (0, 0)'],
];

test.each(refusals.map((row) => [nameOf(row[0]), ...row] as const))('%s', (_, call, error, sentence) => {
  expect(call).toThrow(error);
  expect(call).toThrow(sentence);
  expect([x.tolist(), x._version]).toEqual([zeros(3, 4).tolist(), 0]);
});

// What PyTorch takes and one might think it refuses, with its result.
const small = tensor([[4]], { dtype: 'uint8' });
const bytes = tensor([200, 12], { dtype: 'uint8' });
const bag = nn.EmbeddingBag.fromPretrained(tensor([[2.5], [1]]), { mode: 'sum' });
const acceptances: [call: () => Tensor, values: unknown, dtype: string][] = [
  [
    () =>
      zeros(3)
        .bool()
        .scatterAdd(0, at(0, 0, 2), tensor([true, true, true])),
    [true, false, true],
    'bool',
  ],
  [
    () =>
      zeros(3)
        .bool()
        .indexAdd(0, at(0, 0), tensor([true, true])),
    [true, false, false],
    'bool',
  ],
  [
    () =>
      zeros(3)
        .bool()
        .put(at(1, 1), tensor([true, true]), true),
    [false, true, false],
    'bool',
  ],
  [() => zeros(2).scatter(0, zeros(0), 1), [0, 0], 'float32'],
  [() => tensor([2.5]).gather(0, at(0).view([])), 2.5, 'float32'],
  [() => tensor(2.5).maskedSelect(tensor(true)), [2.5], 'float32'],
  [() => F.featureAlphaDropout(tensor(2.5), { p: 1, training: true }), 0, 'float32'],
  [() => tensor(2.5).maskedSelect(tensor(false)), [], 'float32'],
  [() => at(7, 8).get(tensor(true)), [[7, 8]], 'int64'],
  [() => at(7, 8).get(0, tensor(false)), [], 'int64'],
  [() => F.hardtanh(at(-3, 3), { minVal: -0.5, maxVal: 2.5 }), [0, 2], 'int64'],
  [() => at(1).indexAdd(0, at(0), at(3), { alpha: 1.5 }), [4], 'int64'],
  [() => at(7, 8, 9).get(tensor([1, 0, 1], { dtype: 'uint8' })), [7, 9], 'int64'],
  [() => tensor([2, 0], { dtype: 'uint8' }).any(), 1, 'uint8'],
  [() => at(2, 0).any([]), [true, false], 'bool'],
  [() => tensor([1.5, 2.5]).var(0, { correction: null as unknown as number }), 0.5, 'float32'],
  [() => at(5, -5).bitwiseLeftShift(64), [0, 0], 'int64'],
  [() => at(5, -5).bitwiseRightShift(at(100, -1)), [0, -1], 'int64'],
  [() => tensor([200], { dtype: 'uint8' }).bitwiseRightShift(7), [1], 'uint8'],
  [
    () =>
      tensor([248], { dtype: 'uint8' })
        .hypot(tensor([0.5]))
        .floor(),
    [248],
    'float32',
  ],
  [() => at(3).addcmul(at(2), at(5), { value: 1.5 }), [13], 'int64'],
  [() => at(3, 4).fmod(tensor([2.5, 2.5], { dtype: 'float64' })), [0.5, 1.5], 'float64'],
  [() => at(0).atan2(tensor([2], { dtype: 'float64' })), [0], 'float64'],
  [() => F.maxPool2d(at(1, 2, 3, 4).view(1, 2, 2), 2), [[[4]]], 'int64'],
  [() => F.avgPool2d(at(-1, -2, -3, -4).view(1, 2, 2), 2), [[[-2]]], 'int64'],
  [() => F.marginRankingLoss(at(1), at(3), at(1)), 2, 'float32'],
  [() => bag(at(0, 1), at(0), { perSampleWeights: tensor([2, 1.5]) }), [[6.5]], 'float32'],
  [() => zeros(2, 1, 0).matmul(zeros(0, 2)), [[[0, 0]], [[0, 0]]], 'float32'],
  [() => tensor([true]).square(), [1], 'int64'],
  [() => flambeau.trapz(at(0, 1, 2, 3, 4, 5).view(2, 3), at(1, 3), { dim: 0 }), [3, 5, 7], 'float32'],
  [() => zeros(1).to('uint8').fill_(-1), [255], 'uint8'],
  [() => tensor([true, false]).sign(), [true, false], 'bool'],
  [() => at(1, 5).max(at(2, 3)), [2, 5], 'int64'],
  [() => at(1, 5).min(at(2, 3)), [1, 3], 'int64'],
  [() => at(1, 2).to('cpu', 'float64'), [1, 2], 'float64'],
  [() => at(1, 2).to('cpu', { nonBlocking: true, copy: true }), [1, 2], 'int64'],
  [() => tensor(true).sumToSize([]), 1, 'int64'],
  [() => F.sumToSize(at(1, 2), 1), [3], 'int64'],
  [() => zeros(2, 3).gather(0, at().to('int64')), [], 'float32'],
  [() => flambeau.addr(tensor([[false]]), tensor([true]), tensor([true]), { beta: 3, alpha: 2 }), [[true]], 'bool'],
  [() => flambeau.addbmm(small, small.view(1, 1, 1), small.view(1, 1, 1)), [[20]], 'uint8'],
  [() => F.conv1d(at(0, 1, 2, 3).view(1, 1, 4), at(1, 2).view(1, 1, 2), at(1)), [[[3, 6, 9]]], 'int64'],
  [() => F.conv1d(bytes.view(1, 1, 2), bytes.view(1, 1, 2)), [[[208]]], 'uint8'],
  [() => F.convTranspose1d(at(1, 2).view(1, 1, 2), at(1, 3).view(1, 1, 2)), [[[1, 5, 6]]], 'int64'],
  [() => flambeau.linspace(tensor(0), 1, 3), [0, 0.5, 1], 'float32'],
  [() => flambeau.combinations(at(1, 2), { r: 0 }), [], 'int64'],
  [() => zeros(0).chunk(2)[1] as Tensor, [], 'float32'],
  [
    () =>
      tensor([[1, 2, 4.5]])
        .cov()
        .mul(2),
    6.5,
    'float32',
  ],
];

test.each(acceptances.map((row) => [nameOf(row[0]), ...row] as const))('%s', (_, call, values, dtype) => {
  const y = call();
  expect([y.tolist(), y.dtype]).toEqual([values, dtype]);
});

test('normal takes a mean or a deviation for each element', () => {
  const drawn = [
    () => flambeau.normal(zeros(2, 3), tensor([2, 2, 2])),
    () => flambeau.normal(zeros(2, 3), 2),
    () => flambeau.normal(0, zeros(2, 3).add(2)),
    () => flambeau.randn(2, 3).mul(2),
  ].map((draw) => {
    flambeau.manualSeed(0);
    return draw().tolist();
  });
  expect(drawn).toEqual(drawn.map(() => drawn[3]));
});
