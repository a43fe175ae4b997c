// The benchmark's command line: measures workloads, prints them as JSON or beside the figures of another library.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { manualSeed, setNumThreads } from '../dist/index.js';
import { workloads as conv2d } from './conv2d.ts';
import { copiesBeside } from './copies.ts';
import { workloads as gemm } from './gemm.ts';
import { measureAll, type Workloads } from './measure.ts';
import { workloads as pointwise } from './pointwise.ts';
import { workloads as pooling } from './pooling.ts';
import { type Figures, geometricMean, merged, report, version } from './report.ts';
import { workloads as train } from './train.ts';

const compared: Workloads = { ...gemm, ...conv2d, ...pooling, ...pointwise, ...train };
const all: Workloads = { ...compared, ...copiesBeside(Object.keys(compared)) };

const usage = `usage: npm run --silent bench -- [--threads N] [--filter PREFIX] [--json] [--compare FILE] [--report FILE ...]
  --threads N       threads that a kernel may use; default 1
  --filter PREFIX   only workloads whose names begin so
  --json            print {"peer", "threads", "us": {workload: microseconds}}
  --compare FILE    print the ratios to such a file; above 1 flambeau is faster
  --report FILE     such files of both libraries, any number of runs: print the tables of docs/benchmarks.md`;

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    filter: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    compare: { type: 'string' },
    report: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(usage);
} else if (options.report !== undefined) {
  console.log(report(merged(options.report.map(figuresFrom))));
} else {
  const ours = figures(Number(options.threads), options.filter);
  if (options.compare !== undefined) compare(figuresFrom(options.compare), ours);
  else if (options.json) console.log(JSON.stringify(ours, null, 1));
  else
    for (const [name, us] of Object.entries(ours.us))
      console.log(`${name.padEnd(52)} ${us.toFixed(1).padStart(10)} us`);
}

function figuresFrom(file: string): Figures {
  return JSON.parse(readFileSync(file, 'utf8')) as Figures;
}

function figures(threads: number, prefix: string): Figures {
  setNumThreads(threads);
  manualSeed(0);
  const us: Record<string, number> = {};
  for (const [name, best] of measureAll(all, prefix)) us[name] = Math.round(best * 10) / 10;
  return { peer: `flambeau ${version()}`, threads, us };
}

function compare(theirs: Figures, ours: Figures): void {
  console.log(`${'workload'.padEnd(52)} ${theirs.peer.padStart(12)} ${ours.peer.padStart(14)}   ratio`);
  const ratios: number[] = [];
  for (const [name, us] of Object.entries(ours.us)) {
    const their = theirs.us[name];
    if (their === undefined) continue;
    ratios.push(their / us);
    console.log(
      `${name.padEnd(52)} ${their.toFixed(1).padStart(12)} ${us.toFixed(1).padStart(14)} ${(their / us).toFixed(2).padStart(7)}`,
    );
  }
  console.log(`geometric mean of ${ratios.length}: ${geometricMean(ratios).toFixed(2)}`);
}
