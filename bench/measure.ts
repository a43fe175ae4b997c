// The measuring procedure: the median of repeated calls, and of that the best of several rounds over all workloads.
// The same as for the PyTorch figures it is compared with, so that the two can be divided line by line; only that
// JavaScript is compiled while it runs, so that a workload is called for a while before it is first measured.

/** One call of a workload. */
export type Run = () => unknown;
/** Makes a workload's operands and returns its call. */
export type Make = () => Run;
/** Workloads by name; the name says all that defines one. */
export type Workloads = Record<string, Make>;

const rounds = 3;
const budgetSeconds = 0.25;
const minCalls = 3;
const maxCalls = 200;
const warmUpSeconds = 0.4;
const warmUpCalls = 4000;

/** The median time of one call in microseconds, over as many calls as fit the budget. */
export function measure(run: Run, budget = budgetSeconds): number {
  run();
  const once = time(run);
  const calls = Math.max(minCalls, Math.min(maxCalls, Math.floor(budget / Math.max(once, 1e-6))));
  const times = Array.from({ length: calls }, () => time(run)).sort((a, b) => a - b);
  return (times[Math.floor(calls / 2)] ?? 0) * 1e6;
}

/** The best median of each workload whose name begins with `prefix`, in microseconds. */
export function measureAll(workloads: Workloads, prefix: string): Map<string, number> {
  const runs = Object.entries(workloads)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, make]): [string, Run] => [name, make()]);
  for (const [, run] of runs) warmUp(run);
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of runs) best.set(name, Math.min(measure(run), best.get(name) ?? Number.POSITIVE_INFINITY));
  }
  return best;
}

function warmUp(run: Run): void {
  let seconds = 0;
  for (let call = 0; call < warmUpCalls && seconds < warmUpSeconds; call++) seconds += time(run);
}

function time(run: Run): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}
