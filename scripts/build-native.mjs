// Builds the addon with node-gyp against the headers of the package node-api-headers: nothing is fetched from nodejs.org.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import headers from 'node-api-headers';

const nodeDir = resolve('node_modules/.cache/flambeau/node');
const include = `${nodeDir}/include/node`;
mkdirSync(include, { recursive: true });
cpSync(headers.include_dir, include, { recursive: true });
cpSync('native/common.gypi', `${include}/common.gypi`);

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
const args = [nodeGyp, 'rebuild', '--jobs', '2', '--silent', `--nodedir=${nodeDir}`];
execFileSync(process.execPath, args, { stdio: 'inherit' });
