// The benchmark's command line: measures workloads, prints them as JSON or beside the figures of another library.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { manualSeed, setNumThreads } from '../dist/index.js';
import { workloads as conv2d } from './conv2d.ts';
import { workloads as gemm } from './gemm.ts';
import { measureAll, type Workloads } from './measure.ts';
import { workloads as pointwise } from './pointwise.ts';
import { workloads as pooling } from './pooling.ts';
import { workloads as train } from './train.ts';

const all: Workloads = { ...gemm, ...conv2d, ...pooling, ...pointwise, ...train };

const usage = `usage: npm run --silent bench -- [--threads N] [--filter PREFIX] [--json] [--compare FILE]
  --threads N       threads that a kernel may use; default 1
  --filter PREFIX   only workloads whose names begin so
  --json            print {"peer", "threads", "us": {workload: microseconds}}
  --compare FILE    print the ratios to such a file; above 1 flambeau is faster`;

interface Figures {
  peer: string;
  threads: number;
  us: Record<string, number>;
}

const { values: options } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    filter: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    compare: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  console.log(usage);
} else {
  const ours = figures(Number(options.threads), options.filter);
  if (options.compare !== undefined) compare(JSON.parse(readFileSync(options.compare, 'utf8')) as Figures, ours);
  else if (options.json) console.log(JSON.stringify(ours, null, 1));
  else
    for (const [name, us] of Object.entries(ours.us))
      console.log(`${name.padEnd(52)} ${us.toFixed(1).padStart(10)} us`);
}

function figures(threads: number, prefix: string): Figures {
  setNumThreads(threads);
  manualSeed(0);
  const us: Record<string, number> = {};
  for (const [name, value] of measureAll(all, prefix)) us[name] = Math.round(value * 10) / 10;
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
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  console.log(`geometric mean of ${ratios.length}: ${mean.toFixed(2)}`);
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
