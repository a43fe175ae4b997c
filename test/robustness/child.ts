// Runs a program of test/robustness/programs in a process of its own, where it may exit, crash or be killed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a program ended. */
export interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `programs/<name>.ts` to its end. */
export function run(name: string, args: readonly string[] = [], env: Record<string, string> = {}): Outcome {
  const path = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const result = spawnSync(process.execPath, ['--import', 'tsx', path, ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 600_000,
  });
  return { status: result.status, signal: result.signal, output: result.stdout, errors: result.stderr };
}

/** The addon under test. */
export const addonFile =
  process.env.FLAMBEAU_ADDON || fileURLToPath(new URL('../../build/Release/flambeau.node', import.meta.url));
