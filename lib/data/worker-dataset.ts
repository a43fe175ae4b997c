// How a dataset reaches worker threads: as the module that makes it, what the module exports, and the arguments.
import { ArgumentTypeError, describe, ValueError } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import { Subset } from './datasets.ts';
import { type Packed, pack } from './packing.ts';
import { prepareImport } from './typescript-modules.ts';

/** What a worker needs to make its own dataset. */
export interface WorkerSource {
  /** A file URL; the part behind `#` is the name of the export. */
  readonly url: string;
  readonly args: Packed;
}

const sources = new WeakMap<object, WorkerSource>();

/** The export that a URL names: what stands behind `#`, or the default one. @throws ValueError if there is none */
export async function importExport(url: string): Promise<unknown> {
  const at = url.indexOf('#');
  const name = at < 0 ? 'default' : decodeURIComponent(url.slice(at + 1));
  const file = at < 0 ? url : url.slice(0, at);
  await prepareImport(file);
  const module = (await import(file)) as Record<string, unknown>;
  if (Object.hasOwn(module, name)) return module[name];
  const names = Object.keys(module).join(', ') || 'nothing';
  throw new ValueError(`workerDataset: ${url} has no export '${name}'; it exports ${names}`);
}

/** A dataset from the class or function that a URL names. @throws ArgumentTypeError if it makes none */
export async function makeDataset(url: string, args: readonly unknown[]): Promise<object> {
  const make = await importExport(url);
  if (typeof make !== 'function') {
    throw new ArgumentTypeError(`workerDataset: ${url} must be a class or a function, got ${describe(make)}`);
  }
  const isClass = /^class\b/.test(Function.prototype.toString.call(make));
  const dataset: unknown = isClass ? Reflect.construct(make, args) : await make(...args);
  if (dataset !== null && typeof dataset === 'object') return dataset;
  throw new ArgumentTypeError(`workerDataset: ${url} must make a dataset, got ${describe(dataset)}`);
}

/**
 * A dataset that the workers of a DataLoader can make for themselves, since no object with methods can move to another
 * thread. It is made here too: for its length, for the order, and for loaders without workers.
 *
 * @param url a module; its default export, or the one named behind `#`, is a class or a function that makes a dataset
 * @param args given to it in each thread; tensors and whatever `structuredClone` copies
 * @throws ValueError if there is no such export, ArgumentTypeError if it makes no dataset or an argument cannot be copied
 * @example
 * // not run: reads a file
 * const digits = await data.workerDataset('file:///home/me/digits.js#Digits', 'folder');
 */
export async function workerDataset<D extends object = Dataset<unknown>>(
  url: URL | string,
  ...args: unknown[]
): Promise<D> {
  const href = String(url);
  if (!URL.canParse(href)) {
    throw new ArgumentTypeError(
      `workerDataset: expected a URL such as new URL('./my-dataset.ts', import.meta.url), got ${describe(url)}`,
    );
  }
  const packed = pack(args);
  try {
    structuredClone(packed);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArgumentTypeError(`workerDataset: the arguments must be copied to other threads, and ${reason}`, {
      cause,
    });
  }
  const dataset = await makeDataset(href, args);
  sources.set(dataset, { url: href, args: packed });
  return dataset as D;
}

/** How workers make a dataset, and which of its elements `index` is; null if it cannot leave its thread. */
export function workerSourceOf(
  dataset: unknown,
): { readonly source: WorkerSource; readonly element: (index: number) => number } | null {
  if (dataset instanceof Subset) {
    const inner = workerSourceOf(dataset.dataset);
    const { indices } = dataset;
    return inner && { source: inner.source, element: (index) => inner.element(indices[index] ?? -1) };
  }
  const source = dataset !== null && typeof dataset === 'object' ? sources.get(dataset) : undefined;
  return source === undefined ? null : { source, element: (index) => index };
}
