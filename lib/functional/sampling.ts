// Sampling from distributions, with the draws of PyTorch's generator: categories, counts, heavy tails.
import { recordRefusal } from '../autograd/record.ts';
import { checkDtype, isFloat, scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, ShapeError, ValueError } from '../errors.ts';
import {
  exponential_,
  normal_,
  type RandomOptions,
  type RandomTensorOptions,
  random_,
  uniform_,
} from '../tensor/random.ts';
import { broadcastShapes, denseStrides, sizesFrom } from '../tensor/shape.ts';
import {
  checkTensor,
  elementsOf,
  emptyLaidAs,
  emptyOf,
  fromTypedArray,
  stridesOf,
  type Tensor,
  viewOf,
} from '../tensor/tensor.ts';
import { float } from './arguments.ts';
import { contiguous } from './copies.ts';
import { topk } from './sorting.ts';
import { lgamma } from './special-values.ts';
import { expand } from './views.ts';

// Numbers from [0, 1) in double precision, two words of the generator each.
function uniforms(n: number, options: RandomOptions): Float64Array {
  return elementsOf(uniform_(emptyOf([n], 'float64'), 0, 1, options)) as Float64Array;
}

/** Options of {@link multinomial}. */
export interface MultinomialOptions extends RandomOptions {
  /** Whether a category may be drawn again. Default false. */
  replacement?: boolean;
}

/**
 * Positions drawn with probabilities proportional to the rows of `weights`.
 *
 * @param weights (categories) or (rows, categories), floating point, >= 0
 * @param numSamples at most the number of categories, without replacement
 * @returns int64 (numSamples) or (rows, numSamples)
 * @source torch.multinomial
 * @example
 * manualSeed(0);
 * multinomial(tensor([0, 10, 3, 0.5]), 4, { replacement: true }); // tensor([3, 1, 1, 2])
 */
export function multinomial(weights: Tensor, numSamples: number, options: MultinomialOptions | boolean = {}): Tensor {
  const given = typeof options === 'boolean' ? { replacement: options } : options;
  checkOptions('multinomial', given, ['replacement', 'generator']);
  const { replacement = false } = given;
  if (!isFloat(checkTensor('multinomial', 'input', weights).dtype)) {
    throw new DtypeError(`multinomial only supports floating-point dtypes for input, got: ${weights.dtype}`);
  }
  if (weights.ndim < 1 || weights.ndim > 2) throw new ShapeError('prob_dist must be 1 or 2 dim');
  if (!Number.isInteger(numSamples) || numSamples <= 0) throw new ValueError('cannot sample n_sample <= 0 samples');
  const categories = weights.size(-1);
  if (!replacement && numSamples > categories) {
    throw new ValueError('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
  }
  const p = weights.detach();
  if (p.isfinite().logicalNot().logicalOr(p.lt(0)).any().item() === true) {
    throw new ValueError('probability tensor contains either `inf`, `nan` or element < 0');
  }
  if (p.sum(-1).eq(0).any().item() === true) {
    throw new ValueError('invalid multinomial distribution (sum of probabilities <= 0)');
  }
  if (!replacement || numSamples === 1) {
    const q = p.div(exponential_(emptyOf(p.shape, p.dtype), 1, { generator: given.generator ?? null }));
    return numSamples === 1 ? q.argmax(-1, { keepdim: true }) : topk(q, numSamples).indices;
  }
  return withReplacement(p, numSamples, { generator: given.generator ?? null });
}

function withReplacement(p: Tensor, n: number, options: RandomOptions): Tensor {
  const categories = p.size(-1);
  const list = Float64Array.from(elementsOf(contiguous(p)) as Float32Array);
  const rows = list.length / categories;
  const found = new BigInt64Array(rows * n);
  for (let row = 0; row < rows; row++) {
    const running = list.slice(row * categories, (row + 1) * categories);
    for (let i = 1; i < categories; i++) running[i] = (running[i] ?? 0) + (running[i - 1] ?? 0);
    const total = running[categories - 1] ?? 1;
    const limits = running.map((sum) => sum / total);
    limits[categories - 1] = 1;
    uniforms(n, options).forEach((u, i) => {
      let [low, high] = [0, categories];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((limits[middle] ?? 1) < u) low = middle + 1;
        else high = middle;
      }
      found[row * n + i] = BigInt(low);
    });
  }
  return fromTypedArray(found, [...sizesFrom(p.shape, 0, -1), n], 'int64');
}

function transformed(x: Tensor, options: RandomOptions, of: (u: number) => number): Tensor {
  const drawn = uniforms(x.numel(), options).map(of);
  return laidOver(x, drawn);
}

// Numbers drawn one after another are written in the order in which the elements of x lie in memory.
function laidOver(x: Tensor, drawn: Float64Array): Tensor {
  const values = fromTypedArray(drawn, [drawn.length], 'float64');
  return x.copy_(viewOf(values, x.shape, denseStrides(x.shape, stridesOf(x)), 0));
}

/**
 * Overwrites with the number of trials to the first success of probability `p`. @source torch.Tensor.geometric_
 * @example
 * manualSeed(0);
 * geometric_(zeros(4), 0.25); // tensor([1., 2., 3., 1.])
 */
export function geometric_(x: Tensor, p: number, options: RandomOptions = {}): Tensor {
  checkTensor('geometric_', 'input', x);
  checkOptions('geometric_', options, ['generator']);
  if (!(p > 0 && p < 1)) throw new ValueError(`geometric_ expects p to be in (0, 1), but got p=${describe(p)}`);
  return transformed(x, options, (u) => Math.ceil(Math.log(u) / Math.log1p(-p)));
}

/**
 * Overwrites with numbers of the Cauchy distribution. @source torch.Tensor.cauchy_
 * @example
 * manualSeed(0);
 * cauchy_(zeros(3)); // tensor([10.5977, 0.7648, -0.1283])
 */
export function cauchy_(x: Tensor, median = 0, sigma = 1, options: RandomOptions = {}): Tensor {
  checkTensor('cauchy_', 'input', x);
  checkOptions('cauchy_', options, ['generator']);
  if (!isFloat(x.dtype)) {
    throw new DtypeError(
      'Cauchy distribution is a continuous probability distribution. dtype must be a floating point',
    );
  }
  float('cauchy_', 'median', median);
  if (!(float('cauchy_', 'sigma', sigma) > 0))
    throw new ValueError(`cauchy_ expects sigma > 0.0, but found sigma=${describe(sigma)}`);
  return transformed(x, options, (u) => median + sigma * Math.tan(Math.PI * (u - 0.5)));
}

/**
 * Overwrites with numbers whose logarithm is normally distributed. @source torch.Tensor.log_normal_
 * @example
 * manualSeed(0);
 * logNormal_(zeros(3)); // tensor([5.9263e+01, 1.5116e+00, 3.4819e-02])
 */
export function logNormal_(x: Tensor, mean = 1, std = 2, options: RandomOptions = {}): Tensor {
  checkTensor('logNormal_', 'input', x);
  checkOptions('logNormal_', options, ['generator']);
  if (!isFloat(x.dtype)) throw new DtypeError(`"log_normal_cpu" not implemented for '${scalarName(x.dtype)}'`);
  float('logNormal_', 'mean', mean);
  if (!(float('logNormal_', 'std', std) > 0))
    throw new ValueError(`log_normal_ expects std > 0.0, but found std=${describe(std)}`);
  const n = x.numel();
  const drawn = new Float64Array(n);
  // Fewer than sixteen at a time are drawn one after another.
  for (let at = 0; at < n; at += 8) {
    const count = Math.min(8, n - at);
    drawn.set(elementsOf(normal_(emptyOf([count], 'float64'), mean, std, options)) as Float64Array, at);
  }
  return laidOver(x, drawn.map(Math.exp));
}

/**
 * Counts of the Poisson distribution with the rates `x`. @returns the dtype of x @source torch.poisson
 * @example
 * manualSeed(0);
 * poisson(tensor([1, 5, 10.5])); // tensor([2., 6., 10.])
 */
export function poisson(x: Tensor, options: RandomOptions = {}): Tensor {
  checkOptions('poisson', options, ['generator']);
  if (!isFloat(checkTensor('poisson', 'input', x).dtype))
    throw new DtypeError(`"poisson_cpu" not implemented for '${x.dtype}'`);
  const draw = () => uniforms(1, options)[0] ?? 0;
  const rates = Float64Array.from(elementsOf(contiguous(x.detach())) as Float32Array);
  if (rates.some((rate) => rate < 0)) throw new ValueError('invalid Poisson rate, expected rate to be non-negative');
  const counts = rates.map((rate) => (rate >= 10 ? poissonByRejection(rate, draw) : poissonByProduct(rate, draw)));
  return fromTypedArray(counts, x.shape, 'float64').to(x.dtype);
}

function poissonByProduct(rate: number, draw: () => number): number {
  const limit = Math.exp(-rate);
  let count = 0;
  if (rate === 0) return 0;
  for (let product = draw(); product > limit; product *= draw()) count++;
  return count;
}

// Transformed rejection: W. Hoermann, The transformed rejection method for generating Poisson random variables, 1993.
function poissonByRejection(rate: number, draw: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const sure = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = draw() - 0.5;
    const v = draw();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= sure) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const left = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b);
    if (left <= -rate + k * Math.log(rate) - lgamma(k + 1)) return k;
  }
}

/**
 * How many of `count` trials succeed with probability `p`; the two broadcast. There is no gradient.
 *
 * @returns the dtype of count
 * @source torch.binomial
 * @example
 * manualSeed(0);
 * binomial(tensor([10, 100, 5]).float(), tensor([0.3, 0.5, 0.9])); // tensor([6., 48., 5.])
 */
export function binomial(count: Tensor, p: Tensor, options: RandomOptions = {}): Tensor {
  checkOptions('binomial', options, ['generator']);
  if (!isFloat(checkTensor('binomial', 'count', count).dtype))
    throw new DtypeError(`"binomial_cpu" not implemented for '${scalarName(count.dtype)}'`);
  if (checkTensor('binomial', 'prob', p).dtype !== count.dtype)
    throw new DtypeError(`Found dtype ${scalarName(p.dtype)} but expected ${scalarName(count.dtype)}`);
  const shape = broadcastShapes(count.shape, p.shape);
  const listOf = (x: Tensor) => elementsOf(contiguous(expand(x.detach(), [...shape]))) as Float64Array;
  const probabilities = listOf(p);
  const draw = () => uniforms(1, options)[0] ?? 0;
  const found = Float64Array.from(listOf(count), (n, i) => Math.trunc(successes(n, probabilities[i] ?? 0, draw)));
  const y = fromTypedArray(found, shape, 'float64').to(count.dtype);
  recordRefusal('binomial', [count, p], [y], 'derivative for aten::binomial is not implemented');
  return y;
}

function successes(n: number, p: number, draw: () => number): number {
  if (Number.isNaN(n + p)) return Number.NaN;
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - successes(n, 1 - p, draw);
  return n * p >= 10 ? binomialByRejection(n, p, draw) : binomialByGaps(n, p, draw);
}

// The gaps between successes are geometrically distributed.
function binomialByGaps(n: number, p: number, draw: () => number): number {
  const gap = () => Math.ceil(Math.log(draw()) / Math.log1p(-p));
  let count = 0;
  for (let trials = gap(); trials <= n; trials += gap()) count++;
  return count;
}

// Transformed rejection: W. Hoermann, The generation of binomial random variates, 1993.
function binomialByRejection(n: number, p: number, draw: () => number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const sure = 0.92 - 4.2 / b;
  const mode = Math.floor((n + 1) * p);
  // log of the probability of k, up to a constant.
  const likelihood = (k: number) => k * Math.log(p / (1 - p)) - lgamma(k + 1) - lgamma(n - k + 1);
  for (;;) {
    const u = draw() - 0.5;
    const v = draw();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + n * p + 0.5);
    if (us >= 0.07 && v <= sure) return k;
    if (k < 0 || k > n) continue;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= likelihood(k) - likelihood(mode)) return k;
  }
}

/**
 * Integers from [low, high) in the shape and dtype of x. @source torch.randint_like
 * @example
 * manualSeed(0);
 * randintLike(zeros(4), 10); // tensor([4., 9., 3., 0.])
 */
export function randintLike(x: Tensor, ...args: (number | RandomTensorOptions)[]): Tensor {
  checkTensor('randintLike', 'input', x);
  const numbers = args.filter((arg) => typeof arg === 'number');
  const options = (args.find((arg) => typeof arg === 'object') ?? {}) as RandomTensorOptions;
  const [low, high] = numbers.length === 1 ? [0, numbers[0]] : [numbers[0], numbers[1]];
  if (low === undefined || high === undefined) throw new ArgumentTypeError('randintLike: high must be given');
  checkOptions('randintLike', options, ['dtype', 'device', 'requiresGrad', 'generator']);
  const y = emptyLaidAs(x, options.dtype ? checkDtype('randintLike', options.dtype) : x.dtype);
  return random_(y, low, high, { generator: options.generator }).requiresGrad_(options.requiresGrad ?? false);
}
