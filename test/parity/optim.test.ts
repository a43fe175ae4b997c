// Every optimizer in many configurations against steps recorded from PyTorch 2.6 by scripts/record-optim.py.
import { readFileSync } from 'node:fs';
import { nn, optim, type Tensor, tensor } from 'flambeau';
import { describe, expect, it } from 'vitest';
import {
  advance,
  close,
  numbers,
  optionsOf,
  type Packed,
  type RecordedState,
  sameState,
  tolerance,
} from '../support/optimizer-steps.ts';

interface Case {
  name: Name;
  options: Record<string, unknown>;
  dtype: 'float32' | 'float64';
  only: number;
  groups: Record<string, unknown>[] | null;
  steps: number;
  losses: (number | string)[];
  params: Packed[];
  state: RecordedState;
  param_groups: [string, unknown][][];
  text: string;
}

type Name = 'SGD' | 'Adam' | 'AdamW' | 'Adamax' | 'NAdam' | 'RAdam' | 'Adagrad' | 'Adadelta';
type Make = new (params: unknown, options: object) => optim.Optimizer;

const { initial, cases, refused, muon } = JSON.parse(readFileSync(new URL('optim.json', import.meta.url), 'utf8')) as {
  initial: Record<string, Packed[]>;
  cases: Case[];
  muon: { options: Record<string, unknown>; steps: number; start: Packed; target: Packed; end: Packed }[];
  refused: { name: Name; options: Record<string, unknown>; message: string }[];
};

const unpack = ({ shape, dtype, values }: Packed) => tensor(values.map(Number), { dtype }).view(shape);
const classOf = (name: Name) => optim[name] as unknown as Make;

function problem({ name, options, dtype, only, groups }: Case) {
  const params = (initial[dtype] ?? []).slice(0, only).map((p) => new nn.Parameter(unpack(p)));
  const given =
    groups === null ? params : params.map((param, i) => ({ params: [param], ...optionsOf(groups[i] ?? {}) }));
  return { params, optimizer: new (classOf(name))(given, optionsOf(options)) };
}

function lossOf([a, b, c]: Tensor[]): Tensor {
  if (a === undefined || b === undefined) throw new Error('two parameters at least');
  const w = tensor([1, 2, 3, 4, 5, 6], { dtype: a.dtype as 'float32' })
    .view(3, 2)
    .div(3);
  const loss = a.sub(3).square().mul(w).sum().add(b.mul(b).sub(1).square().sum());
  return c === undefined ? loss : loss.add(c.square().mul(0.25).add(c).sum());
}

describe.each(cases.map((row, i) => [`${i} ${row.name} ${row.dtype} ${JSON.stringify(row.options)}`, row] as const))(
  '%s',
  (_title, row) => {
    const within = tolerance[row.dtype];

    it('takes the steps that PyTorch takes', () => {
      const { params, optimizer } = problem(row);
      close(
        advance(optimizer, () => lossOf(params), row.steps),
        row.losses,
        within,
      );
      row.params.forEach((expected, i) => {
        close(numbers(params[i] as Tensor), expected.values, within);
      });
      sameState(optimizer, row.state, 10 * within);
      const groups = optimizer.stateDict().get('param_groups') as Map<string, unknown>[];
      expect(groups.map((group) => [...group])).toEqual(row.param_groups);
      expect(String(optimizer)).toBe(row.text);
    });

    it('goes on from a state dict to the last bit', () => {
      const half = Math.floor(row.steps / 2);
      const straight = problem(row);
      advance(straight.optimizer, () => lossOf(straight.params), half);
      const resumed = problem(row);
      resumed.params.forEach((param, i) => {
        param.data = (straight.params[i] as Tensor).detach().clone();
      });
      resumed.optimizer.loadStateDict(straight.optimizer.stateDict());
      advance(straight.optimizer, () => lossOf(straight.params), row.steps - half);
      advance(resumed.optimizer, () => lossOf(resumed.params), row.steps - half);
      resumed.params.forEach((param, i) => {
        expect(numbers(param)).toEqual(numbers(straight.params[i] as Tensor));
      });
      expect(String(resumed.optimizer)).toBe(String(straight.optimizer));
    });
  },
);

it.each(refused.map((row) => [`${row.name} ${JSON.stringify(row.options)}`, row] as const))(
  'refuses %s with the sentence of PyTorch',
  (_title, { name, options, message }) => {
    const make = () => new (classOf(name))([new nn.Parameter(tensor([1.5]))], optionsOf(options));
    expect(make).toThrow(message);
  },
);

it.each(muon)('Muon takes the steps of its definition with $options', ({ options, steps, start, target, end }) => {
  const param = new nn.Parameter(unpack(start));
  const optimizer = new optim.Muon([param], optionsOf(options));
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    param.sub(unpack(target)).square().sum().backward();
    optimizer.step();
  }
  close(numbers(param), end.values, 1e-5);
});
