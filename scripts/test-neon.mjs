// Compiles the native tests, and with them all kernels, for 64-bit Arm, and runs them in an emulator. Needs Debian's
// g++-aarch64-linux-gnu, qemu-user, cmake and ninja.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import headers from 'node-api-headers';

const require = createRequire(import.meta.url);
const include = [headers.include_dir, require('node-addon-api').include_dir];
const build = 'build/neon';

const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });

run(
  'cmake',
  ...['-G', 'Ninja', '-S', '.', '-B', build, '--toolchain', 'test/native/aarch64.cmake'],
  ...['-DCMAKE_BUILD_TYPE=Release', `-DCMAKE_JS_INC=${include.join(';')}`],
);
run('cmake', '--build', build, '--target', 'native_tests');
run('ctest', '--test-dir', build, '--output-on-failure', '--exclude-regex', 'symbols');
