// Runs clang-format over all C++ of the repository: `clang-format.mjs -i`, or `--dry-run --Werror` to check.
// Calls the npm package's binary itself, which its own launcher can do for a few files only.
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packageFolder = dirname(createRequire(import.meta.url).resolve('clang-format-node/package.json'));
const suffix = process.platform === 'win32' ? '.exe' : '';
const binary = join(packageFolder, 'bin', `cfn-${process.platform}-${process.arch}`, `clang-format${suffix}`);

const files = ['native', join('test', 'native')].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(h|cc|inc)$/.test(path))
    .map((path) => join(folder, path)),
);

// An installation without scripts leaves the binary without its execute permission.
try {
  chmodSync(binary, 0o755);
} catch {}
const result = spawnSync(binary, [...process.argv.slice(2), ...files], { cwd: root, stdio: 'inherit' });
if (result.error !== undefined) throw result.error;
process.exitCode = result.status ?? 1;
