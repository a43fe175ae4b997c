// IDX files and MNIST: what is read, and what every kind of broken file gets.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError, data } from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'flambeau-idx-'));
afterAll(() => rmSync(folder, { recursive: true }));

function idx(shape: readonly number[], values: readonly number[], magic = 0x800 | shape.length): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(magic);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Buffer.from(values)]);
}

let files = 0;
function file(content: Buffer, suffix = ''): string {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path + suffix, content);
  return path;
}

const small = idx([2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]);

describe('readIdx', () => {
  const values = [
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [
      [6, 7, 8],
      [9, 10, 255],
    ],
  ];

  it('reads bytes in their shape', () => {
    const x = data.readIdx(file(small), 3);
    expect(x.dtype).toBe('uint8');
    expect(x.tolist()).toEqual(values);
  });

  it('reads a compressed file under its plain name', () => {
    expect(data.readIdx(file(gzipSync(small), '.gz'), 3).tolist()).toEqual(values);
  });

  it('reads a file without elements', () => {
    expect(data.readIdx(file(idx([0], [])), 1).shape).toEqual([0]);
  });

  const broken: Record<string, { content: Buffer; suffix?: string; message: RegExp }> = {
    'an empty file': { content: Buffer.alloc(0), message: /truncated header: 0 bytes of 16, at offset 0/ },
    'half a header': { content: small.subarray(0, 9), message: /truncated header: 9 bytes of 16/ },
    'another magic number': {
      content: idx([2, 2, 3], [], 0xd03),
      message: /magic number 0x00000d03 at offset 0, expected 0x00000803/,
    },
    'another rank': { content: idx([12], []), message: /truncated header|magic number/ },
    'a missing byte': {
      content: small.subarray(0, small.length - 1),
      message: /truncated at offset 27: 27 bytes, its header says 28/,
    },
    'a byte too many': { content: Buffer.concat([small, Buffer.alloc(1)]), message: /too long at offset 28/ },
    'sizes beyond all memory': { content: idx([2 ** 31, 2 ** 20, 9], []), message: /at offset 4 are too large/ },
    'a gzip stream that is none': { content: small, suffix: '.gz', message: /broken gzip stream at offset 0/ },
    'a gzip stream cut short': {
      content: gzipSync(small).subarray(0, -12),
      suffix: '.gz',
      message: /broken gzip stream/,
    },
    'a gzip stream of more than its header says': {
      content: gzipSync(Buffer.concat([small, Buffer.alloc(4096)])),
      suffix: '.gz',
      message: /more than the 28 bytes its header says/,
    },
  };
  it.each(Object.entries(broken))('names file and fact for %s', (_name, { content, suffix, message }) => {
    const path = file(content, suffix);
    expect(() => data.readIdx(path, 3)).toThrow(DataError);
    expect(() => data.readIdx(path, 3)).toThrow(message);
    expect(() => data.readIdx(path, 3)).toThrow(path);
  });

  it('names a missing file', () => {
    expect(() => data.readIdx(join(folder, 'nowhere'), 1)).toThrow(/nowhere: no such file, nor .*nowhere\.gz/);
  });
});

describe('MNIST', () => {
  function mnist(images: Buffer, labels: Buffer): string {
    const place = join(folder, `mnist-${files++}`);
    mkdirSync(place);
    writeFileSync(join(place, 'train-images-idx3-ubyte'), images);
    writeFileSync(join(place, 'train-labels-idx1-ubyte.gz'), gzipSync(labels));
    return place;
  }

  it('pairs images with labels', () => {
    const set = new data.MNIST(mnist(small, idx([2], [7, 3])));
    expect(set.length).toBe(2);
    expect(set.labels.dtype).toBe('int64');
    expect(set.getItem(1).map((x) => x.tolist())).toEqual([
      [
        [6, 7, 8],
        [9, 10, 255],
      ],
      3,
    ]);
  });

  it('refuses counts that disagree', () => {
    expect(() => new data.MNIST(mnist(small, idx([3], [1, 2, 3])))).toThrow(/holds 2 images .* 3 labels/);
  });

  it('refuses a label that is no digit', () => {
    expect(() => new data.MNIST(mnist(small, idx([2], [1, 10])))).toThrow(/label 10 at offset 9, expected 0 to 9/);
  });
});
