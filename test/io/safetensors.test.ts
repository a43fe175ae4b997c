// What io.save writes, read back by the format's description.
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
    10: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    2: { dtype: 'I64', shape: [], data_offsets: [16, 24] },
    b: { dtype: 'BOOL', shape: [2], data_offsets: [24, 26] },
  });
  expect(file.length).toBe(8 + length + 26);
  expect([0, 4, 8, 12].map((i) => file.readFloatLE(8 + length + i))).toEqual([1, 3, 2, 4]);
});

it('leaves nothing behind when it fails', async () => {
  const bad = new Map([['x', {} as Tensor]]);
  await expect(io.save(bad, join(folder, 'b.safetensors'))).rejects.toThrow(/'x' must be a Tensor, got Object/);
  await expect(io.save(new Map(), join(folder, 'no', 'where'))).rejects.toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual(['a.safetensors']);
});
