// Datasets in files: what is read, and what broken files get.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DataError, data, type Tensor, tensor } from 'flambeau';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { parquetFile } from '../support/parquet.ts';

const root = mkdtempSync(join(tmpdir(), 'flambeau-files-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A folder with the given files. */
function folder(files: Record<string, string | Buffer>): string {
  const path = join(root, String(folders++));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

async function all(source: data.Source<unknown>, options: object = {}): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of new data.DataLoader<unknown, unknown>(source, options)) batches.push(batch);
  return batches;
}

describe('a pipe that nobody writes to', () => {
  const pipes = folder({});
  for (const name of ['labels', 'test_batch.bin', 'a.png']) execFileSync('mkfifo', [join(pipes, name)]);
  it.each([
    ['IDX', () => data.readIdx(join(pipes, 'labels'), 1)],
    ['CIFAR', () => new data.CIFAR10(pipes, { train: false })],
    ['pictures', () => data.readImage(join(pipes, 'a.png'))],
    ['Parquet', () => data.ParquetDataset.open(join(pipes, 'labels'))],
  ])('is not waited for by %s', async (_name, act) => {
    await expect((async () => act())()).rejects.toThrow(DataError);
  });
});

describe('CIFAR', () => {
  const record = (labels: number[], level: number) => Buffer.concat([Buffer.from(labels), Buffer.alloc(3072, level)]);
  const names = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
  const five = Object.fromEntries(names.map((name, i) => [name, record([i], 10 * i)]));

  it('10 joins its files', () => {
    const set = new data.CIFAR10(folder(five));
    expect([set.images.shape, set.images.dtype, set.labels.dtype]).toEqual([[5, 3, 32, 32], 'uint8', 'int64']);
    expect(set.labels.tolist()).toEqual([0, 1, 2, 3, 4]);
    expect(set.images.select(0, 4).unique().tolist()).toEqual([40]);
  });

  it('100 has the fine label', () => {
    const set = new data.CIFAR100(folder({ 'cifar-100-binary/test.bin': record([3, 77], 1) }), { train: false });
    expect(set.labels.tolist()).toEqual([77]);
  });

  it.each([
    ['nothing', {}, /data_batch_1\.bin: no such file/],
    [
      'half a record',
      { ...five, 'data_batch_3.bin': Buffer.alloc(3073 + 5) },
      /data_batch_3\.bin: 3078 bytes.*offset 3073/,
    ],
    ['an empty file', { ...five, 'data_batch_2.bin': Buffer.alloc(0) }, /data_batch_2\.bin: 0 bytes/],
    ['a label', { ...five, 'data_batch_5.bin': record([10], 0) }, /data_batch_5\.bin: label 10 at offset 0/],
  ])('refuses %s', (_, files, message) => {
    const path = folder(files);
    expect(() => new data.CIFAR10(path)).toThrow(message);
    expect(() => new data.CIFAR10(path)).toThrow(DataError);
  });
});

describe('ImageFolder', () => {
  const pgm = (level: number) => Buffer.from([...Buffer.from('P5 # grey\n2 1\n255\n'), level, 255]);
  const ppm = 'P3 1 2 15\n15 0 0  0 15 3\n';

  it('reads classes in order', async () => {
    const path = folder({ 'dog/b.pgm': pgm(7), 'cat/x/a.PGM': pgm(3), 'dog/a.pgm': pgm(5), 'dog/notes.txt': '' });
    const set = new data.ImageFolder(path);
    expect([set.classes, set.targets, set.classToIdx.get('dog')]).toEqual([['cat', 'dog'], [0, 1, 1], 1]);
    const [image, label] = await set.getItem(1);
    expect([image.shape, image.dtype, label]).toEqual([[3, 1, 2], 'uint8', 1]);
    expect(image.tolist()).toEqual([[[5, 255]], [[5, 255]], [[5, 255]]]);
    const [[images, labels]] = (await all(set, { batchSize: 3 })) as [[Tensor, Tensor]];
    expect([images.shape, labels.tolist()]).toEqual([
      [3, 3, 1, 2],
      [0, 1, 1],
    ]);
  });

  it('decodes text and scales to bytes', () => {
    expect(data.decodeNetpbm(Buffer.from(ppm)).tolist()).toEqual([
      [[255], [0]],
      [[0], [255]],
      [[0], [51]],
    ]);
  });

  it('transforms', async () => {
    const transform = new data.transforms.Compose([new data.transforms.Resize([4, 4]), new data.transforms.ToTensor()]);
    const set = new data.ImageFolder(folder({ 'a/1.ppm': ppm }), { transform, targetTransform: (label) => label + 5 });
    const [image, label] = await set.getItem(-1);
    expect([image.shape, image.dtype, label]).toEqual([[3, 4, 4], 'float32', 5]);
  });

  it.each([
    ['no folder', {}, /Couldn't find any class folder/],
    ['no picture', { 'a/1.ppm': ppm, 'b/x.txt': '' }, /Found no valid file for the classes b/],
  ])('refuses %s', (_, files, message) => expect(() => new data.ImageFolder(folder(files))).toThrow(message));

  const pixels = Buffer.from(Array.from({ length: 4 * 5 * 3 }, (_, i) => (i * 37) % 256));
  const picture = sharp(pixels, { raw: { width: 5, height: 4, channels: 3 } });
  const planes = tensor(pixels, { dtype: 'uint8' }).reshape(4, 5, 3).permute(2, 0, 1);
  it.each([
    ['png', () => picture.clone().png()],
    ['png', () => picture.clone().png({ palette: true })],
    ['png', () => picture.clone().toColourspace('rgb16').png()],
    ['png', () => picture.clone().ensureAlpha(0.5).png()],
    ['webp', () => picture.clone().webp({ lossless: true })],
    ['tif', () => picture.clone().tiff({ compression: 'lzw' })],
  ])('decodes %s without loss: %s', async (ending, encode) => {
    const root = folder({ [`a/1.${ending}`]: await encode().toBuffer() });
    const [image, label] = await new data.ImageFolder(root).getItem(0);
    expect([image.dtype, label]).toEqual(['uint8', 0]);
    expect(image.tolist()).toEqual(planes.tolist());
  });

  it('makes three channels of grey, and of the colours of print', async () => {
    const grey = await picture.clone().greyscale().png().toBuffer();
    const print = await picture.clone().resize(40, 32, { kernel: 'nearest' }).toColourspace('cmyk').jpeg().toBuffer();
    const root = folder({ 'a/1.png': grey, 'a/2.jpg': print });
    const [one, two] = [await data.readImage(join(root, 'a/1.png')), await data.readImage(join(root, 'a/2.jpg'))];
    expect(one.shape).toEqual([3, 4, 5]);
    expect(one.select(0, 0).eq(one.select(0, 2)).all().item()).toBe(true);
    expect(two.shape).toEqual([3, 32, 40]);
  });

  it('loads pictures in batches', async () => {
    const png = await picture.clone().png().toBuffer();
    const root = folder({ 'a/0.png': png, 'a/1.png': png, 'b/2.png': png, 'b/3.png': png });
    const loader = new data.DataLoader<unknown, [Tensor, Tensor]>(new data.ImageFolder(root), { batchSize: 3 });
    const shapes: unknown[] = [];
    for await (const [images, labels] of loader) shapes.push([images.shape, labels.tolist()]);
    expect(shapes).toEqual([
      [
        [3, 3, 4, 5],
        [0, 0, 1],
      ],
      [[1, 3, 4, 5], [1]],
    ]);
  });

  it('names a picture that is broken', async () => {
    const set = new data.ImageFolder(folder({ 'a/1.png': Buffer.from('\x89PNG', 'latin1') }));
    await expect(set.getItem(0)).rejects.toThrow(/1\.png: .*unsupported/);
  });

  it.each([
    ['another file', 'P7 1 1 255\n', /neither PGM nor PPM/],
    ['no sizes', 'P5\n', /truncated at offset 3/],
    ['too few bytes', 'P5 100000 2 255\nab', /needs 200016 bytes/],
    ['too large', 'P5 99999999 99999999 255\n', /impossible/],
    ['a value', 'P2 1 1 3 4', /value 4 above 3/],
    ['a word', 'P2 1 x', /no number at offset 5/],
  ])('refuses pictures with %s', (_, content, message) => {
    expect(() => data.decodeNetpbm(Buffer.from(content))).toThrow(message);
  });
});

describe('CSVDataset', () => {
  const path = join(folder({ 'x.csv': '\ufeffa,b,kind\n1,2.5,"x, y"\n-3,nan,z\n\n4,5,"q""r"\n' }), 'x.csv');

  it('reads rows', async () => {
    expect(await all(new data.CSVDataset(path), { batchSize: null })).toEqual([
      { a: 1, b: 2.5, kind: 'x, y' },
      { a: -3, b: Number.NaN, kind: 'z' },
      { a: 4, b: 5, kind: 'q"r' },
    ]);
  });

  it('picks columns and joins them', async () => {
    const set = new data.CSVDataset(path, { columns: ['kind', 'a'], types: { a: 'bigint' } });
    const [batch] = (await all(set, { batchSize: 2 })) as [{ a: Tensor; kind: string[] }];
    expect([batch.a.tolist(), batch.a.dtype, batch.kind]).toEqual([[1, -3], 'int64', ['x, y', 'z']]);
  });

  it('numbers columns without a header', async () => {
    const rows = join(folder({ 'y.csv': '1;true\n2;0\n' }), 'y.csv');
    const set = new data.CSVDataset(rows, { header: false, delimiter: ';', types: { 1: 'boolean' } });
    expect(await all(set, { batchSize: null })).toEqual([
      { 0: 1, 1: true },
      { 0: 2, 1: false },
    ]);
  });

  it('is shared by workers', async () => {
    const url = new URL('./modules/sets.ts#rows', import.meta.url);
    const set = await data.workerDataset<data.CSVDataset>(url, path);
    const rows = (await all(set, { batchSize: null, numWorkers: 2 })) as { a: number }[];
    expect(rows.map(({ a }) => a)).toEqual([1, -3, 4]);
  });

  it.each([
    ['a column', 'a\n1\n', { columns: ['c'] }, /has no column 'c'; it has a/],
    ['a value', 'a,b\n1,2\n3,x\n', { types: { b: 'number' } }, /line 3, column 'b': 'x' is no number/],
    ['a short row', 'a,b\n1\n', {}, /Invalid Record Length/],
    ['a quote', 'a\n"1\n', {}, /Quote Not Closed/],
  ] as const)('refuses %s', async (_, content, options, message) => {
    const set = new data.CSVDataset(join(folder({ 'x.csv': content }), 'x.csv'), options);
    await expect(all(set)).rejects.toThrow(message);
  });

  it('refuses what is not there', async () => {
    await expect(all(new data.CSVDataset(join(root, 'none.csv')))).rejects.toThrow(/no such file/);
    expect(() => new data.CSVDataset(path, { types: { a: 'float' as 'number' } })).toThrow(/'float' of column 'a'/);
  });
});

describe('ParquetDataset', () => {
  const content = parquetFile({ x: [1.5, 2], n: [7n, -8n] }, { x: [3, 4, 5.25], n: [9n, 10n, 11n] });
  const path = join(folder({ 'x.parquet': content }), 'x.parquet');

  it('reads rows of all groups', async () => {
    const set = await data.ParquetDataset.open(path, { cachedGroups: 1 });
    expect([set.length, set.columns]).toEqual([5, ['x', 'n']]);
    expect(await set.getItem(-1)).toEqual({ x: 5.25, n: 11n });
    const batches = (await all(set, { batchSize: 4 })) as { x: Tensor; n: Tensor }[];
    expect(batches.map(({ x, n }) => [x.tolist(), n.tolist()])).toEqual([
      [
        [1.5, 2, 3, 4],
        [7, -8, 9, 10],
      ],
      [[5.25], [11]],
    ]);
  });

  it('picks columns', async () => {
    const set = await data.ParquetDataset.open(path, { columns: ['n'], transform: ({ n }) => Number(n) });
    expect(await set.getItem(3)).toBe(10);
  });

  it('refuses columns and files that are not there, and broken ones', async () => {
    await expect(data.ParquetDataset.open(path, { columns: ['y'] })).rejects.toThrow(/no column 'y'; it has x, n/);
    // The first column says that it has -1 children.
    const negative = Buffer.from(content.toString('latin1').replace('\x25\0\x18', '\x45\x01\x18'), 'latin1');
    for (const broken of [content.subarray(0, 40), Buffer.alloc(3), content.subarray(9), negative]) {
      const file = join(folder({ 'x.parquet': broken }), 'x.parquet');
      const read = async () => (await data.ParquetDataset.open(file)).getItem(0);
      await expect(read()).rejects.toThrow(DataError);
    }
    await expect(data.ParquetDataset.open(join(root, 'none.parquet'))).rejects.toThrow(DataError);
  });
});
