// Damaged files of data sets: IDX, Netpbm pictures, CIFAR, CSV, Parquet, and archives of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTarGz } from '../../lib/data/tar.ts';
import { DataError, data } from '../../lib/index.ts';
import { parquetFile } from '../../test/support/parquet.ts';
import { type Dice, damage, odd, type Target } from './damage.ts';

const folder = mkdtempSync(join(tmpdir(), 'flambeau-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

// A loader that takes a path.
const loadFrom = (name: string, load: (path: string) => unknown) => ({
  refusal: DataError,
  load: (file: Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, file);
    return load(path);
  },
});

const randomBytes = (dice: Dice, count: number) => Buffer.from(Array.from({ length: count }, () => dice.below(256)));

function idxFile(dice: Dice): Buffer {
  const sizes = [dice.below(4), dice.below(5), dice.below(5)];
  const header = Buffer.alloc(16);
  for (const [i, value] of [0x803, ...sizes].entries()) header.writeUInt32BE(value, 4 * i);
  return Buffer.concat([header, Buffer.alloc(sizes.reduce((a, b) => a * b, 1))]);
}

function netpbmFile(dice: Dice): Buffer {
  const kind = dice.of(['P2', 'P3', 'P5', 'P6']);
  const [width, height] = [1 + dice.below(4), 1 + dice.below(4)];
  const count = width * height * (kind === 'P3' || kind === 'P6' ? 3 : 1);
  const text = kind === 'P2' || kind === 'P3';
  const values = text
    ? Buffer.from(Array.from({ length: count }, () => dice.below(256)).join(' '))
    : Buffer.alloc(2 * count);
  const comment = dice.below(3) === 0 ? '# a comment\n' : '';
  return Buffer.concat([
    Buffer.from(`${kind}\n${comment}${width} ${height}\n${dice.of([1, 255, 256, 65535])}\n`),
    values,
  ]);
}

function tarFile(dice: Dice): Buffer {
  const blocks = ['a', 'b'].map((name) => {
    const header = Buffer.alloc(512);
    header.write(`folder/${name}`, 0);
    header.write(dice.below(4) === 0 ? String(dice.of(odd)) : '00000000017', 124);
    return Buffer.concat([header, Buffer.alloc(512)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const cells = [
  '1',
  '-2.5',
  'x',
  '"a, b"',
  '"',
  '""',
  '',
  'nan',
  '\ufeff',
  '\r\n',
  '\n',
  ',',
  ';',
  '\0',
  '1e999',
  '__proto__',
];
const table = parquetFile({ a: [1, 2, 3], b: [4n, 5n, 6n] }, { a: [7], b: [8n] });

// Half of them are damaged after they were compressed, half before.
function compressed(dice: Dice, file: Buffer): Buffer {
  return dice.below(2) === 0 ? damage(dice, gzipSync(file)) : gzipSync(damage(dice, file));
}

/** The loaders of lib/data. */
export const targets: Readonly<Record<string, Target>> = {
  idx: { ...loadFrom('a-idx3-ubyte', (path) => data.readIdx(path, 3)), make: (dice) => damage(dice, idxFile(dice)) },
  'idx.gz': {
    ...loadFrom('b-idx3-ubyte.gz', (path) => data.readIdx(path.slice(0, -3), 3)),
    make: (dice) => compressed(dice, idxFile(dice)),
  },
  netpbm: {
    refusal: DataError,
    load: (file) => data.decodeNetpbm(file),
    make: (dice) => damage(dice, netpbmFile(dice)),
  },
  cifar: {
    ...loadFrom('test_batch.bin', () => new data.CIFAR10(folder, { train: false })),
    make: (dice) => damage(dice, Buffer.concat([Buffer.of(dice.below(11)), Buffer.alloc(3072)])),
  },
  csv: {
    ...loadFrom('rows.csv', async (path) => {
      for await (const row of new data.CSVDataset(path, { header: false })) if (row === null) return;
    }),
    make: (dice) =>
      dice.below(4) === 0
        ? randomBytes(dice, dice.below(200))
        : Buffer.from(Array.from({ length: dice.below(40) }, () => dice.of(cells)).join(dice.of(['', ',']))),
  },
  parquet: {
    // What the file says about itself; the library that decodes pages believes what they say.
    ...loadFrom('rows.parquet', (path) => data.ParquetDataset.open(path)),
    make: (dice) => damage(dice, table),
  },
  tar: {
    ...loadFrom('files.tar.gz', (path) => readTarGz(path, ['a', 'b'])),
    make: (dice) => compressed(dice, tarFile(dice)),
  },
};
