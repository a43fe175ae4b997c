// Worker threads that are started, terminated and abandoned at any point: no crash, no hang, memory comes back.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getNumThreads, matmul, ones, setNumThreads } from 'flambeau';
import { describe, expect, test } from 'vitest';
import { addonFile, run } from './child.ts';

describe('workers', () => {
  test('end at random points, also in a kernel', () => {
    const { status, signal, errors } = run('storm', ['24']);
    expect({ status, signal, errors }).toEqual({ status: 0, signal: null, errors: '' });
  });

  test.each(['1', '2'])('process.exit() with kernels under way on %s threads', (threads) => {
    const { status, signal, errors } = run('exit', [threads]);
    expect({ status, signal, errors }).toEqual({ status: 7, signal: null, errors: '' });
  });

  test('that load the addon one after the other share its memory', () => {
    const { status, output } = run('reload');
    expect(status).toBe(0);
    const { samples } = JSON.parse(output) as { samples: number[] };
    const [first = 0, last = 0] = [samples[1], samples.at(-1)];
    // Each worker took 128 MiB: left behind by six of them, it would be six times as much.
    expect(last - first).toBeLessThan(160 << 20);
  });
});

test('two copies of the addon live side by side and refuse each other’s storages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flambeau-'));
  try {
    const copyPath = join(folder, 'copy.node');
    copyFileSync(addonFile, copyPath);
    const require = createRequire(import.meta.url);
    const copy = require(copyPath);
    const own = require(addonFile);
    const stranger = copy.allocate(64, 1);
    expect(() => own.read(stranger, 0, new Uint8Array(1))).toThrow(TypeError);
    expect(() => own.release(stranger)).toThrow(TypeError);
    copy.read(stranger, 0, new Uint8Array(64));
    expect(matmul(ones(2, 3), ones(3, 2)).tolist()).toEqual([
      [3, 3],
      [3, 3],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('setNumThreads', () => {
  test('does not change results', () => {
    const before = getNumThreads();
    const compute = () => matmul(ones(300, 257).mul(0.1), ones(257, 123)).sum().item();
    const results = [1, 2, 3, 7, 256].map((count) => {
      setNumThreads(count);
      expect(getNumThreads()).toBe(count);
      return compute();
    });
    setNumThreads(before);
    expect(new Set(results).size).toBe(1);
  });

  test.each([0, -1, 1.5, Number.NaN, 257, 2 ** 53, '2', null])('refuses %s', (count) => {
    expect(() => setNumThreads(count as number)).toThrow(/expected an integer from 1 to 256/);
  });
});
