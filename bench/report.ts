// The tables of docs/benchmarks.md: all workloads beside PyTorch's figures, one table for each number of threads.
import { readFileSync } from 'node:fs';
import { cpuInfo } from '../dist/index.js';
import { copyOf } from './copies.ts';

/** Figures of one run of a library, as a file holds them: microseconds by workload. */
export interface Figures {
  readonly peer: string;
  readonly threads: number;
  readonly us: Record<string, number>;
}

/** The best and the worst run of a workload, in microseconds. */
interface Spread {
  readonly best: number;
  readonly worst: number;
}

/** Both sides of one number of threads. */
export interface Pairing {
  readonly peer: string;
  readonly threads: number;
  readonly theirs: ReadonlyMap<string, Spread>;
  readonly ours: ReadonlyMap<string, Spread>;
}

interface Row {
  readonly name: string;
  readonly theirs: Spread;
  readonly ours: Spread;
  readonly ratio: number;
  /** Our time over that of a copy of the same bytes, where memory decides the workload. */
  readonly copies: number | null;
}

/** All runs by number of threads, from few to many. @throws Error where those of one library are missing */
export function merged(files: readonly Figures[]): Pairing[] {
  const isOurs = ({ peer }: Figures) => peer.startsWith('flambeau');
  return [...new Set(files.map((file) => file.threads))]
    .sort((a, b) => a - b)
    .map((threads) => {
      const runs = files.filter((file) => file.threads === threads);
      const [theirs, ours] = [runs.filter((file) => !isOurs(file)), runs.filter(isOurs)];
      const [first] = theirs;
      if (first === undefined || ours.length === 0) {
        throw new Error(
          `a report needs runs of both libraries, and has ${theirs.length} and ${ours.length} with ${threads} threads`,
        );
      }
      return { peer: first.peer, threads, theirs: spreads(theirs), ours: spreads(ours) };
    });
}

function spreads(runs: readonly Figures[]): Map<string, Spread> {
  const all = new Map<string, Spread>();
  for (const { us } of runs) {
    for (const [name, time] of Object.entries(us)) {
      const { best, worst } = all.get(name) ?? { best: time, worst: time };
      all.set(name, { best: Math.min(best, time), worst: Math.max(worst, time) });
    }
  }
  return all;
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
  return `# Benchmarks

Microseconds of a call, flambeau ${version()} against ${pairings[0]?.peer}. ${model}, ${processors} processors, kernels
for ${isa}, Node ${process.versions.node}. Both libraries run in turns, family by family, so that a disturbance of the
machine meets both; a figure is the best run, and a run the best of three medians of repeated calls. The spread is how
far the worst run lies above the best, for PyTorch and for flambeau: a difference below it says nothing. Above 1 flambeau
is faster. The last column is our time over that of a plain copy of as many bytes (\`clone()\`), for operators that memory
could decide.

Printed by \`npm run --silent bench -- --report FILE ...\` from the files of all runs, each
\`{"peer", "threads", "us": {workload: microseconds}}\`; ours are printed by \`--threads N --filter FAMILY --json\`.

${pairings.map(section).join('\n')}`;
}

function section({ threads, theirs, ours }: Pairing): string {
  const rows = [...ours].flatMap(([name, spread]): Row[] => {
    const their = theirs.get(name);
    if (their === undefined) return [];
    const copy = ours.get(copyOf(name) ?? '');
    const copies = copy === undefined ? null : spread.best / copy.best;
    return [{ name, theirs: their, ours: spread, ratio: their.best / spread.best, copies }];
  });
  const families = [...new Set(rows.map(familyOf))];
  const means = families.map((family) => `${family} ${mean(rows.filter((row) => familyOf(row) === family))}`);
  const slower = rows.filter(({ ratio }) => ratio < 1).length;
  return `## ${threads === 1 ? 'One thread' : `${threads} threads`}

Geometric mean of the ratio: ${mean(rows)} over ${rows.length} workloads (${means.join(', ')}). Slower than PyTorch: ${slower}.

| workload | PyTorch | flambeau | spread | ratio | copies |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.map(line).join('\n')}
`;
}

const familyOf = ({ name }: Row) => name.split('/')[0] ?? name;
const mean = (rows: readonly Row[]) => geometricMean(rows.map(({ ratio }) => ratio)).toFixed(2);

const percent = ({ best, worst }: Spread) => Math.round((100 * (worst - best)) / best);

function line({ name, theirs, ours, ratio, copies }: Row): string {
  const spread = `${percent(theirs)} / ${percent(ours)} %`;
  const times = [theirs, ours].map(({ best }) => best.toFixed(1));
  return `| ${[`\`${name}\``, ...times, spread, ratio.toFixed(2), copies?.toFixed(2) ?? ''].join(' | ')} |`;
}
