// The tables of docs/benchmarks.md: all workloads beside PyTorch's figures, one table for each number of threads.
import { readFileSync } from 'node:fs';
import { cpuInfo } from '../dist/index.js';
import type { Spread } from './measure.ts';

/** Figures of a library as a file holds them: microseconds by workload. */
export interface Figures {
  readonly peer: string;
  readonly threads: number;
  readonly us: Record<string, number>;
}

/** Both sides of one number of threads. */
export interface Pairing {
  readonly theirs: Figures;
  readonly ours: ReadonlyMap<string, Spread>;
}

interface Row {
  readonly name: string;
  readonly theirs: number;
  readonly ours: Spread;
  readonly ratio: number;
}

export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The whole page. */
export function report(pairings: readonly Pairing[]): string {
  const { model, isa, processors } = cpuInfo();
  const peer = pairings[0]?.theirs.peer ?? 'nothing';
  return `# Benchmarks

Microseconds of a call, flambeau ${version()} against ${peer}. ${model}, ${processors} processors, kernels for ${isa},
Node ${process.versions.node}. Both sides take the median of repeated calls and of that the best of three rounds, one
library after the other. The spread is how far the worst of our rounds lies above the best: a difference below it says
nothing. Above 1 flambeau is faster.

Printed by \`npm run --silent bench -- --report FILE ...\`; the files hold PyTorch's figures,
\`{"peer", "threads", "us": {workload: microseconds}}\`, one for each number of threads.

${pairings.map(section).join('\n')}`;
}

function section({ theirs, ours }: Pairing): string {
  const rows = [...ours].flatMap(([name, spread]): Row[] => {
    const us = theirs.us[name];
    return us === undefined ? [] : [{ name, theirs: us, ours: spread, ratio: us / spread.best }];
  });
  const families = [...new Set(rows.map(familyOf))];
  const means = families.map((family) => `${family} ${mean(rows.filter((row) => familyOf(row) === family))}`);
  const slower = rows.filter(({ ratio }) => ratio < 1).length;
  const title = theirs.threads === 1 ? 'One thread' : `${theirs.threads} threads`;
  return `## ${title}

Geometric mean of the ratio: ${mean(rows)} over ${rows.length} workloads (${means.join(', ')}). Slower than PyTorch: ${slower}.

| workload | PyTorch | flambeau | spread | ratio |
| --- | ---: | ---: | ---: | ---: |
${rows.map(line).join('\n')}
`;
}

const familyOf = ({ name }: Row) => name.split('/')[0] ?? name;
const mean = (rows: readonly Row[]) => geometricMean(rows.map(({ ratio }) => ratio)).toFixed(2);

function line({ name, theirs, ours, ratio }: Row): string {
  const spread = Math.round((100 * (ours.worst - ours.best)) / ours.best);
  const cells = [`\`${name}\``, theirs.toFixed(1), ours.best.toFixed(1), `${spread} %`, ratio.toFixed(2)];
  return `| ${cells.join(' | ')} |`;
}
