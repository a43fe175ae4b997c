// How the tests run: forked processes, so that a crash of the addon fails one file instead of the whole run.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { flambeau: fileURLToPath(new URL('lib/index.ts', import.meta.url)) } },
  test: { pool: 'forks', include: ['test/**/*.test.ts'], testTimeout: 60_000 },
});
