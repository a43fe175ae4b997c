// Optimizers in crossed configurations, on parameters of many ranks, against steps recorded from PyTorch 2.6 by
// scripts/record-optim-grid.py.
import { readFileSync } from 'node:fs';
import { nn, optim, type Tensor, tensor } from 'flambeau';
import { expect, it } from 'vitest';
import {
  advance,
  close,
  numbers,
  optionsOf,
  type RecordedState,
  same,
  sameState,
  tolerance,
} from '../support/optimizer-steps.ts';

interface Case {
  name: 'SGD' | 'Adam' | 'ASGD';
  options: Record<string, unknown>;
  dtype: 'float32' | 'float64';
  groups: Record<string, unknown>[] | null;
  rate: 'number' | 'tensor';
  losses: number[];
  params: number[][];
  state: RecordedState;
  param_groups: [string, unknown][][];
}

const recorded = new URL('optim-grid.json', import.meta.url);
const { initial, shapes, cases } = JSON.parse(readFileSync(recorded, 'utf8')) as {
  initial: number[][];
  shapes: number[][];
  cases: Case[];
};

function start({ name, options, dtype, groups, rate }: Case) {
  const params = initial.map((values, i) => new nn.Parameter(tensor(values, { dtype }).view(shapes[i] ?? [])));
  const given =
    groups === null
      ? params
      : [params.slice(0, 2), params.slice(2)].map((part, i) => ({ params: part, ...optionsOf(groups[i]) }));
  const lr = rate === 'tensor' ? tensor(Number(options.lr), { dtype: 'float32' }) : options.lr;
  const make = optim[name] as unknown as new (params: unknown, options: object) => optim.Optimizer;
  return { params, optimizer: new make(given, { ...optionsOf(options), lr }) };
}

// The last parameter has no gradient.
function lossOf(params: readonly Tensor[]): Tensor {
  const terms = params.slice(0, -1).map((p) => p.mul(1.3).cos().add(p.mul(0.25)).sum());
  return terms.reduce((sum, term) => sum.add(term));
}

function take({ params, optimizer }: ReturnType<typeof start>, steps: number): number[] {
  return advance(optimizer, () => lossOf(params), steps);
}

const titled = cases.map((row, i) => {
  const kind = `${row.dtype}${row.groups === null ? '' : ', groups'}, lr a ${row.rate}`;
  return [`${i} ${row.name} ${JSON.stringify(row.options)} ${kind}`, row] as const;
});

it.each(titled)('%s takes the steps that PyTorch takes, and goes on from its state', (_title, row) => {
  const within = tolerance[row.dtype];
  const whole = start(row);
  const losses = take(whole, row.losses.length);
  close(losses, row.losses, within);
  row.params.forEach((expected, i) => {
    close(numbers(whole.params[i] as Tensor), expected, within);
  });
  expect(whole.params.at(-1)?.tolist()).toEqual(start(row).params.at(-1)?.tolist());
  // The recording of a state has one digit less.
  sameState(whole.optimizer, row.state, 10 * within);
  const groups = whole.optimizer.stateDict().get('param_groups') as Map<string, unknown>[];
  expect(groups.map((group) => [...group.keys()])).toEqual(row.param_groups.map((group) => group.map(([key]) => key)));
  row.param_groups.forEach((group, i) => {
    for (const [key, value] of group) same(groups[i]?.get(key), value, within);
  });
  // From the middle, in a new optimizer.
  const [first, second] = [start(row), start(row)];
  take(first, 5);
  second.params.forEach((param, i) => {
    param.data = (first.params[i] as Tensor).detach().clone();
  });
  second.optimizer.loadStateDict(first.optimizer.stateDict());
  expect(take(second, row.losses.length - 5)).toEqual(losses.slice(5));
});
