// Writes docs/coverage.md: every public name of PyTorch, and whether it is here. `--check` compares instead.
import { readFileSync, writeFileSync } from 'node:fs';
import * as flambeau from '../lib/index.ts';
import { isOpen, reasonFor, renames } from './coverage-rules.ts';

const path = new URL('../docs/coverage.md', import.meta.url);
const names: Record<string, string> = JSON.parse(
  readFileSync(new URL('./pytorch-names.json', import.meta.url), 'utf8'),
);

const { nn, optim, autograd, data, func, linalg, special, Tensor, io } = flambeau;

/** Where the names of a namespace of PyTorch are looked for, in this order. */
const places: Record<string, readonly object[]> = {
  nn: [nn],
  'nn.Module': [new nn.Module()],
  'nn.functional': [nn.functional],
  'nn.grad': [nn.grad],
  'nn.init': [nn.init],
  'nn.utils': [nn.utils],
  'nn.utils.rnn': [nn.utils.rnn],
  'nn.utils.parametrize': [nn.utils.parametrize],
  'nn.utils.parametrizations': [nn.utils.parametrizations],
  'nn.utils.prune': [nn.utils.prune],
  Tensor: [flambeau.zeros(1), Tensor.prototype],
  torch: [flambeau, io, autograd],
  linalg: [linalg],
  special: [special],
  optim: [optim],
  'optim.lr_scheduler': [optim.lrScheduler],
  'optim.swa_utils': [optim.swaUtils],
  autograd: [autograd, flambeau],
  'autograd.functional': [autograd.functional],
  'autograd.graph': [autograd.graph],
  func: [func],
  'utils.data': [data],
};

interface Row {
  /** PyTorch's name. */
  readonly name: string;
  /** This library's, if it is there. */
  readonly own: string | null;
  /** Why it is not meant to be there. */
  readonly reason: string | null;
}

const camelCase = (name: string) => name.replace(/(?<=.)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function rowOf(space: string, name: string): Row {
  const own = renames[`${space}.${name}`] ?? camelCase(name);
  const there = (places[space] ?? []).some((place) => own in place);
  return { name, own: there ? own : null, reason: there ? null : reasonFor(space, name) };
}

/** Every name of PyTorch, by namespace. */
export const coverage: ReadonlyMap<string, readonly Row[]> = new Map(
  Object.entries(names).map(([space, list]) => [space, list.split(' ').map((name) => rowOf(space, name))]),
);

/** Names that are neither here nor left out by a rule nor known to be missing. */
export function missing(): string[] {
  return [...coverage].flatMap(([space, rows]) =>
    rows
      .filter(({ own, reason }) => own === null && reason === null)
      .map(({ name }) => `${space}.${name}`)
      .filter((name) => !isOpen(name)),
  );
}

function wrapped(list: readonly string[], indent = ''): string {
  const lines: string[] = [];
  for (const word of list) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 118) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length > 0 ? indent + word : word);
  }
  return lines.join('\n');
}

const titleOf = (space: string) => (space === 'torch' ? 'torch' : `torch.${space}`);

function section(space: string, rows: readonly Row[]): string {
  const here = rows.filter(({ own }) => own !== null);
  const groups = new Map<string, Row[]>();
  for (const row of rows.filter(({ own }) => own === null)) {
    const reason = row.reason ?? 'not written';
    groups.set(reason, [...(groups.get(reason) ?? []), row]);
  }
  const list = here.map(({ own }) => `\`${own}\``);
  const out = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const reasons = out.map(([reason, left]) =>
    wrapped(`- ${reason}: ${left.map(({ name }) => `\`${name}\``).join(', ')}`.split(' '), '  '),
  );
  const title = titleOf(space);
  space === 'Tensor' || space === 'torch' ? (space === 'torch' ? 'torch' : 'torch.Tensor') : `torch.${space}`;
  return [
    `## ${title}`,
    wrapped(list.join(', ').split(' ')),
    ...(reasons.length > 0 ? ['Not here:', reasons.join('\n')] : []),
  ].join('\n\n');
}

function table(): string {
  const counts = [...coverage].map(([space, all]) => {
    const here = all.filter(({ own }) => own !== null).length;
    const out = all.filter(({ own, reason }) => own === null && reason !== null).length;
    return [titleOf(space), ...[all.length, here, out, all.length - here - out].map(String)];
  });
  const rows = [['namespace', 'PyTorch 2.6', 'here', 'left out', 'not written'], ...counts];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [head = [], ...body] = rows;
  return [line(head), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/** The text of docs/coverage.md. */
export function document(): string {
  const sections = [...coverage].map(([space, rows]) => section(space, rows));
  const head = `# Coverage

Every public name of PyTorch 2.6, in the spelling of this library, and why the others are left out. Written by
\`npm run coverage\`; the rules are in \`scripts/coverage-rules.ts\`.`;
  return `${[head, table(), ...sections].join('\n\n')}\n`;
}

if (process.argv[1]?.endsWith('coverage.ts')) {
  if (!process.argv.includes('--check')) writeFileSync(path, document());
  else if (readFileSync(path, 'utf8') !== document()) {
    console.error('docs/coverage.md is stale: run `npm run coverage`');
    process.exitCode = 1;
  }
}
