// How each function is called to see that its gradient is recorded, and which functions have none and why.
import { logSoftmax, ones, rand, type Tensor, tensor, zeros } from 'flambeau';

/** Functions that are called alike; a name is that of nn.functional, or has its namespace in front. */
interface Group {
  readonly names: string;
  readonly args: () => unknown[];
  /** Which of the tensors that want a gradient get none. */
  readonly without?: readonly number[];
}

const made: Tensor[] = [];

/** The leaves made since the last call. */
export function leaves(): Tensor[] {
  return made.splice(0);
}

// Elements in [0.1, 0.9): inside the domain of nearly every function.
function p(...shape: number[]): Tensor {
  const leaf = rand(shape, { dtype: 'float64' }).mul(0.8).add(0.1).requiresGrad_();
  made.push(leaf);
  // No leaf, so that it can be written in place.
  return leaf.mul(1);
}

function regular(n: number): Tensor {
  const leaf = rand([n, n], { dtype: 'float64' })
    .mul(0.1)
    .add(tensor(identity(n)))
    .requiresGrad_();
  made.push(leaf);
  return leaf.matmul(leaf.mT);
}

const identity = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 2 : 0)));
const positions = () => tensor([0, 2, 1]);
const index = () =>
  tensor([
    [0, 2, 1, 0],
    [1, 1, 0, 2],
  ]);
const mask = () => rand([3, 4]).gt(0.5);
const labels = () => tensor([1, 0, 3]);

/** Functions with a gradient. */
export const groups: readonly Group[] = [
  {
    names: `abs absolute acos acosh adjoint alphaDropout amax amin angle arccos arccosh arcsin arcsinh arctan
      arctanh asin asinh atan atanh atleast1d atleast2d atleast3d blockDiag broadcastTensors celu celu_ clone conj
      conjPhysical contiguous corrcoef cos cosh cov cumulativeTrapezoid deg2rad diag diagEmbed diagflat diagonal diff
      dropout dropout1d elu elu_ erf erfc exp exp2 expm1 featureAlphaDropout flatten flip fliplr flipud gelu glu
      gradient gumbelSoftmax hardshrink hardsigmoid hardswish hardtanh hardtanh_ leakyRelu leakyRelu_ log log10 log1p
      log2 logSigmoid logSoftmax logit logsigmoid logsumexp max mean median min mish mode msort nanToNum nanmean
      nanmedian nansum neg negative normalize pdist positive prod rad2deg ravel real reciprocal relu relu6 relu_
      resolveConj resolveNeg rot90 rrelu rrelu_ rsqrt selu selu_ sigmoid silu sin sinc sinh softmax softmin softplus
      softshrink softsign sort sqrt square squeeze std stdMean sum t tan tanh tanhshrink trace
      trapezoid trapz tril triu unbind varMean variance linalg.cond linalg.diagonal linalg.matrixNorm linalg.norm
      linalg.pinv linalg.qr linalg.svd linalg.svdvals linalg.vectorNorm special.digamma special.entr special.erfcx
      special.erfinv special.i0 special.i0e special.i1 special.i1e special.lgamma
      special.logNdtr special.ndtr special.ndtri frac linalg.lu linalg.luFactor linalg.luFactorEx`,
    args: () => [p(3, 4)],
  },
  { names: 'adaptiveAvgPool1d adaptiveMaxPool1d adaptiveMaxPool1dWithIndices', args: () => [p(2, 3, 4), 2] },
  { names: 'adaptiveAvgPool2d adaptiveMaxPool2d adaptiveMaxPool2dWithIndices', args: () => [p(2, 3, 4, 4), 2] },
  { names: 'adaptiveAvgPool3d adaptiveMaxPool3d adaptiveMaxPool3dWithIndices', args: () => [p(2, 3, 4, 4, 4), 2] },
  { names: 'dropout2d instanceNorm', args: () => [p(2, 3, 4, 4)] },
  { names: 'dropout3d', args: () => [p(2, 3, 4, 4, 4)] },
  {
    names: `add arctan2 atan2 binaryCrossEntropyWithLogits cdist clampMax clampMin cosineSimilarity crossEntropy dist div divide
      fmax fmin hypot inner kron l1Loss logaddexp logaddexp2 maximum minimum mseLoss mul multiply pairwiseDistance pow
      rsub smoothL1Loss huberLoss sub subtract tensordot trueDivide vecdot xlogy xlog1py
       floatPower binaryCrossEntropy linear fmod remainder klDiv poissonNllLoss`,
    args: () => [p(3, 4), p(3, 4)],
  },
  { names: 'hingeEmbeddingLoss multilabelSoftMarginLoss softMarginLoss', args: () => [p(3, 4), ones(3, 4)] },
  { names: 'expandAs', args: () => [p(1, 4), ones(3, 4)] },
  { names: 'clamp clip', args: () => [p(3, 4), p(3, 4), p(3, 4).add(1)] },
  { names: 'sliceScatter', args: () => [p(3, 4), p(3, 4)] },
  { names: 'ldexp', args: () => [p(3, 4), tensor([1, 2, 3, 4])] },
  { names: 'to', args: () => [p(3, 4), 'float32'] },
  {
    names: `cummax cummin cumprod cumsum logcumsumexp chunk hsplit kthvalue roll split tensorSplit topk unsafeChunk unsafeSplit
      unsqueeze`,
    args: () => [p(3, 4), 1],
  },
  { names: 'vsplit', args: () => [p(4, 3), 2] },
  { names: 'splitWithSizes unsafeSplitWithSizes', args: () => [p(3, 4), [1, 2]] },
  { names: 'special.multigammaln ', args: () => [p(3, 4).add(2), 2] },
  { names: 'nanquantile quantile', args: () => [p(3, 4), 0.3, 1] },
  { names: 'groupNorm', args: () => [p(2, 4, 3), 2, { weight: p(4), bias: p(4) }] },
  { names: 'layerNorm', args: () => [p(3, 4), [4], { weight: p(4), bias: p(4) }] },
  { names: 'rmsNorm', args: () => [p(3, 4), [4], { weight: p(4) }] },
  {
    names: 'batchNorm',
    args: () => [
      p(3, 4),
      zeros(4, { dtype: 'float64' }),
      ones(4, { dtype: 'float64' }),
      { weight: p(4), bias: p(4), training: true },
    ],
  },
  { names: 'localResponseNorm', args: () => [p(2, 4, 3), 2] },
  { names: 'avgPool1d maxPool1d maxPool1dWithIndices', args: () => [p(2, 3, 4), 2] },
  { names: 'avgPool2d maxPool2d maxPool2dWithIndices', args: () => [p(2, 3, 4, 4), 2] },
  { names: 'avgPool3d maxPool3d maxPool3dWithIndices', args: () => [p(2, 3, 4, 4, 4), 2] },
  { names: 'lpPool1d', args: () => [p(2, 3, 4), 2, 2] },
  { names: 'lpPool2d', args: () => [p(2, 3, 4, 4), 2, 2] },
  { names: 'lpPool3d', args: () => [p(2, 3, 4, 4, 4), 2, 2] },
  { names: 'fractionalMaxPool2d fractionalMaxPool2dWithIndices', args: () => [p(1, 2, 6, 6), 2, { outputSize: 2 }] },
  { names: 'fractionalMaxPool3d fractionalMaxPool3dWithIndices', args: () => [p(1, 2, 6, 6, 6), 2, { outputSize: 2 }] },
  { names: 'maxUnpool1d', args: () => [p(1, 1, 2), tensor([[[0, 3]]]), 2] },
  { names: 'maxUnpool2d', args: () => [p(1, 1, 1, 2), tensor([[[[0, 3]]]]), 2] },
  { names: 'maxUnpool3d', args: () => [p(1, 1, 1, 1, 2), tensor([[[[[0, 3]]]]]), 2] },
  { names: 'channelShuffle nativeChannelShuffle pixelShuffle pixelUnshuffle', args: () => [p(2, 4, 4, 4), 2] },
  { names: 'unfold', args: () => [p(2, 3, 4, 4), 2] },
  { names: 'fold', args: () => [p(1, 8, 4), [3, 3], [2, 2]] },
  { names: 'dsplit', args: () => [p(2, 3, 4), 2] },
  { names: 'linalg.matrixPower', args: () => [regular(3), 2] },
  { names: 'interpolate upsample upsampleBilinear upsampleNearest', args: () => [p(1, 2, 3, 3), { size: 5 }] },
  { names: 'affineGrid', args: () => [p(1, 2, 3), [1, 1, 4, 4]] },
  { names: 'gridSample', args: () => [p(1, 2, 4, 4), p(1, 3, 3, 2)] },
  { names: 'pad', args: () => [p(3, 4), [1, 1]] },
  { names: 'cat columnStack concat concatenate dstack hstack rowStack stack vstack', args: () => [[p(3, 4), p(3, 4)]] },
  { names: 'linalg.multiDot', args: () => [[p(3, 4), p(4, 3)]] },
  { names: 'chainMatmul', args: () => [p(3, 4), p(4, 3)] },
  { names: 'cartesianProd meshgrid', args: () => [p(3), p(4)] },
  { names: 'combinations vander linalg.vander', args: () => [p(4)] },
  { names: 'mm cross linalg.cross', args: () => [p(3, 3), p(3, 3)] },
  { names: 'dot ger matmul outer vdot ', args: () => [p(3), p(3)] },
  { names: 'mv', args: () => [p(3, 4), p(4)] },
  { names: 'bmm', args: () => [p(2, 3, 4), p(2, 4, 3)] },
  { names: 'addmm', args: () => [p(3, 3), p(3, 4), p(4, 3)] },
  { names: 'addmv', args: () => [p(3), p(3, 4), p(4)] },
  { names: 'addr', args: () => [p(3, 4), p(3), p(4)] },
  { names: 'addbmm', args: () => [p(3, 3), p(2, 3, 4), p(2, 4, 3)] },
  { names: 'baddbmm', args: () => [p(2, 3, 3), p(2, 3, 4), p(2, 4, 3)] },
  { names: 'einsum', args: () => ['ij,kj->ik', p(3, 4), p(2, 4)] },
  { names: 'bilinear', args: () => [p(3, 4), p(3, 5), p(6, 4, 5), p(6)] },
  {
    names:
      'addcdiv addcmul lerp gaussianNllLoss tripletMarginLoss tripletMarginWithDistanceLoss scaledDotProductAttention',
    args: () => [p(3, 4), p(3, 4), p(3, 4)],
  },
  { names: 'marginRankingLoss', args: () => [p(3), p(3), ones(3)] },
  { names: 'cosineEmbeddingLoss', args: () => [p(3, 4), p(3, 4), ones(3)] },
  { names: 'multiMarginLoss nllLoss', args: () => [p(3, 4), labels()] },
  { names: 'multilabelMarginLoss', args: () => [p(2, 4), index()] },
  {
    names: 'ctcLoss',
    args: () => [
      logSoftmax(p(5, 2, 4), -1),
      tensor([
        [1, 2],
        [2, 3],
      ]),
      [5, 5],
      [2, 2],
    ],
  },
  { names: 'embedding', args: () => [positions(), p(5, 3)] },
  { names: 'embeddingBag', args: () => [index(), p(5, 3)] },
  { names: 'conv1d', args: () => [p(2, 4, 6), p(3, 4, 2), p(3)] },
  { names: 'conv2d', args: () => [p(2, 4, 6, 6), p(3, 4, 2, 2), p(3)] },
  { names: 'conv3d', args: () => [p(1, 2, 4, 4, 4), p(3, 2, 2, 2, 2), p(3)] },
  { names: 'convTranspose1d', args: () => [p(2, 4, 6), p(4, 3, 2), p(3)] },
  { names: 'convTranspose2d', args: () => [p(2, 4, 3, 3), p(4, 3, 2, 2), p(3)] },
  { names: 'convTranspose3d', args: () => [p(1, 2, 3, 3, 3), p(2, 3, 2, 2, 2), p(3)] },
  { names: 'convTbc', args: () => [p(6, 2, 4), p(3, 4, 5), p(5)] },
  {
    names: 'multiHeadAttentionForward',
    args: () => [p(3, 2, 4), p(3, 2, 4), p(3, 2, 4), 4, 2, p(12, 4), p(12), null, null, false, 0, p(4, 4), p(4)],
  },
  { names: 'prelu', args: () => [p(3, 4), p(4)] },
  { names: 'movedim moveaxis swapaxes swapdims transpose', args: () => [p(3, 4), 0, 1] },
  { names: 'permute', args: () => [p(3, 4), 1, 0] },
  { names: 'repeat tile expand broadcastTo', args: () => [p(1, 4), [3, 4]] },
  { names: 'repeatInterleave', args: () => [p(3, 4), 2] },
  { names: 'reshape view', args: () => [p(3, 4), 12] },
  { names: 'unflatten', args: () => [p(3, 4), 1, [2, 2]] },
  { names: 'narrow', args: () => [p(3, 4), 0, 0, 2] },
  { names: 'select', args: () => [p(3, 4), 0, 1] },
  { names: 'slice get', args: () => [p(3, 4), 1] },
  { names: 'set', args: () => [p(3, 4), 1, p(4)] },
  { names: 'asStrided', args: () => [p(3, 4), [2, 2], [1, 2]] },
  { names: 'asStridedScatter', args: () => [p(3, 4), p(2, 2), [2, 2], [1, 2]] },
  { names: 'sumToSize', args: () => [p(3, 4), [3, 1]] },
  { names: 'gather', args: () => [p(3, 4), 0, index()] },
  { names: 'scatter scatterAdd', args: () => [p(3, 4), 0, index(), p(2, 4)] },
  { names: 'scatterReduce', args: () => [p(3, 4), 0, index(), p(2, 4), 'sum'] },
  { names: 'indexSelect', args: () => [p(3, 4), 0, positions()] },
  { names: 'indexFill', args: () => [p(3, 4), 0, positions().narrow(0, 0, 1), 1] },
  { names: 'indexAdd indexCopy', args: () => [p(3, 4), 0, positions(), p(3, 4)] },
  { names: 'indexReduce', args: () => [p(3, 4), 0, positions(), p(3, 4), 'mean'] },
  { names: 'indexPut', args: () => [p(3, 4), [positions()], p(3, 4)] },
  { names: 'put', args: () => [p(3, 4), positions(), p(3)] },
  { names: 'take', args: () => [p(3, 4), positions()] },
  { names: 'takeAlongDim', args: () => [p(3, 4), index(), 0] },
  { names: 'selectScatter', args: () => [p(3, 4), p(4), 0, 1] },
  { names: 'diagonalScatter', args: () => [p(3, 4), p(3)] },
  { names: 'maskedFill maskedFill_', args: () => [p(3, 4), mask(), p()] },
  { names: 'maskedScatter', args: () => [p(3, 4), mask(), p(3, 4)] },
  { names: 'maskedSelect', args: () => [p(3, 4), mask()] },
  { names: 'where', args: () => [mask(), p(3, 4), p(3, 4)] },
  { names: 'segmentReduce', args: () => [p(3, 4), 'mean', { lengths: tensor([2, 0, 1]) }] },
  { names: 'renorm', args: () => [p(3, 4), 2, 0, 1] },
  {
    names: `linalg.cholesky linalg.choleskyEx linalg.choleskyInverse linalg.det linalg.eigh linalg.eigvalsh linalg.inv
      linalg.invEx linalg.logdet linalg.matrixExp linalg.slogdet`,
    args: () => [regular(3)],
  },
  { names: 'linalg.solve linalg.solveEx linalg.choleskySolve linalg.lstsq', args: () => [regular(3), regular(3)] },
  { names: 'linalg.luSolve', args: () => [regular(3), tensor([1, 2, 3], { dtype: 'int32' }), p(3, 2)] },
  { names: 'linalg.solveTriangular', args: () => [regular(3), p(3, 2), { upper: true }] },
  { names: 'linalg.householderProduct', args: () => [p(4, 3), p(3)] },
  { names: 'linalg.tensorinv', args: () => [regular(4).view(4, 2, 2), 1] },
  { names: 'linalg.tensorsolve', args: () => [regular(4).view(2, 2, 4), p(2, 2)] },
  { names: 'special.polygamma', args: () => [1, p(3, 4)] },
  {
    names: 'special.gammainc special.gammaincc ',
    args: () => [ones(3, 4, { dtype: 'float64' }), p(3, 4)],
  },
  { names: 'ceil fix floor round sgn sign trunc', args: () => [p(3, 4)] },
  { names: 'threshold threshold_', args: () => [p(3, 4), 0.5, 0] },
  { names: 'copysign', args: () => [p(3, 4), p(3, 4)], without: [1] },
  { names: 'special.zeta', args: () => [ones(3, 4, { dtype: 'float64' }).add(1), p(3, 4)] },
  { names: 'zero_', args: () => [p(3, 4)], without: [0] },
  { names: 'fill_ geometric_', args: () => [p(3, 4), 0.5], without: [0] },
  { names: 'copy_', args: () => [p(3, 4), p(3, 4)], without: [0] },
  { names: 'cauchy_ logNormal_', args: () => [p(3, 4)], without: [0] },
  { names: 'frexp', args: () => [p(3, 4)] },
];

/** Functions without a gradient, by reason. */
export const constants: readonly { readonly reason: string; readonly names: string }[] = [
  {
    reason: 'the result is a mask, a count or a position',
    names: `all allclose any argmax argmin argsort argwhere bucketize countNonzero eq equal ge greater
      greaterEqual gt histc isclose isfinite isin isinf isnan isneginf isposinf isreal le less lessEqual
      logicalAnd logicalNot logicalOr logicalXor lt ne nonzero nonzeroStatic notEqual oneHot searchsorted signbit
      unravelIndex linalg.matrixRank`,
  },
  {
    reason: 'the arguments are integers',
    names: `bitwiseAnd bitwiseLeftShift bitwiseNot bitwiseOr bitwiseRightShift bitwiseXor gcd lcm trilIndices
      triuIndices`,
  },
  {
    reason: 'the result is no tensor',
    names: `broadcastShapes canCast isComplex isConj isFloatingPoint isInference isNeg isNonzero isSameSize isSigned
      isTensor item numel resultType toTypedArray tolist`,
  },
  { reason: 'the result is random', names: 'multinomial poisson randintLike' },
  {
    reason: 'nothing is differentiated',
    names: 'bartlettWindow blackmanWindow hammingWindow hannWindow kaiserWindow',
  },
  {
    reason: 'backward throws, as there is none in PyTorch',
    names: `aminmax bincount binomial floorDivide heaviside histogram histogramdd nextafter unique uniqueConsecutive
      linalg.ldlFactor linalg.ldlFactorEx linalg.ldlSolve`,
  },
  {
    reason: 'PyTorch gives none',
    names: `special.airyAi special.besselJ0 special.besselJ1
      special.besselY0 special.besselY1 special.modifiedBesselI0 special.modifiedBesselI1 special.modifiedBesselK0
      special.modifiedBesselK1 special.scaledModifiedBesselK0 special.scaledModifiedBesselK1
      special.sphericalBesselJ0 special.chebyshevPolynomialT special.chebyshevPolynomialU
      special.chebyshevPolynomialV special.chebyshevPolynomialW special.hermitePolynomialH
      special.hermitePolynomialHe special.laguerrePolynomialL special.legendrePolynomialP
      special.shiftedChebyshevPolynomialT special.shiftedChebyshevPolynomialU special.shiftedChebyshevPolynomialV
      special.shiftedChebyshevPolynomialW`,
  },
];
