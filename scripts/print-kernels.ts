// Prints lib/native/kernels.gen.ts from the kernels that the built addon has; --check only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addon, type KernelDescription } from '../lib/native/addon.ts';

const path = fileURLToPath(new URL('../lib/native/kernels.gen.ts', import.meta.url));

interface Parameter {
  readonly name: string;
  readonly kind: string;
  readonly optional: boolean;
}

function parametersOf(kernel: KernelDescription): Parameter[] {
  return kernel.parameters.split(' ').map((word, i) => ({
    name: word.replace('?', ''),
    kind: kernel.kinds[i] ?? '',
    optional: word.endsWith('?'),
  }));
}

const types: Record<string, string> = {
  e: 'Located',
  w: 'Located',
  s: 'Located',
  o: 'Located',
  n: 'number',
  l: 'readonly number[]',
};

function typeOf({ kind, optional }: Parameter): string {
  return `${types[kind]}${optional ? ' | null' : ''}`;
}

function print(kernel: KernelDescription, index: number, everyDtype: number): string {
  const parameters = parametersOf(kernel);
  const storages = parameters.filter(({ kind }) => types[kind] === 'Located');
  const numbers = parameters.filter(({ kind }) => types[kind] !== 'Located');
  const typed = kernel.dtypes.length < everyDtype;
  const dtype = typed ? kernel.dtypes.map((name) => `'${name}'`).join(' | ') : 'Dtype';
  const signature = [`dtype: ${dtype}`, ...parameters.map((p) => `${p.name}: ${typeOf(p)}`)].join(', ');
  const lines = [
    `export function ${safeName(kernel.name)}(${signature}): ${kernel.returnsNumber ? 'number' : 'void'} {`,
  ];
  storages.forEach(({ name, optional }, i) => {
    lines.push(`  block[${i}] = ${optional ? `${name} === null ? 0 : byteOffset(${name})` : `byteOffset(${name})`};`);
  });
  const lists = numbers.some(({ kind }) => kind === 'l');
  numbers.forEach(({ name, kind }, i) => {
    const at = storages.length + i;
    if (!lists) lines.push(`  block[${at}] = numeric(${name});`);
    else if (i === 0)
      lines.push(`  let at = ${kind === 'l' ? `putList(${at}, ${name})` : `putNumber(${at}, ${name})`};`);
    else
      lines.push(`  ${i === numbers.length - 1 ? '' : 'at = '}${kind === 'l' ? 'putList' : 'putNumber'}(at, ${name});`);
  });
  if (lists && numbers.length === 1) {
    lines.pop();
    lines.push(`  putList(${storages.length}, ${numbers[0]?.name});`);
  }
  const handles = storages.map(({ name, optional }) =>
    optional ? `${name} === null ? null : ${name}.storage.handle` : `${name}.storage.handle`,
  );
  const code = `${index * 16} + factsOf(dtype).code`;
  lines.push(`  ${kernel.returnsNumber ? 'return ' : ''}call(${[code, ...handles].join(', ')});`, '}');
  return lines.join('\n');
}

// The one kernel whose name JavaScript reserves.
function safeName(name: string): string {
  return name === 'var' ? 'variance' : name;
}

// The operators that come from a list of formulas: their tables in TypeScript must have an entry for each.
function namesWith(parameters: string): string {
  return kernels
    .filter((kernel) => kernel.parameters === parameters)
    .map(({ name }) => `'${name}'`)
    .join(' | ');
}

const kernels = addon.kernels();
const everyDtype = 10;
const text = `// Generated from native/kernels.inc by \`npm run generate\`. Do not edit.
import { type Dtype, factsOf } from '../dtype.ts';
import { ArgumentTypeError, describe } from '../errors.ts';
import { addon } from './addon.ts';
import type { Storage } from './storage.ts';

/** Elements in a storage: what a kernel is given in place of a pointer. */
export interface Located {
  readonly storage: Storage;
  readonly offset: number;
  readonly dtype: Dtype;
}

/** Operators of native/kernels/unary.inc whose result is no mask. */
export type UnaryName = ${namesWith('x y shape xStrides yStrides')};

/** Operators of native/kernels/binary.inc. */
export type BinaryName = ${namesWith('x y out shape xStrides yStrides outStrides')};

const { block, call } = addon;

function byteOffset(x: Located): number {
  return x.storage.begin + x.offset * factsOf(x.dtype).bytes;
}

// An object in place of a number would run its valueOf() while the block is being written.
function numeric(value: number): number {
  if (typeof value === 'number') return value;
  throw new ArgumentTypeError(\`expected a number, got \${describe(value)}\`);
}

function putNumber(at: number, value: number): number {
  block[at] = numeric(value);
  return at + 1;
}

function putList(at: number, values: readonly number[]): number {
  block[at] = values.length;
  for (let i = 0; i < values.length; i++) block[at + 1 + i] = numeric(values[i] ?? 0);
  return at + 1 + values.length;
}

${kernels.map((kernel, i) => print(kernel, i, everyDtype)).join('\n\n')}
`;

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error('lib/native/kernels.gen.ts is stale: run `npm run generate`');
    process.exit(1);
  }
} else {
  writeFileSync(path, text);
}
