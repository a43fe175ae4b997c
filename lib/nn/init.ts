// nn.init: fills tensors with initial values, in place and outside the graph. Same seed, same numbers as PyTorch.
import { withGradMode } from '../autograd/mode.ts';
import { checkOptions, describe, ValueError } from '../errors.ts';
import { type Generator, randperm } from '../tensor/random.ts';
import { checkTensor, emptyOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { erfinv, erfOf } from './init-erfinv.ts';
import { orthonormalize } from './init-orthogonal.ts';

/** What all random initialisers take. */
export interface RandomInitOptions {
  /** Source of the random numbers. Default: the default generator. */
  generator?: Generator | null;
}

export * from './init-deprecated.ts';

/** Options of `uniform_`. */
export interface UniformInitOptions extends RandomInitOptions {
  /** Lower bound. Default: 0. */
  a?: number;
  /** Upper bound. Default: 1. */
  b?: number;
}

/** Options of `normal_`. */
export interface NormalInitOptions extends RandomInitOptions {
  /** Default: 0. */
  mean?: number;
  /** Standard deviation. Default: 1. */
  std?: number;
}

/** Options of `truncNormal_`. */
export interface TruncNormalInitOptions extends NormalInitOptions {
  /** Smallest value. Default: -2. */
  a?: number;
  /** Largest value. Default: 2. */
  b?: number;
}

/** Options of `xavierUniform_`, `xavierNormal_` and `orthogonal_`. */
export interface GainInitOptions extends RandomInitOptions {
  /** Factor, see `calculateGain`. Default: 1. */
  gain?: number;
}

/** Options of `kaimingUniform_` and `kaimingNormal_`. */
export interface KaimingInitOptions extends RandomInitOptions {
  /** Negative slope of the rectifier behind the layer, for 'leaky_relu'. Default: 0. */
  a?: number;
  /** Keep the variance of the forward pass ('fan_in') or of the backward pass ('fan_out'). Default: 'fan_in'. */
  mode?: 'fan_in' | 'fan_out';
  /** Default: 'leaky_relu'. */
  nonlinearity?: Nonlinearity;
}

/** The functions whose gain is known. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

const gains: { readonly [N in Nonlinearity]: (slope: number) => number } = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  conv3d: () => 1,
  conv_transpose1d: () => 1,
  conv_transpose2d: () => 1,
  conv_transpose3d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.sqrt(2),
  leaky_relu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};

/**
 * The factor by which a layer's initial weights grow to keep the variance through a nonlinearity.
 * @param param - negative slope for 'leaky_relu'. Default: 0.01
 * @throws ValueError for an unknown nonlinearity or a slope that is no number
 * @source torch.nn.init.calculate_gain
 * @example nn.init.calculateGain('relu'); // 1.4142135623730951
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number | null): number {
  if (!Object.hasOwn(gains, nonlinearity))
    throw new ValueError(
      `Unsupported nonlinearity ${typeof nonlinearity === 'string' ? nonlinearity : describe(nonlinearity)}`,
    );
  const slope = param ?? 0.01;
  if (nonlinearity === 'leaky_relu' && typeof slope !== 'number') {
    throw new ValueError(`negative_slope ${param} not a valid number`);
  }
  return gains[nonlinearity](slope);
}

/**
 * Uniform numbers in [a, b). @source torch.nn.init.uniform_
 * @example
 * manualSeed(0);
 * nn.init.uniform_(empty(3), { a: -1, b: 1 }); // tensor([-0.0075, 0.5364, -0.8230])
 */
export function uniform_<T extends Tensor>(tensor: T, options: UniformInitOptions = {}): T {
  checkOptions('uniform_', options, ['a', 'b', 'generator']);
  return fillUniform(tensor, options.a ?? 0, options.b ?? 1, options);
}

/**
 * Normal numbers. @source torch.nn.init.normal_
 * @example
 * manualSeed(0);
 * nn.init.normal_(empty(3), { std: 0.02 }); // tensor([0.0308, -0.0059, -0.0436])
 */
export function normal_<T extends Tensor>(tensor: T, options: NormalInitOptions = {}): T {
  checkOptions('normal_', options, ['mean', 'std', 'generator']);
  return fillNormal(tensor, options.mean ?? 0, options.std ?? 1, options);
}

/**
 * The same number everywhere. @source torch.nn.init.constant_
 * @example nn.init.constant_(empty(3), 0.5); // tensor([0.5000, 0.5000, 0.5000])
 */
export function constant_<T extends Tensor>(tensor: T, value: number): T {
  checkTensor('nn.init', 'tensor', tensor);
  withGradMode(false, () => tensor.fill_(value));
  return tensor;
}

/**
 * 1 everywhere. @source torch.nn.init.ones_
 * @example nn.init.ones_(empty(3)); // tensor([1., 1., 1.])
 */
export function ones_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 1);
}

/**
 * 0 everywhere. @source torch.nn.init.zeros_
 * @example nn.init.zeros_(empty(3)); // tensor([0., 0., 0.])
 */
export function zeros_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 0);
}

/**
 * 1 on the diagonal, 0 elsewhere: `(N, M)`. @throws ValueError unless 2-dimensional. @source torch.nn.init.eye_
 * @example nn.init.eye_(empty(2, 3)); // tensor([[1., 0., 0.], [0., 1., 0.]])
 */
export function eye_<T extends Tensor>(tensor: T): T {
  const [rows, columns] = checkMatrix(tensor);
  const ones: number[] = [];
  for (let i = 0; i < Math.min(rows, columns); i++) ones.push(i * columns + i);
  return assignOnes(tensor, ones);
}

/**
 * The identity for convolutions of 1 to 3 dimensions: as many input channels as possible pass unchanged, per group.
 * @param tensor - a weight `(out, in / groups, ...kernel)`
 * @param options.groups - Default: 1
 * @throws ValueError for another number of dimensions, or when `out` is not divisible by `groups`
 * @source torch.nn.init.dirac_
 * @example nn.init.dirac_(empty(1, 1, 3)); // tensor([[[0., 1., 0.]]])
 */
export function dirac_<T extends Tensor>(tensor: T, options: { groups?: number } = {}): T {
  checkOptions('dirac_', options, ['groups']);
  const { groups = 1 } = options;
  checkTensor('nn.init', 'tensor', tensor);
  if (tensor.dim() < 3 || tensor.dim() > 5)
    throw new ValueError('Only tensors with 3, 4, or 5 dimensions are supported');
  const [out = 0, into = 0, ...kernel] = tensor.shape;
  if (out % groups !== 0) throw new ValueError('dim 0 must be divisible by groups');
  const perGroup = out / groups;
  const center = kernel.reduce((position, size) => position * size + Math.floor(size / 2), 0);
  const taps = product(kernel);
  const ones: number[] = [];
  for (let g = 0; g < groups; g++) {
    for (let d = 0; d < Math.min(perGroup, into); d++) ones.push(((g * perGroup + d) * into + d) * taps + center);
  }
  return assignOnes(tensor, ones);
}

/**
 * Uniform numbers in +-a, a = gain * sqrt(6 / (fanIn + fanOut)).
 * @throws ValueError below 2 dimensions
 * @source Glorot & Bengio 2010; torch.nn.init.xavier_uniform_
 * @example
 * manualSeed(0);
 * nn.init.xavierUniform_(empty(2, 2)); // tensor([[-0.0092, 0.6570], [-1.0080, -0.9013]])
 */
export function xavierUniform_<T extends Tensor>(tensor: T, options: GainInitOptions = {}): T {
  checkOptions('xavierUniform_', options, ['gain', 'generator']);
  const bound = Math.sqrt(3) * xavierStd(tensor, options.gain ?? 1);
  return fillUniform(tensor, -bound, bound, options);
}

/**
 * Normal numbers of std = gain * sqrt(2 / (fanIn + fanOut)).
 * @throws ValueError below 2 dimensions
 * @source Glorot & Bengio 2010; torch.nn.init.xavier_normal_
 * @example
 * manualSeed(0);
 * nn.init.xavierNormal_(empty(2, 2), { gain: nn.init.calculateGain('tanh') });
 * // tensor([[1.8161, -0.3458], [-2.5677, 0.6699]])
 */
export function xavierNormal_<T extends Tensor>(tensor: T, options: GainInitOptions = {}): T {
  checkOptions('xavierNormal_', options, ['gain', 'generator']);
  return fillNormal(tensor, 0, xavierStd(tensor, options.gain ?? 1), options);
}

/**
 * Uniform numbers in +-bound, bound = gain * sqrt(3 / fan). Warns for a tensor without elements.
 * @throws ValueError below 2 dimensions, for an unknown mode or nonlinearity
 * @source He et al. 2015; torch.nn.init.kaiming_uniform_
 * @example
 * manualSeed(0);
 * nn.init.kaimingUniform_(empty(2, 2), { nonlinearity: 'relu' }); // tensor([[-0.0130, 0.9291], [-1.4256, -1.2747]])
 */
export function kaimingUniform_<T extends Tensor>(tensor: T, options: KaimingInitOptions = {}): T {
  checkOptions('kaimingUniform_', options, ['a', 'mode', 'nonlinearity', 'generator']);
  if (isEmpty(tensor)) return tensor;
  const bound = Math.sqrt(3) * kaimingStd(tensor, options);
  return fillUniform(tensor, -bound, bound, options);
}

/**
 * Normal numbers of std = gain / sqrt(fan). Warns for a tensor without elements.
 * @throws ValueError below 2 dimensions, for an unknown mode or nonlinearity
 * @source He et al. 2015; torch.nn.init.kaiming_normal_
 * @example
 * manualSeed(0);
 * nn.init.kaimingNormal_(empty(2, 2), { mode: 'fan_out' }); // tensor([[1.5410, -0.2934], [-2.1788, 0.5684]])
 */
export function kaimingNormal_<T extends Tensor>(tensor: T, options: KaimingInitOptions = {}): T {
  checkOptions('kaimingNormal_', options, ['a', 'mode', 'nonlinearity', 'generator']);
  if (isEmpty(tensor)) return tensor;
  return fillNormal(tensor, 0, kaimingStd(tensor, options), options);
}

/**
 * Normal numbers, those outside [a, b] drawn as if again: uniform numbers through the inverse distribution.
 * Warns when the mean is more than two deviations outside [a, b].
 * @source torch.nn.init.trunc_normal_
 * @example
 * manualSeed(0);
 * nn.init.truncNormal_(empty(3), { std: 0.02 }); // tensor([-0.0002, 0.0147, -0.0270])
 */
export function truncNormal_<T extends Tensor>(tensor: T, options: TruncNormalInitOptions = {}): T {
  checkOptions('truncNormal_', options, ['mean', 'std', 'a', 'b', 'generator']);
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  if (mean < a - 2 * std || mean > b + 2 * std) {
    warn('mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.');
  }
  fillUniform(tensor, 2 * normalCdf((a - mean) / std) - 1, 2 * normalCdf((b - mean) / std) - 1, options);
  withGradMode(false, () => {
    assignValues(tensor, erfinv(valuesOf(tensor)));
    tensor
      .mul_(std * Math.SQRT2)
      .add_(mean)
      .clamp_(a, b);
  });
  return tensor;
}

/**
 * A matrix with orthonormal rows or columns, times `gain`; more than 2 dimensions are flattened behind the first.
 * @throws ValueError below 2 dimensions
 * @source Saxe et al. 2013; torch.nn.init.orthogonal_
 * @example
 * const q = nn.init.orthogonal_(empty(3, 5));
 * allclose(q.mm(q.t()), eye(3), { atol: 1e-6 }); // true
 */
export function orthogonal_<T extends Tensor>(tensor: T, options: GainInitOptions = {}): T {
  checkOptions('orthogonal_', options, ['gain', 'generator']);
  checkTensor('nn.init', 'tensor', tensor);
  if (tensor.dim() < 2) throw new ValueError('Only tensors with 2 or more dimensions are supported');
  if (tensor.numel() === 0) return tensor;
  const rows = tensor.size(0);
  const columns = tensor.numel() / rows;
  const drawn = fillNormal(emptyOf([rows, columns], tensor.dtype), 0, 1, options);
  withGradMode(false, () => {
    assignValues(tensor, orthonormalize(valuesOf(drawn), rows, columns));
    tensor.mul_(options.gain ?? 1);
  });
  return tensor;
}

/**
 * Normal numbers, of which a share in every column is 0: `(N, M)`.
 * @param sparsity - share of zeros in a column, 0 to 1; rounded up to whole rows
 * @param options.std - Default: 0.01
 * @throws ValueError unless 2-dimensional
 * @source Martens 2010; torch.nn.init.sparse_, which draws the rows from the default generator
 * @example nn.init.sparse_(empty(10, 4), 0.3).eq(0).sum(0); // tensor([3, 3, 3, 3])
 */
export function sparse_<T extends Tensor>(
  tensor: T,
  sparsity: number,
  options: RandomInitOptions & { std?: number } = {},
): T {
  checkOptions('sparse_', options, ['std', 'generator']);
  const [rows, columns] = checkMatrix(tensor);
  fillNormal(tensor, 0, options.std ?? 0.01, options);
  const zeros = Math.ceil(sparsity * rows);
  withGradMode(false, () => {
    const values = valuesOf(tensor);
    for (let column = 0; column < columns; column++) {
      const order = randperm(rows).toTypedArray();
      for (const row of order.slice(0, zeros)) values[Number(row) * columns + column] = 0;
    }
    assignValues(tensor, values);
  });
  return tensor;
}

/**
 * The number of inputs to one output and of outputs from one input of a weight `(out, in, ...kernel)`.
 * @throws ValueError below 2 dimensions
 * @source torch.nn.init._calculate_fan_in_and_fan_out
 * @example nn.init.calculateFans(empty(8, 3, 5, 5)); // {fanIn: 75, fanOut: 200}
 */
export function calculateFans(tensor: Tensor): { fanIn: number; fanOut: number } {
  if (checkTensor('calculateFans', 'tensor', tensor).dim() < 2) {
    throw new ValueError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions');
  }
  const [out = 0, into = 0, ...kernel] = tensor.shape;
  return { fanIn: into * product(kernel), fanOut: out * product(kernel) };
}

function fillUniform<T extends Tensor>(tensor: T, from: number, to: number, { generator }: RandomInitOptions): T {
  checkTensor('nn.init', 'tensor', tensor);
  withGradMode(false, () => tensor.uniform_(from, to, { generator }));
  return tensor;
}

function fillNormal<T extends Tensor>(tensor: T, mean: number, std: number, { generator }: RandomInitOptions): T {
  checkTensor('nn.init', 'tensor', tensor);
  withGradMode(false, () => tensor.normal_(mean, std, { generator }));
  return tensor;
}

/** (1 + erf(x / sqrt(2))) / 2 */
function normalCdf(x: number): number {
  return (1 + (erfOf(Float64Array.of(x / Math.SQRT2))[0] ?? 0)) / 2;
}

function xavierStd(tensor: Tensor, gain: number): number {
  const { fanIn, fanOut } = calculateFans(tensor);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingStd(tensor: Tensor, options: KaimingInitOptions): number {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' } = options;
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new ValueError(`Mode ${mode} not supported, please use one of ['fan_in', 'fan_out']`);
  }
  const { fanIn, fanOut } = calculateFans(tensor);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

function isEmpty(tensor: Tensor): boolean {
  if (!checkTensor('nn.init', 'tensor', tensor).shape.includes(0)) return false;
  warn('Initializing zero-element tensors is a no-op');
  return true;
}

function checkMatrix(tensor: Tensor): [number, number] {
  const [rows, columns, ...rest] = checkTensor('nn.init', 'tensor', tensor).shape;
  if (rows === undefined || columns === undefined || rest.length > 0) {
    throw new ValueError('Only tensors with 2 dimensions are supported');
  }
  return [rows, columns];
}

function assignOnes<T extends Tensor>(tensor: T, positions: readonly number[]): T {
  const values = new Float64Array(tensor.numel());
  for (const position of positions) values[position] = 1;
  assignValues(tensor, values);
  return tensor;
}

function valuesOf(tensor: Tensor): Float64Array {
  return Float64Array.from(tensor.toTypedArray() as Float32Array | Float64Array);
}

/** Row-major values, whatever the tensor's strides. */
function assignValues(tensor: Tensor, values: Float64Array): void {
  withGradMode(false, () => tensor.copy_(fromTypedArray(values, [...tensor.shape], 'float64')));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
