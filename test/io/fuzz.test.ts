// A short run of scripts/fuzz: damaged files of every format load or are refused, nothing else.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('damaged files of every format are refused', () => {
  const script = fileURLToPath(new URL('../../scripts/fuzz/index.ts', import.meta.url));
  const result = spawnSync(process.execPath, ['--import', 'tsx', script, 'all', '1', '42'], { encoding: 'utf8' });
  expect(result.stderr).toBe('');
  expect(result.stdout.trim().split('\n')).toEqual(
    ['safetensors', 'torch', 'pickle', 'zip', 'idx', 'idx.gz', 'netpbm', 'cifar', 'csv', 'parquet', 'tar'].map((name) =>
      expect.stringMatching(new RegExp(`^${name}: \\d+ files, \\d+ loaded`)),
    ),
  );
}, 60_000);
