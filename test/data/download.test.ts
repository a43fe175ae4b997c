// Downloads from a server in this process: whole, resumed, refused, with a wrong sum.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { data } from 'flambeau';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'flambeau-download-'));
const files = new Map<string, Buffer>();
const ranges: (string | undefined)[] = [];
let url = '';
let breakAfter: number | null = null;

const server = createServer((request, response) => {
  const content = files.get(request.url?.slice(1) ?? '');
  const { range } = request.headers;
  ranges.push(range);
  if (content === undefined) return void response.writeHead(404).end();
  const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  if (range && start >= content.length) return void response.writeHead(416).end();
  const rest = content.subarray(start);
  response.writeHead(range ? 206 : 200, { 'content-length': rest.length });
  if (breakAfter === null) return void response.end(rest);
  response.write(rest.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 50));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

function idx(shape: readonly number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x800 | shape.length);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return gzipSync(Buffer.concat([header, values]));
}

const sumOf = (content: Buffer, algorithm = 'md5') => createHash(algorithm).update(content).digest('hex');
const images = idx(
  [3, 28, 28],
  new Uint8Array(3 * 784).map((_, i) => (i * 97) % 251),
);
const labels = idx([3], Uint8Array.of(4, 0, 9));
files.set('train-images-idx3-ubyte.gz', images);
files.set('train-labels-idx1-ubyte.gz', labels);

class Small extends data.FashionMNIST {
  static override readonly resources = [
    { name: 'train-images-idx3-ubyte.gz', sum: sumOf(images) },
    { name: 'train-labels-idx1-ubyte.gz', sum: sumOf(labels, 'sha256') },
  ];
}

describe('download', () => {
  it('fetches what is missing, once', async () => {
    const folder = join(root, 'whole');
    ranges.length = 0;
    const seen: number[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => seen.push(done / total);
    const set = await Small.load(folder, { download: true, url, onProgress });
    expect(set.labels.tolist()).toEqual([4, 0, 9]);
    expect(seen.at(-1)).toBe(1);
    await Small.load(folder, { download: true, url });
    expect(ranges).toEqual([undefined, undefined]);
    expect(data.FashionMNIST.classes[9]).toBe('Ankle boot');
  });

  it('goes on where it was broken off', async () => {
    const folder = join(root, 'resumed');
    const part = join(folder, 'train-images-idx3-ubyte.gz.part');
    breakAfter = 100;
    await expect(Small.load(folder, { download: true, url })).rejects.toThrow(/broke off at offset 100/);
    expect([statSync(part).size, existsSync(part.slice(0, -5))]).toEqual([100, false]);
    breakAfter = null;
    ranges.length = 0;
    expect((await Small.load(folder, { download: true, url })).length).toBe(3);
    expect(ranges[0]).toBe('bytes=100-');
    expect(existsSync(part)).toBe(false);
  });

  it('takes a part that is whole already', async () => {
    const folder = mkdtempSync(join(root, 'part-'));
    writeFileSync(join(folder, 'train-images-idx3-ubyte.gz.part'), images);
    expect((await Small.load(folder, { download: true, url })).length).toBe(3);
  });

  it('throws away what has another sum', async () => {
    class Other extends Small {
      static override readonly resources = [{ name: 'train-images-idx3-ubyte.gz', sum: '0'.repeat(32) }] as never;
    }
    const folder = join(root, 'sum');
    await expect(Other.load(folder, { download: true, url })).rejects.toThrow(
      /the sum .* is [0-9a-f]{32}, expected 000/,
    );
    expect(existsSync(join(folder, 'train-images-idx3-ubyte.gz.part'))).toBe(false);
  });

  it('says what servers answer', async () => {
    await expect(data.CIFAR10.load(join(root, 'none'), { download: true, url })).rejects.toThrow(/answers 404/);
    await expect(data.CIFAR10.load(join(root, 'none'), { download: true, url: 'http://127.0.0.1:1' })).rejects.toThrow(
      /cannot be reached/,
    );
    await expect(Small.load(join(root, 'none'), { url })).rejects.toThrow(/no such file/);
    const options = { download: true, url, signal: AbortSignal.abort() };
    await expect(Small.load(join(root, 'none'), options)).rejects.toThrow(/aborted/);
  });

  it('takes files out of archives', async () => {
    const entry = (name: string, content: Buffer) => {
      const header = Buffer.alloc(512);
      header.write(name);
      header.write(content.length.toString(8).padStart(11, '0'), 124);
      return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
    };
    const record = Buffer.concat([Buffer.from([1, 42]), Buffer.alloc(3072, 9)]);
    const archive = gzipSync(
      Buffer.concat([
        entry('cifar-100-binary/train.bin', record),
        entry('../../cifar/test.bin', record),
        Buffer.alloc(1024),
      ]),
    );
    files.set('cifar-100-binary.tar.gz', archive);
    class Small100 extends data.CIFAR100 {
      static override readonly archive = { name: 'cifar-100-binary.tar.gz', sum: sumOf(archive) };
    }
    const set = await Small100.load(join(root, 'cifar'), { download: true, url });
    expect(set.labels.tolist()).toEqual([42]);
  });
});
