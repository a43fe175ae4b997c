// The Trainer: its steps are the ones a hand-written loop makes, and a run stopped anywhere goes on to the last bit.
import { spawn, spawnSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { data, Generator, io, manualSeed, nn, optim, rand, randn, type Tensor, Trainer, tensor, train } from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';

const F = nn.functional;
const root = mkdtempSync(join(tmpdir(), 'flambeau-train-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const freshFolder = () => join(root, String(folders++));

const inputs = (() => {
  manualSeed(9);
  return randn(20, 4);
})();
const labels = inputs.sum(1).gt(0).to('int64');
const dataset = new data.TensorDataset(inputs, labels);

interface Setup {
  accumulate?: number;
  schedulerEvery?: 'step' | 'epoch';
  plateau?: boolean;
  plainLoader?: boolean;
  hooks?: train.Hooks;
  writers?: train.MetricWriter[];
}

function makeRun({
  accumulate = 1,
  schedulerEvery = 'epoch',
  plateau = false,
  plainLoader,
  hooks,
  writers,
}: Setup = {}) {
  manualSeed(1);
  const module = new nn.Sequential(new nn.Linear(4, 8), new nn.Dropout(0.5), new nn.ReLU(), new nn.Linear(8, 2));
  const optimizer = new optim.AdamW(module.parameters(), { lr: 0.05 });
  const scheduler = plateau
    ? new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5 })
    : new optim.lrScheduler.ExponentialLR(optimizer, 0.9);
  const generator = new Generator().manualSeed(3);
  const stateful = new data.DataLoader<Tensor[]>(dataset, { batchSize: 3, shuffle: true, generator });
  const plain = Array.from({ length: 7 }, (_, i) => dataset.getBatch([i, i + 7, (i + 13) % 20]));
  const loader: train.Batches<Tensor[]> = plainLoader ? plain : stateful;
  const test = new data.DataLoader<Tensor[]>(dataset, { batchSize: 8 });
  const metrics = { accuracy: new train.Accuracy(), recent: new train.RunningMean(4) };
  const trainer = new Trainer({
    ...{ module, optimizer, loss: F.crossEntropy, scheduler, schedulerEvery, accumulate, metrics, clipNorm: 0.5 },
    ...{ clipValue: 0.3, writers, ...hooks },
  });
  return { module, trainer, loader, test, earlyStopping: new train.EarlyStopping({ patience: 3 }) };
}

const weights = (module: nn.Module) => [...module.parameters()].map((p) => p.tolist());

describe('a step', () => {
  it('is what a hand-written loop does', async () => {
    const make = () => {
      manualSeed(1);
      const module = new nn.Linear(4, 2);
      return { module, optimizer: new optim.SGD(module.parameters(), { lr: 0.1, momentum: 0.9 }) };
    };
    const [a, b] = [make(), make()];
    const batches = [0, 5, 10, 15].map((i) => dataset.getBatch([i, i + 1, i + 2, i + 3]));
    for (const [x, y] of [...batches, ...batches]) {
      a.optimizer.zeroGrad();
      F.crossEntropy(a.module(x as Tensor), y as Tensor).backward();
      nn.utils.clipGradNorm_(a.module.parameters(), 0.2);
      a.optimizer.step();
    }
    const trainer = new Trainer({ ...b, loss: F.crossEntropy, clipNorm: 0.2 });
    const result = await trainer.fit(batches, { epochs: 2 });
    expect(result).toEqual({ step: 8, epoch: 2, reason: 'finished', evaluation: null, best: null });
    expect(weights(b.module)).toEqual(weights(a.module));
  });

  it('accumulates the mean of gradients, also of the rest of a pass', async () => {
    const make = () => {
      manualSeed(1);
      const module = new nn.Linear(4, 2).to('float64');
      return { module, optimizer: new optim.SGD(module.parameters(), { lr: 0.1 }) };
    };
    const [a, b] = [make(), make()];
    const rows = (from: number, n: number) =>
      dataset
        .getBatch(Array.from({ length: n }, (_, i) => from + i))
        .map((x) => (x.isFloatingPoint() ? x.to('float64') : x));
    await new Trainer({ ...a, loss: F.crossEntropy }).fit([rows(0, 8), rows(8, 8), rows(16, 4)], { epochs: 2 });
    const small = [0, 4, 8, 12, 16].map((from) => rows(from, 4));
    const result = await new Trainer({ ...b, loss: F.crossEntropy, accumulate: 2 }).fit(small, { epochs: 2 });
    expect(result.step).toBe(6);
    expect(b.module.weight.allclose(a.module.weight, { rtol: 1e-12 })).toBe(true);
  });

  it('may be a function, asynchronous too', async () => {
    manualSeed(0);
    const module = new nn.Linear(4, 1);
    const optimizer = new optim.SGD(module.parameters(), { lr: 0.1 });
    const step = async ({ x }: { x: Tensor }) => ({ loss: module(x).square().mean() });
    const reports: train.StepReport[] = [];
    const trainer = new Trainer({ module, optimizer, step, onStep: (report) => reports.push(report) });
    await trainer.fit([{ x: inputs }], { steps: 3 });
    expect(reports.map((report) => report.step)).toEqual([1, 2, 3]);
    expect(reports.at(-1)?.loss).toBeLessThan(reports[0]?.loss ?? 0);
  });
});

describe('a step of LBFGS', () => {
  const makeNet = () => {
    manualSeed(4);
    const module = new nn.Sequential(new nn.Linear(4, 5), new nn.Tanh(), new nn.Linear(5, 2));
    return { module, optimizer: new optim.LBFGS(module.parameters(), { lineSearchFn: 'strong_wolfe', maxIter: 5 }) };
  };

  it('is what a hand-written loop does, and goes on from a checkpoint', async () => {
    const [a, b] = [makeNet(), makeNet()];
    const losses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const loss = a.optimizer.step(() => {
        a.optimizer.zeroGrad();
        const value = F.crossEntropy(a.module.forward(inputs), labels);
        value.backward();
        return value;
      });
      losses.push(Number(loss?.item()));
    }
    const reports: train.StepReport[] = [];
    const onStep = (report: train.StepReport) => reports.push(report);
    const checkpoint = freshFolder();
    await new Trainer({ ...b, loss: F.crossEntropy, onStep }).fit([[inputs, labels]], { steps: 2, checkpoint });
    const c = makeNet();
    await new Trainer({ ...c, loss: F.crossEntropy, onStep }).fit([[inputs, labels]], { steps: 4, checkpoint });
    expect(reports.map(({ loss }) => loss)).toEqual(losses);
    expect(weights(c.module)).toEqual(weights(a.module));
    expect(losses[3]).toBeLessThan(0.1 * (losses[0] ?? 0));
  });

  it('accumulates batches', async () => {
    const rows = (begin: number, n: number) => [inputs.narrow(0, begin, n), labels.narrow(0, begin, n)];
    const [a, b] = [makeNet(), makeNet()];
    await new Trainer({ ...a, loss: F.crossEntropy }).fit([[inputs, labels]], { steps: 1 });
    await new Trainer({ ...b, loss: F.crossEntropy, accumulate: 2 }).fit([rows(0, 10), rows(10, 10)], { steps: 1 });
    const [x, y] = [a.module, b.module].map((module) => module.forward(inputs));
    expect(
      Number(
        x
          ?.sub(y as Tensor)
          .abs()
          .max()
          .item(),
      ),
    ).toBeLessThan(1e-4);
  });

  it('refuses to compute an asynchronous step again', async () => {
    const net = makeNet();
    const step = async () => net.module.forward(inputs).square().mean();
    await expect(new Trainer({ ...net, step }).fit([[inputs]], { steps: 1 })).rejects.toThrow(
      /LBFGS needs a step that is not asynchronous/,
    );
  });
});

const kinds: [string, Setup][] = [
  ['plain', {}],
  ['accumulation and a scheduler of steps', { accumulate: 2, schedulerEvery: 'step' }],
  ['ReduceLROnPlateau', { plateau: true }],
  ['a loader without state', { plainLoader: true }],
];

describe.each(kinds)('a resumed run with %s', (_name, setup) => {
  const finish = { epochs: 5, evaluateEverySteps: 3 };

  it.each([1, 3, 4, 7, 8, 12])('from step %s equals the uninterrupted one to the last bit', async (stop) => {
    const straight = makeRun(setup);
    const whole = await straight.trainer.fit(straight.loader, {
      ...finish,
      evaluate: straight.test,
      earlyStopping: straight.earlyStopping,
    });
    const folder = freshFolder();
    const parts = async (steps: number | null) => {
      const run = makeRun(setup);
      if (steps === null) rand(17);
      const { trainer, loader, test: evaluate, earlyStopping } = run;
      const options = { ...finish, evaluate, earlyStopping, checkpoint: folder };
      return { run, result: await trainer.fit(loader, steps === null ? options : { ...options, steps }) };
    };
    expect((await parts(stop)).result.step).toBe(stop);
    const { run, result } = await parts(null);
    expect(result).toEqual(whole);
    expect(weights(run.module)).toEqual(weights(straight.module));
    expect(run.trainer.stateDict()).toEqual(straight.trainer.stateDict());
    expect(run.earlyStopping.stateDict()).toEqual(straight.earlyStopping.stateDict());
  });

  it('goes on in the same process', async () => {
    const straight = makeRun(setup);
    await straight.trainer.fit(straight.loader, { epochs: 3 });
    const after = makeRun(setup);
    for (const steps of [1, 4, 5, 9]) await after.trainer.fit(after.loader, { epochs: 3, steps });
    await after.trainer.fit(after.loader, { epochs: 3 });
    expect(weights(after.module)).toEqual(weights(straight.module));
  });

  it('stopped within an evaluation makes it again', async () => {
    const options = { epochs: 2, evaluateEverySteps: 3 };
    const straight = makeRun(setup);
    await straight.trainer.fit(straight.loader, {
      ...options,
      evaluate: straight.test,
      earlyStopping: straight.earlyStopping,
    });
    const folder = freshFolder();
    const stopped = makeRun(setup);
    async function* evaluate() {
      yield* stopped.test;
      stopped.trainer.stop();
      yield dataset.getBatch([0]);
    }
    const { earlyStopping } = stopped;
    const stream = { [Symbol.asyncIterator]: evaluate };
    const first = await stopped.trainer.fit(stopped.loader, {
      ...options,
      evaluate: stream,
      earlyStopping,
      checkpoint: folder,
    });
    expect(first).toMatchObject({ step: 3, reason: 'request', evaluation: null });
    const run = makeRun(setup);
    await run.trainer.fit(run.loader, {
      ...options,
      evaluate: run.test,
      earlyStopping: run.earlyStopping,
      checkpoint: folder,
    });
    expect(weights(run.module)).toEqual(weights(straight.module));
    expect(run.earlyStopping.stateDict()).toEqual(straight.earlyStopping.stateDict());
  });
});

it('a run whose batches come from workers goes on to the last bit', async () => {
  const set = await data.workerDataset<data.Dataset<{ drawn: Tensor }>>(
    new URL('../data/modules/sets.ts#default', import.meta.url),
    10,
  );
  const run = async (stops: number[], folder: string) => {
    let result: unknown[] = [];
    for (const steps of stops) {
      manualSeed(2);
      const loader = new data.DataLoader<{ drawn: Tensor }>(set, { batchSize: 3, shuffle: true, numWorkers: 2 });
      const module = new nn.Linear(1, 1);
      const optimizer = new optim.SGD(module.parameters(), { lr: 0.01 });
      const step = ({ drawn }: { drawn: Tensor }) => module(drawn.flatten(1).to('float32')).square().mean();
      await new Trainer({ module, optimizer, step }).fit(loader, { steps, checkpoint: folder });
      await loader.dispose();
      result = weights(module);
    }
    return result;
  };
  const straight = await run([7], freshFolder());
  expect(await run([2, 7], freshFolder())).toEqual(straight);
});

describe('fit', () => {
  it('evaluates without a trace in training', async () => {
    const a = makeRun();
    await a.trainer.fit(a.loader, { epochs: 2 });
    const b = makeRun();
    const modes: boolean[] = [];
    b.module.registerForwardHook(() => void modes.push(b.module.training));
    const result = await b.trainer.fit(b.loader, { epochs: 2, evaluate: b.test, evaluateEverySteps: 2 });
    expect(weights(b.module)).toEqual(weights(a.module));
    expect(Object.keys(result.evaluation ?? {})).toEqual(['loss', 'accuracy', 'recent']);
    expect(modes).toContain(false);
    expect(b.module.training).toBe(true);
  });

  it('stops early, and tells hooks and channels', async () => {
    const events: string[] = [];
    const note = (name: string) => (message: unknown) =>
      void events.push(`${name} ${(message as { step: number }).step}`);
    const listeners = ['step', 'evaluation', 'epoch', 'checkpoint'].map((name) => ({ name, listen: note(name) }));
    for (const { name, listen } of listeners) subscribe(`flambeau:${name}`, listen);
    const hooks = { onEpoch: note('onEpoch'), onEvaluation: note('onEvaluation'), onCheckpoint: note('onCheckpoint') };
    const { trainer, loader, test } = makeRun({ hooks });
    const earlyStopping = new train.EarlyStopping({ monitor: 'accuracy', mode: 'max', patience: 1, minDelta: 1 });
    const checkpoint = { folder: freshFolder(), keep: 1, everyEpochs: 2 };
    const result = await trainer.fit(loader, { epochs: 9, evaluate: test, earlyStopping, checkpoint });
    for (const { name, listen } of listeners) unsubscribe(`flambeau:${name}`, listen);
    expect(result).toMatchObject({ epoch: 2, step: 14, reason: 'early stopping' });
    expect(events.slice(6, 12)).toEqual(['step 7', 'onEvaluation 7', 'evaluation 7', 'onEpoch 7', 'epoch 7', 'step 8']);
    expect(events.filter((event) => event.endsWith('heckpoint 14'))).toHaveLength(2);
    expect(readdirSync(checkpoint.folder)).toHaveLength(1);
  });

  it('keeps the best weights, also of a resumed run', async () => {
    const folder = freshFolder();
    const seen: { step: number; accuracy: number; weights: unknown }[] = [];
    const go = async (epochs: number) => {
      const run = makeRun({
        hooks: {
          onEvaluation: ({ step, values }) =>
            void seen.push({ step, accuracy: values.accuracy ?? 0, weights: weights(run.module) }),
        },
      });
      const keepBest = { monitor: 'accuracy', mode: 'max' } as const;
      const { best } = await run.trainer.fit(run.loader, {
        epochs,
        evaluate: run.test,
        checkpoint: { folder, keepBest },
      });
      const expected = seen.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
      expect(best).toMatchObject({ step: expected.step, values: { accuracy: expected.accuracy } });
      const { module, ...report } = await train.loadBest(folder);
      expect(report).toEqual(best);
      run.module.loadStateDict(module);
      expect(weights(run.module)).toEqual(expected.weights);
    };
    await go(2);
    await go(4);
    await go(7);
    expect(seen.map(({ step }) => step)).toEqual([7, 14, 21, 28, 35, 42, 49]);
    expect(new Set(seen.map(({ accuracy }) => accuracy)).size).toBeGreaterThan(1);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('says which weights are none', async () => {
    const folder = freshFolder();
    await expect(train.loadBest(folder)).rejects.toThrow(/ENOENT/);
    mkdirSync(folder);
    await io.save([1], join(folder, 'best.pt'));
    await expect(train.loadBest(folder)).rejects.toThrow(/best\.pt: not the best weights of a run/);
  });

  it('ends with an AbortError and a checkpoint', async () => {
    const controller = new AbortController();
    const run = makeRun({ hooks: { onStep: ({ step }) => step === 4 && controller.abort() } });
    const folder = freshFolder();
    const options = { epochs: 9, checkpoint: folder, signal: controller.signal };
    await expect(run.trainer.fit(run.loader, options)).rejects.toThrow(/abort/);
    expect(readdirSync(folder)).toEqual(['step-000000000004.pt']);
  });

  it.each([
    ['no goal', {}, /expected epochs or steps/],
    ['an impossible number', { epochs: 0.5 }, /epochs must be an integer of at least 1, got 0.5/],
    ['a misspelling', { epoch: 3 }, /did you mean 'epochs'/],
    ['early stopping alone', { epochs: 1, earlyStopping: new train.EarlyStopping() }, /needs batches/],
    ['best weights alone', { epochs: 1, checkpoint: { folder: 'x', keepBest: true } }, /keepBest needs batches/],
    [
      'a wrong mode',
      { epochs: 1, evaluate: [], checkpoint: { folder: 'x', keepBest: { mode: 'up' } } },
      /'min' or 'max'/,
    ],
    ['a wrong plan', { epochs: 1, checkpoint: { foldr: 'x' } }, /did you mean 'folder'/],
  ])('refuses %s', async (_name, options, message) => {
    const { trainer, loader } = makeRun();
    await expect(trainer.fit(loader, options as train.FitOptions<Tensor[]>)).rejects.toThrow(message);
  });

  it.each([
    ['an empty loader', [], /gave no batches/],
    ['other batches', [tensor([1])], /expected batches \[input, target\]/],
  ])('refuses %s', async (_name, batches, message) => {
    await expect(makeRun().trainer.fit(batches as unknown as Tensor[][], { steps: 1 })).rejects.toThrow(message);
  });
});

describe('Trainer', () => {
  const module = new nn.Linear(1, 1);
  const optimizer = new optim.SGD(module.parameters());
  const loss = F.mseLoss;
  it.each([
    ['no loss', { module, optimizer }, /either loss or step/],
    ['no module', { optimizer, loss }, /module must be a Module/],
    ['no optimizer', { module, loss }, /optimizer must be an Optimizer/],
    ['a wrong count', { module, optimizer, loss, accumulate: 0 }, /accumulate must be/],
    ['a wrong norm', { module, optimizer, loss, clipNorm: -1 }, /clipNorm must be above 0/],
    ['a misspelling', { module, optimizer, loss, clipnorm: 1 }, /did you mean 'clipNorm'/],
  ])('refuses %s', (_name, options, message) => {
    expect(() => new Trainer(options as unknown as train.TrainerOptions<Tensor[]>)).toThrow(message);
  });
});

describe('SIGTERM', () => {
  const program = fileURLToPath(new URL('programs/job.ts', import.meta.url));
  const job = ['--import', 'tsx', program];

  it('finishes the step, writes a checkpoint and exits with 0; the job then goes on to the last bit', async () => {
    const [interrupted, straight] = [freshFolder(), freshFolder()];
    const child = spawn(process.execPath, [...job, interrupted, '40'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const start = performance.now();
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'exit');
    expect([code, signal]).toEqual([0, null]);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(readdirSync(interrupted)).toHaveLength(1);
    const run = (folder: string) => spawnSync(process.execPath, [...job, folder, '40', '0'], { encoding: 'utf8' });
    const [resumed, whole] = [run(interrupted), run(straight)];
    expect(resumed.stdout.split('\n').at(-2)).toBe(whole.stdout.split('\n').at(-2));
    expect(resumed.stdout.split('\n').length).toBeLessThan(whole.stdout.split('\n').length);
  });
});
