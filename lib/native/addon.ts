// Finds, loads and types the native addon; nothing else in the library touches it directly but this folder.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  addonPathFromEnvironment,
  forcedInstructionSet,
  numThreadsFromEnvironment,
  tracesKernelsFromEnvironment,
} from '../env.ts';
import { AddonError, ArgumentTypeError } from '../errors.ts';

/** A native block of memory: opaque, freed by the garbage collector. */
export type Handle = { readonly __storage: unique symbol };

/** A row of the kernel table as the addon describes it. */
export interface KernelDescription {
  readonly name: string;
  readonly parameters: string;
  readonly kinds: string;
  readonly returnsNumber: boolean;
  readonly dtypes: readonly string[];
}

type TypedArray = NodeJS.TypedArray;

interface Addon {
  /** Runs a kernel; its numbers stand in `block`, the storages' byte offsets first. */
  call(code: number, ...storages: (Handle | null)[]): number;
  readonly block: Float64Array;
  /** Results from this size on are written past the caches. */
  readonly streamedBytes: number;
  allocate(bytes: number, count: number): Handle | null;
  release(storage: Handle): void;
  write(storage: Handle, byteOffset: number, source: TypedArray): void;
  read(storage: Handle, byteOffset: number, target: TypedArray): void;
  memoryStats(target?: Float64Array): number;
  setMemoryLimit(bytes: number): void;
  trimMemory(): void;
  getNumThreads(): number;
  setNumThreads(count: number): void;
  traceKernels(wanted: boolean): void;
  select(isa: string | null): { isa: string; candidates: { isa: string; supported: boolean }[] };
  kernels(): KernelDescription[];
  onOutOfMemory(throws: (bytes: number) => never): void;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

function load(): Addon {
  const platform = `${process.platform}-${process.arch}`;
  const places = [
    addonPathFromEnvironment(),
    join(root, 'prebuilds', `${platform}.node`),
    join(root, 'build', 'Release', 'flambeau.node'),
  ].filter((path) => path !== null);
  const path = places.find((place) => existsSync(place));
  const fix =
    'Run `npm run build:native` (needs g++, make and python3), or set FLAMBEAU_ADDON to the path of a built addon.';
  if (path === undefined) {
    throw new AddonError(
      `no native addon for ${platform}, Node ${process.version}; tried ${places.join(', ')}. ${fix}`,
    );
  }
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AddonError(`cannot load ${path} on ${platform}, Node ${process.version}: ${reason}. ${fix}`, { cause });
  }
}

/** The loaded addon. */
export const addon: Addon = load();

const selection = addon.select(forcedInstructionSet());
const wantedThreads = numThreadsFromEnvironment();
if (wantedThreads !== null) addon.setNumThreads(wantedThreads);
if (tracesKernelsFromEnvironment()) addon.traceKernels(true);

/** What {@link cpuInfo} returns. */
export interface CpuInfo {
  /** Instruction set whose kernels run. */
  readonly isa: string;
  /** Why it was chosen. */
  readonly reason: string;
  /** Instruction sets compiled in, best first, and whether this machine has them. */
  readonly candidates: readonly { readonly isa: string; readonly supported: boolean }[];
  /** The processor's own name. */
  readonly model: string;
  /** Logical processors of the machine. */
  readonly processors: number;
  /** Threads that kernels use. */
  readonly threads: number;
}

/**
 * What the processor has and which kernels were chosen for it.
 *
 * @example typeof cpuInfo().isa; // 'string'
 */
export function cpuInfo(): CpuInfo {
  const forced = forcedInstructionSet();
  return {
    isa: selection.isa,
    reason:
      forced === null
        ? 'the best instruction set that processor and operating system support'
        : `FLAMBEAU_ISA=${forced}`,
    candidates: selection.candidates,
    model: cpus()[0]?.model ?? 'unknown',
    processors: availableParallelism(),
    threads: addon.getNumThreads(),
  };
}

/**
 * Threads that a kernel may use, the calling one included. Default: processors, less where a control group says so.
 *
 * @source torch.get_num_threads
 * @example getNumThreads() >= 1; // true
 */
export function getNumThreads(): number {
  return addon.getNumThreads();
}

/**
 * Sets the number of threads that kernels use, in the whole process.
 *
 * @param count 1 to 256
 * @throws ArgumentTypeError if `count` is not an integer in that range
 * @source torch.set_num_threads
 * @example
 * const before = getNumThreads();
 * setNumThreads(1);
 * getNumThreads(); // 1
 * setNumThreads(before);
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > 256) {
    throw new ArgumentTypeError(`setNumThreads: expected an integer from 1 to 256, got ${String(count)}`);
  }
  addon.setNumThreads(count);
}
