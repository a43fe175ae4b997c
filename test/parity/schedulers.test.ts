// Learning rate schedulers and weight averages against what scripts/record-schedulers.py recorded from PyTorch 2.6.
import { readFileSync } from 'node:fs';
import { nn, noGrad, optim, type Tensor, tensor } from 'flambeau';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../support/optimizer-steps.ts';

type Spec = [string, unknown[], Record<string, unknown>];
type Scheduler = optim.lrScheduler.LRScheduler;
type Make = new (...args: unknown[]) => Scheduler;

interface Case {
  spec: Spec;
  steps: number;
  cls: 'SGD' | 'AdamW';
  rates: number[];
  epochs: number[] | null;
  seen: number[][][];
  state: { dict: [string, unknown][] };
  groups: [string, unknown][][];
}

const { cases, refused, averages, updateBn } = JSON.parse(
  readFileSync(new URL('schedulers.json', import.meta.url), 'utf8'),
) as {
  cases: Case[];
  refused: { spec: Spec; cls: 'SGD'; message: string }[];
  updateBn: { batches: number[][][]; buffers: number[][]; training: boolean; momentum: number };
  averages: Record<string, { start: number[][]; end: number[][]; keys: string[] }>;
};

function optimizerOf(cls: 'SGD' | 'AdamW', rates: readonly number[]): optim.Optimizer {
  const groups = rates.map((lr) => ({ params: [new nn.Parameter(tensor([1.5]))], lr }));
  return cls === 'SGD' ? new optim.SGD(groups, { momentum: 0.9 }) : new optim[cls](groups);
}

function make(optimizer: optim.Optimizer, [name, args, options]: Spec): Scheduler {
  const { lrScheduler, swaUtils } = optim;
  if (name === 'ChainedScheduler') {
    return new lrScheduler.ChainedScheduler(args.map((spec) => make(optimizer, spec as Spec)));
  }
  if (name === 'SequentialLR') {
    const [specs, milestones] = args as [Spec[], number[]];
    return new lrScheduler.SequentialLR(
      optimizer,
      specs.map((spec) => make(optimizer, spec)),
      milestones,
    );
  }
  const factor = args[0] as number;
  if (name === 'LambdaLR') return new lrScheduler.LambdaLR(optimizer, (epoch) => factor ** epoch);
  if (name === 'MultiplicativeLR') return new lrScheduler.MultiplicativeLR(optimizer, () => factor);
  const known = { ...lrScheduler, SWALR: swaUtils.SWALR } as unknown as Record<string, Make>;
  return new (known[name] as Make)(optimizer, ...args, optionsOf(options));
}

const metrics = [5, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2];

function advance(scheduler: Scheduler, { epochs }: Case, i: number): void {
  scheduler.optimizer.step();
  if (scheduler instanceof optim.lrScheduler.ReduceLROnPlateau) scheduler.step(metrics[i]);
  else scheduler.step(epochs?.[i] ?? null);
}

function look(scheduler: Scheduler): number[][] {
  const groups = scheduler.optimizer.paramGroups;
  const momentum = (group: optim.ParamGroup) =>
    (group.momentum ?? (group.betas as number[] | undefined)?.[0] ?? 0) as number;
  return [groups.map((group) => Number(group.lr)), groups.map(momentum), scheduler.getLastLr()];
}

function close(actual: unknown, expected: unknown): void {
  if (typeof expected === 'number' && typeof actual === 'number') {
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
  } else if (Array.isArray(expected)) {
    expect(Array.isArray(actual)).toBe(true);
    expect((actual as unknown[]).length).toBe(expected.length);
    expected.forEach((entry, i) => void close((actual as unknown[])[i], entry));
  } else if (expected !== null && typeof expected === 'object') {
    expect(actual).toBeInstanceOf(Map);
    close([...(actual as Map<string, unknown>)], (expected as Case['state']).dict);
  } else if (expected === 'inf' || expected === '-inf') expect(actual).toBe(expected === 'inf' ? Infinity : -Infinity);
  else expect(actual).toEqual(expected);
}

describe.each(
  cases.map((row, i) => [`${i} ${JSON.stringify(row.spec)}${row.epochs === null ? '' : ' jumping'}`, row] as const),
)('%s', (_title, row) => {
  it('sets the rates that PyTorch sets', () => {
    const scheduler = make(optimizerOf(row.cls, row.rates), row.spec);
    const seen = [look(scheduler)];
    for (let i = 0; i < row.steps; i++) {
      advance(scheduler, row, i);
      seen.push(look(scheduler));
    }
    close(seen, row.seen);
    close(scheduler.stateDict(), row.state);
    const groups = scheduler.optimizer.stateDict().get('param_groups') as Map<string, unknown>[];
    close(
      groups.map((group) => [...group]),
      row.groups,
    );
  });

  it('goes on from a state dict', () => {
    const straight = make(optimizerOf(row.cls, row.rates), row.spec);
    for (let i = 0; i < 5; i++) advance(straight, row, i);
    const resumed = make(optimizerOf(row.cls, row.rates), row.spec);
    resumed.optimizer.loadStateDict(straight.optimizer.stateDict());
    resumed.loadStateDict(straight.stateDict());
    for (let i = 5; i < row.steps; i++) {
      advance(straight, row, i);
      advance(resumed, row, i);
      expect(look(resumed)).toEqual(look(straight));
    }
    expect(resumed.stateDict()).toEqual(straight.stateDict());
  });
});

it.each(refused.map((row) => [JSON.stringify(row.spec), row] as const))(
  'refuses %s',
  (_title, { spec, cls, message }) => {
    expect(() => make(optimizerOf(cls, [0.5, 0.1]), spec)).toThrow(message);
  },
);

describe('AveragedModel', () => {
  const { swaUtils } = optim;
  const options: Record<string, optim.swaUtils.AveragedModelOptions> = {
    mean: {},
    getSwaAvgFn: { avgFn: swaUtils.getSwaAvgFn() },
    getEmaAvgFn: { avgFn: swaUtils.getEmaAvgFn(0.9) },
    getEmaMultiAvgFn: { multiAvgFn: swaUtils.getEmaMultiAvgFn(0.9) },
    getSwaMultiAvgFn: { multiAvgFn: swaUtils.getSwaMultiAvgFn() },
  };
  it.each(Object.entries(averages))('averages by %s', (name, { start, end, keys }) => {
    const net = new nn.Linear(3, 2);
    const flat = (net: nn.Module) => [...net.parameters()].map((p) => p.detach().reshape(-1).tolist() as number[]);
    noGrad(() => {
      [...net.parameters()].forEach(
        (p, i) => void p.copy_(tensor(start[i] ?? [], { dtype: 'float32' }).view([...p.shape])),
      );
    });
    const model = new swaUtils.AveragedModel(net, options[name]);
    for (let i = 0; i < 5; i++) {
      noGrad(() => {
        for (const p of net.parameters()) p.mul_(0.5).add_(i);
      });
      model.updateParameters(net);
    }
    expect([...model.stateDict().keys()]).toEqual(keys);
    flat(model.module).forEach((values, i) => {
      values.forEach((value, k) => void expect(value).toBeCloseTo(end[i]?.[k] ?? Number.NaN, 5));
    });
    expect((model(tensor([[1, 2, 3]], { dtype: 'float32' })) as Tensor).shape).toEqual([1, 2]);
  });

  it('refuses two rules and wrong decays', () => {
    const both = { avgFn: swaUtils.getSwaAvgFn(), multiAvgFn: swaUtils.getSwaMultiAvgFn() };
    expect(() => new swaUtils.AveragedModel(new nn.Linear(1, 1), both)).toThrow('Only one of avg_fn and multi_avg_fn');
    expect(() => swaUtils.getEmaAvgFn(1.5)).toThrow(
      'Invalid decay value 1.5 provided. Please provide a value in [0,1] range.',
    );
  });
});

it('updateBn computes the statistics that PyTorch computes', async () => {
  const net = new nn.Sequential(new nn.BatchNorm1d(3, { momentum: 0.3 }), new nn.ReLU(), new nn.BatchNorm1d(3));
  const batches = updateBn.batches.map((batch) => tensor(batch, { dtype: 'float32' }));
  net(batches[0] as Tensor);
  net.eval();
  await optim.swaUtils.updateBn(
    batches.map((batch) => [batch, 0]),
    net,
  );
  [...net.buffers()].forEach((buffer, i) => {
    const values = [buffer.tolist()].flat() as number[];
    values.forEach((value, k) => void expect(value).toBeCloseTo(updateBn.buffers[i]?.[k] ?? Number.NaN, 4));
  });
  expect(net.training).toBe(updateBn.training);
  expect((net.get(0) as nn.BatchNorm1d).momentum).toBe(updateBn.momentum);
});
