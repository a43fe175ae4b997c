// Random numbers: generators with PyTorch's state, and tensors drawn from them in PyTorch's order.
import { checkInPlace } from '../autograd/record.ts';
import { checkDtype, type Dtype, type FloatDtype, isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, type Device, DtypeError, describe, ValueError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { floatDtypeOf, parseSizes, type SizesAndOptions, type TensorOptions, tensorOptions } from './create.ts';
import { broadcastShapes, checkShape, denseStrides } from './shape.ts';
import {
  checkTensor,
  elementsOf,
  emptyLaidAs,
  emptyOf,
  fromTypedArray,
  stridesOf,
  Tensor,
  Version,
  viewOf,
} from './tensor.ts';

/** Bytes of a generator's state, as `torch.get_rng_state` gives it. */
const stateBytes = 5056;
const defaultSeed = 67280421310721n;

let stateIn: (generator: Generator) => Tensor;

/**
 * A stream of random numbers: mt19937 with PyTorch's way of drawing, so that the same seed gives the same tensors.
 *
 * @source torch.Generator
 * @example
 * const generator = new Generator().manualSeed(0);
 * rand(2, { generator }); // tensor([0.4963, 0.7682])
 */
export class Generator {
  // Laid out as PyTorch's. Kernels trust it: only what was checked is written here.
  readonly #state: Tensor;
  /** Where the state is. */
  readonly device: Device = 'cpu';
  #seed: bigint;

  static {
    stateIn = (generator) => generator.#state;
  }

  /** @throws ValueError for another device than the CPU */
  constructor(device: Device | { device?: Device | null } = 'cpu') {
    checkOptions('Generator', typeof device === 'object' ? device : { device }, ['device']);
    this.#state = emptyOf([stateBytes], 'uint8');
    this.#seed = defaultSeed;
    this.manualSeed(defaultSeed);
  }

  /** Starts the stream that belongs to `seed`: an integer, of which the low 32 bits matter. */
  manualSeed(seed: number | bigint): this {
    if (typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) {
      throw new ArgumentTypeError(`manualSeed: expected an integer, got ${describe(seed)}`);
    }
    this.#seed = BigInt.asUintN(64, BigInt(seed));
    kernels.randomSeed('uint8', this.#state, Number(this.#seed & 0xffffffffn), Number(this.#seed >> 32n));
    return this;
  }

  /** The seed the stream began with, as an unsigned 64-bit integer. */
  initialSeed(): bigint {
    return this.#seed;
  }

  /** Starts a stream from a seed that nobody chose, and returns that seed. */
  seed(): bigint {
    const words = crypto.getRandomValues(new Uint32Array(2));
    this.manualSeed((BigInt(words[0] ?? 0) << 32n) | BigInt(words[1] ?? 0));
    return this.#seed;
  }

  /** The state, as 5056 bytes that PyTorch reads. @returns uint8 (5056) @source torch.get_rng_state */
  getState(): Tensor {
    return this.#state.clone();
  }

  /** Goes on from a state that `getState` or PyTorch wrote. @throws ValueError if it is none */
  setState(state: Tensor): this {
    if (!(state instanceof Tensor) || state.dtype !== 'uint8') {
      throw new ArgumentTypeError(`setState: RNG state must be a uint8 tensor, got ${describe(state)}`);
    }
    if (state.numel() !== stateBytes) throw new ValueError('RNG state is wrong size');
    if (!isGeneratorState(state)) throw new ValueError('Invalid mt19937 state');
    this.#state.copy_(state);
    this.#seed = Buffer.from(elementsOf(this.#state) as Uint8Array).readBigUInt64LE(0);
    return this;
  }

  /** @internal A seed for another stream: 63 random bits. */
  drawSeed(): bigint {
    const seed = emptyOf([1], 'int64');
    kernels.random64('int64', this.#state, seed);
    return BigInt.asUintN(63, (elementsOf(seed) as BigInt64Array)[0] ?? 0n);
  }
}

/** @internal The state that kernels draw from. @throws ArgumentTypeError for what is no generator */
export function stateOf(generator: Generator): Tensor {
  if (generator instanceof Generator) return stateIn(generator);
  throw new ArgumentTypeError(`generator must be a Generator, got ${describe(generator)}`);
}

/** @internal Whether a value is what `getState` gives. */
export function isGeneratorState(value: unknown): value is Tensor {
  if (!(value instanceof Tensor) || value.dtype !== 'uint8' || value.numel() !== stateBytes) return false;
  const bytes = Buffer.from(elementsOf(value.contiguous()) as Uint8Array);
  const left = bytes.readInt32LE(8);
  return left >= 1 && left <= 624 && bytes.readBigUInt64LE(16) <= 624n && bytes.readInt32LE(12) === 1;
}

/**
 * The stream of all functions that are given none. @source torch.default_generator
 * @example defaultGenerator.manualSeed(42).initialSeed(); // 42n
 */
export const defaultGenerator = new Generator();

/**
 * Starts the default stream anew. @source torch.manual_seed
 * @example
 * manualSeed(0);
 * rand(2); // tensor([0.4963, 0.7682])
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/**
 * Starts the default stream at a random place. @returns its seed @source torch.seed
 * @example typeof seed(); // 'bigint'
 */
export function seed(): bigint {
  return defaultGenerator.seed();
}

/**
 * The seed of the default stream. @source torch.initial_seed
 * @example
 * manualSeed(42);
 * initialSeed(); // 42n
 */
export function initialSeed(): bigint {
  return defaultGenerator.initialSeed();
}

/**
 * The state of the default stream. @returns uint8 (5056) @source torch.get_rng_state
 * @example getRngState().shape; // [5056]
 */
export function getRngState(): Tensor {
  return defaultGenerator.getState();
}

/**
 * Sets the state of the default stream. @source torch.set_rng_state
 * @example
 * const state = getRngState();
 * const x = rand(3);
 * setRngState(state);
 * equal(rand(3), x); // true
 */
export function setRngState(state: Tensor): void {
  defaultGenerator.setState(state);
}

/** Options of functions that draw. */
export interface RandomOptions {
  /** The stream to draw from. Default: the one that `manualSeed` starts. */
  generator?: Generator | null;
}

/** Options of functions that make drawn tensors. */
export interface RandomTensorOptions extends TensorOptions, RandomOptions {}

const randomTensorOptions = [...tensorOptions, 'generator'];

function streamOf(options: RandomOptions): Tensor {
  return stateOf(options.generator ?? defaultGenerator);
}

// ---- Overwriting

function finite(who: string, values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new ArgumentTypeError(`${who}: ${name} must be a finite number, got ${describe(value)}`);
    }
  }
}

// Draws in the order in which the elements lie in memory.
function overwrite(x: Tensor, draw: (target: Tensor) => void): Tensor {
  checkInPlace(x);
  if (x.isContiguous()) {
    draw(x.alias(new Version()));
    x.version.value += 1;
    if (x.node !== null) x.ownNode = null;
    return x;
  }
  const drawn = emptyOf([x.numel()], x.dtype);
  draw(drawn);
  return x.copy_(viewOf(drawn, x.shape, denseStrides(x.shape, stridesOf(x)), 0));
}

// How many bits of a word a number of the half types takes.
const halfBits: { readonly [Name in Dtype]?: number } = { float16: 11, bfloat16: 8 };

function drawUniform(stream: Tensor, y: Tensor, from: number, to: number): void {
  const dtype = y.dtype as FloatDtype;
  const bits = halfBits[dtype];
  if (bits === undefined) {
    kernels.uniform(dtype, stream, y, y.numel(), from, to);
    return;
  }
  const words = emptyOf(y.shape, 'float32');
  kernels.randint('float32', stream, words, y.numel(), 0, 2 ** bits);
  const low = rounded(from, dtype);
  const width = rounded(to, dtype).sub(low).float();
  y.copy_(
    words
      .mul(2 ** -bits)
      .mul(width)
      .add(low.float()),
  );
}

function rounded(value: number, dtype: Dtype): Tensor {
  return fromTypedArray(Float64Array.of(value), [], 'float64').to(dtype);
}

// By blocks of 16, or one after another: fewer than 16 numbers, and those that do not lie one behind the other.
function drawNormal(stream: Tensor, y: Tensor, mean: number, std: number, blocks: boolean): void {
  const dtype = y.dtype as FloatDtype;
  const n = y.numel();
  const flat = y.view(-1);
  if (blocks && n >= 16 && dtype in halfBits) {
    drawUniform(stream, flat, 0, 1);
    halfBlocks(flat.narrow(0, 0, n - (n % 16)), mean, std);
    if (n % 16 === 0) return;
    const last = flat.narrow(0, n - 16, 16);
    drawUniform(stream, last, 0, 1);
    halfBlocks(last, mean, std);
    return;
  }
  const step = blocks ? n : 8;
  for (let at = 0; at < n; at += step) {
    const count = Math.min(step, n - at);
    kernels.normal(dtype, stream, flat.narrow(0, at, count), count, mean, std);
  }
}

// Uniform numbers made normal by Box and Muller's formula, in pairs eight apart and rounded behind each step.
function halfBlocks(y: Tensor, mean: number, std: number): void {
  const { dtype } = y;
  const [u1, u2] = y.view(-1, 2, 8).unbind(1) as [Tensor, Tensor];
  const radius = u1.neg().add(1).log().mul(-2).sqrt();
  const theta = u2
    .double()
    .mul(2 * Math.PI)
    .float()
    .to(dtype);
  const about = (wave: Tensor) => radius.mul(wave).mul(rounded(std, dtype)).add(rounded(mean, dtype));
  u1.copy_(about(theta.cos()));
  u2.copy_(about(theta.sin()));
}

function checkFloat(who: string, x: Tensor): FloatDtype {
  checkTensor(who, 'self', x);
  if (!isFloat(x.dtype)) throw new DtypeError(`"${who}" not implemented for '${x.dtype}'`);
  return x.dtype;
}

/** Overwrites with numbers drawn evenly from [from, to). @source torch.Tensor.uniform_ */
export function uniform_(x: Tensor, from = 0, to = 1, options: RandomOptions = {}): Tensor {
  checkOptions('uniform_', options, ['generator']);
  finite('uniform_', { from, to });
  checkFloat('uniform_', x);
  if (from > to)
    throw new ValueError(`uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`);
  return overwrite(x, (y) => drawUniform(streamOf(options), y, from, to));
}

/** Overwrites with normally distributed numbers. @source torch.Tensor.normal_ */
export function normal_(x: Tensor, mean = 0, std = 1, options: RandomOptions = {}): Tensor {
  checkOptions('normal_', options, ['generator']);
  finite('normal_', { mean, std });
  checkFloat('normal_', x);
  if (std < 0) throw new ValueError(`normal expects std >= 0.0, but found std ${std}`);
  return overwrite(x, (y) => drawNormal(streamOf(options), y, mean, std, x.isContiguous()));
}

/** Overwrites with 1 with probability `p`, otherwise 0. @source torch.Tensor.bernoulli_ */
export function bernoulli_(x: Tensor, p = 0.5, options: RandomOptions = {}): Tensor {
  checkOptions('bernoulli_', options, ['generator']);
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) {
    throw new ValueError(`bernoulli_ expects p to be in [0, 1], but got p=${describe(p)}`);
  }
  return overwrite(x, (y) => kernels.bernoulli(y.dtype, streamOf(options), y, y.numel(), p));
}

/** Overwrites with exponentially distributed numbers of rate `lambd`. @source torch.Tensor.exponential_ */
export function exponential_(x: Tensor, lambd = 1, options: RandomOptions = {}): Tensor {
  checkOptions('exponential_', options, ['generator']);
  const dtype = checkFloat('exponential_', x);
  if (typeof lambd !== 'number' || !(lambd > 0))
    throw new ValueError(`exponential_ expects lambda > 0.0, but found lambda=${describe(lambd)}`);
  return overwrite(x, (y) => kernels.exponential(dtype, streamOf(options), y, y.numel(), lambd));
}

/** Overwrites with integers drawn evenly from [from, to), from 0 where only `to` is given. @source torch.Tensor.random_ */
export function random_(
  x: Tensor,
  fromOrTo: number,
  toOrOptions?: number | RandomOptions,
  lastOptions?: RandomOptions,
): Tensor {
  const alone = typeof toOrOptions !== 'number';
  const [from, to, options = {}] = alone ? [0, fromOrTo, toOrOptions] : [fromOrTo, toOrOptions, lastOptions];
  checkOptions('random_', options, ['generator']);
  checkRange('random_', from, to);
  return overwrite(x, (y) => drawIntegers(y, from, to, options));
}

function checkRange(who: string, from: unknown, to: unknown): void {
  for (const [name, value] of Object.entries({ from, to })) {
    if (!Number.isSafeInteger(value))
      throw new ArgumentTypeError(`${who}: ${name} must be an integer, got ${describe(value)}`);
  }
  if (!(Number(from) < Number(to))) {
    throw new ValueError(
      `random_ expects 'from' to be less than 'to', but got from=${String(from)} >= to=${String(to)}`,
    );
  }
}

function drawIntegers(y: Tensor, from: number, to: number, options: RandomOptions): void {
  if (y.dtype === 'bool') throw new DtypeError('random_: not implemented for bool');
  kernels.randint(y.dtype, streamOf(options), y, y.numel(), from, to - from);
}

// ---- New tensors

function finish(x: Tensor, options: TensorOptions): Tensor {
  return options.requiresGrad === undefined ? x : x.requiresGrad_(options.requiresGrad);
}

/**
 * Numbers drawn evenly from [0, 1). @source torch.rand
 * @example
 * manualSeed(0);
 * rand(2, 2); // tensor([[0.4963, 0.7682], [0.0885, 0.1320]])
 */
export function rand(...args: SizesAndOptions<RandomTensorOptions>): Tensor {
  const { shape, options } = parseSizes<RandomTensorOptions>('rand', args);
  checkOptions('rand', options, randomTensorOptions);
  return finish(
    uniform_(emptyOf(shape, floatDtypeOf('rand', options.dtype)), 0, 1, { generator: options.generator }),
    options,
  );
}

/**
 * Normally distributed numbers of mean 0 and variance 1. @source torch.randn
 * @example
 * manualSeed(0);
 * randn(2, 2); // tensor([[1.5410, -0.2934], [-2.1788, 0.5684]])
 */
export function randn(...args: SizesAndOptions<RandomTensorOptions>): Tensor {
  const { shape, options } = parseSizes<RandomTensorOptions>('randn', args);
  checkOptions('randn', options, randomTensorOptions);
  return finish(
    normal_(emptyOf(shape, floatDtypeOf('randn', options.dtype)), 0, 1, { generator: options.generator }),
    options,
  );
}

/**
 * As {@link rand}, in the shape and dtype of `x`. @source torch.rand_like
 * @example
 * manualSeed(0);
 * randLike(zeros(2)); // tensor([0.4963, 0.7682])
 */
export function randLike(x: Tensor, options: RandomTensorOptions = {}): Tensor {
  checkOptions('randLike', options, randomTensorOptions);
  const y = emptyLaidAs(checkTensor('randLike', 'input', x), floatDtypeOf('randLike', options.dtype ?? x.dtype));
  return finish(uniform_(y, 0, 1, { generator: options.generator }), options);
}

/**
 * As {@link randn}, in the shape and dtype of `x`. @source torch.randn_like
 * @example
 * manualSeed(0);
 * randnLike(zeros(2)); // tensor([1.5410, -0.2934])
 */
export function randnLike(x: Tensor, options: RandomTensorOptions = {}): Tensor {
  checkOptions('randnLike', options, randomTensorOptions);
  const y = emptyLaidAs(checkTensor('randnLike', 'input', x), floatDtypeOf('randnLike', options.dtype ?? x.dtype));
  return finish(normal_(y, 0, 1, { generator: options.generator }), options);
}

/**
 * Integers drawn evenly from [low, high): `randint(high, size)` or `randint(low, high, size)`.
 *
 * @returns int64 unless `dtype` says otherwise
 * @source torch.randint
 * @example
 * manualSeed(0);
 * randint(10, [4]); // tensor([4, 9, 3, 0])
 */
export function randint(high: number, size: readonly number[], options?: RandomTensorOptions): Tensor;
export function randint(low: number, high: number, size: readonly number[], options?: RandomTensorOptions): Tensor;
export function randint(...args: (number | readonly number[] | RandomTensorOptions | undefined)[]): Tensor {
  const at = args.findIndex((arg) => Array.isArray(arg));
  const [low, high] = at === 1 ? [0, args[0]] : [args[0], args[1]];
  const options = (args[at + 1] ?? {}) as RandomTensorOptions;
  if (at < 1 || at > 2) throw new ArgumentTypeError('randint: expected (high, size) or (low, high, size)');
  checkOptions('randint', options, randomTensorOptions);
  checkRange('randint', low, high);
  const dtype: Dtype = options.dtype ? checkDtype('randint', options.dtype) : 'int64';
  const y = emptyOf(checkShape('randint', args[at]), dtype);
  drawIntegers(y, Number(low), Number(high), options);
  return finish(y, options);
}

/**
 * The integers 0 to n - 1 in random order. @returns int64 (n) @source torch.randperm
 * @example
 * manualSeed(0);
 * randperm(4); // tensor([0, 1, 3, 2])
 */
export function randperm(n: number, options: RandomTensorOptions = {}): Tensor {
  checkOptions('randperm', options, randomTensorOptions);
  const y = emptyOf(checkShape('randperm', [n]), 'int64');
  kernels.randperm('int64', streamOf(options), y, n);
  return options.dtype && options.dtype !== 'int64' ? y.to(options.dtype) : y;
}

/**
 * 1 with the probability that stands in `p`, otherwise 0. @source torch.bernoulli
 * @example
 * manualSeed(0);
 * bernoulli(tensor([0, 0.5, 1])); // tensor([0., 0., 1.])
 */
export function bernoulli(p: Tensor, options: RandomOptions = {}): Tensor {
  checkOptions('bernoulli', options, ['generator']);
  const dtype = checkFloat('bernoulli', p);
  const probabilities = p.detach().contiguous();
  if (p.numel() > 0 && probabilities.ge(0).logicalAnd(probabilities.le(1)).all().item() !== true) {
    throw new ValueError('Expected p_in >= 0 && p_in <= 1 to be true, but got false.');
  }
  const y = emptyOf(p.shape, dtype);
  kernels.bernoulliTensor(dtype, streamOf(options), probabilities, y, y.numel());
  return y;
}

/**
 * Normally distributed numbers of the given mean and standard deviation: one pair for a size, or one for each element.
 *
 * @source torch.normal
 * @example
 * manualSeed(0);
 * normal(10, 0.5, [2]); // tensor([10.7705, 9.8533])
 * normal(tensor([0, 100.5]), 1); // tensor([-2.1788, 101.0684])
 */
export function normal(mean: number, std: number, size: readonly number[], options?: RandomTensorOptions): Tensor;
export function normal(mean: Tensor, std?: Tensor | number, options?: RandomOptions): Tensor;
export function normal(mean: number, std: Tensor, options?: RandomOptions): Tensor;
export function normal(
  mean: Tensor | number,
  std: Tensor | number = 1,
  size: readonly number[] | RandomOptions = {},
  options: RandomTensorOptions = {},
): Tensor {
  if (mean instanceof Tensor || std instanceof Tensor) return normalAbout(mean, std, size as RandomOptions);
  checkOptions('normal', options, randomTensorOptions);
  const y = emptyOf(checkShape('normal', size), floatDtypeOf('normal', options.dtype));
  return finish(normal_(y, mean, std, { generator: options.generator }), options);
}

function normalAbout(mean: Tensor | number, std: Tensor | number, options: RandomOptions): Tensor {
  checkOptions('normal', options, ['generator']);
  const like = mean instanceof Tensor ? mean : (std as Tensor);
  const shape = std instanceof Tensor ? broadcastShapes(like.shape, std.shape) : like.shape;
  if (std instanceof Tensor && std.lt(0).any().item() === true) {
    throw new ValueError('normal expects all elements of std >= 0.0');
  }
  if (!(mean instanceof Tensor)) finite('normal', { mean });
  const y = emptyOf(shape, checkFloat('normal_kernel_cpu', like));
  if (!(std instanceof Tensor)) return normal_(y, 0, std, options).add(mean).detach();
  return normal_(y, 0, 1, options).mul(std.to(y.dtype)).add(mean).to(y.dtype).detach();
}
