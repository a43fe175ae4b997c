// The names of nodes, and the dtypes that losses refuse, as PyTorch 2.6 has them.

import * as flambeau from 'flambeau';
import { DtypeError, manualSeed, nn, rand, type Tensor, tensor } from 'flambeau';
import { expect, test } from 'vitest';

const F = nn.functional;
const leaf = (...shape: number[]) => rand(...shape, { requiresGrad: true });
const at = tensor([0, 1]);
const square = () => flambeau.zeros([2, 2], { dtype: 'int64' });

const names: readonly (readonly [name: string, y: (x: Tensor) => Tensor | undefined])[] = [
  ['MeanBackward0', (x) => x.mean()],
  ['MeanBackward1', (x) => x.mean(0)],
  ['SumBackward0', (x) => x.sum()],
  ['SumBackward1', (x) => x.sum(0)],
  ['ProdBackward1', (x) => x.prod(0)],
  ['StdBackward0', (x) => x.std()],
  ['MaxBackward1', (x) => x.max()],
  ['PowBackward0', (x) => x.pow(2)],
  ['PowBackward0', (x) => x.square()],
  ['PowBackward1', (x) => x.pow(x)],
  ['PowBackward2', (x) => flambeau.pow(2, x)],
  ['FmodBackward0', (x) => x.fmod(2)],
  ['RemainderBackward1', (x) => x.remainder(x)],
  ['DivBackward2', (x) => x.div(2, { roundingMode: 'floor' })],
  ['RsubBackward1', (x) => x.rsub(2)],
  ['ClampBackward1', (x) => x.clamp(0)],
  ['ClampMinBackward0', (x) => x.clampMin(0)],
  ['ClampMaxBackward1', (x) => x.clampMax(x)],
  ['LerpBackward0', (x) => x.lerp(x, 0.5)],
  ['AddcmulBackward0', (x) => x.addcmul(x, x)],
  ['MaskedFillBackward0', (x) => x.maskedFill(x.gt(0.5), 1)],
  ['Log1PBackward0', (x) => x.log1p()],
  ['StackBackward0', (x) => flambeau.stack([x, x])],
  ['SplitBackward0', (x) => x.split(1)[0]],
  ['SplitWithSizesBackward0', (x) => x.split([1, 1])[0]],
  ['UnbindBackward0', (x) => x.unbind()[0]],
  ['FlipBackward0', (x) => x.flip(0)],
  ['TBackward0', (x) => x.t()],
  ['SqueezeBackward0', (x) => x.unsqueeze(0).squeeze()],
  ['SqueezeBackward1', (x) => x.unsqueeze(0).squeeze(0)],
  ['SqueezeBackward2', (x) => x.unsqueeze(0).squeeze([0])],
  ['MvBackward0', (x) => x.mv(rand(2))],
  ['DotBackward0', (x) => x.select(0, 0).dot(rand(2))],
  ['AddmmBackward0', (x) => x.addmm(x, x)],
  ['LogsumexpBackward0', (x) => x.logsumexp(0)],
  ['EluBackward0', (x) => F.selu(x)],
  ['HardtanhBackward0', (x) => F.relu6(x)],
  ['ConvolutionBackward0', (x) => F.conv1d(x.view(1, 2, 2), rand(3, 2, 1))],
  ['ConvolutionBackward0', (x) => F.convTranspose2d(x.view(1, 1, 2, 2), rand(1, 2, 2, 2))],
  ['UpsampleBilinear2DBackward0', (x) => F.interpolate(x.view(1, 1, 2, 2), { size: 3, mode: 'bilinear' })],
  ['UpsampleNearestExact1DBackward0', (x) => F.interpolate(x.view(1, 2, 2), { size: 3, mode: 'nearest-exact' })],
  ['SoftMarginLossBackward0', (x) => F.softMarginLoss(x, rand(2, 2))],
  ['MultiMarginLossBackward0', (x) => F.multiMarginLoss(x, at)],
  ['MultilabelMarginLossBackward0', (x) => F.multilabelMarginLoss(x, tensor([at.tolist(), [1, -1]]))],
  ['ScatterBackward0', (x) => x.scatter(0, square(), rand(2, 2))],
  ['ScatterBackward1', (x) => x.scatter(0, square(), 2)],
  ['ScatterAddBackward0', (x) => x.scatterAdd(0, square(), rand(2, 2))],
  ['ScatterReduceBackward0', (x) => x.scatterReduce(0, square(), rand(2, 2), 'mean')],
  ['IndexAddBackward0', (x) => x.indexAdd(0, at, rand(2, 2))],
  ['IndexCopyBackward0', (x) => x.indexCopy(0, at, rand(2, 2))],
  ['IndexFillBackward0', (x) => x.indexFill(0, at, 2)],
  ['IndexFillBackward1', (x) => x.indexFill(0, at, tensor(2).float())],
  ['MaskedScatterBackward0', (x) => x.maskedScatter(x.gt(0.5), rand(4))],
  ['PutBackward0', (x) => x.put(at, rand(2))],
  ['TakeBackward0', (x) => x.take(at)],
  ['RollBackward0', (x) => x.roll(1)],
  ['RollBackward0', (x) => x.roll([1, 1], [0, 1])],
  ['Rot90Backward0', (x) => x.rot90()],
  ['RepeatBackward0', (x) => x.tile(2)],
  ['RenormBackward0', (x) => x.renorm(2, 0, 1)],
  ['LinalgCrossBackward0', () => flambeau.linalg.cross(leaf(2, 3), rand(2, 3))],
  ['TrilBackward0', (x) => x.tril()],
  ['DiagEmbedBackward0', (x) => x.diagEmbed()],
  ['TraceBackward0', (x) => x.trace()],
  ['DistBackward0', (x) => x.dist(rand(2, 2))],
  ['NansumBackward0', (x) => x.nansum()],
  ['SgnBackward0', (x) => x.sgn()],
  ['BlockDiagBackward0', (x) => flambeau.blockDiag(x, x)],
  ['ReflectionPad1DBackward0', (x) => F.pad(x, [1, 1], { mode: 'reflect' })],
  ['ReplicationPad2DBackward0', (x) => F.pad(x.view(1, 2, 2), [1, 1, 1, 1], { mode: 'replicate' })],
  ['AbsBackward0', (x) => F.l1Loss(x, rand(2, 2), { reduction: 'none' })],
];

test.each(names)('%s: %s', (name, make) => {
  manualSeed(0);
  expect(make(leaf(2, 2))?.gradFn?.name).toBe(name);
});

const double = () => rand(2, 2, { dtype: 'float64' });
const mismatched: readonly (readonly [message: string, act: (x: Tensor) => unknown])[] = [
  ['Found dtype Double but expected Float', (x) => F.mseLoss(x, double()).backward()],
  [
    'Found dtype Long but expected Float',
    (x) =>
      F.mseLoss(
        x,
        tensor([
          [0, 1],
          [1, 0],
        ]),
      ).backward(),
  ],
  ['Found dtype Half but expected Float', (x) => F.huberLoss(x, rand(2, 2).half()).backward()],
  ['Found dtype Double but expected Float', (x) => F.binaryCrossEntropy(x, double())],
  ['expected scalar type Long but found Int', (x) => F.nllLoss(x, at.int())],
  ['expected scalar type Long but found Float', (x) => F.crossEntropy(x, at.float())],
  ['expected scalar type Long but found Float', (x) => F.crossEntropy(x, at.float(), { labelSmoothing: 0.1 })],
  ['expected scalar type Long but found Float', (x) => F.multiMarginLoss(x, at.float())],
  ['expected scalar type Float but found Double', (x) => F.nllLoss(x, at, { weight: rand(2).double() })],
  [
    'Expected floating point type for target with class probabilities, got Long',
    (x) =>
      F.crossEntropy(
        x,
        tensor([
          [0, 1],
          [1, 0],
        ]),
      ),
  ],
];

test.each(mismatched)('refuses: %s, by %s', (message, act) => {
  expect(() => act(leaf(2, 2))).toThrow(new DtypeError(message));
});
