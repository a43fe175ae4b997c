// Writes Parquet files with columns of doubles and 64-bit integers, plain and uncompressed, for tests of reading them.

/** Values of a column by its name; bigints make INT64, numbers DOUBLE. */
export type Columns = Readonly<Record<string, readonly (number | bigint)[]>>;

// ---- Thrift's compact protocol

const varint = (value: bigint): number[] =>
  value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
const zigzag = (value: number) => varint(BigInt(value) * 2n);
type Field = readonly [id: number, type: number, bytes: readonly number[]];
const i32 = (id: number, value: number): Field => [id, 5, zigzag(value)];
const i64 = (id: number, value: number): Field => [id, 6, zigzag(value)];
const text = (value: string) => [...varint(BigInt(Buffer.byteLength(value))), ...Buffer.from(value)];
const list = (id: number, type: number, items: readonly (readonly number[])[]): Field => [
  id,
  9,
  [(items.length << 4) | type, ...items.flat()],
];

function struct(...fields: readonly Field[]): number[] {
  let last = 0;
  const bytes = fields.flatMap(([id, type, value]) => {
    const head = ((id - last) << 4) | type;
    last = id;
    return [head, ...value];
  });
  return [...bytes, 0];
}

// ---- Parquet

/** A file of the given row groups, which have the same columns. */
export function parquetFile(...groups: readonly Columns[]): Buffer {
  const chunks: Buffer[] = [Buffer.from('PAR1')];
  let at = 4;
  const names = Object.keys(groups[0] ?? {});
  const kind = (name: string) => (typeof groups[0]?.[name]?.[0] === 'bigint' ? 2 : 5);
  const rowGroups = groups.map((group) => {
    const rows = group[names[0] ?? '']?.length ?? 0;
    const columns = names.map((name) => {
      const values = group[name] ?? [];
      const page = Buffer.alloc(8 * values.length);
      for (const [i, value] of values.entries()) {
        if (typeof value === 'bigint') page.writeBigInt64LE(value, 8 * i);
        else page.writeDoubleLE(value, 8 * i);
      }
      const dataHeader: Field = [5, 12, struct(i32(1, values.length), i32(2, 0), i32(3, 3), i32(4, 3))];
      const header = Buffer.from(struct(i32(1, 0), i32(2, page.length), i32(3, page.length), dataHeader));
      const bytes = header.length + page.length;
      chunks.push(header, page);
      const meta = struct(
        i32(1, kind(name)),
        list(2, 5, [zigzag(0)]),
        list(3, 8, [text(name)]),
        i32(4, 0),
        i64(5, values.length),
        i64(6, bytes),
        i64(7, bytes),
        i64(9, at),
      );
      at += bytes;
      return struct(i64(2, at - bytes), [3, 12, meta]);
    });
    return struct(list(1, 12, columns), i64(2, 0), i64(3, rows));
  });
  const root = struct([4, 8, text('schema')], i32(5, names.length));
  const schema = [root, ...names.map((name) => struct(i32(1, kind(name)), i32(3, 0), [4, 8, text(name)]))];
  const total = groups.reduce((sum, group) => sum + (group[names[0] ?? '']?.length ?? 0), 0);
  const footer = Buffer.from(struct(i32(1, 1), list(2, 12, schema), i64(3, total), list(4, 12, rowGroups)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...chunks, footer, length, Buffer.from('PAR1')]);
}
