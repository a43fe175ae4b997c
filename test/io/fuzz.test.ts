// A short run of scripts/fuzz-io.ts: damaged files load or are refused, nothing else.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it.each(['safetensors', 'torch', 'pickle', 'zip'])(
  '%s files that are damaged are refused',
  (target) => {
    const script = fileURLToPath(new URL('../../scripts/fuzz-io.ts', import.meta.url));
    const result = spawnSync(process.execPath, ['--import', 'tsx', script, target, '1', '42'], { encoding: 'utf8' });
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/files, \d+ loaded/);
  },
  60_000,
);
