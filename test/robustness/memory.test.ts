// Memory: flat in a loop that never returns to the event loop, limited on request, given back early on request.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  DisposedError,
  full,
  memoryStats,
  nn,
  OutOfMemoryError,
  ones,
  setMemoryLimit,
  type Tensor,
  trimMemory,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';
import { run } from './child.ts';

test('stays flat over 10,000 synchronous training steps', () => {
  const { status, output } = run('steps', ['10000']);
  expect(status).toBe(0);
  const { samples } = JSON.parse(output) as { samples: number[] };
  // One step makes about 100 kB of tensors; kept, they would be a gigabyte.
  expect((samples.at(-1) ?? 0) - (samples[1] ?? 0)).toBeLessThan(32 << 20);
});

describe('setMemoryLimit', () => {
  test('turns exhaustion into an error, and leaves nothing behind', () => {
    const { limit } = memoryStats();
    const kept = ones(1000);
    const before = memoryStats().live;
    try {
      setMemoryLimit(before + (8 << 20));
      const held: Tensor[] = [];
      let error: unknown = null;
      try {
        for (let i = 0; i < 100; i++) held.push(zeros(1 << 18));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(OutOfMemoryError);
      const { code, requestedBytes, availableBytes } = error as OutOfMemoryError;
      expect(code).toBe('ERR_OUT_OF_MEMORY');
      expect(requestedBytes).toBe(1 << 20);
      expect(availableBytes).toBeLessThan(requestedBytes);
      for (const x of held) x.dispose();
      expect(memoryStats().live).toBeLessThanOrEqual(before);
      expect(zeros(1 << 18).numel()).toBe(1 << 18);
      expect(kept.sum().item()).toBe(1000);
    } finally {
      setMemoryLimit(limit);
    }
  });

  test('refuses a size that no machine has, without touching what is there', () => {
    const x = ones(4);
    expect(() => zeros(2 ** 40, 2 ** 8)).toThrow(OutOfMemoryError);
    expect(x.sum().item()).toBe(4);
  });

  test.each([-1, Number.NaN, '5', null, undefined])('refuses %s', (bytes) => {
    expect(() => setMemoryLimit(bytes as number)).toThrow(/expected a number of bytes/);
  });
});

describe('memoryStats', () => {
  test('counts live bytes up and down, and the peak', () => {
    const before = memoryStats();
    const x = zeros(1 << 20);
    const during = memoryStats();
    expect(during.peak).toBeGreaterThanOrEqual(during.live);
    x.dispose();
    const after = memoryStats();
    expect(after.live).toBeLessThan(during.live);
    expect(after.collections).toBeGreaterThanOrEqual(before.collections);
    trimMemory();
    expect(memoryStats().pooled).toBe(0);
  });
});

describe('trimMemory', () => {
  test.each([
    ['blocks of one region', 1 << 20, 128],
    ['blocks with a region each', 64 << 20, 2],
  ])('gives %s back to the system, to be used again', (_, bytes, count) => {
    const filled = (value: number) => Array.from({ length: count }, () => full([bytes / 4], value));
    for (const x of filled(1)) x.dispose();
    const before = process.memoryUsage().rss;
    trimMemory();
    expect(before - process.memoryUsage().rss).toBeGreaterThan((bytes * count) / 2);
    for (const x of filled(2)) {
      expect(x.sum().item()).toBe(2 * (bytes / 4));
      x.dispose();
    }
  });
});

test('stays flat in a loop whose tensors outlive young collections', () => {
  const bytes = 64 << 20;
  let highest = 0;
  for (let i = 0; i < 16; i++) {
    const x = zeros(bytes / 4);
    x.abs().sum();
    highest = Math.max(highest, memoryStats().live);
  }
  expect(highest).toBeLessThan(10 * bytes);
});

describe('small storages', () => {
  test('share a block, of which a kept one holds back 32 times its size at most', () => {
    const before = memoryStats().live;
    const kept: Tensor[] = [];
    for (let i = 0; i < 2000; i++) {
      for (let j = 0; j < 40; j++) zeros(4);
      kept.push(zeros(4));
    }
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    expect(memoryStats().live - before).toBeLessThanOrEqual(kept.length * 32 * 64 + (1 << 16));
    expect(kept.every((x) => x.sum().item() === 0)).toBe(true);
  });

  test('of narrow types leave their neighbours alone', () => {
    // Bits that are a signalling NaN in float16, which converting there and back would change.
    const neighbours = Array.from({ length: 8 }, () => [
      full([3], 0x7d01, { dtype: 'int16' }),
      ones(3, { dtype: 'float16' }),
    ]);
    for (const [, x] of neighbours) x?.add_(1);
    for (const [bits, x] of neighbours) {
      expect(bits?.tolist()).toEqual([0x7d01, 0x7d01, 0x7d01]);
      expect(x?.tolist()).toEqual([2, 2, 2]);
    }
  });
});

describe('dispose', () => {
  test('twice is once', () => {
    const x = ones(3);
    x.dispose();
    x.dispose();
    expect(x.isDisposed).toBe(true);
    expect(x.shape).toEqual([3]);
  });

  const uses: Record<string, (x: Tensor) => unknown> = {
    add: (x) => x.add(1),
    view: (x) => x.view(4).sum(),
    item: (x) => x.sum().item(),
    tolist: (x) => x.tolist(),
    copy_: (x) => ones(2, 2).copy_(x),
    inPlace: (x) => x.add_(1),
    matmul: (x) => x.matmul(ones(2, 2)),
    linear: (x) => new nn.Linear(2, 2).forward(x),
  };
  test.each(Object.entries(uses))('makes %s throw', (_name, use) => {
    const x = ones(2, 2);
    x.dispose();
    expect(() => use(x)).toThrow(DisposedError);
  });

  test('reaches views', () => {
    const x = ones(2, 2);
    const row = x.select(0, 0);
    x.dispose();
    expect(() => row.sum()).toThrow(DisposedError);
  });
});

test('lists longer than the heap, and what is made of lists, end in errors', () => {
  const limits = { NODE_OPTIONS: '--max-old-space-size=512', FLAMBEAU_MEMORY_LIMIT: String(512 << 20) };
  const { status, output, errors } = run('lists', [], limits);
  expect([status, errors]).toEqual([0, '']);
  const lines = output.trim().split('\n');
  expect(lines.length).toBe(15);
  expect(lines.filter((line) => !line.endsWith(': OutOfMemoryError'))).toEqual([]);
});
