// Every error class of the library, and the checks that throw them. Depends on nothing.

/** The base of all errors thrown on purpose. `code` is stable; `message` says who, what was expected, what was given. */
export class FlambeauError extends Error {
  readonly code: string = 'ERR_FLAMBEAU';
  override get name(): string {
    return this.constructor.name;
  }
}

// ---- Arguments

/** An argument has the wrong type. */
export class ArgumentTypeError extends FlambeauError {
  override readonly code: string = 'ERR_ARGUMENT_TYPE';
}

/** An argument has the right type and an impossible value. */
export class ValueError extends FlambeauError {
  override readonly code: string = 'ERR_VALUE';
}

/** An option has a name that the function does not know. */
export class OptionError extends FlambeauError {
  override readonly code: string = 'ERR_OPTION';
}

// ---- Tensors

/** Shapes do not fit each other or the operation. */
export class ShapeError extends FlambeauError {
  override readonly code: string = 'ERR_SHAPE';
}

/** An element type that the operation does not take. */
export class DtypeError extends FlambeauError {
  override readonly code: string = 'ERR_DTYPE';
}

/** An index, dimension or label outside its range. */
export class IndexError extends FlambeauError {
  override readonly code: string = 'ERR_INDEX';
}

/** A tensor was used after `dispose()`. */
export class DisposedError extends FlambeauError {
  override readonly code: string = 'ERR_DISPOSED';
}

/** Memory or its limit is exhausted. */
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

/** A matrix is singular, not positive definite, or a decomposition did not succeed. */
export class LinAlgError extends FlambeauError {
  override readonly code: string = 'ERR_LINALG';
}

// ---- Autograd

/** The graph cannot do what was asked: backward twice, a saved tensor overwritten, no gradient wanted. */
export class AutogradError extends FlambeauError {
  override readonly code: string = 'ERR_AUTOGRAD';
}

// ---- Modules

/** A name that is not there, or may not be assigned. */
export class AttributeError extends FlambeauError {
  override readonly code: string = 'ERR_ATTRIBUTE';
}

/** A name that is taken, malformed or missing in a dictionary. */
export class KeyError extends FlambeauError {
  override readonly code: string = 'ERR_KEY';
}

/** A state dict does not fit the module. */
export class StateDictError extends FlambeauError {
  override readonly code: string = 'ERR_STATE_DICT';
}

/** An abstract method was called. */
export class NotImplementedError extends FlambeauError {
  override readonly code: string = 'ERR_NOT_IMPLEMENTED';
}

/** A hook broke its contract, or the object is in a state that forbids the call. */
export class StateError extends FlambeauError {
  override readonly code: string = 'ERR_STATE';
}

// ---- Files and the machine

/** A data file that is missing, truncated or malformed; names the file and the offset. */
export class DataError extends FlambeauError {
  override readonly code: string = 'ERR_DATA';
}

/**
 * A file that is not what its format demands, found out before anything was built from it. `reason` is stable:
 * `HEADER_TOO_SMALL`, `OFFSET_INVALID`, `UNSUPPORTED_GLOBAL` and the like; `file` and `offset` say where.
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

/** A worker of a DataLoader failed, died or took too long; `cause` is the error that was thrown there. */
export class WorkerError extends FlambeauError {
  override readonly code: string = 'ERR_WORKER';
  /** Which worker, from 0; null if all were waited for. */
  readonly worker: number | null;
  constructor(message: string, worker: number | null, options?: ErrorOptions) {
    super(message, options);
    this.worker = worker;
  }
}

/** The native addon cannot be loaded. */
export class AddonError extends FlambeauError {
  override readonly code: string = 'ERR_ADDON';
}

// ---- Checks

/** How a value is named in a message: its class, or its JavaScript type. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'object') return value.constructor?.name ?? 'object';
  return typeof value;
}

/** Throws an OptionError that names the nearest right spelling if `options` has a key outside `known`. */
export function checkOptions(who: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError(`${who}: options must be an object, got ${describe(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const nearest = known
      .map((name) => ({ name, distance: editDistance(key, name) }))
      .sort((a, b) => a.distance - b.distance)[0];
    const hint =
      nearest !== undefined && nearest.distance <= Math.max(2, key.length / 3)
        ? `; did you mean '${nearest.name}'?`
        : '';
    const list = known.length > 0 ? ` (options are ${known.join(', ')})` : '';
    throw new OptionError(`${who}: unknown option '${key}'${hint}${list}`);
  }
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
