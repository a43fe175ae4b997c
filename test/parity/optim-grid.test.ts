// Optimizers in crossed configurations, on parameters of many ranks, against steps recorded from PyTorch 2.6 by
// scripts/record-optim-grid.py.
import { readFileSync } from 'node:fs';
import { nn, optim, Tensor, tensor } from 'flambeau';
import { expect, it } from 'vitest';

interface Packed {
  shape: number[];
  dtype: string;
  values: number[];
}

interface Case {
  name: 'SGD' | 'Adam' | 'ASGD';
  options: Record<string, unknown>;
  dtype: 'float32' | 'float64';
  groups: Record<string, unknown>[] | null;
  rate: 'number' | 'tensor';
  losses: number[];
  params: number[][];
  state: [number, [string, Packed | number][]][];
  param_groups: [string, Packed | unknown][][];
}

const recorded = new URL('optim-grid.json', import.meta.url);
const { initial, shapes, cases } = JSON.parse(readFileSync(recorded, 'utf8')) as {
  initial: number[][];
  shapes: number[][];
  cases: Case[];
};

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const renamed = (given: Record<string, unknown> = {}) =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value]));

function start({ name, options, dtype, groups, rate }: Case) {
  const params = initial.map((values, i) => new nn.Parameter(tensor(values, { dtype }).view(shapes[i] ?? [])));
  const given =
    groups === null
      ? params
      : [params.slice(0, 2), params.slice(2)].map((part, i) => ({ params: part, ...renamed(groups[i]) }));
  const lr = rate === 'tensor' ? tensor(Number(options.lr), { dtype: 'float32' }) : options.lr;
  const make = optim[name] as unknown as new (params: unknown, options: object) => optim.Optimizer;
  return { params, optimizer: new make(given, { ...renamed(options), lr }) };
}

function advance({ params, optimizer }: ReturnType<typeof start>, steps: number): number[] {
  const used = params.slice(0, -1);
  const closure = () => {
    optimizer.zeroGrad();
    const terms = used.map((p) => p.mul(1.3).cos().add(p.mul(0.25)).sum());
    const loss = terms.reduce((sum, term) => sum.add(term));
    loss.backward();
    return loss;
  };
  return Array.from({ length: steps }, () => Number(optimizer.step(closure)?.item()));
}

// Twelve steps of a few roundings each; the recording has 7 and 11 digits, states one less.
const tolerance = { float32: 1e-5, float64: 1e-9 } as const;

const numbers = (x: unknown) => (x instanceof Tensor ? Array.from(x.detach().toTypedArray(), Number) : [Number(x)]);

function close(actual: readonly number[], expected: readonly number[], within: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((wanted, i) => {
    expect(Math.abs((actual[i] ?? Number.NaN) - wanted), `${actual[i]} for ${wanted}`).toBeLessThanOrEqual(
      within * Math.max(1, Math.abs(wanted)),
    );
  });
}

function same(actual: unknown, expected: unknown, within: number): void {
  if (expected !== null && typeof expected === 'object' && !Array.isArray(expected)) {
    const { shape, dtype, values } = expected as Packed;
    const x = actual as Tensor;
    expect([x.shape, x.dtype]).toEqual([shape, dtype]);
    close(numbers(x), values, within);
  } else if (typeof expected === 'number') close(numbers(actual), [expected], within);
  else expect(actual).toEqual(expected);
}

const titled = cases.map((row, i) => {
  const kind = `${row.dtype}${row.groups === null ? '' : ', groups'}, lr a ${row.rate}`;
  return [`${i} ${row.name} ${JSON.stringify(row.options)} ${kind}`, row] as const;
});

it.each(titled)('%s takes the steps that PyTorch takes, and goes on from its state', (_title, row) => {
  const within = tolerance[row.dtype];
  const whole = start(row);
  const losses = advance(whole, row.losses.length);
  close(losses, row.losses, within);
  row.params.forEach((expected, i) => {
    close(numbers(whole.params[i]), expected, within);
  });
  expect(whole.params.at(-1)?.tolist()).toEqual(start(row).params.at(-1)?.tolist());
  const dict = whole.optimizer.stateDict();
  const state = dict.get('state') as Map<number, Map<string, unknown>>;
  expect([...state.keys()]).toEqual(row.state.map(([number]) => number));
  for (const [number, entries] of row.state) {
    const kept = [...(state.get(number) ?? [])].filter(([key]) => key !== 'al');
    expect(kept.map(([key]) => key)).toEqual(entries.map(([key]) => key));
    entries.forEach(([, value], i) => {
      same(kept[i]?.[1], value, 10 * within);
    });
  }
  const groups = dict.get('param_groups') as Map<string, unknown>[];
  expect(groups.map((group) => [...group.keys()])).toEqual(row.param_groups.map((group) => group.map(([key]) => key)));
  row.param_groups.forEach((group, i) => {
    for (const [key, value] of group) same(groups[i]?.get(key), value, within);
  });
  // From the middle, in a new optimizer.
  const [first, second] = [start(row), start(row)];
  advance(first, 5);
  second.params.forEach((param, i) => {
    param.data = (first.params[i] as Tensor).detach().clone();
  });
  second.optimizer.loadStateDict(first.optimizer.stateDict());
  expect(advance(second, row.losses.length - 5)).toEqual(losses.slice(5));
});
