// Storages and the memory they take: allocation, early release, and the collections that bring memory back.
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryLimitFromEnvironment } from '../env.ts';
import { ArgumentTypeError, DisposedError, OutOfMemoryError, ShapeError } from '../errors.ts';
import { addon, type Handle } from './addon.ts';

let serial = 0;

/** The number that the next storage will have. */
export function storageSerial(): number {
  return serial;
}

/** Native memory, shared by all views of a tensor. */
export class Storage {
  readonly #bytes: number;
  readonly #begin: number;
  /** Counts storages: a later one has a higher number. */
  readonly serial = serial++;
  #handle: Handle | null;
  readonly #block: SharedBlock | null;

  /**
   * @param handle null for a storage that is only described: it has a size and no memory
   * @param begin where it begins in `block`, which it shares with others
   */
  constructor(handle: Handle | null, bytes: number, begin = 0, block: SharedBlock | null = null) {
    this.#handle = handle;
    this.#bytes = bytes;
    this.#begin = begin;
    this.#block = block;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Where it begins in the native block, in bytes. */
  get begin(): number {
    return this.#begin;
  }

  /** The native block. @throws DisposedError after `dispose()` */
  get handle(): Handle {
    if (this.#handle === null) throw new DisposedError('the tensor was disposed');
    return this.#handle;
  }

  get isDisposed(): boolean {
    return this.#handle === null;
  }

  /** Gives the memory back now instead of at the next collection; of a shared block, when nobody else uses it. */
  dispose(): void {
    if (this.#handle === null) return;
    if (this.#block === null || --this.#block.left === 0) {
      addon.release(this.#handle);
      countBack(this.#block?.bytes ?? this.bytes);
    }
    this.#handle = null;
  }
}

/** Memory taken by tensors, in bytes, and how often a collection was asked for. */
export interface MemoryStats {
  readonly live: number;
  readonly pooled: number;
  readonly peak: number;
  readonly limit: number;
  readonly collections: number;
}

// A collection is asked for after this many bytes at least: below, what it costs is more than what it brings back.
const minWatermark = 8 << 20;
// And after this many at most. How long ago its place was used does not matter to what is written past the caches, so
// that counts for this one alone.
const maxWatermark = 64 << 20;
// Milliseconds by which writing a MiB gets slower for each MiB more that results cycle through, since it leaves the
// caches: 0.0008 on an EPYC, 0.002 on a Xeon, both between 8 and 32 MiB.
const slowdown = 0.0013;
// Old tensors are looked for when what survives young collections has doubled, and not below this.
const minFullThreshold = 64 << 20;

// Since the last collection, and not given back meanwhile.
let allocated = 0;
let allocatedInCaches = 0;
let watermark = minWatermark;
// Milliseconds that a young collection took lately.
let duration = 0;
// Between these two the live bytes went up and down lately; each moves towards the other until it is reached again.
let ebb = 0;
let flow = 0;
let fullThreshold = minFullThreshold;
let collections = 0;
const statsTarget = new Float64Array(4);

type Collect = (options?: { type: 'minor' }) => void;
let gc: Collect | null = null;

function collect(type: 'minor' | 'major'): number {
  if (gc === null) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as Collect;
  }
  // A full collection is the one without options: Node 20 makes a young one of whatever object it gets.
  if (type === 'minor') gc({ type });
  else gc();
  collections += 1;
  allocated = 0;
  allocatedInCaches = 0;
  return addon.memoryStats();
}

function count(bytes: number): void {
  allocated += bytes;
  if (bytes < addon.streamedBytes) allocatedInCaches += bytes;
}

// The collection may have come in between.
function countBack(bytes: number): void {
  allocated = Math.max(0, allocated - bytes);
  if (bytes < addon.streamedBytes) allocatedInCaches = Math.max(0, allocatedInCaches - bytes);
}

// V8 does not see native memory, so the bytes allocated since the last collection decide when to ask for the next one.
// What a training step keeps for its way back should die young: as many bytes are waited for as come and go. Beyond
// that a collection is spread over as many bytes as make its share and the slowdown by caches least together, the root
// of their quotient.
function collectIfDue(): void {
  if (allocatedInCaches < watermark && allocated < maxWatermark) return;
  const start = performance.now();
  let live = collect('minor');
  duration += (performance.now() - start - duration) / 8;
  if (live > fullThreshold) {
    live = collect('major');
    fullThreshold = Math.max(minFullThreshold, 2 * live);
  }
  const leak = (flow - ebb) / 16;
  ebb = Math.min(live, ebb + leak);
  flow = Math.max(live, flow - leak);
  const thrifty = Math.sqrt(duration / slowdown) * (1 << 20);
  watermark = Math.min(maxWatermark, Math.max(minWatermark, flow - ebb, thrifty));
}

const physicalMemory = Math.min(process.constrainedMemory?.() || Number.POSITIVE_INFINITY, totalmem());
setMemoryLimit(memoryLimitFromEnvironment() ?? Math.floor(physicalMemory * 0.9));

function allocateBlock(bytes: number, count: number): Handle {
  if (bytes * count > Number.MAX_SAFE_INTEGER) outOfMemory(bytes);
  let handle = addon.allocate(bytes, count);
  if (handle === null) {
    collect('major');
    handle = addon.allocate(bytes, count);
  }
  if (handle === null) outOfMemory(bytes);
  return handle;
}

function outOfMemory(bytes: number): never {
  const stats = memoryStats();
  throw new OutOfMemoryError(bytes, Math.max(0, stats.limit - stats.live));
}

addon.onOutOfMemory(outOfMemory);

// What V8 does for each native block costs more than a small operator computes, so small storages are cut from common
// blocks: of one size each, so that a storage which is kept holds back at most a block, and at most maxShares times its
// own size.
const blockBytes = 128 << 10;
const maxShares = 32;
const minShare = 64;
const maxShare = blockBytes / 4;

interface SharedBlock {
  readonly handle: Handle;
  readonly bytes: number;
  used: number;
  /** Shares that were not disposed of. */
  left: number;
}

// By size of the share: 64 bytes, 128, 256 and so on.
const sharedBlocks: (SharedBlock | undefined)[] = [];

function allocateShare(bytes: number): Storage {
  const sizeClass = bytes <= minShare ? 0 : 26 - Math.clz32(bytes - 1);
  const share = minShare << sizeClass;
  let block = sharedBlocks[sizeClass];
  if (block === undefined) {
    const count = Math.min(maxShares, blockBytes / share);
    block = { handle: allocateBlock(share, count), bytes: share * count, used: 0, left: count };
    sharedBlocks[sizeClass] = block;
  }
  const storage = new Storage(block.handle, bytes, block.used, block);
  block.used += share;
  if (block.used === block.bytes) sharedBlocks[sizeClass] = undefined;
  return storage;
}

/** A storage of `bytes` uninitialised bytes. @throws OutOfMemoryError */
export function allocate(bytes: number): Storage {
  count(bytes);
  collectIfDue();
  return bytes <= maxShare ? allocateShare(bytes) : new Storage(allocateBlock(bytes, 1), bytes);
}

/** Copies a typed array's bytes into a storage. @throws ShapeError where they do not fit */
export function write(storage: Storage, byteOffset: number, source: NodeJS.TypedArray): void {
  addon.write(storage.handle, placeOf(storage, byteOffset, source), source);
}

/** Copies bytes of a storage into a typed array, as many as it holds. @throws ShapeError where it holds more */
export function read(storage: Storage, byteOffset: number, target: NodeJS.TypedArray): void {
  addon.read(storage.handle, placeOf(storage, byteOffset, target), target);
}

// A class of the user's may have a byteLength of its own.
const byteLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'byteLength')?.get;

function placeOf(storage: Storage, byteOffset: number, array: NodeJS.TypedArray): number {
  const bytes: number = byteLength?.call(array);
  if (byteOffset + bytes > storage.bytes) {
    throw new ShapeError(`${bytes} bytes at ${byteOffset} lie outside a storage of ${storage.bytes} bytes`);
  }
  return storage.begin + byteOffset;
}

/**
 * Memory taken by all tensors of the process: bytes in use, bytes kept for reuse, the highest use so far, the limit, and
 * how many collections this thread has asked for.
 * @example
 * const { live, limit } = memoryStats(); // in bytes
 * live < limit; // true
 */
export function memoryStats(): MemoryStats {
  addon.memoryStats(statsTarget);
  const [live = 0, pooled = 0, peak = 0, limit = 0] = statsTarget;
  return { live, pooled, peak, limit, collections };
}

/**
 * Limits the bytes that all tensors of the process may take; beyond it an operation throws OutOfMemoryError.
 *
 * @param bytes at least 0; default nine tenths of the machine's or container's memory; Infinity for none
 * @example
 * const { limit } = memoryStats();
 * setMemoryLimit(2 ** 32);
 * memoryStats().limit; // 4294967296
 * setMemoryLimit(limit);
 */
export function setMemoryLimit(bytes: number): void {
  if (typeof bytes !== 'number' || !(bytes >= 0)) {
    throw new ArgumentTypeError(`setMemoryLimit: expected a number of bytes >= 0, got ${String(bytes)}`);
  }
  addon.setMemoryLimit(Math.min(bytes, 1e19));
}

/**
 * Returns the memory that is kept for reuse to the system.
 * @example
 * trimMemory();
 * memoryStats().pooled; // 0
 */
export function trimMemory(): void {
  addon.trimMemory();
}
