// Rows of CSV files, read as a stream.
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { checkOptions, DataError, ValueError } from '../errors.ts';
import { IterableDataset } from './dataset.ts';
import { getWorkerInfo } from './worker-info.ts';

/** How the text of a column is read. */
export type ColumnType = 'number' | 'integer' | 'bigint' | 'boolean' | 'string';

/** A row by the names of its columns. */
export type CSVRow = Record<string, number | bigint | boolean | string>;

/** Options of {@link CSVDataset}. */
export interface CSVOptions {
  /** The columns wanted, in this order. Default: all. */
  columns?: readonly string[] | null;
  /** Types by column; those not named are numbers where the text of the row is one, otherwise strings. */
  types?: Readonly<Record<string, ColumnType>> | null;
  /** Whether the first line names the columns; otherwise they are named '0', '1' and so on. Default true. */
  header?: boolean;
  /** Default ','. */
  delimiter?: string;
  /** Makes the element from the row. Default: the row itself. */
  transform?: ((row: CSVRow) => unknown) | null;
}

const readers: Record<ColumnType, (text: string) => CSVRow[string] | undefined> = {
  number: (text) => (text.trim() === '' ? undefined : orNothing(Number(text), text.trim().toLowerCase() === 'nan')),
  integer: (text) => (/^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined),
  bigint: (text) => (/^\s*-?\d+\s*$/.test(text) ? BigInt(text.trim()) : undefined),
  boolean: (text) => ({ true: true, false: false, 1: true, 0: false })[text.trim().toLowerCase()],
  string: (text) => text,
};

function orNothing(value: number, mayBeNaN: boolean): number | undefined {
  return Number.isNaN(value) && !mayBeNaN ? undefined : value;
}

/**
 * A stream of rows of a CSV file (RFC 4180), which is never held in memory as a whole. With workers each reads its share:
 * row i belongs to worker i mod n.
 *
 * @throws ValueError for a column that is not there, DataError that names file, line and column for what is malformed
 * @example
 * // not run: reads a file
 * const rows = new data.CSVDataset('iris.csv', { columns: ['width', 'kind'], types: { kind: 'string' } });
 * for await (const row of rows) console.log(row);
 */
export class CSVDataset extends IterableDataset<unknown> {
  readonly path: string;
  readonly #options: CSVOptions;

  constructor(path: string, options: CSVOptions = {}) {
    super();
    checkOptions('CSVDataset', options, ['columns', 'types', 'header', 'delimiter', 'transform']);
    for (const [column, type] of Object.entries(options.types ?? {})) {
      if (Object.hasOwn(readers, type)) continue;
      throw new ValueError(
        `CSVDataset: type '${type}' of column '${column}' is none of ${Object.keys(readers).join(', ')}`,
      );
    }
    this.path = path;
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, void> {
    const { header = true, delimiter = ',', transform } = this.#options;
    const { id, numWorkers } = getWorkerInfo() ?? { id: 0, numWorkers: 1 };
    const file = createReadStream(this.path);
    const parser = file.pipe(parse({ delimiter, bom: true, info: true, skip_empty_lines: true }));
    file.on('error', (error) => parser.destroy(error));
    let columns: Column[] | null = null;
    let row = 0;
    try {
      for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
        if (columns === null) {
          columns = this.#columns(header ? record : record.map((_, i) => String(i)));
          if (header) continue;
        }
        if (row++ % numWorkers !== id) continue;
        const values = Object.fromEntries(
          columns.map((column) => [column.name, this.#value(record, column, info.lines)]),
        );
        yield transform ? transform(values) : values;
      }
    } catch (cause) {
      if (cause instanceof CsvError) throw new DataError(`${this.path}: ${cause.message}`, { cause });
      const { code, syscall, message } = cause as NodeJS.ErrnoException;
      if (syscall === undefined) throw cause;
      throw new DataError(`${this.path}: ${code === 'ENOENT' ? 'no such file' : message}`, { cause });
    } finally {
      file.destroy();
    }
  }

  #columns(names: readonly string[]): Column[] {
    return (this.#options.columns ?? names).map((name) => {
      const at = names.indexOf(name);
      if (at < 0) throw new ValueError(`CSVDataset: ${this.path} has no column '${name}'; it has ${names.join(', ')}`);
      return { name, at, type: this.#options.types?.[name] ?? null };
    });
  }

  #value(record: readonly string[], { name, at, type }: Column, line: number): CSVRow[string] {
    const text = record[at] ?? '';
    if (type === null) return readers.number(text) ?? text;
    const value = readers[type](text);
    if (value !== undefined) return value;
    throw new DataError(`${this.path}: line ${line}, column '${name}': '${text}' is no ${type}`);
  }
}

interface Column {
  readonly name: string;
  readonly at: number;
  readonly type: ColumnType | null;
}
