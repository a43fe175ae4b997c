// What functions and layers refuse, in PyTorch's words, and options that nobody knows.
import {
  autograd,
  DtypeError,
  heaviside,
  histogram,
  igamma,
  linalg,
  nextafter,
  nn,
  ones,
  special,
  type Tensor,
  tensor,
  tensordot,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';

const F = nn.functional;

describe('refusals', () => {
  const integers = () => ones(2, { dtype: 'int64' });
  const wanted = () => ones(2).requiresGrad_();
  const probabilities = () => zeros(4, 1, 3).logSoftmax(2);
  const square = () => ones(2, 2);

  test.each<readonly [string, () => unknown, string]>([
    [
      'multilabelSoftMarginLoss of a scalar',
      () => F.multilabelSoftMarginLoss(tensor(0.5), tensor(1)),
      'Dimension specified as -1 but tensor has no dimensions',
    ],
    [
      'gaussianNllLoss of integer variances',
      () => F.gaussianNllLoss(ones(2), ones(2), integers()),
      "result type Float can't be cast to the desired output type Long",
    ],
    [
      'crossEntropy of uint8 labels at positions',
      () => F.crossEntropy(ones(1, 2, 2), zeros([1, 2], { dtype: 'uint8' })),
      'expected scalar type Long but found Byte',
    ],
    [
      'ctcLoss of a tensor and a list of lengths',
      () => F.ctcLoss(probabilities(), tensor([[1]]), tensor([4]), [1]),
      'must both be tensors or both be numbers',
    ],
    [
      'ctcLoss of lengths that are no integers',
      () => F.ctcLoss(probabilities(), tensor([[1]]), tensor([4]), tensor([1]).float()),
      'target_lengths must be integral',
    ],
    [
      'localResponseNorm over half a channel',
      () => F.localResponseNorm(ones(1, 4, 2), 1.5),
      "argument 'size' must be int",
    ],
    [
      'layerNorm with an eps that is no number',
      () => F.layerNorm(ones(2), 2, { eps: '1' as never }),
      "layerNorm(): argument 'eps' must be float",
    ],
    [
      'attention with a mask that is no tensor',
      () => F.scaledDotProductAttention(square(), square(), square(), { attnMask: [1] as never }),
      "argument 'attnMask' must be Tensor",
    ],
    [
      'attention with a scale that is no number',
      () => F.scaledDotProductAttention(square(), square(), square(), { scale: '1' as never }),
      "argument 'scale' must be float",
    ],
    [
      'attention of shared heads without heads',
      () => F.scaledDotProductAttention(square(), square(), square(), { enableGqa: true }),
      'Dimension out of range',
    ],
    [
      'adaptiveAvgPool2d without a size',
      () => F.adaptiveAvgPool2d(ones(1, 2, 2), null as never),
      "argument 'outputSize' must be int",
    ],
    [
      'linear of a vector and a bias that is one',
      () => F.linear(ones(2), ones(2), ones(2)),
      'mat2 must be a matrix, got 1-D tensor',
    ],
    ['a stack of null', () => new nn.TransformerEncoder(null as never, 1), 'the layer must be a Module, got null'],
    [
      'a GRUCell of a row with a batch of states',
      () => new nn.GRUCell(3, 2)(ones(3), ones(2, 2)),
      'GRUCell: expected a state of 1D',
    ],
  ])('%s', (_name, run, message) => expect(run).toThrow(message));

  test.each<readonly [string, (x: Tensor) => Tensor]>([
    ['leakyRelu', (x) => F.leakyRelu_(x, { negativeSlope: -1 })],
    ['elu', (x) => F.elu_(x, { alpha: -1 })],
    ['celu', (x) => F.celu_(x, { alpha: -1 })],
  ])('%s with a negative slope, in place, has no gradient', (_name, run) => {
    const x = wanted();
    const y = run(x.mul(-1));
    expect(() => autograd.grad(y.sum(), [x])).toThrow('backward calculation is triggered with a negative slope');
  });

  test.each(['silu', 'mish', 'selu', 'hardswish', 'hardsigmoid', 'logsigmoid', 'gelu'] as const)(
    '%s of integers',
    (name) => expect(() => F[name](integers())).toThrow("not implemented for 'int64'"),
  );

  test('maxUnpool2d of a size that is no list', () => {
    const call = () =>
      F.maxUnpool2d(ones(1, 1, 1), zeros([1, 1, 1], { dtype: 'int64' }), 2, { outputSize: 2 as never });
    expect(call).toThrow('outputSize must be an array of sizes, got 2');
  });

  test.each([
    ['fmod of booleans', () => tensor([true]).fmod(true)],
    ['remainder of booleans', () => tensor([true]).remainder(tensor([true]))],
    ['a truncated quotient of booleans', () => tensor([true]).div(true, { roundingMode: 'trunc' })],
    ['nextafter of integers', () => nextafter(tensor([1]), tensor([2]))],
  ] as const)('%s', (_name, call) => expect(call).toThrow(DtypeError));

  test('interpolate of integers', () => {
    expect(F.interpolate(ones([1, 1, 2], { dtype: 'uint8' }), { size: 4 }).dtype).toBe('uint8');
    expect(() => F.interpolate(ones([1, 1, 2], { dtype: 'int64' }), { size: 4 })).toThrow(
      '"compute_indices_weights_nearest" not implemented for \'Long\'',
    );
  });

  test('lpPool2d of norm 0', () => {
    expect(() => F.lpPool2d(ones(1, 2, 2), 0, 2)).toThrow('normType must not be 0');
  });

  test.each(['reflect', 'replicate'] as const)('%s padding of no channels', (mode) => {
    expect(F.pad(ones(0, 2, 3), [1, 1], { mode }).shape).toEqual([0, 2, 5]);
    expect(() => F.pad(ones(2, 0, 3), [1, 1], { mode })).toThrow('other non-zero dimensions for input');
  });

  test('a stack of no layers', () => {
    const encoder = new nn.TransformerEncoder(new nn.TransformerEncoderLayer(2, 1), 0);
    expect(() => encoder(ones(3, 2))).toThrow('index 0 is out of range');
  });

  test('pad that takes away more than there is', () => {
    expect(() => F.pad(ones(1, 2), [0, 0, 2, -2])).toThrow('negative output size');
  });

  test.each<readonly [string, (x: Tensor) => Tensor, string]>([
    ['floorDivide', (x) => x.floorDivide(2), 'derivative for aten::floor_divide is not implemented'],
    ['floorDivide_', (x) => x.mul(1).floorDivide_(2), 'derivative for aten::floor_divide is not implemented'],
    ['aminmax', (x) => x.aminmax().max, 'derivative for aten::aminmax is not implemented'],
    ['bincount', (x) => tensor([0, 1]).bincount({ weights: x }), 'derivative for aten::bincount is not implemented'],
    ['heaviside', (x) => heaviside(x, x), 'derivative for aten::heaviside is not implemented'],
    ['histogram', (x) => histogram(x, 2).hist, 'derivative for aten::histogram is not implemented'],
    ['unique', (x) => x.unique(), "the derivative for '_unique2' is not implemented."],
    ['nextafter', (x) => nextafter(x, ones(2)), "the derivative for 'nextafter' is not implemented."],
    ['igamma', (x) => igamma(x, ones(2)), "the derivative for 'igamma: input' is not implemented."],
    ['zeta', (x) => special.zeta(x, 1), "the derivative for 'zeta' is not implemented."],
  ])('the gradient of %s', (_, run, sentence) => {
    expect(() => run(wanted()).sum().backward()).toThrow(sentence);
  });

  test('fractionalMaxPool2d with samples of another dtype', () => {
    const samples = zeros([1, 1, 2], { dtype: 'float64' });
    expect(() => F.fractionalMaxPool2d(ones(1, 1, 4, 4), 2, { outputSize: 2, _randomSamples: samples })).toThrow(
      'Expect _random_samples to have the same dtype as input',
    );
  });
});

describe('options that nobody knows', () => {
  const [x, oops] = [ones(2, 2), { oops: 1 } as never];

  test.each<readonly [string, () => unknown]>([
    ['roll', () => x.roll(1, oops)],
    ['rot90', () => x.rot90(oops)],
    ['repeatInterleave', () => x.repeatInterleave(2, oops)],
    ['takeAlongDim', () => x.takeAlongDim(zeros([2, 2], { dtype: 'int64' }), oops)],
    ['asStrided', () => x.asStrided([1], [1], oops)],
    ['tensordot', () => tensordot(x, x, oops)],
    ['tensorsolve', () => linalg.tensorsolve(x, ones(2), oops)],
    ['qr', () => linalg.qr(x, oops)],
    ['tril', () => x.tril(oops)],
    ['sort', () => x.sort(oops)],
  ])('%s', (_name, run) => expect(run).toThrow("unknown option 'oops'"));

  test('out is refused with a word on what to do', () => {
    expect(() => x.sum(0, { out: x } as never)).toThrow(/unknown option 'out'; a result is a new tensor/);
  });

  test('options behind a named dimension count', () => {
    const sorted = tensor([[1, 2]]).sort({ dim: 1 }, { descending: true });
    expect(sorted.values.tolist()).toEqual([[2, 1]]);
  });
});
