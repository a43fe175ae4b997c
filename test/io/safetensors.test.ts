// safetensors files: what is written by the format's description, what is read of the reference implementation.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Tensor, tensor } from 'flambeau';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'flambeau-io-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('writes header and bytes', async () => {
  const path = join(folder, 'a.safetensors');
  const tensors = new Map<string, Tensor>([
    [
      '10',
      tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { dtype: 'float32' },
      ).t(),
    ],
    ['2', tensor(7)],
    ['b', tensor([true, false])],
  ]);
  await io.save(tensors, path);
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE());
  expect(length % 8).toBe(0);
  expect(JSON.parse(file.subarray(8, 8 + length).toString())).toEqual({
    10: { dtype: 'F32', shape: [2, 2], data_offsets: [8, 24] },
    2: { dtype: 'I64', shape: [], data_offsets: [0, 8] },
    b: { dtype: 'BOOL', shape: [2], data_offsets: [24, 26] },
  });
  expect(file.length).toBe(8 + length + 26);
  expect([8, 12, 16, 20].map((i) => file.readFloatLE(8 + length + i))).toEqual([1, 3, 2, 4]);
});

it('reads what the reference implementation wrote', async () => {
  const path = new URL('fixtures/plain.safetensors', import.meta.url);
  const file = (await io.load(path)) as io.TensorFile;
  const contents = Object.fromEntries([...file].map(([name, x]) => [name, [x.dtype, x.tolist()]]));
  expect(contents).toEqual({
    b: [
      'float32',
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
      ],
    ],
    a: ['int64', [1, 2]],
    é: ['bool', [true, false, true]],
    0: ['uint8', 3],
    none: ['float32', []],
  });
  expect(file.get('none')?.shape).toEqual([0, 2]);
  expect(file.metadata).toEqual(
    new Map([
      ['format', 'pt'],
      ['note', 'two\nlines'],
    ]),
  );
  const again = join(folder, 'again.safetensors');
  await io.save(file, again, { metadata: file.metadata });
  const copy = (await io.load(again)) as io.TensorFile;
  expect([...copy.keys()]).toEqual([...file.keys()]);
  for (const [name, x] of file) expect(copy.get(name)?.equal(x)).toBe(true);
  expect(copy.metadata).toEqual(file.metadata);
  rmSync(again);
});

it('leaves nothing behind when it fails', async () => {
  const bad = new Map([['x', {} as Tensor]]);
  await expect(io.save(bad, join(folder, 'b.safetensors'))).rejects.toThrow(/'x' must be a Tensor, got Object/);
  await expect(io.save(new Map(), join(folder, 'no', 'where.safetensors'))).rejects.toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual(['a.safetensors']);
});
