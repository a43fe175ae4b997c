// Every error class of the library, and the checks that throw them. Depends on nothing.

/**
 * The base of all errors thrown on purpose. `code` is stable; `message` says who, what was expected, what was given.
 * @example
 * let code = '';
 * try {
 *   zeros(2, 3).view(5);
 * } catch (error) {
 *   if (error instanceof FlambeauError) code = error.code;
 * }
 * code; // 'ERR_SHAPE'
 */
export class FlambeauError extends Error {
  readonly code: string = 'ERR_FLAMBEAU';
  override get name(): string {
    return this.constructor.name;
  }
}

// ---- Arguments

/**
 * An argument has the wrong type.
 * @example neg('1' as unknown as Tensor); // ArgumentTypeError: neg(): argument 'input' must be Tensor, not '1'
 */
export class ArgumentTypeError extends FlambeauError {
  override readonly code: string = 'ERR_ARGUMENT_TYPE';
}

/**
 * An argument has the right type and an impossible value.
 * @example zeros(2, 3).std(0, { correction: -1 }); // tensor([0., 0., 0.])
 */
export class ValueError extends FlambeauError {
  override readonly code: string = 'ERR_VALUE';
}

/**
 * An option has a name that the function does not know.
 * @example
 * new optim.SGD(new nn.Linear(2, 3).parameters(), { lrate: 0.1 } as optim.SGDOptions);
 * // OptionError: SGD: unknown option 'lrate' (options are lr, momentum, dampening, weightDecay, nesterov, maximize,
 * // foreach, differentiable, fused)
 */
export class OptionError extends FlambeauError {
  override readonly code: string = 'ERR_OPTION';
}

// ---- Tensors

/**
 * Shapes do not fit each other or the operation.
 * @example zeros(2, 3).view(5); // ShapeError: shape '[5]' is invalid for input of size 6
 */
export class ShapeError extends FlambeauError {
  override readonly code: string = 'ERR_SHAPE';
}

/**
 * An element type that the operation does not take.
 * @example
 * tensor([1, 2]).mean();
 * // DtypeError: mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype.
 * // Got: Long
 */
export class DtypeError extends FlambeauError {
  override readonly code: string = 'ERR_DTYPE';
}

/**
 * An index, dimension or label outside its range.
 * @example
 * zeros(2, 3).select(0, 5);
 * // IndexError: select(): index 5 out of range for tensor of size [2, 3] at dimension 0
 */
export class IndexError extends FlambeauError {
  override readonly code: string = 'ERR_INDEX';
}

/**
 * A tensor was used after `dispose()`.
 * @example
 * const x = zeros(2, 3);
 * x.dispose();
 * x.sum(); // DisposedError: the tensor was disposed
 */
export class DisposedError extends FlambeauError {
  override readonly code: string = 'ERR_DISPOSED';
}

/**
 * Memory or its limit is exhausted.
 * @example
 * let bytes = 0;
 * try {
 *   empty(2 ** 40);
 * } catch (error) {
 *   if (error instanceof OutOfMemoryError) bytes = error.requestedBytes;
 * }
 * bytes; // 4398046511104
 */
export class OutOfMemoryError extends FlambeauError {
  override readonly code: string = 'ERR_OUT_OF_MEMORY';
  readonly requestedBytes: number;
  readonly availableBytes: number;
  constructor(requestedBytes: number, availableBytes: number) {
    super(`out of memory: ${requestedBytes} bytes requested, ${Math.max(0, availableBytes)} available`);
    this.requestedBytes = requestedBytes;
    this.availableBytes = availableBytes;
  }
}

/**
 * A matrix is singular, not positive definite, or a decomposition did not succeed.
 * @example
 * linalg.inv(zeros(2, 2));
 * // LinAlgError: linalg.inv: The diagonal element 1 is zero, the inversion could not be completed because the input
 * // matrix is singular.
 */
export class LinAlgError extends FlambeauError {
  override readonly code: string = 'ERR_LINALG';
}

// ---- Autograd

/**
 * The graph cannot do what was asked: backward twice, a saved tensor overwritten, no gradient wanted.
 * @example
 * ones(2).sum().backward();
 * // AutogradError: element 0 of tensors does not require grad and does not have a grad_fn
 */
export class AutogradError extends FlambeauError {
  override readonly code: string = 'ERR_AUTOGRAD';
}

// ---- Modules

/**
 * A name that is not there, or may not be assigned.
 * @example new nn.Linear(2, 3).getParameter('wieght'); // AttributeError: Linear has no attribute `wieght`
 */
export class AttributeError extends FlambeauError {
  override readonly code: string = 'ERR_ATTRIBUTE';
}

/**
 * A name that is taken, malformed or missing in a dictionary.
 * @example new nn.ModuleDict().get('encoder'); // KeyError: encoder
 */
export class KeyError extends FlambeauError {
  override readonly code: string = 'ERR_KEY';
}

/**
 * A state dict does not fit the module.
 * @example
 * new nn.Linear(2, 3).loadStateDict({ weight: zeros(3, 2) });
 * // StateDictError: Error(s) in loading state_dict for Linear: Missing key(s) in state_dict: "bias".
 */
export class StateDictError extends FlambeauError {
  override readonly code: string = 'ERR_STATE_DICT';
}

/**
 * An abstract method was called.
 * @example new nn.Module()(); // NotImplementedError: Module [Module] is missing the required "forward" function
 */
export class NotImplementedError extends FlambeauError {
  override readonly code: string = 'ERR_NOT_IMPLEMENTED';
}

/**
 * A hook broke its contract, or the object is in a state that forbids the call.
 * @example
 * const x = ones(2, { requiresGrad: true });
 * noGrad(() => x.view(2)).add_(1); // tensor([2., 2.])
 */
export class StateError extends FlambeauError {
  override readonly code: string = 'ERR_STATE';
}

// ---- Files and the machine

/**
 * A data file that is missing, truncated or malformed; names the file and the offset.
 * @example
 * data.decodeNetpbm(Buffer.from('P2 2 1 255 7'));
 * // DataError: bytes: truncated at offset 12: 2 x 1 needs 14 bytes
 */
export class DataError extends FlambeauError {
  override readonly code: string = 'ERR_DATA';
}

/**
 * A file that is not what its format demands, found out before anything was built from it. `reason` is stable:
 * `HEADER_TOO_SMALL`, `OFFSET_INVALID`, `UNSUPPORTED_GLOBAL` and the like; `file` and `offset` say where.
 * @example
 * await io.load(new Uint8Array([1, 2, 3]));
 * // FileFormatError: bytes: 3 bytes are no safetensors file (HEADER_TOO_SMALL at offset 3)
 */
export class FileFormatError extends DataError {
  override readonly code: string = 'ERR_FILE_FORMAT';
  readonly reason: string;
  readonly file: string;
  readonly offset: number;
  constructor(file: string, offset: number, reason: string, message: string) {
    super(`${file}: ${message} (${reason} at offset ${offset})`);
    this.file = file;
    this.offset = offset;
    this.reason = reason;
  }
}

/**
 * The system refused to write a file: no room, no permission, a broken disk. `reason` is its name for that (`ENOSPC`,
 * `EACCES`, `EIO`), `file` what was to be written; the file that stood there before is unchanged.
 * @example
 * await io.save(new Map([['x', zeros(2)]]), 'nowhere/x.safetensors').catch((error) => error.reason); // 'ENOENT'
 */
export class FileWriteError extends FlambeauError {
  override readonly code: string = 'ERR_FILE_WRITE';
  readonly reason: string;
  readonly file: string;
  constructor(file: string, cause: NodeJS.ErrnoException) {
    super(`${file}: cannot be written: ${cause.message}`, { cause });
    this.file = file;
    this.reason = cause.code ?? '';
  }
}

/**
 * A worker of a DataLoader failed, died or took too long; `cause` is the error that was thrown there.
 * @example new WorkerError('DataLoader timed out after 5 seconds', null).code; // 'ERR_WORKER'
 */
export class WorkerError extends FlambeauError {
  override readonly code: string = 'ERR_WORKER';
  /** Which worker, from 0; null if all were waited for. */
  readonly worker: number | null;
  constructor(message: string, worker: number | null, options?: ErrorOptions) {
    super(message, options);
    this.worker = worker;
  }
}

/**
 * The native addon cannot be loaded.
 * @example new AddonError('the addon does not fit') instanceof FlambeauError; // true
 */
export class AddonError extends FlambeauError {
  override readonly code: string = 'ERR_ADDON';
}

// ---- Checks

/** How a value is named in a message: its class, or its JavaScript type. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' || typeof value === 'function' ? className(value) : typeof value;
}

/** The name of an object's class, and that another copy of the library made it. */
export function className(value: object): string {
  const name: unknown = value.constructor?.name;
  if (typeof name !== 'string' || name === '') return typeof value;
  if (isForeign(value)) return `${name} of another copy of flambeau`;
  return name === 'Function' || name === 'AsyncFunction' ? 'function' : name;
}

// What a copy of the library made bears its mark: two copies in one process do not know each other's classes.
const mark = Symbol.for('flambeau');
const ownMark = {};

/** Marks the objects of a class as those of this copy of the library. */
export function markClass({ prototype }: { prototype: object }): void {
  Object.defineProperty(prototype, mark, { value: ownMark });
}

/** Whether another copy of the library made the value. */
export function isForeign(value: unknown): boolean {
  const found: unknown = Reflect.get(Object(value), mark);
  return found !== undefined && found !== ownMark;
}

/** The value as a new list. @throws ArgumentTypeError that names function and argument, unless it can be read as one */
export function checkList<T>(who: string, argument: string, value: Iterable<T>): T[] {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return [...value];
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be a list, not ${describe(value)}`);
}

/** The value, a string. @throws ArgumentTypeError that names function and argument */
export function checkText(who: string, argument: string, value: string): string {
  if (typeof value === 'string') return value;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be a string, not ${describe(value)}`);
}

/** The value, a Map: a state dict. @throws StateError that names who was to load it */
export function checkState(who: string, value: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  if (value instanceof Map) return value;
  throw new StateError(`${who}.loadStateDict: expected a Map, got ${describe(value)}`);
}

/** The value, a function. @throws ArgumentTypeError that names function and argument */
export function checkFunction<F>(who: string, argument: string, value: F): F {
  if (typeof value === 'function') return value;
  throw new ArgumentTypeError(`${who}(): argument '${argument}' must be a function, not ${describe(value)}`);
}

/**
 * Throws an OptionError that names the nearest right spelling if `options` has a key outside `known`, and an
 * ArgumentTypeError if a value is not of the kind that the option has everywhere.
 */
export function checkOptions(who: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError(`${who}: options must be an object, got ${describe(options)}${listOf(known)}`);
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) {
      checkKind(who, key, (options as Readonly<Record<string, unknown>>)[key]);
      continue;
    }
    const nearest = known
      .map((name) => ({ name, distance: editDistance(key, name) }))
      .sort((a, b) => a.distance - b.distance)[0];
    const hint =
      nearest !== undefined && nearest.distance <= Math.max(2, key.length / 3)
        ? `; did you mean '${nearest.name}'?`
        : '';
    const why = key === 'out' ? '; a result is a new tensor, and an operator whose name ends in _ writes over x' : hint;
    throw new OptionError(`${who}: unknown option '${key}'${why}${listOf(known)}`);
  }
}

/** Where elements are: there is one place. */
export type Device = 'cpu';

/** @throws ValueError for another device than the CPU; null stands for it */
export function checkDevice(who: string, value: unknown): void {
  if (value === undefined || value === null || value === 'cpu') return;
  throw new ValueError(`${who}: the only device is 'cpu', got ${describe(value)}`);
}

function listOf(known: readonly string[]): string {
  return known.length > 0 ? ` (options are ${known.join(', ')})` : '';
}

// The type of options that have it wherever they are taken, and what PyTorch calls it.
const booleans =
  'addBiasKv addZeroAttn affine alignCorners amsgrad antialias averageAttnWeights batchFirst bidirectional ceilMode countIncludePad density descending elementwiseAffine equalNan full ' +
  'fullMatrices hermitian includeLastOffset includeSelf increasing inplace isCausal keepdim largest left logInput ' +
  'logTarget maximize needWeights nesterov normFirst requiresGrad returnCounts returnIndices returnInverse right ' +
  'scaleGradByFreq outInt32 sorted sparse stable swap trackRunningStats training unbiased unitriangular useInputStats withReplacement ' +
  'zeroInfinity';
const numbers =
  'alpha beta correction delta divisorOverride ignoreIndex labelSmoothing lambd layerNormEps margin maxVal minVal ' +
  'momentum negativeSlope threshold';
const kinds: ReadonlyMap<string, 'bool' | 'a number'> = new Map([
  ...booleans.split(' ').map((name) => [name, 'bool'] as const),
  ...numbers.split(' ').map((name) => [name, 'a number'] as const),
]);

// Signals of other realms are none of the class here.
function checkSignal(who: string, value: unknown): void {
  if (value === undefined || value === null || typeof (value as AbortSignal).throwIfAborted === 'function') return;
  throw new ArgumentTypeError(`${who}(): argument 'signal' must be an AbortSignal, not ${describe(value)}`);
}

function checkKind(who: string, key: string, value: unknown): void {
  if (key === 'device') checkDevice(who, value);
  if (key === 'signal') checkSignal(who, value);
  const kind = kinds.get(key);
  // A boolean counts as a number, as in Python.
  if (kind === undefined || value === undefined || value === null || typeof value === 'boolean') return;
  if (kind === 'a number' && typeof value === 'number') return;
  throw new ArgumentTypeError(`${who}(): argument '${key}' must be ${kind}, not ${describe(value)}`);
}

// Levenshtein distance that ignores case and underscores, so that `weight_decay` finds `weightDecay`.
function editDistance(a: string, b: string): number {
  const s = a.toLowerCase().replaceAll('_', '');
  const t = b.toLowerCase().replaceAll('_', '');
  let row = Array.from({ length: t.length + 1 }, (_, j) => j);
  for (let i = 1; i <= s.length; i++) {
    const next = [i];
    for (let j = 1; j <= t.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (s[i - 1] === t[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[t.length] ?? 0;
}
