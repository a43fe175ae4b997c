// Rows of Parquet files, read a row group at a time.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { checkOptions, DataError, ValueError } from '../errors.ts';
import { checkIndex, type Dataset } from './dataset.ts';

/** Options of {@link ParquetDataset}. */
export interface ParquetOptions {
  /** The columns wanted. Default: all. */
  columns?: readonly string[] | null;
  /** Row groups that are kept in memory. Default 2. */
  cachedGroups?: number;
  /** Makes the element from the row. Default: the row itself. */
  transform?: ((row: Record<string, unknown>) => unknown) | null;
}

// Beyond this many rows V8 has no array for a column.
const largestGroup = 2n ** 32n - 2n;

type Rows = readonly Record<string, unknown>[];

// Snappy is built into hyparquet; Node brings these. A page is not unpacked beyond the size that its header says.
const compressors = {
  GZIP: (bytes: Uint8Array, size: number) => new Uint8Array(gunzipSync(bytes, limit(size))),
  BROTLI: (bytes: Uint8Array, size: number) => new Uint8Array(brotliDecompressSync(bytes, limit(size))),
};
const limit = (size: number) => ({ maxOutputLength: Math.max(1, size) });

async function reading<T>(path: string, what: () => Promise<T>): Promise<T> {
  try {
    return await what();
  } catch (cause) {
    throw new DataError(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function checkRows(count: unknown): void {
  if (typeof count === 'bigint' && count >= 0n && count <= largestGroup) return;
  throw new DataError(`a row group of ${String(count)} rows`);
}

/**
 * The rows of a Parquet file as objects; 64-bit integers are bigints. Elements are promises: read the loader with
 * `for await`. Row groups are decoded as they are needed, so shuffling over many of them decodes often.
 *
 * What a file says about itself is checked, but not the runs within its pages: a page made to harm can exhaust the memory
 * of the process, so read files of strangers in a process of their own.
 *
 * @throws DataError that names the file for what is missing or malformed, ValueError for a column that is not there
 * @example
 * // not run: reads a file
 * const rows = await data.ParquetDataset.open('iris.parquet', { columns: ['width', 'kind'] });
 * await rows.getItem(0); // { width: 0.2, kind: 'setosa' }
 */
export class ParquetDataset implements Dataset<unknown> {
  readonly path: string;
  readonly length: number;
  /** The columns that elements have. */
  readonly columns: readonly string[];
  readonly #metadata: FileMetaData;
  readonly #ends: readonly number[];
  readonly #cachedGroups: number;
  readonly #transform: ParquetOptions['transform'];
  // In the order in which they were last used.
  readonly #groups = new Map<number, Promise<Rows>>();

  private constructor(path: string, metadata: FileMetaData, columns: readonly string[], options: ParquetOptions) {
    let end = 0;
    this.path = path;
    this.columns = columns;
    this.#metadata = metadata;
    this.#ends = metadata.row_groups.map(({ num_rows }) => {
      end += Number(num_rows);
      return end;
    });
    this.length = end;
    this.#cachedGroups = options.cachedGroups ?? 2;
    this.#transform = options.transform;
  }

  /** Reads what the file says about itself. */
  static async open(path: string, options: ParquetOptions = {}): Promise<ParquetDataset> {
    checkOptions('ParquetDataset.open', options, ['columns', 'cachedGroups', 'transform']);
    const { cachedGroups = 2 } = options;
    if (!Number.isInteger(cachedGroups) || cachedGroups < 1) {
      throw new ValueError(`ParquetDataset.open: cachedGroups must be a positive integer, got ${String(cachedGroups)}`);
    }
    const { metadata, names } = await reading(path, async () => {
      // What looks for maps of the earth goes round for ever where a number of children is negative.
      const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path), { geoparquet: false });
      for (const { num_rows } of metadata.row_groups) checkRows(num_rows);
      for (const { num_children = 0 } of metadata.schema) {
        if (!(num_children >= 0)) throw new DataError(`a column of ${num_children} children`);
      }
      return { metadata, names: parquetSchema(metadata).children.map(({ element }) => element.name) };
    });
    const missing = options.columns?.find((name) => !names.includes(name));
    if (missing !== undefined) {
      throw new ValueError(`ParquetDataset.open: ${path} has no column '${missing}'; it has ${names.join(', ')}`);
    }
    return new ParquetDataset(path, metadata, options.columns ?? names, options);
  }

  async getItem(index: number): Promise<unknown> {
    const at = checkIndex('ParquetDataset', index, this.length);
    const group = this.#ends.findIndex((end) => at < end);
    const row = (await this.#group(group))[at - (this.#ends[group - 1] ?? 0)] ?? {};
    return this.#transform ? this.#transform(row) : row;
  }

  #group(group: number): Promise<Rows> {
    const rows = this.#groups.get(group) ?? this.#read(group);
    this.#groups.delete(group);
    this.#groups.set(group, rows);
    const [oldest] = this.#groups.keys();
    if (this.#groups.size > this.#cachedGroups && oldest !== undefined) this.#groups.delete(oldest);
    return rows;
  }

  #read(group: number): Promise<Rows> {
    const [rowStart, rowEnd] = [this.#ends[group - 1] ?? 0, this.#ends[group] ?? 0];
    const metadata = this.#metadata;
    return reading(this.path, async () => {
      const file = await asyncBufferFromFile(this.path);
      return parquetReadObjects({ file, metadata, columns: [...this.columns], rowStart, rowEnd, compressors });
    });
  }
}
